package web

import (
	"context"
	"time"

	"canvass/areas"
)

func (s *Server) rounds(ctx context.Context, actor areas.Actor, in *struct {
	County areas.Code `query:"county" required:"true" doc:"code of a county, six digits"`
}) (*all[Round], error) {
	found, err := s.store.Rounds(ctx, actor, in.County)
	return allOf(found, err, roundForm)
}

func (s *Server) setRound(ctx context.Context, actor areas.Actor, in *struct {
	County areas.Code `path:"county" doc:"code of a county, six digits"`
	Name   string     `path:"name" enum:"mapping,listing,enumeration,long_form,recheck,pes" doc:"the round"`
	Body   struct {
		OpensAt  time.Time `json:"opens_at"`
		ClosesAt time.Time `json:"closes_at"`
	}
}) (*plain[Round], error) {
	r, err := s.store.SetRound(ctx, actor, areas.Round{
		County: in.County, Name: in.Name, OpensAt: in.Body.OpensAt, ClosesAt: in.Body.ClosesAt})
	if err != nil {
		return nil, err
	}
	return &plain[Round]{roundForm(r)}, nil
}
