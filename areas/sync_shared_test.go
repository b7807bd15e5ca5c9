package areas_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// neighbours are two tablets of two enumerators: one holds the west, the other the east.
func (p *place) neighbours() (w, e *pad, western, eastern []areas.Dwelling) {
	p.t.Helper()
	a, western := p.assigned()
	other := p.account("neighbour", areas.RoleEnumerator, town)
	b, err := p.Assign(p.t.Context(), p.supervisor, areas.NewAssignment{SubArea: east, Enumerator: other.ID})
	p.ok(err)
	_, err = p.AddBuildings(p.t.Context(), p.gis, county, []areas.NewBuilding{
		{Geometry: square("117.015 35.005"), Floors: ptr(2), Stairwells: ptr(1), Doors: ptr(2), Source: "test", SourceID: "east"}})
	p.ok(err)
	_, err = p.ListDwellings(p.t.Context(), p.gis, east)
	p.ok(err)
	list, err := p.Dwellings(p.t.Context(), p.supervisor, areas.DwellingQuery{SubArea: east})
	p.ok(err)
	w, e = p.pad(p.enum, a.Epoch), p.pad(other, b.Epoch)
	e.area = east
	return w, e, western, list.Items
}

func (b *pad) batch(changes ...areas.Change) areas.Batch {
	return areas.Batch{Device: areas.DeviceKey{County: county, ID: b.device.ID}, Clock: time.Now(), Changes: changes,
		Known: areas.Known{Cursor: fmt.Sprint(time.Now().Add(-time.Hour).UnixMicro()), Hashes: map[areas.Code]string{b.area: "of yesterday"}}}
}

// together has two tablets share a transaction.
func (p *place) together(w, e *pad, ofWest, ofEast []areas.Change) ([]areas.Synced, error) {
	return p.SyncTogether(p.t.Context(), []areas.Actor{w.who, e.who}, []areas.Batch{w.batch(ofWest...), e.batch(ofEast...)})
}

func states(s areas.Synced) (words string) {
	for _, r := range s.Receipts {
		words += fmt.Sprintf("%d %s %s; ", r.Serial, r.State, r.Reason)
	}
	return words
}

// TestTabletsThatShareATransaction has each tablet the outcome it would have alone: its own receipts, its own sub-area, its own
// name in the history.
func TestTabletsThatShareATransaction(t *testing.T) {
	p := newPlace(t)
	w, e, western, eastern := p.neighbours()
	got, err := p.together(w, e,
		[]areas.Change{w.visited(western[0], "complete"), w.visited(western[1], "eaten"), w.visited(western[1], "no_contact")},
		[]areas.Change{e.visited(eastern[0], "refused")})
	p.ok(err)
	for i, want := range []string{"1 applied ; 2 quarantined result_unknown; 3 applied ; ", "1 applied ; "} {
		if s := states(got[i]); s != want {
			t.Errorf("tablet %d: %s, want %s", i, s, want)
		}
	}
	for i, want := range []struct {
		area           areas.Code
		serial         int64
		told, together int
	}{{west, 3, len(western), len(western)}, {east, 1, len(eastern), len(eastern)}} {
		s := got[i]
		if len(s.SubAreas) != 1 || s.SubAreas[0].Code != want.area || len(s.SubAreas[0].Dwellings) != want.told || s.Serial != want.serial {
			t.Errorf("tablet %d is told %+v, serial %d", i, s.SubAreas, s.Serial)
		}
		if len(s.Assignments) != 1 || s.Assignments[0].SubArea != want.area {
			t.Errorf("tablet %d holds %+v", i, s.Assignments)
		}
	}
	for _, at := range []struct {
		place areas.Code
		by    areas.Actor
	}{{west, w.who}, {east, e.who}} {
		events, err := p.Events(t.Context(), p.supervisor, areas.EventQuery{Within: at.place})
		p.ok(err)
		if last := events.Items[0]; last.Verb != "visit" || last.Actor == nil || *last.Actor != at.by.ID || last.Role != areas.RoleEnumerator {
			t.Errorf("the last event in %s is %+v", at.place, last)
		}
		visits, err := p.Visits(t.Context(), p.supervisor, areas.VisitQuery{Within: at.place})
		p.ok(err)
		for _, v := range visits.Items {
			if v.Enumerator != at.by.ID {
				t.Errorf("the visit in %s is %+v", at.place, v)
			}
		}
	}
	again, err := p.together(w, e, w.sent, e.sent)
	p.ok(err)
	if states(again[0])+states(again[1]) != states(got[0])+states(got[1]) || p.visits() != 3 {
		t.Errorf("sent again: %s and %s, %d visits", states(again[0]), states(again[1]), p.visits())
	}
	p.sound()
}

