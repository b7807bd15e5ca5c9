package areas_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"canvass/areas"
	"canvass/geo"
	"canvass/geo/coverage"
)

// line reads a line as WKT.
func line(s string) orb.LineString {
	l, err := wkt.UnmarshalLineString(s)
	if err != nil {
		panic(err)
	}
	return l
}

// sound fails unless nothing stored within the county disagrees with what it follows from.
func (p *place) sound() {
	p.t.Helper()
	found, err := p.Verify(p.t.Context(), areas.System(), county, false)
	p.ok(err)
	for _, f := range found {
		p.t.Errorf("%s %s: %s", f.Place, f.Check, f.What)
	}
}

// westHalf divides the western sub-area between its two houses in the north and the shed in the south.
var westHalf = areas.Split{Code: west, Line: line("LINESTRING (117 35.005, 117.01 35.005)")}

func TestSplit(t *testing.T) {
	p := newPlace(t)
	held, dwellings := p.assigned()
	p.visit(dwellings[0], "complete", func(v *areas.NewVisit) { v.Persons = &areas.Persons{PresentRegistered: 2} })

	seen, err := p.Split(t.Context(), p.gis, areas.Asked{Preview: true}, westHalf)
	p.ok(err)
	if seen.Revision != 0 || len(seen.Members) != 3 || seen.Members[0].Code != west || seen.Members[1].Code != area+"003" {
		t.Fatalf("a look at it shows %+v", seen)
	}
	if !seen.Members[2].Bent || seen.Boundary.Metres < 900 || seen.Boundary.Metres > 920 || *seen.Boundary.Followed != 0 {
		t.Fatalf("the neighbour or the boundary is wrong: %+v, %+v", seen.Members[2], seen.Boundary)
	}
	if n, m := seen.Members[0], seen.Members[1]; n.Dwellings != len(dwellings) || m.Dwellings != 0 || n.Buildings != 2 || m.Buildings != 1 {
		t.Fatalf("the part with more dwellings does not keep the code: %+v, %+v", n, m)
	}
	unchanged, err := p.Geometry(t.Context(), p.gis, west)
	p.ok(err)
	if len(unchanged[0][0]) != 5 {
		t.Fatal("looking at it changed it")
	}

	done, err := p.Split(t.Context(), p.gis, areas.Asked{}, westHalf)
	p.ok(err)
	if done.Revision != 1 || len(done.Moved) != 1 || len(done.Assignments) != 2 || done.Assignments[1].Effect != "added" {
		t.Fatalf("%+v", done)
	}
	open, err := p.Assignments(t.Context(), p.supervisor, areas.AssignmentQuery{Within: area, Open: true})
	p.ok(err)
	if len(open.Items) != 2 || open.Items[0].SubArea != area+"003" || open.Items[0].Enumerator != held.Enumerator {
		t.Fatalf("the new part is in nobody's hands: %+v", open.Items)
	}
	p.sound()
}

func TestSplitKeepsDwellingsTogether(t *testing.T) {
	p := newPlace(t)
	_, dwellings := p.assigned()
	for _, d := range dwellings {
		p.visit(d, "complete", func(v *areas.NewVisit) { v.Persons = &areas.Persons{PresentRegistered: 1} })
	}
	// Between the house with four dwellings and the one with a single one.
	done, err := p.Split(t.Context(), p.gis, areas.Asked{}, areas.Split{Code: west, Line: line("LINESTRING (117.004 35, 117.004 35.01)")})
	p.ok(err)
	if done.Members[0].Code != west || done.Members[0].Dwellings != 4 || done.Members[1].Households != 1 {
		t.Fatalf("%+v", done.Members)
	}
	moved, err := p.Dwellings(t.Context(), p.gis, areas.DwellingQuery{SubArea: area + "003"})
	p.ok(err)
	if len(moved.Items) != 1 || moved.Items[0].Households[0].Number != 1 {
		t.Fatalf("the household is not the first of its new sub-area: %+v", moved.Items)
	}
	p.sound()
}

func TestMerge(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	done, err := p.Merge(t.Context(), p.gis, areas.Asked{}, []areas.Code{east, west})
	p.ok(err)
	if len(done.Members) != 1 || done.Members[0].Code != west || len(done.Retired) != 1 || done.Retired[0].Code != east {
		t.Fatalf("%+v", done)
	}
	again, err := p.Split(t.Context(), p.gis, areas.Asked{}, areas.Split{Code: west, Line: line("LINESTRING (117.01 35, 117.01 35.01)")})
	p.ok(err)
	if again.Members[1].Code != area+"003" {
		t.Fatalf("a retired code came back: %+v", again.Members)
	}
	p.sound()
}

