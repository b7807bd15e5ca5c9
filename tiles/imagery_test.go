package tiles

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"canvass/geo"
)

// pictureOf is a picture of one colour.
func pictureOf(c color.Color) []byte {
	m := image.NewRGBA(image.Rect(0, 0, pictureSide, pictureSide))
	for i := range pictureSide * pictureSide {
		m.Set(i%pictureSide, i/pictureSide, c)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

var green = pictureOf(color.RGBA{0, 128, 0, 255})

// upstream is a source of imagery and what it was asked.
type upstream struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func newUpstream(t *testing.T, answer http.HandlerFunc) *upstream {
	u := &upstream{}
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u.mu.Lock()
		u.asked = append(u.asked, r.URL.RequestURI())
		u.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(u.Close)
	return u
}

func (u *upstream) requests() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.asked)
}

// showing serves imagery of a source as it is configured.
func showing(t *testing.T, dir string, c ImageryConfig) *Tiles {
	t.Helper()
	for i := range c.Sources {
		if err := c.Sources[i].check(); err != nil {
			t.Fatal(err)
		}
	}
	return &Tiles{imagery: newImagery(c, dir, slog.New(slog.NewTextHandler(io.Discard, nil)))}
}

func one(url string) ImageryConfig { return ImageryConfig{Sources: []ImagerySource{{URL: url}}} }

func send(w http.ResponseWriter, b []byte) { _, _ = w.Write(b) }

// A picture is fetched once, whoever asks, and is there after the process is gone.
func TestPictureIsFetchedOnce(t *testing.T) {
	u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) { send(w, green) })
	dir := t.TempDir()
	c := ImageryConfig{Sources: []ImagerySource{{URL: u.URL + "/{z}/{x}/{y}.png?key={token}", Token: "se cret&", Attribution: "© Bureau"}}}
	tiles := showing(t, dir, c)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			p, err := tiles.Picture(t.Context(), "370883", 15, 27000, 12000)
			if err != nil || !bytes.Equal(p.Bytes, green) || p.Type != "image/png" || p.ETag == "" {
				t.Errorf("%s, %d bytes: %v", p.Type, len(p.Bytes), err)
			}
		})
	}
	group.Wait()
	again := showing(t, dir, c)
	if _, err := again.Picture(t.Context(), "370883", 15, 27000, 12000); err != nil {
		t.Error(err)
	}
	if got := u.requests(); len(got) != 1 || got[0] != "/15/27000/12000.png?key=se+cret%26" {
		t.Errorf("the source was asked %q", got)
	}
	if i := again.Imagery("370883"); i == nil || *i != (Imagery{"© Bureau", 0, 18}) {
		t.Errorf("imagery %+v", i)
	}
}

