package web

import (
	"context"

	"canvass/areas"
)

func (s *Server) areas(ctx context.Context, actor areas.Actor, in *struct {
	Paged[Area]
	Within areas.Code `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
}) (*page[Area], error) {
	found, err := s.store.Areas(ctx, actor, areas.AreaQuery{Within: in.Within, Page: in.page()})
	return pageOf(found, err, areaForm)
}

func (s *Server) area(ctx context.Context, actor areas.Actor, in *Coded) (*single[Area], error) {
	a, err := s.store.Area(ctx, actor, in.Code)
	return singleOf(a, err, areaForm, a.Revision)
}

func (s *Server) makeArea(ctx context.Context, actor areas.Actor, in *struct {
	Body struct {
		Town               areas.Code `json:"town,omitempty" doc:"needed without a code"`
		Code               areas.Code `json:"code,omitempty"`
		Name               string     `json:"name" minLength:"1" maxLength:"200"`
		Kind               string     `json:"kind" enum:"residents,villagers,quasi"`
		ExpectedHouseholds *int       `json:"expected_households,omitempty" minimum:"0"`
		Geometry           *Geometry  `json:"geometry,omitempty"`
	}
}) (*single[Area], error) {
	b := in.Body
	ground, err := b.Geometry.ground()
	if err != nil {
		return nil, err
	}
	a, err := s.store.MakeArea(ctx, actor, areas.NewArea{
		Town: b.Town, Code: b.Code, Name: b.Name, Kind: b.Kind, ExpectedHouseholds: b.ExpectedHouseholds, Geometry: ground})
	return singleOf(a, err, areaForm, a.Revision)
}

func (s *Server) editArea(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	Based
	Body struct {
		Name               *string `json:"name,omitempty" minLength:"1" maxLength:"200"`
		Kind               *string `json:"kind,omitempty" enum:"residents,villagers,quasi"`
		ExpectedHouseholds *int    `json:"expected_households,omitempty" minimum:"0"`
	}
}) (*single[Area], error) {
	base, err := in.base()
	if err != nil {
		return nil, err
	}
	a, err := s.store.EditArea(ctx, actor, in.Code, base, areas.AreaEdit(in.Body))
	return singleOf(a, err, areaForm, a.Revision)
}
