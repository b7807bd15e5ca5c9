package areas

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// SelfResponseReport is what the answering system says of an account: it knows its code. Persons come with what is submitted.
type SelfResponseReport struct {
	County  Code
	Code    string
	State   string // started, prefilled or submitted
	Persons *Persons
}

// answeringProgress orders how far an account can come; what is reported late or again changes nothing.
var answeringProgress = []string{SelfResponseIssued, SelfResponseStarted, SelfResponsePrefilled, SelfResponseSubmitted}

// AddAnsweringSystem lets a system report to a county and answers its token, which is told now and never again.
func (s *Store) AddAnsweringSystem(ctx context.Context, actor Actor, county Code, name string) (string, error) {
	random := make([]byte, 24)
	rand.Read(random) // never fails
	token := base64.RawURLEncoding.EncodeToString(random)
	err := s.write(ctx, actor, county, func(t *tx) error {
		if err := t.must(Text{"接入填报系统", "connect an answering system"}, RoleSystem); err != nil {
			return err
		}
		const sql = `
			INSERT INTO answering_systems (county, id, name, token_hash, created_at)
			VALUES ($1, $2, $3, $4, $5)`
		if _, err := t.Exec(ctx, sql, county, uuid.Must(uuid.NewV7()), name, hashedCode(token), t.now); err != nil {
			return err
		}
		return t.record(ctx, "add", county, "answering_system/"+name, nil)
	})
	return token, err
}

// RevokeAnsweringSystem ends every token of a name and answers how many there were.
func (s *Store) RevokeAnsweringSystem(ctx context.Context, actor Actor, county Code, name string) (int, error) {
	ended := 0
	err := s.write(ctx, actor, county, func(t *tx) error {
		if err := t.must(Text{"停用填报系统", "disconnect an answering system"}, RoleSystem); err != nil {
			return err
		}
		const sql = `UPDATE answering_systems SET revoked_at = $3 WHERE county = $1 AND name = $2 AND revoked_at IS NULL`
		tag, err := t.Exec(ctx, sql, county, name, t.now)
		if err != nil {
			return err
		}
		ended = int(tag.RowsAffected())
		return t.record(ctx, "revoke", county, "answering_system/"+name, map[string]any{"tokens": ended})
	})
	return ended, err
}

// ReportSelfResponse takes the word of an answering system that shows its token. The same report again is answered as before. Of a
// self-response and an interview one is kept, the stronger, and the other is marked superseded.
func (s *Store) ReportSelfResponse(ctx context.Context, token string, r SelfResponseReport) (SelfResponse, error) {
	var out SelfResponse
	err := s.write(ctx, System(), r.County, func(t *tx) error {
		known, err := t.answeringSystem(ctx, token)
		if err != nil {
			return err
		}
		if out, err = t.byCode(ctx, r.Code); err != nil {
			return err
		}
		is, said := slices.Index(answeringProgress, out.State), slices.Index(answeringProgress, r.State)
		switch {
		case said < 1:
			return refuse(Invalid, "state_unknown", "状态须是 started、prefilled 或 submitted", "the state is started, prefilled or submitted").On("state")
		case is < 0:
			return refuse(Conflict, "self_response_over", "这个账号已收回、过期或被入户登记取代", "this account was revoked, has lapsed or gave way to an interview")
		case is >= said:
			return nil
		case is == 0 && !t.now.Before(out.ExpiresAt):
			return refuse(Conflict, "code_ran_out", "代码已过期,请普查员重新发放", "the code has run out; the enumerator issues another").On("code")
		}
		if err := t.takeReport(ctx, out, r); err != nil {
			return err
		}
		if out, err = t.selfResponse(ctx, out.ID); err != nil {
			return err
		}
		return t.record(ctx, "report", out.SubArea, "household/"+out.Household.String(), map[string]any{"self_response": out.ID, "state": out.State, "system": known})
	})
	return out, err
}

// answeringSystem is the name of the system that has a token.
func (t *tx) answeringSystem(ctx context.Context, token string) (name string, err error) {
	const sql = `SELECT name FROM answering_systems WHERE county = $1 AND token_hash = $2 AND revoked_at IS NULL`
	err = t.QueryRow(ctx, sql, t.county, hashedCode(token)).Scan(&name)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", refuse(Unauthenticated, "token_unknown", "填报系统的令牌不对或已停用", "the answering system's token is not known here or was revoked")
	}
	return name, err
}

func (t *tx) byCode(ctx context.Context, code string) (SelfResponse, error) {
	const sql = selfResponseColumns + ` WHERE r.county = $1 AND r.code_hash = $2 FOR UPDATE OF r`
	r, err := one[SelfResponse](t.Query(ctx, sql, t.county, hashedCode(code)))
	if errors.Is(err, pgx.ErrNoRows) {
		return r, refuse(NotFound, "code_unknown", "没有这个自主填报代码", "there is no account with this code").On("code")
	}
	return r, err
}

// interviewed are the states of a household that was counted at the door, or is none.
var interviewed = []string{"complete", "proxy", "long_due", "long_complete", "query", "verified", "deceased", "duplicate_of"}

