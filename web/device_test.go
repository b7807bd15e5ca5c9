package web

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"canvass/areas"
	"canvass/migrations/dbtest"
)

// tablet is a device of an account: it signs what it sends, by its own clock.
type tablet struct {
	*service
	key    *ecdsa.PrivateKey
	device Device
	ahead  time.Duration // of its clock
}

// newTablet enrols a tablet for an account and accepts the pledge on it.
func (s *service) newTablet(who string) *tablet {
	s.t.Helper()
	tab := s.enrolled(who)
	tab.send("POST", tab.path("pledge"), map[string]string{"version": areas.PledgeVersion}).want(200)
	return tab
}

// enrolled is a tablet that was just enrolled.
func (s *service) enrolled(who string) *tablet {
	s.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	s.ok(err)
	tab := &tablet{service: s, key: key}
	tab.device = tab.enrol(s.code(who)).want(201).device()
	return tab
}

// code issues a code for an account.
func (s *service) code(who string) string {
	s.t.Helper()
	var e Enrolment
	s.as("supervisor").send("POST", "/api/enrolments", map[string]any{"user": s.as(who).id}).want(201).into(&e)
	key := url.QueryEscape(read[PackageServer](s.as("nobody").get("/api/server")).Key)
	if e.QR != s.URL+"/field/#enrol="+e.Code+"&server="+key {
		s.t.Errorf("the QR says %q", e.QR)
	}
	return e.Code
}

func (tab *tablet) path(verb string) string {
	return fmt.Sprintf("/api/devices/%s/%s/%s", tab.device.County, tab.device.ID, verb)
}

func (tab *tablet) enrol(code string) *sent {
	tab.t.Helper()
	public, err := tab.key.PublicKey.Bytes()
	tab.ok(err)
	return tab.as("nobody").send("POST", "/api/devices", map[string]any{"code": code, "name": "平板 1", "public_key": public})
}

func (a *sent) device() Device {
	a.t.Helper()
	var e Enrolled
	a.into(&e)
	if e.Pledge.Version != areas.PledgeVersion || !strings.Contains(e.Pledge.Text, "普查") {
		a.t.Errorf("the pledge is %+v", e.Pledge)
	}
	return e.Device
}

// send sends a signed request.
func (tab *tablet) send(method, path string, body any, headers ...string) *sent {
	tab.t.Helper()
	return tab.post(tab.signed(method, path, body, headers...))
}

func (tab *tablet) post(r *http.Request) *sent {
	tab.t.Helper()
	response, err := http.DefaultTransport.RoundTrip(r)
	tab.ok(err)
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	tab.ok(err)
	return &sent{Response: response, t: tab.t, body: read}
}

