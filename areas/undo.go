package areas

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"canvass/geo/coverage"
)

// pastMember is a sub-area as it was until a revision.
type pastMember struct {
	Code        Code             `db:"code"`
	Existed     bool             `db:"existed"`
	Retired     bool             `db:"retired"`
	Description string           `db:"description"`
	State       string           `db:"state"`
	Expected    *int             `db:"expected_households"`
	Geometry    orb.MultiPolygon `db:"geom"`
}

// undoable are the verbs that can be taken back. Signing off goes back by its own words, with a reason.
var undoable = []string{"split", "merge", "reshape", "transfer", "draw", "retire", "regroup"}

// Undo takes a revision back, until a day has gone by (settings) or something depends on it: a later change of the same
// sub-areas, a visit in one that it made, an assignment. What was is again, to the vertex; households and buildings get their
// old numbers back.
func (s *Store) Undo(ctx context.Context, actor Actor, a Asked, county Code, revision int64) (Outcome, error) {
	return s.redrawn(ctx, actor, a, county.County(), func(t *tx) (change, error) {
		const sql = `SELECT` + stepColumns + ` WHERE r.county = $1 AND r.revision = $2`
		step, err := one[Step](t.Query(ctx, sql, t.county, revision))
		if err != nil {
			return change{}, err
		}
		if err := t.mayUndo(ctx, step); err != nil {
			return change{}, err
		}
		past, err := t.pastOf(ctx, revision)
		if err != nil {
			return change{}, err
		}
		return t.goBack(ctx, step, past)
	})
}

// mayUndo refuses what is too old, was taken back before, or has what depends on it.
func (t *tx) mayUndo(ctx context.Context, step Step) error {
	settings, err := t.settings(ctx)
	if err != nil {
		return err
	}
	switch hours := t.now.Sub(step.At).Hours(); {
	case !slices.Contains(undoable, step.Verb):
		return refuse(Conflict, "not_undoable", "“%s”不能撤销", "%q cannot be undone", step.Verb)
	case step.UndoneBy != nil:
		return refuse(Conflict, "undone_already", "版本 %d 已由版本 %d 撤销", "revision %d was undone already by revision %d", step.Revision, *step.UndoneBy)
	case hours > settings.UndoHours:
		return refuse(Conflict, "too_late_to_undo", "版本 %d 已超过 %.0f 小时,不能撤销;请用新的修改代替",
			"revision %d is older than %.0f hours and cannot be undone; make a new change instead", step.Revision, settings.UndoHours)
	}
	if err := t.unchangedSince(ctx, step.Revision, step.Members); KindOf(err) == Stale {
		e := refuse(Conflict, "depended_on", "版本 %d 之后同一小区又有修改,请先撤销后来的修改",
			"the same sub-areas were changed after revision %d; undo those changes first", step.Revision)
		e.Since = sinceOf(err)
		return e
	} else if err != nil {
		return err
	}
	const sql = `
		SELECT coalesce(min(d.code), '')
		  FROM (SELECT p.code
		          FROM past_members p
		          JOIN visits v ON v.county = p.county AND v.sub_area = p.code AND v.received_at > p.until
		         WHERE p.county = $1 AND p.revision = $2 AND NOT p.existed
		         UNION ALL
		        SELECT p.code
		          FROM past_members p
		          JOIN assignments h ON h.county = p.county AND h.sub_area = p.code AND h.begun_at > p.until
		         WHERE p.county = $1 AND p.revision = $2 AND NOT p.existed) d`
	var code Code
	if err := t.QueryRow(ctx, sql, t.county, step.Revision).Scan(&code); err != nil || code == "" {
		return err
	}
	return refuse(Conflict, "depended_on", "%s 已有入户或分派,不能撤销;请用新的修改代替",
		"%s has visits or assignments since, so it cannot be undone; make a new change instead", code)
}

func sinceOf(err error) []Step {
	if e, ok := err.(*Error); ok {
		return e.Since
	}
	return nil
}

// pastOf reads what a revision changed, as it was before; of sub-areas only, for their parents follow.
func (t *tx) pastOf(ctx context.Context, revision int64) ([]pastMember, error) {
	const sql = `
		SELECT code, existed, retired, description, state, expected_households, geom
		  FROM past_members
		 WHERE county = $1 AND revision = $2 AND length(code) = 15
		 ORDER BY code`
	return collect[pastMember](t.Query(ctx, sql, t.county, revision))
}

