package areas_test

import (
	"testing"

	"github.com/google/uuid"

	"canvass/areas"
)

// The post-enumeration survey goes to the same doors and changes nothing of the census: its visits are kept beside, whoever
// records them, and what would change a dwelling, a building or a boundary is set aside.
func TestSurveyChangesNothing(t *testing.T) {
	p := newPlace(t)
	a, doors := p.assigned()
	census := p.pad(p.enum, a.Epoch)
	census.becomes("1 applied; 2 applied; ", census.visited(doors[0], "complete"), census.visited(doors[1], "no_contact"))
	_, err := p.SetRound(t.Context(), p.admin, areas.Round{County: county, Name: "pes", OpensAt: day(-1), ClosesAt: day(9)})
	p.ok(err)
	surveyor := p.account("surveyor", areas.RoleEnumerator, "370883100")
	held, err := p.Assign(t.Context(), p.supervisor, areas.NewAssignment{SubArea: west, Enumerator: surveyor.ID, Round: "pes"})
	p.ok(err)
	b := p.pad(surveyor, held.Epoch)
	before, counts := p.dwelling(doors[0].ID), p.countsOf(west)
	_, words := b.sync(b.visited(doors[0], "vacant"), b.visited(doors[1], "complete"),
		b.did("correct_visit", areas.CorrectionValues{VisitValues: areas.VisitValues{Dwelling: doors[0].ID, Result: "vacant"}, Reason: "空"}),
		b.did("add_household", areas.HouseholdValues{Household: uuid.New(), Dwelling: doors[0].ID}),
		b.did("mark_dwelling", areas.DwellingMark{Dwelling: doors[2].ID, Reason: "没有"}))
	if want := "1 applied; 2 applied; 3 quarantined survey_changes_nothing; 4 quarantined survey_changes_nothing; 5 quarantined survey_changes_nothing; "; words != want {
		t.Errorf("became %s, want %s", words, want)
	}
	if after := p.dwelling(doors[0].ID); after.Revision != before.Revision || after.Occupancy != "occupied" || after.Attempts != 1 {
		t.Errorf("the survey changed a dwelling: %+v, was %+v", after, before)
	}
	if d := p.dwelling(doors[1].ID); d.Occupancy != "no_answer" || len(d.Households) != 0 {
		t.Errorf("the survey changed a dwelling: %+v", d)
	}
	if after := p.countsOf(west); after != counts {
		t.Errorf("the survey changed the counts: %+v, were %+v", after, counts)
	}
	if n := p.visits(); n != 4 {
		t.Errorf("%d visits are kept, want 4", n)
	}
	census.becomes("3 applied; ", census.visited(doors[0], "complete"))
	p.sound()
}

func (p *place) countsOf(subArea areas.Code) areas.Counts {
	p.t.Helper()
	got, err := p.Coverage(p.t.Context(), areas.System(), areas.CoverageQuery{Within: subArea, Level: areas.LevelSubArea})
	p.ok(err)
	return got.Items[0].Counts
}
