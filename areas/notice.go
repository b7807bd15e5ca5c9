package areas

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// The channels on which a commit tells every instance what changed.
const (
	mapChannel  = "canvass_map"
	liveChannel = "canvass_live"
)

// Notice tells that something changed: "map" when what is drawn did (County, Bounds, Layers), "coverage" or "flag" when
// the counts or flags of a place did.
type Notice struct {
	Kind     string      `json:"kind,omitempty"`
	County   Code        `json:"county"`
	Place    Code        `json:"place,omitempty"`
	Bounds   *[4]float64 `json:"bounds,omitempty"` // west, south, east, north in degrees; nil is the whole county
	Layers   []string    `json:"layers,omitempty"`
	Revision int64       `json:"revision,omitempty"` // of the county's map
	Forget   []Code      `json:"forget,omitempty"`   // sub-areas of which nothing may be kept that was made before
}

// Watch calls do for each notice until the context ends. It reconnects by itself and then sends the notice "reconnected",
// after which everything must be thought changed, for what was said meanwhile is lost.
func (s *Store) Watch(ctx context.Context, do func(Notice)) error {
	for {
		err := s.listen(ctx, do)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		slog.WarnContext(ctx, "no longer listening for changes, trying again", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(watchAgainAfter):
		}
		s.access.Add(1)
		do(Notice{Kind: "reconnected"})
	}
}

const watchAgainAfter = 500 * time.Millisecond

func (s *Store) listen(ctx context.Context, do func(Notice)) error {
	pooled, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	conn := pooled.Hijack() // a connection that listens must not go back to others
	defer conn.Close(context.WithoutCancel(ctx))
	for _, channel := range []string{mapChannel, liveChannel} {
		if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
			return fmt.Errorf("listen on %s: %w", channel, err)
		}
	}
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		var notice Notice
		if json.Unmarshal([]byte(n.Payload), &notice) != nil {
			continue // not ours: anybody may notify
		}
		if notice.Kind == accessKind {
			s.access.Add(1)
			continue
		}
		if n.Channel == mapChannel {
			notice.Kind = "map"
		}
		do(notice)
	}
}

// liveChanged tells, when the transaction commits, that the counts ("coverage") or flags ("flag") of a place did.
func (t *tx) liveChanged(ctx context.Context, kind string, place Code) error {
	return t.notify(ctx, liveChannel, liveNotice(kind, place))
}

func liveNotice(kind string, place Code) Notice {
	return Notice{Kind: kind, County: place.County(), Place: place}
}

func (t *tx) notify(ctx context.Context, channel string, n Notice) error {
	t.later("tell what changed", tellAll, channel, n.payload())
	return nil
}

const tellAll = `SELECT pg_notify($1, $2)`

// payload is a notice as it is sent.
func (n Notice) payload() string {
	text, err := json.Marshal(n)
	if err != nil {
		panic(err) // texts and numbers
	}
	return string(text)
}
