package areas

import (
	"context"
	"fmt"
)

// NewVirtual is a virtual sub-area to make in a census area: people who are registered there and have no ground.
type NewVirtual struct {
	Area               Code
	Description        string
	ExpectedHouseholds *int
}

// lastVirtual is the highest number of a virtual sub-area.
const lastVirtual = 999

// MakeVirtual makes a virtual sub-area under the next number from 900.
func (s *Store) MakeVirtual(ctx context.Context, actor Actor, a Asked, n NewVirtual) (Outcome, error) {
	return s.withoutGround(ctx, actor, a, n.Area, func(t *tx) (Outcome, error) {
		if n.Area.Level() != LevelArea {
			return Outcome{}, refuse(Invalid, "code_not_an_area", "%s 不是普查区代码(12 位)", "%s is not the code of a census area (12 digits)", n.Area).On("area")
		}
		if n.Description == "" {
			return Outcome{}, refuse(Invalid, "description_missing", "虚拟普查小区没有图形,请说明它登记哪些人", "a virtual sub-area has no ground; describe whom it registers").On("description")
		}
		code, err := t.nextVirtualCode(ctx, n.Area)
		if err != nil {
			return Outcome{}, err
		}
		out := Outcome{Verb: "draw", Members: []OutcomeMember{{Code: code, New: true, State: "draft"}}}
		if n.ExpectedHouseholds != nil {
			out.Members[0].ExpectedHouseholds = *n.ExpectedHouseholds
		}
		if !t.writing {
			return out, nil
		}
		const sql = `INSERT INTO sub_areas (county, code, description, expected_households) VALUES ($1, $2, $3, $4)`
		if _, err := t.Exec(ctx, sql, t.county, code, n.Description, n.ExpectedHouseholds); err != nil {
			return out, err
		}
		out.Revision, err = t.reviseVirtual(ctx, "draw", code, map[string]any{"reason": a.Reason, "virtual": true, "to": []Code{code}}, false)
		return out, err
	})
}

// retireVirtual ends a virtual sub-area in which nobody is registered. Whoever holds it holds it no more.
func (s *Store) retireVirtual(ctx context.Context, actor Actor, a Asked, code Code) (Outcome, error) {
	return s.withoutGround(ctx, actor, a, code, func(t *tx) (Outcome, error) {
		out := Outcome{Verb: "retire", Retired: []RetiredCode{{Code: code}}}
		if err := t.unchangedSince(ctx, a.Base, []Code{code}); err != nil {
			return out, err
		}
		if err := t.mayEndVirtual(ctx, code); err != nil {
			return out, err
		}
		held := t.askHands([]Code{code})
		if err := t.send(ctx); err != nil {
			return out, err
		}
		out.Assignments, out.Tablets = held.open, held.tablets
		ended := []any{}
		for i := range out.Assignments {
			out.Assignments[i].Effect = "ended"
			ended = append(ended, out.Assignments[i].ID.String())
		}
		if !t.writing {
			return out, nil
		}
		var err error
		out.Revision, err = t.endVirtual(ctx, "retire", code, map[string]any{"reason": a.Reason, "virtual": true, "from": []Code{code}, "unassigned": ended})
		return out, err
	})
}

