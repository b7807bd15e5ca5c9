package tiles

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The tiles of a package are drawn again when something changes about its sub-area, and not for what changes elsewhere or for
// a visit.
func TestPackageTilesAreOfNow(t *testing.T) {
	tiles, owner := newPackageTiles(t)
	following(t, tiles)
	was := packaged(t, tiles, packagedSubArea)
	drawnOnce := tiles.packages.drawn[packagedSubArea]
	if drawnOnce == nil {
		t.Fatal("it is not remembered what was drawn")
	}
	change(t, owner, visited)
	change(t, owner, `UPDATE buildings SET name = '远处' WHERE source_id = '6'`)
	heardOf(t, owner, `{"county":"370883","bounds":[117.03,35.4,117.031,35.401],"layers":["census"]}`, tiles)
	if now := packaged(t, tiles, packagedSubArea); !bytes.Equal(now.parts[PartTiles], was.parts[PartTiles]) ||
		tiles.packages.drawn[packagedSubArea] != drawnOnce {
		t.Error("the tiles were drawn anew for what is elsewhere")
	}
	change(t, owner, `UPDATE buildings SET name = '近处' WHERE source_id = '2'`)
	heardOf(t, owner, `{"county":"370883","bounds":[116.9985,35.4001,116.9991,35.4007],"layers":["census"]}`, tiles)
	now := packaged(t, tiles, packagedSubArea)
	if bytes.Contains(was.parts[PartTiles], []byte("近处")) || !bytes.Contains(now.parts[PartTiles], []byte("近处")) {
		t.Error("the tiles are of before the change")
	}
	delta, err := tiles.PackageDelta(packagedSubArea, was.signed.Revision(), now.signed)
	if err != nil {
		t.Fatal(err)
	}
	if applied := was.applied(t, delta); !bytes.Equal(applied.parts[PartTiles], now.parts[PartTiles]) {
		t.Error("the delta brings other tiles")
	}
	if len(delta) > len(now.parts[PartTiles])/2 {
		t.Errorf("the delta of one building's name has %d bytes, the tiles %d", len(delta), len(now.parts[PartTiles]))
	}
}

// heardOf tells of a change and waits until it was heard.
func heardOf(t *testing.T, owner querier, payload string, tiles *Tiles) {
	t.Helper()
	before := tiles.packages.serial("370883")
	rows, err := owner.Query(t.Context(), `SELECT pg_notify('canvass_map', $1)`, payload)
	if err != nil {
		t.Fatal(err)
	}
	rows.Close()
	until(t, "the change is heard of", func() bool { return tiles.packages.serial("370883") > before })
}

// Those who ask at once share one making; who asks after a change is never given what was read before it.
func TestPackageIsMadeOnceAndOfNow(t *testing.T) {
	tiles, owner := newPackageTiles(t)
	following(t, tiles)
	for round := range 5 {
		var asking sync.WaitGroup
		for range 16 {
			asking.Go(func() {
				if _, _, err := tiles.Package(t.Context(), PackageOf{SubArea: packagedSubArea}, time.Minute); err != nil {
					t.Error(err)
				}
			})
		}
		change(t, owner, `UPDATE dwellings SET revision = revision + 100 WHERE county = '370883'`)
		now := packaged(t, tiles, packagedSubArea)
		if !bytes.Contains(now.parts[PartStatus], fmt.Appendf(nil, ",%d01]", round+1)) {
			t.Errorf("round %d: the status is of before: %s", round, now.parts[PartStatus])
		}
		asking.Wait()
	}
	if n := len(tiles.packages.making); n > 0 {
		t.Errorf("%d are still being made", n)
	}
}

