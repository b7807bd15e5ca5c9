package web

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"canvass/areas"
	"canvass/migrations/dbtest"
	"canvass/tiles"
)

// The tests' county: one town, one area, two sub-areas side by side with a building each; and a second county, of which
// nobody in the first may know.
const (
	county  = "370883"
	town    = "370883100"
	area    = "370883100201"
	west    = "370883100201001"
	east    = "370883100201002"
	abroad  = "370812"
	yonder  = "370812100"
	farArea = "370812100201"
	far     = "370812100201001"
)

const password = "eight letters at least"

// serviceKey is the key of the tests' server.
var serviceKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

// service is a running server on a county of its own.
type service struct {
	*httptest.Server
	t       testing.TB
	server  *Server
	store   *areas.Store
	pool    *pgxpool.Pool
	clients map[string]*client
	log     *logged
	houses  map[string]int64 // by sub-area
	doors   []areas.Dwelling // of the western sub-area, which is the enumerator's
	held    areas.Assignment
	named   map[string]string // what the table of rights calls by name
}

// accounts are who acts in the tests.
var accounts = []areas.NewUser{
	{Name: "country", Role: areas.RoleAdministrator, Language: "en"},
	{Name: "admin", Role: areas.RoleAdministrator, Scope: county, Language: "en"},
	{Name: "gis", Role: areas.RoleGIS, Scope: county, Language: "en"},
	{Name: "supervisor", Role: areas.RoleSupervisor, Scope: town, Language: "zh"},
	{Name: "enumerator", Role: areas.RoleEnumerator, Scope: town, Language: "zh"},
	{Name: "outsider", Role: areas.RoleGIS, Scope: abroad, Language: "en"},
}

// newService makes a county in which enumeration goes on, serves it, and signs every account in.
func newService(t testing.TB) *service {
	t.Helper()
	if t, is := t.(*testing.T); is {
		t.Parallel()
	}
	pool := dbtest.New(t)
	s := &service{t: t, pool: pool, store: areas.NewStore(pool), clients: map[string]*client{}, log: &logged{}, houses: map[string]int64{}}
	server, err := New(Options{
		Pool: pool, Store: s.store, Tiles: s.newTiles(), Data: t.TempDir(), Key: serviceKey, Logger: slog.New(slog.NewJSONHandler(s.log, nil)),
		Ready: func(ctx context.Context) error { return pool.Ping(ctx) },
	})
	s.ok(err)
	s.server = server
	s.makeGround()
	s.makePeople()
	s.listen()
	return s
}

// newTiles serves the map with nothing cached.
func (s *service) newTiles() *tiles.Tiles {
	return tiles.New(s.pool, tiles.Options{Logger: slog.New(slog.NewJSONHandler(s.log, nil)), PackageDir: s.t.TempDir(), Key: serviceKey})
}

func (s *service) makeGround() {
	ctx, system := context.Background(), areas.System()
	for area, degree := range map[areas.Code]float64{area: 117, farArea: 116} {
		s.ok(s.store.MakeRegions(ctx, system, []areas.NewRegion{
			{Code: area.County(), Name: "邹城市", Geometry: orb.MultiPolygon{box(degree, 35, degree+.02, 35.01)}},
			{Code: area.Parent(), Name: "香城镇"}}))
		_, err := s.store.MakeAreas(ctx, system, []areas.NewArea{{Code: area, Name: "北王村"}})
		s.ok(err)
		_, err = s.store.DrawSubAreas(ctx, system, []areas.NewSubArea{
			{Code: area + "001", Geometry: ground(degree, 1)}, {Code: area + "002", Geometry: ground(degree, 2)},
		})
		s.ok(err)
		now := time.Now()
		_, err = s.store.SetRound(ctx, system, areas.Round{County: area.County(), Name: "enumeration",
			OpensAt: now.AddDate(0, 0, -2), ClosesAt: now.AddDate(0, 0, 10)})
		s.ok(err)
		two, one := 2, 1
		ids, err := s.store.AddBuildings(ctx, system, area.County(), []areas.NewBuilding{
			{Geometry: house(degree, 1), Floors: &two, Stairwells: &one, Doors: &two, Source: "test", SourceID: "1"},
			{Geometry: house(degree, 2), Units: &one, Source: "test", SourceID: "2"},
		})
		s.ok(err)
		s.houses[string(area)+"001"], s.houses[string(area)+"002"] = ids[0], ids[1]
	}
}

