package areas_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"canvass/areas"
)

var results = []string{"listed", "complete", "partial", "proxy", "refused", "no_contact", "vacant", "vacant_with_hukou", "seasonal",
	"non_residential", "under_construction", "demolished", "inaccessible"}

// steps are what may happen to a county, in any order. A refusal is an answer too; anything else that goes wrong is not.
type steps struct {
	p    *place
	sent []areas.NewVisit
}

// refusedOr passes refusals over and fails on any other error.
func refusedOr(t *rapid.T, err error) {
	if err != nil && areas.KindOf(err) == 0 {
		t.Fatal(err)
	}
}

func (s *steps) doors(t *rapid.T) []areas.Dwelling {
	var out []areas.Dwelling
	for _, code := range []areas.Code{west, east} {
		list, err := s.p.Dwellings(context.Background(), areas.System(), areas.DwellingQuery{SubArea: code})
		refusedOr(t, err)
		out = append(out, list.Items...)
	}
	return out
}

// visit pays one, at any time of the last two days, as the enumerator or a supervisor.
func (s *steps) visit(t *rapid.T) {
	doors := s.doors(t)
	if len(doors) == 0 {
		return
	}
	d := rapid.SampledFrom(doors).Draw(t, "door")
	v := areas.NewVisit{ID: uuid.New(), County: county, Dwelling: d.ID, Result: rapid.SampledFrom(results).Draw(t, "result"),
		At:       time.Now().Add(-time.Duration(rapid.IntRange(0, 40).Draw(t, "hours")) * time.Hour),
		Evidence: rapid.SampledFrom([][]string{nil, {"meter"}, {"meter", "neighbour"}}).Draw(t, "evidence"),
		Persons:  rapid.SampledFrom([]*areas.Persons{nil, {PresentRegistered: 2}, {PresentElsewhere: 1, AbsentRegistered: 3}}).Draw(t, "persons")}
	if len(d.Households) > 0 && rapid.Bool().Draw(t, "named") {
		v.Household = &d.Households[0].ID
	}
	s.send(t, v)
}

// again sends what was sent before.
func (s *steps) again(t *rapid.T) {
	if len(s.sent) > 0 {
		s.send(t, rapid.SampledFrom(s.sent).Draw(t, "again"))
	}
}

func (s *steps) send(t *rapid.T, v areas.NewVisit) {
	who := rapid.SampledFrom([]areas.Actor{s.p.act(s.p.enum.ID), s.p.supervisor}).Draw(t, "who")
	before := s.visits(t)
	r, err := s.p.RecordVisit(context.Background(), who, v)
	refusedOr(t, err)
	if err != nil {
		return
	}
	known := slices.ContainsFunc(s.sent, func(o areas.NewVisit) bool { return o.ID == v.ID })
	if r.Again != known || s.visits(t)-before != map[bool]int{true: 0, false: 1}[known] {
		t.Fatalf("sent before: %v, told as again: %v, %d visits more", known, r.Again, s.visits(t)-before)
	}
	s.sent = append(s.sent, v)
}

func (s *steps) visits(t *rapid.T) int {
	report, err := s.p.Coverage(context.Background(), areas.System(), areas.CoverageQuery{Within: county, Level: areas.LevelTown})
	refusedOr(t, err)
	return report.Total.Visits
}

// edit changes a building, or adds one in either sub-area.
func (s *steps) edit(t *rapid.T) {
	ctx := context.Background()
	if rapid.Bool().Draw(t, "add") {
		corner := rapid.SampledFrom([]string{"117.0081 35.0051", "117.0181 35.0051", "117.0185 35.0081"}).Draw(t, "corner")
		_, err := s.p.AddBuilding(ctx, s.p.gis, county, areas.NewBuilding{Geometry: square(corner), Units: ptr(2), Source: "step", SourceID: corner})
		refusedOr(t, err)
		return
	}
	kind := rapid.SampledFrom([]string{"residential", "mixed", "collective", "non_residential", "demolished"}).Draw(t, "kind")
	e := areas.BuildingEdit{Kind: &kind, Standing: ptr("confirmed")}
	if kind == "demolished" {
		e = areas.BuildingEdit{Standing: &kind, Reason: ptr("已拆")}
	}
	_, err := s.p.EditBuilding(ctx, s.p.gis, s.p.key(rapid.IntRange(0, 2).Draw(t, "building")), 0, e)
	refusedOr(t, err)
}

