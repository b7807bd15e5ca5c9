package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"

	"canvass/areas"
)

// visited is a visit made on the tablet just now.
func (tab *tablet) visited(serial int, door areas.Dwelling, result string) map[string]any {
	return map[string]any{"id": uuid.Must(uuid.NewV7()), "serial": serial, "verb": "record_visit", "sub_area": west, "epoch": 1,
		"at": time.Now().UTC().Format(time.RFC3339Nano), "base_revision": door.Revision,
		"values": map[string]any{"dwelling": door.ID, "result": result, "position": []float64{117.0025, 35.0025}, "accuracy_m": 12.5}}
}

func body(changes ...map[string]any) map[string]any {
	return map[string]any{"version": 1, "clock": time.Now().UTC().Format(time.RFC3339Nano), "changes": changes}
}

func packed(t testing.TB, body any) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if err := json.NewEncoder(z).Encode(body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// states are what became of changes, in a word each.
func states(a *sent) string {
	a.t.Helper()
	var words []string
	for _, r := range read[Synced](a).Receipts {
		words = append(words, strings.TrimSpace(r.State+" "+r.Reason))
	}
	return strings.Join(words, ", ")
}

func TestSyncIsPackedBothWays(t *testing.T) {
	s := newService(t)
	tab := s.newTablet("enumerator")
	first := tab.visited(1, s.doors[0], "complete")
	if got := states(tab.send("POST", syncPath, packed(t, body(first)), "Content-Encoding", "gzip")); got != "applied" {
		t.Errorf("packed with gzip: %s", got)
	}
	z, err := zstd.NewWriter(nil)
	s.ok(err)
	plain, err := json.Marshal(body(first, tab.visited(2, s.doors[1], "no_contact")))
	s.ok(err)
	if got := states(tab.send("POST", syncPath, z.EncodeAll(plain, nil), "Content-Encoding", "zstd")); got != "applied, applied" {
		t.Errorf("packed with zstd: %s", got)
	}
	answer := tab.send("POST", syncPath, body(), "Accept-Encoding", "gzip")
	if answer.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("the answer comes as %q", answer.Header.Get("Content-Encoding"))
	}
	tab.send("POST", syncPath, plain, "Content-Encoding", "br").refused(415, "coding_unknown")
}

// What is cut off or flipped under way is refused and changes nothing; sent whole it is taken.
func TestDamagedBodyIsRefused(t *testing.T) {
	s := newService(t)
	tab := s.newTablet("enumerator")
	whole := packed(t, body(tab.visited(1, s.doors[0], "complete")))
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 0x10
	for name, damaged := range map[string][]byte{"cut off": whole[:len(whole)/2], "flipped": flipped} {
		r := tab.signed("POST", syncPath, whole, "Content-Encoding", "gzip")
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(damaged)), int64(len(damaged))
		tab.post(r).refused(401, "signature_wrong")
		if p := tab.send("POST", syncPath, damaged, "Content-Encoding", "gzip"); p.StatusCode != 400 {
			t.Errorf("%s before it was signed: %d %s", name, p.StatusCode, p.body)
		}
	}
	bomb := packed(t, map[string]string{"x": strings.Repeat("0", largestSync+1)})
	tab.send("POST", syncPath, bomb, "Content-Encoding", "gzip").refused(413, "too_large")
	if got := states(tab.send("POST", syncPath, whole, "Content-Encoding", "gzip")); got != "applied" {
		t.Errorf("whole: %s", got)
	}
}

func TestRevokedDeviceSendsItsLastWork(t *testing.T) {
	s := newService(t)
	tab := s.newTablet("enumerator")
	s.as("supervisor").send("POST", tab.path("revoke"), map[string]any{"reason": "离职"}).want(200)
	answer := tab.send("POST", syncPath, body(tab.visited(1, s.doors[0], "complete")))
	got := read[Synced](answer)
	if states(answer) != "quarantined device_revoked" || got.Erase != "now" || len(got.SubAreas)+len(got.Assignments) > 0 {
		t.Errorf("the last work becomes %+v", got)
	}
	if !strings.Contains(got.Receipts[0].Detail, "离职") {
		t.Errorf("the tablet says %q", got.Receipts[0].Detail)
	}
	aside := read[list[SetAside]](s.as("supervisor").get("/api/changes?within=" + town))
	if len(aside.Items) != 1 || aside.Items[0].Verb != "record_visit" || len(aside.Items[0].Values) < 10 {
		t.Fatalf("set aside: %+v", aside)
	}
	path := fmt.Sprintf("/api/changes/%s/%s/", county, aside.Items[0].ID)
	s.as("supervisor").send("POST", path+"accept", map[string]string{"reason": "属实"}).want(200)
	if got := read[Coverage](s.as("supervisor").get("/api/coverage?level=sub_area&within=" + west)); got.Items[0].Counts.Visits != 1 {
		t.Errorf("what was accepted does not count: %+v", got.Items[0])
	}
}

