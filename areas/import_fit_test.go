package areas_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"canvass/areas"
	"canvass/geo"
)

// repairing sets by how many metres an import mends.
func repairing(metres float64) func(*areas.ImportOptions) {
	return func(o *areas.ImportOptions) { o.Repair = &metres }
}

// askew are four sub-areas of a village: a sliver of half a metre between the first two, ten metres of overlap with the
// third, and the fourth twenty metres off.
var askew = collection(
	feature("s1", `"area":"B","town":"T"`, box(117.2, 35, 117.21, 35.01)),
	feature("s2", `"area":"B","town":"T"`, box(117.210005, 35, 117.22, 35.01)),
	feature("s3", `"area":"B","town":"T"`, box(117.2199, 35, 117.23, 35.01)),
	feature("s4", `"area":"B","town":"T"`, ringed(117.2, 35.01, 117.23, 35.01, 117.23, 35.02, 117.2, 35.02)),
	feature("s5", `"area":"B","town":"T"`, ringed(117.2302, 35, 117.24, 35, 117.24, 35.02, 117.23, 35.02, 117.23, 35.01, 117.2302, 35.0095)),
)

// ringed writes a ring of longitudes and latitudes.
func ringed(places ...float64) string {
	var ring []string
	for i := 0; i < len(places); i += 2 {
		ring = append(ring, fmt.Sprintf("[%v,%v]", places[i], places[i+1]))
	}
	return `{"type":"Polygon","coordinates":[[` + strings.Join(append(ring, ring[0]), ",") + `]]}`
}

// What boundaries miss one another by is told with its place, its square metres and what closes it, and is mended as far as
// was asked for; the rest stays as it was drawn.
func TestImportFitsBoundaries(t *testing.T) {
	p := newPlace(t)
	i, report := p.imported("sub_areas", "askew.geojson", askew, repairing(0))
	for what, want := range map[string]int{"overlap": 1, "sliver gap": 1, "unmatched vertex": 8, "gap": 0, "repaired": 0} {
		if i.Findings[what] != want {
			t.Errorf("%d of %s, want %d\n%s", i.Findings[what], what, want, report)
		}
	}
	for _, want := range []string{"370883101001002 and 370883101001003 share 10", "draw the boundary that they have in common",
		"m² between 370883101001001 and 370883101001002 belong to nobody, in a sliver 0.4", "--repair 0.5 closes it"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not say %q:\n%s", want, report)
		}
	}
	again, report := p.imported("sub_areas", "askew.geojson", askew, repairing(1))
	if again.Findings["sliver gap"] != 0 || again.Findings["overlap"] != 1 || again.Findings["repaired"] == 0 || again.Mended == 0 {
		t.Errorf("mended by a metre: %v\n%s", again.Findings, report)
	}
	if !strings.Contains(report, "mended: a vertex moved for 370883101001001: ") {
		t.Errorf("what was mended is not told:\n%s", report)
	}
	first, err := p.Geometry(t.Context(), p.gis, "370883101001001")
	p.ok(err)
	second, err := p.Geometry(t.Context(), p.gis, "370883101001002")
	p.ok(err)
	if a, b := first.Bound().Max[0], second.Bound().Min[0]; a != b {
		t.Errorf("the two end at %v and begin at %v", a, b)
	}
	_, err = p.BeginImport(t.Context(), p.gis, areas.ImportOptions{County: county, What: "sub_areas", Source: "x", Repair: ptr(-1.0)})
	p.refused(err, "repair_out_of_range")
}

