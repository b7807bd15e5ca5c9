package web

import (
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// Dwelling is one housing unit of a building.
type Dwelling struct {
	County     areas.Code  `json:"county"`
	ID         uuid.UUID   `json:"id" format:"uuid"`
	SubArea    areas.Code  `json:"sub_area"`
	Building   int64       `json:"building"`
	Stairwell  int         `json:"stairwell" doc:"0 where there is none"`
	Floor      int         `json:"floor"`
	Door       string      `json:"door"`
	Label      string      `json:"label"`
	Occupancy  Occupancy   `json:"occupancy"`
	Evidence   []Evidence  `json:"evidence"`
	Attempts   int         `json:"attempts"`
	Resolved   bool        `json:"resolved"`
	VisitedAt  *time.Time  `json:"visited_at"`
	NextCallAt *time.Time  `json:"next_call_at"`
	Revision   int64       `json:"revision"`
	Households []Household `json:"households"`
}

func dwellingForm(d areas.Dwelling) Dwelling {
	return Dwelling{
		County: d.County, ID: d.ID, SubArea: d.SubArea, Building: d.Building, Stairwell: d.Stairwell, Floor: d.Floor, Door: d.Door,
		Label: d.Label(), Occupancy: Occupancy(d.Occupancy), Evidence: forms(d.Evidence, evidenceForm), Attempts: d.Attempts,
		Resolved: d.Resolved, VisitedAt: d.VisitedAt, NextCallAt: d.NextCallAt, Revision: d.Revision,
		Households: forms(d.Households, householdForm),
	}
}

func evidenceForm(kind string) Evidence { return Evidence(kind) }

// Household is people living together in a dwelling.
type Household struct {
	ID         uuid.UUID     `json:"id" format:"uuid"`
	Number     int           `json:"number"`
	Kind       HouseholdKind `json:"kind"`
	Collection Collection    `json:"collection"`
	LongForm   bool          `json:"long_form"`
	Forms      Forms         `json:"forms"`
	Persons    Persons       `json:"persons"`
	Revision   int64         `json:"revision"`
}

func householdForm(h areas.Household) Household {
	return Household{ID: h.ID, Number: h.Number, Kind: HouseholdKind(h.Kind), Collection: Collection(h.Collection), LongForm: h.LongForm,
		Forms: formsForm(h.Forms()), Persons: Persons(h.Persons), Revision: h.Revision}
}

// Forms tells of each form of the census how it stands with a household.
type Forms struct {
	Short FormState `json:"short"`
	Long  FormState `json:"long" doc:"of the households that were drawn"`
	HMT   FormState `json:"hmt" doc:"for residents from Hong Kong, Macao, Taiwan and abroad"`
	Death FormState `json:"death" doc:"of those who died in the year before the standard time"`
}

func formsForm(f areas.Forms) Forms {
	return Forms{FormState(f.Short), FormState(f.Long), FormState(f.HMT), FormState(f.Death)}
}

// Persons are counted only, in the four states of presence and registration.
type Persons struct {
	PresentRegistered int `json:"present_registered" minimum:"0"`
	PresentElsewhere  int `json:"present_elsewhere" minimum:"0"`
	PresentPending    int `json:"present_pending" minimum:"0"`
	AbsentRegistered  int `json:"absent_registered" minimum:"0"`
}

// Visit is one attempt at one dwelling.
type Visit struct {
	ID             uuid.UUID  `json:"id" format:"uuid"`
	County         areas.Code `json:"county"`
	SubArea        areas.Code `json:"sub_area"`
	Dwelling       uuid.UUID  `json:"dwelling" format:"uuid"`
	Household      *uuid.UUID `json:"household" format:"uuid" nullable:"true"`
	Round          RoundName  `json:"round"`
	Enumerator     uuid.UUID  `json:"enumerator" format:"uuid"`
	EnumeratorName string     `json:"enumerator_name"`
	Result         Result     `json:"result"`
	At             time.Time  `json:"at"`
	ReceivedAt     time.Time  `json:"received_at"`
	Position       *Point     `json:"position" nullable:"true"`
	AccuracyM      *float32   `json:"accuracy_m"`
	DistanceM      *float32   `json:"distance_m"`
	Note           string     `json:"note"`
	NextCallAt     *time.Time `json:"next_call_at"`
}

func visitForm(v areas.Visit) Visit {
	return Visit{
		ID: v.ID, County: v.County, SubArea: v.SubArea, Dwelling: v.Dwelling, Household: v.Household, Round: RoundName(v.Round),
		Enumerator: v.Enumerator, EnumeratorName: v.EnumeratorName, Result: Result(v.Result), At: v.At, ReceivedAt: v.ReceivedAt,
		Position: pointOf(v.Position), AccuracyM: v.AccuracyM, DistanceM: v.DistanceM, Note: v.Note, NextCallAt: v.NextCallAt,
	}
}

// Assignment gives one sub-area to one enumerator for one round.
type Assignment struct {
	County         areas.Code `json:"county"`
	ID             uuid.UUID  `json:"id" format:"uuid"`
	SubArea        areas.Code `json:"sub_area"`
	AreaName       string     `json:"area_name"`
	Round          RoundName  `json:"round"`
	Enumerator     uuid.UUID  `json:"enumerator" format:"uuid"`
	EnumeratorName string     `json:"enumerator_name"`
	Epoch          int        `json:"epoch"`
	BegunAt        time.Time  `json:"begun_at"`
	EndedAt        *time.Time `json:"ended_at"`
	DoneAt         *time.Time `json:"done_at"`
	Revision       int64      `json:"revision"`
}

func assignmentForm(a areas.Assignment) Assignment {
	return Assignment{
		County: a.County, ID: a.ID, SubArea: a.SubArea, AreaName: a.AreaName, Round: RoundName(a.Round), Enumerator: a.Enumerator,
		EnumeratorName: a.EnumeratorName, Epoch: a.Epoch, BegunAt: a.BegunAt, EndedAt: a.EndedAt, DoneAt: a.DoneAt, Revision: a.Revision,
	}
}

// Flag is a work item that a check raised.
type Flag struct {
	County       areas.Code `json:"county"`
	ID           uuid.UUID  `json:"id" format:"uuid"`
	Check        string     `json:"check"`
	Place        areas.Code `json:"place"`
	PlaceName    string     `json:"place_name"`
	Building     *int64     `json:"building"`
	Dwelling     *uuid.UUID `json:"dwelling" format:"uuid" nullable:"true"`
	State        FlagState  `json:"state"`
	Evidence     Findings   `json:"evidence"`
	Point        *Point     `json:"point" nullable:"true"`
	Owner        *uuid.UUID `json:"owner" format:"uuid" nullable:"true"`
	OwnerName    string     `json:"owner_name"`
	DueAt        *time.Time `json:"due_at"`
	Code         *FlagCode  `json:"code"`
	Reason       string     `json:"reason"`
	OpenedAt     time.Time  `json:"opened_at"`
	ClosedAt     *time.Time `json:"closed_at"`
	ClosedByName string     `json:"closed_by_name"`
	Revision     int64      `json:"revision"`
}

func flagForm(f areas.Flag) Flag {
	if f.Evidence == nil {
		f.Evidence = map[string]any{}
	}
	return Flag{
		County: f.County, ID: f.ID, Check: f.Check, Place: f.Place, PlaceName: f.PlaceName, Building: f.Building,
		Dwelling: f.Dwelling, State: FlagState(f.State), Evidence: f.Evidence, Point: pointOf(f.Point), Owner: f.Owner, OwnerName: f.OwnerName,
		DueAt: f.DueAt, Code: (*FlagCode)(f.Code), Reason: f.Reason, OpenedAt: f.OpenedAt, ClosedAt: f.ClosedAt,
		ClosedByName: f.ClosedByName, Revision: f.Revision,
	}
}

// Check is a rule that may raise flags, in the reader's language.
type Check struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Cause string `json:"cause"`
	Hint  string `json:"hint"`
}

// LiveCoverage is the data of the event "coverage".
type LiveCoverage struct {
	SubArea areas.Code `json:"sub_area"`
}

// LiveFlag is the data of the event "flag".
type LiveFlag struct {
	Place areas.Code `json:"place"`
}

// LiveMap is the data of the event "map"; no bounds mean the whole county.
type LiveMap struct {
	County areas.Code `json:"county"`
	Bounds *Bounds    `json:"bounds" nullable:"true"`
	Layers []string   `json:"layers"`
}

// LiveReconnected is the data of the event "reconnected": everything may have changed.
type LiveReconnected struct{}

func liveEvent(n areas.Notice) any {
	switch n.Kind {
	case "coverage":
		return LiveCoverage{n.Place}
	case "flag":
		return LiveFlag{n.Place}
	case "map":
		return LiveMap{n.County, (*Bounds)(n.Bounds), append([]string{}, n.Layers...)}
	}
	return LiveReconnected{}
}
