package web

import (
	"context"

	"canvass/areas"
)

func (s *Server) events(ctx context.Context, actor areas.Actor, in *struct {
	Paged[Event]
	Within  areas.Code `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
	Subject string     `query:"subject" doc:"one thing, such as building/417"`
}) (*page[Event], error) {
	found, err := s.store.Events(ctx, actor, areas.EventQuery{Within: in.Within, Subject: in.Subject, Page: in.page()})
	return pageOf(found, err, eventForm)
}
