package areas_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"canvass/areas"
)

// A position that cannot be one, or says nothing, does not keep a visit from being taken; what is no number is set aside.
func TestAbsurdPositions(t *testing.T) {
	p := newPlace(t)
	a, doors := p.assigned()
	b := p.pad(p.enum, a.Epoch)
	for i, c := range []struct {
		said  string // of position and accuracy
		want  string
		at    bool
		exact bool
	}{
		{`"position":[117.0025,35.0025],"accuracy_m":8.5`, "applied", true, true},
		{`"position":[200,95]`, "applied", false, false},
		{`"position":[117,-90.5],"accuracy_m":5`, "applied", false, false},
		{`"position":[0,0],"accuracy_m":5`, "applied", false, false},
		{`"position":[1e300,-1e300]`, "applied", false, false},
		{`"position":[-117.0025,-35.0025],"accuracy_m":5`, "applied", true, true}, // the other side of the Earth is far, and is said to be
		{`"position":[117.0025,35.0025],"accuracy_m":-3`, "applied", true, false},
		{`"position":[117.0025,35.0025],"accuracy_m":60000`, "applied", false, false},
		{`"position":[117.0025,35.0025],"accuracy_m":3e38`, "applied", false, false},
		{`"accuracy_m":5`, "applied", false, false},
		{`"position":null,"accuracy_m":null`, "applied", false, false},
		{`"position":[117.0025]`, "applied", false, false},
		{`"position":[1e999,35]`, "quarantined values_malformed", false, false},
		{`"position":["NaN","NaN"]`, "quarantined values_malformed", false, false},
		{`"position":[117.0025,35.0025,40]`, "applied", false, false},
		{`"position":[117.0025,35.0025],"accuracy_m":1e39`, "quarantined values_malformed", false, false},
	} {
		change := b.visited(doors[0], "no_contact")
		change.Values = json.RawMessage(`{"dwelling":"` + doors[0].ID.String() + `","result":"no_contact",` + c.said + `}`)
		if _, words := b.sync(change); words != fmt.Sprintf("%d %s; ", i+1, c.want) {
			t.Errorf("%s became %s, want %s", c.said, words, c.want)
			continue
		}
		v := p.visitOf(change.ID)
		if (v.Position != nil) != c.at || (v.AccuracyM != nil) != c.exact || (v.DistanceM != nil) != c.at {
			t.Errorf("%s is kept at %v, accurate to %v, %v from the building", c.said, v.Position, v.AccuracyM, v.DistanceM)
		}
	}
	p.sound()
}

// visitOf finds a visit; one that is not there has no id.
func (p *place) visitOf(id uuid.UUID) areas.Visit {
	p.t.Helper()
	list, err := p.Visits(p.t.Context(), areas.System(), areas.VisitQuery{Within: county, Page: areas.Page{Limit: 1000}})
	p.ok(err)
	for _, v := range list.Items {
		if v.ID == id {
			return v
		}
	}
	return areas.Visit{}
}

func shape(g orb.Geometry) *geojson.Geometry { return geojson.NewGeometry(g) }

// saidBy is a verb with what it is said of, and what becomes of it.
type saidBy struct {
	verb   string
	values any
	want   string
}

// said is every verb, of a building and its doors: what is taken, what is the same again, and what cannot be.
func said(house int64, doors []areas.Dwelling) []saidBy {
	found, why := int64(1)<<51+7, "看错了"
	line := shape(orb.LineString{{117.005, 35.001}, {117.005, 35.009}})
	return []saidBy{
		{"add_dwelling", areas.DoorValues{Building: house, Stairwell: 9, Floor: 1, Door: "901"}, "applied"},
		{"add_dwelling", areas.DoorValues{Building: house, Stairwell: 9, Floor: 1, Door: "901"}, "applied"}, // the same door is the same
		{"add_dwelling", areas.DoorValues{Building: house, Stairwell: 9, Floor: 1}, "quarantined door_implausible"},
		{"add_dwelling", areas.DoorValues{Building: 404, Stairwell: 1, Floor: 1, Door: "101"}, "quarantined building_unknown"},
		{"make_dwellings", areas.PatternValues{Building: house, Pattern: areas.Pattern{Stairwells: 8, Floors: 1, Doors: 1}}, "applied"},
		{"add_building", areas.BuildingValues{Building: found, Geometry: shape(orb.Point{117.006, 35.006}), Kind: "residential"}, "applied"},
		{"add_building", areas.BuildingValues{Building: found, Geometry: shape(orb.Point{117.006, 35.006}), Kind: "residential"}, "applied"},
		{"add_building", areas.BuildingValues{Building: found + 1}, "quarantined geometry_kind"},
		{"add_dwelling", areas.DoorValues{Building: found, Floor: 1, Door: "1"}, "applied"},
		{"mark_building", areas.BuildingMark{Building: found, Standing: &[]string{"duplicate"}[0], Reason: why}, "applied"},
		{"mark_building", areas.BuildingMark{Building: house, Standing: &[]string{"confirmed"}[0], Reason: why}, "quarantined standing_unknown"},
		{"mark_building", areas.BuildingMark{Building: house, Kind: &[]string{"mixed"}[0]}, "quarantined reason_missing"},
		{"mark_building", areas.BuildingMark{Building: 404, Kind: &[]string{"mixed"}[0], Reason: why}, "quarantined building_unknown"},
		{"mark_dwelling", areas.DwellingMark{Dwelling: doors[1].ID, Reason: why}, "applied"},
		{"mark_dwelling", areas.DwellingMark{Dwelling: doors[1].ID, Reason: why}, "applied"},
		{"mark_dwelling", areas.DwellingMark{Dwelling: doors[2].ID}, "quarantined reason_missing"},
		{"mark_dwelling", areas.DwellingMark{Dwelling: uuid.New(), Reason: why}, "quarantined dwelling_unknown"},
		{"record_visit", areas.VisitValues{Dwelling: doors[3].ID, Result: "complete"}, "applied"},
		{"mark_dwelling", areas.DwellingMark{Dwelling: doors[3].ID, Reason: why}, "quarantined dwelling_counted"},
		{"correct_visit", areas.CorrectionValues{VisitValues: areas.VisitValues{Dwelling: doors[3].ID, Result: "vacant"}}, "quarantined reason_missing"},
		{"correct_visit", areas.CorrectionValues{VisitValues: areas.VisitValues{Dwelling: doors[3].ID, Result: "vacant"}, Reason: why}, "applied"},
		{"add_household", areas.HouseholdValues{Household: uuid.New(), Dwelling: doors[2].ID}, "applied"},
		{"add_household", areas.HouseholdValues{Household: uuid.New(), Dwelling: doors[2].ID, Kind: "tribe"}, "quarantined household_malformed"},
		{"propose_boundary", areas.ProposalValues{Geometry: line, Reason: "沿河"}, "applied"},
		{"propose_boundary", areas.ProposalValues{Geometry: line}, "quarantined reason_missing"},
		{"propose_boundary", areas.ProposalValues{Geometry: shape(orb.Point{117, 35}), Reason: "沿河"}, "quarantined geometry_kind"},
		{"declare_done", struct{}{}, "applied"},
	}
}

