package web

import (
	"context"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// Proposal is how a boundary runs on the ground, as an enumerator saw it.
type Proposal struct {
	County        areas.Code    `json:"county"`
	ID            uuid.UUID     `json:"id" format:"uuid" doc:"of the change that made it"`
	SubArea       areas.Code    `json:"sub_area"`
	Geometry      Geometry      `json:"geometry" doc:"a line, or the area as it should be"`
	Reason        string        `json:"reason"`
	MadeBy        uuid.UUID     `json:"made_by" format:"uuid"`
	MadeByName    string        `json:"made_by_name"`
	MadeAt        time.Time     `json:"made_at"`
	State         ProposalState `json:"state"`
	DecidedByName string        `json:"decided_by_name"`
	DecidedAt     *time.Time    `json:"decided_at"`
	Decision      string        `json:"decision" doc:"why it was decided so"`
}

func proposalForm(p areas.Proposal) Proposal {
	return Proposal{County: p.County, ID: p.ID, SubArea: p.SubArea, Geometry: Geometry{p.Geometry}, Reason: p.Reason, MadeBy: p.MadeBy,
		MadeByName: p.MadeByName, MadeAt: p.MadeAt, State: ProposalState(p.State), DecidedByName: p.DecidedName, DecidedAt: p.DecidedAt,
		Decision: p.Decision}
}

func (s *Server) proposals(ctx context.Context, actor areas.Actor, in *struct {
	Paged[Proposal]
	Within areas.Code `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
	State  string     `query:"state" enum:"open,accepted,rejected,decided" doc:"open if left out; decided is what is open no more"`
}) (*page[Proposal], error) {
	found, err := s.store.Proposals(ctx, actor, areas.ProposalQuery{Within: in.Within, State: in.State, Page: in.page()})
	return pageOf(found, err, proposalForm)
}

func (s *Server) acceptProposal(ctx context.Context, actor areas.Actor, in *Reasoned) (*plain[Proposal], error) {
	return s.decideProposal(ctx, actor, in, true)
}

func (s *Server) rejectProposal(ctx context.Context, actor areas.Actor, in *Reasoned) (*plain[Proposal], error) {
	return s.decideProposal(ctx, actor, in, false)
}

func (s *Server) decideProposal(ctx context.Context, actor areas.Actor, in *Reasoned, accept bool) (*plain[Proposal], error) {
	p, err := s.store.DecideProposal(ctx, actor, areas.ChangeKey{County: in.County, ID: in.ID}, accept, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &plain[Proposal]{proposalForm(p)}, nil
}
