package areas_test

import (
	"strings"
	"testing"

	"canvass/areas"
)

// What a person drew or set of a building outlives the next import of its source, which reports where the file has it otherwise;
// what nobody set is brought up to date. Only who asks for it gets the file's.
func TestImportKeepsWhatWasSetByHand(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	text := collection(
		feature("moved", `"kind":"residential","floors":3,"name":"甲"`, box(117.001, 35.005, 117.0012, 35.0052)),
		feature("edited", `"kind":"residential","floors":2`, box(117.004, 35.005, 117.0042, 35.0052)),
		feature("other", `"floors":1`, box(117.006, 35.005, 117.0062, 35.0052)))
	p.imported("buildings", "houses.geojson", text)
	at := map[string]areas.BuildingKey{}
	for _, b := range p.all() {
		at[b.SourceID] = areas.BuildingKey{County: county, ID: b.ID}
	}
	read := func(name string) areas.Building {
		b, err := p.Building(ctx, p.gis, at[name])
		p.ok(err)
		return b
	}
	_, err := p.MoveBuilding(ctx, p.gis, areas.Asked{}, areas.BuildingMove{Key: at["moved"], Geometry: house(117.012, 35.006, 3)})
	p.ok(err)
	_, err = p.EditBuilding(ctx, p.gis, at["edited"], 0, areas.BuildingEdit{Kind: ptr("mixed"), Units: ptr(12)})
	p.ok(err)
	moved, edited := read("moved"), read("edited")

	again, report := p.imported("buildings", "houses.geojson", text)
	if got := counts(again); got != "3 3 0 0; 0 0 3" {
		t.Errorf("the same file again: %s\n%s", got, report)
	}
	for _, want := range []string{"1 moved noted: kept as somebody set it by hand: outline; take the file's with --overrule",
		"2 edited noted: kept as somebody set it by hand: kind, units; take"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not say %q:\n%s", want, report)
		}
	}
	newer := strings.ReplaceAll(strings.ReplaceAll(text, `"floors":3`, `"floors":5`), `"floors":2`, `"floors":4`)
	if changed, report := p.imported("buildings", "houses.geojson", newer); counts(changed) != "3 3 0 0; 0 2 1" {
		t.Errorf("with what nobody set changed: %s\n%s", counts(changed), report)
	}
	b := read("moved")
	if b.Place != east || b.Number != moved.Number || b.Point != moved.Point || *b.Floors != 5 || b.Name != "甲" {
		t.Errorf("what was moved became %+v", b)
	}
	b = read("edited")
	if b.Kind != "mixed" || *b.Units != 12 || *b.Floors != 4 || b.ExpectedDwellings != edited.ExpectedDwellings {
		t.Errorf("what was edited became %+v", b)
	}
	p.sound()

	p.overruled(newer, read)
}

// overruled takes the file's in place of what was set by hand.
func (p *place) overruled(text string, read func(string) areas.Building) {
	p.t.Helper()
	t := p.t
	over, report := p.imported("buildings", "houses.geojson", text, func(o *areas.ImportOptions) { o.Overrule = true })
	if got := counts(over); got != "3 3 0 0; 0 2 1" || strings.Contains(report, "kept") {
		t.Errorf("overruled: %s\n%s", got, report)
	}
	if b := read("moved"); b.Place != west || len(b.ByHand) != 0 {
		t.Errorf("overruled, what was moved is %+v", b)
	}
	if b := read("edited"); b.Kind != "residential" || b.Units != nil {
		t.Errorf("overruled, what was edited is %+v", b)
	}
	p.sound()
}

// What is taken back was not set by hand any more.
func TestWhatIsUndoneIsNotKept(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	_, err := p.EditBuilding(ctx, p.gis, p.key(0), 0, areas.BuildingEdit{Name: ptr("一号楼")})
	p.ok(err)
	done, err := p.move(0, house(117.004, 35.004, 5), areas.Asked{})
	p.ok(err)
	for i, want := range []string{"name outline", "name"} {
		b, err := p.Building(ctx, p.gis, p.key(0))
		p.ok(err)
		if got := strings.Join(b.ByHand, " "); got != want {
			t.Errorf("after step %d %q was set by hand, want %q", i, got, want)
		}
		if i == 0 {
			_, err = p.Undo(ctx, p.gis, areas.Asked{}, county, done.Revision)
			p.ok(err)
		}
	}
}
