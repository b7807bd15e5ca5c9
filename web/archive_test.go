package web

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"canvass/tiles/pmtiles"
)

// packMap lays an archive of two tiles where canvass pack leaves the one of a place.
func (s *service) packMap(place, content string) []byte {
	s.t.Helper()
	b := pmtiles.NewBuilder()
	s.ok(b.Add(0, []byte(content)))
	s.ok(b.Add(7, bytes.Repeat([]byte("tile "), 1000)))
	archive, err := b.Bytes(pmtiles.About{Type: pmtiles.MVT, Compression: pmtiles.Gzip, MaxZoom: 2}, nil)
	s.ok(err)
	directory := s.server.archives.directory
	s.ok(os.MkdirAll(directory, 0o750))
	s.ok(os.WriteFile(filepath.Join(directory, place+".pmtiles"), archive, 0o600))
	return archive
}

func TestArchive(t *testing.T) {
	s := newService(t)
	archive := s.packMap(county, "first")
	path := "/archives/" + county + ".pmtiles"
	whole := s.as("gis").get(path).want(200)
	tag := whole.Header.Get("ETag")
	if !bytes.Equal(whole.body, archive) || whole.Header.Get("Content-Type") != "application/vnd.pmtiles" || len(tag) < 10 {
		t.Errorf("%d bytes of %d, headers %v", len(whole.body), len(archive), whole.Header)
	}
	for _, c := range []struct {
		name    string
		status  int
		want    []byte
		headers []string
	}{
		{"the head", 206, archive[:100], []string{"Range", "bytes=0-99"}},
		{"from the middle on", 206, archive[120:], []string{"Range", "bytes=120-"}},
		{"the end", 206, archive[len(archive)-7:], []string{"Range", "bytes=-7"}},
		{"beyond the end", 416, nil, []string{"Range", "bytes=" + strconv.Itoa(len(archive)) + "-"}},
		{"no bytes", 416, nil, []string{"Range", "bytes=9-3"}},
		{"known", 304, nil, []string{"If-None-Match", tag}},
		{"known among others", 304, nil, []string{"If-None-Match", `"other", ` + tag}},
		{"the rest of this archive", 206, archive[120:], []string{"Range", "bytes=120-", "If-Range", tag}},
		{"the rest of another archive", 200, archive, []string{"Range", "bytes=120-", "If-Range", `"other"`}},
		{"packed again", 206, archive[:100], []string{"Range", "bytes=0-99", "Accept-Encoding", "gzip"}},
	} {
		a := s.as("gis").get(path, c.headers...).want(c.status)
		if c.want != nil && !bytes.Equal(a.body, c.want) || a.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %d bytes, want %d; headers %v", c.name, len(a.body), len(c.want), a.Header)
		}
	}
	s.packMap(county, "second")
	if again := s.as("gis").get(path).want(200); again.Header.Get("ETag") == tag {
		t.Error("another archive has the same tag")
	}
}

func TestArchiveKeepsToTheCounty(t *testing.T) {
	s := newService(t)
	s.packMap(county, "here")
	s.packMap(abroad, "there")
	s.ok(os.WriteFile(filepath.Join(s.server.archives.directory, town+".pmtiles"), []byte("no archive"), 0o600))
	s.as("enumerator").get("/archives/" + county + ".pmtiles").want(200)
	s.as("outsider").get("/archives/" + abroad + ".pmtiles").want(200)
	for _, name := range []string{abroad + ".pmtiles", "999999.pmtiles", "370883.mbtiles", "x.pmtiles", "..%2f" + county + ".pmtiles", county} {
		s.as("supervisor").get("/archives/"+name).refused(404, "archive_unknown")
	}
	(&client{service: s}).get("/archives/"+county+".pmtiles").refused(401, "sign_in")
	s.as("supervisor").get("/archives/"+town+".pmtiles").refused(500, "internal")
	s.logs("read the archive", "it does not begin with PMTiles")
}
