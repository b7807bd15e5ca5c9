package coverage

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// snap moves vertices of loose halves to another member's within the tolerance, and puts those that have none into an edge of
// another within it. It tells whether anything was done.
//
//  1. vertices with the most edges first: each stays, unless one of another member that stays is near;
//  2. what stays and is near a loose edge of a member that has no vertex near is put into it.
func (r *repairer) snap(l *layer, halves []int32) bool {
	if len(halves) == 0 {
		return false
	}
	s := &snapper{repairer: r, layer: l, halves: halves, owners: map[int32][]int32{}, moved: map[int32]int32{}}
	s.gather()
	s.index = newGrid(len(halves), func(i int) (a, b geo.Place) { return l.places[l.from(halves[i])], l.places[l.to(halves[i])] })
	for _, v := range s.vertices {
		s.settle(v)
	}
	chains := map[int32][]int32{}
	for _, v := range s.vertices {
		if _, gone := s.moved[v]; !gone {
			s.insert(v, chains)
		}
	}
	s.apply(chains)
	return len(s.moved)+len(chains) > 0
}

type snapper struct {
	*repairer
	layer    *layer
	halves   []int32
	vertices []int32           // of the halves, in the order in which they are settled
	owners   map[int32][]int32 // members at each of them
	moved    map[int32]int32
	index    *grid
}

func (s *snapper) gather() {
	sides := map[int32]int{}
	for _, h := range s.halves {
		for _, v := range []int32{s.layer.from(h), s.layer.to(h)} {
			if _, known := s.owners[v]; !known {
				s.vertices = append(s.vertices, v)
				s.owners[v] = nil
			}
		}
	}
	for _, side := range s.sides {
		for _, v := range []int32{side.from, side.to} {
			if of, loose := s.owners[v]; loose {
				sides[v]++
				if m := s.member(side.ring); !slices.Contains(of, m) {
					s.owners[v] = append(of, m)
				}
			}
		}
	}
	type rank struct {
		vertex        int32
		weight, sides int
	}
	ranks := make([]rank, len(s.vertices))
	for i, v := range s.vertices {
		ranks[i] = rank{v, s.weight(v), sides[v]}
	}
	slices.SortFunc(ranks, func(u, v rank) int {
		return cmp.Or(cmp.Compare(v.weight, u.weight), cmp.Compare(v.sides, u.sides), cmp.Compare(u.vertex, v.vertex))
	})
	for i, r := range ranks {
		s.vertices[i] = r.vertex
	}
}

// weight is large for vertices that must not move, and those that many members have.
func (s *snapper) weight(v int32) int {
	if slices.ContainsFunc(s.owners[v], func(m int32) bool { return s.frozen[m] }) {
		return math.MaxInt
	}
	return len(s.owners[v])
}

// settle moves a vertex to the nearest before it in order that no member has in common with it.
func (s *snapper) settle(v int32) {
	if s.weight(v) == math.MaxInt {
		return
	}
	at := s.places[v]
	m := metersAt(at)
	best, least := int32(none), s.tolerance
	s.near(at, m, func(h int32) {
		for _, u := range []int32{s.layer.from(h), s.layer.to(h)} {
			if _, gone := s.moved[u]; gone || u == v || s.common(u, v) || !s.first(u, v) {
				continue
			}
			if d := math.Hypot(m.vector(at, s.places[u])); d < least || d == least && u < best {
				best, least = u, d
			}
		}
	})
	if best >= 0 {
		s.moved[v] = best
		s.owners[best] = append(s.owners[best], s.owners[v]...)
	}
}

func (s *snapper) first(u, v int32) bool {
	return cmp.Or(cmp.Compare(s.weight(u), s.weight(v)), cmp.Compare(v, u)) > 0
}

func (s *snapper) common(u, v int32) bool {
	return slices.ContainsFunc(s.owners[u], func(m int32) bool { return slices.Contains(s.owners[v], m) })
}

