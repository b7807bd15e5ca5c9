package areas

import "context"

// outsideFrame finds buildings that were found in the field where no sub-area is.
var outsideFrame = Check{
	Name:  "outside_frame",
	Title: Text{"建筑物在普查小区之外", "Building outside every sub-area"},
	Cause: Text{"边界不对", "The boundary is wrong"},
	Hint:  Text{"调整边界,或更正建筑物位置", "Reshape the boundary, or put the building where it stands"},
	ask: func(ctx context.Context, t *tx, within Code, found *[]finding) error {
		lo, hi := within.span()
		const sql = `
			SELECT b.place,
			       b.id AS building,
			       b.point,
			       jsonb_build_object('kind', b.kind, 'found', b.changed_at) AS evidence
			  FROM buildings b
			 WHERE b.county = $1 AND b.place >= $2 AND b.place < $3
			   AND b.standing = 'proposed' AND b.retired_at IS NULL AND length(b.place) < 15`
		ask(&t.piped, found, sql, t.county, lo, hi)
		return nil
	},
}
