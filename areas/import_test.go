package areas_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canvass/areas"
)

// importing takes a file in, as it was written, and answers the import with its report in lines.
func (p *place) importing(what, name, text string, options ...func(*areas.ImportOptions)) (areas.Import, string, error) {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), name)
	p.ok(os.WriteFile(path, []byte(text), 0o600))
	o := areas.ImportOptions{County: county, What: what, Source: "file", FileName: name}
	for _, set := range options {
		set(&o)
	}
	begun, err := p.BeginImport(p.t.Context(), p.gis, o)
	p.ok(err)
	_, runErr := p.RunImport(p.t.Context(), p.gis, begun, nil, path)
	kept, err := p.Import(p.t.Context(), p.gis, county, begun.ID)
	p.ok(err)
	return kept, p.report(kept), runErr
}

// imported is importing for what must go well.
func (p *place) imported(what, name, text string, options ...func(*areas.ImportOptions)) (areas.Import, string) {
	p.t.Helper()
	i, report, err := p.importing(what, name, text, options...)
	if err != nil || i.State != "done" || i.EndedAt == nil {
		p.t.Fatalf("import of %s is %s: %v", name, i.State, err)
	}
	return i, report
}

func (p *place) report(i areas.Import) string {
	p.t.Helper()
	rows, err := p.ImportRows(p.t.Context(), p.gis, areas.ImportRowQuery{County: county, Import: i.ID})
	p.ok(err)
	var b strings.Builder
	for _, r := range rows.Items {
		fmt.Fprintf(&b, "%d %s %s: %s\n", r.Row, r.SourceID, r.Outcome, r.Reason)
	}
	return b.String()
}

// counts are an import's numbers: read, accepted, mended, refused; inserted, updated, unchanged.
func counts(i areas.Import) string {
	return fmt.Sprintf("%d %d %d %d; %d %d %d", i.RowsRead, i.Accepted, i.Mended, i.Refused, i.Inserted, i.Updated, i.Unchanged)
}

// collection writes features as GeoJSON: each is an id, its properties and its geometry.
func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",\n") + `]}`
}

func feature(id, properties, geometry string) string {
	return fmt.Sprintf(`{"type":"Feature","id":%q,"properties":{%s},"geometry":%s}`, id, properties, geometry)
}

// box is the GeoJSON of a rectangle.
func box(west, south, east, north float64) string {
	return fmt.Sprintf(`{"type":"Polygon","coordinates":[[[%[1]v,%[2]v],[%[3]v,%[2]v],[%[3]v,%[4]v],[%[1]v,%[4]v],[%[1]v,%[2]v]]]}`,
		west, south, east, north)
}

// as sets an import's options.
func mapped(columns map[string]string) func(*areas.ImportOptions) {
	return func(o *areas.ImportOptions) { o.Map = columns }
}

// Buildings are taken with what a file tells of them; broken ones are mended or refused, and the report says which and why.
func TestImportBuildings(t *testing.T) {
	p := newPlace(t)
	text := collection(
		feature("good", `"kind":"mixed","name":"供销社","floors":3,"doors":2,"stairwells":1,"date":"2020-05-01"`, box(117.001, 35.005, 117.0015, 35.0055)),
		feature("bowtie", ``, `{"type":"Polygon","coordinates":[[[117.002,35.005],[117.003,35.006],[117.003,35.005],[117.002,35.006],[117.002,35.005]]]}`),
		feature("flat", ``, `{"type":"Polygon","coordinates":[[[117.002,35.005],[117.003,35.005],[117.002,35.005],[117.002,35.005]]]}`),
		feature("none", ``, `null`),
		feature("line", ``, `{"type":"LineString","coordinates":[[117,35],[117.001,35]]}`),
		feature("tall", `"floors":999`, box(117.004, 35.005, 117.0041, 35.0051)),
		feature("abroad", ``, box(118.1, 36.1, 118.1001, 36.1001)),
		feature("good", ``, box(117.006, 35.005, 117.0061, 35.0051)),
		feature("point", ``, `{"type":"Point","coordinates":[117.0151,35.0051]}`),
	)
	i, report := p.imported("buildings", "houses.geojson", text)
	if got := counts(i); got != "9 5 1 4; 5 0 0" {
		t.Errorf("counts %s\n%s", got, report)
	}
	for _, want := range []string{"2 bowtie mended: ", "made valid, its area changed by", "3 flat refused: ", "4 none refused: it has no geometry",
		"5 line refused: a building is a point, a polygon or a multipolygon, not a LineString", "6 tall noted: floors is implausible",
		"7 abroad noted: it stands outside the county's ground", "8 good refused: the id good occurs twice"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not say %q:\n%s", want, report)
		}
	}
	list, err := p.Buildings(t.Context(), p.gis, areas.BuildingQuery{Within: county, Text: "供销社"})
	p.ok(err)
	b := list.Items[0]
	if b.Place != west || b.Kind != "mixed" || *b.Floors != 3 || b.Source != "file" || b.SourceDate.Format("2006-01-02") != "2020-05-01" ||
		b.Standing != "confirmed" || b.Number == 0 {
		t.Errorf("taken as %+v", b)
	}
	again, report := p.imported("buildings", "houses.geojson", text)
	if got := counts(again); got != "9 5 1 4; 0 0 5" {
		t.Errorf("the same file again: %s\n%s", got, report)
	}
	text = strings.Replace(text, `"floors":3`, `"floors":4`, 1)
	if changed, report := p.imported("buildings", "houses.geojson", text); counts(changed) != "9 5 1 4; 0 1 4" {
		t.Errorf("with one change: %s\n%s", counts(changed), report)
	}
	after, err := p.Building(t.Context(), p.gis, areas.BuildingKey{County: county, ID: b.ID})
	p.ok(err)
	if *after.Floors != 4 || after.Number != b.Number {
		t.Errorf("updated to %+v", after)
	}
	other, _ := p.imported("buildings", "houses.geojson", text, func(o *areas.ImportOptions) { o.Source = "another" })
	if got := counts(other); got != "9 5 1 4; 5 0 0" {
		t.Errorf("from another source: %s", got)
	}
	p.verified()
}

