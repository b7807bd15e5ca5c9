package geo

import (
	"math"
	"math/bits"
	"slices"

	"github.com/paulmach/orb"
)

// Scale is grid units a degree: a vertex shared by two boundaries is the same pair of integers.
const Scale = 1e7

// at is a place on the grid.
type at struct{ x, y int64 }

// onGrid gives the grid's place nearest to a point.
func onGrid(p orb.Point) at {
	return at{int64(round(p[0])), int64(round(p[1]))}
}

// round gives the grid unit nearest to a degree; of halves the upper. math.Round takes three times as long.
func round(degree float64) float64 { return math.Floor(degree*Scale + 0.5) }

func (a at) point() orb.Point { return orb.Point{float64(a.x) / Scale, float64(a.y) / Scale} }

// box is the smallest upright rectangle around something, its edges included.
type box struct{ west, south, east, north int64 }

func boxOf(places []at) box {
	b := box{places[0].x, places[0].y, places[0].x, places[0].y}
	for _, p := range places {
		b = b.with(box{p.x, p.y, p.x, p.y})
	}
	return b
}

func (b box) holds(p at) bool {
	return p.x >= b.west && p.x <= b.east && p.y >= b.south && p.y <= b.north
}

func (b box) meets(o box) bool {
	return b.west <= o.east && o.west <= b.east && b.south <= o.north && o.south <= b.north
}

func (b box) with(o box) box {
	return box{min(b.west, o.west), min(b.south, o.south), max(b.east, o.east), max(b.north, o.north)}
}

// SnapPoint gives the point on the grid nearest to one.
func SnapPoint(p orb.Point) orb.Point {
	if !finite(p) {
		return p
	}
	return orb.Point{round(p[0]) / Scale, round(p[1]) / Scale}
}

// Snap gives a copy of a geometry on the grid. Vertices that fall on the one before are dropped; nothing else is mended.
func Snap(g orb.Geometry) orb.Geometry {
	switch g := g.(type) {
	case orb.Point:
		return SnapPoint(g)
	case orb.MultiPoint:
		return orb.MultiPoint(snapEach(g))
	case orb.LineString:
		return orb.LineString(snapped(g))
	case orb.MultiLineString:
		out := make(orb.MultiLineString, len(g))
		for i, l := range g {
			out[i] = snapped(l)
		}
		return out
	case orb.Ring:
		return orb.Ring(snapped(g))
	case orb.Polygon:
		return snapPolygon(g)
	case orb.MultiPolygon:
		out := make(orb.MultiPolygon, len(g))
		for i, p := range g {
			out[i] = snapPolygon(p)
		}
		return out
	case orb.Collection:
		out := make(orb.Collection, len(g))
		for i, part := range g {
			out[i] = Snap(part)
		}
		return out
	case orb.Bound:
		return orb.Bound{Min: SnapPoint(g.Min), Max: SnapPoint(g.Max)}
	}
	return g
}

func snapPolygon(p orb.Polygon) orb.Polygon {
	out := make(orb.Polygon, len(p))
	for i, r := range p {
		out[i] = snapped(r)
	}
	return out
}

func snapEach(points []orb.Point) []orb.Point {
	out := make([]orb.Point, len(points))
	for i, p := range points {
		out[i] = SnapPoint(p)
	}
	return out
}

func snapped(points []orb.Point) []orb.Point { return slices.Compact(snapEach(points)) }

func finite(p orb.Point) bool {
	return !math.IsNaN(p[0]) && !math.IsNaN(p[1]) && !math.IsInf(p[0], 0) && !math.IsInf(p[1], 0)
}

// turn tells on which side of the line from a to b the place c lies: 1 left, -1 right, 0 on it. It is exact.
func turn(a, b, c at) int {
	x1, y1, x2, y2 := b.x-a.x, b.y-a.y, c.x-a.x, c.y-a.y
	const safe = 1 << 31
	if max(x1, y1, x2, y2) < safe && min(x1, y1, x2, y2) > -safe {
		return sign(x1*y2 - y1*x2)
	}
	return compareProducts(x1, y2, y1, x2)
}

func sign(v int64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// compareProducts compares a·b with c·d in 128 bits: differences of longitudes across the whole grid overflow 64.
func compareProducts(a, b, c, d int64) int {
	p, q := sign(a)*sign(b), sign(c)*sign(d)
	if p != q {
		return sign(int64(p - q))
	}
	hi1, lo1 := bits.Mul64(magnitude(a), magnitude(b))
	hi2, lo2 := bits.Mul64(magnitude(c), magnitude(d))
	larger := 0
	switch {
	case hi1 != hi2:
		larger = 1
		if hi1 < hi2 {
			larger = -1
		}
	case lo1 != lo2:
		larger = 1
		if lo1 < lo2 {
			larger = -1
		}
	}
	return larger * p
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return uint64(-v)
	}
	return uint64(v)
}

// Contains tells whether a polygon or multipolygon holds a point, exactly. Of its boundary it holds one half, so that of the
// members of a partition exactly one holds any point: what lies on an edge belongs to the side east of it, or north of a
// level one. Other geometry holds none.
func Contains(g orb.Geometry, p orb.Point) bool {
	if checkPoint(p) != nil {
		return false
	}
	q := onGrid(p)
	inside := false
	switch g := g.(type) {
	case orb.Ring:
		inside = crossesOdd(g, q)
	case orb.Bound:
		inside = crossesOdd(g.ToRing(), q)
	case orb.Polygon:
		inside = inPolygon(g, q)
	case orb.MultiPolygon:
		for _, part := range g {
			inside = inside != inPolygon(part, q)
		}
	}
	return inside
}

func inPolygon(p orb.Polygon, q at) bool {
	inside := false
	for _, r := range p {
		inside = inside != crossesOdd(r, q)
	}
	return inside
}

// crossesOdd tells whether the ray from q to the east meets a ring an odd number of times.
func crossesOdd(r []orb.Point, q at) bool {
	if len(r) == 0 {
		return false
	}
	odd := false
	a := onGrid(r[0])
	for _, p := range r[1:] {
		b := onGrid(p)
		if crosses(a, b, q) {
			odd = !odd
		}
		a = b
	}
	return odd
}

// crosses tells whether the ray from q to the east meets the edge from a to b. The lower end belongs to the edge, the upper
// does not.
func crosses(a, b, q at) bool {
	if (a.y > q.y) == (b.y > q.y) {
		return false
	}
	if a.y > b.y {
		a, b = b, a
	}
	return turn(a, b, q) > 0
}

// ringsOf lists all rings of a polygon or multipolygon; other geometry has none.
func ringsOf(g orb.Geometry) []orb.Ring {
	switch g := g.(type) {
	case orb.Ring:
		return []orb.Ring{g}
	case orb.Bound:
		return g.ToPolygon()
	case orb.Polygon:
		return g
	case orb.MultiPolygon:
		var out []orb.Ring
		for _, p := range g {
			out = append(out, p...)
		}
		return out
	}
	return nil
}

// OnBoundary tells whether a point lies on a ring of a polygon or multipolygon, exactly, on the grid.
func OnBoundary(g orb.Geometry, p orb.Point) bool {
	if checkPoint(p) != nil {
		return false
	}
	q := onGrid(p)
	for _, r := range ringsOf(g) {
		for i := 1; i < len(r); i++ {
			a, b := onGrid(r[i-1]), onGrid(r[i])
			if boxOf([]at{a, b}).holds(q) && turn(a, b, q) == 0 {
				return true
			}
		}
	}
	return false
}
