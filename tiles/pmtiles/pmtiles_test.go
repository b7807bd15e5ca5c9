package pmtiles

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "bless the golden archive")

// The specification's own table, and the corners of a zoom.
func TestID(t *testing.T) {
	for _, c := range []struct {
		z, x, y int
		id      uint64
	}{
		{0, 0, 0, 0}, {1, 0, 0, 1}, {1, 0, 1, 2}, {1, 1, 1, 3}, {1, 1, 0, 4}, {2, 0, 0, 5}, {12, 3423, 1763, 19078479},
		{16, 0, 0, First(16)}, {26, 1<<26 - 1, 0, First(27) - 1},
	} {
		id, err := ID(c.z, c.x, c.y)
		if err != nil || id != c.id {
			t.Errorf("%d/%d/%d has ID %d (%v), not %d", c.z, c.x, c.y, id, err, c.id)
		}
	}
	for _, c := range [][3]int{{-1, 0, 0}, {27, 0, 0}, {3, 8, 0}, {3, 0, 8}, {3, -1, 0}} {
		if _, err := ID(c[0], c[1], c[2]); !errors.Is(err, ErrNoTile) {
			t.Errorf("%v has an ID: %v", c, err)
		}
	}
	if _, _, _, err := Place(First(MaxZoom + 1)); !errors.Is(err, ErrNoTile) {
		t.Errorf("an ID beyond the deepest zoom is a tile: %v", err)
	}
}

// An ID leads back to its tile; what follows on the curve lies beside it; the four below a tile lie within it.
func TestIDAlongCurve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.IntRange(1, MaxZoom-1).Draw(t, "z")
		id := rapid.Uint64Range(First(z), First(z+1)-2).Draw(t, "id")
		gotZ, x, y, err := Place(id)
		back, backErr := ID(gotZ, x, y)
		if err != nil || backErr != nil || gotZ != z || back != id {
			t.Fatalf("%d is %d/%d/%d, which is %d (%v, %v)", id, gotZ, x, y, back, err, backErr)
		}
		_, nextX, nextY, _ := Place(id + 1)
		if step := max(nextX-x, x-nextX) + max(nextY-y, y-nextY); step != 1 {
			t.Fatalf("from %d/%d to %d/%d are %d steps", x, y, nextX, nextY, step)
		}
		for i := range uint64(4) {
			belowZ, belowX, belowY, _ := Place(Children(id) + i)
			if belowZ != z+1 || belowX/2 != x || belowY/2 != y {
				t.Fatalf("%d/%d/%d is not below %d/%d/%d", belowZ, belowX, belowY, z, x, y)
			}
		}
	})
}

// about is what the archives of these tests say.
var about = About{Type: MVT, Compression: None, MinZoom: 0, MaxZoom: 12,
	Bounds: orb.Bound{Min: orb.Point{116.9, 35.3}, Max: orb.Point{117.1, 35.5}}, Center: orb.Point{117, 35.4}, CenterZoom: 11}

// pyramid draws tiles with gaps, repetitions and runs.
func pyramid(t *rapid.T) []Tile {
	var tiles []Tile
	id := rapid.Uint64Range(0, 1000).Draw(t, "first")
	for range rapid.IntRange(1, 400).Draw(t, "tiles") {
		tiles = append(tiles, Tile{id, fmt.Appendf(nil, "tile %d", rapid.IntRange(0, 40).Draw(t, "content"))})
		id += 1 + rapid.Uint64Range(0, 3).Draw(t, "gap")
	}
	return tiles
}

