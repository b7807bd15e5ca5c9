package areas_test

import (
	"testing"
	"time"

	"canvass/areas"
)

// A county begins with the dates of 2020 in its own time zone.
func TestRoundsOfANewCounty(t *testing.T) {
	p := newPlace(t)
	p.ok(p.MakeRegions(t.Context(), areas.System(), []areas.NewRegion{{Code: otherCounty, Name: "威海市区"}}))
	rounds, err := p.Rounds(t.Context(), areas.System(), otherCounty)
	p.ok(err)
	where, err := time.LoadLocation("Asia/Shanghai")
	p.ok(err)
	const form = "01-02 15:04"
	want := map[string][2]string{"mapping": {"01-01 00:00", "09-01 00:00"}, "listing": {"10-11 00:00", "11-01 00:00"},
		"enumeration": {"11-01 00:00", "11-16 00:00"}, "long_form": {"11-16 00:00", "12-01 00:00"},
		"recheck": {"11-16 00:00", "12-11 00:00"}, "pes": {"12-01 00:00", "01-01 00:00"}}
	for _, r := range rounds {
		if got := [2]string{r.OpensAt.In(where).Format(form), r.ClosesAt.In(where).Format(form)}; got != want[r.Name] {
			t.Errorf("%s from %s to %s, want %v", r.Name, got[0], got[1], want[r.Name])
		}
		delete(want, r.Name)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

// The round that goes on is the one that opened last; the quality check afterwards is never it.
func TestCurrentRound(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	set := func(name string, from, to int) {
		t.Helper()
		_, err := p.SetRound(ctx, p.admin, areas.Round{County: county, Name: name, OpensAt: day(from), ClosesAt: day(to)})
		p.ok(err)
	}
	current := func() string {
		t.Helper()
		r, err := p.CurrentRound(ctx, p.gis, county)
		p.ok(err)
		if r == nil {
			return ""
		}
		return r.Name
	}
	for _, name := range []string{"mapping", "long_form", "recheck", "pes"} {
		set(name, 100, 110)
	}
	if got := current(); got != "enumeration" {
		t.Errorf("%s goes on", got)
	}
	set("pes", -1, 9)
	if got := current(); got != "enumeration" {
		t.Errorf("with the quality check open, %s goes on", got)
	}
	set("recheck", -1, 9)
	if got := current(); got != "recheck" {
		t.Errorf("after another opened, %s goes on", got)
	}
	set("recheck", 100, 110)
	set("enumeration", 100, 110)
	if got := current(); got != "" {
		t.Errorf("between rounds %s goes on", got)
	}
	_, err := p.Assign(ctx, p.supervisor, areas.NewAssignment{SubArea: west, Enumerator: p.enum.ID})
	p.refused(err, "no_round")
	_, err = p.SetRound(ctx, p.admin, areas.Round{County: county, Name: "party", OpensAt: day(0), ClosesAt: day(1)})
	p.refused(err, "rounds_name_is_known")
	_, err = p.SetRound(ctx, p.admin, areas.Round{County: county, Name: "pes", OpensAt: day(1), ClosesAt: day(0)})
	p.refused(err, "rounds_open_before_they_close")
}
