package tiles

import (
	"math"
	"slices"
	"unsafe"
)

// packed is a layer in memory: its columns along a Hilbert curve, so that neighbours in the world are neighbours in memory,
// under a packed R-tree.
type packed struct {
	*columns
	tree   []box // level upon level, the features' own boxes left out; a node has branches below it
	levels []int // where each level begins in the tree, the lowest first, then the tree's end
	drawn  []uint32
	at     []uint32 // which feature is drawn as the n-th; the inverse of drawn
}

const branches = 16

// pack orders columns and plants the tree over them. The columns must not be used after.
func pack(c *columns) *packed {
	n := len(c.ids)
	curve := c.alongCurve()
	p := &packed{columns: c.ordered(curve)}
	p.drawn, p.at = make([]uint32, n), make([]uint32, n)
	for i := range p.at {
		p.at[i] = uint32(i)
	}
	slices.SortFunc(p.at, p.compare)
	for nth, i := range p.at {
		p.drawn[i] = uint32(nth)
	}
	p.ranks = nil
	p.plant()
	p.clear()
	return p
}

// alongCurve orders features by where their middles lie on a Hilbert curve through the layer.
func (c *columns) alongCurve() []uint64 {
	all := nowhere
	for _, b := range c.boxes {
		all = all.and(b)
	}
	x, y := newAxis(all.minX, all.maxX), newAxis(all.minY, all.maxY)
	order := make([]uint64, len(c.boxes))
	for i, b := range c.boxes {
		order[i] = uint64(hilbert(x.at(b.minX, b.maxX), y.at(b.minY, b.maxY)))<<32 | uint64(i)
	}
	slices.Sort(order)
	return order
}

// axis divides a side of the layer into as many parts as 16 bits count.
type axis struct {
	from  int64
	scale float64
}

func newAxis(from, to int32) axis {
	return axis{int64(from), math.MaxUint16 / max(1, float64(int64(to)-int64(from)))}
}

func (a axis) at(from, to int32) uint32 {
	return uint32(float64((int64(from)+int64(to))/2-a.from) * a.scale)
}

// hilbert is how far along the curve through 2^16 by 2^16 places one lies.
func hilbert(x, y uint32) (d uint32) {
	for s := uint32(1 << 15); s > 0; s >>= 1 {
		rx, ry := uint32(0), uint32(0)
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		d += s * s * (3*rx ^ ry)
		if ry == 0 {
			if rx == 1 {
				x, y = math.MaxUint16-x, math.MaxUint16-y
			}
			x, y = y, x
		}
	}
	return d
}

// ordered copies columns into an order, each as large as it must be.
func (c *columns) ordered(order []uint64) *columns {
	out := &columns{fields: c.fields, values: dictionary{bytes: slices.Clip(c.values.bytes), ends: slices.Clip(c.values.ends)}}
	out.ids, c.ids = inOrder(c.ids, order), nil
	out.ranks, c.ranks = inOrder(c.ranks, order), nil
	out.zooms, c.zooms = inOrder(c.zooms, order), nil
	out.boxes, c.boxes = inOrder(c.boxes, order), nil
	for i := range out.fields {
		f := &out.fields[i]
		f.known, f.last, f.value = nil, nil, slices.Clip(f.value)
		f.codes = codes{inOrder(f.codes.one, order), inOrder(f.codes.two, order), inOrder(f.codes.four, order)}
	}
	out.starts, out.words = make([]uint32, len(order)), make([]uint16, 0, len(c.words))
	for i, o := range order {
		from, to := c.starts[uint32(o)], uint32(len(c.words))
		if next := int(uint32(o)) + 1; next < len(c.starts) {
			to = c.starts[next]
		}
		out.starts[i] = uint32(len(out.words))
		out.words = append(out.words, c.words[from:to]...)
	}
	return out
}

func inOrder[T any](of []T, order []uint64) []T {
	if of == nil {
		return nil
	}
	out := make([]T, len(order))
	for i, o := range order {
		out[i] = of[uint32(o)]
	}
	return out
}

// plant builds the tree from the features' boxes up to one root.
func (p *packed) plant() {
	below := p.boxes
	for len(below) > 1 || len(p.levels) == 0 && len(below) > 0 {
		p.levels = append(p.levels, len(p.tree))
		from := len(p.tree)
		for i := 0; i < len(below); i += branches {
			b := nowhere
			for _, one := range below[i:min(i+branches, len(below))] {
				b = b.and(one)
			}
			p.tree = append(p.tree, b)
		}
		below = p.tree[from:len(p.tree):len(p.tree)]
	}
	p.levels = append(p.levels, len(p.tree))
	p.tree = slices.Clip(p.tree)
}

// search is what is asked of a tree: the features, by when they are drawn, whose boxes meet one, and that are shown at a zoom.
type search struct {
	box
	zoom  uint8
	found []uint64 // a bit each
}

func (p *packed) search(s search) {
	if top := len(p.levels) - 2; top >= 0 {
		p.below(&s, top, 0)
	}
}

// below searches one node of a level.
func (p *packed) below(s *search, level, at int) {
	node := p.tree[p.levels[level]+at]
	if !node.meets(s.box) {
		return
	}
	if level > 0 {
		for i := at * branches; i < min((at+1)*branches, p.levels[level]-p.levels[level-1]); i++ {
			p.below(s, level-1, i)
		}
		return
	}
	all := node.within(s.box)
	for i := at * branches; i < min((at+1)*branches, len(p.boxes)); i++ {
		if (all || p.boxes[i].meets(s.box)) && p.zooms[i] <= s.zoom {
			n := p.drawn[i]
			s.found[n/64] |= 1 << (n % 64)
		}
	}
}

// size is about how much memory columns take.
func (c *columns) size() (bytes int64) {
	bytes = sizeOf(c.ids) + sizeOf(c.ranks) + sizeOf(c.zooms) + sizeOf(c.boxes) + sizeOf(c.starts) + sizeOf(c.words) + sizeOf(c.plain) +
		sizeOf(c.values.bytes) + sizeOf(c.values.ends)
	for i := range c.fields {
		f := &c.fields[i]
		bytes += sizeOf(f.codes.one) + sizeOf(f.codes.two) + sizeOf(f.codes.four) + sizeOf(f.value)
	}
	return bytes
}

func (p *packed) size() int64 {
	return p.columns.size() + sizeOf(p.tree) + sizeOf(p.levels) + sizeOf(p.drawn) + sizeOf(p.at)
}

func sizeOf[T any](of []T) int64 {
	var one T
	return int64(cap(of)) * int64(unsafe.Sizeof(one))
}