// Two tablets with a copied store: each number counts for whoever comes first, and what the other did is kept and shown.
func TestCopiedStore(t *testing.T) {
	s := newService(t)
	tab := s.newTablet("enumerator")
	both := tab.visited(1, s.doors[0], "complete")
	one, other := tab.visited(2, s.doors[1], "complete"), tab.visited(2, s.doors[2], "complete")
	for _, step := range []struct {
		changes []map[string]any
		want    string
	}{
		{[]map[string]any{both, one}, "applied, applied"},
		{[]map[string]any{both, other, tab.visited(3, s.doors[3], "complete")}, "applied, quarantined serial_taken, applied"},
		{[]map[string]any{one, other}, "applied, quarantined serial_taken"},
	} {
		if got := states(tab.send("POST", syncPath, body(step.changes...))); got != step.want {
			t.Errorf("became %s, want %s", got, step.want)
		}
	}
}

// A clock that is days off is put right by how much it is off; what it says of the past is kept apart.
func TestClockIsPutRight(t *testing.T) {
	s := newService(t)
	tab := s.newTablet("enumerator")
	visit := tab.visited(1, s.doors[0], "complete")
	ahead := time.Now().Add(50 * time.Hour).UTC()
	visit["at"] = ahead.Add(-time.Minute).Format(time.RFC3339Nano)
	sent := body(visit)
	sent["clock"] = ahead.Format(time.RFC3339Nano)
	if got := states(tab.send("POST", syncPath, sent)); got != "applied" {
		t.Fatalf("became %s", got)
	}
	visits := read[list[Visit]](s.as("supervisor").get("/api/visits?within=" + west))
	if off := time.Since(visits.Items[0].At); off < 0 || off > 5*time.Minute {
		t.Errorf("the visit is dated %s", visits.Items[0].At)
	}
	devices := read[list[Device]](s.as("supervisor").get("/api/devices"))
	if off := devices.Items[0].ClockOffS; off < 49*3600 || off > 51*3600 {
		t.Errorf("the clock is said to be %d s ahead", off)
	}
}

// A day's work of an enumerator, sixty visits to sixty doors, is at most 20 kB each way.
func TestDayIsSmall(t *testing.T) {
	s := newService(t)
	pattern := map[string]int{"stairwells": 3, "floors": 10, "doors": 2}
	s.as("gis").send("POST", s.houseAt(west)+"/dwellings", pattern).want(200)
	doors := read[list[Dwelling]](s.as("gis").get("/api/dwellings?limit=1000&sub_area=" + west))
	tab := s.newTablet("enumerator")
	random := rand.New(rand.NewPCG(1, 2))
	results := []string{"complete", "complete", "complete", "no_contact", "refused", "partial"}
	var changes []map[string]any
	for i, d := range doors.Items[:60] {
		c := tab.visited(i+1, areas.Dwelling{ID: d.ID, Revision: d.Revision}, results[random.IntN(len(results))])
		v := c["values"].(map[string]any)
		v["position"] = []float64{117.0025 + random.Float64()/1000, 35.0025 + random.Float64()/1000}
		v["accuracy_m"] = 4 + random.Float32()*20
		v["persons"] = map[string]int{"present_registered": random.IntN(5), "present_elsewhere": random.IntN(3), "present_pending": 0, "absent_registered": random.IntN(2)}
		c["at"] = time.Now().Add(-time.Duration(60-i) * 4 * time.Second).UTC().Format(time.RFC3339Nano)
		changes = append(changes, c)
	}
	up := packed(t, body(changes...))
	r := tab.signed("POST", syncPath, up, "Content-Encoding", "gzip", "Accept-Encoding", "gzip")
	down := tab.post(r).want(200)
	t.Logf("sixty visits: %d bytes up, %d bytes down", len(up), len(down.body))
	if len(up) > 20_000 || len(down.body) > 20_000 {
		t.Errorf("sixty visits take %d bytes up, %d bytes down", len(up), len(down.body))
	}
}

// Whatever bytes come, they are answered with a problem or a receipt, and never break the service.
func FuzzSync(f *testing.F) {
	s := newService(f)
	tab := s.newTablet("enumerator")
	valid, err := json.Marshal(body(tab.visited(1, s.doors[0], "complete")))
	s.ok(err)
	f.Add(valid, "")
	f.Add(packed(f, body(tab.visited(1, s.doors[1], "vacant"))), "gzip")
	f.Add([]byte(`{"version":1,"clock":"2026-11-01T08:00:00Z","changes":[{"id":"x"}]}`), "")
	f.Add([]byte(`{"version":1,"clock":"2026-11-01T08:00:00Z","changes":[{"id":"00000000-0000-0000-0000-000000000000","serial":1,"verb":"record_visit","sub_area":"","at":"0001-01-01T00:00:00Z","values":[]}]}`), "")
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0}, "zstd")
	f.Fuzz(func(t *testing.T, raw []byte, coding string) {
		if strings.ContainsFunc(coding, unicode.IsControl) {
			return // no client sends such a header
		}
		here, mine := *s, *tab
		here.t, mine.service = t, &here
		answer := mine.send("POST", syncPath, raw, "Content-Encoding", coding)
		switch answer.StatusCode {
		case 200, 400, 413, 415, 422: // what is sent, not what the service does
		default:
			t.Errorf("answers %d: %s", answer.StatusCode, answer.body)
		}
	})
}
