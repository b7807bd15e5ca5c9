package areas

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"canvass/geo"
)

// writeRedrawing writes a change, in as few ways to the database and back as it takes. The rows of sub-areas are locked
// already; counts come next, as whoever records a visit locks them first, then the frame's revision, which is taken last of all
// locks.
func (t *tx) writeRedrawing(ctx context.Context, r *redrawing, out *Outcome) error {
	batch := &pgx.Batch{}
	batch.Queue(lockCountsOfSubAreas, t.county, r.movedCodes())
	place := r.place()
	var err error
	detail := map[string]any{"reason": r.reason, "from": r.movedCodes(), "to": r.codesAfter(), "buildings": len(out.Moved)}
	if r.back != nil {
		detail["undoes"] = r.back.Revision
	}
	maps.Copy(detail, r.detail)
	r.noteAssignments(out, detail)
	if r.revision, err = t.reviseAfter(ctx, batch, revising{r.verb, place, detail}); err != nil {
		return err
	}
	batch = &pgx.Batch{}
	t.queueMembers(batch, r)
	t.queueStanding(batch, r)
	reassigned := t.queueAssignments(batch, out)
	if err := t.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("write sub-areas and what stands on them: %w", err)
	}
	if reassigned {
		if err := t.accessChanged(ctx); err != nil {
			return err
		}
	}
	if r.back != nil {
		if err := t.renumber(ctx, r); err != nil {
			return err
		}
	}
	if err := t.raiseParents(ctx, r); err != nil {
		return fmt.Errorf("follow with the boundaries of areas and towns: %w", err)
	}
	t.noteRedrawn(r)
	batch = &pgx.Batch{}
	if err := t.queueCounts(ctx, batch, r); err != nil {
		return err
	}
	t.queueEvent(batch, Event{Verb: r.verb, Place: place, Subject: "place/" + string(place), Detail: detail})
	if err := t.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("count anew and record %s of %s: %w", r.verb, place, err)
	}
	return nil
}

// revise takes the frame's next revision. It is counted under a lock of the county's, held until the transaction ends.
func (t *tx) revise(ctx context.Context, verb string, place Code, detail map[string]any) (int64, error) {
	return t.reviseAfter(ctx, &pgx.Batch{}, revising{verb, place, detail})
}

// revising is what a revision of the frame is of.
type revising struct {
	verb   string
	place  Code
	detail map[string]any
}

