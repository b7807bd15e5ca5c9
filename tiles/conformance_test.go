package tiles

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// fixture is a tile that is told to be valid or not.
type fixture struct {
	name  string
	valid bool
	tile  []byte
}

func fixtures(t testing.TB) (out []fixture) {
	t.Helper()
	text, err := os.ReadFile("testdata/conformance.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.SplitN(strings.TrimSpace(line), " ", 4)
		tile, err := hex.DecodeString(strings.Trim(parts[2], "-"))
		if err != nil || len(parts) != 4 {
			t.Fatalf("%q: %v", line, err)
		}
		out = append(out, fixture{parts[0] + " " + parts[3], parts[1] == "valid", tile})
	}
	return out
}

// refused are fixtures that are told to be valid and are not.
var refused = map[string]string{
	"016": "it has the same bytes as 003, which is told to be invalid: a feature without a type",
	"057": "it announces 536 870 911 points and holds one",
}

// The strict reader takes every fixture that the specification allows, and no other.
func TestConformance(t *testing.T) {
	all := fixtures(t)
	if len(all) != 74 {
		t.Errorf("%d fixtures", len(all))
	}
	for _, f := range all {
		if _, err := strictly(f.tile); (err == nil) != (f.valid && refused[f.name[:3]] == "") {
			t.Errorf("%s: %v", f.name, err)
		}
	}
}

// Every tile of a county keeps to the specification, and to what is more: outer rings come first and turn one way, holes the
// other, each holds ground, and no two features of a layer have one id.
func TestTilesKeepTheSpecification(t *testing.T) {
	tiles, owner := newTiles(t)
	sprinkle(t, owner)
	middle := layPartition(t, owner)
	features := 0
	for _, set := range []string{censusSet, baseSet} {
		x := loaded(t, tiles, set)
		for _, a := range append(around(set, 117.0044, 35.4002), around(set, middle[0], middle[1])...) {
			tile, err := strictly(raw(t, tiles, x, a))
			if err != nil {
				t.Errorf("%v: %v", a, err)
			}
			for _, l := range tile.layers {
				features += len(l.features)
				l.check(t, a)
			}
		}
	}
	if features < 10_000 {
		t.Errorf("only %d features were read", features)
	}
}

func (l readLayer) check(t *testing.T, a address) {
	t.Helper()
	seen := map[uint64]bool{}
	if l.extent != extent || len(l.features) == 0 {
		t.Errorf("%v: layer %s has an extent of %d and %d features", a, l.name, l.extent, len(l.features))
	}
	for _, f := range l.features {
		if seen[f.id] || f.id == 0 {
			t.Errorf("%v: layer %s has two features %d, or one without an id", a, l.name, f.id)
		}
		seen[f.id] = true
		if f.kind != typePolygon {
			continue
		}
		for i, ring := range f.paths {
			if doubled, _ := measure(ring); doubled == 0 || i == 0 && doubled < 0 || ring[0] == ring[len(ring)-1] {
				t.Errorf("%v: ring %d of %s %d holds %d half units: %v", a, i, l.name, f.id, doubled, ring)
			}
		}
	}
}

// FuzzTile reads what may be a tile, without a panic and without taking more memory than its bytes account for.
func FuzzTile(f *testing.F) {
	for _, c := range fixtures(f) {
		f.Add(c.tile)
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		tile, err := strictly(sent)
		if err != nil {
			return
		}
		vertices := 0
		for _, l := range tile.layers {
			for _, f := range l.features {
				for _, p := range f.paths {
					vertices += len(p)
				}
			}
		}
		if vertices > len(sent)/2 {
			t.Errorf("%d vertices of %d bytes", vertices, len(sent))
		}
	})
}