func TestPackageRefuses(t *testing.T) {
	tiles, owner := newPackageTiles(t)
	for _, code := range []string{"", "370883", "370883100201999", "370883100201001x", "../../etc/passwd", "３７０８８３１００２０１００１"} {
		if _, _, err := tiles.Package(t.Context(), PackageOf{SubArea: code}, time.Minute); !errors.Is(err, ErrNoPackage) {
			t.Errorf("a package of %q: %v", code, err)
		}
		if _, err := tiles.Part(code, strings.Repeat("0", 64)); !errors.Is(err, ErrNoPart) {
			t.Errorf("a part of %q: %v", code, err)
		}
	}
	was := packaged(t, tiles, packagedSubArea)
	for _, hash := range []string{"", "x", "..", strings.Repeat("0", 63) + "/", strings.Repeat("0", 64)} {
		if _, err := tiles.Part(packagedSubArea, hash); !errors.Is(err, ErrNoPart) {
			t.Errorf("part %q: %v", hash, err)
		}
		if _, err := tiles.PackageDelta(packagedSubArea, hash, was.signed); !errors.Is(err, ErrNoRevision) {
			t.Errorf("a delta from %q: %v", hash, err)
		}
	}
	change(t, owner, `UPDATE sub_areas SET retired_at = now() WHERE code = '`+packagedSubArea+`'`)
	if _, _, err := tiles.Package(t.Context(), PackageOf{SubArea: packagedSubArea}, time.Minute); !errors.Is(err, ErrNoPackage) {
		t.Errorf("a package of what is retired: %v", err)
	}
	if _, _, err := New(tiles.pool, Options{}).Package(t.Context(), PackageOf{SubArea: "370883100201002"}, time.Minute); err == nil {
		t.Error("a package is made where none can be kept")
	}
}

// A sub-area without ground has a roster, and no tiles.
func TestPackageOfVirtualSubArea(t *testing.T) {
	tiles, _ := newPackageTiles(t)
	p := packaged(t, tiles, "370883100201900")
	if got := string(p.parts[PartTiles]); got != bundleMagic {
		t.Errorf("its tiles are %q", got)
	}
	if !bytes.HasPrefix(p.parts[PartRoster], []byte(`["s","370883100201900"`)) || len(p.parts[PartStatus]) > 0 {
		t.Errorf("its roster is %s", p.parts[PartRoster])
	}
}

// A tower of one sub-area with dwellings of another is in both packages, each with its own dwellings.
func TestPackageHoldsTheTowerOfANeighbour(t *testing.T) {
	tiles, _ := newPackageTiles(t)
	west, east := packaged(t, tiles, packagedSubArea), packaged(t, tiles, "370883100201002")
	for _, c := range []struct {
		of          heldPackage
		mine, other string
	}{{west, "东户", "西户"}, {east, "西户", "东户"}} {
		roster := string(c.of.parts[PartRoster])
		if !strings.Contains(roster, `["b",1,1,`) || !strings.Contains(roster, c.mine) || strings.Contains(roster, c.other) {
			t.Errorf("the roster is %s", roster)
		}
	}
}

// What is kept stays below its budget, what is damaged is made again, and an earlier revision is known until it is swept.
func TestPackagesAreKeptWithinTheirBudget(t *testing.T) {
	tiles, owner := newPackageTiles(t)
	dir := tiles.packages.store.dir
	was := packaged(t, tiles, packagedSubArea)
	spoil(t, filepath.Join(dir, "370883", packagedSubArea, partHash(t, was, PartStatus)+".gz"))
	spoil(t, filepath.Join(dir, "370883", packagedSubArea, partHash(t, was, PartTiles)+".gz"))
	change(t, owner, visited)
	if _, err := tiles.Part(packagedSubArea, partHash(t, was, PartTiles)); !errors.Is(err, ErrNoPart) {
		t.Errorf("a part that is damaged: %v", err)
	}
	now := packaged(t, tiles, packagedSubArea)
	if _, err := tiles.PackageDelta(packagedSubArea, was.signed.Revision(), now.signed); !errors.Is(err, ErrNoRevision) {
		t.Errorf("a delta from what is damaged: %v", err)
	}
	tiles.packages.store.budget = 1
	change(t, owner, `UPDATE dwellings SET revision = 9 WHERE county = '370883'`)
	if _, _, err := tiles.Package(t.Context(), PackageOf{SubArea: packagedSubArea}, time.Minute); err != nil {
		t.Fatal(err)
	}
	var left int64
	err := filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			left += info.Size()
		}
		return err
	})
	if err != nil || left > 1 {
		t.Errorf("%d bytes are left, %v", left, err)
	}
	if _, err := tiles.PackageDelta(packagedSubArea, now.signed.Revision(), now.signed); !errors.Is(err, ErrNoRevision) {
		t.Errorf("a delta from what was swept: %v", err)
	}
	tiles.packages.store.budget = 1 << 30
	packaged(t, tiles, packagedSubArea)
}

func partHash(t *testing.T, p heldPackage, name string) string {
	t.Helper()
	part, ok := p.manifest.part(name)
	if !ok {
		t.Fatalf("there is no part %s", name)
	}
	return part.Hash
}

func spoil(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 0xff
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
