package tiles

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"canvass/geo"
)

const imagerySource = "imagery"

// Imagery is pictures from above that lie under a county's map.
type Imagery struct {
	Attribution      string
	MinZoom, MaxZoom int
}

// source describes the imagery to a client, which asks this service for it and never learns where it is from.
func (i *Imagery) source(l Look) spec {
	return spec{"type": "raster", "tiles": []string{l.Origin + "/imagery/" + l.County + "/{z}/{x}/{y}"}, "tileSize": pictureSide,
		"minzoom": i.MinZoom, "maxzoom": i.MaxZoom, "attribution": i.Attribution}
}

// Picture is one tile of imagery.
type Picture struct {
	Bytes []byte
	Type  string // image/jpeg, image/png or image/webp
	ETag  string // of the content
}

// What cannot be shown.
var (
	ErrNoImagery     = errors.New("no imagery is configured for this county")
	ErrNoPicture     = errors.New("the imagery has nothing here")
	ErrImageryFailed = errors.New("the source of the imagery gave no picture")
	ErrImagerySlow   = errors.New("the source of the imagery did not answer in time")
)

// imagery fetches pictures from where they are configured to come from, and keeps them on disk.
type imagery struct {
	sources []ImagerySource
	kept    *pictures
	client  *http.Client
	log     *slog.Logger
	room    chan struct{} // for requests at once
	flight  singleflight.Group

	mu      sync.Mutex
	nothing map[string]time.Time // where the source had nothing, by key
	trouble map[string]trouble   // by source
}

// trouble is how often a source failed on end, and until when it is left alone.
type trouble struct {
	times int
	until time.Time
}

const (
	pictureSide      = 256
	requestsAtOnce   = 8
	pictureTimeout   = 15 * time.Second
	nothingFor       = time.Hour
	mostNothing      = 50_000
	troubleTolerated = 3
	troubleRest      = 10 * time.Second
	deepestPicture   = 22
)

func newImagery(c ImageryConfig, dir string, log *slog.Logger) *imagery {
	if len(c.Sources) == 0 {
		return nil
	}
	if c.CacheBytes == 0 {
		c.CacheBytes = defaultPictureBytes
	}
	return &imagery{sources: c.Sources, kept: &pictures{dir: dir, budget: c.CacheBytes}, client: pictureClient(), log: log,
		room: make(chan struct{}, requestsAtOnce), nothing: map[string]time.Time{}, trouble: map[string]trouble{}}
}

// pictureClient asks one host and goes nowhere else: a redirect to another is no answer.
func pictureClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxConnsPerHost = requestsAtOnce
	transport.ResponseHeaderTimeout = pictureTimeout
	return &http.Client{Transport: transport, Timeout: pictureTimeout, CheckRedirect: func(to *http.Request, via []*http.Request) error {
		if from := via[0].URL; to.URL.Host != from.Host || to.URL.Scheme != from.Scheme || len(via) > 3 {
			return errors.New("it redirects elsewhere, which is not followed")
		}
		return nil
	}}
}

// of is the source of a county's imagery: its own, else that of every county.
func (m *imagery) of(county string) *ImagerySource {
	if m == nil {
		return nil
	}
	for _, name := range []string{county, ""} {
		if i := slices.IndexFunc(m.sources, func(s ImagerySource) bool { return s.County == name }); i >= 0 {
			return &m.sources[i]
		}
	}
	return nil
}

// Imagery tells what a county's style says of its imagery; nil where none is configured.
func (t *Tiles) Imagery(county string) *Imagery {
	s := t.imagery.of(county)
	if s == nil {
		return nil
	}
	return &Imagery{Attribution: s.Attribution, MinZoom: s.MinZoom, MaxZoom: s.MaxZoom}
}

// Picture answers one tile of a county's imagery in WGS 84, from disk if it is there and not too old. Several who ask at once
// share one request to the source. A picture that is too old is better than none.
func (t *Tiles) Picture(ctx context.Context, county string, z, x, y int) (Picture, error) {
	s := t.imagery.of(county)
	if s == nil {
		return Picture{}, ErrNoImagery
	}
	if z < s.MinZoom || z > s.MaxZoom || x < 0 || y < 0 || x >= 1<<z || y >= 1<<z {
		return Picture{}, ErrNoPicture
	}
	raw, err := t.imagery.shifted(ctx, s, z, x, y)
	if err != nil {
		return Picture{}, err
	}
	sum := sha256.Sum256(raw)
	return Picture{Bytes: raw, Type: http.DetectContentType(raw), ETag: hex.EncodeToString(sum[:12])}, nil
}

// shifted gives a picture as it lies in WGS 84.
func (m *imagery) shifted(ctx context.Context, s *ImagerySource, z, x, y int) ([]byte, error) {
	if s.Datum == geo.GCJ02 {
		return m.unshift(ctx, s, z, x, y)
	}
	return m.raw(ctx, s, z, x, y)
}

// raw gives a picture as the source does.
func (m *imagery) raw(ctx context.Context, s *ImagerySource, z, x, y int) ([]byte, error) {
	key := fmt.Sprintf("%s/%d/%d/%d", s.key(), z, x, y)
	kept, at := m.kept.find(key)
	if kept != nil && time.Since(at) < s.keep() {
		return kept, nil
	}
	fetched := m.flight.DoChan(key, func() (any, error) {
		// It goes on though the one who asked is gone: others may wait for it, and the next will.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*pictureTimeout)
		defer cancel()
		return m.fetch(ctx, s, key, s.address(z, x, y))
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-fetched:
		if r.Err == nil {
			return r.Val.([]byte), nil
		}
		if kept != nil {
			return kept, nil
		}
		return nil, r.Err
	}
}

// fetch asks the source, unless it had nothing here a while ago or fails all the time, and keeps what it gives.
func (m *imagery) fetch(ctx context.Context, s *ImagerySource, key, address string) ([]byte, error) {
	if err := m.barred(s, key); err != nil {
		return nil, err
	}
	select {
	case m.room <- struct{}{}:
		defer func() { <-m.room }()
	case <-ctx.Done():
		return nil, ErrImagerySlow
	}
	picture, err := m.ask(ctx, s, address)
	m.learn(s, key, err)
	if err != nil {
		return nil, err
	}
	if err := m.kept.keep(key, picture); err != nil {
		m.log.WarnContext(ctx, "keep a picture of the imagery", "error", err)
	}
	return picture, nil
}

// barred tells why a source need not be asked.
func (m *imagery) barred(s *ImagerySource, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if until, ok := m.nothing[key]; ok && time.Now().Before(until) {
		return ErrNoPicture
	}
	if time.Now().Before(m.trouble[s.key()].until) {
		return fmt.Errorf("%w: it failed %d times on end and is left alone for a while", ErrImageryFailed, m.trouble[s.key()].times)
	}
	return nil
}

// learn remembers how a request went.
func (m *imagery) learn(s *ImagerySource, key string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case err == nil:
		delete(m.trouble, s.key())
	case errors.Is(err, ErrNoPicture):
		delete(m.trouble, s.key())
		if len(m.nothing) >= mostNothing {
			clear(m.nothing)
		}
		m.nothing[key] = time.Now().Add(nothingFor)
	default:
		at := m.trouble[s.key()]
		if at.times++; at.times >= troubleTolerated {
			at.until = time.Now().Add(troubleRest)
		}
		m.trouble[s.key()] = at
	}
}

// secretless takes what must not be told from a text.
func (s *ImagerySource) secretless(text string) string {
	if s.Token == "" {
		return text
	}
	return strings.ReplaceAll(text, s.Token, "…")
}
