package areas_test

import (
	"testing"

	"canvass/areas"
)

// A village is listed by courtyard at once, on a tablet and on the console alike; what was listed stays, and more than a village has
// is refused.
func TestCourtyards(t *testing.T) {
	p := newPlace(t)
	a, _ := p.assigned()
	b := p.pad(p.enum, a.Epoch)
	row := areas.Pattern{Courtyards: 4, FirstCourtyard: 12, SkipThirteen: true}
	building := p.key(0)
	b.becomes("1 applied; ", b.did("make_dwellings", areas.PatternValues{Building: building.ID, Pattern: row}))
	made, err := p.MakeDwellings(t.Context(), p.supervisor, building, areas.Pattern{Courtyards: 6, FirstCourtyard: 12})
	p.ok(err)
	if made.Made != 2 || made.Kept != 4 {
		t.Errorf("made %d and kept %d, want 2 (13 and 17) and 4", made.Made, made.Kept)
	}
	var labels []string
	for _, d := range made.Dwellings {
		if d.Stairwell == 0 {
			labels = append(labels, d.Label())
		}
	}
	if got := len(labels); got != 6 || labels[0] != "12" || labels[5] != "17" {
		t.Errorf("listed %v, want 12 to 17", labels)
	}
	for _, wrong := range []areas.Pattern{{Courtyards: 501}, {Courtyards: -1}, {Courtyards: 2, FirstCourtyard: 9999}} {
		_, err := p.MakeDwellings(t.Context(), p.supervisor, building, wrong)
		p.refused(err, "pattern_implausible")
	}
	p.sound()
}