// goBack makes the change that leaves sub-areas as they were: those that are there get their old ground, those that were
// retired are there again, and those that were made are retired.
func (t *tx) goBack(ctx context.Context, step Step, past []pastMember) (change, error) {
	c := change{verb: "undo", edit: coverage.Edit{}, codes: map[int]Code{}, restored: map[int]pastMember{}, back: &step}
	var live []Code
	for _, p := range past {
		was, err := t.geometry(ctx, p.Code)
		if err != nil {
			return c, err
		}
		if gone, err := t.isRetired(ctx, p.Code); err != nil {
			return c, err
		} else if !gone && len(was) > 0 {
			live = append(live, p.Code)
		}
	}
	var err error
	if c.before, err = t.hold(ctx, live); err != nil {
		return c, err
	}
	next := len(c.before)
	for _, p := range past {
		i := slices.Index(live, p.Code)
		switch {
		case i < 0 && p.Existed:
			i, next = next, next+1
			c.codes[i] = p.Code
		case i < 0:
			continue
		default:
			if err := c.before[i].editable(); err != nil && !coverage.OnlyVertices(p.Geometry, c.before[i].Geometry) {
				return c, err
			}
		}
		c.edit[i] = nil
		if p.Existed && !p.Retired {
			c.edit[i], c.restored[i] = p.Geometry, p
		}
	}
	c.anew = slices.Contains([]string{"draw", "retire"}, step.Verb)
	return c, nil
}

func (t *tx) isRetired(ctx context.Context, code Code) (retired bool, err error) {
	const sql = `SELECT retired_at IS NOT NULL FROM sub_areas WHERE county = $1 AND code = $2`
	err = t.QueryRow(ctx, sql, t.county, code).Scan(&retired)
	return retired, err
}

// queueBack puts a retired sub-area back in its place.
func (t *tx) queueBack(batch *pgx.Batch, r *redrawing, i int) {
	t.queuePast(batch, r, r.code[i], true)
	const sql = `
		UPDATE sub_areas
		   SET retired_at = NULL,
		       replaced_by = NULL,
		       revision = revision + 1
		 WHERE county = $1 AND code = $2`
	batch.Queue(sql, t.county, r.code[i])
	t.queueRestored(batch, r, i)
}

// queueRestored gives a sub-area back what it was.
func (t *tx) queueRestored(batch *pgx.Batch, r *redrawing, i int) {
	const sql = `
		UPDATE sub_areas
		   SET state = $3,
		       description = $4,
		       expected_households = $5
		 WHERE county = $1 AND code = $2`
	p := r.restored[i]
	batch.Queue(sql, t.county, r.code[i], p.State, p.Description, p.Expected)
}

// renumber gives households and buildings the numbers back that they had before the revision that is undone, and lets
// assignments go back to who held them.
func (t *tx) renumber(ctx context.Context, r *redrawing) error {
	const households = `
		WITH old AS MATERIALIZED (
			SELECT m.id, m.id::uuid AS household, m.place, m.number
			  FROM moves m
			 WHERE m.county = $1 AND m.revision = $2 AND m.subject = 'household'
		), written AS (
			UPDATE households h
			   SET number = old.number
			  FROM old
			 WHERE h.county = $1 AND h.id = old.household AND h.sub_area = old.place
		)
		UPDATE moves m
		   SET to_number = old.number
		  FROM old
		 WHERE m.county = $1 AND m.revision = $3 AND m.subject = 'household' AND m.id = old.id AND m.to_place = old.place`
	const buildings = `
		WITH old AS MATERIALIZED (
			SELECT m.id, m.id::bigint AS building, m.place, m.number
			  FROM moves m
			 WHERE m.county = $1 AND m.revision = $2 AND m.subject = 'building'
		), written AS (
			UPDATE buildings b
			   SET number = old.number
			  FROM old
			 WHERE b.county = $1 AND b.id = old.building AND b.place = old.place
		)
		UPDATE moves m
		   SET to_number = old.number
		  FROM old
		 WHERE m.county = $1 AND m.revision = $3 AND m.subject = 'building' AND m.id = old.id AND m.to_place = old.place`
	const ended = `
		UPDATE assignments h
		   SET ended_at = $3,
		       revision = h.revision + 1
		 WHERE h.county = $1 AND h.id = ANY ($2) AND h.ended_at IS NULL`
	const opened = `
		UPDATE assignments h
		   SET ended_at = NULL,
		       revision = h.revision + 1
		 WHERE h.county = $1 AND h.id = ANY ($2)
		   AND NOT EXISTS (SELECT FROM assignments o
		                    WHERE o.county = h.county AND o.sub_area = h.sub_area AND o.round = h.round AND o.ended_at IS NULL)`
	batch := &pgx.Batch{}
	batch.Queue(households, t.county, r.back.Revision, r.revision)
	batch.Queue(buildings, t.county, r.back.Revision, r.revision)
	batch.Queue(ended, t.county, idsIn(r.back.Detail["assigned"]), t.now)
	batch.Queue(opened, t.county, idsIn(r.back.Detail["unassigned"]))
	if err := t.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("give old numbers back: %w", err)
	}
	return nil
}

// idsIn reads a list of ids out of a revision's detail.
func idsIn(value any) []uuid.UUID {
	list, _ := value.([]any)
	out := []uuid.UUID{}
	for _, v := range list {
		text, _ := v.(string)
		if id, err := uuid.Parse(text); err == nil {
			out = append(out, id)
		}
	}
	return out
}
