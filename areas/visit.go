package areas

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"canvass/geo"
)

// Visit is one attempt at one dwelling, as it was recorded; it is never changed.
type Visit struct {
	County         Code       `db:"county"`
	ID             uuid.UUID  `db:"id"`
	SubArea        Code       `db:"sub_area"`
	Dwelling       uuid.UUID  `db:"dwelling"`
	Household      *uuid.UUID `db:"household"`
	Round          string     `db:"round"`
	Assignment     *uuid.UUID `db:"assignment"`
	Enumerator     uuid.UUID  `db:"enumerator"`
	EnumeratorName string     `db:"enumerator_name"`
	Result         string     `db:"result"`
	At             time.Time  `db:"at"`
	ReceivedAt     time.Time  `db:"received_at"`
	Position       *orb.Point `db:"position"`
	AccuracyM      *float32   `db:"accuracy_m"`
	DistanceM      *float32   `db:"distance_m"` // from the position to the building
	Note           string     `db:"note"`
	NextCallAt     *time.Time `db:"next_call_at"`
	Correction     bool       `db:"correction"` // it puts right what was recorded before
}

// NewVisit is a visit to record. ID is made where the visit was made; the same id again is the same visit. At is when it was
// paid, now if left out. Enumerator is who paid it where somebody else records it.
type NewVisit struct {
	ID         uuid.UUID
	County     Code
	Dwelling   uuid.UUID
	Household  *uuid.UUID
	Enumerator uuid.UUID
	Result     string
	At         time.Time
	Position   *orb.Point
	AccuracyM  *float32
	Evidence   []string
	Persons    *Persons
	Note       string
	NextCallAt *time.Time
	Correction bool // what it says counts, though more was recorded before

	lease *Assignment // it was paid under, where that is known
}

// Recorded is a visit with what it changed. Again tells that it had been recorded before.
type Recorded struct {
	Visit    Visit
	Dwelling Dwelling
	Coverage CoverageRow
	Again    bool
}

// VisitQuery asks for the visits within a place or to a dwelling, the newest first.
type VisitQuery struct {
	Within   Code
	Dwelling *uuid.UUID
	Page     Page
}

// RecordVisit records a visit: the dwelling and its household change by rule, the sub-area is counted anew and its checks
// run, all in one transaction. An enumerator records what lies in his assignment, a supervisor in his places. What comes
// late is taken if it was paid while the round went on.
func (s *Store) RecordVisit(ctx context.Context, actor Actor, v NewVisit) (Recorded, error) {
	var out Recorded
	err := s.write(ctx, actor, v.County, func(t *tx) error {
		fresh, err := t.unknownVisits(ctx, []NewVisit{v})
		if err != nil {
			return err
		}
		out.Again = len(fresh) == 0
		if err := t.recordVisits(ctx, fresh); err != nil {
			return err
		}
		if out.Visit, err = t.visit(ctx, v.ID); err != nil {
			return err
		}
		return t.answer(ctx, &out)
	})
	return out, err
}

// RecordVisits records many visits of one county in the order they were paid, in one transaction: all or none. Visits that
// are known already are passed over. It answers how many were new.
func (s *Store) RecordVisits(ctx context.Context, actor Actor, county Code, visits []NewVisit) (int, error) {
	recorded := 0
	err := s.write(ctx, actor, county, func(t *tx) error {
		fresh, err := t.unknownVisits(ctx, visits)
		if err != nil {
			return err
		}
		recorded = len(fresh)
		if err := t.inBulk(ctx, county); err != nil {
			return err
		}
		return t.recordVisits(ctx, fresh)
	})
	return recorded, err
}

// Visits lists visits, the newest first.
func (s *Store) Visits(ctx context.Context, actor Actor, q VisitQuery) (List[Visit], error) {
	var out List[Visit]
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		rows, err := t.visits(ctx, q)
		out = listed(rows, q.Page.limit(), func(v Visit) string { return v.At.UTC().Format(time.RFC3339Nano) + "/" + v.ID.String() })
		return err
	})
	return out, err
}

// answer reads back what a visit changed.
func (t *tx) answer(ctx context.Context, out *Recorded) error {
	dwellings, err := t.dwellingsByID(ctx, []uuid.UUID{out.Visit.Dwelling})
	if err != nil {
		return err
	}
	out.Dwelling = dwellings[0].Dwelling
	rows, err := t.coverage(ctx, out.Visit.SubArea, LevelSubArea)
	if len(rows) > 0 {
		out.Coverage = rows[0]
	}
	return err
}

