package areas

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// longestNote is counted in characters, as the database does.
const longestNote = 500

// visitAll takes visits in the order they were made.
func (a *applying) visitAll(ctx context.Context, all []*sentChange) error {
	return a.call(ctx, all, func(c *sentChange) (NewVisit, error) {
		v, err := values[VisitValues](c)
		return v.visit(), err
	})
}

// correctAll takes deliberate corrections: what they say counts, though more was recorded before.
func (a *applying) correctAll(ctx context.Context, all []*sentChange) error {
	return a.call(ctx, all, func(c *sentChange) (NewVisit, error) {
		v, err := values[CorrectionValues](c)
		if err == nil && strings.TrimSpace(v.Reason) == "" {
			err = refuse(Invalid, "reason_missing", "更正须说明理由", "a correction takes a reason").On("reason")
		}
		out := v.visit()
		out.Correction = true
		if out.Note == "" {
			out.Note = v.Reason
		}
		return out, err
	})
}

func (v VisitValues) visit() NewVisit {
	out := NewVisit{Dwelling: v.Dwelling, Household: v.Household, Result: v.Result, Position: pointAt(v.Position),
		Evidence: v.Evidence, Persons: (*Persons)(v.Persons), Note: v.Note, NextCallAt: v.NextCallAt}
	switch {
	case out.Position == nil || v.AccuracyM == nil || *v.AccuracyM < 0:
	case *v.AccuracyM > worstAccuracy:
		out.Position = nil
	default:
		out.AccuracyM = v.AccuracyM
	}
	return out
}

// worstAccuracy is in metres: a position that may be off by more says nothing.
const worstAccuracy = 50_000

// call pays visits to their dwellings: read once, written once, each judged by itself.
func (a *applying) call(ctx context.Context, all []*sentChange, read func(*sentChange) (NewVisit, error)) error {
	var visits []NewVisit
	var of []*sentChange
	for _, c := range all {
		v, err := read(c)
		if err == nil {
			err = v.plausible()
		}
		if err != nil {
			if err := c.settle(err); err != nil {
				return err
			}
			continue
		}
		v.ID, v.County, v.At, v.Enumerator, v.lease = c.ID, a.county, c.At, c.by.device.User, c.lease
		visits, of = append(visits, v), append(of, c)
	}
	if len(visits) == 0 {
		return nil
	}
	places := []Code{}
	for _, c := range of {
		if !slices.Contains(places, c.place) {
			places = append(places, c.place)
		}
	}
	w, err := a.calledOn(ctx, visits, places)
	if err != nil {
		return err
	}
	for i, v := range visits {
		if err := of[i].settle(a.payFrom(w, v, of[i])); err != nil {
			return err
		}
	}
	if len(w.visits) == 0 {
		return nil
	}
	for _, v := range w.visits {
		a.touched[v.SubArea] = true
	}
	return a.writeCalls(ctx, w)
}

// plausible refuses what no visit can say.
func (v NewVisit) plausible() error {
	const mostPersons = 9999
	switch p := v.Persons; {
	case len([]rune(v.Note)) > longestNote:
		return refuse(Invalid, "note_too_long", "备注最多 %d 字", "a note has at most %d characters", longestNote).On("note")
	case p != nil && (min(p.PresentRegistered, p.PresentElsewhere, p.PresentPending, p.AbsentRegistered) < 0 ||
		max(p.PresentRegistered, p.PresentElsewhere, p.PresentPending, p.AbsentRegistered) > mostPersons):
		return refuse(Invalid, "persons_implausible", "人数须在 0 至 %d 之间", "a count of persons lies between 0 and %d", mostPersons).On("persons")
	case slices.ContainsFunc(v.Evidence, func(e string) bool { return !slices.Contains(evidences, e) }):
		return refuse(Invalid, "evidence_unknown", "没有这种空置依据", "there is no such kind of evidence").On("evidence")
	}
	return nil
}

// evidences are the kinds of evidence of a vacancy.
var evidences = []string{"meter", "light_at_night", "neighbour", "property_office", "second_attempt"}

// payFrom pays one visit, unless it was recorded before or another holder of the ground has been there since its lease ended.
// What it is merged with is told beside.
func (a *applying) payFrom(w *walk, v NewVisit, c *sentChange) error {
	for _, before := range w.attempts[v.Dwelling] {
		if before.ID == v.ID {
			return nil // sent another way before
		}
	}
	if met := a.contested(w, c, v.Dwelling); met != nil {
		c.beside(met.seen())
		return refuse(Conflict, "fenced", "任务已改派,%[1]s 已在 %[2]s 到过这一户;两份记录都留给指导员比对",
			"the sub-area was given to somebody else, and %[1]s has been here on %[2]s; a supervisor compares both", met.Name, met.At.UTC().Format(time.DateOnly))
	}
	d := w.dwellings[v.Dwelling]
	met := w.met(v.Dwelling, c.by.device.User)
	if err := w.pay(a.tx, v); err != nil {
		if d != nil {
			c.beside(d.seen())
		}
		return err
	}
	if c.Base > 0 && met != nil && d.Revision > c.Base {
		c.reason = "merged"
		c.beside(met.seen())
	}
	return nil
}

// contested finds the visit that a later holder of the ground paid to a dwelling; nil if there is none.
func (a *applying) contested(w *walk, c *sentChange, dwelling uuid.UUID) *attempt {
	if !a.superseded(c) {
		return nil
	}
	for _, v := range w.attempts[dwelling] {
		after := v.BegunAt != nil && v.BegunAt.After(c.lease.BegunAt) || v.BegunAt == nil && v.At.After(*c.lease.EndedAt)
		if v.Enumerator != c.by.device.User && after {
			return &v
		}
	}
	return nil
}

// met finds the last visit to a dwelling that somebody else paid.
func (w *walk) met(dwelling, mine uuid.UUID) *attempt {
	for _, v := range slices.Backward(w.attempts[dwelling]) {
		if v.Enumerator != mine {
			return &v
		}
	}
	return nil
}

// seen is a visit as the other side is told of it.
func (v attempt) seen() map[string]any {
	return map[string]any{"visit": v.ID, "result": v.Result, "at": v.At, "enumerator_name": v.Name}
}

// seen is a dwelling as the other side is told of it.
func (d *calledOn) seen() map[string]any {
	return map[string]any{"occupancy": d.Occupancy, "attempts": d.Attempts, "visited_at": d.VisitedAt, "revision": d.Revision}
}
