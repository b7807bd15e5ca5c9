package tiles

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"canvass/migrations/dbtest"
)

// followed serves testdata/county.sql and follows what changes until the test ends.
func followed(t *testing.T) (*Tiles, *pgxpool.Pool) {
	t.Helper()
	tiles, owner := newTiles(t)
	following(t, tiles)
	return tiles, owner
}

func following(t *testing.T, tiles *Tiles) {
	t.Helper()
	tiles.log = slog.New(slog.DiscardHandler)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- tiles.Follow(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Follow ended with %v", err)
		}
	})
	until(t, "it listens", func() bool { return !tiles.deaf.Load() })
}

// waiting counts who waits for a lock.
func waiting(t *testing.T, owner *pgxpool.Pool) (n int) {
	t.Helper()
	const sql = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
	if err := owner.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// until waits for what another goroutine does.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 1000 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("it never came to be that %s", what)
}

func tag(t *testing.T, tiles *Tiles, set string, at maptile.Tile) string {
	t.Helper()
	tile, err := tiles.Tile(t.Context(), set, int(at.Z), int(at.X), int(at.Y))
	if err != nil {
		t.Fatal(err)
	}
	return tile.ETag
}

// told is one row of map_changes as a test tells of it.
type told struct {
	layer  string
	id     *int64
	bounds *[4]float64
}

