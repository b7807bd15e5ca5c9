package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
	"canvass/tiles"
)

// everybody are the askers of the table, in the order of its statuses: nobody, an enumerator in his sub-area, a supervisor of
// the town, GIS staff and an administrator of the county, and GIS staff of another county.
var everybody = []string{"nobody", "enumerator", "supervisor", "gis", "admin", "outsider"}

// rights is every route with what it answers everybody. A body may name what the county holds: {door} an open dwelling,
// {free} a sub-area in nobody's hands, {enumerator}, {supervisor} and {li} accounts, {n} a fresh number.
var rights = []struct{ method, route, example, body, statuses string }{
	{"POST", "/api/session", "", `{"name":"nobody","password":"wrong"}`, "401 401 401 401 401 401"},
	{"GET", "/api/session", "", "", "401 200 200 200 200 200"},
	{"PATCH", "/api/session", "", `{"language":"en"}`, "401 200 200 200 200 200"},
	{"DELETE", "/api/session", "", "", "401 204 204 204 204 204"},
	{"POST", "/api/session/password", "", `{"current":"x","new":"x"}`, "401 422 422 422 422 422"},

	{"GET", "/api/regions", "?within={county}", "", "401 200 200 200 200 404"},
	{"POST", "/api/regions", "", `{"code":"370883{n}","name":"镇"}`, "401 404 404 201 201 404"},
	{"GET", "/api/regions/{code}", "{town}", "", "401 200 200 200 200 404"},
	{"PATCH", "/api/regions/{code}", "{town}", `{"name":"镇"}`, "401 403 403 200 200 404"},
	{"GET", "/api/areas", "?within={town}", "", "401 200 200 200 200 404"},
	{"POST", "/api/areas", "", `{"town":"370883100","name":"村","kind":"villagers"}`, "401 403 403 201 201 404"},
	{"GET", "/api/areas/{code}", "{area}", "", "401 200 200 200 200 404"},
	{"PATCH", "/api/areas/{code}", "{area}", `{"name":"村"}`, "401 403 403 200 200 404"},
	{"GET", "/api/sub-areas", "?within={area}", "", "401 200 200 200 200 404"},
	{"POST", "/api/sub-areas", "", `{"code":"370883100201901"}`, "401 403 403 201 201 404"},
	{"GET", "/api/sub-areas/{code}", "{west}", "", "401 200 200 200 200 404"},
	{"PATCH", "/api/sub-areas/{code}", "{west}", `{"description":"x"}`, "401 403 403 200 200 404"},
	{"POST", "/api/sub-areas/{code}/state", "{free}/state", `{"state":"checked"}`, "401 404 200 200 200 404"},
	{"GET", "/api/frame/{area}", "{area}", "", "401 200 200 200 200 404"},
	{"POST", "/api/sub-areas/{code}/split", "{west}/split?preview=true", `{"line":{"type":"LineString","coordinates":[[117.005,35],[117.005,35.01]]}}`, "401 403 403 200 200 404"},
	{"POST", "/api/sub-areas/merge", "?preview=true", `{"codes":["{west}","{free}"]}`, "401 403 403 200 200 404"},
	{"POST", "/api/sub-areas/reshape", "?preview=true", `{"codes":["{west}","{free}"],"line":{line}}`, "401 403 403 200 200 404"},
	{"POST", "/api/sub-areas/transfer", "?preview=true", `{"from":"{west}","to":"{free}","piece":{box}}`, "401 403 403 200 200 404"},
	{"POST", "/api/sub-areas/{code}/retire", "{west}/retire?preview=true", `{}`, "401 403 403 200 200 404"},
	{"POST", "/api/areas/{code}/virtual", "{area}/virtual?preview=true", `{"description":"x"}`, "401 403 403 200 200 404"},
	{"POST", "/api/areas/{code}/draw", "{area}/draw?preview=true", `{"piece":{piece}}`, "401 403 403 200 200 404"},
	{"POST", "/api/areas/{code}/number", "{area}/number?preview=true", "", "401 403 403 200 200 404"},
	{"POST", "/api/areas/{code}/split", "{area}/split?preview=true", `{"sub_areas":["{west}"],"name":"村"}`, "401 403 403 200 200 404"},
	{"POST", "/api/areas/merge", "?preview=true", `{"into":"{area}","others":["{area}"]}`, "401 422 422 422 422 422"},
	{"POST", "/api/revisions/{county}/{revision}/undo", "{county}/99/undo?preview=true", `{}`, "401 403 404 404 404 404"},
	{"POST", "/api/sign-off/{code}/{verb}", "{area}/submit?preview=true", `{}`, "401 403 200 200 200 404"},
	{"GET", "/api/sign-off", "?within={area}", "", "401 200 200 200 200 404"},
	{"GET", "/api/differences", "?within={area}&from={past}&to={future}", "", "401 200 200 200 200 404"},
	{"GET", "/api/differences.geojson", "?within={area}&from={past}&to={future}", "", "401 200 200 200 200 404"},
	{"GET", "/api/places/{code}/history", "{west}/history", "", "401 200 200 200 200 404"},
	{"GET", "/api/places/{code}/lineage", "{west}/lineage", "", "401 200 200 200 200 404"},
	{"GET", "/api/places/{code}/as-of", "{west}/as-of?at={past}", "", "401 200 200 200 200 404"},
	{"GET", "/api/places/{code}/geometry", "{west}/geometry", "", "401 200 200 200 200 404"},

	{"GET", "/api/buildings", "?within={west}", "", "401 200 200 200 200 404"},
	{"POST", "/api/buildings", "", `{"county":"370883","kind":"residential","geometry":{box}}`, "401 201 201 201 201 404"},
	{"GET", "/api/buildings/{county}/{id}", "{county}/{house}", "", "401 200 200 200 200 404"},
	{"PATCH", "/api/buildings/{county}/{id}", "{county}/{house}", `{"name":"x"}`, "401 200 200 200 200 404"},
	{"POST", "/api/buildings/{county}/{id}/move", "{county}/{house}/move?preview=true", `{"geometry":{box}}`, "401 403 403 200 200 404"},
	{"POST", "/api/buildings/merge", "?preview=true", `{"county":"{county}","keep":{house},"others":[{"id":{house2}}]}`, "401 403 403 200 200 404"},
	{"GET", "/api/buildings/{county}/{id}/dwellings", "{county}/{house}/dwellings", "", "401 200 200 200 200 404"},
	{"POST", "/api/buildings/{county}/{id}/dwellings", "{county}/{house}/dwellings", `{"stairwells":1,"floors":2,"doors":2}`, "401 200 200 200 200 404"},
	{"GET", "/api/dwellings", "?sub_area={west}", "", "401 200 200 200 200 404"},

	{"GET", "/api/visits", "?within={west}", "", "401 200 200 200 200 404"},
	{"GET", "/api/assignments", "?within={west}", "", "401 200 200 200 200 404"},
	{"POST", "/api/assignments", "", `{"sub_area":"{free}","enumerator":"{enumerator}"}`, "401 404 201 403 201 404"},
	{"POST", "/api/assignments/{county}/{id}/done", "{county}/{open}/done", "", "401 404 200 403 200 404"},
	{"POST", "/api/assignments/{county}/{id}/end", "{county}/{open}/end", "", "401 404 200 403 200 404"},

	{"GET", "/api/coverage", "?level=sub_area&within={county}", "", "401 200 200 200 200 404"},
	{"GET", "/state/{code}", "{west}", "", "401 200 200 200 200 404"},
	{"GET", "/api/flags", "?within={county}", "", "401 200 200 200 200 404"},
	{"GET", "/api/flags/{county}/{id}", "{county}/{flag}", "", "401 200 200 200 200 404"},
	{"PATCH", "/api/flags/{county}/{id}", "{county}/{flag}", `{"owner":"{supervisor}"}`, "401 403 200 200 200 404"},
	{"POST", "/api/flags/{county}/{id}/close", "{county}/{flag}/close", `{"code":"none","reason":"x"}`, "401 403 422 422 422 404"},
	{"POST", "/api/flags/{county}/{id}/reopen", "{county}/{flag}/reopen", `{"reason":"x"}`, "401 403 409 409 409 404"},
	{"POST", "/api/visits", "", `{"id":"{fresh}","county":"370883","dwelling":"{door}","result":"no_contact"}`, "401 201 201 403 201 404"},
	{"GET", "/api/checks", "", "", "401 200 200 200 200 200"},

	{"GET", "/api/imports", "?county={county}", "", "401 200 200 200 200 404"},
	{"POST", "/api/imports", "", "", "401 403 403 400 400 400"},
	{"GET", "/api/imports/{county}/{id}", "{county}/{import}", "", "401 404 404 200 200 404"},
	{"GET", "/api/imports/{county}/{id}/rows", "{county}/{import}/rows", "", "401 200 200 200 200 404"},
	{"GET", "/api/imports/{county}/{id}/rows.geojson", "{county}/{import}/rows.geojson", "", "401 200 200 200 200 404"},
	{"GET", "/api/imports/{county}/{id}/rows.txt", "{county}/{import}/rows.txt", "", "401 200 200 200 200 404"},

	{"GET", "/api/users", "?within={town}", "", "401 200 200 200 200 404"},
	{"POST", "/api/users", "", `{"name":"u{n}","display_name":"u","role":"enumerator","scope":"370883100","password":"long enough"}`, "401 403 403 403 201 404"},
	{"GET", "/api/users/{id}", "{enumerator}", "", "401 200 200 200 200 404"},
	{"PATCH", "/api/users/{id}", "{li}", `{"display_name":"x"}`, "401 403 403 403 200 403"},
	{"POST", "/api/enrolments", "", `{"user":"{enumerator}"}`, "401 403 201 403 201 403"},
	{"POST", "/api/devices", "", `{"code":"370883-0000000000","name":"x","public_key":""}`, "422 422 422 422 422 422"},
	{"GET", "/api/devices", "?within={town}", "", "401 403 200 403 200 404"},
	{"POST", "/api/devices/{county}/{id}/pledge", "{county}/{device}/pledge", `{"version":"x"}`, "401 403 403 403 403 403"},
	{"POST", "/api/outboxes", "", "canvass-outbox-1 {county}/{device} 1793700000000 " + strings.Repeat("A", 86) + "\n" + strings.Repeat("x", 99), "401 403 422 403 422 403"},
	{"POST", "/api/devices/{county}/{id}/revoke", "{county}/{device}/revoke", `{"reason":"x"}`, "401 403 200 403 200 403"},
	{"POST", "/api/sync", "", `{"version":1,"clock":"2026-11-01T08:00:00Z"}`, "401 403 403 403 403 403"},
	{"GET", "/api/changes", "?within={county}", "", "401 403 200 200 200 404"},
	{"POST", "/api/changes/{county}/{id}/accept", "{county}/{fresh}/accept", `{"reason":"x"}`, "401 403 404 403 404 404"},
	{"POST", "/api/changes/{county}/{id}/reject", "{county}/{fresh}/reject", `{"reason":"x"}`, "401 403 404 403 404 404"},
	{"GET", "/api/proposals", "?within={county}", "", "401 403 200 200 200 404"},
	{"POST", "/api/proposals/{county}/{id}/accept", "{county}/{fresh}/accept", `{"reason":"x"}`, "401 403 404 404 404 404"},
	{"POST", "/api/proposals/{county}/{id}/reject", "{county}/{fresh}/reject", `{"reason":"x"}`, "401 403 404 404 404 404"},
	{"POST", "/api/self-responses", "", `{"id":"{fresh}","county":"{county}","household":"{fresh}"}`, "401 404 404 403 404 404"},
	{"GET", "/api/self-responses", "?within={county}", "", "401 200 200 200 200 404"},
	{"POST", "/api/self-responses/{county}/{id}/revoke", "{county}/{fresh}/revoke", `{"reason":"x"}`, "401 404 404 404 404 404"},
	{"POST", "/api/self-responses/report", "", `{"county":"{county}","code":"x","state":"started"}`, "401 401 401 401 401 401"},
	{"POST", "/api/long-form", "", `{"place":"{county}","seed":7}`, "401 403 403 403 409 404"}, // nobody is listed yet
	{"GET", "/api/long-form", "?within={county}", "", "401 200 200 200 200 404"},
	{"GET", "/api/rounds", "?county={county}", "", "401 200 200 200 200 404"},
	{"PUT", "/api/rounds/{county}/{name}", "{county}/listing", `{"opens_at":"{past}","closes_at":"{future}"}`, "401 403 403 403 200 404"},
	{"GET", "/api/events", "?within={county}", "", "401 200 200 200 200 404"},
	{"GET", "/api/search", "?county={county}&q=村", "", "401 200 200 200 200 404"},

	{"GET", "/api/packages/{sub_area}", "{west}", "", "401 200 200 200 200 404"},
	{"HEAD", "/api/packages/{sub_area}", "{west}", "", "401 200 200 200 200 404"},
	{"GET", "/api/packages/{sub_area}", "{free}", "", "401 404 200 200 200 404"},
	{"GET", "/api/packages/{sub_area}/parts/{hash}", "{west}/parts/{part}", "", "401 200 200 200 200 404"},
	{"HEAD", "/api/packages/{sub_area}/parts/{hash}", "{west}/parts/{part}", "", "401 200 200 200 200 404"},
	{"GET", "/api/packages/{sub_area}/parts/{hash}", "{free}/parts/{part}", "", "401 404 404 404 404 404"},
	{"GET", "/api/packages/{sub_area}/delta", "{west}/delta?from={revision}", "", "401 200 200 200 200 404"},
	{"HEAD", "/api/packages/{sub_area}/delta", "{west}/delta?from={revision}", "", "401 200 200 200 200 404"},
	{"GET", "/api/packages/{sub_area}/delta", "{free}/delta?from={revision}", "", "401 404 404 404 404 404"},
	{"GET", "/api/live", "?within=99", "", "401 422 422 422 422 422"},
	{"GET", "/tiles/{set}/{z}/{x}/{y}.mvt", "{county}-census/14/13517/6489.mvt", "", "401 200 200 200 200 404"},
	{"HEAD", "/tiles/{set}/{z}/{x}/{y}.mvt", "{county}-census/14/13517/6489.mvt", "", "401 200 200 200 200 404"},
	{"GET", "/tiles/{set}.json", "{county}-census.json", "", "401 200 200 200 200 404"},
	{"HEAD", "/tiles/{set}.json", "{county}-census.json", "", "401 200 200 200 200 404"},
	{"GET", "/imagery/{county}/{z}/{x}/{y}", "{county}/14/13517/6489", "", "401 404 404 404 404 404"},  // none is configured
	{"HEAD", "/imagery/{county}/{z}/{x}/{y}", "{county}/14/13517/6489", "", "401 404 404 404 404 404"}, // none is configured
	{"GET", "/archives/{place}.pmtiles", "{county}.pmtiles", "", "401 404 404 404 404 404"},            // none is packed
	{"HEAD", "/archives/{place}.pmtiles", "{county}.pmtiles", "", "401 404 404 404 404 404"},           // none is packed
	{"GET", "/styles/{theme}.json", "day.json?county={county}", "", "401 200 200 200 200 404"},
	{"HEAD", "/styles/{theme}.json", "day.json?county={county}", "", "401 200 200 200 200 404"},
}

