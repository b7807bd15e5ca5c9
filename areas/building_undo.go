package areas

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
)

// undoBuildings takes a change of buildings back: they are what they were, and what followed them comes back with its numbers.
// It is refused once one of them was changed again, or a dwelling that it moved was called on.
func (t *tx) undoBuildings(ctx context.Context, a Asked, step Step) (Outcome, error) {
	if err := t.must(Text{"撤销建筑物的修改", "take a change of buildings back"}, RoleGIS, RoleAdministrator); err != nil {
		return Outcome{}, err
	}
	past, err := t.pastBuildings(ctx, step.Revision)
	if err != nil {
		return Outcome{}, err
	}
	if len(past) == 0 {
		return Outcome{}, refuse(NotFound, "not_found", "没有找到,或不在您的范围内", "not found, or outside your scope")
	}
	ids, places := make([]int64, len(past)), make([]Code, len(past))
	for i, p := range past {
		ids[i], places[i] = p.ID, p.Place
	}
	r := &rebuilding{verb: step.Verb, reason: a.Reason, back: &step}
	if r.before, err = t.heldBuildings(ctx, ids, places...); err != nil {
		return Outcome{}, err
	}
	for i, p := range past {
		if r.before[i].Revision != p.LeftAt {
			return Outcome{}, refuse(Conflict, "depended_on", "建筑物 %d 之后又有修改,请先撤销后来的修改",
				"building %d was changed since; undo that first", r.before[i].Number)
		}
		r.after = append(r.after, p.again(r.before[i]))
		r.gone = r.gone || !p.Existed
		if p.Place != r.before[i].Place {
			if err := t.judgeStates(ctx, p.Place, r.before[i].Place); err != nil {
				return Outcome{}, err
			}
		}
	}
	if err := t.readDoorsBack(ctx, r); err != nil {
		return Outcome{}, err
	}
	if err := t.judgeBack(ctx, r); err != nil {
		return Outcome{}, err
	}
	out, err := t.rebuild(ctx, r)
	if err != nil || !t.writing {
		return out, err
	}
	if err := t.pastAgain(ctx, step.Revision); err != nil {
		return out, err
	}
	return out, t.reopenFlags(ctx, step)
}

// readDoorsBack reads which dwellings a change of buildings moved or ended, to go the other way.
func (t *tx) readDoorsBack(ctx context.Context, r *rebuilding) error {
	const sql = `
		SELECT m.id::uuid, m.place, m.to_place, m.building, m.to_building, m.became,
		       (SELECT count(*)
		          FROM moves h
		         WHERE h.county = m.county AND h.revision = m.revision AND h.subject = 'household' AND h.became <> ''
		           AND EXISTS (SELECT FROM households o WHERE o.county = h.county AND o.id = h.id::uuid AND o.dwelling = m.id::uuid))
		  FROM moves m
		 WHERE m.county = $1 AND m.revision = $2 AND m.subject = 'dwelling'
		 ORDER BY m.id`
	rows, err := t.Query(ctx, sql, t.county, r.back.Revision)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var d doorGoing
		var became string
		if err := rows.Scan(&d.dwelling.ID, &d.toPlace, &d.place, &d.to, &d.dwelling.Building, &became, &d.homes); err != nil {
			return err
		}
		if became != "" {
			d.became = uuid.MustParse(became)
		}
		r.doors = append(r.doors, d)
	}
	return rows.Err()
}

