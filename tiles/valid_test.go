package tiles

import (
	"math"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// drawn is what a tile shows of a geometry, drawn as tiles are.
func drawn(t interface{ Fatalf(string, ...any) }, at maptile.Tile, g orb.Geometry, packs bool) orb.Geometry {
	e := newEncoder(int(at.Z), int(at.X), int(at.Y), nil)
	e.add(feature{id: 1, geometry: g})
	c := e.given
	if len(c.ids) == 0 {
		return nil
	}
	if packs {
		c = pack(c).columns
	}
	e.layer("test", c, []uint32{0})
	if len(e.tile) == 0 {
		return nil
	}
	layers, err := mvt.Unmarshal(e.tile)
	if err != nil {
		t.Fatalf("an independent reader: %v", err)
	}
	return layers[0].Features[0].Geometry
}

// Where rounding or clipping makes a polygon touch or cross itself, it is drawn as the ground that it holds.
func TestUntangle(t *testing.T) {
	at := maptile.New(13526, 6449, 14)
	for _, c := range []struct{ name, in, want string }{
		{"a waist of less than a pixel", "POLYGON((0 0,20 9.8,40 0,40 20,20 10.2,0 20,0 0))",
			"MULTIPOLYGON(((0 0,20 10,0 20,0 0)),((20 10,40 0,40 20,20 10)))"},
		{"a spike", "POLYGON((0 0,10 0,10 10,5 10,5 20,5.2 10,0 10,0 0))", "POLYGON((0 0,10 0,10 10,5 10,0 10,0 0))"},
		{"a spike where it begins", "POLYGON((5 20,5.2 10,0 10,0 0,10 0,10 10,5 10,5 20))", "POLYGON((5 10,0 10,0 0,10 0,10 10,5 10))"},
		{"a spike that bends, and one on it", "POLYGON((0 0,10 0,10 10,5 10,5 20,8 20,5.2 20,5.2 10,0 10,0 0))", "POLYGON((0 0,10 0,10 10,5 10,0 10,0 0))"},
		{"a spike beyond where it set out", "POLYGON((0 0,10 0,10 10,5 10,5 20,5.2 4,0 4,0 0))", "POLYGON((0 0,10 0,10 10,5 10,5 4,0 4,0 0))"},
		{"a hole that is a spike alone", "POLYGON((0 0,20 0,20 20,0 20,0 0),(5 5,15 5.2,15 5,5 5))", "POLYGON((0 0,20 0,20 20,0 20,0 0))"},
		{"a hole that comes to touch the outer ring", "POLYGON((0 0,20 0,20 20,0 20,0 0),(0.3 10,10 5,10 15,0.3 10))",
			"POLYGON((0 0,20 0,20 20,0 20,0 10,0 0),(0 10,10 15,10 5,0 10))"},
		{"a hole that comes to lie along the outer ring", "POLYGON((0 0,20 0,20 20,0 20,0 0),(0.3 5,10 5,10 15,0.3 15,0.3 5))",
			"POLYGON((0 0,20 0,20 20,0 20,0 15,10 15,10 5,0 5,0 0))"},
		{"parts that come to touch along a side", "MULTIPOLYGON(((0 0,10 0,10 10,0 10,0 0)),((10.2 0,20 0,20 10,10.2 10,10.2 0)))",
			"POLYGON((0 0,10 0,20 0,20 10,10 10,0 10,0 0))"},
		{"a comb whose gap is beyond the tile", "POLYGON((100 0,-2000 0,-2000 10,-80 10,-80 20,-2000 20,-2000 30,100 30,100 0))",
			"POLYGON((100 30,-64 30,-64 0,100 0,100 30))"},
		{"a comb cut through its teeth", "POLYGON((-2000 0,100 0,100 10,-2000 10,-2000 20,100 20,100 30,-3000 30,-2000 0))",
			"MULTIPOLYGON(((-64 0,100 0,100 10,-64 10,-64 0)),((-64 20,100 20,100 30,-64 30,-64 20)))"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, packs := range []bool{false, true} {
				got := wkt.MarshalString(drawn(t, at, onTile(t, at, c.in), packs))
				if got != c.want {
					t.Errorf("packed %v: got  %s\nwant %s", packs, got, c.want)
				}
			}
		})
	}
}