// Whatever a source does wrong has an error of its own, which tells neither its address nor its token.
func TestPictureFails(t *testing.T) {
	elsewhere := newUpstream(t, func(w http.ResponseWriter, r *http.Request) { send(w, green) })
	for _, c := range []struct {
		rule   string
		answer http.HandlerFunc
		want   error
		tells  string
	}{
		{"nothing there", func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }, ErrNoPicture, ""},
		{"no content", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) }, ErrNoPicture, ""},
		{"an empty answer", func(w http.ResponseWriter, r *http.Request) {}, ErrNoPicture, ""},
		{"a refused token", func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusForbidden) }, ErrImageryFailed, "refuses the token"},
		{"an error", func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusInternalServerError) }, ErrImageryFailed, "500"},
		{"a page", func(w http.ResponseWriter, r *http.Request) { send(w, []byte("<html>quota exceeded")) }, ErrImageryFailed, "text/html"},
		{"a page called a picture", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			send(w, []byte("<script>alert(1)</script>"))
		}, ErrImageryFailed, "no JPEG"},
		{"an SVG", func(w http.ResponseWriter, r *http.Request) {
			send(w, []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`))
		}, ErrImageryFailed, "no JPEG"},
		{"too much", func(w http.ResponseWriter, r *http.Request) {
			send(w, append(slices.Clone(green), make([]byte, mostPicture)...))
		}, ErrImageryFailed, "larger than"},
		{"a redirect to another host", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/1.png", http.StatusFound)
		}, ErrImageryFailed, "redirects elsewhere"},
		{"an answer that breaks off", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100000")
			send(w, green[:20])
		}, ErrImageryFailed, "unexpected EOF"},
	} {
		u := newUpstream(t, c.answer)
		tiles := showing(t, t.TempDir(), ImageryConfig{Sources: []ImagerySource{{URL: u.URL + "/{z}/{x}/{y}?key={token}", Token: "secret"}}})
		_, err := tiles.Picture(t.Context(), "370883", 15, 1, 1)
		if !errors.Is(err, c.want) || !strings.Contains(fmt.Sprint(err), c.tells) || strings.Contains(fmt.Sprint(err), "secret") {
			t.Errorf("%s: %v", c.rule, err)
		}
	}
	if got := elsewhere.requests(); len(got) != 0 {
		t.Errorf("a redirect was followed: %q", got)
	}
	gone := newUpstream(t, nil)
	gone.Close()
	tiles := showing(t, t.TempDir(), ImageryConfig{Sources: []ImagerySource{{URL: gone.URL + "/{z}/{x}/{y}?key={token}", Token: "secret"}}})
	if _, err := tiles.Picture(t.Context(), "370883", 15, 1, 1); !errors.Is(err, ErrImageryFailed) || strings.Contains(err.Error(), "secret") {
		t.Errorf("a source that is gone: %v", err)
	}
}

// A source that does not answer is given up, and one that goes on failing is left alone for a while.
func TestPictureOfSlowSource(t *testing.T) {
	end := make(chan struct{})
	u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) { <-end })
	defer close(end)
	tiles := showing(t, t.TempDir(), one(u.URL+"/{z}/{x}/{y}"))
	tiles.imagery.client.Timeout = 20 * time.Millisecond
	for i := range troubleTolerated {
		if _, err := tiles.Picture(t.Context(), "370883", 15, i, 1); !errors.Is(err, ErrImagerySlow) {
			t.Errorf("request %d: %v", i, err)
		}
	}
	asked := len(u.requests())
	if _, err := tiles.Picture(t.Context(), "370883", 15, 9, 1); !errors.Is(err, ErrImageryFailed) || len(u.requests()) != asked {
		t.Errorf("after %d failures: %v, asked %d times", troubleTolerated, err, len(u.requests()))
	}
}

// Where a source has nothing it is not asked again; outside its zooms and the world never.
func TestPictureOfNothing(t *testing.T) {
	u := newUpstream(t, http.NotFound)
	tiles := showing(t, t.TempDir(), ImageryConfig{Sources: []ImagerySource{{County: "370883", URL: u.URL + "/{z}/{x}/{y}", MinZoom: 3, MaxZoom: 17}}})
	for _, at := range [][3]int{{5, 1, 1}, {5, 1, 1}, {2, 1, 1}, {18, 1, 1}, {5, -1, 1}, {5, 1, 32}, {-1, 0, 0}, {70, 1, 1}} {
		if _, err := tiles.Picture(t.Context(), "370883", at[0], at[1], at[2]); !errors.Is(err, ErrNoPicture) {
			t.Errorf("%v: %v", at, err)
		}
	}
	if got := u.requests(); len(got) != 1 {
		t.Errorf("the source was asked %q", got)
	}
	if _, err := tiles.Picture(t.Context(), "370884", 5, 1, 1); !errors.Is(err, ErrNoImagery) || tiles.Imagery("370884") != nil {
		t.Errorf("a county without imagery: %v", err)
	}
}

// What is too old is asked for anew, and shown all the same if the source fails.
func TestPictureGrowsOld(t *testing.T) {
	var broken atomic.Bool
	u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() {
			http.Error(w, "no", http.StatusBadGateway)
			return
		}
		send(w, green)
	})
	dir, c := t.TempDir(), one(u.URL+"/{z}/{x}/{y}")
	first := showing(t, dir, c)
	if _, err := first.Picture(t.Context(), "370883", 5, 1, 1); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-31 * 24 * time.Hour)
	if err := os.Chtimes(filepath.Join(dir, first.imagery.sources[0].key(), "5", "1", "1"), old, old); err != nil {
		t.Fatal(err)
	}
	broken.Store(true)
	if p, err := showing(t, dir, c).Picture(t.Context(), "370883", 5, 1, 1); err != nil || !bytes.Equal(p.Bytes, green) {
		t.Errorf("an old picture of a source that fails: %v", err)
	}
	if got := u.requests(); len(got) != 2 {
		t.Errorf("the source was asked %d times", len(got))
	}
}

// The cache stays within its budget: what was used the longest ago goes.
func TestPicturesWithinBudget(t *testing.T) {
	dir := t.TempDir()
	p := &pictures{dir: dir, budget: 250}
	for _, key := range []string{"s/1/1/1", "s/1/1/2", "s/1/1/1", "s/1/1/3"} {
		if err := p.keep(key, make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.keep("s/1/1/4", make([]byte, 251)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "s", "1", "1", ".part-1"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*pictures{p, {dir: dir, budget: 250}} {
		var kept []string
		for _, key := range []string{"s/1/1/1", "s/1/1/2", "s/1/1/3", "s/1/1/4"} {
			if b, _ := p.find(key); b != nil {
				kept = append(kept, key)
			}
		}
		if got := strings.Join(kept, " "); got != "s/1/1/1 s/1/1/3" || p.bytes != 200 {
			t.Errorf("kept %s, %d bytes", got, p.bytes)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "s", "1", "1", ".part-1")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a file is left: %v", err)
	}
}

// A source in GCJ-02 is shifted back: the pixel of a place is that of the place.
func TestPictureIsShiftedBack(t *testing.T) {
	const z = 16
	place := orb.Point{116.967, 35.405}
	there := pixelOf(geo.GCJ02.FromWGS84(place), z) // where the source has it
	u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) {
		var tz, x, y int
		if _, err := fmt.Sscanf(r.URL.Path, "/%d/%d/%d", &tz, &x, &y); err != nil {
			t.Error(err)
		}
		m := image.NewRGBA(image.Rect(0, 0, pictureSide, pictureSide))
		for i := range pictureSide * pictureSide {
			at := [2]float64{float64(x*pictureSide + i%pictureSide), float64(y*pictureSide + i/pictureSide)}
			c := color.RGBA{20, 20, 20, 255}
			if dx, dy := at[0]-there[0], at[1]-there[1]; dx*dx+dy*dy < 100 {
				c = color.RGBA{255, 255, 255, 255}
			}
			m.Set(i%pictureSide, i/pictureSide, c)
		}
		if err := png.Encode(w, m); err != nil {
			t.Error(err)
		}
	})
	tiles := showing(t, t.TempDir(), ImageryConfig{Sources: []ImagerySource{{URL: u.URL + "/{z}/{x}/{y}", Datum: "GCJ-02"}}})
	at := maptile.At(place, z)
	p, err := tiles.Picture(t.Context(), "370883", z, int(at.X), int(at.Y))
	if err != nil || p.Type != "image/jpeg" {
		t.Fatal(p.Type, err)
	}
	m, err := jpeg.Decode(bytes.NewReader(p.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	here := pixelOf(place, z)
	x, y := int(here[0])-int(at.X)*pictureSide, int(here[1])-int(at.Y)*pictureSide
	if light, _, _, _ := m.At(x, y).RGBA(); light < 60000 {
		t.Errorf("at the place itself it is dark: %d", light)
	}
	if light, _, _, _ := m.At((x+128)%256, (y+128)%256).RGBA(); light > 20000 {
		t.Errorf("away from it it is light: %d", light)
	}
}

// The imagery of a ground comes in order, within a number, and without what is not there.
func TestPicturesOfAGround(t *testing.T) {
	u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/13/") {
			http.NotFound(w, r)
			return
		}
		send(w, green)
	})
	tiles := showing(t, t.TempDir(), one(u.URL+"/{z}/{x}/{y}"))
	ground := orb.Bound{Min: orb.Point{116.96, 35.40}, Max: orb.Point{116.98, 35.41}}
	var got []string
	take := func(at maptile.Tile, p Picture) error {
		got = append(got, fmt.Sprintf("%d/%d/%d", at.Z, at.X, at.Y))
		return nil
	}
	if err := tiles.Pictures(t.Context(), PicturesOf{"370883", ground, 12, 19, 20}, take); err != nil {
		t.Fatal(err)
	}
	want := "12/3378/1616 14/13514/6466 14/13515/6466 14/13514/6467 14/13515/6467 " +
		"15/27029/12933 15/27030/12933 15/27031/12933 15/27029/12934 15/27030/12934 15/27031/12934"
	if text := strings.Join(got, " "); text != want {
		t.Errorf("got %s, want %s", text, want)
	}
	full := errors.New("full")
	if err := tiles.Pictures(t.Context(), PicturesOf{"370883", orb.Bound{Min: ground.Min, Max: ground.Min}, 14, 14, 0}, func(maptile.Tile, Picture) error { return full }); !errors.Is(err, full) {
		t.Errorf("one who takes no more: %v", err)
	}
}

// A configuration that could not work is refused, with how to mend it.
func TestReadImagery(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{`"url": "https://a.example/{z}/{x}/{y}.jpg"`, ""},
		{`"url": "https://t{s}.a.example/wmts?tilematrix={TileMatrix}&tilerow={TileRow}&tilecol={TileCol}&tk={token}", "subdomains": ["0"], "token": "x"`, ""},
		{`"url": "https://a.example/{z}/{x}/{-y}.jpg", "county": "370883", "datum": "cgcs2000"`, ""},
		{`"url": "https://a.example/{z}/{x}.jpg"`, "must have {z}, {x} and {y}"},
		{`"url": "https://a.example/{z}/{x}/{y}/{q}.jpg"`, "{q}, which is not known"},
		{`"url": "file:///{z}/{x}/{y}"`, "url is an address such as"},
		{`"url": "/{z}/{x}/{y}"`, "url is an address such as"},
		{`"url": "https://user:pass@a.example/{z}/{x}/{y}"`, "url is an address such as"},
		{`"url": "https://{token}.example/{z}/{x}/{y}", "token": "x"`, "may have {s} and nothing else"},
		{`"url": "https://{z}.example/{x}/{y}"`, "may have {s} and nothing else"},
		{`"url": "https://{s}.example/{z}/{x}/{y}"`, "go together"},
		{`"url": "https://{s}.example/{z}/{x}/{y}", "subdomains": ["evil.example/"]`, "letters and digits"},
		{`"url": "https://a.example/{z}/{x}/{y}?k={token}"`, "{token} in url and token go together"},
		{`"url": "https://a.example/{z}/{x}/{y}", "token": "x"`, "{token} in url and token go together"},
		{`"url": "https://a.example/{z}/{x}/{y}", "datum": "bd09"`, "cannot be shown"},
		{`"url": "https://a.example/{z}/{x}/{y}", "datum": "tokyo"`, "is not known"},
		{`"url": "https://a.example/{z}/{x}/{y}", "county": "37"`, "six digits"},
		{`"url": "https://a.example/{z}/{x}/{y}", "min_zoom": 9, "max_zoom": 8`, "0 to 22"},
		{`"url": "https://a.example/{z}/{x}/{y}", "zoom": 9`, "unknown field"},
		{`"url": "https://a.example/{z}/{x}/{y}"}, {"url": "https://b.example/{z}/{x}/{y}"`, "has one already"},
	} {
		_, err := ReadImagery(strings.NewReader(`{"sources": [{` + c.source + `}]}`))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.source, err, c.want)
		}
	}
	for _, text := range []string{`{}`, `[]`, ``, `{"sources": []}`, `{"cache_bytes": -1, "sources": [{"url": "https://a.example/{z}/{x}/{y}"}]}`} {
		if _, err := ReadImagery(strings.NewReader(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
