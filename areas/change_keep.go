package areas

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// clockSlack is by how much a tablet's clock may differ before its times are put right.
const clockSlack = 2 * time.Minute

// applying locks the device, and reads what is known of its changes and of what they are about, all of it asked at once.
func (t *tx) applying(ctx context.Context, b Batch) (*applying, error) {
	a := t.apply(Device{})
	a.take(b)
	var devices []Device
	const locked = `SELECT` + deviceColumns + ` WHERE d.county = $1 AND d.id = $2 FOR UPDATE OF d`
	ask(&t.piped, &devices, locked, t.county, b.Device.ID)
	a.askKnown(b.Device.ID)
	t.askSettings()
	t.askRounds()
	a.askAbout(a.all)
	ask(&t.piped, &a.inHands, inHands, t.county, t.actor.ID)
	if err := t.send(ctx); err != nil {
		return nil, err
	}
	switch {
	case len(devices) == 0:
		return nil, errDeviceUnknown
	case devices[0].User != t.actor.ID:
		return nil, refuse(Forbidden, "not_ones_device", "这不是您的平板", "this is not your tablet")
	}
	a.device = devices[0]
	a.setRight(b)
	return a, nil
}

// setRight puts the times that a tablet gives right by how much its clock differs; none lies after now. Those of changes that were
// kept before are right.
func (a *applying) setRight(b Batch) {
	off := b.Clock.Sub(b.sentAt(a.now))
	if !b.Clock.IsZero() {
		a.device.ClockOffS = int(off.Seconds())
	}
	if b.Clock.IsZero() || off.Abs() <= clockSlack {
		off = 0
	}
	for _, c := range a.all {
		if c.known {
			continue
		}
		if c.At = c.At.Add(-off).Truncate(time.Microsecond); c.At.After(a.now) {
			c.At = a.now
		}
	}
}

// take reads a batch: each change once, by serial number.
func (a *applying) take(b Batch) {
	seen := map[uuid.UUID]bool{}
	for _, c := range b.Changes {
		if seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		a.all = append(a.all, &sentChange{Change: c, place: a.nearest(c.SubArea), sent: true})
	}
	slices.SortStableFunc(a.all, func(x, y *sentChange) int { return cmp.Compare(x.Serial, y.Serial) })
}

// changeRow is a change as it is kept.
type changeRow struct {
	ID     uuid.UUID       `db:"id"`
	Place  Code            `db:"place"`
	Serial int64           `db:"serial"`
	Epoch  int             `db:"epoch"`
	Base   int64           `db:"base_revision"`
	Verb   string          `db:"verb"`
	At     time.Time       `db:"at"`
	Body   json.RawMessage `db:"body"`
	State  string          `db:"state"`
	Reason string          `db:"reason"`
	Told   *saying         `db:"told"`
}

// body is how the values of a change are kept, with the sub-area that the tablet named.
type body struct {
	SubArea Code            `json:"sub_area"`
	Values  json.RawMessage `json:"values"`
}

// askKnown asks which of the changes are known, and which of the device wait for an earlier one.
func (a *applying) askKnown(device uuid.UUID) {
	ids := make([]uuid.UUID, len(a.all))
	for i, c := range a.all {
		ids[i] = c.ID
	}
	const sql = `
		SELECT id, place, coalesce(serial, 0) AS serial, epoch, base_revision, verb, at, body, state, reason, told
		  FROM changes
		 WHERE county = $1 AND (id = ANY ($2) OR device = $3 AND state = 'held')
		 ORDER BY serial`
	asked(&a.piped, a.recall, sql, a.county, ids, device)
}

// recall takes what is known of the changes.
func (a *applying) recall(known []changeRow) error {
	at := map[uuid.UUID]*sentChange{}
	for _, c := range a.all {
		at[c.ID] = c
	}
	for _, r := range known {
		c := at[r.ID]
		if c == nil {
			c = &sentChange{Change: Change{ID: r.ID}}
		}
		c.place, c.state, c.reason = r.Place, r.State, r.Reason
		if r.Told != nil {
			c.told = *r.Told
		}
		if c.known = true; r.State != ChangeHeld {
			continue
		}
		var kept body
		if err := json.Unmarshal(r.Body, &kept); err != nil {
			return fmt.Errorf("read change %s: %w", r.ID, err)
		}
		c.Change = Change{ID: r.ID, Serial: r.Serial, Verb: r.Verb, SubArea: kept.SubArea, Epoch: r.Epoch, Base: r.Base, At: r.At, Values: kept.Values}
		c.kept = true
		a.waiting = append(a.waiting, c)
	}
	return nil
}

