package tiles

import (
	"cmp"
	"math"
	"slices"
)

// maxNodings bounds how often edges are cut. A cut may bend an edge over a corner nearby, which takes another round; two or
// three are usual.
const maxNodings = 64

// noded cuts edges wherever they meet.
func noded(edges []edge) []edge {
	edges = slices.Clone(edges)
	for range maxNodings {
		slices.SortFunc(edges, func(e, f edge) int {
			return cmp.Or(cmp.Compare(e.lo.x, f.lo.x), comparePixels(e.a, f.a), comparePixels(e.b, f.b))
		})
		cuts := make([][]pixel, len(edges))
		found := false
		for i := range edges {
			e := &edges[i]
			for j := i + 1; j < len(edges) && edges[j].lo.x <= e.hi.x; j++ {
				f := &edges[j]
				if f.lo.y > e.hi.y || f.hi.y < e.lo.y || !touch(e.a, e.b, f.a, f.b) {
					continue
				}
				for _, q := range e.meetings(f) {
					cuts[i], cuts[j] = e.cut(cuts[i], q), f.cut(cuts[j], q)
				}
				found = found || len(cuts[i]) > 0 || len(cuts[j]) > 0
			}
		}
		if !found {
			break
		}
		var parts []edge
		for i := range edges {
			parts = edges[i].parts(parts, cuts[i])
		}
		edges = parts
	}
	return edges
}

func comparePixels(p, q pixel) int { return cmp.Or(cmp.Compare(p.x, q.x), cmp.Compare(p.y, q.y)) }

// meetings are the pixels where two edges that touch are to be cut: corners of one on the other, or the pixel in which they
// cross.
func (e *edge) meetings(f *edge) (at []pixel) {
	for _, q := range []pixel{f.a, f.b} {
		if e.on(q) {
			at = append(at, q)
		}
	}
	for _, q := range []pixel{e.a, e.b} {
		if f.on(q) {
			at = append(at, q)
		}
	}
	if len(at) > 0 {
		return at
	}
	whole := float64(side(e.a, e.b, f.b) - side(e.a, e.b, f.a))
	part := float64(-side(e.a, e.b, f.a)) / whole
	return []pixel{{
		f.a.x + int32(math.Round(part*float64(f.b.x-f.a.x))),
		f.a.y + int32(math.Round(part*float64(f.b.y-f.a.y))),
	}}
}

func (e *edge) on(q pixel) bool {
	return side(e.a, e.b, q) == 0 && q.x >= e.lo.x && q.x <= e.hi.x && q.y >= e.lo.y && q.y <= e.hi.y
}

// cut adds a pixel to an edge's cuts unless it is one of its ends.
func (e *edge) cut(cuts []pixel, q pixel) []pixel {
	if q == e.a || q == e.b {
		return cuts
	}
	return append(cuts, q)
}

// parts are what an edge falls into.
func (e *edge) parts(to []edge, cuts []pixel) []edge {
	way := func(q pixel) int64 {
		return int64(q.x-e.a.x)*int64(e.b.x-e.a.x) + int64(q.y-e.a.y)*int64(e.b.y-e.a.y)
	}
	slices.SortFunc(cuts, func(p, q pixel) int { return cmp.Or(cmp.Compare(way(p), way(q)), comparePixels(p, q)) })
	a := e.a
	for _, q := range append(cuts, e.b) {
		if q != a {
			to = append(to, edgeOf(a, q))
		}
		a = q
	}
	return to
}

// uncancelled are the edges that lie there an odd number of times, each once.
func uncancelled(edges []edge) (odd []edge) {
	for i, e := range edges {
		if comparePixels(e.a, e.b) > 0 {
			edges[i] = edgeOf(e.b, e.a)
		}
	}
	slices.SortFunc(edges, compareEdges)
	for i := 0; i < len(edges); {
		same := i + 1
		for same < len(edges) && compareEdges(edges[same], edges[i]) == 0 {
			same++
		}
		if (same-i)%2 == 1 {
			odd = append(odd, edges[i])
		}
		i = same
	}
	return odd
}

func compareEdges(e, f edge) int { return cmp.Or(comparePixels(e.a, f.a), comparePixels(e.b, f.b)) }

// directed turns the edges so that the ground lies to their right on the screen, by how many others pass north of each; of
// one that runs due north or south, by how many pass west of it.
func directed(edges []edge) []edge {
	out := make([]edge, 0, len(edges))
	for _, e := range edges { // from west to east, or from north to south
		ground := false // on the northern or western side
		upright := e.a.x == e.b.x
		for _, f := range edges {
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
	return out
}

func turned(p pixel) pixel { return pixel{p.y, p.x} }

// loops follows directed edges, sorted by where they begin, around the ground.
func loops(edges []edge) (found []loop) {
	used := make([]bool, len(edges))
	for i := range edges {
		if used[i] {
			continue
		}
		var way []pixel
		seen := map[pixel]int{}
		for at := i; at >= 0 && !used[at]; at = next(edges, used, at) {
			used[at] = true
			seen[edges[at].a] = len(way)
			way = append(way, edges[at].a)
			back, again := seen[edges[at].b]
			if !again {
				continue
			}
			l := loop{ring: slices.Clone(way[back:])}
			for _, q := range way[back:] {
				delete(seen, q)
			}
			way = way[:back]
			if l.doubled, _ = measure(l.ring); l.doubled != 0 {
				found = append(found, l)
			}
		}
	}
	return found
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
