package areas_test

import (
	"strings"
	"testing"

	"canvass/areas"
)

// frameFile names parents by the source's own keys, by codes, and not at all; some of its rows cannot stand.
var frameFile = collection(
	feature("s1", `"area":"B","area_name":"南王村","town":"T","town_name":"南镇","households":42`, box(117.2, 35, 117.21, 35.01)),
	feature("s2", `"area":"B","town":"T","description":"村东"`, box(117.21, 35, 117.22, 35.01)),
	feature("s3", `"area":"B","town":"T"`, box(117.2195, 35, 117.23, 35.01)), // overlaps s2
	feature("s4", `"code":"370883100201007"`, box(117.03, 35, 117.04, 35.01)),
	feature("s5", `"code":"370883100201001"`, box(117.05, 35, 117.06, 35.01)), // in use
	feature("s6", `"area":"370883100201"`, box(117.06, 35, 117.07, 35.01)),
	feature("s7", `"code":"370883102201003","area_name":"西村","town_name":"西镇"`, box(117.08, 35, 117.09, 35.01)),
	feature("s8", `"area":"B","town":"T"`, `{"type":"Point","coordinates":[117.2,35]}`),
	feature("s2", `"area":"B","town":"T"`, box(117.3, 35, 117.31, 35.01)),
)

// Sub-areas get codes and the parents that they name; the same file again changes nothing, a changed row only itself.
func TestImportSubAreas(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	text := frameFile
	i, report := p.imported("sub_areas", "frame.geojson", text)
	if got := counts(i); got != "9 6 0 3; 6 0 0" {
		t.Errorf("counts %s\n%s", got, report)
	}
	for _, want := range []string{"5 s5 refused: code 370883100201001 is in use", "8 s8 refused: ground is a polygon", "9 s2 refused: the id s2 occurs twice",
		"noted: 370883101001002 and 370883101001003 share", "m² of ground"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not say %q:\n%s", want, report)
		}
	}
	got := ""
	list, err := p.SubAreas(ctx, p.gis, areas.SubAreaQuery{Within: county})
	p.ok(err)
	for _, s := range list.Items {
		got += string(s.Code) + " " + s.AreaName + "\n"
	}
	const want = "370883100201001 北王村\n370883100201002 北王村\n370883100201007 北王村\n370883100201008 北王村\n" +
		"370883101001001 南王村\n370883101001002 南王村\n370883101001003 南王村\n370883102201003 西村\n"
	if got != want {
		t.Errorf("the frame is\n%swant\n%s", got, want)
	}
	town, err := p.Region(ctx, p.gis, "370883101")
	p.ok(err)
	ground, err := p.Geometry(ctx, p.gis, "370883101")
	p.ok(err)
	if b := ground.Bound(); town.Name != "南镇" || b.Min[0] != 117.2 || b.Max[0] != 117.23 {
		t.Errorf("the town that was made is %s on %v", town.Name, b)
	}
	first, err := p.SubArea(ctx, p.gis, "370883101001001")
	p.ok(err)
	if *first.ExpectedHouseholds != 42 {
		t.Errorf("%d households are expected", *first.ExpectedHouseholds)
	}
	if again, report := p.imported("sub_areas", "frame.geojson", text); counts(again) != "9 6 0 3; 0 0 6" {
		t.Errorf("the same file again: %s\n%s", counts(again), report)
	}
	text = strings.Replace(text, "村东", "村东头", 1)
	if changed, _ := p.imported("sub_areas", "frame.geojson", text); counts(changed) != "9 6 0 3; 0 1 5" {
		t.Errorf("with one change: %s", counts(changed))
	}
	p.verified()
}

// Where rows name no parent they go to the one that was asked for, else to whose ground they lie on.
func TestImportFindsParents(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	i, report := p.imported("areas", "areas.geojson", collection(
		feature("v1", `"name":"东村","kind":"villagers"`, box(117.4, 35, 117.42, 35.02)),
		feature("v2", `"name":"西村","kind":"villagers","households":120`, box(117.42, 35, 117.44, 35.02)),
	), func(o *areas.ImportOptions) { o.Parent = town })
	if got := counts(i); got != "2 2 0 0; 2 0 0" {
		t.Fatalf("counts %s\n%s", got, report)
	}
	list, err := p.Areas(ctx, p.gis, areas.AreaQuery{Within: town})
	p.ok(err)
	if len(list.Items) != 3 || list.Items[1].Code != town+"202" || list.Items[1].Kind != "villagers" || list.Items[2].Name != "西村" {
		t.Errorf("the town's areas are %+v", list.Items)
	}
	i, report = p.imported("sub_areas", "subs.geojson", collection(
		feature("a", ``, box(117.401, 35.001, 117.405, 35.005)),
		feature("b", ``, box(117.425, 35.001, 117.43, 35.005)),
	))
	if got := counts(i); got != "2 2 0 0; 2 0 0" {
		t.Fatalf("counts %s\n%s", got, report)
	}
	for _, code := range []areas.Code{town + "202001", town + "203001"} {
		_, err := p.SubArea(ctx, p.gis, code)
		p.ok(err)
	}
	p.verified()
}

