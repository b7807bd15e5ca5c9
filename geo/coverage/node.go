package coverage

import (
	"cmp"
	"slices"

	"canvass/geo"
)

// hit is a vertex that an edge runs through, or so near that on the grid it does; by is the edge that has the vertex.
type hit struct {
	edge, vertex, by int32
	crossed          bool // the vertex is where edge and by cross
}

// noder finds where edges meet without having a vertex there.
type noder struct {
	*plane
	edges []edge
	grid  *grid
	hits  []hit
	fresh func(e edge) bool
}

// maxRounds bounds how often edges that were bent are looked at again; one or two do.
const maxRounds = 12

// node cuts every side where another runs through it, on the grid (snap rounding): after it, edges share whole edges, single
// vertices or nothing.
//
//  1. every two edges that lie near: an end of one within half a unit of the other is on it; where they cross, the place of
//     the grid nearest is a new vertex;
//  2. edges near a new vertex run through it, too;
//  3. as edges were bent by up to half a unit, look again until nothing is found.
//
// Only pairs are looked at of which at least one is fresh; without a function, all are. Each round's hits are told.
func (p *plane) node(fresh func(e edge) bool, tell func(hits []hit, edges []edge)) {
	for range maxRounds {
		edges, of := p.edges()
		n := &noder{plane: p, edges: edges, fresh: fresh}
		n.grid = newGrid(len(edges), func(i int) (a, b geo.Place) { return p.places[edges[i].a], p.places[edges[i].b] })
		vertices := int32(len(p.places))
		for c := range n.grid.columns * n.grid.rows {
			n.pairs(n.grid.in(c))
		}
		for v := vertices; v < int32(len(p.places)); v++ {
			n.through(v)
		}
		if len(n.hits) == 0 {
			break
		}
		tell(n.hits, edges)
		p.cut(n.chains(), edges, of)
	}
}

// pairs looks at all pairs of a cell's edges.
func (n *noder) pairs(items []int32) {
	for i, e := range items {
		a, b := n.ends(e)
		west, east, south, north := min(a.X, b.X)-1, max(a.X, b.X)+1, min(a.Y, b.Y)-1, max(a.Y, b.Y)+1
		for _, f := range items[i+1:] {
			c, d := n.ends(f)
			if max(c.X, d.X) < west || min(c.X, d.X) > east || max(c.Y, d.Y) < south || min(c.Y, d.Y) > north {
				continue
			}
			if n.fresh != nil && !n.fresh(n.edges[e]) && !n.fresh(n.edges[f]) {
				continue
			}
			n.pair(e, f)
		}
	}
}

func (n *noder) ends(e int32) (a, b geo.Place) { return n.places[n.edges[e].a], n.places[n.edges[e].b] }

func (n *noder) pair(e, f int32) {
	met := n.meet(e, n.edges[f].a, f)
	met = n.meet(e, n.edges[f].b, f) || met
	met = n.meet(f, n.edges[e].a, e) || met
	met = n.meet(f, n.edges[e].b, e) || met
	if met {
		return
	}
	a, b := n.ends(e)
	c, d := n.ends(f)
	if cross(a, b, c, d) {
		v := n.vertex(crossing(a, b, c, d))
		n.hits = append(n.hits, hit{e, v, f, true}, hit{f, v, e, true})
	}
}

// meet notes that an edge runs through a vertex of another, and tells whether they have it in common.
func (n *noder) meet(e, v, by int32) bool {
	ends := n.edges[e]
	if ends.a == v || ends.b == v {
		return true
	}
	if a, b := n.ends(e); !passes(a, b, n.places[v]) {
		return false
	}
	n.hits = append(n.hits, hit{e, v, by, false})
	return true
}

// through notes all edges that run through a new vertex.
func (n *noder) through(v int32) {
	q := n.places[v]
	n.grid.around(box{q.X - 1, q.Y - 1, q.X + 1, q.Y + 1}, func(e int32) {
		if a, b := n.ends(e); n.edges[e].a != v && n.edges[e].b != v && passes(a, b, q) {
			n.hits = append(n.hits, hit{e, v, e, true})
		}
	})
}

// chains sorts each edge's hits along it, from its first end.
func (n *noder) chains() map[int32][]int32 {
	chains := map[int32][]int32{}
	for _, h := range n.hits {
		if e := n.edges[h.edge]; h.vertex != e.a && h.vertex != e.b && !slices.Contains(chains[h.edge], h.vertex) {
			chains[h.edge] = append(chains[h.edge], h.vertex)
		}
	}
	for e, chain := range chains {
		a, b := n.ends(e)
		n.sortAlong(chain, a, b)
	}
	return chains
}

// sortAlong sorts vertices near an edge by how far along it they lie.
func (p *plane) sortAlong(vertices []int32, a, b geo.Place) {
	far := func(v int32) wide {
		q := p.places[v]
		return product(q.X-a.X, b.X-a.X).plus(product(q.Y-a.Y, b.Y-a.Y))
	}
	slices.SortFunc(vertices, func(u, v int32) int {
		return cmp.Or(far(u).minus(far(v)).sign(), cmp.Compare(u, v))
	})
}

// cut puts chains of vertices into the sides along their edges. What then runs to and fro on one edge stays.
func (p *plane) cut(chains map[int32][]int32, edges []edge, of []int32) {
	out := make([]side, 0, len(p.sides)+len(chains)*2)
	for i := range p.rings {
		r := &p.rings[i]
		first := int32(len(out))
		for j := r.first; j < r.last; j++ {
			s := p.sides[j]
			chain := chains[of[j]]
			from := s.from
			for k := range chain {
				v := chain[k]
				if s.from != edges[of[j]].a {
					v = chain[len(chain)-1-k]
				}
				out = append(out, side{from, v, s.ring})
				from = v
			}
			out = append(out, side{from, s.to, s.ring})
		}
		r.first, r.last = first, int32(len(out))
	}
	p.sides = out
}
