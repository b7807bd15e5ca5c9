package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"canvass/areas"
)

// tileAt is the address of the tile of a set at a zoom that holds a point.
func tileAt(set string, zoom int, p orb.Point) string {
	at := maptile.At(p, maptile.Zoom(zoom))
	return fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", set, zoom, at.X, at.Y)
}

var middle = orb.Point{117.005, 35.005} // of the western sub-area

// layersOf decodes a tile.
func layersOf(t *testing.T, a *sent) map[string]*mvt.Layer {
	t.Helper()
	layers, err := mvt.Unmarshal(a.want(200).body)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*mvt.Layer{}
	for _, l := range layers {
		found[l.Name] = l
	}
	return found
}

func TestTileShowsTheCounty(t *testing.T) {
	s := newService(t)
	s.ok(s.store.AddBase(t.Context(), systemActor, county, "test", []areas.BaseFeature{
		{Layer: "road", Class: "primary", Name: "中心街", SourceID: "1", Geometry: orb.LineString{{117.001, 35.005}, {117.019, 35.005}}}}))
	for _, c := range []struct {
		set  string
		zoom int
		want string
	}{
		{county + "-census", 4, "regions"},
		{county + "-census", 9, "regions"},
		{county + "-census", 12, "regions sub_area_labels sub_areas"},
		{county + "-census", 14, "buildings regions sub_area_labels sub_areas"},
		{county + "-base", 14, "road"},
	} {
		layers := layersOf(t, s.as("enumerator").get(tileAt(c.set, c.zoom, middle)))
		names := slices.DeleteFunc(slices.Sorted(maps.Keys(layers)), func(n string) bool { return strings.HasPrefix(n, "region_") })
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s at zoom %d shows %s, want %s", c.set, c.zoom, got, c.want)
		}
	}
	buildings := layersOf(t, s.as("enumerator").get(tileAt(county+"-census", 16, orb.Point{117.0025, 35.0025})))["buildings"]
	if buildings == nil || len(buildings.Features) != 1 || buildings.Version != 2 || buildings.Extent != 4096 {
		t.Fatalf("at the house the tile shows %+v", buildings)
	}
	house := buildings.Features[0]
	if id, ok := house.ID.(float64); !ok || int64(id) != s.houses[west] {
		t.Errorf("the house is %v, want %d", house.ID, s.houses[west])
	}
	buildings.ProjectToWGS84(maptile.At(orb.Point{117.0025, 35.0025}, 16))
	bound := house.Geometry.Bound()
	if math.Abs(bound.Min[0]-117.002) > 1e-5 || math.Abs(bound.Max[1]-35.003) > 1e-5 {
		t.Errorf("the house stands at %v", bound)
	}
}

// Nobody sees what lies outside his counties, neither by asking for it nor by looking over a border.
func TestTileKeepsToTheCounty(t *testing.T) {
	s := newService(t)
	there := orb.Point{116.005, 35.005}
	for _, path := range []string{tileAt(abroad+"-census", 14, there), tileAt(abroad+"-base", 14, there), "/tiles/" + abroad + "-census.json",
		"/styles/day.json?county=" + abroad} {
		for _, who := range []string{"enumerator", "supervisor", "gis", "admin"} {
			s.as(who).get(path).refused(404, "outside_scope")
		}
		if a := s.as("country").get(path); a.StatusCode >= 300 {
			t.Errorf("the country's administrator gets %d for %s", a.StatusCode, path)
		}
	}
	s.as("gis").get(tileAt(county+"-census", 14, there)).want(204)
	for _, l := range layersOf(t, s.as("gis").get(tileAt(county+"-census", 4, there))) {
		for _, f := range l.Features {
			if code := fmt.Sprint(f.Properties["code"]); !strings.HasPrefix(code, county) {
				t.Errorf("%s shows %v", l.Name, f.Properties)
			}
		}
	}
	// An enumerator whose assignment has ended has nothing to do anywhere.
	_, err := s.store.EndAssignment(t.Context(), systemActor, county, s.held.ID)
	s.ok(err)
	s.as("enumerator").get(tileAt(county+"-census", 14, middle)).refused(404, "outside_scope")
}

