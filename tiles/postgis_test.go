package tiles

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"
)

// asPostGIS is the layer of buildings as ST_AsMVT writes it.
func asPostGIS(t *testing.T, tx pgx.Tx, a address) map[uint64]*geojson.Feature {
	t.Helper()
	const sql = `
		WITH shown AS (
			SELECT ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope($1, $2, $3), 4096, 1024) AS geom, id, number, nullif(kind, '') AS kind, standing, floors,
			       nullif(name, '') AS name, sub_area
			  FROM map_buildings
			 WHERE county = '370883' AND geom && ST_Transform(ST_TileEnvelope($1, $2, $3, margin => 0.02), 4326)
		)
		SELECT ST_AsMVT(shown, 'buildings', 4096, 'geom', 'id')
		  FROM shown
		 WHERE geom IS NOT NULL`
	var tile []byte
	if err := tx.QueryRow(t.Context(), sql, a.z, a.x, a.y).Scan(&tile); err != nil {
		t.Fatal(err)
	}
	return buildingsOf(t, tile)
}

func buildingsOf(t *testing.T, tile []byte) map[uint64]*geojson.Feature {
	t.Helper()
	found := map[uint64]*geojson.Feature{}
	eachFeature(t, tile, func(layer string, f *geojson.Feature) {
		if layer == "buildings" {
			found[uint64(f.ID.(float64))] = f
		}
	})
	return found
}

// PostGIS shows the same features with the same attributes, and draws their lines within a pixel of ours; only what is not
// larger than a pixel or two may be drawn by the one and not by the other.
func TestTilesAreAsPostGISDrawsThem(t *testing.T) {
	tiles, owner := newTiles(t)
	sprinkle(t, owner)
	x := loaded(t, tiles, censusSet)
	tx, err := owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context())
	compared := 0
	for _, a := range deeper(13, around(censusSet, 117.0044, 35.4002)) {
		ours, theirs := buildingsOf(t, raw(t, tiles, x, a)), asPostGIS(t, tx, a)
		for id, f := range ours {
			their := theirs[id]
			if their == nil {
				checkVanishes(t, a, f)
				continue
			}
			compared++
			checkSame(t, a, f, their)
			delete(theirs, id)
		}
		for _, f := range theirs {
			checkVanishes(t, a, f)
		}
	}
	if compared < 5000 {
		t.Errorf("only %d features were compared", compared)
	}
}

var inside = orb.Bound{Min: orb.Point{-buffer, -buffer}, Max: orb.Point{extent + buffer, extent + buffer}}

// checkVanishes fails if something shows that is more than a pixel or two within the tile.
func checkVanishes(t *testing.T, a address, f *geojson.Feature) {
	t.Helper()
	b := f.Geometry.Bound()
	if point, is := f.Geometry.(orb.Point); is && inside.Contains(point) || !is && inside.Pad(-2).Intersects(b) && planar.Area(f.Geometry) > 4 && min(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]) > 2 {
		t.Errorf("%v: only one draws %v: %v", a, f.ID, f.Geometry)
	}
}

func checkSame(t *testing.T, a address, ours, theirs *geojson.Feature) {
	t.Helper()
	for _, key := range []string{"number", "kind", "standing", "floors", "name", "sub_area"} {
		if ours.Properties[key] != theirs.Properties[key] {
			t.Errorf("%v: %s of %v is %v, to PostGIS %v", a, key, ours.ID, ours.Properties[key], theirs.Properties[key])
		}
	}
	for _, pair := range [][2]orb.Geometry{{ours.Geometry, theirs.Geometry}, {theirs.Geometry, ours.Geometry}} {
		lines := linesOf(pair[1])
		for _, l := range linesOf(pair[0]) {
			for _, p := range l {
				near := 1e9
				for _, other := range lines {
					near = min(near, planar.DistanceFrom(other, p))
				}
				most := 1.5
				if onBorder := !inside.Pad(-1).Contains(p); onBorder {
					most = 3 // PostGIS cuts what it rounded, so that a flat cut moves along the border
				}
				if near > most && !thin(pair[0]) {
					t.Errorf("%v: %v has a vertex at %v, %.1f from the other's lines\n%v\n%v", a, ours.ID, p, near, ours.Geometry, theirs.Geometry)
				}
			}
		}
	}
}

// thin tells of what may vanish in part when it is rounded.
func thin(g orb.Geometry) bool {
	length := 0.0
	for _, l := range linesOf(g) {
		length += planar.Length(l)
	}
	return planar.Area(g) < 2*length
}
