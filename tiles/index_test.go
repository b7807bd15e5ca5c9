package tiles

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

// raw is a tile before it is compressed, from an index or from the database.
func raw(t testing.TB, tiles *Tiles, x *index, a address) []byte {
	t.Helper()
	w := &writer{}
	w.begin(a.z, a.x, a.y)
	if x != nil {
		x.encode(w, a.z)
	} else if err := tiles.readTile(context.Background(), w, a); err != nil {
		t.Fatal(err)
	}
	return w.tile
}

// loaded is a set's index as of now.
func loaded(t testing.TB, tiles *Tiles, set string) *index {
	t.Helper()
	x, err := tiles.load(context.Background(), set, math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// sprinkle adds shapes of every kind and size all over the county, also such as rounding tangles.
func sprinkle(t testing.TB, owner *pgxpool.Pool) {
	t.Helper()
	const sql = `
		SELECT setseed(0.5);
		INSERT INTO buildings (county, place, number, kind, floors, name, geom, point, source, source_id)
		SELECT '370883', '370883100201001', n % 90, (ARRAY['residential', 'mixed', 'collective'])[n % 3 + 1], nullif(n % 9, 0),
		       CASE WHEN n % 5 = 0 THEN '楼' || n % 300 ELSE '' END,
		       CASE n % 4
		           WHEN 0 THEN ST_Buffer(p, 0.0001 * random(), 'quad_segs=2')
		           WHEN 1 THEN ST_MakeEnvelope(ST_X(p), ST_Y(p), ST_X(p) + 0.0003 * random(), ST_Y(p) + 0.0002 * random(), 4326)
		           WHEN 2 THEN ST_Difference(ST_Buffer(p, 0.0002), ST_Buffer(p, 0.00019))
		           ELSE p END, p, 'sprinkled', n::text
		  FROM generate_series(1, 3000) n,
		       LATERAL (SELECT ST_Point(116.98 + 0.05 * random(), 35.38 + 0.04 * random(), 4326) AS p WHERE n > 0) o;
		INSERT INTO base_features (county, layer, class, name, rank, min_zoom, bridge, geom, source, source_id)
		SELECT '370883', (ARRAY['road', 'rail', 'water', 'poi', 'landuse', 'waterway'])[n % 6 + 1], 'some', CASE WHEN n % 3 = 0 THEN '路' || n ELSE '' END,
		       n % 10, n % 17, n % 20 = 0,
		       CASE n % 6
		           WHEN 2 THEN ST_Multi(ST_Buffer(p, 0.02 * random()))
		           WHEN 3 THEN p
		           WHEN 4 THEN ST_MakeEnvelope(ST_X(p), ST_Y(p), ST_X(p) + 0.2 * random(), ST_Y(p) + 0.2 * random(), 4326)
		           ELSE ST_MakeLine(ARRAY[p, ST_Translate(p, random() * 0.02 - 0.01, random() * 0.02 - 0.01),
		                                  ST_Translate(p, random() * 0.2 - 0.1, random() * 0.2 - 0.1)]) END,
		       'sprinkled', n::text
		  FROM generate_series(1, 2000) n,
		       LATERAL (SELECT ST_Point(116.9 + 0.2 * random(), 35.3 + 0.2 * random(), 4326) AS p WHERE n > 0) o;`
	if _, err := owner.Exec(context.Background(), sql); err != nil {
		t.Fatal(err)
	}
}

// around lists tiles of every zoom about a place.
func around(set string, lon, lat float64) (out []address) {
	for z := range maptile.Zoom(MaxZoom + 1) {
		middle := maptile.At(orb.Point{lon, lat}, z)
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				if x, y := int(middle.X)+dx, int(middle.Y)+dy; x >= 0 && y >= 0 && x < 1<<z && y < 1<<z {
					out = append(out, address{set, int(z), x, y})
				}
			}
		}
	}
	return out
}

// With an index or without, a tile has the same bytes.
func TestIndexGivesTheSameTiles(t *testing.T) {
	tiles, owner := newTiles(t)
	sprinkle(t, owner)
	middle := layPartition(t, owner)
	full := 0
	for _, set := range []string{censusSet, baseSet, "999999-census"} {
		x := loaded(t, tiles, set)
		for _, a := range append(around(set, 117.0044, 35.4002), around(set, middle[0], middle[1])...) {
			direct, fromIndex := raw(t, tiles, nil, a), raw(t, tiles, x, a)
			if !bytes.Equal(direct, fromIndex) {
				t.Errorf("%v: %d bytes from the database, %d from the index", a, len(direct), len(fromIndex))
			}
			if len(direct) > 0 {
				full++
			}
		}
	}
	if full < 100 {
		t.Errorf("only %d tiles held anything", full)
	}
}

