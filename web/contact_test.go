package web

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// What is told of people, sealed or by a mistake not, comes back in no answer and stands in no log.
func TestContactsComeBackNowhere(t *testing.T) {
	s := newService(t)
	key := s.countyKey()
	tab := s.newTablet("enumerator")
	id := uuid.Must(uuid.NewV7())
	c, err := areas.SealedContact{County: county, ID: id, Dwelling: s.doors[0].ID}.Seal(key.Public, areas.Contact{Name: "诸葛孔明", Telephone: "13800005555"})
	s.ok(err)
	sealed := base64.StdEncoding.EncodeToString(c.Ciphertext)
	secrets := []string{"诸葛孔明", "13800005555", `\u8bf8\u845b`, sealed}
	told := func(what string, text []byte) {
		t.Helper()
		for _, secret := range secrets {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s tells %.20s…: %s", what, secret, text)
			}
		}
	}
	change := func(serial, values any) map[string]any { return s.contactChange(id, serial, values) }
	plain := map[string]any{"dwelling": s.doors[0].ID, "name": "诸葛孔明", "telephone": "13800005555"}
	whole, err := json.Marshal(change(2, plain))
	s.ok(err)
	for what, body := range map[string]any{
		"a serial that is a name":       change("诸葛孔明", plain),
		"a body that was cut short":     whole[:len(whole)-4],
		"a name for the cursor":         map[string]any{"version": 1, "clock": time.Now(), "cursor": "诸葛孔明"},
		"a name for the clock":          map[string]any{"version": 1, "clock": "诸葛孔明"},
		"a name for a dwelling":         change(2, map[string]any{"dwelling": "诸葛孔明", "key": 13800005555}),
		"a contact that was not sealed": change(3, plain),
	} {
		told(what, tab.send("POST", "/api/sync", body).body)
	}
	values := areas.ContactValues{Dwelling: c.Dwelling, Key: c.Key, Encapsulated: c.Encapsulated, Ciphertext: c.Ciphertext}
	answer := tab.send("POST", "/api/sync", change(1, values)).want(200)
	told("the receipt", answer.body)
	told("the next answer", tab.send("POST", "/api/sync", change(1, values)).want(200).body)
	for _, path := range []string{"/api/changes?state=applied", "/api/changes?state=quarantined", "/api/changes?state=held", "/api/events?within=" + county,
		"/api/visits?within=" + county, "/api/dwellings?sub_area=" + west, "/api/packages/" + west} {
		told(path, s.as("admin").get(path).want(200).body)
	}
	m, _ := s.packageOf(west)
	for _, p := range m.Parts {
		packed, err := s.server.tiles.Part(west, p.Hash)
		s.ok(err)
		told(p.Name, gunzip(t, packed))
	}
	told("the log", []byte(s.log.String()))
}

// contactChange is a sync with one change that carries a contact.
func (s *service) contactChange(id uuid.UUID, serial, values any) map[string]any {
	return map[string]any{"version": 1, "clock": time.Now(), "changes": []any{map[string]any{"id": id, "serial": serial, "verb": "seal_contact",
		"sub_area": west, "epoch": s.held.Epoch, "at": time.Now(), "values": values}}}
}

// A package tells what to seal to, and where no key was made, that there is none.
func TestPackageTellsTheCountysKey(t *testing.T) {
	s := newService(t)
	rules := func() *ContactKey {
		m, _ := s.packageOf(west)
		packed, err := s.server.tiles.Part(west, partNamed(t, m, "rules").Hash)
		s.ok(err)
		var r PackageRules
		s.ok(json.Unmarshal(gunzip(t, packed), &r))
		return r.ContactKey
	}
	if k := rules(); k != nil {
		t.Errorf("a county without a key has %+v", k)
	}
	made := s.countyKey()
	if k := rules(); k == nil || k.ID != made.ID || string(k.Public) != string(made.Public) {
		t.Errorf("tablets are told %+v, the key is %+v", k, made)
	}
}

// countyKey gives the county a key whose private half nobody keeps.
func (s *service) countyKey() areas.CountyKey {
	s.t.Helper()
	private, err := areas.NewCountyPrivateKey()
	s.ok(err)
	public, err := areas.CountyPublicKey(private)
	s.ok(err)
	k, err := s.store.SetCountyKey(s.t.Context(), systemActor, areas.CountyKey{County: county, Public: public, Threshold: 2, Shares: 3}, false)
	s.ok(err)
	return k
}
