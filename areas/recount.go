package areas

import (
	"context"
)

// lockCounts takes the count rows of sub-areas in the order of their codes. Whoever changes what they count holds them
// first, so that two who write in the same sub-area come one after the other and never deadlock.
func (t *tx) lockCounts(ctx context.Context, subAreas []Code) error {
	_, err := t.Exec(ctx, lockCountsOfSubAreas, t.county, subAreas)
	return err
}

const lockCountsOfSubAreas = `
	SELECT sub_area
	  FROM coverage
	 WHERE county = $1 AND sub_area = ANY ($2)
	 ORDER BY sub_area
	   FOR UPDATE`

// lockCountsWithin is lockCounts for all of a place.
func (t *tx) lockCountsWithin(ctx context.Context, place Code) error {
	lo, hi := place.span()
	const sql = `
		SELECT sub_area
		  FROM coverage
		 WHERE county = $1 AND sub_area >= $2 AND sub_area < $3
		 ORDER BY sub_area
		   FOR UPDATE`
	_, err := t.Exec(ctx, sql, t.county, lo, hi)
	return err
}

// recount counts every sub-area of a place anew and writes what differs. The same statement serves one visit and the whole
// county, so that the two cannot disagree.
func (t *tx) recount(ctx context.Context, place Code) error {
	args, err := t.countWhat(ctx, place)
	if err == nil {
		t.later("count "+string(place)+" anew", countWithin, args...)
	}
	return err
}

// recounted is recount that tells which sub-areas differed.
func (t *tx) recounted(ctx context.Context, place Code) ([]Code, error) {
	args, err := t.countWhat(ctx, place)
	if err != nil {
		return nil, err
	}
	rows, err := t.Query(ctx, countWithin, args...)
	if err != nil {
		return nil, err
	}
	return collectCodes(rows)
}

// recountEach counts single sub-areas anew.
func (t *tx) recountEach(ctx context.Context, subAreas []Code) error {
	if len(subAreas) == 0 {
		return nil
	}
	settings, err := t.settings(ctx)
	if err == nil {
		t.later("count anew", countEach, t.county, settings.VacancyEvidence, doneCollections, t.now, subAreas)
	}
	return err
}

// countWhat gives the values that countWithin takes.
func (t *tx) countWhat(ctx context.Context, place Code) ([]any, error) {
	settings, err := t.settings(ctx)
	lo, hi := place.span()
	return []any{t.county, settings.VacancyEvidence, doneCollections, t.now, lo, hi}, err
}

// What is counted anew: all sub-areas of a span of codes, or those of a list.
const (
	countWithin = countWhere + `s.code >= $5 AND s.code < $6` + keepCounts
	countEach   = countWhere + `s.code = ANY ($5)` + keepCounts
)

