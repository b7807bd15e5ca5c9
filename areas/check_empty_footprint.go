package areas

import "context"

// emptyFootprint finds residential buildings without a dwelling in sub-areas that were declared done.
var emptyFootprint = Check{
	Name:  "empty_footprint",
	Title: Text{"住宅没有住房单元", "Residential building without a dwelling"},
	Cause: Text{"漏登,或不是住宅", "A missed dwelling, or no residential building"},
	Hint:  Text{"到现场核实:登记住房单元,或改建筑物类别", "Go and look: list its dwellings, or change its kind"},
	doors: true,
	ask: func(ctx context.Context, t *tx, within Code, found *[]finding) error {
		lo, hi := within.span()
		const sql = `
			SELECT b.place,
			       b.id AS building,
			       b.point,
			       jsonb_build_object('number', b.number, 'expected', b.expected_dwellings, 'floors', b.floors) AS evidence
			  FROM buildings b
			 WHERE b.county = $1 AND b.place >= $2 AND b.place < $3
			   AND b.place IN (SELECT h.sub_area
			                     FROM assignments h
			                    WHERE h.county = $1 AND h.sub_area >= $2 AND h.sub_area < $3
			                      AND h.ended_at IS NULL AND h.done_at IS NOT NULL)
			   AND b.kind IN ('residential', 'mixed', 'collective') AND b.standing = 'confirmed' AND b.retired_at IS NULL
			   AND NOT EXISTS (SELECT FROM dwellings d WHERE d.county = $1 AND d.building = b.id AND d.retired_at IS NULL)`
		ask(&t.piped, found, sql, t.county, lo, hi)
		return nil
	},
}
