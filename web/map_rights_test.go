package web

import (
	"bytes"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"

	"canvass/areas"
	"canvass/tiles"
)

// mapRoutes are the ways to see anything of the map: a tile of each set, what describes and draws them, a state, an archive, and a
// package with its parts.
func (s *service) mapRoutes() []string {
	s.t.Helper()
	s.ok(s.store.AddBase(s.t.Context(), systemActor, county, "test", []areas.BaseFeature{
		{Layer: "road", Class: "primary", SourceID: "1", Geometry: orb.LineString{{117.001, 35.005}, {117.019, 35.005}}}}))
	s.packMap(county, "packed")
	manifest, revision := s.packageOf(west)
	part := partNamed(s.t, manifest, tiles.PartRoster).Hash
	return []string{
		tileAt(county+"-census", 14, middle), tileAt(county+"-base", 14, middle), tileAt(county+"-census", 4, middle),
		"/tiles/" + county + "-census.json", "/tiles/" + county + "-base.json", "/styles/day.json?county=" + county,
		"/state/" + west, "/archives/" + county + ".pmtiles",
		"/api/packages/" + west, "/api/packages/" + west + "/parts/" + part, "/api/packages/" + west + "/delta?from=" + revision,
	}
}

// The tablet of the enumerator sees the map that he does. None that is revoked sees any of it, nor one that lost its assignment, nor
// one whose pledge is due, nor anybody of another county; nor does it matter that it was at hand a moment ago.
func TestMapByTablet(t *testing.T) {
	s := newService(t)
	routes := s.mapRoutes()
	unpledged := s.enrolled("enumerator")
	for _, path := range routes {
		if a := unpledged.send("GET", path, nil); a.StatusCode != 403 {
			t.Errorf("before the pledge %s answers %d: %.100s", path, a.StatusCode, a.body)
		}
	}
	tablet, lost := s.newTablet("enumerator"), s.newTablet("enumerator")
	for _, path := range routes {
		tablet.send("GET", path, nil).want(200)
		if !strings.HasPrefix(path, "/state/") {
			tablet.send("HEAD", path, nil).want(200)
		}
		if a := s.as("outsider").get(path); a.StatusCode != 404 {
			t.Errorf("in another county %s answers %d: %.100s", path, a.StatusCode, a.body)
		}
		if a := (&client{service: s}).get(path); a.StatusCode != 401 {
			t.Errorf("nobody gets %s with %d: %.100s", path, a.StatusCode, a.body)
		}
	}
	s.as("supervisor").send("POST", lost.path("revoke"), map[string]string{"reason": "lost"}).want(200)
	for _, path := range routes {
		if a := lost.send("GET", path, nil); a.StatusCode != 401 && a.StatusCode != 403 {
			t.Errorf("revoked, %s answers %d: %.100s", path, a.StatusCode, a.body)
		}
	}
	_, err := s.store.EndAssignment(t.Context(), systemActor, county, s.held.ID)
	s.ok(err)
	for _, path := range routes {
		if a := tablet.send("GET", path, nil); a.StatusCode != 404 {
			t.Errorf("without an assignment %s answers %d: %.100s", path, a.StatusCode, a.body)
		}
	}
}

// Whoever asks gets the same tile, and in it nothing of another county that lies in the same square, nothing of persons, nothing of
// what was found at the doors, and no name of what is sensitive.
func TestTileHoldsWhatAllMaySee(t *testing.T) {
	s := newService(t)
	s.as("enumerator").visit(s.doors[0].ID, "complete").want(201)
	barracks := s.houseAt(east)
	for _, edit := range []string{`{"name":"barracks"}`, `{"sensitive":true}`} {
		s.as("gis").send("PATCH", barracks, edit, "If-Match", "*").want(200)
	}
	for _, zoom := range []int{4, 10, 14, 16} {
		path := tileAt(county+"-census", zoom, middle)
		first := s.as("gis").get(path).want(200)
		for _, who := range []string{"enumerator", "supervisor", "admin", "country"} {
			if a := s.as(who).get(path).want(200); !bytes.Equal(a.body, first.body) {
				t.Errorf("zoom %d: %s gets another tile", zoom, who)
			}
		}
		layers, err := mvt.Unmarshal(first.body)
		s.ok(err)
		for _, l := range layers {
			for _, f := range l.Features {
				code, _ := f.Properties["code"].(string)
				if in, is := f.Properties["sub_area"].(string); is {
					code = in
				}
				if code != "" && areas.Code(code).County() != county {
					t.Errorf("zoom %d: %s shows %s", zoom, l.Name, code)
				}
			}
		}
		for _, word := range []string{"enumerator", "complete", "occupied", "barracks", s.doors[0].ID.String(), abroad} {
			if bytes.Contains(first.body, []byte(word)) {
				t.Errorf("zoom %d: the tile says %s", zoom, word)
			}
		}
	}
	if s := string(s.as("enumerator").get("/tiles/" + county + "-census.json").want(200).body); strings.Contains(s, abroad) {
		t.Errorf("the tiles are described with another county: %s", s)
	}
}
