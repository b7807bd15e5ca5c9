package web

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// Those who watch over the service need no session, and learn nothing of the census.
func TestHealth(t *testing.T) {
	s := newService(t)
	nobody := s.as("nobody")
	if up := read[map[string]string](nobody.get("/healthz")); up["status"] != "up" {
		t.Errorf("healthz says %v", up)
	}
	if ready := read[map[string]string](nobody.get("/readyz")); ready["status"] != "ready" {
		t.Errorf("readyz says %v", ready)
	}
	s.server.ready = func(context.Context) error { return errors.New("schema 3, want 9") }
	p := nobody.get("/readyz", "Accept-Language", "en").refused(503, "not_ready")
	if strings.Contains(p.Detail, "schema 3") || !strings.Contains(s.log.String(), "schema 3, want 9") {
		t.Errorf("the cause belongs into the log alone; the answer is %q", p.Detail)
	}
	if up := read[map[string]string](nobody.get("/healthz")); up["status"] != "up" {
		t.Errorf("without its database it is still up, yet healthz says %v", up)
	}
}

// Requests are counted by route: neither an address nor who asks makes a series of its own.
func TestMetrics(t *testing.T) {
	s := newService(t)
	s.as("gis").get("/api/sub-areas/" + west).want(200)
	s.as("gis").get("/api/sub-areas/" + east).want(200)
	s.as("nobody").get("/api/sub-areas/" + east).want(401)
	s.as("nobody").send("POST", "/nowhere/at/all", nil).want(405)
	text := string(s.as("nobody").get("/metrics").want(200).body)
	for _, want := range []string{
		`canvass_requests_total{method="GET",route="/api/sub-areas/:code",status="200"} 2`,
		`canvass_requests_total{method="GET",route="/api/sub-areas/:code",status="401"} 1`,
		`canvass_request_seconds_count{method="GET",route="/api/sub-areas/:code"} 3`,
		"canvass_pool_connections ", "canvass_pool_connections_max 8", "go_goroutines ", "process_cpu_seconds_total ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	for _, never := range []string{west, "nowhere", s.as("gis").id.String()} {
		if strings.Contains(text, never) {
			t.Errorf("%s stands in the metrics", never)
		}
	}
}
