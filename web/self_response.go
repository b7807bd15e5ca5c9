package web

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// SelfResponse is a household's account with the answering system.
type SelfResponse struct {
	County       areas.Code `json:"county"`
	ID           uuid.UUID  `json:"id" format:"uuid"`
	Household    uuid.UUID  `json:"household" format:"uuid"`
	Number       int        `json:"number" doc:"of the household"`
	SubArea      areas.Code `json:"sub_area"`
	Dwelling     uuid.UUID  `json:"dwelling" format:"uuid"`
	State        string     `json:"state" enum:"issued,started,prefilled,submitted,revoked,lapsed,superseded"`
	IssuedByName string     `json:"issued_by_name"`
	IssuedAt     time.Time  `json:"issued_at"`
	ExpiresAt    time.Time  `json:"expires_at" doc:"until then the code must have been used first"`
	StartedAt    *time.Time `json:"started_at"`
	SubmittedAt  *time.Time `json:"submitted_at"`
	EndedAt      *time.Time `json:"ended_at"`
	Reason       string     `json:"reason" doc:"why it ended"`
	Revision     int64      `json:"revision"`
}

func selfResponseForm(r areas.SelfResponse) SelfResponse {
	return SelfResponse{County: r.County, ID: r.ID, Household: r.Household, Number: r.Number, SubArea: r.SubArea, Dwelling: r.Dwelling,
		State: r.State, IssuedByName: r.IssuedBy, IssuedAt: r.IssuedAt, ExpiresAt: r.ExpiresAt, StartedAt: r.StartedAt,
		SubmittedAt: r.SubmittedAt, EndedAt: r.EndedAt, Reason: r.Reason, Revision: r.Revision}
}

// IssuedSelfResponse is an account with its code, for the slip.
type IssuedSelfResponse struct {
	SelfResponse
	Code  string    `json:"code" doc:"told now and never again; empty where the tablet made it or the account was issued before"`
	Link  string    `json:"link" doc:"text for a QR code; empty where no answering system is set (setting answering_url) or there is no code"`
	Until time.Time `json:"until" doc:"when answering ends for all"`
}

func (s *Server) issueSelfResponse(ctx context.Context, actor areas.Actor, in *struct {
	Body struct {
		ID        uuid.UUID  `json:"id" format:"uuid" doc:"made by the client; the same id again is the same account"`
		County    areas.Code `json:"county"`
		Household uuid.UUID  `json:"household" format:"uuid"`
		CodeHash  []byte     `json:"code_hash,omitempty" doc:"SHA-256 of a code that the tablet made, base64; else the code is made here"`
		Foreign   bool       `json:"foreign,omitempty" doc:"somebody from Hong Kong, Macao, Taiwan or abroad lives there"`
	}
}) (*plain[IssuedSelfResponse], error) {
	r, err := s.store.IssueSelfResponse(ctx, actor, areas.NewSelfResponse(in.Body))
	return &plain[IssuedSelfResponse]{IssuedSelfResponse{selfResponseForm(r.SelfResponse), r.Code, r.Link, r.Until}}, err
}

func (s *Server) revokeSelfResponse(ctx context.Context, actor areas.Actor, in *struct {
	Named
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}) (*single[SelfResponse], error) {
	r, err := s.store.RevokeSelfResponse(ctx, actor, in.County, in.ID, in.Body.Reason)
	return singleOf(r, err, selfResponseForm, r.Revision)
}

func (s *Server) selfResponses(ctx context.Context, actor areas.Actor, in *struct {
	Paged[SelfResponse]
	Within    areas.Code `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
	Household string     `query:"household" format:"uuid" doc:"id of a household"`
	State     string     `query:"state" enum:"issued,started,prefilled,submitted,revoked,lapsed,superseded" doc:"only those in a state"`
}) (*page[SelfResponse], error) {
	household, err := optionalID(in.Household)
	if err != nil {
		return nil, err
	}
	found, err := s.store.SelfResponses(ctx, actor, areas.SelfResponseQuery{Within: in.Within, Household: household, State: in.State, Page: in.page()})
	return pageOf(found, err, selfResponseForm)
}

// reportSelfResponse is asked by the answering system, which is no account: it shows its token.
func (s *Server) reportSelfResponse(ctx context.Context, in *struct {
	Token string `header:"Authorization" doc:"Bearer and the token that canvass answering-system add told"`
	Body  struct {
		County  areas.Code `json:"county"`
		Code    string     `json:"code" maxLength:"64"`
		State   string     `json:"state" enum:"started,prefilled,submitted"`
		Persons *Persons   `json:"persons,omitempty" doc:"with what is submitted"`
	}
}) (*plain[SelfResponse], error) {
	token, isBearer := strings.CutPrefix(in.Token, "Bearer ")
	if !isBearer {
		return nil, errNoToken
	}
	r, err := s.store.ReportSelfResponse(ctx, token, areas.SelfResponseReport{County: in.Body.County, Code: in.Body.Code,
		State: in.Body.State, Persons: (*areas.Persons)(in.Body.Persons)})
	return &plain[SelfResponse]{selfResponseForm(r)}, err
}

// LongFormSample is one drawing of the households that get the long form.
type LongFormSample struct {
	ID         uuid.UUID  `json:"id" format:"uuid"`
	Place      areas.Code `json:"place"`
	Seed       int64      `json:"seed" doc:"draws the same households again"`
	OneIn      int        `json:"one_in"`
	Households int        `json:"households" doc:"of which it was drawn"`
	Drawn      int        `json:"drawn"`
	DrawnAt    time.Time  `json:"drawn_at"`
}

func longFormForm(s areas.LongFormSample) LongFormSample {
	return LongFormSample{ID: s.ID, Place: s.Place, Seed: s.Seed, OneIn: s.OneIn, Households: s.Households, Drawn: s.Drawn, DrawnAt: s.DrawnAt}
}

func (s *Server) drawLongForm(ctx context.Context, actor areas.Actor, in *struct {
	Body struct {
		Place areas.Code `json:"place" doc:"a county, or a part of it"`
		Seed  int64      `json:"seed" doc:"any number; publish it, so that anybody can draw again"`
	}
}) (*plain[LongFormSample], error) {
	drawn, err := s.store.DrawLongForm(ctx, actor, in.Body.Place, in.Body.Seed)
	return &plain[LongFormSample]{longFormForm(drawn)}, err
}

func (s *Server) longFormSamples(ctx context.Context, actor areas.Actor, in *struct {
	Within areas.Code `query:"within" required:"true" doc:"code of the place to look in"`
}) (*plain[LongFormSamples], error) {
	found, err := s.store.LongFormSamples(ctx, actor, in.Within)
	return &plain[LongFormSamples]{LongFormSamples{forms(found, longFormForm)}}, err
}

// LongFormSamples are drawings, the newest first.
type LongFormSamples struct {
	Items []LongFormSample `json:"items"`
}
