package web

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

// wire is a connection to a server on which requests are written as they stand.
type wire struct {
	net.Conn
	t       testing.TB
	answers *bufio.Reader
}

func (s *service) dial(server *httptest.Server) *wire {
	s.t.Helper()
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	s.ok(err)
	s.t.Cleanup(func() { _ = c.Close() })
	return &wire{c, s.t, bufio.NewReader(c)}
}

func (w *wire) say(text string) {
	w.t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		w.t.Fatal(err)
	}
}

// answer reads one answer: its status, what is said of a tile, and its body; and "end" where the connection has ended.
func (w *wire) answer() string {
	a, err := http.ReadResponse(w.answers, nil)
	if err != nil {
		return "end"
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		return "end"
	}
	if a.StatusCode >= http.StatusBadRequest {
		body = nil // which names the request
	}
	return fmt.Sprintf("%d %s %s %s %x", a.StatusCode, a.Header.Get("Etag"), a.Header.Get("Content-Encoding"), a.Header.Get("Content-Type"), body)
}

// asked is a request for a path by who is signed in.
func (c *client) asked(path string, headers ...string) string {
	lines := []string{"GET " + path + " HTTP/1.1", "Host: county", "Cookie: other=1; " + cookieName + "=" + c.cookie, "Accept-Encoding: gzip, zstd"}
	return strings.Join(append(lines, headers...), "\r\n") + "\r\n\r\n"
}

// passed serves as the service does, and counts the requests that reach it through net/http.
func (s *service) passed(ours bool) (server *httptest.Server, through *atomic.Int64) {
	through = &atomic.Int64{}
	server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		through.Add(1)
		s.server.ServeHTTP(w, r)
	}))
	if ours {
		server.Listener, server.Config.ConnState = s.server.Listen(server.Listener), s.server.ConnState
	}
	server.Start()
	s.t.Cleanup(server.Close)
	return server, through
}

// A tile at hand is answered on its connection, without net/http, also between other requests; with what net/http would answer.
func TestConnection(t *testing.T) {
	s := newService(t)
	server, through := s.passed(true)
	plain, _ := s.passed(false)
	path := tileAt(county+"-census", 14, middle)
	empty := tileAt(county+"-census", 16, [2]float64{10, 10})
	gis := s.as("gis")
	s.as("gis").get(empty).want(204)
	s.atHand("gis", path, "Accept-Encoding", "gzip, zstd")
	here, there := s.dial(server), s.dial(plain)
	for _, request := range []string{gis.asked(path), gis.asked(sessionPath), gis.asked(path) + gis.asked(empty) + gis.asked(path), gis.asked(path),
		gis.asked(path, "If-None-Match: *"), gis.asked(path, `if-none-match: "another"`), gis.asked(path, "Connection: Keep-Alive", "X-Forwarded-For: ::1"),
		gis.asked("/healthz"), gis.asked(path, "Accept: */*")} {
		isTile, direct := strings.Contains(request, "/tiles/"), false
		for tries := 0; tries < 20 && !direct && (tries == 0 || isTile); tries++ { // who was verified is looked up again now and then
			before := through.Load()
			here.say(request)
			there.say(request)
			for range strings.Count(request, "HTTP/1.1") {
				if got, want := here.answer(), there.answer(); got != want {
					t.Errorf("%s answers %s, want %s", request, got, want)
				}
			}
			direct = through.Load() == before
		}
		if direct != isTile {
			t.Errorf("%s is answered without net/http: %v", request, direct)
		}
	}
}

// Whatever is sent in whatever pieces is answered as net/http answers it: nothing that stands in a body or after an error is
// taken for a request.
func TestConnectionLikeNetHTTP(t *testing.T) {
	s := newService(t)
	server, _ := s.passed(true)
	plain, _ := s.passed(false)
	path := tileAt(county+"-census", 14, middle)
	gis, tile := s.as("gis"), s.as("gis").asked(path)
	requests := []string{
		tile, tile, gis.asked(path, "If-None-Match: *"), gis.asked(sessionPath), gis.asked("/api/nothing"), (&client{}).asked(path),
		gis.asked(path, "Content-Length: 0"), gis.asked(path, fmt.Sprintf("Content-Length: %d", len(tile))) + tile,
		gis.asked(path, "Transfer-Encoding: chunked") + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(tile), tile),
		"POST /api/session HTTP/1.1\r\nHost: county\r\nContent-Type: application/json\r\n" + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(tile), tile),
		gis.asked(path, "Host: another"), gis.asked(path, "Connection: close"), gis.asked(path, " folded"), gis.asked(path, "Content-Length : 5"),
		gis.asked(path, "Bad\x00: 1"), gis.asked(path, "Fine: \x01"), gis.asked(path, "Transfer-Encoding: identity"), gis.asked(path, "Expect: 100-continue"),
		strings.ReplaceAll(tile, "\r\n", "\n"), strings.Replace(tile, "Host: county\r\n", "", 1), strings.Replace(tile, "HTTP/1.1", "HTTP/1.0", 1),
		strings.Replace(tile, "GET ", "GET  ", 1), strings.Replace(tile, "/tiles", "http://county/tiles", 1),
		gis.asked(strings.Replace(path, "/14/", "/014/", 1)), gis.asked(path + "?v=1"), gis.asked(path + "x"), gis.asked(path, "X: "+strings.Repeat("x", 5000)), "\r\n",
	}
	rapid.Check(t, func(t *rapid.T) {
		all := strings.Join(rapid.SliceOfN(rapid.SampledFrom(requests), 1, 6).Draw(t, "requests"), "") + gis.asked("/healthz", "Connection: close")
		s.as("gis").get(path, "Accept-Encoding", "gzip, zstd") // so that it is at hand
		here, there := s.dial(server), s.dial(plain)
		there.say(all)
		for rest := all; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			if _, err := io.WriteString(here, rest[:n]); err != nil {
				break // it was refused, and ended
			}
			rest = rest[n:]
		}
		for {
			want, got := there.answer(), here.answer()
			if want == "end" && refused(got) || got == "end" && refused(want) || got == "end" && want == "end" {
				break // what was refused ended the connection, and the end may overtake the answer
			}
			if got != want {
				t.Fatalf("%q is answered %s, want %s", all, got, want)
			}
		}
		_, _ = here.Close(), there.Close()
	})
}

