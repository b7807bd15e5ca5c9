package areas_test

import (
	"testing"

	"github.com/paulmach/orb"

	"canvass/areas"
	"canvass/migrations/dbtest"
)

// house is a box of so many ten-thousandths of a degree, from its south-west corner.
func house(west, south, size float64) orb.Polygon {
	return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{west + size*1e-4, south + size*1e-4}}.ToPolygon()
}

// counted records a complete interview at every dwelling.
func (p *place) counted(dwellings []areas.Dwelling) {
	p.t.Helper()
	for _, d := range dwellings {
		p.visit(d, "complete", func(v *areas.NewVisit) { v.Persons = &areas.Persons{PresentRegistered: 1} })
	}
}

func (p *place) move(building int, g orb.Geometry, a areas.Asked) (areas.Outcome, error) {
	return p.MoveBuilding(p.t.Context(), p.gis, a, areas.BuildingMove{Key: p.key(building), Geometry: g})
}

// A building that comes to lie in another sub-area takes its dwellings, households and visits along, and brings them back.
func TestMoveBuildingAcrossABoundary(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	_, dwellings := p.assigned()
	p.counted(dwellings)
	was := p.states()
	across := house(117.012, 35.008, 8)
	seen, err := p.move(0, across, areas.Asked{Preview: true})
	p.ok(err)
	if seen.Revision != 0 || len(seen.Moved) != 1 || seen.Moved[0].To != east || seen.Buildings[0].Number != 1 || seen.Buildings[0].Dwellings != 4 ||
		len(seen.Assignments) != 1 {
		t.Fatalf("a look at it shows %+v", seen)
	}
	p.same(was, p.states())
	done, err := p.move(0, across, areas.Asked{Reason: "图画偏了"})
	p.ok(err)
	if done.Revision == 0 || done.Buildings[0].SubArea != east {
		t.Fatalf("%+v", done)
	}
	if moved := p.doorsOf(east); len(moved) != 4 || moved[0].Households[0].Number != 1 {
		t.Fatalf("the dwellings did not follow: %+v", moved)
	}
	p.sound()
	trail, err := p.Lineage(ctx, p.gis, west, 1)
	p.ok(err)
	if trail.Household == nil || trail.Household.SubArea != east {
		t.Errorf("the household is lost: %+v", trail.Household)
	}
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, done.Revision)
	p.ok(err)
	p.sound()
	p.same(was, p.states())
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, done.Revision)
	p.refused(err, "undone_already")
}

// What a building must not do, and what is only remarked on. Nothing of it is written.
func TestMoveBuildingIsRefused(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	was := p.states()
	for _, c := range []struct {
		code string
		to   orb.Geometry
	}{
		{"building_cut", house(117.0095, 35.005, 10)},
		{"outside_frame", house(117.03, 35.005, 5)},
		{"latitude_first", orb.Polygon{{{35.008, 117.002}, {35.009, 117.002}, {35.009, 117.003}, {35.008, 117.002}}}},
		{"not_degrees", orb.Polygon{{{13024000, 4163000}, {13024100, 4163000}, {13024100, 4163100}, {13024000, 4163000}}}},
		{"far_away", house(118.5, 36.5, 5)},
		{"geometry_missing", nil},
		{"geometry_kind", orb.LineString{{117.002, 35.002}, {117.003, 35.003}}},
	} {
		_, err := p.move(0, c.to, areas.Asked{})
		p.refused(err, c.code)
	}
	_, err := p.MoveBuilding(t.Context(), p.supervisor, areas.Asked{}, areas.BuildingMove{Key: p.key(0), Geometry: house(117.004, 35.004, 5)})
	p.refused(err, "role_not_allowed")
	p.same(was, p.states())
	over, err := p.move(0, house(117.0052, 35.0082, 5), areas.Asked{Preview: true})
	p.ok(err)
	if len(over.Troubles) != 1 || over.Troubles[0].Code != "building_overlaps" || over.Troubles[0].Blocks {
		t.Errorf("standing in another is remarked as %+v", over.Troubles)
	}
	b, err := p.Building(t.Context(), p.gis, p.key(0))
	p.ok(err)
	_, err = p.move(0, house(117.004, 35.004, 5), areas.Asked{})
	p.ok(err)
	_, err = p.move(0, house(117.004, 35.0045, 5), areas.Asked{Base: b.Revision})
	p.refused(err, "changed_since")
	if e, is := err.(*areas.Error); !is || len(e.Since) != 1 || e.Since[0].Verb != "move_building" {
		t.Errorf("what was done since is not told: %+v", err)
	}
	_, err = p.SignOff(t.Context(), p.gis, areas.Asked{}, area, "submit")
	p.ok(err)
	_, err = p.move(0, house(117.012, 35.008, 8), areas.Asked{})
	p.refused(err, "signed_off")
	p.sound()
}

