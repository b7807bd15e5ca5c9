package areas

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// SelfResponse is a household's account with the answering system (自主填报): it opens with a code, and what is answered stays
// there. Here stands how far it came.
type SelfResponse struct {
	County      Code       `db:"county"`
	ID          uuid.UUID  `db:"id"`
	Household   uuid.UUID  `db:"household"`
	Number      int        `db:"number"` // of the household
	SubArea     Code       `db:"sub_area"`
	Dwelling    uuid.UUID  `db:"dwelling"`
	State       string     `db:"state"`
	IssuedBy    string     `db:"issued_by_name"`
	IssuedAt    time.Time  `db:"issued_at"`
	ExpiresAt   time.Time  `db:"expires_at"` // of the code: until then it must have been used first
	StartedAt   *time.Time `db:"started_at"`
	SubmittedAt *time.Time `db:"submitted_at"`
	EndedAt     *time.Time `db:"ended_at"`
	Reason      string     `db:"reason"` // why it ended
	Revision    int64      `db:"revision"`
}

// The states of a self-response. Those up to submitted are open: a household has one of them at most.
const (
	SelfResponseIssued     = "issued"
	SelfResponseStarted    = "started"
	SelfResponsePrefilled  = "prefilled"
	SelfResponseSubmitted  = "submitted"
	SelfResponseRevoked    = "revoked"
	SelfResponseLapsed     = "lapsed"
	SelfResponseSuperseded = "superseded" // an interview was kept instead
)

// NewSelfResponse asks for a household's account. ID is made where it is asked for: the same id again is the same account. A
// tablet makes the code too, and sends its SHA-256; else the code is made here. Foreign tells that somebody from Hong Kong, Macao,
// Taiwan or abroad lives there, who does not answer for himself.
type NewSelfResponse struct {
	ID        uuid.UUID
	County    Code
	Household uuid.UUID
	CodeHash  []byte
	Foreign   bool
}

// Issued is a self-response with its code, which is told now and never again; it is empty where a tablet made it, or if the
// account was issued before. Until is when answering ends for all.
type Issued struct {
	SelfResponse
	Code  string
	Link  string // where to answer, with the code; empty where no answering system is set, or there is no code
	Until time.Time
}

// SelfResponseQuery asks for the self-responses within a place, the newest first.
type SelfResponseQuery struct {
	Within    Code
	Household *uuid.UUID
	State     string
	Page      Page
}

