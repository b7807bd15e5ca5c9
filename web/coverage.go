package web

import (
	"context"

	"canvass/areas"
)

func (s *Server) coverage(ctx context.Context, actor areas.Actor, in *struct {
	Within areas.Code  `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
	Level  areas.Level `query:"level" enum:"county,town,area,sub_area" required:"true" doc:"of the parts to list"`
}) (*plain[Coverage], error) {
	report, err := s.store.Coverage(ctx, actor, areas.CoverageQuery{Within: in.Within, Level: in.Level})
	if err != nil {
		return nil, err
	}
	return &plain[Coverage]{coverageForm(report)}, nil
}

type stateAnswer struct {
	Status int
	ETag   string `header:"ETag"`
	Body   State
}

func (s *Server) state(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	Known string `header:"If-None-Match" doc:"the ETag that was read; unchanged answers 304"`
}) (*stateAnswer, error) {
	state, err := s.store.State(ctx, actor, in.Code)
	if err != nil {
		return nil, err
	}
	out := &stateAnswer{Status: statusAgain, ETag: quoted(state.ETag()), Body: stateForm(state)}
	if isKnown(in.Known, out.ETag) {
		out.Status = statusNotModified
	}
	return out, nil
}
