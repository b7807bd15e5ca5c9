package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"canvass/areas"
)

// withPassword makes an account that can sign in.
func (s *service) withPassword(name string) *client {
	s.t.Helper()
	u, err := s.store.CreateUser(s.t.Context(), areas.System(), areas.NewUser{
		Name: name, DisplayName: name, Role: areas.RoleGIS, Scope: county, Password: password})
	s.ok(err)
	return &client{service: s, name: name, id: u.ID}
}

func (c *client) signIn(password string, headers ...string) *sent {
	c.t.Helper()
	return c.send("POST", "/api/session", map[string]string{"name": c.name, "password": password}, headers...)
}

// cookieOf is the one cookie that an answer sets.
func cookieOf(a *sent) *http.Cookie {
	a.t.Helper()
	cookies := a.Cookies()
	if len(cookies) != 1 || cookies[0].Name != cookieName {
		a.t.Fatalf("the answer sets cookies %v", cookies)
	}
	return cookies[0]
}

func TestSessionBeginsAndEnds(t *testing.T) {
	s := newService(t)
	wang := s.withPassword("wang")
	answer := wang.signIn(password)
	in := read[Session](answer)
	if in.User.Name != "wang" || in.User.Role != areas.RoleGIS || in.User.Scope != county || in.User.Language != "zh" {
		t.Errorf("signed in as %+v", in.User)
	}
	if len(in.Counties) != 1 || in.Counties[0].Code != county || in.Counties[0].Bounds == nil || in.Round == nil || in.Round.Name != "enumeration" {
		t.Errorf("works in %+v during %+v", in.Counties, in.Round)
	}
	if answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("an answer with a session's token may be kept: %q", answer.Header.Get("Cache-Control"))
	}
	wang.cookie = cookieOf(answer).Value
	if again := read[Session](wang.get("/api/session")); again.User != in.User {
		t.Errorf("the session is %+v, it began as %+v", again.User, in.User)
	}
	out := wang.send("DELETE", "/api/session", nil).want(204)
	if gone := cookieOf(out); gone.MaxAge >= 0 || gone.Value != "" {
		t.Errorf("signing out leaves the cookie %v", gone)
	}
	wang.get("/api/session").refused(401, "sign_in")
}

func TestSessionCookie(t *testing.T) {
	s := newService(t)
	wang := s.withPassword("wang")
	plain := cookieOf(wang.signIn(password).want(200))
	if !plain.HttpOnly || plain.Secure || plain.SameSite != http.SameSiteLaxMode || plain.Path != "/" || plain.Domain != "" {
		t.Errorf("the cookie is %s", plain)
	}
	if len(plain.Value) < 43 || plain.Expires.IsZero() {
		t.Errorf("the cookie is guessable or never ends: %s", plain)
	}
	if behindTLS := cookieOf(wang.signIn(password, "X-Forwarded-Proto", "https").want(200)); !behindTLS.Secure {
		t.Errorf("behind TLS the cookie is %s", behindTLS)
	}
	// A token that was planted before is not the one that is used after, and is worth nothing.
	wang.cookie = plain.Value
	next := cookieOf(wang.signIn(password).want(200))
	if next.Value == plain.Value {
		t.Error("signing in keeps the token that was there before")
	}
	wang.get("/api/session").refused(401, "sign_in")
	wang.cookie = "planted"
	if kept := cookieOf(wang.signIn(password).want(200)); kept.Value == "planted" {
		t.Error("a token that somebody made up became a session's")
	}
	var stored int
	s.ok(s.pool.QueryRow(t.Context(), `SELECT count(*) FROM sessions WHERE token = $1`, next.Value).Scan(&stored))
	if stored != 0 {
		t.Error("the database holds a token that can be used")
	}
}

func TestSessionRefuses(t *testing.T) {
	s := newService(t)
	wang := s.withPassword("wang")
	wrong := wang.signIn("not it at all", "Accept-Language", "en").refused(401, "wrong_password")
	nobody := (&client{service: s, name: "nobody at all"}).signIn(password, "Accept-Language", "en")
	if p := nobody.refused(401, "wrong_password"); p.Detail != wrong.Detail {
		t.Errorf("who has an account can be told: %q and %q", p.Detail, wrong.Detail)
	}
	if len(nobody.Cookies()) != 0 {
		t.Errorf("a refused sign-in sets %v", nobody.Cookies())
	}
	// An account without a password lets nobody in.
	(&client{service: s, name: "gis"}).signIn("").refused(401, "wrong_password")
}

