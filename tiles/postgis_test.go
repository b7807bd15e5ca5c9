package tiles

import (
	"math"
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

// ground is what the buildings are drawn from, in degrees.
func ground(t *testing.T, tx pgx.Tx) map[uint64]orb.Geometry {
	t.Helper()
	rows, err := tx.Query(t.Context(), `SELECT id, geom FROM map_buildings WHERE county = '370883'`)
	if err != nil {
		t.Fatal(err)
	}
	out := map[uint64]orb.Geometry{}
	var id int64
	var g orb.Geometry
	if _, err := pgx.ForEachRow(rows, []any{&id, &g}, func() error { out[uint64(id)] = g; return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

// PostGIS shows the same features with the same attributes, and every vertex that it draws lies within a unit of one of ours in x
// and in y; only what is not larger than a pixel or two may be drawn by the one and not by the other. The ground decides between
// them: no line of ours lies further from it than rounding takes it, while PostGIS first takes out what it can within half a unit.
func TestTilesAreAsPostGISDrawsThem(t *testing.T) {
	tiles, owner := newTiles(t)
	sprinkle(t, owner)
	x := loaded(t, tiles, censusSet)
	tx, err := owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context())
	sources := ground(t, tx)
	compared, vertices, equal := 0, 0, 0
	for _, a := range deeper(13, around(censusSet, 117.0044, 35.4002)) {
		ours, theirs := buildingsOf(t, raw(t, tiles, x, a)), asPostGIS(t, tx, a)
		for id, f := range ours {
			their := theirs[id]
			if their == nil {
				checkVanishes(t, a, f)
				continue
			}
			compared++
			n, same := checkSame(t, a, f, their)
			vertices, equal = vertices+n, equal+same
			checkOnGround(t, a, f, sources[id])
			delete(theirs, id)
		}
		for _, f := range theirs {
			checkVanishes(t, a, f)
		}
	}
	if compared < 5000 || equal < vertices*97/100 {
		t.Errorf("%d features were compared, %d of %d vertices are the same", compared, equal, vertices)
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

// checkSame compares attributes, and counts the vertices of PostGIS and those of them that are ours too.
func checkSame(t *testing.T, a address, ours, theirs *geojson.Feature) (vertices, equal int) {
	t.Helper()
	for _, key := range []string{"number", "kind", "standing", "floors", "name", "sub_area"} {
		if ours.Properties[key] != theirs.Properties[key] {
			t.Errorf("%v: %s of %v is %v, to PostGIS %v", a, key, ours.ID, ours.Properties[key], theirs.Properties[key])
		}
	}
	lines := linesOf(ours.Geometry)
	for _, l := range linesOf(theirs.Geometry) {
		for _, p := range l {
			apart := math.Inf(1)
			for _, other := range lines {
				for _, q := range other {
					apart = min(apart, max(math.Abs(p[0]-q[0]), math.Abs(p[1]-q[1])))
				}
			}
			vertices++
			if apart == 0 {
				equal++
			} else if apart > 1 {
				t.Errorf("%v: of %v PostGIS has a vertex at %v, %.0f units from ours\n%v\n%v", a, ours.ID, p, apart, ours.Geometry, theirs.Geometry)
			}
		}
	}
	return vertices, equal
}

// checkOnGround fails where what is drawn and the ground lie further apart than rounding to the grid takes them, with a little for
// the world's own grid.
func checkOnGround(t *testing.T, a address, f *geojson.Feature, source orb.Geometry) {
	t.Helper()
	const most = math.Sqrt2/2 + 1.0/16
	e := newEncoder(a.z, a.x, a.y, nil)
	truth, lines := linesOf(source), linesOf(f.Geometry)
	for _, l := range truth {
		for i, p := range l {
			l[i] = e.project(p)
		}
	}
	for _, pair := range [][2][]orb.LineString{{truth, lines}, {lines, truth}} {
		for _, l := range pair[0] {
			for _, p := range l {
				near := math.Inf(1)
				for _, other := range pair[1] {
					near = min(near, planar.DistanceFrom(other, p))
				}
				if near > most && inside.Pad(-1).Contains(p) {
					t.Errorf("%v: %v of %v is %.2f units off the ground\n%v", a, p, f.ID, near, f.Geometry)
				}
			}
		}
	}
}