// IssueSelfResponse gives a household an account, from listing on and until answering ends. It is refused to households of the long
// form, to those with foreign members and to those who are counted. An account whose code was never used gives way.
func (s *Store) IssueSelfResponse(ctx context.Context, actor Actor, n NewSelfResponse) (Issued, error) {
	var out Issued
	err := s.write(ctx, actor, n.County, func(t *tx) (err error) {
		if err := t.must(Text{"发放自主填报账号", "issue an account for self-response"}, RoleEnumerator, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		out, err = t.issueSelfResponse(ctx, n)
		return err
	})
	return out, err
}

func (t *tx) issueSelfResponse(ctx context.Context, n NewSelfResponse) (out Issued, err error) {
	if out.Until, err = t.selfResponseUntil(ctx); err != nil {
		return out, err
	}
	known, err := t.selfResponses(ctx, SelfResponseQuery{Within: t.county, Household: &n.Household})
	if err != nil {
		return out, err
	}
	if at := slices.IndexFunc(known, func(r SelfResponse) bool { return r.ID == n.ID }); at >= 0 {
		out.SelfResponse = known[at]
		return out, nil
	}
	w, h, err := t.householdAt(ctx, n.Household)
	if err != nil {
		return out, err
	}
	if err := t.mayAnswer(ctx, n, *h, out.Until); err != nil {
		return out, err
	}
	if err := t.giveWay(ctx, known); err != nil {
		return out, err
	}
	settings, err := t.settings(ctx)
	if err != nil {
		return out, err
	}
	if n.CodeHash == nil {
		out.Code = freshCode()
		out.Link = strings.ReplaceAll(settings.AnsweringURL, "{code}", out.Code)
		n.CodeHash = hashedCode(out.Code)
	}
	expires := t.now.Add(time.Duration(settings.SelfResponseCodeHours) * time.Hour)
	if expires.After(out.Until) {
		expires = out.Until
	}
	const sql = `
		INSERT INTO self_responses (county, id, household, code_hash, state, before, issued_by, issued_at, expires_at)
		VALUES ($1, $2, $3, $4, 'issued', $5, $6, $7, $8)`
	if _, err := t.Exec(ctx, sql, t.county, n.ID, n.Household, n.CodeHash, h.Collection, t.actorID(), t.now, expires); err != nil {
		return out, err
	}
	h.Collection = "sr_issued"
	if err := t.collectedApart(ctx, w); err != nil {
		return out, err
	}
	if out.SelfResponse, err = t.selfResponse(ctx, n.ID); err != nil {
		return out, err
	}
	return out, t.record(ctx, "issue", out.SubArea, "household/"+n.Household.String(), map[string]any{"self_response": n.ID})
}

// issueAccount takes the account that a tablet gave a household.
func (a *applying) issueAccount(ctx context.Context, c *sentChange) error {
	v, err := values[SelfResponseValues](c)
	if err != nil {
		return err
	}
	if v.CodeHash == nil {
		v.CodeHash = []byte{}
	}
	r, err := a.issueSelfResponse(ctx, NewSelfResponse{ID: v.SelfResponse, County: a.county, Household: v.Household, CodeHash: v.CodeHash, Foreign: v.Foreign})
	if err == nil {
		a.touched[r.SubArea] = true
	}
	return err
}

// mayAnswer tells why a household may not answer for itself.
func (t *tx) mayAnswer(ctx context.Context, n NewSelfResponse, h Household, until time.Time) error {
	rounds, err := t.rounds(ctx)
	if err != nil {
		return err
	}
	current := roundAt(rounds, t.now)
	switch {
	case n.ID == uuid.Nil || n.CodeHash != nil && len(n.CodeHash) != 32:
		return refuse(Invalid, "self_response_malformed", "自主填报账号须有编号,代码须是 SHA-256", "an account has an id, and the sum of its code is a SHA-256").On("id")
	case current == nil || current.Name != RoundListing && current.Name != RoundEnumeration || !t.now.Before(until):
		return refuse(Conflict, "self_response_closed", "自主填报已截止或尚未开始(截止 %s),请入户登记",
			"self-response has ended or not begun (it ends %s); interview the household", until.Format(time.RFC3339))
	case h.LongForm:
		return refuse(Conflict, "long_form_interviewed", "长表户须由普查员入户登记", "a household of the long form is interviewed").On("household")
	case n.Foreign || h.HMTForm != "":
		return refuse(Conflict, "foreign_interviewed", "有港澳台居民或外籍人员的户须入户登记",
			"a household with members from Hong Kong, Macao, Taiwan or abroad is interviewed").On("foreign")
	case !slices.Contains(answerable, h.Collection):
		return refuse(Conflict, "household_counted", "这一户已经登记或已有自主填报", "this household is counted, or answers for itself already").On("household")
	}
	return nil
}

// answerable are the states of a household from which it may come to answer for itself.
var answerable = []string{"prelisted", "attempted", "refused", "partial", "sr_issued"}

// giveWay ends an account whose code ran out before it was used; one that is in use stands in the way.
func (t *tx) giveWay(ctx context.Context, known []SelfResponse) error {
	for _, r := range known {
		switch {
		case r.EndedAt != nil:
		case r.State == SelfResponseIssued && !t.now.Before(r.ExpiresAt):
			if err := t.endSelfResponse(ctx, r.ID, SelfResponseRevoked, "code_ran_out"); err != nil {
				return err
			}
		default:
			return refuse(Conflict, "self_response_open", "这一户已有有效的自主填报账号,如代码遗失请先收回", "this household has an account; revoke it first if its code was lost").On("household")
		}
	}
	return nil
}

// RevokeSelfResponse takes an account back, with a reason: the household is then interviewed. What was submitted stays.
func (s *Store) RevokeSelfResponse(ctx context.Context, actor Actor, county Code, id uuid.UUID, reason string) (SelfResponse, error) {
	var out SelfResponse
	err := s.write(ctx, actor, county, func(t *tx) error {
		if strings.TrimSpace(reason) == "" {
			return refuse(Invalid, "reason_missing", "请说明理由", "give the reason").On("reason")
		}
		r, err := t.selfResponse(ctx, id)
		if err != nil {
			return err
		}
		if r.State == SelfResponseSubmitted || r.EndedAt != nil {
			return refuse(Conflict, "self_response_over", "这个账号已提交或已结束,不能收回", "this account has submitted or ended, so that it is not taken back")
		}
		if err := t.takeBack(ctx, r, reason); err != nil {
			return err
		}
		out, err = t.selfResponse(ctx, id)
		return err
	})
	return out, err
}

// takeBack ends an account, and the household is what it was before.
func (t *tx) takeBack(ctx context.Context, r SelfResponse, reason string) error {
	w, h, err := t.householdAt(ctx, r.Household)
	if err != nil {
		return err
	}
	if err := t.endSelfResponse(ctx, r.ID, SelfResponseRevoked, reason); err != nil {
		return err
	}
	if strings.HasPrefix(h.Collection, "sr_") {
		const sql = `SELECT before FROM self_responses WHERE county = $1 AND id = $2`
		if err := t.QueryRow(ctx, sql, t.county, r.ID).Scan(&h.Collection); err != nil {
			return err
		}
		if err := t.collectedApart(ctx, w); err != nil {
			return err
		}
	}
	return t.record(ctx, "revoke", r.SubArea, "household/"+r.Household.String(), map[string]any{"self_response": r.ID, "reason": reason})
}

// SelfResponses lists accounts.
func (s *Store) SelfResponses(ctx context.Context, actor Actor, q SelfResponseQuery) (List[SelfResponse], error) {
	var out List[SelfResponse]
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		rows, err := t.selfResponses(ctx, q)
		out = listed(rows, q.Page.limit(), func(r SelfResponse) string { return r.ID.String() })
		return err
	})
	return out, err
}

