package areas_test

import (
	"testing"

	"canvass/areas"
)

// A tower is divided by stairwell and floor, and taken back whole.
func TestTowerIsDivided(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	ids, err := p.AddBuildings(ctx, p.gis, county, []areas.NewBuilding{{Geometry: polygon("POLYGON((117.004 35.0045, 117.006 35.0045, 117.006 35.0055, 117.004 35.0055, 117.004 35.0045))"),
		Floors: ptr(20), Stairwells: ptr(2), Doors: ptr(3), Source: "t", SourceID: "tower"}})
	p.ok(err)
	p.assigned()
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
