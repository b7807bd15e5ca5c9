package areas

import "context"

// foundInField finds buildings that somebody in the field added or marked, and nobody has looked at since.
var foundInField = Check{
	Name:  "found_in_field",
	Title: Text{"现场新增或更正的建筑物", "Building added or marked in the field"},
	Cause: Text{"图与实地不一致", "The map and the ground differ"},
	Hint:  Text{"核对后确认、更正或标记", "Look, then confirm, correct or mark it"},
	ask: func(ctx context.Context, t *tx, within Code, found *[]finding) error {
		lo, hi := within.span()
		const sql = `
			SELECT b.place,
			       b.id AS building,
			       b.point,
			       jsonb_build_object('number', b.number, 'kind', b.kind, 'standing', b.standing, 'reason', b.reason) AS evidence
			  FROM buildings b
			 WHERE b.county = $1 AND b.place >= $2 AND b.place < $3 AND length(b.place) = 15
			   AND (b.reported OR b.standing = 'proposed') AND b.retired_at IS NULL`
		ask(&t.piped, found, sql, t.county, lo, hi)
		return nil
	},
}
