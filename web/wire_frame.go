package web

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"canvass/areas"
)

// Frame is what an editor of boundaries needs of one census area. Geometry is exact, on the grid of 1e-7 degrees: snap to it,
// never to what a tile shows.
type Frame struct {
	Area      Area            `json:"area"`
	Geometry  *Geometry       `json:"geometry" nullable:"true" doc:"of the census area"`
	Revision  int64           `json:"revision" doc:"of the county's frame; its ETag, to be given as If-Match with a change"`
	Norm      Norm            `json:"norm"`
	SubAreas  []FrameSubArea  `json:"sub_areas" doc:"those of the area, and those that touch them across the lines of areas and towns"`
	Buildings []FrameBuilding `json:"buildings" doc:"of these sub-areas, as far as one reaches them"`
}

// Norm is how many households a sub-area should have.
type Norm struct {
	Target int `json:"target"`
	Min    int `json:"min"`
	Max    int `json:"max"`
}

// FrameSubArea is a sub-area in an editor.
type FrameSubArea struct {
	Code               areas.Code `json:"code"`
	AreaName           string     `json:"area_name"`
	Inside             bool       `json:"inside" doc:"whether it lies in the census area that was asked for"`
	Reached            bool       `json:"reached" doc:"whether it lies in what one may change; others are only seen, without a state or counts"`
	Editable           bool       `json:"editable" doc:"whether its state lets its boundary move"`
	Virtual            bool       `json:"virtual"`
	Description        string     `json:"description"`
	State              string     `json:"state" doc:"empty where it is only seen"`
	Geometry           *Geometry  `json:"geometry" nullable:"true" doc:"MultiPolygon; null of a virtual one"`
	Point              *Point     `json:"point" nullable:"true" doc:"inside, for a label"`
	Buildings          int        `json:"buildings"`
	Dwellings          int        `json:"dwellings"`
	Households         int        `json:"households"`
	ExpectedHouseholds int        `json:"expected_households"`
	EnumeratorName     string     `json:"enumerator_name"`
	Revision           int64      `json:"revision" doc:"of this sub-area"`
}

// FrameBuilding is a building in an editor. It is counted where its point lies.
type FrameBuilding struct {
	ID                int64        `json:"id"`
	SubArea           areas.Code   `json:"sub_area"`
	Number            int          `json:"number"`
	Kind              BuildingKind `json:"kind"`
	Standing          Standing     `json:"standing"`
	Floors            *int         `json:"floors"`
	Stairwells        *int         `json:"stairwells"`
	ExpectedDwellings int          `json:"expected_dwellings"`
	Dwellings         int          `json:"dwellings"`
	Households        int          `json:"households"`
	Point             Point        `json:"point"`
	Outline           *Geometry    `json:"outline,omitempty" doc:"only where outlines were asked for"`
	Revision          int64        `json:"revision"`
}

func frameForm(f areas.Frame, outlines bool) Frame {
	return Frame{
		Area: areaForm(f.Area), Geometry: polygonsOf(f.Geometry), Revision: f.Revision, Norm: Norm(f.Norm),
		SubAreas: forms(f.Members, frameSubAreaForm),
		Buildings: forms(f.Buildings, func(b areas.FrameBuilding) FrameBuilding {
			out := FrameBuilding{ID: b.ID, SubArea: b.SubArea, Number: b.Number, Kind: BuildingKind(b.Kind), Standing: Standing(b.Standing),
				Floors: b.Floors, Stairwells: b.Stairwells, ExpectedDwellings: b.ExpectedDwellings, Dwellings: b.Dwellings,
				Households: b.Households, Point: Point(b.Point), Revision: b.Revision}
			if outlines {
				out.Outline = &Geometry{b.Geometry}
			}
			return out
		}),
	}
}

func frameSubAreaForm(m areas.FrameMember) FrameSubArea {
	return FrameSubArea{
		Code: m.Code, AreaName: m.AreaName, Inside: m.Inside, Reached: m.Reached, Editable: m.Editable, Virtual: m.Virtual,
		Description: m.Description, State: m.State, Geometry: polygonsOf(m.Geometry), Point: pointOf(m.Point), Buildings: m.Buildings,
		Dwellings: m.Dwellings, Households: m.Households, ExpectedHouseholds: m.ExpectedHouseholds, EnumeratorName: m.EnumeratorName,
		Revision: m.Revision,
	}
}

