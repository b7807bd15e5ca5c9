package tiles

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// encoded is a layer with the features, read again by an independent reader.
func encoded(t interface{ Fatalf(string, ...any) }, at maptile.Tile, keys []string, features ...feature) *mvt.Layer {
	e := newEncoder(int(at.Z), int(at.X), int(at.Y), keys)
	for _, f := range features {
		e.add(f)
	}
	raw := e.appendTo(nil, "test")
	if len(raw) == 0 {
		return &mvt.Layer{}
	}
	layers, err := mvt.Unmarshal(raw)
	if err != nil {
		t.Fatalf("an independent reader: %v", err)
	}
	return layers[0]
}

// onTile brings a geometry drawn in a tile's own units, as WKT, to degrees.
func onTile(t *testing.T, at maptile.Tile, text string) orb.Geometry {
	t.Helper()
	g, err := wkt.Unmarshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return toDegrees(at, g)
}

func toDegrees(at maptile.Tile, g orb.Geometry) orb.Geometry {
	n := math.Exp2(float64(at.Z))
	point := func(p orb.Point) orb.Point {
		x := (float64(at.X) + p[0]/extent) / n
		y := (float64(at.Y) + p[1]/extent) / n
		return orb.Point{x*360 - 180, math.Atan(math.Sinh(math.Pi*(1-2*y))) * 180 / math.Pi}
	}
	line := func(in []orb.Point) (out []orb.Point) {
		for _, p := range in {
			out = append(out, point(p))
		}
		return out
	}
	switch g := g.(type) {
	case orb.Point:
		return point(g)
	case orb.MultiPoint:
		return orb.MultiPoint(line(g))
	case orb.LineString:
		return orb.LineString(line(g))
	case orb.Polygon:
		out := orb.Polygon{}
		for _, r := range g {
			out = append(out, orb.Ring(line(r)))
		}
		return out
	case orb.MultiPolygon:
		out := orb.MultiPolygon{}
		for _, p := range g {
			out = append(out, toDegrees(at, p).(orb.Polygon))
		}
		return out
	case orb.MultiLineString:
		out := orb.MultiLineString{}
		for _, l := range g {
			out = append(out, orb.LineString(line(l)))
		}
		return out
	}
	return nil
}

