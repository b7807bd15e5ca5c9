package tiles

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// Each building that a tile of the deepest zoom shows has one mark in all of the map: it stands on the building, in the tile in
// which it lies or in the buffers of its neighbours, with the building's id and number.
func TestMarks(t *testing.T) {
	tiles, owner := newTiles(t)
	sprinkle(t, owner)
	x := loaded(t, tiles, censusSet)
	at := maptile.At(orb.Point{117.0044, 35.4002}, 16)
	seen, drawn := map[uint64]int{}, map[uint64]bool{}
	for dx := -6; dx <= 6; dx++ {
		for dy := -6; dy <= 6; dy++ {
			outlines := map[uint64]*geojson.Feature{}
			a := address{censusSet, 16, int(at.X) + dx, int(at.Y) + dy}
			eachFeature(t, raw(t, tiles, x, a), func(layer string, f *geojson.Feature) {
				id := uint64(f.ID.(float64))
				switch layer {
				case "buildings":
					outlines[id], drawn[id] = f, true
				case "building_marks":
					place := f.Geometry.(orb.Point)
					if inTile(place) {
						seen[id]++
					}
					of := outlines[id]
					if of != nil && f.Properties["number"] != of.Properties["number"] || len(f.Properties) > 1 {
						t.Errorf("%v: the mark of %d tells %v", a, id, f.Properties)
					}
					if of != nil && inTile(place) && !standsOn(of.Geometry, place) {
						t.Errorf("%v: the mark of %d stands at %v, not on %v", a, id, place, of.Geometry)
					}
				}
			})
		}
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("building %d has %d marks", id, n)
		}
	}
	if len(seen) < 100 || len(seen) < len(drawn)*8/10 {
		t.Errorf("%d marks of %d buildings", len(seen), len(drawn))
	}
}

func inTile(p orb.Point) bool { return p[0] >= 0 && p[1] >= 0 && p[0] < extent && p[1] < extent }

// standsOn tells whether a place lies on a shape, or no more than a pixel beside it.
func standsOn(g orb.Geometry, p orb.Point) bool {
	if point, is := g.(orb.Point); is {
		return point == p
	}
	for _, part := range polygonsOf(g) {
		if planar.PolygonContains(part, p) {
			return true
		}
	}
	for _, l := range linesOf(g) {
		if planar.DistanceFrom(l, p) <= 1.5 {
			return true
		}
	}
	return false
}

// Where a mark stands is where PostGIS would put it, or as far inside.
func TestMarksStandInside(t *testing.T) {
	tiles, owner := newTiles(t)
	sprinkle(t, owner)
	x := loaded(t, tiles, censusSet)
	w := &writer{}
	w.begin(0, 0, 0)
	var batch pgx.Batch
	n := 0
	for _, l := range x.layers {
		if l.name != "buildings" {
			continue
		}
		for i := range l.columns.ids {
			at, ok := w.pointOn(l.columns, uint32(i))
			if !ok {
				t.Errorf("building %d has no place for a mark", l.columns.ids[i])
				continue
			}
			n++
			const size = 1 << worldBits
			batch.Queue(`
				SELECT ST_Distance(geom, ST_Transform(ST_SetSRID(ST_Point(($1::float8 / $3 - 0.5) * $4, (0.5 - $2::float8 / $3) * $4), 3857), 4326)) < 1e-6
				  FROM map_buildings
				 WHERE county = '370883' AND id = $5`, at.x, at.y, float64(size), 40075016.68557849, int64(l.columns.ids[i]))
		}
	}
	results := owner.SendBatch(t.Context(), &batch)
	defer results.Close()
	outside := 0
	for range n {
		var inside bool
		if err := results.QueryRow().Scan(&inside); err != nil {
			t.Fatal(err)
		}
		if !inside {
			outside++
		}
	}
	if outside > 0 || n < 1000 {
		t.Errorf("%d marks of %d stand outside", outside, n)
	}
}

// What changed drops a tile if the tile holds any of it, its ground or its mark, which is found further beyond the tile's edge.
func TestPatchShowsWhatItsTileHolds(t *testing.T) {
	holds := func(t interface{ Fatalf(string, ...any) }, at maptile.Tile, house orb.Polygon) (ground, mark bool) {
		e := newEncoder(int(at.Z), int(at.X), int(at.Y), nil)
		e.add(feature{id: 1, geometry: toDegrees(at, house)})
		if len(e.given.ids) == 0 {
			return false, false
		}
		e.begin(int(at.Z), int(at.X), int(at.Y))
		e.layer("buildings", e.given, []uint32{0})
		held := len(e.tile) > 0
		p := patch{e.given.boxes[0], 13, "buildings", e.given, 0}
		if shows := p.shows(new(writer), address{censusSet, int(at.Z), int(at.X), int(at.Y)}); shows != held {
			t.Fatalf("it shows %v, in a tile of %d bytes", shows, len(e.tile))
		}
		e.draw(e.given, 0)
		return len(e.geometry) > 0, held
	}
	corner := maptile.New(54052, 25862, 16)
	beside := orb.Polygon{{{-110, 90}, {-90, 90}, {-90, 110}, {-110, 110}, {-110, 90}}}
	if ground, mark := holds(t, corner, beside); ground || !mark {
		t.Errorf("a house beyond the buffer of surfaces shows its ground %v, its mark %v", ground, mark)
	}
	rapid.Check(t, func(t *rapid.T) {
		at := maptile.New(corner.X, corner.Y, maptile.Zoom(rapid.IntRange(14, 16).Draw(t, "zoom")))
		middle := orb.Point{rapid.Float64Range(-200, 60).Draw(t, "x"), rapid.Float64Range(0, 4096).Draw(t, "y")}
		holds(t, at, orb.Polygon{star(t, middle, rapid.Float64Range(2, 90).Draw(t, "size"))})
	})
}
