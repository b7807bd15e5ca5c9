package areas

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// piped is a transaction that sends statements together: what is said to be done later goes to the database with what is asked
// next, in the order it was said, so that many statements take one way there and back. Nothing is left behind: whatever is done
// at once sends what is queued before, and so does the end.
type piped struct {
	pgx.Tx
	queued []queued
}

// queued is a statement that waits to be sent, and what reads its rows.
type queued struct {
	what string // it does, as an error tells it
	sql  string
	args []any
	read func(pgx.Rows) error
}

// later queues a statement whose rows nobody reads.
func (p *piped) later(what, sql string, args ...any) {
	p.queued = append(p.queued, queued{what: what, sql: sql, args: args})
}

// ask queues a question; its rows are in the list once the queue was sent.
func ask[T any](p *piped, into *[]T, sql string, args ...any) {
	asked(p, func(found []T) error {
		*into = found
		return nil
	}, sql, args...)
}

// asked queues a question and takes its rows when the queue is sent.
func asked[T any](p *piped, take func([]T) error, sql string, args ...any) {
	p.queued = append(p.queued, queued{sql: sql, args: args, read: func(rows pgx.Rows) error {
		found, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
		if err != nil {
			return err
		}
		return take(found)
	}})
}

// send sends what is queued and reads what was asked.
func (p *piped) send(ctx context.Context) error {
	if len(p.queued) == 0 {
		return nil
	}
	all := p.queued
	p.queued = nil
	batch := &pgx.Batch{}
	for _, q := range all {
		batch.Queue(q.sql, q.args...)
	}
	answers := p.Tx.SendBatch(ctx, batch)
	for _, q := range all {
		if err := q.answered(answers.Query()); err != nil {
			_ = answers.Close() // it answers the same
			if q.what != "" {
				err = fmt.Errorf("%s: %w", q.what, err)
			}
			return err
		}
	}
	return answers.Close()
}

func (q queued) answered(rows pgx.Rows, err error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	if q.read != nil {
		return q.read(rows)
	}
	rows.Close()
	return rows.Err()
}

// Exec does a statement now.
func (p *piped) Exec(ctx context.Context, sql string, args ...any) (tag pgconn.CommandTag, err error) {
	if err := p.send(ctx); err != nil {
		return tag, err
	}
	return p.Tx.Exec(ctx, sql, args...)
}

// Query asks now.
func (p *piped) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := p.send(ctx); err != nil {
		return nil, err
	}
	return p.Tx.Query(ctx, sql, args...)
}

// QueryRow asks for a row now.
func (p *piped) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if err := p.send(ctx); err != nil {
		return unasked{err: err}
	}
	return p.Tx.QueryRow(ctx, sql, args...)
}

// SendBatch sends a batch now.
func (p *piped) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	if err := p.send(ctx); err != nil {
		return unasked{err: err}
	}
	return p.Tx.SendBatch(ctx, b)
}

// CopyFrom writes rows now.
func (p *piped) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	if err := p.send(ctx); err != nil {
		return 0, err
	}
	return p.Tx.CopyFrom(ctx, table, columns, rows)
}

// Begin begins a part of the transaction that may be undone.
func (p *piped) Begin(ctx context.Context) (pgx.Tx, error) {
	if err := p.send(ctx); err != nil {
		return nil, err
	}
	return p.Tx.Begin(ctx)
}

// unasked answers for what was not asked because something before it failed.
type unasked struct {
	pgx.BatchResults
	err error
}

func (u unasked) Scan(...any) error                { return u.err }
func (u unasked) Exec() (pgconn.CommandTag, error) { return pgconn.CommandTag{}, u.err }
func (u unasked) Query() (pgx.Rows, error)         { return nil, u.err }
func (u unasked) QueryRow() pgx.Row                { return u }
func (u unasked) Close() error                     { return u.err }
