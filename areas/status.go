package areas

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"
)

// The status of a building, as its dwellings give it.
const (
	StatusNoDwellings = iota // residential, and none listed
	StatusUnvisited          // listed, nobody called yet
	StatusStarted            // some doors are done, others not called on
	StatusDone               // every dwelling resolved
	StatusCallBack           // called on everywhere; somebody was not at home
	StatusOutOfScope         // nobody lives here
	StatusVacantOnly         // every dwelling vacant, with evidence
)

// doorsOfBuilding counts the dwellings of building b.
const doorsOfBuilding = `
	SELECT count(*) AS listed,
	       count(*) FILTER (WHERE e.occupancy = 'unlisted') AS unlisted,
	       count(*) FILTER (WHERE e.resolved) AS resolved,
	       count(*) FILTER (WHERE e.occupancy = 'occupied') AS occupied,
	       count(*) FILTER (WHERE e.occupancy IN ('vacant', 'vacant_with_hukou', 'seasonal')) AS vacant
	  FROM dwellings e
	 WHERE e.county = b.county AND e.building = b.id AND e.retired_at IS NULL`

// statusOfDoors turns those counts, d, and the building's kind, b, into a status.
const statusOfDoors = `
	CASE WHEN d.listed = 0 THEN CASE WHEN b.kind IN ('residential', 'mixed', 'collective') THEN 0 ELSE 5 END
	     WHEN d.unlisted = d.listed THEN 1
	     WHEN d.resolved < d.listed THEN CASE WHEN d.unlisted = 0 THEN 4 ELSE 2 END
	     WHEN d.occupied > 0 THEN 3
	     WHEN d.vacant > 0 THEN 6
	     ELSE 5
	 END`

// State is what has become of the buildings of a place: their ids by status, for the map to colour without new tiles.
type State struct {
	Code      Code
	AsOf      time.Time
	Buildings map[int][]int64
}

// ETag names this state: equal states have equal tags.
func (s State) ETag() string {
	h := fnv.New64a()
	for status := StatusNoDwellings; status <= StatusVacantOnly; status++ {
		fmt.Fprintln(h, status, s.Buildings[status])
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

// State reads the status of every building of a sub-area, census area or town.
func (s *Store) State(ctx context.Context, actor Actor, code Code) (State, error) {
	out := State{Code: code, Buildings: map[int][]int64{}}
	if l := code.Level(); l == LevelCountry || l == LevelCounty {
		return out, refuse(Invalid, "place_too_large", "请按镇街、普查区或普查小区查询状态(不是 %s)",
			"ask for the state of a town, census area or sub-area, not of %q", code).On("code")
	}
	err := s.read(ctx, actor, code, func(t *tx) (err error) {
		out.AsOf = t.now
		return t.state(ctx, &out)
	})
	return out, err
}

func (t *tx) state(ctx context.Context, out *State) error {
	lo, hi := out.Code.span()
	const sql = `
		WITH doors AS (
			SELECT e.building,
			       count(*) AS listed,
			       count(*) FILTER (WHERE e.occupancy = 'unlisted') AS unlisted,
			       count(*) FILTER (WHERE e.resolved) AS resolved,
			       count(*) FILTER (WHERE e.occupancy = 'occupied') AS occupied,
			       count(*) FILTER (WHERE e.occupancy IN ('vacant', 'vacant_with_hukou', 'seasonal')) AS vacant
			  FROM dwellings e
			 WHERE e.county = $1 AND e.sub_area >= $2 AND e.sub_area < $3 AND e.retired_at IS NULL
			 GROUP BY e.building
		)
		SELECT s.status,
		       array_agg(s.id ORDER BY s.id)
		  FROM (SELECT b.id,
		               ` + statusOfDoors + ` AS status
		          FROM buildings b
		          LEFT JOIN doors ON doors.building = b.id
		         CROSS JOIN LATERAL (SELECT coalesce(doors.listed, 0) AS listed, doors.unlisted, doors.resolved, doors.occupied,
		                                    doors.vacant) d
		         WHERE b.county = $1 AND b.place >= $2 AND b.place < $3
		           AND b.retired_at IS NULL AND b.standing IN ('confirmed', 'proposed')) s
		 GROUP BY s.status`
	rows, err := t.Query(ctx, sql, t.county, lo, hi)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var status int
		var ids []int64
		if err := rows.Scan(&status, &ids); err != nil {
			return err
		}
		out.Buildings[status] = ids
	}
	return rows.Err()
}
