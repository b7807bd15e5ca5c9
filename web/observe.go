package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics counts requests by route, never by address, so that there are as many series as routes.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	tiles    map[int]tileCounts // by status, of those that were at hand
}

func newMetrics(pool *pgxpool.Pool) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "canvass_requests_total", Help: "Requests answered."}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "canvass_request_seconds", Help: "Time to answer a request; event streams are left out.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method", "route"}),
	}
	m.registry.MustRegister(m.requests, m.duration, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.tiles = m.ofTiles()
	if pool != nil {
		m.watchPool(pool)
	}
	return m
}

func (m *metrics) watchPool(pool *pgxpool.Pool) {
	gauges := []struct {
		name, help string
		value      func(*pgxpool.Stat) float64
	}{
		{"canvass_pool_connections", "Connections to the database.", func(s *pgxpool.Stat) float64 { return float64(s.TotalConns()) }},
		{"canvass_pool_connections_busy", "Connections that work.", func(s *pgxpool.Stat) float64 { return float64(s.AcquiredConns()) }},
		{"canvass_pool_connections_max", "Connections there may be.", func(s *pgxpool.Stat) float64 { return float64(s.MaxConns()) }},
		{"canvass_pool_wait_seconds", "Time spent waiting for a connection since the start.",
			func(s *pgxpool.Stat) float64 { return s.EmptyAcquireWaitTime().Seconds() }},
	}
	for _, g := range gauges {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: g.name, Help: g.help},
			func() float64 { return g.value(pool.Stat()) }))
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// observe counts each request and writes its one line into the log: never its body, its query or its headers.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		begun := time.Now()
		if err := next(c); err != nil {
			answerError(err, c)
		}
		took := time.Since(begun)
		route, status, method := c.Path(), c.Response().Status, c.Request().Method
		if route == "" {
			route, method = "none", "any"
		}
		s.metrics.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
		if route != livePath {
			s.metrics.duration.WithLabelValues(method, route).Observe(took.Seconds())
		}
		s.log(c, route, took)
		return nil
	}
}

func (s *Server) log(c echo.Context, route string, took time.Duration) {
	x := exchangeOf(c.Request().Context())
	status := c.Response().Status
	level := slog.LevelInfo
	line := []slog.Attr{
		slog.String("method", c.Request().Method),
		slog.String("route", route),
		slog.Int("status", status),
		slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.String("request", x.requestID),
	}
	if x.signedIn() {
		line = append(line, slog.String("user", x.user.ID.String()))
	}
	if broke(x.err, status) {
		level = slog.LevelError
		line = append(line, slog.Any("error", x.err))
	}
	s.logger.LogAttrs(c.Request().Context(), level, "request", line...)
}

// broke tells an error of ours from a refusal and from a client who went away; it may come after the answer went out well.
func broke(err error, status int) bool {
	refused := status >= http.StatusBadRequest && status < http.StatusInternalServerError
	return err != nil && !refused && !errors.Is(err, context.Canceled)
}

// logPanic keeps where a panic came from; the request's own line follows.
func (s *Server) logPanic(c echo.Context, err error, stack []byte) error {
	s.logger.ErrorContext(c.Request().Context(), "panic", "request", exchangeOf(c.Request().Context()).requestID,
		"error", err, "stack", string(stack))
	return err
}
