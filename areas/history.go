package areas

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// Step is one revision of the frame: who did what where, to which codes, and what became of them.
type Step struct {
	Revision  int64          `db:"revision"`
	At        time.Time      `db:"at"`
	Verb      string         `db:"verb"`
	Place     Code           `db:"place"`
	Actor     *uuid.UUID     `db:"actor"`
	ActorName string         `db:"actor_name"`
	Detail    map[string]any `db:"detail"`
	Members   []Code         `db:"members"`   // whose ground or description it changed
	UndoneBy  *int64         `db:"undone_by"` // the revision that took it back
}

// stepColumns is what a revision holds, r.
const stepColumns = `
	       r.revision,
	       r.at,
	       r.verb,
	       r.place,
	       r.actor,
	       coalesce(u.display_name, '') AS actor_name,
	       r.detail,
	       coalesce((SELECT array_agg(p.code ORDER BY p.code)
	                   FROM past_members p
	                  WHERE p.county = r.county AND p.revision = r.revision), '{}') AS members,
	       (SELECT min(o.revision)
	          FROM revisions o
	         WHERE o.county = r.county AND o.verb = 'undo' AND o.revision > r.revision
	           AND o.detail->>'undoes' = r.revision::text) AS undone_by
	  FROM revisions r
	  LEFT JOIN users u ON u.id = r.actor`

// unchangedSince refuses what stands on an older frame than there is, if any of the codes changed since; it says what was
// done. Revision 0 asks for no such check.
func (t *tx) unchangedSince(ctx context.Context, base int64, codes []Code) error {
	if base == 0 {
		return nil
	}
	const sql = `SELECT` + stepColumns + `
		 WHERE r.county = $1 AND r.revision > $2
		   AND EXISTS (SELECT FROM past_members p WHERE p.county = r.county AND p.revision = r.revision AND p.code = ANY ($3))
		 ORDER BY r.revision`
	since, err := collect[Step](t.Query(ctx, sql, t.county, base, codes))
	if err != nil || len(since) == 0 {
		return err
	}
	last := since[len(since)-1]
	e := refuse(Stale, "changed_since", "您读取之后,%[1]s 已被%[2]s修改(版本 %[3]d),请刷新后再改",
		"%[1]s was changed by %[2]s since you read it (revision %[3]d, %[4]s); read it again",
		joined(codes), last.ActorName, last.Revision, last.Verb)
	e.Since = since
	return e
}

// frameRevision is the revision the county's frame is at.
func (t *tx) frameRevision(ctx context.Context) (n int64, err error) {
	err = t.QueryRow(ctx, `SELECT coalesce(max(revision), 0) FROM revisions WHERE county = $1`, t.county).Scan(&n)
	return n, err
}

// HistoryQuery asks for the revisions that changed a place or what lies in it, the newest first.
type HistoryQuery struct {
	Within Code
	Page   Page
}

// History lists revisions of the frame.
func (s *Store) History(ctx context.Context, actor Actor, q HistoryQuery) (List[Step], error) {
	var out List[Step]
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		before, err := cursorNumber(q.Page.After)
		if err != nil {
			return err
		}
		lo, hi := q.Within.span()
		const sql = `SELECT` + stepColumns + `
			 WHERE r.county = $1
			   AND ($4::bigint = 0 OR r.revision < $4)
			   AND (r.place >= $2 AND r.place < $3
			        OR EXISTS (SELECT FROM past_members p
			                    WHERE p.county = r.county AND p.revision = r.revision AND p.code >= $2 AND p.code < $3)
			        OR starts_with($2, r.place) AND r.verb IN ('submit', 'approve', 'freeze', 'reopen', 'return')
			        OR EXISTS (SELECT FROM past_states p
			                    WHERE p.county = r.county AND p.revision = r.revision AND p.code >= $2 AND p.code < $3))
			 ORDER BY r.revision DESC
			 LIMIT $5`
		rows, err := collect[Step](t.Query(ctx, sql, t.county, lo, hi, before, q.Page.limit()+1))
		out = listed(rows, q.Page.limit(), func(s Step) string { return strconv.FormatInt(s.Revision, 10) })
		return err
	})
	return out, err
}
