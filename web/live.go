package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"canvass/areas"
)

const (
	livePath     = "/api/live"
	heartbeat    = 20 * time.Second
	mostUnsent   = 256              // notices a slow reader may fall behind before his stream ends; he then begins anew
	sendPatience = 10 * time.Second // for one write to a client
)

// live passes what changes on to every open stream. One watch of the database serves them all.
type live struct {
	mu      sync.Mutex
	closed  bool
	streams map[*stream]bool
}

// stream is one client who watches; notices is closed when he must go.
type stream struct {
	within  areas.Code
	notices chan areas.Notice
}

func newLive() *live { return &live{streams: map[*stream]bool{}} }

// open adds a stream; after close it is one that has ended.
func (l *live) open(within areas.Code) *stream {
	l.mu.Lock()
	defer l.mu.Unlock()
	st := &stream{within: within, notices: make(chan areas.Notice, mostUnsent)}
	if l.closed {
		close(st.notices)
		return st
	}
	l.streams[st] = true
	return st
}

// leave ends a stream; it may have ended before.
func (l *live) leave(st *stream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams[st] {
		delete(l.streams, st)
		close(st.notices)
	}
}

// tell hands a notice to every stream without waiting for any.
func (l *live) tell(n areas.Notice) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for st := range l.streams {
		select {
		case st.notices <- n:
		default:
			delete(l.streams, st)
			close(st.notices)
		}
	}
}

func (l *live) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for st := range l.streams {
		delete(l.streams, st)
		close(st.notices)
	}
}

// watch is GET /api/live: what changes within the reader's scope, as server-sent events. Whether he still may read is looked
// up at every heartbeat.
func (s *Server) watch(c echo.Context) error {
	actor, err := exchangeOf(c.Request().Context()).who()
	if err != nil {
		return err
	}
	within := areas.Code(c.QueryParam("within"))
	if err := within.Valid(); err != nil {
		return err
	}
	if !actor.Reaches(within) {
		return errNoPlace
	}
	st := s.live.open(within)
	defer s.live.leave(st)
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/event-stream")
	h.Set(echo.HeaderCacheControl, "no-store")
	h.Set("X-Accel-Buffering", "no")
	return s.stream(c, st, actor)
}

func (s *Server) stream(c echo.Context, st *stream, actor areas.Actor) error {
	out := &eventWriter{w: c.Response(), control: http.NewResponseController(c.Response())}
	if out.comment("watching") != nil {
		return nil // the client has gone, which is how a stream ends
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-beat.C:
			now, err := s.stillReads(c.Request().Context())
			if err != nil || out.comment("still here") != nil {
				return nil
			}
			actor = now
		case n, open := <-st.notices:
			if !open {
				return nil
			}
			if concerns(n, actor, st.within) && out.event(n) != nil {
				return nil
			}
		}
	}
}

// stillReads answers who reads a stream now: his scope may have changed, and his session may have ended.
func (s *Server) stillReads(ctx context.Context) (areas.Actor, error) {
	x := exchangeOf(ctx)
	holder, err := s.sessions.holder(ctx, x.token)
	if err != nil {
		return areas.Actor{}, err
	}
	if holder != x.user.ID {
		return areas.Actor{}, errSignIn
	}
	actor, _, err := s.store.Actor(ctx, holder)
	return actor, err
}

// concerns tells whether a notice is about the place that is watched, and within what the reader reaches.
func concerns(n areas.Notice, actor areas.Actor, within areas.Code) bool {
	place := n.Place
	if place == "" {
		place = n.County
	}
	return place == "" || actor.Reaches(place) && (place.Within(within) || within.Within(place))
}

// eventWriter writes server-sent events, each at once.
type eventWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (e *eventWriter) event(n areas.Notice) error {
	data, err := json.Marshal(liveEvent(n))
	if err != nil {
		return err
	}
	return e.write(fmt.Sprintf("event: %s\ndata: %s\n\n", n.Kind, data))
}

func (e *eventWriter) comment(text string) error { return e.write(": " + text + "\n\n") }

func (e *eventWriter) write(text string) error {
	if err := e.control.SetWriteDeadline(time.Now().Add(sendPatience)); err != nil {
		return err
	}
	if _, err := e.w.Write([]byte(text)); err != nil {
		return err
	}
	return e.control.Flush()
}
