package areas_test

import (
	"slices"
	"testing"
	"time"

	"canvass/areas"
)

// A sub-area that ends gives its ground and all that stands on it to a neighbour of the same census area, and comes back whole.
func TestRetire(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	_, dwellings := p.assigned()
	p.counted(dwellings)
	was := p.states()
	for _, into := range []areas.Code{"", east} {
		seen, err := p.Retire(ctx, p.gis, areas.Asked{Preview: true}, areas.Retire{Code: west, Into: into})
		p.ok(err)
		if len(seen.Retired) != 1 || seen.Retired[0].Code != west || !slices.Equal(seen.Retired[0].ReplacedBy, []areas.Code{east}) {
			t.Fatalf("a look at it shows %+v", seen)
		}
	}
	p.same(was, p.states())
	done, err := p.Retire(ctx, p.gis, areas.Asked{Reason: "太小"}, areas.Retire{Code: west})
	p.ok(err)
	if done.Members[0].Code != east || done.Members[0].Dwellings != len(dwellings) || done.Verb != "retire" {
		t.Fatalf("%+v", done.Members)
	}
	p.sound()
	_, err = p.Retire(ctx, p.gis, areas.Asked{}, areas.Retire{Code: east})
	p.refused(err, "last_of_area")
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, done.Revision)
	p.ok(err)
	p.sound()
	p.same(was, p.states())
	_, err = p.Retire(ctx, p.gis, areas.Asked{}, areas.Retire{Code: west, Into: otherGround})
	p.refused(err, "merge_across_areas")
	_, err = p.SignOff(ctx, p.gis, areas.Asked{}, area, "submit")
	p.ok(err)
	_, err = p.Retire(ctx, p.gis, areas.Asked{}, areas.Retire{Code: west})
	p.refused(err, "signed_off")
}

// A virtual sub-area is made from number 900 on, holds people but no ground, ends once nobody is registered in it, and its number
// is not used again.
func TestVirtualSubArea(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	was := p.states()
	_, err := p.MakeVirtual(ctx, p.gis, areas.Asked{}, areas.NewVirtual{Area: area})
	p.refused(err, "description_missing")
	_, err = p.MakeVirtual(ctx, p.supervisor, areas.Asked{}, areas.NewVirtual{Area: area, Description: "x"})
	p.refused(err, "role_not_allowed")
	seen, err := p.MakeVirtual(ctx, p.gis, areas.Asked{Preview: true}, areas.NewVirtual{Area: area, Description: "集体户口"})
	p.ok(err)
	made, err := p.MakeVirtual(ctx, p.gis, areas.Asked{}, areas.NewVirtual{Area: area, Description: "集体户口", ExpectedHouseholds: ptr(12)})
	p.ok(err)
	code := made.Members[0].Code
	if code != area+"900" || seen.Members[0].Code != code || seen.Revision != 0 || made.Revision == 0 {
		t.Fatalf("made %+v, seen %+v", made, seen)
	}
	p.sound()
	a, err := p.Assign(ctx, p.supervisor, areas.NewAssignment{SubArea: code, Enumerator: p.enum.ID})
	p.ok(err)
	gone, err := p.Retire(ctx, p.gis, areas.Asked{}, areas.Retire{Code: code})
	p.ok(err)
	if len(gone.Assignments) != 1 || gone.Assignments[0].ID != a.ID || gone.Assignments[0].Effect != "ended" {
		t.Fatalf("%+v", gone.Assignments)
	}
	p.sound()
	p.same(was, p.states())
	next, err := p.MakeVirtual(ctx, p.gis, areas.Asked{}, areas.NewVirtual{Area: area, Description: "另一处"})
	p.ok(err)
	if next.Members[0].Code != area+"901" {
		t.Errorf("a code came back: %+v", next.Members)
	}
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, next.Revision)
	p.ok(err)
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, gone.Revision)
	p.ok(err)
	p.sound()
	open, err := p.Assignments(ctx, p.supervisor, areas.AssignmentQuery{Within: code, Open: true})
	p.ok(err)
	if s, err := p.SubArea(ctx, p.gis, code); err != nil || s.Description != "集体户口" || len(open.Items) != 1 {
		t.Errorf("it did not come back: %+v, %v, %+v", s, err, open.Items)
	}
}