// openToAll answers without a session, and holds nothing of the census.
var openToAll = []string{"GET /healthz", "GET /readyz", "GET /metrics", serverRoute, "GET /*", "HEAD /*", "GET /openapi.json", "GET /openapi-3.0.json",
	"GET /openapi.yaml", "GET /openapi-3.0.yaml"}

func TestRights(t *testing.T) {
	for column, who := range everybody {
		t.Run(who, func(t *testing.T) {
			s := newService(t)
			s.prepareRights()
			for i, r := range rights {
				if r.method == "DELETE" && who != "nobody" {
					continue // it ends the session that the rest needs; it stands below
				}
				want := strings.Fields(r.statuses)[column]
				s.askRight(who, i, want)
			}
			if who != "nobody" {
				s.as(who).send("DELETE", "/api/session", nil).want(204)
			}
		})
	}
}

// askRight asks for one route as somebody.
func (s *service) askRight(who string, i int, want string) {
	s.t.Helper()
	r := rights[i]
	fill := strings.NewReplacer(s.words(i)...)
	path := r.route
	if base, _, named := strings.Cut(r.route, "{"); named {
		path = base
	}
	path = fill.Replace(path + r.example)
	var body any
	if r.body != "" {
		body = fill.Replace(r.body)
	}
	answer := s.as(who).send(r.method, path, body, "If-Match", "*")
	if got := fmt.Sprint(answer.StatusCode); got != want {
		s.t.Errorf("%s: %s %s answers %s, want %s: %.300s", who, r.method, path, got, want, answer.body)
	}
}

