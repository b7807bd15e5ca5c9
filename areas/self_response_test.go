package areas_test

import (
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// household lists a dwelling as lived in and gives the household that it registered.
func (p *place) household(d areas.Dwelling) areas.Household {
	p.t.Helper()
	return p.visit(d, "listed").Dwelling.Households[0]
}

// issue gives a household an account.
func (p *place) issue(h areas.Household) areas.Issued {
	p.t.Helper()
	r, err := p.IssueSelfResponse(p.t.Context(), p.enum, areas.NewSelfResponse{ID: uuid.New(), County: county, Household: h.ID})
	p.ok(err)
	return r
}

// answering connects an answering system and gives what reports with its token.
func (p *place) answering() func(code, state string, persons *areas.Persons) (areas.SelfResponse, error) {
	p.t.Helper()
	token, err := p.AddAnsweringSystem(p.t.Context(), areas.System(), county, "answers")
	p.ok(err)
	return func(code, state string, persons *areas.Persons) (areas.SelfResponse, error) {
		return p.ReportSelfResponse(p.t.Context(), token, areas.SelfResponseReport{County: county, Code: code, State: state, Persons: persons})
	}
}

// collection is what a household's is now, and whether anything is left to do at its door.
func (p *place) collection(d areas.Dwelling) (string, bool) {
	p.t.Helper()
	list, err := p.Dwellings(p.t.Context(), p.gis, areas.DwellingQuery{SubArea: d.SubArea})
	p.ok(err)
	at := slices.IndexFunc(list.Items, func(one areas.Dwelling) bool { return one.ID == d.ID })
	return list.Items[at].Households[0].Collection, list.Items[at].Resolved
}

// began sets the enumeration so that it began some days before now, by the clock of the transaction.
func (p *place) began(daysAgo int) {
	p.t.Helper()
	_, err := p.SetRound(p.t.Context(), areas.System(), areas.Round{County: county, Name: "enumeration",
		OpensAt: time.Now().AddDate(0, 0, -daysAgo), ClosesAt: time.Now().AddDate(0, 0, 10)})
	p.ok(err)
}

func TestSelfResponse(t *testing.T) {
	p := newPlace(t)
	_, doors := p.assigned()
	h := p.household(doors[0])
	r := p.issue(h)
	if got, _ := p.collection(doors[0]); got != "sr_issued" || len(r.Code) != 10 || !r.ExpiresAt.After(time.Now()) || r.Until.Before(r.ExpiresAt) {
		t.Fatalf("the household is %s, its account %+v", got, r)
	}
	report := p.answering()
	for _, state := range []string{"started", "prefilled", "started"} { // the last comes late
		_, err := report(r.Code, state, nil)
		p.ok(err)
	}
	if got, done := p.collection(doors[0]); got != "sr_prefilled" || done {
		t.Errorf("the household is %s, done %v", got, done)
	}
	_, err := report(r.Code, "submitted", nil)
	p.refused(err, "persons_missing")
	for range 2 { // reported twice, it counts once
		after, err := report(r.Code, "submitted", &areas.Persons{PresentRegistered: 3})
		p.ok(err)
		if after.State != areas.SelfResponseSubmitted || after.SubmittedAt == nil {
			t.Errorf("after submitting it is %+v", after)
		}
	}
	if got, done := p.collection(doors[0]); got != "sr_submitted" || !done {
		t.Errorf("the household is %s, done %v", got, done)
	}
	rows, err := p.Coverage(t.Context(), p.gis, areas.CoverageQuery{Within: west, Level: areas.LevelSubArea})
	p.ok(err)
	if c := rows.Total.Counts; c.SelfResponse != 1 || c.Complete != 1 || c.Persons != 3 {
		t.Errorf("counted %+v", c)
	}
	p.agrees()
}

func TestSelfResponseRefuses(t *testing.T) {
	p := newPlace(t)
	_, doors := p.assigned()
	h, counted := p.household(doors[0]), p.visit(doors[1], "complete", func(v *areas.NewVisit) { v.Persons = &areas.Persons{PresentRegistered: 1} })
	issue := func(n areas.NewSelfResponse) error {
		if n.ID == uuid.Nil {
			n.ID = uuid.New()
		}
		n.County = county
		_, err := p.IssueSelfResponse(t.Context(), p.enum, n)
		return err
	}
	p.refused(issue(areas.NewSelfResponse{Household: h.ID, Foreign: true}), "foreign_interviewed")
	p.refused(issue(areas.NewSelfResponse{Household: h.ID, CodeHash: []byte("short")}), "self_response_malformed")
	p.refused(issue(areas.NewSelfResponse{Household: counted.Dwelling.Households[0].ID}), "household_counted")
	p.refused(issue(areas.NewSelfResponse{Household: uuid.New()}), "not_found")
	r := p.issue(h)
	p.ok(issue(areas.NewSelfResponse{ID: r.ID, Household: h.ID})) // the same again
	p.refused(issue(areas.NewSelfResponse{Household: h.ID}), "self_response_open")
	_, err := p.RevokeSelfResponse(t.Context(), p.enum, county, r.ID, " ")
	p.refused(err, "reason_missing")
	_, err = p.ReportSelfResponse(t.Context(), "no token", areas.SelfResponseReport{County: county, Code: r.Code, State: "started"})
	p.refused(err, "token_unknown")
	report := p.answering()
	_, err = report("NOSUCHCODE", "started", nil)
	p.refused(err, "code_unknown")
	_, err = report(r.Code, "read", nil)
	p.refused(err, "state_unknown")
	outsider := p.account("outsider", areas.RoleSupervisor, "370883999")
	_, err = p.RevokeSelfResponse(t.Context(), outsider, county, r.ID, "not mine")
	p.refused(err, "not_found")
}

// Revoked, the household is what it was before, and may get another account; the old code opens nothing.
func TestSelfResponseRevoked(t *testing.T) {
	p := newPlace(t)
	_, doors := p.assigned()
	h := p.household(doors[0])
	p.visit(doors[0], "refused")
	r, report := p.issue(h), p.answering()
	after, err := p.RevokeSelfResponse(t.Context(), p.supervisor, county, r.ID, "the slip was lost")
	p.ok(err)
	if got, _ := p.collection(doors[0]); got != "refused" || after.State != areas.SelfResponseRevoked || after.Reason != "the slip was lost" {
		t.Errorf("the household is %s, the account %+v", got, after)
	}
	_, err = report(r.Code, "started", nil)
	p.refused(err, "self_response_over")
	again := p.issue(h)
	_, err = report(again.Code, "started", nil)
	p.ok(err)
	ended, err := p.RevokeAnsweringSystem(t.Context(), areas.System(), county, "answers")
	p.ok(err)
	_, err = report(again.Code, "prefilled", nil)
	p.refused(err, "token_unknown")
	if ended != 1 {
		t.Errorf("%d tokens ended", ended)
	}
}

// A tablet without signal makes the code itself and sends its sum, when it can; sent again it is the same account.
func TestSelfResponseFromATablet(t *testing.T) {
	p := newPlace(t)
	_, doors := p.assigned()
	tablet := p.pad(p.enum, 1)
	h, sum := p.household(doors[0]), sha256.Sum256([]byte("MADE0FFL1N"))
	values := areas.SelfResponseValues{SelfResponse: uuid.New(), Dwelling: doors[0].ID, Household: h.ID, CodeHash: sum[:]}
	tablet.becomes("1 applied; 2 applied; ", tablet.did("issue_self_response", values), tablet.did("issue_self_response", values))
	values.SelfResponse = uuid.New()
	tablet.becomes("3 quarantined self_response_open; ", tablet.did("issue_self_response", values))
	values.Foreign, values.CodeHash = true, nil
	tablet.becomes("4 quarantined self_response_malformed; ", tablet.did("issue_self_response", values))
	_, err := p.answering()("MADE0FFL1N", "started", nil)
	p.ok(err)
	if got, _ := p.collection(doors[0]); got != "sr_started" {
		t.Errorf("the household is %s", got)
	}
	p.agrees()
}

// Of an interview and a self-response one is kept, and which is told.
func TestSelfResponseGivesWayToAnInterview(t *testing.T) {
	p := newPlace(t)
	_, doors := p.assigned()
	first, second := p.issue(p.household(doors[0])), p.issue(p.household(doors[1]))
	report := p.answering()
	_, err := report(second.Code, "submitted", &areas.Persons{PresentRegistered: 2})
	p.ok(err)
	for _, d := range doors[:2] {
		p.visit(d, "complete", func(v *areas.NewVisit) { v.Persons = &areas.Persons{PresentRegistered: 4} })
	}
	_, err = report(first.Code, "submitted", &areas.Persons{PresentRegistered: 9})
	p.refused(err, "self_response_over")
	list, err := p.SelfResponses(t.Context(), p.supervisor, areas.SelfResponseQuery{Within: west, State: areas.SelfResponseSuperseded})
	p.ok(err)
	if len(list.Items) != 2 || list.Items[0].Reason != "interviewed" {
		t.Errorf("gave way: %+v", list.Items)
	}
	events, err := p.Events(t.Context(), p.supervisor, areas.EventQuery{Within: west, Subject: "household/" + second.Household.String()})
	p.ok(err)
	if events.Items[0].Verb != "supersede" {
		t.Errorf("the log says %+v", events.Items[0])
	}
	p.agrees()
}

// When the time to answer is over, what was not submitted lapses by itself, and the dwelling is due a visit.
func TestSelfResponseLapses(t *testing.T) {
	p := newPlace(t)
	_, doors := p.assigned()
	open, done := p.issue(p.household(doors[0])), p.issue(p.household(doors[1]))
	report := p.answering()
	_, err := report(done.Code, "submitted", &areas.Persons{PresentRegistered: 2})
	p.ok(err)
	lapse := func(want int) {
		t.Helper()
		n, err := p.LapseSelfResponses(t.Context(), areas.System(), county)
		p.ok(err)
		if n != want {
			t.Errorf("%d lapsed, want %d", n, want)
		}
	}
	lapse(0)
	p.began(6)
	lapse(1)
	lapse(0)
	if got, _ := p.collection(doors[0]); got != "sr_lapsed" {
		t.Errorf("the household is %s", got)
	}
	if got, _ := p.collection(doors[1]); got != "sr_submitted" {
		t.Errorf("who had submitted is %s", got)
	}
	list, err := p.Dwellings(t.Context(), p.gis, areas.DwellingQuery{SubArea: west})
	p.ok(err)
	at := slices.IndexFunc(list.Items, func(d areas.Dwelling) bool { return d.ID == doors[0].ID })
	if d := list.Items[at]; d.NextCallAt == nil || d.NextCallAt.After(time.Now()) || d.Resolved {
		t.Errorf("the dwelling is not due a visit: %+v", d)
	}
	_, err = report(open.Code, "submitted", &areas.Persons{})
	p.refused(err, "self_response_over")
	_, err = p.IssueSelfResponse(t.Context(), p.enum, areas.NewSelfResponse{ID: uuid.New(), County: county, Household: p.household(doors[2]).ID})
	p.refused(err, "self_response_closed")
	_, err = p.LapseSelfResponses(t.Context(), p.admin, county)
	p.refused(err, "role_not_allowed")
	p.agrees()
}

// agrees recounts all that is stored twice.
func (p *place) agrees() {
	p.t.Helper()
	faults, err := p.Verify(p.t.Context(), areas.System(), county, false)
	p.ok(err)
	if len(faults) > 0 {
		p.t.Errorf("found %+v", faults)
	}
}
