package web

import (
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// Region is a county or a town.
type Region struct {
	Code               areas.Code  `json:"code"`
	Name               string      `json:"name"`
	Level              areas.Level `json:"level" enum:"county,town"`
	Parent             areas.Code  `json:"parent" doc:"empty for a county"`
	ExpectedHouseholds *int        `json:"expected_households"`
	Bounds             *Bounds     `json:"bounds" nullable:"true"`
	Point              *Point      `json:"point" nullable:"true"`
	Areas              int         `json:"areas"`
	SubAreas           int         `json:"sub_areas"`
	Revision           int64       `json:"revision"`
}

func regionForm(r areas.Region) Region {
	return Region{
		Code: r.Code, Name: r.Name, Level: r.Level(), Parent: r.Code.Parent(), ExpectedHouseholds: r.ExpectedHouseholds,
		Bounds: boundsOf(r.Envelope), Point: pointOf(r.Point), Areas: r.Areas, SubAreas: r.SubAreas, Revision: r.Revision,
	}
}

// Area is a census area.
type Area struct {
	Code               areas.Code `json:"code"`
	Town               areas.Code `json:"town"`
	Name               string     `json:"name"`
	Kind               string     `json:"kind" enum:"residents,villagers,quasi"`
	ExpectedHouseholds *int       `json:"expected_households"`
	Bounds             *Bounds    `json:"bounds" nullable:"true"`
	Point              *Point     `json:"point" nullable:"true"`
	SubAreas           int        `json:"sub_areas"`
	Revision           int64      `json:"revision"`
}

func areaForm(a areas.Area) Area {
	return Area{
		Code: a.Code, Town: a.Town, Name: a.Name, Kind: a.Kind, ExpectedHouseholds: a.ExpectedHouseholds,
		Bounds: boundsOf(a.Envelope), Point: pointOf(a.Point), SubAreas: a.SubAreas, Revision: a.Revision,
	}
}

// SubArea is one enumerator's ground.
type SubArea struct {
	Code               areas.Code   `json:"code"`
	Area               areas.Code   `json:"area"`
	AreaName           string       `json:"area_name"`
	Number             string       `json:"number"`
	Virtual            bool         `json:"virtual"`
	Description        string       `json:"description"`
	State              SubAreaState `json:"state"`
	ExpectedHouseholds *int         `json:"expected_households"`
	Bounds             *Bounds      `json:"bounds" nullable:"true"`
	Point              *Point       `json:"point" nullable:"true"`
	Buildings          int          `json:"buildings"`
	EnumeratorName     string       `json:"enumerator_name" doc:"who holds it now, empty if nobody does"`
	Revision           int64        `json:"revision"`
}

func subAreaForm(s areas.SubArea) SubArea {
	return SubArea{
		Code: s.Code, Area: s.Area, AreaName: s.AreaName, Number: s.Number(), Virtual: s.Virtual, Description: s.Description,
		State: SubAreaState(s.State), ExpectedHouseholds: s.ExpectedHouseholds, Bounds: boundsOf(s.Envelope), Point: pointOf(s.Point),
		Buildings: s.Buildings, EnumeratorName: s.EnumeratorName, Revision: s.Revision,
	}
}

// Place is the ground of a region, census area or sub-area as a GeoJSON feature.
type Place struct {
	Type       string          `json:"type" enum:"Feature"`
	ID         areas.Code      `json:"id"`
	Geometry   Geometry        `json:"geometry"`
	Properties PlaceProperties `json:"properties"`
}

// PlaceProperties name the place.
type PlaceProperties struct {
	Code  areas.Code  `json:"code"`
	Level areas.Level `json:"level" enum:"county,town,area,sub_area"`
}

// Building is what stands on the ground.
type Building struct {
	County            areas.Code   `json:"county"`
	ID                int64        `json:"id"`
	Place             areas.Code   `json:"place" doc:"the finest code whose ground holds it"`
	SubArea           areas.Code   `json:"sub_area" doc:"empty where it lies in none"`
	Number            int          `json:"number"`
	Kind              BuildingKind `json:"kind"`
	Standing          Standing     `json:"standing"`
	Reason            string       `json:"reason"`
	Name              string       `json:"name"`
	Address           string       `json:"address"`
	Floors            *int         `json:"floors"`
	Stairwells        *int         `json:"stairwells"`
	Doors             *int         `json:"doors" doc:"on each floor of a stairwell"`
	Units             *int         `json:"units"`
	ExpectedDwellings int          `json:"expected_dwellings"`
	Sensitive         bool         `json:"sensitive"`
	Point             Point        `json:"point"`
	AreaM2            float64      `json:"area_m2"`
	Source            string       `json:"source"`
	SourceID          string       `json:"source_id"`
	SourceDate        *time.Time   `json:"source_date"`
	Confidence        *float32     `json:"confidence"`
	Licence           string       `json:"licence"`
	Status            int          `json:"status" minimum:"0" maximum:"6" doc:"0 no dwellings, 1 unvisited, 2 started, 3 done, 4 call back, 5 out of scope, 6 vacant only"`
	Listed            int          `json:"listed"`
	Resolved          int          `json:"resolved"`
	Revision          int64        `json:"revision"`
	Geometry          *Geometry    `json:"geometry,omitempty" doc:"of a single building only"`
}

func buildingForm(b areas.Building) Building {
	out := Building{
		County: b.County, ID: b.ID, Place: b.Place, SubArea: b.SubArea(), Number: b.Number, Kind: BuildingKind(b.Kind), Standing: Standing(b.Standing),
		Reason: b.Reason, Name: b.Name, Address: b.Address, Floors: b.Floors, Stairwells: b.Stairwells, Doors: b.Doors,
		Units: b.Units, ExpectedDwellings: b.ExpectedDwellings, Sensitive: b.Sensitive, Point: Point(b.Point), AreaM2: b.AreaM2,
		Source: b.Source, SourceID: b.SourceID, SourceDate: b.SourceDate, Confidence: b.Confidence, Licence: b.Licence,
		Status: b.Status, Listed: b.Listed, Resolved: b.Resolved, Revision: b.Revision,
	}
	if b.Geometry != nil {
		out.Geometry = &Geometry{b.Geometry}
	}
	return out
}

// State is what has become of the buildings of a place, for the map to colour.
type State struct {
	Code      areas.Code      `json:"code"`
	AsOf      time.Time       `json:"as_of"`
	Buildings map[int][]int64 `json:"buildings" doc:"ids by status"`
}

func stateForm(s areas.State) State {
	out := State{Code: s.Code, AsOf: s.AsOf, Buildings: map[int][]int64{}}
	for status := areas.StatusNoDwellings; status <= areas.StatusVacantOnly; status++ {
		out.Buildings[status] = append([]int64{}, s.Buildings[status]...)
	}
	return out
}

// Hit is a place that a search found.
type Hit struct {
	Kind     string     `json:"kind" enum:"region,area,sub_area,building,place,address,road,poi"`
	Code     areas.Code `json:"code"`
	County   areas.Code `json:"county"`
	ID       int64      `json:"id"`
	Title    string     `json:"title"`
	Subtitle string     `json:"subtitle"`
	Point    *Point     `json:"point" nullable:"true"`
	Bounds   *Bounds    `json:"bounds" nullable:"true"`
}

func hitForm(h areas.Hit) Hit {
	return Hit{Kind: h.Kind, Code: h.Code, County: h.County, ID: h.ID, Title: h.Title, Subtitle: h.Subtitle,
		Point: pointOf(h.Point), Bounds: boundsOf(h.Envelope)}
}

// Round is one operation of the census in a county.
type Round struct {
	County   areas.Code `json:"county"`
	Name     RoundName  `json:"name"`
	OpensAt  time.Time  `json:"opens_at"`
	ClosesAt time.Time  `json:"closes_at"`
}

func roundForm(r areas.Round) Round {
	return Round{County: r.County, Name: RoundName(r.Name), OpensAt: r.OpensAt, ClosesAt: r.ClosesAt}
}

// Event is one line of the operation log.
type Event struct {
	ID        int64          `json:"id"`
	At        time.Time      `json:"at"`
	ActorName string         `json:"actor_name"`
	Role      areas.Role     `json:"role" enum:"administrator,gis,supervisor,enumerator,system"`
	Verb      string         `json:"verb"`
	Place     areas.Code     `json:"place"`
	Subject   string         `json:"subject"`
	Detail    map[string]any `json:"detail"`
}

func eventForm(e areas.Event) Event {
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	return Event{ID: e.ID, At: e.At, ActorName: e.ActorName, Role: e.Role, Verb: e.Verb, Place: e.Place, Subject: e.Subject, Detail: e.Detail}
}

// User is an account.
type User struct {
	ID          uuid.UUID  `json:"id" format:"uuid"`
	Name        string     `json:"name"`
	DisplayName string     `json:"display_name"`
	Role        areas.Role `json:"role" enum:"administrator,gis,supervisor,enumerator"`
	Scope       areas.Code `json:"scope" doc:"a code; empty is the whole country"`
	Language    string     `json:"language" enum:"zh,en"`
	CreatedAt   time.Time  `json:"created_at"`
	DisabledAt  *time.Time `json:"disabled_at"`
	Revision    int64      `json:"revision"`
}

func userForm(u areas.User) User { return User(u) }
