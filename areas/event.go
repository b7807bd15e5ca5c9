package areas

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// Event is one line of the operation log: who did what to which thing, when. It stands beside the write and is never
// changed.
type Event struct {
	ID        int64          `db:"id"`
	At        time.Time      `db:"at"`
	Actor     *uuid.UUID     `db:"actor"`
	ActorName string         `db:"actor_name"`
	Role      Role           `db:"role"`
	Verb      string         `db:"verb"`
	Place     Code           `db:"place"`
	Subject   string         `db:"subject"`
	Detail    map[string]any `db:"detail"`
}

// EventQuery asks for the events of a place and all below it, the newest first; Subject narrows it to one thing, such as
// "building/417".
type EventQuery struct {
	Within  Code
	Subject string
	Page    Page
}

// Events lists the operation log to those who answer for the place.
func (s *Store) Events(ctx context.Context, actor Actor, q EventQuery) (List[Event], error) {
	var out List[Event]
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		rows, err := t.events(ctx, q)
		out = listed(rows, q.Page.limit(), func(e Event) string { return strconv.FormatInt(e.ID, 10) })
		return err
	})
	return out, err
}

func (t *tx) events(ctx context.Context, q EventQuery) ([]Event, error) {
	before, err := cursorNumber(q.Page.After)
	if err != nil {
		return nil, err
	}
	if err := t.inOrder(ctx, q.Within); err != nil {
		return nil, err
	}
	lo, hi := q.Within.span()
	const sql = `
		SELECT e.id,
		       e.at,
		       e.actor,
		       coalesce(u.display_name, '') AS actor_name,
		       e.role,
		       e.verb,
		       e.place,
		       e.subject,
		       e.detail
		  FROM events e
		  LEFT JOIN users u ON u.id = e.actor
		 WHERE e.county = $1
		   AND e.place >= $2 AND e.place < $3
		   AND ($4 = '' OR e.subject = $4)
		   AND ($5::bigint = 0 OR e.id < $5)
		 ORDER BY e.id DESC
		 LIMIT $6`
	return collect[Event](t.Query(ctx, sql, t.county, lo, hi, q.Subject, before, q.Page.limit()+1))
}

// record writes the event of what was just done, with what is asked next.
func (t *tx) record(_ context.Context, verb string, place Code, subject string, detail map[string]any) error {
	e := Event{Verb: verb, Place: place, Subject: subject, Detail: detail}
	t.later("record "+verb+" of "+subject, addEvent, t.eventValues(e)...)
	return nil
}

func (t *tx) eventValues(e Event) []any {
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	by := t.actorAt(e.Place)
	return []any{e.Place.County(), t.now, by.id(), by.Role, e.Verb, e.Place, e.Subject, e.Detail}
}

const addEvent = `
	INSERT INTO events (county, at, actor, role, verb, place, subject, detail)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// actorID is the account that acts, or nil for the service itself.
func (t *tx) actorID() *uuid.UUID {
	return t.actor.id()
}

func (a Actor) id() *uuid.UUID {
	if a.ID == uuid.Nil {
		return nil
	}
	return &a.ID
}

// actorAt is who acts in a place.
func (t *tx) actorAt(place Code) Actor {
	if a, apart := t.acting[place]; apart {
		return a
	}
	return t.actor
}

// cursorNumber reads a cursor that is a number; the empty cursor is 0.
func cursorNumber(cursor string) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(cursor, 10, 64)
	if err != nil {
		return 0, refuse(Invalid, "cursor_unknown", "翻页标记无效,请从第一页开始", "this cursor is not ours; start from the first page")
	}
	return n, nil
}
