package areas

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The answers to what somebody in the field proposed, or had set aside: his tablet is told them with the next exchange.
const (
	AnswerAccepted = "accepted"
	AnswerRejected = "rejected"
)

// The reasons of a change to which there is an answer though it was applied: a boundary that runs otherwise, a building that was
// found or marked.
const (
	proposalAccepted = "proposal_accepted"
	proposalRejected = "proposal_rejected"
)

// tellDecided writes what became of a change that was applied, and was a proposal. Why it was decided so goes beside it.
func (t *tx) tellDecided(ctx context.Context, change uuid.UUID, accepted bool, words Text, why string) error {
	reason := proposalRejected
	if accepted {
		reason = proposalAccepted
	}
	if why != "" {
		words = Text{words.ZH + ":" + why, words.EN + ": " + why}
	}
	const sql = `
		UPDATE changes
		   SET reason = $3, told = $4, decision = $5, decided_at = $6, decided_by = $7
		 WHERE county = $1 AND id = $2`
	_, err := t.Exec(ctx, sql, t.county, change, reason, saying{ZH: words.ZH, EN: words.EN}, cmp.Or(why, words.ZH), t.now, t.actorID())
	return err
}

// found is what a tablet said of a building: that it stands there, or what is otherwise about it.
type found struct {
	ID        uuid.UUID  `db:"id"`
	Verb      string     `db:"verb"`
	Body      body       `db:"body"`
	DecidedAt *time.Time `db:"decided_at"`
}

func (t *tx) foundOf(ctx context.Context, building int64) ([]found, error) {
	const sql = `
		SELECT id, verb, body, decided_at
		  FROM changes
		 WHERE county = $1 AND verb IN ('add_building', 'mark_building') AND body #>> '{values,building}' = $2 AND state = 'applied'
		 ORDER BY at`
	return collect[found](t.Query(ctx, sql, t.county, strconv.FormatInt(building, 10)))
}

// answerFound tells whoever found a building, or marked it, what those who keep the map made of it.
func (t *tx) answerFound(ctx context.Context, was, next Building, e BuildingEdit) error {
	all, err := t.foundOf(ctx, was.ID)
	if err != nil {
		return err
	}
	why := ""
	if e.Reason != nil && !next.Sensitive {
		why = strings.TrimSpace(*e.Reason)
	}
	for _, f := range all {
		open := f.DecidedAt == nil || f.Verb == "add_building" && was.Standing == "proposed"
		if f.Verb == "add_building" && next.Standing == "proposed" {
			open = false
		}
		if !open {
			continue
		}
		words, accepted := Text{"绘图员已核对,予以采纳", "GIS staff looked at it and took it"}, f.agrees(next)
		if !accepted {
			stands := standingWords[next.Standing]
			words = Text{"绘图员已核对,未采纳,图上为“" + stands.ZH + "”", "GIS staff looked at it and did not take it; on the map it is " + stands.EN}
		}
		if err := t.tellDecided(ctx, f.ID, accepted, words, why); err != nil {
			return err
		}
	}
	return nil
}

// agrees tells whether a building is, after it was looked at, what somebody in the field said of it.
func (f found) agrees(b Building) bool {
	if f.Verb == "add_building" {
		return b.Standing == "confirmed"
	}
	var v BuildingMark
	if json.Unmarshal(f.Body.Values, &v) != nil {
		return false
	}
	same := func(said, is *int) bool { return said == nil || is != nil && *said == *is }
	return (v.Standing == nil || *v.Standing == b.Standing) && (v.Kind == nil || *v.Kind == b.Kind) && same(v.Floors, b.Floors) &&
		same(v.Stairwells, b.Stairwells) && same(v.Doors, b.Doors) && same(v.Units, b.Units)
}

// answerMerged tells whoever found buildings that they are parts of another.
func (t *tx) answerMerged(ctx context.Context, r *rebuilding) error {
	if r.into == 0 || r.back != nil {
		return nil
	}
	number := 0
	for _, b := range r.after {
		if b.ID == r.into {
			number = b.Number
		}
	}
	for _, b := range r.after {
		if b.ID == r.into {
			continue
		}
		all, err := t.foundOf(ctx, b.ID)
		if err != nil {
			return err
		}
		for _, f := range all {
			words := Text{fmt.Sprintf("绘图员已把它并入 %d 号建筑物", number), fmt.Sprintf("GIS staff merged it into building %d", number)}
			if err := t.tellDecided(ctx, f.ID, f.Verb == "mark_building", words, r.reason); err != nil {
				return err
			}
		}
	}
	return nil
}

// answerLooked tells whoever found or marked a building that somebody looked, and left it as he said.
func (t *tx) answerLooked(ctx context.Context, building int64, why string) error {
	all, err := t.foundOf(ctx, building)
	if err != nil {
		return err
	}
	for _, f := range all {
		if f.DecidedAt != nil {
			continue
		}
		if err := t.tellDecided(ctx, f.ID, true, Text{"已核对,按现场所报保留", "somebody looked, and left it as you said"}, why); err != nil {
			return err
		}
	}
	return nil
}

// standingWords are how people call what a building is held for.
var standingWords = map[string]Text{
	"confirmed":      {"已确认", "confirmed"},
	"proposed":       {"待确认", "still to be confirmed"},
	"demolished":     {"已拆除", "demolished"},
	"duplicate":      {"重复", "a duplicate"},
	"not_a_building": {"非建筑物", "not a building"},
}

// decidedRow is a change to which there is an answer.
type decidedRow struct {
	changeRow
	Decision string    `db:"decision"`
	Device   uuid.UUID `db:"device"`
}

// answered is the receipt with the answer, in words that say who decided and why.
func (r decidedRow) answered() Receipt {
	out := r.receipt()
	switch {
	case r.Reason == proposalAccepted:
		out.Answer = AnswerAccepted
	case r.Reason == proposalRejected:
		out.Answer = AnswerRejected
	case r.State == ChangeApplied:
		out.Answer, out.Words = AnswerAccepted, Text{"指导员已采用:" + r.Decision, "your supervisor took it: " + r.Decision}
	default:
		out.Answer, out.Words = AnswerRejected, Text{"指导员未采用:" + r.Decision, "your supervisor did not take it: " + r.Decision}
	}
	return out
}
