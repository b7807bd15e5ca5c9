package tiles

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// A tile's rows are found through the spatial index, however many the county has.
func TestTilesUseTheSpatialIndex(t *testing.T) {
	tiles, owner := newTiles(t)
	const many = `
		INSERT INTO buildings (county, place, geom, point, source, source_id)
		SELECT '370883', '370883', ST_Buffer(p, 0.00005), p, 'many', x || '/' || y
		  FROM generate_series(0, 99) x, generate_series(0, 99) y,
		       LATERAL (SELECT ST_Point(116.9 + x * 0.003, 35.3 + y * 0.002, 4326) AS p) o;
		INSERT INTO base_features (county, layer, class, name, min_zoom, geom, source, source_id)
		SELECT '370883', 'road', 'primary', '', 0, ST_MakeLine(p, ST_Translate(p, 0.001, 0)), 'many', x || '/' || y
		  FROM generate_series(0, 99) x, generate_series(0, 99) y,
		       LATERAL (SELECT ST_Point(116.9 + x * 0.003, 35.3 + y * 0.002, 4326) AS p) o;
		INSERT INTO sub_areas (county, code, geom, point)
		SELECT '370883', '370883100201' || lpad(n::text, 3, '0'), ST_Multi(ST_MakeEnvelope(x, 35.4, x + 0.001, 35.401, 4326)),
		       ST_Point(x, 35.4, 4326)
		  FROM generate_series(10, 899) n, LATERAL (SELECT 116.9 + n * 0.001 AS x) o;
		ANALYZE`
	if _, err := owner.Exec(t.Context(), many); err != nil {
		t.Fatal(err)
	}
	at := maptile.At(orb.Point{117.0043, 35.4005}, 16)
	asked := address{censusSet, int(at.Z), int(at.X), int(at.Y)}
	for name, index := range map[string]string{"buildings": "buildings_by_place", "road": "base_features_by_place",
		"sub_areas": "sub_areas_by_place", "sub_area_labels": "sub_areas_by_place"} {
		plan := planOf(t, tiles, name, asked)
		if !strings.Contains(plan, index) || strings.Contains(plan, "Seq Scan") {
			t.Errorf("%s is not found by its place:\n%s", name, plan)
		}
	}
}

// planOf is how the database would read a layer of a tile.
func planOf(t *testing.T, tiles *Tiles, name string, at address) string {
	t.Helper()
	for _, l := range layers {
		if l.name != name {
			continue
		}
		args := []any{"370883", at.bound().ToPolygon(), at.z}
		if l.kind != "" {
			args = append(args, l.kind)
		}
		rows, err := tiles.pool.Query(context.Background(), "EXPLAIN "+l.sql, args...)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(lines, "\n")
	}
	t.Fatalf("no layer %s", name)
	return ""
}
