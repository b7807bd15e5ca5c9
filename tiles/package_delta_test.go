package tiles

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// someRows are rows of which many are alike, as lines of a status are.
func someRows(t *rapid.T, label string) [][]byte {
	row := rapid.Custom(func(t *rapid.T) []byte {
		return []byte(rapid.SampledFrom([]string{"a\n", "b\n", "long row\n", "\n", "日\n"}).Draw(t, "row"))
	})
	return rapid.SliceOfN(row, 0, 30).Draw(t, label)
}

func TestStepsLeadFromAnyPartToAnyOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, now := someRows(t, "old"), someRows(t, "now")
		got, err := follow(bytes.Join(old, nil), steps(old, now), maxPartBytes)
		if want := bytes.Join(now, nil); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("from %q the steps lead to %q, not to %q: %v", old, got, want, err)
		}
	})
}

// What is alike is copied: a day that changes every third row sends those.
func TestStepsSendWhatChanged(t *testing.T) {
	var old, now [][]byte
	for i := range 300 {
		row := []byte(fmt.Sprintf("row %d of the old ones, which is rather long\n", i))
		old = append(old, row)
		if i%3 == 0 {
			row = []byte(fmt.Sprintf("now %d\n", i))
		}
		now = append(now, row)
	}
	if n := len(steps(old, now)); n > 100*(8+2)+200*4 {
		t.Errorf("%d bytes for 100 rows of 8", n)
	}
	if n := len(steps(old, old)); n > 8 {
		t.Errorf("%d bytes for no change", n)
	}
}

func TestFollowRefuses(t *testing.T) {
	old := []byte("twelve bytes")
	for _, c := range []struct {
		what  string
		steps []byte
	}{
		{"a copy from beyond the end", []byte{2 << 1, 13}},
		{"a copy over the end", []byte{4 << 1, 9}},
		{"a copy without its offset", []byte{4 << 1}},
		{"bytes that are not there", []byte{5<<1 | 1, 'a'}},
		{"a number without its end", []byte{0x80}},
		{"a number that is none", bytes.Repeat([]byte{0xff}, 11)},
		{"more than the part holds", append([]byte{40<<1 | 1}, bytes.Repeat([]byte("a"), 40)...)},
	} {
		if got, err := follow(old, c.steps, 32); err == nil {
			t.Errorf("%s gives %q", c.what, got)
		}
	}
}

func FuzzFollow(f *testing.F) {
	f.Add([]byte("old bytes"), steps([][]byte{[]byte("old "), []byte("bytes")}, [][]byte{[]byte("bytes"), []byte("new")}))
	f.Fuzz(func(t *testing.T, old, steps []byte) {
		if got, err := follow(old, steps, 1<<16); err == nil && len(got) > 1<<16 {
			t.Errorf("%d bytes", len(got))
		}
	})
}

func somePieces(t *rapid.T) []piece {
	names := rapid.SliceOfNDistinct(rapid.StringN(0, 20, -1), 0, 8, rapid.ID[string]).Draw(t, "names")
	slices.Sort(names)
	var out []piece
	for _, n := range names {
		out = append(out, piece{n, rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "bytes")})
	}
	return out
}

// A bundle comes apart into what it was made of, and its rows are all of it.
func TestBundleComesApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := somePieces(t)
		bundle := appendBundle(nil, pieces)
		got, err := readBundle(bundle)
		same := slices.EqualFunc(got, pieces, func(a, b piece) bool { return a.name == b.name && bytes.Equal(a.bytes, b.bytes) })
		if err != nil || !same {
			t.Fatalf("%v comes apart into %v, %v", pieces, got, err)
		}
		rows, err := bundleRecords(bundle)
		if err != nil || !bytes.Equal(bytes.Join(rows, nil), bundle) || len(rows) != len(pieces)+1 {
			t.Fatalf("the rows are %q, %v", rows, err)
		}
		if cut := rapid.IntRange(0, len(bundle)-1).Draw(t, "cut"); cut > 0 {
			if whole, err := readBundle(bundle[:cut]); err == nil && len(whole) == len(pieces) {
				t.Fatalf("cut at %d of %d it is whole", cut, len(bundle))
			}
		}
	})
}

func TestBundleRefuses(t *testing.T) {
	for what, bundle := range map[string][]byte{
		"nothing":           nil,
		"another magic":     []byte("canvass bundle 2\n"),
		"a name twice":      appendBundle(nil, []piece{{"a", nil}, {"a", nil}}),
		"names out of turn": appendBundle(nil, []piece{{"b", nil}, {"a", nil}}),
		"no bytes":          append(appendBundle(nil, nil), 1, 'a'),
		"too long a length": append(appendBundle(nil, nil), 1, 'a', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
	} {
		if pieces, err := readBundle(bundle); err == nil {
			t.Errorf("%s is read as %v", what, pieces)
		}
	}
	loose := append(appendBundle(nil, nil), 0x81, 0, 'a', 0)
	if rows, err := bundleRecords(loose); err == nil {
		t.Errorf("a length that is longer than it must be is cut into %q", rows)
	}
}

func FuzzBundle(f *testing.F) {
	f.Add(appendBundle(nil, []piece{{"base/12/1/2", []byte("tile")}, {"census/12/1/2", nil}}))
	f.Fuzz(func(t *testing.T, bundle []byte) {
		rows, err := bundleRecords(bundle)
		if err == nil && !bytes.Equal(bytes.Join(rows, nil), bundle) {
			t.Errorf("%q is cut into %q", bundle, rows)
		}
	})
}

func FuzzManifest(f *testing.F) {
	signed, err := Manifest{Format: packageFormat, County: "370883", SubArea: "370883100201001", Server: Server{"a", "b"},
		Parts: []Part{{"roster", strings.Repeat("0", 64), 1, 2}}}.sign(knownKey)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed.Manifest)
	f.Add(`{"format":"canvass-package/1","parts":null}`)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := readManifest(text)
		if err != nil {
			return
		}
		if again, err := canonical(m); err != nil || again != text {
			t.Errorf("%q is canonical, and is written as %q, %v", text, again, err)
		}
	})
}
