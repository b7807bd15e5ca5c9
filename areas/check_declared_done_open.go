package areas

import "context"

// declaredDoneOpen finds sub-areas that were declared done while something is left to do there.
var declaredDoneOpen = Check{
	Name:  "declared_done_open",
	Title: Text{"已报完成,仍有未了结的住房", "Declared done with open dwellings"},
	Cause: Text{"没有做完", "Unfinished"},
	Hint:  Text{"退回普查员补访,或逐户说明", "Send the enumerator back, or say why for each dwelling"},
	doors: true,
	ask: func(ctx context.Context, t *tx, within Code, found *[]finding) error {
		lo, hi := within.span()
		const sql = `
			SELECT c.sub_area AS place,
			       NULL::bigint AS building,
			       s.point,
			       jsonb_build_object('open', c.listed + c.unlisted - c.dwellings_resolved, 'listed', c.listed,
			                          'unlisted', c.unlisted, 'resolved', c.dwellings_resolved) AS evidence
			  FROM coverage c
			  JOIN sub_areas s ON s.county = c.county AND s.code = c.sub_area AND s.retired_at IS NULL
			 WHERE c.county = $1 AND c.sub_area >= $2 AND c.sub_area < $3
			   AND c.dwellings_resolved < c.listed + c.unlisted
			   AND EXISTS (SELECT
			                 FROM assignments h
			                WHERE h.county = $1 AND h.sub_area = c.sub_area AND h.ended_at IS NULL AND h.done_at IS NOT NULL)`
		ask(&t.piped, found, sql, t.county, lo, hi)
		return nil
	},
}
