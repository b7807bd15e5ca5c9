package web

import (
	"context"
	"encoding/json"
	"time"

	"canvass/areas"
)

func (s *Server) history(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	Paged[Step]
}) (*page[Step], error) {
	found, err := s.store.History(ctx, actor, areas.HistoryQuery{Within: in.Code, Page: in.page()})
	return pageOf(found, err, stepForm)
}

func (s *Server) lineage(ctx context.Context, actor areas.Actor, in *struct {
	Code      areas.Code `path:"code" doc:"of a census area or sub-area, also of one that is retired"`
	Household int        `query:"household" minimum:"0" maximum:"999" doc:"also where the household went that had this number in the sub-area"`
}) (*plain[Lineage], error) {
	found, err := s.store.Lineage(ctx, actor, in.Code, in.Household)
	if err != nil {
		return nil, err
	}
	return &plain[Lineage]{lineageForm(found)}, nil
}

func (s *Server) asOf(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	At time.Time `query:"at" required:"true" doc:"RFC 3339 time"`
}) (*all[Past], error) {
	found, err := s.store.AsOf(ctx, actor, in.Code, in.At)
	return allOf(found, err, pastForm)
}

// Between names two times.
type Between struct {
	Within areas.Code `query:"within" required:"true" doc:"code of the place to look in"`
	From   time.Time  `query:"from" required:"true" doc:"RFC 3339 time"`
	To     time.Time  `query:"to" required:"true" doc:"RFC 3339 time; one that is yet to come is now"`
}

func (s *Server) differences(ctx context.Context, actor areas.Actor, in *Between) (*all[Difference], error) {
	found, err := s.store.Differences(ctx, actor, in.Within, in.From, in.To)
	return allOf(found, err, differenceForm)
}

type fileAnswer struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (s *Server) differencesMap(ctx context.Context, actor areas.Actor, in *Between) (*fileAnswer, error) {
	found, err := s.store.Differences(ctx, actor, in.Within, in.From, in.To)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(differenceMap(found))
	return &fileAnswer{"application/geo+json", body}, err
}

func (s *Server) undoRevision(ctx context.Context, actor areas.Actor, in *struct {
	County   areas.Code `path:"county" doc:"code of a county, six digits"`
	Revision int64      `path:"revision" doc:"of the county's frame"`
	Preview  bool       `query:"preview" doc:"true answers what it would do, and writes nothing"`
	Body     struct {
		Reason string `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*outcome, error) {
	done, err := s.store.Undo(ctx, actor, areas.Asked{Preview: in.Preview, Reason: in.Body.Reason}, in.County, in.Revision)
	return outcomeOf(ctx, done, err)
}

func (s *Server) signOff(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	Verb    string `path:"verb" enum:"submit,approve,freeze,return,reopen" doc:"village → town → county: submit, approve, freeze; back with a reason: return (to draft), reopen (what is frozen)"`
	Preview bool   `query:"preview" doc:"true answers what it would do, and writes nothing"`
	Body    struct {
		Reason string `json:"reason,omitempty" maxLength:"2000" doc:"needed to go back"`
	}
}) (*plain[SignedOff], error) {
	done, err := s.store.SignOff(ctx, actor, areas.Asked{Preview: in.Preview, Reason: in.Body.Reason}, in.Code, in.Verb)
	if err != nil {
		return nil, err
	}
	return &plain[SignedOff]{SignedOff{Verb: done.Verb, Place: done.Place, Moved: done.Moved, Revision: done.Revision,
		Problems: troubleForms(done.Troubles, exchangeOf(ctx).language)}}, nil
}

func (s *Server) signOffBoard(ctx context.Context, actor areas.Actor, in *struct {
	Within areas.Code `query:"within" required:"true" doc:"a county answers its towns, a town its census areas, an area its sub-areas"`
}) (*all[SignOffRow], error) {
	found, err := s.store.SignOffBoard(ctx, actor, in.Within)
	return allOf(found, err, signOffRowForm)
}
