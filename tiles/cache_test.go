package tiles

import (
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

const someSet = "370883-census"

func put(c *cache, a address, bytes int) {
	_, generation, _ := c.find(a, Gzip)
	c.keep(a, generation, Tile{Bytes: make([]byte, bytes)})
}

// place is one where anything may have changed.
func place(from, to orb.Point) patch { return patch{box: boxOf(orb.Bound{Min: from, Max: to})} }

func (c *cache) count() (n int) {
	for _, s := range c.sets {
		n += len(s.tiles)
	}
	return n
}

func has(c *cache, a address) bool {
	_, _, ok := c.find(a, Gzip)
	return ok
}

// What changed is dropped, with all that shows any of it, and nothing else.
func TestCacheDrop(t *testing.T) {
	at := func(lon, lat float64, z maptile.Zoom) address {
		tile := maptile.At(orb.Point{lon, lat}, z)
		return address{someSet, int(z), int(tile.X), int(tile.Y)}
	}
	here, above, far := at(117, 35, 14), at(117, 35, 9), at(117.5, 35, 14)
	neighbour := address{someSet, 14, here.x + 1, here.y}
	other := address{"370883-base", 14, here.x, here.y}
	all := []address{here, above, far, neighbour, other}
	middle := maptile.New(uint32(here.x), uint32(here.y), 14).Center()
	east := orb.Point{maptile.New(uint32(here.x), uint32(here.y), 14).Bound().Max[0], middle[1]}
	for _, c := range []struct {
		name    string
		changed patch
		gone    []address
	}{
		{"a place", place(middle, middle), []address{here, above}},
		{"a place that shows from a zoom on", patch{box: place(middle, middle).box, minZoom: 10}, []address{here}},
		{"a place at a border, in the buffer of two", place(east, east), []address{here, above, neighbour}},
		{"everything", patch{box: everywhere}, []address{here, above, far, neighbour}},
		{"elsewhere", place(orb.Point{0, 0}, orb.Point{1, 1}), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			kept := newCache(1 << 20)
			for _, a := range all {
				put(kept, a, 10)
			}
			kept.drop(someSet, []patch{c.changed})
			gone := map[address]bool{}
			for _, a := range c.gone {
				gone[a] = true
			}
			for _, a := range all {
				if has(kept, a) == gone[a] {
					t.Errorf("%+v is kept: %v", a, !gone[a])
				}
			}
		})
	}
}

// A tile that was begun before a change is not kept after it, however much was forgotten in between.
func TestCacheGenerations(t *testing.T) {
	a := address{someSet, 14, 1, 2}
	for name, change := range map[string]func(*cache){
		"a change":                     func(c *cache) { c.drop(someSet, []patch{{box: everywhere}}) },
		"a change, and many elsewhere": func(c *cache) { c.drop(someSet, append([]patch{{box: everywhere}}, make([]patch, mostLatest)...)) },
		"a loss of the connection":     func(c *cache) { c.clear() },
		"a loss while others stand":    func(c *cache) { put(c, address{someSet, 1, 0, 0}, 10); c.clear() },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCache(1 << 20)
			_, generation, _ := c.find(a, Gzip)
			change(c)
			c.keep(a, generation, Tile{})
			if has(c, a) {
				t.Error("a tile from before was kept")
			}
			put(c, a, 10)
			if !has(c, a) {
				t.Error("a tile from after was not")
			}
		})
	}
	c := newCache(1 << 20)
	_, generation, _ := c.find(a, Gzip)
	c.drop("371000-census", []patch{{box: everywhere}})
	c.keep(a, generation, Tile{})
	if !has(c, a) {
		t.Error("a change of another county forgot it")
	}
	next := address{someSet, 14, 2, 2}
	_, generation, _ = c.find(next, Gzip)
	c.drop(someSet, []patch{place(orb.Point{100, 10}, orb.Point{101, 11})})
	c.keep(next, generation, Tile{})
	if !has(c, next) {
		t.Error("a change elsewhere forgot it")
	}
}

// Those that were not asked for longest go first, and one that is larger than all there is goes at once.
func TestCacheBudget(t *testing.T) {
	at := func(x int) address { return address{someSet, 14, x, 0} }
	c := newCache(3 * (1000 + entryOverhead))
	for x := range 3 {
		put(c, at(x), 1000)
	}
	has(c, at(0))
	put(c, at(3), 1000)
	if !has(c, at(0)) || has(c, at(1)) || !has(c, at(2)) || !has(c, at(3)) {
		t.Errorf("kept: %v %v %v %v, want all but the second", has(c, at(0)), has(c, at(1)), has(c, at(2)), has(c, at(3)))
	}
	put(c, at(9), 100_000)
	if has(c, at(9)) || c.bytes > c.budget {
		t.Errorf("%d bytes in a cache of %d", c.bytes, c.budget)
	}
}

// Whatever is asked of it, the cache keeps within its budget and knows how much it holds.
func TestCacheCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newCache(int64(rapid.IntRange(0, 5000).Draw(t, "budget")))
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			a := address{rapid.SampledFrom([]string{someSet, "370883-base"}).Draw(t, "set"), 14, rapid.IntRange(0, 9).Draw(t, "x"), 0}
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				c.clear()
			case 1:
				c.drop(a.set, []patch{{box: everywhere}})
			default:
				put(c, a, rapid.IntRange(0, 2000).Draw(t, "bytes"))
			}
			var held int64
			for e := c.order.Front(); e != nil; e = e.Next() {
				held += e.Value.(*entry).size()
			}
			if held != c.bytes || held > c.budget || c.order.Len() != c.count() {
				t.Fatalf("holds %d bytes, counts %d of %d, %d in order and %d by address", held, c.bytes, c.budget, c.order.Len(), c.count())
			}
		}
	})
}

// Many ask, keep and drop at once.
func TestCacheAtOnce(t *testing.T) {
	c := newCache(20_000)
	var everybody sync.WaitGroup
	for i := range 8 {
		everybody.Go(func() {
			for x := range 200 {
				put(c, address{someSet, 14, (x * (i + 1)) % 50, 0}, 500)
				if x%20 == 0 {
					c.drop(someSet, []patch{{box: everywhere}})
				}
			}
		})
	}
	everybody.Wait()
	if c.bytes > c.budget || c.order.Len() != c.count() {
		t.Errorf("%d bytes, %d entries, %d in order", c.bytes, c.count(), c.order.Len())
	}
}
