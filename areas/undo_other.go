package areas

import (
	"context"
	"fmt"
	"slices"
)

// undoDescribe gives a sub-area the words and the number of households back that it had.
func (t *tx) undoDescribe(ctx context.Context, _ Asked, step Step) (Outcome, error) {
	if err := t.must(Text{"修改普查小区", "edit a sub-area"}, RoleGIS, RoleAdministrator); err != nil {
		return Outcome{}, err
	}
	if err := t.laterChange(ctx, step); err != nil {
		return Outcome{}, err
	}
	out := Outcome{Verb: "undo", Restored: len(step.Members)}
	if !t.writing {
		return out, nil
	}
	const lock = `SELECT code FROM sub_areas WHERE county = $1 AND code = ANY ($2) ORDER BY code FOR NO KEY UPDATE`
	if _, err := t.Exec(ctx, lock, t.county, step.Members); err != nil {
		return out, err
	}
	if err := t.lockCounts(ctx, step.Members); err != nil {
		return out, err
	}
	detail := map[string]any{"undoes": step.Revision}
	revision, err := t.revise(ctx, "undo", step.Place, detail)
	if err != nil {
		return out, err
	}
	for _, code := range step.Members {
		if err := t.describeAgain(ctx, code, step.Revision, revision); err != nil {
			return out, fmt.Errorf("describe %s again: %w", code, err)
		}
	}
	out.Revision = revision
	return out, t.record(ctx, "undo", step.Place, "sub_area/"+string(step.Place), detail)
}

// describeAgain describes a sub-area as it was until a revision.
func (t *tx) describeAgain(ctx context.Context, code Code, until, revision int64) error {
	if _, err := t.Exec(ctx, pastOfSubArea, t.county, code, revision, true); err != nil {
		return err
	}
	const sql = `
		UPDATE sub_areas s
		   SET description = p.description,
		       expected_households = p.expected_households,
		       revision = s.revision + 1
		  FROM past_members p
		 WHERE s.county = $1 AND s.code = $2 AND p.county = $1 AND p.code = $2 AND p.revision = $3`
	if _, err := t.Exec(ctx, sql, t.county, code, until); err != nil {
		return err
	}
	return t.recount(ctx, code)
}

// undoNumber gives the buildings of a census area the numbers back that they had, as long as none is on a door.
func (t *tx) undoNumber(ctx context.Context, _ Asked, step Step) (Outcome, error) {
	if err := t.must(Text{"编建筑物号", "number buildings"}, RoleGIS, RoleAdministrator); err != nil {
		return Outcome{}, err
	}
	if err := t.mayNumber(ctx, step.Place); err != nil {
		return Outcome{}, err
	}
	const sql = `
		SELECT b.id, b.place, b.number AS from_number, m.number AS to_number
		  FROM moves m
		  JOIN buildings b ON b.county = m.county AND b.id = m.id::bigint AND b.place = m.to_place AND b.number = m.to_number
		 WHERE m.county = $1 AND m.revision = $2 AND m.subject = 'building'
		 ORDER BY b.place, b.id`
	back, err := collect[Numbered](t.Query(ctx, sql, t.county, step.Revision))
	if err != nil {
		return Outcome{}, err
	}
	const moved = `SELECT count(*) FROM moves WHERE county = $1 AND revision = $2`
	var all int
	if err := t.QueryRow(ctx, moved, t.county, step.Revision).Scan(&all); err != nil {
		return Outcome{}, err
	}
	if all == 0 || len(back) < all {
		return Outcome{}, refuse(Conflict, "depended_on", "编号之后又有 %d 栋建筑物改动,不能撤销;请重新编号",
			"%d buildings were changed after they were numbered, so it cannot be undone; number them anew", all-len(back))
	}
	out := Outcome{Verb: "undo", Restored: len(back)}
	if t.writing {
		out.Revision, err = t.writeNumbers(ctx, step.Place, back, &step)
	}
	return out, err
}

// undoStates takes a step of the sign-off back, or the change of one sub-area's state: who may take the step may take it back,
// until a sub-area went on from there.
func (t *tx) undoStates(ctx context.Context, a Asked, step Step) (Outcome, error) {
	if next, signs := signings[step.Verb]; signs {
		if err := t.maySign(next, Asked{Reason: "undo"}, step.Place); err != nil {
			return Outcome{}, err
		}
	} else if err := t.must(Text{"改变普查小区状态", "move a sub-area's state"}, RoleGIS, RoleSupervisor, RoleAdministrator); err != nil {
		return Outcome{}, err
	}
	if err := t.lockSigned(ctx, step.Place); err != nil {
		return Outcome{}, err
	}
	const sql = `
		SELECT p.code, p.state, p.to_state, coalesce(s.state, '') AS now
		  FROM past_states p
		  LEFT JOIN sub_areas s ON s.county = p.county AND s.code = p.code AND s.retired_at IS NULL
		 WHERE p.county = $1 AND p.revision = $2
		 ORDER BY p.code`
	past, err := collect[pastState](t.Query(ctx, sql, t.county, step.Revision))
	if err != nil {
		return Outcome{}, err
	}
	codes := make([]Code, len(past))
	for i, p := range past {
		codes[i] = p.Code
	}
	went := slices.IndexFunc(past, func(p pastState) bool { return p.Now != p.To })
	switch {
	case len(past) == 0:
		return Outcome{}, refuse(Conflict, "not_undoable", "版本 %d 没有留下可恢复的状态", "revision %d left no states to go back to", step.Revision)
	case went >= 0:
		return Outcome{}, refuse(Conflict, "depended_on", "%s 之后又改变了状态,请先撤销后来的步骤", "%s went on from there; undo the later steps first", past[went].Code)
	}
	step.Members = codes
	if err := t.laterChange(ctx, step); err != nil {
		return Outcome{}, err
	}
	out := Outcome{Verb: "undo", Restored: len(past)}
	if t.writing {
		out.Revision, err = t.statesAgain(ctx, step, a.Reason)
	}
	return out, err
}