// TestTabletsThatMayNotShare tells which batches do not go together: nothing of them is kept, and each alone is taken as ever.
func TestTabletsThatMayNotShare(t *testing.T) {
	for name, spoil := range map[string]func(p *place, w, e *pad, western []areas.Dwelling) (ofWest, ofEast []areas.Change){
		"both in one sub-area": func(p *place, w, e *pad, western []areas.Dwelling) (a, b []areas.Change) {
			return []areas.Change{w.visited(western[0], "complete")}, []areas.Change{e.visited(western[1], "complete")}
		},
		"one brings on what waited": func(p *place, w, e *pad, western []areas.Dwelling) (a, b []areas.Change) {
			first, done := w.visited(western[0], "complete"), w.did("declare_done", struct{}{})
			w.becomes("2 held; ", done)
			return []areas.Change{first}, nil
		},
		"the database refuses a value": func(p *place, w, e *pad, western []areas.Dwelling) (a, b []areas.Change) {
			c := w.visited(western[0], "complete")
			c.Values = json.RawMessage(`{"dwelling":"` + western[0].ID.String() + `","result":"complete","note":"\u0000"}`)
			return []areas.Change{c}, nil
		},
		"one is not known": func(p *place, w, e *pad, western []areas.Dwelling) (a, b []areas.Change) {
			w.device.ID = uuid.New()
			return []areas.Change{w.visited(western[0], "complete")}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			w, e, western, eastern := p.neighbours()
			ofWest, ofEast := spoil(p, w, e, western)
			ofEast = append(ofEast, e.visited(eastern[0], "complete"))
			if got, err := p.together(w, e, ofWest, ofEast); err == nil {
				t.Fatalf("went together: %s and %s", states(got[0]), states(got[1]))
			}
			if n := p.visits(); n != 0 {
				t.Fatalf("%d visits were kept", n)
			}
			alone, err := p.Sync(t.Context(), e.who, e.batch(ofEast...))
			p.ok(err)
			last := alone.Receipts[len(alone.Receipts)-1]
			if last.State != areas.ChangeApplied || p.visits() == 0 {
				t.Errorf("alone: %s", states(alone))
			}
		})
	}
}

// TestManyTabletsAtOnce has tablets send at once, each several times, some of it what the database refuses: every visit is taken
// once, whoever it went together with.
func TestManyTabletsAtOnce(t *testing.T) {
	p := newPlace(t)
	w, e, western, eastern := p.neighbours()
	spoilt := e.visited(eastern[1], "complete")
	spoilt.Values = json.RawMessage(`{"dwelling":"` + eastern[1].ID.String() + `","result":"complete","note":"\u0000"}`)
	batches := map[*pad][]areas.Change{
		w: {w.visited(western[0], "complete"), w.visited(western[1], "no_contact")},
		e: {spoilt, e.visited(eastern[0], "complete")},
	}
	var all sync.WaitGroup
	for b, changes := range batches {
		for range 12 {
			all.Go(func() {
				if _, err := p.Sync(t.Context(), b.who, b.batch(changes...)); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	w.becomes("1 applied; 2 applied; ", batches[w]...)
	e.becomes("1 quarantined values_malformed; 2 applied; ", batches[e]...)
	if n := p.visits(); n != 3 {
		t.Errorf("%d visits", n)
	}
	p.sound()
}
