package vector

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"
)

// maxCollections is how deep collections of geometries may lie in each other.
const maxCollections = 8

// geometryReader reads GeoJSON geometries and notes what it puts right.
type geometryReader struct{ notes []string }

// geometry reads a geometry object; null and empty ones are nil.
func (g *geometryReader) geometry(b []byte, depth int) (orb.Geometry, error) {
	if string(b) == "null" {
		return nil, nil
	}
	if b[0] != '{' {
		return nil, fmt.Errorf("its geometry is %s and not an object", shown(b))
	}
	var kind, coordinates, geometries []byte
	c := cursor{b: b}
	err := c.members(func(name, value []byte) error {
		switch string(name) {
		case "type":
			kind = value
		case "coordinates":
			coordinates = value
		case "geometries":
			geometries = value
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return g.typed(kind, coordinates, geometries, depth)
}

func (g *geometryReader) typed(kind, coordinates, geometries []byte, depth int) (orb.Geometry, error) {
	if string(kind) == `"GeometryCollection"` {
		return g.collection(geometries, depth)
	}
	read, known := geometryKinds[string(kind)]
	switch {
	case kind == nil:
		return nil, errors.New("its geometry has no type")
	case !known:
		return nil, fmt.Errorf("a geometry of type %s is not known", shown(kind))
	case coordinates == nil:
		return nil, errors.New("its geometry has no coordinates")
	}
	c := &cursor{b: coordinates}
	return read(g, c)
}

func (g *geometryReader) collection(b []byte, depth int) (orb.Geometry, error) {
	if b == nil {
		return nil, errors.New("its collection has no geometries")
	}
	if depth == maxCollections {
		return nil, fmt.Errorf("collections lie in each other more than %d deep", maxCollections)
	}
	var out orb.Collection
	c := cursor{b: b}
	err := c.elements(func(value []byte) error {
		part, err := g.geometry(value, depth+1)
		if err == nil && part == nil {
			err = errors.New("a geometry of its collection is empty")
		}
		out = append(out, part)
		return err
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out, nil
}

// geometryKinds read the coordinates of each type.
var geometryKinds = map[string]func(*geometryReader, *cursor) (orb.Geometry, error){
	`"Point"`: func(_ *geometryReader, c *cursor) (orb.Geometry, error) {
		if c.next() == '[' && c.empty() {
			return nil, nil
		}
		return typed(c.position())
	},
	`"MultiPoint"`: func(_ *geometryReader, c *cursor) (orb.Geometry, error) {
		points, err := c.positions()
		return filled(orb.MultiPoint(points), err)
	},
	`"LineString"`: func(_ *geometryReader, c *cursor) (orb.Geometry, error) {
		l, err := line(c)
		return filled(l, err)
	},
	`"MultiLineString"`: func(_ *geometryReader, c *cursor) (orb.Geometry, error) {
		lines, err := array(c, line)
		return filled(orb.MultiLineString(lines), err)
	},
	`"Polygon"`: func(g *geometryReader, c *cursor) (orb.Geometry, error) {
		rings, err := array(c, g.ring)
		return filled(orb.Polygon(rings), err)
	},
	`"MultiPolygon"`: func(g *geometryReader, c *cursor) (orb.Geometry, error) {
		parts, err := array(c, func(c *cursor) (orb.Polygon, error) {
			rings, err := array(c, g.ring)
			if err == nil && len(rings) == 0 {
				err = errors.New("a polygon has no ring")
			}
			return orb.Polygon(rings), err
		})
		return filled(orb.MultiPolygon(parts), err)
	},
}

func typed[G orb.Geometry](g G, err error) (orb.Geometry, error) {
	if err != nil {
		return nil, err
	}
	return g, nil
}

// filled is a geometry that has parts; without any it is none at all, as RFC 7946 allows.
func filled[E any, G interface {
	~[]E
	orb.Geometry
}](g G, err error) (orb.Geometry, error) {
	if err != nil || len(g) == 0 {
		return nil, err
	}
	return g, nil
}

func line(c *cursor) (orb.LineString, error) {
	points, err := c.positions()
	if err == nil && len(points) == 1 {
		err = errors.New("a line has one point only")
	}
	return points, err
}

// ring closes what is not closed, and says so.
func (g *geometryReader) ring(c *cursor) (orb.Ring, error) {
	points, err := c.positions()
	if err != nil {
		return nil, err
	}
	ring, closed := closeRing(points)
	if closed {
		g.notes = append(g.notes, noteClosed)
	}
	return ring, checkRing(ring)
}

// noteClosed is told of a ring that was closed.
const noteClosed = "a ring closed"

func closeRing(points []orb.Point) (ring orb.Ring, closed bool) {
	if n := len(points); n > 2 && points[0] != points[n-1] {
		return append(points, points[0]), true
	}
	return points, false
}

func checkRing(r orb.Ring) error {
	if len(r) < 4 {
		return fmt.Errorf("a ring has %d points: at least 4 make one, the last being the first again", len(r))
	}
	return nil
}

// empty takes an array without elements.
func (c *cursor) empty() bool {
	ahead := cursor{b: c.b, i: c.i + 1}
	if ahead.next() != ']' {
		return false
	}
	c.i = ahead.i + 1
	return true
}

// array reads an array of parts.
func array[P any](c *cursor, read func(*cursor) (P, error)) ([]P, error) {
	if c.next() != '[' {
		return nil, c.unexpected("an array of coordinates")
	}
	if c.empty() {
		return nil, nil
	}
	out := make([]P, 0, 1)
	for {
		c.i++
		part, err := read(c)
		if err != nil {
			return nil, err
		}
		out = append(out, part)
		switch c.next() {
		case ',':
		case ']':
			c.i++
			return out, nil
		default:
			return nil, c.unexpected("a comma or the end of an array")
		}
	}
}

// positions reads an array of positions.
func (c *cursor) positions() ([]orb.Point, error) {
	if c.next() != '[' {
		return nil, c.unexpected("an array of positions")
	}
	if c.empty() {
		return nil, nil
	}
	out := make([]orb.Point, 0, 8)
	for {
		c.i++
		p, err := c.position()
		if err != nil {
			return nil, err
		}
		out = append(out, p)
		switch c.next() {
		case ',':
		case ']':
			c.i++
			return out, nil
		default:
			return nil, c.unexpected("a comma or the end of an array")
		}
	}
}

// position reads one position; what follows the first two numbers are heights and measures, which are dropped.
func (c *cursor) position() (orb.Point, error) {
	var p orb.Point
	if c.next() != '[' {
		return p, c.unexpected("a position")
	}
	for n := 0; ; n++ {
		c.i++
		v, err := c.number()
		if err != nil {
			return p, err
		}
		if n < 2 {
			p[n] = v
		}
		switch c.next() {
		case ',':
		case ']':
			c.i++
			if n == 0 {
				return p, errors.New("a position has one number only")
			}
			return p, nil
		default:
			return p, c.unexpected("a comma or the end of a position")
		}
	}
}
