package areas

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Batch is what a device sends at once. Clock is the tablet's at sending, Known what it knows of its sub-areas.
type Batch struct {
	Device  DeviceKey
	Clock   time.Time
	Changes []Change
	Known   Known

	brought *brought // in a file, by somebody else
}

// parcel is a batch with who sent it.
type parcel struct {
	actor Actor
	batch Batch
}

// Sync takes a device's changes into the census and tells it what changed there since it last asked. Changes are taken once, however often, in whatever order and in however many pieces they
// come, and answers a receipt for each:
//
//  1. what is known by its id is answered as before; what comes before an earlier one is held until that has come;
//  2. what is next changes the census in the order it was made; what the rules refuse or what contradicts newer work is set
//     aside with the reason, and nothing is ever dropped;
//  3. the sub-areas that were touched are counted anew and checked once.
//
// All of it is one transaction, which tablets that send visits at the same time may share. What breaks it, such as a value that the
// database refuses, is found and set aside.
func (s *Store) Sync(ctx context.Context, actor Actor, b Batch) (Synced, error) {
	p := parcel{actor, b}
	if p.mayShare() {
		if out, taken := s.shared.take(ctx, p, s.syncShared); taken {
			return out, nil
		}
	}
	out, err := s.syncAlone(ctx, p, false)
	for range mostTries {
		if !passing(err) {
			break
		}
		out, err = s.syncAlone(ctx, p, false)
	}
	if poisoned(err) {
		return s.syncAlone(ctx, p, true)
	}
	return out, err
}

// mostTries is how often a batch is tried anew that met another at the wrong moment.
const mostTries = 3

// syncAlone takes a batch in a transaction of its own; with care, each of its changes has a savepoint.
func (s *Store) syncAlone(ctx context.Context, p parcel, careful bool) (Synced, error) {
	var out Synced
	err := s.onBehalf(ctx, p.actor, p.batch.Device.County, func(t *tx) error {
		all, err := t.sync(ctx, []parcel{p}, careful)
		if err == nil {
			out = all[0]
		}
		return err
	})
	return out, err
}

// syncShared takes the batches of several tablets of a county in one transaction: all or none.
func (s *Store) syncShared(ctx context.Context, parcels []parcel) (out []Synced, err error) {
	actor := parcels[0].actor
	if len(parcels) > 1 {
		actor = Actor{Role: RoleSystem}
	}
	err = s.onBehalf(ctx, actor, parcels[0].batch.Device.County, func(t *tx) error {
		t.later("wait for nobody", `SELECT set_config('lock_timeout', $1, true)`, sharedPatience)
		out, err = t.sync(ctx, parcels, false)
		return err
	})
	return out, err
}

// sync takes batches, and answers each.
func (t *tx) sync(ctx context.Context, parcels []parcel, careful bool) ([]Synced, error) {
	t.sameWay()
	a, err := t.applying(ctx, parcels)
	if err != nil {
		return nil, err
	}
	a.careful = careful
	var ready []*sentChange
	for _, p := range a.tablets {
		if err := p.liftContacts(t.county); err != nil {
			return nil, err
		}
		ready = append(ready, p.order()...)
	}
	if err := a.takeAll(ctx, ready); err != nil {
		return nil, err
	}
	if err := a.apartFromEachOther(); err != nil {
		return nil, err
	}
	if err := a.sealContacts(ctx); err != nil {
		return nil, err
	}
	if err := a.keep(ctx); err != nil {
		return nil, err
	}
	told, err := a.askReplies(ctx)
	if err != nil {
		return nil, err
	}
	if err := t.settleSome(ctx, a.touched, a.checks()); err != nil {
		return nil, err
	}
	if err := t.send(ctx); err != nil {
		return nil, err
	}
	out := make([]Synced, len(told))
	for i, answer := range told {
		out[i] = answer.told()
		out[i].Receipts = append(a.tablets[i].receipts(), out[i].Receipts...)
	}
	return out, nil
}

// askReplies queues what is asked for the answers, or keeps who brought a batch in a file, which asks nothing.
func (a *applying) askReplies(ctx context.Context) ([]*telling, error) {
	if p := a.tablets[0]; p.batch.brought != nil {
		return []*telling{{Synced: Synced{Now: a.now, Serial: p.device.Serial}}}, a.recordBrought(ctx, p)
	}
	return a.askSince(), nil
}

// sameWay has the statements of a sync planned once: each looks up a few rows of few sub-areas, whichever they are.
func (t *tx) sameWay() {
	t.later("plan alike", `SELECT set_config('plan_cache_mode', 'force_generic_plan', true)`)
}

// onBehalf runs do for an account with the service's own reach over a county: work of a lease that has ended lies outside of
// what the account reaches now. The rules see the account.
func (s *Store) onBehalf(ctx context.Context, actor Actor, county Code, do func(*tx) error) error {
	service := Actor{ID: actor.ID, Name: actor.Name, Role: RoleSystem, Scopes: []Code{county}}
	return s.writeAsked(ctx, service, county, func(t *tx) error {
		t.actor.Role = actor.Role
		return do(t)
	})
}

// passing tells errors that go away when the same is tried again.
func passing(err error) bool { return CodeOf(err) == "try_again" }

// poisoned tells errors that a value in the batch causes, whichever it is.
func poisoned(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code[:2] == "22" || pg.Code[:2] == "23"
	}
	return err != nil && KindOf(err) != 0 && !passing(err)
}
