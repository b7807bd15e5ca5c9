package areas

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"
)

// SetAside is a change that was not simply taken, with what it met, for a supervisor to decide.
type SetAside struct {
	changeRow
	County     Code       `db:"county"`
	Device     *uuid.UUID `db:"device"`
	Actor      uuid.UUID  `db:"actor"`
	ActorName  string     `db:"actor_name"`
	ReceivedAt time.Time  `db:"received_at"`
	DecidedAt  *time.Time `db:"decided_at"`
	Decision   string     `db:"decision"` // why it was decided so
}

// Values are what was recorded, as the tablet sent it.
func (c SetAside) Values() json.RawMessage { return c.values().Values }

// SubArea is the sub-area that the tablet named.
func (c SetAside) SubArea() Code { return c.values().SubArea }

func (c SetAside) values() (b body) {
	_ = json.Unmarshal(c.Body, &b) // it was written here
	return b
}

// Receipt is what the tablet was told of it.
func (c SetAside) Receipt() Receipt { return c.receipt() }

// ChangeQuery asks for changes of a place in a state; quarantined if none is named.
type ChangeQuery struct {
	Within Code
	State  string
	Page   Page
}

// ChangeKey names one change.
type ChangeKey struct {
	County Code
	ID     uuid.UUID
}

// Changes lists what was set aside, the newest first.
func (s *Store) Changes(ctx context.Context, actor Actor, q ChangeQuery) (List[SetAside], error) {
	var out List[SetAside]
	if q.State == "" {
		q.State = ChangeQuarantined
	}
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		if err := t.must(Text{"查看搁置的记录", "see what was set aside"}, RoleSupervisor, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		lo, hi := q.Within.span()
		const sql = setAsideColumns + `
			 WHERE ($1 = '' OR c.county = $1)
			   AND c.place >= $2 AND c.place < $3 AND c.state = $4
			   AND ($5 = '' OR c.id < nullif($5, '')::uuid)
			 ORDER BY c.id DESC
			 LIMIT $6`
		rows, err := collect[SetAside](t.Query(ctx, sql, t.county, lo, hi, q.State, q.Page.After, q.Page.limit()+1))
		out = listed(rows, q.Page.limit(), func(c SetAside) string { return c.ID.String() })
		return err
	})
	return out, err
}

const setAsideColumns = `
		SELECT c.county,
		       c.id,
		       c.place,
		       c.device,
		       coalesce(c.serial, 0) AS serial,
		       c.epoch,
		       c.base_revision,
		       c.actor,
		       coalesce(u.display_name, '') AS actor_name,
		       c.verb,
		       c.at,
		       c.body,
		       c.state,
		       c.reason,
		       c.told,
		       c.received_at,
		       c.decided_at,
		       c.decision
		  FROM changes c
		  LEFT JOIN users u ON u.id = c.actor`

// DecideChange takes a change that was set aside after all, or rejects it; either takes a reason. What is taken is merged as
// if nothing had stood in its way, and the rules of the census still hold.
func (s *Store) DecideChange(ctx context.Context, actor Actor, key ChangeKey, accept bool, reason string) (SetAside, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return SetAside{}, refuse(Invalid, "reason_missing", "请说明理由", "give the reason").On("reason")
	}
	if _, err := s.setAside(ctx, actor, key); err != nil {
		return SetAside{}, err
	}
	err := s.onBehalf(ctx, actor, key.County, func(t *tx) error {
		if err := t.must(Text{"处理搁置的记录", "decide what was set aside"}, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		c, err := one[SetAside](t.Query(ctx, setAsideColumns+` WHERE c.county = $1 AND c.id = $2 FOR UPDATE OF c`, key.County, key.ID))
		if err != nil {
			return err
		}
		if c.State != ChangeQuarantined && c.State != ChangeHeld {
			return refuse(Conflict, "decided_already", "这条记录已经处理过", "this has been decided already")
		}
		state := ChangeRejected
		if accept {
			state = ChangeApplied
			if err := t.acceptChange(ctx, c); err != nil {
				return err
			}
		}
		return t.decide(ctx, c, state, reason)
	})
	if err != nil {
		return SetAside{}, err
	}
	return s.setAside(ctx, actor, key)
}

// setAside reads one change within the actor's own reach.
func (s *Store) setAside(ctx context.Context, actor Actor, key ChangeKey) (SetAside, error) {
	var out SetAside
	err := s.read(ctx, actor, key.County, func(t *tx) (err error) {
		if err := t.must(Text{"处理搁置的记录", "decide what was set aside"}, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		out, err = one[SetAside](t.Query(ctx, setAsideColumns+` WHERE c.county = $1 AND c.id = $2`, key.County, key.ID))
		return err
	})
	return out, err
}

// decide writes what was decided. Its sub-area is checked anew, for less may be set aside there now.
func (t *tx) decide(ctx context.Context, c SetAside, state, reason string) error {
	const sql = `
		UPDATE changes
		   SET state = $3,
		       reason = CASE WHEN reason = '' THEN 'decided' ELSE reason END,
		       decision = $4,
		       decided_at = $5,
		       decided_by = $6
		 WHERE county = $1 AND id = $2`
	if _, err := t.Exec(ctx, sql, t.county, c.ID, state, reason, t.now, t.actorID()); err != nil {
		return err
	}
	t.keepBare(&sentChange{Change: Change{ID: c.ID, Verb: c.Verb, SubArea: c.SubArea(), Values: c.Values()}})
	if err := t.settleAll(ctx, map[Code]bool{c.Place: true}); err != nil {
		return err
	}
	return t.record(ctx, "decide", c.Place, "change/"+c.ID.String(), map[string]any{"state": state, "verb": c.Verb, "reason": reason})
}

// acceptChange takes a change as if nothing stood in its way. Where its time is what was wrong, it counts from when it came in.
func (t *tx) acceptChange(ctx context.Context, row SetAside) error {
	v, known := verbsByName[row.Verb]
	if !known {
		return refuse(Invalid, "verb_unknown", "服务器还不认识“%s”,请更新服务器", "the server does not know %q yet; have it brought up to date", row.Verb)
	}
	by := &tablet{parcel: parcel{actor: t.actor}, device: Device{User: row.Actor}}
	a := t.apply(by)
	c := &sentChange{by: by, Change: Change{ID: row.ID, Serial: row.Serial, Verb: row.Verb, SubArea: row.SubArea(), Epoch: row.Epoch, At: row.At,
		Values: row.Values()}}
	if row.Reason == "before_assignment" || row.Reason == "round_closed" {
		c.At = row.ReceivedAt
	}
	if err := a.locate(ctx, v, []*sentChange{c}); err != nil {
		return err
	}
	if err := a.judge(c); err == nil && c.lease.EndedAt != nil {
		c.fenced = false
	}
	if c.lease != nil && row.Reason != "fenced" {
		c.lease = nil // the round goes by the time alone
	}
	if v.name == "declare_done" {
		return refuse(Conflict, "not_to_accept", "过期任务的“报告完成”只能驳回", "a sub-area declared done under an assignment that has ended is rejected, or declared done anew")
	}
	if err := v.take(a, ctx, []*sentChange{c}); err != nil {
		return err
	}
	if c.state != ChangeApplied {
		return &Error{Kind: Conflict, Code: c.reason, zh: c.told.ZH, en: c.told.EN}
	}
	return t.settleAll(ctx, a.touched)
}
