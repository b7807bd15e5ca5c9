package web

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"canvass/areas"
	"canvass/tiles"
)

// verified remembers for a moment who a session's token belongs to, so that somebody who pans a map is not looked up for each
// tile. What is revoked here or is told of counts at once; what is not told of, such as the end of a session at another
// instance, after verifiedFor.
type verified struct {
	mu      sync.RWMutex
	holders map[string]holder
}

// holder is who a token belongs to, and the state of access in which that was found out.
type holder struct {
	actor  areas.Actor
	access int64
	until  time.Time
}

const (
	verifiedFor  = 2 * time.Second
	mostVerified = 10_000
)

func newVerified() *verified { return &verified{holders: map[string]holder{}} }

func (v *verified) find(token string, access int64, now time.Time) (areas.Actor, bool) {
	v.mu.RLock()
	h, ok := v.holders[token]
	v.mu.RUnlock()
	return h.actor, ok && h.access == access && now.Before(h.until)
}

func (v *verified) keep(token string, h holder) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.holders) >= mostVerified {
		clear(v.holders)
	}
	v.holders[token] = h
}

// access is the state of who may do what: what changed accounts, assignments or sessions.
func (s *Server) access() int64 { return s.store.Access() + s.sessions.ended.Load() }

// tilePatience is how long a client may take to receive a tile.
const tilePatience = 30 * time.Second

// What every tile's headers say, and those of each coding. They are shared and must not be changed.
var (
	tileType  = []string{"application/vnd.mapbox-vector-tile"}
	tileVary  = []string{"Accept-Encoding, Cookie"}
	sniffing  = []string{"nosniff"}
	ownOrigin = []string{"same-origin"}
	revalid   = []string{"private, no-cache"}
	codingOf  = map[tiles.Coding][]string{tiles.Gzip: {"gzip"}, tiles.Zstd: {"zstd"}}
)

// keptTile answers a request for a tile that is at hand, of somebody who was verified a moment ago, and tells whether it did.
// All others go the long way, which refuses, finds out, builds and logs; these are only counted.
func (s *Server) keptTile(w http.ResponseWriter, r *http.Request) bool {
	begun := time.Now()
	if r.Method != http.MethodGet || r.Header["Authorization"] != nil {
		return false
	}
	tile, ok := s.atHand(r.URL.Path, strings.Join(r.Header["Cookie"], "; "), r.Header.Get("Accept-Encoding"), begun)
	if ok {
		s.count(sendTile(w, r, tile), begun)
	}
	return ok
}

// atHand finds a tile that is at hand, for somebody who was verified a moment ago and may see it.
func (s *Server) atHand(path, cookies, accept string, now time.Time) (none tiles.Tile, ok bool) {
	set, at, ok := tilePath(path)
	if !ok {
		return none, false
	}
	actor, ok := s.verified.find(tokenOf(cookies), s.access(), now)
	if !ok || !actor.Reaches(areas.Code(set[:len("370883")])) {
		return none, false
	}
	coding, ok := codingFor(accept)
	if !ok {
		return none, false
	}
	return s.tiles.Kept(coding, set, at)
}

// count counts a tile that was sent, and how long that took.
func (s *Server) count(status int, begun time.Time) {
	counted := s.metrics.tiles[status]
	counted.requests.Inc()
	counted.duration.Observe(time.Since(begun).Seconds())
}

// tagOf is the tag of a tile in its coding.
func tagOf(tile tiles.Tile) string { return `"` + tile.ETag + "-" + codingOf[tile.Coding][0] + `"` }

// sendTile sends a tile as it is kept, and tells with which status.
func sendTile(w http.ResponseWriter, r *http.Request, tile tiles.Tile) int {
	h := w.Header()
	coding := codingOf[tile.Coding]
	tag := tagOf(tile)
	h["Vary"], h["Cache-Control"] = tileVary, revalid
	h["X-Content-Type-Options"], h["Cross-Origin-Resource-Policy"] = sniffing, ownOrigin
	known, ok := knownTile(r.Header["If-None-Match"], tag, tile.ETag)
	h["Etag"] = []string{known}
	switch {
	case ok:
		w.WriteHeader(statusNotModified)
		return statusNotModified
	case len(tile.Bytes) == 0:
		w.WriteHeader(statusNoContent)
		return statusNoContent
	}
	h["Content-Type"], h["Content-Encoding"] = tileType, coding
	h["Content-Length"] = []string{strconv.Itoa(len(tile.Bytes))}
	patiently(w, func() { _, _ = w.Write(tile.Bytes) }) // whoever has gone away needs no answer
	return http.StatusOK
}

