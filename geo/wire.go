package geo

import (
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
	orbwire "github.com/paulmach/orb/encoding/ewkb"
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
	types.RegisterType(&pgtype.Type{Name: "_geometry", OID: geometries, Codec: &pgtype.ArrayCodec{ElementType: one}})
	round := &pgtype.Type{Name: "geography", OID: geography, Codec: codec{}}
	types.RegisterType(round)
	types.RegisterType(&pgtype.Type{Name: "_geography", OID: geographies, Codec: &pgtype.ArrayCodec{ElementType: round}})
	for _, v := range []any{orb.Point{}, orb.MultiPoint{}, orb.LineString{}, orb.MultiLineString{}, orb.Ring{}, orb.Polygon{},
		orb.MultiPolygon{}, orb.Collection{}, orb.Bound{}, &geom.Point{}, &geom.LineString{}, &geom.Polygon{}, &geom.MultiPoint{},
		&geom.MultiLineString{}, &geom.MultiPolygon{}, &geom.GeometryCollection{}, Raw{}} {
		types.RegisterDefaultPgType(v, "geometry")
	}
	return nil
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
	var b []byte
	var err error
	switch g := value.(type) {
	case Raw:
		b = g
	case orb.Geometry:
		b, err = encode(g)
	case geom.T:
		b, err = geomwire.Marshal(g, binary.LittleEndian)
	}
	if err != nil {
		return nil, fmt.Errorf("write a geometry: %w", err)
	}
	if p.format == pgtype.TextFormatCode {
		return hex.AppendEncode(buf, b), nil
	}
	return append(buf, b...), nil
}

// encode writes an orb geometry as EWKB with its SRID; rings and bounds become polygons.
func encode(g orb.Geometry) ([]byte, error) {
	switch v := g.(type) {
	case orb.Ring:
		g = orb.Polygon{v}
	case orb.Bound:
		g = v.ToPolygon()
	}
	return orbwire.Marshal(g, srid, binary.LittleEndian)
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
	case *orb.Geometry:
		*t, err = decode(b)
		return err
	case *geom.T:
		*t, err = geomwire.Unmarshal(b)
		return err
	}
	if into := reflect.ValueOf(target).Elem(); into.Kind() == reflect.Pointer {
		return scanInto(into, func() (any, error) { return geomwire.Unmarshal(b) })
	}
	return scanInto(reflect.ValueOf(target).Elem(), func() (any, error) { return decode(b) })
}

// scanInto sets a variable to what was read, if it is of its type; one polygon goes into several.
func scanInto(into reflect.Value, read func() (any, error)) error {
	g, err := read()
	if err != nil {
		return err
	}
	if p, ok := g.(orb.Polygon); ok && into.Type() == reflect.TypeFor[orb.MultiPolygon]() {
		g = orb.MultiPolygon{p}
	}
	v := reflect.ValueOf(g)
	if v.Type() != into.Type() {
		return fmt.Errorf("read a geometry: it is %T, not %s", g, into.Type())
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

// The flags of an EWKB type, and where ISO's numbering of Z and M begins.
const (
	hasZ, hasM = 0x80000000, 0x40000000
	isoZ       = 1000
)

// decode reads EWKB into orb, without Z and M.
func decode(b []byte) (orb.Geometry, error) {
	if len(b) < 5 {
		return nil, errors.New("read a geometry: it ends too early")
	}
	kind := binary.LittleEndian.Uint32(b[1:])
	if b[0] == 0 {
		kind = binary.BigEndian.Uint32(b[1:])
	}
	if kind&(hasZ|hasM) == 0 && kind&0xffff < isoZ {
		g, _, err := orbwire.Unmarshal(b)
		if err != nil {
			return nil, fmt.Errorf("read a geometry: %w", err)
		}
		return g, nil
	}
	g, err := geomwire.Unmarshal(b)
	if err != nil {
		return nil, fmt.Errorf("read a geometry: %w", err)
	}
	return flat(g)
}

// flat drops Z and M.
func flat(g geom.T) (orb.Geometry, error) {
	switch g := g.(type) {
	case *geom.Point:
		return orb.Point{g.X(), g.Y()}, nil
	case *geom.LineString:
		return orb.LineString(flatPoints(g.Coords())), nil
	case *geom.Polygon:
		return flatPolygon(g.Coords()), nil
	case *geom.MultiPoint:
		return orb.MultiPoint(flatPoints(g.Coords())), nil
	case *geom.MultiLineString:
		var out orb.MultiLineString
		for _, l := range g.Coords() {
			out = append(out, flatPoints(l))
		}
		return out, nil
	case *geom.MultiPolygon:
		var out orb.MultiPolygon
		for _, p := range g.Coords() {
			out = append(out, flatPolygon(p))
		}
		return out, nil
	case *geom.GeometryCollection:
		var out orb.Collection
		for _, part := range g.Geoms() {
			f, err := flat(part)
			if err != nil {
				return nil, err
			}
			out = append(out, f)
		}
		return out, nil
	}
	return nil, fmt.Errorf("read a geometry: %T is not supported", g)
}

func flatPoints(coords []geom.Coord) []orb.Point {
	out := make([]orb.Point, len(coords))
	for i, c := range coords {
		out[i] = orb.Point{c[0], c[1]}
	}
	return out
}

func flatPolygon(rings [][]geom.Coord) orb.Polygon {
	out := make(orb.Polygon, len(rings))
	for i, r := range rings {
		out[i] = flatPoints(r)
	}
	return out
}
