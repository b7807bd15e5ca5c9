package web

import (
	"context"

	"canvass/areas"
)

// MadeDwellings is what a pattern made, what was listed before, and all dwellings of the building.
type MadeDwellings struct {
	Made  int        `json:"made"`
	Kept  int        `json:"kept"`
	Items []Dwelling `json:"items"`
}

func (s *Server) dwellings(ctx context.Context, actor areas.Actor, in *struct {
	Paged[Dwelling]
	SubArea areas.Code `query:"sub_area" required:"true" doc:"code of a sub-area, 15 digits"`
}) (*page[Dwelling], error) {
	found, err := s.store.Dwellings(ctx, actor, areas.DwellingQuery{SubArea: in.SubArea, Page: in.page()})
	return pageOf(found, err, dwellingForm)
}

func (s *Server) dwellingsOf(ctx context.Context, actor areas.Actor, in *BuildingNamed) (*all[Dwelling], error) {
	found, err := s.store.DwellingsOf(ctx, actor, in.key())
	return allOf(found, err, dwellingForm)
}

func (s *Server) makeDwellings(ctx context.Context, actor areas.Actor, in *struct {
	BuildingNamed
	Body struct {
		Stairwells     int  `json:"stairwells" minimum:"0"`
		Floors         int  `json:"floors" minimum:"0"`
		Doors          int  `json:"doors" minimum:"0"`
		FirstFloor     int  `json:"first_floor,omitempty"`
		SkipFour       bool `json:"skip_four,omitempty"`
		SkipThirteen   bool `json:"skip_thirteen,omitempty"`
		Courtyards     int  `json:"courtyards,omitempty" minimum:"0" doc:"in a village: how many courtyards are listed instead"`
		FirstCourtyard int  `json:"first_courtyard,omitempty" minimum:"0" doc:"the number of the first; 1 if left out"`
	}
}) (*plain[MadeDwellings], error) {
	m, err := s.store.MakeDwellings(ctx, actor, in.key(), areas.Pattern(in.Body))
	if err != nil {
		return nil, err
	}
	return &plain[MadeDwellings]{MadeDwellings{Made: m.Made, Kept: m.Kept, Items: forms(m.Dwellings, dwellingForm)}}, nil
}
