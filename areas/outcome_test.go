package areas

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// noon is a time in the county's daytime.
var noon = time.Date(2026, time.November, 3, 12, 0, 0, 0, defaultSettings.location())

// told writes what is known of a dwelling in a line.
func told(d Dwelling) string {
	out := d.Occupancy
	for _, h := range d.Households {
		out += " " + h.Collection
	}
	if d.Resolved {
		out += " resolved"
	}
	if d.NextCallAt != nil {
		out += " again"
	}
	return out
}

// afterAll lets calls change a dwelling in the order given, one hour after the other; "@-3" pays one three hours before noon.
func afterAll(t *testing.T, calls string) Dwelling {
	t.Helper()
	d := Dwelling{Occupancy: "unlisted"}
	for i, text := range strings.Fields(calls) {
		hours := i
		result, when, dated := strings.Cut(text, "@")
		if dated {
			if _, err := fmt.Sscan(when, &hours); err != nil {
				t.Fatal(err)
			}
		}
		result, evidence, _ := strings.Cut(result, "+")
		c := call{result: result, at: noon.Add(time.Duration(hours) * time.Hour), supervisor: true}
		if evidence != "" {
			c.evidence = strings.Split(evidence, "+")
		}
		if _, known := outcomes[result]; !known {
			t.Fatalf("no result %s", result)
		}
		var err error
		if d, err = d.after(c, defaultSettings); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// What each result of a visit makes of a dwelling and its household, alone and after another.
func TestOutcomes(t *testing.T) {
	for _, c := range []struct{ calls, want string }{
		{"listed", "occupied prelisted"},
		{"complete", "occupied complete resolved"},
		{"partial", "occupied partial"},
		{"proxy", "occupied proxy resolved"},
		{"refused", "occupied refused"},
		{"no_contact", "no_answer again"},
		{"vacant", "vacant"},
		{"vacant_with_hukou", "vacant_with_hukou"},
		{"seasonal", "seasonal resolved"},
		{"non_residential", "non_residential resolved"},
		{"under_construction", "under_construction resolved"},
		{"demolished", "demolished resolved"},
		{"inaccessible", "inaccessible again"},

		{"listed complete", "occupied complete resolved"},
		{"listed no_contact", "occupied attempted again"},
		{"listed refused complete", "occupied complete resolved"},
		{"complete refused", "occupied complete resolved"},
		{"complete no_contact", "occupied complete resolved"},
		{"complete vacant", "occupied complete resolved"},
		{"complete demolished", "occupied complete resolved"},
		{"refused vacant", "occupied refused"},
		{"partial refused", "occupied partial"},
		{"no_contact vacant", "vacant"},
		{"no_contact inaccessible", "inaccessible again"},
		{"vacant no_contact", "vacant again"},
		{"vacant listed", "occupied prelisted"},
		{"listed vacant", "vacant prelisted"},
		{"listed demolished", "demolished prelisted resolved"},
		{"vacant seasonal", "seasonal resolved"},
		{"seasonal vacant", "vacant"},
		{"non_residential vacant", "non_residential resolved"},
		{"non_residential demolished", "demolished resolved"},
		{"non_residential complete", "occupied complete resolved"},

		{"vacant+meter", "vacant"},
		{"vacant+meter+neighbour", "vacant resolved"},
		{"vacant+meter vacant+meter", "vacant"},
		{"vacant+meter no_contact+neighbour", "vacant resolved"},
		{"vacant_with_hukou+meter+light_at_night", "vacant_with_hukou resolved"},
	} {
		if got := told(afterAll(t, c.calls)); got != c.want {
			t.Errorf("%s: %s, want %s", c.calls, got, c.want)
		}
	}
}

// A call that comes in late changes only what the later ones did not know better.
func TestLateCalls(t *testing.T) {
	for _, c := range []struct{ calls, want string }{
		{"seasonal@2 vacant@1", "seasonal resolved"},
		{"vacant@2 seasonal@1", "vacant"},
		{"vacant@2 complete@1", "occupied complete resolved"},
		{"vacant@2 listed@1", "vacant prelisted"},
		{"listed@2 vacant@1", "occupied prelisted"},
		{"demolished@2 listed@1", "demolished prelisted resolved"},
		{"listed@2 no_contact@1", "occupied attempted"},
		{"no_contact@2 listed@1", "occupied prelisted again"},
		{"refused@2 complete@1", "occupied complete resolved"},
		{"no_contact@2 vacant+meter+neighbour@1", "vacant resolved"},
	} {
		d := afterAll(t, c.calls)
		if got := told(d); got != c.want {
			t.Errorf("%s: %s, want %s", c.calls, got, c.want)
		}
		if at := noon.Add(2 * time.Hour); !d.VisitedAt.Equal(at) || d.Attempts != 2 {
			t.Errorf("%s: visited at %s after %d attempts", c.calls, d.VisitedAt, d.Attempts)
		}
	}
}

// In whichever order calls of different weight come in, they leave the dwelling as they would have in the order in which they
// were paid. Of those that weigh the same the dwelling remembers only when the last of all was paid.
func TestOrderOfCallsDoesNotMatter(t *testing.T) {
	weights := [][]string{{"complete"}, {"partial"}, {"refused"}, {"vacant", "vacant_with_hukou", "seasonal"},
		{"non_residential", "under_construction", "demolished"}, {"inaccessible"}}
	rapid.Check(t, func(t *rapid.T) {
		calls := make([]call, rapid.IntRange(1, len(weights)).Draw(t, "calls"))
		for i, weight := range rapid.Permutation(weights).Draw(t, "weights")[:len(calls)] {
			calls[i] = call{result: rapid.SampledFrom(weight).Draw(t, "result"), at: noon.Add(time.Duration(i) * time.Hour),
				evidence: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"meter", "neighbour", "light_at_night"}), 0, 2,
					rapid.ID[string]).Draw(t, "evidence"),
				persons: &Persons{PresentRegistered: i + 1}}
		}
		mixed := rapid.Permutation(calls).Draw(t, "order")
		paid, came := Dwelling{Occupancy: "unlisted"}, Dwelling{Occupancy: "unlisted"}
		var err error
		for i := range calls {
			if paid, err = paid.after(calls[i], defaultSettings); err != nil {
				t.Fatal(err)
			}
			if came, err = came.after(mixed[i], defaultSettings); err != nil {
				t.Fatal(err)
			}
		}
		paid.NextCallAt, came.NextCallAt = nil, nil // a door that was done in between is not called on again
		if a, b := fmt.Sprintf("%s %v", told(paid), paid.Households), fmt.Sprintf("%s %v", told(came), came.Households); a != b {
			t.Fatalf("as paid: %s\nas they came: %s", a, b)
		}
	})
}

