package tiles

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
)

// corner is the south-western one of the tests' partitions.
var corner = orb.Point{117.2, 35.2}

func fromCorner(x, y float64) orb.Point { return orb.Point{corner[0] + x, corner[1] + y} }

// partition are cells side by side, whose boundaries wind from corner to corner of a finer grid; squares, or flat ones that sway.
func partition(cells, windsBy int, side, flat float64) (out []feature) {
	random := rand.New(rand.NewPCG(1, 2))
	step := side / float64(cells*windsBy)
	corners := make([][]orb.Point, cells*windsBy+1)
	for i := range corners {
		for j := range cells*windsBy + 1 {
			x, y := step*(float64(i)+random.Float64()*0.8), step*(float64(j)+random.Float64()*0.8)
			if flat < 1 {
				x, y = step*float64(i), y*flat+step*8*math.Sin(float64(i)/5)
			}
			corners[i] = append(corners[i], fromCorner(x, y))
		}
	}
	for x := range cells {
		for y := range cells {
			var ring orb.Ring
			for k := range windsBy {
				ring = append(ring, corners[x*windsBy+k][y*windsBy])
			}
			for k := range windsBy {
				ring = append(ring, corners[(x+1)*windsBy][y*windsBy+k])
			}
			for k := range windsBy {
				ring = append(ring, corners[(x+1)*windsBy-k][(y+1)*windsBy])
			}
			for k := range windsBy {
				ring = append(ring, corners[x*windsBy][(y+1)*windsBy-k])
			}
			out = append(out, feature{id: uint64(len(out) + 1), geometry: orb.Polygon{append(ring, ring[0])}})
		}
	}
	return out
}

// layPartition gives the county sub-areas that cover a square without a gap.
func layPartition(t *testing.T, owner *pgxpool.Pool) (middle orb.Point) {
	t.Helper()
	const side = 0.06
	var batch pgx.Batch
	for _, f := range partition(12, 20, side, 1) {
		batch.Queue(`INSERT INTO sub_areas (county, code, geom, point) VALUES ('370883', $1, $2, ST_PointOnSurface($2))`,
			fmt.Sprintf("370883100201%03d", 300+f.id), orb.MultiPolygon{f.geometry.(orb.Polygon)})
	}
	if err := owner.SendBatch(t.Context(), &batch).Close(); err != nil {
		t.Fatal(err)
	}
	return fromCorner(side/2, side/2)
}

// shown is what a tile shows of features in a layer of a name.
func shown(t *testing.T, at maptile.Tile, name string, given *packed) (shapes []orb.Geometry) {
	t.Helper()
	var w writer
	w.begin(int(at.Z), int(at.X), int(at.Y))
	w.layer(name, given.columns, given.at)
	eachFeature(t, w.tile, func(_ string, f *geojson.Feature) { shapes = append(shapes, f.Geometry) })
	return shapes
}

// Neighbours keep one line between them at every zoom: what a tile shows of a partition has neither gaps nor overlaps, all of it
// is valid, and at small scales most vertices are gone, though none that lay further than a step from the line that is left.
func TestNeighboursStayTight(t *testing.T) {
	_, owner := newTiles(t)
	for _, c := range []struct {
		cells, windsBy int
		side           float64 // degrees
		flat           float64 // 1 if they are squares
	}{{12, 8, 0.06, 1}, {12, 40, 0.06, 1}, {30, 8, 0.3, 1}, {6, 60, 0.5, 1}, {10, 10, 0.2, 0.02}} {
		given := newEncoder(0, 0, 0, nil)
		for _, f := range partition(c.cells, c.windsBy, c.side, c.flat) {
			given.add(f)
		}
		packed := pack(given.given)
		for z := maptile.Zoom(6); z <= MaxZoom; z++ {
			at := maptile.At(fromCorner(c.side/2, c.side/2*c.flat), z)
			tight := shown(t, at, "sub_areas", packed)
			checkTight(t, owner, fmt.Sprintf("%+v at zoom %d", c, z), tight)
			checkThinned(t, z, shown(t, at, "landuse", packed), tight)
		}
	}
}

