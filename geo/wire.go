package geo

import (
	"bytes"
	"context"
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	geomwire "github.com/twpayne/go-geom/encoding/ewkb"
)

// srid is the coordinate system of everything that is written: WGS 84 longitude and latitude.
const srid = 4326

// Raw is a geometry as it came over the wire, EWKB, to be handed on unread.
type Raw []byte

// Register teaches a connection PostGIS's geometry and geography, alone and in arrays, in binary: orb's types and their
// pointers (NULL is nil), go-geom's with Z and M, and Raw. orb has two dimensions, so that Z and M are dropped for it. Types
// have other numbers in each database, hence it is called for each connection; it fails where PostGIS is not installed.
func Register(ctx context.Context, conn *pgx.Conn) error {
	const sql = `
		SELECT coalesce(to_regtype('geometry')::oid, 0),
		       coalesce(to_regtype('geometry[]')::oid, 0),
		       coalesce(to_regtype('geography')::oid, 0),
		       coalesce(to_regtype('geography[]')::oid, 0)`
	var geometry, geometries, geography, geographies uint32
	if err := conn.QueryRow(ctx, sql).Scan(&geometry, &geometries, &geography, &geographies); err != nil {
		return fmt.Errorf("look PostGIS's types up: %w", err)
	}
	if geometry == 0 {
		return errors.New("PostGIS is not installed in this database: CREATE EXTENSION postgis")
	}
	types := conn.TypeMap()
	one := &pgtype.Type{Name: "geometry", OID: geometry, Codec: codec{}}
	types.RegisterType(one)
	types.RegisterType(&pgtype.Type{Name: "_geometry", OID: geometries, Codec: arrayOf(one)})
	round := &pgtype.Type{Name: "geography", OID: geography, Codec: codec{}}
	types.RegisterType(round)
	types.RegisterType(&pgtype.Type{Name: "_geography", OID: geographies, Codec: arrayOf(round)})
	for _, v := range []any{orb.Point{}, orb.MultiPoint{}, orb.LineString{}, orb.MultiLineString{}, orb.Ring{}, orb.Polygon{},
		orb.MultiPolygon{}, orb.Collection{}, orb.Bound{}, &geom.Point{}, &geom.LineString{}, &geom.Polygon{}, &geom.MultiPoint{},
		&geom.MultiLineString{}, &geom.MultiPolygon{}, &geom.GeometryCollection{}, Raw{}} {
		types.RegisterDefaultPgType(v, "geometry")
	}
	return nil
}

// arrayOf gives the codec of an array. In text, PostGIS has a colon between geometries.
func arrayOf(one *pgtype.Type) *pgtype.ArrayCodec {
	return &pgtype.ArrayCodec{ElementType: one, Delimiter: ':'}
}

// codec is pgx's view of geometry. Binary is EWKB, text the same in hexadecimal.
type codec struct{}

func (codec) FormatSupported(format int16) bool {
	return format == pgtype.BinaryFormatCode || format == pgtype.TextFormatCode
}

func (codec) PreferredFormat() int16 { return pgtype.BinaryFormatCode }

func (codec) PlanEncode(_ *pgtype.Map, _ uint32, format int16, value any) pgtype.EncodePlan {
	switch value.(type) {
	case orb.Geometry:
		if reflect.TypeOf(value).Kind() == reflect.Pointer {
			return nil // pgx follows the pointer, and asks again
		}
		return encodePlan{format}
	case geom.T, Raw:
		return encodePlan{format}
	}
	return nil
}

func (codec) PlanScan(_ *pgtype.Map, _ uint32, format int16, target any) pgtype.ScanPlan {
	switch target.(type) {
	case *orb.Geometry, *orb.Point, *orb.MultiPoint, *orb.LineString, *orb.MultiLineString, *orb.Polygon, *orb.MultiPolygon,
		*orb.Collection, *geom.T, **geom.Point, **geom.LineString, **geom.Polygon, **geom.MultiPoint, **geom.MultiLineString,
		**geom.MultiPolygon, **geom.GeometryCollection, *Raw:
		return scanPlan{format}
	}
	return nil
}

func (codec) DecodeDatabaseSQLValue(_ *pgtype.Map, _ uint32, _ int16, src []byte) (driver.Value, error) {
	return src, nil
}

