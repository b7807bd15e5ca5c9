package areas_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"canvass/areas"
)

// partly makes a census area of which the west and an enclave have a sub-area and the rest has none, with a house in each half.
func (p *place) partly() areas.Code {
	p.t.Helper()
	ctx, system, next := p.t.Context(), areas.System(), town+"202"
	_, err := p.MakeAreas(ctx, system, []areas.NewArea{{Code: next, Name: "南王村",
		Geometry: multi("MULTIPOLYGON(((117.02 35, 117.04 35, 117.04 35.01, 117.02 35.01, 117.02 35)))")}})
	p.ok(err)
	_, err = p.DrawSubAreas(ctx, system, []areas.NewSubArea{
		{Code: next + "001", Geometry: multi("MULTIPOLYGON(((117.02 35, 117.025 35, 117.025 35.01, 117.02 35.01, 117.02 35)))")},
		{Code: next + "002", Geometry: multi("MULTIPOLYGON(((117.03 35.004, 117.032 35.004, 117.032 35.006, 117.03 35.006, 117.03 35.004)))")},
	})
	p.ok(err)
	_, err = p.AddBuildings(ctx, p.gis, county, []areas.NewBuilding{
		{Geometry: square("117.027 35.002"), Units: ptr(3), Source: "t", SourceID: "middle"},
		{Geometry: square("117.038 35.002"), Units: ptr(4), Source: "t", SourceID: "east"},
		{Geometry: square("117.021 35.002"), Units: ptr(5), Source: "t", SourceID: "west"}})
	p.ok(err)
	return next
}

// standing finds a building of partly.
func (p *place) standing(name string) (found areas.Building) {
	p.t.Helper()
	for _, b := range p.all() {
		if b.Source == "t" && b.SourceID == name {
			found = b
		}
	}
	return found
}

// stands finds where the buildings of partly lie.
func (p *place) stands() map[string]areas.Code {
	p.t.Helper()
	out := map[string]areas.Code{}
	for _, b := range p.all() {
		if b.Source == "t" {
			out[b.SourceID] = b.Place
		}
	}
	return out
}

// All that is left of a census area becomes one sub-area: what was there keeps its ground, and buildings that lay in none come in.
func TestDrawWhatIsLeft(t *testing.T) {
	p := newPlace(t)
	ctx, next := t.Context(), p.partly()
	was := p.stands()
	ask := areas.Draw{Area: next, Rest: true, Description: "其余", Tolerance: 1}
	seen, err := p.Draw(ctx, p.gis, areas.Asked{Preview: true}, ask)
	p.ok(err)
	m := seen.Members[0]
	if seen.Revision != 0 || !m.New || m.Code != next+"003" || m.Buildings != 2 || m.ExpectedHouseholds != 7 || len(m.Geometry[0]) != 2 {
		t.Fatalf("a look at it shows %+v", seen)
	}
	if p.stands()["middle"] != was["middle"] {
		t.Error("a look at it moved a building")
	}
	done, err := p.Draw(ctx, p.gis, areas.Asked{}, ask)
	p.ok(err)
	at := p.stands()
	if at["middle"] != next+"003" || at["east"] != next+"003" || at["west"] != next+"001" {
		t.Errorf("the houses lie in %v", at)
	}
	p.sound()
	_, err = p.Draw(ctx, p.gis, areas.Asked{}, ask)
	p.refused(err, "nothing_open")
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, done.Revision)
	p.ok(err)
	if at := p.stands(); at["middle"] != was["middle"] || at["east"] != was["east"] || at["west"] != was["west"] {
		t.Errorf("taken back, the houses lie in %v, before in %v", at, was)
	}
	for _, b := range p.all() {
		if b.Place == next && b.Number != 0 {
			t.Errorf("%s has number %d in no sub-area", b.SourceID, b.Number)
		}
	}
	again, err := p.Draw(ctx, p.gis, areas.Asked{}, ask)
	p.ok(err)
	_, err = p.MakeDwellings(ctx, p.gis, areas.BuildingKey{County: county, ID: p.standing("middle").ID}, areas.Pattern{Floors: 1, Doors: 3})
	p.ok(err)
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, again.Revision)
	p.refused(err, "outside_frame")
	if again.Members[0].Code != next+"004" {
		t.Errorf("a code was used again: %s", again.Members[0].Code)
	}
	p.sound()
}

// However many take what is left at once, one has it.
func TestDrawWhatIsLeftAtOnce(t *testing.T) {
	p := newPlace(t)
	next := p.partly()
	var drawers sync.WaitGroup
	var made atomic.Int32
	for range 8 {
		drawers.Go(func() {
			_, err := p.Draw(t.Context(), p.gis, areas.Asked{}, areas.Draw{Area: next, Rest: true})
			switch code := areas.CodeOf(err); {
			case err == nil:
				made.Add(1)
			case code != "nothing_open" && code != "try_again":
				t.Errorf("refused with %q: %v", code, err)
			}
		})
	}
	drawers.Wait()
	if n := made.Load(); n != 1 {
		t.Errorf("%d were drawn", n)
	}
	p.sound()
}

// Of what is left, a drawn piece takes its share and nothing of what is there; the others stay where no sub-area is.
func TestDrawAPieceOfWhatIsLeft(t *testing.T) {
	p := newPlace(t)
	ctx, next := t.Context(), p.partly()
	piece := multi("MULTIPOLYGON(((117.022 34.999, 117.031 34.999, 117.031 35.011, 117.022 35.011, 117.022 34.999)))")
	done, err := p.Draw(ctx, p.gis, areas.Asked{}, areas.Draw{Area: next, Piece: piece, Rest: true, Tolerance: 1})
	p.ok(err)
	if m := done.Members[0]; m.Code != next+"003" || m.Buildings != 1 {
		t.Errorf("the piece is %+v", m)
	}
	if at := p.stands(); at["middle"] != next+"003" || at["east"] != next || at["west"] != next+"001" {
		t.Errorf("the houses lie in %v", at)
	}
	_, err = p.Draw(ctx, p.gis, areas.Asked{}, areas.Draw{Area: next, Rest: true, Tolerance: 1,
		Piece: multi("MULTIPOLYGON(((117.021 35.001, 117.024 35.001, 117.024 35.002, 117.021 35.001)))")})
	p.refused(err, "nothing_moves")
	_, err = p.Draw(ctx, p.gis, areas.Asked{}, areas.Draw{Area: next, Rest: true})
	p.ok(err)
	p.sound()
}

// A piece may enclose what stays with whom it was with.
func TestDrawRoundAnEnclave(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	piece := multi("MULTIPOLYGON(((117.001 35.006, 117.009 35.006, 117.009 35.0095, 117.001 35.0095, 117.001 35.006)," +
		"(117.0045 35.0075, 117.0045 35.0092, 117.007 35.0092, 117.007 35.0075, 117.0045 35.0075)))")
	done, err := p.Draw(t.Context(), p.gis, areas.Asked{}, areas.Draw{Area: area, Piece: piece, Tolerance: 1})
	p.ok(err)
	if len(done.Moved) != 1 || done.Moved[0].ID != p.buildings[0] || len(done.Members) != 2 {
		t.Errorf("it takes %+v", done)
	}
	for _, m := range done.Members {
		if m.Code == west && len(m.Geometry) != 2 || m.New && len(m.Geometry[0]) != 2 {
			t.Errorf("%s is %v", m.Code, m.Geometry)
		}
	}
	p.sound()
	_, err = p.Undo(t.Context(), p.gis, areas.Asked{}, county, done.Revision)
	p.ok(err)
	p.sound()
}
