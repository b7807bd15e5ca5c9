package areas

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// outcome is what a visit's result says about the dwelling and about the household in it.
type outcome struct {
	occupancy  string // what the dwelling is found to be; empty says nothing about it
	collection string // what the household's collection becomes; empty says nothing about it
	household  bool   // somebody lives here: a household is registered where none is
}

// outcomes is what each result of a visit says (domain §6).
var outcomes = map[string]outcome{
	"listed":             {"occupied", "prelisted", true},
	"complete":           {"occupied", "complete", true},
	"partial":            {"occupied", "partial", true},
	"proxy":              {"occupied", "proxy", true},
	"refused":            {"occupied", "refused", true},
	"no_contact":         {"no_answer", "attempted", false},
	"vacant":             {"vacant", "", false},
	"vacant_with_hukou":  {"vacant_with_hukou", "", false},
	"seasonal":           {"seasonal", "", false},
	"non_residential":    {"non_residential", "", false},
	"under_construction": {"under_construction", "", false},
	"demolished":         {"demolished", "", false},
	"inaccessible":       {"inaccessible", "", false},
}

// doneCollections are the states in which a household has been counted.
var doneCollections = []string{"complete", "proxy", "sr_submitted", "long_due", "long_complete", "query", "verified", "deceased"}

// unsaid are the states of a household where nobody has said more than that he lives there.
var unsaid = []string{"prelisted", "sr_issued", "sr_started", "sr_prefilled", "sr_lapsed", "attempted", "duplicate_of", "superseded"}

// uncounted are the states of a household that is counted elsewhere, or was none.
var uncounted = []string{"duplicate_of", "superseded"}

// outOfScope are the occupancies of what is no dwelling.
var outOfScope = []string{"non_residential", "under_construction", "demolished"}

// vacancies are the occupancies of a dwelling where nobody is.
var vacancies = []string{"vacant", "vacant_with_hukou", "seasonal"}

// call is a visit with what the rules need to know of the ones before it.
type call struct {
	result     string
	at         time.Time
	evidence   []string
	persons    *Persons
	nextCallAt *time.Time
	household  *uuid.UUID // which of several households it was paid to
	supervisor bool       // may take a proxy's word at any attempt
	correct    bool       // a deliberate correction of what was recorded
	later      []string   // results of attempts that were paid after it and came in before
	otherBand  bool       // an earlier attempt was at another time of day
}

// after is the dwelling, with its households, as a call leaves it. It is pure: what the call says is weighed against what is
// known, the stronger stays, and the refusal says why a call cannot be.
//
//  1. An attempt is counted, and the next call set where nobody was met.
//  2. Occupancy: people found there outweigh everything, then what the building is, then vacancy, then no answer.
//  3. The household: by rank of its collection; a household is registered where people are found and none is.
//  4. Whether anything is left to do at this door.
//
// Of two that weigh the same, the one paid later counts, in whichever order they come in. A correction counts whatever it
// weighs, against all that was paid before it.
func (d Dwelling) after(c call, s Settings) (Dwelling, error) {
	says := outcomes[c.result]
	if c.result == "proxy" && !c.supervisor && d.Attempts < s.ProxyAfter {
		return d, refuse(Conflict, "proxy_too_early", "须先上门 %d 次无人,才能由他人代答(已 %d 次)",
			"somebody else may answer only after %d attempts (so far %d)", s.ProxyAfter, d.Attempts).On("result")
	}
	d.Evidence = slices.Clone(d.Evidence)
	d.Households = slices.Clone(d.Households)
	d.Attempts++
	late := d.VisitedAt != nil && c.at.Before(*d.VisitedAt)
	if !late {
		d.VisitedAt = &c.at
	}
	corrected := d.CorrectedAt != nil && c.at.Before(*d.CorrectedAt)
	switch {
	case corrected:
		says = outcome{}
	case c.correct:
		d.correct(c.at)
	}
	d.occupied(says, late && !c.correct)
	for _, e := range c.evidence {
		d.evident(e)
	}
	if c.otherBand && (slices.Contains(vacancies, c.result) || c.result == "no_contact") {
		d.evident("second_attempt")
	}
	if err := d.collected(c, says, late && !c.correct); err != nil {
		return d, err
	}
	if c.correct && !corrected {
		d.replay(c)
	}
	d.Resolved = d.resolved(s)
	if !late || d.Resolved {
		d.NextCallAt = d.nextCall(c, s)
	}
	return d, nil
}