// holds tells how an archive differs from tiles.
func holds(archive []byte, want []Tile) error {
	r, err := NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return err
	}
	n := 0
	different := map[string]bool{}
	for tile, err := range r.Tiles() {
		if err != nil {
			return err
		}
		if n >= len(want) || tile.ID != want[n].ID || !bytes.Equal(tile.Bytes, want[n].Bytes) {
			return fmt.Errorf("tile %d is %d", n, tile.ID)
		}
		z, x, y, err := Place(tile.ID)
		if err != nil {
			return err
		}
		one, err := r.Tile(z, x, y)
		if err != nil || !bytes.Equal(one, tile.Bytes) {
			return fmt.Errorf("%d/%d/%d is %q (%v)", z, x, y, one, err)
		}
		different[string(tile.Bytes)] = true
		n++
	}
	if n != len(want) || r.Addressed != uint64(n) || r.Contents != uint64(len(different)) || !r.Clustered || r.About != about {
		return fmt.Errorf("%d tiles of %d, header %+v", n, len(want), r.Header)
	}
	if none, err := r.Tile(MaxZoom, 0, 0); none != nil || err != nil {
		return fmt.Errorf("a tile that is not there is %q (%v)", none, err)
	}
	return nil
}

func TestBuilder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tiles := pyramid(t)
		b := NewBuilder()
		for _, tile := range tiles {
			if err := b.Add(tile.ID, tile.Bytes); err != nil {
				t.Fatal(err)
			}
		}
		archive, err := b.Bytes(about, map[string]any{"name": "a"})
		if err != nil {
			t.Fatal(err)
		}
		if err := holds(archive, tiles); err != nil {
			t.Fatal(err)
		}
	})
}

func TestBuilderRefuses(t *testing.T) {
	b := NewBuilder()
	if _, err := b.Bytes(about, nil); err == nil {
		t.Error("an archive without tiles was made")
	}
	if err := errors.Join(b.Add(7, []byte("a")), b.Add(8, nil)); err != nil {
		t.Fatal(err)
	}
	for _, id := range []uint64{7, 3} {
		if err := b.Add(id, []byte("b")); !errors.Is(err, ErrOrder) {
			t.Errorf("tile %d after 7: %v", id, err)
		}
	}
}

// However often the writing is broken off, and wherever its files then end, the archive is the one that is written at once.
func TestFileGoesOn(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tiles := pyramid(rt)
		path := filepath.Join(t.TempDir(), "a.pmtiles")
		for range rapid.IntRange(0, 4).Draw(rt, "breaks") {
			f, err := OpenFile(path, "job")
			if err != nil {
				rt.Fatal(err)
			}
			if err := errors.Join(addSome(f, tiles, rapid.IntRange(0, len(tiles)).Draw(rt, "until")), f.Close()); err != nil {
				rt.Fatal(err)
			}
			cut(rt, path+".part")
			cut(rt, path+".part.log")
		}
		f, err := OpenFile(path, "job")
		if err != nil {
			rt.Fatal(err)
		}
		if err := errors.Join(addSome(f, tiles, len(tiles)), f.Finish(about, nil)); err != nil {
			rt.Fatal(err)
		}
		archive, err := os.ReadFile(path)
		if err == nil {
			err = holds(archive, tiles)
		}
		if err != nil {
			rt.Fatal(err)
		}
	})
}

// addSome adds tiles up to the n-th, but for those that are done.
func addSome(f *File, tiles []Tile, n int) error {
	_, next := f.Done()
	for _, tile := range tiles[:n] {
		if tile.ID < next {
			continue
		}
		if err := f.Add(tile.ID, tile.Bytes); err != nil {
			return err
		}
	}
	return nil
}

