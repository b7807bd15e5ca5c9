package areas

import "context"

// doubleBuilding finds buildings that were found in the field within ten metres of one that is known.
var doubleBuilding = Check{
	Name:  "double_building",
	Title: Text{"建筑物可能重复", "Building drawn twice"},
	Cause: Text{"现场新增的与图上已有的是同一栋", "What was found in the field is on the map already"},
	Hint:  Text{"比对两栋:确认新增,或标记为重复", "Compare the two: confirm the new one, or mark it a duplicate"},
	ask: func(ctx context.Context, t *tx, within Code, found *[]finding) error {
		lo, hi := within.span()
		const sql = `
			SELECT b.place,
			       b.id AS building,
			       b.point,
			       jsonb_build_object('number', b.number, 'near', o.number, 'metres', round(o.metres::numeric, 1)) AS evidence
			  FROM buildings b
			 CROSS JOIN LATERAL (SELECT n.number, ST_Distance(n.geom::geography, b.geom::geography) AS metres
			                       FROM buildings n
			                      WHERE n.county = b.county AND n.place = b.place AND n.id <> b.id AND n.retired_at IS NULL
			                        AND n.standing IN ('confirmed', 'proposed')
			                        AND n.geom && ST_Expand(b.geom, 0.0002)
			                      ORDER BY metres
			                      LIMIT 1) o
			 WHERE b.county = $1 AND b.place >= $2 AND b.place < $3
			   AND b.standing = 'proposed' AND b.retired_at IS NULL AND o.metres < 10`
		ask(&t.piped, found, sql, t.county, lo, hi)
		return nil
	},
}
