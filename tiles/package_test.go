package tiles

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	packagedSubArea = "370883100201001"
	packageGoldens  = "testdata/package/"
)

// knownKey signs what is kept as an example; nobody else's packages are signed with it.
var knownKey = ed25519.NewKeyFromSeed([]byte("canvass: the tests' own key only"))

// newPackages serves packages of testdata's county; the pool is its owner's.
func newPackageTiles(t testing.TB) (*Tiles, *pgxpool.Pool) {
	t.Helper()
	tiles, owner := newTiles(t)
	tiles = New(tiles.pool, Options{Key: knownKey, PackageDir: t.TempDir()})
	rows, err := os.ReadFile("testdata/roster.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Exec(context.Background(), string(rows)); err != nil {
		t.Fatal(err)
	}
	return tiles, owner
}

// held is a package as a tablet has it.
type heldPackage struct {
	signed   Signed
	manifest Manifest
	parts    map[string][]byte
}

// packaged fetches a whole package and holds it against its manifest.
func packaged(t testing.TB, tiles *Tiles, subArea string) heldPackage {
	t.Helper()
	signed, _, err := tiles.Package(context.Background(), PackageOf{SubArea: subArea, Rules: []byte(`{"rounds":[]}`)}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	out := heldPackage{signed: *signed, parts: map[string][]byte{}}
	if out.manifest, err = signed.Verify(knownKey.Public().(ed25519.PublicKey)); err != nil {
		t.Fatal(err)
	}
	for _, p := range out.manifest.Parts {
		packed, err := tiles.Part(subArea, p.Hash)
		if err != nil {
			t.Fatalf("%s: %v", p.Name, err)
		}
		content, err := unpack(packed, int64(p.Bytes))
		if err != nil || hashOf(content) != p.Hash || len(packed) != p.Packed || len(content) != p.Bytes {
			t.Fatalf("%s is not as the manifest says %+v: %d bytes, %d packed, %v", p.Name, p, len(content), len(packed), err)
		}
		out.parts[p.Name] = content
	}
	return out
}

// applied makes the present package of an earlier one and a delta, as the tablets' reader does.
func (was heldPackage) applied(t testing.TB, delta []byte) heldPackage {
	t.Helper()
	bundle, err := unpack(delta, maxPartBytes)
	if err != nil {
		t.Fatal(err)
	}
	pieces, err := readBundle(bundle)
	if err != nil {
		t.Fatal(err)
	}
	now := heldPackage{parts: map[string][]byte{}}
	steps := map[string][]byte{}
	for _, p := range pieces {
		if name, is := strings.CutPrefix(p.name, deltaPart); is {
			steps[name] = p.bytes
		}
	}
	if err := json.Unmarshal(pieces[0].bytes, &now.signed); err != nil {
		t.Fatal(err)
	}
	if now.manifest, err = now.signed.Verify(knownKey.Public().(ed25519.PublicKey)); err != nil {
		t.Fatal(err)
	}
	for _, p := range now.manifest.Parts {
		now.parts[p.Name] = was.parts[p.Name]
		if s, changed := steps[p.Name]; changed {
			if now.parts[p.Name], err = follow(was.parts[p.Name], s, p.Bytes); err != nil {
				t.Fatalf("%s: %v", p.Name, err)
			}
		}
		if hashOf(now.parts[p.Name]) != p.Hash {
			t.Errorf("%s does not come out as the manifest says", p.Name)
		}
	}
	return now
}

// change works on the county as its owner.
func change(t testing.TB, owner *pgxpool.Pool, sql string) {
	t.Helper()
	if tag, err := owner.Exec(context.Background(), sql); err != nil || tag.RowsAffected() == 0 {
		t.Fatalf("%s: %v, %v", sql, tag, err)
	}
}

const visited = `UPDATE dwellings SET occupancy = 'no_answer', attempts = 1, visited_at = '2026-10-13 10:00+08', revision = 2
	WHERE county = '370883' AND sub_area = '370883100201001' AND floor BETWEEN 2 AND 4`

// What is in a package, word for word; `go test ./tiles -update` blesses. How the map looks has goldens of its own.
func TestPackage(t *testing.T) {
	tiles, owner := newPackageTiles(t)
	was := packaged(t, tiles, packagedSubArea)
	bless(t, "manifest.txt", readableManifest(t, was.manifest))
	bless(t, "roster.txt", was.parts[PartRoster])
	bless(t, "status.txt", was.parts[PartStatus])
	bless(t, "tiles.txt", named(t, was.parts[PartTiles]))
	change(t, owner, visited)
	now := packaged(t, tiles, packagedSubArea)
	delta, err := tiles.PackageDelta(packagedSubArea, was.signed.Revision(), now.signed)
	if err != nil {
		t.Fatal(err)
	}
	if applied := was.applied(t, delta); applied.signed != now.signed {
		t.Error("the delta brings another manifest than the package has")
	}
	if *update {
		writeExample(t, tiles, was, delta)
	}
}

// readableManifest writes a manifest for a reader, without the sizes and hashes of what the map makes.
func readableManifest(t *testing.T, m Manifest) []byte {
	t.Helper()
	m.Parts = slices.Clone(m.Parts)
	for i, p := range m.Parts {
		if p.Name == PartTiles || p.Name == PartStyle {
			m.Parts[i] = Part{Name: p.Name}
		}
	}
	text, err := canonical(m)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	return append(out.Bytes(), '\n')
}

// named lists the pieces of a bundle.
func named(t *testing.T, bundle []byte) []byte {
	t.Helper()
	pieces, err := readBundle(bundle)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, p := range pieces {
		fmt.Fprintln(&b, p.name)
	}
	return b.Bytes()
}

func bless(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join(packageGoldens, name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (`go test ./tiles -update` writes it)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: `go test ./tiles -update` blesses it; it is now\n%s", path, got)
	}
}

// writeExample lays a package and a delta where the tests of the tablets' reader find them.
func writeExample(t *testing.T, tiles *Tiles, was heldPackage, delta []byte) {
	t.Helper()
	signed, err := json.MarshalIndent(was.signed, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"signed.json": append(signed, '\n'), "delta.gz": delta}
	for _, p := range was.manifest.Parts {
		if files[p.Name+".gz"], err = tiles.Part(packagedSubArea, p.Hash); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(packageGoldens, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// What the tablets' reader is tested with is a package: signed, whole, and with a delta that fits.
func TestPackageExample(t *testing.T) {
	was := heldPackage{parts: map[string][]byte{}}
	text, err := os.ReadFile(packageGoldens + "signed.json")
	if err == nil {
		err = json.Unmarshal(text, &was.signed)
	}
	if err == nil {
		was.manifest, err = was.signed.Verify(knownKey.Public().(ed25519.PublicKey))
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range was.manifest.Parts {
		packed, err := os.ReadFile(packageGoldens + p.Name + ".gz")
		if err == nil {
			was.parts[p.Name], err = unpack(packed, int64(p.Bytes))
		}
		if err != nil || hashOf(was.parts[p.Name]) != p.Hash {
			t.Errorf("%s is not as the manifest says: %v", p.Name, err)
		}
	}
	delta, err := os.ReadFile(packageGoldens + "delta.gz")
	if err != nil {
		t.Fatal(err)
	}
	if now := was.applied(t, delta); bytes.Equal(now.parts[PartStatus], was.parts[PartStatus]) {
		t.Error("the delta changes nothing")
	}
}
