package tiles

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"canvass/tiles/pmtiles"
)

// whole is all of the county of testdata/county.sql, to a zoom that has some hundred tiles.
var whole = Extract{Place: "370883", Kinds: []string{"base", "census"}, MaxZoom: 13}

func pyramid(t *testing.T, tiles *Tiles, e Extract) *Pyramid {
	t.Helper()
	p, err := tiles.Pyramid(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// packed writes an extract to a file and reads it back.
func packedTo(t *testing.T, path string, p *Pyramid) *pmtiles.Reader {
	t.Helper()
	file, err := pmtiles.OpenFile(path, p.Job())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.WriteTo(t.Context(), file, func(int) {}); err != nil {
		t.Fatal(err)
	}
	if err := file.Finish(p.About()); err != nil {
		t.Fatal(err)
	}
	archive, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := pmtiles.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func unzipped(t *testing.T, b []byte) []byte {
	t.Helper()
	if len(b) == 0 {
		return nil
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// served is what the sets' tiles hold together.
func served(t *testing.T, tiles *Tiles, id uint64, sets ...string) (raw []byte) {
	t.Helper()
	z, x, y, err := pmtiles.Place(id)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range sets {
		tile, err := tiles.Tile(t.Context(), set, z, x, y)
		if err != nil {
			t.Fatal(err)
		}
		raw = append(raw, unzipped(t, tile.Bytes)...)
	}
	return raw
}

// An archive holds what is served, all of it and no more.
func TestPyramidHoldsWhatIsServed(t *testing.T) {
	tiles, _ := newTiles(t)
	p := pyramid(t, tiles, whole)
	r := packedTo(t, filepath.Join(t.TempDir(), "a.pmtiles"), p)
	n := 0
	for id := uint64(0); id < pmtiles.First(6); id++ {
		z, x, y, _ := pmtiles.Place(id)
		kept, err := r.Tile(z, x, y)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(unzipped(t, kept), served(t, tiles, id, baseSet, censusSet)) {
			t.Errorf("%d/%d/%d is not what is served", z, x, y)
		}
	}
	for tile, err := range r.Tiles() {
		if err != nil {
			t.Fatal(err)
		}
		if n++; !bytes.Equal(unzipped(t, tile.Bytes), served(t, tiles, tile.ID, baseSet, censusSet)) {
			t.Errorf("tile %d is not what is served", tile.ID)
		}
	}
	if n < 20 || n > p.Size() || r.MaxZoom != 13 || r.Bounds.IsEmpty() {
		t.Errorf("%d tiles of at most %d: %+v", n, p.Size(), r.Header)
	}
	metadata, err := r.Metadata()
	if err != nil || !strings.Contains(string(metadata), `"id":"sub_areas"`) || !strings.Contains(string(metadata), `"id":"road"`) {
		t.Errorf("the metadata does not name the layers: %s (%v)", metadata, err)
	}
}

// A town's archive has the tiles that show the town, and only these.
func TestPyramidOfAPlace(t *testing.T) {
	tiles, _ := newTiles(t)
	county := pyramid(t, tiles, whole)
	town := whole
	town.Place = "370883100"
	p := pyramid(t, tiles, town)
	if p.Size() == 0 || p.Size() >= county.Size() {
		t.Errorf("the town has %d tiles, its county %d", p.Size(), county.Size())
	}
	for z, ids := range p.ids {
		for _, id := range ids {
			if !p.shows(id) || !county.shows(id) {
				t.Errorf("zoom %d: tile %d shows nothing of the town", z, id)
			}
		}
	}
}

// Broken off, it goes on and ends in the same archive; when the map changed meanwhile it is another job.
func TestPyramidGoesOn(t *testing.T) {
	tiles, owner := newTiles(t)
	p := pyramid(t, tiles, whole)
	at, broken := filepath.Join(t.TempDir(), "a.pmtiles"), filepath.Join(t.TempDir(), "b.pmtiles")
	packedTo(t, at, p)
	file, err := pmtiles.OpenFile(broken, p.Job())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	err = p.WriteTo(ctx, file, func(int) { stop() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it was told to stop and answered %v", err)
	}
	if n, _ := file.Done(); n == 0 || int(n) >= p.Size() {
		t.Fatalf("%d tiles of %d were written before it stopped", n, p.Size())
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	packedTo(t, broken, pyramid(t, tiles, whole))
	one, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(broken)
	if err != nil || !bytes.Equal(one, other) {
		t.Errorf("the archives differ (%v)", err)
	}
	if _, err := owner.Exec(t.Context(), `UPDATE buildings SET floors = coalesce(floors, 0) + 1 WHERE id = (SELECT min(id) FROM buildings)`); err != nil {
		t.Fatal(err)
	}
	if again := pyramid(t, tiles, whole); again.Job() == p.Job() {
		t.Error("the map changed, and the job is the same")
	}
}

func TestPyramidRefuses(t *testing.T) {
	tiles, _ := newTiles(t)
	for _, c := range []struct {
		name string
		Extract
		want error
	}{
		{"a place nobody knows", Extract{Place: "370883999", Kinds: []string{"base"}, MaxZoom: 5}, ErrNoPlace},
		{"a sub-area", Extract{Place: "370883100201001", Kinds: []string{"base"}, MaxZoom: 5}, ErrNoPlace},
		{"no code", Extract{Place: "x", Kinds: []string{"base"}, MaxZoom: 5}, ErrNoPlace},
		{"zooms the wrong way round", Extract{Place: "370883", Kinds: []string{"base"}, MinZoom: 6, MaxZoom: 5}, ErrExtract},
		{"a zoom too deep", Extract{Place: "370883", Kinds: []string{"base"}, MaxZoom: MaxZoom + 1}, ErrExtract},
		{"no sets", Extract{Place: "370883", Kinds: nil, MaxZoom: 5}, ErrExtract},
		{"a set nobody knows", Extract{Place: "370883", Kinds: []string{"roads"}, MaxZoom: 5}, ErrExtract},
	} {
		if _, err := tiles.Pyramid(t.Context(), c.Extract); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
