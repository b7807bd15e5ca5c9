package web

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
	"canvass/tiles"
)

var update = flag.Bool("update", false, "write testdata/outbox anew")

const outboxExamples = "../testdata/outbox/"

// outboxExample is what both sides are held to: a server and a device whose keys are known to everybody.
type outboxExample struct {
	Server PackageServer `json:"server"`
	Device struct {
		County  areas.Code `json:"county"`
		ID      uuid.UUID  `json:"id"`
		Private []byte     `json:"private"` // PKCS #8
		Public  []byte     `json:"public"`
	} `json:"device"`
}

// exampleKey is the key of the examples' server.
var exampleKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{5}, ed25519.SeedSize))

// What the tablet writes the server reads, and what the server writes the tablet reads (web/ui/shared/outbox).
func TestOutboxFile(t *testing.T) {
	example := readOutboxExample(t)
	id := func(last string) uuid.UUID { return uuid.MustParse("01900000-0000-7000-8000-00000000000" + last) }
	of := outbox{device: areas.DeviceKey{County: example.Device.County, ID: example.Device.ID}}
	written, err := writeReceipts(exampleKey, of, time.UnixMilli(1793700000000), OutboxReceipts{Version: 1, Serial: 2, Receipts: []OutboxReceipt{
		{ID: id("b"), Serial: 1, State: "applied"}, {ID: id("c"), Serial: 2, State: "quarantined", Reason: "fenced", Detail: "任务已改派"}}})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		write(t, outboxExamples+"go.receipts", written)
	}
	if !bytes.Equal(written, readFile(t, outboxExamples+"go.receipts")) {
		t.Error("testdata/outbox/go.receipts is another: run go test ./web -run TestOutboxFile -update")
	}
	read, err := readOutbox(readFile(t, outboxExamples+"ts.outbox"))
	if err != nil || !read.by(example.Device.Public) {
		t.Fatalf("what the tablet wrote and signed is refused: %v", err)
	}
	body, err := read.open(exampleKey)
	if err != nil || len(body.Changes) != 1 || body.Changes[0].Verb != "record_visit" || !strings.Contains(string(body.Changes[0].Values), "门口有狗") {
		t.Errorf("what the tablet sealed is read as %+v: %v", body, err)
	}
	if off := read.writtenAt.Sub(body.Clock); off != 90*time.Second {
		t.Errorf("the tablet's clock is %s behind, want 90 s", off)
	}
}

