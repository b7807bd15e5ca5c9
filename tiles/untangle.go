package tiles

import (
	"cmp"
	"slices"
)

// edge is a side of a ring on the grid.
type edge struct {
	a, b           pixel
	lo, hi         pixel // its corners
	ring, at, last int32 // which of the ring's it is, from 0 to last
}

func edgeOf(a, b pixel) edge {
	return edge{a: a, b: b, lo: pixel{min(a.x, b.x), min(a.y, b.y)}, hi: pixel{max(a.x, b.x), max(a.y, b.y)}}
}

// manyEdges is from where sorting edges costs less than comparing each with each.
const manyEdges = 32

// tangled tells whether any two sides of the polygons' rings touch but at the corner that they share, or go back on each
// other there. What is not tangled is valid.
func (p *pen) tangled() bool {
	if len(p.runs) == 1 && len(p.pixels) <= manyEdges {
		return tangledRing(p.pixels[p.runs[0].from:p.runs[0].to])
	}
	p.sides()
	slices.SortFunc(p.edges, func(e, f edge) int { return cmp.Compare(e.lo.x, f.lo.x) })
	for i := range p.edges {
		e := &p.edges[i]
		for j := i + 1; j < len(p.edges) && p.edges[j].lo.x <= e.hi.x; j++ {
			if f := &p.edges[j]; f.lo.y <= e.hi.y && f.hi.y >= e.lo.y && e.tangles(f) {
				return true
			}
		}
	}
	return false
}

// tangledRing tells it of one ring, which is nearly always a building.
func tangledRing(ring []pixel) bool {
	n := len(ring)
	a := ring[n-1]
	for i, b := range ring {
		if next := ring[(i+1)%n]; turnsBack(a, b, next) {
			return true
		}
		lo, hi := pixel{min(a.x, b.x), min(a.y, b.y)}, pixel{max(a.x, b.x), max(a.y, b.y)}
		last := n
		if i == 0 {
			last = n - 1 // the side from the last but one ends where this one begins
		}
		for j := i + 2; j < last; j++ {
			c, d := ring[j-1], ring[j]
			if c.x < lo.x && d.x < lo.x || c.x > hi.x && d.x > hi.x || c.y < lo.y && d.y < lo.y || c.y > hi.y && d.y > hi.y {
				continue
			}
			if touch(a, b, c, d) {
				return true
			}
		}
		a = b
	}
	return false
}

// sides takes the rings apart.
func (p *pen) sides() {
	p.edges = p.edges[:0]
	for i, r := range p.runs {
		ring := p.pixels[r.from:r.to]
		a := ring[len(ring)-1]
		for j, b := range ring {
			e := edgeOf(a, b)
			e.ring, e.at, e.last = int32(i), int32(j), int32(len(ring)-1)
			p.edges = append(p.edges, e)
			a = b
		}
	}
}

// tangles tells it of two edges whose boxes meet.
func (e *edge) tangles(f *edge) bool {
	if e.ring == f.ring {
		switch f.at - e.at {
		case 1, -e.last:
			return turnsBack(e.a, e.b, f.b)
		case -1, e.last:
			return turnsBack(f.a, f.b, e.b)
		}
	}
	return touch(e.a, e.b, f.a, f.b)
}

// turnsBack tells whether the side from b to c lies on that from a to b.
func turnsBack(a, b, c pixel) bool {
	ex, ey, fx, fy := int64(b.x-a.x), int64(b.y-a.y), int64(c.x-b.x), int64(c.y-b.y)
	return ex*fy == ey*fx && ex*fx+ey*fy < 0
}

// side is positive, negative or 0 as q lies right of the way from a to b on the screen, left of it or on it.
func side(a, b, q pixel) int64 {
	return int64(b.x-a.x)*int64(q.y-a.y) - int64(b.y-a.y)*int64(q.x-a.x)
}

// touch tells whether the edges from a to b and from c to d, whose boxes meet, have a place in common.
func touch(a, b, c, d pixel) bool {
	return !sameSide(side(a, b, c), side(a, b, d)) && !sameSide(side(c, d, a), side(c, d, b))
}

func sameSide(s, t int64) bool { return s > 0 && t > 0 || s < 0 && t < 0 }

// untangle draws the polygons anew from the ground that their rings hold by the even-odd rule:
//  1. Cut the edges wherever they meet, which moves crossings to the grid, until none meet but at their ends.
//  2. Let edges that lie on each other cancel out by pairs; what remains has ground on one side.
//  3. Direct them with the ground to the right and follow it around, cutting loops off where a corner comes again.
//  4. Loops to the right are outer rings; give each of the others to the smallest that holds it.
//
// This is rare, most of what is tangled being settled by trimming, so that it may take its time and memory.
func (p *pen) untangle() {
	p.sides()
	p.node()
	p.cancel()
	p.direct()
	p.loop()
	rings := p.looped
	for i := range p.loops {
		l := &p.loops[i]
		l.around = i
		if l.doubled > 0 {
			continue
		}
		for j := range p.loops {
			o := &p.loops[j]
			if o.doubled > 0 && (l.around == i || o.doubled < p.loops[l.around].doubled) && holds(rings[o.from:o.to], rings[l.from], rings[l.from+1]) {
				l.around = j
			}
		}
	}
	p.pixels, p.runs = p.pixels[:0], p.runs[:0]
	for i, o := range p.loops {
		if o.doubled < 0 {
			continue
		}
		p.keep(o, true)
		for _, l := range p.loops {
			if l.doubled < 0 && l.around == i {
				p.keep(l, false)
			}
		}
	}
}

// untangler is the memory that untangling takes.
type untangler struct {
	edges, parts []edge
	cuts         []cut
	used         []bool
	way, looped  []pixel
	loops        []loop
}

// cut is where one of the edges falls into parts, and how far along it.
type cut struct {
	edge int
	way  int64
	at   pixel
}

// loop is a ring that meets itself nowhere, and for a hole the loop around it.
type loop struct {
	from, to int // in looped
	doubled  int64
	around   int
}

func (p *pen) keep(l loop, outer bool) {
	from := len(p.pixels)
	p.pixels = append(p.pixels, p.looped[l.from:l.to]...)
	p.runs = append(p.runs, run{from, len(p.pixels), outer, l.doubled})
}

// holds tells whether the middle of an edge, which is none of its own, lies in a ring.
func holds(ring []pixel, a, b pixel) bool {
	in := false
	before := ring[len(ring)-1]
	for _, q := range ring {
		if above(before, q, a, b) {
			in = !in
		}
		before = q
	}
	return in
}

// above tells whether the edge from c to d passes north of the middle of a and b.
func above(c, d, a, b pixel) bool {
	x, y := int64(a.x)+int64(b.x), int64(a.y)+int64(b.y)
	if c.x > d.x {
		c, d = d, c
	}
	if 2*int64(c.x) > x || x >= 2*int64(d.x) {
		return false
	}
	return int64(d.x-c.x)*(y-2*int64(c.y))-int64(d.y-c.y)*(x-2*int64(c.x)) > 0
}