func TestTileIsPackedAndKnown(t *testing.T) {
	s := newService(t)
	path := tileAt(county+"-census", 14, middle)
	packed := s.as("gis").get(path, "Accept-Encoding", "gzip").want(200)
	if packed.Header.Get("Content-Encoding") != "gzip" || packed.Header.Get("Content-Type") != "application/vnd.mapbox-vector-tile" ||
		packed.Header.Get("Vary") != "Accept-Encoding, Cookie" || packed.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("headers %v", packed.Header)
	}
	unpacker, err := gzip.NewReader(bytes.NewReader(packed.body))
	s.ok(err)
	unpacked, err := io.ReadAll(unpacker)
	s.ok(err)
	for _, accept := range []string{"identity", "gzip;q=0", "br", "*;q=0"} {
		plain := s.as("gis").get(path, "Accept-Encoding", accept).want(200)
		if plain.Header.Get("Content-Encoding") != "" || !bytes.Equal(plain.body, unpacked) {
			t.Errorf("to who accepts %s: Content-Encoding %q, %d bytes, want %d", accept, plain.Header.Get("Content-Encoding"), len(plain.body), len(unpacked))
		}
	}
	etag := packed.Header.Get("ETag")
	for _, known := range []string{etag, "W/" + etag} {
		again := s.as("gis").get(path, "If-None-Match", known).want(304)
		if len(again.body) > 0 || again.Header.Get("ETag") != etag || again.Header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("304 with %d bytes and headers %v", len(again.body), again.Header)
		}
	}
	s.as("gis").get(path, "If-None-Match", `"other"`).want(200)
	nothing := s.as("gis").get(tileAt(county+"-census", 14, orb.Point{-70, 0})).want(204)
	if len(nothing.body) > 0 || nothing.Header.Get("ETag") == "" {
		t.Errorf("nothing has %d bytes and ETag %q", len(nothing.body), nothing.Header.Get("ETag"))
	}
	s.as("gis").get(tileAt(county+"-census", 14, orb.Point{-70, 0}), "If-None-Match", nothing.Header.Get("ETag")).want(304)
}

// A visit changes no tile; a new building does.
func TestTileChangesWithItsGround(t *testing.T) {
	s := newService(t)
	path := tileAt(county+"-census", 14, middle)
	s.awaitWatch()
	events := s.as("gis").watch("within=" + county)
	etag := s.as("gis").get(path).want(200).Header.Get("ETag")
	s.as("enumerator").visit(s.doors[0].ID, "complete").want(201)
	events.until("coverage")
	s.as("gis").get(path, "If-None-Match", etag).want(304)
	s.as("gis").send("POST", "/api/buildings", `{"county":"370883","kind":"residential","geometry":{"type":"Polygon","coordinates":`+
		`[[[117.007,35.007],[117.0072,35.007],[117.0072,35.0072],[117.007,35.0072],[117.007,35.007]]]}}`).want(201)
	events.until("map")
	s.eventually(func() bool { return s.as("gis").get(path, "If-None-Match", etag).StatusCode == 200 }, "the tile does not show the new building")
}

func TestTileAddresses(t *testing.T) {
	s := newService(t)
	for _, path := range []string{
		"/tiles/370883-census/17/0/0.mvt", "/tiles/370883-census/-1/0/0.mvt", "/tiles/370883-census/2/4/0.mvt", "/tiles/370883-census/2/0/4.mvt",
		"/tiles/370883-census/2/-1/0.mvt", "/tiles/370883-census/a/b/c.mvt", "/tiles/370883-census/1e0/0/0.mvt", "/tiles/370883-census/1/0/0.png",
		"/tiles/370883-census/1/0/0", "/tiles/370883-census/99999999999999999999/0/0.mvt", "/tiles/370883-moon/1/0/0.mvt", "/tiles/3708-census/1/0/0.mvt",
		"/tiles/370883-census.xml", "/tiles/370883.json", "/tiles/x-census.json", "/styles/night.json?county=370883", "/styles/day.css?county=370883",
		"/styles/day.json", "/styles/day.json?county=x", "/tiles/%2e%2e-census/1/0/0.mvt", "/tiles/370883-census%00/1/0/0.mvt",
		"/tiles/370883-census/-0/0/0.mvt", "/tiles/370883-census/+1/0/0.mvt", "/tiles/370883-census/01/0/0.mvt", "/tiles/370883-census/1.0/0/0.mvt",
		"/tiles/370883-census/0x1/0/0.mvt", "/tiles/370883-census/16/65536/0.mvt", "/tiles/370883-census/16/0/2147483648.mvt",
		"/tiles/370883-census/-9223372036854775808/0/0.mvt", "/tiles/370883-census/1/0/0.mvt.mvt", "/tiles/370883-census/1/%20/0.mvt",
		"/tiles/370883-CENSUS/1/0/0.mvt", "/tiles/３７０８８３-census/1/0/0.mvt", "/tiles/370883-census/1/0/", "/tiles//1/0/0.mvt",
		"/tiles/370883-census,370883-base/1/0/0.mvt", "/archives/370883-census.pmtiles",
		"/imagery/370883/-1/0/0", "/imagery/370883/99/0/0",
	} {
		a := s.as("gis").get(path)
		if a.StatusCode != 404 && a.StatusCode != 400 || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s answers %d as %s: %s", path, a.StatusCode, a.Header.Get("Content-Type"), a.body)
		}
	}
}