// keep writes every change with what became of it, and how far the device has come.
func (a *applying) keep(ctx context.Context) error {
	var fresh, moved []*sentChange
	for _, c := range a.all {
		if !c.known {
			fresh = append(fresh, c)
		}
	}
	for _, c := range a.waiting {
		if c.kept && c.state != ChangeHeld {
			moved = append(moved, c)
		}
	}
	if err := a.keepFresh(ctx, fresh); err != nil {
		return fmt.Errorf("keep changes: %w", err)
	}
	a.moveChanges(moved)
	const sql = `UPDATE devices SET serial = $3, last_sync_at = $4, clock_off_s = $5 WHERE county = $1 AND id = $2`
	a.later("keep how far the device has come", sql, a.county, a.device.ID, a.device.Serial, a.now, a.device.ClockOffS)
	return nil
}

// keepFresh keeps what is new. With care, values that the database cannot hold are kept as the bytes they came in.
func (a *applying) keepFresh(ctx context.Context, fresh []*sentChange) error {
	if !a.careful {
		a.insertChanges(fresh)
		return nil
	}
	for _, c := range fresh {
		one := []*sentChange{c}
		err := explained(a.apart(ctx, func() error {
			a.insertChanges(one)
			return nil
		}))
		if poisoned(err) {
			c.Values, _ = json.Marshal(map[string][]byte{"unreadable": c.Values})
			a.insertChanges(one)
			err = a.send(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *applying) insertChanges(all []*sentChange) {
	if len(all) == 0 {
		return
	}
	n := len(all)
	ids, serials, epochs, bases := make([]uuid.UUID, n), make([]int64, n), make([]int, n), make([]int64, n)
	places, words, states, reasons := make([]Code, n), make([]string, n), make([]string, n), make([]string, n)
	at, bodies, tolds := make([]time.Time, n), make([]body, n), make([]*saying, n)
	bare, dwellings, buildings := make([]*body, n), make([]uuid.UUID, n), make([]int64, n)
	for i, c := range all {
		ids[i], serials[i], epochs[i], bases[i] = c.ID, c.Serial, c.Epoch, c.Base
		places[i], words[i], states[i], reasons[i] = c.place, c.Verb, c.state, c.reason
		at[i], bodies[i], tolds[i] = c.At, body{c.SubArea, c.Values}, c.said()
		about := subjectOf(c.Values)
		bare[i], dwellings[i], buildings[i] = c.barely(a.county), about.Dwelling, about.Building
	}
	const sql = `
		INSERT INTO changes (county, id, place, device, serial, epoch, base_revision, actor, verb, at, body, state, reason, told, received_at)
		SELECT $1, n.id, n.place, $2, n.serial, n.epoch, n.base, $3, n.verb, n.at,
		       CASE WHEN n.bare IS NOT NULL AND ` + aboutSensitive + ` THEN n.bare ELSE n.body END,
		       n.state, n.reason, n.told, $4
		  FROM unnest($5::uuid[], $6::text[], $7::bigint[], $8::int[], $9::bigint[], $10::text[], $11::timestamptz[], $12::jsonb[],
		              $13::text[], $14::text[], $15::jsonb[], $16::jsonb[], $17::uuid[], $18::bigint[])
		    AS n (id, place, serial, epoch, base, verb, at, body, state, reason, told, bare, dwelling, building)`
	a.later("keep changes", sql, a.county, a.device.ID, a.device.User, a.now, ids, places, serials, epochs, bases, words, at, bodies,
		states, reasons, tolds, bare, dwellings, buildings)
}

// said is what is kept of a receipt; nothing for one that says no more than its state.
func (c *sentChange) said() *saying {
	if c.told.ZH == "" && c.told.Theirs == nil {
		return nil
	}
	return &c.told
}

func (a *applying) moveChanges(all []*sentChange) {
	for _, c := range all {
		const sql = `UPDATE changes SET place = $3, state = $4, reason = $5, told = $6 WHERE county = $1 AND id = $2`
		a.later("keep changes", sql, a.county, c.ID, c.place, c.state, c.reason, c.said())
		a.keepBare(c)
	}
}

// settleAll counts sub-areas anew and runs their checks, in the order of their codes.
func (t *tx) settleAll(ctx context.Context, touched map[Code]bool) error {
	return t.settleSome(ctx, touched, Checks())
}

// settleSome is settleAll with some of the checks.
func (t *tx) settleSome(ctx context.Context, touched map[Code]bool, checks []Check) error {
	var places []Code
	for place := range touched {
		if place.Level() == LevelSubArea {
			places = append(places, place)
		}
	}
	slices.Sort(places)
	asked := make([]*checked, len(places))
	for i, place := range places {
		if err := t.recount(ctx, place); err != nil {
			return err
		}
		var err error
		if asked[i], err = t.askChecks(ctx, place, checks); err != nil {
			return err
		}
		if err := t.liveChanged(ctx, "coverage", place); err != nil {
			return err
		}
	}
	for i, place := range places {
		if err := t.flagFound(ctx, place, asked[i]); err != nil {
			return err
		}
	}
	return nil
}
