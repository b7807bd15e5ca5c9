package tiles

import (
	"os"
	"path/filepath"
	"testing"
)

// What was made of a sub-area is taken away when it is told that nothing of before may be kept; that of others stays.
func TestPackagesForgetASubArea(t *testing.T) {
	const gone, stays = "370883100201002", "370883100201001"
	plain, owner := newTiles(t)
	dir := t.TempDir()
	tiles := New(plain.pool, Options{Key: knownKey, PackageDir: dir})
	following(t, tiles)
	for _, place := range []string{gone, stays} {
		if _, err := tiles.packages.keep(place, "roster", []byte("[]\n")); err != nil {
			t.Fatal(err)
		}
	}
	kept := func(place string) bool {
		_, err := os.Stat(filepath.Join(dir, place[:6], place))
		return err == nil
	}
	if !kept(gone) || !kept(stays) {
		t.Fatal("nothing was kept")
	}
	if _, err := owner.Exec(t.Context(), `SELECT pg_notify('canvass_map', '{"county":"370883","forget":["370883100201002","../x","370883"]}')`); err != nil {
		t.Fatal(err)
	}
	until(t, "it forgets", func() bool { return !kept(gone) })
	if !kept(stays) {
		t.Error("what was made of another sub-area is gone")
	}
}
