package mbtiles

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"canvass/tiles/pmtiles"
)

var about = pmtiles.About{MinZoom: 0, MaxZoom: 6, Bounds: orb.Bound{Min: orb.Point{116.9, 35.3}, Max: orb.Point{117.1, 35.5}},
	Center: orb.Point{117, 35.4}, CenterZoom: 5}

var metadata = map[string]any{"name": "a", "format": "pbf", "vector_layers": []string{"roads"}}

// tile is what stands for an ID here: one in three is like others.
func tile(id uint64) []byte {
	if id%3 == 0 {
		return []byte("empty field")
	}
	return fmt.Appendf(nil, "tile %d", id)
}

const last = 5000

// add adds tiles up to an ID, but for those that are done.
func add(t *testing.T, f *File, until uint64) {
	t.Helper()
	_, next := f.Done()
	for id := next; id < until; id++ {
		if err := f.Add(id, tile(id)); err != nil {
			t.Fatal(err)
		}
	}
}

func begin(t *testing.T, path, job string) *File {
	t.Helper()
	f, err := OpenFile(path, job)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// holdsAll reads a finished archive through SQL, as others do.
func holdsAll(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for id := uint64(0); id < last; id++ {
		z, x, y, err := pmtiles.Place(id)
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		err = db.QueryRow(`SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?`, z, x, 1<<z-1-y).Scan(&got)
		if err != nil || string(got) != string(tile(id)) {
			t.Fatalf("%d/%d/%d is %q (%v), not %q", z, x, y, got, err, tile(id))
		}
	}
	var tiles, images int
	var bounds, layers string
	const sql = `SELECT (SELECT count(*) FROM tiles), (SELECT count(*) FROM images), (SELECT value FROM metadata WHERE name = 'bounds'),
		(SELECT value FROM metadata WHERE name = 'json')`
	if err := db.QueryRow(sql).Scan(&tiles, &images, &bounds, &layers); err != nil {
		t.Fatal(err)
	}
	if tiles != last || images != last-(last+2)/3+1 || bounds != "116.9000000,35.3000000,117.1000000,35.5000000" || layers != `{"vector_layers":["roads"]}` {
		t.Errorf("%d tiles, %d images, bounds %s, %s", tiles, images, bounds, layers)
	}
	if left, err := filepath.Glob(path + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left over: %v (%v)", left, err)
	}
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mbtiles")
	f := begin(t, path, "job")
	add(t, f, last)
	if err := f.Add(7, []byte("late")); !errors.Is(err, pmtiles.ErrOrder) {
		t.Errorf("a tile that comes late: %v", err)
	}
	if err := f.Finish(about, metadata); err != nil {
		t.Fatal(err)
	}
	holdsAll(t, path)
}

// Closed, or killed with what the last batch had lost, it goes on.
func TestFileGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mbtiles")
	f := begin(t, path, "job")
	add(t, f, 100)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f = begin(t, path, "job")
	if n, next := f.Done(); n != 100 || next != 100 {
		t.Errorf("%d tiles up to %d are there, not 100", n, next)
	}
	add(t, f, 3000)
	if err := errors.Join(f.batch.Rollback(), f.db.Close()); err != nil {
		t.Fatal(err)
	}
	f = begin(t, path, "job")
	if n, next := f.Done(); n != batchTiles || next != batchTiles {
		t.Errorf("%d tiles up to %d are there, not a batch", n, next)
	}
	add(t, f, last)
	if err := f.Finish(about, metadata); err != nil {
		t.Fatal(err)
	}
	holdsAll(t, path)
}

// What was begun for another job, or is no archive at all, does not come into it.
func TestFileBeginsAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mbtiles")
	if err := os.WriteFile(path+".part", []byte("this is no database, whatever its name may say of it"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := begin(t, path, "yesterday")
	if err := errors.Join(f.Add(1, []byte("old")), f.Close()); err != nil {
		t.Fatal(err)
	}
	f = begin(t, path, "today")
	if n, next := f.Done(); n != 0 || next != 0 {
		t.Errorf("%d tiles up to %d were taken over", n, next)
	}
	add(t, f, last)
	if err := f.Finish(about, metadata); err != nil {
		t.Fatal(err)
	}
	holdsAll(t, path)
}
