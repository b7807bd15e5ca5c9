package web

import (
	"context"

	"canvass/areas"
)

func (s *Server) search(ctx context.Context, actor areas.Actor, in *struct {
	Text   string     `query:"q" required:"true" maxLength:"200"`
	County areas.Code `query:"county" required:"true"`
	Limit  int        `query:"limit" minimum:"1" maximum:"50"`
}) (*all[Hit], error) {
	found, err := s.store.Search(ctx, actor, areas.SearchQuery{County: in.County, Text: in.Text, Limit: in.Limit})
	return allOf(found, err, hitForm)
}
