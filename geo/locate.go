package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Locator finds which of many polygons holds a point. Add all, then Find; Find may be called by several at once.
type Locator struct {
	members []member
	nodes   []node // packed by Sort-Tile-Recursive (Leutenegger et al. 1997), root last
	packed  bool
}

type member struct {
	key   string
	box   box
	rings [][]at
}

type box struct{ west, south, east, north int64 }

func (b box) holds(p at) bool {
	return p.x >= b.west && p.x <= b.east && p.y >= b.south && p.y <= b.north
}

func (b box) meets(o box) bool {
	return b.west <= o.east && o.west <= b.east && b.south <= o.north && o.south <= b.north
}

func (b box) with(o box) box {
	return box{min(b.west, o.west), min(b.south, o.south), max(b.east, o.east), max(b.north, o.north)}
}

// node covers a run of members (level 0) or of nodes.
type node struct {
	box         box
	first, last int32
	leaf        bool
}

// fan is how many children a node has.
const fan = 12

// NewLocator expects about n polygons.
func NewLocator(n int) *Locator { return &Locator{members: make([]member, 0, n)} }

// Add adds a polygon or multipolygon under a key; other geometry holds no point.
func (l *Locator) Add(key string, g orb.Geometry) {
	m := member{key: key, box: box{math.MaxInt64, math.MaxInt64, math.MinInt64, math.MinInt64}}
	for _, r := range ringsOf(g) {
		ring := make([]at, len(r))
		for i, p := range r {
			ring[i] = onGrid(p)
			m.box = m.box.with(box{ring[i].x, ring[i].y, ring[i].x, ring[i].y})
		}
		m.rings = append(m.rings, ring)
	}
	if len(m.rings) > 0 {
		l.members = append(l.members, m)
		l.packed = false
	}
}

// Pack makes the index ready; Find does it by itself, but only Pack makes it safe for several at once.
func (l *Locator) Pack() *Locator {
	slices.SortFunc(l.members, func(a, b member) int { return cmp.Compare(a.box.west+a.box.east, b.box.west+b.box.east) })
	columns := int(math.Ceil(math.Sqrt(float64(len(l.members)) / fan)))
	size := max(1, columns*fan)
	for first := 0; first < len(l.members); first += size {
		column := l.members[first:min(first+size, len(l.members))]
		slices.SortFunc(column, func(a, b member) int { return cmp.Compare(a.box.south+a.box.north, b.box.south+b.box.north) })
	}
	l.nodes = l.nodes[:0]
	for first := 0; first < len(l.members); first += fan {
		n := node{box: l.members[first].box, first: int32(first), last: int32(min(first+fan, len(l.members))), leaf: true}
		for _, m := range l.members[n.first:n.last] {
			n.box = n.box.with(m.box)
		}
		l.nodes = append(l.nodes, n)
	}
	for low, high := 0, len(l.nodes); high-low > 1; low, high = high, len(l.nodes) {
		for first := low; first < high; first += fan {
			n := node{box: l.nodes[first].box, first: int32(first), last: int32(min(first+fan, high))}
			for _, child := range l.nodes[n.first:n.last] {
				n.box = n.box.with(child.box)
			}
			l.nodes = append(l.nodes, n)
		}
	}
	l.packed = true
	return l
}

// Find answers the key of the polygon that holds a point, as Contains has it. Where polygons overlap it is the one whose key
// sorts first.
func (l *Locator) Find(p orb.Point) (key string, ok bool) {
	if !l.packed {
		l.Pack()
	}
	if len(l.nodes) == 0 {
		return "", false
	}
	return l.find(int32(len(l.nodes)-1), onGrid(p))
}

func (l *Locator) find(at int32, p at) (key string, ok bool) {
	n := l.nodes[at]
	if !n.box.holds(p) {
		return "", false
	}
	for i := n.first; i < n.last; i++ {
		found, in := "", false
		if n.leaf {
			m := &l.members[i]
			found, in = m.key, m.box.holds(p) && m.contains(p)
		} else {
			found, in = l.find(i, p)
		}
		if in && (!ok || found < key) {
			key, ok = found, true
		}
	}
	return key, ok
}

func (m *member) contains(p at) bool {
	inside := false
	for _, r := range m.rings {
		for i := 1; i < len(r); i++ {
			if crosses(r[i-1], r[i], p) {
				inside = !inside
			}
		}
	}
	return inside
}
