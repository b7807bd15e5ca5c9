package tiles

import (
	"container/list"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// address names one tile of a set.
type address struct {
	set     string
	z, x, y int
}

// bound is the ground a tile shows, with its buffer and a little more, for it is not as exact as the tile's grid.
func (a address) bound() orb.Bound {
	return maptile.New(uint32(a.x), uint32(a.y), maptile.Zoom(a.z)).Bound(float64(pointBuffer+1) / extent)
}

// cache keeps tiles up to a number of bytes; those that were not asked for longest go first. Each set has a generation that
// grows with every change, so that a tile read before a change is not kept after it.
type cache struct {
	mu          sync.Mutex
	bytes       int64
	budget      int64
	order       *list.List // of *entry, the latest first
	entries     map[address]*list.Element
	generations map[string]int64
	cleared     int64 // counts in every set's generation
}

type entry struct {
	address
	tile Tile
}

// entryOverhead is about what an entry costs beside its bytes.
const entryOverhead = 256

func newCache(budget int64) *cache {
	return &cache{budget: budget, order: list.New(), entries: map[address]*list.Element{}, generations: map[string]int64{}}
}

// find answers a kept tile, and the generation that one to be built now belongs to.
func (c *cache) find(a address) (Tile, int64, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.entries[a]; ok {
		c.order.MoveToFront(e)
		return e.Value.(*entry).tile, 0, true
	}
	return Tile{}, c.generation(a.set), false
}

// keep stores a tile unless its set has changed since it was begun.
func (c *cache) keep(a address, generation int64, t Tile) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation(a.set) != generation || c.entries[a] != nil {
		return
	}
	c.entries[a] = c.order.PushFront(&entry{a, t})
	c.bytes += int64(len(t.Bytes)) + entryOverhead
	for c.bytes > c.budget && c.order.Len() > 0 {
		c.remove(c.order.Back())
	}
}

// drop forgets the tiles of a set that show any of a bound; nil is all of them.
func (c *cache) drop(set string, changed *orb.Bound) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.generations[set]++
	for a, e := range c.entries {
		if a.set == set && (changed == nil || a.bound().Intersects(*changed)) {
			c.remove(e)
		}
	}
}

// clear forgets everything, also what is being built now.
func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cleared++
	c.order.Init()
	clear(c.entries)
	c.bytes = 0
}

func (c *cache) generation(set string) int64 { return c.cleared + c.generations[set] }

func (c *cache) remove(e *list.Element) {
	gone := c.order.Remove(e).(*entry)
	delete(c.entries, gone.address)
	c.bytes -= int64(len(gone.tile.Bytes)) + entryOverhead
}