// countWhere counts each sub-area by itself, whether there is one or thousands of them.
const countWhere = `
	INSERT INTO coverage AS c (county, sub_area, buildings, footprints, footprints_visited, footprints_listed, expected,
	                           listed, occupied, vacant, vacant_evidenced, out_of_scope, no_contact, refused, unlisted,
	                           dwellings_resolved, households, complete, self_response, persons, visits, last_visit_at,
	                           counted_at)
	SELECT s.county,
	       s.code,
	       n.buildings,
	       n.footprints,
	       n.footprints_visited,
	       n.footprints_listed,
	       coalesce(s.expected_households, n.expected, 0),
	       n.listed,
	       n.occupied,
	       n.vacant,
	       n.vacant_evidenced,
	       n.out_of_scope,
	       n.no_contact,
	       h.refused,
	       n.unlisted,
	       n.resolved,
	       h.households,
	       h.complete,
	       h.self_response,
	       h.persons,
	       v.visits,
	       v.last_visit_at,
	       $4
	  FROM sub_areas s
	 CROSS JOIN LATERAL (
		WITH doors AS (
			SELECT d.building,
			       count(*) FILTER (WHERE d.occupancy <> 'unlisted') AS listed,
			       count(*) FILTER (WHERE d.occupancy = 'unlisted') AS unlisted,
			       count(*) FILTER (WHERE d.occupancy = 'occupied') AS occupied,
			       count(*) FILTER (WHERE d.occupancy IN ('vacant', 'vacant_with_hukou', 'seasonal')) AS vacant,
			       count(*) FILTER (WHERE d.occupancy = 'seasonal' OR d.occupancy IN ('vacant', 'vacant_with_hukou')
			                          AND cardinality(d.evidence) >= $2) AS vacant_evidenced,
			       count(*) FILTER (WHERE d.occupancy IN ('non_residential', 'under_construction', 'demolished')) AS out_of_scope,
			       count(*) FILTER (WHERE d.occupancy = 'no_answer') AS no_contact,
			       count(*) FILTER (WHERE d.resolved) AS resolved,
			       bool_or(d.attempts > 0) AS visited
			  FROM dwellings d
			 WHERE d.county = $1 AND d.sub_area = s.code AND d.retired_at IS NULL
			 GROUP BY d.building
		), built AS (
			SELECT count(*) AS buildings,
			       count(*) FILTER (WHERE footprint) AS footprints,
			       count(*) FILTER (WHERE footprint AND b.id IN (SELECT building FROM doors WHERE visited)) AS footprints_visited,
			       count(*) FILTER (WHERE footprint AND b.id IN (SELECT building FROM doors WHERE listed > 0)) AS footprints_listed,
			       sum(b.expected_dwellings) AS expected
			  FROM buildings b
			 CROSS JOIN LATERAL (SELECT b.standing = 'confirmed' AND b.kind IN ('residential', 'mixed', 'collective') AS footprint) f
			 WHERE b.county = $1 AND b.place = s.code AND b.retired_at IS NULL AND b.standing IN ('confirmed', 'proposed')
		), dwelt AS (
			SELECT coalesce(sum(listed), 0) AS listed,
			       coalesce(sum(unlisted), 0) AS unlisted,
			       coalesce(sum(occupied), 0) AS occupied,
			       coalesce(sum(vacant), 0) AS vacant,
			       coalesce(sum(vacant_evidenced), 0) AS vacant_evidenced,
			       coalesce(sum(out_of_scope), 0) AS out_of_scope,
			       coalesce(sum(no_contact), 0) AS no_contact,
			       coalesce(sum(resolved), 0) AS resolved
			  FROM doors
		)
		SELECT * FROM built CROSS JOIN dwelt
	 ) n
	 CROSS JOIN LATERAL (
		SELECT count(*) AS households,
		       count(*) FILTER (WHERE done) AS complete,
		       count(*) FILTER (WHERE h.collection = 'sr_submitted') AS self_response,
		       count(*) FILTER (WHERE h.collection = 'refused') AS refused,
		       coalesce(sum(h.present_registered + h.present_elsewhere + h.present_pending) FILTER (WHERE done), 0) AS persons
		  FROM households h
		 CROSS JOIN LATERAL (SELECT h.collection = ANY ($3) AS done) c
		 WHERE h.county = $1 AND h.sub_area = s.code AND h.retired_at IS NULL
		   AND h.collection NOT IN ('duplicate_of', 'superseded')
	 ) h
	 CROSS JOIN LATERAL (
		SELECT count(*) AS visits, max(v.at) AS last_visit_at
		  FROM visits v
		 WHERE v.county = $1 AND v.sub_area = s.code AND v.round <> 'pes'
	 ) v
	 WHERE s.county = $1 AND s.retired_at IS NULL AND `

// keepCounts writes what differs, and tells which those are.
const keepCounts = `
	 ORDER BY s.code
	    ON CONFLICT (county, sub_area) DO UPDATE
	   SET buildings = EXCLUDED.buildings,
	       footprints = EXCLUDED.footprints,
	       footprints_visited = EXCLUDED.footprints_visited,
	       footprints_listed = EXCLUDED.footprints_listed,
	       expected = EXCLUDED.expected,
	       listed = EXCLUDED.listed,
	       occupied = EXCLUDED.occupied,
	       vacant = EXCLUDED.vacant,
	       vacant_evidenced = EXCLUDED.vacant_evidenced,
	       out_of_scope = EXCLUDED.out_of_scope,
	       no_contact = EXCLUDED.no_contact,
	       refused = EXCLUDED.refused,
	       unlisted = EXCLUDED.unlisted,
	       dwellings_resolved = EXCLUDED.dwellings_resolved,
	       households = EXCLUDED.households,
	       complete = EXCLUDED.complete,
	       self_response = EXCLUDED.self_response,
	       persons = EXCLUDED.persons,
	       visits = EXCLUDED.visits,
	       last_visit_at = EXCLUDED.last_visit_at,
	       counted_at = EXCLUDED.counted_at,
	       revision = c.revision + 1
	 WHERE (c.buildings, c.footprints, c.footprints_visited, c.footprints_listed, c.expected, c.listed, c.occupied, c.vacant,
	        c.vacant_evidenced, c.out_of_scope, c.no_contact, c.refused, c.unlisted, c.dwellings_resolved, c.households,
	        c.complete, c.self_response, c.persons, c.visits)
	       <> (EXCLUDED.buildings, EXCLUDED.footprints, EXCLUDED.footprints_visited, EXCLUDED.footprints_listed,
	           EXCLUDED.expected, EXCLUDED.listed, EXCLUDED.occupied, EXCLUDED.vacant, EXCLUDED.vacant_evidenced,
	           EXCLUDED.out_of_scope, EXCLUDED.no_contact, EXCLUDED.refused, EXCLUDED.unlisted, EXCLUDED.dwellings_resolved,
	           EXCLUDED.households, EXCLUDED.complete, EXCLUDED.self_response, EXCLUDED.persons, EXCLUDED.visits)
	RETURNING c.sub_area`