// A tree finds what meets a box, no more and no less, in the order of drawing.
func TestIndexSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &columns{}
		side := rapid.Int32Range(-1000, 1000)
		some := func(label string) box {
			x, y := side.Draw(t, label+" x"), side.Draw(t, label+" y")
			return box{x, y, x + rapid.Int32Range(0, 200).Draw(t, "w"), y + rapid.Int32Range(0, 200).Draw(t, "h")}
		}
		for i := range rapid.IntRange(0, 600).Draw(t, "n") {
			c.ids = append(c.ids, rapid.Uint64Range(0, 1<<40).Draw(t, "id")<<10|uint64(i))
			c.ranks = append(c.ranks, rapid.Int16Range(0, 3).Draw(t, "rank"))
			c.zooms = append(c.zooms, rapid.Uint8Range(0, 16).Draw(t, "zoom"))
			c.boxes = append(c.boxes, some("feature"))
			c.starts = append(c.starts, uint32(len(c.words)))
			c.words = append(c.words, typePoint, uint16(i))
		}
		asked, zoom := some("asked"), rapid.Uint8Range(0, 16).Draw(t, "zoom")
		var all, want []uint32
		for i := range uint32(len(c.ids)) {
			all = append(all, i)
		}
		slices.SortFunc(all, c.compare)
		for _, i := range all {
			if c.boxes[i].meets(asked) && c.zooms[i] <= zoom {
				want = append(want, i)
			}
		}
		w := &writer{pen: pen{grid: grid{points: asked}}}
		p := pack(c)
		got := []uint32{}
		for _, i := range w.found(p, nil, int(zoom)) {
			got = append(got, uint32(p.words[p.starts[i]+1])) // which it was before
		}
		if !slices.Equal(got, want) {
			t.Fatalf("found %v, want %v", got, want)
		}
	})
}

// Features keep their ids and attributes in an index, however many different values there are.
func TestIndexKeepsAttributes(t *testing.T) {
	tiles, owner := newTiles(t)
	const many = `
		INSERT INTO buildings (county, place, number, floors, name, geom, point, source, source_id)
		SELECT '370883', '370883100201001', n, n % 100, '楼' || n / 2, p, p, 'many', n::text
		  FROM generate_series(1, 70000) n, LATERAL (SELECT ST_Point(117.005 + n * 1e-8, 35.4, 4326) AS p) o`
	if _, err := owner.Exec(t.Context(), many); err != nil {
		t.Fatal(err)
	}
	at := maptile.At(orb.Point{117.0055, 35.4}, 15)
	layers, err := mvt.Unmarshal(raw(t, tiles, loaded(t, tiles, censusSet), address{censusSet, 15, int(at.X), int(at.Y)}))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, f := range featuresOf(layers, "buildings") {
		n, ok := f.Properties["number"].(float64)
		if f.Properties["sub_area"] != "370883100201001" || !ok || n < 100 {
			continue
		}
		seen++
		if want := fmt.Sprintf("楼%d", int(n)/2); f.Properties["name"] != want || f.Properties["floors"] != float64(int(n)%100) {
			t.Fatalf("building %v: %v", n, f.Properties)
		}
	}
	if seen != 70000-99 {
		t.Errorf("%d buildings of 69901", seen)
	}
}

// A tile from memory allocates nothing, however many features it shows, also where some of them changed since they were packed.
func TestTilesFromMemoryAllocateNothing(t *testing.T) {
	town := newTown(t, 120)
	x := town.index()
	before := x.layers[0]
	edited, _ := before.edited(renewal{[]uint64{1, 7000, 7100}, now(before.columns, 7000)})
	for name, l := range map[string]indexed{"as packed": before, "edited": edited} {
		x.layers[0] = l
		for _, z := range []maptile.Zoom{13, 14, 15, 16} {
			at := maptile.At(orb.Point{117, 35.4}, z)
			w := &writer{}
			encode := func() {
				w.begin(int(z), int(at.X), int(at.Y))
				x.encode(w, int(z))
			}
			allocated := testing.AllocsPerRun(3, encode)
			if features := len(w.order); allocated > 0 || features < 200 {
				t.Errorf("%s, zoom %d: %v allocations for %d features", name, z, allocated, features)
			}
		}
	}
}

// now are columns with one feature of others.
func now(c *columns, i uint32) *columns {
	one := c.continued()
	one.take(c, i)
	return one
}
