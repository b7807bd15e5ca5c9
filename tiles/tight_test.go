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
)

// The tests' partition: cells side by side whose boundaries wind from corner to corner of a finer grid.
const (
	cells   = 12
	windsBy = 8 // sides of a cell's side
)

// partition gives the county sub-areas that cover a square of 0.06 degrees without a gap.
func partition(t *testing.T, owner *pgxpool.Pool) (middle orb.Point) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var corner [cells*windsBy + 1][cells*windsBy + 1]orb.Point
	const step = 0.06 / (cells * windsBy)
	for i := range corner {
		for j := range corner[i] {
			corner[i][j] = orb.Point{117.2 + step*(float64(i)+random.Float64()*0.8), 35.2 + step*(float64(j)+random.Float64()*0.8)}
		}
	}
	var batch pgx.Batch
	for x := range cells {
		for y := range cells {
			var ring orb.Ring
			for k := range windsBy {
				ring = append(ring, corner[x*windsBy+k][y*windsBy])
			}
			for k := range windsBy {
				ring = append(ring, corner[(x+1)*windsBy][y*windsBy+k])
			}
			for k := range windsBy {
				ring = append(ring, corner[(x+1)*windsBy-k][(y+1)*windsBy])
			}
			for k := range windsBy {
				ring = append(ring, corner[x*windsBy][(y+1)*windsBy-k])
			}
			ring = append(ring, ring[0])
			batch.Queue(`INSERT INTO sub_areas (county, code, geom, point) VALUES ('370883', $1, $2, ST_PointOnSurface($2))`,
				fmt.Sprintf("370883100201%03d", 300+x*cells+y), orb.MultiPolygon{{ring}})
		}
	}
	if err := owner.SendBatch(t.Context(), &batch).Close(); err != nil {
		t.Fatal(err)
	}
	return orb.Point{117.23, 35.23}
}

// Neighbours keep one line between them at every zoom: what a tile shows of a partition has neither gaps nor overlaps. In its
// buffer, which nobody sees, a line may be bent by a unit where a cut tangled one of the two.
func TestNeighboursStayTight(t *testing.T) {
	tiles, owner := newTiles(t)
	middle := partition(t, owner)
	x := loaded(t, tiles, censusSet)
	for z := maptile.Zoom(11); z <= MaxZoom; z++ {
		at := maptile.At(middle, z)
		var shapes []string
		eachFeature(t, raw(t, tiles, x, address{censusSet, int(z), int(at.X), int(at.Y)}), func(layer string, f *geojson.Feature) {
			if layer == "sub_areas" && f.ID.(float64) >= 370883100201300 {
				shapes = append(shapes, wkt.MarshalString(f.Geometry))
			}
		})
		var overlap float64
		var gaps, parts int
		const sql = `
			WITH shapes AS (
				SELECT ST_Intersection(ST_GeomFromText(s), ST_MakeEnvelope(0, 0, 4096, 4096)) AS g FROM unnest($1::text[]) s
			), together AS (
				SELECT sum(ST_Area(g)) AS sum, ST_Union(g) AS whole FROM shapes
			)
			SELECT sum - ST_Area(whole), coalesce((SELECT sum(ST_NumInteriorRings(d.geom)) FROM ST_Dump(whole) d), 0)::int, ST_NumGeometries(whole)
			  FROM together`
		if err := owner.QueryRow(t.Context(), sql, shapes).Scan(&overlap, &gaps, &parts); err != nil {
			t.Fatal(err)
		}
		if math.Abs(overlap) > 1e-6 || gaps > 0 || parts != 1 || len(shapes) < 2 {
			t.Errorf("zoom %d: %d neighbours overlap by %v square units, with %d gaps, in %d parts", z, len(shapes), overlap, gaps, parts)
		}
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
