package areas

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// Check is a rule that may raise flags (domain §8). What it finds is a matter of counting, never of chance.
type Check struct {
	Name  string
	Title Text // what is wrong
	Cause Text // why it likely is
	Hint  Text // what to do

	doors bool                                                                  // what it finds may change with a visit
	ask   func(ctx context.Context, t *tx, within Code, found *[]finding) error // queues what it asks, to be sent with what others ask
}

// finding is what a check found: where, and the numbers that speak for it.
type finding struct {
	Place    Code            `db:"place"`
	Building *int64          `db:"building"`
	Point    *orb.Point      `db:"point"`
	Evidence json.RawMessage `db:"evidence"`
}

// Checks lists the checks.
func Checks() []Check {
	return []Check{silentSubArea, emptyFootprint, declaredDoneOpen, outsideFrame, doubleBuilding, foundInField, boundaryProposed,
		setAsideWork}
}

// RunChecks runs every check over a place: flags are opened for what is found, and closed as cleared where it is found no
// more. What a person closed stays closed.
func (s *Store) RunChecks(ctx context.Context, actor Actor, within Code) error {
	return s.write(ctx, actor, within, func(t *tx) error { return t.runChecks(ctx, within) })
}

func (t *tx) runChecks(ctx context.Context, within Code) error {
	return t.runSome(ctx, within, Checks())
}

// doorChecks are the checks whose findings may change with a visit.
var doorChecks = slices.DeleteFunc(Checks(), func(c Check) bool { return !c.doors })

// runSome runs some of the checks. Where nothing is found and no flag is open, there is nothing to reconcile.
func (t *tx) runSome(ctx context.Context, within Code, checks []Check) error {
	if err := t.inBulk(ctx, within); err != nil {
		return err
	}
	asked, err := t.askChecks(ctx, within, checks)
	if err != nil {
		return err
	}
	return t.flagFound(ctx, within, asked)
}

// checked is what checks found in a place, and which have a flag open there.
type checked struct {
	checks []Check
	found  [][]finding
	open   []openCheck
}

type openCheck struct {
	Name string `db:"check_name"`
}

// askChecks queues what checks ask.
func (t *tx) askChecks(ctx context.Context, within Code, checks []Check) (*checked, error) {
	asked := &checked{checks: checks, found: make([][]finding, len(checks))}
	lo, hi := within.span()
	const open = `SELECT DISTINCT check_name FROM flags WHERE county = $1 AND place >= $2 AND place < $3 AND closed_at IS NULL`
	ask(&t.piped, &asked.open, open, t.county, lo, hi)
	for i, c := range checks {
		before := len(t.queued)
		if err := c.ask(ctx, t, within, &asked.found[i]); err != nil {
			return nil, fmt.Errorf("check %s: %w", c.Name, err)
		}
		for q := before; q < len(t.queued); q++ {
			t.queued[q].what = "check " + c.Name
		}
	}
	return asked, nil
}

// flagFound opens and clears flags by what was asked.
func (t *tx) flagFound(ctx context.Context, within Code, asked *checked) error {
	if err := t.send(ctx); err != nil {
		return err
	}
	changed := 0
	for i, c := range asked.checks {
		found := asked.found[i]
		if len(found) == 0 && !slices.Contains(asked.open, openCheck{c.Name}) {
			continue
		}
		n, err := t.reconcile(ctx, c.Name, within, found)
		if err != nil {
			return fmt.Errorf("flag %s: %w", c.Name, err)
		}
		changed += n
	}
	if changed == 0 {
		return nil
	}
	return t.liveChanged(ctx, "flag", within)
}

// reconcile makes the open flags of a check equal to what it found, and tells how many changed.
func (t *tx) reconcile(ctx context.Context, check string, within Code, found []finding) (int, error) {
	n := len(found)
	ids, places, buildings := make([]uuid.UUID, n), make([]Code, n), make([]*int64, n)
	points, evidence := make([]*orb.Point, n), make([]string, n)
	for i, f := range found {
		ids[i] = uuid.Must(uuid.NewV7())
		places[i], buildings[i], points[i], evidence[i] = f.Place, f.Building, f.Point, string(f.Evidence)
	}
	lo, hi := within.span()
	const sql = `
		WITH found AS (
			SELECT *
			  FROM unnest($5::uuid[], $6::text[], $7::bigint[], $8::geometry[], $9::jsonb[])
			    AS n (id, place, building, point, evidence)
		), cleared AS (
			UPDATE flags f
			   SET state = 'closed',
			       code = 'cleared',
			       closed_at = $10,
			       revision = revision + 1
			 WHERE f.county = $1 AND f.place >= $2 AND f.place < $3 AND f.check_name = $4 AND f.closed_at IS NULL
			   AND NOT EXISTS (SELECT FROM found n WHERE n.place = f.place AND coalesce(n.building, 0) = coalesce(f.building, 0))
			RETURNING f.id
		), opened AS (
			INSERT INTO flags AS f (county, id, check_name, place, building, evidence, point, opened_at)
			SELECT $1, n.id, $4, n.place, n.building, n.evidence, n.point, $10
			  FROM found n
			 WHERE NOT EXISTS (SELECT
			                     FROM flags o
			                    WHERE o.county = $1 AND o.place = n.place AND o.check_name = $4
			                      AND coalesce(o.building, 0) = coalesce(n.building, 0) AND o.closed_by IS NOT NULL)
			 ORDER BY n.place, n.building
			    ON CONFLICT (county, check_name, place, coalesce(building, 0)) WHERE closed_at IS NULL DO UPDATE
			   SET evidence = EXCLUDED.evidence,
			       revision = f.revision + 1
			 WHERE f.evidence <> EXCLUDED.evidence
			RETURNING f.id
		)
		SELECT (SELECT count(*) FROM cleared) + (SELECT count(*) FROM opened)`
	var changed int
	err := t.QueryRow(ctx, sql, t.county, lo, hi, check, ids, places, buildings, points, evidence, t.now).Scan(&changed)
	return changed, err
}
