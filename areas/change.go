package areas

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
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

// Batch is what a device sends at once. Clock is the tablet's at sending, Known what it knows of its sub-areas.
type Batch struct {
	Device  DeviceKey
	Clock   time.Time
	Changes []Change
	Known   Known

	brought *brought // in a file, by somebody else
}

// Sync takes a device's changes into the census and tells it what changed there since it last asked. Changes are taken once, however often, in whatever order and in however many pieces they
// come, and answers a receipt for each:
//
//  1. what is known by its id is answered as before; what comes before an earlier one is held until that has come;
//  2. what is next changes the census in the order it was made; what the rules refuse or what contradicts newer work is set
//     aside with the reason, and nothing is ever dropped;
//  3. the sub-areas that were touched are counted anew and checked once.
//
// All of it is one transaction. What breaks it, such as a value that the database refuses, is found and set aside.
func (s *Store) Sync(ctx context.Context, actor Actor, b Batch) (Synced, error) {
	out, err := s.syncOnce(ctx, actor, b, false)
	for range mostTries {
		if !passing(err) {
			break
		}
		out, err = s.syncOnce(ctx, actor, b, false)
	}
	if poisoned(err) {
		return s.syncOnce(ctx, actor, b, true)
	}
	return out, err
}

// mostTries is how often a batch is tried anew that met another at the wrong moment.
const mostTries = 3

func (s *Store) syncOnce(ctx context.Context, actor Actor, b Batch, careful bool) (Synced, error) {
	var out Synced
	err := s.onBehalf(ctx, actor, b.Device.County, func(t *tx) error {
		t.sameWay()
		a, err := t.applying(ctx, b)
		if err != nil {
			return err
		}
		a.careful = careful
		if err := a.liftContacts(); err != nil {
			return err
		}
		ready := a.order()
		if err := a.takeAll(ctx, ready); err != nil {
			return err
		}
		if err := a.sealContacts(ctx); err != nil {
			return err
		}
		if err := a.keep(ctx); err != nil {
			return err
		}
		told, err := a.askReply(ctx, b)
		if err != nil {
			return err
		}
		if err := t.settleSome(ctx, a.touched, a.checks()); err != nil {
			return err
		}
		if err := t.send(ctx); err != nil {
			return err
		}
		out = told.told()
		out.Receipts = append(a.receipts(), out.Receipts...)
		return nil
	})
	return out, err
}

// askReply queues what is asked for the answer, or keeps who brought the batch in a file, which asks nothing.
func (a *applying) askReply(ctx context.Context, b Batch) (*telling, error) {
	if b.brought != nil {
		return &telling{Synced: Synced{Now: a.now, Serial: a.device.Serial}}, a.recordBrought(ctx, *b.brought)
	}
	return a.askSince(b.Known), nil
}

// sameWay has the statements of a sync planned once: each looks up a few rows of one sub-area, whichever it is.
func (t *tx) sameWay() {
	t.later("plan alike", `SELECT set_config('plan_cache_mode', 'force_generic_plan', true)`)
}

// onBehalf runs do for an account with the service's own reach over a county: work of a lease that has ended lies outside of
// what the account reaches now. The rules see the account.
func (s *Store) onBehalf(ctx context.Context, actor Actor, county Code, do func(*tx) error) error {
	service := Actor{ID: actor.ID, Name: actor.Name, Role: RoleSystem, Scopes: []Code{county}}
	return s.writeAsked(ctx, service, county, func(t *tx) error {
		t.actor.Role = actor.Role
		return do(t)
	})
}

// passing tells errors that go away when the same is tried again.
func passing(err error) bool { return CodeOf(err) == "try_again" }

// poisoned tells errors that a value in the batch causes, whichever it is.
func poisoned(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code[:2] == "22" || pg.Code[:2] == "23"
	}
	return err != nil && KindOf(err) != 0 && !passing(err)
}

// applying is one batch on its way into the census.
type applying struct {
	*tx
	device  Device
	all     []*sentChange // of the batch, by serial
	waiting []*sentChange // held before
	leases  map[Code][]Assignment
	inHands []Assignment     // the account's, now
	places  map[subject]Code // where what the changes are about lies
	asked   map[subject]bool // whether it was looked for
	touched map[Code]bool    // sub-areas to count anew
	lifted  []SealedContact  // from their changes, to be kept apart
	careful bool             // each change has a savepoint of its own
}

// apply begins to take changes of a device, of which nothing is known yet.
func (t *tx) apply(d Device) *applying {
	return &applying{tx: t, device: d, leases: map[Code][]Assignment{}, places: map[subject]Code{}, asked: map[subject]bool{}, touched: map[Code]bool{}}
}

// sentChange is a change with what becomes of it.
type sentChange struct {
	Change
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
	for _, c := range append(slices.Clone(a.all), a.waiting...) {
		switch {
		case c.known && !c.kept, c.state == ChangeHeld:
		case c.state != ChangeApplied, !isVisit(c.Verb):
			return Checks()
		}
	}
	return doorChecks
}

// order finds what is next, and what must wait or was sent under a number that is taken. A device's numbers leave none out.
func (a *applying) order() []*sentChange {
	var ready []*sentChange
	waiting := map[int64]*sentChange{}
	for _, c := range a.waiting {
		waiting[c.Serial] = c
	}
	for _, c := range a.all {
		if c.known {
			continue
		}
		next := a.device.Serial + 1
		switch {
		case c.Serial < next || waiting[c.Serial] != nil:
			_ = c.settle(refuse(Conflict, "serial_taken",
				"另一台平板用同一身份发送过第 %d 号记录:本机数据可能是复制来的,请指导员重新登记",
				"a tablet with the same identity has sent another number %d: this one's store may be a copy; have it enrolled again", c.Serial))
		case c.Serial > next:
			c.state = ChangeHeld
			waiting[c.Serial] = c
		default:
			ready = append(ready, c)
			a.device.Serial++
			for next := waiting[a.device.Serial+1]; next != nil; next = waiting[a.device.Serial+1] {
				next.state = ""
				ready = append(ready, next)
				a.device.Serial++
			}
		}
	}
	return ready
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
			c.place = a.nearest(c.SubArea)
			_ = c.settle(refuse(Invalid, "verb_unknown", "服务器还不认识“%s”,请更新服务器", "the server does not know %q yet; have it brought up to date", c.Verb))
		}
		return nil
	}
	if err := a.locate(ctx, v, stretch); err != nil {
		return err
	}
	var may []*sentChange
	for _, c := range stretch {
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

// receipts answers for every change of the batch, and for those that waited for it.
func (a *applying) receipts() []Receipt {
	all := slices.Clone(a.all)
	for _, c := range a.waiting {
		if c.state != ChangeHeld && !c.sent {
			all = append(all, c)
		}
	}
	out := make([]Receipt, len(all))
	for i, c := range all {
		out[i] = Receipt{ID: c.ID, Serial: c.Serial, State: c.state, Reason: c.reason, Words: Text{c.told.ZH, c.told.EN}, Theirs: c.told.Theirs}
	}
	return out
}