// Each verb does what it says, once, and what it cannot do it says why.
func TestVerbs(t *testing.T) {
	p := newPlace(t)
	a, doors := p.assigned()
	b := p.pad(p.enum, a.Epoch)
	for _, c := range said(p.buildings[0], doors) {
		change := b.did(c.verb, c.values)
		got, words := b.sync(change)
		if want := fmt.Sprintf("%d %s; ", change.Serial, c.want); words != want {
			t.Errorf("%s %s became %s, want %s (%v)", c.verb, change.Values, words, want, got.Receipts)
		}
		if again, said := b.sync(change); said != words || len(again.Receipts) != 1 {
			t.Errorf("%s %s became %s, and sent again %s", c.verb, change.Values, words, said)
		}
	}
	for _, flag := range []string{"boundary_proposed " + string(west), "set_aside " + string(west)} {
		if _, open := p.flags()[flag]; !open {
			t.Errorf("no flag %s is open", flag)
		}
	}
	if d := p.dwelling(doors[1].ID); d.ID != uuid.Nil {
		t.Errorf("%s was none, and is listed", d.Label())
	}
	if d := p.dwelling(doors[3].ID); d.Occupancy != "vacant" {
		t.Errorf("%s was corrected, and is %s", d.Label(), d.Occupancy)
	}
	p.sound()
}

// A household that has died, or is another's double, is counted no more; one that was counted and checked stays.
func TestMarkHousehold(t *testing.T) {
	p := newPlace(t)
	a, doors := p.assigned()
	b := p.pad(p.enum, a.Epoch)
	persons := &areas.PersonsCounted{PresentRegistered: 2}
	b.becomes("1 applied; 2 applied; ", b.did("record_visit", areas.VisitValues{Dwelling: doors[0].ID, Result: "refused"}),
		b.did("record_visit", areas.VisitValues{Dwelling: doors[1].ID, Result: "complete", Persons: persons}))
	died, double := p.dwelling(doors[0].ID).Households[0].ID, p.dwelling(doors[1].ID).Households[0].ID
	mark := func(door int, household uuid.UUID, as, why string) areas.Change {
		return b.did("mark_household", areas.HouseholdMark{Household: household, Dwelling: doors[door].ID, As: as, Reason: why})
	}
	b.becomes("3 applied; 4 applied; 5 quarantined reason_missing; 6 quarantined household_malformed; 7 quarantined household_unknown; "+
		"8 quarantined household_counted; ",
		mark(0, died, "deceased", "邻居告知"), mark(1, double, "duplicate_of", "两边都登记"), mark(1, double, "deceased", ""),
		mark(1, double, "verified", "x"), mark(1, uuid.New(), "deceased", "x"), mark(0, died, "duplicate_of", "x"))
	// What it is said to be the same as must be there, and count.
	b.becomes("9 applied; ", b.did("record_visit", areas.VisitValues{Dwelling: doors[2].ID, Result: "complete", Persons: persons}))
	third := p.dwelling(doors[2].ID).Households[0].ID
	same := func(of uuid.UUID) areas.Change {
		return b.did("mark_household", areas.HouseholdMark{Household: third, Dwelling: doors[2].ID, As: "duplicate_of", Of: &of, Reason: "两边都登记"})
	}
	b.becomes("10 quarantined original_unknown; 11 quarantined original_uncounted; ", same(uuid.New()), same(double))
	if d := p.dwelling(doors[0].ID); d.Households[0].Collection != "deceased" || !d.Resolved {
		t.Errorf("whose household has died: %+v", d)
	}
	if d := p.dwelling(doors[1].ID); d.Households[0].Collection != "duplicate_of" || d.Resolved {
		t.Errorf("where the household is another's double: %+v", d)
	}
	if c := p.countsOf(west); c.Households != 2 || c.Persons != 2 {
		t.Errorf("counted: %+v", c)
	}
	p.sound()
}