// A building drawn twice becomes one: every door is there once, and the one about which more is known stays.
func TestMergeBuildings(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	again, err := p.AddBuildings(ctx, p.gis, county, []areas.NewBuilding{{Geometry: house(117.0021, 35.0081, 9), Name: "一号楼",
		Floors: ptr(3), Stairwells: ptr(1), Doors: ptr(2), Standing: "proposed", Source: "t", SourceID: "twice"}})
	p.ok(err)
	p.assigned()
	_, err = p.MakeDwellings(ctx, p.gis, areas.BuildingKey{County: county, ID: again[0]}, areas.Pattern{Stairwells: 1, Floors: 3, Doors: 2})
	p.ok(err)
	dwellings := p.doorsOf(west)
	for _, d := range dwellings {
		if d.Building == again[0] || d.Floor == 1 {
			p.visit(d, "complete", func(v *areas.NewVisit) { v.Persons = &areas.Persons{PresentRegistered: 1} })
		}
	}
	p.ok(p.RunChecks(ctx, areas.System(), county))
	const twice = "double_building " + string(west)
	if _, open := p.flags()[twice]; !open {
		t.Fatalf("no flag says it was drawn twice: %+v", p.flags())
	}
	was := p.states()
	merge := areas.BuildingMerge{Keep: p.key(0), Others: again}
	seen, err := p.MergeBuildings(ctx, p.gis, areas.Asked{Preview: true}, merge)
	p.ok(err)
	if b := seen.Buildings[0]; b.Dwellings != 6 || b.Doubled != 4 || b.Households != 6 || seen.Buildings[1].ReplacedBy != b.ID {
		t.Fatalf("a look at it shows %+v", seen.Buildings)
	}
	p.same(was, p.states())
	done, err := p.MergeBuildings(ctx, p.gis, areas.Asked{Reason: "同一栋"}, merge)
	p.ok(err)
	p.sound()
	p.merged(again[0])
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, done.Revision)
	p.ok(err)
	p.sound()
	p.same(was, p.states())
	if _, open := p.flags()[twice]; !open {
		t.Error("the flag stays closed")
	}
}

// merged fails unless another building is a duplicate of the first, which has all doors once and all that is known.
func (p *place) merged(other int64) {
	p.t.Helper()
	ctx := p.t.Context()
	kept, err := p.Building(ctx, p.gis, p.key(0))
	p.ok(err)
	gone, err := p.Building(ctx, p.gis, areas.BuildingKey{County: county, ID: other})
	p.ok(err)
	if gone.Standing != "duplicate" || gone.Reason != "同一栋" || gone.Number == 0 || kept.Number != 1 || kept.Name != "一号楼" || *kept.Floors != 2 {
		p.t.Errorf("kept %+v, gone %+v", kept, gone)
	}
	doors, err := p.DwellingsOf(ctx, p.gis, p.key(0))
	p.ok(err)
	names := map[string]bool{}
	for _, d := range doors {
		if names[d.Label()] = true; len(d.Households) != 1 {
			p.t.Errorf("door %s has %d households", d.Label(), len(d.Households))
		}
	}
	if len(doors) != 6 || len(names) != 6 {
		p.t.Errorf("%d dwellings at %d doors, want 6", len(doors), len(names))
	}
	if f, open := p.flags()["double_building "+string(west)]; open {
		p.t.Errorf("the flag is still open: %+v", f)
	}
}

func TestMergeBuildingsIsRefused(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	merge := func(a areas.Asked, keep int, others ...int64) error {
		_, err := p.MergeBuildings(ctx, p.gis, a, areas.BuildingMerge{Keep: p.key(keep), Others: others})
		return err
	}
	p.refused(merge(areas.Asked{}, 0), "merge_takes_two")
	p.refused(merge(areas.Asked{}, 0, p.buildings[0]), "merge_takes_two")
	p.refused(merge(areas.Asked{}, 0, p.buildings[1]), "far_apart")
	p.refused(merge(areas.Asked{Base: 99}, 0, p.buildings[1]), "changed_since")
	p.refused(merge(areas.Asked{}, 0, 999), "not_found")
	_, err := p.EditBuilding(ctx, p.gis, p.key(1), 0, areas.BuildingEdit{Standing: ptr("demolished"), Reason: ptr("拆了")})
	p.ok(err)
	p.refused(merge(areas.Asked{}, 0, p.buildings[1]), "building_gone")
}

