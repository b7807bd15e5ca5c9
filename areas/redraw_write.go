package areas

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"canvass/geo"
)

// writeRedrawing writes a change, in as few ways to the database and back as it takes. The rows of sub-areas are locked
// already; counts come next, as whoever records a visit locks them first, then the frame's revision, which is taken last of all
// locks.
func (t *tx) writeRedrawing(ctx context.Context, r *redrawing, out *Outcome) error {
	t.later("lock counts", lockCountsOfSubAreas, t.county, r.movedCodes())
	place := r.place()
	var err error
	detail := map[string]any{"reason": r.reason, "from": r.movedCodes(), "to": r.codesAfter(), "buildings": len(out.Moved)}
	if r.back != nil {
		detail["undoes"] = r.back.Revision
	}
	maps.Copy(detail, r.detail)
	r.noteAssignments(out, detail)
	if r.revision, err = t.revise(ctx, r.verb, place, detail); err != nil {
		return err
	}
	t.queueMembers(r)
	t.queueStanding(r)
	if t.queueAssignments(out) {
		if err := t.accessChanged(ctx); err != nil {
			return err
		}
	}
	if r.back != nil {
		t.queueNumbers(r)
	}
	if err := t.raiseParents(ctx, r); err != nil {
		return fmt.Errorf("follow with the boundaries of areas and towns: %w", err)
	}
	t.noteRedrawn(r)
	if err := t.queueCounts(ctx, r); err != nil {
		return err
	}
	return t.record(ctx, r.verb, place, "place/"+string(place), detail)
}

// revise takes the frame's next revision, once what is queued was done. It is counted under a lock of the county's, held until
// the transaction ends.
func (t *tx) revise(ctx context.Context, verb string, place Code, detail map[string]any) (int64, error) {
	const lock = `SELECT pg_advisory_xact_lock(hashtextextended('canvass frame ' || $1, 0))`
	const sql = `
		INSERT INTO revisions (county, revision, place, verb, actor, at, detail)
		SELECT $1, coalesce(max(revision), 0) + 1, $2, $3, $4, clock_timestamp(), $5
		  FROM revisions
		 WHERE county = $1
		RETURNING revision`
	type row struct {
		Revision int64 `db:"revision"`
	}
	var taken []row
	t.later("wait for the frame's revision", lock, t.county)
	ask(&t.piped, &taken, sql, t.county, place, verb, t.actorID(), detail)
	if err := t.send(ctx); err != nil {
		return 0, fmt.Errorf("take the frame's revision: %w", err)
	}
	return taken[0].Revision, nil
}

// place is the code that holds all that a change touches.
func (r *redrawing) place() Code {
	common, err := commonPlace(r.codesAfter(), func(c Code) Code { return c })
	if err != nil {
		return r.before[0].Code.County()
	}
	return common
}

// codesAfter lists the codes of all that moves, gone and new.
func (r *redrawing) codesAfter() []Code {
	var out []Code
	for _, i := range r.moved {
		out = append(out, r.code[i])
	}
	return out
}

// noteRedrawn tells the map where sub-areas stood and stand, and of the buildings that are another's now.
func (t *tx) noteRedrawn(r *redrawing) {
	for _, i := range slices.Concat(r.moved, r.bent) {
		if !r.isNew(i) {
			t.note(drawnAt("sub_areas", r.code[i].mapID(), t.county, r.before[i].Geometry))
		}
		if !r.isGone(i) {
			t.note(drawnAt("sub_areas", r.code[i].mapID(), t.county, r.after[i]))
		}
	}
	for _, s := range r.standing {
		if s.Live && r.codeOf(s) != s.Place {
			t.note(drawnAt("buildings", s.ID, t.county, s.Geometry))
		}
	}
}

// drawnAt is a feature where it stood or stands.
func drawnAt(layer string, id int64, county Code, g orb.Geometry) drawn {
	b := g.Bound()
	d := drawnIn(county, layer, &b)
	d.ID = &id
	return d
}

// queueMembers writes the past of what changes, then new, changed and retired sub-areas, then who followed whom.
func (t *tx) queueMembers(r *redrawing) {
	for _, i := range slices.Concat(r.moved, r.bent) {
		switch {
		case r.isNew(i):
			t.queueNew(r, i)
		case r.isGone(i):
			t.queuePast(r, r.before[i].Code, true)
			const retire = `
				UPDATE sub_areas
				   SET retired_at = $3,
				       replaced_by = $4,
				       revision = revision + 1
				 WHERE county = $1 AND code = $2`
			t.later("retire a sub-area", retire, t.county, r.code[i], t.now, r.heirs(i))
		default:
			t.queuePast(r, r.before[i].Code, true)
			t.queueGround(r, i)
			if _, again := r.restored[i]; again {
				t.queueRestored(r, i)
			}
		}
	}
	t.queueLineage(r)
}

// queueGround gives a sub-area that is there its ground, its state and what is expected of it.
func (t *tx) queueGround(r *redrawing, i int) {
	const sql = `
		UPDATE sub_areas
		   SET geom = $3,
		       point = $4,
		       state = coalesce($5, state),
		       expected_households = coalesce($6, expected_households),
		       revision = revision + 1
		 WHERE county = $1 AND code = $2`
	var state *string
	var expected *int
	if _, again := r.restored[i]; !again && slices.Contains(r.moved, i) {
		after := r.stateAfter(i)
		state, expected = &after, r.expected[i]
	}
	t.later("give a sub-area its ground", sql, t.county, r.code[i], r.after[i], geo.PointOnSurface(r.after[i]), state, expected)
}

