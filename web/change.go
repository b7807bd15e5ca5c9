package web

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// SetAside is a change that was not simply taken, with what it met.
type SetAside struct {
	County     areas.Code      `json:"county"`
	ID         uuid.UUID       `json:"id" format:"uuid"`
	Place      areas.Code      `json:"place" doc:"where it lies now"`
	SubArea    string          `json:"sub_area" doc:"as the tablet named it"`
	Device     *uuid.UUID      `json:"device" format:"uuid" nullable:"true"`
	Serial     int64           `json:"serial"`
	Epoch      int             `json:"epoch"`
	Actor      uuid.UUID       `json:"actor" format:"uuid"`
	ActorName  string          `json:"actor_name"`
	Verb       string          `json:"verb"`
	At         time.Time       `json:"at" doc:"when it was done, by the tablet's clock put right"`
	Values     json.RawMessage `json:"values" doc:"what was recorded, by its verb"`
	State      string          `json:"state" enum:"applied,held,quarantined,rejected"`
	Reason     string          `json:"reason"`
	Detail     string          `json:"detail" doc:"why it was set aside, in the reader's language"`
	Theirs     json.RawMessage `json:"theirs,omitempty" doc:"what stands on the other side"`
	ReceivedAt time.Time       `json:"received_at"`
	DecidedAt  *time.Time      `json:"decided_at"`
	Decision   string          `json:"decision" doc:"why it was decided so"`
}

func setAsideForm(language string) func(areas.SetAside) SetAside {
	return func(c areas.SetAside) SetAside {
		r := c.Receipt()
		return SetAside{County: c.County, ID: c.ID, Place: c.Place, SubArea: string(c.SubArea()), Device: c.Device, Serial: c.Serial,
			Epoch: c.Epoch, Actor: c.Actor, ActorName: c.ActorName, Verb: c.Verb, At: c.At, Values: c.Values(), State: c.State,
			Reason: c.Reason, Detail: r.Words.In(language), Theirs: r.Theirs, ReceivedAt: c.ReceivedAt, DecidedAt: c.DecidedAt,
			Decision: c.Decision}
	}
}

func (s *Server) changes(ctx context.Context, actor areas.Actor, in *struct {
	Paged[SetAside]
	Within areas.Code `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
	State  string     `query:"state" enum:"quarantined,held,rejected,applied" doc:"quarantined if left out"`
}) (*page[SetAside], error) {
	found, err := s.store.Changes(ctx, actor, areas.ChangeQuery{Within: in.Within, State: in.State, Page: in.page()})
	return pageOf(found, err, setAsideForm(exchangeOf(ctx).language))
}

// ChangeNamed names one change in an address.
type ChangeNamed struct {
	County areas.Code `path:"county" doc:"code of a county, six digits"`
	ID     uuid.UUID  `path:"id" format:"uuid" doc:"id of a change"`
}

// Reasoned is a decision with its reason.
type Reasoned struct {
	ChangeNamed
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (s *Server) acceptChange(ctx context.Context, actor areas.Actor, in *Reasoned) (*plain[SetAside], error) {
	return s.decideChange(ctx, actor, in, true)
}

func (s *Server) rejectChange(ctx context.Context, actor areas.Actor, in *Reasoned) (*plain[SetAside], error) {
	return s.decideChange(ctx, actor, in, false)
}

func (s *Server) decideChange(ctx context.Context, actor areas.Actor, in *Reasoned, accept bool) (*plain[SetAside], error) {
	c, err := s.store.DecideChange(ctx, actor, areas.ChangeKey{County: in.County, ID: in.ID}, accept, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &plain[SetAside]{setAsideForm(exchangeOf(ctx).language)(c)}, nil
}
