package areas

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// verb is one thing that a tablet may have done. subject tells the dwellings and buildings a change is about, from which
// follows where it lies; take lets changes of this verb, in their order, change the census. What it sets aside it says so.
type verb struct {
	name    string
	about   Text
	values  any // the form of its values, for the document
	subject func(json.RawMessage) subject
	take    func(a *applying, ctx context.Context, all []*sentChange) error
}

// subject is what a change is about.
type subject struct {
	Dwelling uuid.UUID `json:"dwelling"`
	Building int64     `json:"building"`
}

// verbs is all that a tablet can say, in the order people meet it.
func verbs() []verb {
	return []verb{
		{"record_visit", Text{"入户", "a visit"}, VisitValues{}, subjectOf, (*applying).visitAll},
		{"correct_visit", Text{"更正入户结果", "a correction of what was recorded"}, CorrectionValues{}, subjectOf, (*applying).correctAll},
		{"make_dwellings", Text{"按规则建立住房单元", "a building's doors from a pattern"}, PatternValues{}, subjectOf, eachOf((*applying).makeDwellings)},
		{"add_dwelling", Text{"增加住房单元", "one door"}, DoorValues{}, subjectOf, eachOf((*applying).addDwelling)},
		{"mark_dwelling", Text{"注销住房单元", "a dwelling that is none"}, DwellingMark{}, subjectOf, eachOf((*applying).markDwelling)},
		{"add_building", Text{"新增建筑物", "a building found in the field"}, BuildingValues{}, subjectOf, eachOf((*applying).addBuilding)},
		{"mark_building", Text{"更正建筑物", "what is otherwise about a building"}, BuildingMark{}, subjectOf, eachOf((*applying).markBuilding)},
		{"add_household", Text{"增加住户", "a further household of a dwelling"}, HouseholdValues{}, subjectOf, eachOf((*applying).addHousehold)},
		{"mark_household", Text{"注销住户", "a household that has died, or is counted elsewhere"}, HouseholdMark{}, subjectOf, eachOf((*applying).markHousehold)},
		{"note_forms", Text{"普查表", "which forms a household owes, and which are in"}, FormsNoted{}, subjectOf, eachOf((*applying).noteForms)},
		{verbSealContact, Text{"联系方式(加密)", "a sealed contact"}, ContactValues{}, subjectOf, eachOf((*applying).noteContact)},
		{"issue_self_response", Text{"发放自主填报账号", "an account for a household to answer for itself"}, SelfResponseValues{}, subjectOf, eachOf((*applying).issueAccount)},
		{"propose_boundary", Text{"提出边界更正", "a boundary that runs otherwise"}, ProposalValues{}, subjectOf, eachOf((*applying).proposeBoundary)},
		{"declare_done", Text{"报告完成", "the sub-area declared done"}, struct{}{}, subjectOf, eachOf((*applying).declareDone)},
	}
}

// verbsByName is the same by name.
var verbsByName = func() map[string]verb {
	out := map[string]verb{}
	for _, v := range verbs() {
		out[v.name] = v
	}
	return out
}()

// isVisit tells the verbs that are paid to a door as a visit.
func isVisit(verb string) bool { return verb == "record_visit" || verb == "correct_visit" }

// VerbForm is a verb with the form of its values, for whoever describes the protocol.
type VerbForm struct {
	Name   string
	About  Text
	Values any
	Kept   []string // of its values, where it is about a sensitive building
}

// VerbForms lists the verbs.
func VerbForms() []VerbForm {
	all := verbs()
	out := make([]VerbForm, len(all))
	for i, v := range all {
		out[i] = VerbForm{v.name, v.about, v.values, keptOf[v.name]}
	}
	return out
}

// VisitValues is what record_visit says: one attempt at one dwelling.
type VisitValues struct {
	Dwelling   uuid.UUID       `json:"dwelling" format:"uuid"`
	Household  *uuid.UUID      `json:"household,omitempty" format:"uuid" doc:"which of several it was paid to"`
	Result     string          `json:"result"`
	Position   *LonLat         `json:"position,omitempty" doc:"longitude and latitude; left out where there was none"`
	AccuracyM  *float32        `json:"accuracy_m,omitempty"`
	Evidence   []string        `json:"evidence,omitempty" doc:"of a vacancy"`
	Persons    *PersonsCounted `json:"persons,omitempty"`
	Note       string          `json:"note,omitempty" maxLength:"500"`
	NextCallAt *time.Time      `json:"next_call_at,omitempty"`
}

// CorrectionValues is what correct_visit says: what the dwelling and its household are, though more was recorded before.
type CorrectionValues struct {
	VisitValues
	Reason string `json:"reason" doc:"why what was recorded is wrong"`
}

// PersonsCounted are the persons of a household in the four states of presence and registration.
type PersonsCounted struct {
	PresentRegistered int `json:"present_registered" minimum:"0"`
	PresentElsewhere  int `json:"present_elsewhere" minimum:"0"`
	PresentPending    int `json:"present_pending" minimum:"0"`
	AbsentRegistered  int `json:"absent_registered" minimum:"0"`
}

// PatternValues is what make_dwellings says.
type PatternValues struct {
	Building int64 `json:"building"`
	Pattern
	Dwellings []uuid.UUID `json:"dwellings,omitempty" doc:"the ids of its doors instead of a pattern: of a sensitive building no more is told"`
}

