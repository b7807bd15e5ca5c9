package tiles

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// followed serves testdata/county.sql and listens for changes until the test ends.
func followed(t *testing.T) (*Tiles, *pgxpool.Pool) {
	t.Helper()
	tiles, owner := newTiles(t)
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
	until(t, "it listens", func() bool { return listeners(t, owner) == 1 })
	return tiles, owner
}

func listeners(t *testing.T, owner *pgxpool.Pool) (n int) {
	t.Helper()
	const sql = `
		SELECT count(*)
		  FROM pg_stat_activity
		 WHERE datname = current_database() AND query = 'LISTEN canvass_map' AND state = 'idle'`
	if err := owner.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
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

// A tile is kept until the database tells that something in it changed.
func TestFollowDropsWhatChanged(t *testing.T) {
	tiles, owner := followed(t)
	here, far := maptile.At(orb.Point{116.9982, 35.4002}, 14), maptile.At(orb.Point{117.0302, 35.4002}, 14)
	before, elsewhere, ground := tag(t, tiles, censusSet, here), tag(t, tiles, censusSet, far), tag(t, tiles, baseSet, here)
	change := func(sql string, payload string) {
		t.Helper()
		if _, err := owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
		if payload == "" {
			return
		}
		if _, err := owner.Exec(t.Context(), `SELECT pg_notify('canvass_map', $1)`, payload); err != nil {
			t.Fatal(err)
		}
	}
	const everything = `UPDATE buildings SET floors = coalesce(floors, 0) + 1; UPDATE base_features SET rank = rank + 1`
	change(everything, "")
	if tag(t, tiles, censusSet, here) != before {
		t.Fatal("the tile was built again although nothing was told")
	}
	change(everything, `not a notice`)
	change(everything, `{"county":"370883","bounds":[116.998,35.400,116.999,35.401],"layers":["census"]}`)
	until(t, "the tile shows the change", func() bool { return tag(t, tiles, censusSet, here) != before })
	if tag(t, tiles, baseSet, here) != ground {
		t.Error("the base map was dropped for a change of the census's")
	}
	if tag(t, tiles, censusSet, far) != elsewhere {
		t.Error("a tile was dropped for a change elsewhere")
	}
	change(everything, `{"county":"370883","layers":["base"]}`)
	until(t, "the base map shows the change", func() bool { return tag(t, tiles, baseSet, here) != ground })
}

// When the connection was lost everything is dropped, for nobody knows what was told meanwhile; and it listens again.
func TestFollowAgain(t *testing.T) {
	tiles, owner := followed(t)
	here := maptile.At(orb.Point{116.9982, 35.4002}, 14)
	before := tag(t, tiles, censusSet, here)
	const lose = `
		SELECT pg_terminate_backend(pid)
		  FROM pg_stat_activity
		 WHERE datname = current_database() AND query = 'LISTEN canvass_map'`
	for _, sql := range []string{lose, `UPDATE buildings SET floors = 9`} {
		if _, err := owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "the tile shows what changed meanwhile", func() bool { return tag(t, tiles, censusSet, here) != before })
	until(t, "it listens again", func() bool { return listeners(t, owner) == 1 })
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