// frame lists doors, expects households, gives sub-areas to people, takes them back or has them declared done.
func (s *steps) frame(t *rapid.T) {
	ctx := context.Background()
	code := rapid.SampledFrom([]areas.Code{west, east}).Draw(t, "sub-area")
	held, err := s.p.Assignments(ctx, s.p.supervisor, areas.AssignmentQuery{Within: code, Open: true})
	refusedOr(t, err)
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0:
		_, err = s.p.ListDwellings(ctx, s.p.gis, code)
	case 1:
		_, err = s.p.EditSubArea(ctx, s.p.gis, code, 0, areas.SubAreaEdit{ExpectedHouseholds: ptr(rapid.IntRange(0, 9).Draw(t, "expected"))})
	case 2:
		_, err = s.p.Assign(ctx, s.p.supervisor, areas.NewAssignment{SubArea: code, Enumerator: s.p.enum.ID})
	case 3:
		for _, a := range held.Items {
			_, err = s.p.EndAssignment(ctx, s.p.supervisor, county, a.ID)
		}
	case 4:
		for _, a := range held.Items {
			_, err = s.p.DeclareDone(ctx, s.p.supervisor, county, a.ID)
		}
	case 5:
		_, err = s.p.MakeDwellings(ctx, s.p.gis, s.p.key(0), areas.Pattern{Stairwells: 1, Floors: 3, Doors: 2})
	}
	refusedOr(t, err)
}

// close closes what flags there are.
func (s *steps) close(t *rapid.T) {
	list, err := s.p.Flags(context.Background(), s.p.supervisor, areas.FlagQuery{Within: town})
	refusedOr(t, err)
	for _, f := range list.Items {
		_, err := s.p.CloseFlag(context.Background(), s.p.supervisor, areas.FlagKey{County: county, ID: f.ID}, f.Revision, "data_late", "补传")
		refusedOr(t, err)
	}
}

// Whatever happens in a county, its stored counts are those of a recount after every step, and nothing derived disagrees.
func TestCountsAreThoseOfARecount(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	rapid.Check(t, func(t *rapid.T) {
		s := &steps{p: p}
		all := []func(*rapid.T){s.visit, s.visit, s.visit, s.again, s.edit, s.frame, s.close}
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			rapid.SampledFrom(all).Draw(t, "step")(t)
			faults, err := p.Verify(context.Background(), areas.System(), county, false)
			if err != nil || len(faults) > 0 {
				t.Fatalf("a recount differs: %v (%v)", faults, err)
			}
		}
	})
	report, err := p.Coverage(t.Context(), areas.System(), areas.CoverageQuery{Within: county, Level: areas.LevelSubArea})
	p.ok(err)
	if total := report.Total; total.Visits < 20 || total.Listed < 5 {
		t.Errorf("too little happened to show anything: %+v", total)
	}
}

// A batch is recorded in the order the visits were paid, all or none, and what is in it twice once.
func TestVisitsInABatch(t *testing.T) {
	p := newPlace(t)
	_, doors := p.assigned()
	ctx := t.Context()
	at := func(hours int, result string) areas.NewVisit {
		return areas.NewVisit{ID: uuid.New(), County: county, Dwelling: doors[0].ID, Result: result, At: time.Now().Add(-time.Duration(hours) * time.Hour)}
	}
	late, early := at(1, "seasonal"), at(5, "vacant")
	n, err := p.RecordVisits(ctx, p.enum, county, []areas.NewVisit{late, early, late})
	p.ok(err)
	list, err := p.Visits(ctx, p.enum, areas.VisitQuery{Within: west})
	p.ok(err)
	if n != 2 || len(list.Items) != 2 || list.Items[0].ID != late.ID {
		t.Errorf("%d recorded, %d listed", n, len(list.Items))
	}
	found, err := p.DwellingsOf(ctx, p.enum, areas.BuildingKey{County: county, ID: doors[0].Building})
	p.ok(err)
	if found[0].Occupancy != "seasonal" || !found[0].VisitedAt.Equal(list.Items[0].At) {
		t.Errorf("the later visit does not count: %+v", found[0])
	}
	_, err = p.RecordVisits(ctx, p.enum, county, []areas.NewVisit{at(0, "complete"), at(0, "gone fishing")})
	p.refused(err, "result_unknown")
	list, err = p.Visits(ctx, p.enum, areas.VisitQuery{Within: west})
	p.ok(err)
	if len(list.Items) != 2 {
		t.Errorf("half of a batch was recorded: %d visits", len(list.Items))
	}
	n, err = p.RecordVisits(ctx, p.enum, county, []areas.NewVisit{late, early})
	p.ok(err)
	if n != 0 {
		t.Errorf("%d of two known visits were new", n)
	}
}
