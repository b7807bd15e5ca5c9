package areas_test

import (
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"canvass/areas"
)

// A search finds places by code or its beginning, by Chinese names and parts of them, and houses by name or address.
func TestSearch(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	_, err := p.AddBuildings(ctx, p.gis, county, []areas.NewBuilding{
		{Geometry: square("117.001 35.001"), Name: "幸福小区1号楼", Address: "香城路12号", Source: "test", SourceID: "a"},
		{Geometry: square("117.002 35.001"), Name: "100%_纯净水厂", Source: "test", SourceID: "b"},
		{Geometry: square("117.003 35.001"), Name: "营房", Address: "某路1号", Sensitive: true, Source: "test", SourceID: "c"},
	})
	p.ok(err)
	p.ok(p.AddBase(ctx, p.gis, county, "demo", []areas.BaseFeature{
		{Layer: "road", Class: "primary", Name: "孟子大道", Geometry: orb.LineString{{117, 35}, {117.01, 35}}, SourceID: "1"},
		{Layer: "poi", Class: "school", Name: "香城中学", Geometry: orb.Point{117.001, 35.002}, SourceID: "2"},
		{Layer: "water", Class: "lake", Name: "孟子湖", Geometry: square("117.004 35.004"), SourceID: "3"},
	}))
	for _, c := range []struct{ text, want string }{
		{"370883", "region 邹城市, region 香城镇, area 北王村"},
		{"370883100", "region 香城镇, area 北王村"},
		{"370883100201", "area 北王村, sub_area 370883100201001, sub_area 370883100201002"},
		{"370883100201002", "sub_area 370883100201002"},
		{"999999999999", ""},
		{"邹城", "region 邹城市"},
		{"王村", "area 北王村"},
		{"香城", "region 香城镇, poi 香城中学, building 幸福小区1号楼"},
		{"孟子", "poi 孟子湖, road 孟子大道"},
		{"幸福小区", "building 幸福小区1号楼"},
		{"1号楼", "building 幸福小区1号楼"},
		{"香城路12", "building 幸福小区1号楼"},
		{"营房", ""},
		{"100%", "building 100%_纯净水厂"},
		{"%", "building 100%_纯净水厂"},
		{`\`, ""},
		{"  北王  ", "area 北王村"},
		{"'; DROP TABLE buildings", ""},
	} {
		hits, err := p.Search(ctx, p.supervisor, areas.SearchQuery{County: county, Text: c.text})
		p.ok(err)
		var found []string
		for _, h := range hits {
			found = append(found, h.Kind+" "+h.Title)
		}
		if got := strings.Join(found, ", "); got != c.want {
			t.Errorf("%q finds %q, want %q", c.text, got, c.want)
		}
	}
	hits, err := p.Search(ctx, p.supervisor, areas.SearchQuery{County: county, Text: "3", Limit: 1})
	p.ok(err)
	if len(hits) != 1 {
		t.Errorf("%d hits, one was asked for", len(hits))
	}
}
