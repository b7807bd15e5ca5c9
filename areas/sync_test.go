package areas_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// device enrols a tablet of an account.
func (p *place) device(who areas.Actor) areas.Device {
	p.t.Helper()
	e, err := p.IssueEnrolment(p.t.Context(), p.supervisor, who.ID)
	p.ok(err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	p.ok(err)
	public, err := key.PublicKey.Bytes()
	p.ok(err)
	d, err := p.Enrol(p.t.Context(), areas.NewDevice{Code: e.Code, Name: "平板", PublicKey: public})
	p.ok(err)
	return d
}

// pad is a tablet: it numbers what is done on it.
type pad struct {
	*place
	who    areas.Actor
	device areas.Device
	serial int64
	epoch  int
	area   areas.Code
	sent   []areas.Change
}

func (p *place) pad(who areas.Actor, epoch int) *pad {
	p.t.Helper()
	return &pad{place: p, who: p.act(who.ID), device: p.device(who), epoch: epoch, area: west}
}

// did is a change made on the tablet now.
func (b *pad) did(verb string, values any) areas.Change {
	b.t.Helper()
	text, err := json.Marshal(values)
	b.ok(err)
	b.serial++
	c := areas.Change{ID: uuid.Must(uuid.NewV7()), Serial: b.serial, Verb: verb, SubArea: b.area, Epoch: b.epoch, At: time.Now(), Values: text}
	b.sent = append(b.sent, c)
	return c
}

func (b *pad) visited(d areas.Dwelling, result string) areas.Change {
	return b.did("record_visit", areas.VisitValues{Dwelling: d.ID, Result: result})
}

// sync sends changes and answers what became of them, in a word each.
func (b *pad) sync(changes ...areas.Change) (areas.Synced, string) {
	b.t.Helper()
	got, err := b.Sync(b.t.Context(), b.who, areas.Batch{Device: areas.DeviceKey{County: county, ID: b.device.ID}, Clock: time.Now(), Changes: changes})
	b.ok(err)
	words := ""
	for _, r := range got.Receipts {
		words += fmt.Sprintf("%d %s", r.Serial, r.State)
		if r.Reason != "" {
			words += " " + r.Reason
		}
		words += "; "
	}
	return got, words
}

// becomes fails unless changes become what is said.
func (b *pad) becomes(want string, changes ...areas.Change) areas.Synced {
	b.t.Helper()
	got, words := b.sync(changes...)
	if words != want {
		b.t.Fatalf("became %q, want %q (%+v)", words, want, got.Receipts)
	}
	return got
}

func (p *place) dwelling(id uuid.UUID) areas.Dwelling {
	p.t.Helper()
	for _, code := range []areas.Code{west, east} {
		list, err := p.Dwellings(p.t.Context(), areas.System(), areas.DwellingQuery{SubArea: code})
		p.ok(err)
		for _, d := range list.Items {
			if d.ID == id {
				return d
			}
		}
	}
	return areas.Dwelling{}
}

func (p *place) visits() int {
	p.t.Helper()
	list, err := p.Visits(p.t.Context(), areas.System(), areas.VisitQuery{Within: county, Page: areas.Page{Limit: 1000}})
	p.ok(err)
	return len(list.Items)
}

func TestSyncTakesEachChangeOnce(t *testing.T) {
	p := newPlace(t)
	a, doors := p.assigned()
	b := p.pad(p.enum, a.Epoch)
	one, two, three := b.visited(doors[0], "complete"), b.visited(doors[1], "no_contact"), b.visited(doors[2], "refused")
	b.becomes("2 held; 3 held; ", three, two)
	b.becomes("3 held; ", three)
	b.becomes("1 applied; 2 applied; 3 applied; ", one)
	b.becomes("1 applied; 2 applied; 3 applied; ", three, one, two, two)
	if n := p.visits(); n != 3 {
		t.Errorf("%d visits", n)
	}
	p.sound()
}

func TestSyncHealsADifference(t *testing.T) {
	p := newPlace(t)
	a, doors := p.assigned()
	b := p.pad(p.enum, a.Epoch)
	got := b.becomes("1 applied; ", b.visited(doors[0], "complete"))
	all := got.SubAreas[0]
	if !all.Full || len(all.Dwellings) != 5 || len(all.Buildings) != 3 || all.Count != 5+3+1 || all.Hash == "" {
		t.Fatalf("told %+v", all)
	}
	ask := func(known areas.Known) areas.Told {
		got, err := p.Sync(t.Context(), b.who, areas.Batch{Device: areas.DeviceKey{County: county, ID: b.device.ID}, Known: known})
		p.ok(err)
		return got.SubAreas[0]
	}
	same := ask(areas.Known{Cursor: got.Cursor, Hashes: map[areas.Code]string{west: all.Hash}})
	if same.Full || len(same.Dwellings)+len(same.Buildings) > 0 || same.Hash != all.Hash {
		t.Errorf("the tablet has it all, and was told %+v", same)
	}
	p.visit(doors[1], "complete")
	later := ask(areas.Known{Cursor: got.Cursor, Hashes: map[areas.Code]string{west: all.Hash}})
	if later.Full || later.Hash == all.Hash || len(later.Dwellings) == 0 {
		t.Errorf("somebody visited a door, and the tablet was told %+v", later)
	}
	whole := ask(areas.Known{Cursor: got.Cursor, Hashes: map[areas.Code]string{west: "other"}, Resend: []areas.Code{west}})
	if !whole.Full || len(whole.Dwellings) != 5 || whole.Hash != later.Hash {
		t.Errorf("the tablet asked for the whole, and was told %+v", whole)
	}
}

func TestLateWorkOfAFencedTablet(t *testing.T) {
	p := newPlace(t)
	a, doors := p.assigned()
	old := p.pad(p.enum, a.Epoch)
	met, alone, done := old.visited(doors[0], "complete"), old.visited(doors[1], "complete"), old.did("declare_done", struct{}{})
	_, err := p.EndAssignment(t.Context(), p.supervisor, county, a.ID)
	p.ok(err)
	li := p.account("li", areas.RoleEnumerator, town)
	b, err := p.Assign(t.Context(), p.supervisor, areas.NewAssignment{SubArea: west, Enumerator: li.ID})
	p.ok(err)
	fresh := p.pad(li, b.Epoch)
	fresh.becomes("1 applied; ", fresh.visited(doors[0], "vacant"))
	got := old.becomes("1 quarantined fenced; 2 applied; 3 quarantined fenced; ", met, alone, done)
	if r := got.Receipts[0]; r.Words.ZH == "" || r.Words.EN == "" || len(r.Theirs) == 0 {
		t.Errorf("both sides are not shown: %+v", r)
	}
	old.becomes("1 quarantined fenced; 2 applied; 3 quarantined fenced; ", met, alone, done)
	if d := p.dwelling(doors[0].ID); d.Occupancy != "vacant" || d.Attempts != 1 {
		t.Errorf("what was set aside was counted: %+v", d)
	}
	if _, open := p.flags()["set_aside "+string(west)]; !open {
		t.Errorf("no flag says that something was set aside: %v", p.flags())
	}
	p.sound()
	key := areas.ChangeKey{County: county, ID: met.ID}
	_, err = p.DecideChange(t.Context(), p.supervisor, key, true, "")
	p.refused(err, "reason_missing")
	_, err = p.DecideChange(t.Context(), fresh.who, key, true, "我")
	p.refused(err, "role_not_allowed")
	took, err := p.DecideChange(t.Context(), p.supervisor, key, true, "邻居证实")
	p.ok(err)
	_, err = p.DecideChange(t.Context(), p.supervisor, key, false, "x")
	p.refused(err, "decided_already")
	if d := p.dwelling(doors[0].ID); took.State != "applied" || d.Occupancy != "occupied" || d.Attempts != 2 {
		t.Errorf("what was accepted does not count: %+v", d)
	}
	_, err = p.DecideChange(t.Context(), p.supervisor, areas.ChangeKey{County: county, ID: done.ID}, false, "已改派")
	p.ok(err)
	if _, open := p.flags()["set_aside "+string(west)]; open {
		t.Error("everything is decided, and the flag is open")
	}
	p.sound()
}

func TestWhatCannotBeTakenIsSetAside(t *testing.T) {
	p := newPlace(t)
	a, doors := p.assigned()
	b := p.pad(p.enum, a.Epoch)
	in := func(c areas.Change, change func(*areas.Change)) areas.Change { change(&c); return c }
	values := func(text string) func(*areas.Change) {
		return func(c *areas.Change) { c.Values = json.RawMessage(text) }
	}
	got, words := b.sync(
		b.visited(areas.Dwelling{ID: uuid.New()}, "complete"),
		b.visited(doors[0], "eaten"),
		in(b.visited(doors[0], "complete"), func(c *areas.Change) { c.At = time.Now().AddDate(0, 0, -5) }),
		in(b.visited(doors[0], "complete"), func(c *areas.Change) { c.SubArea = "370883100201777" }),
		in(b.visited(doors[0], "complete"), func(c *areas.Change) { c.SubArea = "nonsense" }),
		in(b.did("dance", 1), values(`"x"`)),
		in(b.visited(doors[0], "complete"), values(`{"dwelling":5}`)),
		in(b.visited(doors[0], "complete"), values(`{"dwelling":"`+doors[0].ID.String()+`","result":"vacant","note":"\u0000"}`)),
		in(b.visited(doors[0], "complete"), values(`{"dwelling":"`+doors[0].ID.String()+`","result":"vacant","evidence":["smell"]}`)),
		b.visited(doors[1], "proxy"),
		b.did("make_dwellings", areas.PatternValues{Building: p.buildings[0], Pattern: areas.Pattern{Stairwells: 999}}),
		b.did("add_building", map[string]any{"building": 5, "geometry": map[string]any{"type": "Point", "coordinates": []float64{117, 35}}}),
		b.did("mark_building", map[string]any{"building": p.buildings[0], "kind": "castle", "reason": "x"}),
		b.visited(doors[2], "complete"),
	)
	want := "1 quarantined dwelling_unknown; 2 quarantined result_unknown; 3 quarantined before_assignment; 4 applied; 5 applied; " +
		"6 quarantined verb_unknown; 7 quarantined values_malformed; 8 quarantined values_malformed; 9 quarantined evidence_unknown; " +
		"10 quarantined proxy_too_early; 11 quarantined pattern_implausible; 12 quarantined building_id_malformed; " +
		"13 quarantined buildings_kind_is_known; 14 applied; "
	if words != want {
		t.Errorf("became %s\nwant   %s", words, want)
	}
	for _, r := range got.Receipts {
		if r.State == "quarantined" && (r.Words.ZH == "" || r.Words.EN == "") {
			t.Errorf("%d is set aside without a word: %+v", r.Serial, r)
		}
	}
	list, err := p.Changes(t.Context(), p.supervisor, areas.ChangeQuery{Within: county})
	p.ok(err)
	if len(list.Items) != 11 {
		t.Errorf("%d changes are kept for the supervisor", len(list.Items))
	}
	p.sound()
}
