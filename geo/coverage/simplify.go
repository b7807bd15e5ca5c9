package coverage

import (
	"container/heap"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// Simplify takes vertices out of the boundaries of members, the least first, as long as the triangle that goes with one is
// smaller than the tolerance (in metres) squared (Visvalingam). Neighbours lose the same vertices, so that they stay tight;
// corners where three boundaries meet stay; nothing comes to cross or touch that did not, and no ring vanishes. Members that
// lose nothing stay as they were.
//
// It is refused with an *Error: NotSound (a member that cannot be read), NotApart (members that cross, or miss one another by
// less than the grid tells).
//
//  1. vertices with two edges can go; they wait in a heap by the size of their triangle;
//  2. one goes if no other vertex lies in its triangle, its neighbours are not joined already, and its rings keep three;
//  3. then its neighbours are measured anew, no smaller than what has gone.
func Simplify(members []orb.MultiPolygon, tolerance float64) ([]orb.MultiPolygon, error) {
	p := read(members)
	for _, f := range p.faults {
		if f.Kind == Unreadable {
			return nil, &Error{NotSound, f.At, f.Reason}
		}
	}
	var err error
	p.node(nil, func(hits []hit, edges []edge) {
		for _, h := range hits {
			if e, at := edges[h.edge], p.places[h.vertex]; err == nil && (h.crossed || !on(p.places[e.a], p.places[e.b], at)) {
				err = &Error{Reason: NotApart, At: at.Point()}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	s := newSimplifier(p, tolerance)
	for s.heap.Len() > 0 {
		c := heap.Pop(&s.heap).(corner)
		if !s.gone[c.vertex] && s.beside[c.vertex] == c.beside && s.free(c) {
			s.remove(c)
		}
	}
	return s.result(members), nil
}

// corner is a vertex that may go, with its neighbours and the size of their triangle.
type corner struct {
	size   float64 // square metres
	vertex int32
	beside [2]int32
}

// corners is a heap, the least first.
type corners []corner

func (c corners) Len() int { return len(c) }
func (c corners) Less(i, j int) bool {
	return c[i].size < c[j].size || c[i].size == c[j].size && c[i].vertex < c[j].vertex
}
func (c corners) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c *corners) Push(x any)   { *c = append(*c, x.(corner)) }
func (c *corners) Pop() any {
	old := *c
	last := old[len(old)-1]
	*c = old[:len(old)-1]
	return last
}

type simplifier struct {
	*plane
	heap   corners
	limit  float64    // square metres
	beside [][2]int32 // the neighbours of each vertex with two edges; none, none of others
	of     [][2]int32 // the rings through it
	left   []int32    // how many vertices each ring still has
	gone   []bool
	joined map[[2]int32]bool
	index  *grid // of vertices
}

func newSimplifier(p *plane, tolerance float64) *simplifier {
	n := len(p.places)
	s := &simplifier{plane: p, limit: tolerance * tolerance, gone: make([]bool, n), joined: map[[2]int32]bool{}}
	if !(tolerance > 0) {
		s.limit = 0
	}
	s.beside, s.of = make([][2]int32, n), make([][2]int32, n)
	degree := make([]int32, n)
	edges, _ := p.edges()
	for _, e := range edges {
		s.joined[[2]int32{e.a, e.b}] = true
		for _, way := range [2][2]int32{{e.a, e.b}, {e.b, e.a}} {
			v := way[0]
			if degree[v] < 2 && !e.more {
				s.beside[v][degree[v]] = way[1]
				s.of[v] = [2]int32{e.left, e.right}
			}
			degree[v]++
			if e.more {
				degree[v] = math.MaxInt16
			}
		}
	}
	s.left = make([]int32, len(p.rings))
	for i, r := range p.rings {
		s.left[i] = r.last - r.first
	}
	s.index = newGrid(n, func(i int) (a, b geo.Place) { return p.places[i], p.places[i] })
	for v := range s.beside {
		if degree[v] != 2 {
			s.beside[v] = [2]int32{none, none}
			continue
		}
		s.offer(int32(v), 0)
	}
	return s
}

// offer lets a vertex wait if its triangle is below the limit; it counts no less than what has gone.
func (s *simplifier) offer(v int32, least float64) {
	u, w := s.beside[v][0], s.beside[v][1]
	if u < 0 {
		return
	}
	at := s.places[v]
	m := metersAt(at)
	doubled := wide{}.cross(s.places[u], at, s.places[w])
	if doubled.sign() < 0 {
		doubled = wide{}.minus(doubled)
	}
	size := (float64(doubled.hi)*0x1p64 + float64(doubled.lo)) * m.east * m.north / 2
	if size = max(size, least); size < s.limit {
		heap.Push(&s.heap, corner{size, v, s.beside[v]})
	}
}

// free tells whether a corner can go without anything coming to cross, touch or vanish.
func (s *simplifier) free(c corner) bool {
	u, w := c.beside[0], c.beside[1]
	if u == w || s.joined[[2]int32{min(u, w), max(u, w)}] {
		return false
	}
	for _, r := range s.of[c.vertex] {
		if r >= 0 && s.left[r] <= 3 {
			return false
		}
	}
	a, b, d := s.places[u], s.places[c.vertex], s.places[w]
	free := true
	s.index.around(box{min(a.X, b.X, d.X), min(a.Y, b.Y, d.Y), max(a.X, b.X, d.X), max(a.Y, b.Y, d.Y)}, func(i int32) {
		if !free || i == u || i == w || i == c.vertex || s.gone[i] {
			return
		}
		q := s.places[i]
		x, y, z := geo.Turn(a, b, q), geo.Turn(b, d, q), geo.Turn(d, a, q)
		if flat := x == 0 && y == 0 && z == 0; flat {
			free = !within(a, d, q) && !within(a, b, q) && !within(b, d, q)
			return
		}
		free = min(x, y, z) < 0 && max(x, y, z) > 0
	})
	return free && !s.grazes(a, d, u, w)
}

// grazes tells whether an edge would run so near a vertex that on the grid it runs through it.
func (s *simplifier) grazes(a, b geo.Place, u, w int32) bool {
	found := false
	s.index.around(box{min(a.X, b.X) - 1, min(a.Y, b.Y) - 1, max(a.X, b.X) + 1, max(a.Y, b.Y) + 1}, func(i int32) {
		found = found || i != u && i != w && !s.gone[i] && passes(a, b, s.places[i]) && geo.Turn(a, b, s.places[i]) != 0
	})
	return found
}

func (s *simplifier) remove(c corner) {
	v, u, w := c.vertex, c.beside[0], c.beside[1]
	s.gone[v] = true
	for _, r := range s.of[v] {
		if r >= 0 {
			s.left[r]--
		}
	}
	delete(s.joined, [2]int32{min(u, v), max(u, v)})
	delete(s.joined, [2]int32{min(w, v), max(w, v)})
	s.joined[[2]int32{min(u, w), max(u, w)}] = true
	for _, pair := range [2][2]int32{{u, w}, {w, u}} {
		for i, n := range s.beside[pair[0]] {
			if n == v {
				s.beside[pair[0]][i] = pair[1]
			}
		}
		s.offer(pair[0], c.size)
	}
}

// result gives the members without the vertices that are gone.
func (s *simplifier) result(members []orb.MultiPolygon) []orb.MultiPolygon {
	out := slices.Clone(members)
	for i, r := range s.rings {
		if s.left[i] == r.last-r.first {
			continue
		}
		if m := members[r.member]; &out[r.member][0] == &m[0] {
			out[r.member] = m.Clone()
		}
	}
	seen := map[[2]int32]int{}
	for i, r := range s.rings {
		key := [2]int32{r.member, r.part}
		position := seen[key]
		seen[key]++
		if s.left[i] == r.last-r.first {
			continue
		}
		points := make(orb.Ring, 0, s.left[i]+1)
		for _, d := range s.sides[r.first:r.last] {
			if !s.gone[d.from] {
				points = append(points, s.places[d.from].Point())
			}
		}
		points = append(points, points[0])
		if r.turned {
			points.Reverse()
		}
		out[r.member][r.part][position] = points
	}
	return out
}
