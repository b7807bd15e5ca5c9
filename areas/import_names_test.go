package areas_test

import (
	"fmt"
	"strings"
	"testing"

	"canvass/areas"
)

// Places above are found by name, whatever the case, the blanks and the words that tell none from another; what is not found is made and
// said, with what is called nearly so, and so is what no row belongs to.
func TestImportFindsPlacesByName(t *testing.T) {
	p := newPlace(t)
	dropped := func(o *areas.ImportOptions) { o.Drop = []string{"Kecamatan", "镇"} }
	row := func(id int, town, area, name string) string {
		west := 118 + float64(id)*0.01
		return feature(fmt.Sprint(id), fmt.Sprintf(`"town":%q,"area":%q,"name":%q`, town, area, name), box(west, 36, west+0.01, 36.01))
	}
	p.imported("regions", "towns.geojson", collection(row(1, "", "", "TANAH ABANG"), row(2, "", "", "Kecamatan Gambir"), row(3, "", "", "太平")))
	i, report := p.imported("areas", "villages.geojson", collection(row(1, "Kecamatan Tanah Abang", "", "Kebon Melati"), row(2, "gambir", "", "Petojo Utara"),
		row(3, "太 平镇", "", "北王"), row(4, "Tanah Abang", "", "Karet Tengsin")), dropped, func(o *areas.ImportOptions) { o.Source = "villages" })
	if i.Refused > 0 || strings.Contains(report, "called") {
		t.Errorf("towns were not found:\n%s", report)
	}
	_, report = p.imported("sub_areas", "rw.geojson", collection(row(1, "TANAH ABANG", "KEBON  MELATI", ""), row(2, "GAMBIR", "PETOJO UTARRA", ""),
		row(5, "GAMBIR", "PETOJO UTARRA", ""), row(3, "太平", "北王", "")), dropped, func(o *areas.ImportOptions) { o.Source = "rw" })
	for _, want := range []string{"2 2 noted: nothing in 370883102 is called PETOJO UTARRA; it was made; 370883102001 is called nearly so",
		"370883101002 Karet Tengsin has no sub-area: no row names it"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not say %q:\n%s", want, report)
		}
	}
	if n := strings.Count(report, "called PETOJO"); n != 1 {
		t.Errorf("it is said %d times", n)
	}
	for code, want := range map[areas.Code]int{"370883101001": 1, "370883102001": 0, "370883102002": 2, "370883103001": 1} {
		list, err := p.SubAreas(t.Context(), p.gis, areas.SubAreaQuery{Within: code})
		p.ok(err)
		if len(list.Items) != want {
			t.Errorf("%s has %d sub-areas, want %d\n%s", code, len(list.Items), want, report)
		}
	}
}
