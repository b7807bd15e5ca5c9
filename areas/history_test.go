package areas_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"canvass/areas"
)

// states reads what the county's sub-areas, buildings, dwellings and households are, to be compared.
func (p *place) states() map[string]any {
	p.t.Helper()
	ctx, out := p.t.Context(), map[string]any{}
	all, err := p.SubAreas(ctx, p.gis, areas.SubAreaQuery{Within: county, Page: areas.Page{Limit: 1000}})
	p.ok(err)
	for _, s := range all.Items {
		g, err := p.Geometry(ctx, p.gis, s.Code)
		p.ok(err)
		s.Revision = 0
		expected := -1
		if s.ExpectedHouseholds != nil {
			expected = *s.ExpectedHouseholds
		}
		out[string(s.Code)] = []any{s.State, s.Description, expected, s.Buildings, s.EnumeratorName, g}
		for _, d := range p.doorsOf(s.Code) {
			row := []any{d.SubArea, d.Occupancy}
			for _, h := range d.Households {
				row = append(row, h.Number, h.Collection)
			}
			out[d.ID.String()] = row
		}
	}
	buildings, err := p.Buildings(ctx, p.gis, areas.BuildingQuery{Within: county, Page: areas.Page{Limit: 1000}})
	p.ok(err)
	for _, b := range buildings.Items {
		out[b.SourceID+b.Source] = []any{b.Place, b.Number}
	}
	return out
}

// lastStep is the newest revision of a place.
func (p *place) lastStep(within areas.Code) int64 {
	p.t.Helper()
	steps, err := p.History(p.t.Context(), p.gis, areas.HistoryQuery{Within: within})
	p.ok(err)
	return steps.Items[0].Revision
}

func (p *place) same(was, is map[string]any) {
	p.t.Helper()
	for key, w := range was {
		if i := is[key]; !equal(w, i) {
			p.t.Errorf("%s was %v, is %v", key, w, i)
		}
	}
	if len(was) != len(is) {
		p.t.Errorf("%d things were, %d are", len(was), len(is))
	}
}

func equal(a, b any) bool {
	x, _ := a.([]any)
	y, _ := b.([]any)
	return slices.EqualFunc(x, y, func(a, b any) bool {
		g, is := a.(orb.MultiPolygon)
		if !is {
			return a == b
		}
		h, _ := b.(orb.MultiPolygon)
		return orb.Equal(g, h)
	})
}

// What is undone is as it was, to the vertex, the number and the hand that holds it.
func TestUndo(t *testing.T) {
	for name, do := range map[string]func(p *place) (areas.Outcome, error){
		"split": func(p *place) (areas.Outcome, error) {
			return p.Split(t.Context(), p.gis, areas.Asked{}, areas.Split{Code: west, Line: line("LINESTRING (117.004 35, 117.004 35.01)")})
		},
		"merge": func(p *place) (areas.Outcome, error) {
			return p.Merge(t.Context(), p.gis, areas.Asked{}, []areas.Code{east, west})
		},
		"reshape": func(p *place) (areas.Outcome, error) {
			return p.Reshape(t.Context(), p.gis, areas.Asked{}, areas.Reshape{Codes: [2]areas.Code{west, east},
				Line: line("LINESTRING (117.01 35.007, 117.004 35.007, 117.004 35.0095, 117.01 35.0095)")})
		},
		"draw": func(p *place) (areas.Outcome, error) {
			return p.Draw(t.Context(), p.gis, areas.Asked{}, areas.Draw{Area: area,
				Piece: multi("MULTIPOLYGON(((117.001 35.007, 117.004 35.007, 117.004 35.0095, 117.001 35.0095, 117.001 35.007)))")})
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			_, dwellings := p.assigned()
			for _, d := range dwellings {
				p.visit(d, "complete", func(v *areas.NewVisit) { v.Persons = &areas.Persons{PresentRegistered: 1} })
			}
			was := p.states()
			done, err := do(p)
			p.ok(err)
			p.sound()
			seen, err := p.Undo(p.t.Context(), p.gis, areas.Asked{Preview: true}, county, done.Revision)
			p.ok(err)
			if seen.Revision != 0 {
				t.Error("a look at it wrote something")
			}
			_, err = p.Undo(p.t.Context(), p.gis, areas.Asked{}, county, done.Revision)
			p.ok(err)
			p.sound()
			p.same(was, p.states())
			_, err = p.Undo(p.t.Context(), p.gis, areas.Asked{}, county, done.Revision)
			p.refused(err, "undone_already")
		})
	}
}

