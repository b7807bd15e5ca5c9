package web

import (
	"context"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

func (n Named) flag() areas.FlagKey { return areas.FlagKey(n) }

func (s *Server) flags(ctx context.Context, actor areas.Actor, in *struct {
	Paged[Flag]
	Within areas.Code `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
	Check  string     `query:"check" doc:"name of a check"`
	State  string     `query:"state" enum:"open,closed,all" doc:"only these; open if left out"`
	Owner  string     `query:"owner" format:"uuid" doc:"id of an account"`
}) (*page[Flag], error) {
	owner, err := optionalID(in.Owner)
	if err != nil {
		return nil, err
	}
	found, err := s.store.Flags(ctx, actor, areas.FlagQuery{
		Within: in.Within, Check: in.Check, State: in.State, Owner: owner, Page: in.page()})
	return pageOf(found, err, flagForm)
}

func (s *Server) flag(ctx context.Context, actor areas.Actor, in *Named) (*single[Flag], error) {
	f, err := s.store.Flag(ctx, actor, in.County, in.ID)
	return singleOf(f, err, flagForm, f.Revision)
}

func (s *Server) editFlag(ctx context.Context, actor areas.Actor, in *struct {
	Named
	Based
	Body struct {
		Owner *uuid.UUID `json:"owner,omitempty" format:"uuid"`
		DueAt *time.Time `json:"due_at,omitempty"`
	}
}) (*single[Flag], error) {
	base, err := in.base()
	if err != nil {
		return nil, err
	}
	f, err := s.store.EditFlag(ctx, actor, in.flag(), base, areas.FlagEdit(in.Body))
	return singleOf(f, err, flagForm, f.Revision)
}

func (s *Server) closeFlag(ctx context.Context, actor areas.Actor, in *struct {
	Named
	Based
	Body struct {
		Code   string `json:"code"`
		Reason string `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*single[Flag], error) {
	base, err := in.baseIfAny()
	if err != nil {
		return nil, err
	}
	f, err := s.store.CloseFlag(ctx, actor, in.flag(), base, in.Body.Code, in.Body.Reason)
	return singleOf(f, err, flagForm, f.Revision)
}

func (s *Server) reopenFlag(ctx context.Context, actor areas.Actor, in *struct {
	Named
	Based
	Body struct {
		Reason string `json:"reason" maxLength:"2000"`
	}
}) (*single[Flag], error) {
	base, err := in.baseIfAny()
	if err != nil {
		return nil, err
	}
	f, err := s.store.ReopenFlag(ctx, actor, in.flag(), base, in.Body.Reason)
	return singleOf(f, err, flagForm, f.Revision)
}

func (s *Server) checks(ctx context.Context, _ areas.Actor, _ *struct{}) (*all[Check], error) {
	language := exchangeOf(ctx).language
	return allOf(areas.Checks(), nil, func(c areas.Check) Check {
		return Check{Name: c.Name, Title: c.Title.In(language), Cause: c.Cause.In(language), Hint: c.Hint.In(language)}
	})
}