func (s *snapper) near(at geo.Place, m meters, visit func(h int32)) {
	n := m.units(s.tolerance)
	s.index.around(box{at.X - n, at.Y - n, at.X + n, at.Y + n}, func(i int32) { visit(s.halves[i]) })
}

// insert puts a vertex into the nearest loose edge of each member that has none near.
func (s *snapper) insert(v int32, chains map[int32][]int32) {
	at := s.places[v]
	m := metersAt(at)
	best, least := int32(none), s.tolerance
	s.near(at, m, func(h int32) {
		e := s.layer.edges[h>>1]
		owners := s.layer.owners[h>>1]
		if e.a == v || e.b == v || slices.ContainsFunc(owners, func(u use) bool {
			return s.frozen[u.member] || slices.Contains(s.owners[v], u.member)
		}) {
			return
		}
		if d := m.off(at, s.places[e.a], s.places[e.b]); d < least || d == least && h>>1 < best {
			best, least = h>>1, d
		}
	})
	if best >= 0 && !slices.Contains(chains[best], v) {
		chains[best] = append(chains[best], v)
	}
}

// off gives how far a place is from an edge, if its foot lies between the ends; else it is infinite.
func (m meters) off(p, a, b geo.Place) float64 {
	u, v := m.vector(a, b)
	s, w := m.vector(a, p)
	if t := (s*u + w*v) / (u*u + v*v); t <= 0 || t >= 1 {
		return math.Inf(1)
	}
	return math.Abs(s*v-w*u) / math.Hypot(u, v)
}

// apply moves and puts in the vertices that were found, on every side that has them.
func (s *snapper) apply(chains map[int32][]int32) {
	edges, of := s.edges()
	number := map[[2]int32]int32{}
	for i := range chains {
		e := s.layer.edges[i]
		number[[2]int32{e.a, e.b}] = i
	}
	cuts := map[int32][]int32{}
	for i, e := range edges {
		if chain := chains[number[[2]int32{e.a, e.b}]]; len(chain) > 0 {
			if j, known := number[[2]int32{e.a, e.b}]; known {
				s.sortAlong(chains[j], s.places[e.a], s.places[e.b])
				cuts[int32(i)] = chains[j]
				s.tellPut(e, chains[j])
			}
		}
	}
	s.cut(cuts, edges, of)
	s.tellMoved()
	for i := range s.sides {
		d := &s.sides[i]
		from, a := s.moved[d.from]
		to, b := s.moved[d.to]
		if a {
			d.from = from
		}
		if b {
			d.to = to
		}
		if a || b {
			s.changed[s.member(d.ring)] = true
		}
	}
	told := len(s.changes)
	s.spikes()
	s.changes = s.changes[:told]
}

func (s *snapper) tellPut(e edge, chain []int32) {
	a, b := s.places[e.a].Point(), s.places[e.b].Point()
	for _, v := range chain {
		at := s.places[v].Point()
		m := s.owner(e)
		s.told("a vertex put in", at, geo.Area(orb.Ring{a, b, at, a}), [2]int{int(m), int(s.owners[v][0])})
		for _, r := range []int32{e.left, e.right} {
			if r >= 0 {
				s.changed[s.member(r)] = true
			}
		}
	}
}

// tellMoved tells of each member's vertices that move, and how much ground that takes or gives.
func (s *snapper) tellMoved() {
	before := int32(none)
	for i, d := range s.sides {
		if i > 0 && s.sides[i-1].ring == d.ring {
			before = s.sides[i-1].from
		} else {
			before = s.sides[s.rings[d.ring].last-1].from
		}
		to, moves := s.moved[d.from]
		if !moves {
			continue
		}
		a, v, w, b := s.places[before].Point(), s.places[d.from].Point(), s.places[to].Point(), s.places[d.to].Point()
		m := s.member(d.ring)
		s.told("a vertex moved", v, geo.Area(orb.Ring{a, v, w, a})+geo.Area(orb.Ring{v, b, w, v}), [2]int{int(m), int(s.owners[to][0])})
	}
}