// selfResponseUntil is when answering ends in the county: so many days after enumeration began.
func (t *tx) selfResponseUntil(ctx context.Context) (time.Time, error) {
	rounds, err := t.rounds(ctx)
	if err != nil {
		return time.Time{}, err
	}
	settings, err := t.settings(ctx)
	if err != nil {
		return time.Time{}, err
	}
	for _, r := range rounds {
		if r.Name == RoundEnumeration {
			return r.OpensAt.In(settings.location()).AddDate(0, 0, settings.SelfResponseDays), nil
		}
	}
	return time.Time{}, refuse(Conflict, "no_round", "登记阶段的日期还没有设定", "the dates of the enumeration are not set")
}

// householdAt locks a household's counts and reads the dwelling it lives in, with all that live there. The household is that
// dwelling's own: what is changed of it is written with it.
func (t *tx) householdAt(ctx context.Context, id uuid.UUID) (*walk, *Household, error) {
	const sql = `SELECT dwelling, sub_area FROM households WHERE county = $1 AND id = $2 AND retired_at IS NULL`
	var dwelling uuid.UUID
	var subArea Code
	if err := t.QueryRow(ctx, sql, t.county, id).Scan(&dwelling, &subArea); err != nil {
		return nil, nil, err
	}
	if err := t.lockCounts(ctx, []Code{subArea}); err != nil {
		return nil, nil, err
	}
	found, err := t.dwellingsByID(ctx, []uuid.UUID{dwelling})
	if err != nil {
		return nil, nil, err
	}
	if len(found) == 0 {
		return nil, nil, errDwellingUnknown
	}
	d := &found[0]
	d.called = true
	at := slices.IndexFunc(d.Households, func(h Household) bool { return h.ID == id })
	return &walk{dwellings: map[uuid.UUID]*calledOn{d.ID: d}}, &d.Households[at], nil
}

// collectedApart writes what became of households without a visit, and counts anew.
func (t *tx) collectedApart(ctx context.Context, w *walk) error {
	settings, err := t.settings(ctx)
	if err != nil {
		return err
	}
	touched := map[Code]bool{}
	for _, d := range w.dwellings {
		d.Resolved = d.resolved(settings)
		touched[d.SubArea] = true
	}
	t.writeHouseholds(w)
	t.writeDwellings(w)
	return t.settleAll(ctx, touched)
}

func (t *tx) endSelfResponse(ctx context.Context, id uuid.UUID, state, reason string) error {
	const sql = `
		UPDATE self_responses
		   SET state = $3,
		       reason = $4,
		       ended_at = $5,
		       revision = revision + 1
		 WHERE county = $1 AND id = $2`
	_, err := t.Exec(ctx, sql, t.county, id, state, reason, t.now)
	return err
}

const selfResponseColumns = `
		SELECT r.county,
		       r.id,
		       r.household,
		       h.number,
		       h.sub_area,
		       h.dwelling,
		       r.state,
		       coalesce(u.display_name, '') AS issued_by_name,
		       r.issued_at,
		       r.expires_at,
		       r.started_at,
		       r.submitted_at,
		       r.ended_at,
		       r.reason,
		       r.revision
		  FROM self_responses r
		  JOIN households h ON h.county = r.county AND h.id = r.household
		  LEFT JOIN users u ON u.id = r.issued_by`

func (t *tx) selfResponse(ctx context.Context, id uuid.UUID) (SelfResponse, error) {
	return one[SelfResponse](t.Query(ctx, selfResponseColumns+` WHERE r.county = $1 AND r.id = $2`, t.county, id))
}

func (t *tx) selfResponses(ctx context.Context, q SelfResponseQuery) ([]SelfResponse, error) {
	lo, hi := q.Within.span()
	const sql = selfResponseColumns + `
		 WHERE r.county = $1
		   AND h.sub_area >= $2 AND h.sub_area < $3
		   AND ($4::uuid IS NULL OR r.household = $4)
		   AND ($5 = '' OR r.state = $5)
		   AND ($6 = '' OR r.id < nullif($6, '')::uuid)
		 ORDER BY r.id DESC
		 LIMIT $7`
	return collect[SelfResponse](t.Query(ctx, sql, t.county, lo, hi, q.Household, q.State, q.Page.After, q.Page.limit()+1))
}
