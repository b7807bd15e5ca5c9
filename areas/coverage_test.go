package areas_test

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"canvass/areas"
)

// A sub-area counted by hand: three buildings, two of them houses with five doors; one complete, one refused, one not at
// home, one vacant with two kinds of evidence and one with one.
func TestCoverageCountedByHand(t *testing.T) {
	p := newPlace(t)
	_, doors := p.assigned()
	p.visit(doors[0], "complete", func(v *areas.NewVisit) {
		v.Persons = &areas.Persons{PresentRegistered: 2, PresentElsewhere: 1, PresentPending: 1, AbsentRegistered: 5}
	})
	p.visit(doors[1], "refused")
	p.visit(doors[2], "no_contact")
	p.visit(doors[3], "vacant", func(v *areas.NewVisit) { v.Evidence = []string{"meter", "neighbour"} })
	last := p.visit(doors[4], "vacant_with_hukou", func(v *areas.NewVisit) { v.Evidence = []string{"meter"} })
	want := areas.Counts{Buildings: 3, Footprints: 2, FootprintsVisited: 2, FootprintsListed: 2, Expected: 5, Listed: 5,
		Occupied: 2, Vacant: 2, VacantEvidenced: 1, NoContact: 1, Refused: 1, DwellingsResolved: 2, Households: 2, Complete: 1,
		Persons: 4, Visits: 5}
	if last.Coverage.Counts != want {
		t.Errorf("counts %+v\nwant   %+v", last.Coverage.Counts, want)
	}
	for place, level := range map[areas.Code]areas.Level{county: areas.LevelTown, town: areas.LevelArea, area: areas.LevelSubArea} {
		report, err := p.Coverage(t.Context(), p.admin, areas.CoverageQuery{Within: place, Level: level})
		p.ok(err)
		if report.Total.Counts != want || report.Total.SubAreas != 2 || report.Total.Assigned != 1 || report.Total.DeclaredDone != 0 {
			t.Errorf("%s: %+v", place, report.Total)
		}
	}
	_, err := p.EditSubArea(t.Context(), p.gis, west, 0, areas.SubAreaEdit{ExpectedHouseholds: ptr(40)})
	p.ok(err)
	report, err := p.Coverage(t.Context(), p.admin, areas.CoverageQuery{Within: area, Level: areas.LevelSubArea})
	p.ok(err)
	if got := report.Items[0].Expected; got != 40 {
		t.Errorf("what is expected by the administration is %d, want 40", got)
	}
	m := report.Items[1].Measures()
	for i := range reflect.ValueOf(m).NumField() {
		if rate := reflect.ValueOf(m).Field(i).Interface().(areas.Measure); rate.Value != nil || rate.Low != nil {
			t.Errorf("where nothing is, %s is %v", reflect.TypeOf(m).Field(i).Name, *rate.Value)
		}
	}
	_, err = p.Coverage(t.Context(), p.admin, areas.CoverageQuery{Within: town, Level: "street"})
	p.refused(err, "level_unknown")
}

// Every measure of a place counted by hand, with numerator and denominator; shares carry Wilson's interval.
func TestMeasuresCountedByHand(t *testing.T) {
	c := areas.Counts{Buildings: 12, Footprints: 10, FootprintsVisited: 8, FootprintsListed: 7, Expected: 60, Listed: 50, Occupied: 40,
		Vacant: 5, VacantEvidenced: 4, OutOfScope: 2, NoContact: 3, Refused: 2, Unlisted: 6, DwellingsResolved: 41, Households: 42,
		Complete: 35, SelfResponse: 7, Persons: 105, Visits: 80}
	m := c.Measures()
	for _, w := range []struct {
		name                   string
		got                    areas.Measure
		numerator, denominator int
		value, low, high       float64 // no interval where low is NaN
	}{
		{"building visit rate F_v/F", m.BuildingVisitRate, 8, 10, 0.8, 0.4902, 0.9433},
		{"listing ratio L/X", m.ListingRatio, 50, 60, 0.8333, math.NaN(), 0},
		{"footprint yield L/F", m.FootprintYield, 50, 10, 5, math.NaN(), 0},
		{"resolved /L", m.Resolved, 41, 50, 0.82, 0.6920, 0.9023},
		{"effective coverage C/max(X-V_c,1)", m.EffectiveCoverage, 35, 56, 0.625, math.NaN(), 0},
		{"self-response share S/C", m.SelfResponseShare, 7, 35, 0.2, 0.1004, 0.3589},
		{"non-interview (N+R)/(O+N)", m.NonInterview, 5, 43, 0.1163, 0.0507, 0.2448},
		{"vacancy V/L", m.Vacancy, 5, 50, 0.1, 0.0435, 0.2136},
		{"its evidence V_c/V", m.VacancyEvidence, 4, 5, 0.8, 0.3755, 0.9638},
		{"persons per household", m.PersonsPerHousehold, 105, 35, 3, math.NaN(), 0},
	} {
		if w.got.Numerator != w.numerator || w.got.Denominator != w.denominator || w.got.Value == nil || math.Abs(*w.got.Value-w.value) > 5e-5 {
			t.Errorf("%s: %s, want %d/%d", w.name, say(w.got), w.numerator, w.denominator)
		}
		if interval := !math.IsNaN(w.low); interval != (w.got.Low != nil) ||
			interval && (math.Abs(*w.got.Low-w.low) > 5e-5 || math.Abs(*w.got.High-w.high) > 5e-5) {
			t.Errorf("%s: %s, want the interval %v to %v", w.name, say(w.got), w.low, w.high)
		}
	}
}

func say(m areas.Measure) string {
	out := fmt.Sprintf("%d/%d", m.Numerator, m.Denominator)
	if m.Value != nil {
		out += fmt.Sprintf(" = %.4f", *m.Value)
	}
	if m.Low != nil {
		out += fmt.Sprintf(" (%.4f to %.4f)", *m.Low, *m.High)
	}
	return out
}

// The corners of the measures: nothing expected, all of it vacant, more done than expected, all or nothing.
func TestMeasuresAtTheCorners(t *testing.T) {
	for _, c := range []struct {
		name   string
		counts areas.Counts
		pick   func(areas.Measures) areas.Measure
		want   string
	}{
		{"nothing expected is no data", areas.Counts{Complete: 3}, func(m areas.Measures) areas.Measure { return m.EffectiveCoverage }, "3/0"},
		{"all vacant", areas.Counts{Expected: 4, VacantEvidenced: 4}, func(m areas.Measures) areas.Measure { return m.EffectiveCoverage }, "0/1 = 0.0000"},
		{"more vacant than expected", areas.Counts{Expected: 4, VacantEvidenced: 6, Complete: 1},
			func(m areas.Measures) areas.Measure { return m.EffectiveCoverage }, "1/1 = 1.0000"},
		{"more than expected", areas.Counts{Expected: 4, Complete: 6}, func(m areas.Measures) areas.Measure { return m.EffectiveCoverage }, "6/4 = 1.5000"},
		{"none of ten", areas.Counts{Footprints: 10}, func(m areas.Measures) areas.Measure { return m.BuildingVisitRate }, "0/10 = 0.0000 (0.0000 to 0.2775)"},
		{"all of ten", areas.Counts{Footprints: 10, FootprintsVisited: 10},
			func(m areas.Measures) areas.Measure { return m.BuildingVisitRate }, "10/10 = 1.0000 (0.7225 to 1.0000)"},
	} {
		if got := say(c.pick(c.counts.Measures())); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