func (s *service) makePeople() {
	ctx, system := context.Background(), areas.System()
	ids := map[string]uuid.UUID{}
	for _, u := range accounts {
		u.DisplayName = u.Name
		made, err := s.store.CreateUser(ctx, system, u)
		s.ok(err)
		ids[u.Name] = made.ID
	}
	var err error
	s.held, err = s.store.Assign(ctx, system, areas.NewAssignment{SubArea: west, Enumerator: ids["enumerator"]})
	s.ok(err)
	_, err = s.store.ListDwellings(ctx, system, west)
	s.ok(err)
	list, err := s.store.Dwellings(ctx, system, areas.DwellingQuery{SubArea: west})
	s.ok(err)
	s.doors = list.Items
	for name, id := range ids {
		cookie, err := s.server.sessions.begin(ctx, id, false, "")
		s.ok(err)
		s.clients[name] = &client{service: s, name: name, id: id, cookie: cookie.Value}
	}
	s.clients["nobody"] = &client{service: s, name: "nobody"}
}

// listen serves until the test ends.
func (s *service) listen() {
	s.Server = httptest.NewUnstartedServer(s.server)
	s.Listener, s.Config.ConnState = s.server.Listen(s.Listener), s.server.ConnState
	s.Start()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 2)
	go func() { done <- s.server.Run(ctx) }()
	go func() { done <- s.server.tiles.Follow(ctx) }()
	s.t.Cleanup(func() {
		stop()
		<-done
		<-done
		s.Close()
	})
}

func (s *service) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// as is the client of an account.
func (s *service) as(name string) *client { return s.clients[name] }

// client sends requests with one session; without a cookie it is nobody's.
type client struct {
	*service
	name   string
	id     uuid.UUID
	cookie string
}

// sent is an answer with its body read.
type sent struct {
	*http.Response
	t    testing.TB
	body []byte
}

// send asks, with a body as JSON unless it is text, and with headers as name and value in turn.
func (c *client) send(method, path string, body any, headers ...string) *sent {
	c.t.Helper()
	r := c.request(method, path, body, headers...)
	response, err := http.DefaultTransport.RoundTrip(r)
	c.ok(err)
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	c.ok(err)
	return &sent{Response: response, t: c.t, body: read}
}

func (c *client) request(method, path string, body any, headers ...string) *http.Request {
	c.t.Helper()
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(body)
	default:
		encoded, err := json.Marshal(body)
		c.ok(err)
		reader = bytes.NewReader(encoded)
	}
	r, err := http.NewRequest(method, c.URL+path, reader)
	c.ok(err)
	if reader != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.cookie != "" {
		r.AddCookie(&http.Cookie{Name: cookieName, Value: c.cookie})
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func (c *client) get(path string, headers ...string) *sent {
	c.t.Helper()
	return c.send("GET", path, nil, headers...)
}

// want fails unless the answer has the status.
func (a *sent) want(status int) *sent {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Fatalf("%s %s answers %d, want %d: %s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	return a
}

// refused fails unless the answer is a whole problem with the status and the code.
func (a *sent) refused(status int, code string) Problem {
	a.t.Helper()
	a.want(status)
	var p Problem
	a.into(&p)
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		a.t.Errorf("a problem comes as %s", got)
	}
	if p.Code != code || p.Status != status || p.Type != "about:blank" || p.Title != http.StatusText(status) || p.Detail == "" {
		a.t.Errorf("%s %s: problem %+v, want code %s", a.Request.Method, a.Request.URL.Path, p, code)
	}
	if p.RequestID == "" || p.RequestID != a.Header.Get("X-Request-ID") {
		a.t.Errorf("the problem names request %q, the header %q", p.RequestID, a.Header.Get("X-Request-ID"))
	}
	return p
}

func (a *sent) into(value any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, value); err != nil {
		a.t.Fatalf("%s %s: %v in %s", a.Request.Method, a.Request.URL.Path, err, a.body)
	}
}

// read is the answer's body as a form.
func read[T any](a *sent) (out T) {
	a.t.Helper()
	a.want(http.StatusOK).into(&out)
	return out
}

// logged is what the server wrote into its log.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// logs waits for a line of the log with all these in it.
func (s *service) logs(words ...string) {
	s.t.Helper()
	for range 200 {
		for line := range strings.Lines(s.log.String()) {
			if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) }) {
				return
			}
		}
		time.Sleep(10 * time.Millisecond) // the line follows the answer
	}
	s.t.Errorf("no line of the log holds %q", words)
}

// box is a rectangle in degrees.
func box(west, south, east, north float64) orb.Polygon {
	return orb.Polygon{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}
}

// ground is the box of a sub-area, the first or the second east of a whole degree.
func ground(degree float64, nth int) orb.MultiPolygon {
	w := degree + float64(nth-1)/100
	return orb.MultiPolygon{box(w, 35, w+.01, 35.01)}
}

// house is a building in that sub-area.
func house(degree float64, nth int) orb.Polygon {
	w := degree + float64(nth-1)/100
	return box(w+.002, 35.002, w+.003, 35.003)
}

var (
	systemActor = areas.System()
	allEvents   = areas.EventQuery{Within: county, Page: areas.Page{Limit: 1000}}
)

// houseAt is the address of a sub-area's house.
func (s *service) houseAt(subArea string) string {
	return fmt.Sprintf("/api/buildings/%s/%d", subArea[:6], s.houses[subArea])
}