// A description, numbers and each step of the sign-off are taken back while nothing depends on them.
func TestUndoOfWordsNumbersAndStates(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	undo := func(who areas.Actor, revision int64) error {
		_, err := p.Undo(ctx, who, areas.Asked{}, county, revision)
		return err
	}
	was := p.states()
	_, err := p.EditSubArea(ctx, p.gis, west, 0, areas.SubAreaEdit{Description: ptr("河西"), ExpectedHouseholds: ptr(50)})
	p.ok(err)
	p.refused(undo(p.supervisor, p.lastStep(area)), "role_not_allowed")
	p.ok(undo(p.gis, p.lastStep(area)))
	p.same(was, p.states())

	_, err = p.AddBuildings(ctx, p.gis, county, []areas.NewBuilding{{Geometry: square("117.001 35.0092"), Source: "t", SourceID: "9"}})
	p.ok(err)
	was = p.states()
	numbered, err := p.Number(ctx, p.gis, areas.Asked{}, area)
	p.ok(err)
	p.ok(undo(p.gis, numbered.Revision))
	p.same(was, p.states())
	p.sound()

	submitted, err := p.SignOff(ctx, p.supervisor, areas.Asked{}, town, "submit")
	p.ok(err)
	approved, err := p.SignOff(ctx, p.supervisor, areas.Asked{}, town, "approve")
	p.ok(err)
	p.refused(undo(p.gis, submitted.Revision), "depended_on")
	p.ok(undo(p.supervisor, approved.Revision))
	p.ok(undo(p.gis, submitted.Revision))
	p.same(was, p.states())
	board, err := p.SignOffBoard(ctx, p.gis, county)
	p.ok(err)
	if board[0].SignedVerb != "" {
		t.Errorf("a step that was taken back is the last on the board: %+v", board[0])
	}
	_, err = p.MoveSubArea(ctx, p.supervisor, west, 0, "checked", "")
	p.ok(err)
	moved := p.lastStep(area)
	p.ok(undo(p.supervisor, moved))
	p.same(was, p.states())
	p.refused(undo(p.gis, moved), "undone_already")
}

// What state was it in then? The answer holds whether a boundary or a signature changed it since.
func TestAsOfTellsTheState(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	state := func(at time.Time) string {
		then, err := p.AsOf(ctx, p.gis, west, at)
		p.ok(err)
		return then[0].State
	}
	var at []time.Time
	now := func() { // the database's clock, as revisions are dated
		var t time.Time
		p.ok(p.pool.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(&t))
		at = append(at, t)
	}
	now()
	_, err := p.MoveSubArea(ctx, p.gis, west, 0, "checked", "")
	p.ok(err)
	now()
	_, err = p.Split(ctx, p.gis, areas.Asked{}, westHalf)
	p.ok(err)
	now()
	_, err = p.SignOff(ctx, p.gis, areas.Asked{}, area, "submit")
	p.ok(err)
	now()
	_, err = p.SignOff(ctx, p.gis, areas.Asked{}, area, "approve")
	p.ok(err)
	now()
	for i, want := range []string{"draft", "checked", "draft", "submitted", "approved"} {
		if got := state(at[i]); got != want {
			t.Errorf("at %d it was %s, want %s", i, got, want)
		}
	}
}

// Taking census areas apart or together is taken back with the areas themselves.
func TestUndoOfRegrouping(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	was := p.states()
	made, err := p.SplitArea(ctx, p.gis, areas.Asked{}, areas.Regroup{Area: area, SubAreas: []areas.Code{west}, Name: "西王村"})
	p.ok(err)
	next := made.Members[0].Code.At(areas.LevelArea)
	merged, err := p.MergeAreas(ctx, p.gis, areas.Asked{}, area, []areas.Code{next})
	p.ok(err)
	p.sound()
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, merged.Revision)
	p.ok(err)
	p.sound()
	if _, err := p.Area(ctx, p.gis, next); err != nil {
		t.Errorf("the census area did not come back: %v", err)
	}
	_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, made.Revision)
	p.ok(err)
	p.sound()
	p.same(was, p.states())
	list, err := p.Areas(ctx, p.gis, areas.AreaQuery{Within: town})
	p.ok(err)
	if len(list.Items) != 1 {
		t.Errorf("the census area that was made is there still: %+v", list.Items)
	}
}
