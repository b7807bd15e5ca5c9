package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"

	"canvass/areas"
	"canvass/tiles"
)

// atHand asks for a tile until it is answered without the long way, which alone writes into the log.
func (s *service) atHand(who, path string, headers ...string) *sent {
	s.t.Helper()
	for range 20 {
		before := len(s.log.String())
		a := s.as(who).get(path, headers...).want(200)
		if !strings.Contains(s.log.String()[before:], tileRoute) {
			return a
		}
	}
	s.t.Fatalf("%s is looked up each time", path)
	return nil
}

// idOf is the account that a client is signed in with.
func (s *service) idOf(who string) uuid.UUID {
	s.t.Helper()
	var session Session
	s.as(who).get(sessionPath).want(200).into(&session)
	return uuid.MustParse(session.User.ID)
}

// A tile that is at hand is sent as one that is built: with the same headers and bytes, in the coding that is asked for.
func TestTileAtHand(t *testing.T) {
	s := newService(t)
	path := tileAt(county+"-census", 14, middle)
	for _, coding := range []string{"gzip", "zstd"} {
		first := s.as("gis").get(path, "Accept-Encoding", coding).want(200)
		again := s.atHand("gis", path, "Accept-Encoding", coding).want(200)
		if !bytes.Equal(first.body, again.body) {
			t.Errorf("%s: %d bytes, then %d", coding, len(first.body), len(again.body))
		}
		for _, name := range []string{"Content-Type", "Content-Encoding", "Etag", "Vary", "Cache-Control", "X-Content-Type-Options", "Cross-Origin-Resource-Policy"} {
			if is, was := again.Header.Get(name), first.Header.Get(name); is != was || is == "" {
				t.Errorf("%s: %s is %q, then %q", coding, name, was, is)
			}
		}
	}
	plain := s.as("gis").get(path, "Accept-Encoding", "identity").want(200)
	packed := s.atHand("gis", path, "Accept-Encoding", "gzip, deflate, br, zstd").want(200)
	reader, err := zstd.NewReader(bytes.NewReader(packed.body))
	s.ok(err)
	var unpacked bytes.Buffer
	_, err = unpacked.ReadFrom(reader)
	if s.ok(err); packed.Header.Get("Content-Encoding") != "zstd" || !bytes.Equal(unpacked.Bytes(), plain.body) {
		t.Errorf("as %s it is %d bytes, and %d as it is", packed.Header.Get("Content-Encoding"), unpacked.Len(), len(plain.body))
	}
	if head := s.as("gis").send("HEAD", path, nil, "Accept-Encoding", "gzip").want(200); len(head.body) > 0 || head.ContentLength <= 0 {
		t.Errorf("HEAD answers %d bytes and tells of %d", len(head.body), head.ContentLength)
	}
	(&client{service: s}).get(path).refused(401, "sign_in")
	s.as("outsider").get(path).refused(404, "outside_scope")
}

// Who has the content is not sent it again, in whatever coding he has it; every other condition is no condition.
func TestTileConditions(t *testing.T) {
	s := newService(t)
	path := tileAt(county+"-census", 14, middle)
	content := strings.TrimSuffix(strings.Trim(s.as("gis").get(path, "Accept-Encoding", "gzip").want(200).Header.Get("ETag"), `"`), "-gzip")
	for _, c := range []struct {
		name, header, value string
		want                int
	}{
		{"its own tag", "If-None-Match", `"%s-gzip"`, 304},
		{"weak", "If-None-Match", `W/"%s-gzip"`, 304},
		{"in a list", "If-None-Match", `"other", W/"another" , "%s-gzip"`, 304},
		{"of another coding", "If-None-Match", `"%s-zstd"`, 304},
		{"of none", "If-None-Match", `"%s"`, 304},
		{"any", "If-None-Match", `*`, 304},
		{"another", "If-None-Match", `"other"`, 200},
		{"a part of it", "If-None-Match", `"%.8s"`, 200},
		{"more than it", "If-None-Match", `"%sx"`, 200},
		{"without quotes", "If-None-Match", `%s`, 200},
		{"left open", "If-None-Match", `"%s`, 200},
		{"nothing", "If-None-Match", ``, 200},
		{"only commas", "If-None-Match", `,,,`, 200},
		{"a date", "If-Modified-Since", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat), 200},
		{"no date", "If-Modified-Since", "yesterday", 200},
		{"a precondition of writing", "If-Match", `"other"`, 200},
		{"a range", "Range", "bytes=0-1", 200},
		{"a range of what is known", "If-Range", `"%s-gzip"`, 200},
		{"a range since a date", "If-Range", time.Now().UTC().Format(http.TimeFormat), 200},
		{"a date of writing", "If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT", 200},
		{"any, with more", "If-None-Match", `*, "other"`, 304},
		{"in capitals", "If-None-Match", `w/"%s-gzip"`, 200},
		{"weak twice", "If-None-Match", `W/W/"%s-gzip"`, 200},
		{"escaped", "If-None-Match", `\"%s-gzip\"`, 200},
		{"of another alphabet", "If-None-Match", `"标签"`, 200},
		{"very long", "If-None-Match", strings.Repeat(`"other", `, 2000) + `"%s-gzip"`, 304},
	} {
		value := c.value
		if strings.Contains(value, "%") {
			value = fmt.Sprintf(value, content)
		}
		for _, coding := range []string{"gzip", "identity"} {
			if a := s.as("gis").get(path, c.header, value, "Accept-Encoding", coding); a.StatusCode != c.want {
				t.Errorf("%s as %s answers %d, want %d", c.name, coding, a.StatusCode, c.want)
			}
		}
	}
}

