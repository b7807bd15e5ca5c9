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
	if err := e.r.inBulk(ctx, e.r.County); err != nil {
		return err
	}
	const sql = `
		WITH given AS (
			SELECT n.id, n.households, n.i
			  FROM unnest($2::text[], $3::int[]) WITH ORDINALITY AS n (id, households, i)
		), places AS (
			SELECT code, source_id FROM sub_areas WHERE county = $1 AND retired_at IS NULL
			UNION ALL
			SELECT code, source_id FROM areas WHERE county = $1 AND retired_at IS NULL
			UNION ALL
			SELECT code, source_id FROM regions WHERE county = $1 AND retired_at IS NULL
		), found AS MATERIALIZED (
			SELECT g.i, g.households, p.code FROM given g JOIN places p ON p.code = g.id
			UNION
			SELECT g.i, g.households, p.code FROM given g JOIN places p ON p.source_id = g.id
		), in_sub_areas AS (
			UPDATE sub_areas s
			   SET expected_households = f.households,
			       revision = revision + 1
			  FROM found f
			 WHERE s.county = $1 AND s.code = f.code AND s.expected_households IS DISTINCT FROM f.households
			RETURNING f.i
		), in_areas AS (
			UPDATE areas a
			   SET expected_households = f.households,
			       revision = revision + 1
			  FROM found f
			 WHERE a.county = $1 AND a.code = f.code AND a.expected_households IS DISTINCT FROM f.households
			RETURNING f.i
		), in_regions AS (
			UPDATE regions r
			   SET expected_households = f.households,
			       revision = revision + 1
			  FROM found f
			 WHERE r.county = $1 AND r.code = f.code AND r.expected_households IS DISTINCT FROM f.households
			RETURNING f.i
		), changed AS (
			SELECT i FROM in_sub_areas UNION SELECT i FROM in_areas UNION SELECT i FROM in_regions
		)
		SELECT DISTINCT f.i, c.i IS NOT NULL FROM found f LEFT JOIN changed c USING (i)`
	rows, err := e.r.Query(ctx, sql, e.r.County, e.ids, e.heads)
	if err != nil {
		return err
	}
	known := map[int]bool{}
	for rows.Next() {
		var i int
		var changed bool
		if err := rows.Scan(&i, &changed); err != nil {
			return err
		}
		known[i-1] = true
		if changed {
			e.r.Updated++
		}
	}
	if rows.Err() != nil {
		return rows.Err()
	}
	for i, f := range e.from {
		if !known[i] {
			e.r.refuse(f.Feature, "no sub-area, area or region is known as "+e.ids[i], nil)
		}
	}
	e.r.Accepted = int64(len(known))
	e.r.Unchanged = e.r.Accepted - e.r.Updated
	return e.r.recount(ctx, e.r.County)
}
