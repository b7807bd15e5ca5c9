package tiles

import (
	"context"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

var busy = maptile.New(13516, 6467, 14)

// quarter is a city quarter on one tile: footprints of nine corners on a grid of 45 by 45.
func quarter() (out []feature) {
	for i := range 45 * 45 {
		middle := orb.Point{float64(i%45)*90 + 45, float64(i/45)*90 + 45}
		ring := orb.Ring{}
		for corner := range 8 {
			sin, cos := math.Sincos(float64(corner) * math.Pi / 4)
			ring = append(ring, orb.Point{middle[0] + 30*cos, middle[1] + 20*sin})
		}
		out = append(out, feature{id: uint64(i + 1), geometry: toDegrees(busy, orb.Polygon{append(ring, ring[0])}),
			properties: []any{int64(i), "residential", "confirmed", int64(i % 7), "", "370883100201001"}})
	}
	return out
}

func BenchmarkEncode(b *testing.B) {
	features := quarter()
	keys := []string{"number", "kind", "standing", "floors", "name", "sub_area"}
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		e := newEncoder(int(busy.Z), int(busy.X), int(busy.Y), keys)
		for _, f := range features {
			e.add(f)
		}
		size = len(e.appendTo(nil, "buildings"))
	}
	b.ReportMetric(float64(len(features)*b.N)/b.Elapsed().Seconds(), "features/s")
	b.ReportMetric(float64(size), "B/tile")
}

// BenchmarkTile reads a tile of two thousand buildings, encodes and compresses it; the cache keeps nothing.
func BenchmarkTile(b *testing.B) {
	tiles, owner := newTiles(b)
	ctx := context.Background()
	const add = `
		INSERT INTO buildings (county, place, number, geom, point, source, source_id)
		VALUES ('370883', '370883100201001', $1::int, $2, $3, 'bench', $1::int::text)`
	for i, f := range quarter() {
		middle := f.geometry.Bound().Center()
		if _, err := owner.Exec(ctx, add, i, f.geometry, middle); err != nil {
			b.Fatal(err)
		}
	}
	tiles.cache = newCache(0)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tiles.Tile(ctx, censusSet, int(busy.Z), int(busy.X), int(busy.Y)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTileKept(b *testing.B) {
	tiles, _ := newTiles(b)
	for b.Loop() {
		if _, err := tiles.Tile(context.Background(), censusSet, int(busy.Z), int(busy.X), int(busy.Y)); err != nil {
			b.Fatal(err)
		}
	}
}
