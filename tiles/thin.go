package tiles

import (
	"cmp"
	"slices"
)

// thinSteps is how far, in steps of the grid, a vertex that is taken out may lie from the line that is left: an eighth of a
// pixel on the screen.
const thinSteps = 1

// thinner is the memory that thinning takes.
type thinner struct {
	arc    []int32  // nodes from one fixed one to the next
	spans  [][2]int // of the arc, yet to be looked at
	chords []chord
}

// chord is an edge of what is left, once, whoever's rings it is in. It tells which vertices were taken out along it: those of a
// ring after one, so many as last says.
type chord struct {
	edge
	out int32 // the first of them, whichever way one goes; -1 if there are none
}

// thin takes vertices out of the arcs between fixed nodes (Douglas and Peucker), then puts back those of edges that touch
// another one, until none does.
func (s *seams) thin() {
	for _, r := range s.rings {
		s.thinRing(s.ring[r.from:r.to])
	}
	for s.collect(); s.putBack(); s.collect() {
	}
}

// thinRing goes through the arcs of a ring, each once.
func (s *seams) thinRing(ring []int32) {
	start := slices.IndexFunc(ring, func(n int32) bool { return s.nodes[n].fixed })
	s.arc = append(s.arc[:0], ring[start])
	for k := 1; k <= len(ring); k++ {
		n := ring[(start+k)%len(ring)]
		s.arc = append(s.arc, n)
		if !s.nodes[n].fixed {
			continue
		}
		if len(s.arc) > 2 && !s.nodes[s.arc[1]].done {
			s.thinArc()
		}
		s.arc = append(s.arc[:0], n)
	}
}

// thinArc keeps of an arc what lies further than thinSteps from the line between what is kept beside it.
func (s *seams) thinArc() {
	for _, n := range s.arc[1 : len(s.arc)-1] {
		s.nodes[n].done, s.nodes[n].gone = true, true
	}
	s.spans = append(s.spans[:0], [2]int{0, len(s.arc) - 1})
	for len(s.spans) > 0 {
		span := s.spans[len(s.spans)-1]
		s.spans = s.spans[:len(s.spans)-1]
		a, b := s.nodes[s.arc[span[0]]].pixel, s.nodes[s.arc[span[1]]].pixel
		far, at := float64(thinSteps*thinSteps), -1
		line := stretchOf(local{int64(a.x), int64(a.y)}, local{int64(b.x), int64(b.y)})
		if a == b {
			line.part = 0
		}
		for i := span[0] + 1; i < span[1]; i++ {
			q := s.nodes[s.arc[i]].pixel
			if d := line.squaredDistance(local{int64(q.x), int64(q.y)}); d > far {
				far, at = d, i
			}
		}
		if at > 0 {
			s.nodes[s.arc[at]].gone = false
			s.spans = append(s.spans, [2]int{span[0], at}, [2]int{at, span[1]})
		}
	}
}

// collect lists the edges of what is left.
func (s *seams) collect() {
	s.chords = s.chords[:0]
	for i, r := range s.rings {
		ring := s.ring[r.from:r.to]
		start := slices.IndexFunc(ring, func(n int32) bool { return !s.nodes[n].gone })
		for k := start; k < start+len(ring); {
			out, from := int32(-1), k
			for k++; s.nodes[ring[k%len(ring)]].gone; k++ {
				if n := ring[k%len(ring)]; out < 0 || n < out {
					out = n
				}
			}
			a, b := s.nodes[ring[from%len(ring)]].pixel, s.nodes[ring[k%len(ring)]].pixel
			if comparePixels(a, b) > 0 {
				a, b = b, a
			}
			c := chord{edgeOf(a, b), out}
			c.ring, c.at, c.last = int32(i), int32(from), int32(k-from-1)
			s.chords = append(s.chords, c)
		}
	}
	slices.SortFunc(s.chords, func(c, d chord) int {
		return cmp.Or(cmp.Compare(c.lo.x, d.lo.x), comparePixels(c.a, d.a), comparePixels(c.b, d.b), cmp.Compare(c.out, d.out))
	})
	s.chords = slices.CompactFunc(s.chords, func(c, d chord) bool { return c.a == d.a && c.b == d.b && c.out == d.out })
}

// putBack gives the chords that touch another one their vertices back, and tells whether there were any.
func (s *seams) putBack() (found bool) {
	for i := range s.chords {
		c := &s.chords[i]
		for j := i + 1; j < len(s.chords) && s.chords[j].lo.x <= c.hi.x; j++ {
			d := &s.chords[j]
			if c.out < 0 && d.out < 0 || d.lo.y > c.hi.y || d.hi.y < c.lo.y || !c.meets(d) {
				continue
			}
			found = true
			s.fill(c)
			s.fill(d)
		}
	}
	return found
}

// meets tells whether two chords whose boxes meet touch but at an end of both.
func (c *chord) meets(d *chord) bool {
	switch {
	case c.a == d.a && c.b == d.b:
		return true
	case c.a == d.a:
		return turnsBack(c.b, c.a, d.b)
	case c.b == d.b:
		return turnsBack(c.a, c.b, d.a)
	case c.a == d.b:
		return turnsBack(c.b, c.a, d.a)
	case c.b == d.a:
		return turnsBack(c.a, c.b, d.b)
	}
	return touch(c.a, c.b, d.a, d.b)
}

// fill gives a chord its vertices back.
func (s *seams) fill(c *chord) {
	r := s.rings[c.ring]
	ring := s.ring[r.from:r.to]
	for k := 1; k <= int(c.last); k++ {
		s.nodes[ring[(int(c.at)+k)%len(ring)]].gone = false
	}
}