func TestUndoIsRefusedOnceSomethingDependsOnIt(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	first, err := p.Split(t.Context(), p.gis, areas.Asked{}, westHalf)
	p.ok(err)
	second, err := p.Merge(t.Context(), p.gis, areas.Asked{}, []areas.Code{west, area + "003"})
	p.ok(err)
	_, err = p.Undo(t.Context(), p.gis, areas.Asked{}, county, first.Revision)
	p.refused(err, "depended_on")
	_, err = p.Undo(t.Context(), p.gis, areas.Asked{}, county, second.Revision)
	p.ok(err)
	third, err := p.Split(t.Context(), p.gis, areas.Asked{}, areas.Split{Code: west, Line: line("LINESTRING (117.004 35.005, 117.004 35.01)")})
	p.ok(err)
	made := third.Members[1].Code
	_, err = p.RecordVisit(t.Context(), p.admin, areas.NewVisit{ID: uuid.New(), County: county, Dwelling: p.doorsOf(made)[0].ID, Result: "no_contact"})
	p.ok(err)
	_, err = p.Undo(t.Context(), p.gis, areas.Asked{}, county, third.Revision)
	p.refused(err, "depended_on")
	p.sound()
}

// Where did the last household of the sub-area go, what was a code then, and what is different since?
func TestHistory(t *testing.T) {
	p := newPlace(t)
	_, dwellings := p.assigned()
	for _, d := range dwellings {
		p.visit(d, "complete", func(v *areas.NewVisit) { v.Persons = &areas.Persons{PresentRegistered: 1} })
	}
	ctx, began := t.Context(), time.Now()
	_, err := p.Split(ctx, p.gis, areas.Asked{Reason: "太大"}, areas.Split{Code: west, Line: line("LINESTRING (117.004 35, 117.004 35.01)")})
	p.ok(err)
	_, err = p.Merge(ctx, p.gis, areas.Asked{}, []areas.Code{east, area + "003"})
	p.ok(err)

	then, err := p.AsOf(ctx, p.gis, area, began)
	p.ok(err)
	if len(then) != 3 || then[1].Code != west || len(then[1].Geometry[0][0]) != 5 || then[2].Code != east || then[2].Retired {
		t.Errorf("then it was %+v", then)
	}
	found, err := p.Differences(ctx, p.gis, area, began, time.Now().Add(time.Hour))
	p.ok(err)
	if len(found) != 3 || found[0].Kind != "moved" || found[1].Kind != "retired" || found[2].Kind != "made" || len(found[2].Revisions) != 2 {
		t.Errorf("different are %+v", found)
	}
	trail, err := p.Lineage(ctx, p.gis, west, len(dwellings))
	p.ok(err)
	if h := trail.Household; h == nil || h.SubArea != area+"003" || len(h.Moves) != 1 || h.Moves[0].ToNumber != h.Number {
		t.Errorf("the household went %+v", trail.Household)
	}
	gone, err := p.Lineage(ctx, p.gis, east, 0)
	p.ok(err)
	if !gone.Retired || !slices.Equal(gone.Now, []areas.Code{area + "003"}) {
		t.Errorf("the retired code: %+v", gone)
	}
	steps, err := p.History(ctx, p.gis, areas.HistoryQuery{Within: west})
	p.ok(err)
	if len(steps.Items) != 1 || steps.Items[0].Verb != "split" || steps.Items[0].Detail["reason"] != "太大" {
		t.Errorf("history: %+v", steps.Items)
	}
}

func TestSignOff(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	sign := func(who areas.Actor, place areas.Code, verb, reason string) error {
		_, err := p.SignOff(ctx, who, areas.Asked{Reason: reason}, place, verb)
		return err
	}
	p.refused(sign(p.gis, town, "approve", ""), "not_there_yet")
	p.ok(sign(p.gis, area, "submit", ""))
	p.refused(sign(p.supervisor, county, "freeze", ""), "role_not_allowed")
	p.ok(sign(p.supervisor, town, "approve", ""))
	clerk := p.account("clerk", areas.RoleGIS, town)
	p.refused(sign(clerk, town, "freeze", ""), "scope_too_small")
	p.ok(sign(p.gis, county, "freeze", ""))
	_, err := p.Split(ctx, p.gis, areas.Asked{}, westHalf)
	p.refused(err, "frozen")
	p.refused(sign(p.gis, west, "reopen", ""), "reason_missing")
	p.ok(sign(p.gis, west, "reopen", "新楼"))
	_, err = p.Split(ctx, p.gis, areas.Asked{}, westHalf)
	p.ok(err)
	board, err := p.SignOffBoard(ctx, p.gis, county)
	p.ok(err)
	if len(board) != 1 || board[0].States["reopened"] != 2 || board[0].States["frozen"] != 1 || board[0].SignedVerb != "freeze" {
		t.Errorf("the board: %+v", board)
	}
}