// checkTight has PostGIS look for gaps and overlaps within the tile.
func checkTight(t *testing.T, owner *pgxpool.Pool, name string, shapes []orb.Geometry) {
	t.Helper()
	texts := make([]string, len(shapes))
	for i, g := range shapes {
		texts[i] = wkt.MarshalString(g)
	}
	var overlap float64
	var gaps, parts, invalid int
	const sql = `
		WITH shapes AS (
			SELECT ST_GeomFromText(s) AS g FROM unnest($1::text[]) s
		), seen AS (
			SELECT ST_Intersection(ST_MakeValid(g), ST_MakeEnvelope(0, 0, 4096, 4096)) AS g, (NOT ST_IsValid(g))::integer AS invalid FROM shapes
		), together AS (
			SELECT sum(ST_Area(g)) AS sum, ST_Union(g) AS whole, sum(invalid)::integer AS invalid FROM seen
		)
		SELECT sum - ST_Area(whole), coalesce((SELECT sum(ST_NumInteriorRings(d.geom)) FROM ST_Dump(whole) d), 0)::integer, ST_NumGeometries(whole), invalid
		  FROM together`
	if err := owner.QueryRow(t.Context(), sql, texts).Scan(&overlap, &gaps, &parts, &invalid); err != nil {
		t.Fatal(err)
	}
	if math.Abs(overlap) > 1e-6 || gaps > 0 || parts != 1 || invalid > 0 || len(shapes) < 2 {
		t.Errorf("%s: %d neighbours overlap by %v square units, with %d gaps, in %d parts, %d of them invalid", name, len(shapes), overlap, gaps, parts, invalid)
	}
}

// checkThinned compares what is thinned with the same as it was rounded.
func checkThinned(t *testing.T, z maptile.Zoom, rounded, thinned []orb.Geometry) {
	t.Helper()
	var left []orb.LineString
	count := [2]int{}
	for _, g := range thinned {
		for _, l := range linesOf(g) {
			left = append(left, l)
			count[1] += len(l)
		}
	}
	random := rand.New(rand.NewPCG(3, 4))
	for _, g := range rounded {
		for _, l := range linesOf(g) {
			count[0] += len(l)
			p := l[random.IntN(len(l))]
			near := math.Inf(1)
			for _, other := range left {
				near = min(near, planar.DistanceFrom(other, p))
			}
			if seen := (orb.Bound{Max: orb.Point{extent, extent}}); seen.Contains(p) && near > thinSteps+1e-6 {
				t.Errorf("zoom %d: %v lies %.2f steps from what is left", z, p, near)
			}
		}
	}
	if most := count[0]; count[1] > most || z < 8 && most > 2500 && count[1] > most/2 {
		t.Errorf("zoom %d: of %d vertices %d are left", z, count[0], count[1])
	}
}

// However many ask for one tile at once, it is built once, and all get the same.
func TestTileIsBuiltOnceForThousands(t *testing.T) {
	tiles, owner := newTiles(t)
	here := maptile.At(orb.Point{116.9982, 35.4002}, 14)
	lock, err := owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Rollback(context.WithoutCancel(t.Context()))
	if _, err := lock.Exec(t.Context(), `LOCK TABLE buildings IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	const askers = 10_000
	var asking, answered sync.WaitGroup
	asking.Add(askers)
	var mu sync.Mutex
	tags := map[string]int{}
	for range askers {
		answered.Go(func() {
			asking.Done()
			tile, err := tiles.Tile(t.Context(), censusSet, int(here.Z), int(here.X), int(here.Y))
			mu.Lock()
			defer mu.Unlock()
			if err != nil || len(tile.Bytes) == 0 {
				t.Errorf("%d bytes, %v", len(tile.Bytes), err)
			}
			tags[tile.ETag]++
		})
	}
	asking.Wait()
	until(t, "the tile is read", func() bool { return waiting(t, owner) > 0 })
	if err := lock.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	answered.Wait()
	if tiles.renders.Load() != 1 || len(tags) != 1 {
		t.Errorf("built %d times, %d different tiles", tiles.renders.Load(), len(tags))
	}
	if kept := tiles.cache.bytes; kept > 1<<20 {
		t.Errorf("%d bytes are kept", kept)
	}
}
