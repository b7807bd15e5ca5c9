package areas

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// Proposal is how a boundary runs on the ground, as an enumerator saw it: a line, or the area as it should be. Who draws decides.
type Proposal struct {
	County      Code         `db:"county"`
	ID          uuid.UUID    `db:"id"` // of the change that made it
	SubArea     Code         `db:"sub_area"`
	Geometry    orb.Geometry `db:"geom"`
	Reason      string       `db:"reason"`
	MadeBy      uuid.UUID    `db:"made_by"`
	MadeByName  string       `db:"made_by_name"`
	MadeAt      time.Time    `db:"made_at"`
	State       string       `db:"state"`
	DecidedName string       `db:"decided_by_name"`
	DecidedAt   *time.Time   `db:"decided_at"`
	Decision    string       `db:"decision"` // why it was decided so
}

// The states of a proposal.
const (
	ProposalOpen     = "open"
	ProposalAccepted = "accepted"
	ProposalRejected = "rejected"
)

// ProposalDecided asks for those that are open no more.
const ProposalDecided = "decided"

// ProposalQuery asks for proposals of a place in a state; open ones if none is named.
type ProposalQuery struct {
	Within Code
	State  string
	Page   Page
}

// Proposals lists proposals, the newest first.
func (s *Store) Proposals(ctx context.Context, actor Actor, q ProposalQuery) (List[Proposal], error) {
	var out List[Proposal]
	if q.State == "" {
		q.State = ProposalOpen
	}
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		if err := t.must(Text{"查看边界更正", "see proposals"}, RoleSupervisor, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		lo, hi := q.Within.span()
		const sql = proposalColumns + `
			 WHERE ($1 = '' OR p.county = $1)
			   AND p.sub_area >= $2 AND p.sub_area < $3
			   AND (p.state = $4 OR $4 = 'decided' AND p.state <> 'open')
			   AND ($5 = '' OR p.id < nullif($5, '')::uuid)
			 ORDER BY p.id DESC
			 LIMIT $6`
		rows, err := collect[Proposal](t.Query(ctx, sql, t.county, lo, hi, q.State, q.Page.After, q.Page.limit()+1))
		out = listed(rows, q.Page.limit(), func(p Proposal) string { return p.ID.String() })
		return err
	})
	return out, err
}

const proposalColumns = `
		SELECT p.county,
		       p.id,
		       p.sub_area,
		       p.geom,
		       p.reason,
		       p.made_by,
		       coalesce(m.display_name, '') AS made_by_name,
		       p.made_at,
		       p.state,
		       coalesce(d.display_name, '') AS decided_by_name,
		       p.decided_at,
		       p.decision
		  FROM proposals p
		  LEFT JOIN users m ON m.id = p.made_by
		  LEFT JOIN users d ON d.id = p.decided_by`

// DecideProposal accepts a proposal, which is then drawn by hand, or rejects it; either takes a reason. Whoever made it is told by a
// receipt at his tablet's next sync, whoever looks after the sub-area by its flag and the event.
func (s *Store) DecideProposal(ctx context.Context, actor Actor, key ChangeKey, accept bool, reason string) (Proposal, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return Proposal{}, refuse(Invalid, "reason_missing", "请说明理由", "give the reason").On("reason")
	}
	if _, err := s.proposal(ctx, actor, key); err != nil {
		return Proposal{}, err
	}
	err := s.onBehalf(ctx, actor, key.County, func(t *tx) error {
		p, err := one[Proposal](t.Query(ctx, proposalColumns+` WHERE p.county = $1 AND p.id = $2 FOR UPDATE OF p`, key.County, key.ID))
		if err != nil {
			return err
		}
		if p.State != ProposalOpen {
			return refuse(Conflict, "decided_already", "这条边界更正已由 %s 处理过", "this proposal was decided already, by %s", p.DecidedName)
		}
		if p.State = ProposalRejected; accept {
			p.State = ProposalAccepted
		}
		p.Decision = reason
		return t.decideProposal(ctx, p)
	})
	if err != nil {
		return Proposal{}, err
	}
	return s.proposal(ctx, actor, key)
}

// proposal reads one proposal within the actor's own reach.
func (s *Store) proposal(ctx context.Context, actor Actor, key ChangeKey) (Proposal, error) {
	var out Proposal
	err := s.read(ctx, actor, key.County, func(t *tx) (err error) {
		if err := t.must(Text{"处理边界更正", "decide a proposal"}, RoleSupervisor, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		out, err = one[Proposal](t.Query(ctx, proposalColumns+` WHERE p.county = $1 AND p.id = $2`, key.County, key.ID))
		return err
	})
	return out, err
}

func (t *tx) decideProposal(ctx context.Context, p Proposal) error {
	const decided = `
		UPDATE proposals
		   SET state = $3, decision = $4, decided_at = $5, decided_by = $6
		 WHERE county = $1 AND id = $2`
	if _, err := t.Exec(ctx, decided, p.County, p.ID, p.State, p.Decision, t.now, t.actorID()); err != nil {
		return err
	}
	words := Text{"边界更正未采纳", "the boundary stays as it is"}
	if p.State == ProposalAccepted {
		words = Text{"边界更正已采纳,由绘图员修改", "the boundary will be drawn so"}
	}
	if err := t.tellDecided(ctx, p.ID, p.State == ProposalAccepted, words, p.Decision); err != nil {
		return err
	}
	if err := t.settleAll(ctx, map[Code]bool{p.SubArea: true}); err != nil {
		return err
	}
	return t.record(ctx, "decide", p.SubArea, "proposal/"+p.ID.String(), map[string]any{"state": p.State, "reason": p.Decision})
}
