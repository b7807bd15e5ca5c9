package web

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"canvass/areas"
	"canvass/migrations/dbtest"
)

// patience is how long a test waits for what must come; it fails after, and never sooner.
const patience = 20 * time.Second

// watching is an open event stream.
type watching struct {
	t      testing.TB
	name   string
	events chan string // name and data
	leave  context.CancelFunc
}

// watch opens an event stream and returns when the server listens on it.
func (c *client) watch(query string) *watching {
	c.t.Helper()
	ctx, leave := context.WithCancel(context.Background())
	response, err := http.DefaultTransport.RoundTrip(c.request("GET", "/api/live?"+query, nil).WithContext(ctx))
	c.ok(err)
	c.t.Cleanup(leave)
	if response.StatusCode != 200 || response.Header.Get("Content-Type") != "text/event-stream" || response.Header.Get("Cache-Control") != "no-store" ||
		response.Header.Get("Content-Encoding") != "" {
		c.t.Fatalf("%s watches with %d and %v", c.name, response.StatusCode, response.Header)
	}
	lines := bufio.NewScanner(response.Body)
	if !lines.Scan() || lines.Text() != ": watching" {
		c.t.Fatalf("the stream begins with %q", lines.Text())
	}
	w := &watching{t: c.t, name: c.name, events: make(chan string, 100), leave: leave}
	go func() {
		defer close(w.events)
		defer response.Body.Close()
		event := ""
		for lines.Scan() {
			if name, is := strings.CutPrefix(lines.Text(), "event: "); is {
				event = name
			}
			if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
				w.events <- event + " " + data
			}
		}
	}()
	return w
}

// next waits for one event; it is empty when the stream has ended.
func (w *watching) next() string {
	w.t.Helper()
	select {
	case e := <-w.events:
		return e
	case <-time.After(patience):
		w.t.Fatalf("%s hears of nothing", w.name)
		return ""
	}
}

// until waits for an event of a kind.
func (w *watching) until(kind string) string {
	w.t.Helper()
	for {
		e := w.next()
		if e == "" || strings.HasPrefix(e, kind+" ") {
			return e
		}
	}
}

// eventually waits until something is so.
func (s *service) eventually(is func() bool, complaint string) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatal(complaint)
		}
	}
}

// A visit reaches who watches its place, and nobody whose scope it lies outside of.
func TestLiveReachesThoseWhoMayKnow(t *testing.T) {
	s := newService(t)
	s.awaitWatch()
	inside := []*watching{s.as("enumerator").watch(""), s.as("supervisor").watch("within=" + town), s.as("admin").watch("within=" + county),
		s.as("gis").watch("within=" + west), s.as("country").watch("")}
	outside := []*watching{s.as("outsider").watch(""), s.as("gis").watch("within=" + east), s.as("country").watch("within=" + abroad)}
	s.as("enumerator").visit(s.doors[0].ID, "complete").want(201)
	want := fmt.Sprintf(`coverage {"sub_area":%q}`, west)
	for _, w := range inside {
		if got := w.next(); got != want {
			t.Errorf("%s hears %s, want %s", w.name, got, want)
		}
	}
	// What comes next to those outside is what is told to all.
	s.server.live.tell(areas.Notice{Kind: "reconnected"})
	for _, w := range append(inside, outside...) {
		if got := w.next(); got != "reconnected {}" {
			t.Errorf("%s hears %s", w.name, got)
		}
	}
}

