package areas

import "context"

// boundaryProposed finds sub-areas whose boundary runs otherwise on the ground, as somebody there has said.
var boundaryProposed = Check{
	Name:  "boundary_proposed",
	Title: Text{"现场提出边界更正", "Boundary proposed from the street"},
	Cause: Text{"边界与实地不符", "The boundary does not follow the ground"},
	Hint:  Text{"看图比对,调整边界,或说明为什么不改", "Compare on the map and reshape it, or say why not"},
	ask: func(ctx context.Context, t *tx, within Code, found *[]finding) error {
		lo, hi := within.span()
		const sql = `
			SELECT p.sub_area AS place,
			       NULL::bigint AS building,
			       ST_PointOnSurface(ST_Collect(p.geom)) AS point,
			       jsonb_build_object('proposals', count(*), 'reason', min(p.reason)) AS evidence
			  FROM proposals p
			 WHERE p.county = $1 AND p.sub_area >= $2 AND p.sub_area < $3 AND p.state = 'open'
			 GROUP BY p.sub_area`
		ask(&t.piped, found, sql, t.county, lo, hi)
		return nil
	},
}
