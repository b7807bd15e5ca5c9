package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

const unknownID = "01a20eb4-1b0f-7a01-bf33-79883e977b85"

var tooBig = `{"language":"` + strings.Repeat("x", 2<<20) + `"}`

// problems are refusals of every kind: to what, and what is told in both languages.
var problems = []struct {
	who, method, path, body string
	status                  int
	code, field, zh, en     string
}{
	{"gis", "GET", "/api/nowhere", "", 404, "route_unknown", "", "没有这个地址", "no such address"},
	{"gis", "GET", "/tiles/370883-census/17/1/1.mvt", "", 404, "tile_unknown", "", "0 至 16", "zoom z is 0 to 16"},
	{"gis", "GET", "/tiles/370883-roads/14/1/1.mvt", "", 404, "tiles_unknown", "", "-base 或 -census", "-base or -census"},
	{"gis", "GET", "/api", "", 404, "route_unknown", "", "没有这个地址", "no such address"},
	{"gis", "DELETE", "/api/regions", "", 405, "method_not_allowed", "", "不接受此方法", "does not take this method"},
	{"gis", "POST", "/styles/day.json", "", 405, "method_not_allowed", "", "不接受此方法", "does not take this method"},
	{"gis", "GET", "/missing.js", "", 404, "page_unknown", "", "没有这个页面", "no such page"},
	{"nobody", "GET", "/api/regions", "", 401, "sign_in", "", "请先登录", "sign in first"},
	{"gis", "GET", "/api/sub-areas/3708831002", "", 422, "code_malformed", "", "不是普查代码", "not a census code"},
	{"gis", "GET", "/api/sub-areas/" + east[:12] + "009", "", 404, "not_found", "", "没有找到", "not found"},
	{"gis", "GET", "/api/sub-areas/" + far, "", 404, "outside_scope", "", "不在您的范围内", "outside your scope"},
	{"gis", "POST", "/api/users", `{"name":"a","display_name":"b","role":"gis","scope":"370883","password":"long enough"}`,
		403, "role_not_allowed", "", "您的角色不能建立账号", "your role may not make an account"},
	{"admin", "POST", "/api/users", `{"name":"gis","display_name":"b","role":"gis","scope":"370883","password":"long enough"}`,
		409, "user_name_taken", "name", "已有人使用", "is taken"},
	{"gis", "PATCH", "/api/sub-areas/" + west, `{"description":"x"}`, 428, "if_match_missing", "If-Match", "请在 If-Match", "give the ETag"},
	{"gis", "PATCH", "/api/session", tooBig, 413, "too_large", "", "内容太大", "too large"},
	{"gis", "PATCH", "/api/session", `{"language":`, 400, "malformed", "", "无法读取", "cannot be read"},
	{"gis", "PATCH", "/api/session", `[1]`, 422, "invalid", "", "须是对象", "body: must be an object"},
	{"gis", "PATCH", "/api/session", `{}`, 422, "invalid", "language", "language 必须填写", "language: must be given"},
	{"gis", "PATCH", "/api/session", ``, 400, "malformed", "", "无法读取", "cannot be read"},
	{"gis", "PATCH", "/api/session", `{"language":"fr"}`, 422, "invalid", "language", "须是其中之一", "must be one of \"zh, en\""},
	{"gis", "PATCH", "/api/session", `{"language":7}`, 422, "invalid", "language", "须是", "language: must be"},
	{"gis", "PATCH", "/api/session", `{"language":"en","x":1}`, 422, "invalid", "x", "不是这里的字段", "is no field here"},
	{"enumerator", "POST", "/api/visits", `{"id":"1","county":"370883","dwelling":"` + unknownID + `","result":"listed"}`,
		422, "invalid", "id", "须是 UUID", "must be a UUID"},
	{"enumerator", "POST", "/api/visits", `{"id":"` + unknownID + `","county":"370883","dwelling":"` + unknownID + `","result":"listed",` +
		`"persons":{"present_registered":-1,"present_elsewhere":0,"present_pending":0,"absent_registered":0}}`,
		422, "invalid", "persons.present_registered", "最小为 0", "must be at least 0"},
	{"enumerator", "POST", "/api/visits", `{"id":"` + unknownID + `","county":"370883","dwelling":"` + unknownID + `","result":"listed","at":"today"}`,
		422, "invalid", "at", "RFC 3339", "RFC 3339"},
	{"enumerator", "POST", "/api/visits", `{"id":"` + unknownID + `","county":"370883","dwelling":"` + unknownID + `","result":"listed"}`,
		404, "dwelling_unknown", "dwelling", "没有这套住房", "no such dwelling"},
	{"gis", "GET", "/api/regions?limit=0x", "", 422, "invalid", "limit", "须是整数", "must be a whole number"},
	{"gis", "GET", "/api/regions?limit=1001", "", 422, "invalid", "limit", "最大为 1000", "must be at most 1000"},
	{"gis", "GET", "/api/regions?level=village", "", 422, "invalid", "level", "须是其中之一", "must be one of"},
	{"gis", "GET", "/api/dwellings", "", 422, "invalid", "sub_area", "必须填写", "must be given"},
	{"gis", "GET", "/api/flags/370883/7", "", 422, "invalid", "id", "格式不对", "is malformed"},
	{"gis", "GET", "/api/buildings/370883/seven", "", 422, "invalid", "id", "须是整数", "must be a whole number"},
	{"gis", "GET", "/api/users/" + unknownID, "", 404, "not_found", "", "没有找到", "not found"},
	{"gis", "POST", "/api/sub-areas", `{"area":"370883100201","geometry":{"type":"Point","coordinates":[117,35]}}`,
		422, "geometry_kind", "geometry", "须是面", "must be a Polygon"},
	{"gis", "POST", "/api/sub-areas", `{"area":"370883100201","geometry":{"type":"Polygon","coordinates":[["a"]]}}`, 422, "invalid", "", "不合要求", "not as it must be"},
	{"gis", "POST", "/api/sub-areas", `{"area":"370883100201","geometry":{"type":"Polygon","coordinates":[[[117.005,35],[117.015,35],[117.015,35.01],[117.005,35]]]}}`,
		409, "overlap", "geometry", "重划", "overlap"},
	{"gis", "POST", "/api/regions", `{"code":"370883101","name":"香` + `\u0000` + `城"}`, 422, "unreadable", "", "无法保存", "cannot be kept"},
}