// withoutGround runs what makes or ends a virtual sub-area in a transaction of its own.
func (s *Store) withoutGround(ctx context.Context, actor Actor, a Asked, place Code, do func(*tx) (Outcome, error)) (Outcome, error) {
	var out Outcome
	err := s.carry(ctx, actor, a, place, func(t *tx) (err error) {
		if err := t.must(Text{"建立或撤销虚拟普查小区", "make or retire virtual sub-areas"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		out, err = do(t)
		return err
	})
	return out, err
}

// nextVirtualCode is the highest virtual number ever used in a census area plus one; the area's row is locked.
func (t *tx) nextVirtualCode(ctx context.Context, area Code) (Code, error) {
	lock := `SELECT code FROM areas WHERE county = $1 AND code = $2 AND retired_at IS NULL`
	if t.writing {
		lock += ` FOR NO KEY UPDATE`
	}
	if err := t.QueryRow(ctx, lock, t.county, area).Scan(&area); err != nil {
		return "", err
	}
	const sql = `SELECT coalesce(max(right(code, 3)::int) + 1, $3::text::int) FROM sub_areas WHERE county = $1 AND area = $2 AND virtual`
	var next int
	if err := t.QueryRow(ctx, sql, t.county, area, firstVirtual).Scan(&next); err != nil {
		return "", err
	}
	if next > lastVirtual {
		return "", refuse(Conflict, "codes_used_up", "%s 的虚拟小区编码已用完(900–999)", "the virtual codes of %s are used up (900–999)", area)
	}
	return Code(fmt.Sprintf("%s%03d", area, next)), nil
}

// mayEndVirtual refuses to end a virtual sub-area that is signed off, or in which people are registered.
func (t *tx) mayEndVirtual(ctx context.Context, code Code) error {
	lock := `SELECT state FROM sub_areas WHERE county = $1 AND code = $2 AND retired_at IS NULL`
	if t.writing {
		lock += ` FOR NO KEY UPDATE`
	}
	m := member{Code: code}
	if err := t.QueryRow(ctx, lock, t.county, code).Scan(&m.State); err != nil {
		return err
	}
	if err := m.editable(); err != nil {
		return err
	}
	const sql = `
		SELECT (SELECT count(*) FROM dwellings WHERE county = $1 AND sub_area = $2 AND retired_at IS NULL)
		     + (SELECT count(*) FROM households WHERE county = $1 AND sub_area = $2 AND retired_at IS NULL
		           AND collection NOT IN ('duplicate_of', 'superseded'))`
	var registered int
	if err := t.QueryRow(ctx, sql, t.county, code).Scan(&registered); err != nil || registered == 0 {
		return err
	}
	return refuse(Conflict, "still_registered", "%[1]s 还登记着 %[2]d 个住房单元或住户,请先处理完", "%[1]s still holds %[2]d dwellings or households; settle them first", code, registered)
}

// endVirtual retires a virtual sub-area, with its assignments and its counts.
func (t *tx) endVirtual(ctx context.Context, verb string, code Code, detail map[string]any) (int64, error) {
	revision, err := t.reviseVirtual(ctx, verb, code, detail, true)
	if err != nil {
		return 0, err
	}
	const retire = `UPDATE sub_areas SET retired_at = $3, replaced_by = '{}', revision = revision + 1 WHERE county = $1 AND code = $2`
	const end = `UPDATE assignments SET ended_at = $3, revision = revision + 1 WHERE county = $1 AND sub_area = $2 AND ended_at IS NULL`
	const flags = `
		UPDATE flags
		   SET state = 'closed',
		       code = 'boundary_moved',
		       closed_at = $3,
		       revision = revision + 1
		 WHERE county = $1 AND place = $2 AND closed_at IS NULL`
	for _, sql := range []string{retire, end, flags} {
		if _, err := t.Exec(ctx, sql, t.county, code, t.now); err != nil {
			return 0, err
		}
	}
	if _, err := t.Exec(ctx, `DELETE FROM coverage WHERE county = $1 AND sub_area = $2`, t.county, code); err != nil {
		return 0, err
	}
	return revision, t.accessChanged(ctx)
}

// reviseVirtual takes the frame's next revision for a sub-area without ground, keeps what it was, counts it and records it.
func (t *tx) reviseVirtual(ctx context.Context, verb string, code Code, detail map[string]any, existed bool) (int64, error) {
	revision, err := t.revise(ctx, verb, code, detail)
	if err != nil {
		return 0, err
	}
	if _, err := t.Exec(ctx, pastOfSubArea, t.county, code, revision, existed); err != nil {
		return 0, err
	}
	if err := t.recount(ctx, code); err != nil {
		return 0, err
	}
	return revision, t.record(ctx, verb, code, "sub_area/"+string(code), detail)
}

// undoVirtual takes back that a virtual sub-area was made, while nobody is registered in it, or that it was ended.
func (t *tx) undoVirtual(ctx context.Context, step Step) (Outcome, error) {
	code := step.Place
	detail := map[string]any{"undoes": step.Revision, "virtual": true}
	if step.Verb == "draw" {
		out := Outcome{Verb: "undo", Retired: []RetiredCode{{Code: code}}}
		if err := t.mayEndVirtual(ctx, code); err != nil || !t.writing {
			return out, err
		}
		var err error
		out.Revision, err = t.endVirtual(ctx, "undo", code, detail)
		return out, err
	}
	out := Outcome{Verb: "undo", Members: []OutcomeMember{{Code: code, From: []Code{code}}}}
	const read = `SELECT state FROM past_members WHERE county = $1 AND code = $2 AND revision = $3`
	if err := t.QueryRow(ctx, read, t.county, code, step.Revision).Scan(&out.Members[0].State); err != nil || !t.writing {
		return out, err
	}
	var err error
	if out.Revision, err = t.reviseVirtual(ctx, "undo", code, detail, true); err != nil {
		return out, err
	}
	const again = `UPDATE sub_areas SET retired_at = NULL, replaced_by = NULL, revision = revision + 1 WHERE county = $1 AND code = $2`
	if _, err := t.Exec(ctx, again, t.county, code); err != nil {
		return out, err
	}
	const opened = `UPDATE assignments SET ended_at = NULL, revision = revision + 1 WHERE county = $1 AND id = ANY ($2)`
	if _, err := t.Exec(ctx, opened, t.county, idsIn(step.Detail["unassigned"])); err != nil {
		return out, err
	}
	if err := t.recount(ctx, code); err != nil {
		return out, err
	}
	return out, t.accessChanged(ctx)
}