// occupied takes what was found, unless more is known; who was only listed and later found gone leaves a vacancy.
func (d *Dwelling) occupied(says outcome, late bool) {
	gone := func(occupancy string) bool {
		return slices.Contains(vacancies, occupancy) || slices.Contains(outOfScope, occupancy)
	}
	switch found := says.occupancy; {
	case found == "", late && says.collection == "prelisted" && gone(d.Occupancy):
	case occupancies.takes(d.Occupancy, found, late), d.Occupancy == "occupied" && !d.counted() && !late && gone(found):
		d.Occupancy = found
	}
}

// correct lays what was known of the dwelling and its households down, for a correction to say anew.
func (d *Dwelling) correct(at time.Time) {
	d.CorrectedAt, d.Occupancy, d.Evidence = &at, "unlisted", nil
	for i := range d.Households {
		if slices.Contains(outdone, d.Households[i].Collection) {
			d.Households[i].Collection = "superseded"
		}
	}
}

// outdone are the collections that a correction outdoes: what a visit found. A self-response and what came of a check are not
// an enumerator's to take back.
var outdone = []string{"prelisted", "attempted", "refused", "partial", "proxy", "complete"}

// replay takes again what was found after a correction, and came in before it.
func (d *Dwelling) replay(c call) {
	for _, result := range c.later {
		says := outcomes[result]
		d.occupied(says, false)
		if at := d.paidTo(c.household); at >= 0 && says.collection != "" {
			if h := &d.Households[at]; collections.takes(h.Collection, says.collection, false) {
				h.Collection = says.collection
			}
		}
	}
}

// counted tells whether anybody in the dwelling said more than that he lives there.
func (d *Dwelling) counted() bool {
	return slices.ContainsFunc(d.Households, func(h Household) bool { return !slices.Contains(unsaid, h.Collection) })
}

func (d *Dwelling) evident(kind string) {
	if !slices.Contains(d.Evidence, kind) {
		d.Evidence = append(d.Evidence, kind)
		slices.Sort(d.Evidence)
	}
}

// collected takes what the call says about the household it was paid to.
func (d *Dwelling) collected(c call, says outcome, late bool) error {
	at := d.paidTo(c.household)
	if at < 0 && c.household != nil {
		return refuse(NotFound, "household_unknown", "这套住房里没有这一户", "there is no such household in this dwelling").On("household")
	}
	if at < 0 && says.household {
		d.Households = append(d.Households, Household{Kind: "family", Collection: "prelisted"})
		at = len(d.Households) - 1
	}
	if at < 0 || says.collection == "" {
		return nil
	}
	h := &d.Households[at]
	if same := h.Collection == says.collection; same && late || !same && !collections.takes(h.Collection, says.collection, late) {
		return nil
	}
	h.Collection = says.collection
	if c.persons != nil {
		h.Persons = *c.persons
	}
	return nil
}

// paidTo finds the household a call was paid to: the one it names, else the first; -1 if there is none.
func (d *Dwelling) paidTo(household *uuid.UUID) int {
	if household == nil {
		return min(len(d.Households), 1) - 1
	}
	return slices.IndexFunc(d.Households, func(h Household) bool { return h.ID == *household })
}

// resolved tells whether nothing is left to do at this door.
func (d *Dwelling) resolved(s Settings) bool {
	switch {
	case slices.Contains(outOfScope, d.Occupancy), d.Occupancy == "seasonal":
		return true
	case slices.Contains(vacancies, d.Occupancy):
		return len(d.Evidence) >= s.VacancyEvidence
	case d.Occupancy != "occupied":
		return false
	}
	living := slices.DeleteFunc(slices.Clone(d.Households), func(h Household) bool { return slices.Contains(uncounted, h.Collection) })
	return len(living) > 0 &&
		!slices.ContainsFunc(living, func(h Household) bool { return !slices.Contains(doneCollections, h.Collection) })
}

// nextCall is when to call again: what the visit says, else a day later where nobody was met, else never.
func (d *Dwelling) nextCall(c call, s Settings) *time.Time {
	switch {
	case d.Resolved:
		return nil
	case c.nextCallAt != nil:
		return c.nextCallAt
	case c.result == "no_contact" || c.result == "inaccessible":
		next := c.at.Add(time.Duration(s.CallBackAfterHour * float64(time.Hour)))
		return &next
	}
	return nil
}