// polygonsOf is ground as GeoJSON; null where there is none.
func polygonsOf(m orb.MultiPolygon) *Geometry {
	if len(m) == 0 {
		return nil
	}
	return &Geometry{m}
}

// TowerPart is a part of a tower too large for one sub-area: the dwellings of some stairwells and floors.
type TowerPart struct {
	Building      int64      `json:"building"`
	SubArea       areas.Code `json:"sub_area" doc:"to which the part belongs after the change, as its preview names it"`
	StairwellFrom int        `json:"stairwell_from"`
	StairwellTo   int        `json:"stairwell_to"`
	FloorFrom     int        `json:"floor_from"`
	FloorTo       int        `json:"floor_to"`
	Description   string     `json:"description" minLength:"1" maxLength:"500" doc:"how to tell the part on the ground"`
}

// Outcome is what a change of the frame did, or, as a preview, what it would do.
type Outcome struct {
	Verb        string               `json:"verb"`
	Revision    int64                `json:"revision" doc:"of the frame after it; 0 in a preview"`
	SubAreas    []OutcomeSubArea     `json:"sub_areas" doc:"as the change leaves them"`
	Retired     []RetiredCode        `json:"retired" doc:"codes that it ends; they are never used again"`
	Moved       []MovedBuilding      `json:"moved" doc:"buildings that come to lie in another sub-area, with their dwellings and households"`
	Buildings   []OutcomeBuilding    `json:"buildings" doc:"as a change of buildings leaves them"`
	Restored    int                  `json:"restored" doc:"of a step that is taken back: how many states, words or numbers"`
	Assignments []AffectedAssignment `json:"assignments"`
	Tablets     int                  `json:"tablets" doc:"in the hands of those whose assignments it touches"`
	Boundary    NewBoundary          `json:"boundary"`
	Problems    []Trouble            `json:"problems" doc:"what stands in the way, and remarks"`
}

// OutcomeSubArea is a sub-area as a change leaves it.
type OutcomeSubArea struct {
	Code               areas.Code   `json:"code" doc:"the code that it has after the change"`
	From               []areas.Code `json:"from" doc:"whose ground it has: its own code where it was there before"`
	New                bool         `json:"new" doc:"whether the change makes it"`
	Bent               bool         `json:"bent" doc:"whether it only gets a vertex where a boundary now meets its own; counts are then 0"`
	State              SubAreaState `json:"state"`
	Geometry           *Geometry    `json:"geometry" nullable:"true" doc:"null of a virtual one"`
	AreaM2             float64      `json:"area_m2"`
	Buildings          int          `json:"buildings"`
	Dwellings          int          `json:"dwellings"`
	Households         int          `json:"households"`
	ExpectedHouseholds int          `json:"expected_households"`
}

// OutcomeBuilding is a building as a change leaves it.
type OutcomeBuilding struct {
	ID         int64      `json:"id"`
	Place      areas.Code `json:"place" doc:"the finest code whose ground holds it"`
	Number     int        `json:"number"`
	Standing   Standing   `json:"standing"`
	ReplacedBy int64      `json:"replaced_by,omitempty" doc:"the building it is merged into"`
	Dwellings  int        `json:"dwellings"`
	Households int        `json:"households"`
	Doubled    int        `json:"doubled" doc:"dwellings that were listed twice and are there once now"`
}

// RetiredCode is a code that a change ends.
type RetiredCode struct {
	Code       areas.Code   `json:"code"`
	ReplacedBy []areas.Code `json:"replaced_by"`
}

// MovedBuilding is a building that comes to lie in another sub-area.
type MovedBuilding struct {
	ID   int64      `json:"id"`
	From areas.Code `json:"from"`
	To   areas.Code `json:"to"`
}

// AffectedAssignment is an open assignment of a sub-area that changes.
type AffectedAssignment struct {
	ID             uuid.UUID  `json:"id" format:"uuid" doc:"of one that is added, in a preview: of the one it follows from"`
	SubArea        areas.Code `json:"sub_area"`
	Round          RoundName  `json:"round"`
	Enumerator     uuid.UUID  `json:"enumerator" format:"uuid"`
	EnumeratorName string     `json:"enumerator_name"`
	Effect         string     `json:"effect" enum:"kept,added,ended" doc:"added: the same enumerator also gets the new part; ended: the sub-area is merged with one that another holds"`
}

