package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// houses is a file of three rows: a house, one whose outline crosses itself, and one without any.
const houses = `{"type":"FeatureCollection","features":[
{"type":"Feature","id":"a","properties":{"贴牌":"东楼","层数":"3"},"geometry":{"type":"Polygon","coordinates":[[[117.006,35.006],[117.0062,35.006],[117.0062,35.0062],[117.006,35.0062],[117.006,35.006]]]}},
{"type":"Feature","id":"b","properties":{"贴牌":"西楼"},"geometry":{"type":"Polygon","coordinates":[[[117.007,35.006],[117.0072,35.0062],[117.0072,35.006],[117.007,35.0062],[117.007,35.006]]]}},
{"type":"Feature","id":"c","properties":{"贴牌":"无"},"geometry":null}]}`

// form is a multipart body: fields as name and value in turn, the file last.
func form(t testing.TB, fileName, file string, fields ...string) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if fileName != "" {
		part, err := w.CreateFormFile("file", fileName)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(file)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

func (c *client) upload(fileName, file string, fields ...string) *sent {
	c.t.Helper()
	body, contentType := form(c.t, fileName, file, fields...)
	return c.send("POST", "/api/imports", body, "Content-Type", contentType)
}

// ended waits until an import run has ended.
func (c *client) ended(a *sent) (run Import) {
	c.t.Helper()
	a.want(202).into(&run)
	if run.State != "running" {
		c.t.Errorf("the run begins as %s", run.State)
	}
	c.eventually(func() bool {
		run = read[Import](c.get(fmt.Sprintf("/api/imports/%s/%s", run.County, run.ID)))
		return run.State != "running"
	}, "the import does not end")
	return run
}

func TestImportTakesAFileIn(t *testing.T) {
	s := newService(t)
	gis := s.as("gis")
	run := gis.ended(gis.upload("楼.geojson", houses, "what", "buildings", "county", county, "source", "survey", "map", "name=贴牌", "map", "floors=层数"))
	if run.State != "done" || run.RowsRead != 3 || run.Inserted+run.Updated != run.Accepted || run.Accepted+run.Refused != 3 || run.Refused == 0 ||
		run.FileName != "楼.geojson" || run.ActorName != "gis" || run.EndedAt == nil {
		t.Errorf("the run ended as %+v", run)
	}
	found := read[list[Building]](gis.get("/api/buildings?within=" + west + "&q=东楼")).Items
	if len(found) != 1 || found[0].SourceID != "a" || found[0].Source != "survey" || found[0].Floors == nil || *found[0].Floors != 3 {
		t.Errorf("the house came in as %+v", found)
	}
	base := fmt.Sprintf("/api/imports/%s/%s", county, run.ID)
	rows := read[list[ImportRow]](gis.get(base + "/rows")).Items
	if !slices.ContainsFunc(rows, func(r ImportRow) bool {
		return r.Outcome == "refused" && r.SourceID == "c" && r.Reason != "" && r.Where != ""
	}) {
		t.Errorf("nothing is said of the row without an outline: %+v", rows)
	}
	if got := gis.keys(base+"/rows?outcome=", "seq", 1); len(got) != len(rows) {
		t.Errorf("the report in pages has %d rows, whole %d", len(got), len(rows))
	}
	file := gis.get(base + "/rows.geojson").want(200)
	var placed struct {
		Type     string
		Features []struct{ Properties ImportRow }
	}
	s.ok(json.Unmarshal(file.body, &placed))
	if placed.Type != "FeatureCollection" || len(placed.Features) != len(rows) || file.Header.Get("Content-Type") != "application/geo+json" {
		t.Errorf("as %s: %s", file.Header.Get("Content-Type"), file.body)
	}
	text := gis.get(base + "/rows.txt").want(200)
	if lines := strings.Count(string(text.body), "\n"); lines != len(rows) || !strings.Contains(string(text.body), "it has no geometry") {
		t.Errorf("as text, in %d lines: %s", lines, text.body)
	}
	if runs := read[list[Import]](gis.get("/api/imports?county=" + county)).Items; len(runs) != 1 || runs[0].ID != run.ID {
		t.Errorf("the list of runs is %+v", runs)
	}
	s.nothingIsLeft()
}

// The same file of the same source again changes nothing.
func TestImportTwiceIsOnce(t *testing.T) {
	s := newService(t)
	gis := s.as("gis")
	fields := []string{"what", "buildings", "county", county, "source", "survey"}
	first := gis.ended(gis.upload("a.geojson", houses, fields...))
	second := gis.ended(gis.upload("a.geojson", houses, fields...))
	if second.State != "done" || second.Inserted != 0 || second.Accepted != first.Accepted || second.Refused != first.Refused {
		t.Errorf("first %+v, then %+v", first, second)
	}
}

// A file that cannot be read ends its run with the reason, and leaves nothing behind.
func TestImportOfABrokenFileFails(t *testing.T) {
	s := newService(t)
	gis := s.as("gis")
	for name, file := range map[string]string{"cut.geojson": houses[:len(houses)/2], "empty.geojson": "", "x.exe": "MZ", "x.zip": "PK"} {
		run := gis.ended(gis.upload(name, file, "what", "buildings", "county", county, "source", "survey"))
		if run.State != "failed" || run.Error == "" {
			t.Errorf("%s: the run ended as %+v", name, run)
		}
	}
	if n := len(read[list[Building]](gis.get("/api/buildings?within=" + county)).Items); n != 2 {
		t.Errorf("there are %d buildings, there were 2", n)
	}
	s.nothingIsLeft()
}

func TestImportRefuses(t *testing.T) {
	s := newService(t)
	gis := s.as("gis")
	good := []string{"what", "buildings", "county", county, "source", "survey"}
	s.as("supervisor").upload("a.geojson", houses, good...).refused(403, "not_allowed")
	s.as("nobody").upload("a.geojson", houses, good...).refused(401, "sign_in")
	gis.upload("a.geojson", houses, "what", "buildings", "county", abroad, "source", "x").refused(404, "outside_scope")
	gis.upload("", "", good...).refused(422, "file_missing")
	gis.upload("a.geojson", houses, append(good, "map", "name")...).refused(422, "map_malformed")
	gis.send("POST", "/api/imports", `{"what":"buildings"}`).refused(400, "form_malformed")
	body, contentType := form(t, "a.geojson", houses, good...)
	gis.send("POST", "/api/imports", body[:len(body)/2], "Content-Type", contentType).refused(400, "form_malformed")
	for _, fields := range [][]string{{"what", "moon", "county", county, "source", "x"}, {"what", "buildings", "source", "x"},
		{"what", "buildings", "county", county}, {"what", "buildings", "county", "37", "source", "x"}} {
		if a := gis.upload("a.geojson", houses, fields...); a.StatusCode != 422 && a.StatusCode != 404 {
			t.Errorf("%v answers %d: %s", fields, a.StatusCode, a.body)
		}
	}
	if runs := read[list[Import]](gis.get("/api/imports?county=" + county)).Items; len(runs) != 0 {
		t.Errorf("what was refused left runs: %+v", runs)
	}
	s.nothingIsLeft()
}

// A name that climbs out of its directory is a name like any other.
func TestImportKeepsToItsDirectory(t *testing.T) {
	s := newService(t)
	outside := filepath.Join(s.server.data, "escaped.geojson")
	for _, name := range []string{"../../escaped.geojson", "/../../escaped.geojson", `..\..\escaped.geojson`, outside} {
		s.as("gis").upload(name, houses, "what", "buildings", "county", county, "source", "survey").want(202)
		if _, err := os.Stat(outside); err == nil {
			t.Errorf("%s was written outside of the uploads", name)
		}
	}
	for _, name := range []string{"..", ".", "/"} {
		s.as("gis").upload(name, houses, "what", "buildings", "county", county, "source", "survey").want(422)
	}
	s.nothingIsLeft()
}

// nothingIsLeft waits until no uploaded file is.
func (s *service) nothingIsLeft() {
	s.t.Helper()
	s.eventually(func() bool {
		left, err := os.ReadDir(filepath.Join(s.server.data, "imports"))
		return os.IsNotExist(err) || err == nil && len(left) == 0
	}, "an uploaded file is left behind")
	if strings.Contains(s.log.String(), "leave an uploaded file behind") {
		s.t.Error("an uploaded file could not be removed")
	}
}
