package vector

import (
	"strings"
	"testing"
)

const topologyText = `{"type":"Topology","transform":{"scale":[0.5,0.1],"translate":[100,20]},
	"arcs":[[[2,0],[0,10]],[[2,10],[-2,0],[0,-10],[2,0]],[[2,0],[2,0],[0,10],[-2,0]]],
	"objects":{"parts":{"type":"GeometryCollection","geometries":[
		{"type":"Polygon","arcs":[[0,1]],"id":"a","properties":{"name":"西"}},
		{"type":"MultiPolygon","arcs":[[[2,-1]]],"id":2},
		{"type":null,"id":"c"},
		{"type":"Point","coordinates":[4,10]},
		{"type":"Polygon","arcs":[[9]]}]}}}`

func TestTopoJSON(t *testing.T) {
	const want = `1 parts 1 #a POLYGON((101 20,101 21,100 21,100 20,101 20)) name=西
2 parts 2 #2 MULTIPOLYGON(((101 20,102 20,102 21,101 21,101 20)))
3 parts 3 #c
4 parts 4 POINT(102 21)
broken: parts 5, line 8: there is no arc 9`
	if got := told(t, file(t, "a.json", topologyText), Options{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	two := strings.Replace(topologyText, `"objects":{`, `"objects":{"more":{"type":"Point","coordinates":[0,0]},`, 1)
	if got := told(t, file(t, "a.json", two), Options{}); !strings.Contains(got, `["more" "parts"]: say which with --layer`) {
		t.Errorf("of two objects none was named: %s", got)
	}
	if got := told(t, file(t, "a.json", two), Options{Layer: "more"}); got != "1 more 1 POINT(100 20)" {
		t.Errorf("of two objects one was named: %s", got)
	}
}

func TestOpenAll(t *testing.T) {
	one := file(t, "one.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","id":"a","properties":null,"geometry":null},{"type":"Feature"}]}`)
	two := file(t, "two.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","id":"b","properties":null,"geometry":{"type":"Point","coordinates":[1,2]}}]}`)
	var read, total int64
	r, err := OpenAll([]string{one, two}, Options{Progress: func(r, of int64) { read, total = r, of }})
	if err != nil {
		t.Fatal(err)
	}
	const want = `1 one.geojson, feature 1 #a
row 2 (one.geojson, feature 2): it has no member "geometry"; where there is none, null belongs
3 two.geojson, feature 1 #b POINT(1 2)`
	if got := toldBy(r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if read != total || total == 0 {
		t.Errorf("%d of %d bytes were read", read, total)
	}
	other := file(t, "three.geojson", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4490"}},"features":[]}`)
	mixed, err := OpenAll([]string{one, other}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := toldBy(mixed); !strings.Contains(got, "broken: three.geojson is in another coordinate system than one.geojson") {
		t.Errorf("files in two systems: %s", got)
	}
}
