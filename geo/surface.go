package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// maxRows is how many rows of the grid are looked at for room in a sliver.
const maxRows = 4096

// PointOnSurface gives a point of the grid strictly inside a polygon, or a multipolygon's largest part, away from its edges
// where it is wide. A sliver without such a place gives one that Contains holds, and one without even that its first vertex.
// Of lines and points it is one of theirs, of a collection that of its first part of most dimensions; of nothing, and of what
// is out of range, the point 0 0.
//
//  1. look along rows at the quarters of the box, and take the middle of the widest stretch;
//  2. else the first place found on rows at eighths, sixteenths and so on;
//  3. else search rows over the whole height, every one if they are few.
func PointOnSurface(g orb.Geometry) orb.Point {
	switch g := g.(type) {
	case orb.Point:
		return SnapPoint(g)
	case orb.MultiPoint:
		return middle(g)
	case orb.LineString:
		return middle(g)
	case orb.MultiLineString:
		if len(g) > 0 {
			return middle(slices.MaxFunc(g, func(a, b orb.LineString) int { return cmp.Compare(Length(a), Length(b)) }))
		}
	case orb.Ring:
		return PointOnSurface(orb.Polygon{g})
	case orb.Bound:
		return SnapPoint(g.Center())
	case orb.Polygon:
		if len(g) > 0 && len(g[0]) > 0 {
			return pointInside(g)
		}
	case orb.MultiPolygon:
		return PointOnSurface(largest(g))
	case orb.Collection:
		if len(g) > 0 {
			return PointOnSurface(slices.MaxFunc(g, func(a, b orb.Geometry) int { return cmp.Compare(a.Dimensions(), b.Dimensions()) }))
		}
	}
	return orb.Point{}
}

func middle(points []orb.Point) orb.Point {
	if len(points) == 0 {
		return orb.Point{}
	}
	return SnapPoint(points[len(points)/2])
}

// largest is the part of a multipolygon with the largest shell, by its planar area in square degrees.
func largest(m orb.MultiPolygon) orb.Polygon {
	var best orb.Polygon
	most := -1.0
	for _, p := range m {
		if len(p) == 0 {
			continue
		}
		if a := math.Abs(planar(p[0])); a > most {
			best, most = p, a
		}
	}
	return best
}

// planar is a ring's signed area in square degrees, positive if it runs counter-clockwise.
func planar(r orb.Ring) float64 {
	var sum float64
	for i := 1; i < len(r); i++ {
		a, b := r[i-1], r[i]
		sum += (a[0]-r[0][0])*(b[1]-r[0][1]) - (b[0]-r[0][0])*(a[1]-r[0][1])
	}
	return sum / 2
}

func pointInside(p orb.Polygon) orb.Point {
	for _, r := range p {
		if checkPoints(r) != nil {
			return orb.Point{}
		}
	}
	s := newScan(p)
	best := stretch{last: -1}
	for _, y := range []int64{s.height(2, 4), s.height(1, 4), s.height(3, 4)} {
		for _, found := range s.stretches(y) {
			if found.width() > best.width() && s.inside(found.middle()) {
				best = found
			}
		}
	}
	if best.width() > 0 {
		return best.middle().point()
	}
	for parts := int64(8); parts <= 64; parts *= 2 {
		for i := int64(1); i < parts; i += 2 {
			for _, found := range s.stretches(s.height(i, parts)) {
				if s.inside(found.middle()) {
					return found.middle().point()
				}
			}
		}
	}
	return s.search(p)
}

// search looks at rows from south to north, and settles for a place that is held by half of the boundary.
func (s *scan) search(p orb.Polygon) orb.Point {
	held, holds := at{}, false
	rows := min(s.box.north-s.box.south+1, maxRows)
	for i := range rows {
		y := s.box.south + i*(s.box.north-s.box.south)/max(rows-1, 1)
		for _, found := range s.stretches(y) {
			if found.width() > 0 && s.inside(found.middle()) {
				return found.middle().point()
			}
			if west := (at{found.west, y}); !holds && found.west < found.east && inPolygon(p, west) {
				held, holds = west, true
			}
		}
	}
	if holds {
		return held.point()
	}
	return SnapPoint(p[0][0])
}

// scan looks at a polygon on the grid row by row.
type scan struct {
	rings [][]at
	box   box // of the shell
	found []stretch
	cuts  []cut
}

// cut is where a row meets an edge: exactly at x, and the places of the grid not east and not west of it.
type cut struct {
	x           float64
	floor, ceil int64
}

// stretch is the part of a row between two edges, from the first place that is not west of it to the first that is not
// inside, and the places strictly inside.
type stretch struct {
	y, west, east int64
	first, last   int64
}

func (s stretch) width() int64 { return s.last - s.first + 1 }
func (s stretch) middle() at   { return at{s.first + (s.last-s.first)/2, s.y} }

func newScan(p orb.Polygon) *scan {
	s := &scan{rings: make([][]at, len(p))}
	for i, r := range p {
		places := make([]at, len(r))
		for j, v := range r {
			places[j] = onGrid(v)
		}
		s.rings[i] = places
	}
	s.box = boxOf(s.rings[0])
	return s
}

func (s *scan) height(i, parts int64) int64 { return s.box.south + (s.box.north-s.box.south)*i/parts }

// stretches lists what of a row is inside, from west to east.
func (s *scan) stretches(y int64) []stretch {
	s.cuts = s.cuts[:0]
	for _, r := range s.rings {
		for i := 1; i < len(r); i++ {
			if a, b := r[i-1], r[i]; (a.y > y) != (b.y > y) {
				s.cuts = append(s.cuts, cutOf(a, b, y))
			}
		}
	}
	slices.SortFunc(s.cuts, func(a, b cut) int { return cmp.Compare(a.x, b.x) })
	s.found = s.found[:0]
	for i := 1; i < len(s.cuts); i += 2 {
		a, b := s.cuts[i-1], s.cuts[i]
		s.found = append(s.found, stretch{y: y, west: a.ceil, east: b.ceil, first: a.floor + 1, last: b.ceil - 1})
	}
	return s.found
}

// cutOf is exact: both differences are below 2^32, one of them below 2^31, so that their product fits.
func cutOf(a, b at, y int64) cut {
	if a.y > b.y {
		a, b = b, a
	}
	run, rise := (b.x-a.x)*(y-a.y), b.y-a.y
	floor, rest := run/rise, run%rise
	if rest < 0 {
		floor--
		rest += rise
	}
	c := cut{x: float64(a.x+floor) + float64(rest)/float64(rise), floor: a.x + floor, ceil: a.x + floor}
	if rest > 0 {
		c.ceil++
	}
	return c
}

// inside tells whether a place lies in the polygon and on none of its rings.
func (s *scan) inside(p at) bool {
	inside := false
	for _, r := range s.rings {
		switch sideOfRing(r, p, 1) {
		case 0:
			return false
		case 1:
			inside = !inside
		}
	}
	return inside
}
