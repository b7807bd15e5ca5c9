package web

import (
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"canvass/areas"
	"canvass/tiles"
)

// Options of New.
type Options struct {
	Pool   *pgxpool.Pool
	Store  *areas.Store
	Tiles  *tiles.Tiles
	Data   string                      // directory of what is kept beside the database: uploads, archives
	Ready  func(context.Context) error // whether the database has the schema this program needs
	Logger *slog.Logger
	Key    ed25519.PrivateKey // of this server, by which tablets know it
}

// Server answers every request of the service. Run it beside, so that what changes reaches those who watch.
type Server struct {
	store    *areas.Store
	tiles    *tiles.Tiles
	key      ed25519.PrivateKey
	data     string
	archives *archives
	ready    func(context.Context) error
	logger   *slog.Logger
	sessions *sessions
	verified *verified
	throttle *throttle
	inFlight inFlight
	live     *live
	work     *work
	metrics  *metrics
	pages    *pages
	echo     *echo.Echo
	api      huma.API
}

// New makes the server.
func New(o Options) (*Server, error) {
	s := &Server{
		store: o.Store, tiles: o.Tiles, key: o.Key, data: filepath.Join(o.Data, "uploads"), archives: newArchives(filepath.Join(o.Data, "archives")),
		ready: o.Ready, logger: o.Logger,
		sessions: newSessions(o.Pool), verified: newVerified(), throttle: newThrottle(), live: newLive(), work: newWork(),
		metrics: newMetrics(o.Pool),
	}
	return s, s.assemble()
}

// Document writes the OpenAPI document of the service; it needs nothing else of it.
func Document() ([]byte, error) {
	s := &Server{live: newLive(), work: newWork(), logger: slog.Default(), metrics: newMetrics(nil)}
	if err := s.assemble(); err != nil {
		return nil, err
	}
	return json.MarshalIndent(s.api.OpenAPI(), "", "  ")
}

// ServeHTTP answers a request. A request from another site that would change something is refused before all else.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.keptTile(w, r) {
		s.echo.ServeHTTP(w, r)
	}
}

// Run tells everybody who watches what changes, until the context ends; then it lets them go and waits for import runs to
// end.
func (s *Server) Run(ctx context.Context) error {
	defer s.work.end()
	defer s.live.close()
	return s.store.Watch(ctx, s.live.tell)
}

// CloseStreams ends every open event stream; the HTTP server calls it when it shuts down.
func (s *Server) CloseStreams() { s.live.close() }

// assemble lays the route table and what every request passes through, the outermost first.
func (s *Server) assemble() (err error) {
	files, err := fs.Sub(built, "ui/dist")
	if err != nil {
		return err
	}
	if s.pages, err = newPages(files); err != nil {
		return err
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = answerError
	e.IPExtractor = echo.ExtractIPFromXFFHeader(echo.TrustLoopback(true), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false))
	e.Pre(bounded, middleware.RequestID(), begin)
	e.Use(
		s.observe,
		middleware.RecoverWithConfig(middleware.RecoverConfig{DisableStackAll: true, LogErrorFunc: s.logPanic}),
		secure,
		sameOrigin(),
		middleware.GzipWithConfig(middleware.GzipConfig{Level: gzip.BestSpeed, MinLength: 1024, Skipper: isCoded}),
		s.identify,
		unpack,
		s.once,
	)
	s.echo = e
	s.api = humaecho.New(e, apiConfig())
	s.routes()
	return nil
}

func apiConfig() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:   "canvass",
				Version: "1",
				Description: "Census mapping: regions, census areas and sub-areas, their buildings and dwellings, visits and coverage. " +
					"Sign in with POST /api/session; the session is a cookie. Tablets are enrolled and sign their requests. Refusals are RFC 9457 problems.",
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: cookieName},
					"token":   {Type: "http", Scheme: "bearer", Description: "of an answering system (canvass answering-system add)"},
					"device": {Type: "apiKey", In: "header", Name: "Authorization", Description: "a tablet's signature of the request: " +
						"Canvass device=COUNTY/ID, time=MS, nonce=TEXT, signature=BASE64URL; ECDSA P-256 SHA-256 (raw, 64 bytes) over the lines " +
						"canvass-1, method, path with query, time, nonce, and the SHA-256 of the body as sent in hexadecimal digits. " +
						"time is the server's in milliseconds, which every answer to a device tells in Canvass-Time; 401 clock_off asks to " +
						"sign again with it. 403 device_revoked: send what is unsent to /api/sync, then erase; 403 device_erase: erase at once."},
				},
			},
		},
		OpenAPIPath:   "/openapi",
		Formats:       map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat},
		DefaultFormat: "application/json",
	}
}

// isCoded tells what is compressed already, or must not wait to be.
func isCoded(c echo.Context) bool {
	path := c.Request().URL.Path
	return strings.HasSuffix(path, ".mvt") || strings.HasSuffix(path, ".pmtiles") || path == livePath || path == "/metrics" ||
		strings.HasPrefix(path, "/imagery/") || isPacked(path)
}

// secure sets the headers that keep a page to itself.
func secure(next echo.HandlerFunc) echo.HandlerFunc {
	const policy = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; " +
		"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()")
		if exchangeOf(c.Request().Context()).secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		switch {
		case isPersonal(c.Request()):
			h.Set("Cache-Control", "private, no-cache")
		case c.Request().URL.Path == sessionPath:
			h.Set("Cache-Control", "no-store")
		}
		return next(c)
	}
}

// sameOrigin refuses what another site makes a browser send.
func sameOrigin() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if protection.Check(c.Request()) != nil {
				return errCrossOrigin
			}
			return next(c)
		}
	}
}

func writeJSON(w http.ResponseWriter, status int, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.WriteHeader(status)
	_, err = w.Write(body)
	return err
}
