package areas_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"pgregory.net/rapid"

	"canvass/areas"
)

var converge = flag.Int("converge", 24, "runs of TestSyncConverges; thousands by hand")

// world is a county with tablets in it, and everything that anybody did: what the census must come to hold.
type world struct {
	*place
	r       *rapid.T
	doors   []uuid.UUID
	tablets []*roamer
	made    map[uuid.UUID]areas.Change // every change, by its id
	ended   map[uuid.UUID]string       // what became of it at last
	divided int
}

// roamer is a tablet that may be out of reach, has a clock of its own, and may lose an answer or break down while it sends.
type roamer struct {
	who    areas.Actor
	device areas.Device
	serial int64
	epoch  map[areas.Code]int
	area   areas.Code // as it knows it
	off    time.Duration
	unsent []areas.Change
	cursor string
	hashes map[areas.Code]string
	holds  map[areas.Code]map[string]string // rows by sub-area: what its hashes are of
}

// TestSyncConverges lets tablets work, break down, lose each other's answers, send twice and out of order and at once, while
// sub-areas change hands and are divided. When all have been heard, every change is taken once or set aside once, no visit is
// lost or doubled, the counts add up, and tablet and server hold the same.
func TestSyncConverges(t *testing.T) {
	for i := range *converge {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			p := newPlace(t)
			first := true
			rapid.Check(t, func(r *rapid.T) {
				if !first {
					return // one county a run: rapid's own repetition is done by the loop
				}
				first = false
				newWorld(p, r).live()
			})
		})
	}
}

func newWorld(p *place, r *rapid.T) *world {
	w := &world{place: p, r: r, made: map[uuid.UUID]areas.Change{}, ended: map[uuid.UUID]string{}}
	_, doors := p.assigned()
	for _, d := range doors {
		w.doors = append(w.doors, d.ID)
	}
	for i := range rapid.IntRange(2, 4).Draw(r, "tablets") {
		who := p.enum
		if i > 1 {
			who = p.account(fmt.Sprintf("e%d", i), areas.RoleEnumerator, town)
		}
		w.tablets = append(w.tablets, &roamer{who: who, device: p.device(who), epoch: map[areas.Code]int{west: 1}, area: west,
			off: time.Duration(rapid.IntRange(-200, 200).Draw(r, "hours off")) * time.Hour, hashes: map[areas.Code]string{},
			holds: map[areas.Code]map[string]string{}})
	}
	return w
}

func (w *world) live() {
	acts := []func(*roamer){w.work, w.work, w.work, w.send, w.send, w.sendBadly, w.breakOff, w.reassign, w.divide}
	for range rapid.IntRange(10, 60).Draw(w.r, "steps") {
		b := rapid.SampledFrom(w.tablets).Draw(w.r, "tablet")
		acts[rapid.IntRange(0, len(acts)-1).Draw(w.r, "act")](b)
	}
	for range 3 { // every tablet comes into reach at last, and hears of what the others sent
		for _, b := range w.tablets {
			w.exchange(b, b.unsent)
		}
	}
	w.check()
}

// work is one act of a person on a tablet, sent or not.
func (w *world) work(b *roamer) {
	door := rapid.SampledFrom(w.doors).Draw(w.r, "door")
	result := rapid.SampledFrom([]string{"complete", "partial", "no_contact", "refused", "vacant", "proxy"}).Draw(w.r, "result")
	switch rapid.IntRange(0, 9).Draw(w.r, "verb") {
	case 0:
		w.did(b, "correct_visit", areas.CorrectionValues{VisitValues: areas.VisitValues{Dwelling: door, Result: result}, Reason: "记错"})
	case 1:
		w.did(b, "mark_dwelling", areas.DwellingMark{Dwelling: door, Reason: "不是住房"})
	case 2:
		at := orb.Point{117.001 + rapid.Float64Range(0, 0.008).Draw(w.r, "x"), 35.001}
		w.did(b, "add_building", map[string]any{"building": int64(1)<<51 + rapid.Int64Range(0, 1<<50).Draw(w.r, "id"),
			"geometry": map[string]any{"type": "Point", "coordinates": at}})
	case 3:
		w.did(b, "make_dwellings", areas.PatternValues{Building: w.buildings[1], Pattern: areas.Pattern{Stairwells: 1,
			Floors: rapid.IntRange(1, 3).Draw(w.r, "floors"), Doors: 2}})
	case 4:
		w.did(b, "add_household", areas.HouseholdValues{Household: uuid.New(), Dwelling: door})
	case 5:
		w.did(b, "declare_done", struct{}{})
	default:
		w.did(b, "record_visit", areas.VisitValues{Dwelling: door, Result: result})
	}
}

