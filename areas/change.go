package areas

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
)

// Change is one act of a person on a tablet, with the id and the serial number it was given there. SubArea and Epoch name the
// lease it was done under, Base the revision of what it changes.
type Change struct {
	ID      uuid.UUID
	Serial  int64
	Verb    string
	SubArea Code
	Epoch   int
	Base    int64
	At      time.Time // by the tablet's clock
	Values  json.RawMessage
}

// The states of a change. Only an applied one may be forgotten by the tablet, and a rejected one, which a supervisor decided.
const (
	ChangeApplied     = "applied"
	ChangeHeld        = "held"        // received; an earlier one of the device is missing
	ChangeQuarantined = "quarantined" // kept beside what it contradicts, until a supervisor decides
	ChangeRejected    = "rejected"
)

// Receipt tells a tablet what became of a change. Reason is a word for programs, Words say it to people, and Theirs is what the
// change met: what stands in its way if it is quarantined, what it was merged with if it is applied.
type Receipt struct {
	ID     uuid.UUID
	Serial int64
	State  string
	Reason string
	Words  Text
	Theirs json.RawMessage
	Answer string // what was decided of it since: "", AnswerAccepted or AnswerRejected
}

// applying are the batches of tablets on their way into the census, of one or of several that share the transaction.
type applying struct {
	*tx
	tablets []*tablet
	leases  map[Code][]Assignment
	places  map[subject]Code // where what the changes are about lies
	asked   map[subject]bool // whether it was looked for
	touched map[Code]bool    // sub-areas to count anew
	careful bool             // each change has a savepoint of its own
}

// apply begins to take changes of tablets.
func (t *tx) apply(tablets ...*tablet) *applying {
	return &applying{tx: t, tablets: tablets, leases: map[Code][]Assignment{}, places: map[subject]Code{}, asked: map[subject]bool{}, touched: map[Code]bool{}}
}

// actsAt has what is recorded of a place be by the account of a tablet, where several tablets share the transaction.
func (a *applying) actsAt(place Code, by *tablet) {
	if len(a.tablets) == 1 {
		return
	}
	if a.acting == nil {
		a.acting = map[Code]Actor{}
	}
	a.acting[place] = by.actor
}

// changes are those of all batches.
func (a *applying) changes() (all []*sentChange) {
	for _, p := range a.tablets {
		all = append(all, p.all...)
	}
	return all
}

// fresh are the changes that were not answered before.
func (a *applying) fresh() (out []*sentChange) {
	for _, p := range a.tablets {
		for _, c := range p.all {
			if !c.known {
				out = append(out, c)
			}
		}
		out = append(out, p.waiting...)
	}
	return out
}

// sentChange is a change with what becomes of it.
type sentChange struct {
	Change
	by     *tablet
	place  Code        // where it lies now
	lease  *Assignment // it was done under
	fenced bool        // the lease had ended, and somebody else holds the sub-area
	state  string
	reason string
	told   saying
	sent   bool // it is in the batch
	kept   bool // it is in the database, held until now
	known  bool // it was answered before
}

// saying is what the receipt says beside the state.
type saying struct {
	ZH     string          `json:"zh,omitempty"`
	EN     string          `json:"en,omitempty"`
	Theirs json.RawMessage `json:"theirs,omitempty"`
}

// settle takes the outcome of a rule: a refusal sets the change aside, any other error ends the batch.
func (c *sentChange) settle(err error) error {
	var refusal *Error
	switch {
	case err == nil && c.state == "":
		c.state = ChangeApplied
	case errors.As(err, &refusal):
		c.state, c.reason, c.told.ZH, c.told.EN = ChangeQuarantined, refusal.Code, refusal.zh, refusal.en
	default:
		return err
	}
	return nil
}

// beside keeps what a change met.
func (c *sentChange) beside(theirs any) {
	if text, err := json.Marshal(theirs); err == nil {
		c.told.Theirs = text
	}
}

// checks are those that may find otherwise after the batch: where nothing but visits were taken, those that look at doors.
func (a *applying) checks() []Check {
	for _, c := range a.fresh() {
		switch {
		case c.state == ChangeHeld:
		case c.state != ChangeApplied, !isVisit(c.Verb):
			return Checks()
		}
	}
	return doorChecks
}

// takeAll lets what is next change the census, stretch by stretch of the same verb.
func (a *applying) takeAll(ctx context.Context, ready []*sentChange) error {
	for len(ready) > 0 {
		n := 1
		for !a.careful && n < len(ready) && ready[n].Verb == ready[0].Verb {
			n++
		}
		stretch := ready[:n]
		ready = ready[n:]
		if err := a.withCare(ctx, stretch, func() error { return a.takeStretch(ctx, stretch) }); err != nil {
			return err
		}
	}
	return nil
}

// withCare runs do; where each change is taken with care, one that the database refuses is undone and set aside.
func (a *applying) withCare(ctx context.Context, stretch []*sentChange, do func() error) error {
	if !a.careful {
		return do()
	}
	err := explained(a.apart(ctx, do))
	if err == nil || !poisoned(err) {
		return err
	}
	if KindOf(err) == 0 {
		err = refuse(Invalid, "values_malformed", "记录内容无法保存,请把它交给指导员", "what was recorded cannot be kept; hand it to your supervisor")
	}
	stretch[0].state = ""
	return stretch[0].settle(err)
}

// takeStretch finds where changes lie and under which lease they were done, sets aside what may not be, and takes the rest.
func (a *applying) takeStretch(ctx context.Context, stretch []*sentChange) error {
	v, known := verbsByName[stretch[0].Verb]
	if !known {
		for _, c := range stretch {
			c.place = nearest(a.county, c.SubArea)
			_ = c.settle(refuse(Invalid, "verb_unknown", "服务器还不认识“%s”,请更新服务器", "the server does not know %q yet; have it brought up to date", c.Verb))
		}
		return nil
	}
	if err := a.locate(ctx, v, stretch); err != nil {
		return err
	}
	var may []*sentChange
	for _, c := range stretch {
		a.actsAt(c.place, c.by)
		if err := a.judge(c); err != nil {
			_ = c.settle(err)
			continue
		}
		may = append(may, c)
	}
	if len(may) == 0 {
		return nil
	}
	return v.take(a, ctx, may)
}
