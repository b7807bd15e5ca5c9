package web

import (
	"context"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// Recorded is a visit with what it changed.
type Recorded struct {
	Visit    Visit       `json:"visit"`
	Dwelling Dwelling    `json:"dwelling"`
	Coverage CoverageRow `json:"coverage"`
}

type recordedAnswer struct {
	Status int
	Body   Recorded
}

// NewVisit is a visit as it is sent.
type NewVisit struct {
	ID         uuid.UUID  `json:"id" format:"uuid" doc:"made by the client; the same id again is the same visit"`
	County     areas.Code `json:"county"`
	Dwelling   uuid.UUID  `json:"dwelling" format:"uuid"`
	Household  *uuid.UUID `json:"household,omitempty" format:"uuid" nullable:"true"`
	Enumerator *uuid.UUID `json:"enumerator,omitempty" format:"uuid" nullable:"true" doc:"who paid it, where somebody else records it"`
	Result     string     `json:"result"`
	At         *time.Time `json:"at,omitempty" nullable:"true" doc:"when it was paid; now if left out"`
	Position   *Point     `json:"position,omitempty" nullable:"true"`
	AccuracyM  *float32   `json:"accuracy_m,omitempty" nullable:"true" minimum:"0"`
	Evidence   []string   `json:"evidence,omitempty" nullable:"true"`
	Persons    *Persons   `json:"persons,omitempty"`
	Note       string     `json:"note,omitempty" maxLength:"500"`
	NextCallAt *time.Time `json:"next_call_at,omitempty" nullable:"true"`
}

func (v NewVisit) visit() areas.NewVisit {
	out := areas.NewVisit{
		ID: v.ID, County: v.County, Dwelling: v.Dwelling, Household: v.Household, Result: v.Result, Position: pointFrom(v.Position),
		AccuracyM: v.AccuracyM, Evidence: v.Evidence, Persons: (*areas.Persons)(v.Persons), Note: v.Note, NextCallAt: v.NextCallAt,
	}
	if v.Enumerator != nil {
		out.Enumerator = *v.Enumerator
	}
	if v.At != nil {
		out.At = *v.At
	}
	return out
}

func (s *Server) recordVisit(ctx context.Context, actor areas.Actor, in *struct{ Body NewVisit }) (*recordedAnswer, error) {
	r, err := s.store.RecordVisit(ctx, actor, in.Body.visit())
	if err != nil {
		return nil, err
	}
	out := &recordedAnswer{Status: statusMade, Body: Recorded{visitForm(r.Visit), dwellingForm(r.Dwelling), coverageRowForm(r.Coverage)}}
	if r.Again {
		out.Status = statusAgain
	}
	return out, nil
}

func (s *Server) visits(ctx context.Context, actor areas.Actor, in *struct {
	Paged[Visit]
	Within   areas.Code `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
	County   areas.Code `query:"county" doc:"of the dwelling"`
	Dwelling string     `query:"dwelling" format:"uuid" doc:"id of a dwelling"`
}) (*page[Visit], error) {
	dwelling, err := optionalID(in.Dwelling)
	if err != nil {
		return nil, err
	}
	within := in.Within
	if within == "" {
		within = in.County
	}
	found, err := s.store.Visits(ctx, actor, areas.VisitQuery{Within: within, Dwelling: dwelling, Page: in.page()})
	return pageOf(found, err, visitForm)
}

// optionalID reads an id that may be left out.
func optionalID(text string) (*uuid.UUID, error) {
	if text == "" {
		return nil, nil
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return nil, errBadID
	}
	return &id, nil
}