// Who signed out, or may no longer, gets no tile even if it is at hand.
func TestTileAtHandOfWhoMayNoLonger(t *testing.T) {
	s := newService(t)
	path := tileAt(county+"-census", 14, middle)
	s.atHand("enumerator", path)
	_, err := s.store.EndAssignment(t.Context(), systemActor, county, s.held.ID)
	s.ok(err)
	s.as("enumerator").get(path).refused(404, "outside_scope")
	s.atHand("supervisor", path)
	s.as("supervisor").send("DELETE", "/api/session", nil).want(204)
	s.as("supervisor").get(path).refused(401, "sign_in")
	s.atHand("gis", path)
	disabled := true
	_, err = s.store.EditUser(t.Context(), systemActor, s.idOf("gis"), 0, areas.UserEdit{Disabled: &disabled})
	s.ok(err)
	if a := s.as("gis").get(path); a.StatusCode != 401 {
		t.Errorf("a disabled account gets %d", a.StatusCode)
	}
}

// Another instance hears that somebody may no longer.
func TestTileAtHandElsewhere(t *testing.T) {
	s := newService(t)
	s.awaitWatch()
	other := areas.NewStore(s.pool)
	before := s.store.Access()
	disabled := true
	_, err := other.EditUser(t.Context(), systemActor, s.idOf("gis"), 0, areas.UserEdit{Disabled: &disabled})
	s.ok(err)
	s.eventually(func() bool { return s.store.Access() > before }, "it does not hear of access that changed elsewhere")
}

func TestCodingFor(t *testing.T) {
	for _, c := range []struct {
		accept string
		want   tiles.Coding
		ok     bool
	}{
		{"gzip, deflate, br, zstd", tiles.Zstd, true},
		{"zstd, gzip", tiles.Zstd, true},
		{"gzip", tiles.Gzip, true},
		{"GZIP ; q=0.5", tiles.Gzip, true},
		{"x-gzip", tiles.Gzip, true},
		{"gzip;q=1, zstd;q=0.1", tiles.Gzip, true},
		{"zstd;q=0, gzip", tiles.Gzip, true},
		{"*", tiles.Gzip, true},
		{"*, gzip;q=0", tiles.Gzip, false},
		{"gzip;q=0", tiles.Gzip, false},
		{"gzip;q=nan", tiles.Gzip, false},
		{"gzip;q=2", tiles.Gzip, false},
		{"gzip;level=9", tiles.Gzip, false},
		{"identity", tiles.Gzip, false},
		{"", tiles.Gzip, false},
		{",;,;q=", tiles.Gzip, false},
	} {
		if coding, ok := codingFor(c.accept); ok != c.ok || ok && coding != c.want {
			t.Errorf("who accepts %q gets %v, %v", c.accept, coding, ok)
		}
	}
}

// boundedWriter notes the deadlines of a connection.
type boundedWriter struct {
	*httptest.ResponseRecorder
	deadlines []time.Time
}

func (b *boundedWriter) SetWriteDeadline(at time.Time) error {
	b.deadlines = append(b.deadlines, at)
	return nil
}

// A tile is not written to a slow client without end, and what comes after it on the connection has no such bound.
func TestTileIsSentPatiently(t *testing.T) {
	w := &boundedWriter{ResponseRecorder: httptest.NewRecorder()}
	sendTile(w, httptest.NewRequest("GET", "/", nil), tiles.Tile{Bytes: []byte("tile"), ETag: "tag"})
	if len(w.deadlines) != 2 || w.deadlines[0].IsZero() || !w.deadlines[1].IsZero() || w.Body.String() != "tile" {
		t.Errorf("deadlines %v, body %q", w.deadlines, w.Body)
	}
}