func (p *place) verified() {
	p.t.Helper()
	faults, err := p.Verify(p.t.Context(), areas.System(), county, false)
	p.ok(err)
	for _, f := range faults {
		divided := f.Check != "nesting" || !strings.HasSuffix(f.What, "are in none of the places it is divided into")
		if f.Check != "overlap" && divided { // published boundaries overlap, and are noted; a test divides a part
			p.t.Errorf("after the import: %+v", f)
		}
	}
}

// A file may name its columns as it likes, hold more than is asked for, and be in another datum.
func TestImportOptions(t *testing.T) {
	p := newPlace(t)
	const csv = "编号,楼名,层,用途,lon,lat\n1,一号楼,6,住宅,117.0051,35.0051\n2,二号楼,6,厂房,117.0061,35.0051\n3,三号楼,6,住宅,117.0151,35.0051\n"
	i, report := p.imported("buildings", "houses.csv", csv, mapped(map[string]string{"id": "编号", "name": "楼名", "floors": "层", "kind": "=mixed"}),
		func(o *areas.ImportOptions) { o.Where, o.Datum = "用途=住宅", "gcj02" })
	if got := counts(i); got != "2 2 0 0; 2 0 0" {
		t.Fatalf("counts %s\n%s", got, report)
	}
	list, err := p.Buildings(t.Context(), p.gis, areas.BuildingQuery{Within: county, Text: "号楼"})
	p.ok(err)
	if len(list.Items) != 2 || list.Items[0].SourceID != "1" || list.Items[1].SourceID != "3" || list.Items[0].Kind != "mixed" {
		t.Fatalf("taken: %+v", list.Items)
	}
	at := list.Items[0].Point // some hundred metres to the west of where GCJ-02 puts it, as everywhere in this province
	if west := 117.0051 - at[0]; west < 0.004 || west > 0.008 || at[1] == 35.0051 {
		t.Errorf("GCJ-02 117.0051 35.0051 became %v", at)
	}
	for name, c := range map[string]struct {
		set  func(*areas.ImportOptions)
		want string
	}{
		"what":   {func(o *areas.ImportOptions) { o.What = "trees" }, "what_unknown"},
		"county": {func(o *areas.ImportOptions) { o.County = "37" }, "county_missing"},
		"source": {func(o *areas.ImportOptions) { o.Source = "" }, "source_missing"},
		"map":    {func(o *areas.ImportOptions) { o.Map = map[string]string{"colour": "c"} }, "field_unknown"},
	} {
		o := areas.ImportOptions{County: county, What: "buildings", Source: "file", FileName: "a.csv"}
		c.set(&o)
		if _, err := p.BeginImport(t.Context(), p.gis, o); areas.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, _, err = p.importing("buildings", "a.csv", csv, func(o *areas.ImportOptions) { o.Datum = "mars" })
	p.refused(err, "datum_unknown")
	_, err = p.BeginImport(t.Context(), p.supervisor, areas.ImportOptions{County: county, What: "buildings", Source: "s", FileName: "a"})
	p.refused(err, "role_not_allowed")
}

// A file that ends in the middle, or an import that is called off, leaves nothing but its report.
func TestImportLeavesAllOrNothing(t *testing.T) {
	p := newPlace(t)
	whole := collection(feature("1", ``, box(117.001, 35.005, 117.0011, 35.0051)), feature("2", ``, box(117.003, 35.005, 117.0031, 35.0051)))
	before := len(p.all())
	i, _, err := p.importing("buildings", "broken.geojson", whole[:len(whole)-30])
	p.refused(err, "file_broken")
	if i.State != "failed" || i.Error == "" || i.EndedAt == nil || i.Inserted != 0 || len(p.all()) != before {
		t.Errorf("of a broken file %d buildings stayed: %+v", len(p.all())-before, i)
	}
	var many []string
	for n := range 12_000 {
		many = append(many, feature(fmt.Sprint(n), ``, fmt.Sprintf(`{"type":"Point","coordinates":[117.00%04d,35.005]}`, n%9999)))
	}
	path := filepath.Join(t.TempDir(), "many.geojson")
	p.ok(os.WriteFile(path, []byte(collection(many...)), 0o600))
	begun, err := p.BeginImport(t.Context(), p.gis, areas.ImportOptions{County: county, What: "buildings", Source: "many", FileName: "many.geojson"})
	p.ok(err)
	ctx, stop := context.WithCancel(t.Context())
	told := 0
	_, err = p.RunImport(ctx, p.gis, begun, func(areas.Import) { told++; stop() }, path)
	if err == nil || told == 0 {
		t.Fatalf("called off after being told %d times: %v", told, err)
	}
	kept, err := p.Import(t.Context(), p.gis, county, begun.ID)
	p.ok(err)
	if kept.State != "failed" || kept.RowsRead == 0 || kept.RowsRead >= 12_000 || kept.Inserted != 0 || len(p.all()) != before {
		t.Errorf("called off, %d buildings stayed: %+v", len(p.all())-before, kept)
	}
}

// all are the county's buildings.
func (p *place) all() []areas.Building {
	p.t.Helper()
	list, err := p.Buildings(p.t.Context(), p.gis, areas.BuildingQuery{Within: county, Page: areas.Page{Limit: 1000}})
	p.ok(err)
	return list.Items
}
