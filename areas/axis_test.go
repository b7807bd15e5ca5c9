package areas

import (
	"encoding/json"
	"flag"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"
)

// updating tells whether golden files are to be written; the tests from outside the package hold the flag.
func updating() bool { return flag.Lookup("update").Value.String() == "true" }

// Every state of an axis is in its table, and the table leads nowhere else.
func TestAxesAreClosed(t *testing.T) {
	for name, a := range map[string]axis{"occupancies": occupancies, "collections": collections, "sub-areas": nextStates, "forms": formStates} {
		for from, all := range a {
			for _, to := range all {
				if _, known := a[to]; !known || to == from {
					t.Errorf("%s: %s leads to %s", name, from, to)
				}
			}
		}
	}
}

// ruleCase is a door after some visits, as the rules leave it; the pages' own rules are held to these.
type ruleCase struct {
	Calls      []ruleCall `json:"calls"`
	Occupancy  string     `json:"occupancy"`
	Collection string     `json:"collection"`
	Resolved   bool       `json:"resolved"`
}

type ruleCall struct {
	Result string `json:"result"`
	Late   bool   `json:"late"`
}

const ruleCases = "../web/ui/shared/domain/rules.cases.json"

// The pages judge a door as the server does: these cases are what both are held to.
func TestPagesJudgeAlike(t *testing.T) {
	random := rand.New(rand.NewPCG(2026, 11))
	words := slices.Sorted(maps.Keys(outcomes))
	var cases []ruleCase
	for range 300 {
		d := Dwelling{Occupancy: "unlisted"}
		c := ruleCase{}
		for i := range 1 + random.IntN(5) {
			at := noon.Add(time.Duration(i) * time.Hour)
			call := ruleCall{Result: words[random.IntN(len(words))], Late: i > 0 && random.IntN(3) == 0}
			if call.Late {
				at = noon.Add(-time.Hour)
			}
			next, err := d.after(callOf(call.Result, at), defaultSettings)
			if err != nil {
				t.Fatal(err)
			}
			d, c.Calls = next, append(c.Calls, call)
		}
		c.Occupancy, c.Resolved = d.Occupancy, d.Resolved
		if len(d.Households) > 0 {
			c.Collection = d.Households[0].Collection
		}
		cases = append(cases, c)
	}
	golden(t, ruleCases, cases)
}

// golden holds a file that the pages' tests read to what it should be, or writes it with -update.
func golden(t *testing.T, path string, value any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if updating() {
		if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != string(text)+"\n" {
		t.Errorf("%s is not what the rules give: run go test ./areas -run %s -update and look at the difference", path, t.Name())
	}
}

// callOf is a visit by a supervisor, who may take a proxy's word at once.
func callOf(result string, at time.Time) call { return call{result: result, at: at, supervisor: true} }
