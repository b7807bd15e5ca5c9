package vector

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// readThrough reads a file to its end and checks what every reader promises. most is how many rows so many bytes can hold.
func readThrough(t *testing.T, path string, most int, o Options) {
	t.Helper()
	r, err := Open(path, o)
	if err != nil {
		return
	}
	for rows := 0; ; rows++ {
		f, err := r.Next()
		var bad *RowError
		if err != nil && !errors.As(err, &bad) {
			if _, again := r.Next(); again == nil || again.Error() != err.Error() {
				t.Errorf("after the end (%v) comes %v", err, again)
			}
			break
		}
		if rows > most {
			t.Fatalf("more than %d rows are read", most)
		}
		if err == nil {
			sound(t, f)
		}
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// sound checks that a feature is what PostGIS can take.
func sound(t *testing.T, f Feature) {
	t.Helper()
	if f.Row == 0 || f.Place == "" {
		t.Errorf("a row without a place: %+v", f)
	}
	for _, p := range f.Properties {
		if !utf8.ValidString(p.Name) || !utf8.ValidString(p.Value) {
			t.Errorf("%q=%q is not UTF-8", p.Name, p.Value)
		}
	}
	soundGeometry(t, f.Geometry)
}

func soundGeometry(t *testing.T, g orb.Geometry) {
	t.Helper()
	switch g := g.(type) {
	case nil:
	case orb.Collection:
		for _, part := range g {
			soundGeometry(t, part)
		}
	case orb.MultiPolygon:
		for _, part := range g {
			soundGeometry(t, part)
		}
	case orb.Polygon:
		for _, r := range g {
			if len(r) < 4 || r[0] != r[len(r)-1] {
				t.Errorf("%v is not a ring", r)
			}
			soundGeometry(t, orb.LineString(r))
		}
	case orb.MultiLineString:
		for _, part := range g {
			soundGeometry(t, part)
		}
	case orb.LineString:
		if len(g) < 2 {
			t.Errorf("%v is not a line", g)
		}
		soundGeometry(t, orb.MultiPoint(g))
	case orb.MultiPoint:
		for _, p := range g {
			soundGeometry(t, p)
		}
	case orb.Point:
		if math.IsNaN(g[0]+g[1]) || math.IsInf(g[0], 0) || math.IsInf(g[1], 0) {
			t.Errorf("%v is not a point", g)
		}
	}
}

func FuzzGeoJSON(f *testing.F) {
	for _, s := range []string{collection(feature(square, `{"a":"\u4e2d","b":[1,{}]}`)), feature("null", "{}") + "\n" + feature(square, "{}") + "\n",
		"\x1e" + feature("null", "{}") + "\n", `[{"a":1,"wkt":"POLYGON((0 0,1 0,1 1))"}]`, `{"rows":[{"lon":1,"lat":"2"}]}`,
		`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1e3,-0.5]}]}`, "\xff\xfe{\x00}\x00",
		`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:2232"}},"features":[]}`} {
		f.Add([]byte(s), "")
		f.Add([]byte(s), "gb18030")
	}
	f.Fuzz(func(t *testing.T, content []byte, encoding string) {
		readThrough(t, file(t, "a.geojson", string(content)), len(content), Options{Encoding: encoding})
		readThrough(t, file(t, "a.ndjson", string(content)), len(content), Options{Where: "a=1"})
	})
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,\"x\n\"\"y\"\n", "a;wkt\n1;MULTIPOINT(1 2,3 4)\n", "x\ty\tz\n1\t2\t3\n", "a,b\n\"x", "lon,lat\n1,2\n,\n"} {
		f.Add([]byte(s), "")
		f.Add([]byte(s), "utf-16le")
	}
	f.Fuzz(func(t *testing.T, content []byte, encoding string) {
		readThrough(t, file(t, "a.csv", string(content)), len(content), Options{Encoding: encoding})
	})
}

func FuzzShapefile(f *testing.F) {
	for _, c := range shapes() {
		f.Add(shp(c.shape), dbf(0x4d, []dbfColumn{{name: "n", kind: 'C', to: 8}, {name: "d", kind: 'D', to: 8}, {name: "i", kind: 'I', to: 4}}, " \xd6\xd0"), []byte("936"))
	}
	f.Fuzz(func(t *testing.T, shp, dbf, cpg []byte) {
		dir := t.TempDir()
		for name, content := range map[string][]byte{"x.shp": shp, "x.dbf": dbf, "x.cpg": cpg} {
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		readThrough(t, filepath.Join(dir, "x.shp"), len(shp), Options{})
		readThrough(t, file(t, "x.zip", archive(t, "x.shp", string(shp), "x.dbf", string(dbf))), len(shp), Options{Encoding: "gbk"})
		readThrough(t, file(t, "y.zip", string(shp)), len(shp), Options{})
	})
}

func FuzzPBF(f *testing.F) {
	whole := newPBF().grid().way(7, "building=yes name=x", 1, 2, 7, 1).relation(9, "type=multipolygon building=yes", nil, 7, 8).end().node(3, 1, 1, "place=town name=x").end()
	f.Add(whole.file, []byte{})
	for _, p := range []*pbf{newPBF().grid(), newPBF().way(7, "building=yes", 1, 2, 7, 1).end(),
		newPBF().relation(9, "type=boundary boundary=administrative", nil, 7).end(), newPBF().node(3, 1, 1, "place=town name=x").end()} {
		r := blobReader{r: filed(f, p.file), size: int64(len(p.file))}
		for {
			_, block, err := r.next()
			if err == io.EOF {
				break
			}
			f.Add([]byte{}, block)
		}
	}
	f.Fuzz(func(t *testing.T, whole, block []byte) {
		made := newPBF()
		made.blob("OSMData", block)
		for theme := range osmThemes {
			readThrough(t, file(t, "a.pbf", string(whole)), 1000*len(whole), Options{Theme: theme})
			readThrough(t, file(t, "b.pbf", string(made.file)), len(block), Options{Theme: theme})
		}
	})
}

// filed is a file that holds content.
func filed(t testing.TB, content []byte) *os.File {
	t.Helper()
	f, err := os.Open(file(t, "a.pbf", string(content)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