// Every kind of refusal is a problem with its status, a code for programs, and words in the reader's language.
func TestProblems(t *testing.T) {
	s := newService(t)
	for _, c := range problems {
		name := c.who + " " + c.method + " " + c.path + " " + c.body[:min(len(c.body), 60)]
		for language, detail := range map[string]string{"zh": c.zh, "en": c.en} {
			t.Run(language+" "+name, func(t *testing.T) {
				asker := *s.as(c.who)
				if c.who != "nobody" {
					asker.speak(language)
				}
				var body any
				if c.body != "" {
					body = c.body
				}
				answer := asker.send(c.method, c.path, body, "Accept-Language", language)
				answer.t = t
				p := answer.refused(c.status, c.code)
				if p.Field != c.field || !strings.Contains(p.Detail, detail) {
					t.Errorf("field %q, want %q; detail %q, want %q in it", p.Field, c.field, p.Detail, detail)
				}
				if c.status == 405 && answer.Header.Get("Allow") == "" {
					t.Error("405 does not tell what is allowed")
				}
			})
		}
	}
	if strings.Contains(s.log.String(), `"level":"ERROR"`) {
		t.Error("a refusal is logged as an error")
	}
}

// speak sets the language of an account.
func (c *client) speak(language string) {
	c.t.Helper()
	c.send("PATCH", "/api/session", map[string]string{"language": language}).want(200)
}

// What was sent is never repeated: it may be a password or a name.
func TestProblemsRepeatNothing(t *testing.T) {
	s := newService(t)
	const secret = "hunter2-hunter2"
	for _, body := range []string{
		`{"name":["` + secret + `"],"password":"x"}`, `{"name":"wang","password":{"x":"` + secret + `"}}`, `{"name":"wang","password":` + secret + `}`,
		`{"name":"wang","password":"x","` + secret + `":1}`, `"` + secret, `{"name":"wang","password":"` + strings.Repeat(secret, 100) + `"}`,
	} {
		answer := s.as("nobody").send("POST", "/api/session", body)
		if answer.StatusCode < 400 || answer.StatusCode >= 500 {
			t.Errorf("%.60s answers %d", body, answer.StatusCode)
		}
		if strings.Contains(string(answer.body), secret) && !strings.Contains(body, secret+`":1`) {
			t.Errorf("%.60s is repeated: %s", body, answer.body)
		}
	}
	if strings.Contains(s.log.String(), secret) {
		t.Errorf("the log repeats it:\n%s", s.log)
	}
}

func TestPanicIsAnsweredWithoutDetail(t *testing.T) {
	s := newService(t)
	s.server.echo.GET("/api/panics", func(echo.Context) error { panic("the inner secret") })
	p := s.as("gis").get("/api/panics").refused(500, "internal")
	if strings.Contains(p.Detail, "secret") || !strings.Contains(p.Detail, "tell your administrator the request id") {
		t.Errorf("the detail is %q", p.Detail)
	}
	text := s.log.String()
	for _, want := range []string{"the inner secret", "TestPanicIsAnswered", p.RequestID, `"level":"ERROR"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the log lacks %q", want)
		}
	}
	s.as("gis").get("/api/session").want(200)
}

// A broken database is our fault, and its words are for the log.
func TestBrokenDatabaseIsAnsweredWithoutDetail(t *testing.T) {
	s := newService(t)
	s.pool.Close()
	for _, path := range []string{"/api/regions", "/tiles/" + county + "-base/14/13517/6489.mvt", "/api/live"} {
		if p := s.as("gis").get(path, "Accept-Language", "en").refused(500, "internal"); strings.Contains(p.Detail, "pool") {
			t.Errorf("%s tells %q", path, p.Detail)
		}
	}
}

func TestRequestID(t *testing.T) {
	s := newService(t)
	first, second := s.as("gis").get("/api/checks"), s.as("gis").get("/api/checks")
	if a, b := first.Header.Get("X-Request-ID"), second.Header.Get("X-Request-ID"); len(a) < 16 || a == b {
		t.Errorf("requests are named %q and %q", a, b)
	}
	s.as("gis").get("/api/nowhere", "X-Request-ID", "proxy-7").refused(404, "route_unknown")
	if !strings.Contains(s.log.String(), `"request":"proxy-7"`) {
		t.Error("the proxy's name for a request is not in the log")
	}
	long := s.as("gis").get("/api/checks", "X-Request-ID", strings.Repeat("x", 5000)).Header.Get("X-Request-ID")
	if len(long) > 128 {
		t.Errorf("a client fills the log with %d bytes for each request", len(long))
	}
}

// HEAD tells what GET would, without a body; a view of a page is always there.
func TestHead(t *testing.T) {
	s := newService(t)
	for path, status := range map[string]int{"/": 200, "/field/anything": 200, "/missing.js": 404, "/api/nowhere": 404} {
		if a := s.as("nobody").send(http.MethodHead, path, nil).want(status); len(a.body) > 0 {
			t.Errorf("HEAD %s has a body: %s", path, a.body)
		}
	}
}
