package areas

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// applying locks the devices, and reads what is known of their changes and of what those are about, all of it asked at once.
func (t *tx) applying(ctx context.Context, parcels []parcel) (*applying, error) {
	a := t.apply()
	ids, accounts := make([]uuid.UUID, len(parcels)), make([]uuid.UUID, len(parcels))
	for i, p := range parcels {
		a.tablets = append(a.tablets, p.tablet(t.county))
		ids[i], accounts[i] = p.batch.Device.ID, p.actor.ID
	}
	const locked = `SELECT` + deviceColumns + ` WHERE d.county = $1 AND d.id = ANY ($2) ORDER BY d.id FOR UPDATE OF d`
	asked(&t.piped, func(found []Device) error {
		for _, p := range a.tablets {
			if at := slices.IndexFunc(found, func(d Device) bool { return d.ID == p.batch.Device.ID }); at >= 0 {
				p.device = found[at]
			}
		}
		return nil
	}, locked, t.county, ids)
	a.askKnown(ids)
	t.askSettings()
	t.askRounds()
	a.askAbout(a.changes())
	asked(&t.piped, func(found []Assignment) error {
		for _, h := range found {
			for _, p := range a.tablets {
				if h.Enumerator == p.actor.ID {
					p.inHands = append(p.inHands, h)
				}
			}
		}
		return nil
	}, inHands, t.county, accounts)
	if err := t.send(ctx); err != nil {
		return nil, err
	}
	for _, p := range a.tablets {
		switch {
		case p.device.ID == uuid.Nil:
			return nil, errDeviceUnknown
		case p.device.User != p.actor.ID:
			return nil, refuse(Forbidden, "not_ones_device", "这不是您的平板", "this is not your tablet")
		}
		p.setRight(t.now)
	}
	return a, nil
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

// knownRow is a change that was received before, with the device that sent it.
type knownRow struct {
	changeRow
	Device uuid.UUID `db:"device"`
}

// askKnown asks which of the changes are known, and which of the devices wait for an earlier one.
func (a *applying) askKnown(devices []uuid.UUID) {
	all := a.changes()
	ids := make([]uuid.UUID, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	const sql = `
		SELECT id, place, coalesce(serial, 0) AS serial, epoch, base_revision, verb, at, body, state, reason, told,
		       coalesce(device, '00000000-0000-0000-0000-000000000000') AS device
		  FROM changes
		 WHERE county = $1 AND (id = ANY ($2) OR device = ANY ($3) AND state = 'held')
		 ORDER BY serial`
	asked(&a.piped, a.recall, sql, a.county, ids, devices)
}

// recall takes what is known of the changes.
func (a *applying) recall(known []knownRow) error {
	at := map[uuid.UUID]*sentChange{}
	for _, c := range a.changes() {
		at[c.ID] = c
	}
	for _, r := range known {
		c := at[r.ID]
		if c == nil {
			of := slices.IndexFunc(a.tablets, func(p *tablet) bool { return p.batch.Device.ID == r.Device })
			c = &sentChange{Change: Change{ID: r.ID}, by: a.tablets[of]}
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
		c.by.waiting = append(c.by.waiting, c)
	}
	return nil
}

// keep writes every change with what became of it, and how far the devices have come.
func (a *applying) keep(ctx context.Context) error {
	var fresh, moved []*sentChange
	for _, c := range a.fresh() {
		switch {
		case !c.kept:
			fresh = append(fresh, c)
		case c.state != ChangeHeld:
			moved = append(moved, c)
		}
	}
	if err := a.keepFresh(ctx, fresh); err != nil {
		return fmt.Errorf("keep changes: %w", err)
	}
	a.moveChanges(moved)
	n := len(a.tablets)
	ids, serials, offs := make([]uuid.UUID, n), make([]int64, n), make([]int, n)
	for i, p := range a.tablets {
		ids[i], serials[i], offs[i] = p.device.ID, p.device.Serial, p.device.ClockOffS
	}
	const sql = `
		UPDATE devices d
		   SET serial = n.serial, last_sync_at = $2, clock_off_s = n.off
		  FROM unnest($3::uuid[], $4::bigint[], $5::int[]) AS n (id, serial, off)
		 WHERE d.county = $1 AND d.id = n.id AND d.id = ANY ($3)` // named beside, so that not all devices are looked at
	a.later("keep how far the devices have come", sql, a.county, a.now, ids, serials, offs)
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
	devices, actors := make([]uuid.UUID, n), make([]uuid.UUID, n)
	for i, c := range all {
		ids[i], serials[i], epochs[i], bases[i] = c.ID, c.Serial, c.Epoch, c.Base
		places[i], words[i], states[i], reasons[i] = c.place, c.Verb, c.state, c.reason
		at[i], bodies[i], tolds[i] = c.At, body{c.SubArea, c.Values}, c.said()
		devices[i], actors[i] = c.by.device.ID, c.by.device.User
		about := subjectOf(c.Values)
		bare[i], dwellings[i], buildings[i] = c.barely(a.county), about.Dwelling, about.Building
	}
	const sql = `
		INSERT INTO changes (county, id, place, device, serial, epoch, base_revision, actor, verb, at, body, state, reason, told, received_at)
		SELECT $1, n.id, n.place, n.device, n.serial, n.epoch, n.base, n.actor, n.verb, n.at,
		       CASE WHEN n.bare IS NOT NULL AND ` + aboutSensitive + ` THEN n.bare ELSE n.body END,
		       n.state, n.reason, n.told, $2
		  FROM unnest($3::uuid[], $4::text[], $5::uuid[], $6::bigint[], $7::int[], $8::bigint[], $9::uuid[], $10::text[],
		              $11::timestamptz[], $12::jsonb[], $13::text[], $14::text[], $15::jsonb[], $16::jsonb[], $17::uuid[], $18::bigint[])
		    AS n (id, place, device, serial, epoch, base, actor, verb, at, body, state, reason, told, bare, dwelling, building)`
	a.later("keep changes", sql, a.county, a.now, ids, places, devices, serials, epochs, bases, actors, words, at, bodies,
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
	if err := t.recountEach(ctx, places); err != nil {
		return err
	}
	for i, place := range places {
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
