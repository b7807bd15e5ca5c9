package areas

import "context"

// setAsideWork finds places where work of a tablet was set aside and waits for somebody to decide.
var setAsideWork = Check{
	Name:  "set_aside",
	Title: Text{"有搁置的现场记录", "Field work set aside"},
	Cause: Text{"改派后的补传、时钟不对或互相矛盾的记录", "Late work of an earlier assignment, a wrong clock, or records that contradict each other"},
	Hint:  Text{"逐条比对,采用或驳回,并说明理由", "Compare each and take or reject it, with the reason"},
	ask: func(ctx context.Context, t *tx, within Code, found *[]finding) error {
		lo, hi := within.span()
		const sql = `
			SELECT c.place,
			       NULL::bigint AS building,
			       s.point,
			       jsonb_build_object('changes', count(*), 'enumerators', count(DISTINCT c.actor)) AS evidence
			  FROM changes c
			  LEFT JOIN sub_areas s ON s.county = c.county AND s.code = c.place
			 WHERE c.county = $1 AND c.place >= $2 AND c.place < $3 AND c.state = 'quarantined'
			 GROUP BY c.place, s.point`
		ask(&t.piped, found, sql, t.county, lo, hi)
		return nil
	},
}
