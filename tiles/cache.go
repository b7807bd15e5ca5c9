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

// exists tells whether there is such a tile.
func (a address) exists() bool {
	return a.z >= 0 && a.z <= MaxZoom && a.x >= 0 && a.y >= 0 && a.x < 1<<a.z && a.y < 1<<a.z
}

// bound is the ground a tile shows, with its buffer and a little more, for it is not as exact as the tile's grid.
func (a address) bound() orb.Bound {
	return maptile.New(uint32(a.x), uint32(a.y), maptile.Zoom(a.z)).Bound(float64(pointBuffer+1) / extent)
}

// cache keeps tiles up to a number of bytes; those that were not asked for longest go first. Each set has a generation that
// grows with every change, and knows the latest of them, so that a tile that was begun before a change that it shows is not
// kept after it.
type cache struct {
	mu     sync.Mutex
	bytes  int64
	budget int64
	order  *list.List // of *entry, the latest first
	sets   map[string]*keptSet
	first  int64 // generation of a set of which nothing was asked yet
}

type keptSet struct {
	tiles      map[address]*list.Element
	generation int64
	latest     []dropped
}

// dropped is a change that a tile which is being built may not show yet.
type dropped struct {
	generation int64
	box        box
	minZoom    int
}

// entry is a tile as it was asked for: in one coding or several, or one in which nothing is.
type entry struct {
	address
	tag   string
	coded [codings][]byte
}

func (e *entry) in(coding Coding) (Tile, bool) {
	for _, other := range e.coded {
		if other != nil {
			return Tile{e.coded[coding], coding, e.tag}, e.coded[coding] != nil
		}
	}
	return Tile{Coding: coding, ETag: e.tag}, true
}

func (e *entry) size() (bytes int64) {
	for _, coded := range e.coded {
		bytes += int64(len(coded))
	}
	return bytes + entryOverhead
}

const (
	entryOverhead = 256 // about what an entry costs beside its bytes
	mostLatest    = 256 // changes that are known one by one; a tile that was begun before is not kept
)

func newCache(budget int64) *cache {
	return &cache{budget: budget, order: list.New(), sets: map[string]*keptSet{}}
}

func (c *cache) set(name string) *keptSet {
	s := c.sets[name]
	if s == nil {
		s = &keptSet{tiles: map[address]*list.Element{}, generation: c.first}
		c.sets[name] = s
	}
	return s
}

// find answers a tile that is kept in a coding, and the generation that one to be built now belongs to.
func (c *cache) find(a address, coding Coding) (Tile, int64, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.sets[a.set]
	if s == nil {
		return Tile{}, c.first, false
	}
	if e, ok := s.tiles[a]; ok {
		c.order.MoveToFront(e)
		tile, ok := e.Value.(*entry).in(coding)
		return tile, s.generation, ok
	}
	return Tile{}, s.generation, false
}

// keep stores a tile unless what it shows has changed since it was begun.
func (c *cache) keep(a address, generation int64, t Tile) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.set(a.set)
	if s.changed(a, generation) {
		return
	}
	if s.tiles[a] == nil {
		e := &entry{address: a, tag: t.ETag}
		s.tiles[a] = c.order.PushFront(e)
		c.bytes += e.size()
	}
	e := s.tiles[a].Value.(*entry)
	if e.tag != t.ETag {
		return // one that was built meanwhile
	}
	c.bytes += int64(len(t.Bytes) - len(e.coded[t.Coding]))
	e.coded[t.Coding] = t.Bytes
	for c.bytes > c.budget && c.order.Len() > 0 {
		c.remove(c.order.Back())
	}
}

// changed tells whether a tile may have changed since a generation.
func (s *keptSet) changed(a address, generation int64) bool {
	if s.generation-generation > int64(len(s.latest)) {
		return true // more than are known
	}
	shown := gridOf(a.z, a.x, a.y).points
	for _, d := range s.latest {
		if d.generation > generation && a.z >= d.minZoom && d.box.meets(shown) {
			return true
		}
	}
	return false
}

// drop forgets the tiles of a set that show any of what changed, and no others. Each place counts as a generation.
func (c *cache) drop(set string, changed []patch) {
	touched := c.touched(set, changed)
	if len(touched) == 0 {
		return
	}
	w := writers.Get().(*writer)
	defer writers.Put(w)
	var gone []address
	for a, patches := range touched {
		for _, nth := range patches {
			if changed[nth].shows(w, a) {
				gone = append(gone, a)
				break
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range gone {
		if e := c.set(set).tiles[a]; e != nil {
			c.remove(e)
		}
	}
}

// touched notes what changed, and lists the kept tiles whose ground it meets, each with which of it.
func (c *cache) touched(set string, changed []patch) map[address][]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.set(set)
	out := map[address][]int{}
	for nth, p := range changed {
		s.generation++
		s.latest = append(s.latest, dropped{s.generation, p.box, p.minZoom})
		for a := range s.meeting(set, p) {
			out[a] = append(out[a], nth)
		}
	}
	if n := len(s.latest) - mostLatest; n > 0 {
		s.latest = append(s.latest[:0], s.latest[n:]...)
	}
	return out
}

// fewTiles is up to how many tiles are looked up one by one where something changed; if there are more, all that are kept are
// gone through.
const fewTiles = 1024

// meeting goes through the kept tiles whose ground a change meets.
func (s *keptSet) meeting(set string, p patch) func(yield func(address) bool) {
	var reach [MaxZoom + 1]tileRange
	n := int64(0)
	for z := p.minZoom; z <= MaxZoom; z++ {
		reach[z] = rangeOf(z, p.box)
		n += reach[z].count()
	}
	return func(yield func(address) bool) {
		if n > min(fewTiles, int64(len(s.tiles))) {
			for a := range s.tiles {
				if a.z >= p.minZoom && reach[a.z].holds(a.x, a.y) && !yield(a) {
					return
				}
			}
			return
		}
		for z := p.minZoom; z <= MaxZoom; z++ {
			for x := reach[z].minX; x <= reach[z].maxX; x++ {
				for y := reach[z].minY; y <= reach[z].maxY; y++ {
					if a := (address{set, z, x, y}); s.tiles[a] != nil && !yield(a) {
						return
					}
				}
			}
		}
	}
}

// clear forgets everything, also what is being built now.
func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.first += mostLatest + 1
	for _, s := range c.sets {
		s.generation += mostLatest + 1
		s.latest = nil
		clear(s.tiles)
	}
	c.order.Init()
	c.bytes = 0
}

func (c *cache) remove(e *list.Element) {
	gone := c.order.Remove(e).(*entry)
	delete(c.sets[gone.set].tiles, gone.address)
	c.bytes -= gone.size()
}

// tileRange are the tiles of a zoom that show a box, if only in their buffer.
type tileRange struct{ minX, minY, maxX, maxY int }

func rangeOf(z int, b box) tileRange {
	size := uint(worldBits - z)
	margin := int64(pointBuffer) << size >> extentBits
	at := func(v int32, margin int64) int {
		return int(min(max((int64(v)+worldHalf+margin)>>size, 0), 1<<z-1))
	}
	return tileRange{at(b.minX, -margin), at(b.minY, -margin), at(b.maxX, margin), at(b.maxY, margin)}
}

func (r tileRange) count() int64 { return int64(r.maxX-r.minX+1) * int64(r.maxY-r.minY+1) }

func (r tileRange) holds(x, y int) bool {
	return x >= r.minX && x <= r.maxX && y >= r.minY && y <= r.maxY
}
