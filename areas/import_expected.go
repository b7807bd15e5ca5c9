package areas

import (
	"context"
	"fmt"
)

// expectedImport takes how many households are expected of sub-areas, areas or regions, by their code or by the id that their
// own source gave them.
type expectedImport struct {
	r     *importRun
	ids   []string
	heads []int
	from  []importFeature
}

func (e *expectedImport) take(_ context.Context, batch []importFeature) error {
	for _, f := range batch {
		id := f.text("code")
		if id == "" {
			id = f.text("id")
		}
		households := f.number("households")
		switch {
		case id == "":
			e.r.refuse(f.Feature, "the row names no place: say which column does with --map code=COLUMN", nil)
		case households == nil || *households < 0:
			e.r.refuse(f.Feature, fmt.Sprintf("households of %s is not a number: say which column it is with --map households=COLUMN", id), nil)
		default:
			e.ids, e.heads, e.from = append(e.ids, id), append(e.heads, *households), append(e.from, f)
		}
	}
	return nil
}

func (e *expectedImport) finish(ctx context.Context) error {
	const sql = `
		WITH given AS (
			SELECT n.id, n.households, n.i
			  FROM unnest($2::text[], $3::int[]) WITH ORDINALITY AS n (id, households, i)
		), in_sub_areas AS (
			UPDATE sub_areas s
			   SET expected_households = g.households,
			       revision = revision + CASE WHEN s.expected_households IS DISTINCT FROM g.households THEN 1 ELSE 0 END
			  FROM given g
			 WHERE s.county = $1 AND (s.code = g.id OR s.source_id = g.id) AND s.retired_at IS NULL
			RETURNING g.i
		), in_areas AS (
			UPDATE areas a
			   SET expected_households = g.households,
			       revision = revision + CASE WHEN a.expected_households IS DISTINCT FROM g.households THEN 1 ELSE 0 END
			  FROM given g
			 WHERE a.county = $1 AND (a.code = g.id OR a.source_id = g.id) AND a.retired_at IS NULL
			RETURNING g.i
		), in_regions AS (
			UPDATE regions r
			   SET expected_households = g.households,
			       revision = revision + CASE WHEN r.expected_households IS DISTINCT FROM g.households THEN 1 ELSE 0 END
			  FROM given g
			 WHERE r.county = $1 AND (r.code = g.id OR r.source_id = g.id) AND r.retired_at IS NULL
			RETURNING g.i
		)
		SELECT i FROM in_sub_areas UNION SELECT i FROM in_areas UNION SELECT i FROM in_regions`
	rows, err := e.r.Query(ctx, sql, e.r.County, e.ids, e.heads)
	if err != nil {
		return err
	}
	known := map[int]bool{}
	for rows.Next() {
		var i int
		if err := rows.Scan(&i); err != nil {
			return err
		}
		known[i-1] = true
	}
	if rows.Err() != nil {
		return rows.Err()
	}
	for i, f := range e.from {
		if !known[i] {
			e.r.refuse(f.Feature, "no sub-area, area or region is known as "+e.ids[i], nil)
		}
	}
	e.r.Accepted, e.r.Updated = int64(len(known)), int64(len(known))
	return e.r.recount(ctx, e.r.County)
}
