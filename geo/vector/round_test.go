package vector

import (
	"bytes"
	"encoding/csv"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"pgregory.net/rapid"
)

// WKT that orb writes is read as it was.
func TestWKTRound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := drawn(rt, 0)
		if want == nil {
			return
		}
		text := wkt.MarshalString(want)
		got, notes, err := parseWKT(text)
		if err != nil || notes != nil || !reflect.DeepEqual(got, want) {
			rt.Fatalf("%s was read as %v, %v, %v", text, got, notes, err)
		}
	})
}

// A table that encoding/csv writes is read as it was.
func TestCSVRound(t *testing.T) {
	column := rapid.StringMatching(`[a-z中文]{1,5}[",;\t]?[a-z]`)
	value := rapid.StringMatching(`[a-z中",;\t \n]{0,6}`)
	rapid.Check(t, func(rt *rapid.T) {
		header := rapid.SliceOfNDistinct(column, 2, 5, rapid.ID).Draw(rt, "header")
		rows := [][]string{header}
		for range rapid.IntRange(0, 4).Draw(rt, "rows") {
			rows = append(rows, rapid.SliceOfN(value, len(header), len(header)).Draw(rt, "row"))
		}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Comma = rapid.SampledFrom([]rune{',', ';', '\t'}).Draw(rt, "separator")
		if separator([]byte(strings.Join(header, string(w.Comma)))) != w.Comma {
			return // a header that has more of another mark in its names
		}
		if err := errors.Join(w.WriteAll(rows), w.Error()); err != nil {
			rt.Fatal(err)
		}
		r, err := Open(file(t, "a.csv", b.String()), Options{})
		if err != nil {
			rt.Fatal(err)
		}
		defer r.Close()
		for _, want := range rows[1:] {
			f, err := r.Next()
			if err != nil {
				rt.Fatal(err)
			}
			for i, p := range f.Properties {
				if p.Name != header[i] || p.Value != want[i] {
					rt.Fatalf("%q=%q was read as %q=%q", header[i], want[i], p.Name, p.Value)
				}
			}
		}
	})
}

// Polygons with holes, and islands in them, come out of a shapefile as they went in, in whatever order their rings stand.
func TestShapeRound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var want [][]string
		var rings [][]orb.Point
		for i := range rapid.IntRange(1, 4).Draw(rt, "parts") {
			x := float64(20 * i)
			polygon := []string{ringText(box(x, 0, x+10, 10))}
			rings = append(rings, box(x, 0, x+10, 10))
			for k := range rapid.IntRange(0, 2).Draw(rt, "holes") {
				y := float64(1 + 4*k)
				hole, island := box(x+1, y, x+9, y+3), box(x+2, y+1, x+3, y+2)
				rings = append(rings, backwards(hole))
				polygon = append(polygon, ringText(backwards(hole)))
				if rapid.Bool().Draw(rt, "island") {
					rings = append(rings, island)
					want = append(want, []string{ringText(island)})
				}
			}
			slices.Sort(polygon[1:])
			want = append(want, polygon)
		}
		g, notes, err := shapeOf(shape(5, rapid.Permutation(rings).Draw(rt, "order")...))
		if err != nil || notes != nil {
			rt.Fatal(err, notes)
		}
		parts, ok := g.(orb.MultiPolygon)
		if !ok {
			parts = orb.MultiPolygon{g.(orb.Polygon)}
		}
		var got [][]string
		for _, p := range parts {
			var polygon []string
			for _, r := range p {
				polygon = append(polygon, ringText(r))
			}
			slices.Sort(polygon[1:])
			got = append(got, polygon)
		}
		slices.SortFunc(got, slices.Compare)
		slices.SortFunc(want, slices.Compare)
		if !reflect.DeepEqual(got, want) {
			rt.Fatalf("got %v, want %v", got, want)
		}
	})
}

func ringText(r []orb.Point) string { return wkt.MarshalString(orb.LineString(r)) }

// Rings that are too many to compare are refused, not compared for ever.
func TestNestBudget(t *testing.T) {
	n := newNest([]orb.Ring{box(0, 0, 9, 9), box(1, 1, 8, 8), box(2, 2, 7, 7)})
	n.budget = 10
	n.depths = []int{0, 1}
	if _, _, err := n.depth(2); !errors.Is(err, errTooManyRings) {
		t.Errorf("got %v", err)
	}
}

// A footprint of a row as cities publish them.
const footprint = `{"type":"Feature","properties":{"id":"13107-bldg-1","chome":"13107005002","h":13.4},"geometry":{"type":"Polygon","coordinates":` +
	`[[[139.8053545,35.6868666],[139.8053598,35.6867937],[139.8052338,35.6867871],[139.8052284,35.6868601],[139.8053545,35.6868666]]]}}`

// benchmarkRows is how many rows a benchmark's file has.
const benchmarkRows = 20_000

func benchmarkFile(b *testing.B, path string, o Options) {
	for b.Loop() {
		r, err := Open(path, o)
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = r.Next()
		}
		r.Close()
	}
	b.ReportMetric(float64(b.N)*benchmarkRows/b.Elapsed().Seconds(), "features/s")
}

func BenchmarkGeoJSON(b *testing.B) {
	benchmarkFile(b, file(b, "a.geojson", collection(slices.Repeat([]string{footprint}, benchmarkRows)...)), Options{})
}

func BenchmarkGeoJSONLines(b *testing.B) {
	benchmarkFile(b, file(b, "a.ndjson", strings.Repeat(footprint+"\n", benchmarkRows)), Options{})
}

func BenchmarkCSV(b *testing.B) {
	benchmarkFile(b, file(b, "a.csv", "code,name,wkt\n"+strings.Repeat("370883001004,孟庄社区居委会,POINT(116.9 35.4)\n", benchmarkRows)), Options{})
}

func BenchmarkShapefile(b *testing.B) {
	square := box(116, 35, 117, 36)
	table := dbf(0, []dbfColumn{{name: "code", kind: 'C', to: 12}}, slices.Repeat([]string{" 370883001004"}, benchmarkRows)...)
	rows := slices.Repeat([][]byte{shape(5, square)}, benchmarkRows)
	benchmarkFile(b, file(b, "a.zip", archive(b, "a.shp", string(shp(rows...)), "a.dbf", string(table))), Options{})
}

func BenchmarkPBF(b *testing.B) {
	p := newPBF().grid()
	for i := range int64(benchmarkRows) {
		if p.way(i, "building=yes", 1, 2, 7, 6, 1); i%8000 == 7999 {
			p.end()
		}
	}
	benchmarkFile(b, file(b, "a.pbf", string(p.end().file)), Options{Theme: ThemeBuildings})
}