func (tab *tablet) signed(method, path string, body any, headers ...string) *http.Request {
	tab.t.Helper()
	var raw []byte
	switch body := body.(type) {
	case nil:
	case []byte:
		raw = body
	default:
		var err error
		raw, err = json.Marshal(body)
		tab.ok(err)
	}
	r, err := http.NewRequest(method, tab.URL+path, bytes.NewReader(raw))
	tab.ok(err)
	s := signature{time: time.Now().Add(tab.ahead).UnixMilli(), nonce: uuid.NewString()}
	sum := sha256.Sum256(s.text(r, raw))
	a, b, err := ecdsa.Sign(rand.Reader, tab.key, sum[:])
	tab.ok(err)
	value := append(a.FillBytes(make([]byte, 32)), b.FillBytes(make([]byte, 32))...)
	r.Header.Set("Authorization", fmt.Sprintf("Canvass device=%s/%s, time=%d, nonce=%s, signature=%s", tab.device.County, tab.device.ID,
		s.time, s.nonce, base64.RawURLEncoding.EncodeToString(value)))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func TestEnrolmentCodeIsUsedOnce(t *testing.T) {
	s := newService(t)
	code := s.code("enumerator")
	first, other := s.enrolled("enumerator"), s.enrolled("enumerator")
	first.enrol(code).refused(409, "key_taken")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	s.ok(err)
	fresh := &tablet{service: s, key: key}
	made := fresh.enrol(strings.ReplaceAll(strings.ToLower(code), "-", " ")).want(201).device()
	if again := fresh.enrol(code).want(201).device(); again.ID != made.ID {
		t.Error("the same code with the same key makes another device")
	}
	other.enrol(code).refused(409, "enrolment_used")
	other.enrol("370883-0000000000").refused(422, "enrolment_unknown")
	other.enrol("x").refused(422, "enrolment_unknown")
	late := s.code("enumerator")
	owner := ownerOf(s)
	_, err = owner.Exec(t.Context(), `UPDATE enrolments SET issued_at = issued_at - interval '25 hours', expires_at = expires_at - interval '25 hours' WHERE device IS NULL`)
	s.ok(err)
	other.enrol(late).refused(409, "enrolment_expired")
}

func TestDeviceSeesNothingBeforeThePledge(t *testing.T) {
	s := newService(t)
	tab := s.enrolled("enumerator")
	list := "/api/dwellings?sub_area=" + west
	tab.send("GET", list, nil).refused(403, "pledge_missing")
	tab.send("POST", tab.path("pledge"), map[string]string{"version": "old"}).refused(412, "pledge_changed")
	tab.send("POST", tab.path("pledge"), map[string]string{"version": areas.PledgeVersion}).want(200)
	tab.send("GET", list, nil).want(200)
	tab.send("GET", "/api/dwellings?sub_area="+east, nil).refused(404, "outside_scope")
	var who Session
	tab.send("GET", "/api/session", nil).want(200).into(&who)
	if who.User.ID != s.as("enumerator").id.String() {
		t.Errorf("the tablet acts as %+v", who.User)
	}
}

func TestSignatureIsTheDevices(t *testing.T) {
	s := newService(t)
	tab, other := s.newTablet("enumerator"), s.newTablet("enumerator")
	list := "/api/dwellings?sub_area=" + west
	stolen := *other
	stolen.device = tab.device
	stolen.send("GET", list, nil).refused(401, "signature_wrong")
	r := tab.signed("GET", list, nil)
	r.URL.RawQuery = "sub_area=" + east
	tab.post(r).refused(401, "signature_wrong")
	r = tab.signed("POST", tab.path("pledge"), map[string]string{"version": areas.PledgeVersion})
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(`{"version":"old"}`)), 17
	tab.post(r).refused(401, "signature_wrong")
	r = tab.signed("GET", list, nil)
	tab.post(r).want(200)
	tab.post(r).refused(401, "signature_used")
	for _, header := range []string{"Canvass device=370883/x", "Canvass device=370883/" + tab.device.ID.String() + ", time=x",
		"Canvass device=370883/" + tab.device.ID.String() + ", time=1, nonce=1234567890123456, signature=AAAA"} {
		tab.send("GET", list, nil, "Authorization", header).refused(401, "signature_malformed")
	}
	tab.device.County = abroad
	tab.send("GET", list, nil).refused(401, "device_unknown")
}

