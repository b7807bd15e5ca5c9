package areas

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"
)

// door is one door of a building.
type door struct {
	stairwell, floor int
	name             string
	given            uuid.UUID // its id, where that is all that is told of it
}

// doorsOf are the doors to list in a building.
type doorsOf struct {
	building int64
	doors    []door
}

// bareBuildings finds the buildings that are expected to hold dwellings and have none, with the doors they should have.
func (t *tx) bareBuildings(ctx context.Context, within Code) ([]doorsOf, error) {
	lo, hi := within.span()
	const sql = `
		SELECT b.id,
		       b.kind,
		       coalesce(b.floors, 0) AS floors,
		       coalesce(b.stairwells, 0) AS stairwells,
		       coalesce(b.doors, 0) AS doors,
		       b.expected_dwellings AS expected
		  FROM buildings b
		 WHERE b.county = $1 AND b.place >= $2 AND b.place < $3 AND length(b.place) = 15
		   AND b.expected_dwellings > 0
		   AND b.retired_at IS NULL AND b.standing = 'confirmed'
		   AND NOT EXISTS (SELECT FROM dwellings d WHERE d.county = b.county AND d.building = b.id AND d.retired_at IS NULL)
		 ORDER BY b.place, b.number`
	rows, err := t.Query(ctx, sql, t.county, lo, hi)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []doorsOf
	for rows.Next() {
		var b doorsOf
		var kind string
		var p Pattern
		var expected int
		if err := rows.Scan(&b.building, &kind, &p.Floors, &p.Stairwells, &p.Doors, &expected); err != nil {
			return nil, err
		}
		if kind == "mixed" && p.Floors > 1 {
			p.FirstFloor = 2
		}
		b.doors, err = p.doors()
		if err != nil || p.Stairwells*p.Floors*p.Doors == 0 {
			b.doors = numberedDoors(expected)
		}
		out = append(out, b)
	}
	return out, rows.Err()
}

// numberedDoors names n doors 1 to n, as in a courtyard house.
func numberedDoors(n int) []door {
	out := make([]door, n)
	for i := range out {
		out[i] = door{floor: 1, name: strconv.Itoa(i + 1)}
	}
	return out
}

// doorNamespace makes a door's id: the same door has the same id wherever it is listed, also on two tablets without signal.
var doorNamespace = uuid.MustParse("6f1d0a55-5f6f-4d1c-9a52-70d0a2c1f3b4")

func (d door) id(county Code, building int64) uuid.UUID {
	if d.given != uuid.Nil {
		return d.given
	}
	return uuid.NewSHA1(doorNamespace, fmt.Appendf(nil, "%s/%d/%d/%d/%s", county, building, d.stairwell, d.floor, d.name))
}

// doorsAtOnce is how many dwellings one statement writes.
const doorsAtOnce = 20_000

// listDoors writes doors as dwellings, keeps those that are there, and counts anew; it answers how many were new.
func (t *tx) listDoors(ctx context.Context, within Code, buildings []doorsOf) (int, error) {
	made, err := t.writeDoors(ctx, buildings)
	if err != nil {
		return 0, err
	}
	return made, t.recount(ctx, within)
}

// writeDoors writes doors as dwellings and keeps those that are there; it answers how many were new. Those of a sensitive building
// are counted on from the highest, and nothing else is kept of them; whoever lists there holds its sub-area's counts.
func (t *tx) writeDoors(ctx context.Context, buildings []doorsOf) (int, error) {
	var ids []uuid.UUID
	var building, stairwell, floor []int64
	var names []string
	var ordinals []int // of a door in its building
	made := 0
	write := func() error {
		const sql = `
			INSERT INTO dwellings (county, id, sub_area, building, stairwell, floor, door, changed_at)
			SELECT b.county, n.id, b.place, b.id,
			       CASE WHEN b.sensitive THEN 0 ELSE n.stairwell END,
			       CASE WHEN b.sensitive THEN 1 ELSE n.floor END,
			       CASE WHEN b.sensitive
			            THEN ((SELECT coalesce(max(CASE WHEN d.door ~ '^[0-9]{1,9}$' THEN d.door::bigint END), 0)
			                     FROM dwellings d
			                    WHERE d.county = b.county AND d.building = b.id)
			                 + n.ordinal)::text
			            ELSE n.door END,
			       now()
			  FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::int[])
			    AS n (id, building, stairwell, floor, door, ordinal)
			  JOIN buildings b ON b.county = $1 AND b.id = n.building AND length(b.place) = 15
			 WHERE NOT b.sensitive OR NOT EXISTS (SELECT FROM dwellings d WHERE d.county = b.county AND d.id = n.id)
			    ON CONFLICT DO NOTHING`
		tag, err := t.Exec(ctx, sql, t.county, ids, building, stairwell, floor, names, ordinals)
		made += int(tag.RowsAffected())
		ids, building, stairwell, floor, names, ordinals = ids[:0], building[:0], stairwell[:0], floor[:0], names[:0], ordinals[:0]
		return err
	}
	for _, b := range buildings {
		for i, d := range b.doors {
			ids, ordinals = append(ids, d.id(t.county, b.building)), append(ordinals, i+1)
			building = append(building, b.building)
			stairwell, floor = append(stairwell, int64(d.stairwell)), append(floor, int64(d.floor))
			names = append(names, d.name)
		}
		if len(ids) >= doorsAtOnce {
			if err := write(); err != nil {
				return 0, err
			}
		}
	}
	if err := write(); err != nil {
		return 0, err
	}
	return made, t.counted(ctx, made, "dwellings")
}
