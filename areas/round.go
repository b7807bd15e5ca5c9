package areas

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Round is one operation of the census (阶段) in a county: mapping, listing, enumeration, long_form, recheck or pes.
type Round struct {
	County   Code      `db:"county"`
	Name     string    `db:"name"`
	OpensAt  time.Time `db:"opens_at"`
	ClosesAt time.Time `db:"closes_at"`
}

// Open tells whether the round goes on at a time.
func (r Round) Open(at time.Time) bool { return !at.Before(r.OpensAt) && at.Before(r.ClosesAt) }

// The rounds a rule speaks of by name.
const (
	RoundMapping     = "mapping"
	RoundListing     = "listing"
	RoundEnumeration = "enumeration"
	RoundLongForm    = "long_form"
	RoundRecheck     = "recheck"
	RoundPES         = "pes"
)

// Rounds lists a county's rounds as they open.
func (s *Store) Rounds(ctx context.Context, actor Actor, county Code) ([]Round, error) {
	var out []Round
	err := s.read(ctx, actor, county.County(), func(t *tx) (err error) {
		out, err = t.rounds(ctx)
		return err
	})
	return out, err
}

// SetRound sets when a round opens and closes.
func (s *Store) SetRound(ctx context.Context, actor Actor, r Round) (Round, error) {
	err := s.write(ctx, actor, r.County, func(t *tx) error {
		if err := t.must(Text{"设定阶段", "set a round"}, RoleAdministrator); err != nil {
			return err
		}
		const sql = `
			INSERT INTO rounds (county, name, opens_at, closes_at)
			VALUES ($1, $2, $3, $4)
			    ON CONFLICT (county, name) DO UPDATE SET opens_at = EXCLUDED.opens_at, closes_at = EXCLUDED.closes_at`
		if _, err := t.Exec(ctx, sql, r.County, r.Name, r.OpensAt, r.ClosesAt); err != nil {
			return err
		}
		return t.record(ctx, "set", r.County, "round/"+r.Name, map[string]any{"opens_at": r.OpensAt, "closes_at": r.ClosesAt})
	})
	return r, err
}

// CurrentRound reads the round that goes on now; nil between rounds.
func (s *Store) CurrentRound(ctx context.Context, actor Actor, county Code) (*Round, error) {
	var out *Round
	err := s.read(ctx, actor, county.County(), func(t *tx) error {
		all, err := t.rounds(ctx)
		out = roundAt(all, t.now)
		return err
	})
	return out, err
}

// roundAt picks the round that goes on at a time. Of several it is the one that opened last; the quality check after the
// census (pes) changes no record and is never it.
func roundAt(rounds []Round, at time.Time) *Round {
	var current *Round
	for i, r := range rounds {
		if r.Name != RoundPES && r.Open(at) && (current == nil || r.OpensAt.After(current.OpensAt)) {
			current = &rounds[i]
		}
	}
	return current
}

func (t *tx) rounds(ctx context.Context) ([]Round, error) {
	if t.opened != nil {
		return t.opened, nil
	}
	t.askRounds()
	err := t.send(ctx)
	return t.opened, err
}

// askRounds queues what rounds asks.
func (t *tx) askRounds() {
	const sql = `SELECT county, name, opens_at, closes_at FROM rounds WHERE county = $1 ORDER BY opens_at, name`
	ask(&t.piped, &t.opened, sql, t.county)
}

// openCalendar gives a county the dates of the 2020 census in the current year, in its own time zone; all may be set anew.
func (t *tx) openCalendar(ctx context.Context, county Code) error {
	where := defaultSettings.location()
	day := func(month time.Month, day int) time.Time {
		return time.Date(t.now.In(where).Year(), month, day, 0, 0, 0, 0, where)
	}
	calendar := []Round{
		{county, RoundMapping, day(time.January, 1), day(time.September, 1)},
		{county, RoundListing, day(time.October, 11), day(time.November, 1)},
		{county, RoundEnumeration, day(time.November, 1), day(time.November, 16)},
		{county, RoundLongForm, day(time.November, 16), day(time.December, 1)},
		{county, RoundRecheck, day(time.November, 16), day(time.December, 11)},
		{county, RoundPES, day(time.December, 1), day(time.December, 32)},
	}
	batch := &pgx.Batch{}
	for _, r := range calendar {
		const sql = `
			INSERT INTO rounds (county, name, opens_at, closes_at)
			VALUES ($1, $2, $3, $4)
			    ON CONFLICT DO NOTHING`
		batch.Queue(sql, r.County, r.Name, r.OpensAt, r.ClosesAt)
	}
	return t.SendBatch(ctx, batch).Close()
}
