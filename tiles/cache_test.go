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
	_, generation, _ := c.find(a)
	c.keep(a, generation, Tile{Bytes: make([]byte, bytes)})
}

func has(c *cache, a address) bool {
	_, _, ok := c.find(a)
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
		changed *orb.Bound
		gone    []address
	}{
		{"a place", &orb.Bound{Min: middle, Max: middle}, []address{here, above}},
		{"a place at a border, in the buffer of two", &orb.Bound{Min: east, Max: east}, []address{here, above, neighbour}},
		{"everything", nil, []address{here, above, far, neighbour}},
		{"elsewhere", &orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{1, 1}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			kept := newCache(1 << 20)
			for _, a := range all {
				put(kept, a, 10)
			}
			kept.drop(someSet, c.changed)
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
		"a change":                  func(c *cache) { c.drop(someSet, nil) },
		"a change elsewhere":        func(c *cache) { c.drop(someSet, &orb.Bound{}) },
		"a loss of the connection":  func(c *cache) { c.clear() },
		"a loss while others stand": func(c *cache) { put(c, address{someSet, 1, 0, 0}, 10); c.clear() },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCache(1 << 20)
			_, generation, _ := c.find(a)
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
	_, generation, _ := c.find(a)
	c.drop("371000-census", nil)
	c.keep(a, generation, Tile{})
	if !has(c, a) {
		t.Error("a change of another county forgot it")
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
				c.drop(a.set, nil)
			default:
				put(c, a, rapid.IntRange(0, 2000).Draw(t, "bytes"))
			}
			var held int64
			for e := c.order.Front(); e != nil; e = e.Next() {
				held += int64(len(e.Value.(*entry).tile.Bytes)) + entryOverhead
			}
			if held != c.bytes || held > c.budget || c.order.Len() != len(c.entries) {
				t.Fatalf("holds %d bytes, counts %d of %d, %d in order and %d by address", held, c.bytes, c.budget, c.order.Len(), len(c.entries))
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
					c.drop(someSet, nil)
				}
			}
		})
	}
	everybody.Wait()
	if c.bytes > c.budget || c.order.Len() != len(c.entries) {
		t.Errorf("%d bytes, %d entries, %d in order", c.bytes, len(c.entries), c.order.Len())
	}
}