// What is stored stays where it is: what comes from a file is drawn to it, and it only gets a vertex where one meets it.
func TestImportFitsWhatIsStored(t *testing.T) {
	p := newPlace(t)
	p.imported("sub_areas", "one.geojson", collection(feature("a", `"area":"B","town":"T"`, box(117.2, 35, 117.21, 35.01))))
	before, err := p.Geometry(t.Context(), p.gis, "370883101001001")
	p.ok(err)
	i, report := p.imported("sub_areas", "two.geojson", collection(
		feature("b", `"area":"B","town":"T"`, box(117.210003, 35, 117.22, 35.005)),
		feature("c", `"area":"B","town":"T"`, box(117.209998, 35.005, 117.22, 35.01)),
	), repairing(1))
	if i.Findings["gap"]+i.Findings["overlap"]+i.Findings["sliver gap"]+i.Findings["sliver overlap"] != 0 {
		t.Errorf("%v\n%s", i.Findings, report)
	}
	after, err := p.Geometry(t.Context(), p.gis, "370883101001001")
	p.ok(err)
	if grown := len(after[0][0]) - len(before[0][0]); grown < 1 || grown > 2 || math.Abs(geo.Area(after)-geo.Area(before)) > 0.01 || after.Bound() != before.Bound() {
		t.Errorf("what was stored became %v", after)
	}
	for _, code := range []areas.Code{"370883101001002", "370883101001003"} {
		g, err := p.Geometry(t.Context(), p.gis, code)
		p.ok(err)
		if g.Bound().Min[0] != 117.21 {
			t.Errorf("%s begins at %v", code, g.Bound().Min)
		}
	}
	p.verified()
}

// Ground that sub-areas enclose and leave is told, but is no gap; ground outside the place above, or that it has and none of
// its parts, is.
func TestImportTellsEnclavesAndNesting(t *testing.T) {
	p := newPlace(t)
	ring := `{"type":"Polygon","coordinates":[[[117.2,35],[117.21,35],[117.21,35.01],[117.2,35.01],[117.2,35]],
		[[117.204,35.004],[117.204,35.006],[117.206,35.006],[117.206,35.004],[117.204,35.004]]]}`
	i, report := p.imported("sub_areas", "enclave.geojson", collection(feature("a", `"area":"B","town":"T"`, ring)))
	if i.Findings["enclosed ground"] != 1 || i.Findings["gap"] != 0 || !strings.Contains(report, "m² within 370883101001001 belong to nobody here: an enclave") {
		t.Errorf("%v\n%s", i.Findings, report)
	}
	p.imported("areas", "areas.geojson", collection(feature("v", `"code":"370883100205","name":"东村"`, box(117.4, 35, 117.42, 35.02))),
		func(o *areas.ImportOptions) { o.Parent = town })
	i, report = p.imported("sub_areas", "subs.geojson", collection(feature("b", `"area":"370883100205"`, box(117.4, 35, 117.421, 35.01))))
	for _, want := range []string{"m² of 370883100205 are in none of the places it is divided into", "m² of 370883100205001 lie outside 370883100205, to which it belongs"} {
		if !strings.Contains(report, want) || i.Findings["nesting"] == 0 {
			t.Errorf("the report does not say %q:\n%s", want, report)
		}
	}
	rows, err := p.ImportRows(t.Context(), p.gis, areas.ImportRowQuery{County: county, Import: i.ID})
	p.ok(err)
	for _, r := range rows.Items {
		if zh := r.ReasonIn("zh"); strings.Contains(zh, "m²") || r.Point == nil {
			t.Errorf("%q at %v", zh, r.Point)
		}
	}
}

