package areas

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// called lists the dwellings that were called on, in the order of their ids.
func (w *walk) called() []*calledOn {
	var out []*calledOn
	for _, d := range w.dwellings {
		if d.called {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b *calledOn) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return out
}

// writeCalls writes what a walk found: households, dwellings, visits and their events, each as one statement over columns.
// They are sent with what is asked next.
func (t *tx) writeCalls(ctx context.Context, w *walk) error {
	t.writeDwellings(w)
	t.writeHouseholds(w)
	t.writeVisits(w)
	t.giveWayToInterviews(w)
	return t.recordCalls(ctx, w)
}

func (t *tx) writeHouseholds(w *walk) {
	var ids, dwellings []uuid.UUID
	var subAreas []Code
	var kinds, collections, hmt, death []string
	var numbers, registered, elsewhere, pending, absent []int
	for _, d := range w.called() {
		for _, h := range d.Households {
			ids, dwellings, subAreas = append(ids, h.ID), append(dwellings, d.ID), append(subAreas, d.SubArea)
			kinds, collections, numbers = append(kinds, h.Kind), append(collections, h.Collection), append(numbers, h.Number)
			hmt, death = append(hmt, h.HMTForm), append(death, h.DeathForm)
			registered = append(registered, h.Persons.PresentRegistered)
			elsewhere = append(elsewhere, h.Persons.PresentElsewhere)
			pending = append(pending, h.Persons.PresentPending)
			absent = append(absent, h.Persons.AbsentRegistered)
		}
	}
	if len(ids) == 0 {
		return
	}
	const sql = `
		INSERT INTO households AS h (county, id, sub_area, dwelling, number, kind, collection, present_registered,
		                             present_elsewhere, present_pending, absent_registered, hmt_form, death_form, changed_at)
		SELECT $1, n.id, n.sub_area, n.dwelling, n.number, n.kind, n.collection, n.registered, n.elsewhere, n.pending, n.absent,
		       n.hmt, n.death, $14
		  FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::int[], $9::int[], $10::int[],
		              $11::int[], $12::text[], $13::text[])
		    AS n (id, sub_area, dwelling, number, kind, collection, registered, elsewhere, pending, absent, hmt, death)
		 ORDER BY n.sub_area, n.number
		    ON CONFLICT (county, id) DO UPDATE
		   SET collection = EXCLUDED.collection,
		       present_registered = EXCLUDED.present_registered,
		       present_elsewhere = EXCLUDED.present_elsewhere,
		       present_pending = EXCLUDED.present_pending,
		       absent_registered = EXCLUDED.absent_registered,
		       hmt_form = EXCLUDED.hmt_form,
		       death_form = EXCLUDED.death_form,
		       changed_at = EXCLUDED.changed_at,
		       revision = h.revision + 1
		 WHERE (h.collection, h.present_registered, h.present_elsewhere, h.present_pending, h.absent_registered, h.hmt_form, h.death_form)
		       <> (EXCLUDED.collection, EXCLUDED.present_registered, EXCLUDED.present_elsewhere, EXCLUDED.present_pending,
		           EXCLUDED.absent_registered, EXCLUDED.hmt_form, EXCLUDED.death_form)`
	t.later("write households", sql, t.county, ids, subAreas, dwellings, numbers, kinds, collections, registered, elsewhere, pending,
		absent, hmt, death, t.now)
}

func (t *tx) writeDwellings(w *walk) {
	var ids []uuid.UUID
	var occupancies, evidence []string
	var attempts []int
	var resolved []bool
	var visited, next, corrected []*time.Time
	for _, d := range w.called() {
		ids, occupancies, evidence = append(ids, d.ID), append(occupancies, d.Occupancy), append(evidence, strings.Join(d.Evidence, ","))
		attempts, resolved = append(attempts, d.Attempts), append(resolved, d.Resolved)
		visited, next, corrected = append(visited, d.VisitedAt), append(next, d.NextCallAt), append(corrected, d.CorrectedAt)
	}
	if len(ids) == 0 {
		return
	}
	const sql = `
		UPDATE dwellings d
		   SET occupancy = n.occupancy,
		       evidence = string_to_array(n.evidence, ','),
		       attempts = n.attempts,
		       resolved = n.resolved,
		       visited_at = n.visited_at,
		       next_call_at = n.next_call_at,
		       corrected_at = n.corrected_at,
		       changed_at = $2,
		       revision = d.revision + 1
		  FROM unnest($3::uuid[], $4::text[], $5::text[], $6::int[], $7::boolean[], $8::timestamptz[], $9::timestamptz[],
		              $10::timestamptz[])
		    AS n (id, occupancy, evidence, attempts, resolved, visited_at, next_call_at, corrected_at)
		 WHERE d.county = $1 AND d.id = n.id`
	t.later("write dwellings", sql, t.county, t.now, ids, occupancies, evidence, attempts, resolved, visited, next, corrected)
}

func (t *tx) writeVisits(w *walk) {
	n := len(w.visits)
	ids, dwellings, enumerators := make([]uuid.UUID, n), make([]uuid.UUID, n), make([]uuid.UUID, n)
	households, assignments := make([]*uuid.UUID, n), make([]*uuid.UUID, n)
	subAreas, rounds, results, notes := make([]Code, n), make([]string, n), make([]string, n), make([]string, n)
	at, next := make([]time.Time, n), make([]*time.Time, n)
	corrections := make([]bool, n)
	positions, accuracies, distances := make([]*orb.Point, n), make([]*float32, n), make([]*float32, n)
	for i, v := range w.visits {
		ids[i], dwellings[i], enumerators[i] = v.ID, v.Dwelling, v.Enumerator
		households[i], assignments[i] = v.Household, v.Assignment
		subAreas[i], rounds[i], results[i], notes[i] = v.SubArea, v.Round, v.Result, v.Note
		at[i], next[i], corrections[i] = v.At, v.NextCallAt, v.Correction
		positions[i], accuracies[i], distances[i] = v.Position, v.AccuracyM, v.DistanceM
	}
	const sql = `
		INSERT INTO visits (county, id, sub_area, dwelling, household, round, assignment, enumerator, result, at, received_at,
		                    position, accuracy_m, distance_m, note, next_call_at, correction)
		SELECT $1, n.id, n.sub_area, n.dwelling, n.household, n.round, n.assignment, n.enumerator, n.result, n.at, $2,
		       n.position, n.accuracy_m, n.distance_m,
		       CASE WHEN n.note <> '' AND EXISTS (SELECT FROM dwellings d -- nothing is noted at the doors of a sensitive building
		                                            JOIN buildings b ON b.county = d.county AND b.id = d.building
		                                           WHERE d.county = $1 AND d.id = n.dwelling AND b.sensitive)
		            THEN '' ELSE n.note END,
		       n.next_call_at, n.correction
		  FROM unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::uuid[], $9::uuid[], $10::text[],
		              $11::timestamptz[], $12::geometry[], $13::real[], $14::real[], $15::text[], $16::timestamptz[],
		              $17::boolean[])
		    AS n (id, sub_area, dwelling, household, round, assignment, enumerator, result, at, position, accuracy_m,
		          distance_m, note, next_call_at, correction)`
	t.later("write visits", sql, t.county, t.now, ids, subAreas, dwellings, households, rounds, assignments, enumerators, results,
		at, positions, accuracies, distances, notes, next, corrections)
}

// recordCalls writes the events of visits: of each by itself, or of those in a place together.
func (t *tx) recordCalls(ctx context.Context, w *walk) error {
	places := w.places()
	if t.acting != nil {
		places = w.subAreas() // each has an actor of its own
	}
	for _, place := range places {
		var there []Visit
		for _, v := range w.visits {
			if v.SubArea.Within(place) {
				there = append(there, v)
			}
		}
		subject, detail := "place/"+string(place), map[string]any{"visits": len(there)}
		if v := there[0]; len(there) == 1 {
			subject, detail = "dwelling/"+v.Dwelling.String(), map[string]any{"visit": v.ID, "result": v.Result}
		}
		if err := t.record(ctx, "visit", place, subject, detail); err != nil {
			return err
		}
	}
	return nil
}
