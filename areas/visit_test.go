package areas_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"canvass/areas"
)

func TestTree(t *testing.T) {
	p := newPlace(t)
	regions, err := p.Regions(t.Context(), p.gis, areas.RegionQuery{Within: county})
	p.ok(err)
	if len(regions.Items) != 2 || regions.Items[0].SubAreas != 2 {
		t.Fatalf("regions %+v", regions.Items)
	}
	subAreas, err := p.SubAreas(t.Context(), p.gis, areas.SubAreaQuery{Within: area})
	p.ok(err)
	if len(subAreas.Items) != 2 || subAreas.Items[0].Buildings != 3 {
		t.Fatalf("sub-areas %+v", subAreas.Items)
	}
	next, err := p.DrawSubArea(t.Context(), p.gis, areas.NewSubArea{Area: area,
		Geometry: multi("MULTIPOLYGON(((117.02 35, 117.03 35, 117.03 35.01, 117.02 35.01, 117.02 35)))")})
	p.ok(err)
	if next.Code != area+"003" {
		t.Errorf("the next code is %s", next.Code)
	}
	_, err = p.DrawSubArea(t.Context(), p.gis, areas.NewSubArea{Area: area,
		Geometry: multi("MULTIPOLYGON(((117.025 35, 117.035 35, 117.035 35.01, 117.025 35.01, 117.025 35)))")})
	p.refused(err, "overlap")
}

func TestBuildingNumbersRunFromTheNorthWest(t *testing.T) {
	p := newPlace(t)
	list, err := p.Buildings(t.Context(), p.gis, areas.BuildingQuery{Within: west})
	p.ok(err)
	var sources []string
	for i, b := range list.Items {
		sources = append(sources, b.SourceID)
		if b.Number != i+1 || b.SubArea() != west {
			t.Errorf("building %s has number %d in %s", b.SourceID, b.Number, b.Place)
		}
	}
	if !slices.Equal(sources, []string{"1", "2", "3"}) {
		t.Errorf("order %v", sources)
	}
	again, err := p.AddBuildings(t.Context(), p.gis, county, []areas.NewBuilding{{
		Geometry: polygon("POLYGON((117.002 35.008, 117.003 35.008, 117.003 35.0095, 117.002 35.0095, 117.002 35.008))"),
		Floors:   ptr(3), Source: "test", SourceID: "1"}})
	p.ok(err)
	b, err := p.Building(t.Context(), p.gis, areas.BuildingKey{County: county, ID: again[0]})
	p.ok(err)
	if again[0] != p.buildings[0] || b.Number != 1 || *b.Floors != 3 || b.Revision != 2 {
		t.Errorf("updated building %+v", b)
	}
}

func TestPatternKeepsWhatIsListed(t *testing.T) {
	p := newPlace(t)
	key := areas.BuildingKey{County: county, ID: p.buildings[0]}
	pattern := areas.Pattern{Stairwells: 3, Floors: 6, Doors: 2}
	made, err := p.MakeDwellings(t.Context(), p.gis, key, pattern)
	p.ok(err)
	if made.Made != 36 || len(made.Dwellings) != 36 {
		t.Fatalf("made %d of %d", made.Made, len(made.Dwellings))
	}
	pattern.Floors = 7
	made, err = p.MakeDwellings(t.Context(), p.gis, key, pattern)
	p.ok(err)
	if made.Made != 6 || made.Kept != 36 {
		t.Errorf("made %d, kept %d", made.Made, made.Kept)
	}
	pattern = areas.Pattern{Stairwells: 1, Floors: 5, Doors: 1, SkipFour: true}
	made, err = p.MakeDwellings(t.Context(), p.gis, areas.BuildingKey{County: county, ID: p.buildings[1]}, pattern)
	p.ok(err)
	if last := made.Dwellings[len(made.Dwellings)-1]; last.Label() != "1-601" {
		t.Errorf("without fours the top door is %s", last.Label())
	}
}

func TestVisitChangesDwellingAndCounts(t *testing.T) {
	p := newPlace(t)
	_, dwellings := p.assigned()
	if len(dwellings) != 5 {
		t.Fatalf("%d dwellings", len(dwellings))
	}
	r := p.visit(dwellings[0], "complete", func(v *areas.NewVisit) {
		v.Persons = &areas.Persons{PresentRegistered: 2, PresentElsewhere: 1}
		v.Position = &orb.Point{117.0025, 35.0085}
	})
	if r.Dwelling.Occupancy != "occupied" || !r.Dwelling.Resolved || len(r.Dwelling.Households) != 1 || r.Dwelling.Households[0].Number != 1 {
		t.Errorf("dwelling %+v", r.Dwelling)
	}
	c := r.Coverage.Counts
	if c.Listed != 1 || c.Complete != 1 || c.Persons != 3 || c.Visits != 1 || c.DwellingsResolved != 1 || c.Unlisted != 4 || c.Footprints != 2 {
		t.Errorf("counts %+v", c)
	}
	again, err := p.RecordVisit(t.Context(), p.enum, areas.NewVisit{ID: r.Visit.ID, County: county, Dwelling: dwellings[0].ID, Result: "complete"})
	p.ok(err)
	if !again.Again || again.Coverage.Visits != 1 {
		t.Errorf("the same visit again: %+v", again)
	}
	weaker := p.visit(dwellings[0], "no_contact")
	if weaker.Dwelling.Occupancy != "occupied" || weaker.Dwelling.Households[0].Collection != "complete" || weaker.Coverage.Visits != 2 {
		t.Errorf("a weaker result took the place of a stronger: %+v", weaker.Dwelling)
	}
	faults, err := p.Verify(t.Context(), areas.System(), county, false)
	p.ok(err)
	if len(faults) > 0 {
		t.Errorf("a recount differs: %v", faults)
	}
}

