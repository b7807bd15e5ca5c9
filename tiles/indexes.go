package tiles

import (
	"context"
	"errors"
	"sync"
	"time"
)

// indexes keeps sets in memory up to a number of bytes; those that were not asked for longest go first. It holds any only
// while it hears of changes. A place that changed since its set was read is read from the database again, until the set is.
type indexes struct {
	load func(ctx context.Context, set string, limit int64) (*index, error)

	mu      sync.Mutex
	hearing context.Context // nil while nobody tells of changes
	loads   sync.WaitGroup
	loading sync.Mutex // one set at a time, for it takes memory
	budget  int64
	bytes   int64
	clock   int64
	sets    map[string]*held
}

// held is what is known of one set.
type held struct {
	index   *index
	asked   int64
	loading bool
	changed changes // since the index was read
	since   changes // since the reading that goes on began
	rest    time.Time
}

// How long a set rests before it is read anew: many times as long as reading it took, so that those who edit without end do
// not keep the database busy, and longer if it is too large or could not be read.
const (
	restShare     = 20
	restTooLarge  = 10 * time.Minute
	restAfterFail = time.Second
)

func newIndexes(budget int64, load func(context.Context, string, int64) (*index, error)) *indexes {
	return &indexes{budget: budget, load: load, sets: map[string]*held{}}
}

// find answers a set's index if it shows a place as it is now. If it does not, it sees to it that a later one may.
func (x *indexes) find(set string, place box) *index {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.hearing == nil || x.budget <= 0 {
		return nil
	}
	h := x.sets[set]
	if h == nil {
		h = &held{}
		x.sets[set] = h
	}
	x.clock++
	h.asked = x.clock
	if (h.index == nil || h.changed.any()) && !h.loading && time.Now().After(h.rest) {
		h.loading, h.since = true, changes{}
		hearing := x.hearing
		x.loads.Go(func() { x.renew(hearing, set, h) })
	}
	if h.index == nil || h.changed.meet(place) {
		return nil
	}
	return h.index
}

// renew reads a set and puts it in the place of what was there.
func (x *indexes) renew(hearing context.Context, set string, h *held) {
	x.loading.Lock()
	defer x.loading.Unlock()
	began := time.Now()
	read, err := x.load(hearing, set, x.budget)
	ended := time.Now()
	x.mu.Lock()
	defer x.mu.Unlock()
	if hearing.Err() != nil {
		return // what was told meanwhile is not known
	}
	h.loading = false
	h.rest = ended.Add(restShare * ended.Sub(began))
	if err != nil {
		h.rest = ended.Add(restAfterFail)
		if errors.Is(err, errTooLarge) {
			x.drop(h)
			h.rest = ended.Add(restTooLarge)
		}
		return
	}
	x.drop(h)
	h.index, h.changed = read, h.since
	x.bytes += read.bytes
	x.shrink()
}

// shrink drops indexes until they fit.
func (x *indexes) shrink() {
	for x.bytes > x.budget {
		var last *held
		for _, h := range x.sets {
			if h.index != nil && (last == nil || h.asked < last.asked) {
				last = h
			}
		}
		x.drop(last)
	}
}

func (x *indexes) drop(h *held) {
	if h.index != nil {
		x.bytes -= h.index.bytes
		h.index = nil
	}
}

// change tells that a place of a set, or all of it, is no longer as it was read.
func (x *indexes) change(set string, place *box) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if h := x.sets[set]; h != nil {
		h.changed.add(place)
		h.since.add(place)
	}
}

// hear begins to keep indexes, for now changes are told.
func (x *indexes) hear(ctx context.Context) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.hearing = ctx
}

// forget drops everything and waits for what is being read; the context of hear must have ended.
func (x *indexes) forget() {
	x.mu.Lock()
	x.hearing, x.bytes = nil, 0
	clear(x.sets)
	x.mu.Unlock()
	x.loads.Wait()
}

// changes are places that are not as they were.
type changes struct {
	places     []box
	everywhere bool
}

// maxPlaces is from where single places are not worth the search.
const maxPlaces = 1000

func (c *changes) add(place *box) {
	if place == nil || len(c.places) == maxPlaces {
		c.places, c.everywhere = nil, true
	}
	if !c.everywhere {
		c.places = append(c.places, *place)
	}
}

func (c *changes) any() bool { return c.everywhere || len(c.places) > 0 }

func (c *changes) meet(b box) bool {
	for _, p := range c.places {
		if p.meets(b) {
			return true
		}
	}
	return c.everywhere
}