// What is edited or added by GIS staff is taken back, until something depends on it.
func TestUndoOfABuilding(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	_, err := p.EditBuilding(ctx, p.gis, p.key(0), 0, areas.BuildingEdit{Standing: ptr("demolished"), Reason: ptr("拆了"), Floors: ptr(9)})
	p.ok(err)
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, p.lastStep(county))
	p.ok(err)
	b, err := p.Building(ctx, p.gis, p.key(0))
	p.ok(err)
	if b.Standing != "confirmed" || b.Reason != "" || *b.Floors != 2 {
		t.Errorf("it is not what it was: %+v", b)
	}
	_, err = p.EditBuilding(ctx, p.gis, p.key(0), 0, areas.BuildingEdit{Floors: ptr(3)})
	p.ok(err)
	first := p.lastStep(county)
	_, err = p.EditBuilding(ctx, p.gis, p.key(0), 0, areas.BuildingEdit{Floors: ptr(4)})
	p.ok(err)
	second := p.lastStep(county)
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, first)
	p.refused(err, "depended_on")
	for _, step := range []int64{second, first} {
		_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, step)
		p.ok(err)
	}
	if b, err = p.Building(ctx, p.gis, p.key(0)); err != nil || *b.Floors != 2 {
		t.Errorf("step by step it is not what it was: %+v, %v", b, err)
	}
	p.sound()
}

// A building that was added is taken back while it has no dwelling.
func TestUndoOfAnAddedBuilding(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	made, err := p.AddBuilding(ctx, p.gis, county, areas.NewBuilding{Geometry: house(117.004, 35.004, 5)})
	p.ok(err)
	added := p.lastStep(county)
	_, err = p.MakeDwellings(ctx, p.gis, areas.BuildingKey{County: county, ID: made.ID}, areas.Pattern{Stairwells: 1, Floors: 1, Doors: 1})
	p.ok(err)
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, added)
	p.refused(err, "depended_on")
	other, err := p.AddBuilding(ctx, p.gis, county, areas.NewBuilding{Geometry: house(117.006, 35.004, 5)})
	p.ok(err)
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, p.lastStep(county))
	p.ok(err)
	seen, err := p.Buildings(ctx, p.gis, areas.BuildingQuery{Within: county})
	p.ok(err)
	for _, b := range seen.Items {
		if b.ID == other.ID {
			t.Error("a building that was taken back is listed")
		}
	}
	p.sound()
}

// A sensitive building carries nothing: not now, not in what it was, not at its doors, and not by a later import.
func TestSensitiveBuilding(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	_, dwellings := p.assigned()
	noted := func(v *areas.NewVisit) { v.Note = "二号门的李某" }
	p.visit(dwellings[0], "no_contact", noted)
	_, err := p.EditBuilding(ctx, p.gis, p.key(0), 0, areas.BuildingEdit{Name: ptr("营房"), Address: ptr("某路1号")})
	p.ok(err)
	b, err := p.EditBuilding(ctx, p.gis, p.key(0), 0, areas.BuildingEdit{Sensitive: ptr(true), Name: ptr("甲营房"), Floors: ptr(7)})
	p.ok(err)
	p.visit(dwellings[1], "no_contact", noted)
	bare := func(b areas.Building) bool {
		return b.Name == "" && b.Address == "" && b.Floors == nil && b.Stairwells == nil && b.Doors == nil && b.Units == nil && b.Reason == ""
	}
	if !bare(b) || !b.Sensitive {
		t.Errorf("it carries %+v", b)
	}
	_, err = p.AddBuildings(ctx, areas.System(), county, []areas.NewBuilding{{Geometry: house(117.002, 35.008, 10), Name: "营房", Floors: ptr(4),
		Source: "test", SourceID: "1"}})
	p.ok(err)
	b, err = p.Building(ctx, p.gis, p.key(0))
	p.ok(err)
	if !bare(b) {
		t.Errorf("an import brought it back: %+v", b)
	}
	const left = `
		SELECT (SELECT count(*) FROM past_buildings WHERE building = $1 AND (name <> '' OR address <> '' OR floors IS NOT NULL))
		     + (SELECT count(*) FROM visits WHERE note <> '')`
	var n int
	p.ok(dbtest.Owner(t, p.pool).QueryRow(ctx, left, p.buildings[0]).Scan(&n))
	if n != 0 {
		t.Errorf("%d rows still tell of it", n)
	}
}
