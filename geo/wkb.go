package geo

import "github.com/paulmach/orb"

// DecodeWKB reads well-known binary, ISO's and PostGIS's: heights and measures are dropped, an SRID is passed over.
func DecodeWKB(b []byte) (orb.Geometry, error) { return decode(b) }

// AppendWKB writes a geometry as well-known binary, little-endian and without an SRID.
func AppendWKB(b []byte, g orb.Geometry) ([]byte, error) { return appendEWKB(b, g, false) }
