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
	sorted := len(p.edges) > manyEdges
	if sorted {
		slices.SortFunc(p.edges, func(e, f edge) int { return cmp.Compare(e.lo.x, f.lo.x) })
	}
	for i := range p.edges {
		e := &p.edges[i]
		for j := i + 1; j < len(p.edges); j++ {
			f := &p.edges[j]
			if f.lo.x > e.hi.x {
				if sorted {
					break
				}
				continue
			}
			if f.hi.x >= e.lo.x && f.lo.y <= e.hi.y && f.hi.y >= e.lo.y && e.tangles(f) {
				return true
			}
		}
	}
	return false
}

// tangles tells it of two edges whose boxes meet.
func (e *edge) tangles(f *edge) bool {
	if e.ring == f.ring {
		switch f.at - e.at {
		case 1, -e.last:
			return turnsBack(e, f)
		case -1, e.last:
			return turnsBack(f, e)
		}
	}
	return e.touches(f)
}

// turnsBack tells whether two sides in a row lie on each other.
func turnsBack(e, f *edge) bool {
	ex, ey, fx, fy := int64(e.b.x-e.a.x), int64(e.b.y-e.a.y), int64(f.b.x-f.a.x), int64(f.b.y-f.a.y)
	return ex*fy == ey*fx && ex*fx+ey*fy < 0
}

// side is positive, negative or 0 as q lies right of the way from a to b on the screen, left of it or on it.
func side(a, b, q pixel) int64 {
	return int64(b.x-a.x)*int64(q.y-a.y) - int64(b.y-a.y)*int64(q.x-a.x)
}

// touches tells whether two edges whose boxes meet have a place in common.
func (e *edge) touches(f *edge) bool {
	return !sameSide(side(e.a, e.b, f.a), side(e.a, e.b, f.b)) && !sameSide(side(f.a, f.b, e.a), side(f.a, f.b, e.b))
}

func sameSide(s, t int64) bool { return s > 0 && t > 0 || s < 0 && t < 0 }

// untangle draws the polygons anew from the ground that their rings hold by the even-odd rule:
//  1. Cut the edges wherever they meet, which moves crossings to the grid, until none meet but at their ends.
//  2. Let edges that lie on each other cancel out by pairs; what remains has ground on one side.
//  3. Direct them with the ground to the right and follow it around, cutting loops off where a corner comes again.
//  4. Loops to the right are outer rings; give each of the others to the smallest that holds it.
//
// This is rare, so that it may take its time and memory.
func (p *pen) untangle() {
	edges := directed(uncancelled(noded(p.edges)))
	var outer, holes []loop
	for _, l := range loops(edges) {
		if l.doubled > 0 {
			outer = append(outer, l)
		} else {
			holes = append(holes, l)
		}
	}
	for _, hole := range holes {
		var around *loop
		for i := range outer {
			o := &outer[i]
			if (around == nil || o.doubled < around.doubled) && o.holds(hole.ring[0], hole.ring[1]) {
				around = o
			}
		}
		if around != nil {
			around.holes = append(around.holes, hole)
		}
	}
	p.pixels, p.runs = p.pixels[:0], p.runs[:0]
	for _, o := range outer {
		p.keep(o, true)
		for _, h := range o.holes {
			p.keep(h, false)
		}
	}
}

// loop is a ring that meets itself nowhere.
type loop struct {
	ring    []pixel
	doubled int64
	holes   []loop
}

func (p *pen) keep(l loop, outer bool) {
	from := len(p.pixels)
	p.pixels = append(p.pixels, l.ring...)
	p.runs = append(p.runs, run{from, len(p.pixels), outer, l.doubled})
}

// holds tells whether the middle of an edge, which is none of its own, lies in the loop.
func (l *loop) holds(a, b pixel) bool {
	in := false
	before := l.ring[len(l.ring)-1]
	for _, q := range l.ring {
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
