package geo

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// The kinds of geometry in EWKB, the flags of its extension, and where ISO's numbering of Z and M begins.
const (
	kindPoint = 1 + iota
	kindLineString
	kindPolygon
	kindMultiPoint
	kindMultiLineString
	kindMultiPolygon
	kindCollection

	hasZ, hasM, hasSRID = 0x80000000, 0x40000000, 0x20000000
	isoStep             = 1000
)

// maxDepth is how deep collections may lie in each other.
const maxDepth = 32

var errShort = errors.New("read a geometry: it ends too early")

// decode reads EWKB (and WKB, and ISO WKB) into orb, without Z and M. An empty point is one of two NaN, as on the wire.
func decode(b []byte) (orb.Geometry, error) {
	r := reader{rest: b}
	g, err := r.geometry(0)
	if err != nil {
		return nil, err
	}
	if len(r.rest) > 0 {
		return nil, fmt.Errorf("read a geometry: %d bytes follow its end", len(r.rest))
	}
	return g, nil
}

// reader takes a geometry's bytes from the front. Counts are held against the bytes that are left before anything is
// allocated.
type reader struct {
	rest   []byte
	order  binary.ByteOrder
	stride int // numbers a vertex
}

func (r *reader) geometry(depth int) (orb.Geometry, error) {
	kind, err := r.header()
	if err != nil {
		return nil, err
	}
	switch kind {
	case kindPoint:
		if len(r.rest) < 8*r.stride {
			return nil, errShort
		}
		return r.point(), nil
	case kindLineString:
		points, err := r.points()
		return orb.LineString(points), err
	case kindPolygon:
		return r.polygon()
	case kindMultiPoint:
		return parts[orb.MultiPoint](r, depth)
	case kindMultiLineString:
		return parts[orb.MultiLineString](r, depth)
	case kindMultiPolygon:
		return parts[orb.MultiPolygon](r, depth)
	case kindCollection:
		return parts[orb.Collection](r, depth)
	}
	return nil, fmt.Errorf("read a geometry: kind %d is not supported, only points, lines, polygons and their collections", kind)
}

// header reads the byte order, the kind and, to skip it, the SRID.
func (r *reader) header() (uint32, error) {
	if len(r.rest) < 5 {
		return 0, errShort
	}
	switch r.rest[0] {
	case 0:
		r.order = binary.BigEndian
	case 1:
		r.order = binary.LittleEndian
	default:
		return 0, fmt.Errorf("read a geometry: byte order %d is not known", r.rest[0])
	}
	flags := r.order.Uint32(r.rest[1:])
	r.rest = r.rest[5:]
	kind := flags &^ (hasZ | hasM | hasSRID)
	r.stride = 2
	if flags&hasZ != 0 {
		r.stride++
	}
	if flags&hasM != 0 {
		r.stride++
	}
	switch kind / isoStep {
	case 0:
	case 1, 2:
		r.stride = 3
	case 3:
		r.stride = 4
	default:
		return 0, fmt.Errorf("read a geometry: kind %d is not known", kind)
	}
	if flags&hasSRID != 0 {
		if len(r.rest) < 4 {
			return 0, errShort
		}
		r.rest = r.rest[4:]
	}
	return kind % isoStep, nil
}

// count reads how many things follow that take at least size bytes each.
func (r *reader) count(size int) (int, error) {
	if len(r.rest) < 4 {
		return 0, errShort
	}
	n := int64(r.order.Uint32(r.rest))
	r.rest = r.rest[4:]
	if n*int64(size) > int64(len(r.rest)) {
		return 0, errShort
	}
	return int(n), nil
}

func (r *reader) point() orb.Point {
	p := orb.Point{
		math.Float64frombits(r.order.Uint64(r.rest)),
		math.Float64frombits(r.order.Uint64(r.rest[8:])),
	}
	r.rest = r.rest[8*r.stride:]
	return p
}

func (r *reader) points() ([]orb.Point, error) {
	n, err := r.count(8 * r.stride)
	if err != nil {
		return nil, err
	}
	out := make([]orb.Point, n)
	for i := range out {
		out[i] = r.point()
	}
	return out, nil
}

func (r *reader) polygon() (orb.Geometry, error) {
	n, err := r.count(4)
	if err != nil {
		return nil, err
	}
	out := make(orb.Polygon, n)
	for i := range out {
		if out[i], err = r.points(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// parts reads the members of a collection, which must all be of its kind.
func parts[C ~[]P, P orb.Geometry](r *reader, depth int) (orb.Geometry, error) {
	if depth == maxDepth {
		return nil, fmt.Errorf("read a geometry: collections lie more than %d deep in each other", maxDepth)
	}
	n, err := r.count(5)
	if err != nil {
		return nil, err
	}
	out := make(C, n)
	for i := range out {
		g, err := r.geometry(depth + 1)
		if err != nil {
			return nil, err
		}
		part, ok := g.(P)
		if !ok {
			return nil, fmt.Errorf("read a geometry: part %d of a %T is a %T", i+1, out, g)
		}
		out[i] = part
	}
	return any(out).(orb.Geometry), nil
}

// appendEWKB writes an orb geometry; the outermost states its SRID. Rings and bounds become polygons.
func appendEWKB(b []byte, g orb.Geometry, outermost bool) ([]byte, error) {
	head := func(kind uint32, count int) {
		b = append(b, 1)
		if outermost {
			b = binary.LittleEndian.AppendUint32(b, kind|hasSRID)
			b = binary.LittleEndian.AppendUint32(b, srid)
		} else {
			b = binary.LittleEndian.AppendUint32(b, kind)
		}
		if kind != kindPoint {
			b = binary.LittleEndian.AppendUint32(b, uint32(count))
		}
	}
	switch g := g.(type) {
	case orb.Point:
		head(kindPoint, 1)
		return appendPoint(b, g), nil
	case orb.LineString:
		head(kindLineString, len(g))
		return appendPoints(b, g), nil
	case orb.Polygon:
		head(kindPolygon, len(g))
		for _, r := range g {
			b = appendPoints(binary.LittleEndian.AppendUint32(b, uint32(len(r))), r)
		}
		return b, nil
	case orb.MultiPoint:
		head(kindMultiPoint, len(g))
		return appendParts(b, g)
	case orb.MultiLineString:
		head(kindMultiLineString, len(g))
		return appendParts(b, g)
	case orb.MultiPolygon:
		head(kindMultiPolygon, len(g))
		return appendParts(b, g)
	case orb.Collection:
		head(kindCollection, len(g))
		return appendParts(b, g)
	case orb.Ring:
		return appendEWKB(b, orb.Polygon{g}, outermost)
	case orb.Bound:
		return appendEWKB(b, g.ToPolygon(), outermost)
	}
	return nil, fmt.Errorf("write a geometry: %T is not supported", g)
}

func appendParts[P orb.Geometry](b []byte, parts []P) ([]byte, error) {
	var err error
	for _, p := range parts {
		if b, err = appendEWKB(b, p, false); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func appendPoints(b []byte, points []orb.Point) []byte {
	for _, p := range points {
		b = appendPoint(b, p)
	}
	return b
}

func appendPoint(b []byte, p orb.Point) []byte {
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[0]))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(p[1]))
}