// Coordinates in another system than they are taken for are refused as a whole, with what to do.
func TestImportTellsTheSystem(t *testing.T) {
	p := newPlace(t)
	for _, c := range []struct{ name, geometry, code, says string }{
		{"zone 39", ringed(39500000, 3870000, 39501000, 3870000, 39501000, 3871000), "coordinates_in_metres", "EPSG:4527"},
		{"6-degree zone 20", ringed(20500000, 3870000, 20501000, 3870000, 20501000, 3871000), "coordinates_in_metres", "EPSG:4498"},
		{"web mercator", ringed(13040000, 4160000, 13041000, 4160000, 13041000, 4161000), "coordinates_in_metres", "EPSG:3857"},
		{"feet", ringed(3109869, 1648892, 3110869, 1648892, 3110869, 1649892), "coordinates_in_metres", "such as EPSG:4527"},
		{"latitude first", ringed(35, 117.2, 35.01, 117.2, 35.01, 117.21), "coordinates_swapped", "--swap"},
	} {
		i, _, err := p.importing("sub_areas", "x.geojson", collection(feature("a", ``, c.geometry)))
		p.refused(err, c.code)
		if i.State != "failed" || !strings.Contains(i.Error, c.says) {
			t.Errorf("%s: %s", c.name, i.Error)
		}
	}
	p.imported("sub_areas", "x.geojson", collection(feature("a", `"area":"B","town":"T"`, ringed(35, 117.2, 35.01, 117.2, 35.01, 117.21))),
		func(o *areas.ImportOptions) { o.Swap = true })
	g, err := p.Geometry(t.Context(), p.gis, "370883101001001")
	p.ok(err)
	if g.Bound() != (orb.Bound{Min: orb.Point{117.2, 35}, Max: orb.Point{117.21, 35.01}}) {
		t.Errorf("turned around it lies at %v", g.Bound())
	}
}

// Where both numbers may be latitudes, the ground of the county tells which is which.
func TestImportTellsTheSystemByTheCounty(t *testing.T) {
	p := newPlace(t)
	p.ok(p.MakeRegions(t.Context(), areas.System(), []areas.NewRegion{{Code: county + "108", Name: "西镇",
		Geometry: orb.MultiPolygon{orb.Bound{Min: orb.Point{80, 35}, Max: orb.Point{80.1, 35.1}}.ToPolygon()}}}))
	_, _, err := p.importing("sub_areas", "x.geojson", collection(feature("a", ``, ringed(35, 80, 35.01, 80, 35.01, 80.01))))
	p.refused(err, "coordinates_swapped")
}

// Rows that cannot be are refused one by one, each with its reason.
func TestImportRefusesBadGround(t *testing.T) {
	p := newPlace(t)
	i, report := p.imported("sub_areas", "bad.geojson", collection(
		feature("nested", `"area":"B","town":"T"`, `{"type":"GeometryCollection","geometries":[{"type":"GeometryCollection","geometries":[]}]}`),
		feature("empty", `"area":"B","town":"T"`, `{"type":"Polygon","coordinates":[]}`),
		feature("flat", `"area":"B","town":"T"`, ringed(117.2, 35, 117.21, 35, 117.22, 35)),
		feature("off earth", `"area":"B","town":"T"`, ringed(117.2, 35, 117.21, 35, 117.21, 95)),
		feature("good", `"area":"B","town":"T"`, box(117.2, 35, 117.21, 35.01)),
		feature("bow tie", `"area":"B","town":"T"`, ringed(117.22, 35, 117.23, 35.01, 117.23, 35, 117.22, 35.012)),
	))
	if i.Refused != 4 || i.Accepted != 2 || i.Mended != 1 {
		t.Errorf("counts %s\n%s", counts(i), report)
	}
	for _, want := range []string{"1  refused: a geometry of its collection is empty", "empty refused: it has no geometry", "flat refused: polygon without an area", "off earth refused: coordinate out of range", "bow tie mended: ring crosses"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not say %q:\n%s", want, report)
		}
	}
}

// A ring of many vertices is taken, or refused, like any other.
func TestImportLargeRing(t *testing.T) {
	p := newPlace(t)
	const n = 100_000
	places := make([]float64, 0, 2*n+4)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		places = append(places, 117.3+cos/10, 35.1+sin/10)
	}
	i, report := p.imported("sub_areas", "large.geojson", collection(feature("a", `"area":"B","town":"T"`, ringed(places...))))
	if i.Accepted != 1 || i.Refused != 0 {
		t.Errorf("counts %s\n%s", counts(i), report)
	}
}
