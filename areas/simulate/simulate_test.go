package simulate

import (
	"fmt"
	"hash/fnv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// The counts are those of the census of 2020; buildings and households are held between what the census figures allow.
func TestCountyHasItsCounts(t *testing.T) {
	county, towns := grow(t, SizeCounty, 1)
	if county.Code != "370883" || len(towns) != 16 {
		t.Fatalf("county %s has %d towns, want 370883 with 16", county.Code, len(towns))
	}
	got := count(towns)
	if got.areas != 901 || got.subAreas != 6255 {
		t.Errorf("%d areas and %d sub-areas, want 901 and 6255", got.areas, got.subAreas)
	}
	within(t, "buildings", got.buildings, 135_000, 195_000)
	within(t, "households", got.households, 280_000, 325_000)
	within(t, "sub-areas without a household", got.empty, 0, 12)
	within(t, "bridges", got.bridges, 40, 4000)
	if a := squareMetres(county.Outline); a < 1.4e9 || a > 1.8e9 {
		t.Errorf("the county has %.0f km², want about 1600", a/1e6)
	}
	var outlines []orb.MultiPolygon
	for _, town := range towns {
		outlines = append(outlines, town.Outline)
		sound(t, town)
	}
	partition(t, "county", county.Outline, outlines)
	for _, f := range county.Base {
		onTheGrid(t, f.Name, f.Geometry)
	}
}

func TestTownHasItsCounts(t *testing.T) {
	for seed := int64(1); seed <= 4; seed++ {
		county, towns := grow(t, SizeTown, seed)
		got := count(towns)
		if len(towns) != 1 || got.areas != 56 || got.subAreas != 390 {
			t.Errorf("seed %d: %d towns, %d areas, %d sub-areas, want 1, 56, 390", seed, len(towns), got.areas, got.subAreas)
		}
		within(t, "buildings", got.buildings, 9_000, 11_500)
		within(t, "households", got.households, 17_000, 23_000)
		partition(t, "county", county.Outline, []orb.MultiPolygon{towns[0].Outline})
		sound(t, towns[0])
	}
}

func TestSameSeedSameGround(t *testing.T) {
	print := func(seed int64) string {
		county, towns := grow(t, SizeTown, seed)
		return fingerprint(county.Base, towns)
	}
	first := print(7)
	if again := print(7); again != first {
		t.Errorf("seed 7 made %s, then %s", first, again)
	}
	if other := print(8); other == first {
		t.Errorf("seeds 7 and 8 made the same ground")
	}
}

// A town must not depend on which towns were made before, or beside it.
func TestTownsAreMadeInAnyOrder(t *testing.T) {
	county, err := New(SizeCounty, 3)
	if err != nil {
		t.Fatal(err)
	}
	order := []int{8, 1, 12}
	beside := make([]*Town, len(order))
	done := make(chan error)
	for k, i := range order {
		go func() {
			var err error
			beside[k], err = county.Town(i)
			done <- err
		}()
	}
	for range order {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	for k := len(order) - 1; k >= 0; k-- {
		alone, err := county.Town(order[k])
		if err != nil {
			t.Fatal(err)
		}
		if a, b := fingerprint(nil, []*Town{alone}), fingerprint(nil, beside[k:k+1]); a != b {
			t.Errorf("%s is %s alone and %s beside others", alone.Name, a, b)
		}
	}
}

func TestParseSize(t *testing.T) {
	for _, s := range []string{"town", "county"} {
		if size, err := ParseSize(s); err != nil || string(size) != s {
			t.Errorf("ParseSize(%q) = %q, %v", s, size, err)
		}
	}
	for _, s := range []string{"", "Town", "province"} {
		if _, err := ParseSize(s); err == nil || !strings.Contains(err.Error(), "town or county") {
			t.Errorf("ParseSize(%q) says %v, want what may be said", s, err)
		}
		if _, err := New(Size(s), 1); err == nil {
			t.Errorf("New(%q) made a county", s)
		}
	}
}

func TestNoSuchTown(t *testing.T) {
	county, err := New(SizeTown, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{-1, 1} {
		if _, err := county.Town(i); err == nil {
			t.Errorf("Town(%d) made a town", i)
		}
	}
}

func grow(t *testing.T, size Size, seed int64) (*County, []*Town) {
	t.Helper()
	county, err := New(size, seed)
	if err != nil {
		t.Fatal(err)
	}
	towns := make([]*Town, len(county.Towns))
	for i := range towns {
		if towns[i], err = county.Town(i); err != nil {
			t.Fatal(err)
		}
		if towns[i].Code != county.Towns[i].Code || !towns[i].Outline.Equal(county.Towns[i].Outline) {
			t.Errorf("town %d differs from what the county says of it", i)
		}
	}
	return county, towns
}

type counts struct{ areas, subAreas, buildings, households, empty, bridges int }

func count(towns []*Town) (c counts) {
	for _, town := range towns {
		c.areas += len(town.Areas)
		for _, a := range town.Areas {
			c.subAreas += len(a.SubAreas)
			for _, s := range a.SubAreas {
				c.buildings += len(s.Buildings)
				c.households += s.Expected
				if s.Expected == 0 {
					c.empty++
				}
			}
		}
		for _, f := range town.Base {
			if f.Bridge {
				c.bridges++
			}
		}
	}
	return c
}

func within(t *testing.T, what string, got, low, high int) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%d %s, want %d to %d", got, what, low, high)
	}
}

func squareMetres(m orb.MultiPolygon) float64 {
	sum := 0.0
	r := m[0][0]
	for i := 1; i < len(r); i++ {
		sum += (r[i-1][0]-117)*(r[i][1]-35) - (r[i][0]-117)*(r[i-1][1]-35)
	}
	return sum / 2 * 90_735 * 110_950
}

func fingerprint(base []BaseFeature, towns []*Town) string {
	h := fnv.New128a()
	for _, f := range base {
		fmt.Fprintln(h, f)
	}
	for _, t := range towns {
		fmt.Fprintln(h, *t)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func onTheGrid(t *testing.T, what string, g orb.Geometry) {
	t.Helper()
	if !orb.Equal(geo.Snap(g), g) {
		t.Errorf("%s leaves the grid", what)
	}
}
