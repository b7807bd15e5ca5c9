package areas

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// wallMetres is how deep a boundary may run inside an outline and still be said to follow its wall: footprints are drawn no
// better.
const wallMetres = 0.3

// segment is a stretch of boundary between two vertices.
type segment [2]orb.Point

// newBoundary lists the stretches of boundary between two members that move which were none before.
func (r *redrawing) newBoundary() []segment {
	known, sides := map[segment]bool{}, map[segment]int{}
	for _, i := range r.moved {
		if !r.isNew(i) {
			eachSegment(r.before[i].Geometry, func(s segment) { known[s] = true })
		}
	}
	var out []segment
	for _, i := range r.moved {
		eachSegment(r.after[i], func(s segment) {
			if sides[s]++; sides[s] == 2 && !known[s] {
				out = append(out, s)
			}
		})
	}
	return out
}

// eachSegment visits the sides of a multipolygon, each with its western, then southern end first.
func eachSegment(m orb.MultiPolygon, visit func(segment)) {
	for _, polygon := range m {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if b[0] < a[0] || b[0] == a[0] && b[1] < a[1] {
					a, b = b, a
				}
				visit(segment{a, b})
			}
		}
	}
}

// cuts tells whether a stretch of boundary runs through an outline, deeper than a wall, and where.
//
//  1. the places where it crosses a side divide it;
//  2. of each part, the middle is inside or outside, and so far from the nearest side.
func (s segment) cuts(outline orb.Geometry) (orb.Point, bool) {
	if !s.bound().Intersects(outline.Bound()) {
		return orb.Point{}, false
	}
	rings := ringsOfOutline(outline)
	at := []float64{0, 1}
	for _, ring := range rings {
		for i := 1; i < len(ring); i++ {
			if f, ok := s.crossing(ring[i-1], ring[i]); ok {
				at = append(at, f)
			}
		}
	}
	slices.Sort(at)
	for i := 1; i < len(at); i++ {
		middle := s.along((at[i-1] + at[i]) / 2)
		if geo.Contains(outline, middle) && depth(rings, middle) > wallMetres {
			return middle, true
		}
	}
	return orb.Point{}, false
}

func (s segment) bound() orb.Bound { return orb.MultiPoint{s[0], s[1]}.Bound() }

func (s segment) along(f float64) orb.Point {
	return orb.Point{s[0][0] + f*(s[1][0]-s[0][0]), s[0][1] + f*(s[1][1]-s[0][1])}
}

// crossing gives how far along a segment it meets the way from a to b.
func (s segment) crossing(a, b orb.Point) (float64, bool) {
	x, y := s[1][0]-s[0][0], s[1][1]-s[0][1]
	u, v := b[0]-a[0], b[1]-a[1]
	across := x*v - y*u
	if across == 0 {
		return 0, false
	}
	f := ((a[0]-s[0][0])*v - (a[1]-s[0][1])*u) / across
	g := ((a[0]-s[0][0])*y - (a[1]-s[0][1])*x) / across
	return f, f > 0 && f < 1 && g >= 0 && g <= 1
}

func ringsOfOutline(g orb.Geometry) (out []orb.Ring) {
	switch g := g.(type) {
	case orb.Polygon:
		return g
	case orb.MultiPolygon:
		for _, p := range g {
			out = append(out, p...)
		}
	}
	return out
}

// metresPerDegree of latitude; of longitude it shrinks with its cosine.
const metresPerDegree = 111_320.0

// depth is how far in metres a place is from the nearest side of rings.
func depth(rings []orb.Ring, p orb.Point) float64 {
	least := math.Inf(1)
	for _, ring := range rings {
		for i := 1; i < len(ring); i++ {
			least = min(least, segment{ring[i-1], ring[i]}.distance(p))
		}
	}
	return least
}

// distance gives how far in metres a place is from the nearest of a segment, as on a plane: it is near.
func (s segment) distance(p orb.Point) float64 {
	east := metresPerDegree * math.Cos(p[1]*math.Pi/180)
	ax, ay := (s[0][0]-p[0])*east, (s[0][1]-p[1])*metresPerDegree
	bx, by := (s[1][0]-p[0])*east, (s[1][1]-p[1])*metresPerDegree
	dx, dy := bx-ax, by-ay
	f := 0.0
	if d := dx*dx + dy*dy; d > 0 {
		f = min(max(-(ax*dx+ay*dy)/d, 0), 1)
	}
	return math.Hypot(ax+f*dx, ay+f*dy)
}
