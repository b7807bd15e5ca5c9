package areas

import "context"

// accessKind is the notice that tells of a change of who may do what; it is between instances, and no client hears of it.
const accessKind = "access"

// Access grows with whatever may have changed who may do what, here at once and elsewhere as soon as it is heard: what was
// found out about an actor holds while it stays the same.
func (s *Store) Access() int64 { return s.access.Load() }

// accessChanged tells, when the transaction commits, that an account or an assignment did.
func (t *tx) accessChanged(ctx context.Context) error {
	t.access = true
	return t.notify(ctx, liveChannel, Notice{Kind: accessKind})
}
