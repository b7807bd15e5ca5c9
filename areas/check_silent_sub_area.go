package areas

import (
	"context"
	"time"
)

// silentSubArea finds sub-areas with buildings to list where, days into the listing or enumeration, nobody has listed a door.
var silentSubArea = Check{
	Name:  "silent_sub_area",
	Title: Text{"普查小区没有动静", "Silent sub-area"},
	Cause: Text{"尚未开始,或平板没有上传", "Not started, or the tablet is silent"},
	Hint:  Text{"联系普查员;必要时改派", "Call the enumerator; give the sub-area to another if need be"},
	doors: true,
	ask: func(ctx context.Context, t *tx, within Code, found *[]finding) error {
		settings, err := t.settings(ctx)
		if err != nil {
			return err
		}
		rounds, err := t.rounds(ctx)
		if err != nil {
			return err
		}
		since := t.now
		for _, r := range rounds {
			if (r.Name == RoundListing || r.Name == RoundEnumeration) && r.OpensAt.Before(since) {
				since = r.OpensAt
			}
		}
		if t.now.Sub(since) < time.Duration(settings.SilentAfterDays)*24*time.Hour {
			return nil
		}
		lo, hi := within.span()
		const sql = `
			SELECT c.sub_area AS place,
			       NULL::bigint AS building,
			       s.point,
			       jsonb_build_object('footprints', c.footprints, 'expected', c.expected, 'since', $4::timestamptz,
			                          'days', floor(extract(epoch FROM $5::timestamptz - $4::timestamptz) / 86400)) AS evidence
			  FROM coverage c
			  JOIN sub_areas s ON s.county = c.county AND s.code = c.sub_area AND s.retired_at IS NULL
			 WHERE c.county = $1 AND c.sub_area >= $2 AND c.sub_area < $3
			   AND c.footprints > 0 AND c.listed = 0`
		ask(&t.piped, found, sql, t.county, lo, hi, since, t.now)
		return nil
	},
}