func (codec) DecodeValue(_ *pgtype.Map, _ uint32, format int16, src []byte) (any, error) {
	if src == nil {
		return nil, nil
	}
	b, err := binaryOf(format, src)
	if err != nil {
		return nil, err
	}
	return decode(b)
}

type encodePlan struct{ format int16 }

// Encode writes a value; a nil geometry is NULL.
func (p encodePlan) Encode(value any, buf []byte) ([]byte, error) {
	if v := reflect.ValueOf(value); (v.Kind() == reflect.Pointer || v.Kind() == reflect.Slice) && v.IsNil() {
		return nil, nil
	}
	before := len(buf)
	var err error
	switch g := value.(type) {
	case Raw:
		buf = append(buf, g...)
	case orb.Geometry:
		buf, err = appendEWKB(buf, g, true)
	case geom.T:
		buf, err = appendGeom(buf, g)
	}
	if err != nil || p.format == pgtype.BinaryFormatCode {
		return buf, err
	}
	return hex.AppendEncode(buf[:before], bytes.Clone(buf[before:])), nil
}

// appendGeom writes a geometry of go-geom. One that states no SRID is given ours.
func appendGeom(buf []byte, g geom.T) ([]byte, error) {
	b, err := geomwire.Marshal(g, binary.LittleEndian)
	if err != nil {
		return nil, fmt.Errorf("write a geometry: %w", err)
	}
	flags := binary.LittleEndian.Uint32(b[1:])
	if flags&hasSRID != 0 {
		return append(buf, b...), nil
	}
	buf = binary.LittleEndian.AppendUint32(append(buf, b[0]), flags|hasSRID)
	buf = binary.LittleEndian.AppendUint32(buf, srid)
	return append(buf, b[5:]...), nil
}

type scanPlan struct{ format int16 }

// Scan reads a geometry into the type that was asked for, and refuses another.
func (p scanPlan) Scan(src []byte, target any) error {
	if src == nil {
		return scanNull(target)
	}
	b, err := binaryOf(p.format, src)
	if err != nil {
		return err
	}
	switch t := target.(type) {
	case *Raw:
		*t = append(Raw(nil), b...)
		return nil
	case *geom.T:
		*t, err = decodeGeom(b)
		return err
	}
	into := reflect.ValueOf(target).Elem()
	if into.Kind() == reflect.Pointer {
		g, err := decodeGeom(b)
		if err != nil {
			return err
		}
		return set(into, g)
	}
	g, err := decode(b)
	if err != nil {
		return err
	}
	return setOrb(target, g)
}

// decodeGeom reads EWKB into go-geom, which allocates by counts it does not check: decode does.
func decodeGeom(b []byte) (geom.T, error) {
	if _, err := decode(b); err != nil {
		return nil, err
	}
	g, err := geomwire.Unmarshal(b)
	if err != nil {
		return nil, fmt.Errorf("read a geometry: %w", err)
	}
	return g, nil
}

// setOrb sets what is read most often without reflection. One polygon goes into a variable for several.
func setOrb(target any, g orb.Geometry) error {
	switch t := target.(type) {
	case *orb.Geometry:
		*t = g
		return nil
	case *orb.Point:
		if p, ok := g.(orb.Point); ok {
			*t = p
			return nil
		}
	case *orb.MultiPolygon:
		if p, ok := g.(orb.Polygon); ok {
			*t = orb.MultiPolygon{p}
			return nil
		}
	}
	return set(reflect.ValueOf(target).Elem(), g)
}

func set(into reflect.Value, g any) error {
	v := reflect.ValueOf(g)
	if v.Type() != into.Type() {
		return fmt.Errorf("read a geometry: it is a %T, not a %s", g, into.Type())
	}
	into.Set(v)
	return nil
}

// scanNull sets what can be nil to nil.
func scanNull(target any) error {
	into := reflect.ValueOf(target).Elem()
	switch into.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Slice:
		into.SetZero()
		return nil
	}
	return fmt.Errorf("read a geometry: NULL does not go into %s, use a pointer to it", into.Type())
}

func binaryOf(format int16, src []byte) ([]byte, error) {
	if format == pgtype.TextFormatCode {
		return hex.DecodeString(string(src))
	}
	return src, nil
}
