package areas_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"canvass/areas"
)

// sample lists households in all doors of a place, and draws of them.
func sample(t *testing.T, seed int64) (p *place, drawn []int, s areas.LongFormSample) {
	t.Helper()
	p = newPlace(t)
	_, err := p.MakeDwellings(t.Context(), p.gis, areas.BuildingKey{County: county, ID: p.buildings[0]}, areas.Pattern{Stairwells: 4, Floors: 6, Doors: 2})
	p.ok(err)
	_, doors := p.assigned()
	for _, d := range doors {
		p.household(d)
	}
	s, err = p.DrawLongForm(t.Context(), p.admin, county, seed)
	p.ok(err)
	list, err := p.Dwellings(t.Context(), p.gis, areas.DwellingQuery{SubArea: west, Page: areas.Page{Limit: 1000}})
	p.ok(err)
	for _, d := range list.Items {
		if d.Households[0].LongForm {
			drawn = append(drawn, d.Households[0].Number)
		}
	}
	slices.Sort(drawn)
	return p, drawn, s
}

// One household in ten is drawn, ten apart, and the same seed draws the same ones.
func TestLongForm(t *testing.T) {
	p, drawn, s := sample(t, 42)
	if s.Drawn != len(drawn) || s.Households < 45 || s.Drawn < s.Households/10 || s.Drawn > s.Households/10+1 || s.OneIn != 10 {
		t.Errorf("drawn %v: %+v", drawn, s)
	}
	for i := 1; i < len(drawn); i++ {
		if drawn[i]-drawn[i-1] != 10 {
			t.Errorf("from %d to %d is not ten", drawn[i-1], drawn[i])
		}
	}
	for _, place := range []areas.Code{county, town, west} {
		_, err := p.DrawLongForm(t.Context(), p.admin, place, 1)
		p.refused(err, "long_form_drawn")
	}
	_, err := p.DrawLongForm(t.Context(), p.supervisor, town, 1)
	p.refused(err, "role_not_allowed")
	kept, err := p.LongFormSamples(t.Context(), p.admin, county)
	p.ok(err)
	if len(kept) != 1 || kept[0].Seed != 42 || kept[0].Drawn != s.Drawn {
		t.Errorf("kept %+v", kept)
	}
	p.agrees()
}

func TestLongFormIsDrawnAgainTheSame(t *testing.T) {
	var drawn [2][]int
	t.Run("two counties", func(t *testing.T) {
		for i := range drawn {
			t.Run("", func(t *testing.T) { _, drawn[i], _ = sample(t, 42) })
		}
	})
	if len(drawn[0]) == 0 || !slices.Equal(drawn[0], drawn[1]) {
		t.Errorf("drawn %v, then %v", drawn[0], drawn[1])
	}
}

// Who is drawn is interviewed: an account is taken back, and none is issued.
func TestLongFormEndsSelfResponse(t *testing.T) {
	p := newPlace(t)
	_, doors := p.assigned()
	var issued []areas.Issued
	for _, d := range doors {
		issued = append(issued, p.issue(p.household(d)))
	}
	s, err := p.DrawLongForm(t.Context(), p.admin, county, 7)
	p.ok(err)
	list, err := p.SelfResponses(t.Context(), p.admin, areas.SelfResponseQuery{Within: county, State: areas.SelfResponseRevoked})
	p.ok(err)
	if len(list.Items) != s.Drawn {
		t.Fatalf("%d accounts were taken back of %d drawn (of %d)", len(list.Items), s.Drawn, len(issued))
	}
	for _, r := range list.Items {
		_, err := p.IssueSelfResponse(t.Context(), p.enum, areas.NewSelfResponse{ID: uuid.New(), County: county, Household: r.Household})
		p.refused(err, "long_form_interviewed")
	}
	p.agrees()
}

func TestLongFormNeedsHouseholds(t *testing.T) {
	p := newPlace(t)
	_, err := p.DrawLongForm(t.Context(), p.admin, county, 7)
	p.refused(err, "no_households")
}
