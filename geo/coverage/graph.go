package coverage

import (
	"cmp"
	"slices"

	"canvass/geo"
)

// graph is edges that share no more than ends, and the faces they bound. Edge i is the halves 2i, from its a to its b, and
// 2i+1 back; a half bounds the face on its left. Face 0 is the outer one.
type graph struct {
	places []geo.Place
	edges  []edge
	next   []int32 // the half after one around its face
	face   []int32 // of each half
	cycles []cycle
	of     [][]int32 // the halves of each face, once they are grouped
	faces  [][]int32 // the cycles of each face; all but the outer begin with the one around it
}

// cycle is a closed way of halves along one face: around it if it runs counter-clockwise, else around what lies in it.
type cycle struct {
	first int32
	area  wide // twice
}

func (g *graph) from(half int32) int32 {
	if half&1 == 0 {
		return g.edges[half>>1].a
	}
	return g.edges[half>>1].b
}

func (g *graph) to(half int32) int32 { return g.from(half ^ 1) }

// newGraph finds the faces of edges.
//
//  1. sort the halves that leave each vertex by direction: at its end, a half goes on along the next one clockwise;
//  2. follow them around: cycles that run counter-clockwise bound a face from outside;
//  3. the others bound from inside the face that the ray from their western end to the west meets first.
func newGraph(places []geo.Place, edges []edge) *graph {
	g := &graph{places: places, edges: edges}
	g.link()
	g.trace()
	g.nest()
	return g
}

func (g *graph) link() {
	start := make([]int32, len(g.places)+1)
	for h := range int32(2 * len(g.edges)) {
		start[g.from(h)+1]++
	}
	for v := 1; v < len(start); v++ {
		start[v] += start[v-1]
	}
	halves, filled := make([]int32, 2*len(g.edges)), slices.Clone(start)
	for h := range int32(len(halves)) {
		v := g.from(h)
		halves[filled[v]] = h
		filled[v]++
	}
	g.next = make([]int32, len(halves))
	for v := range g.places {
		leaving := halves[start[v]:start[v+1]]
		slices.SortFunc(leaving, g.byDirection)
		for k, h := range leaving {
			g.next[h^1] = leaving[(k+len(leaving)-1)%len(leaving)]
		}
	}
}

// byDirection compares two halves that leave one vertex counter-clockwise from the east.
func (g *graph) byDirection(h, k int32) int {
	o, p, q := g.places[g.from(h)], g.places[g.to(h)], g.places[g.to(k)]
	return cmp.Or(cmp.Compare(lower(o, p), lower(o, q)), -geo.Turn(o, p, q))
}

// lower is 0 for directions from the east to before the west, 1 for those below.
func lower(o, p geo.Place) int {
	if p.Y < o.Y || p.Y == o.Y && p.X < o.X {
		return 1
	}
	return 0
}

func (g *graph) trace() {
	g.face = make([]int32, len(g.next))
	for h := range g.face {
		g.face[h] = none
	}
	for h := range g.next {
		if g.face[h] != none {
			continue
		}
		c := cycle{first: int32(h)}
		o := g.places[g.from(c.first)]
		for k := c.first; ; {
			g.face[k] = int32(len(g.cycles))
			c.area = c.area.cross(o, g.places[g.from(k)], g.places[g.to(k)])
			if k = g.next[k]; k == c.first {
				break
			}
		}
		g.cycles = append(g.cycles, c)
	}
}

// nest gives cycles their faces; until then, halves name their cycle.
func (g *graph) nest() {
	faces := make([]int32, len(g.cycles))
	g.faces = [][]int32{nil}
	for i, c := range g.cycles {
		if c.area.sign() > 0 {
			faces[i] = int32(len(g.faces))
			g.faces = append(g.faces, []int32{int32(i)})
		}
	}
	var index *grid
	known := make([]bool, len(g.cycles))
	var inside func(i int32) int32
	inside = func(i int32) int32 {
		if g.cycles[i].area.sign() > 0 || known[i] {
			return faces[i]
		}
		known[i] = true
		if index == nil {
			index = newGrid(len(g.edges), func(i int) (a, b geo.Place) { return g.places[g.edges[i].a], g.places[g.edges[i].b] })
		}
		if half := g.westOf(index, g.westEnd(i)); half != none {
			faces[i] = inside(g.face[half])
		}
		g.faces[faces[i]] = append(g.faces[faces[i]], i)
		return faces[i]
	}
	for i := range g.cycles {
		inside(int32(i))
	}
	for h, c := range g.face {
		g.face[h] = faces[c]
	}
}

// westEnd gives the westernmost vertex of a cycle.
func (g *graph) westEnd(i int32) geo.Place {
	best := g.places[g.from(g.cycles[i].first)]
	for _, half := range g.around(i) {
		if q := g.places[g.from(half)]; q.X < best.X || q.X == best.X && q.Y < best.Y {
			best = q
		}
	}
	return best
}

// around lists the halves of a cycle.
func (g *graph) around(i int32) []int32 {
	first := g.cycles[i].first
	out := []int32{first}
	for h := g.next[first]; h != first; h = g.next[h] {
		out = append(out, h)
	}
	return out
}

// westOf gives the half, seen from the east, that lies next to the west of a place, just above its latitude.
func (g *graph) westOf(index *grid, q geo.Place) int32 {
	row := index.row(q.Y)
	for c := index.column(q.X); c >= 0; c-- {
		best := int32(none)
		for _, i := range index.in(row*index.columns + c) {
			low, high := g.upright(i)
			if (low.Y > q.Y) == (high.Y > q.Y) || geo.Turn(low, high, q) >= 0 {
				continue
			}
			if best == none || g.eastOf(i, best, q.Y) {
				best = i
			}
		}
		if best == none || index.column(g.at(best, q.Y)) != c && c > 0 {
			continue
		}
		if low, _ := g.upright(best); low == g.places[g.edges[best].a] {
			return 2*best + 1 // it runs down, with the east on its left
		}
		return 2 * best
	}
	return none
}

// upright gives the ends of an edge, the lower first.
func (g *graph) upright(i int32) (low, high geo.Place) {
	low, high = g.places[g.edges[i].a], g.places[g.edges[i].b]
	if low.Y > high.Y {
		low, high = high, low
	}
	return low, high
}

// at gives the longitude, cut to the grid, at which an edge has a latitude.
func (g *graph) at(i int32, y int64) int64 {
	floor, _, _ := g.longitude(i, y)
	return floor
}

// longitude gives where an edge has a latitude: floor + rest/rise. The product is below 2^63 over the whole grid.
func (g *graph) longitude(i int32, y int64) (floor, rest, rise int64) {
	low, high := g.upright(i)
	rise = high.Y - low.Y
	run := (high.X - low.X) * (y - low.Y)
	floor, rest = run/rise, run%rise
	if rest < 0 {
		floor, rest = floor-1, rest+rise
	}
	return low.X + floor, rest, rise
}

// eastOf tells of two edges that do not cross whether the first is east of the second just above a latitude.
func (g *graph) eastOf(i, j int32, y int64) bool {
	f1, r1, d1 := g.longitude(i, y)
	f2, r2, d2 := g.longitude(j, y)
	if f1 != f2 {
		return f1 > f2
	}
	if p, q := r1*d2, r2*d1; p != q {
		return p > q
	}
	low1, high1 := g.upright(i)
	low2, high2 := g.upright(j)
	return product(high1.X-low1.X, d2).minus(product(high2.X-low2.X, d1)).sign() > 0
}
