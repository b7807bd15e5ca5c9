package geo

import "slices"

// touch is a place where a ring meets another.
type touch struct {
	ring  int32
	where at
}

// checkConnected refuses a polygon whose rings touch in a chain that closes, which cuts its inside apart. Rings and the
// places where they touch are the nodes of a graph that must be a forest.
func (s *shape) checkConnected() error {
	type node struct {
		part  int32 // of a place
		ring  int32 // of a ring, else -1
		where at
	}
	above := map[node]node{}
	root := func(n node) node {
		for {
			up, ok := above[n]
			if !ok {
				return n
			}
			n = up
		}
	}
	seen := map[touch]bool{}
	for i := 0; i < len(s.touches); i += 2 {
		pair := s.touches[i : i+2]
		part := s.rings[pair[0].ring].part
		if s.rings[pair[1].ring].part != part {
			continue
		}
		for _, t := range pair {
			if seen[t] {
				continue
			}
			seen[t] = true
			r, p := root(node{ring: t.ring}), root(node{part, -1, t.where})
			if r == p {
				return &Invalid{"rings touch in a chain that cuts the inside apart", t.where.point()}
			}
			above[r] = p
		}
	}
	return nil
}

// checkNesting refuses holes outside their shell or inside one another, and parts inside one another.
func (s *shape) checkNesting() error {
	for i, p := range s.parts {
		shell, holes := s.rings[p.first], s.rings[p.first+1:p.last]
		for j, hole := range holes {
			if sideOf(hole, shell) < 0 {
				return &Invalid{"hole lies outside its shell", hole.places[0].point()}
			}
			for _, other := range holes[:j] {
				if hole.box.meets(other.box) && (sideOf(hole, other) > 0 || sideOf(other, hole) > 0) {
					return &Invalid{"hole lies within another", hole.places[0].point()}
				}
			}
		}
		for _, q := range s.parts[:i] {
			if shell.box.meets(s.rings[q.first].box) && (s.lies(p, q) || s.lies(q, p)) {
				return &Invalid{"parts overlap", shell.places[0].point()}
			}
		}
	}
	return nil
}

// lies tells whether a part's shell lies in another part and in none of its holes.
func (s *shape) lies(p, q part) bool {
	shell := s.rings[p.first]
	return sideOf(shell, s.rings[q.first]) > 0 &&
		!slices.ContainsFunc(s.rings[q.first+1:q.last], func(hole ring) bool { return sideOf(shell, hole) > 0 })
}

// sideOf tells whether a ring lies inside (1) or outside (-1) of another that it does not cross: by the first vertex that is
// not on the other, or else by the middle of an edge.
func sideOf(r, other ring) int {
	if !other.box.meets(r.box) {
		return -1
	}
	for _, p := range r.places {
		if side := sideOfRing(other.places, p, 1); side != 0 {
			return side
		}
	}
	for i := 1; i < len(r.places); i++ {
		a, b := r.places[i-1], r.places[i]
		if side := sideOfRing(other.places, at{a.x + b.x, a.y + b.y}, 2); side != 0 {
			return side
		}
	}
	return 0
}

// sideOfRing tells whether a place lies inside (1), on (0) or outside (-1) of a ring whose coordinates are multiplied by scale.
func sideOfRing(r []at, p at, scale int64) int {
	side := -1
	for i := 1; i < len(r); i++ {
		a, b := at{r[i-1].x * scale, r[i-1].y * scale}, at{r[i].x * scale, r[i].y * scale}
		if e := (edge{a: a, b: b}); e.holds(p) && turn(a, b, p) == 0 {
			return 0
		}
		if crosses(a, b, p) {
			side = -side
		}
	}
	return side
}
