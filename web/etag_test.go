package web

import (
	"testing"
)

// A change stands on what was read: If-Match names it, and what was changed meanwhile is not overwritten.
func TestChangesStandOnWhatWasRead(t *testing.T) {
	s := newService(t)
	s.ok(s.store.RunChecks(t.Context(), systemActor, county))
	flags := read[list[Flag]](s.as("gis").get("/api/flags")).Items
	if len(flags) == 0 {
		t.Fatal("there is no flag to change")
	}
	for _, c := range []struct{ who, path, first, second string }{
		{"gis", "/api/regions/" + county, `{"name":"甲"}`, `{"name":"乙"}`},
		{"gis", "/api/areas/" + area, `{"name":"甲"}`, `{"name":"乙"}`},
		{"gis", "/api/sub-areas/" + west, `{"description":"甲"}`, `{"description":"乙"}`},
		{"gis", s.houseAt(west), `{"name":"甲"}`, `{"name":"乙"}`},
		{"gis", "/api/flags/" + county + "/" + flags[0].ID.String(), `{"due_at":"2030-01-01T00:00:00Z"}`, `{"due_at":"2031-01-01T00:00:00Z"}`},
		{"admin", "/api/users/" + s.as("gis").id.String(), `{"display_name":"甲"}`, `{"display_name":"乙"}`},
	} {
		asker := s.as(c.who)
		was := asker.get(c.path).want(200)
		etag := was.Header.Get("ETag")
		if etag == "" || etag[0] != '"' {
			t.Errorf("%s has ETag %s", c.path, etag)
		}
		asker.send("PATCH", c.path, c.first).refused(428, "if_match_missing")
		for _, malformed := range []string{"x", `"x"`, `"0"`, `"1", "2"`, "-1", `"`, `""`} {
			asker.send("PATCH", c.path, c.first, "If-Match", malformed).refused(400, "if_match_malformed")
		}
		if now := asker.get(c.path).want(200).Header.Get("ETag"); now != etag {
			t.Errorf("%s: what was refused changed %s to %s", c.path, etag, now)
		}
		next := asker.send("PATCH", c.path, c.first, "If-Match", etag).want(200).Header.Get("ETag")
		if next == etag || next != asker.get(c.path).Header.Get("ETag") {
			t.Errorf("%s: a change answers ETag %s after %s", c.path, next, etag)
		}
		asker.send("PATCH", c.path, c.second, "If-Match", etag).refused(412, "changed_since")
		if now := asker.get(c.path).want(200); now.Header.Get("ETag") != next {
			t.Errorf("%s: a stale change was made: %s", c.path, now.body)
		}
		asker.send("PATCH", c.path, c.second, "If-Match", "W/"+next).want(200) // a proxy that packs weakens tags
		asker.send("PATCH", c.path, c.first, "If-Match", "*").want(200)
	}
}

// A change of state says what it stands on, is held to it, and is a step of the frame's history.
func TestStateStandsOnWhatWasRead(t *testing.T) {
	s := newService(t)
	path := "/api/sub-areas/" + east
	etag := s.as("gis").get(path).Header.Get("ETag")
	s.as("gis").send("PATCH", path, `{"description":"x"}`, "If-Match", etag).want(200)
	state := read[SubArea](s.as("gis").get(path)).State
	s.as("gis").send("POST", path+"/state", `{"state":"checked"}`, "If-Match", etag).refused(412, "changed_since")
	s.as("gis").send("POST", path+"/state", `{"state":"checked"}`, "If-Match", "seven").refused(400, "if_match_malformed")
	s.as("gis").send("POST", path+"/state", `{"state":"checked"}`).refused(428, "if_match_missing")
	moved := s.as("gis").send("POST", path+"/state", `{"state":"checked"}`, "If-Match", "*")
	if now := read[SubArea](moved).State; state == now || now != "checked" {
		t.Errorf("moved from %s to %s", state, now)
	}
	steps := read[list[Step]](s.as("gis").get("/api/places/" + east + "/history"))
	if len(steps.Items) != 2 || steps.Items[0].Verb != "move" || steps.Items[0].Detail["to"] != "checked" {
		t.Errorf("its history is %+v", steps.Items)
	}
}

// What has not changed is not sent again.
func TestStateIsSentOnce(t *testing.T) {
	s := newService(t)
	first := s.as("enumerator").get("/state/" + west)
	state := read[State](first)
	if got := state.Buildings[1]; len(got) != 1 || got[0] != s.houses[west] || len(state.Buildings) != 7 {
		t.Errorf("the state is %+v", state.Buildings)
	}
	etag := first.Header.Get("ETag")
	for _, known := range []string{etag, "W/" + etag, `"other", ` + etag, "*"} {
		again := s.as("enumerator").get("/state/"+west, "If-None-Match", known).want(304)
		if len(again.body) > 0 || again.Header.Get("ETag") != etag {
			t.Errorf("304 for %s has body %q and ETag %s", known, again.body, again.Header.Get("ETag"))
		}
	}
	s.as("enumerator").get("/state/"+west, "If-None-Match", `"other"`).want(200)
	for _, door := range s.doors {
		s.as("enumerator").visit(door.ID, "complete").want(201)
	}
	changed := s.as("enumerator").get("/state/"+west, "If-None-Match", etag)
	if state := read[State](changed); len(state.Buildings[3]) != 1 || changed.Header.Get("ETag") == etag {
		t.Errorf("after every door was done the state is %+v", state.Buildings)
	}
}

// A frame that nobody has changed yet has an ETag too, and the second to stand on it is refused.
func TestTheFirstChangeOfAFrameIsNotOverwritten(t *testing.T) {
	s := newService(t)
	gis := s.as("gis")
	etag := gis.get("/api/frame/" + area).want(200).Header.Get("ETag")
	if etag != `"0"` {
		t.Fatalf("an untouched frame has ETag %s", etag)
	}
	split := func(x string) *sent {
		return gis.send("POST", "/api/sub-areas/"+west+"/split", `{"line":{"type":"LineString","coordinates":[[`+x+`,35],[`+x+`,35.01]]}}`, "If-Match", etag)
	}
	split("117.005").want(200)
	split("117.007").refused(412, "changed_since")
}
