package web

import (
	"fmt"
	"strings"
	"testing"
)

// lineOf, ringOf and pairsOf write GeoJSON of coordinates such as "117.005 35, 117.005 35.01".
func lineOf(pairs string) string {
	return `{"type":"LineString","coordinates":[` + pairsOf(pairs) + `]}`
}

func ringOf(pairs string) string {
	return `{"type":"Polygon","coordinates":[[` + pairsOf(pairs) + `]]}`
}

func pairsOf(pairs string) string {
	var out []string
	for _, pair := range strings.Split(pairs, ",") {
		out = append(out, "["+strings.Join(strings.Fields(pair), ",")+"]")
	}
	return strings.Join(out, ",")
}

// zigzag is a line or, closed, a ring of so many vertices within the western sub-area.
func zigzag(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%.7f %.7f", 117.001+float64(i%1000)*8e-6, 35.001+float64(i/1000)*1e-5+float64(i%2)*4e-6)
	}
	out[n-1] = out[0]
	return strings.Join(out, ",")
}

const (
	someLine = "117.005 35, 117.005 35.01"
	someRing = "117.006 35.006, 117.007 35.006, 117.007 35.007, 117.006 35.007, 117.006 35.006"
)

// badGround is what cannot be drawn: by which operation, as which geometry, and what is said to it. A place is told where one is
// on the ground.
var badGround = []struct {
	operation, geometry string
	status              int
	code                string
	place               bool
	says                string
}{
	{"split", lineOf("117 35.002, 117.01 35.008, 117.01 35.002, 117 35.008"), 422, "line_crosses_itself", true, "without a loop"},
	{"split", lineOf("117.004 35.004, 117.006 35.006"), 422, "line_ends_inside", true, "on to the boundary"},
	{"split", lineOf("117.015 35, 117.015 35.01"), 422, "line_divides_nothing", true, "from boundary to boundary"},
	{"split", lineOf("117.9 35, 117.9 35.01"), 422, "far_away", true, "WGS 84"},
	{"split", lineOf("35 117.005, 35.01 117.005"), 422, "latitude_first", true, "longitude, then latitude"},
	{"split", lineOf("13024835 4163881, 13024835 4164990"), 422, "not_degrees", false, "degrees of WGS 84"},
	{"split", lineOf("117.005 91, 117.005 35.01"), 422, "not_on_earth", false, "no place on earth"},
	{"split", lineOf("117.005 1e308, 117.005 35.01"), 422, "not_degrees", false, "degrees of WGS 84"},
	{"split", lineOf("117.005 1e999, 117.005 35.01"), 400, "malformed", false, "from byte "},
	{"split", lineOf("117.005 NaN, 117.005 35.01"), 400, "malformed", false, "from byte 54"},
	{"split", lineOf("117.005 Infinity, 117.005 35.01"), 400, "malformed", false, "cannot be read"},
	{"split", lineOf("117.005 35"), 422, "line_unreadable", true, "draw it anew"},
	{"split", `{"type":"LineString","coordinates":[]}`, 422, "line_unreadable", false, "draw it anew"},
	{"split", ringOf(someRing), 422, "line_unreadable", false, "draw it anew"},
	{"split", `{"type":"GeometryCollection","geometries":[{"type":"GeometryCollection","geometries":[]}]}`, 422, "invalid", false, "line.coordinates: must be given"},
	{"split", lineOf(zigzag(25_000)), 422, "line_too_long", false, "simplify it first"},
	{"split", lineOf(zigzag(1_000_000)), 413, "too_large", false, "too large"},
	{"reshape", lineOf("117.004 35.002, 117.006 35.004"), 422, "no_shared_boundary", true, "share"},
	{"reshape", lineOf("35.002 117.01, 35.004 117.01"), 422, "latitude_first", true, "longitude, then latitude"},
	{"transfer", ringOf("117.004 35.004, 117.006 35.006, 117.004 35.004"), 422, "piece_flat", true, ""},
	{"transfer", ringOf("117.004 35.004, 117.006 35.004, 117.008 35.004, 117.004 35.004"), 422, "geometry_invalid", true, "draw it anew"},
	{"transfer", ringOf("117.004 35.004, 117.006 35.006, 117.006 35.004, 117.004 35.0055, 117.004 35.004"), 422, "geometry_invalid", true, "crosses or touches itself"},
	{"transfer", ringOf("117.0165 35.004, 117.017 35.004, 117.017 35.005, 117.0165 35.005, 117.0165 35.004"), 422, "nothing_moves", true, ""},
	{"transfer", `{"type":"MultiPolygon","coordinates":[]}`, 422, "piece_missing", false, "draw the piece"},
	{"transfer", `{"type":"MultiPolygon","coordinates":[[]]}`, 422, "piece_missing", false, ""},
	{"transfer", `{"type":"Polygon","coordinates":[[]]}`, 422, "piece_missing", false, ""},
	{"draw", `{"type":"Polygon","coordinates":[]}`, 422, "piece_missing", false, ""},
	{"draw", `{"type":"MultiPolygon","coordinates":[[[]]]}`, 422, "piece_missing", false, ""},
	{"transfer", ringOf(zigzag(1_000_000)), 413, "too_large", false, "too large"},
	{"draw", ringOf("13024835 4163881, 13024900 4163881, 13024900 4164000, 13024835 4163881"), 422, "not_degrees", false, "degrees of WGS 84"},
	{"draw", ringOf("117.006 35.006, 117.007 35.006, 117.006 35.006"), 422, "piece_flat", true, "draw round the ground"},
	{"draw", ringOf("177.006 35.006, 177.007 35.006, 177.007 35.007, 177.006 35.006"), 422, "far_away", true, "draw within"},
	{"move", ringOf("117.006 35.006, 117.007 35.006, 117.008 35.006, 117.006 35.006"), 422, "geometry_invalid", true, ""},
	{"move", ringOf("35.006 117.006, 35.007 117.006, 35.007 117.007, 35.006 117.006"), 422, "latitude_first", true, "longitude, then latitude"},
	{"move", ringOf("117.0095 35.006, 117.0105 35.006, 117.0105 35.007, 117.0095 35.007, 117.0095 35.006"), 409, "building_cut", true, "on one side"},
	{"move", lineOf(someLine), 422, "geometry_kind", false, "a point, a polygon"},
	{"move", `{"type":"Polygon","coordinates":[]}`, 422, "geometry_invalid", false, ""},
	{"add", ringOf("117.006 35.006, 117.007 35.006, 117.008 35.006, 117.006 35.006"), 422, "geometry_invalid", true, ""},
	{"add", ringOf("35.006 117.006, 35.007 117.006, 35.007 117.007, 35.006 117.006"), 422, "latitude_first", true, "longitude, then latitude"},
	{"add", ringOf("13024835 4163881, 13024900 4163881, 13024900 4164000, 13024835 4163881"), 422, "not_degrees", false, "degrees of WGS 84"},
	{"add", ringOf("117.9 35.006, 117.901 35.006, 117.901 35.007, 117.9 35.006"), 422, "far_away", true, "WGS 84"},
	{"add", `{"type":"MultiPolygon","coordinates":[]}`, 422, "geometry_invalid", false, ""},
}

