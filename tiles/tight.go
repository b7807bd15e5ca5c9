package tiles

// thinUpTo is the deepest zoom at which shared boundaries are thinned. Deeper, their vertices stand further apart than the
// grid's steps, and next to none would go.
const thinUpTo = 13

// seams are the boundaries that the features of a layer share, on a tile's grid: each vertex once, whoever's rings go through it.
// What is taken out is taken out for all, so that neighbours stay tight; where more than two edges meet nothing is.
//
// geo/coverage.Simplify does so for a whole frame on the ground. A tile needs it of what one box shows, the same wherever that
// was read from, of vertices that are rounded already and may touch, which there is refused.
//
//  1. outline all features of the layer, all cut along the same lines;
//  2. link their vertices; fix those where boundaries meet or leave the tile, so that the next tile goes on from there;
//  3. thin what lies between fixed ones (thin.go), and put back what would come to touch anything;
//  4. draw each feature with the vertices that are left.
type seams struct {
	nodes   []node
	slots   []int32  // by place, the number of a node and 1, or 0; a power of two of them
	ring    []int32  // the nodes of each ring, one ring after another
	rings   []run    // in ring
	members []member // in the order they are drawn
	gathers bool
	thinner
}

// node is a vertex of any ring.
type node struct {
	pixel
	beside [2]int32 // the nodes that its edges lead to; more fix it
	fixed  bool
	done   bool // the arc through it was thinned
	gone   bool
}

// member is a feature that was outlined, with its rings.
type member struct {
	columns  *columns
	nth      uint32
	from, to int // in rings
}

// join sees to a layer whose features share boundaries: all are cut along the same lines, also those that would not have to be
// cut, and at small scales they are gathered.
func (w *writer) join(name string) {
	w.whole, w.gathers = w.around(wholeBuffer), false
	for i := range layers {
		if l := &layers[i]; l.tight && l.name == name {
			w.whole, w.gathers = w.shapes, w.shift >= worldBits-extentBits-thinUpTo
		}
	}
}

// gather outlines a feature and leaves drawing it to drawGathered.
func (w *writer) gather(c *columns, i uint32) {
	if kind := w.outline(c, i); kind != typePolygon {
		w.ink(kind)
		w.feature(c, i, kind)
		return
	}
	m := member{columns: c, nth: i, from: len(w.rings)}
	for _, r := range w.runs {
		from := len(w.ring)
		for _, q := range w.pixels[r.from:r.to] {
			w.ring = append(w.ring, w.nodeAt(q))
		}
		w.rings = append(w.rings, run{from: from, to: len(w.ring), outer: r.outer})
	}
	if m.to = len(w.rings); m.to > m.from {
		w.members = append(w.members, m)
	}
}

// drawGathered draws what was gathered, with boundaries that are thinned.
func (w *writer) drawGathered() {
	if len(w.members) == 0 {
		return
	}
	w.link()
	w.thin()
	for _, m := range w.members {
		w.pixels, w.runs = w.pixels[:0], w.runs[:0]
		for _, r := range w.rings[m.from:m.to] {
			from := len(w.pixels)
			for _, n := range w.ring[r.from:r.to] {
				if node := &w.nodes[n]; !node.gone {
					w.pixels = append(w.pixels, node.pixel)
				}
			}
			doubled, _ := measure(w.pixels[from:])
			w.runs = append(w.runs, run{from, len(w.pixels), r.outer, doubled})
		}
		w.settle()
		w.ink(typePolygon)
		w.feature(m.columns, m.nth, typePolygon)
	}
	w.nodes, w.ring, w.rings, w.members = w.nodes[:0], w.ring[:0], w.rings[:0], w.members[:0]
	clear(w.slots)
}

// nodeAt finds or adds the one at a place.
func (s *seams) nodeAt(q pixel) int32 {
	if 2*len(s.nodes) >= len(s.slots) {
		s.slots = make([]int32, max(1<<10, 2*len(s.slots)))
		for i := range s.nodes {
			s.slots[s.slot(s.nodes[i].pixel)] = int32(i) + 1
		}
	}
	slot := s.slot(q)
	if s.slots[slot] == 0 {
		s.nodes = append(s.nodes, node{pixel: q, beside: [2]int32{-1, -1}})
		s.slots[slot] = int32(len(s.nodes))
	}
	return s.slots[slot] - 1
}

// slot is where a place stands among the slots, or where it would.
func (s *seams) slot(q pixel) int {
	last := len(s.slots) - 1
	at := int((uint32(q.x)*0x9e3779b1^uint32(q.y)*0x85ebca6b)>>7) & last
	for s.slots[at] != 0 && s.nodes[s.slots[at]-1].pixel != q {
		at = (at + 1) & last
	}
	return at
}

// link notes which nodes edges lead to, and fixes those that must stay.
func (s *seams) link() {
	for _, r := range s.rings {
		ring := s.ring[r.from:r.to]
		a := ring[len(ring)-1]
		for _, b := range ring {
			s.nodes[a].leadsTo(b, &s.nodes[b])
			s.nodes[b].leadsTo(a, &s.nodes[a])
			a = b
		}
	}
	for i := range s.nodes {
		n := &s.nodes[i]
		n.fixed = n.fixed || n.beside[1] < 0 || n.beyond()
	}
	for _, r := range s.rings { // a ring that meets nothing begins somewhere
		ring := s.ring[r.from:r.to]
		first := ring[0]
		for _, n := range ring {
			if s.nodes[n].fixed {
				first = -1
				break
			}
			if comparePixels(s.nodes[n].pixel, s.nodes[first].pixel) < 0 {
				first = n
			}
		}
		if first >= 0 {
			s.nodes[first].fixed = true
		}
	}
}

func (n *node) leadsTo(other int32, at *node) {
	switch {
	case n.beside[0] == other || n.beside[1] == other:
	case n.beside[0] < 0:
		n.beside[0] = other
	case n.beside[1] < 0:
		n.beside[1] = other
	default:
		n.fixed = true
	}
	n.fixed = n.fixed || at.beyond()
}

// beyond tells of what a neighbouring tile shows too.
func (n *node) beyond() bool { return min(n.x, n.y) <= 0 || max(n.x, n.y) >= extent }
