package tiles

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
)

// indexes keeps sets in memory up to a number of bytes; those that were not asked for longest go first. It holds any only
// while it follows what changes. A place that changed in bulk since its set was read is read from the database again, until the
// set is; single features are changed in place.
type indexes struct {
	load  func(ctx context.Context, set string, limit int64) (*index, error)
	renew func(ctx context.Context, county string) error // brings what was read to the revision that is known

	mu      sync.Mutex
	hearing context.Context // nil while nobody tells of changes
	deafen  func()          // ends it
	loads   sync.WaitGroup
	loading sync.Mutex // one set at a time, for it takes memory
	budget  int64
	bytes   int64
	clock   int64
	sets    map[string]*held
	known   map[string]int64 // the revision that a county was brought to
}

// held is what is known of one set.
type held struct {
	index   *index
	asked   int64
	loading bool
	changed changes // in bulk, since the index was read
	rest    time.Time
}

// How long a set rests before it is read anew: many times as long as reading it took, so that those who edit without end do
// not keep the database busy, and longer if it is too large or could not be read.
const (
	restShare     = 20
	restTooLarge  = 10 * time.Minute
	restAfterFail = time.Second
)

func newIndexes(budget int64, load func(context.Context, string, int64) (*index, error), renew func(context.Context, string) error) *indexes {
	return &indexes{budget: budget, load: load, renew: renew, sets: map[string]*held{}, known: map[string]int64{}}
}

func countyOf(set string) string {
	county, _, _ := strings.Cut(set, "-")
	return county
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
		h.loading = true
		hearing := x.hearing
		x.loads.Go(func() { x.read(hearing, set, h) })
	}
	if h.index == nil || h.index.revision < x.known[countyOf(set)] || h.changed.meet(place) {
		return nil
	}
	return h.index
}

// read reads a set and puts it in the place of what was there.
func (x *indexes) read(hearing context.Context, set string, h *held) {
	x.loading.Lock()
	defer x.loading.Unlock()
	began := time.Now()
	read, err := x.load(hearing, set, x.budget)
	if x.put(hearing, h, read, err, began) && x.renew(hearing, countyOf(set)) != nil {
		x.fail(h)
	}
}

// put puts a set that was read in the place of what was there, and tells whether there is anything to bring to the revision
// that is known.
func (x *indexes) put(hearing context.Context, h *held, read *index, err error, began time.Time) bool {
	ended := time.Now()
	x.mu.Lock()
	defer x.mu.Unlock()
	if hearing.Err() != nil {
		return false // what was told meanwhile is not known
	}
	h.loading = false
	h.rest = ended.Add(restShare * ended.Sub(began))
	if err != nil {
		h.rest = ended.Add(restAfterFail)
		if errors.Is(err, errTooLarge) {
			x.drop(h)
			h.rest = ended.Add(restTooLarge)
		}
		return false
	}
	x.drop(h)
	h.index, h.changed = read, changes{}
	x.bytes += read.bytes
	x.shrink()
	return true
}

// fail drops a set that could not be brought to the revision that is known; it is read again soon.
func (x *indexes) fail(h *held) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(h)
	h.rest = time.Now().Add(restAfterFail)
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

// learn answers whether a county's revision is known, and if one is given, takes it for an unknown one's.
func (x *indexes) learn(county string, revision ...int64) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	_, known := x.known[county]
	if !known && len(revision) > 0 {
		x.known[county] = revision[0]
	}
	return known || x.hearing == nil
}

// counties lists those whose revision is known.
func (x *indexes) counties() map[string]int64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := map[string]int64{}
	for county, revision := range x.known {
		out[county] = revision
	}
	return out
}

// heldSet is what is held of a county's set, and whether it is of the revision that is known in every place.
type heldSet struct {
	set   string
	index *index
	exact bool
}

// of answers the revision that is known of a county, and what is held of it.
func (x *indexes) of(county string) (known int64, out []heldSet) {
	x.mu.Lock()
	defer x.mu.Unlock()
	known = x.known[county]
	for _, kind := range []string{"base", "census"} {
		s := heldSet{set: county + "-" + kind}
		if h := x.sets[s.set]; h != nil && h.index != nil {
			s.index, s.exact = h.index, h.index.revision == known && !h.changed.any()
		}
		out = append(out, s)
	}
	return known, out
}

// advance puts sets that were brought to a revision in the places of those they were made of; what was read or dropped
// meanwhile stays. Where a set changed in bulk its index no longer counts.
func (x *indexes) advance(county string, revision int64, sets []advanced) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.known[county] = revision
	for _, a := range sets {
		h := x.sets[a.set]
		if h == nil || a.was == nil || h.index != a.was {
			continue
		}
		x.bytes += a.is.bytes - a.was.bytes
		h.index = a.is
		for _, place := range a.bulk {
			h.changed.add(place)
		}
	}
	x.shrink()
}

// advanced is one set that was brought to a revision.
type advanced struct {
	set     string
	was, is *index // none where none is held
	bulk    []*box
}

// forgetCounty drops what is held of a county and takes its revision as of now.
func (x *indexes) forgetCounty(county string, revision int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for set, h := range x.sets {
		if countyOf(set) == county {
			x.drop(h)
			h.changed, h.rest = changes{}, time.Time{}
		}
	}
	x.known[county] = revision
}

// hear begins to keep indexes, for now changes are told.
func (x *indexes) hear(ctx context.Context) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.hearing, x.deafen = context.WithCancel(ctx)
}

// startAnew drops everything, also what is being read, and begins again.
func (x *indexes) startAnew(ctx context.Context) {
	x.leave()
	x.hear(ctx)
}

// forget drops everything and waits for what is being read.
func (x *indexes) forget() {
	x.leave()
	x.loads.Wait()
}

func (x *indexes) leave() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.deafen()
	x.hearing = nil
	for _, h := range x.sets {
		x.drop(h)
	}
	clear(x.sets)
	clear(x.known)
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

// Held is what is in memory of a set.
type Held struct {
	Features int
	Bytes    int64
}

// Held tells what is in memory of a set, and whether any is; if not, it sees to it that there may be.
func (t *Tiles) Held(set string) (held Held, ok bool) {
	x := t.indexes.find(set, everywhere)
	if x == nil {
		return held, false
	}
	for _, l := range x.layers {
		held.Features += len(l.packed.ids)
	}
	held.Bytes = x.bytes
	return held, true
}