// cut shortens a file by some bytes, as a loss of power might.
func cut(t *rapid.T, path string) {
	info, err := os.Stat(path)
	if err == nil {
		err = os.Truncate(path, max(0, info.Size()-rapid.Int64Range(0, 200).Draw(t, "lost")))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// What was begun for another job does not come into an archive.
func TestFileBeginsAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pmtiles")
	first, err := OpenFile(path, "yesterday's county")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(first.Add(5, []byte("old")), first.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := OpenFile(path, "today's county")
	if err != nil {
		t.Fatal(err)
	}
	if tiles, next := f.Done(); tiles != 0 || next != 0 {
		t.Errorf("%d tiles up to %d were taken over", tiles, next)
	}
	if err := errors.Join(f.Add(5, []byte("new")), f.Finish(about, nil)); err != nil {
		t.Fatal(err)
	}
	archive, err := os.ReadFile(path)
	if err == nil {
		err = holds(archive, []Tile{{5, []byte("new")}})
	}
	if err != nil {
		t.Error(err)
	}
	left, err := filepath.Glob(path + ".*")
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v (%v)", left, err)
	}
}

// many is a pyramid whose directory does not fit into the root.
func many() []Tile {
	random := rand.New(rand.NewPCG(1, 1))
	var tiles []Tile
	for id := uint64(0); len(tiles) < 30_000; id += 1 + random.Uint64N(9) {
		tiles = append(tiles, Tile{id, bytes.Repeat([]byte("x"), random.IntN(12)+3)})
	}
	return tiles
}

func TestLeafDirectories(t *testing.T) {
	tiles := many()
	b := NewBuilder()
	for i := range tiles {
		tiles[i].Bytes = fmt.Appendf(tiles[i].Bytes, "%d", i%20_000)
		if err := b.Add(tiles[i].ID, tiles[i].Bytes); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := b.Bytes(about, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil || r.leaves.length == 0 || r.Header.root.offset+r.Header.root.length > headBytes {
		t.Fatalf("there are no leaves (%v): %+v", err, r.Header)
	}
	if err := holds(archive, tiles); err != nil {
		t.Error(err)
	}
}

// goldenPath is an archive that the JavaScript reader reads in the front end's tests.
const goldenPath = "../../testdata/pmtiles/small.pmtiles"

func TestGolden(t *testing.T) {
	b := NewBuilder()
	for z := range 4 {
		for id := First(z); id < First(z+1); id += 1 + id%3 {
			if err := b.Add(id, fmt.Appendf(nil, "tile %d", id/2)); err != nil {
				t.Fatal(err)
			}
		}
	}
	archive, err := b.Bytes(about, map[string]any{"name": "small", "vector_layers": []any{}})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(goldenPath, archive, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(goldenPath)
	if err != nil || !bytes.Equal(golden, archive) {
		t.Errorf("the archive differs from %s (%v); go test ./tiles/pmtiles -update blesses it", goldenPath, err)
	}
}

// The format's own archives, where they are at hand.
func TestOthersArchives(t *testing.T) {
	paths, err := filepath.Glob("../../../shared/data/09-conformance/pmtiles/*.pmtiles")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]error{"empty.pmtiles": ErrNotPMTiles, "invalid.pmtiles": ErrNotPMTiles, "invalid_v4.pmtiles": ErrVersion}
	for _, path := range paths {
		archive, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		r, err := NewReader(bytes.NewReader(archive), int64(len(archive)))
		if err == nil {
			for _, err = range r.Tiles() {
				n++
			}
		}
		if name := filepath.Base(path); !errors.Is(err, want[name]) || want[name] == nil && uint64(n) != r.Addressed {
			t.Errorf("%s: %d tiles, %v", name, n, err)
		}
	}
}

func FuzzReader(f *testing.F) {
	golden, err := os.ReadFile(goldenPath)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(golden)
	f.Add(golden[:headerBytes])
	f.Add([]byte(magic + "\x03"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		_, _ = r.Metadata()
		n := 0
		for _, err := range r.Tiles() {
			if n++; err != nil || n > 10_000 {
				break
			}
		}
		_, _ = r.Tile(3, 1, 2)
	})
}

func FuzzDirectory(f *testing.F) {
	f.Add(appendDirectory(nil, []entry{{id: 5, offset: 0, length: 7, run: 3}, {id: 9, offset: 7, length: 1, run: 1}, {id: 10, offset: 0, length: 7, run: 2}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := readDirectory(b)
		if err != nil || len(entries) == 0 {
			return
		}
		again, err := readDirectory(appendDirectory(nil, entries))
		if err != nil || len(again) != len(entries) {
			t.Fatalf("a directory that reads does not read again: %v", err)
		}
		for i := range entries {
			if entries[i] != again[i] {
				t.Fatalf("entry %d is %v, then %v", i, entries[i], again[i])
			}
		}
	})
}