func TestVacancyNeedsTwoKindsOfEvidence(t *testing.T) {
	p := newPlace(t)
	_, dwellings := p.assigned()
	r := p.visit(dwellings[0], "vacant", func(v *areas.NewVisit) { v.Evidence = []string{"meter"} })
	if r.Dwelling.Resolved || r.Coverage.VacantEvidenced != 0 {
		t.Errorf("one kind of evidence resolved it: %+v", r.Dwelling)
	}
	r = p.visit(dwellings[0], "vacant", func(v *areas.NewVisit) { v.Evidence = []string{"neighbour"} })
	if !r.Dwelling.Resolved || r.Coverage.VacantEvidenced != 1 {
		t.Errorf("two kinds did not: %+v", r.Dwelling)
	}
}

func TestProxyAfterThreeAttempts(t *testing.T) {
	p := newPlace(t)
	_, dwellings := p.assigned()
	proxy := areas.NewVisit{ID: uuid.New(), County: county, Dwelling: dwellings[0].ID, Result: "proxy"}
	for range 3 {
		_, err := p.RecordVisit(t.Context(), p.enum, proxy)
		p.refused(err, "proxy_too_early")
		p.visit(dwellings[0], "no_contact")
	}
	_, err := p.RecordVisit(t.Context(), p.enum, proxy)
	p.ok(err)
}

func TestVisitsAreBoundToAssignmentAndRound(t *testing.T) {
	p := newPlace(t)
	a, dwellings := p.assigned()
	late := areas.NewVisit{ID: uuid.New(), County: county, Dwelling: dwellings[0].ID, Result: "listed", At: time.Now().Add(time.Hour)}
	_, err := p.RecordVisit(t.Context(), p.enum, late)
	p.refused(err, "visit_in_future")
	late.At = time.Now().AddDate(0, 0, -5)
	_, err = p.RecordVisit(t.Context(), p.enum, late)
	p.refused(err, "not_assigned")
	_, err = p.EndAssignment(t.Context(), p.supervisor, county, a.ID)
	p.ok(err)
	late.At = time.Now()
	_, err = p.RecordVisit(t.Context(), p.enum, late)
	p.refused(err, "not_assigned")
	_, err = p.RecordVisit(t.Context(), p.act(p.enum.ID), late)
	p.refused(err, "outside_scope")
}

// flags are the town's open flags by check and place.
func (p *place) flags() map[string]areas.Flag {
	p.t.Helper()
	list, err := p.Flags(p.t.Context(), p.supervisor, areas.FlagQuery{Within: town})
	p.ok(err)
	out := map[string]areas.Flag{}
	for _, f := range list.Items {
		out[f.Check+" "+string(f.Place)] = f
	}
	return out
}

func TestFlagsOpenAndClose(t *testing.T) {
	p := newPlace(t)
	open := p.flags
	p.ok(p.RunChecks(t.Context(), areas.System(), county))
	if f := open(); len(f) != 1 || f["silent_sub_area "+string(west)].PlaceName == "" {
		t.Fatalf("flags %+v", f)
	}
	a, dwellings := p.assigned()
	p.visit(dwellings[0], "complete")
	if f := open(); len(f) != 0 {
		t.Errorf("silence was broken, yet %+v", f)
	}
	_, err := p.DeclareDone(t.Context(), p.enum, county, a.ID)
	p.ok(err)
	unfinished, ok := open()["declared_done_open "+string(west)]
	if !ok || unfinished.Evidence["unlisted"] != float64(4) {
		t.Fatalf("declared done with four doors open: %+v", open())
	}
	for _, d := range dwellings[1:] {
		p.visit(d, "complete")
	}
	if f := open(); len(f) != 0 {
		t.Errorf("everything is done, yet %+v", f)
	}
	kind := "residential"
	_, err = p.EditBuilding(t.Context(), p.gis, areas.BuildingKey{County: county, ID: p.buildings[2]}, 0, areas.BuildingEdit{Kind: &kind})
	p.ok(err)
	p.ok(p.RunChecks(t.Context(), areas.System(), county))
	empty, ok := open()["empty_footprint "+string(west)]
	if !ok {
		t.Fatalf("a house without a dwelling: %+v", open())
	}
	key := areas.FlagKey{County: county, ID: empty.ID}
	_, err = p.CloseFlag(t.Context(), p.supervisor, key, 0, "expected_wrong", "")
	p.refused(err, "reason_missing")
	_, err = p.CloseFlag(t.Context(), p.supervisor, key, 0, "legitimately_empty", "粮仓")
	p.ok(err)
	p.ok(p.RunChecks(t.Context(), areas.System(), county))
	if f := open(); len(f) != 0 {
		t.Errorf("what a person closed opened again: %+v", f)
	}
}