// prepareRights lays what the table's examples name: a flag, an import run, and an assignment of another enumerator.
func (s *service) prepareRights() {
	s.t.Helper()
	ctx := s.t.Context()
	s.ok(s.store.RunChecks(ctx, systemActor, county))
	run, err := s.store.BeginImport(ctx, systemActor, areas.ImportOptions{County: county, What: "base", Source: "test", FileName: "x.geojson"})
	s.ok(err)
	s.named = map[string]string{"{import}": run.ID.String()}
	other, err := s.store.CreateUser(ctx, systemActor, areas.NewUser{Name: "li", DisplayName: "li", Role: areas.RoleEnumerator, Scope: town})
	s.ok(err)
	_, err = s.store.DrawSubAreas(ctx, systemActor, []areas.NewSubArea{{Code: area + "003", Geometry: ground(117, 3)}})
	s.ok(err)
	held, err := s.store.Assign(ctx, systemActor, areas.NewAssignment{SubArea: area + "003", Enumerator: other.ID})
	s.ok(err)
	flags, err := s.store.Flags(ctx, systemActor, areas.FlagQuery{Within: west})
	s.ok(err)
	if len(flags.Items) == 0 {
		s.t.Fatal("no flag is there")
	}
	s.named["{device}"] = s.newTablet("enumerator").device.ID.String()
	s.named["{li}"] = other.ID.String()
	manifest, revision := s.packageOf(west)
	s.named["{part}"], s.named["{revision}"] = partNamed(s.t, manifest, tiles.PartRoster).Hash, revision
	s.named["{open}"], s.named["{flag}"] = held.ID.String(), flags.Items[0].ID.String()
}

