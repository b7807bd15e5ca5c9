package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"canvass/areas"
	"canvass/migrations/dbtest"
)

// Single buildings are drawn, shown, moved, merged and marked from the command line; a look writes nothing, and what is refused
// says why.
func TestBuildingCommands(t *testing.T) {
	pool := dbtest.New(t)
	frameOfTwo(t, areas.NewStore(pool))
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	house := func(west float64, properties string) string {
		return fmt.Sprintf(`{"type":"Feature","properties":{%s},"geometry":{"type":"Polygon","coordinates":[[[%[2]f,35.005],[%[3]f,35.005],[%[3]f,35.0051],[%[2]f,35.0051],[%[2]f,35.005]]]}}`,
			properties, west, west+0.0001)
	}
	file := func(features ...string) string {
		path := filepath.Join(t.TempDir(), "drawn.geojson")
		ok(os.WriteFile(path, []byte(`{"type":"FeatureCollection","features":[`+strings.Join(features, ",")+`]}`), 0o600))
		return path
	}
	say := func(wantCode int, want string, args ...string) {
		t.Helper()
		out, code := said(t, append([]string{"building"}, append(args, "--database", dbtest.Address(t, pool))...)...)
		if code != wantCode || !strings.Contains(out, want) {
			t.Errorf("building %s answers %d and says %s; want %d and %q", strings.Join(args, " "), code, out, wantCode, want)
		}
	}
	const first, second = "370883100201001/1", "370883100201001/2"
	say(0, first, "draw", file(house(117.002, `"name":"供销社","floors":2`), house(117.00205, `"units":3`)), "--county", "370883")
	say(1, "row 1", "draw", file(`{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[117,35],[117.1,35]]}}`), "--county", "370883")
	say(0, "供销社", "show", first)
	say(1, "names no building", "show", "12")
	say(1, "there is no building 9", "show", "370883100201001/9")
	say(0, "nothing was written", "move", second, "--shift", "1000,0", "--preview")
	say(1, "would cut", "move", second, file(house(117.00995, ``)))
	say(0, "370883100201002/1", "move", second, "--shift", "1000,0", "--reason", "画错了")
	say(1, "stand", "merge", first, "370883100201002/1")
	say(0, "370883100201001/3", "draw", file(house(117.00205, `"units":3`)), "--county", "370883")
	say(1, "--reason", "mark", first, "demolished")
	say(0, "duplicate", "merge", first, "370883100201001/3", "--preview")
	say(0, "carried out", "merge", first, "370883100201001/3", "--reason", "画了两次")
	say(0, "demolished  已拆", "mark", first, "demolished", "--reason", "已拆")
	say(0, "confirmed", "mark", first, "confirmed")
	say(1, "not \"gone\"", "mark", first, "gone")
}

// frameOfTwo makes a census area of two sub-areas beside each other.
func frameOfTwo(t *testing.T, store *areas.Store) {
	t.Helper()
	system := areas.System()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	box := func(west, south, east, north float64) orb.MultiPolygon {
		return orb.MultiPolygon{orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}.ToPolygon()}
	}
	ok(store.MakeRegions(t.Context(), system, []areas.NewRegion{{Code: "370883", Name: "邹城市"}, {Code: "370883100", Name: "香城镇"}}))
	_, err := store.MakeAreas(t.Context(), system, []areas.NewArea{{Code: "370883100201", Name: "北王村"}})
	ok(err)
	_, err = store.DrawSubAreas(t.Context(), system, []areas.NewSubArea{{Code: "370883100201001", Geometry: box(117, 35, 117.01, 35.01)},
		{Code: "370883100201002", Geometry: box(117.01, 35, 117.02, 35.01)}})
	ok(err)
}