// recordVisits is the one way a visit is taken:
//
//  1. lock the sub-areas' counts, then read the dwellings, their households and earlier attempts;
//  2. find under which assignment and in which round each was paid;
//  3. let each call change its dwelling, in the order they were paid;
//  4. write dwellings, households, visits and events; count anew; run the checks.
func (t *tx) recordVisits(ctx context.Context, visits []NewVisit) error {
	if len(visits) == 0 {
		return nil
	}
	slices.SortStableFunc(visits, func(a, b NewVisit) int { return a.at(t.now).Compare(b.at(t.now)) })
	w, err := t.calledOn(ctx, visits, nil)
	if err != nil {
		return err
	}
	for _, v := range visits {
		if err := w.pay(t, v); err != nil {
			return err
		}
	}
	if err := t.writeCalls(ctx, w); err != nil {
		return err
	}
	if err := t.counted(ctx, len(w.visits), "visits", "households", "dwellings"); err != nil {
		return err
	}
	for _, place := range w.places() {
		if err := t.recount(ctx, place); err != nil {
			return err
		}
		if err := t.runSome(ctx, place, doorChecks); err != nil {
			return err
		}
		if err := t.liveChanged(ctx, "coverage", place); err != nil {
			return err
		}
	}
	return nil
}

// at is when the visit was paid, as finely as the database keeps it.
func (v NewVisit) at(now time.Time) time.Time {
	if v.At.IsZero() {
		return now
	}
	return v.At.Truncate(time.Microsecond)
}

// maxAhead is how far a tablet's clock may run before ours.
const maxAhead = 10 * time.Minute

// pay lets one visit change its dwelling.
func (w *walk) pay(t *tx, v NewVisit) error {
	d, ok := w.dwellings[v.Dwelling]
	if !ok {
		return refuse(NotFound, "dwelling_unknown", "没有这套住房,或不在您的范围内", "there is no such dwelling, or it is outside your scope").On("dwelling")
	}
	if _, ok := outcomes[v.Result]; !ok {
		return refuse(Invalid, "result_unknown", "没有“%s”这种入户结果", "there is no result %q of a visit", v.Result).On("result")
	}
	if at := v.at(t.now); at.After(t.now.Add(maxAhead)) {
		return refuse(Invalid, "visit_in_future", "入户时间 %s 晚于现在,请检查平板时钟",
			"the visit is dated %s, after now; check the tablet's clock", at.Format(time.RFC3339)).On("at")
	}
	row := Visit{County: t.county, ID: v.ID, SubArea: d.SubArea, Dwelling: v.Dwelling, Result: v.Result, At: v.at(t.now),
		ReceivedAt: t.now, Position: v.Position, AccuracyM: v.AccuracyM, Note: strings.TrimSpace(v.Note), Correction: v.Correction}
	if err := w.underWhat(t, v, &row); err != nil {
		return err
	}
	if row.Round == RoundPES {
		return w.survey(v, row)
	}
	next, err := d.Dwelling.after(call{result: v.Result, at: row.At, evidence: v.Evidence, persons: v.Persons,
		nextCallAt: v.NextCallAt, household: v.Household, supervisor: t.actorAt(d.SubArea).Is(RoleSupervisor, RoleAdministrator),
		otherBand: w.otherBand(d.ID, row.At), correct: v.Correction, later: w.later(d.ID, row.At)}, w.settings)
	if err != nil {
		return err
	}
	w.register(&next)
	if at := next.paidTo(v.Household); at >= 0 {
		row.Household = &next.Households[at].ID
	}
	row.NextCallAt = next.NextCallAt
	row.from(d.Point)
	d.Dwelling, d.called = next, true
	w.attempts[d.ID] = append(w.attempts[d.ID], attempt{ID: row.ID, Dwelling: d.ID, At: row.At, Result: row.Result, Enumerator: row.Enumerator})
	w.visits = append(w.visits, row)
	return nil
}

