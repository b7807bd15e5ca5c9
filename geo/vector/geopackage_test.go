package vector

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// packed writes features to one layer of a GeoPackage.
func packed(t testing.TB, l Layer, features ...Feature) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.gpkg")
	g, err := CreateGeoPackage(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Layer(l); err != nil {
		t.Fatal(err)
	}
	for _, f := range features {
		if err := g.Write(l.Name, f); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

var parcels = Layer{Name: "parcels", Title: "Parcels", Geometry: "MULTIPOLYGON", Columns: []Column{{"name", "TEXT"}, {"floors", "INTEGER"}, {"height", "REAL"}}}

func TestGeoPackage(t *testing.T) {
	square := orb.MultiPolygon{orb.Bound{Min: orb.Point{117, 35}, Max: orb.Point{117.1, 35.1}}.ToPolygon()}
	path := packed(t, parcels,
		Feature{Geometry: square, Properties: Properties{{"name", "一"}, {"floors", "6"}, {"height", "18.5"}}},
		Feature{Properties: Properties{{"name", "二"}}},
		Feature{Geometry: orb.MultiPolygon{orb.Bound{Min: orb.Point{118, 36}, Max: orb.Point{118.1, 36.1}}.ToPolygon()}, Properties: Properties{{"floors", "none"}}})
	const want = `EPSG:4326
1 parcels fid 1 #1 MULTIPOLYGON(((117 35,117.1 35,117.1 35.1,117 35.1,117 35))) name=一 floors=6 height=18.5
2 parcels fid 2 #2 name=二 floors= height=
3 parcels fid 3 #3 MULTIPOLYGON(((118 36,118.1 36,118.1 36.1,118 36.1,118 36))) name= floors= height=`
	if got := told(t, path, Options{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := told(t, path, Options{Where: "name=二"}); got != "EPSG:4326\n2 parcels fid 2 #2 name=二 floors= height=" {
		t.Errorf("where: %s", got)
	}
	for layer, want := range map[string]string{"parcels": "EPSG:4326", "roads": `cannot be opened: a.gpkg: the GeoPackage has no layer "roads"; it has parcels`} {
		if got := told(t, path, Options{Layer: layer}); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", layer, got)
		}
	}
}

// What others look for is there: the marks of the format, the box of the layer, its index and what keeps it.
func TestGeoPackageIsWhole(t *testing.T) {
	square := orb.MultiPolygon{orb.Bound{Min: orb.Point{117, 35}, Max: orb.Point{117.1, 35.1}}.ToPolygon()}
	path := packed(t, parcels, Feature{Geometry: square}, Feature{Geometry: orb.MultiPolygon{orb.Bound{Min: orb.Point{118, 36}, Max: orb.Point{119, 37}}.ToPolygon()}})
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for query, want := range map[string]string{
		`PRAGMA application_id`: "1196444487", `PRAGMA user_version`: "10300", `PRAGMA integrity_check`: "ok",
		`SELECT min_x || ' ' || min_y || ' ' || max_x || ' ' || max_y FROM gpkg_contents`:                "117.0 35.0 119.0 37.0",
		`SELECT data_type || ' ' || srs_id FROM gpkg_contents`:                                           "features 4326",
		`SELECT group_concat(id) FROM rtree_parcels_geom WHERE minx <= 118.5 AND maxx >= 118.5`:          "2",
		`SELECT extension_name || ' ' || scope FROM gpkg_extensions`:                                     "gpkg_rtree_index write-only",
		`SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree_parcels_geom_%'`: "6",
		`SELECT geometry_type_name || z || m FROM gpkg_geometry_columns`:                                 "MULTIPOLYGON00",
		`SELECT hex(substr(geom, 1, 8)) FROM parcels WHERE fid = 1`:                                      "47500003E6100000",
		`SELECT count(*) FROM gpkg_contents c JOIN gpkg_spatial_ref_sys s USING (srs_id)`:                "1",
		`SELECT count(*) FROM parcels WHERE name = '' AND floors IS NULL`:                                "2",
	} {
		var got string
		if err := db.QueryRow(query).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", query, got, err, want)
		}
	}
	if left, _ := filepath.Glob(path + ".part*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Broken files and those of others are refused by what they are; a file that was begun and is not to be leaves nothing.
func TestGeoPackageRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a?b.sqlite")
	db, err := sql.Open("sqlite", "file:"+strings.ReplaceAll(path, "?", "%3f"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`CREATE TABLE t (a); INSERT INTO t VALUES (1)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if got := told(t, path, Options{}); !strings.Contains(got, "this SQLite database is no GeoPackage") {
		t.Errorf("another database: %s", got)
	}
	good, err := os.ReadFile(packed(t, parcels, Feature{Geometry: orb.MultiPolygon{}}))
	if err != nil {
		t.Fatal(err)
	}
	if got := told(t, file(t, "cut.gpkg", string(good[:5000])), Options{}); !strings.HasPrefix(got, "cannot be opened: ") {
		t.Errorf("cut off: %s", got)
	}
	for name, blob := range map[string]string{"foreign": "X'00'", "short header": "X'47500007E6100000'", "another's type": "X'47500021E6100000'", "short": "X'47500001E61000000103000000FFFFFFFF'"} {
		path := packed(t, parcels)
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(`DROP TRIGGER rtree_parcels_geom_insert; INSERT INTO parcels (geom) VALUES (` + blob + `)`); err != nil {
			t.Fatal(err)
		}
		db.Close()
		if got := told(t, path, Options{}); !strings.Contains(got, "row 1 (parcels fid 1): ") {
			t.Errorf("%s: %s", name, got)
		}
	}
	begun, err := CreateGeoPackage(filepath.Join(t.TempDir(), "b.gpkg"))
	if err != nil {
		t.Fatal(err)
	}
	if err := begun.Abandon(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(begun.path + "*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Whatever is written comes back.
func TestGeoPackageRound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var features []Feature
		want := []string{"EPSG:4326"}
		for i := range rapid.IntRange(0, 5).Draw(rt, "features") {
			x, y := float64(rapid.IntRange(-1700, 1700).Draw(rt, "x"))/10, float64(rapid.IntRange(-800, 800).Draw(rt, "y"))/10
			f := Feature{Row: int64(i + 1), ID: fmt.Sprint(i + 1), Place: fmt.Sprintf("parcels fid %d", i+1),
				Geometry:   orb.MultiPolygon{orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + 1, y + 1}}.ToPolygon()},
				Properties: Properties{{"name", rapid.StringMatching(`[a-z一-十']{0,8}`).Draw(rt, "name")}, {"floors", fmt.Sprint(rapid.IntRange(0, 99).Draw(rt, "floors"))}, {"height", ""}}}
			features = append(features, f)
			want = append(want, line1(f))
		}
		if got := told(t, packed(t, parcels, features...), Options{}); got != strings.Join(want, "\n") {
			rt.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
		}
	})
}

// FuzzGeoPackageGeometry reads blobs that anybody may have written.
func FuzzGeoPackageGeometry(f *testing.F) {
	blob, err := gpkgBlob(orb.MultiPolygon{orb.Bound{Min: orb.Point{117, 35}, Max: orb.Point{117.1, 35.1}}.ToPolygon()})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(blob)
	f.Add([]byte("GP\x00\x11\xe6\x10\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		g, err := gpkgGeometry(data)
		if err == nil && g != nil {
			if _, err := gpkgBlob(g); err != nil && !strings.Contains(err.Error(), "not a number") {
				t.Error(err)
			}
		}
	})
}
