package areas_test

import (
	"testing"

	"github.com/google/uuid"

	"canvass/areas"
)

// A household owes the short form, the long one if it was drawn, and what a tablet noted; what is in follows from how far it has
// been collected, and from what was noted.
func TestFormsFollowFromTheCollection(t *testing.T) {
	for name, c := range map[string]struct {
		household areas.Household
		want      areas.Forms
	}{
		"listed":          {areas.Household{Collection: "prelisted"}, areas.Forms{Short: "owed"}},
		"counted":         {areas.Household{Collection: "complete", HMTForm: "owed"}, areas.Forms{Short: "in", HMT: "owed"}},
		"drawn":           {areas.Household{Collection: "attempted", LongForm: true}, areas.Forms{Short: "owed", Long: "owed"}},
		"drawn and due":   {areas.Household{Collection: "long_due", LongForm: true, DeathForm: "in"}, areas.Forms{Short: "in", Long: "owed", Death: "in"}},
		"drawn and done":  {areas.Household{Collection: "long_complete", LongForm: true}, areas.Forms{Short: "in", Long: "in"}},
		"another's":       {areas.Household{Collection: "duplicate_of", LongForm: true, HMTForm: "owed"}, areas.Forms{}},
		"died altogether": {areas.Household{Collection: "deceased", HMTForm: "owed", DeathForm: "owed"}, areas.Forms{Death: "owed"}},
	} {
		if got := c.household.Forms(); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// Forms are noted one by one; whoever has somebody from abroad is interviewed, and what is no state of a form is set aside.
func TestNoteForms(t *testing.T) {
	p := newPlace(t)
	a, doors := p.assigned()
	b := p.pad(p.enum, a.Epoch)
	b.becomes("1 applied; ", b.did("record_visit", areas.VisitValues{Dwelling: doors[0].ID, Result: "partial"}))
	before := p.dwelling(doors[0].ID)
	household := before.Households[0].ID
	owed, in, none, lost := "owed", "in", "", "lost"
	note := func(id uuid.UUID, hmt, death *string) areas.Change {
		return b.did("note_forms", areas.FormsNoted{Household: id, Dwelling: doors[0].ID, HMT: hmt, Death: death})
	}
	b.becomes("2 applied; 3 applied; 4 quarantined form_malformed; 5 quarantined household_unknown; ",
		note(household, &owed, nil), note(household, nil, &owed), note(household, &lost, nil), note(uuid.New(), &owed, nil))
	after := p.dwelling(doors[0].ID)
	if got := after.Households[0].Forms(); got != (areas.Forms{Short: "owed", HMT: "owed", Death: "owed"}) {
		t.Errorf("noted: %+v", got)
	}
	if after.Revision == before.Revision || after.Attempts != before.Attempts {
		t.Errorf("the dwelling must be told anew, and was not called on: %+v, before %+v", after, before)
	}
	b.becomes("6 quarantined foreign_interviewed; ", b.did("issue_self_response", areas.SelfResponseValues{SelfResponse: uuid.New(),
		Dwelling: doors[0].ID, Household: household, CodeHash: make([]byte, 32)}))
	b.becomes("7 applied; 8 applied; ", note(household, &in, &none), note(household, &none, nil))
	if got := p.dwelling(doors[0].ID).Households[0].Forms(); got.HMT != "in" || got.Death != "" {
		t.Errorf("one in is not owed by being taken for a mistake: %+v", got)
	}
	p.sound()
}
