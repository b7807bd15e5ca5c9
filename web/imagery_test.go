package web

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"canvass/tiles"
)

// imagery gives the service a source of pictures, which answers as told.
func (s *service) imagery(answer http.HandlerFunc) {
	source := httptest.NewServer(answer)
	s.t.Cleanup(source.Close)
	c, err := tiles.ReadImagery(strings.NewReader(`{"sources": [{"county": "370883", "attribution": "© Bureau", "max_zoom": 17,
		"token": "top-secret", "url": "` + source.URL + `/{z}/{x}/{y}?tk={token}"}]}`))
	s.ok(err)
	s.server.tiles = tiles.New(s.pool, tiles.Options{Imagery: c, ImageryDir: s.t.TempDir()})
}

// Imagery comes through the service, to those who have something to do in the county; nobody learns where from.
func TestImagery(t *testing.T) {
	s := newService(t)
	var picture bytes.Buffer
	s.ok(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 256, 256))))
	s.imagery(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("tk") != "top-secret" || r.Header.Get("Cookie") != "" {
			t.Errorf("the source is asked %s, with cookie %q", r.URL, r.Header.Get("Cookie"))
		}
		_, _ = w.Write(picture.Bytes())
	})
	const path = "/imagery/370883/15/27034/12978"
	a := s.as("enumerator").get(path).want(200)
	if !bytes.Equal(a.body, picture.Bytes()) || a.Header.Get("Content-Type") != "image/png" || !strings.HasPrefix(a.Header.Get("Cache-Control"), "private, max-age=") {
		t.Errorf("%d bytes, %v", len(a.body), a.Header)
	}
	if known := s.as("enumerator").get(path, "If-None-Match", a.Header.Get("ETag")); known.StatusCode != 304 || len(known.body) != 0 {
		t.Errorf("a picture that is known answers %d", known.StatusCode)
	}
	s.as("outsider").get(path).refused(404, "outside_scope")
	(&client{service: s}).get(path).refused(401, "sign_in")
	s.as("country").get("/imagery/"+abroad+"/15/27034/12978").refused(404, "imagery_none")
	for _, bad := range []string{"18/27034/12978", "15/-1/0", "15/40000/0", "a/b/c", "15/1e3/0", "15/27034/99999999999999999999"} {
		s.as("gis").get("/imagery/370883/"+bad).refused(404, "picture_none")
	}
	s.as("gis").get("/imagery/x/1/1/1").want(404)
	style := string(s.as("gis").get("/styles/day.json?county=370883").want(200).body)
	if !strings.Contains(style, "/imagery/370883/{z}/{x}/{y}") || !strings.Contains(style, "© Bureau") || strings.Contains(style, "secret") {
		t.Errorf("the style says of imagery: %s", style)
	}
	if other := string(s.as("country").get("/styles/day.json?county=" + abroad).want(200).body); strings.Contains(other, "imagery") {
		t.Error("the style of a county without imagery has some")
	}
}

// What goes wrong at the source is a problem in the reader's language; the log knows more, but not the token.
func TestImageryFails(t *testing.T) {
	s := newService(t)
	s.imagery(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "quota", http.StatusForbidden) })
	p := s.as("enumerator").get("/imagery/370883/15/27034/12978").refused(502, "imagery_failed")
	if !strings.Contains(p.Detail, "影像") {
		t.Errorf("detail %q", p.Detail)
	}
	s.logs("refuses the token", "/imagery/:county/:z/:x/:y")
	if strings.Contains(s.log.String(), "top-secret") {
		t.Error("the token is in the log")
	}
}

func TestStyleRefusals(t *testing.T) {
	s := newService(t)
	s.as("gis").get("/styles/night.json?county=370883").refused(404, "theme_unknown")
	s.as("gis").get("/styles/day.json?county=370883&lang=fr").refused(422, "language_unknown")
}
