package areas

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
)

// shared has tablets that sync at the same time share a transaction: what that costs beside the rows it writes is then paid once
// for all of them. Whoever comes while a turn is free goes at once; the others wait, and go together when one becomes free. Only
// visits are shared, of different tablets in different sub-areas, so that each has the outcome it would have alone. Whatever goes
// wrong with a shared transaction, nothing of it is kept, and each of its tablets is taken by itself.
type shared struct {
	mu      sync.Mutex
	taken   int // turns
	waiting []*arrived
}

// mostShared is how many tablets share a transaction: beyond that little is saved, and who waits, waits longer.
const mostShared = 16

// sharedPatience is how long a shared transaction waits for a lock that somebody holds. Whose sub-area is locked waits by itself.
const sharedPatience = "100ms"

// mostTurns is how many shared transactions go on at once.
func mostTurns() int { return max(2, runtime.GOMAXPROCS(0)) }

// arrived is a parcel that waits for its turn.
type arrived struct {
	parcel
	ctx   context.Context
	ended chan struct{}
	out   Synced
	taken bool
}

// take waits until a parcel had its turn, and answers whether it was taken.
func (s *shared) take(ctx context.Context, p parcel, do func(context.Context, []parcel) ([]Synced, error)) (Synced, bool) {
	a := &arrived{parcel: p, ctx: ctx, ended: make(chan struct{})}
	s.mu.Lock()
	s.waiting = append(s.waiting, a)
	if s.taken < mostTurns() {
		s.taken++
		go s.serve(do)
	}
	s.mu.Unlock()
	select {
	case <-a.ended:
		return a.out, a.taken
	case <-ctx.Done():
		return Synced{}, false
	}
}

// serve takes turns until nobody waits.
func (s *shared) serve(do func(context.Context, []parcel) ([]Synced, error)) {
	for group := s.next(); len(group) > 0; group = s.next() {
		serveGroup(group, do)
	}
}

// serveGroup takes a group. Should that panic, whoever it concerns is taken by himself, where his own request tells it.
func serveGroup(group []*arrived, do func(context.Context, []parcel) ([]Synced, error)) {
	defer func() {
		_ = recover()
		for _, a := range group {
			close(a.ended)
		}
	}()
	parcels := make([]parcel, len(group))
	for i, a := range group {
		parcels[i] = a.parcel
	}
	out, err := do(context.WithoutCancel(group[0].ctx), parcels) // one who hangs up does not end it for the others
	if err != nil {
		return
	}
	for i, a := range group {
		a.out, a.taken = out[i], true
	}
}

// next is who goes together now, in the order they came; who does not go with those before him waits on. Where nobody waits, the
// turn ends.
func (s *shared) next() []*arrived {
	s.mu.Lock()
	defer s.mu.Unlock()
	var group, on []*arrived
	for _, a := range s.waiting {
		if len(group) < mostShared && a.goesWith(group) {
			group = append(group, a)
		} else {
			on = append(on, a)
		}
	}
	if s.waiting = on; len(group) == 0 {
		s.taken--
	}
	return group
}

// mayShare tells whether a batch may share a transaction: it comes from its tablet, and there is nothing but visits in it.
func (p parcel) mayShare() bool {
	return p.batch.brought == nil && !slices.ContainsFunc(p.batch.Changes, func(c Change) bool { return !isVisit(c.Verb) })
}

// goesWith tells whether a parcel is of the county of those in a group, of none of their tablets and about none of their sub-areas.
func (a *arrived) goesWith(group []*arrived) bool {
	about := func(code Code) func(Change) bool { return func(c Change) bool { return c.SubArea == code } }
	for _, b := range group {
		if a.batch.Device.County != b.batch.Device.County || a.batch.Device.ID == b.batch.Device.ID {
			return false
		}
		for _, c := range a.batch.Changes {
			if slices.ContainsFunc(b.batch.Changes, about(c.SubArea)) {
				return false
			}
		}
	}
	return true
}

// errNotApart ends a shared transaction whose batches turned out to touch one another.
var errNotApart = errors.New("batches that share a transaction touch the same sub-area, or change more than visits do")

// apartFromEachOther refuses batches that share a transaction unless each has its own sub-areas and took nothing but visits:
// ground may have been joined, and a visit may bring on what waited for it.
func (a *applying) apartFromEachOther() error {
	if len(a.tablets) == 1 {
		return nil
	}
	whose := map[Code]*tablet{}
	for _, c := range a.fresh() {
		if by, met := whose[c.place]; met && by != c.by || c.state != ChangeHeld && !isVisit(c.Verb) {
			return errNotApart
		}
		whose[c.place] = c.by
	}
	return nil
}