// pastOfSubArea keeps what a sub-area was until a revision; of one that the revision made, that it was not.
const pastOfSubArea = `
	INSERT INTO past_members (county, code, revision, until, existed, retired, description, state, expected_households, geom)
	SELECT s.county, s.code, $3, r.at, $4, s.retired_at IS NOT NULL, s.description, s.state, s.expected_households,
	       CASE WHEN $4 THEN s.geom END
	  FROM sub_areas s
	  JOIN revisions r ON r.county = s.county AND r.revision = $3
	 WHERE s.county = $1 AND s.code = $2`

// queuePast writes what a sub-area was until now.
func (t *tx) queuePast(r *redrawing, code Code, existed bool) {
	t.later("keep what a sub-area was", pastOfSubArea, t.county, code, r.revision, existed)
}

func (t *tx) queueNew(r *redrawing, i int) {
	if _, again := r.restored[i]; again {
		t.queueBack(r, i)
		t.queueGround(r, i)
		return
	}
	const sql = `
		INSERT INTO sub_areas (county, code, description, state, geom, point, expected_households)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`
	t.later("add a sub-area", sql, t.county, r.code[i], r.words[i], r.stateAfter(i), r.after[i], geo.PointOnSurface(r.after[i]), r.expected[i])
	t.queuePast(r, r.code[i], false)
}

// heirs lists who has the ground of a member that is gone: whoever holds the most of it, and where its buildings went.
func (r *redrawing) heirs(gone int) []Code {
	out := map[Code]bool{}
	if to := r.successor[gone]; to >= 0 {
		out[r.code[to]] = true
	}
	for _, s := range r.standing {
		if s.Place == r.code[gone] {
			out[r.codeOf(s)] = true
		}
	}
	return slices.Sorted(maps.Keys(out))
}

// queueLineage writes who followed whom: each code to itself where it goes on, the divided to its pieces, the merged to the
// one that has its ground, and whoever lost buildings to whoever got them.
func (t *tx) queueLineage(r *redrawing) {
	var from, to []Code
	for _, i := range r.moved {
		if r.isGone(i) {
			for _, heir := range r.heirs(i) {
				from, to = append(from, r.code[i]), append(to, heir)
			}
			continue
		}
		for _, c := range r.from(i) {
			if !slices.ContainsFunc(r.moved, func(k int) bool { return r.code[k] == c && r.isGone(k) }) {
				from, to = append(from, c), append(to, r.code[i])
			}
		}
	}
	const sql = `
		INSERT INTO lineage (county, revision, from_code, to_code, verb)
		SELECT DISTINCT $1, $2::bigint, n.from_code, n.to_code, $3
		  FROM unnest($4::text[], $5::text[]) AS n (from_code, to_code)`
	t.later("write who followed whom", sql, t.county, r.revision, r.verb, from, to)
}

// noteAssignments keeps which assignments a change makes and ends, so that it can be taken back.
func (r *redrawing) noteAssignments(out *Outcome, detail map[string]any) {
	assigned, unassigned := []uuid.UUID{}, []uuid.UUID{}
	for k := range out.Assignments {
		switch a := &out.Assignments[k]; a.Effect {
		case "added":
			a.ID = uuid.Must(uuid.NewV7())
			assigned = append(assigned, a.ID)
		case "ended":
			unassigned = append(unassigned, a.ID)
		}
	}
	detail["assigned"], detail["unassigned"] = assigned, unassigned
}

// queueAssignments ends and adds assignments as the outcome tells, and says whether there are any such.
func (t *tx) queueAssignments(out *Outcome) bool {
	before := len(t.queued)
	for k := range out.Assignments {
		a := &out.Assignments[k]
		switch a.Effect {
		case "ended":
			const end = `UPDATE assignments SET ended_at = $3, revision = revision + 1 WHERE county = $1 AND id = $2`
			t.later("end an assignment", end, t.county, a.ID, t.now)
		case "added":
			const add = `
				INSERT INTO assignments (county, id, sub_area, round, enumerator, epoch, begun_at)
				SELECT $1, $2, $3, $4, $5, 1 + count(*), $6
				  FROM assignments
				 WHERE county = $1 AND sub_area = $3 AND round = $4`
			t.later("assign a sub-area", add, t.county, a.ID, a.SubArea, a.Round, a.Enumerator, t.now)
		}
	}
	return len(t.queued) > before
}

// queueCounts counts the sub-areas anew of which anything changed that is counted, and takes the counts of those that are gone
// away.
func (t *tx) queueCounts(ctx context.Context, r *redrawing) error {
	var gone, counted []Code
	for _, i := range r.moved {
		if r.isGone(i) {
			gone = append(gone, r.code[i])
			continue
		}
		if r.countedOtherwise(i) {
			counted = append(counted, r.code[i])
		}
		t.later("tell what changed", tellAll, liveChannel, liveNotice("coverage", r.code[i]).payload())
	}
	if err := t.recountEach(ctx, counted); err != nil {
		return err
	}
	if len(gone) > 0 {
		t.later("take counts away", `DELETE FROM coverage WHERE county = $1 AND sub_area = ANY ($2)`, t.county, gone)
	}
	return nil
}

// countedOtherwise tells whether a member may have other counts than before: where it is new, a building came or went, a tower
// was divided, another member ended, or other households are expected of it. Ground alone is not counted.
func (r *redrawing) countedOtherwise(i int) bool {
	if r.isNew(i) || r.back != nil || len(r.parts) > 0 || slices.ContainsFunc(r.moved, r.isGone) {
		return true
	}
	if e := r.before[i].Expected; r.expected[i] != nil && (e == nil || *e != *r.expected[i]) {
		return true
	}
	return slices.ContainsFunc(r.standing, func(s standing) bool {
		return r.codeOf(s) != s.Place && (s.to == i || s.Place == r.code[i])
	})
}
