package web

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
)

const newTown = `{"code":"370883107","name":"石墙镇"}`

// The same request under the same key is done once, and answered alike every time.
func TestKeyIsDoneOnce(t *testing.T) {
	s := newService(t)
	make := func(body, key string) *sent { return s.as("gis").send("POST", "/api/regions", body, keyHeader, key) }
	first := make(newTown, "k1").want(201)
	again := make(newTown, "k1").want(201)
	if string(again.body) != string(first.body) {
		t.Errorf("answered %s, then %s", first.body, again.body)
	}
	for _, name := range []string{"ETag", "Content-Type", "Cache-Control"} {
		if first.Header.Get(name) == "" || again.Header.Get(name) != first.Header.Get(name) {
			t.Errorf("%s was %q, then %q", name, first.Header.Get(name), again.Header.Get(name))
		}
	}
	if first.Header.Get("X-Request-ID") == again.Header.Get("X-Request-ID") {
		t.Error("two requests have one id")
	}
	make(newTown, "k2").refused(409, "code_used") // without the key it is another request
	p := make(`{"code":"370883108","name":"石墙镇"}`, "k1").refused(409, "key_reused")
	if p.Field != keyHeader {
		t.Errorf("the field at fault is %q", p.Field)
	}
	s.as("gis").send("POST", "/api/areas", newTown, keyHeader, "k1").refused(409, "key_reused")
	s.as("gis").send("POST", "/api/regions?x=1", newTown, keyHeader, "k1").refused(409, "key_reused")
}

// A key is its user's own.
func TestKeyIsOnesOwn(t *testing.T) {
	s := newService(t)
	s.as("gis").send("POST", "/api/regions", newTown, keyHeader, "k").want(201)
	s.as("admin").send("POST", "/api/regions", newTown, keyHeader, "k").refused(409, "code_used")
	s.as("nobody").send("POST", "/api/regions", newTown, keyHeader, "k").refused(401, "sign_in")
}

// What was refused changed nothing: once mended, it may be sent under the same key.
func TestKeyOfARefusalIsFree(t *testing.T) {
	s := newService(t)
	s.as("gis").send("POST", "/api/regions", `{"code":"3708","name":"x"}`, keyHeader, "k").want(422)
	s.as("gis").send("POST", "/api/regions", newTown, keyHeader, "k").want(201)
	s.as("gis").send("POST", "/api/regions", newTown, keyHeader, strings.Repeat("k", 256)).refused(400, "key_malformed")
	big := `{"code":"370883107","name":"` + strings.Repeat("x", 2<<20) + `"}`
	s.as("gis").send("POST", "/api/regions", big, keyHeader, "big").refused(413, "too_large")
}

// A visit is known by its own id as well, so that a tablet that lost its keys pays it once.
func TestVisitIsDoneOnce(t *testing.T) {
	s := newService(t)
	enumerator, visit := s.as("enumerator"), visitTo(s.doors[0].ID, "complete")
	enumerator.send("POST", "/api/visits", visit, keyHeader, "v").want(201)
	enumerator.send("POST", "/api/visits", visit, keyHeader, "v").want(201)
	again := read[Recorded](enumerator.send("POST", "/api/visits", visit))
	if again.Visit.ID != visit.ID || again.Coverage.Counts.Visits != 1 {
		t.Errorf("sent three times, counted %d", again.Coverage.Counts.Visits)
	}
	enumerator.visit(uuid.New(), "complete", keyHeader, "v").refused(409, "key_reused")
}

// While the first is being worked on, the same key is refused; afterwards it is answered.
func TestKeyInFlight(t *testing.T) {
	s := newService(t)
	begun, end := make(chan bool), make(chan bool)
	s.server.echo.POST("/api/slow", func(c echo.Context) error {
		begun <- true
		<-end
		return c.JSON(http.StatusCreated, map[string]string{"slow": "done"})
	})
	ask := func() *sent { return s.as("gis").send("POST", "/api/slow", `{}`, keyHeader, "k") }
	first := make(chan *sent, 1)
	go func() { first <- ask() }()
	<-begun
	ask().refused(409, "key_in_use")
	close(end)
	(<-first).want(201)
	if again := ask().want(201); string(again.body) != `{"slow":"done"}`+"\n" {
		t.Errorf("answered again with %s", again.body)
	}
}

// Whatever many do at once under one key, it is done once.
func TestKeyUnderManyAtOnce(t *testing.T) {
	s := newService(t)
	before := s.eventCount()
	statuses := make([]int, 16)
	var all sync.WaitGroup
	for i := range statuses {
		all.Go(func() { statuses[i] = s.as("gis").send("POST", "/api/regions", newTown, keyHeader, "k").StatusCode })
	}
	all.Wait()
	made := 0
	for _, status := range statuses {
		switch status {
		case 201:
			made++
		case 409:
		default:
			t.Errorf("answered %d", status)
		}
	}
	if made == 0 || s.eventCount() != before+1 {
		t.Errorf("answered as made %d times, done %d times", made, s.eventCount()-before)
	}
}

// eventCount is how many lines the operation log has.
func (s *service) eventCount() (n int) {
	s.t.Helper()
	events, err := s.store.Events(context.Background(), systemActor, allEvents)
	s.ok(err)
	return len(events.Items)
}

// A panic frees its key.
func TestKeyOfAPanicIsFree(t *testing.T) {
	s := newService(t)
	broken := true
	s.server.echo.POST("/api/broken", func(c echo.Context) error {
		if broken {
			panic("broken")
		}
		return c.NoContent(http.StatusNoContent)
	})
	s.as("gis").send("POST", "/api/broken", nil, keyHeader, "k").refused(500, "internal")
	broken = false
	s.as("gis").send("POST", "/api/broken", nil, keyHeader, "k").want(204)
	broken = true
	s.as("gis").send("POST", "/api/broken", nil, keyHeader, "k").want(204)
}

// An answer that could not be kept went out well, yet somebody must hear of it.
func TestAnswerThatIsNotKeptIsLogged(t *testing.T) {
	s := newService(t)
	s.server.echo.POST("/api/last", func(c echo.Context) error {
		s.pool.Close()
		return c.NoContent(http.StatusNoContent)
	})
	s.as("gis").send("POST", "/api/last", nil, keyHeader, "k").want(204)
	s.logs(`"route":"/api/last","status":204`, "closed pool", `"level":"ERROR"`)
}

// A map that is moved on drops what it asked for, which is no error of ours.
func TestClientWhoLeavesIsNoError(t *testing.T) {
	s := newService(t)
	begun, ended := make(chan bool), make(chan bool)
	s.server.echo.GET("/api/slow", func(c echo.Context) error {
		begun <- true
		<-c.Request().Context().Done()
		defer close(ended)
		return c.Request().Context().Err()
	})
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		<-begun
		leave()
	}()
	if _, err := http.DefaultTransport.RoundTrip(s.as("gis").request("GET", "/api/slow", nil).WithContext(ctx)); err == nil {
		t.Error("whoever left got an answer")
	}
	<-ended
	s.logs(`"route":"/api/slow","status":503`, `"level":"INFO"`)
}