// words are what stands for the names in the i-th route of the table.
func (s *service) words(i int) []string {
	now := time.Now()
	out := []string{"{county}", county, "{town}", town, "{area}", area, "{west}", west, "{free}", east,
		"{house}", fmt.Sprint(s.houses[west]), "{house2}", fmt.Sprint(s.houses[east]), "{door}", s.doors[0].ID.String(), "{fresh}", uuid.NewString(), "{n}", fmt.Sprint(100 + i),
		"{enumerator}", s.as("enumerator").id.String(), "{supervisor}", s.as("supervisor").id.String(),
		"{line}", `{"type":"LineString","coordinates":[[117.01,35.002],[117.009,35.003],[117.01,35.004]]}`,
		"{piece}", `{"type":"Polygon","coordinates":[[[117.003,35.001],[117.006,35.001],[117.006,35.002],[117.003,35.002],[117.003,35.001]]]}`,
		"{past}", now.AddDate(0, 0, -3).Format(time.RFC3339), "{future}", now.AddDate(0, 0, 3).Format(time.RFC3339),
		"{box}", `{"type":"Polygon","coordinates":[[[117.007,35.007],[117.0072,35.007],[117.0072,35.0072],[117.007,35.0072],[117.007,35.007]]]}`}
	for name, value := range s.named {
		out = append(out, name, value)
	}
	return out
}

