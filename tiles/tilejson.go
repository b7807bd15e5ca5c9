package tiles

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// TileJSON describes a set to a client (TileJSON 3.0.0).
type TileJSON struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name"`
	Scheme       string        `json:"scheme"`
	Tiles        []string      `json:"tiles"`
	MinZoom      int           `json:"minzoom"`
	MaxZoom      int           `json:"maxzoom"`
	Bounds       [4]float64    `json:"bounds"` // west, south, east, north
	Attribution  string        `json:"attribution,omitempty"`
	VectorLayers []VectorLayer `json:"vector_layers"`
}

// VectorLayer describes one layer of a set.
type VectorLayer struct {
	ID      string            `json:"id"`
	MinZoom int               `json:"minzoom"`
	MaxZoom int               `json:"maxzoom"`
	Fields  map[string]string `json:"fields"`
}

// lowestZoom is where the first layer of any set begins.
const lowestZoom = 4

// TileJSON describes a set whose tiles are served below baseURL. Its bounds are the county's.
func (t *Tiles) TileJSON(ctx context.Context, set, baseURL string) (TileJSON, error) {
	county, kind, err := SplitSet(set)
	if err != nil {
		return TileJSON{}, err
	}
	out := TileJSON{TileJSON: "3.0.0", Name: set, Scheme: "xyz", MinZoom: lowestZoom, MaxZoom: MaxZoom,
		Tiles:  []string{fmt.Sprintf("%s/tiles/%s/{z}/{x}/{y}.mvt", baseURL, set)},
		Bounds: [4]float64{-180, -85.0511, 180, 85.0511}}
	if kind == "base" {
		out.Attribution = "© OpenStreetMap contributors"
	}
	for _, l := range layers {
		if l.set == kind {
			out.VectorLayers = append(out.VectorLayers, VectorLayer{l.name, l.minZoom, MaxZoom, l.fields})
		}
	}
	const sql = `
		SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)
		  FROM (SELECT ST_Extent(geom) AS e FROM map_regions WHERE county = $1) x
		 WHERE e IS NOT NULL`
	b := &out.Bounds
	err = t.pool.QueryRow(ctx, sql, county).Scan(&b[0], &b[1], &b[2], &b[3])
	if errors.Is(err, pgx.ErrNoRows) {
		return out, nil
	}
	return out, err
}