func (w *world) did(b *roamer, verb string, values any) {
	text, err := json.Marshal(values)
	w.ok(err)
	b.serial++
	c := areas.Change{ID: uuid.Must(uuid.NewV7()), Serial: b.serial, Verb: verb, SubArea: b.area, Epoch: b.epoch[b.area],
		At: time.Now().Add(b.off), Values: text}
	b.unsent = append(b.unsent, c)
	w.made[c.ID] = c
}

// send sends what is unsent; the answer may be lost, and then it is all sent again.
func (w *world) send(b *roamer) {
	n := rapid.IntRange(0, len(b.unsent)).Draw(w.r, "sent")
	if rapid.IntRange(0, 3).Draw(w.r, "answer lost") == 0 {
		w.heard(b, b.unsent[:n])
		return
	}
	w.exchange(b, b.unsent[:n])
}

// sendBadly sends out of order, twice, with some left out, and two requests at once.
func (w *world) sendBadly(b *roamer) {
	if len(b.unsent) == 0 {
		return
	}
	sent := rapid.Permutation(b.unsent).Draw(w.r, "order")
	sent = append(sent[:rapid.IntRange(1, len(sent)).Draw(w.r, "cut off")], sent[0])
	done := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := w.Sync(context.Background(), b.who, areas.Batch{Device: areas.DeviceKey{County: county, ID: b.device.ID},
				Clock: time.Now().Add(b.off), Changes: sent})
			done <- err
		}()
	}
	w.ok(<-done)
	w.ok(<-done)
}

// breakOff has the service break down while it works on a request: what it did is all there, or none of it.
func (w *world) breakOff(b *roamer) {
	ctx, stop := context.WithTimeout(context.Background(), time.Duration(rapid.IntRange(0, 30).Draw(w.r, "milliseconds"))*time.Millisecond)
	defer stop()
	_, err := w.Sync(ctx, b.who, areas.Batch{Device: areas.DeviceKey{County: county, ID: b.device.ID}, Clock: time.Now().Add(b.off),
		Changes: b.unsent})
	if err != nil && ctx.Err() == nil {
		w.t.Fatal(err)
	}
}

func (w *world) heard(b *roamer, changes []areas.Change) areas.Synced {
	w.t.Helper()
	got, err := w.Sync(context.Background(), w.act(b.who.ID), areas.Batch{Device: areas.DeviceKey{County: county, ID: b.device.ID},
		Clock: time.Now().Add(b.off), Changes: changes, Known: areas.Known{Cursor: b.cursor, Hashes: b.hashes}})
	w.ok(err)
	return got
}

// exchange is a sync whose answer arrives: what is receipted is forgotten, what changed is taken over.
func (w *world) exchange(b *roamer, changes []areas.Change) {
	w.t.Helper()
	got := w.heard(b, changes)
	for _, r := range got.Receipts {
		if r.State == areas.ChangeHeld {
			continue
		}
		if before, known := w.ended[r.ID]; known && before != r.State {
			w.t.Fatalf("change %d was %s, and is %s when it is sent again", r.Serial, before, r.State)
		}
		w.ended[r.ID] = r.State
		b.unsent = slices.DeleteFunc(b.unsent, func(c areas.Change) bool { return c.ID == r.ID })
	}
	var differ []areas.Code
	for _, told := range got.SubAreas {
		if b.learn(told) != told.Hash && told.Held {
			differ = append(differ, told.Code)
		}
	}
	b.cursor = got.Cursor
	for _, a := range got.Assignments {
		b.area = a.SubArea
		b.epoch[a.SubArea] = a.Epoch
	}
	if len(differ) > 0 {
		w.resend(b, differ)
	}
}

