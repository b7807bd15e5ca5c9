package areas

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"golang.org/x/time/rate"

	"canvass/geo/vector"
)

// mostReported is how many rows a report lists; beyond that it counts only.
const mostReported = 20_000

// refuse leaves a row out and says why.
func (r *importRun) refuse(f vector.Feature, reason string, where *orb.Point) {
	r.Refused++
	r.report(f, "refused", reason, where)
}

// mended tells what was mended of a row that was taken.
func (r *importRun) mended(f vector.Feature, how string, where *orb.Point) {
	r.Mended++
	r.report(f, "mended", how, where)
}

// note tells something about a row that was taken as it stood.
func (r *importRun) note(f vector.Feature, what string, where *orb.Point) {
	r.report(f, "noted", what, where)
}

func (r *importRun) report(f vector.Feature, outcome, reason string, where *orb.Point) {
	if len(r.rows) >= mostReported {
		return
	}
	if where == nil && f.Geometry != nil && !f.Geometry.Bound().IsEmpty() {
		if centre := f.Geometry.Bound().Center(); centre[0] >= -180 && centre[0] <= 180 && centre[1] >= -90 && centre[1] <= 90 {
			where = &centre
		}
	}
	r.rows = append(r.rows, ImportRow{Seq: int64(len(r.rows) + 1), Row: f.Row, Where: storable(f.Place), SourceID: storable(f.ID),
		Outcome: outcome, Reason: storable(reason), Point: where})
}

// writeReport writes the rows of a report.
func (t *tx) writeReport(ctx context.Context, i Import, rows []ImportRow) error {
	n := len(rows)
	if n == 0 {
		return nil
	}
	seqs, numbers := make([]int64, n), make([]int64, n)
	places, ids, outcomes, reasons := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	points := make([]*orb.Point, n)
	for k, row := range rows {
		seqs[k], numbers[k], points[k] = row.Seq, row.Row, row.Point
		places[k], ids[k], outcomes[k], reasons[k] = row.Where, row.SourceID, row.Outcome, row.Reason
	}
	const sql = `
		INSERT INTO import_rows (county, import, seq, row, where_, source_id, outcome, reason, point)
		SELECT $1, $2, n.*
		  FROM unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::geometry[]) AS n`
	_, err := t.Exec(ctx, sql, i.County, i.ID, seqs, numbers, places, ids, outcomes, reasons, points)
	return err
}

// finishImport writes down how an import ended, and the report also of one that failed.
func (s *Store) finishImport(ctx context.Context, actor Actor, r *importRun) error {
	return s.write(ctx, actor, r.County, func(t *tx) error {
		r.EndedAt = &t.now
		if err := t.writeProgress(ctx, r.Import); err != nil {
			return err
		}
		return t.writeReport(ctx, r.Import, r.rows)
	})
}

func (t *tx) writeProgress(ctx context.Context, i Import) error {
	const sql = `
		UPDATE imports
		   SET state = @state,
		       error = @error,
		       bytes_read = @bytes_read,
		       bytes_total = @bytes_total,
		       rows_read = @rows_read,
		       accepted = @accepted,
		       mended = @mended,
		       refused = @refused,
		       inserted = @inserted,
		       updated = @updated,
		       unchanged = @unchanged,
		       findings = @findings,
		       ended_at = @ended_at
		 WHERE county = @county AND id = @id`
	_, err := t.Exec(ctx, sql, pgx.NamedArgs{"county": i.County, "id": i.ID, "state": i.State, "error": i.Error,
		"bytes_read": i.BytesRead, "bytes_total": i.BytesTotal, "rows_read": i.RowsRead, "accepted": i.Accepted,
		"mended": i.Mended, "refused": i.Refused, "inserted": i.Inserted, "updated": i.Updated, "unchanged": i.Unchanged,
		"findings": i.Findings, "ended_at": i.EndedAt})
	return err
}

// toldEvery is how often an import tells how far it is.
const toldEvery = 250 * time.Millisecond

// teller writes an import's progress down, where others read it, and tells it to the caller.
func (s *Store) teller(ctx context.Context, actor Actor, progress func(Import)) func(Import) error {
	now := rate.Sometimes{First: 1, Interval: toldEvery}
	return func(i Import) (err error) {
		now.Do(func() {
			if progress != nil {
				progress(i)
			}
			err = s.write(ctx, actor, i.County, func(t *tx) error { return t.writeProgress(ctx, i) })
		})
		return err
	}
}
