package main

import (
	sqlite "database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"canvass/areas"
	"canvass/migrations/dbtest"
)

// A frame that comes back from desktop GIS with ground left out is refused as a whole, with a list and a map of the places; mended, the
// same command shows what it would do, and carries it out when asked to.
func TestImportFrameRefusesWithAMap(t *testing.T) {
	pool := dbtest.New(t)
	store := areas.NewStore(pool)
	frameOfTwo(t, store)
	dsn, dir := dbtest.Address(t, pool), t.TempDir()
	file, report := filepath.Join(dir, "frame.gpkg"), filepath.Join(dir, "differences.geojson")
	run := func(wantCode int, want string, args ...string) {
		t.Helper()
		out, code := said(t, append(args, "--database", dsn)...)
		if code != wantCode || !strings.Contains(out, want) {
			t.Errorf("%s answers %d and says %s; want %d and %q", strings.Join(args, " "), code, out, wantCode, want)
		}
	}
	run(0, "2 sub-areas", "export", "frame", file, "--county", "370883")
	desktop(t, file, `DELETE FROM sub_areas WHERE code = '370883100201002'`)
	run(1, "refused", "import", "frame", file, "--as-edit", "--report", report)
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	found, err := geojson.UnmarshalFeatureCollection(text)
	if err != nil {
		t.Fatal(err)
	}
	lost := orb.Bound{Min: orb.Point{117.01, 35}, Max: orb.Point{117.02, 35.01}}
	gaps := 0
	for _, f := range found.Features {
		if p, is := f.Geometry.(orb.Point); is && lost.Contains(p) && f.Properties["code"] == "gap" && f.Properties["refused"] == true &&
			f.Properties.MustString("zh") != "" && f.Properties.MustString("en") != "" {
			gaps++
		}
	}
	if gaps != 1 {
		t.Errorf("the map tells of %d gaps where ground is left out: %s", gaps, text)
	}
	if list, err := store.SubAreas(t.Context(), areas.System(), areas.SubAreaQuery{Within: "370883"}); err != nil || len(list.Items) != 2 || list.Items[0].Revision != 1 {
		t.Errorf("something was written: %+v, %v", list.Items, err)
	}

	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	run(0, "2 sub-areas", "export", "frame", file, "--county", "370883")
	desktop(t, file, `UPDATE sub_areas SET description = '路东' WHERE code = '370883100201002'`)
	run(0, "nothing was written", "import", "frame", file, "--as-edit")
	run(0, "carried out", "import", "frame", file, "--as-edit", "--apply")
	run(1, "give --as-edit", "import", "frame", file)
}

// desktop changes a GeoPackage as a desktop program does; the triggers of its index need functions that only those have.
func desktop(t *testing.T, file, statement string) {
	t.Helper()
	db, err := sqlite.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var triggers string
	if err := db.QueryRow(`SELECT group_concat('DROP TRIGGER ' || name, '; ') FROM sqlite_master WHERE type = 'trigger'`).Scan(&triggers); err != nil {
		t.Fatal(err)
	}
	for _, do := range []string{triggers, statement} {
		if _, err := db.Exec(do); err != nil {
			t.Fatal(err)
		}
	}
}
