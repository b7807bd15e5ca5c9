package areas_test

import (
	"testing"

	"canvass/areas"
)

// tower builds one of two stairwells with 60 dwellings each, in the middle of the western sub-area, and lists all of them.
func (p *place) tower() int64 {
	p.t.Helper()
	ids, err := p.AddBuildings(p.t.Context(), p.gis, county, []areas.NewBuilding{{Geometry: polygon("POLYGON((117.004 35.0045, 117.006 35.0045, 117.006 35.0055, 117.004 35.0055, 117.004 35.0045))"),
		Floors: ptr(20), Stairwells: ptr(2), Doors: ptr(3), Source: "t", SourceID: "tower"}})
	p.ok(err)
	p.assigned()
	return ids[0]
}

// expected is how many households are expected in a sub-area, as coverage counts them.
func (p *place) expected(code areas.Code) int {
	p.t.Helper()
	report, err := p.Coverage(p.t.Context(), p.gis, areas.CoverageQuery{Within: code, Level: areas.LevelSubArea})
	p.ok(err)
	return report.Items[0].Expected
}

// divided splits the western sub-area through the tower; its eastern stairwell goes to the part in which it does not stand.
func (p *place) divided(tower int64) (lies, other areas.Code) {
	p.t.Helper()
	seen, err := p.Split(p.t.Context(), p.gis, areas.Asked{Preview: true}, westHalf)
	p.ok(err)
	lies, other = seen.Members[0].Code, seen.Members[1].Code
	through := westHalf
	through.Parts = []areas.TowerPart{{Building: tower, SubArea: other, StairwellFrom: 2, StairwellTo: 2, FloorFrom: 1, FloorTo: 20, Description: "东单元"}}
	p.foretold("split", func(a areas.Asked) (areas.Outcome, error) { return p.Split(p.t.Context(), p.gis, a, through) })
	return lies, other
}

// foretold fails unless a look at a change says of each member what is counted there once it is made.
func (p *place) foretold(what string, do func(areas.Asked) (areas.Outcome, error)) {
	p.t.Helper()
	seen, err := do(areas.Asked{Preview: true})
	p.ok(err)
	_, err = do(areas.Asked{})
	p.ok(err)
	for _, m := range seen.Members {
		dwellings, households := 0, 0
		there, err := p.Dwellings(p.t.Context(), p.gis, areas.DwellingQuery{SubArea: m.Code, Page: areas.Page{Limit: 1000}})
		p.ok(err)
		for _, d := range there.Items {
			dwellings++
			households += len(d.Households)
		}
		if !m.Bent && (m.Dwellings != dwellings || m.Households != households) {
			p.t.Errorf("%s: %s is said to have %d dwellings and %d households, and has %d and %d", what, m.Code, m.Dwellings, m.Households, dwellings, households)
		}
	}
	p.sound()
}

// Who gets a part of a tower is told of its dwellings before, and so is whoever changes one that has a part.
func TestTowerPartsAreForetold(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	tower := p.tower()
	p.counted(p.doorsOf(west)[:7])
	whole := p.expected(west)
	lies, other := p.divided(tower)
	if n := len(p.doorsOf(other)); n < 60 {
		t.Fatalf("%d dwellings are in the part", n)
	}
	// The half of the tower takes half of the 120 households along that are expected of it.
	there, here := p.expected(other), p.expected(lies)
	if there < 60 || there+here != whole {
		t.Errorf("%d households are expected in the part and %d beside it, of %d", there, here, whole)
	}
	for code, way := range map[areas.Code]string{other: "LINESTRING (117.008 34.999, 117.008 35.011)", lies: "LINESTRING (117.0085 34.999, 117.0085 35.011)"} {
		p.foretold("split of "+string(code), func(a areas.Asked) (areas.Outcome, error) {
			return p.Split(ctx, p.gis, a, areas.Split{Code: code, Line: line(way)})
		})
	}
	p.foretold("merge", func(a areas.Asked) (areas.Outcome, error) { return p.Merge(ctx, p.gis, a, []areas.Code{lies, other}) })
}

// A sub-area with a part of a tower and no building of its own is not empty: neither the sign-off board nor the check say so.
func TestTowerPartIsNotEmpty(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	_, err := p.EditBuilding(ctx, p.gis, p.key(2), 0, areas.BuildingEdit{Standing: ptr("demolished"), Reason: ptr("已拆")})
	p.ok(err)
	empty := func() int {
		board, err := p.SignOffBoard(ctx, p.gis, area)
		p.ok(err)
		n := 0
		for _, row := range board {
			if row.Code != east {
				n += row.NoBuildings
			}
		}
		return n
	}
	tower := p.tower()
	_, other := p.divided(tower)
	sub, err := p.SubArea(ctx, p.gis, other)
	p.ok(err)
	if n := empty(); n != 0 || sub.Buildings != 0 {
		t.Errorf("%d are empty; the part's sub-area has %d buildings", n, sub.Buildings)
	}
	p.sound()
}

// A tower is divided by stairwell and floor, and taken back whole.
func TestTowerIsDivided(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	ids := []int64{p.tower()}
	var err error
	was := p.states()
	through := westHalf
	_, err = p.Split(ctx, p.gis, areas.Asked{}, through)
	p.refused(err, "building_cut")
	seen, err := p.Split(ctx, p.gis, areas.Asked{Preview: true}, through)
	p.ok(err)
	lies, other := seen.Members[0].Code, seen.Members[1].Code
	part := areas.TowerPart{Building: ids[0], SubArea: other, StairwellFrom: 2, StairwellTo: 2, FloorFrom: 1, FloorTo: 20, Description: "东单元"}
	for code, bad := range map[string]areas.TowerPart{
		"part_elsewhere": {Building: ids[0], SubArea: east, StairwellFrom: 2, StairwellTo: 2, FloorFrom: 1, FloorTo: 20, Description: "x"},
		"part_empty":     {Building: ids[0], SubArea: other, StairwellFrom: 2, StairwellTo: 1, FloorFrom: 1, FloorTo: 20, Description: "x"},
		"nothing_stays":  {Building: ids[0], SubArea: other, StairwellFrom: 1, StairwellTo: 2, FloorFrom: 1, FloorTo: 20, Description: "x"},
	} {
		through.Parts = []areas.TowerPart{bad}
		_, err = p.Split(ctx, p.gis, areas.Asked{}, through)
		p.refused(err, code)
	}
	through.Parts = []areas.TowerPart{part}
	done, err := p.Split(ctx, p.gis, areas.Asked{}, through)
	p.ok(err)
	kept := 0
	for _, code := range []areas.Code{lies, other} {
		for _, d := range p.doorsOf(code) {
			if d.Building == ids[0] && (d.Stairwell == 2) == (code == other) {
				kept++
			}
		}
	}
	if kept != 120 {
		t.Errorf("%d of 120 dwellings lie where their stairwell does", kept)
	}
	p.sound()
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, done.Revision)
	p.ok(err)
	p.sound()
	p.same(was, p.states())
}
