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
	args, err := t.counting(ctx, place)
	if err == nil {
		t.later("count "+string(place)+" anew", countAnew, args...)
	}
	return err
}

// recounted is recount that tells which sub-areas differed.
func (t *tx) recounted(ctx context.Context, place Code) ([]Code, error) {
	args, err := t.counting(ctx, place)
	if err != nil {
		return nil, err
	}
	rows, err := t.Query(ctx, countAnew, args...)
	if err != nil {
		return nil, err
	}
	return collectCodes(rows)
}

// counting gives what countAnew takes, and has it planned for as many rows as there are.
func (t *tx) counting(ctx context.Context, place Code) ([]any, error) {
	settings, err := t.settings(ctx)
	if err != nil {
		return nil, err
	}
	return t.countWhat(place, settings), t.inBulk(ctx, place)
}

// recountEach counts single sub-areas anew, in one go.
func (t *tx) recountEach(ctx context.Context, subAreas []Code) error {
	settings, err := t.settings(ctx)
	if err != nil {
		return err
	}
	for _, code := range subAreas {
		t.later("count anew", countAnew, t.countWhat(code, settings)...)
	}
	return nil
}

// countWhat are the values that countAnew counts a place with.
func (t *tx) countWhat(place Code, settings Settings) []any {
	lo, hi := place.span()
	return []any{t.county, lo, hi, settings.VacancyEvidence, doneCollections, t.now}
}

const countAnew = `
	WITH doors AS (
		SELECT d.sub_area,
		       d.building,
		       count(*) FILTER (WHERE d.occupancy <> 'unlisted') AS listed,
		       count(*) FILTER (WHERE d.occupancy = 'unlisted') AS unlisted,
		       count(*) FILTER (WHERE d.occupancy = 'occupied') AS occupied,
		       count(*) FILTER (WHERE d.occupancy IN ('vacant', 'vacant_with_hukou', 'seasonal')) AS vacant,
		       count(*) FILTER (WHERE d.occupancy = 'seasonal' OR d.occupancy IN ('vacant', 'vacant_with_hukou')
		                          AND cardinality(d.evidence) >= $4) AS vacant_evidenced,
		       count(*) FILTER (WHERE d.occupancy IN ('non_residential', 'under_construction', 'demolished')) AS out_of_scope,
		       count(*) FILTER (WHERE d.occupancy = 'no_answer') AS no_contact,
		       count(*) FILTER (WHERE d.resolved) AS resolved,
		       bool_or(d.attempts > 0) AS visited
		  FROM dwellings d
		 WHERE d.county = $1 AND d.sub_area >= $2 AND d.sub_area < $3 AND d.retired_at IS NULL
		 GROUP BY d.sub_area, d.building
	), dwelt AS (
		SELECT sub_area,
		       sum(listed) AS listed,
		       sum(unlisted) AS unlisted,
		       sum(occupied) AS occupied,
		       sum(vacant) AS vacant,
		       sum(vacant_evidenced) AS vacant_evidenced,
		       sum(out_of_scope) AS out_of_scope,
		       sum(no_contact) AS no_contact,
		       sum(resolved) AS dwellings_resolved
		  FROM doors
		 GROUP BY sub_area
	), built AS (
		SELECT b.place AS sub_area,
		       count(*) AS buildings,
		       count(*) FILTER (WHERE footprint) AS footprints,
		       count(*) FILTER (WHERE footprint AND o.visited) AS footprints_visited,
		       count(*) FILTER (WHERE footprint AND o.listed > 0) AS footprints_listed,
		       sum(b.expected_dwellings) AS expected
		  FROM buildings b
		 CROSS JOIN LATERAL (SELECT b.standing = 'confirmed' AND b.kind IN ('residential', 'mixed', 'collective') AS footprint) f
		  LEFT JOIN doors o ON o.sub_area = b.place AND o.building = b.id
		 WHERE b.county = $1 AND b.place >= $2 AND b.place < $3 AND length(b.place) = 15
		   AND b.retired_at IS NULL AND b.standing IN ('confirmed', 'proposed')
		 GROUP BY b.place
	), housed AS (
		SELECT h.sub_area,
		       count(*) AS households,
		       count(*) FILTER (WHERE done) AS complete,
		       count(*) FILTER (WHERE h.collection = 'sr_submitted') AS self_response,
		       count(*) FILTER (WHERE h.collection = 'refused') AS refused,
		       sum(h.present_registered + h.present_elsewhere + h.present_pending) FILTER (WHERE done) AS persons
		  FROM households h
		 CROSS JOIN LATERAL (SELECT h.collection = ANY ($5) AS done) c
		 WHERE h.county = $1 AND h.sub_area >= $2 AND h.sub_area < $3 AND h.retired_at IS NULL
		   AND h.collection NOT IN ('duplicate_of', 'superseded')
		 GROUP BY h.sub_area
	), called AS (
		SELECT v.sub_area, count(*) AS visits, max(v.at) AS last_visit_at
		  FROM visits v
		 WHERE v.county = $1 AND v.sub_area >= $2 AND v.sub_area < $3 AND v.round <> 'pes'
		 GROUP BY v.sub_area
	)
	INSERT INTO coverage AS c (county, sub_area, buildings, footprints, footprints_visited, footprints_listed, expected,
	                           listed, occupied, vacant, vacant_evidenced, out_of_scope, no_contact, refused, unlisted,
	                           dwellings_resolved, households, complete, self_response, persons, visits, last_visit_at,
	                           counted_at)
	SELECT s.county,
	       s.code,
	       coalesce(built.buildings, 0),
	       coalesce(built.footprints, 0),
	       coalesce(built.footprints_visited, 0),
	       coalesce(built.footprints_listed, 0),
	       coalesce(s.expected_households, built.expected, 0),
	       coalesce(dwelt.listed, 0),
	       coalesce(dwelt.occupied, 0),
	       coalesce(dwelt.vacant, 0),
	       coalesce(dwelt.vacant_evidenced, 0),
	       coalesce(dwelt.out_of_scope, 0),
	       coalesce(dwelt.no_contact, 0),
	       coalesce(housed.refused, 0),
	       coalesce(dwelt.unlisted, 0),
	       coalesce(dwelt.dwellings_resolved, 0),
	       coalesce(housed.households, 0),
	       coalesce(housed.complete, 0),
	       coalesce(housed.self_response, 0),
	       coalesce(housed.persons, 0),
	       coalesce(called.visits, 0),
	       called.last_visit_at,
	       $6
	  FROM sub_areas s
	  LEFT JOIN built ON built.sub_area = s.code
	  LEFT JOIN dwelt ON dwelt.sub_area = s.code
	  LEFT JOIN housed ON housed.sub_area = s.code
	  LEFT JOIN called ON called.sub_area = s.code
	 WHERE s.county = $1 AND s.code >= $2 AND s.code < $3 AND s.retired_at IS NULL
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
