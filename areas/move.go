package areas

import "slices"

// queueStanding lets what stands on the ground follow it, each move noted: buildings get the next numbers of their new
// sub-area in a serpentine from the north-west; dwellings go with their building, households with their dwelling under the
// next number, visits with theirs; flags go where they point.
func (t *tx) queueStanding(r *redrawing) {
	g := r.goings()
	before := len(t.queued)
	if len(g.ids) > 0 {
		t.later("move buildings", moveBuildings, t.county, r.revision, g.ids, g.from, g.to)
		t.later("move dwellings", moveDwellings, t.county, r.revision, g.ids, g.from, g.to, t.now)
	}
	t.queueHeirs(r)
	t.queueParts(r)
	if len(t.queued) > before { // else no dwelling moves
		t.later("move households", moveHouseholds, t.county, r.revision, t.now)
		t.later("move visits", moveVisits, t.county, r.revision)
	}
	for _, i := range r.moved {
		if heir := r.successor[i]; r.isGone(i) && heir >= 0 {
			g.add(0, r.code[i], r.code[heir])
		}
	}
	t.queueFlags(g)
}

// goings are buildings that change hands, column by column.
type goings struct {
	ids      []int64
	from, to []Code
}

func (g *goings) add(id int64, from, to Code) {
	g.ids, g.from, g.to = append(g.ids, id), append(g.from, from), append(g.to, to)
}

func (r *redrawing) goings() (out goings) {
	for _, s := range r.standing {
		if code := r.codeOf(s); code != s.Place {
			out.add(s.ID, s.Place, code)
		}
	}
	return out
}

// moveBuildings numbers buildings after the highest number that their new sub-area ever had.
const moveBuildings = `
	WITH going AS (
		SELECT b.id,
		       b.point,
		       b.number,
		       n.from_place,
		       n.to_place,
		       floor((max(ST_Y(b.point)) OVER (PARTITION BY n.to_place) - ST_Y(b.point)) / 0.0004)::int AS band
		  FROM unnest($3::bigint[], $4::text[], $5::text[]) AS n (id, from_place, to_place)
		  JOIN buildings b ON b.county = $1 AND b.id = n.id
	), highest AS (
		SELECT p.place,
		       greatest((SELECT max(b.number) FROM buildings b WHERE b.county = $1 AND b.place = p.place),
		                (SELECT max(m.number) FROM moves m WHERE m.county = $1 AND m.place = p.place AND m.subject = 'building'), 0) AS number
		  FROM (SELECT DISTINCT to_place AS place FROM going) p
	), numbered AS (
		SELECT g.*,
		       h.number + row_number() OVER (PARTITION BY g.to_place ORDER BY g.band,
		           CASE g.band % 2 WHEN 0 THEN ST_X(g.point) ELSE -ST_X(g.point) END, g.id) AS to_number
		  FROM going g
		  JOIN highest h ON h.place = g.to_place
	), gone AS (
		UPDATE buildings b
		   SET place = n.to_place,
		       number = n.to_number,
		       revision = b.revision + 1
		  FROM numbered n
		 WHERE b.county = $1 AND b.id = n.id
		RETURNING n.*
	)
	INSERT INTO moves (county, revision, subject, id, place, number, to_place, to_number)
	SELECT $1, $2, 'building', g.id::text, g.from_place, g.number, g.to_place, g.to_number
	  FROM gone g`

// moveDwellings moves the dwellings of buildings that lay in the building's own sub-area; a tower's that lie in another stay.
const moveDwellings = `
	WITH gone AS (
		UPDATE dwellings d
		   SET sub_area = n.to_place,
		       changed_at = $6,
		       revision = d.revision + 1
		  FROM unnest($3::bigint[], $4::text[], $5::text[]) AS n (building, from_place, to_place)
		 WHERE d.county = $1 AND d.building = n.building AND d.sub_area = n.from_place
		RETURNING d.id, n.from_place, n.to_place
	)
	INSERT INTO moves (county, revision, subject, id, place, to_place)
	SELECT $1, $2, 'dwelling', g.id::text, g.from_place, g.to_place
	  FROM gone g`

