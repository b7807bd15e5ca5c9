package areas_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"canvass/areas"
)

// The next town of the county, with an area, a sub-area, a building and its doors; and the next county.
const (
	otherTown   = areas.Code("370883101")
	otherArea   = areas.Code("370883101201")
	otherGround = areas.Code("370883101201001")
	otherCounty = areas.Code("371000")
)

// between lies between the two sub-areas of the tests' area once they are three.
const between = areas.Code("370883100201003")

// widened adds what lies beside the tests' town, and answers the building there.
func (p *place) widened() int64 {
	p.t.Helper()
	ctx, system := p.t.Context(), areas.System()
	p.ok(p.MakeRegions(ctx, system, []areas.NewRegion{{Code: otherTown, Name: "看庄镇"}}))
	p.ok(p.MakeRegions(ctx, system, []areas.NewRegion{{Code: otherCounty, Name: "威海市区"}}))
	_, err := p.MakeAreas(ctx, system, []areas.NewArea{{Code: otherArea, Name: "看庄村"}})
	p.ok(err)
	_, err = p.DrawSubAreas(ctx, system, []areas.NewSubArea{
		{Code: otherGround, Geometry: multi("MULTIPOLYGON(((117.1 35, 117.11 35, 117.11 35.01, 117.1 35.01, 117.1 35)))")},
		{Code: between, Geometry: multi("MULTIPOLYGON(((117.02 35, 117.03 35, 117.03 35.01, 117.02 35.01, 117.02 35)))")},
	})
	p.ok(err)
	ids, err := p.AddBuildings(ctx, p.gis, county, []areas.NewBuilding{
		{Geometry: polygon("POLYGON((117.102 35.002, 117.103 35.002, 117.103 35.003, 117.102 35.003, 117.102 35.002))"),
			Units: ptr(2), Source: "test", SourceID: "other"},
		{Geometry: polygon("POLYGON((117.012 35.002, 117.013 35.002, 117.013 35.003, 117.012 35.003, 117.012 35.002))"),
			Units: ptr(2), Source: "test", SourceID: "east"},
		{Geometry: polygon("POLYGON((117.022 35.002, 117.023 35.002, 117.023 35.003, 117.022 35.003, 117.022 35.002))"),
			Units: ptr(2), Source: "test", SourceID: "between"},
	})
	p.ok(err)
	_, err = p.ListDwellings(ctx, p.gis, county)
	p.ok(err)
	return ids[0]
}

// codesOf lists the sub-areas that somebody sees in a place.
func (p *place) codesOf(actor areas.Actor, within areas.Code) (out []areas.Code) {
	p.t.Helper()
	list, err := p.SubAreas(p.t.Context(), actor, areas.SubAreaQuery{Within: within})
	p.ok(err)
	for _, s := range list.Items {
		out = append(out, s.Code)
	}
	return out
}

// An enumerator who holds two sub-areas sees both in every list, and nothing of what lies between or beside them.
func TestEnumeratorHoldsTwo(t *testing.T) {
	p := newPlace(t)
	p.widened()
	ctx := t.Context()
	_, err := p.AssignMany(ctx, p.supervisor, []areas.NewAssignment{{SubArea: west, Enumerator: p.enum.ID}, {SubArea: between, Enumerator: p.enum.ID}})
	p.ok(err)
	other := p.account("other", areas.RoleEnumerator, town)
	_, err = p.Assign(ctx, p.supervisor, areas.NewAssignment{SubArea: east, Enumerator: other.ID})
	p.ok(err)
	p.enum = p.act(p.enum.ID)
	held := []areas.Code{west, between}
	for _, within := range []areas.Code{county, town, area} {
		if got := p.codesOf(p.enum, within); !slices.Equal(got, held) {
			t.Errorf("within %s: %v, want %v", within, got, held)
		}
	}
	buildings, err := p.Buildings(ctx, p.enum, areas.BuildingQuery{Within: county})
	p.ok(err)
	seen := map[areas.Code]int{}
	for _, b := range buildings.Items {
		seen[b.Place]++
	}
	if len(seen) != 2 || seen[west] != 3 || seen[between] != 1 {
		t.Errorf("buildings by place: %v", seen)
	}
	assignments, err := p.Assignments(ctx, p.enum, areas.AssignmentQuery{Within: county})
	p.ok(err)
	if len(assignments.Items) != 2 {
		t.Errorf("%d assignments, want his two", len(assignments.Items))
	}
	report, err := p.Coverage(ctx, p.enum, areas.CoverageQuery{Within: county, Level: areas.LevelSubArea})
	p.ok(err)
	if len(report.Items) != 2 || report.Total.Buildings != 4 {
		t.Errorf("coverage of %d sub-areas, %d buildings in all", len(report.Items), report.Total.Buildings)
	}
	p.paysInBoth(held)
}

// paysInBoth records a visit in each of two sub-areas at once, and reads them back as one list.
func (p *place) paysInBoth(held []areas.Code) {
	p.t.Helper()
	ctx := p.t.Context()
	var visits []areas.NewVisit
	for _, code := range held {
		doors, err := p.Dwellings(ctx, p.enum, areas.DwellingQuery{SubArea: code})
		p.ok(err)
		visits = append(visits, areas.NewVisit{ID: uuid.New(), County: county, Dwelling: doors.Items[0].ID, Result: "complete"})
	}
	n, err := p.RecordVisits(ctx, p.enum, county, visits)
	p.ok(err)
	list, err := p.Visits(ctx, p.enum, areas.VisitQuery{Within: county})
	p.ok(err)
	if n != 2 || len(list.Items) != 2 {
		p.t.Errorf("%d visits recorded, %d listed", n, len(list.Items))
	}
	doors, err := p.Dwellings(ctx, p.supervisor, areas.DwellingQuery{SubArea: east})
	p.ok(err)
	stray := areas.NewVisit{ID: uuid.New(), County: county, Dwelling: doors.Items[0].ID, Result: "complete"}
	_, err = p.RecordVisit(ctx, p.enum, stray)
	p.refused(err, "dwelling_unknown")
	_, err = p.Dwellings(ctx, p.enum, areas.DwellingQuery{SubArea: east})
	p.refused(err, "outside_scope")
}
