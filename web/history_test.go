package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// The map of differences holds the ground before and the ground after of each code that became another, and the list beside it says
// the same; outside of the two times there is none.
func TestDifferencesAsAMap(t *testing.T) {
	s := newService(t)
	gis := s.as("gis")
	from := time.Now()
	gis.send("POST", "/api/sub-areas/"+west+"/split", `{"line":`+lineOf(someLine)+`,"reason":"新路"}`).want(200)
	to := time.Now()
	gis.send("POST", "/api/sub-areas/"+east+"/split", `{"line":`+lineOf("117.015 35, 117.015 35.01")+`}`).want(200)
	ask := func(path string, from, to time.Time) *sent {
		at := func(t time.Time) string { return url.QueryEscape(t.Format(time.RFC3339Nano)) }
		return gis.get(path + "?within=" + area + "&from=" + at(from) + "&to=" + at(to)).want(200)
	}
	answer := ask("/api/differences.geojson", from, to)
	if is := answer.Header.Get("Content-Type"); !strings.HasPrefix(is, "application/geo+json") {
		t.Errorf("it is %s", is)
	}
	found, err := geojson.UnmarshalFeatureCollection(answer.body)
	s.ok(err)
	var told []string
	ground := map[string]orb.Geometry{}
	for _, f := range found.Features {
		name := f.Properties.MustString("code") + " " + f.Properties.MustString("kind") + " " + f.Properties.MustString("when")
		told = append(told, name)
		ground[name] = f.Geometry
		if revisions, _ := f.Properties["revisions"].([]any); len(revisions) != 1 || revisions[0] != 1.0 {
			t.Errorf("%s came by %v", name, f.Properties["revisions"])
		}
	}
	want := west + " moved before, " + west + " moved after, " + area + "003 made after"
	if got := strings.Join(told, ", "); got != want {
		t.Fatalf("it tells %s, want %s", got, want)
	}
	was := ground[west+" moved before"].Bound()
	if is := ground[west+" moved after"].Bound().Union(ground[area+"003 made after"].Bound()); is != was ||
		ground[west+" moved after"].Bound() == was {
		t.Errorf("the ground before is %v, after %v", was, is)
	}
	if again := ask("/api/differences.geojson", from, to); string(again.body) != string(answer.body) {
		t.Error("asked again it is another")
	}
	list := read[struct {
		Items []Difference `json:"items"`
	}](ask("/api/differences", from, to))
	if len(list.Items) != 2 || string(list.Items[0].Code) != west || list.Items[0].Kind != "moved" || list.Items[1].Kind != "made" {
		t.Errorf("the list tells %+v", list.Items)
	}
	if none := ask("/api/differences.geojson", from.Add(-time.Hour), from); !strings.Contains(string(none.body), `"features":[]`) {
		t.Errorf("before it was done it tells %s", none.body)
	}
}
