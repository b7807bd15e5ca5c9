package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// benchTiles asks for the tiles people look at: a town at zoom 12, streets at zoom 14 and houses at zoom 16; each first when
// nobody has asked for it, then again.
func benchTiles(ctx context.Context, b *bench) error {
	c, err := b.client(ctx)
	if err != nil {
		return err
	}
	body, err := c.open(ctx, "/api/regions?level=county")
	if err != nil {
		return err
	}
	counties, err := decoded[struct {
		Items []struct {
			Code string     `json:"code"`
			Box  [4]float64 `json:"bounds"`
		} `json:"items"`
	}](body)
	if err != nil || len(counties.Items) == 0 {
		return fmt.Errorf("find the county: %w", err)
	}
	county := counties.Items[0]
	for _, z := range []maptile.Zoom{12, 14, 16} {
		addresses := tilesWithin(orb.Bound{Min: orb.Point{county.Box[0], county.Box[1]}, Max: orb.Point{county.Box[2], county.Box[3]}}, z)
		var next atomic.Int64
		ask := func(ctx context.Context, _ *rand.Rand) error {
			t := addresses[int(next.Add(1))%len(addresses)]
			return c.get(ctx, fmt.Sprintf("/tiles/%s-census/%d/%d/%d.mvt", county.Code, t.Z, t.X, t.Y))
		}
		if err := c.compare(ctx, fmt.Sprintf("tile_z%d_p95_ms", z), 50, ask); err != nil {
			return err
		}
	}
	return nil
}

// tilesWithin lists the tiles of a box in an order that jumps about.
func tilesWithin(box orb.Bound, z maptile.Zoom) []maptile.Tile {
	low, high := maptile.At(box.Min, z), maptile.At(box.Max, z)
	var out []maptile.Tile
	for x := low.X; x <= high.X; x++ {
		for y := high.Y; y <= low.Y; y++ {
			out = append(out, maptile.New(x, y, z))
		}
	}
	random := rand.New(rand.NewPCG(1, uint64(z)))
	random.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