// Drawing sub-areas gives them the buildings that stand on their ground; regions come with their own codes.
func TestImportGivesBuildingsToTheirGround(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	ids, err := p.AddBuildings(ctx, p.gis, county, []areas.NewBuilding{
		{Geometry: square("117.5001 35.0001"), Units: ptr(1), Source: "test", SourceID: "south"},
		{Geometry: square("117.5001 35.0081"), Units: ptr(1), Source: "test", SourceID: "north"}})
	p.ok(err)
	p.imported("regions", "towns.geojson", collection(feature("t1", `"code":"370883105","name":"东镇"`, box(117.5, 35, 117.52, 35.02))))
	p.imported("sub_areas", "subs.geojson", collection(feature("x", `"area":"X","area_name":"东村"`, box(117.5, 35, 117.51, 35.01))))
	for n, id := range map[int]int64{1: ids[1], 2: ids[0]} {
		b, err := p.Building(ctx, p.gis, areas.BuildingKey{County: county, ID: id})
		p.ok(err)
		if b.Place != "370883105001001" || b.Number != n {
			t.Errorf("building %s stands in %s as number %d, want %d", b.SourceID, b.Place, b.Number, n)
		}
	}
	report, err := p.Coverage(ctx, p.gis, areas.CoverageQuery{Within: "370883105001001", Level: areas.LevelSubArea})
	p.ok(err)
	if report.Total.Buildings != 2 {
		t.Errorf("%d buildings are counted", report.Total.Buildings)
	}
	p.verified()
}

// What is expected is set by code or by the id of the place's own source, at every level; unknown places are refused.
func TestImportExpected(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	p.imported("sub_areas", "subs.geojson", collection(feature("census block 7", ``, box(117.03, 35, 117.04, 35.01))),
		func(o *areas.ImportOptions) { o.Parent = area })
	const csv = "区,户数\n370883100201001,48\ncensus block 7,51\n370883100201,99\n370883100,1200\n370883100999001,3\n370883100201002,many\n,4\n370883100201002,-1\n"
	columns := mapped(map[string]string{"code": "区", "households": "户数"})
	i, report := p.imported("expected", "expected.csv", csv, columns)
	if got := counts(i); got != "8 4 0 4; 0 4 0" {
		t.Errorf("counts %s\n%s", got, report)
	}
	for _, want := range []string{"5  refused: no sub-area, area or region is known as 370883100999001", "6  refused: households of 370883100201002 is not a number",
		"7  refused: the row names no place", "8  refused: households of 370883100201002 is not a number"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not say %q:\n%s", want, report)
		}
	}
	for code, want := range map[areas.Code]int{west: 48, area + "003": 51} {
		s, err := p.SubArea(ctx, p.gis, code)
		p.ok(err)
		c, err := p.Coverage(ctx, p.gis, areas.CoverageQuery{Within: code, Level: areas.LevelSubArea})
		p.ok(err)
		if *s.ExpectedHouseholds != want || c.Total.Expected != want {
			t.Errorf("%s expects %d, counts %d, want %d", code, *s.ExpectedHouseholds, c.Total.Expected, want)
		}
	}
	if again, _ := p.imported("expected", "expected.csv", csv, columns); counts(again) != "8 4 0 4; 0 0 4" {
		t.Errorf("the same file again: %s", counts(again))
	}
	p.verified()
}

// A source's base map is what its last file holds: changed rows change, and what is gone from the file goes from the map.
func TestImportBase(t *testing.T) {
	p := newPlace(t)
	road := feature("r1", `"layer":"road","class":"primary","name":"孟子大道"`, `{"type":"LineString","coordinates":[[117,35],[117.01,35]]}`)
	lake := feature("w1", `"layer":"water","name":"北湖"`, box(117.001, 35.001, 117.002, 35.002))
	bad := feature("b1", `"layer":"sky"`, box(117.001, 35.001, 117.002, 35.002))
	found := func(text string) int {
		t.Helper()
		hits, err := p.Search(t.Context(), p.gis, areas.SearchQuery{County: county, Text: text})
		p.ok(err)
		return len(hits)
	}
	i, report := p.imported("base", "base.geojson", collection(road, lake, bad))
	if counts(i) != "3 2 0 1; 2 0 0" || !strings.Contains(report, `the base map has no layer "sky"`) || found("孟子大道") != 1 {
		t.Errorf("counts %s\n%s", counts(i), report)
	}
	if found("北湖") != 1 {
		t.Errorf("the lake is found %d times", found("北湖"))
	}
	if i, _ = p.imported("base", "base.geojson", collection(road, lake, bad)); counts(i) != "3 2 0 1; 0 0 2" {
		t.Errorf("the same file again: %s", counts(i))
	}
	p.imported("base", "other.geojson", collection(road), func(o *areas.ImportOptions) { o.Source = "other" })
	i, _ = p.imported("base", "base.geojson", collection(strings.Replace(lake, "北湖", "北大湖", 1)))
	if counts(i) != "1 1 0 0; 0 1 0" || found("孟子大道") != 1 || found("北湖") != 0 || found("北大湖") != 1 {
		t.Errorf("without the road: %s, and %d roads; the lake's names: %d old, %d new", counts(i), found("孟子大道"), found("北湖"), found("北大湖"))
	}
	i, _ = p.imported("base", "roads.geojson", collection(feature("x", ``, `{"type":"LineString","coordinates":[[117,35],[117.01,35]]}`)),
		mapped(map[string]string{"layer": "=road", "name": "=无名路"}), func(o *areas.ImportOptions) { o.Source = "third" })
	if counts(i) != "1 1 0 0; 1 0 0" || found("无名路") != 1 {
		t.Errorf("with a layer for all rows: %s", counts(i))
	}
}
