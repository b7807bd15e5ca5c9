package areas

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"canvass/geo"
	"canvass/geo/coverage"
)

// Past is what a code was at a time. One that did not exist then is not listed.
type Past struct {
	Code               Code             `db:"code"`
	Description        string           `db:"description"`
	State              string           `db:"state"` // of a sub-area
	ExpectedHouseholds *int             `db:"expected_households"`
	Geometry           orb.MultiPolygon `db:"geom"`
	Retired            bool             `db:"retired"`
}

// AsOf reads what a place and the sub-areas in it were at a time.
func (s *Store) AsOf(ctx context.Context, actor Actor, within Code, at time.Time) ([]Past, error) {
	var out []Past
	err := s.read(ctx, actor, within, func(t *tx) (err error) {
		if at.After(t.now) {
			return refuse(Invalid, "not_yet", "%s 还没有到", "%s is yet to come", at.Format(time.RFC3339)).On("at")
		}
		out, err = t.asOf(ctx, within, at)
		return err
	})
	return out, err
}

// asOf reads the state of a place and of all sub-areas in it at a time: of each the first state that ended after it, else
// what it is now.
func (t *tx) asOf(ctx context.Context, within Code, at time.Time) ([]Past, error) {
	lo, hi := within.span()
	const sql = `
		WITH ended AS (
			SELECT DISTINCT ON (p.code) p.*
			  FROM past_members p
			 WHERE p.county = $1 AND p.code >= $2 AND p.code < $3 AND (p.code = $4 OR length(p.code) = 15) AND p.until > $5
			 ORDER BY p.code, p.revision
		), went AS (
			SELECT DISTINCT ON (p.code) p.code, p.revision, p.state
			  FROM past_states p
			 WHERE p.county = $1 AND p.code >= $2 AND p.code < $3 AND p.until > $5
			 ORDER BY p.code, p.revision
		), now AS (
			SELECT s.code, s.description, s.state, s.expected_households, s.geom, s.retired_at
			  FROM sub_areas s
			 WHERE s.county = $1 AND s.code >= $2 AND s.code < $3
			 UNION ALL
			SELECT a.code, a.name, '', a.expected_households, a.geom, a.retired_at
			  FROM areas a
			 WHERE a.county = $1 AND a.code = $4
			 UNION ALL
			SELECT r.code, r.name, '', r.expected_households, r.geom, r.retired_at
			  FROM regions r
			 WHERE r.county = $1 AND r.code = $4
		)
		SELECT n.code,
		       coalesce(e.description, n.description) AS description,
		       CASE WHEN w.revision < coalesce(e.revision, w.revision + 1) THEN w.state ELSE coalesce(e.state, n.state) END AS state,
		       CASE WHEN e.code IS NULL THEN n.expected_households ELSE e.expected_households END AS expected_households,
		       CASE WHEN e.code IS NULL THEN n.geom ELSE e.geom END AS geom,
		       CASE WHEN e.code IS NULL THEN n.retired_at IS NOT NULL AND n.retired_at <= $5 ELSE e.retired END AS retired
		  FROM now n
		  LEFT JOIN ended e ON e.code = n.code
		  LEFT JOIN went w ON w.code = n.code
		 WHERE coalesce(e.existed, true)
		 ORDER BY n.code`
	return collect[Past](t.Query(ctx, sql, t.county, lo, hi, within, at))
}

// Difference is what became of a code between two times: made, retired, moved (its ground is another), bent (it only got
// vertices) or described (its words or numbers are others).
type Difference struct {
	Code      Code
	Kind      string
	Before    orb.MultiPolygon
	After     orb.MultiPolygon
	GainedM2  float64 // its area after less its area before
	Revisions []int64
}

// Differences lists what became of the sub-areas of a place between two times.
func (s *Store) Differences(ctx context.Context, actor Actor, within Code, from, to time.Time) ([]Difference, error) {
	var out []Difference
	if !from.Before(to) {
		return nil, refuse(Invalid, "times_turned", "from 须早于 to", "from must come before to").On("from")
	}
	err := s.read(ctx, actor, within, func(t *tx) error {
		before, err := t.asOf(ctx, within, from)
		if err != nil {
			return err
		}
		after, err := t.asOf(ctx, within, minTime(to, t.now))
		if err != nil {
			return err
		}
		steps, err := t.stepsBetween(ctx, within, from, to)
		if err != nil {
			return fmt.Errorf("read the revisions between: %w", err)
		}
		out = differences(before, after)
		for i := range out {
			out[i].Revisions = steps[out[i].Code]
		}
		return nil
	})
	return out, err
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// differences compares two states, code by code.
func differences(before, after []Past) []Difference {
	states := map[Code][2]*Past{}
	for i, p := range [][]Past{before, after} {
		for k := range p {
			if !p[k].Retired && p[k].Code.Level() == LevelSubArea {
				pair := states[p[k].Code]
				pair[i] = &p[k]
				states[p[k].Code] = pair
			}
		}
	}
	var out []Difference
	for code, pair := range states {
		was, is := pair[0], pair[1]
		d := Difference{Code: code}
		switch {
		case was == nil:
			d.Kind, d.After, d.GainedM2 = "made", is.Geometry, geo.Area(is.Geometry)
		case is == nil:
			d.Kind, d.Before, d.GainedM2 = "retired", was.Geometry, -geo.Area(was.Geometry)
		case orb.Equal(was.Geometry, is.Geometry):
			if was.Description == is.Description && equalInts(was.ExpectedHouseholds, is.ExpectedHouseholds) {
				continue
			}
			d.Kind, d.Before, d.After = "described", was.Geometry, is.Geometry
		default:
			d.Kind, d.Before, d.After = "moved", was.Geometry, is.Geometry
			d.GainedM2 = geo.Area(is.Geometry) - geo.Area(was.Geometry)
			if coverage.OnlyVertices(was.Geometry, is.Geometry) || coverage.OnlyVertices(is.Geometry, was.Geometry) {
				d.Kind = "bent"
			}
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b Difference) int { return cmp.Compare(a.Code, b.Code) })
	return out
}

func equalInts(a, b *int) bool { return a == b || a != nil && b != nil && *a == *b }

// stepsBetween lists the revisions that changed each sub-area between two times.
func (t *tx) stepsBetween(ctx context.Context, within Code, from, to time.Time) (map[Code][]int64, error) {
	lo, hi := within.span()
	const sql = `
		SELECT p.code, array_agg(p.revision ORDER BY p.revision)
		  FROM past_members p
		 WHERE p.county = $1 AND p.code >= $2 AND p.code < $3 AND p.until > $4 AND p.until <= $5
		 GROUP BY p.code`
	rows, err := t.Query(ctx, sql, t.county, lo, hi, from, to)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[Code][]int64{}
	for rows.Next() {
		var code Code
		var revisions []int64
		if err := rows.Scan(&code, &revisions); err != nil {
			return nil, err
		}
		out[code] = revisions
	}
	return out, rows.Err()
}