// survey keeps a visit of the post-enumeration survey. What it found is held against the census later; it changes nothing of it.
func (w *walk) survey(v NewVisit, row Visit) error {
	d := w.dwellings[v.Dwelling]
	if row.Household = v.Household; v.Household != nil && d.paidTo(v.Household) < 0 {
		return refuse(NotFound, "household_unknown", "这套住房里没有这一户", "there is no such household in this dwelling").On("household")
	}
	row.from(d.Point)
	w.visits = append(w.visits, row)
	return nil
}

// from tells how far a visit was from its building.
func (v *Visit) from(building orb.Point) {
	if v.Position != nil {
		metres := float32(geo.Distance(*v.Position, building))
		v.DistanceM = &metres
	}
}

// underWhat finds the round and the assignment under which a visit was paid, and who paid it.
func (w *walk) underWhat(t *tx, v NewVisit, row *Visit) error {
	actor := t.actorAt(row.SubArea)
	row.Enumerator = v.Enumerator
	if v.Enumerator == uuid.Nil || actor.Role == RoleEnumerator {
		row.Enumerator = actor.ID
	}
	if v.lease != nil {
		return w.underLease(v.lease, row)
	}
	for _, a := range w.assignments[row.SubArea] {
		if a.Enumerator != row.Enumerator {
			continue
		}
		for _, r := range w.rounds {
			if r.Name == a.Round && r.Open(row.At) {
				row.Assignment, row.Round = &a.ID, a.Round
				return nil
			}
		}
	}
	if actor.Role == RoleEnumerator {
		return refuse(Forbidden, "not_assigned", "%s 在 %s 没有分派给您,或该阶段未开始",
			"%s was not assigned to you on %s, or the round had not begun", row.SubArea, row.At.Format(time.DateOnly))
	}
	current := roundAt(w.rounds, row.At)
	if current == nil {
		return refuse(Conflict, "no_round", "%s 没有进行中的阶段", "no round went on at %s", row.At.Format(time.RFC3339)).On("at")
	}
	row.Round = current.Name
	return nil
}

// otherBand tells whether an earlier attempt at a dwelling was at another time of day.
func (w *walk) otherBand(dwelling uuid.UUID, at time.Time) bool {
	band := w.settings.timeBand(at)
	return slices.ContainsFunc(w.attempts[dwelling], func(before attempt) bool { return w.settings.timeBand(before.At) != band })
}

// later lists the results of attempts at a dwelling that were paid after a time, as they were paid.
func (w *walk) later(dwelling uuid.UUID, at time.Time) []string {
	var out []string
	for _, a := range w.attempts[dwelling] {
		if a.At.After(at) {
			out = append(out, a.Result)
		}
	}
	return out
}

// underLease takes the round of the lease a visit was paid under; after its end nothing is recorded in it.
func (w *walk) underLease(lease *Assignment, row *Visit) error {
	row.Assignment, row.Round = &lease.ID, lease.Round
	for _, r := range w.rounds {
		if r.Name == lease.Round && r.Open(row.At) {
			return nil
		}
	}
	return refuse(Conflict, "round_closed", "%s 不在本阶段之内,记录留待指导员处理",
		"the round did not go on at %s; the work is kept for a supervisor to decide", row.At.UTC().Format(time.RFC3339)).On("at")
}

// register gives new households their ids and numbers: the highest of the sub-area ever, plus one.
func (w *walk) register(d *Dwelling) {
	for i := range d.Households {
		h := &d.Households[i]
		if h.ID == uuid.Nil {
			w.highest[d.SubArea]++
			h.ID, h.Dwelling, h.Number = uuid.Must(uuid.NewV7()), d.ID, w.highest[d.SubArea]
		}
	}
}

// subAreas are those that were called on.
func (w *walk) subAreas() []Code {
	var out []Code
	seen := map[Code]bool{}
	for _, v := range w.visits {
		if !seen[v.SubArea] {
			seen[v.SubArea] = true
			out = append(out, v.SubArea)
		}
	}
	return out
}

// places are what must be counted anew: the sub-areas that were called on, or their common place where they are many.
func (w *walk) places() []Code {
	out := w.subAreas()
	if common, err := commonPlace(out, func(c Code) Code { return c }); err == nil && len(out) > maxPlaces {
		return []Code{common}
	}
	return out
}

// maxPlaces is how many sub-areas are counted one by one before it is cheaper to count the place that holds them.
const maxPlaces = 8
