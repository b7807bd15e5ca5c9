package web

import (
	"strings"
	"testing"
	"testing/fstest"
)

// withPages serves these files as the pages.
func (s *service) withPages(files map[string]string) {
	s.t.Helper()
	all := fstest.MapFS{}
	for name, text := range files {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	made, err := newPages(all)
	s.ok(err)
	*s.server.pages = *made
}

var somePages = map[string]string{
	consolePage: "<title>console</title>", fieldPage: "<title>field</title>", "console/assets/a-1f3.js": "let a", "field/sw.js": "let b",
	"field/app.webmanifest": "{}", ".gitkeep": "",
}

func TestPages(t *testing.T) {
	s := newService(t)
	s.withPages(somePages)
	const html, script, kept, asked = "text/html; charset=utf-8", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "no-cache"
	for _, c := range []struct{ path, body, form, cache string }{
		{"/", "console", html, asked}, {"/flags/370883/7", "console", html, asked}, {"/field/", "field", html, asked},
		{"/field/work", "field", html, asked}, {"/fieldwork", "console", html, asked},
		{"/assets/a-1f3.js", "let a", script, kept}, {"/field/sw.js", "let b", script, asked},
		{"/field/app.webmanifest", "{}", "application/manifest+json", asked}, {"/a/../field/sw.js", "let b", script, asked},
	} {
		a := s.as("nobody").get(c.path).want(200)
		if !strings.Contains(string(a.body), c.body) || a.Header.Get("Content-Type") != c.form || a.Header.Get("Cache-Control") != c.cache {
			t.Errorf("%s is %q as %s, kept %s", c.path, a.body, a.Header.Get("Content-Type"), a.Header.Get("Cache-Control"))
		}
		again := s.as("nobody").get(c.path, "If-None-Match", "W/"+a.Header.Get("ETag")).want(304)
		if a.Header.Get("ETag") == "" || len(again.body) > 0 || again.Header.Get("Cache-Control") != c.cache {
			t.Errorf("%s again: %q, headers %v", c.path, again.body, again.Header)
		}
	}
	if to := s.as("nobody").get("/field?x=1").want(301).Header.Get("Location"); !strings.HasPrefix(to, "/field/") {
		t.Errorf("/field leads to %s", to)
	}
	for _, path := range []string{"/.gitkeep", "/assets/b.js", "/../embed.go", "/%2e%2e/embed.go", "/console/.", "/field/assets/../../.gitkeep"} {
		if a := s.as("nobody").get(path); a.StatusCode == 200 && !strings.Contains(string(a.body), "<title>") {
			t.Errorf("%s answers %q", path, a.body)
		}
	}
	s.as("nobody").get("/.gitkeep").refused(404, "page_unknown")
	s.as("nobody").get("/assets/b.js").refused(404, "page_unknown")
}

// Without built pages the service says so, and how to build them.
func TestUnbuiltPages(t *testing.T) {
	s := newService(t)
	s.withPages(map[string]string{".gitkeep": ""})
	for _, path := range []string{"/", "/field/"} {
		if a := s.as("nobody").get(path).want(200); !strings.Contains(string(a.body), "make build") {
			t.Errorf("%s is %q", path, a.body)
		}
	}
}