// A proxy answers after as many attempts as the settings ask for, unless a supervisor takes his word.
func TestProxyOutcome(t *testing.T) {
	for attempts, want := range map[int]string{0: "proxy_too_early", 2: "proxy_too_early", 3: "", 4: ""} {
		d := Dwelling{Occupancy: "no_answer", Attempts: attempts}
		if _, err := d.after(call{result: "proxy", at: noon}, defaultSettings); CodeOf(err) != want {
			t.Errorf("after %d attempts: %v", attempts, err)
		}
		if _, err := d.after(call{result: "proxy", at: noon, supervisor: true}, defaultSettings); err != nil {
			t.Errorf("a supervisor after %d attempts: %v", attempts, err)
		}
	}
}

// Of several households a call changes the one it names, and the door is done when all of them are.
func TestHouseholdsOfOneDoor(t *testing.T) {
	one, two := uuid.New(), uuid.New()
	d := Dwelling{Occupancy: "occupied", Households: []Household{{ID: one, Collection: "prelisted"}, {ID: two, Collection: "prelisted"}}}
	d, err := d.after(call{result: "complete", at: noon, household: &two}, defaultSettings)
	if err != nil || told(d) != "occupied prelisted complete" {
		t.Errorf("%s (%v)", told(d), err)
	}
	d, err = d.after(call{result: "complete", at: noon}, defaultSettings)
	if err != nil || told(d) != "occupied complete complete resolved" {
		t.Errorf("%s (%v)", told(d), err)
	}
	nobody := uuid.New()
	if _, err := d.after(call{result: "complete", at: noon, household: &nobody}, defaultSettings); CodeOf(err) != "household_unknown" {
		t.Errorf("a household that is not there: %v", err)
	}
}

// Another attempt at another time of day is itself evidence of a vacancy.
func TestTimeBands(t *testing.T) {
	for hour, want := range map[int]string{0: "early", 8: "early", 9: "daytime", 17: "daytime", 18: "evening", 23: "evening"} {
		at := time.Date(2026, time.November, 3, hour, 59, 0, 0, defaultSettings.location()).UTC()
		if got := defaultSettings.timeBand(at); got != want {
			t.Errorf("%d:59 is %s, want %s", hour, got, want)
		}
	}
	d := Dwelling{Occupancy: "vacant", Evidence: []string{"meter"}}
	d, err := d.after(call{result: "vacant", at: noon, otherBand: true}, defaultSettings)
	if err != nil || told(d) != "vacant resolved" {
		t.Errorf("%s (%v)", told(d), err)
	}
}