func TestReshape(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	around := line("LINESTRING (117.01 35.007, 117.004 35.007, 117.004 35.0095, 117.01 35.0095)")
	done, err := p.Reshape(t.Context(), p.gis, areas.Asked{}, areas.Reshape{Codes: [2]areas.Code{west, east}, Line: around})
	p.ok(err)
	if len(done.Moved) != 1 || done.Moved[0].To != east || len(done.Members) != 2 {
		t.Fatalf("%+v", done)
	}
	p.sound()
}

func TestTransfer(t *testing.T) {
	p := newPlace(t)
	piece := multi("MULTIPOLYGON(((117.001 35.001, 117.004 35.001, 117.004 35.004, 117.001 35.004, 117.001 35.001)))")
	done, err := p.Transfer(t.Context(), p.gis, areas.Asked{}, areas.Transfer{From: west, To: east, Piece: piece})
	p.ok(err)
	if len(done.Members) != 2 || len(done.Members[1].Geometry) != 2 || done.Moved[0].To != east {
		t.Fatalf("the enclave is not the other's: %+v", done)
	}
	p.sound()
}

// A building is never cut: the refusal names it and where.
func TestBoundaryCutsNoBuilding(t *testing.T) {
	p := newPlace(t)
	through := areas.Split{Code: west, Line: line("LINESTRING (117 35.0085, 117.01 35.0085)")}
	seen, err := p.Split(t.Context(), p.gis, areas.Asked{Preview: true}, through)
	p.ok(err)
	var cut []int64
	for _, f := range seen.Troubles {
		if f.Code == "building_cut" && f.Blocks && f.Place != nil {
			cut = append(cut, f.Building)
		}
	}
	if len(cut) != 2 {
		t.Fatalf("cut are %v", cut)
	}
	_, err = p.Split(t.Context(), p.gis, areas.Asked{}, through)
	p.refused(err, "building_cut")
	_, err = p.Split(t.Context(), p.gis, areas.Asked{}, areas.Split{Code: west, Line: line("LINESTRING (117 35.009, 117.01 35.009)")})
	p.ok(err) // along their northern walls
	p.sound()
}

// Where two areas meet, both follow, and so do their outlines.
func TestReshapeAcrossAreas(t *testing.T) {
	p := newPlace(t)
	system, next := areas.System(), town+"202"
	_, err := p.MakeAreas(t.Context(), system, []areas.NewArea{{Code: next, Name: "南王村",
		Geometry: multi("MULTIPOLYGON(((117.02 35, 117.03 35, 117.03 35.01, 117.02 35.01, 117.02 35)))")}})
	p.ok(err)
	_, err = p.DrawSubAreas(t.Context(), system, []areas.NewSubArea{
		{Code: next + "001", Geometry: multi("MULTIPOLYGON(((117.02 35, 117.03 35, 117.03 35.01, 117.02 35.01, 117.02 35)))")}})
	p.ok(err)
	done, err := p.Reshape(t.Context(), p.gis, areas.Asked{}, areas.Reshape{Codes: [2]areas.Code{east, next + "001"},
		Line: line("LINESTRING (117.02 35.002, 117.022 35.003, 117.02 35.004)")})
	p.ok(err)
	outline, err := p.Geometry(t.Context(), p.gis, next)
	p.ok(err)
	if geo.Contains(outline, orb.Point{117.021, 35.003}) || !geo.Contains(outline, orb.Point{117.021, 35.006}) {
		t.Errorf("the area's outline did not follow: %v", outline)
	}
	if done.Revision == 0 {
		t.Error("no revision")
	}
	p.sound()
}

// Whoever draws a sub-area by itself must not leave a gap with it, nor miss its neighbours' vertices.
func TestDrawSubAreaCoversItsArea(t *testing.T) {
	p := newPlace(t)
	next := town + "202"
	_, err := p.MakeAreas(t.Context(), areas.System(), []areas.NewArea{{Code: next, Name: "南王村",
		Geometry: multi("MULTIPOLYGON(((117.2 35, 117.21 35, 117.21 35.01, 117.2 35.01, 117.2 35)))")}})
	p.ok(err)
	for _, ground := range []string{
		"MULTIPOLYGON(((117.2 35, 117.205 35, 117.205 35.01, 117.2 35.01, 117.2 35)))", // half of it
		"MULTIPOLYGON(((117.2 35, 117.212 35, 117.212 35.01, 117.2 35.01, 117.2 35)))", // more than it
	} {
		_, err = p.DrawSubArea(t.Context(), p.gis, areas.NewSubArea{Area: next, Geometry: multi(ground)})
		p.refused(err, "area_not_covered")
	}
	_, err = p.DrawSubArea(t.Context(), p.gis, areas.NewSubArea{Area: area, // beside two, of which the nearer has no vertex there
		Geometry: multi("MULTIPOLYGON(((117.02 35.002, 117.03 35.002, 117.03 35.01, 117.02 35.01, 117.02 35.002)))")})
	p.refused(err, "area_not_covered")
	_, err = p.DrawSubArea(t.Context(), p.gis, areas.NewSubArea{Area: next,
		Geometry: multi("MULTIPOLYGON(((117.2 35, 117.21 35, 117.21 35.01, 117.2 35.01, 117.2 35)))")})
	p.ok(err)
	p.sound()
}