// moveHouseholds lets households follow the dwellings that moved, under the highest number ever plus one. The moves are read
// apart: reading an id out of text beside a row policy would keep the index of what it is compared with from serving.
const moveHouseholds = `
	WITH moved AS MATERIALIZED (
		SELECT id::uuid AS dwelling, to_place
		  FROM moves
		 WHERE county = $1 AND revision = $2 AND subject = 'dwelling'
	), going AS (
		SELECT h.id, h.sub_area AS from_place, h.number, m.to_place
		  FROM moved m
		  JOIN households h ON h.county = $1 AND h.dwelling = m.dwelling
		 WHERE h.sub_area <> m.to_place
	), highest AS (
		SELECT p.place,
		       greatest((SELECT max(h.number) FROM households h WHERE h.county = $1 AND h.sub_area = p.place AND h.number < 999),
		                (SELECT max(m.number) FROM moves m WHERE m.county = $1 AND m.place = p.place AND m.subject = 'household'
		                    AND m.number < 999), 0) AS number
		  FROM (SELECT DISTINCT to_place AS place FROM going) p
	), numbered AS (
		SELECT g.*, h.number + row_number() OVER (PARTITION BY g.to_place ORDER BY g.from_place, g.number) AS to_number
		  FROM going g
		  JOIN highest h ON h.place = g.to_place
	), gone AS (
		UPDATE households h
		   SET sub_area = n.to_place,
		       number = n.to_number,
		       changed_at = $3,
		       revision = h.revision + 1
		  FROM numbered n
		 WHERE h.county = $1 AND h.id = n.id
		RETURNING n.*
	)
	INSERT INTO moves (county, revision, subject, id, place, number, to_place, to_number)
	SELECT $1, $2, 'household', g.id::text, g.from_place, g.number, g.to_place, g.to_number
	  FROM gone g`

// moveVisits keeps visits with the dwelling they were paid to: whoever works there now must know of them.
const moveVisits = `
	WITH moved AS MATERIALIZED (
		SELECT id::uuid AS dwelling, to_place
		  FROM moves
		 WHERE county = $1 AND revision = $2 AND subject = 'dwelling'
	)
	UPDATE visits v
	   SET sub_area = m.to_place
	  FROM moved m
	 WHERE v.county = $1 AND v.dwelling = m.dwelling AND v.sub_area <> m.to_place`

// queueHeirs moves what is left in sub-areas that are gone to whoever has their ground: dwellings of towers that stand
// elsewhere.
func (t *tx) queueHeirs(r *redrawing) {
	for _, i := range r.moved {
		if to := r.successor[i]; r.isGone(i) && to >= 0 {
			const sql = `
				WITH going AS (
					UPDATE dwellings
					   SET sub_area = $4,
					       changed_at = $5,
					       revision = revision + 1
					 WHERE county = $1 AND sub_area = $3
					RETURNING id
				)
				INSERT INTO moves (county, revision, subject, id, place, to_place)
				SELECT $1, $2, 'dwelling', g.id::text, $3, $4
				  FROM going g`
			t.later("move what is left in a sub-area that ends", sql, t.county, r.revision, r.code[i], r.code[to], t.now)
		}
	}
}