// resend asks for whole sub-areas where a difference was found, and there is none after.
func (w *world) resend(b *roamer, codes []areas.Code) {
	w.t.Helper()
	got, err := w.Sync(context.Background(), w.act(b.who.ID), areas.Batch{Device: areas.DeviceKey{County: county, ID: b.device.ID},
		Clock: time.Now().Add(b.off), Known: areas.Known{Cursor: b.cursor, Hashes: b.hashes, Resend: codes}})
	w.ok(err)
	for _, told := range got.SubAreas {
		if hash := b.learn(told); told.Held && hash != told.Hash {
			w.t.Fatalf("the tablet has %s of %s, the server %s, after it was told the whole", hash, told.Code, told.Hash)
		}
	}
}

// learn takes over what a tablet is told of a sub-area and answers the hash of what it then holds, as the app computes it.
func (b *roamer) learn(told areas.Told) string {
	rows := b.holds[told.Code]
	if rows == nil || told.Full {
		rows = map[string]string{}
	}
	for _, f := range told.Buildings {
		rows["b"+fmt.Sprint(f.ID)] = fmt.Sprintf("b %d %d %s", f.ID, f.Revision, f.Standing)
	}
	for _, d := range told.Dwellings {
		resolved := map[bool]int{true: 1}[d.Resolved]
		rows["d"+d.ID.String()] = fmt.Sprintf("d %s %d %s %d %d", d.ID, d.Revision, d.Occupancy, d.Attempts, resolved)
		for _, h := range d.Households {
			rows["h"+d.ID.String()+h.ID.String()] = fmt.Sprintf("h %s %d %s", h.ID, h.Revision, h.Collection)
		}
	}
	for _, id := range told.Gone {
		maps.DeleteFunc(rows, func(key, _ string) bool { return len(key) > 36 && key[1:37] == id.String() })
	}
	b.holds[told.Code], b.hashes[told.Code] = rows, areas.HashOf(slices.Collect(maps.Values(rows)))
	return b.hashes[told.Code]
}

// reassign gives a sub-area that somebody holds to somebody else, while his tablet knows nothing of it.
func (w *world) reassign(b *roamer) {
	held, err := w.Assignments(context.Background(), w.admin, areas.AssignmentQuery{Within: county, Open: true})
	w.ok(err)
	if len(held.Items) == 0 {
		return
	}
	a := rapid.SampledFrom(held.Items).Draw(w.r, "assignment")
	_, err = w.EndAssignment(context.Background(), w.supervisor, county, a.ID)
	w.ok(err)
	_, err = w.Assign(context.Background(), w.supervisor, areas.NewAssignment{SubArea: a.SubArea, Enumerator: b.who.ID})
	w.ok(err)
}

// divide cuts the western sub-area between its two houses, once.
func (w *world) divide(*roamer) {
	if w.divided++; w.divided > 1 {
		return
	}
	knife, err := wkt.UnmarshalLineString("LINESTRING (117.004 35, 117.004 35.01)")
	w.ok(err)
	_, err = w.Split(context.Background(), w.gis, areas.Asked{}, areas.Split{Code: west, Line: knife})
	w.ok(err)
}

// check compares what the census holds with what was done.
func (w *world) check() {
	w.t.Helper()
	visits, err := w.Visits(context.Background(), areas.System(), areas.VisitQuery{Within: county, Page: areas.Page{Limit: 1000}})
	w.ok(err)
	there := map[uuid.UUID]int{}
	for _, v := range visits.Items {
		there[v.ID]++
	}
	for id, c := range w.made {
		state, heard := w.ended[id]
		want := 0
		if state == areas.ChangeApplied && (c.Verb == "record_visit" || c.Verb == "correct_visit") {
			want = 1
		}
		if !heard || there[id] != want {
			w.t.Errorf("%s %d by %s became %q, and is there %d times", c.Verb, c.Serial, c.SubArea, state, there[id])
		}
		delete(there, id)
	}
	if len(there) > 0 {
		w.t.Errorf("%d visits are there that nobody made", len(there))
	}
	for _, b := range w.tablets {
		if len(b.unsent) > 0 {
			w.t.Errorf("%d changes are still unsent", len(b.unsent))
		}
	}
	w.sound()
	count := map[string]int{}
	for _, state := range w.ended {
		count[state]++
	}
	w.t.Logf("%d tablets, %d changes: %v", len(w.tablets), len(w.made), count)
}
