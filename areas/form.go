package areas

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Forms tells of each form of the census how it stands with a household: "" is not owed, "owed" or "in". What was answered on them
// is not held here (domain §6).
type Forms struct {
	Short string `json:"short"` // 短表: of everybody
	Long  string `json:"long"`  // 长表: of the households that were drawn
	HMT   string `json:"hmt"`   // 港澳台居民和外籍人员普查表: where somebody from Hong Kong, Macao, Taiwan or abroad lives
	Death string `json:"death"` // 死亡人口调查表: where somebody died in the year before the standard time
}

// The states of a form.
const (
	FormOwed = "owed"
	FormIn   = "in"
)

// formStates is how a form goes on, the third thing that the axis of collection tells of a household. What was taken for in is
// owed again where it was not, and what was noted by mistake is not owed.
var formStates = axis{
	"":       {FormOwed},
	FormOwed: {FormIn, ""},
	FormIn:   {FormOwed},
}

// formRules tell by how far a household has been collected which forms are in. The two that everybody or the drawn owe follow from
// that alone, and are written nowhere else.
var formRules = FormRules{
	States:  formStates,
	ShortIn: []string{"complete", "proxy", "sr_submitted", "long_due", "long_complete", "query", "verified"},
	LongIn:  []string{"long_complete", "verified"},
	OwesNo:  []string{"duplicate_of", "superseded"},
	OwesOne: []string{"deceased"},
}

// FormRules are the states of a form, and the collections of a household from which its forms follow: where the short one and the
// long one are in, where none is owed, and where none but that of deaths is.
type FormRules struct {
	States  map[string][]string `json:"states"`
	ShortIn []string            `json:"short_in"`
	LongIn  []string            `json:"long_in"`
	OwesNo  []string            `json:"owes_no"`
	OwesOne []string            `json:"owes_one"`
}

// Forms are those of a household.
func (h Household) Forms() Forms {
	out := Forms{HMT: h.HMTForm, Death: h.DeathForm}
	in := func(collections []string) string {
		if slices.Contains(collections, h.Collection) {
			return FormIn
		}
		return FormOwed
	}
	switch {
	case slices.Contains(formRules.OwesNo, h.Collection):
		return Forms{}
	case slices.Contains(formRules.OwesOne, h.Collection):
		return Forms{Death: h.DeathForm}
	case h.LongForm:
		out.Long = in(formRules.LongIn)
	}
	out.Short = in(formRules.ShortIn)
	return out
}

// FormsNoted is what note_forms says: how it stands with the forms that a household owes beside the short and the long one. What is
// left out stays.
type FormsNoted struct {
	Household uuid.UUID `json:"household" format:"uuid"`
	Dwelling  uuid.UUID `json:"dwelling" format:"uuid"`
	HMT       *string   `json:"hmt,omitempty" enum:",owed,in" doc:"for residents from Hong Kong, Macao, Taiwan and abroad: empty, owed or in"`
	Death     *string   `json:"death,omitempty" enum:",owed,in" doc:"of those who died in the year before the standard time: empty, owed or in"`
}

// noteForms takes which forms a household owes, and which are in, form by form: what somebody else noted later of one stands.
func (a *applying) noteForms(ctx context.Context, c *sentChange) error {
	v, err := values[FormsNoted](c)
	if err != nil {
		return err
	}
	for _, to := range []*string{v.HMT, v.Death} {
		if to == nil {
			continue
		}
		if _, known := formStates[*to]; !known {
			return refuse(Invalid, "form_malformed", "普查表只能是不需填报、应交(owed)或已交(in)", "a form is not owed, owed or in").On("hmt")
		}
	}
	w, h, err := a.householdAt(ctx, v.Household)
	if errors.Is(err, pgx.ErrNoRows) {
		return errHouseholdUnknown
	}
	if err != nil {
		return err
	}
	late := a.superseded(c) && h.Revision > c.Base
	before := *h
	h.HMTForm, h.DeathForm = noted(h.HMTForm, v.HMT, late), noted(h.DeathForm, v.Death, late)
	if *h == before {
		return nil
	}
	for _, d := range w.dwellings {
		a.touched[d.SubArea] = true
	}
	a.writeDwellings(w)
	a.writeHouseholds(w)
	return a.record(ctx, "note_forms", c.place, "household/"+h.ID.String(), map[string]any{"hmt": h.HMTForm, "death": h.DeathForm})
}

// noted is what a form is after it was said to be something.
func noted(known string, to *string, late bool) string {
	if to != nil && formStates.takes(known, *to, late) {
		return *to
	}
	return known
}
