package geo

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Invalid says why a geometry cannot stand, and where.
type Invalid struct {
	Reason string
	At     orb.Point // degrees
}

func (e *Invalid) Error() string { return fmt.Sprintf("%s at %.7f %.7f", e.Reason, e.At[0], e.At[1]) }

// Check answers nil for a geometry that is valid as OGC Simple Features has it, read on the grid, else an *Invalid with the
// first fault: a coordinate out of range, a ring that is open, too short, or crosses or touches itself, rings that cross or
// run together, a hole outside its shell, holes that cut the inside apart, parts that overlap. Empty geometry is refused.
//
//  1. coordinates and rings by themselves;
//  2. every pair of edges whose boxes meet: within a ring they may share an end, between rings touch in a point, never cross
//     or run together;
//  3. where rings of a polygon touch: a chain of them that closes cuts the inside apart;
//  4. what does not cross is inside or outside as a whole: one vertex tells.
func Check(g orb.Geometry) error {
	switch g := g.(type) {
	case orb.Polygon:
		return checkPolygons(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		return checkPolygons(g)
	case orb.Ring:
		return checkPolygons(orb.MultiPolygon{{g}})
	case orb.Bound:
		return checkPolygons(orb.MultiPolygon{g.ToPolygon()})
	case orb.Point:
		return checkPoint(g)
	case orb.MultiPoint:
		return checkSome(len(g), checkPoints(g))
	case orb.LineString:
		return checkLine(g)
	case orb.MultiLineString:
		return checkEach(g, func(l orb.LineString) error { return checkLine(l) })
	case orb.Collection:
		return checkEach(g, Check)
	}
	return &Invalid{"no geometry", orb.Point{}}
}

func checkEach[G any](parts []G, check func(G) error) error {
	for _, p := range parts {
		if err := check(p); err != nil {
			return err
		}
	}
	return checkSome(len(parts), nil)
}

func checkSome(n int, err error) error {
	if n == 0 {
		return &Invalid{"no geometry", orb.Point{}}
	}
	return err
}

func checkPoint(p orb.Point) error {
	if !finite(p) {
		return &Invalid{"coordinate is not a number", orb.Point{}}
	}
	if p[0] < -180 || p[0] > 180 || p[1] < -90 || p[1] > 90 {
		return &Invalid{"coordinate out of range (longitude -180 to 180, latitude -90 to 90)", p}
	}
	return nil
}

func checkPoints(points []orb.Point) error {
	for _, p := range points {
		if err := checkPoint(p); err != nil {
			return err
		}
	}
	return nil
}

func checkLine(l orb.LineString) error {
	if err := checkSome(len(l), checkPoints(l)); err != nil {
		return err
	}
	for i := 1; i < len(l); i++ {
		if onGrid(l[i]) != onGrid(l[0]) {
			return nil
		}
	}
	return &Invalid{"line shorter than the grid", l[0]}
}

// few is how many edges are compared in pairs, unsorted and without allocation: most buildings have no more.
const few = 24

func checkPolygons(m orb.MultiPolygon) error {
	if len(m) == 1 && len(m[0]) == 1 && len(m[0][0]) <= few+1 {
		var room [few]edge
		edges, err := appendEdges(room[:0], m[0][0], 0)
		if err != nil {
			return err
		}
		return checkLoop(edges)
	}
	s, err := newShape(m)
	if err != nil {
		return err
	}
	if err := s.checkEdges(); err != nil {
		return err
	}
	if err := s.checkConnected(); err != nil {
		return err
	}
	return s.checkNesting()
}

// shape is a multipolygon on the grid.
type shape struct {
	rings   []ring
	edges   []edge
	parts   []part
	touches []touch
}

type ring struct {
	part   int32
	places []at // closed, without repetition
	box    box
}

// part is the rings of a polygon, the shell first.
type part struct{ first, last int32 }

func newShape(m orb.MultiPolygon) (*shape, error) {
	s := &shape{}
	for _, p := range m {
		if len(p) == 0 {
			return nil, &Invalid{"polygon without a ring", orb.Point{}}
		}
		first := int32(len(s.rings))
		for _, r := range p {
			before := len(s.edges)
			edges, err := appendEdges(s.edges, r, int32(len(s.rings)))
			if err != nil {
				return nil, err
			}
			s.edges = edges
			s.rings = append(s.rings, newRing(edges[before:], int32(len(s.parts))))
		}
		s.parts = append(s.parts, part{first, int32(len(s.rings))})
	}
	return s, checkSome(len(s.parts), nil)
}

func newRing(edges []edge, part int32) ring {
	r := ring{part: part, places: make([]at, 0, len(edges)+1), box: edges[0].box()}
	for _, e := range edges {
		r.places = append(r.places, e.a)
		r.box = r.box.with(e.box())
	}
	r.places = append(r.places, edges[0].a)
	return r
}

// appendEdges lists the sides of a ring that is sound by itself; sides that vanish on the grid are none.
func appendEdges(edges []edge, r orb.Ring, ring int32) ([]edge, error) {
	if len(r) == 0 {
		return nil, &Invalid{"empty ring", orb.Point{}}
	}
	if err := checkPoints(r); err != nil {
		return nil, err
	}
	first := len(edges)
	start := onGrid(r[0])
	a := start
	for _, p := range r[1:] {
		b := onGrid(p)
		if a != b {
			edges = append(edges, edge{a: a, b: b, ring: ring, index: int32(len(edges) - first)})
		}
		a = b
	}
	switch {
	case a != start:
		return nil, &Invalid{"ring is not closed", r[len(r)-1]}
	case len(r) < 4:
		return nil, &Invalid{"ring has fewer than four vertices", r[0]}
	case len(edges)-first < 3:
		return nil, &Invalid{"ring without an area", r[0]}
	}
	return edges, nil
}
