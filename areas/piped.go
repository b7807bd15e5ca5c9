package areas

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// piped is a transaction on a connection of its own that sends statements together: what is said to be done later goes to the
// database with what is asked next, in the order it was said, so that many statements take one way there and back. The beginning
// goes with what is first asked, and the end with what was said last. Nothing is left behind: whatever is done at once sends what
// is queued before.
type piped struct {
	conn   *pgxpool.Conn
	queued []queued
}

// commit sends what is queued, and ends the transaction.
func (p *piped) commit(ctx context.Context) error {
	if p.status() == txFailed {
		return pgx.ErrTxCommitRollback
	}
	p.later("commit", `COMMIT`)
	return p.send(ctx)
}

// leave undoes what was not committed, and gives the connection back. One on which that fails is closed by the pool.
func (p *piped) leave(ctx context.Context) {
	if p.status() != txNone {
		_, _ = p.conn.Exec(ctx, `ROLLBACK`)
	}
	p.conn.Release()
}

// The states of a connection's transaction, by the protocol's letters.
const (
	txNone   = 'I'
	txFailed = 'E'
)

func (p *piped) status() byte { return p.conn.Conn().PgConn().TxStatus() }

// apart runs do, and undoes what it did of the transaction if it fails.
func (p *piped) apart(ctx context.Context, do func() error) error {
	if _, err := p.Exec(ctx, `SAVEPOINT apart`); err != nil {
		return err
	}
	err := do()
	if err == nil {
		err = p.send(ctx)
	}
	if err != nil {
		p.queued = nil
		if _, undone := p.conn.Exec(ctx, `ROLLBACK TO SAVEPOINT apart`); undone != nil {
			return undone
		}
	}
	p.later("go on", `RELEASE SAVEPOINT apart`)
	return err
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
	answers := p.conn.SendBatch(ctx, batch)
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
	return p.conn.Exec(ctx, sql, args...)
}

// Query asks now.
func (p *piped) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := p.send(ctx); err != nil {
		return nil, err
	}
	return p.conn.Query(ctx, sql, args...)
}

// QueryRow asks for a row now.
func (p *piped) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if err := p.send(ctx); err != nil {
		return unasked{err: err}
	}
	return p.conn.QueryRow(ctx, sql, args...)
}

// SendBatch sends a batch now.
func (p *piped) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	if err := p.send(ctx); err != nil {
		return unasked{err: err}
	}
	return p.conn.SendBatch(ctx, b)
}

// CopyFrom writes rows now.
func (p *piped) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	if err := p.send(ctx); err != nil {
		return 0, err
	}
	return p.conn.CopyFrom(ctx, table, columns, rows)
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