// NewBoundary is the boundary that a change draws.
type NewBoundary struct {
	Metres   float64  `json:"metres"`
	Followed *float64 `json:"followed" doc:"which share of it runs along a road, railway, river, shore or wall, from 0 to 1; only in a preview"`
}

// Trouble is one thing that stands in the way of a change, or a remark on it.
type Trouble struct {
	Code     string     `json:"code" doc:"a stable word for programs"`
	Blocks   bool       `json:"blocks" doc:"whether the change is refused while it stands"`
	Detail   string     `json:"detail" doc:"what, where and how to mend it, in the reader's language"`
	SubArea  areas.Code `json:"sub_area,omitempty"`
	Building int64      `json:"building,omitempty"`
	Place    *Point     `json:"place,omitempty"`
}

// Step is one revision of the frame.
type Step struct {
	Revision  int64          `json:"revision"`
	At        time.Time      `json:"at"`
	Verb      string         `json:"verb"`
	Place     areas.Code     `json:"place"`
	Actor     *uuid.UUID     `json:"actor" format:"uuid" nullable:"true" doc:"the account; null where the service did it"`
	ActorName string         `json:"actor_name"`
	Members   []areas.Code   `json:"members" doc:"codes whose ground or words it changed"`
	UndoneBy  *int64         `json:"undone_by" doc:"the revision that took it back"`
	Detail    map[string]any `json:"detail"`
}

func stepForm(s areas.Step) Step {
	return Step{Revision: s.Revision, At: s.At, Verb: s.Verb, Place: s.Place, Actor: s.Actor, ActorName: s.ActorName, Members: listOf(s.Members),
		UndoneBy: s.UndoneBy, Detail: s.Detail}
}

func troubleForms(found []areas.Trouble, language string) []Trouble {
	return forms(found, func(t areas.Trouble) Trouble {
		return Trouble{Code: t.Code, Blocks: t.Blocks, Detail: t.In(language), SubArea: t.Member, Building: t.Building, Place: pointOf(t.Place)}
	})
}

// listOf answers a list that is empty rather than null.
func listOf[T any](from []T) []T { return forms(from, func(v T) T { return v }) }

func outcomeOf(ctx context.Context, o areas.Outcome, err error) (*outcome, error) {
	if err != nil {
		return nil, err
	}
	out := &outcome{Body: outcomeForm(o, exchangeOf(ctx).language)}
	if o.Revision > 0 {
		out.ETag = etag(o.Revision)
	}
	return out, nil
}

func outcomeForm(o areas.Outcome, language string) Outcome {
	return Outcome{
		Verb: o.Verb, Revision: o.Revision, Restored: o.Restored, Tablets: o.Tablets, Boundary: NewBoundary(o.Boundary),
		SubAreas: forms(o.Members, func(m areas.OutcomeMember) OutcomeSubArea {
			return OutcomeSubArea{Code: m.Code, From: listOf(m.From), New: m.New, Bent: m.Bent, State: SubAreaState(m.State),
				Geometry: polygonsOf(m.Geometry), AreaM2: m.AreaM2, Buildings: m.Buildings, Dwellings: m.Dwellings,
				Households: m.Households, ExpectedHouseholds: m.ExpectedHouseholds}
		}),
		Retired: forms(o.Retired, func(c areas.RetiredCode) RetiredCode { return RetiredCode{c.Code, listOf(c.ReplacedBy)} }),
		Moved:   forms(o.Moved, func(m areas.MovedBuilding) MovedBuilding { return MovedBuilding(m) }),
		Buildings: forms(o.Buildings, func(b areas.OutcomeBuilding) OutcomeBuilding {
			return OutcomeBuilding{ID: b.ID, Place: b.SubArea, Number: b.Number, Standing: Standing(b.Standing), ReplacedBy: b.ReplacedBy,
				Dwellings: b.Dwellings, Households: b.Households, Doubled: b.Doubled}
		}),
		Problems: troubleForms(o.Troubles, language),
		Assignments: forms(o.Assignments, func(a areas.AffectedAssignment) AffectedAssignment {
			return AffectedAssignment{ID: a.ID, SubArea: a.SubArea, Round: RoundName(a.Round), Enumerator: a.Enumerator,
				EnumeratorName: a.EnumeratorName, Effect: a.Effect}
		}),
	}
}
