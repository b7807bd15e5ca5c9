package areas

import (
	"context"
	"slices"
)

// Numbered is a building's number before and after.
type Numbered struct {
	Building int64 `db:"id"`
	SubArea  Code  `db:"place"`
	From     int   `db:"from_number"`
	To       int   `db:"to_number"`
}

// Numbers tells how the buildings of a census area are numbered anew.
type Numbers struct {
	Area     Code
	Revision int64 // of the frame; 0 where nothing was written
	Changed  []Numbered
	Kept     int
}

// Number numbers the buildings of every sub-area of a census area in a serpentine from the north-west: in bands of 45 metres,
// every second one backwards. Once listing has begun, numbers are written on doors and stay.
func (s *Store) Number(ctx context.Context, actor Actor, a Asked, area Code) (Numbers, error) {
	out := Numbers{Area: area}
	err := s.carry(ctx, actor, a, area, func(t *tx) error {
		if err := t.must(Text{"编建筑物号", "number buildings"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		if err := t.mayNumber(ctx, area); err != nil {
			return err
		}
		all, err := t.serpentine(ctx, area)
		if err != nil {
			return err
		}
		for _, n := range all {
			if n.From == n.To {
				out.Kept++
			} else {
				out.Changed = append(out.Changed, n)
			}
		}
		if !t.writing || len(out.Changed) == 0 {
			return nil
		}
		out.Revision, err = t.writeNumbers(ctx, area, out.Changed, nil)
		return err
	})
	return out, err
}

// mayNumber refuses once a sub-area of the area is listed, or dwellings in it were called on.
func (t *tx) mayNumber(ctx context.Context, area Code) error {
	if err := t.lockSigned(ctx, area); err != nil {
		return err
	}
	states, err := t.statesWithin(ctx, area)
	if err != nil {
		return err
	}
	if len(states) == 0 {
		return refuse(NotFound, "nothing_to_number", "%s 内没有普查小区", "there is no sub-area in %s", area)
	}
	for _, m := range states {
		if slices.Contains([]string{"listing", "enumerating", "closed", "reopened"}, m.State) {
			return refuse(Conflict, "numbers_stable", "%s 已开始摸底,建筑物编号不再改动", "listing of %s has begun; building numbers stay", m.Code)
		}
	}
	lo, hi := area.span()
	const sql = `SELECT EXISTS (SELECT FROM visits WHERE county = $1 AND sub_area >= $2 AND sub_area < $3)`
	var visited bool
	if err := t.QueryRow(ctx, sql, t.county, lo, hi).Scan(&visited); err != nil || !visited {
		return err
	}
	return refuse(Conflict, "numbers_stable", "%s 已有入户记录,建筑物编号不再改动", "doors of %s were called on; building numbers stay", area)
}

// serpentine numbers the buildings of each sub-area of a place.
func (t *tx) serpentine(ctx context.Context, area Code) ([]Numbered, error) {
	lo, hi := area.span()
	const sql = `
		WITH banded AS (
			SELECT b.id,
			       b.place,
			       b.number,
			       b.point,
			       floor((max(ST_Y(b.point)) OVER (PARTITION BY b.place) - ST_Y(b.point)) / 0.0004)::int AS band
			  FROM buildings b
			 WHERE b.county = $1 AND b.place >= $2 AND b.place < $3 AND length(b.place) = 15
			   AND b.retired_at IS NULL AND b.standing IN ('confirmed', 'proposed')
		)
		SELECT n.id,
		       n.place,
		       n.number AS from_number,
		       row_number() OVER (PARTITION BY n.place
		                          ORDER BY n.band, CASE n.band % 2 WHEN 0 THEN ST_X(n.point) ELSE -ST_X(n.point) END, n.id)::int AS to_number
		  FROM banded n
		 ORDER BY n.place, to_number`
	return collect[Numbered](t.Query(ctx, sql, t.county, lo, hi))
}

// writeNumbers writes numbers of buildings and keeps those they had. back is the step that is undone by it, if one is.
func (t *tx) writeNumbers(ctx context.Context, area Code, changed []Numbered, back *Step) (int64, error) {
	if err := t.lockCountsWithin(ctx, area); err != nil {
		return 0, err
	}
	verb, detail := "number", map[string]any{"buildings": len(changed)}
	if back != nil {
		verb, detail["undoes"] = "undo", back.Revision
	}
	revision, err := t.revise(ctx, verb, area, detail)
	if err != nil {
		return 0, err
	}
	ids, numbers := make([]int64, len(changed)), make([]int, len(changed))
	for i, n := range changed {
		ids[i], numbers[i] = n.Building, n.To
	}
	const sql = `
		WITH going AS (
			SELECT b.id, b.place, b.number, n.number AS to_number
			  FROM unnest($3::bigint[], $4::int[]) AS n (id, number)
			  JOIN buildings b ON b.county = $1 AND b.id = n.id
		), written AS (
			UPDATE buildings b
			   SET number = g.to_number,
			       revision = b.revision + 1
			  FROM going g
			 WHERE b.county = $1 AND b.id = g.id
		)
		INSERT INTO moves (county, revision, subject, id, place, number, to_place, to_number)
		SELECT $1, $2, 'building', g.id::text, g.place, g.number, g.place, g.to_number
		  FROM going g`
	if _, err := t.Exec(ctx, sql, t.county, revision, ids, numbers); err != nil {
		return 0, err
	}
	if err := t.onMap(ctx, t.county, "buildings", ids...); err != nil {
		return 0, err
	}
	return revision, t.record(ctx, verb, area, "area/"+string(area), detail)
}