// badAsk is where an operation is asked, and its body around a geometry.
func (s *service) badAsk(operation, geometry string) (path, body string) {
	switch operation {
	case "split":
		return "/api/sub-areas/" + west + "/split", `{"line":` + geometry + `}`
	case "reshape":
		return "/api/sub-areas/reshape", `{"codes":["` + west + `","` + east + `"],"line":` + geometry + `}`
	case "transfer":
		return "/api/sub-areas/transfer", `{"from":"` + west + `","to":"` + east + `","piece":` + geometry + `}`
	case "draw":
		return "/api/areas/" + area + "/draw", `{"piece":` + geometry + `}`
	case "move":
		return s.houseAt(west) + "/move", `{"geometry":` + geometry + `}`
	}
	return "/api/buildings", `{"county":"` + county + `","kind":"residential","geometry":` + geometry + `}`
}

// stored is all that an edit could have changed.
func (s *service) stored() string {
	s.t.Helper()
	frame := string(s.as("gis").get("/api/frame/" + area + "?outlines=true").want(200).body)
	history := string(s.as("gis").get("/api/places/" + county + "/history").want(200).body)
	return frame + history + string(s.as("gis").get("/api/buildings?within="+county).want(200).body)
}

// What cannot be drawn is refused with a problem that names the place and the mend, and nothing is written.
func TestBadGroundIsRefused(t *testing.T) {
	s := newService(t)
	s.as("gis").speak("en")
	was := s.stored()
	for _, c := range badGround {
		path, body := s.badAsk(c.operation, c.geometry)
		t.Run(c.operation+"/"+c.code+"/"+c.geometry[:min(len(c.geometry), 70)], func(t *testing.T) {
			asker := *s.as("gis")
			answer := asker.send("POST", path, body)
			answer.t = t
			p := answer.refused(c.status, c.code)
			if c.place != (p.Place != nil) || !strings.Contains(p.Detail, c.says) {
				t.Errorf("place %v, want one: %v; it says %q, want %q in it", p.Place, c.place, p.Detail, c.says)
			}
		})
	}
	if s.stored() != was {
		t.Error("something was written")
	}
}