// Whatever is drawn of a polygon is valid as PostGIS sees it, packed or not the same, turns as it must, and holds the ground
// of its source but for a pixel along its sides.
func TestDrawnPolygonsAreValid(t *testing.T) {
	_, owner := newTiles(t)
	at := maptile.New(13526, 6449, 14)
	var batch pgx.Batch
	rapid.Check(t, func(t *rapid.T) {
		middle := orb.Point{rapid.Float64Range(-1000, 5000).Draw(t, "x"), rapid.Float64Range(-1000, 5000).Draw(t, "y")}
		source := orb.Polygon{star(t, middle, math.Exp2(rapid.Float64Range(0, 13).Draw(t, "size")))}
		g := drawn(t, at, toDegrees(at, source), false)
		if packs := drawn(t, at, toDegrees(at, source), true); !orb.Equal(g, packs) {
			t.Fatalf("%v is drawn as %v when packed", g, packs)
		}
		if g == nil {
			return
		}
		for _, p := range polygonsOf(g) {
			checkRings(t, p)
		}
		checkCover(t, source, g)
		batch.Queue(`SELECT ST_IsValid(g), ST_IsValidReason(g), ST_AsText(g) FROM ST_GeomFromText($1) g`, wkt.MarshalString(g))
	})
	checkValid(t, owner.SendBatch(t.Context(), &batch), batch.Len())
}

func checkValid(t *testing.T, results pgx.BatchResults, n int) {
	t.Helper()
	defer results.Close()
	if n == 0 {
		t.Fatal("nothing was drawn")
	}
	for range n {
		var valid bool
		var why, text string
		if err := results.QueryRow().Scan(&valid, &why, &text); err != nil {
			t.Fatal(err)
		}
		if !valid {
			t.Errorf("%s: %s", why, text)
		}
	}
}

func polygonsOf(g orb.Geometry) []orb.Polygon {
	switch g := g.(type) {
	case orb.Polygon:
		return []orb.Polygon{g}
	case orb.MultiPolygon:
		return g
	}
	return nil
}

// checkCover is checkGround for what may have fallen into parts.
func checkCover(t *rapid.T, source orb.Polygon, drawn orb.Geometry) {
	for range 30 {
		p := orb.Point{rapid.Float64Range(-buffer+2, extent+buffer-2).Draw(t, "px"), rapid.Float64Range(-buffer+2, extent+buffer-2).Draw(t, "py")}
		near, in := false, false
		for _, r := range source {
			near = near || planar.DistanceFrom(orb.LineString(r), p) <= 1.5
		}
		for _, part := range polygonsOf(drawn) {
			in = in || planar.PolygonContains(part, p)
		}
		if was := planar.PolygonContains(source, p); !near && was != in {
			t.Fatalf("%v lies in the source: %v, in the tile: %v", p, was, in)
		}
	}
}

// Every polygon of a county's tiles is valid at every zoom, with holes, islands and shapes of a pixel among them.
func TestTilesAreValid(t *testing.T) {
	tiles, owner := newTiles(t)
	sprinkle(t, owner)
	for _, set := range []string{censusSet, baseSet} {
		x := loaded(t, tiles, set)
		var batch pgx.Batch
		for _, a := range around(set, 117.0044, 35.4002) {
			eachFeature(t, raw(t, tiles, x, a), func(_ string, f *geojson.Feature) {
				if polygonsOf(f.Geometry) != nil {
					batch.Queue(`SELECT ST_IsValid(g), ST_IsValidReason(g), ST_AsText(g) FROM ST_GeomFromText($1) g`, wkt.MarshalString(f.Geometry))
				}
			})
		}
		checkValid(t, owner.SendBatch(t.Context(), &batch), batch.Len())
	}
}

func eachFeature(t testing.TB, tile []byte, do func(layer string, f *geojson.Feature)) {
	t.Helper()
	if len(tile) == 0 {
		return
	}
	layers, err := mvt.Unmarshal(tile)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layers {
		for _, f := range l.Features {
			do(l.Name, f)
		}
	}
}