// Geometry is written in the tile's units, clipped to its buffer, and nothing is written of what is not in it.
func TestEncodeGeometry(t *testing.T) {
	at := maptile.New(13526, 6449, 14)
	for _, c := range []struct{ name, in, want string }{
		{"point", "POINT(10 20)", "POINT(10 20)"},
		{"point at a pixel's middle", "POINT(10.4 20.6)", "POINT(10 21)"},
		{"point in the buffer", "POINT(-128 4200)", "POINT(-128 4200)"},
		{"point beyond the buffer", "POINT(-129 20)", ""},
		{"points, one beyond", "MULTIPOINT((10 20),(5000 20),(30 40))", "MULTIPOINT((10 20),(30 40))"},
		{"line", "LINESTRING(0 0,10 0,10 10)", "LINESTRING(0 0,10 0,10 10)"},
		{"line across the tile", "LINESTRING(-500 100,5000 100)", "LINESTRING(-64 100,4160 100)"},
		{"line that leaves and returns", "LINESTRING(100 0,100 -500,200 -500,200 0)",
			"MULTILINESTRING((100 0,100 -64),(200 -64,200 0))"},
		{"line within a pixel", "LINESTRING(10.1 10.1,10.3 10.3)", ""},
		{"line along one pixel, then away", "LINESTRING(10.1 10.1,10.3 10.3,90 10)", "LINESTRING(10 10,90 10)"},
		{"lines", "MULTILINESTRING((0 0,9 0),(0 9,9 9))", "MULTILINESTRING((0 0,9 0),(0 9,9 9))"},
		{"polygon drawn clockwise", "POLYGON((0 0,10 0,10 10,0 10,0 0))", "POLYGON((0 0,10 0,10 10,0 10,0 0))"},
		{"polygon drawn the other way", "POLYGON((0 0,0 10,10 10,10 0,0 0))", "POLYGON((10 0,10 10,0 10,0 0,10 0))"},
		{"hole", "POLYGON((0 0,90 0,90 90,0 90,0 0),(10 10,20 10,20 20,10 20,10 10))",
			"POLYGON((0 0,90 0,90 90,0 90,0 0),(10 20,20 20,20 10,10 10,10 20))"},
		{"hole of less than a pixel", "POLYGON((0 0,90 0,90 90,0 90,0 0),(10.1 10.1,10.2 10.1,10.2 10.2,10.1 10.1))",
			"POLYGON((0 0,90 0,90 90,0 90,0 0))"},
		{"hole beyond the tile", "POLYGON((0 0,9000 0,9000 90,0 90,0 0),(8000 10,8010 10,8010 20,8000 20,8000 10))",
			"POLYGON((0 0,4160 0,4160 90,0 90,0 0))"},
		{"polygon of less than a pixel", "POLYGON((10.1 10.1,10.2 10.1,10.2 10.2,10.1 10.1))", ""},
		{"polygon that rounds to a line", "POLYGON((0 10.1,50 10.2,90 10.3,50 9.9,0 10.1))", ""},
		{"polygon that holds the tile", "POLYGON((-9000 -9000,9000 -9000,9000 9000,-9000 9000,-9000 -9000))",
			"POLYGON((-64 4160,-64 -64,4160 -64,4160 4160,-64 4160))"},
		{"polygon whose hole holds the tile",
			"POLYGON((-9000 -9000,9000 -9000,9000 9000,-9000 9000,-9000 -9000),(-800 -800,8000 -800,8000 8000,-800 8000,-800 -800))", ""},
		{"polygon whose corner alone is near", "POLYGON((-1500 90,-64 90,-64 100,-1500 90))", ""},
		{"polygon over the edge", "POLYGON((-500 90,200 90,200 100,-500 90))", "POLYGON((-500 90,200 90,200 100,-500 90))"},
		{"polygon far over the edge", "POLYGON((-1200 90,200 90,200 100,-1200 100,-1200 90))", "POLYGON((-64 90,200 90,200 100,-64 100,-64 90))"},
		{"polygons", "MULTIPOLYGON(((0 0,9 0,9 9,0 0)),((20 0,29 0,29 9,20 0)))", "MULTIPOLYGON(((0 0,9 0,9 9,0 0)),((20 0,29 0,29 9,20 0)))"},
		{"polygons, one of them too small", "MULTIPOLYGON(((0.1 0,0.2 0,0.2 0.3,0.1 0)),((20 0,29 0,29 9,20 0)))", "POLYGON((20 0,29 0,29 9,20 0))"},
	} {
		t.Run(c.name, func(t *testing.T) {
			layer := encoded(t, at, nil, feature{id: 7, geometry: onTile(t, at, c.in)})
			got := ""
			if len(layer.Features) > 0 {
				got = wkt.MarshalString(layer.Features[0].Geometry)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// Attributes keep their kind; what is empty is not written, and equal values are written once.
func TestEncodeAttributes(t *testing.T) {
	at := maptile.New(0, 0, 0)
	keys := []string{"text", "yes", "whole", "part", "none"}
	geometry := orb.Point{1, 1}
	layer := encoded(t, at, keys,
		feature{id: 1, geometry: geometry, properties: []any{"香城镇", true, int64(-3), 0.5, nil}},
		feature{id: 1 << 53, geometry: geometry, properties: []any{"", false, int64(0), 0.0, nil}},
		feature{id: 3, geometry: geometry, properties: []any{"香城镇", nil, int64(-3), 0.5, "香城镇"}})
	if layer.Version != 2 || layer.Extent != extent || layer.Name != "test" {
		t.Errorf("layer %q of version %d, extent %d", layer.Name, layer.Version, layer.Extent)
	}
	for i, want := range []map[string]any{
		{"text": "香城镇", "yes": true, "whole": -3.0, "part": 0.5},
		{"whole": 0.0, "part": 0.0},
		{"text": "香城镇", "whole": -3.0, "part": 0.5, "none": "香城镇"},
	} {
		f := layer.Features[i]
		if len(f.Properties) != len(want) {
			t.Errorf("feature %d has %v, want %v", i, f.Properties, want)
		}
		for key, value := range want {
			if f.Properties[key] != value {
				t.Errorf("feature %d: %s is %v, want %v", i, key, f.Properties[key], value)
			}
		}
	}
	if id := layer.Features[1].ID; id != float64(1<<53) {
		t.Errorf("id %v", id)
	}
	e := newEncoder(0, 0, 0, keys)
	for range 3 {
		e.add(feature{id: 1, geometry: geometry, properties: []any{"a", true, int64(1), 1.0, "a"}})
	}
	if len(e.valueAt) != 4 {
		t.Errorf("%d values for four different ones", len(e.valueAt))
	}
}

// star draws a ring without self-intersection about a middle: a random distance in each direction.
func star(t *rapid.T, middle orb.Point, size float64) orb.Ring {
	n := rapid.IntRange(3, 12).Draw(t, "corners")
	ring := orb.Ring{}
	for i := range n {
		r := size * rapid.Float64Range(0.3, 1).Draw(t, "r")
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		ring = append(ring, orb.Point{middle[0] + r*cos, middle[1] + r*sin})
	}
	if rapid.Bool().Draw(t, "turned") {
		ring.Reverse()
	}
	return append(ring, ring[0])
}

// Whatever is encoded comes back with its id, rings that hold ground and turn the right way, within the buffer, and no
// further from its source than rounding to a pixel takes it.
func TestEncodeKeepsPolygons(t *testing.T) {
	at := maptile.New(13526, 6449, 14)
	rapid.Check(t, func(t *rapid.T) {
		middle := orb.Point{rapid.Float64Range(-1000, 5000).Draw(t, "x"), rapid.Float64Range(-1000, 5000).Draw(t, "y")}
		size := math.Exp2(rapid.Float64Range(-2, 13).Draw(t, "size"))
		source := orb.Polygon{star(t, middle, size)}
		if rapid.Bool().Draw(t, "hole") {
			source = append(source, star(t, middle, size/8))
		}
		id := rapid.Uint64Range(1, 1<<53).Draw(t, "id")
		layer := encoded(t, at, nil, feature{id: id, geometry: toDegrees(at, source)})
		if len(layer.Features) == 0 {
			if inside := planar.Area(source) > 0 && size >= 4 && (orb.Bound{Max: orb.Point{extent, extent}}).Contains(middle) && len(source) == 1; inside {
				t.Fatalf("nothing came back of %v", source)
			}
			return
		}
		if got := layer.Features[0].ID; got != float64(id) {
			t.Fatalf("id %v, want %d", got, id)
		}
		polygon, ok := layer.Features[0].Geometry.(orb.Polygon)
		if !ok {
			t.Fatalf("came back as %T", layer.Features[0].Geometry)
		}
		checkRings(t, polygon)
		checkGround(t, source, polygon)
	})
}

// checkRings fails unless each ring is closed, holds ground, repeats no vertex in a row, and turns as the specification says:
// the outer one clockwise on the screen, which is a positive area where y grows to the south.
func checkRings(t *rapid.T, p orb.Polygon) {
	for i, r := range p {
		if len(r) < 4 || r[0] != r[len(r)-1] {
			t.Fatalf("ring %d is not one: %v", i, r)
		}
		area := planar.Area(orb.Polygon{r})
		if area == 0 {
			t.Fatalf("ring %d holds nothing: %v", i, r)
		}
		if outer := r.Orientation() == orb.CCW; outer != (i == 0) { // orb looks at y growing to the north
			t.Fatalf("ring %d turns the wrong way: %v", i, r)
		}
		for j, v := range r[1:] {
			if v == r[j] {
				t.Fatalf("ring %d stands still at %v", i, v)
			}
			if v[0] < -wholeBuffer || v[1] < -wholeBuffer || v[0] > extent+wholeBuffer || v[1] > extent+wholeBuffer {
				t.Fatalf("ring %d goes too far from the tile at %v", i, v)
			}
		}
	}
}

// checkGround compares what lies in the polygon and in its source at places of the tile that are not within a pixel of a
// boundary.
func checkGround(t *rapid.T, source, polygon orb.Polygon) {
	for range 30 {
		p := orb.Point{rapid.Float64Range(-buffer+2, extent+buffer-2).Draw(t, "px"), rapid.Float64Range(-buffer+2, extent+buffer-2).Draw(t, "py")}
		near := false
		for _, r := range source {
			near = near || planar.DistanceFrom(orb.LineString(r), p) <= 1
		}
		if near {
			continue
		}
		if was, is := planar.PolygonContains(source, p), planar.PolygonContains(polygon, p); was != is {
			t.Fatalf("%v lies in the source: %v, in the tile: %v", p, was, is)
		}
	}
}
