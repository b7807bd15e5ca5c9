package areas_test

import (
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"

	"canvass/areas"
	"canvass/migrations/dbtest"
)

var update = flag.Bool("update", false, "write testdata/sealed-contact/go.json anew")

const sealedExamples = "../testdata/sealed-contact/"

// sealedExample is a contact that either side sealed, to a key that is known for the tests alone.
type sealedExample struct {
	County       areas.Code    `json:"county"`
	Dwelling     uuid.UUID     `json:"dwelling"`
	ID           uuid.UUID     `json:"id"`
	Key          string        `json:"key"`
	Encapsulated []byte        `json:"encapsulated"`
	Ciphertext   []byte        `json:"ciphertext"`
	Contact      areas.Contact `json:"contact"`
	Public       []byte        `json:"public"`
	Private      []byte        `json:"private"`
}

func (e sealedExample) sealed() areas.SealedContact {
	return areas.SealedContact{County: e.County, ID: e.ID, Dwelling: e.Dwelling, Key: e.Key, Encapsulated: e.Encapsulated, Ciphertext: e.Ciphertext}
}

func TestSealedContactOpens(t *testing.T) {
	if *update {
		writeSealedExample(t)
	}
	for _, name := range []string{"go.json", "ts.json"} { // ts.json is what a browser's code sealed
		text, err := os.ReadFile(sealedExamples + name)
		if err != nil {
			t.Fatal(err)
		}
		var e sealedExample
		if err := json.Unmarshal(text, &e); err != nil {
			t.Fatal(err)
		}
		got, err := e.sealed().Open(e.Private)
		if err != nil || got != e.Contact {
			t.Errorf("%s opens as %+v, %v", name, got, err)
		}
		checkBinding(t, e)
	}
}

// checkBinding moves and alters a contact: it must not open.
func checkBinding(t *testing.T, e sealedExample) {
	t.Helper()
	another, err := areas.NewCountyPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.sealed().Open(another); err == nil {
		t.Error("it opens with another key")
	}
	for what, alter := range map[string]func(*areas.SealedContact){
		"another county":   func(c *areas.SealedContact) { c.County = "370884" },
		"another dwelling": func(c *areas.SealedContact) { c.Dwelling = uuid.New() },
		"another row":      func(c *areas.SealedContact) { c.ID = uuid.New() },
		"a flipped bit":    func(c *areas.SealedContact) { c.Ciphertext[7] ^= 1 },
		"another point":    func(c *areas.SealedContact) { c.Encapsulated[20] ^= 1 },
		"cut short":        func(c *areas.SealedContact) { c.Ciphertext = c.Ciphertext[:16] },
	} {
		c := e.sealed()
		c.Ciphertext, c.Encapsulated = append([]byte(nil), c.Ciphertext...), append([]byte(nil), c.Encapsulated...)
		alter(&c)
		contact, err := c.Open(e.Private)
		if err == nil {
			t.Errorf("%s: it opens as %+v", what, contact)
		} else if strings.Contains(err.Error(), e.Contact.Name) {
			t.Errorf("%s: the error tells the name: %v", what, err)
		}
	}
}