// reviseAfter takes the frame's next revision once what is queued was done.
func (t *tx) reviseAfter(ctx context.Context, batch *pgx.Batch, r revising) (int64, error) {
	const lock = `SELECT pg_advisory_xact_lock(hashtextextended('canvass frame ' || $1, 0))`
	const sql = `
		INSERT INTO revisions (county, revision, place, verb, actor, at, detail)
		SELECT $1, coalesce(max(revision), 0) + 1, $2, $3, $4, clock_timestamp(), $5
		  FROM revisions
		 WHERE county = $1
		RETURNING revision`
	batch.Queue(lock, t.county)
	batch.Queue(sql, t.county, r.place, r.verb, t.actorID(), r.detail)
	answers := t.SendBatch(ctx, batch)
	defer answers.Close()
	for range batch.Len() - 1 {
		if _, err := answers.Exec(); err != nil {
			return 0, err
		}
	}
	var revision int64
	if err := answers.QueryRow().Scan(&revision); err != nil {
		return 0, fmt.Errorf("take the frame's revision: %w", err)
	}
	return revision, answers.Close()
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
		if s.Live && r.code[s.to] != s.Place {
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
func (t *tx) queueMembers(batch *pgx.Batch, r *redrawing) {
	for _, i := range slices.Concat(r.moved, r.bent) {
		switch {
		case r.isNew(i):
			t.queueNew(batch, r, i)
		case r.isGone(i):
			t.queuePast(batch, r, r.before[i].Code, true)
			const retire = `
				UPDATE sub_areas
				   SET retired_at = $3,
				       replaced_by = $4,
				       revision = revision + 1
				 WHERE county = $1 AND code = $2`
			batch.Queue(retire, t.county, r.code[i], t.now, r.heirs(i))
		default:
			t.queuePast(batch, r, r.before[i].Code, true)
			t.queueGround(batch, r, i)
			if _, again := r.restored[i]; again {
				t.queueRestored(batch, r, i)
			}
		}
	}
	t.queueLineage(batch, r)
}

// queueGround gives a sub-area that is there its ground, its state and what is expected of it.
func (t *tx) queueGround(batch *pgx.Batch, r *redrawing, i int) {
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
	batch.Queue(sql, t.county, r.code[i], r.after[i], geo.PointOnSurface(r.after[i]), state, expected)
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
func (t *tx) queuePast(batch *pgx.Batch, r *redrawing, code Code, existed bool) {
	batch.Queue(pastOfSubArea, t.county, code, r.revision, existed)
}

func (t *tx) queueNew(batch *pgx.Batch, r *redrawing, i int) {
	if _, again := r.restored[i]; again {
		t.queueBack(batch, r, i)
		t.queueGround(batch, r, i)
		return
	}
	const sql = `
		INSERT INTO sub_areas (county, code, description, state, geom, point, expected_households)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`
	batch.Queue(sql, t.county, r.code[i], r.words[i], r.stateAfter(i), r.after[i], geo.PointOnSurface(r.after[i]), r.expected[i])
	t.queuePast(batch, r, r.code[i], false)
}

// heirs lists who has the ground of a member that is gone: whoever holds the most of it, and where its buildings went.
func (r *redrawing) heirs(gone int) []Code {
	out := map[Code]bool{}
	if to := r.successor[gone]; to >= 0 {
		out[r.code[to]] = true
	}
	for _, s := range r.standing {
		if s.Place == r.code[gone] {
			out[r.code[s.to]] = true
		}
	}
	return slices.Sorted(maps.Keys(out))
}

// queueLineage writes who followed whom: each code to itself where it goes on, the divided to its pieces, the merged to the
// one that has its ground, and whoever lost buildings to whoever got them.
func (t *tx) queueLineage(batch *pgx.Batch, r *redrawing) {
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
	batch.Queue(sql, t.county, r.revision, r.verb, from, to)
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
func (t *tx) queueAssignments(batch *pgx.Batch, out *Outcome) bool {
	before := batch.Len()
	for k := range out.Assignments {
		a := &out.Assignments[k]
		switch a.Effect {
		case "ended":
			const end = `UPDATE assignments SET ended_at = $3, revision = revision + 1 WHERE county = $1 AND id = $2`
			batch.Queue(end, t.county, a.ID, t.now)
		case "added":
			const add = `
				INSERT INTO assignments (county, id, sub_area, round, enumerator, epoch, begun_at)
				SELECT $1, $2, $3, $4, $5, 1 + count(*), $6
				  FROM assignments
				 WHERE county = $1 AND sub_area = $3 AND round = $4`
			batch.Queue(add, t.county, a.ID, a.SubArea, a.Round, a.Enumerator, t.now)
		}
	}
	return batch.Len() > before
}

// queueCounts counts the sub-areas anew of which anything changed that is counted, and takes the counts of those that are gone
// away.
func (t *tx) queueCounts(ctx context.Context, batch *pgx.Batch, r *redrawing) error {
	settings, err := t.settings(ctx)
	if err != nil {
		return err
	}
	var gone []Code
	for _, i := range r.moved {
		if r.isGone(i) {
			gone = append(gone, r.code[i])
			continue
		}
		if r.countedOtherwise(i) {
			batch.Queue(countAnew, t.countWhat(r.code[i], settings)...)
		}
		batch.Queue(tellAll, liveChannel, liveNotice("coverage", r.code[i]).payload())
	}
	if len(gone) > 0 {
		batch.Queue(`DELETE FROM coverage WHERE county = $1 AND sub_area = ANY ($2)`, t.county, gone)
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
		return r.code[s.to] != s.Place && (s.to == i || s.Place == r.code[i])
	})
}
