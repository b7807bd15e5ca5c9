package areas_test

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"canvass/areas"
	"canvass/geo/vector"
	"canvass/migrations/dbtest"
)

// telling are words that somebody writes about a sensitive building and its doors. None of them may be found afterwards.
var telling = []string{"营房", "某路1号", "岗哨", "哨位", "1503", "李某", "mixed"}

// idOrTime is what may hold any number by chance.
var idOrTime = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d\d:\d\d:\d\d\.\d+`)

// tells lists where the words are found: in any row of any table and view, a field package's included, and in an export.
func (p *place) tells() (found []string) {
	p.t.Helper()
	ctx := p.t.Context()
	tx, err := dbtest.Owner(p.t, p.pool).Begin(ctx)
	p.ok(err)
	defer func() { p.ok(tx.Rollback(ctx)) }()
	_, err = tx.Exec(ctx, `SELECT set_config('canvass.package', $1, true)`, west)
	p.ok(err)
	const relations = `
		SELECT c.relname
		  FROM pg_class c
		 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND c.relname NOT LIKE 'goose%'
		   AND c.relname NOT LIKE '%geometry%' AND c.relname NOT LIKE 'geography%' AND c.relname <> 'spatial_ref_sys'`
	rows, err := tx.Query(ctx, relations)
	p.ok(err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	p.ok(err)
	look := func(where, text string) {
		text = idOrTime.ReplaceAllString(text, "")
		for _, word := range telling {
			if strings.Contains(text, word) {
				found = append(found, where+" tells "+word+" in "+text)
			}
		}
	}
	for _, name := range names {
		rows, err := tx.Query(ctx, `SELECT t::text FROM `+pgx.Identifier{name}.Sanitize()+` t`)
		p.ok(err)
		texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		p.ok(err)
		for _, text := range texts {
			look(name, text)
		}
	}
	if len(names) < 30 {
		p.t.Errorf("only %d relations were looked at", len(names))
	}
	_, err = p.ExportFrame(ctx, p.gis, county, func(layer string, f vector.Feature) error {
		for _, property := range f.Properties {
			look("the export's "+layer, property.Value)
		}
		return nil
	})
	p.ok(err)
	return found
}

// quiet fails where something is told of the sensitive building.
func (p *place) quiet(when string) {
	p.t.Helper()
	for _, found := range p.tells() {
		p.t.Errorf("%s: %s", when, found)
	}
}

// writeAll says all that can be said of a building and its doors, in every way there is, and answers a change that waits.
func (b *pad) writeAll(building int, door areas.Dwelling) areas.Change {
	b.t.Helper()
	ctx, id := b.t.Context(), b.buildings[building]
	_, err := b.EditBuilding(ctx, b.gis, b.key(building), 0, areas.BuildingEdit{Kind: ptr("mixed"), Name: ptr("甲营房"), Address: ptr("某路1号"),
		Floors: ptr(7), Stairwells: ptr(2), Doors: ptr(3), Units: ptr(41)})
	b.ok(err)
	_, err = b.MakeDwellings(ctx, b.gis, b.key(building), areas.Pattern{Stairwells: 1, Floors: 15, Doors: 3, FirstFloor: 15})
	b.ok(err)
	noted := b.did("record_visit", areas.VisitValues{Dwelling: door.ID, Result: "no_contact", Note: "二号门的李某"})
	listed := b.did("add_dwelling", areas.DoorValues{Building: id, Stairwell: 3, Floor: 2, Door: "哨位" + uuid.NewString()[:4]})
	pattern := b.did("make_dwellings", areas.PatternValues{Building: id, Pattern: areas.Pattern{Stairwells: 2, Floors: 15, Doors: 4}})
	marked := b.did("mark_building", areas.BuildingMark{Building: id, Floors: ptr(9), Kind: ptr("mixed"), Reason: "其实是岗哨"})
	last := b.doorsIn(building)
	gone := b.did("mark_dwelling", areas.DwellingMark{Dwelling: last[len(last)-1].ID, Reason: "这里是岗哨"})
	got, words := b.sync(noted, listed, pattern, marked, gone)
	if strings.Contains(words, "quarantined") {
		b.t.Fatalf("%s %+v", words, got.Receipts)
	}
	b.serial++ // one that never comes
	held := b.did("add_dwelling", areas.DoorValues{Building: id, Floor: 1, Door: "哨位" + uuid.NewString()[:4]})
	heldVisit := b.did("correct_visit", areas.CorrectionValues{VisitValues: areas.VisitValues{Dwelling: door.ID, Result: "vacant", Note: "李某"}, Reason: "岗哨"})
	b.sync(held, heldVisit)
	flagged := uuid.New()
	const flag = `
		INSERT INTO flags (county, id, check_name, place, building, evidence, opened_at)
		SELECT county, $2, 'reported', place, id, jsonb_build_object('kind', kind, 'floors', floors), now()
		  FROM buildings
		 WHERE county = $1 AND id = $3`
	_, err = dbtest.Owner(b.t, b.pool).Exec(ctx, flag, county, flagged, id)
	b.ok(err)
	_, err = b.CloseFlag(ctx, b.supervisor, areas.FlagKey{County: county, ID: flagged}, 0, "cannot_access", "岗哨不让进")
	b.ok(err)
	return held
}

func (p *place) doorsIn(building int) []areas.Dwelling {
	p.t.Helper()
	out, err := p.DwellingsOf(p.t.Context(), p.gis, p.key(building))
	p.ok(err)
	return out
}

// What was said of a building goes when it becomes sensitive, and what is said of it afterwards is not kept: in no table, event,
// revision or change, no package, tile or export. What it counts stays.
func TestSensitiveBuildingIsForgotten(t *testing.T) {
	p := newPlace(t)
	a, doors := p.assigned()
	b := p.pad(p.enum, a.Epoch)
	b.writeAll(0, doors[0])
	if found := p.tells(); len(found) < 20 {
		t.Fatalf("the test writes little that could be found: %v", found)
	}
	before := p.doorsIn(0)
	_, err := p.EditBuilding(t.Context(), p.gis, p.key(0), 0, areas.BuildingEdit{Sensitive: ptr(true)})
	p.ok(err)
	p.quiet("once it is sensitive")
	after := p.doorsIn(0)
	seen := map[string]bool{}
	for _, d := range after {
		if seen[d.Door] = true; d.Stairwell != 0 || d.Floor != 1 || len(d.Door) > 3 {
			t.Errorf("a door is told as %d-%d %s", d.Stairwell, d.Floor, d.Door)
		}
	}
	if len(after) != len(before) || len(seen) != len(after) {
		t.Errorf("%d doors with %d names are left of %d", len(after), len(seen), len(before))
	}
	p.sound()

	other := p.pad(p.enum, a.Epoch)
	held := other.writeAll(0, doors[1])
	p.quiet("after all was said again")
	listed := len(p.doorsIn(0))
	_, err = p.DecideChange(t.Context(), p.supervisor, areas.ChangeKey{County: county, ID: held.ID}, true, "补登")
	p.ok(err)
	if n := len(p.doorsIn(0)); n != listed+1 {
		t.Errorf("a door that waited is not listed: %d are, before %d", n, listed)
	}
	p.quiet("after what waited was taken")
	p.sound()
}

// What makes a building sensitive by the way makes it forgotten too: a merge with one that is, and its source.
func TestMergeWithSensitiveBuilding(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	a, doors := p.assigned()
	b := p.pad(p.enum, a.Epoch)
	b.writeAll(0, doors[0])
	again, err := p.AddBuilding(ctx, p.gis, county, areas.NewBuilding{Geometry: house(117.0021, 35.0081, 9), Kind: "mixed", Name: "乙营房",
		Floors: ptr(3), Sensitive: true, Source: "t", SourceID: "twice"})
	p.ok(err)
	_, err = p.MakeDwellings(ctx, p.gis, areas.BuildingKey{County: county, ID: again.ID}, areas.Pattern{Stairwells: 1, Floors: 15, Doors: 4})
	p.ok(err)
	before := len(p.doorsIn(0))
	done, err := p.MergeBuildings(ctx, p.gis, areas.Asked{Reason: "同一栋"}, areas.BuildingMerge{Keep: p.key(0), Others: []int64{again.ID}})
	p.ok(err)
	p.quiet("after a merge")
	if got := len(p.doorsIn(0)); got != before+60 {
		t.Errorf("%d doors are left of %d and 60", got, before)
	}
	p.sound()
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, done.Revision)
	p.ok(err)
	p.quiet("after the merge was taken back")
	p.sound()
	for range 2 {
		_, err = p.AddBuildings(ctx, p.gis, county, []areas.NewBuilding{{Geometry: house(117.005, 35.008, 10), Kind: "mixed", Name: "营房",
			Sensitive: true, Units: ptr(1503), Source: "test", SourceID: "2"}})
		p.ok(err)
	}
	if b, err := p.Building(ctx, p.gis, p.key(1)); err != nil || !b.Sensitive || b.Kind != "collective" || b.Name != "" || b.Units != nil {
		t.Errorf("its source says it is sensitive, and it carries %+v (%v)", b, err)
	}
	p.quiet("after an import")
}

// Only of a building that is sensitive is anything forgotten.
func TestNothingElseIsForgotten(t *testing.T) {
	p := newPlace(t)
	_, err := p.pool.Exec(t.Context(), `SELECT canvass_forget_building($1, $2, '{}', '{}')`, county, p.buildings[0])
	if err == nil {
		t.Error("a building that is not sensitive can be forgotten")
	}
}

// Of every verb that is about a building or a door it is said what is kept of it.
func TestEveryVerbSaysWhatIsKept(t *testing.T) {
	for _, v := range areas.VerbForms() {
		form := reflect.TypeOf(v.Values)
		for _, name := range []string{"Building", "Dwelling"} {
			if _, about := form.FieldByName(name); about && len(v.Kept) == 0 {
				t.Errorf("%s is about a %s", v.Name, strings.ToLower(name))
			}
		}
	}
}

// Whoever keeps what was made of the ground of a building is told to keep nothing of before.
func TestMakersAreToldToForget(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	conn, err := dbtest.Owner(t, p.pool).Acquire(t.Context())
	p.ok(err)
	defer conn.Release()
	_, err = conn.Exec(t.Context(), `LISTEN canvass_map`)
	p.ok(err)
	_, err = p.EditBuilding(t.Context(), p.gis, p.key(0), 0, areas.BuildingEdit{Name: ptr("楼")})
	p.ok(err)
	_, err = p.EditBuilding(t.Context(), p.gis, p.key(0), 0, areas.BuildingEdit{Sensitive: ptr(true)})
	p.ok(err)
	for i, want := range []bool{false, true} {
		n, err := conn.Conn().WaitForNotification(t.Context())
		p.ok(err)
		if got := strings.Contains(n.Payload, `"forget": ["`+string(west)+`"]`); got != want {
			t.Errorf("notice %d is %s", i, n.Payload)
		}
	}
}
