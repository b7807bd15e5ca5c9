package web

import (
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb/geojson"

	"canvass/areas"
)

// Lineage tells where a code came from and what became of it.
type Lineage struct {
	Code      areas.Code      `json:"code"`
	Retired   bool            `json:"retired"`
	Now       []areas.Code    `json:"now" doc:"the codes that have its ground now: itself where it is there"`
	Links     []Link          `json:"links" doc:"every step that leads to it and from it, the oldest first"`
	Household *HouseholdTrail `json:"household,omitempty" doc:"where the household went that was asked for"`
}

// Link is one step from code to code.
type Link struct {
	Revision int64      `json:"revision"`
	At       time.Time  `json:"at"`
	Verb     string     `json:"verb"`
	From     areas.Code `json:"from"`
	To       areas.Code `json:"to"`
}

// HouseholdTrail is where a household is now, and where it was known by which number.
type HouseholdTrail struct {
	ID       uuid.UUID       `json:"id" format:"uuid"`
	SubArea  areas.Code      `json:"sub_area"`
	Number   int             `json:"number"`
	Dwelling uuid.UUID       `json:"dwelling" format:"uuid"`
	Building int64           `json:"building"`
	Moves    []HouseholdMove `json:"moves"`
}

// HouseholdMove is one change of a household's sub-area and number.
type HouseholdMove struct {
	Revision   int64      `json:"revision"`
	At         time.Time  `json:"at"`
	From       areas.Code `json:"from"`
	FromNumber int        `json:"from_number"`
	To         areas.Code `json:"to"`
	ToNumber   int        `json:"to_number"`
}

func lineageForm(l areas.Lineage) Lineage {
	out := Lineage{Code: l.Code, Retired: l.Retired, Now: listOf(l.Now), Links: forms(l.Links, func(k areas.Link) Link { return Link(k) })}
	if h := l.Household; h != nil {
		out.Household = &HouseholdTrail{ID: h.ID, SubArea: h.SubArea, Number: h.Number, Dwelling: h.Dwelling, Building: h.Building,
			Moves: forms(h.Moves, func(m areas.HouseholdMove) HouseholdMove { return HouseholdMove(m) })}
	}
	return out
}

// Past is what a code was at a time.
type Past struct {
	Code               areas.Code `json:"code"`
	Description        string     `json:"description" doc:"of a sub-area; of others the name"`
	State              string     `json:"state" doc:"of a sub-area; empty of others"`
	ExpectedHouseholds *int       `json:"expected_households"`
	Retired            bool       `json:"retired" doc:"whether the code had ended by then"`
	Geometry           *Geometry  `json:"geometry" nullable:"true"`
}

func pastForm(p areas.Past) Past {
	return Past{Code: p.Code, Description: p.Description, State: p.State, ExpectedHouseholds: p.ExpectedHouseholds, Retired: p.Retired, Geometry: polygonsOf(p.Geometry)}
}

// Difference is what became of a sub-area between two times.
type Difference struct {
	Code      areas.Code `json:"code"`
	Kind      string     `json:"kind" enum:"made,retired,moved,bent,described" doc:"moved: other ground; bent: only a vertex where a boundary meets its own; described: other words or numbers"`
	GainedM2  float64    `json:"gained_m2" doc:"its area after less its area before"`
	Revisions []int64    `json:"revisions"`
}

func differenceForm(d areas.Difference) Difference {
	return Difference{Code: d.Code, Kind: d.Kind, GainedM2: d.GainedM2, Revisions: listOf(d.Revisions)}
}

// differenceMap is differences as GeoJSON: the ground after, and that before where there was other.
func differenceMap(found []areas.Difference) *geojson.FeatureCollection {
	out := geojson.NewFeatureCollection()
	for _, d := range found {
		for i, ground := range []*Geometry{polygonsOf(d.Before), polygonsOf(d.After)} {
			if ground == nil {
				continue
			}
			f := geojson.NewFeature(ground.Geometry)
			f.Properties = geojson.Properties{"code": d.Code, "kind": d.Kind, "when": []string{"before", "after"}[i], "gained_m2": d.GainedM2,
				"revisions": listOf(d.Revisions)}
			out.Append(f)
		}
	}
	return out
}

// SignedOff tells what a step of the sign-off did, or would do.
type SignedOff struct {
	Verb     string     `json:"verb"`
	Place    areas.Code `json:"place"`
	Moved    int        `json:"moved" doc:"sub-areas"`
	Revision int64      `json:"revision" doc:"of the frame; 0 in a preview"`
	Problems []Trouble  `json:"problems" doc:"what is unfinished, and remarks"`
}

// SignOffRow is how far the frame of a place has come.
type SignOffRow struct {
	Code        areas.Code     `json:"code"`
	Name        string         `json:"name"`
	States      map[string]int `json:"states" doc:"how many sub-areas are in each state"`
	SubAreas    int            `json:"sub_areas"`
	Undescribed int            `json:"undescribed" doc:"sub-areas without a description"`
	OverNorm    int            `json:"over_norm"`
	UnderNorm   int            `json:"under_norm"`
	NoBuildings int            `json:"no_buildings"`
	SignedVerb  string         `json:"signed_verb" doc:"the last step of the sign-off, empty before the first"`
	SignedAt    *time.Time     `json:"signed_at"`
	SignedBy    string         `json:"signed_by"`
}

func signOffRowForm(r areas.SignOffRow) SignOffRow { return SignOffRow(r) }

// Numbers tells how buildings are numbered anew.
type Numbers struct {
	Area     areas.Code `json:"area"`
	Revision int64      `json:"revision" doc:"of the frame; 0 in a preview"`
	Changed  []Numbered `json:"changed"`
	Kept     int        `json:"kept" doc:"buildings that have their number already"`
}

// Numbered is a building's number before and after.
type Numbered struct {
	Building int64      `json:"building"`
	SubArea  areas.Code `json:"sub_area"`
	From     int        `json:"from"`
	To       int        `json:"to"`
}

func numbersForm(n areas.Numbers) Numbers {
	return Numbers{Area: n.Area, Revision: n.Revision, Kept: n.Kept, Changed: forms(n.Changed, func(b areas.Numbered) Numbered { return Numbered(b) })}
}