func refused(answer string) bool {
	return strings.HasPrefix(answer, "4") || strings.HasPrefix(answer, "5")
}

func TestGlance(t *testing.T) {
	const head, end = "GET /tiles/370883-census/14/1/2.mvt HTTP/1.1\r\nHost: h\r\n", "\r\n"
	for _, c := range []struct {
		name, read string
		whole      bool
	}{
		{"plain", head + "Cookie: a=b\r\nAccept: */*\r\nUser-Agent: x\r\n" + end, true},
		{"kept alive", head + "connection: keep-alive\r\n" + end, true},
		{"half", head, false},
		{"nothing", "", false},
		{"another path", "GET /api/session HTTP/1.1\r\nHost: h\r\n" + end, false},
		{"another method", "POST " + head[len("GET "):] + end, false},
		{"two cookies", head + "Cookie: a=b\r\nCookie: c=d\r\n" + end, false},
		{"signed", head + "Authorization: Canvass x\r\n" + end, false},
		{"a body", head + "content-length: 1\r\n" + end, false},
		{"in chunks", head + "Transfer-Encoding: chunked\r\n" + end, false},
		{"closing", head + "Connection: close\r\n" + end, false},
		{"upgrading", head + "Connection: Upgrade\r\nUpgrade: websocket\r\n" + end, false},
		{"two hosts", head + "Host: i\r\n" + end, false},
		{"folded", head + " more\r\n" + end, false},
		{"a blank before the colon", head + "Accept : x\r\n" + end, false},
		{"no colon", head + "Accept\r\n" + end, false},
		{"a lone line feed", head + "A: b\nContent-Length: 1\r\n" + end, false},
		{"a lone carriage return", head + "A: b\rContent-Length: 1\r\n" + end, false},
		{"a carriage return in a name", head + "A\rContent-Length: 1\r\n" + end, false},
		{"an older version", strings.Replace(head, "1.1", "1.0", 1) + end, false},
	} {
		_, n := glance([]byte(c.read + "GET /"))
		if want := len(c.read); c.whole && n != want || !c.whole && n != 0 {
			t.Errorf("%s: of %q %d bytes are taken", c.name, c.read, n)
		}
	}
}

// FuzzGlance: what is taken for a plain request is one for net/http, too, of the same length, and asks the same.
func FuzzGlance(f *testing.F) {
	f.Add([]byte("GET /tiles/370883-census/14/1/2.mvt HTTP/1.1\r\nHost: h\r\nCookie: a=b\r\nIf-None-Match: *\r\n\r\nGET"))
	f.Add([]byte("GET /tiles/370883-census/14/1/2.mvt HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\nAccept-Encoding:\tgzip \r\n\r\n"))
	f.Add([]byte("GET /tiles/000000 0000/0/0/0.mvt HTTP/1.1\r\nHost:\r\n\r\n"))
	f.Fuzz(func(t *testing.T, read []byte) {
		g, n := glance(read)
		if n == 0 {
			return
		}
		if _, _, ok := tilePath(g.path); !ok {
			return // which is left to net/http
		}
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(read[:n])))
		if err != nil {
			t.Fatalf("net/http takes %q for no request: %v", read[:n], err)
		}
		if r.Method != "GET" || r.URL.Path != g.path || r.ContentLength != 0 || r.TransferEncoding != nil || r.Close ||
			r.Header.Get("Cookie") != g.cookie || r.Header.Get("Accept-Encoding") != g.accept || r.Header.Get("If-None-Match") != g.known {
			t.Errorf("%q is %+v, for net/http %v", read[:n], g, r)
		}
	})
}

// Clients who ask and never read hold nothing up.
func TestConnectionOfWhoNeverReads(t *testing.T) {
	s := newService(t)
	server, _ := s.passed(true)
	path := tileAt(county+"-census", 14, middle)
	s.atHand("gis", path, "Accept-Encoding", "gzip, zstd")
	for range 20 {
		w := s.dial(server)
		s.ok(w.Conn.(*net.TCPConn).SetReadBuffer(1))
		w.say(strings.Repeat(s.as("gis").asked(path), 20))
	}
	w := s.dial(server)
	for range 20 {
		w.say(s.as("gis").asked(path))
		if a := w.answer(); !strings.HasPrefix(a, "200 ") {
			t.Fatalf("answers %.20s", a)
		}
	}
}