func writeSealedExample(t *testing.T) {
	t.Helper()
	private, err := areas.NewCountyPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := areas.CountyPublicKey(private)
	if err != nil {
		t.Fatal(err)
	}
	e := sealedExample{County: "370883", Dwelling: uuid.MustParse("01900000-0000-7000-8000-00000000000d"),
		ID: uuid.MustParse("01900000-0000-7000-8000-00000000000a"), Contact: areas.Contact{Name: "张伟", Telephone: "0537-5550123"},
		Public: public, Private: private}
	c, err := e.sealed().Seal(public, e.Contact)
	if err != nil {
		t.Fatal(err)
	}
	e.Key, e.Encapsulated, e.Ciphertext = c.Key, c.Encapsulated, c.Ciphertext
	text, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(sealedExamples+"go.json", append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// countyKey gives the place a key and answers its private half.
func (p *place) countyKey() (private []byte, k areas.CountyKey) {
	p.t.Helper()
	private, err := areas.NewCountyPrivateKey()
	p.ok(err)
	public, err := areas.CountyPublicKey(private)
	p.ok(err)
	k, err = p.SetCountyKey(p.t.Context(), areas.System(), areas.CountyKey{County: county, Public: public, Threshold: 2, Shares: 3}, false)
	p.ok(err)
	return private, k
}

// ownersStore acts as the database's owner, as canvass unseal does.
func (p *place) ownersStore() *areas.Store {
	p.t.Helper()
	return areas.NewStore(dbtest.Owner(p.t, p.pool))
}

var somebody = areas.Contact{Name: "诸葛孔明", Telephone: "0537-5550188"}

// A contact goes in once, is opened by whoever has the key and acts as the owner, and leaves an event each time.
func TestContactIsSealedAndOpened(t *testing.T) {
	p := newPlace(t)
	_, doors := p.assigned()
	private, k := p.countyKey()
	c, err := areas.SealedContact{County: county, ID: uuid.New(), Place: west, Dwelling: doors[0].ID}.Seal(k.Public, somebody)
	p.ok(err)
	enumerator := p.act(p.enum.ID)
	for range 2 {
		p.ok(p.SealContact(t.Context(), enumerator, c))
	}
	u := areas.Unsealing{County: county, Dwelling: doors[0].ID, Reason: "复查", Key: k.ID, Shares: []int{1, 3}}
	var got []areas.Contact
	open := func(c areas.SealedContact) {
		contact, err := c.Open(private)
		p.ok(err)
		got = append(got, contact)
	}
	p.ok(p.ownersStore().Unseal(t.Context(), areas.System(), u, open))
	if !reflect.DeepEqual(got, []areas.Contact{somebody}) {
		t.Errorf("opened %+v", got)
	}
	if err := p.Unseal(t.Context(), areas.System(), u, open); err == nil || len(got) > 1 {
		t.Errorf("the service's own connection opens contacts: %v, %v", got, err)
	}
	u.Reason = ""
	if err := p.ownersStore().Unseal(t.Context(), areas.System(), u, open); areas.CodeOf(err) != "reason_missing" {
		t.Errorf("without a reason: %v", err)
	}
	u.Reason, u.Dwelling = "复查", doors[1].ID
	if err := p.ownersStore().Unseal(t.Context(), areas.System(), u, open); areas.CodeOf(err) != "contact_unknown" {
		t.Errorf("of another dwelling: %v", err)
	}
	events, err := p.Events(t.Context(), areas.System(), areas.EventQuery{Within: county, Subject: "dwelling/" + doors[0].ID.String()})
	p.ok(err)
	verbs := map[string]int{}
	for _, e := range events.Items {
		verbs[e.Verb]++
		if text, _ := json.Marshal(e); strings.Contains(string(text), somebody.Name) {
			t.Errorf("the log tells the name: %s", text)
		}
	}
	if verbs["seal"] != 1 || verbs["unseal"] != 1 {
		t.Errorf("the log holds %v", verbs)
	}
}

func TestContactRefuses(t *testing.T) {
	p := newPlace(t)
	_, doors := p.assigned()
	_, k := p.countyKey()
	good, err := areas.SealedContact{County: county, ID: uuid.New(), Place: west, Dwelling: doors[0].ID}.Seal(k.Public, somebody)
	p.ok(err)
	for _, c := range []struct {
		what, code string
		alter      func(*areas.SealedContact)
	}{
		{"no dwelling", "contact_malformed", func(c *areas.SealedContact) { c.Dwelling = uuid.Nil }},
		{"no id", "contact_malformed", func(c *areas.SealedContact) { c.ID = uuid.Nil }},
		{"a name instead of a key", "contact_malformed", func(c *areas.SealedContact) { c.Key = "zhang-wei-zhang!" }},
		{"text that is not sealed", "contact_malformed", func(c *areas.SealedContact) { c.Ciphertext = []byte(somebody.Name + somebody.Telephone) }},
		{"too long", "contact_malformed", func(c *areas.SealedContact) { c.Ciphertext = make([]byte, 256*17+16) }},
		{"no point", "contact_malformed", func(c *areas.SealedContact) { c.Encapsulated = nil }},
		{"another's sub-area", "outside_scope", func(c *areas.SealedContact) { c.Place = east }},
	} {
		bad := good
		c.alter(&bad)
		if err := p.SealContact(t.Context(), p.act(p.enum.ID), bad); areas.CodeOf(err) != c.code {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

// What a tablet seals is kept apart whatever becomes of its change, and none of it stays with the change.
func TestSyncSealsContacts(t *testing.T) {
	p := newPlace(t)
	a, doors := p.assigned()
	private, k := p.countyKey()
	b := p.pad(p.enum, a.Epoch)
	seal := func() areas.Change {
		change := b.did("seal_contact", nil)
		c, err := areas.SealedContact{County: county, ID: change.ID, Dwelling: doors[0].ID}.Seal(k.Public, somebody)
		p.ok(err)
		change.Values, err = json.Marshal(areas.ContactValues{Dwelling: c.Dwelling, Key: c.Key, Encapsulated: c.Encapsulated, Ciphertext: c.Ciphertext})
		p.ok(err)
		return change
	}
	first, second, visit := seal(), seal(), b.visited(doors[0], "complete")
	plain := b.did("seal_contact", map[string]any{"dwelling": doors[0].ID, "name": somebody.Name, "telephone": somebody.Telephone})
	b.becomes("2 held; 3 held; ", second, visit)
	b.becomes("1 applied; 2 applied; 3 applied; ", first)
	b.becomes("4 quarantined contact_malformed; ", plain)
	b.becomes("1 applied; 2 applied; 4 quarantined contact_malformed; ", first, second, plain)
	opened := 0
	u := areas.Unsealing{County: county, Dwelling: doors[0].ID, Reason: "复查", Key: k.ID}
	p.ok(p.ownersStore().Unseal(t.Context(), areas.System(), u, func(c areas.SealedContact) {
		contact, err := c.Open(private)
		p.ok(err)
		if contact == somebody {
			opened++
		}
	}))
	if opened != 2 {
		t.Errorf("%d contacts open", opened)
	}
	for _, state := range []string{"applied", "held", "quarantined"} {
		list, err := p.Changes(t.Context(), areas.System(), areas.ChangeQuery{Within: county, State: state})
		p.ok(err)
		for _, c := range list.Items {
			text := string(c.Values())
			if c.Verb == "seal_contact" && (strings.Contains(text, "ciphertext") || strings.Contains(text, somebody.Name)) {
				t.Errorf("a change that is %s keeps %s", state, text)
			}
		}
	}
}

// A key is replaced on purpose only; the one before stays known.
func TestCountyKeyIsReplaced(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	_, first := p.countyKey()
	next := func(replace bool) error {
		private, err := areas.NewCountyPrivateKey()
		p.ok(err)
		public, err := areas.CountyPublicKey(private)
		p.ok(err)
		_, err = p.SetCountyKey(t.Context(), areas.System(), areas.CountyKey{County: county, Public: public, Threshold: 2, Shares: 2}, replace)
		return err
	}
	if err := next(false); areas.CodeOf(err) != "county_key_there" {
		t.Errorf("a second first key: %v", err)
	}
	p.ok(next(true))
	keys, err := p.CountyKeys(t.Context(), areas.System(), county)
	p.ok(err)
	if len(keys) != 2 || keys[0].RetiredAt != nil || keys[1].ID != first.ID || keys[1].RetiredAt == nil {
		t.Errorf("the keys are %+v", keys)
	}
	rules, err := p.FieldRules(t.Context(), p.act(p.enum.ID), west)
	p.ok(err)
	if rules.ContactKey == nil || rules.ContactKey.ID != keys[0].ID {
		t.Errorf("tablets seal to %+v", rules.ContactKey)
	}
	if _, err := p.SetCountyKey(t.Context(), p.supervisor, first, true); areas.CodeOf(err) == "" {
		t.Error("a supervisor sets the county's key")
	}
}
