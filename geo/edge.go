package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// edge is one side of a ring, from a to b.
type edge struct {
	a, b  at
	ring  int32 // counted over all polygons
	index int32 // its place in its ring
}

func (e edge) box() box {
	return box{min(e.a.x, e.b.x), min(e.a.y, e.b.y), max(e.a.x, e.b.x), max(e.a.y, e.b.y)}
}

// holds tells whether a place on the edge's line lies between its ends.
func (e edge) holds(p at) bool { return e.box().holds(p) }

// checkLoop compares all pairs of a single ring's edges, which come in order.
func checkLoop(edges []edge) error {
	last := len(edges) - 1
	for i, e := range edges {
		next := edges[(i+1)%len(edges)]
		if err := checkCorner(e, next); err != nil {
			return err
		}
		around := e.box()
		for j := i + 2; j <= last; j++ {
			if i == 0 && j == last {
				continue
			}
			f := edges[j]
			if !around.meets(f.box()) {
				continue
			}
			if where, meet := meeting(e, f); meet {
				return &Invalid{"ring crosses or touches itself", where}
			}
		}
	}
	return nil
}

// checkEdges sweeps along the shape's longer side, so that an edge is compared with those only that begin before it ends.
func (s *shape) checkEdges() error {
	all := s.rings[0].box
	for _, r := range s.rings {
		all = all.with(r.box)
	}
	from := func(b box) int64 { return b.west }
	to := func(b box) int64 { return b.east }
	if all.north-all.south > all.east-all.west {
		from = func(b box) int64 { return b.south }
		to = func(b box) int64 { return b.north }
	}
	slices.SortFunc(s.edges, func(a, b edge) int { return cmp.Compare(from(a.box()), from(b.box())) })
	boxes := make([]box, len(s.edges))
	for i, e := range s.edges {
		boxes[i] = e.box()
	}
	for i, around := range boxes {
		end := to(around)
		for j := i + 1; j < len(boxes) && from(boxes[j]) <= end; j++ {
			if !around.meets(boxes[j]) {
				continue
			}
			if err := s.checkPair(s.edges[i], s.edges[j]); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkPair looks at two edges whose boxes meet.
func (s *shape) checkPair(e, f edge) error {
	if e.ring != f.ring {
		return s.checkRings(e, f)
	}
	last := int32(len(s.rings[e.ring].places)) - 2
	if e.index > f.index {
		e, f = f, e
	}
	switch {
	case f.index == e.index+1:
		return checkCorner(e, f)
	case e.index == 0 && f.index == last:
		return checkCorner(f, e)
	}
	if where, meet := meeting(e, f); meet {
		return &Invalid{"ring crosses or touches itself", where}
	}
	return nil
}

// checkCorner refuses a side that runs back over the one before.
func checkCorner(e, f edge) error {
	if turn(e.a, e.b, f.b) == 0 && !sameWay(e, f) {
		return &Invalid{"ring has a spike", e.b.point()}
	}
	return nil
}

// sameWay tells of two edges on one line whether they run the same way.
func sameWay(e, f edge) bool {
	return sign(e.b.x-e.a.x) == sign(f.b.x-f.a.x) && sign(e.b.y-e.a.y) == sign(f.b.y-f.a.y)
}

// meeting tells whether two edges have any place in common.
func meeting(e, f edge) (orb.Point, bool) {
	d1, d2 := turn(e.a, e.b, f.a), turn(e.a, e.b, f.b)
	if d1*d2 > 0 {
		return orb.Point{}, false
	}
	d3, d4 := turn(f.a, f.b, e.a), turn(f.a, f.b, e.b)
	if d1*d2 < 0 && d3*d4 < 0 {
		return crossPoint(e, f), true
	}
	where, meet := touching(e, f)
	return where.point(), meet
}

// touching gives an end of one of two edges that lies on the other.
func touching(e, f edge) (at, bool) {
	switch {
	case turn(e.a, e.b, f.a) == 0 && e.holds(f.a):
		return f.a, true
	case turn(e.a, e.b, f.b) == 0 && e.holds(f.b):
		return f.b, true
	case turn(f.a, f.b, e.a) == 0 && f.holds(e.a):
		return e.a, true
	case turn(f.a, f.b, e.b) == 0 && f.holds(e.b):
		return e.b, true
	}
	return at{}, false
}

// checkRings refuses edges of two rings that cross or run together, and remembers where they touch.
func (s *shape) checkRings(e, f edge) error {
	d1, d2 := turn(e.a, e.b, f.a), turn(e.a, e.b, f.b)
	if d1*d2 > 0 {
		return nil
	}
	if d1*d2 < 0 && turn(f.a, f.b, e.a)*turn(f.a, f.b, e.b) < 0 {
		return &Invalid{"rings cross", crossPoint(e, f)}
	}
	where, meet := touching(e, f)
	if !meet {
		return nil
	}
	if d1 == 0 && d2 == 0 && overlap(e, f) {
		return &Invalid{"rings run together", where.point()}
	}
	before, after := s.beside(e, where)
	from, to := s.beside(f, where)
	if between(where, after, before, from) != between(where, after, before, to) {
		return &Invalid{"rings cross", where.point()}
	}
	s.touches = append(s.touches, touch{e.ring, where}, touch{f.ring, where})
	return nil
}

// overlap tells whether two edges on one line share more than an end.
func overlap(e, f edge) bool {
	a, b := e.box(), f.box()
	return min(a.east, b.east) > max(a.west, b.west) || min(a.north, b.north) > max(a.south, b.south)
}

// beside gives the places that a ring comes from and goes to at a place on one of its edges.
func (s *shape) beside(e edge, where at) (before, after at) {
	places := s.rings[e.ring].places
	last := int32(len(places)) - 2
	switch where {
	case e.a:
		if e.index == 0 {
			return places[last], e.b
		}
		return places[e.index-1], e.b
	case e.b:
		if e.index == last {
			return e.a, places[1]
		}
		return e.a, places[e.index+2]
	}
	return e.a, e.b
}

// between tells whether the direction from a corner to p lies within the angle from one direction counter-clockwise to another.
func between(corner, from, to, p at) bool {
	if turn(corner, from, to) > 0 {
		return turn(corner, from, p) > 0 && turn(corner, p, to) > 0
	}
	return !(turn(corner, to, p) > 0 && turn(corner, p, from) > 0)
}

// crossPoint is where two crossing edges meet, to within the grid.
func crossPoint(e, f edge) orb.Point {
	x1, y1 := float64(e.b.x-e.a.x), float64(e.b.y-e.a.y)
	x2, y2 := float64(f.b.x-f.a.x), float64(f.b.y-f.a.y)
	along := (float64(f.a.x-e.a.x)*y2 - float64(f.a.y-e.a.y)*x2) / (x1*y2 - y1*x2)
	return orb.Point{(float64(e.a.x) + along*x1) / Scale, (float64(e.a.y) + along*y1) / Scale}
}