// tell makes a change and tells of it in one transaction; who is to hear of it is notified, or not.
func tell(t *testing.T, owner *pgxpool.Pool, sql string, notify bool, changes ...told) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), owner, func(tx pgx.Tx) error {
		var batch pgx.Batch
		batch.Queue(sql)
		batch.Queue(nextRevision)
		for i, c := range changes {
			var sides [4]*float64
			for side := range sides {
				if c.bounds != nil {
					sides[side] = &c.bounds[side]
				}
			}
			batch.Queue(`
				INSERT INTO drawn_changes (county, revision, serial, layer, id, west, south, east, north)
				SELECT county, revision, $1, $2, $3, $4, $5, $6, $7
				  FROM drawn_revisions
				 WHERE county = '370883'`, i, c.layer, c.id, sides[0], sides[1], sides[2], sides[3])
		}
		if notify {
			batch.Queue(tellNotice)
		}
		return tx.SendBatch(t.Context(), &batch).Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

const everyBuilding = `UPDATE buildings SET floors = coalesce(floors, 0) + 1 WHERE NOT sensitive`

// A tile is kept until the database tells that something in it changed.
func TestFollowDropsWhatChanged(t *testing.T) {
	tiles, owner := followed(t)
	here, far := maptile.At(orb.Point{116.9982, 35.4002}, 14), maptile.At(orb.Point{117.0302, 35.4002}, 14)
	before, elsewhere, ground := tag(t, tiles, censusSet, here), tag(t, tiles, censusSet, far), tag(t, tiles, baseSet, here)
	if _, err := owner.Exec(t.Context(), everyBuilding); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Exec(t.Context(), `SELECT pg_notify('canvass_map', 'not a notice')`); err != nil {
		t.Fatal(err)
	}
	if tag(t, tiles, censusSet, here) != before {
		t.Fatal("the tile was built again although nothing was told")
	}
	tell(t, owner, `UPDATE base_features SET rank = rank + 1`, true, told{"census", nil, &[4]float64{116.998, 35.400, 116.999, 35.401}})
	until(t, "the tile shows the change", func() bool { return tag(t, tiles, censusSet, here) != before })
	if tag(t, tiles, baseSet, here) != ground {
		t.Error("the base map was dropped for a change of the census's")
	}
	if tag(t, tiles, censusSet, far) != elsewhere {
		t.Error("a tile was dropped for a change elsewhere")
	}
	tell(t, owner, `SELECT 1`, true, told{"base", nil, nil})
	until(t, "the base map shows the change", func() bool { return tag(t, tiles, baseSet, here) != ground })
}

// Of what missed its notice, or came while nobody heard, everybody learns: when he listens again, or when he looks.
func TestFollowCatchesUp(t *testing.T) {
	tiles, owner := followed(t)
	here := maptile.At(orb.Point{116.9982, 35.4002}, 14)
	for _, how := range []string{"the notice is missed", "the connection is lost"} {
		before := tag(t, tiles, censusSet, here)
		if how == "the connection is lost" {
			const lose = `
				SELECT pg_terminate_backend(pid)
				  FROM pg_stat_activity
				 WHERE datname = current_database() AND query = 'LISTEN canvass_map'`
			if _, err := owner.Exec(t.Context(), lose); err != nil {
				t.Fatal(err)
			}
		}
		tell(t, owner, everyBuilding, false, told{"census", nil, nil})
		until(t, how+": the tile shows the change", func() bool { return tag(t, tiles, censusSet, here) != before })
	}
	until(t, "it listens again", func() bool { return !tiles.deaf.Load() })
}

// Where the database is lost and another answers in its place, which never saw the last commits but has as many others of its own,
// nothing that was read of the one is shown of the other.
func TestFollowStartsAnewInAnotherDatabase(t *testing.T) {
	tiles, owner := newTiles(t)
	other, _ := newTiles(t)
	var lost atomic.Bool
	config := tiles.pool.Config()
	config.BeforeConnect = func(_ context.Context, c *pgx.ConnConfig) error {
		if lost.Load() {
			c.Database = other.pool.Config().ConnConfig.Database
		}
		return nil
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	tiles = New(pool, Options{})
	tell(t, owner, everyBuilding, false, told{"census", nil, nil})
	tell(t, dbtest.Owner(t, other.pool), `SELECT 1`, false, told{"census", nil, nil})
	following(t, tiles)
	here := maptile.At(orb.Point{116.9982, 35.4002}, 14)
	before, want := tag(t, tiles, censusSet, here), tag(t, other, censusSet, here)
	until(t, "the index is there", indexReady(tiles, censusSet))
	lost.Store(true)
	const lose = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
	if _, err := owner.Exec(t.Context(), lose); err != nil {
		t.Fatal(err)
	}
	until(t, "the tile is the other's", func() bool {
		tile, err := tiles.Tile(t.Context(), censusSet, 14, int(here.X), int(here.Y))
		return err == nil && tile.ETag == want
	})
	if before == want {
		t.Error("the databases do not differ")
	}
	until(t, "the index is there again", indexReady(tiles, censusSet))
	if a := (address{censusSet, 14, int(here.X), int(here.Y)}); !bytes.Equal(raw(t, tiles, tiles.indexes.find(censusSet, everywhere), a), raw(t, other, nil, a)) {
		t.Error("the index is not the other's")
	}
}

// Where what happened is no longer kept, or the database goes on from before what was seen, everything is taken anew.
func TestFollowStartsAnew(t *testing.T) {
	for name, sql := range map[string]string{
		"changes are no longer kept": everyBuilding + `; UPDATE drawn_revisions SET revision = 20000, kept_from = 19000`,
		"the database was restored":  everyBuilding + `; UPDATE drawn_revisions SET revision = 1; DELETE FROM drawn_changes`,
	} {
		t.Run(name, func(t *testing.T) {
			tiles, owner := newTiles(t)
			for range 3 {
				tell(t, owner, `SELECT 1`, false, told{"census", nil, nil})
			}
			following(t, tiles)
			here := maptile.At(orb.Point{116.9982, 35.4002}, 14)
			until(t, "the index is there", indexReady(tiles, censusSet))
			before := tag(t, tiles, censusSet, here)
			if _, err := owner.Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
			until(t, "the tile shows the change", func() bool { return tag(t, tiles, censusSet, here) != before })
			until(t, "the index is there again", indexReady(tiles, censusSet))
			if a := (address{censusSet, 14, int(here.X), int(here.Y)}); !bytes.Equal(raw(t, tiles, tiles.indexes.find(censusSet, everywhere), a), raw(t, tiles, nil, a)) {
				t.Error("the index is not of now")
			}
		})
	}
}

// Those who ask for one tile at once share one reading, and who gives up waiting does not spoil it for the others.
func TestTileIsReadOnceForAll(t *testing.T) {
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
	ask := func(ctx context.Context) chan error {
		answered := make(chan error, 1)
		go func() {
			tile, err := tiles.Tile(ctx, censusSet, int(here.Z), int(here.X), int(here.Y))
			if err == nil && len(tile.Bytes) == 0 {
				err = fmt.Errorf("an empty tile")
			}
			answered <- err
		}()
		return answered
	}
	impatient, stop := context.WithCancel(t.Context())
	gaveUp := ask(impatient)
	var others []chan error
	for range 20 {
		others = append(others, ask(t.Context()))
	}
	until(t, "the tile is read", func() bool { return waiting(t, owner) > 0 })
	stop()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	if n := waiting(t, owner); n != 1 {
		t.Errorf("%d read the same tile at once", n)
	}
	if err := lock.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, other := range others {
		if err := <-other; err != nil {
			t.Errorf("who waited got %v", err)
		}
	}
}

// An edit drops the tiles in which the feature showed or shows, and no others, whatever its box meets.
func TestEditDropsWhatShowsIt(t *testing.T) {
	tiles, owner := followed(t)
	sprinkle(t, owner)
	const bent = `
		UPDATE sub_areas
		   SET geom = ST_GeomFromText('MULTIPOLYGON(((116.98 35.38,117.03 35.38,117.03 35.381,116.981 35.381,116.981 35.42,116.98 35.42,116.98 35.38)))', 4326)
		 WHERE code = '370883100201002'`
	const moved = `UPDATE buildings SET geom = ST_Translate(geom, 0.01, 0.004), point = ST_Translate(point, 0.01, 0.004) WHERE id = 3`
	if _, err := owner.Exec(t.Context(), bent); err != nil {
		t.Fatal(err)
	}
	until(t, "the index is there", indexReady(tiles, censusSet))
	all := deeper(9, around(censusSet, 117.0044, 35.4002))
	for x := range 40 {
		for y := range 40 {
			all = append(all, address{censusSet, 16, 54056 + x, 25855 + y})
		}
	}
	for _, c := range []struct {
		sql, layer string
		id         int64
	}{
		{moved, "buildings", 3},
		{`UPDATE buildings SET retired_at = now() WHERE id = 3`, "buildings", 3},
		{`UPDATE sub_areas SET geom = ST_Translate(geom, 0.001, 0) WHERE code = '370883100201002'`, "sub_areas", 370883100201002},
	} {
		dropped, showed := 0, map[address]bool{}
		for _, a := range all {
			if _, err := tiles.Tile(t.Context(), a.set, a.z, a.x, a.y); err != nil {
				t.Fatal(err)
			}
			showed[a] = shows(t, raw(t, tiles, nil, a), c.id)
		}
		before := tiles.indexes.counties()["370883"]
		tell(t, owner, c.sql, true, told{c.layer, &c.id, &[4]float64{116.9, 35.3, 117.1, 35.5}})
		until(t, "it is heard", func() bool { return tiles.indexes.counties()["370883"] > before })
		tiles.catching.Lock() // until the tiles are dropped
		for _, a := range all {
			_, _, kept := tiles.cache.find(a, Gzip)
			if want := !showed[a] && !shows(t, raw(t, tiles, nil, a), c.id); kept != want {
				t.Errorf("%s: %v is kept: %v", c.sql, a, kept)
			} else if !kept {
				dropped++
			}
		}
		tiles.catching.Unlock()
		if dropped == 0 || dropped > len(all)/2 {
			t.Errorf("%s dropped %d tiles of %d", c.sql, dropped, len(all))
		}
	}
}

func shows(t *testing.T, tile []byte, id int64) (found bool) {
	t.Helper()
	eachFeature(t, tile, func(_ string, f *geojson.Feature) { found = found || int64(f.ID.(float64)) == id })
	return found
}
