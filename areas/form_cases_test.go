package areas

import (
	"maps"
	"slices"
	"testing"
)

// formCase is what a household owes and has handed in; the pages' own rules are held to these.
type formCase struct {
	Collection string `json:"collection"`
	Long       bool   `json:"long_form"`
	HMT        string `json:"hmt"`
	Death      string `json:"death"`
	Forms      Forms  `json:"forms"`
}

// The pages tell of a household's forms as the server does, also before it has heard.
func TestPagesTellOfFormsAlike(t *testing.T) {
	var cases []formCase
	for i, collection := range slices.Sorted(maps.Keys(collections)) {
		for _, long := range []bool{false, true} {
			states := []string{"", FormOwed, FormIn}
			h := Household{Collection: collection, LongForm: long, HMTForm: states[i%3], DeathForm: states[(i+1)%3]}
			cases = append(cases, formCase{collection, long, h.HMTForm, h.DeathForm, h.Forms()})
		}
	}
	golden(t, "../web/ui/shared/domain/forms.cases.json", cases)
}
