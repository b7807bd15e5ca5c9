package tiles

import (
	"cmp"
	"math"
	"slices"
)

// maxNodings bounds how often edges are cut. A cut may bend an edge over a corner nearby, which takes another round; two or
// three are usual.
const maxNodings = 64

// node cuts the edges wherever they meet.
func (p *pen) node() {
	for range maxNodings {
		slices.SortFunc(p.edges, func(e, f edge) int {
			return cmp.Or(cmp.Compare(e.lo.x, f.lo.x), comparePixels(e.a, f.a), comparePixels(e.b, f.b))
		})
		p.cuts = p.cuts[:0]
		for i := range p.edges {
			e := &p.edges[i]
			for j := i + 1; j < len(p.edges) && p.edges[j].lo.x <= e.hi.x; j++ {
				if f := &p.edges[j]; f.lo.y <= e.hi.y && f.hi.y >= e.lo.y && touch(e.a, e.b, f.a, f.b) {
					p.meet(i, j)
				}
			}
		}
		if len(p.cuts) == 0 {
			return
		}
		p.part()
	}
}

// meet cuts two edges that touch: where a corner of one lies on the other, or else at the pixel in which they cross.
func (p *pen) meet(i, j int) {
	e, f := &p.edges[i], &p.edges[j]
	met := false
	for _, q := range [...]pixel{e.a, e.b, f.a, f.b} {
		if e.on(q) && f.on(q) {
			met = true
			p.cut(i, q)
			p.cut(j, q)
		}
	}
	if met {
		return
	}
	part := float64(-side(e.a, e.b, f.a)) / float64(side(e.a, e.b, f.b)-side(e.a, e.b, f.a))
	q := pixel{
		f.a.x + int32(math.Round(part*float64(f.b.x-f.a.x))),
		f.a.y + int32(math.Round(part*float64(f.b.y-f.a.y))),
	}
	p.cut(i, q)
	p.cut(j, q)
}

func (e *edge) on(q pixel) bool {
	return side(e.a, e.b, q) == 0 && q.x >= e.lo.x && q.x <= e.hi.x && q.y >= e.lo.y && q.y <= e.hi.y
}

// cut notes where an edge is to be cut, unless it is one of its ends.
func (p *pen) cut(i int, q pixel) {
	if e := &p.edges[i]; q != e.a && q != e.b {
		way := int64(q.x-e.a.x)*int64(e.b.x-e.a.x) + int64(q.y-e.a.y)*int64(e.b.y-e.a.y)
		p.cuts = append(p.cuts, cut{i, way, q})
	}
}

// part cuts the edges.
func (p *pen) part() {
	slices.SortFunc(p.cuts, func(c, d cut) int {
		return cmp.Or(cmp.Compare(c.edge, d.edge), cmp.Compare(c.way, d.way), comparePixels(c.at, d.at))
	})
	parts, cuts := p.parts[:0], p.cuts
	for i := range p.edges {
		a := p.edges[i].a
		for ; len(cuts) > 0 && cuts[0].edge == i; cuts = cuts[1:] {
			if q := cuts[0].at; q != a {
				parts = append(parts, edgeOf(a, q))
				a = q
			}
		}
		if b := p.edges[i].b; b != a {
			parts = append(parts, edgeOf(a, b))
		}
	}
	p.edges, p.parts = parts, p.edges
}

func comparePixels(p, q pixel) int { return cmp.Or(cmp.Compare(p.x, q.x), cmp.Compare(p.y, q.y)) }

// cancel leaves the edges that lie there an odd number of times, each once.
func (p *pen) cancel() {
	for i, e := range p.edges {
		if comparePixels(e.a, e.b) > 0 {
			p.edges[i] = edgeOf(e.b, e.a)
		}
	}
	slices.SortFunc(p.edges, compareEdges)
	odd := p.edges[:0]
	for i := 0; i < len(p.edges); {
		same := i + 1
		for same < len(p.edges) && compareEdges(p.edges[same], p.edges[i]) == 0 {
			same++
		}
		if (same-i)%2 == 1 {
			odd = append(odd, p.edges[i])
		}
		i = same
	}
	p.edges = odd
}

func compareEdges(e, f edge) int { return cmp.Or(comparePixels(e.a, f.a), comparePixels(e.b, f.b)) }

// direct turns the edges so that the ground lies to their right on the screen, by how many others pass north of each; of one
// that runs due north or south, by how many pass west of it.
func (p *pen) direct() {
	out := p.parts[:0]
	for _, e := range p.edges { // from west to east, or from north to south
		ground := false // on the northern or western side
		upright := e.a.x == e.b.x
		for _, f := range p.edges {
			if upright {
				ground = ground != above(turned(f.a), turned(f.b), turned(e.a), turned(e.b))
			} else {
				ground = ground != above(f.a, f.b, e.a, e.b)
			}
		}
		if ground != upright {
			e = edgeOf(e.b, e.a)
		}
		out = append(out, e)
	}
	slices.SortFunc(out, compareEdges)
	p.edges, p.parts = out, p.edges
}

func turned(p pixel) pixel { return pixel{p.y, p.x} }

// loop follows the directed edges, sorted by where they begin, around the ground.
func (p *pen) loop() {
	p.looped, p.loops = p.looped[:0], p.loops[:0]
	p.used = append(p.used[:0], make([]bool, len(p.edges))...)
	for i := range p.edges {
		p.way = p.way[:0]
		for at := i; at >= 0 && !p.used[at]; at = next(p.edges, p.used, at) {
			p.used[at] = true
			p.way = append(p.way, p.edges[at].a)
			back := slices.Index(p.way, p.edges[at].b)
			if back < 0 {
				continue
			}
			if doubled, _ := measure(p.way[back:]); doubled != 0 {
				from := len(p.looped)
				p.looped = append(p.looped, p.way[back:]...)
				p.loops = append(p.loops, loop{from: from, to: len(p.looped), doubled: doubled})
			}
			p.way = p.way[:back]
		}
	}
}

// next is the first unused edge that goes on where one ends, looking around from where it came with the ground first: to the
// left on the screen. It is -1 if there is none.
func next(edges []edge, used []bool, at int) int {
	e, best := edges[at], -1
	first, _ := slices.BinarySearchFunc(edges, e.b, func(f edge, p pixel) int { return comparePixels(f.a, p) })
	for i := first; i < len(edges) && edges[i].a == e.b; i++ {
		if !used[i] && (best < 0 || sooner(e.b, e.a, edges[i].b, edges[best].b)) {
			best = i
		}
	}
	return best
}

// sooner tells whether p comes before q when one looks around from a middle, counterclockwise on the screen from a start.
func sooner(middle, start, p, q pixel) bool {
	halfP, halfQ := half(middle, start, p), half(middle, start, q)
	if halfP != halfQ {
		return halfP < halfQ
	}
	return side(middle, p, q) < 0
}

// half is 0 for what lies counterclockwise within half a turn of the start, 1 beyond it.
func half(middle, start, p pixel) int {
	s := side(middle, start, p)
	if s < 0 {
		return 0
	}
	if s == 0 && int64(p.x-middle.x)*int64(start.x-middle.x)+int64(p.y-middle.y)*int64(start.y-middle.y) < 0 {
		return 0
	}
	return 1
}
