package vector

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// written writes features and gives the file.
func written(t testing.TB, format Format, features ...Feature) string {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, format)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range features {
		if err := w.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriter(t *testing.T) {
	a := Feature{ID: "a\"1", Geometry: orb.Point{121.123456789, -0.00000001}, Properties: Properties{{"b", "x\n中"}, {"a", "<01>"}}}
	const first = `{"type":"Feature","id":"a\"1","geometry":{"type":"Point","coordinates":[121.1234568,0]},"properties":{"b":"x\n中","a":"\u003c01\u003e"}}`
	const second = `{"type":"Feature","geometry":null,"properties":{}}`
	for _, c := range []struct {
		rule, got, want string
	}{
		{"a collection", written(t, GeoJSON, a, Feature{}), `{"type":"FeatureCollection","features":[` + "\n" + first + ",\n" + second + "\n]}\n"},
		{"lines", written(t, GeoJSONSeq, a, Feature{}), first + "\n" + second + "\n"},
		{"an empty collection", written(t, GeoJSON), `{"type":"FeatureCollection","features":[` + "\n]}\n"},
		{"no lines", written(t, GeoJSONSeq), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.rule, c.got, c.want)
		}
	}
}

type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errors.New("the disk is full")
	}
	return len(p), nil
}

func TestWriterRefuses(t *testing.T) {
	if _, err := NewWriter(&bytes.Buffer{}, "shp"); err == nil || !strings.Contains(err.Error(), "geojson") {
		t.Errorf("another format: got %v", err)
	}
	var b bytes.Buffer
	w, err := NewWriter(&b, GeoJSONSeq)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(Feature{ID: "7", Geometry: orb.LineString{{1, 2}, {math.NaN(), 2}}}); err == nil || !strings.Contains(err.Error(), "feature 7") {
		t.Errorf("a coordinate that is no number: got %v", err)
	}
	if err := errors.Join(w.Write(Feature{ID: "8"}), w.Close()); err != nil || strings.Contains(b.String(), `"7"`) {
		t.Errorf("after a feature that was refused: got %v, %s", err, b.String())
	}
	if w.Write(Feature{}) == nil {
		t.Error("a writer that is closed goes on")
	}
	w, err = NewWriter(&full{left: 100}, GeoJSON)
	if err != nil {
		t.Fatal(err)
	}
	for range 10_000 {
		err = w.Write(Feature{ID: "x"})
	}
	if err == nil || w.Close() == nil {
		t.Error("a full disk is not told")
	}
}

// place draws a position of the grid.
func place(t *rapid.T) orb.Point {
	return orb.Point{float64(rapid.IntRange(-1800000000, 1800000000).Draw(t, "x")) / 1e7, float64(rapid.IntRange(-900000000, 900000000).Draw(t, "y")) / 1e7}
}

func drawnLine(t *rapid.T, least int) []orb.Point {
	out := make([]orb.Point, rapid.IntRange(least, least+4).Draw(t, "points"))
	for i := range out {
		out[i] = place(t)
	}
	return out
}

func drawnPolygon(t *rapid.T) orb.Polygon {
	out := make(orb.Polygon, rapid.IntRange(1, 3).Draw(t, "rings"))
	for i := range out {
		r := drawnLine(t, 3)
		out[i] = append(r, r[0])
	}
	return out
}

// drawn draws a geometry of any type.
func drawn(t *rapid.T, depth int) orb.Geometry {
	switch rapid.IntRange(0, 7-depth).Draw(t, "type") {
	case 0:
		return place(t)
	case 1:
		return orb.MultiPoint(drawnLine(t, 1))
	case 2:
		return orb.LineString(drawnLine(t, 2))
	case 3:
		return orb.MultiLineString{drawnLine(t, 2), drawnLine(t, 2)}
	case 4:
		return drawnPolygon(t)
	case 5:
		return orb.MultiPolygon{drawnPolygon(t), drawnPolygon(t)}
	case 6:
		return orb.Collection{drawn(t, 2), drawn(t, 2)}
	}
	return nil
}

// What is written is read again.
func TestWriteRead(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		format := rapid.SampledFrom([]Format{GeoJSON, GeoJSONSeq}).Draw(rt, "format")
		features := make([]Feature, rapid.IntRange(1, 5).Draw(rt, "features"))
		for i := range features {
			f := Feature{ID: rapid.String().Draw(rt, "id"), Geometry: drawn(rt, 0), Properties: Properties{}}
			for range rapid.IntRange(0, 3).Draw(rt, "properties") {
				f.Properties = append(f.Properties, Property{rapid.String().Draw(rt, "name"), rapid.String().Draw(rt, "value")})
			}
			features[i] = f
		}
		r, err := Open(file(t, "a", written(t, format, features...)), Options{})
		if err != nil {
			rt.Fatal(err)
		}
		defer r.Close()
		for _, want := range features {
			got, err := r.Next()
			if err != nil {
				rt.Fatal(err)
			}
			if got.ID != want.ID || !reflect.DeepEqual(got.Geometry, want.Geometry) || !reflect.DeepEqual(got.Properties, want.Properties) || got.Notes != nil {
				rt.Fatalf("wrote %#v, read %#v", want, got)
			}
		}
	})
}
