package areas

import (
	"context"

	"canvass/geo/coverage"
)

// Merge makes sub-areas of one census area one. The one with the most dwellings keeps its code; the others' are retired.
func (s *Store) Merge(ctx context.Context, actor Actor, a Asked, codes []Code) (Outcome, error) {
	if len(codes) < 2 {
		return Outcome{}, refuse(Invalid, "merge_takes_two", "合并须指明两个以上普查小区", "name two sub-areas or more to merge").On("codes")
	}
	for _, code := range codes[1:] {
		if code.At(LevelArea) != codes[0].At(LevelArea) {
			return Outcome{}, refuse(Conflict, "merge_across_areas", "%s 与 %s 不在同一普查区:请先调整普查区边界",
				"%s and %s lie in different census areas; move the boundary of the areas first", codes[0], code).On("codes")
		}
	}
	return s.operate(ctx, actor, a, codes, func(t *tx, members []member) (change, error) {
		which, err := t.fullestFirst(ctx, codes)
		if err != nil {
			return change{}, err
		}
		edit, err := coverage.Merge(grounds(members), which...)
		return change{verb: "merge", edit: edit}, drawnWrong(err)
	})
}

// fullestFirst numbers sub-areas, the one with the most dwellings first; of equals the lower code.
func (t *tx) fullestFirst(ctx context.Context, codes []Code) ([]int, error) {
	const sql = `
		WITH counted AS MATERIALIZED (
			SELECT sub_area, listed, unlisted, expected
			  FROM coverage
			 WHERE county = $1 AND sub_area = ANY ($2)
		)
		SELECT n.at::int - 1
		  FROM unnest($2::text[]) WITH ORDINALITY AS n (code, at)
		  LEFT JOIN counted c ON c.sub_area = n.code
		 ORDER BY coalesce(c.listed + c.unlisted, 0) DESC, coalesce(c.expected, 0) DESC, n.code`
	rows, err := t.Query(ctx, sql, t.county, codes)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int
	for rows.Next() {
		var at int
		if err := rows.Scan(&at); err != nil {
			return nil, err
		}
		out = append(out, at)
	}
	return out, rows.Err()
}
