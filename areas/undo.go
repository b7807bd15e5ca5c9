package areas

import (
	"context"
	"slices"

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

// Undo takes a revision back, until a day has gone by (settings) or something depends on it: a later change of the same
// sub-areas or buildings, a visit in what it made or moved, an assignment. What was is again, to the vertex; households and
// buildings get their old numbers back.
func (s *Store) Undo(ctx context.Context, actor Actor, a Asked, county Code, revision int64) (Outcome, error) {
	var out Outcome
	err := s.carry(ctx, actor, a, county.County(), func(t *tx) error {
		if err := t.must(Text{"撤销修改", "take a change of the frame back"}, RoleGIS, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		const sql = `SELECT` + stepColumns + ` WHERE r.county = $1 AND r.revision = $2`
		step, err := one[Step](t.Query(ctx, sql, t.county, revision))
		if err != nil {
			return err
		}
		back := undoingOf(step.Verb)
		if err := t.mayUndo(ctx, step, back != nil); err != nil {
			return err
		}
		out, err = back(t, ctx, a, step)
		return err
	})
	return out, err
}

// undoing takes a step of one kind back.
type undoing func(*tx, context.Context, Asked, Step) (Outcome, error)

// undoingOf tells how steps of a verb are taken back; nil are those that are not.
func undoingOf(verb string) undoing {
	switch verb {
	case "split", "merge", "reshape", "transfer", "draw", "retire", "regroup":
		return (*tx).undoRedrawing
	case "number":
		return (*tx).undoNumber
	case "describe":
		return (*tx).undoDescribe
	case "submit", "approve", "freeze", "return", "reopen", "move":
		return (*tx).undoStates
	case "move_building", "merge_buildings", "edit_building", "add_building":
		return (*tx).undoBuildings
	}
	return nil
}

// mayUndo refuses what is too old or was taken back before.
func (t *tx) mayUndo(ctx context.Context, step Step, known bool) error {
	settings, err := t.settings(ctx)
	if err != nil {
		return err
	}
	switch hours := t.now.Sub(step.At).Hours(); {
	case !known:
		return refuse(Conflict, "not_undoable", "“%s”不能撤销", "%q cannot be undone", step.Verb)
	case step.UndoneBy != nil:
		return refuse(Conflict, "undone_already", "版本 %d 已由版本 %d 撤销", "revision %d was undone already by revision %d", step.Revision, *step.UndoneBy)
	case hours > settings.UndoHours:
		return refuse(Conflict, "too_late_to_undo", "版本 %d 已超过 %.0f 小时,不能撤销;请用新的修改代替",
			"revision %d is older than %.0f hours and cannot be undone; make a new change instead", step.Revision, settings.UndoHours)
	}
	return nil
}

// undoRedrawing takes a change of boundaries back.
func (t *tx) undoRedrawing(ctx context.Context, a Asked, step Step) (Outcome, error) {
	if err := t.must(Text{"修改普查小区边界", "redraw the frame"}, RoleGIS, RoleAdministrator); err != nil {
		return Outcome{}, err
	}
	if err := t.dependedOn(ctx, step); err != nil {
		return Outcome{}, err
	}
	if step.Detail["virtual"] == true {
		return t.undoVirtual(ctx, step)
	}
	past, err := t.pastOf(ctx, step.Revision)
	if err != nil {
		return Outcome{}, err
	}
	c, err := t.goBack(ctx, step, past)
	if err != nil {
		return Outcome{}, err
	}
	c.reason = a.Reason
	if err := t.areasAgain(ctx, step); err != nil {
		return Outcome{}, err
	}
	out, err := t.redraw(ctx, c)
	if err != nil {
		return out, err
	}
	return out, t.areaUnmade(ctx, step)
}

// dependedOn refuses to take a change of sub-areas back once one of them was changed again, or one that it made was called on or
// given to somebody.
func (t *tx) dependedOn(ctx context.Context, step Step) error {
	if err := t.laterChange(ctx, step); err != nil {
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

// laterChange refuses once the sub-areas of a step were changed again. What was taken back since changed nothing.
func (t *tx) laterChange(ctx context.Context, step Step) error {
	err := t.unchangedSince(ctx, step.Revision, step.Members)
	if KindOf(err) != Stale {
		return err
	}
	since := slices.DeleteFunc(sinceOf(err), func(s Step) bool {
		undoes, _ := s.Detail["undoes"].(float64)
		return s.UndoneBy != nil || s.Verb == "undo" && int64(undoes) > step.Revision
	})
	if len(since) == 0 {
		return nil
	}
	e := refuse(Conflict, "depended_on", "版本 %d 之后同一小区又有修改,请先撤销后来的修改",
		"the same sub-areas were changed after revision %d; undo those changes first", step.Revision)
	e.Since = since
	return e
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
func (t *tx) queueBack(r *redrawing, i int) {
	t.queuePast(r, r.code[i], true)
	const sql = `
		UPDATE sub_areas
		   SET retired_at = NULL,
		       replaced_by = NULL,
		       revision = revision + 1
		 WHERE county = $1 AND code = $2`
	t.later("put a sub-area back", sql, t.county, r.code[i])
	t.queueRestored(r, i)
}

// queueRestored gives a sub-area back what it was.
func (t *tx) queueRestored(r *redrawing, i int) {
	const sql = `
		UPDATE sub_areas
		   SET state = $3,
		       description = $4,
		       expected_households = $5
		 WHERE county = $1 AND code = $2`
	p := r.restored[i]
	t.later("give a sub-area back what it was", sql, t.county, r.code[i], p.State, p.Description, p.Expected)
}