// queueParts gives the parts of divided towers to their sub-areas; of a change that is undone it takes them back.
func (t *tx) queueParts(r *redrawing) {
	for _, p := range r.parts {
		t.later("give parts of towers", givePart, t.county, r.revision, p.Building, p.SubArea, p.StairwellFrom, p.StairwellTo, p.FloorFrom, p.FloorTo, t.now)
		const sql = `
			INSERT INTO building_parts (county, building, sub_area, stairwell_from, stairwell_to, floor_from, floor_to, description, revision)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
		t.later("give parts of towers", sql, t.county, p.Building, p.SubArea, p.StairwellFrom, p.StairwellTo, p.FloorFrom, p.FloorTo, p.Description, r.revision)
	}
	if r.back != nil {
		const retire = `UPDATE building_parts SET retired_at = $3 WHERE county = $1 AND revision = $2 AND retired_at IS NULL`
		t.later("give parts of towers", returnDwellings, t.county, r.revision, r.back.Revision, t.now)
		t.later("give parts of towers", retire, t.county, r.back.Revision, t.now)
	}
}

// returnDwellings moves dwellings back that a revision moved and their building did not take along.
const returnDwellings = `
	WITH old AS MATERIALIZED (
		SELECT m.id, m.id::uuid AS dwelling, m.place, m.to_place
		  FROM moves m
		 WHERE m.county = $1 AND m.revision = $3 AND m.subject = 'dwelling'
	), going AS (
		SELECT o.id, o.dwelling, o.place, d.sub_area
		  FROM old o
		  JOIN dwellings d ON d.county = $1 AND d.id = o.dwelling
		 WHERE d.sub_area <> o.place
	), written AS (
		UPDATE dwellings d
		   SET sub_area = g.place,
		       changed_at = $4,
		       revision = d.revision + 1
		  FROM going g
		 WHERE d.county = $1 AND d.id = g.dwelling
	)
	INSERT INTO moves AS m (county, revision, subject, id, place, to_place)
	SELECT $1, $2, 'dwelling', g.id, g.sub_area, g.place
	  FROM going g
	    ON CONFLICT (county, revision, subject, id) DO UPDATE SET to_place = EXCLUDED.to_place`

// givePart moves the dwellings of a part of a tower; those that moved with their building already go on from there.
const givePart = `
	WITH going AS (
		SELECT d.id, d.sub_area
		  FROM dwellings d
		 WHERE d.county = $1 AND d.building = $3 AND d.sub_area <> $4
		   AND d.stairwell BETWEEN $5 AND $6 AND d.floor BETWEEN $7 AND $8
	), written AS (
		UPDATE dwellings d
		   SET sub_area = $4,
		       changed_at = $9,
		       revision = d.revision + 1
		  FROM going g
		 WHERE d.county = $1 AND d.id = g.id
	)
	INSERT INTO moves AS m (county, revision, subject, id, place, to_place)
	SELECT $1, $2, 'dwelling', g.id::text, g.sub_area, $4
	  FROM going g
	    ON CONFLICT (county, revision, subject, id) DO UPDATE SET to_place = EXCLUDED.to_place`

// queueFlags lets flags follow what they point at. Where an open one would meet another of the same finding, it is closed:
// one work item is enough.
func (t *tx) queueFlags(g goings) {
	const twice = `
		UPDATE flags f
		   SET state = 'closed',
		       code = 'merged',
		       closed_at = $5,
		       revision = f.revision + 1
		  FROM unnest($2::bigint[], $3::text[], $4::text[]) AS n (building, from_place, to_place)
		 WHERE f.county = $1 AND f.place = ANY ($6) AND f.place = n.from_place AND coalesce(f.building, 0) = n.building
		   AND f.closed_at IS NULL
		   AND EXISTS (SELECT FROM flags o
		                WHERE o.county = $1 AND o.place = ANY ($7) AND o.place = n.to_place AND o.check_name = f.check_name AND o.closed_at IS NULL
		                  AND coalesce(o.building, 0) = n.building)`
	const follow = `
		UPDATE flags f
		   SET place = n.to_place,
		       revision = f.revision + 1
		  FROM unnest($2::bigint[], $3::text[], $4::text[]) AS n (building, from_place, to_place)
		 WHERE f.county = $1 AND f.place = ANY ($5) AND f.place = n.from_place AND coalesce(f.building, 0) = n.building
		   AND (f.closed_at IS NULL OR n.building > 0)`
	if len(g.ids) > 0 {
		left, entered := distinct(g.from), distinct(g.to) // named apart, so that only their flags are looked at
		t.later("let flags follow", twice, t.county, g.ids, g.from, g.to, t.now, left, entered)
		t.later("let flags follow", follow, t.county, g.ids, g.from, g.to, left)
	}
}

// distinct lists codes once each, sorted.
func distinct(codes []Code) []Code { return slices.Compact(slices.Sorted(slices.Values(codes))) }
