package coverage

import (
	"canvass/geo"
)

// edge is two vertices that sides join, the lower number first, and the rings whose inside is left and right of it.
type edge struct {
	a, b        int32
	left, right int32 // rings, or none
	more        bool  // further rings have a side here
}

// edges joins the sides that have the same ends, and tells each side's edge.
func (p *plane) edges() (all []edge, of []int32) {
	size := 16
	for size < 2*len(p.sides) {
		size *= 2
	}
	slots := make([]int32, size)
	of = make([]int32, len(p.sides))
	for n, s := range p.sides {
		a, b := min(s.from, s.to), max(s.from, s.to)
		i := int(mix(uint64(a)<<32|uint64(b))) & (size - 1)
		for slots[i] != 0 && (all[slots[i]-1].a != a || all[slots[i]-1].b != b) {
			i = (i + 1) & (size - 1)
		}
		if slots[i] == 0 {
			if all == nil {
				all = make([]edge, 0, len(p.sides)*5/8)
			}
			all = append(all, edge{a: a, b: b, left: none, right: none})
			slots[i] = int32(len(all))
		}
		of[n] = slots[i] - 1
		all[of[n]].join(s)
	}
	return all, of
}

func (e *edge) join(s side) {
	beside := &e.left
	if s.from != e.a {
		beside = &e.right
	}
	if *beside == none {
		*beside = s.ring
	} else {
		e.more = true
	}
}

// shared tells of an edge whether it has one member on either side.
func (p *plane) shared(e edge) bool {
	return e.left >= 0 && e.right >= 0 && !e.more && p.rings[e.left].member != p.rings[e.right].member
}

// owner is a member that has a side at an edge: the one to the left if there is one.
func (p *plane) owner(e edge) int32 {
	if e.left >= 0 {
		return p.member(e.left)
	}
	return p.member(e.right)
}

// other is a member that has a side at an edge and is not the one given; if there is none, it is the same.
func (p *plane) other(e edge, than int32) int32 {
	for _, r := range []int32{e.left, e.right} {
		if m := p.member(r); m != none && m != than {
			return m
		}
	}
	return p.owner(e)
}

// within tells whether a place lies in the upright rectangle between two.
func within(a, b, q geo.Place) bool {
	return q.X >= min(a.X, b.X) && q.X <= max(a.X, b.X) && q.Y >= min(a.Y, b.Y) && q.Y <= max(a.Y, b.Y)
}

// on tells whether a place lies on an edge, its ends included.
func on(a, b, q geo.Place) bool { return within(a, b, q) && geo.Turn(a, b, q) == 0 }

// cross tells whether two edges cross in a place that is an end of neither.
func cross(a, b, c, d geo.Place) bool {
	return geo.Turn(a, b, c)*geo.Turn(a, b, d) < 0 && geo.Turn(c, d, a)*geo.Turn(c, d, b) < 0
}

// passes tells whether an edge meets the square of one unit around a place, to which its upper and right sides do not belong:
// else an edge between two places could be drawn to both, and never come to rest.
func passes(a, b, q geo.Place) bool {
	if q.X < min(a.X, b.X)-1 || q.X > max(a.X, b.X)+1 || q.Y < min(a.Y, b.Y)-1 || q.Y > max(a.Y, b.Y)+1 {
		return false
	}
	// Most edges miss the square and its borders, which is seen in 64 bits. The fine one leaves no room between squares in which
	// an edge could pass and be drawn to neither.
	return square{16, 8}.metBy(a, b, q) && square{1 << 16, 1<<15 - 1}.metBy(a, b, q)
}

// square is one unit around a place, with so many steps to a unit, and so many of them to its upper and right sides.
type square struct{ steps, upper int64 }

// metBy tells whether an edge meets the square around a place.
func (s square) metBy(a, b, q geo.Place) bool {
	a, b = geo.Place{X: s.steps * a.X, Y: s.steps * a.Y}, geo.Place{X: s.steps * b.X, Y: s.steps * b.Y}
	west, south, east, north := s.steps*q.X-s.steps/2, s.steps*q.Y-s.steps/2, s.steps*q.X+s.upper, s.steps*q.Y+s.upper
	if max(a.X, b.X) < west || min(a.X, b.X) > east || max(a.Y, b.Y) < south || min(a.Y, b.Y) > north {
		return false
	}
	left, right := false, false
	for _, corner := range [4]geo.Place{{X: west, Y: south}, {X: east, Y: south}, {X: east, Y: north}, {X: west, Y: north}} {
		turn := geo.Turn(a, b, corner)
		left, right = left || turn >= 0, right || turn <= 0
	}
	return left && right
}
