package tiles

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"

	"canvass/migrations/dbtest"
)

var update = flag.Bool("update", false, "bless tiles/testdata/*.txt")

const (
	baseSet   = "370883-base"
	censusSet = "370883-census"
)

// newTiles serves testdata/county.sql; the pool is its owner's.
func newTiles(t testing.TB) (*Tiles, *pgxpool.Pool) {
	t.Helper()
	pool := dbtest.New(t)
	owner := dbtest.Owner(t, pool)
	rows, err := os.ReadFile("testdata/county.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Exec(context.Background(), string(rows)); err != nil {
		t.Fatal(err)
	}
	return New(pool, Options{}), owner
}

// decoded are the layers of a tile as an independent reader sees them.
func decoded(t testing.TB, tiles *Tiles, set string, at maptile.Tile) mvt.Layers {
	t.Helper()
	tile, err := tiles.Tile(context.Background(), set, int(at.Z), int(at.X), int(at.Y))
	if err != nil {
		t.Fatal(err)
	}
	if len(tile.Bytes) == 0 {
		return nil
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(tile.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(unzipped)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := mvt.Unmarshal(raw)
	if err != nil {
		t.Fatalf("an independent reader: %v", err)
	}
	return layers
}

// readable writes a tile's layers for a reader: layer, feature id, attributes, geometry in the tile's units.
func readable(layers mvt.Layers) string {
	var b strings.Builder
	for _, l := range layers {
		fmt.Fprintf(&b, "layer %s, version %d, extent %d\n", l.Name, l.Version, l.Extent)
		for _, f := range l.Features {
			fmt.Fprintf(&b, "  %.0f", f.ID)
			keys := []string{}
			for k := range f.Properties {
				keys = append(keys, k)
			}
			slices.Sort(keys)
			for _, k := range keys {
				fmt.Fprintf(&b, " %s=%v", k, f.Properties[k])
			}
			fmt.Fprintf(&b, "\n    %s\n", wkt.MarshalString(f.Geometry))
		}
	}
	return b.String()
}

// What is in a tile, word for word. `go test ./tiles -update` blesses; read the difference before you commit.
func TestTiles(t *testing.T) {
	tiles, _ := newTiles(t)
	for _, at := range []maptile.Tile{
		maptile.New(0, 0, 0), maptile.New(13, 6, 4), maptile.New(105, 50, 7), maptile.New(844, 404, 10), maptile.New(1689, 808, 11),
		maptile.New(6758, 3233, 13), maptile.New(13516, 6467, 14), maptile.New(13517, 6467, 14), maptile.New(54067, 25868, 16),
		maptile.New(13530, 6467, 14),
	} {
		name := fmt.Sprintf("testdata/%d-%d-%d.txt", at.Z, at.X, at.Y)
		got := "# " + baseSet + "\n" + readable(decoded(t, tiles, baseSet, at)) + "# " + censusSet + "\n" + readable(decoded(t, tiles, censusSet, at))
		if *update {
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatalf("%v (`go test ./tiles -update` writes it)", err)
		}
		if got != string(want) {
			t.Errorf("%s: `go test ./tiles -update` blesses it; it is now\n%s", name, got)
		}
	}
}

// Whatever of a source lies in a tile is in it, and each vertex there lies within a pixel of the boundary it was made of, or
// on the border where it was cut.
func TestTilesShowTheirSource(t *testing.T) {
	tiles, owner := newTiles(t)
	for _, l := range layers {
		if strings.HasSuffix(l.name, "_labels") || l.on != "" {
			continue // they show a point that stands beside the geometry
		}
		relation, set := "map_"+l.name, censusSet
		if l.set == "base" {
			relation, set = "map_base", baseSet
		}
		for _, z := range []maptile.Zoom{13, 14, 15, 16} {
			middle := maptile.At(orb.Point{117.0043, 35.4005}, z)
			for _, at := range []maptile.Tile{middle, maptile.New(middle.X+1, middle.Y, z), maptile.New(middle.X-1, middle.Y, z)} {
				shown := []int64{}
				for _, f := range featuresOf(decoded(t, tiles, set, at), l.name) {
					shown = append(shown, int64(f.ID.(float64)))
					compare(t, owner, at, fmt.Sprintf("SELECT geom FROM %s WHERE county = '370883' AND id = $1", relation), f)
				}
				for _, id := range standing(t, owner, at, l, relation) {
					if !slices.Contains(shown, id) {
						t.Errorf("%v: %s %d is missing", at, l.name, id)
					}
				}
			}
		}
	}
}

func featuresOf(layers mvt.Layers, name string) []*geojson.Feature {
	for _, l := range layers {
		if l.Name == name {
			return l.Features
		}
	}
	return nil
}

// standing lists what PostGIS finds in a tile, but for its border and what is smaller than any pixel.
func standing(t *testing.T, owner *pgxpool.Pool, at maptile.Tile, l layer, relation string) []int64 {
	t.Helper()
	if int(at.Z) < l.minZoom {
		return nil
	}
	sql := "SELECT id FROM " + relation + " WHERE county = '370883' AND ST_Intersects(geom, $1::geometry) AND (ST_Dimension(geom) < 2 OR ST_Area(geom) > 1e-12)"
	args := []any{at.Bound(-0.01).ToPolygon()}
	if l.kind != "" {
		sql += " AND layer = $2 AND min_zoom <= $3"
		args = append(args, l.kind, int(at.Z))
	}
	rows, err := owner.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// compare fails unless each vertex lies within a pixel of the source's lines, or where the buffer cuts them.
func compare(t *testing.T, owner *pgxpool.Pool, at maptile.Tile, sql string, f *geojson.Feature) {
	t.Helper()
	var source orb.Geometry
	if err := owner.QueryRow(t.Context(), sql, int64(f.ID.(float64))).Scan(&source); err != nil {
		t.Fatalf("feature %v: %v", f.ID, err)
	}
	e := newEncoder(int(at.Z), int(at.X), int(at.Y), nil)
	var lines []orb.LineString
	for _, l := range linesOf(source) {
		for i, p := range l {
			l[i] = e.project(p)
		}
		lines = append(lines, l)
	}
	for _, l := range linesOf(f.Geometry) {
		for _, p := range l {
			cut := p[0] == -buffer || p[1] == -buffer || p[0] == extent+buffer || p[1] == extent+buffer
			near := math.Inf(1)
			for _, s := range lines {
				near = min(near, planar.DistanceFrom(s, p))
			}
			if !cut && near > 1 {
				t.Errorf("%v: feature %v has a vertex at %v, %.1f pixels from its source", at, f.ID, p, near)
			}
		}
	}
}

func linesOf(g orb.Geometry) (out []orb.LineString) {
	switch g := orb.Clone(g).(type) {
	case orb.Point:
		return []orb.LineString{{g, g}}
	case orb.LineString:
		return []orb.LineString{g}
	case orb.MultiLineString:
		return g
	case orb.Polygon:
		for _, r := range g {
			out = append(out, orb.LineString(r))
		}
	case orb.MultiPolygon:
		for _, p := range g {
			out = append(out, linesOf(p)...)
		}
	}
	return out
}

func TestTileRefuses(t *testing.T) {
	tiles, _ := newTiles(t)
	for _, c := range []struct {
		set     string
		z, x, y int
		want    error
	}{
		{"370883-base", 0, 0, 0, nil},
		{"370883-base", 16, 65535, 65535, nil},
		{"370883-base", 17, 0, 0, ErrNoTile},
		{"370883-base", -1, 0, 0, ErrNoTile},
		{"370883-base", 3, 8, 0, ErrNoTile},
		{"370883-base", 3, 0, 8, ErrNoTile},
		{"370883-base", 3, -1, 0, ErrNoTile},
		{"370883-base", 3, 0, -1, ErrNoTile},
		{"370883", 3, 0, 0, ErrNoSet},
		{"37088-base", 3, 0, 0, ErrNoSet},
		{"370883-buildings", 3, 0, 0, ErrNoSet},
		{"370883-base ", 3, 0, 0, ErrNoSet},
		{"", 3, 0, 0, ErrNoSet},
	} {
		tile, err := tiles.Tile(t.Context(), c.set, c.z, c.x, c.y)
		if !errors.Is(err, c.want) || len(tile.Bytes) > 0 || c.want == nil && tile.ETag == "" {
			t.Errorf("%s/%d/%d/%d: %d bytes, tag %q, %v; want %v", c.set, c.z, c.x, c.y, len(tile.Bytes), tile.ETag, err, c.want)
		}
	}
}
