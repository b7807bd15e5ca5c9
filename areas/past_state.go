package areas

import (
	"context"
	"slices"
)

// pastState is the state that a sub-area had until a revision, the one it went to, and the one it is in.
type pastState struct {
	Code  Code   `db:"code"`
	State string `db:"state"`
	To    string `db:"to_state"`
	Now   string `db:"now"`
}

// stateMove is a change of state of all sub-areas of a place that are in one of some states.
type stateMove struct {
	verb   string
	place  Code
	from   []string
	to     string
	reason string
}

// moveStates moves sub-areas to another state under a revision of the frame, which keeps the states they leave. It answers how
// many moved; where none does, nothing is written.
func (t *tx) moveStates(ctx context.Context, m stateMove) (moved int, revision int64, err error) {
	lo, hi := m.place.span()
	const count = `SELECT count(*) FROM sub_areas WHERE county = $1 AND code >= $2 AND code < $3 AND state = ANY ($4) AND retired_at IS NULL`
	if err := t.QueryRow(ctx, count, t.county, lo, hi, m.from).Scan(&moved); err != nil || moved == 0 {
		return 0, 0, err
	}
	detail := map[string]any{"to": m.to, "sub_areas": moved, "reason": m.reason}
	if m.verb == "move" && len(m.from) == 1 {
		detail["from"] = m.from[0]
	}
	if revision, err = t.revise(ctx, m.verb, m.place, detail); err != nil {
		return 0, 0, err
	}
	const keep = `
		INSERT INTO past_states (county, code, revision, until, state, to_state)
		SELECT s.county, s.code, $5, r.at, s.state, $6
		  FROM sub_areas s
		  JOIN revisions r ON r.county = s.county AND r.revision = $5
		 WHERE s.county = $1 AND s.code >= $2 AND s.code < $3 AND s.state = ANY ($4) AND s.retired_at IS NULL`
	if _, err := t.Exec(ctx, keep, t.county, lo, hi, m.from, revision, m.to); err != nil {
		return 0, 0, err
	}
	const move = `
		UPDATE sub_areas
		   SET state = $5,
		       revision = revision + 1
		 WHERE county = $1 AND code >= $2 AND code < $3 AND state = ANY ($4) AND retired_at IS NULL`
	if _, err := t.Exec(ctx, move, t.county, lo, hi, m.from, m.to); err != nil {
		return 0, 0, err
	}
	subject := "place/"
	if m.place.Level() == LevelSubArea {
		subject = "sub_area/"
	}
	return moved, revision, t.record(ctx, m.verb, m.place, subject+string(m.place), detail)
}

// statesAgain takes sub-areas back to the states that they had until a revision.
func (t *tx) statesAgain(ctx context.Context, step Step, reason string) (int64, error) {
	detail := map[string]any{"undoes": step.Revision, "reason": reason}
	revision, err := t.revise(ctx, "undo", step.Place, detail)
	if err != nil {
		return 0, err
	}
	const keep = `
		INSERT INTO past_states (county, code, revision, until, state, to_state)
		SELECT p.county, p.code, $3, r.at, p.to_state, p.state
		  FROM past_states p
		  JOIN revisions r ON r.county = p.county AND r.revision = $3
		 WHERE p.county = $1 AND p.revision = $2`
	if _, err := t.Exec(ctx, keep, t.county, step.Revision, revision); err != nil {
		return 0, err
	}
	const back = `
		UPDATE sub_areas s
		   SET state = p.state,
		       revision = s.revision + 1
		  FROM past_states p
		 WHERE p.county = $1 AND p.revision = $2 AND s.county = p.county AND s.code = p.code`
	if _, err := t.Exec(ctx, back, t.county, step.Revision); err != nil {
		return 0, err
	}
	return revision, t.record(ctx, "undo", step.Place, "place/"+string(step.Place), detail)
}

// statesBefore lists the states from which a sub-area may come to another.
func statesBefore(state string) (from []string) {
	for was, next := range nextStates {
		if slices.Contains(next, state) {
			from = append(from, was)
		}
	}
	slices.Sort(from)
	return from
}
