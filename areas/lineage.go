package areas

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Lineage tells where a code came from and what became of it: every step before and after, and the codes that have its ground
// now. Where a household's number is asked for, also where that household went.
type Lineage struct {
	Code      Code
	Retired   bool
	Now       []Code
	Links     []Link
	Household *HouseholdTrail
}

// Link is one step from code to code.
type Link struct {
	Revision int64     `db:"revision"`
	At       time.Time `db:"at"`
	Verb     string    `db:"verb"`
	From     Code      `db:"from_code"`
	To       Code      `db:"to_code"`
}

// HouseholdTrail is where a household was known by which number, and where it is now.
type HouseholdTrail struct {
	ID       uuid.UUID
	SubArea  Code
	Number   int
	Dwelling uuid.UUID
	Building int64
	Moves    []HouseholdMove
}

// HouseholdMove is one change of a household's sub-area and number.
type HouseholdMove struct {
	Revision   int64     `db:"revision"`
	At         time.Time `db:"at"`
	From       Code      `db:"place"`
	FromNumber int       `db:"number"`
	To         Code      `db:"to_place"`
	ToNumber   int       `db:"to_number"`
}

// Lineage follows a census area or sub-area through time. household is a number in it, or 0.
func (s *Store) Lineage(ctx context.Context, actor Actor, code Code, household int) (Lineage, error) {
	out := Lineage{Code: code}
	err := s.read(ctx, actor, code, func(t *tx) (err error) {
		if out.Retired, err = t.wasRetired(ctx, code); err != nil {
			return err
		}
		if out.Links, err = t.links(ctx, code); err != nil {
			return err
		}
		if out.Now, err = t.heirsNow(ctx, code); err != nil || household == 0 {
			return err
		}
		out.Household, err = t.trail(ctx, code, household)
		return err
	})
	return out, err
}

func (t *tx) wasRetired(ctx context.Context, code Code) (retired bool, err error) {
	const sql = `
		SELECT retired_at IS NOT NULL FROM sub_areas WHERE county = $1 AND code = $2
		 UNION ALL
		SELECT retired_at IS NOT NULL FROM areas WHERE county = $1 AND code = $2`
	err = t.QueryRow(ctx, sql, t.county, code).Scan(&retired)
	return retired, err
}

// links lists every step that leads to a code and from it.
func (t *tx) links(ctx context.Context, code Code) ([]Link, error) {
	const sql = `
		WITH RECURSIVE after AS (
			SELECT l.revision, l.from_code, l.to_code, l.verb
			  FROM lineage l
			 WHERE l.county = $1 AND l.from_code = $2
			 UNION
			SELECT l.revision, l.from_code, l.to_code, l.verb
			  FROM after a
			  JOIN lineage l ON l.county = $1 AND l.from_code = a.to_code AND l.revision > a.revision
		), before AS (
			SELECT l.revision, l.from_code, l.to_code, l.verb
			  FROM lineage l
			 WHERE l.county = $1 AND l.to_code = $2
			 UNION
			SELECT l.revision, l.from_code, l.to_code, l.verb
			  FROM before b
			  JOIN lineage l ON l.county = $1 AND l.to_code = b.from_code AND l.revision < b.revision
		)
		SELECT l.revision, r.at, l.verb, l.from_code, l.to_code
		  FROM (SELECT * FROM after UNION SELECT * FROM before) l
		  JOIN revisions r ON r.county = $1 AND r.revision = l.revision
		 ORDER BY l.revision, l.from_code, l.to_code
		 LIMIT 1000`
	return collect[Link](t.Query(ctx, sql, t.county, code))
}

// heirsNow follows who replaced whom from a code to those that are there now.
func (t *tx) heirsNow(ctx context.Context, code Code) ([]Code, error) {
	const sql = `
		WITH RECURSIVE places AS (
			SELECT code, retired_at, replaced_by FROM sub_areas WHERE county = $1
			 UNION ALL
			SELECT code, retired_at, replaced_by FROM areas WHERE county = $1
		), followed AS (
			SELECT p.code, p.retired_at, p.replaced_by
			  FROM places p
			 WHERE p.code = $2
			 UNION
			SELECT p.code, p.retired_at, p.replaced_by
			  FROM followed f
			  JOIN places p ON p.code = ANY (f.replaced_by)
			 WHERE f.retired_at IS NOT NULL
		)
		SELECT code FROM followed WHERE retired_at IS NULL ORDER BY code`
	rows, err := t.Query(ctx, sql, t.county, code)
	if err != nil {
		return nil, err
	}
	return collectCodes(rows)
}

// trail finds the household that had a number in a sub-area, first or last, and follows it.
func (t *tx) trail(ctx context.Context, code Code, number int) (*HouseholdTrail, error) {
	const sql = `
		WITH known AS (
			SELECT h.id FROM households h WHERE h.county = $1 AND h.sub_area = $2 AND h.number = $3
			 UNION ALL
			SELECT m.id::uuid FROM moves m WHERE m.county = $1 AND m.place = $2 AND m.number = $3 AND m.subject = 'household'
		)
		SELECT h.id, h.sub_area, h.number, h.dwelling, d.building
		  FROM households h
		  JOIN dwellings d ON d.county = h.county AND d.id = h.dwelling
		 WHERE h.county = $1 AND h.id = (SELECT id FROM known LIMIT 1)`
	var out HouseholdTrail
	err := t.QueryRow(ctx, sql, t.county, code, number).Scan(&out.ID, &out.SubArea, &out.Number, &out.Dwelling, &out.Building)
	if err != nil {
		return nil, err
	}
	const moves = `
		SELECT m.revision, r.at, m.place, m.number, m.to_place, m.to_number
		  FROM moves m
		  JOIN revisions r ON r.county = m.county AND r.revision = m.revision
		 WHERE m.county = $1 AND m.subject = 'household' AND m.id = $2
		 ORDER BY m.revision`
	out.Moves, err = collect[HouseholdMove](t.Query(ctx, moves, t.county, out.ID.String()))
	return &out, err
}
