package vector

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb/encoding/wkt"
)

// file writes a file for a test to open.
func file(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipped(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// told reads a file and tells it as text, a line for each row.
func told(t testing.TB, path string, o Options) string {
	t.Helper()
	r, err := Open(path, o)
	if err != nil {
		return "cannot be opened: " + err.Error()
	}
	return toldBy(r)
}

// toldBy tells what a reader gives, and closes it.
func toldBy(r Reader) string {
	defer r.Close()
	var out []string
	if r.CRS() != "" {
		out = append(out, r.CRS())
	}
	for {
		f, err := r.Next()
		var bad *RowError
		switch {
		case errors.Is(err, io.EOF):
			return strings.Join(out, "\n")
		case errors.As(err, &bad):
			out = append(out, bad.Error())
		case err != nil:
			return strings.Join(append(out, "broken: "+err.Error()), "\n")
		default:
			out = append(out, line1(f))
		}
	}
}

// line1 tells a feature in one line.
func line1(f Feature) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s", f.Row, f.Place)
	if f.ID != "" {
		fmt.Fprintf(&b, " #%s", f.ID)
	}
	if f.Geometry != nil {
		fmt.Fprintf(&b, " %s", wkt.MarshalString(f.Geometry))
	}
	for _, p := range f.Properties {
		fmt.Fprintf(&b, " %s=%s", p.Name, p.Value)
	}
	for _, n := range f.Notes {
		fmt.Fprintf(&b, " (%s)", n)
	}
	return b.String()
}

// reading is a file and what is read of it.
type reading struct {
	rule, file, content string
	options             Options
	want                string
}

func (c reading) check(t *testing.T) {
	t.Helper()
	if got := told(t, file(t, c.file, c.content), c.options); got != c.want {
		t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct{ rule, name, content, want string }{
		{"an empty file", "a.geojson", "", "empty"},
		{"blanks only", "a.geojson", "  \n ", "empty"},
		{"a GeoPackage, by content", "a.geojson", "SQLite format 3\x00", "GeoPackage"},
		{"XML", "a.gpx", "<?xml version='1.0'?><gpx/>", "XML"},
		{"binary of no known kind", "a.bin", "\x01\x02\x03\x00\x00", readable},
		{"prose", "a.txt", "hello\nworld\n", readable},
		{"JSON that is not", "a.geojson", "hello", "JSON is awaited"},
		{"TopoJSON", "a.json", `{"type":"Topology","objects":{}}`, "TopoJSON"},
		{"JSON of another kind", "a.json", `{"a":1}`, "neither GeoJSON nor a table"},
		{"a collection of an unknown type", "a.json", `{"type":"notafc","features":[]}`, `"notafc"`},
		{"a collection without features", "a.json", `{"type":"FeatureCollection"}`, "no array of features"},
		{"a collection whose features are an object", "a.json", `{"type":"FeatureCollection","features":{}}`, "no array of features"},
		{"a truncated header", "a.json", `{"type":"Featu`, "the file ends here"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := told(t, file(t, c.name, c.content), Options{})
			if !strings.HasPrefix(got, "cannot be opened: ") || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want it to say %q", got, c.want)
			}
		})
	}
	if _, err := Open(t.TempDir(), Options{}); err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("a folder: got %v", err)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: got %v", err)
	}
	if _, err := Open(file(t, "a.csv", "a,b\n1,2\n"), Options{Where: "a"}); err == nil || !strings.Contains(err.Error(), "column=value") {
		t.Errorf("a bad Where: got %v", err)
	}
	if _, err := Open(file(t, "a.csv", "a,b\n1,2\n"), Options{Encoding: "klingon"}); err == nil || !strings.Contains(err.Error(), "gb18030") {
		t.Errorf("an unknown encoding: got %v", err)
	}
}

func TestProgress(t *testing.T) {
	var last, of int64
	content := `{"type":"FeatureCollection","features":[` + strings.Repeat(`{"type":"Feature","geometry":null,"properties":{}},`, 20000) +
		`{"type":"Feature","geometry":null,"properties":{}}]}`
	told(t, file(t, "a.geojson", content), Options{Progress: func(read, total int64) {
		if read < last {
			t.Errorf("%d bytes were read after %d", read, last)
		}
		last, of = read, total
	}})
	if last != int64(len(content)) || of != last {
		t.Errorf("at the end %d of %d bytes are read, want %d", last, of, len(content))
	}
}
