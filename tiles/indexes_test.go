package tiles

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

var (
	hereBox  = box{0, 0, 10, 10}
	thereBox = box{100, 100, 110, 110}
)

// upToDate finds nothing to bring to a revision.
func upToDate(context.Context, string) error { return nil }

// inBulk tells that a place of a set changed in bulk, or all of it.
func (x *indexes) inBulk(set string, place *box) {
	x.mu.Lock()
	is := *x.sets[set].index
	was := x.sets[set].index
	x.mu.Unlock()
	x.advance(countyOf(set), 0, []advanced{{set, was, &is, []*box{place}}})
}

// kept are indexes whose sets all have a size and take a second to read; it counts the readings.
func kept(t *testing.T, budget, size int64) (*indexes, *atomic.Int64) {
	t.Helper()
	var readings atomic.Int64
	x := newIndexes(budget, func(ctx context.Context, _ string, limit int64) (*index, error) {
		readings.Add(1)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Second):
		}
		if size > limit {
			return nil, errTooLarge
		}
		return &index{bytes: size}, nil
	}, upToDate)
	ctx, lost := context.WithCancel(t.Context())
	x.hear(ctx)
	t.Cleanup(func() {
		lost()
		x.forget()
	})
	return x, &readings
}

// want asks for a set and gives it the time to be read.
func want(x *indexes, set string, place box) *index {
	x.find(set, place)
	time.Sleep(2 * time.Second)
	return x.find(set, place)
}

// An index is read once when it is first asked for, by however many.
func TestIndexesReadOnDemand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, readings := kept(t, 100, 10)
		for range 10 {
			if x.find("a", hereBox) != nil {
				t.Fatal("it was there before it was read")
			}
		}
		if want(x, "a", hereBox) == nil || readings.Load() != 1 || x.bytes != 10 {
			t.Errorf("%d readings, %d bytes", readings.Load(), x.bytes)
		}
	})
}

// The sets that were not asked for longest go first; one that is larger than all the memory is not tried again and again.
func TestIndexesKeepTheirBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, _ := kept(t, 25, 10)
		for _, set := range []string{"a", "b", "a", "c"} {
			if want(x, set, hereBox) == nil {
				t.Fatalf("%s was not read", set)
			}
		}
		if x.bytes != 20 || x.sets["a"].index == nil || x.sets["b"].index != nil || x.sets["c"].index == nil {
			t.Errorf("%d bytes are kept; b should have gone", x.bytes)
		}
		large, readings := kept(t, 5, 10)
		for range 100 {
			if want(large, "a", hereBox) != nil {
				t.Fatal("an index larger than the budget is kept")
			}
		}
		if readings.Load() != 1 || large.bytes != 0 {
			t.Errorf("it was read %d times in 200 s; %d bytes", readings.Load(), large.bytes)
		}
		none, readings := kept(t, -1, 0)
		if want(none, "a", hereBox) != nil || readings.Load() != 0 {
			t.Error("an index is kept without a budget")
		}
	})
}

// A place that changed is not answered from an index until it was read again, also if it changed while that was going on; and
// those who change it all the time do not make it be read all the time.
func TestIndexesHearOfChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, readings := kept(t, 100, 10)
		want(x, "a", hereBox)
		x.inBulk("a", &hereBox)
		if x.find("a", hereBox) != nil || x.find("a", thereBox) == nil {
			t.Error("the change is not where it was told")
		}
		time.Sleep(restShare * time.Second)
		if want(x, "a", hereBox) == nil {
			t.Error("it was not read again")
		}
		before := readings.Load()
		for range 100 {
			x.inBulk("a", nil)
			want(x, "a", hereBox)
		}
		if n := readings.Load() - before; n < 5 || n > 15 {
			t.Errorf("it was read %d times in 200 s of changes", n)
		}
	})
}

// Many changes are as good as one of everything.
func TestChangesAreBounded(t *testing.T) {
	var c changes
	for i := range int32(maxPlaces) {
		c.add(&box{i, i, i, i})
	}
	if c.everywhere || !c.meet(box{5, 5, 5, 5}) || c.meet(thereBox.and(box{5000, 5000, 5000, 5000})) == c.meet(box{-5, -5, -1, -1}) {
		t.Error("single places are not told apart")
	}
	c.add(&hereBox)
	if !c.everywhere || len(c.places) != 0 || !c.meet(box{-5, -5, -1, -1}) {
		t.Error("they are kept one by one without end")
	}
}

// What could not be read is tried again soon, not at once.
func TestIndexesTryAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fails := 0
		x := newIndexes(100, func(context.Context, string, int64) (*index, error) {
			if fails++; fails < 3 {
				return nil, errors.New("the database is away")
			}
			return &index{bytes: 1}, nil
		}, upToDate)
		x.hear(t.Context())
		for range 10 {
			want(x, "a", hereBox)
		}
		if fails != 3 || x.find("a", hereBox) == nil {
			t.Errorf("read %d times", fails)
		}
	})
}

// While nobody tells of changes there is no index, and one that was being read is not kept.
func TestIndexesForget(t *testing.T) {
	tiles, _ := newTiles(t)
	tiles.log = slog.New(slog.DiscardHandler)
	here := maptile.At(orb.Point{116.9982, 35.4002}, 14)
	place := gridOf(14, int(here.X), int(here.Y)).points
	tag(t, tiles, censusSet, here)
	if len(tiles.indexes.sets) != 0 {
		t.Error("an index is read although nobody tells of changes")
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- tiles.Follow(ctx) }()
	until(t, "an index is there", func() bool { return tiles.indexes.find(censusSet, place) != nil })
	stop()
	<-ended
	if tiles.indexes.find(censusSet, place) != nil || tiles.indexes.bytes != 0 || len(tiles.indexes.sets) != 0 {
		t.Error("an index is left when nobody tells of changes any more")
	}
}
