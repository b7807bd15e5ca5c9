package web

import (
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
	"canvass/tiles"
)

// packageOf has a package made and answers its manifest and revision.
func (s *service) packageOf(subArea areas.Code) (tiles.Manifest, string) {
	s.t.Helper()
	signed, _, err := s.server.makePackage(s.t.Context(), systemActor, tiles.PackageOf{SubArea: string(subArea)}, time.Minute)
	s.ok(err)
	var m tiles.Manifest
	s.ok(json.Unmarshal([]byte(signed.Manifest), &m))
	return m, signed.Revision()
}

func partNamed(t testing.TB, m tiles.Manifest, name string) tiles.Part {
	t.Helper()
	for _, p := range m.Parts {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("the package has no part %s", name)
	return tiles.Part{}
}

func gunzip(t testing.TB, packed []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// A tablet pins the server, takes the manifest, fetches each part with a lost connection in the middle, and asks later what
// changed.
func TestPackageIsFetchedAndKeptUp(t *testing.T) {
	s := newService(t)
	tablet := s.as("enumerator")
	server := read[PackageServer](s.as("nobody").get("/api/server"))
	key, err := base64.StdEncoding.DecodeString(server.Key)
	s.ok(err)
	answer := tablet.get("/api/packages/" + west)
	was := read[FieldPackage](answer)
	etag := answer.Header.Get("ETag")
	if etag != `"`+was.Revision+`"` {
		t.Errorf("the tag is %s, the revision %s", etag, was.Revision)
	}
	manifest, err := tiles.Signed{Manifest: was.Manifest, Signature: was.Signature}.Verify(ed25519.PublicKey(key))
	s.ok(err)
	for _, p := range manifest.Parts {
		s.fetchInTwo(tablet, p)
	}
	tablet.send("GET", "/api/packages/"+west, nil, "If-None-Match", etag).want(304)

	tablet.send("POST", "/api/visits", fmt.Sprintf(`{"id":"%s","county":"%s","dwelling":"%s","result":"no_contact"}`,
		uuid.New(), county, s.doors[0].ID)).want(201)
	now := read[FieldPackage](tablet.send("GET", "/api/packages/"+west, nil, "If-None-Match", etag).want(200))
	delta := tablet.get("/api/packages/" + west + "/delta?from=" + was.Revision).want(200)
	content := gunzip(t, delta.body)
	for _, c := range []struct {
		text   string
		within bool
	}{
		{now.Signature, true}, {"part/status", true}, {"no_answer", true}, {"part/tiles", false}, {"part/roster", false},
		{"part/style", false}, {"part/rules", false},
	} {
		if bytes.Contains(content, []byte(c.text)) != c.within {
			t.Errorf("the delta holds %q: %v, want %v", c.text, !c.within, c.within)
		}
	}
	if delta.Header.Get("Content-Type") != "application/gzip" || delta.Header.Get("Content-Encoding") != "" {
		t.Errorf("the delta is sent as %v", delta.Header)
	}
	tablet.get("/api/packages/"+west+"/delta?from="+strings.Repeat("0", 64)).refused(404, "revision_unknown")
	tablet.get("/api/packages/"+west+"/delta?from="+partNamed(t, manifest, tiles.PartRoster).Hash).refused(404, "revision_unknown")
	tablet.get("/api/packages/"+west+"/delta").refused(404, "revision_unknown")
	tablet.get("/api/packages/"+west+"/parts/..").refused(404, "part_unknown")
	s.as("gis").get("/api/packages/"+area+"999").refused(404, "package_unknown")
	s.as("gis").get("/api/packages/"+area).refused(404, "package_unknown")
}

// fetchInTwo fetches a part in two ranges, and holds it against its manifest.
func (s *service) fetchInTwo(tablet *client, p tiles.Part) {
	s.t.Helper()
	path, half := "/api/packages/"+west+"/parts/"+p.Hash, p.Packed/2
	first := tablet.send("GET", path, nil, "Range", fmt.Sprintf("bytes=0-%d", half-1)).want(206)
	rest := tablet.send("GET", path, nil, "Range", fmt.Sprintf("bytes=%d-", half), "If-Range", first.Header.Get("ETag")).want(206)
	packed := append(first.body, rest.body...)
	if content := gunzip(s.t, packed); len(packed) != p.Packed || len(content) != p.Bytes {
		s.t.Errorf("%s has %d bytes and %d packed, not as the manifest says %+v", p.Name, len(content), len(packed), p)
	}
	tablet.send("GET", path, nil, "Range", fmt.Sprintf("bytes=%d-", half), "If-Range", `"another"`).want(200)
	tablet.send("GET", path, nil, "Range", "bytes=999999999-").want(416)
	tablet.send("GET", path, nil, "If-None-Match", first.Header.Get("ETag")).want(304)
}

// Whoever does not wait is told how far the package is.
func TestPackageTellsItsProgress(t *testing.T) {
	s := newService(t)
	answer := s.as("enumerator").get("/api/packages/" + west + "?wait=0").want(202)
	var p FieldPackage
	s.ok(json.Unmarshal(answer.body, &p))
	if p.Progress == nil || p.Progress.Total == 0 || p.Manifest != "" || answer.Header.Get("Retry-After") == "" {
		t.Errorf("it is told %s, with %v", answer.body, answer.Header)
	}
	s.as("enumerator").get("/api/packages/" + west).want(200)
	s.as("enumerator").get("/api/packages/"+west+"?wait=31").refused(422, "invalid")
}

// What a package says is of places and counts. It names nobody, whatever is known of persons in its sub-area.
func TestPackageNamesNobody(t *testing.T) {
	s := newService(t)
	m, _ := s.packageOf(west)
	for _, p := range m.Parts {
		packed, err := s.server.tiles.Part(west, p.Hash)
		s.ok(err)
		content := string(gunzip(t, packed))
		for _, u := range accounts {
			if u.Role == areas.RoleEnumerator && strings.Contains(content, `"`+u.Name+`"`) {
				t.Errorf("%s names %s", p.Name, u.Name)
			}
		}
	}
}