func TestSessionThrottles(t *testing.T) {
	s := newService(t)
	wang, li := s.withPassword("wang"), s.withPassword("li")
	for range nameRate.burst {
		wang.signIn("not it at all").want(401)
	}
	late := wang.signIn(password, "Accept-Language", "en")
	late.refused(429, "too_many_attempts")
	if wait, err := strconv.Atoi(late.Header.Get("Retry-After")); err != nil || wait < 1 || wait > 10 {
		t.Errorf("Retry-After is %q", late.Header.Get("Retry-After"))
	}
	wang.name = "WANG"
	wang.signIn(password).refused(429, "too_many_attempts")
	li.signIn(password).want(200)
}

// Whoever is throttled by name is the same by address: a name for each guess does not help.
func TestThrottleByAddress(t *testing.T) {
	throttle := newThrottle()
	for i := range addressRate.burst {
		if err := throttle.allow(strconv.Itoa(i), "192.0.2.1"); err != nil {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	if throttle.allow("another", "192.0.2.1") == nil {
		t.Error("an address may guess as often as it likes")
	}
	if err := throttle.allow("another", "192.0.2.2"); err != nil {
		t.Errorf("another address pays for it: %v", err)
	}
	for i := range 2 * mostKept {
		_ = throttle.allow(strconv.Itoa(i), strconv.Itoa(i))
	}
	if len(throttle.kept) > mostKept+1 {
		t.Errorf("%d limiters are kept for made-up names", len(throttle.kept))
	}
}

// A client cannot choose its address, but the proxy beside the service names it.
func TestAddressComesFromTheProxyAlone(t *testing.T) {
	s := newService(t)
	wang := s.withPassword("wang")
	for i := range addressRate.burst {
		s.ok(s.server.throttle.allow(strconv.Itoa(i), "192.0.2.7"))
	}
	wang.signIn(password, "X-Forwarded-For", "203.0.113.5, 192.0.2.7").refused(429, "too_many_attempts")
	wang.signIn(password, "X-Forwarded-For", "192.0.2.7, 203.0.113.5").want(200)
}

func TestDisabledAccountIsOut(t *testing.T) {
	s := newService(t)
	wang := s.withPassword("wang")
	wang.cookie = cookieOf(wang.signIn(password).want(200)).Value
	wang.get("/api/regions").want(200)
	s.as("admin").send("PATCH", "/api/users/"+wang.id.String(), map[string]any{"disabled": true}, "If-Match", "*").want(200)
	wang.get("/api/regions").refused(401, "sign_in")
	wang.signIn(password).refused(401, "wrong_password")
	s.as("admin").send("PATCH", "/api/users/"+wang.id.String(), map[string]any{"disabled": false}, "If-Match", "*").want(200)
	wang.get("/api/regions").refused(401, "sign_in") // the old session does not rise again
	wang.signIn(password).want(200)
}

func TestPasswordChanges(t *testing.T) {
	s := newService(t)
	wang := s.withPassword("wang")
	wang.cookie = cookieOf(wang.signIn(password).want(200)).Value
	elsewhere := &client{service: s, name: "wang"}
	elsewhere.cookie = cookieOf(elsewhere.signIn(password).want(200)).Value
	change := func(current, next string) *sent {
		return wang.send("POST", "/api/session/password", map[string]string{"current": current, "new": next})
	}
	if a := change("not it at all", "another one that is long"); a.StatusCode < 400 {
		t.Fatalf("a wrong password changes it: %d", a.StatusCode)
	}
	if a := change(password, "short"); a.StatusCode != 422 {
		t.Errorf("a short password answers %d", a.StatusCode)
	}
	wang.cookie = cookieOf(change(password, "another one that is long").want(204)).Value
	wang.get("/api/session").want(200)
	elsewhere.get("/api/session").refused(401, "sign_in")
	s.server.throttle = newThrottle()
	wang.signIn(password).want(401)
	s.as("admin").send("PATCH", "/api/users/"+wang.id.String(), map[string]any{"password": "the third one is long too"}, "If-Match", "*").want(200)
	wang.get("/api/session").refused(401, "sign_in")
}

func TestLanguage(t *testing.T) {
	s := newService(t)
	for _, c := range []struct{ accept, want string }{
		{"", "请先登录"}, {"zh-CN,zh;q=0.9,en;q=0.8", "请先登录"}, {"zh-TW", "请先登录"}, {"en-GB,en;q=0.5", "sign in first"},
		{"fr", "请先登录"}, {"fr, en;q=0.1", "sign in first"}, {"en;q=0.2, zh;q=0.1", "sign in first"}, {";;;", "请先登录"},
	} {
		p := s.as("nobody").get("/api/session", "Accept-Language", c.accept).refused(401, "sign_in")
		if p.Detail != c.want {
			t.Errorf("Accept-Language %q reads %q", c.accept, p.Detail)
		}
	}
	gis := s.as("gis")
	changed := read[Session](gis.send("PATCH", "/api/session", map[string]string{"language": "zh"}))
	if changed.User.Language != "zh" {
		t.Errorf("the language is %q", changed.User.Language)
	}
	checks := read[allItems[Check]](gis.get("/api/checks", "Accept-Language", "en"))
	if len(checks.Items) == 0 || checks.Items[0].Title != areas.Checks()[0].Title.ZH {
		t.Errorf("an account's language is less than the browser's: %+v", checks.Items)
	}
	gis.send("PATCH", "/api/session", map[string]string{"language": "fr"}).refused(422, "invalid")
}

func TestCrossOriginIsRefused(t *testing.T) {
	s := newService(t)
	gis := s.as("gis")
	language := map[string]string{"language": "en"}
	host := strings.TrimPrefix(s.URL, "http://")
	for _, c := range []struct {
		header, value string
		status        int
	}{
		{"Sec-Fetch-Site", "cross-site", 403}, {"Sec-Fetch-Site", "same-site", 403}, {"Origin", "https://evil.example", 403},
		{"Origin", "null", 403}, {"Sec-Fetch-Site", "same-origin", 200}, {"Origin", "http://" + host, 200}, {"X-Nothing", "", 200},
	} {
		if got := gis.send("PATCH", "/api/session", language, c.header, c.value); got.StatusCode != c.status {
			t.Errorf("%s: %s answers %d, want %d", c.header, c.value, got.StatusCode, c.status)
		}
	}
	gis.send("PATCH", "/api/session", language, "Sec-Fetch-Site", "cross-site").refused(403, "cross_origin")
	gis.get("/api/session", "Sec-Fetch-Site", "cross-site").want(200) // a link from elsewhere may be followed
	gis.get("/api/session", "Origin", "https://evil.example").want(200)
	if allowed := gis.get("/api/session", "Origin", "https://evil.example").Header.Get("Access-Control-Allow-Origin"); allowed != "" {
		t.Errorf("another site may read what we answer: %q", allowed)
	}
	wang := s.withPassword("wang") // signing somebody in from another site is refused, too
	wang.signIn(password, "Sec-Fetch-Site", "cross-site").refused(403, "cross_origin")
}

func TestHeadersKeepAPageToItself(t *testing.T) {
	s := newService(t)
	for _, path := range []string{"/", "/field/", "/api/session", "/nowhere.png", "/healthz", "/openapi.json", "/tiles/" + county + "-base.json"} {
		h := s.as("gis").get(path).Header
		policy := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy %q lacks %s", path, policy, want)
			}
		}
		if strings.Contains(policy, "http") || strings.Contains(policy, "unsafe-eval") || strings.Contains(policy, "script-src") {
			t.Errorf("%s: the policy opens the page: %q", path, policy)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Strict-Transport-Security": ""} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, h.Get(name), want)
			}
		}
		if strings.HasPrefix(path, "/api/") && h.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s may be cached: %q", path, h.Get("Cache-Control"))
		}
	}
	secure := s.as("gis").get("/api/session", "X-Forwarded-Proto", "https").Header
	if !strings.Contains(secure.Get("Strict-Transport-Security"), "max-age=31536000") {
		t.Errorf("behind a proxy that speaks TLS, Strict-Transport-Security is %q", secure.Get("Strict-Transport-Security"))
	}
}
