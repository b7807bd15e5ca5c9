package web

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	cookieName      = "canvass"
	sessionLifetime = 7 * 24 * time.Hour // a field week without signing in again
	sessionUser     = "user"
)

// sessions keeps who is signed in, by a random token of which the database holds a hash only. A session is written when it
// begins and when it ends, never by a request in between.
type sessions struct {
	manager *scs.SessionManager
	store   *pgxstore.PostgresStore
	ended   atomic.Int64 // counts those that ended here
}

func newSessions(pool *pgxpool.Pool) *sessions {
	s := &sessions{manager: scs.New(), store: pgxstore.New(pool)}
	s.manager.Store = s.store
	s.manager.Lifetime = sessionLifetime
	s.manager.HashTokenInStore = true
	return s
}

// holder answers whose session a token is; nobody's if it is not known or has ended.
func (s *sessions) holder(ctx context.Context, token string) (uuid.UUID, error) {
	ctx, err := s.manager.Load(ctx, token)
	if err != nil {
		return uuid.Nil, err
	}
	id, err := uuid.Parse(s.manager.GetString(ctx, sessionUser))
	if err != nil {
		return uuid.Nil, nil // a session without a user is nobody's
	}
	return id, nil
}

// begin starts a session under a new token and ends the one the client had, so that a token planted before cannot be used.
func (s *sessions) begin(ctx context.Context, user uuid.UUID, secure bool, before string) (http.Cookie, error) {
	if err := s.end(ctx, before); err != nil {
		return http.Cookie{}, err
	}
	ctx, err := s.manager.Load(ctx, "")
	if err != nil {
		return http.Cookie{}, err
	}
	s.manager.Put(ctx, sessionUser, user.String())
	token, expiry, err := s.manager.Commit(ctx)
	if err != nil {
		return http.Cookie{}, err
	}
	c := sessionCookie(token, secure)
	c.Expires = expiry
	return c, nil
}

// end ends the session of a token, if there is one.
func (s *sessions) end(ctx context.Context, token string) error {
	if token == "" {
		return nil
	}
	ctx, err := s.manager.Load(ctx, token)
	if err != nil {
		return err
	}
	defer s.ended.Add(1)
	return s.manager.Destroy(ctx)
}

// endAll ends every session of a user.
func (s *sessions) endAll(user uuid.UUID) error {
	defer s.ended.Add(1)
	all, err := s.store.All()
	if err != nil {
		return err
	}
	for hashed, data := range all {
		_, values, err := s.manager.Codec.Decode(data)
		if err != nil {
			return err
		}
		if values[sessionUser] != user.String() {
			continue
		}
		if err := s.store.Delete(hashed); err != nil {
			return err
		}
	}
	return nil
}

func sessionCookie(token string, secure bool) http.Cookie {
	return http.Cookie{Name: cookieName, Value: token, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode}
}

// noCookie takes the session's cookie away.
func noCookie(secure bool) http.Cookie {
	c := sessionCookie("", secure)
	c.MaxAge = -1
	return c
}
