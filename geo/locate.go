package geo

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/paulmach/orb"
)

// Locator finds which of many polygons holds a point. Add all, then Find; Find may be called by several at once, but not
// beside Add.
type Locator struct {
	members []member
	nodes   []node // packed by Sort-Tile-Recursive (Leutenegger et al. 1997), root last
	packing sync.Mutex
	packed  atomic.Bool
}

// member is a polygon under its key. Its edges are listed by the level bands of its box that they meet, so that a point is
// held against those of its own band alone.
type member struct {
	key   string
	box   box
	edges []line
	bands []int32 // where each band's edges begin, and the end
	high  int64   // grid units a band
}

// line is an edge, its lower end first.
type line struct{ a, b at }

// linesPerBand is how many edges a band is made to hold about.
const linesPerBand = 4

// node covers a run of members or of nodes.
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
	var lines []line
	for _, r := range ringsOf(g) {
		for i := 1; i < len(r); i++ {
			a, b := onGrid(r[i-1]), onGrid(r[i])
			if a.y > b.y {
				a, b = b, a
			}
			if a.y < b.y { // the ray runs level: it crosses no level edge
				lines = append(lines, line{a, b})
			}
		}
	}
	if len(lines) > 0 {
		l.members = append(l.members, newMember(key, lines))
		l.packed.Store(false)
	}
}

func newMember(key string, lines []line) member {
	m := member{key: key, box: edge{a: lines[0].a, b: lines[0].b}.box()}
	for _, e := range lines {
		m.box = m.box.with(edge{a: e.a, b: e.b}.box())
	}
	bands := int64(max(1, len(lines)/linesPerBand))
	m.high = (m.box.north-m.box.south)/bands + 1
	counts := make([]int32, bands+1)
	for _, e := range lines {
		for band := m.band(e.a.y); band <= m.band(e.b.y-1); band++ {
			counts[band+1]++
		}
	}
	for i := range bands {
		counts[i+1] += counts[i]
	}
	m.bands = counts
	m.edges = make([]line, counts[bands])
	free := slices.Clone(counts)
	for _, e := range lines {
		for band := m.band(e.a.y); band <= m.band(e.b.y-1); band++ {
			m.edges[free[band]] = e
			free[band]++
		}
	}
	return m
}

func (m *member) band(y int64) int64 { return (y - m.box.south) / m.high }

func (m *member) contains(p at) bool {
	if !m.box.holds(p) {
		return false
	}
	band := m.band(p.y)
	inside := false
	for _, e := range m.edges[m.bands[band]:m.bands[band+1]] {
		if p.y < e.a.y || p.y >= e.b.y || (p.x >= e.a.x && p.x >= e.b.x) {
			continue
		}
		if (p.x < e.a.x && p.x < e.b.x) || turn(e.a, e.b, p) > 0 {
			inside = !inside
		}
	}
	return inside
}

// pack makes the index.
func (l *Locator) pack() {
	l.packing.Lock()
	defer l.packing.Unlock()
	if l.packed.Load() {
		return
	}
	l.tile()
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
	l.packed.Store(true)
}

// tile sorts members into columns from west to east, and each column from south to north.
func (l *Locator) tile() {
	slices.SortFunc(l.members, func(a, b member) int { return cmp.Compare(a.box.west+a.box.east, b.box.west+b.box.east) })
	columns := int(math.Ceil(math.Sqrt(float64(len(l.members)) / fan)))
	size := max(1, columns*fan)
	for first := 0; first < len(l.members); first += size {
		column := l.members[first:min(first+size, len(l.members))]
		slices.SortFunc(column, func(a, b member) int { return cmp.Compare(a.box.south+a.box.north, b.box.south+b.box.north) })
	}
}

// Find answers the key of the polygon that holds a point, as Contains has it. Where polygons overlap it is the one whose key
// sorts first.
func (l *Locator) Find(p orb.Point) (key string, ok bool) {
	if !l.packed.Load() {
		l.pack()
	}
	if len(l.nodes) == 0 || checkPoint(p) != nil {
		return "", false
	}
	return l.find(int32(len(l.nodes)-1), onGrid(p))
}

func (l *Locator) find(number int32, p at) (key string, ok bool) {
	n := &l.nodes[number]
	for i := n.first; i < n.last; i++ {
		found, in := "", false
		switch {
		case n.leaf:
			m := &l.members[i]
			found, in = m.key, m.contains(p)
		case l.nodes[i].box.holds(p):
			found, in = l.find(i, p)
		}
		if in && (!ok || found < key) {
			key, ok = found, true
		}
	}
	return key, ok
}