// judgeBack refuses to take back what was called on since, and a building that has dwellings.
func (t *tx) judgeBack(ctx context.Context, r *rebuilding) error {
	moved := make([]uuid.UUID, len(r.doors))
	for i, d := range r.doors {
		moved[i] = d.dwelling.ID
	}
	const called = `SELECT EXISTS (SELECT FROM visits WHERE county = $1 AND dwelling = ANY ($2) AND received_at > $3)`
	var since bool
	if err := t.QueryRow(ctx, called, t.county, moved, r.back.At).Scan(&since); err != nil {
		return err
	}
	if since {
		return refuse(Conflict, "depended_on", "随它变动的住房单元已有入户,不能撤销;请用新的修改代替",
			"dwellings that went along were called on since, so it cannot be undone; make a new change instead")
	}
	if !r.gone {
		return nil
	}
	living, err := t.livingOf(ctx, r.ids())
	if err == nil && living[r.before[0].ID].dwellings > 0 {
		return refuse(Conflict, "depended_on", "%d 号建筑物已有住房单元,不能撤销;请标记它", "building %d has dwellings by now; mark it instead", r.before[0].Number)
	}
	return err
}

// queueDoorsBack takes dwellings and households back to where they were: those that went on by themselves first, for a door is
// found once in a building.
func (t *tx) queueDoorsBack(r *rebuilding) {
	sorted := slices.Clone(r.doors)
	slices.SortStableFunc(sorted, func(a, b doorGoing) int { return truth(a.became != uuid.Nil) - truth(b.became != uuid.Nil) })
	for _, d := range sorted {
		const back = `
			UPDATE dwellings
			   SET building = CASE WHEN $3::bigint > 0 THEN $3 ELSE building END,
			       sub_area = $4,
			       retired_at = CASE WHEN $5 THEN NULL ELSE retired_at END,
			       replaced_by = CASE WHEN $5 THEN NULL ELSE replaced_by END,
			       reason = CASE WHEN $5 THEN '' ELSE reason END,
			       changed_at = $6,
			       revision = revision + 1
			 WHERE county = $1 AND id = $2`
		t.later("move doors back", back, t.county, d.dwelling.ID, d.to, d.toPlace, d.became != uuid.Nil, t.now)
		t.later("move doors back", noteDoor, t.county, r.revision, d.dwelling.ID.String(), d.place, d.toPlace, d.dwelling.Building, d.to, "")
	}
	const households = `
		WITH old AS MATERIALIZED (
			SELECT m.id, m.id::uuid AS household, m.place, m.number, m.to_place, m.to_number, m.became, m.was
			  FROM moves m
			 WHERE m.county = $1 AND m.revision = $2 AND m.subject = 'household'
		), written AS (
			UPDATE households h
			   SET sub_area = o.place,
			       number = o.number,
			       collection = CASE WHEN o.became <> '' AND h.collection = 'duplicate_of' THEN o.was ELSE h.collection END,
			       changed_at = $4,
			       revision = h.revision + 1
			  FROM old o
			 WHERE h.county = $1 AND h.id = o.household
		)
		INSERT INTO moves (county, revision, subject, id, place, number, to_place, to_number)
		SELECT $1, $3, 'household', o.id, o.to_place, o.to_number, o.place, o.number
		  FROM old o`
	t.later("move doors back", households, t.county, r.back.Revision, r.revision, t.now)
}

// reopenFlags opens the flags again that a change closed, where no other says the same.
func (t *tx) reopenFlags(ctx context.Context, step Step) error {
	ids := idsIn(step.Detail["flags"])
	if len(ids) == 0 {
		return nil
	}
	const sql = `
		UPDATE flags f
		   SET state = 'reopened',
		       code = NULL,
		       reason = 'undo',
		       closed_at = NULL,
		       closed_by = NULL,
		       revision = f.revision + 1
		 WHERE f.county = $1 AND f.id = ANY ($2) AND f.closed_at IS NOT NULL
		   AND NOT EXISTS (SELECT FROM flags o
		                    WHERE o.county = f.county AND o.check_name = f.check_name AND o.place = f.place AND o.closed_at IS NULL
		                      AND coalesce(o.building, 0) = coalesce(f.building, 0))`
	if _, err := t.Exec(ctx, sql, t.county, ids); err != nil {
		return fmt.Errorf("open flags again: %w", err)
	}
	return t.liveChanged(ctx, "flag", step.Place)
}
