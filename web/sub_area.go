package web

import (
	"context"

	"canvass/areas"
)

func (s *Server) subAreas(ctx context.Context, actor areas.Actor, in *struct {
	Paged[SubArea]
	Within areas.Code `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
	State  string     `query:"state" doc:"only those in this state"`
}) (*page[SubArea], error) {
	found, err := s.store.SubAreas(ctx, actor, areas.SubAreaQuery{Within: in.Within, State: in.State, Page: in.page()})
	return pageOf(found, err, subAreaForm)
}

func (s *Server) subArea(ctx context.Context, actor areas.Actor, in *Coded) (*single[SubArea], error) {
	a, err := s.store.SubArea(ctx, actor, in.Code)
	return singleOf(a, err, subAreaForm, a.Revision)
}

func (s *Server) drawSubArea(ctx context.Context, actor areas.Actor, in *struct {
	Body struct {
		Area               areas.Code `json:"area,omitempty" doc:"needed without a code"`
		Code               areas.Code `json:"code,omitempty"`
		Description        string     `json:"description,omitempty" maxLength:"2000"`
		ExpectedHouseholds *int       `json:"expected_households,omitempty" minimum:"0"`
		Geometry           *Geometry  `json:"geometry,omitempty"`
	}
}) (*single[SubArea], error) {
	b := in.Body
	ground, err := b.Geometry.ground()
	if err != nil {
		return nil, err
	}
	a, err := s.store.DrawSubArea(ctx, actor, areas.NewSubArea{
		Area: b.Area, Code: b.Code, Description: b.Description, ExpectedHouseholds: b.ExpectedHouseholds, Geometry: ground})
	return singleOf(a, err, subAreaForm, a.Revision)
}

func (s *Server) editSubArea(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	Based
	Body struct {
		Description        *string `json:"description,omitempty" maxLength:"2000"`
		ExpectedHouseholds *int    `json:"expected_households,omitempty" minimum:"0"`
	}
}) (*single[SubArea], error) {
	base, err := in.base()
	if err != nil {
		return nil, err
	}
	a, err := s.store.EditSubArea(ctx, actor, in.Code, base, areas.SubAreaEdit(in.Body))
	return singleOf(a, err, subAreaForm, a.Revision)
}

func (s *Server) moveSubArea(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	Based
	Body struct {
		State  string `json:"state"`
		Reason string `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*single[SubArea], error) {
	base, err := in.base()
	if err != nil {
		return nil, err
	}
	a, err := s.store.MoveSubArea(ctx, actor, in.Code, base, in.Body.State, in.Body.Reason)
	return singleOf(a, err, subAreaForm, a.Revision)
}

func (s *Server) retireSubArea(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	Changing
	Body struct {
		Into   areas.Code `json:"into,omitempty" doc:"the sub-area of the same census area that gets its ground; left out, the one with which it shares the longest boundary"`
		Reason string     `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*outcome, error) {
	asked, err := in.asked(in.Body.Reason)
	if err != nil {
		return nil, err
	}
	done, err := s.store.Retire(ctx, actor, asked, areas.Retire{Code: in.Code, Into: in.Body.Into})
	return outcomeOf(ctx, done, err)
}

func (s *Server) makeVirtual(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	Changing
	Body struct {
		Description        string `json:"description" maxLength:"2000" doc:"whom it registers"`
		ExpectedHouseholds *int   `json:"expected_households,omitempty" minimum:"0"`
		Reason             string `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*outcome, error) {
	asked, err := in.asked(in.Body.Reason)
	if err != nil {
		return nil, err
	}
	done, err := s.store.MakeVirtual(ctx, actor, asked, areas.NewVirtual{Area: in.Code, Description: in.Body.Description,
		ExpectedHouseholds: in.Body.ExpectedHouseholds})
	return outcomeOf(ctx, done, err)
}