func TestDraw(t *testing.T) {
	p := newPlace(t)
	ctx, system, next := t.Context(), areas.System(), town+"202"
	_, err := p.MakeAreas(ctx, system, []areas.NewArea{{Code: next, Name: "南王村",
		Geometry: multi("MULTIPOLYGON(((117.02 35, 117.03 35, 117.03 35.01, 117.02 35.01, 117.02 35)))")}})
	p.ok(err)
	_, err = p.AddBuildings(ctx, p.gis, county, []areas.NewBuilding{{Geometry: square("117.025 35.005"), Units: ptr(3), Source: "t", SourceID: "9"}})
	p.ok(err)
	first, err := p.Draw(ctx, p.gis, areas.Asked{}, areas.Draw{Area: next, Description: "全村"})
	p.ok(err)
	if len(first.Members) != 1 || first.Members[0].Code != next+"001" || first.Members[0].Buildings != 1 {
		t.Fatalf("the first has not all of it: %+v", first)
	}
	piece := multi("MULTIPOLYGON(((117.024 35.004, 117.03 35.004, 117.03 35.006, 117.024 35.006, 117.024 35.004)))")
	second, err := p.Draw(ctx, p.gis, areas.Asked{}, areas.Draw{Area: next, Piece: piece, Tolerance: 1})
	p.ok(err)
	if len(second.Members) != 2 || second.Members[1].Code != next+"002" || second.Moved[0].To != next+"002" {
		t.Fatalf("the piece is not a sub-area: %+v", second)
	}
	_, err = p.Draw(ctx, p.gis, areas.Asked{}, areas.Draw{Area: next, Piece: multi("MULTIPOLYGON(((117.02 35, 117.03 35, 117.03 35.01, 117.02 35.01, 117.02 35)))")})
	p.refused(err, "nothing_left")
	p.sound()
}

// Sub-areas that are taken into a census area of their own keep their ground and get its codes.
func TestSplitArea(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	done, err := p.SplitArea(t.Context(), p.gis, areas.Asked{}, areas.Regroup{Area: area, SubAreas: []areas.Code{west}, Name: "西王村"})
	p.ok(err)
	if len(done.Members) != 1 || done.Members[0].Code != town+"202001" || done.Members[0].Dwellings != 5 || done.Retired[0].Code != west {
		t.Fatalf("%+v", done)
	}
	open, err := p.Assignments(t.Context(), p.admin, areas.AssignmentQuery{Within: county, Open: true})
	p.ok(err)
	if len(open.Items) != 1 || open.Items[0].SubArea != town+"202001" {
		t.Errorf("the enumerator lost it: %+v", open.Items)
	}
	p.sound()
	again, err := p.MergeAreas(t.Context(), p.gis, areas.Asked{}, area, []areas.Code{town + "202"})
	p.ok(err)
	if again.Members[0].Code != area+"003" {
		t.Errorf("%+v", again.Members)
	}
	p.sound()
}

func TestNumber(t *testing.T) {
	p := newPlace(t)
	_, err := p.AddBuildings(t.Context(), p.gis, county, []areas.NewBuilding{{Geometry: square("117.001 35.0092"), Units: ptr(1), Source: "t", SourceID: "9"}})
	p.ok(err)
	seen, err := p.Number(t.Context(), p.gis, areas.Asked{Preview: true}, area)
	p.ok(err)
	if len(seen.Changed) == 0 || seen.Changed[0].To != 1 {
		t.Fatalf("the north-western house is not the first: %+v", seen)
	}
	_, err = p.Number(t.Context(), p.gis, areas.Asked{}, area)
	p.ok(err)
	_, dwellings := p.assigned()
	p.visit(dwellings[0], "no_contact")
	_, err = p.Number(t.Context(), p.gis, areas.Asked{}, area)
	p.refused(err, "numbers_stable")
}
