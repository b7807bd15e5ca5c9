package web

import (
	"context"

	"github.com/google/uuid"

	"canvass/areas"
)

// Named names an assignment, a flag or an import run in an address.
type Named struct {
	County areas.Code `path:"county" doc:"code of a county, six digits"`
	ID     uuid.UUID  `path:"id" format:"uuid" doc:"id of an assignment, flag or import run"`
}

func (s *Server) assignments(ctx context.Context, actor areas.Actor, in *struct {
	Paged[Assignment]
	Within     areas.Code `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
	Enumerator string     `query:"enumerator" format:"uuid" doc:"id of an account"`
	Open       bool       `query:"open" doc:"only those that have not ended"`
}) (*page[Assignment], error) {
	enumerator, err := optionalID(in.Enumerator)
	if err != nil {
		return nil, err
	}
	found, err := s.store.Assignments(ctx, actor, areas.AssignmentQuery{
		Within: in.Within, Enumerator: enumerator, Open: in.Open, Page: in.page()})
	return pageOf(found, err, assignmentForm)
}

func (s *Server) assign(ctx context.Context, actor areas.Actor, in *struct {
	Body struct {
		SubArea    areas.Code `json:"sub_area"`
		Enumerator uuid.UUID  `json:"enumerator" format:"uuid"`
		Round      string     `json:"round,omitempty" doc:"the one that goes on now if left out"`
	}
}) (*single[Assignment], error) {
	a, err := s.store.Assign(ctx, actor, areas.NewAssignment(in.Body))
	return singleOf(a, err, assignmentForm, a.Revision)
}

func (s *Server) declareDone(ctx context.Context, actor areas.Actor, in *Named) (*single[Assignment], error) {
	a, err := s.store.DeclareDone(ctx, actor, in.County, in.ID)
	return singleOf(a, err, assignmentForm, a.Revision)
}

func (s *Server) endAssignment(ctx context.Context, actor areas.Actor, in *Named) (*single[Assignment], error) {
	a, err := s.store.EndAssignment(ctx, actor, in.County, in.ID)
	return singleOf(a, err, assignmentForm, a.Revision)
}
