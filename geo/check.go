package geo

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// Invalid says why a geometry cannot stand, and where.
type Invalid struct {
	Reason string
	At     orb.Point // degrees
}

func (e *Invalid) Error() string { return fmt.Sprintf("%s at %.7f %.7f", e.Reason, e.At[0], e.At[1]) }

// Check answers nil for a geometry that is valid as OGC Simple Features has it, read on the grid, else an *Invalid with the
// first fault: a coordinate out of range, a ring that is open, too short, or crosses or touches itself, a hole outside its
// shell, parts that overlap.
//
//  1. coordinates and rings by themselves;
//  2. every pair of edges whose boxes meet: they may share an end within a ring, touch in a point between rings, never cross
//     or run together;
//  3. what does not cross is inside or outside as a whole: one vertex tells.
func Check(g orb.Geometry) error {
	switch g := g.(type) {
	case orb.Polygon:
		return checkPolygons(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		return checkPolygons(g)
	case orb.LineString:
		return checkLine(g)
	case orb.MultiLineString:
		for _, l := range g {
			if err := checkLine(l); err != nil {
				return err
			}
		}
	case orb.Point:
		return checkPoint(g)
	case orb.MultiPoint:
		return checkPoints(g)
	}
	return nil
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
	if err := checkPoints(l); err != nil {
		return err
	}
	for i := 1; i < len(l); i++ {
		if onGrid(l[i]) != onGrid(l[0]) {
			return nil
		}
	}
	return &Invalid{"line shorter than the grid", l.Bound().Center()}
}

// edge is one side of a ring, from a to b, with its box's west and east.
type edge struct {
	a, b       at
	ring       int32 // counted over all polygons
	next, last int32 // place in its ring, and the ring's last place
}

func (e edge) west() int64  { return min(e.a.x, e.b.x) }
func (e edge) east() int64  { return max(e.a.x, e.b.x) }
func (e edge) south() int64 { return min(e.a.y, e.b.y) }
func (e edge) north() int64 { return max(e.a.y, e.b.y) }

func checkPolygons(m orb.MultiPolygon) error {
	var edges []edge
	ring := int32(0)
	for _, p := range m {
		if len(p) == 0 {
			return &Invalid{"polygon without a ring", orb.Point{}}
		}
		for _, r := range p {
			if err := checkRing(r); err != nil {
				return err
			}
			edges = appendEdges(edges, r, ring)
			ring++
		}
	}
	if err := checkEdges(edges); err != nil {
		return err
	}
	return checkNesting(m)
}

func checkRing(r orb.Ring) error {
	if err := checkPoints(r); err != nil {
		return err
	}
	if len(r) == 0 {
		return &Invalid{"empty ring", orb.Point{}}
	}
	if onGrid(r[0]) != onGrid(r[len(r)-1]) {
		return &Invalid{"ring is not closed", r[len(r)-1]}
	}
	if len(r) < 4 {
		return &Invalid{"ring has fewer than four vertices", r[0]}
	}
	return nil
}

// appendEdges lists the sides of a ring; sides that vanish on the grid are none.
func appendEdges(edges []edge, r orb.Ring, ring int32) []edge {
	first := len(edges)
	a := onGrid(r[0])
	for _, p := range r[1:] {
		b := onGrid(p)
		if a != b {
			edges = append(edges, edge{a: a, b: b, ring: ring, next: int32(len(edges) - first)})
		}
		a = b
	}
	for i := first; i < len(edges); i++ {
		edges[i].last = int32(len(edges) - first - 1)
	}
	return edges
}

// few is the number of edges up to which comparing all pairs is quicker than sorting.
const few = 24

func checkEdges(edges []edge) error {
	if len(edges) > few {
		slices.SortFunc(edges, func(a, b edge) int { return cmp.Compare(a.west(), b.west()) })
	}
	for i, e := range edges {
		east := e.east()
		for _, f := range edges[i+1:] {
			if f.west() > east {
				if len(edges) > few {
					break
				}
				continue
			}
			if f.south() > e.north() || f.north() < e.south() || f.east() < e.west() {
				continue
			}
			if err := checkPair(e, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkPair looks at two edges whose boxes meet.
func checkPair(e, f edge) error {
	if e.ring == f.ring {
		if e.next > f.next {
			e, f = f, e
		}
		if e.last < 2 {
			return &Invalid{"ring without an area", e.a.point()}
		}
		switch {
		case f.next == e.next+1:
			return checkCorner(e, f)
		case e.next == 0 && f.next == f.last:
			return checkCorner(f, e)
		}
		if where, meet := meeting(e, f); meet {
			return &Invalid{"ring crosses or touches itself", where}
		}
		return nil
	}
	if where, cross := crossing(e, f); cross {
		return &Invalid{"rings cross or run together", where}
	}
	return nil
}

// checkCorner refuses a side that runs back over the one before.
func checkCorner(e, f edge) error {
	if turn(e.a, e.b, f.b) == 0 && (e.b.x-e.a.x)*sameWay(f.b.x-f.a.x) <= 0 && (e.b.y-e.a.y)*sameWay(f.b.y-f.a.y) <= 0 {
		return &Invalid{"ring has a spike", e.b.point()}
	}
	return nil
}

// sameWay is the sign of a step.
func sameWay(v int64) int64 { return int64(sign(v)) }

// meeting tells whether two edges have any place in common.
func meeting(e, f edge) (orb.Point, bool) {
	d1, d2 := turn(e.a, e.b, f.a), turn(e.a, e.b, f.b)
	d3, d4 := turn(f.a, f.b, e.a), turn(f.a, f.b, e.b)
	switch {
	case d1*d2 < 0 && d3*d4 < 0:
		return crossPoint(e, f), true
	case d1 == 0 && e.holds(f.a):
		return f.a.point(), true
	case d2 == 0 && e.holds(f.b):
		return f.b.point(), true
	case d3 == 0 && f.holds(e.a):
		return e.a.point(), true
	case d4 == 0 && f.holds(e.b):
		return e.b.point(), true
	}
	return orb.Point{}, false
}

// crossing tells whether two edges cross inside both, or run along each other.
func crossing(e, f edge) (orb.Point, bool) {
	d1, d2 := turn(e.a, e.b, f.a), turn(e.a, e.b, f.b)
	d3, d4 := turn(f.a, f.b, e.a), turn(f.a, f.b, e.b)
	if d1*d2 < 0 && d3*d4 < 0 {
		return crossPoint(e, f), true
	}
	if d1 != 0 || d2 != 0 {
		return orb.Point{}, false
	}
	// On one line: they run together if more than an end is shared.
	shared := 0
	var where at
	for _, p := range []at{f.a, f.b} {
		if e.holds(p) {
			shared++
			where = p
		}
	}
	for _, p := range []at{e.a, e.b} {
		if f.holds(p) && p != f.a && p != f.b {
			shared++
			where = p
		}
	}
	return where.point(), shared > 1
}

// holds tells whether a place on the edge's line lies between its ends.
func (e edge) holds(p at) bool {
	return p.x >= e.west() && p.x <= e.east() && p.y >= e.south() && p.y <= e.north()
}

// crossPoint is where two crossing edges meet, to within the grid.
func crossPoint(e, f edge) orb.Point {
	x1, y1 := float64(e.b.x-e.a.x), float64(e.b.y-e.a.y)
	x2, y2 := float64(f.b.x-f.a.x), float64(f.b.y-f.a.y)
	along := (float64(f.a.x-e.a.x)*y2 - float64(f.a.y-e.a.y)*x2) / (x1*y2 - y1*x2)
	return orb.Point{(float64(e.a.x) + along*x1) / Scale, (float64(e.a.y) + along*y1) / Scale}
}

// checkNesting refuses holes outside their shell or inside one another, and parts inside one another.
func checkNesting(m orb.MultiPolygon) error {
	for i, p := range m {
		for j, hole := range p[1:] {
			if where, out := outside(hole, p[0]); out {
				return &Invalid{"hole lies outside its shell", where}
			}
			for _, other := range p[1:][:j] {
				if where, in := within(hole, other); in {
					return &Invalid{"hole lies within another", where}
				}
			}
		}
		for _, q := range m[:i] {
			if !p[0].Bound().Intersects(q[0].Bound()) {
				continue
			}
			if where, in := overlapping(p, q); in {
				return &Invalid{"parts overlap", where}
			}
		}
	}
	return nil
}

// outside tells whether a ring that does not cross another lies outside of it.
func outside(r, shell orb.Ring) (orb.Point, bool) {
	where, side := sideOf(r, shell)
	return where, side < 0
}

// within tells whether a ring lies within another, or the other within it.
func within(r, other orb.Ring) (orb.Point, bool) {
	if where, side := sideOf(r, other); side > 0 {
		return where, true
	}
	where, side := sideOf(other, r)
	return where, side > 0
}

// overlapping tells whether two polygons whose edges do not cross share ground: one shell lies in the other and in none of
// its holes.
func overlapping(p, q orb.Polygon) (orb.Point, bool) {
	for _, pair := range [][2]orb.Polygon{{p, q}, {q, p}} {
		where, side := sideOf(pair[0][0], pair[1][0])
		if side <= 0 {
			continue
		}
		inHole := slices.ContainsFunc(pair[1][1:], func(hole orb.Ring) bool {
			_, in := sideOf(pair[0][0], hole)
			return in >= 0
		})
		if !inHole {
			return where, true
		}
	}
	return orb.Point{}, false
}

// sideOf tells whether a ring lies inside (1) or outside (-1) of another that it does not cross, by the first vertex that is
// not on the other; 0 if all are.
func sideOf(r, other orb.Ring) (orb.Point, int) {
	for _, p := range r {
		if onRing(other, onGrid(p)) {
			continue
		}
		if Contains(other, p) {
			return p, 1
		}
		return p, -1
	}
	return orb.Point{}, 0
}

func onRing(r orb.Ring, p at) bool {
	for i := 1; i < len(r); i++ {
		e := edge{a: onGrid(r[i-1]), b: onGrid(r[i])}
		if e.holds(p) && turn(e.a, e.b, p) == 0 {
			return true
		}
	}
	return false
}
