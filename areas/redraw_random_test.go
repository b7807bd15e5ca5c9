package areas_test

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"canvass/areas"
)

// Whatever is done to a county, one thing after the other and some of it undone, it stays a partition in which nothing stored
// disagrees with anything else.
func TestRandomRedrawing(t *testing.T) {
	p := checkered(t, 2)
	done := 0
	rapid.Check(t, func(r *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))
		for range rapid.IntRange(1, 6).Draw(r, "changes") {
			if !p.redrawSomewhere(rng, areas.Asked{}) {
				continue
			}
			done++
			if rapid.IntRange(0, 3).Draw(r, "undone") > 0 {
				continue
			}
			steps, err := p.History(t.Context(), p.gis, areas.HistoryQuery{Within: county, Page: areas.Page{Limit: 1}})
			p.ok(err)
			was := len(steps.Items[0].Members)
			_, err = p.Undo(t.Context(), p.gis, areas.Asked{}, county, steps.Items[0].Revision)
			if err != nil && areas.KindOf(err) == 0 || was == 0 {
				r.Fatalf("undo %v: %v", steps.Items[0], err)
			}
		}
		if done%5 == 0 {
			p.sound()
			p.partition()
		}
		if t.Failed() {
			r.Fatal("the county is not sound")
		}
	})
	p.sound()
	p.partition()
	if done < 50 {
		t.Errorf("only %d changes were made", done)
	}
}