// patiently writes to a client who may be slow, but not endlessly.
func patiently(w http.ResponseWriter, write func()) {
	control := http.NewResponseController(w)
	if control.SetWriteDeadline(time.Now().Add(tilePatience)) != nil {
		write() // it cannot be bounded, as in a test without a connection
		return
	}
	write()
	if control.Flush() == nil {
		_ = control.SetWriteDeadline(time.Time{}) // what follows on the connection may take its own time
	}
}

// knownTile answers the tag to send with a tile, and whether the client has its content: in whatever coding he got it, it is
// still good.
func knownTile(headers []string, tag, content string) (string, bool) {
	if len(headers) == 0 {
		return tag, false
	}
	header := headers[0]
	if len(headers) > 1 {
		header = strings.Join(headers, ",")
	}
	for known := range strings.SplitSeq(header, ",") {
		known = strings.TrimPrefix(strings.TrimSpace(known), "W/")
		if known == tag || known == "*" {
			return tag, true
		}
		if inside, ok := strings.CutPrefix(known, `"`+content); ok && (inside == `"` || inside == `-gzip"` || inside == `-zstd"`) {
			return known, true
		}
	}
	return tag, false
}

// codingFor is the coding in which a client is sent tiles: the one he likes better, zstd where he likes both; none if he takes
// neither.
func codingFor(accept string) (coding tiles.Coding, ok bool) {
	best := 0.0
	other, namesGzip := 0.0, false
	for part := range strings.SplitSeq(accept, ",") {
		name, parameter, weighed := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		q := 1.0
		if weighed {
			text, isQ := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(parameter), " ", ""), "q=")
			v, err := strconv.ParseFloat(text, 64)
			if !isQ || err != nil || !(v >= 0 && v <= 1) {
				continue // not understood, and so not accepted
			}
			q = v
		}
		namesGzip = namesGzip || name == "gzip"
		switch {
		case name == "*":
			other = q
		case name == "zstd" && q > 0 && q >= best:
			coding, best = tiles.Zstd, q
		case (name == "gzip" || name == "x-gzip") && q > best:
			coding, best = tiles.Gzip, q
		}
	}
	if best == 0 && other > 0 && !namesGzip {
		return tiles.Gzip, true
	}
	return coding, best > 0
}

// tilePath takes the address of a tile apart, if it is written as we write them.
func tilePath(path string) (set string, at [3]int, ok bool) {
	path, ok = strings.CutPrefix(path, "/tiles/")
	if !ok {
		return "", at, false
	}
	path, ok = strings.CutSuffix(path, ".mvt")
	set, path, found := strings.Cut(path, "/")
	if !ok || !found || len(set) < len("370883-base") {
		return "", at, false
	}
	for i := range at {
		part, rest, more := strings.Cut(path, "/")
		n, err := strconv.ParseUint(part, 10, 17)
		if err != nil || len(part) > 1 && part[0] == '0' || more == (i == len(at)-1) {
			return "", at, false
		}
		at[i], path = int(n), rest
	}
	return set, at, true
}

// tokenOf finds the session's token among a request's cookies.
func tokenOf(cookies string) string {
	for c := range strings.SplitSeq(cookies, ";") {
		if token, ok := strings.CutPrefix(strings.TrimSpace(c), cookieName+"="); ok {
			return token
		}
	}
	return ""
}

// tileCounts are the metrics of tiles that were at hand, found once.
type tileCounts struct {
	requests prometheus.Counter
	duration prometheus.Observer
}

func (m *metrics) ofTiles() map[int]tileCounts {
	out := map[int]tileCounts{}
	for _, status := range []int{http.StatusOK, statusNoContent, statusNotModified} {
		out[status] = tileCounts{
			m.requests.WithLabelValues(http.MethodGet, tileRoute, strconv.Itoa(status)),
			m.duration.WithLabelValues(http.MethodGet, tileRoute)}
	}
	return out
}