// A tile has one address, also while it is at hand.
func TestTileAtHandHasOneAddress(t *testing.T) {
	s := newService(t)
	path := tileAt(county+"-census", 14, middle)
	s.atHand("gis", path)
	for _, other := range []string{strings.Replace(path, "/14/", "/014/", 1), strings.Replace(path, ".mvt", ".MVT", 1), path + "/", "/" + path} {
		if a := s.as("gis").get(other); a.StatusCode != 404 {
			t.Errorf("%s answers %d", other, a.StatusCode)
		}
	}
}

func TestTileJSON(t *testing.T) {
	s := newService(t)
	for _, set := range []string{county + "-census", county + "-base"} {
		var d struct {
			TileJSON, Name, Scheme string
			Tiles                  []string
			MinZoom, MaxZoom       int
			Bounds                 [4]float64
			VectorLayers           []struct {
				ID     string
				Fields map[string]string
			} `json:"vector_layers"`
		}
		s.as("gis").get("/tiles/" + set + ".json").want(200).into(&d)
		if d.TileJSON != "3.0.0" || d.Name != set || d.Scheme != "xyz" || d.MaxZoom != 16 || d.MinZoom > d.MaxZoom || len(d.VectorLayers) == 0 {
			t.Errorf("%s is described as %+v", set, d)
		}
		if len(d.Tiles) != 1 || d.Tiles[0] != s.URL+"/tiles/"+set+"/{z}/{x}/{y}.mvt" {
			t.Errorf("the tiles of %s are at %v", set, d.Tiles)
		}
		if d.Bounds[0] != 117 || d.Bounds[1] != 35 || math.Abs(d.Bounds[2]-117.02) > 1e-6 || math.Abs(d.Bounds[3]-35.01) > 1e-6 {
			t.Errorf("the bounds of %s are %v", set, d.Bounds)
		}
	}
	behind := s.as("gis").get("/tiles/"+county+"-base.json", "X-Forwarded-Proto", "https").want(200)
	if !strings.Contains(string(behind.body), strings.Replace(s.URL, "http:", "https:", 1)+"/tiles/") {
		t.Errorf("behind TLS the tiles are at %s", behind.body)
	}
}

// No style makes a browser ask another server.
func TestStyle(t *testing.T) {
	s := newService(t)
	for _, theme := range []string{"day", "dark", "sun"} {
		for _, language := range []string{"zh", "en"} {
			a := s.as("gis").get("/styles/" + theme + ".json?county=" + county + "&lang=" + language).want(200)
			var style struct {
				Version int
				Sources map[string]struct{ Type, URL string }
				Layers  []struct {
					ID, Type, Source string
					SourceLayer      string `json:"source-layer"`
				}
			}
			a.into(&style)
			if style.Version != 8 || len(style.Layers) == 0 || len(style.Sources) == 0 || !json.Valid(a.body) {
				t.Errorf("%s is %.200s", theme, a.body)
			}
			for _, address := range strings.Split(string(a.body), `"`) {
				if strings.Contains(address, "://") && !strings.HasPrefix(address, s.URL+"/") {
					t.Errorf("%s asks %s", theme, address)
				}
			}
			for _, source := range style.Sources {
				if path, ours := strings.CutPrefix(source.URL, s.URL); ours {
					s.as("gis").get(path).want(200)
				}
			}
		}
	}
	zh, en := s.as("gis").get("/styles/day.json?lang=zh&county="+county), s.as("gis").get("/styles/day.json?lang=en&county="+county)
	if own := s.as("supervisor").get("/styles/day.json?county=" + county); !bytes.Equal(own.body, zh.body) || bytes.Equal(zh.body, en.body) {
		t.Error("without lang the labels are not in the reader's language")
	}
}
