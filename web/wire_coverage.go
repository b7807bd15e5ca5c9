package web

import (
	"math"
	"time"

	"canvass/areas"
)

// Coverage is the coverage of a place: in all, and by its parts.
type Coverage struct {
	Within areas.Code    `json:"within"`
	Level  areas.Level   `json:"level" enum:"county,town,area,sub_area"`
	Total  CoverageRow   `json:"total"`
	Items  []CoverageRow `json:"items"`
}

func coverageForm(r areas.CoverageReport) Coverage {
	return Coverage{Within: r.Within, Level: r.Level, Total: coverageRowForm(r.Total), Items: forms(r.Items, coverageRowForm)}
}

// CoverageRow is the coverage of one place.
type CoverageRow struct {
	Code         areas.Code `json:"code"`
	Name         string     `json:"name"`
	Counts       Counts     `json:"counts"`
	Measures     Measures   `json:"measures"`
	FlagsOpen    int        `json:"flags_open"`
	SubAreas     int        `json:"sub_areas"`
	Assigned     int        `json:"assigned"`
	DeclaredDone int        `json:"declared_done"`
	LastVisitAt  *time.Time `json:"last_visit_at"`
	CountedAt    *time.Time `json:"counted_at"`
}

func coverageRowForm(r areas.CoverageRow) CoverageRow {
	return CoverageRow{
		Code: r.Code, Name: r.Name, Counts: Counts(r.Counts), Measures: measuresForm(r.Counts.Measures()), FlagsOpen: r.FlagsOpen,
		SubAreas: r.SubAreas, Assigned: r.Assigned, DeclaredDone: r.DeclaredDone, LastVisitAt: r.LastVisitAt, CountedAt: r.CountedAt,
	}
}

// Counts are what is known of the dwellings of a place.
type Counts struct {
	Buildings         int `json:"buildings"`
	Footprints        int `json:"footprints" doc:"confirmed residential, mixed or collective buildings"`
	FootprintsVisited int `json:"footprints_visited"`
	FootprintsListed  int `json:"footprints_listed"`
	Expected          int `json:"expected" doc:"households"`
	Listed            int `json:"listed" doc:"dwellings whose occupancy is known"`
	Occupied          int `json:"occupied"`
	Vacant            int `json:"vacant"`
	VacantEvidenced   int `json:"vacant_evidenced"`
	OutOfScope        int `json:"out_of_scope"`
	NoContact         int `json:"no_contact"`
	Refused           int `json:"refused"`
	Unlisted          int `json:"unlisted"`
	DwellingsResolved int `json:"dwellings_resolved"`
	Households        int `json:"households"`
	Complete          int `json:"complete"`
	SelfResponse      int `json:"self_response"`
	Persons           int `json:"persons" doc:"present"`
	Visits            int `json:"visits"`
}

// Measure is a rate, to four decimals, with what it was made of.
type Measure struct {
	Value       *float64 `json:"value" doc:"null where there is nothing to divide by"`
	Numerator   int      `json:"numerator"`
	Denominator int      `json:"denominator"`
	Low         *float64 `json:"low" doc:"of the 95 % interval"`
	High        *float64 `json:"high"`
}

// Measures are the rates of a place.
type Measures struct {
	BuildingVisitRate   Measure `json:"building_visit_rate"`
	ListingRatio        Measure `json:"listing_ratio"`
	FootprintYield      Measure `json:"footprint_yield"`
	Resolved            Measure `json:"resolved"`
	EffectiveCoverage   Measure `json:"effective_coverage"`
	SelfResponseShare   Measure `json:"self_response_share"`
	NonInterview        Measure `json:"non_interview"`
	Vacancy             Measure `json:"vacancy"`
	VacancyEvidence     Measure `json:"vacancy_evidence"`
	PersonsPerHousehold Measure `json:"persons_per_household"`
}

func measuresForm(m areas.Measures) Measures {
	return Measures{
		BuildingVisitRate: measureForm(m.BuildingVisitRate), ListingRatio: measureForm(m.ListingRatio),
		FootprintYield: measureForm(m.FootprintYield), Resolved: measureForm(m.Resolved),
		EffectiveCoverage: measureForm(m.EffectiveCoverage), SelfResponseShare: measureForm(m.SelfResponseShare),
		NonInterview: measureForm(m.NonInterview), Vacancy: measureForm(m.Vacancy), VacancyEvidence: measureForm(m.VacancyEvidence),
		PersonsPerHousehold: measureForm(m.PersonsPerHousehold),
	}
}

// measureForm rounds to what can be read: a town has hundreds of rows of ten measures.
func measureForm(m areas.Measure) Measure {
	rounded := func(v *float64) *float64 {
		if v == nil {
			return nil
		}
		r := math.Round(*v*1e4) / 1e4
		return &r
	}
	return Measure{Value: rounded(m.Value), Numerator: m.Numerator, Denominator: m.Denominator, Low: rounded(m.Low), High: rounded(m.High)}
}