// No route is forgotten: neither by the table of rights nor by the document.
func TestEveryRouteHasItsRights(t *testing.T) {
	s := newService(t)
	laid := map[string]bool{}
	for _, r := range s.server.echo.Routes() {
		if r.Method != echoRouteNotFound {
			laid[r.Method+" "+braced(r.Path)] = true
		}
	}
	known := map[string]bool{}
	for _, name := range openToAll {
		known[name] = true
	}
	for _, r := range rights {
		known[r.method+" "+r.route] = true
		item := s.server.api.OpenAPI().Paths[r.route]
		if item == nil {
			t.Errorf("%s is not in the document", r.route)
		}
	}
	for name := range laid {
		if !known[name] {
			t.Errorf("%s stands neither in rights nor in openToAll", name)
		}
	}
	for name := range known {
		if !laid[name] {
			t.Errorf("%s is no route", name)
		}
	}
}

const echoRouteNotFound = "echo_route_not_found"

// braced writes Echo's path as the document does.
func braced(path string) string {
	switch path {
	case "/tiles/:set/:z/:x/:file":
		return "/tiles/{set}/{z}/{x}/{y}.mvt"
	case "/tiles/:file":
		return "/tiles/{set}.json"
	case "/archives/:file":
		return "/archives/{place}.pmtiles"
	case "/styles/:file":
		return "/styles/{theme}.json"
	}
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, is := strings.CutPrefix(p, ":"); is {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

// A session that somebody made up is nobody's, everywhere.
func TestMadeUpSessionIsNobodys(t *testing.T) {
	s := newService(t)
	s.prepareRights()
	s.clients["forger"] = &client{service: s, name: "forger", cookie: strings.Repeat("A", 43)}
	for i, r := range rights {
		if name := r.method + " " + r.route; name != "POST "+devicesPath {
			s.askRight("forger", i, fmt.Sprint(http.StatusUnauthorized))
		}
	}
}