// Whoever may not, or does not reach the ground, changes nothing of it.
func TestGroundOfOthersStays(t *testing.T) {
	s := newService(t)
	was := s.stored()
	for operation, geometry := range map[string]string{"split": lineOf(someLine), "reshape": lineOf(someLine), "transfer": ringOf(someRing),
		"draw": ringOf(someRing), "move": ringOf(someRing)} {
		path, body := s.badAsk(operation, geometry)
		s.as("nobody").send("POST", path, body).refused(401, "sign_in")
		s.as("supervisor").send("POST", path, body).refused(403, "role_not_allowed")
		s.as("outsider").send("POST", path, body).refused(404, "outside_scope")
	}
	if s.stored() != was {
		t.Error("something was written")
	}
}

// An edit that stands on an older frame is told what was done since, by whom and to what, and nothing is written.
func TestStaleEditIsToldWhatChanged(t *testing.T) {
	s := newService(t)
	split := "/api/sub-areas/" + west + "/split"
	etag := s.as("gis").get("/api/frame/" + area).Header.Get("ETag")
	s.as("admin").send("POST", split, `{"line":`+lineOf("117.006 35, 117.006 35.01")+`,"reason":"x"}`, "If-Match", etag).want(200)
	was := s.stored()
	p := s.as("gis").send("POST", split, `{"line":`+lineOf(someLine)+`}`, "If-Match", etag).refused(412, "changed_since")
	if len(p.Since) != 1 || p.Since[0].Verb != "split" || p.Since[0].ActorName != "admin" || p.Since[0].Detail["reason"] != "x" {
		t.Errorf("since then: %+v", p.Since)
	}
	s.as("gis").send("POST", split, `{"line":`+lineOf(someLine)+`}`, "If-Match", `"abc"`).refused(400, "if_match_malformed")
	house := s.as("gis").get(s.houseAt(west)).Header.Get("ETag")
	s.as("admin").send("POST", s.houseAt(west)+"/move", `{"geometry":`+ringOf(someRing)+`}`, "If-Match", house).want(200)
	p = s.as("gis").send("POST", s.houseAt(west)+"/move", `{"geometry":`+ringOf(someRing)+`}`, "If-Match", house).refused(412, "changed_since")
	if len(p.Since) != 1 || p.Since[0].Verb != "move_building" {
		t.Errorf("since then: %+v", p.Since)
	}
	if strings.Contains(was, "move_building") {
		t.Error("the history told of what was not done yet")
	}
}
