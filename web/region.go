package web

import (
	"context"

	"canvass/areas"
)

// Coded names a place in an address.
type Coded struct {
	Code areas.Code `path:"code" doc:"digits: 6 name a county, 9 a town, 12 a census area, 15 a sub-area"`
}

func (s *Server) regions(ctx context.Context, actor areas.Actor, in *struct {
	Paged[Region]
	Within areas.Code  `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
	Level  areas.Level `query:"level" enum:"county,town" doc:"only this level"`
}) (*page[Region], error) {
	found, err := s.store.Regions(ctx, actor, areas.RegionQuery{Within: in.Within, Level: in.Level, Page: in.page()})
	return pageOf(found, err, regionForm)
}

func (s *Server) region(ctx context.Context, actor areas.Actor, in *Coded) (*single[Region], error) {
	r, err := s.store.Region(ctx, actor, in.Code)
	return singleOf(r, err, regionForm, r.Revision)
}

func (s *Server) makeRegion(ctx context.Context, actor areas.Actor, in *struct {
	Body struct {
		Code               areas.Code `json:"code"`
		Name               string     `json:"name" minLength:"1" maxLength:"200"`
		ExpectedHouseholds *int       `json:"expected_households,omitempty" minimum:"0"`
		Geometry           *Geometry  `json:"geometry,omitempty"`
	}
}) (*single[Region], error) {
	b := in.Body
	ground, err := b.Geometry.ground()
	if err != nil {
		return nil, err
	}
	r, err := s.store.MakeRegion(ctx, actor, areas.NewRegion{
		Code: b.Code, Name: b.Name, ExpectedHouseholds: b.ExpectedHouseholds, Geometry: ground})
	return singleOf(r, err, regionForm, r.Revision)
}

func (s *Server) editRegion(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	Based
	Body struct {
		Name               *string `json:"name,omitempty" minLength:"1" maxLength:"200"`
		ExpectedHouseholds *int    `json:"expected_households,omitempty" minimum:"0"`
	}
}) (*single[Region], error) {
	base, err := in.base()
	if err != nil {
		return nil, err
	}
	r, err := s.store.EditRegion(ctx, actor, in.Code, base, areas.RegionEdit(in.Body))
	return singleOf(r, err, regionForm, r.Revision)
}

// geometry answers the ground of any place.
func (s *Server) geometry(ctx context.Context, actor areas.Actor, in *Coded) (*plain[Place], error) {
	ground, err := s.store.Geometry(ctx, actor, in.Code)
	if err != nil {
		return nil, err
	}
	return &plain[Place]{Place{Type: "Feature", ID: in.Code, Geometry: Geometry{ground},
		Properties: PlaceProperties{Code: in.Code, Level: in.Code.Level()}}}, nil
}
