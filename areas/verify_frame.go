package areas

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"canvass/geo"
	"canvass/geo/coverage"
)

// brokenLevel looks at the stored boundaries of a level within a place:
//
//  1. its places fit each other: no gap, no overlap, no vertex that a neighbour lacks, no ring that is broken; ground that they
//     enclose is none if nobody above has it;
//  2. they lie in the places above them that they belong to, and cover them.
func (t *tx) brokenLevel(ctx context.Context, level Level, within Code) ([]Fault, error) {
	if lengthsByLevel[level] < len(within) {
		return nil, nil
	}
	places, err := t.grounds(ctx, level, within, "")
	if err != nil {
		return nil, err
	}
	out := misfits(places)
	found, err := t.misnest(ctx, level, within, "")
	for _, m := range found {
		place := m.Child
		if place == "" {
			place = m.Parent
		}
		if !place.Within(within) {
			continue // what a place alone leaves of the one above, others cover
		}
		out = append(out, Fault{Check: "nesting", Place: place, What: m.says(), At: &m.At})
	}
	return out, err
}

func (t *tx) brokenTowns(ctx context.Context, within Code) ([]Fault, error) {
	return t.brokenLevel(ctx, LevelTown, within)
}

func (t *tx) brokenAreas(ctx context.Context, within Code) ([]Fault, error) {
	return t.brokenLevel(ctx, LevelArea, within)
}

func (t *tx) brokenSubAreas(ctx context.Context, within Code) ([]Fault, error) {
	return t.brokenLevel(ctx, LevelSubArea, within)
}

// misfits lists where places of one level do not fit each other.
func misfits(places []placed) (out []Fault) {
	for _, f := range coverage.Validate(groundsOf(places)) {
		if findingOf(f) == enclosedFinding {
			continue
		}
		name := func(i int) string {
			if i < 0 {
				return "itself"
			}
			return string(places[i].Code)
		}
		one, other := name(f.Members[0]), name(f.Members[1])
		found := Fault{Check: string(f.Kind), Place: Code(one), At: &f.At}
		switch f.Kind {
		case coverage.Gap, coverage.GapSliver:
			found.What = fmt.Sprintf("%s m² between %s and %s belong to nobody, %.2f m wide", squareMetres(f.Area), one, other, f.Width)
		case coverage.Overlap, coverage.OverlapSliver:
			found.What = fmt.Sprintf("shares %s m² of ground with %s, %.2f m wide", squareMetres(f.Area), other, f.Width)
		case coverage.UnmatchedVertex:
			found.What = fmt.Sprintf("has no vertex where %s has one on its boundary", other)
		default:
			found.What = f.Reason
		}
		out = append(out, found)
	}
	return out
}

// orphans lists live places whose parent is retired.
func (t *tx) orphans(ctx context.Context, within Code) ([]Fault, error) {
	lo, hi := within.span()
	const sql = `
		SELECT 'parent' AS check_name, s.code AS place, 'belongs to ' || a.code || ', which is retired' AS what
		  FROM sub_areas s
		  JOIN areas a ON a.county = s.county AND a.code = s.area
		 WHERE s.county = $1 AND s.code >= $2 AND s.code < $3 AND s.retired_at IS NULL AND a.retired_at IS NOT NULL
		 UNION ALL
		SELECT 'parent', a.code, 'belongs to ' || r.code || ', which is retired'
		  FROM areas a
		  JOIN regions r ON r.county = a.county AND r.code = a.town
		 WHERE a.county = $1 AND a.code >= $2 AND a.code < $3 AND a.retired_at IS NULL AND r.retired_at IS NOT NULL
		 ORDER BY 2
		 LIMIT 1000`
	return collect[Fault](t.Query(ctx, sql, t.county, lo, hi))
}

// wrongPlaces lists buildings that are not given to the one sub-area whose ground holds their point. A point on a boundary may be
// given to either side.
func (t *tx) wrongPlaces(ctx context.Context, within Code) ([]Fault, error) {
	places, err := t.grounds(ctx, LevelSubArea, within, "")
	if err != nil {
		return nil, err
	}
	ground := geo.NewLocator(len(places))
	byCode := make(map[Code]orb.MultiPolygon, len(places))
	for _, p := range places {
		ground.Add(string(p.Code), p.Ground)
		byCode[p.Code] = p.Ground
	}
	lo, hi := within.span()
	const sql = `
		SELECT b.id, b.place, b.point
		  FROM buildings b
		 WHERE b.county = $1 AND b.place >= $2 AND b.place < $3 AND b.retired_at IS NULL
		 ORDER BY b.place, b.id`
	rows, err := t.Query(ctx, sql, t.county, lo, hi)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Fault
	for rows.Next() {
		var id int64
		var place Code
		var at orb.Point
		if err := rows.Scan(&id, &place, &at); err != nil {
			return nil, err
		}
		holds, some := ground.Find(at)
		switch {
		case place == Code(holds) || !some && place.Level() != LevelSubArea || place.Virtual():
		case geo.OnBoundary(byCode[place], at):
		case some:
			out = append(out, Fault{Check: "place", Place: place, What: fmt.Sprintf("building %d stands in %s", id, holds), At: &at})
		default:
			out = append(out, Fault{Check: "place", Place: place, What: fmt.Sprintf("building %d stands in no sub-area", id), At: &at})
		}
	}
	return out, rows.Err()
}

// strays lists dwellings in another sub-area than their building, unless it is a tower that sub-areas share, and households in
// another than their dwelling.
func (t *tx) strays(ctx context.Context, within Code) ([]Fault, error) {
	lo, hi := within.span()
	const sql = `
		SELECT 'place' AS check_name, d.sub_area AS place, 'dwelling ' || d.id || ' is counted here, its building stands in ' || b.place AS what
		  FROM dwellings d
		  JOIN buildings b ON b.county = d.county AND b.id = d.building
		 WHERE d.county = $1 AND d.sub_area >= $2 AND d.sub_area < $3 AND d.retired_at IS NULL AND d.sub_area <> b.place
		   AND NOT EXISTS (SELECT FROM building_parts p
		                    WHERE p.county = d.county AND p.building = d.building AND p.sub_area = d.sub_area AND p.retired_at IS NULL)
		 UNION ALL
		SELECT 'place', h.sub_area, 'household ' || h.id || ' is counted here, its dwelling in ' || d.sub_area
		  FROM households h
		  JOIN dwellings d ON d.county = h.county AND d.id = h.dwelling
		 WHERE h.county = $1 AND h.sub_area >= $2 AND h.sub_area < $3 AND h.retired_at IS NULL AND h.sub_area <> d.sub_area
		 ORDER BY 2
		 LIMIT 1000`
	return collect[Fault](t.Query(ctx, sql, t.county, lo, hi))
}