// DoorValues is what add_dwelling says. The id follows from the door: UUID v5 of "county/building/stairwell/floor/door" in the
// namespace 6f1d0a55-5f6f-4d1c-9a52-70d0a2c1f3b4.
type DoorValues struct {
	Building  int64  `json:"building"`
	Stairwell int    `json:"stairwell" doc:"0 where there is none, as in a courtyard"`
	Floor     int    `json:"floor"`
	Door      string `json:"door"`

	Dwellings []uuid.UUID `json:"dwellings,omitempty" doc:"its id instead of all else but the building: of a sensitive one no more is told"`
}

// DwellingMark is what mark_dwelling says: there is no such dwelling. It keeps its row and the reason.
type DwellingMark struct {
	Dwelling uuid.UUID `json:"dwelling" format:"uuid"`
	Reason   string    `json:"reason"`
}

// BuildingValues is what add_building says. The tablet makes the id: a random whole number from 2^51 to below 2^52, which no
// building of the server has.
type BuildingValues struct {
	Building   int64             `json:"building" minimum:"2251799813685248" maximum:"4503599627370495"`
	Geometry   *geojson.Geometry `json:"geometry" doc:"GeoJSON Point, Polygon or MultiPolygon"`
	Kind       string            `json:"kind,omitempty"`
	Name       string            `json:"name,omitempty"`
	Address    string            `json:"address,omitempty"`
	Floors     *int              `json:"floors,omitempty"`
	Stairwells *int              `json:"stairwells,omitempty"`
	Doors      *int              `json:"doors,omitempty"`
	Units      *int              `json:"units,omitempty"`
}

// BuildingMark is what mark_building says: what of a building is otherwise, and why. What is left out stays.
type BuildingMark struct {
	Building   int64   `json:"building"`
	Standing   *string `json:"standing,omitempty" doc:"demolished, duplicate or not_a_building"`
	Kind       *string `json:"kind,omitempty"`
	Floors     *int    `json:"floors,omitempty"`
	Stairwells *int    `json:"stairwells,omitempty"`
	Doors      *int    `json:"doors,omitempty"`
	Units      *int    `json:"units,omitempty"`
	Reason     string  `json:"reason"`
}

// HouseholdValues is what add_household says: the tablet makes the id, the server the number.
type HouseholdValues struct {
	Household uuid.UUID `json:"household" format:"uuid"`
	Dwelling  uuid.UUID `json:"dwelling" format:"uuid"`
	Kind      string    `json:"kind,omitempty" doc:"family, the default, or collective"`
}

// HouseholdMark is what mark_household says: the whole household has died, which forms give the number 999, or it is the same as
// another. It keeps its row and its own number.
type HouseholdMark struct {
	Household uuid.UUID  `json:"household" format:"uuid"`
	Dwelling  uuid.UUID  `json:"dwelling" format:"uuid"`
	As        string     `json:"as" enum:"deceased,duplicate_of"`
	Of        *uuid.UUID `json:"of,omitempty" format:"uuid" doc:"the household that it is the same as"`
	Reason    string     `json:"reason"`
}

// SelfResponseValues is what issue_self_response says: the tablet makes the id and the code, and sends the code's SHA-256.
type SelfResponseValues struct {
	SelfResponse uuid.UUID `json:"self_response" format:"uuid"`
	Dwelling     uuid.UUID `json:"dwelling" format:"uuid"`
	Household    uuid.UUID `json:"household" format:"uuid"`
	CodeHash     []byte    `json:"code_hash" doc:"base64"`
	Foreign      bool      `json:"foreign,omitempty" doc:"somebody from Hong Kong, Macao, Taiwan or abroad lives there"`
}

// ProposalValues is what propose_boundary says: the line as it runs on the ground, or the area as it should be.
type ProposalValues struct {
	Geometry *geojson.Geometry `json:"geometry" doc:"GeoJSON LineString or Polygon"`
	Reason   string            `json:"reason"`
}

// subjectOf reads what nearly every verb's values name.
func subjectOf(values json.RawMessage) subject {
	var s subject
	if json.Unmarshal(values, &s) != nil {
		return subject{} // the verb itself says what is wrong with them
	}
	return s
}

// eachOf takes changes one by one.
func eachOf(take func(*applying, context.Context, *sentChange) error) func(*applying, context.Context, []*sentChange) error {
	return func(a *applying, ctx context.Context, all []*sentChange) error {
		for _, c := range all {
			if err := c.settle(take(a, ctx, c)); err != nil {
				return err
			}
		}
		return nil
	}
}

// values reads a change's values.
func values[T any](c *sentChange) (T, error) {
	var out T
	if err := json.Unmarshal(c.Values, &out); err != nil {
		return out, refuse(Invalid, "values_malformed", "记录内容无法读取,请把它交给指导员", "what was recorded cannot be read; hand it to your supervisor")
	}
	return out, nil
}

// LonLat is a position as a tablet gives it. One that is not whole is taken as none.
type LonLat [2]float64

// UnmarshalJSON reads two numbers, or nothing of what is otherwise.
func (p *LonLat) UnmarshalJSON(text []byte) error {
	var all []float64
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	if *p = (LonLat{}); len(all) == len(p) {
		copy(p[:], all)
	}
	return nil
}

// onEarth tells whether a position can be one.
func onEarth(p *LonLat) bool {
	return p != nil && p[0] >= -180 && p[0] <= 180 && p[1] >= -90 && p[1] <= 90 && (p[0] != 0 || p[1] != 0)
}

func pointAt(p *LonLat) *orb.Point {
	if !onEarth(p) {
		return nil
	}
	return &orb.Point{p[0], p[1]}
}