func TestStaleChange(t *testing.T) {
	p := newPlace(t)
	read, err := p.Frame(t.Context(), p.gis, area)
	p.ok(err)
	_, err = p.Split(t.Context(), p.gis, areas.Asked{}, westHalf)
	p.ok(err)
	_, err = p.Merge(t.Context(), p.gis, areas.Asked{Base: read.Revision + 1}, []areas.Code{west, area + "003"})
	p.ok(err)
	_, err = p.Split(t.Context(), p.gis, areas.Asked{Base: 1}, westHalf)
	p.refused(err, "changed_since")
}

func TestFrozenStays(t *testing.T) {
	p := newPlace(t)
	for _, state := range []string{"checked", "submitted", "approved", "frozen"} {
		_, err := p.MoveSubArea(t.Context(), p.gis, west, 0, state, "")
		p.ok(err)
	}
	_, err := p.Split(t.Context(), p.gis, areas.Asked{}, westHalf)
	p.refused(err, "frozen")
	_, err = p.MoveSubArea(t.Context(), p.gis, west, 0, "reopened", "新建小区")
	p.ok(err)
	done, err := p.Split(t.Context(), p.gis, areas.Asked{}, westHalf)
	p.ok(err)
	if done.Members[1].State != "reopened" {
		t.Errorf("the new part is %s", done.Members[1].State)
	}
	p.sound()
}

// What cannot be a line on this ground is refused with its place and the mend, and nothing is written.
func TestBadLines(t *testing.T) {
	p := newPlace(t)
	for code, bad := range map[string]orb.LineString{
		"line_crosses_itself":  line("LINESTRING (117 35.005, 117.008 35.005, 117.004 35.002, 117.004 35.01)"),
		"line_ends_inside":     line("LINESTRING (117 35.005, 117.005 35.005)"),
		"line_divides_nothing": line("LINESTRING (117 35, 117.01 35)"),
		"latitude_first":       line("LINESTRING (35.005 117, 35.005 117.01)"),
		"not_degrees":          line("LINESTRING (500000 3875000, 501000 3875000)"),
		"far_away":             line("LINESTRING (112 35.005, 112.01 35.005)"),
		"line_unreadable":      {{117, 35.005}},
		"line_too_long":        make(orb.LineString, 1_000_000),
	} {
		_, err := p.Split(t.Context(), p.gis, areas.Asked{}, areas.Split{Code: west, Line: bad})
		p.refused(err, code)
	}
	nan := line("LINESTRING (117 35.005, 117.01 35.005)")
	nan[1][0] = math.NaN()
	_, err := p.Split(t.Context(), p.gis, areas.Asked{}, areas.Split{Code: west, Line: nan})
	if code := areas.CodeOf(err); code != "not_on_earth" && code != "not_degrees" {
		t.Errorf("no number: %v", err)
	}
	_, err = p.Split(t.Context(), p.supervisor, areas.Asked{}, westHalf)
	p.refused(err, "role_not_allowed")
	elsewhere := p.account("elsewhere", areas.RoleGIS, "370812")
	_, err = p.Split(t.Context(), elsewhere, areas.Asked{}, westHalf)
	p.refused(err, "outside_scope")
	p.sound()
}

// partition fails unless the sub-areas of every area, and the areas of every town, are parts of one partition without a gap
// or an overlap, and every building lies where its place says.
func (p *place) partition() {
	p.t.Helper()
	ctx := p.t.Context()
	all, err := p.SubAreas(ctx, p.gis, areas.SubAreaQuery{Within: county, Page: areas.Page{Limit: 1000}})
	p.ok(err)
	var members []orb.MultiPolygon
	for _, s := range all.Items {
		g, err := p.Geometry(ctx, p.gis, s.Code)
		p.ok(err)
		members = append(members, g)
	}
	for _, f := range coverage.Validate(members) {
		one, other := all.Items[f.Members[0]].Code, areas.Code("none")
		if f.Members[1] >= 0 {
			other = all.Items[f.Members[1]].Code
		}
		p.t.Errorf("%s and %s: %s", one, other, f)
	}
}