// takeReport brings an account, and its household, as far as was reported.
func (t *tx) takeReport(ctx context.Context, was SelfResponse, r SelfResponseReport) error {
	if r.State == SelfResponseSubmitted && r.Persons == nil {
		return refuse(Invalid, "persons_missing", "提交时须给出人数", "what is submitted comes with the persons counted").On("persons")
	}
	w, h, err := t.householdAt(ctx, was.Household)
	if err != nil {
		return err
	}
	collection := "sr_" + r.State
	if slices.Contains(interviewed, h.Collection) {
		return t.endSelfResponse(ctx, was.ID, SelfResponseSuperseded, "interviewed")
	}
	const sql = `
		UPDATE self_responses
		   SET state = $3,
		       started_at = coalesce(started_at, $4),
		       submitted_at = CASE WHEN $3 = 'submitted' THEN $4 END,
		       revision = revision + 1
		 WHERE county = $1 AND id = $2`
	if _, err := t.Exec(ctx, sql, t.county, was.ID, r.State, t.now); err != nil {
		return err
	}
	h.Collection = collection
	for _, d := range w.dwellings {
		d.Occupancy = "occupied"
		if r.State == SelfResponseSubmitted {
			h.Persons, d.NextCallAt = *r.Persons, nil
		}
	}
	return t.collectedApart(ctx, w)
}

// LapseSelfResponses ends every account of a county that has not submitted when answering has ended: the household is due a visit.
// It answers how many lapsed.
func (s *Store) LapseSelfResponses(ctx context.Context, actor Actor, county Code) (int, error) {
	lapsed := 0
	err := s.write(ctx, actor, county, func(t *tx) error {
		if err := t.must(Text{"结束自主填报", "let self-response lapse"}, RoleSystem); err != nil {
			return err
		}
		until, err := t.selfResponseUntil(ctx)
		if err != nil || t.now.Before(until) {
			if CodeOf(err) == "no_round" {
				return nil // a county that has no dates has issued no accounts
			}
			return err
		}
		open, err := t.unsubmitted(ctx)
		if err != nil || len(open) == 0 {
			return err
		}
		if err := t.lapse(ctx, open); err != nil {
			return err
		}
		lapsed = len(open)
		return t.record(ctx, "lapse", county, "self_responses", map[string]any{"lapsed": lapsed})
	})
	return lapsed, err
}

func (t *tx) unsubmitted(ctx context.Context) ([]SelfResponse, error) {
	const sql = selfResponseColumns + `
		 WHERE r.county = $1 AND r.state IN ('issued', 'started', 'prefilled')
		 ORDER BY h.sub_area, r.id`
	return collect[SelfResponse](t.Query(ctx, sql, t.county))
}

// lapse ends accounts, all at once: their households are to be called on now.
func (t *tx) lapse(ctx context.Context, open []SelfResponse) error {
	touched := map[Code]bool{}
	ids, households, dwellings := make([]uuid.UUID, len(open)), make([]uuid.UUID, len(open)), make([]uuid.UUID, len(open))
	for i, r := range open {
		touched[r.SubArea] = true
		ids[i], households[i], dwellings[i] = r.ID, r.Household, r.Dwelling
	}
	var places []Code
	for place := range touched {
		places = append(places, place)
	}
	if err := t.lockCounts(ctx, places); err != nil {
		return err
	}
	const accounts = `
		UPDATE self_responses
		   SET state = 'lapsed', reason = 'deadline', ended_at = $3, revision = revision + 1
		 WHERE county = $1 AND id = ANY ($2)`
	if _, err := t.Exec(ctx, accounts, t.county, ids, t.now); err != nil {
		return err
	}
	const collected = `
		UPDATE households
		   SET collection = 'sr_lapsed', changed_at = $3, revision = revision + 1
		 WHERE county = $1 AND id = ANY ($2) AND collection IN ('sr_issued', 'sr_started', 'sr_prefilled')`
	if _, err := t.Exec(ctx, collected, t.county, households, t.now); err != nil {
		return err
	}
	const due = `
		UPDATE dwellings
		   SET next_call_at = $3, changed_at = $3, revision = revision + 1
		 WHERE county = $1 AND id = ANY ($2) AND retired_at IS NULL AND NOT resolved`
	if _, err := t.Exec(ctx, due, t.county, dwellings, t.now); err != nil {
		return err
	}
	return t.settleAll(ctx, touched)
}

// giveWayToInterviews ends the accounts of households that a walk counted at the door, never silently.
func (t *tx) giveWayToInterviews(w *walk) {
	var ids []uuid.UUID
	var subAreas []Code
	var actors []*uuid.UUID
	var roles []string
	for _, d := range w.called() {
		by := t.actorAt(d.SubArea)
		for _, h := range d.Households {
			if slices.Contains(interviewed, h.Collection) {
				ids, subAreas = append(ids, h.ID), append(subAreas, d.SubArea)
				actors, roles = append(actors, by.id()), append(roles, string(by.Role))
			}
		}
	}
	if len(ids) == 0 {
		return
	}
	const sql = `
		WITH ended AS (
			UPDATE self_responses
			   SET state = 'superseded', reason = 'interviewed', ended_at = $4, revision = revision + 1
			 WHERE county = $1 AND household = ANY ($2)
			   AND state IN ('issued', 'started', 'prefilled', 'submitted')
			RETURNING id, household
		)
		INSERT INTO events (county, at, actor, role, verb, place, subject, detail)
		SELECT $1, $4, n.actor, n.role, 'supersede', n.sub_area, 'household/' || e.household, jsonb_build_object('self_response', e.id)
		  FROM ended e
		  JOIN unnest($2::uuid[], $3::text[], $5::uuid[], $6::text[]) AS n (household, sub_area, actor, role) ON n.household = e.household`
	t.later("end self-responses", sql, t.county, ids, subAreas, t.now, actors, roles)
}