// What a tablet signed is answered once, by whichever instance; nothing is answered that was signed before the database began.
func TestSignatureIsUsedOnceWhicheverInstance(t *testing.T) {
	s := newService(t)
	tab := s.newTablet("enumerator")
	other, err := New(Options{Pool: s.pool, Store: areas.NewStore(s.pool), Tiles: s.newTiles(), Data: t.TempDir(), Key: serviceKey,
		Logger: slog.New(slog.NewJSONHandler(s.log, nil)), Ready: func(ctx context.Context) error { return s.pool.Ping(ctx) }})
	s.ok(err)
	elsewhere := httptest.NewServer(other)
	t.Cleanup(elsewhere.Close)
	at := func(url string, r *http.Request) *sent {
		moved := r.Clone(t.Context())
		moved.URL.Host = strings.TrimPrefix(url, "http://")
		if r.GetBody != nil {
			moved.Body, err = r.GetBody()
			s.ok(err)
		}
		return tab.post(moved)
	}
	house := map[string]any{"county": county, "kind": "residential", "geometry": json.RawMessage(`{"type":"Point","coordinates":[117.001,35.001]}`)}
	before := s.eventCount()
	for _, r := range []*http.Request{tab.signed("POST", "/api/buildings", house), tab.signed("GET", "/api/dwellings?sub_area="+west, nil),
		tab.signed("POST", syncPath, body(tab.visited(1, s.doors[0], "complete")))} {
		if first := at(elsewhere.URL, r); first.StatusCode >= 300 {
			t.Errorf("%s answers %d: %s", r.URL.Path, first.StatusCode, first.body)
		}
		at(s.URL, r).refused(401, "signature_used")
		at(elsewhere.URL, r).refused(401, "signature_used")
	}
	if n := s.eventCount() - before; n != 2 {
		t.Errorf("%d things were done, want 2", n)
	}
	_, err = s.store.Signer(t.Context(), areas.Signed{Device: areas.DeviceKey{County: county, ID: tab.device.ID}, At: time.Now().AddDate(-1, 0, 0), Nonce: "a word never used"},
		func(areas.Device) error { return nil })
	if areas.CodeOf(err) != areas.SignedBefore {
		t.Errorf("what was signed before the database began is answered %v", err)
	}
}

// A tablet whose clock is days off is told the time, and is let in with it.
func TestWrongClockIsTold(t *testing.T) {
	s := newService(t)
	tab := s.newTablet("enumerator")
	tab.ahead = 50 * time.Hour
	answer := tab.send("GET", "/api/session", nil)
	answer.refused(401, "clock_off")
	now, err := strconv.ParseInt(answer.Header.Get(timeHeader), 10, 64)
	s.ok(err)
	tab.ahead += time.UnixMilli(now).Sub(time.Now().Add(tab.ahead))
	tab.send("GET", "/api/session", nil).want(200)
}

func TestRevokedDeviceIsToldToErase(t *testing.T) {
	s := newService(t)
	tab, lost := s.newTablet("enumerator"), s.newTablet("enumerator")
	s.as("supervisor").send("POST", tab.path("revoke"), map[string]any{"reason": ""}).refused(422, "reason_missing")
	s.as("supervisor").send("POST", tab.path("revoke"), map[string]any{"reason": "换机"}).want(200)
	s.as("supervisor").send("POST", lost.path("revoke"), map[string]any{"reason": "丢失", "erase_now": true}).want(200)
	tab.send("GET", "/api/session", nil).refused(403, "device_revoked")
	lost.send("GET", "/api/session", nil).refused(403, "device_erase")
	listed := read[list[Device]](s.as("supervisor").get("/api/devices?user=" + s.as("enumerator").id.String()))
	if len(listed.Items) != 2 || listed.Items[0].Reason != "丢失" || !listed.Items[0].EraseNow || listed.Items[1].RevokedAt == nil {
		t.Errorf("devices %+v", listed.Items)
	}
}

// The header is read without harm, whatever it holds.
func FuzzSignature(f *testing.F) {
	f.Add("Canvass device=370883/0190b1a2-0000-7000-8000-000000000000, time=1, nonce=1234567890123456, signature=AAAA")
	f.Add("Canvass =,=,")
	f.Fuzz(func(t *testing.T, header string) {
		s, err := parseSignature(header)
		if err == nil && (len(s.value) != 64 || s.device.County.Level() != areas.LevelCounty) {
			t.Errorf("%q is read as %+v", header, s)
		}
		s.value = append(s.value, make([]byte, 64)...)
		if s.by([]byte(header), s.text(httptest.NewRequest("GET", "/", nil), nil)) {
			t.Error("nobody signed this")
		}
	})
}

func ownerOf(s *service) *pgxpool.Pool { return dbtest.Owner(s.t, s.pool) }