func readOutboxExample(t *testing.T) outboxExample {
	t.Helper()
	var e outboxExample
	if *update {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err == nil {
			e.Device.Private, err = x509.MarshalPKCS8PrivateKey(key)
		}
		if err == nil {
			e.Device.Public, err = x509.MarshalPKIXPublicKey(&key.PublicKey)
		}
		sealing, sealErr := sealingKey(exampleKey)
		if err != nil || sealErr != nil {
			t.Fatal(err, sealErr)
		}
		e.Device.County, e.Device.ID = county, uuid.MustParse("01900000-0000-7000-8000-000000000001")
		signer := tiles.ServerOf(exampleKey.Public().(ed25519.PublicKey))
		public := base64.StdEncoding.EncodeToString(sealing.PublicKey().Bytes())
		e.Server = PackageServer{ID: signer.ID, Key: signer.Key, SealKey: public,
			SealSignature: base64.StdEncoding.EncodeToString(ed25519.Sign(exampleKey, sealingText(public)))}
		text, err := json.MarshalIndent(e, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		write(t, outboxExamples+"example.json", append(text, '\n'))
	}
	if err := json.Unmarshal(readFile(t, outboxExamples+"example.json"), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// outboxOf is what a tablet writes to a file; its clock is ahead by tab.ahead, as the tablet knows.
func (tab *tablet) outboxOf(changes ...map[string]any) []byte {
	tab.t.Helper()
	now := time.Now()
	sent := body(changes...)
	sent["clock"] = now.Add(tab.ahead).UTC().Format(time.RFC3339Nano)
	return tab.outboxSaying(now, packed(tab.t, sent))
}

// outboxSaying seals and signs whatever it is given, as a tablet does.
func (tab *tablet) outboxSaying(at time.Time, packed []byte) []byte {
	tab.t.Helper()
	words := []string{outboxFormat, string(tab.device.County) + "/" + tab.device.ID.String(), strconv.FormatInt(at.UnixMilli(), 10)}
	head := strings.Join(words, "\n")
	private, err := sealingKey(tab.server.key)
	tab.ok(err)
	encapsulated, sender, err := hpke.NewSender(private.PublicKey(), hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(outboxInfo))
	tab.ok(err)
	sealed, err := sender.Seal([]byte(head), packed)
	tab.ok(err)
	sealed = append(encapsulated, sealed...)
	sum := sha256.Sum256(lined(head, sealed))
	a, b, err := ecdsa.Sign(rand.Reader, tab.key, sum[:])
	tab.ok(err)
	value := append(a.FillBytes(make([]byte, 32)), b.FillBytes(make([]byte, 32))...)
	return append([]byte(strings.Join(append(words, base64.RawURLEncoding.EncodeToString(value)), " ")+"\n"), sealed...)
}

func (s *service) bring(who string, file []byte) *sent {
	s.t.Helper()
	return s.as(who).send("POST", outboxesPath, string(file), "Content-Type", "application/octet-stream")
}

// What a supervisor brings is taken as if the tablet had sent it: once, whichever way it comes again, with a receipt to take back.
func TestOutboxIsTakenOnce(t *testing.T) {
	s := newService(t)
	tab := s.newTablet("enumerator")
	first, second := tab.visited(1, s.doors[0], "complete"), tab.visited(2, s.doors[1], "no_contact")
	file := tab.outboxOf(first, second)
	var taken OutboxTaken
	s.bring("supervisor", file).want(200).into(&taken)
	if taken.Applied != 2 || taken.UserName != "enumerator" || len(taken.Receipts) != 2 {
		t.Errorf("a file of two visits is taken as %+v", taken)
	}
	if line, _, _ := bytes.Cut(taken.File, []byte("\n")); !strings.HasPrefix(string(line), receiptsFormat+" "+county+"/"+tab.device.ID.String()) {
		t.Errorf("what goes back to the tablet begins with %q", line)
	}
	s.bring("admin", file).want(200).into(&taken)
	third := tab.visited(3, s.doors[2], "refused")
	if got := states(tab.send("POST", syncPath, body(first, second, third))); got != "applied, applied, applied" {
		t.Errorf("sent by the tablet after the file: %s", got)
	}
	s.bring("supervisor", tab.outboxOf(second, third)).want(200).into(&taken)
	visits, err := s.store.Visits(t.Context(), areas.System(), areas.VisitQuery{Within: west})
	s.ok(err)
	if len(visits.Items) != 3 || taken.Applied != 2 {
		t.Errorf("%d visits are there, want 3; the last file is taken as %+v", len(visits.Items), taken)
	}
	events, err := s.store.Events(t.Context(), areas.System(), areas.EventQuery{Within: county, Subject: "device/" + tab.device.ID.String()})
	s.ok(err)
	if e := events.Items[0]; e.Verb != "import" || e.ActorName != "supervisor" || e.Detail["what"] != "outbox" {
		t.Errorf("the log tells of it as %+v", e)
	}
}

// A file that lay about for a day says when it was written: a tablet's clock is put right by how much it was off then.
func TestOutboxThatWasBroughtLateKeepsItsTimes(t *testing.T) {
	s := newService(t)
	tab := s.newTablet("enumerator")
	written, ahead := time.Now().Add(-26*time.Hour), 3*time.Hour
	visit := tab.visited(1, s.doors[0], "complete")
	visit["at"] = written.Add(-time.Hour + ahead).UTC().Format(time.RFC3339Nano)
	owner := ownerOf(s)
	_, err := owner.Exec(t.Context(), `UPDATE assignments SET begun_at = begun_at - interval '2 days'`)
	s.ok(err)
	sent := body(visit)
	sent["clock"] = written.Add(ahead).UTC().Format(time.RFC3339Nano)
	var taken OutboxTaken
	s.bring("supervisor", tab.outboxSaying(written, packed(t, sent))).want(200).into(&taken)
	visits, err := s.store.Visits(t.Context(), areas.System(), areas.VisitQuery{Within: west})
	s.ok(err)
	if taken.Applied != 1 || len(visits.Items) != 1 {
		t.Fatalf("it is taken as %+v", taken)
	}
	if off := visits.Items[0].At.Sub(written.Add(-time.Hour)).Abs(); off > time.Second {
		t.Errorf("the visit is dated %s from when it was paid", off)
	}
}

func TestOutboxIsRefused(t *testing.T) {
	s := newService(t)
	tab, other := s.newTablet("enumerator"), s.newTablet("enumerator")
	file := tab.outboxOf(tab.visited(1, s.doors[0], "complete"))
	endOfHead := bytes.IndexByte(file, '\n')
	for _, at := range []int{len(file) - 1, len(file) / 2, endOfHead - 3, endOfHead + 70} {
		changed := bytes.Clone(file)
		changed[at] = 'A' // a letter of base64, so that the head still reads
		if file[at] == 'A' {
			changed[at] = 'B'
		}
		s.bring("supervisor", changed).refused(422, "outbox_unsigned")
	}
	for _, n := range []int{5, len(outboxFormat) + 10} {
		s.bring("supervisor", file[:n]).refused(422, "outbox_unknown")
	}
	s.bring("supervisor", file[:endOfHead+20]).refused(422, "outbox_broken")
	s.bring("supervisor", file[:len(file)-9]).refused(422, "outbox_unsigned")
	s.bring("supervisor", tab.outboxSaying(time.Now(), []byte("no gzip"))).refused(422, "outbox_broken")
	s.bring("supervisor", tab.outboxSaying(time.Now(), packed(t, map[string]any{"version": 7}))).refused(422, "outbox_malformed")
	s.bring("enumerator", file).refused(403, "role_not_allowed")
	s.bring("gis", file).refused(403, "role_not_allowed")
	s.bring("outsider", file).refused(403, "role_not_allowed")

	strange := &tablet{service: &service{Server: s.Server, t: t, server: &Server{key: exampleKey}}, key: tab.key, device: tab.device}
	s.bring("supervisor", strange.outboxOf()).refused(422, "outbox_sealed_elsewhere")

	s.as("supervisor").send("POST", other.path("revoke"), map[string]any{"reason": "lost"}).want(200)
	s.bring("supervisor", other.outboxOf(other.visited(1, s.doors[0], "complete"))).refused(403, "outbox_revoked")
	visits, err := s.store.Visits(t.Context(), areas.System(), areas.VisitQuery{Within: west})
	s.ok(err)
	if len(visits.Items) != 0 {
		t.Errorf("%d visits were taken of what was refused", len(visits.Items))
	}
}
