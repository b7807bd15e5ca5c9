package web

import (
	"context"

	"canvass/areas"
)

func (s *Server) search(ctx context.Context, actor areas.Actor, in *struct {
	Text   string     `query:"q" required:"true" maxLength:"200" doc:"part of a code or name"`
	County areas.Code `query:"county" required:"true" doc:"code of a county, six digits"`
	Limit  int        `query:"limit" minimum:"1" maximum:"50" doc:"50 if left out"`
}) (*all[Hit], error) {
	found, err := s.store.Search(ctx, actor, areas.SearchQuery{County: in.County, Text: in.Text, Limit: in.Limit})
	return allOf(found, err, hitForm)
}
