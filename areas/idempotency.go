package areas

import (
	"bytes"
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// Answer is what was answered to a request that may be sent again.
type Answer struct {
	Status int
	Header map[string]string
	Body   []byte
}

// Recall finds what was answered to an actor's request under a key; nil if the key is new. The same key for another request,
// told by its hash, is refused.
func (s *Store) Recall(ctx context.Context, actor Actor, key string, requestHash []byte) (*Answer, error) {
	var out *Answer
	err := s.anywhere(ctx, actor, func(t *tx) error {
		var a Answer
		var hash []byte
		const sql = `SELECT request_hash, status, header, body FROM idempotency_keys WHERE user_id = $1 AND key = $2`
		err := t.QueryRow(ctx, sql, actor.ID, key).Scan(&hash, &a.Status, &a.Header, &a.Body)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if !bytes.Equal(hash, requestHash) {
			return refuse(Conflict, "key_reused", "Idempotency-Key 已用于另一个请求,请换一个",
				"this Idempotency-Key was used for another request; choose another").On("Idempotency-Key")
		}
		out = &a
		return nil
	})
	return out, err
}

// Remember keeps an answer under a key; the first one stays.
func (s *Store) Remember(ctx context.Context, actor Actor, key string, requestHash []byte, a Answer) error {
	return s.anywhere(ctx, actor, func(t *tx) error {
		const sql = `
			INSERT INTO idempotency_keys (user_id, key, request_hash, status, header, body)
			VALUES ($1, $2, $3, $4, $5, $6)
			    ON CONFLICT DO NOTHING`
		_, err := t.Exec(ctx, sql, actor.ID, key, requestHash, a.Status, a.Header, a.Body)
		return err
	})
}

// Forget drops answers older than a day, and the words of signatures that nobody can use any more.
func (s *Store) Forget(ctx context.Context) error {
	return s.anywhere(ctx, System(), func(t *tx) error {
		if _, err := t.Exec(ctx, `DELETE FROM idempotency_keys WHERE created_at < now() - interval '1 day'`); err != nil {
			return err
		}
		return t.forgetNonces(ctx)
	})
}