// Each kind of event has the form that the document gives it.
func TestLiveForms(t *testing.T) {
	s := newService(t)
	s.awaitWatch()
	events := s.as("gis").watch("")
	s.ok(s.store.RunChecks(t.Context(), systemActor, county))
	events.until("flag") // of the whole county, which may come late
	flag := read[list[Flag]](s.as("gis").get("/api/flags?within=" + west)).Items[0]
	s.as("gis").send("POST", "/api/flags/"+county+"/"+flag.ID.String()+"/close", `{"code":"revisited","reason":"x"}`)
	s.as("gis").send("PATCH", "/api/flags/"+county+"/"+flag.ID.String(), `{"due_at":"2030-01-01T00:00:00Z"}`, "If-Match", "*")
	if got, want := events.until("flag"), fmt.Sprintf(`flag {"place":%q}`, west); got != want {
		t.Errorf("a flag is told as %s, want %s", got, want)
	}
	s.as("gis").send("PATCH", s.houseAt(east), `{"kind":"mixed"}`, "If-Match", "*").want(200)
	_, data, _ := strings.Cut(events.until("map"), " ")
	var told LiveMap
	s.ok(json.Unmarshal([]byte(data), &told))
	if told.County != county || told.Bounds == nil || told.Bounds[0] < 117.011 || told.Bounds[2] > 117.014 || len(told.Layers) == 0 {
		t.Errorf("a change of the map is told as %s", data)
	}
}

func TestLiveRefuses(t *testing.T) {
	s := newService(t)
	s.as("nobody").get("/api/live").refused(401, "sign_in")
	s.as("gis").get("/api/live?within="+abroad).refused(404, "outside_scope")
	s.as("gis").get("/api/live?within=99").refused(422, "code_malformed")
	s.as("enumerator").get("/api/live?within="+east).refused(404, "outside_scope")
}

// A server that shuts down lets its watchers go, and takes no new ones.
func TestLiveEnds(t *testing.T) {
	s := newService(t)
	w := s.as("gis").watch("")
	s.server.CloseStreams()
	if got := w.next(); got != "" {
		t.Errorf("after the end comes %s", got)
	}
	if got := s.as("gis").watch("").next(); got != "" {
		t.Errorf("after the end somebody hears %s", got)
	}
	if n := len(s.server.live.streams); n != 0 {
		t.Errorf("%d streams are left open", n)
	}
}

// Who leaves is forgotten; who does not read is let go, and holds nobody up.
func TestLiveForgets(t *testing.T) {
	s := newService(t)
	w := s.as("gis").watch("")
	w.leave()
	s.eventually(func() bool {
		s.server.live.mu.Lock()
		defer s.server.live.mu.Unlock()
		return len(s.server.live.streams) == 0
	}, "a stream is left behind by a client who went away")
	slow, quick := s.server.live.open(""), s.server.live.open("")
	for range mostUnsent + 1 {
		s.server.live.tell(areas.Notice{Kind: "map", County: county})
		<-quick.notices
	}
	for range mostUnsent {
		<-slow.notices
	}
	if _, open := <-slow.notices; open {
		t.Error("who does not read is waited for")
	}
	s.server.live.tell(areas.Notice{Kind: "map", County: county})
	if _, open := <-quick.notices; !open {
		t.Error("who reads was let go with who does not")
	}
	s.server.live.leave(slow)
	s.server.live.leave(quick)
}

// Whether somebody may still read is known at every heartbeat.
func TestLiveKnowsWhoStillReads(t *testing.T) {
	s := newService(t)
	gis := s.as("gis")
	x := &exchange{token: gis.cookie, user: areas.User{ID: gis.id}}
	ctx := context.WithValue(t.Context(), exchangeKey{}, x)
	actor, err := s.server.stillReads(ctx)
	s.ok(err)
	if !actor.Reaches(county) {
		t.Errorf("he reads as %+v", actor)
	}
	gis.send("DELETE", "/api/session", nil).want(204)
	if _, err := s.server.stillReads(ctx); err == nil {
		t.Error("who has signed out reads on")
	}
}

// awaitWatch waits until the server hears of changes.
func (s *service) awaitWatch() {
	s.t.Helper()
	owner := dbtest.Owner(s.t, s.pool) // others are not shown what a connection does
	s.eventually(func() bool {
		var n int
		s.ok(owner.QueryRow(context.Background(), `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND query LIKE 'LISTEN "canvass_live"%'`).Scan(&n))
		return n > 0
	}, "the server does not listen for changes")
}
