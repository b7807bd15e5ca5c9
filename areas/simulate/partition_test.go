package simulate

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// sound checks all that is promised of a town: codes, partition at both levels, and buildings inside and apart.
func sound(t *testing.T, town *Town) {
	t.Helper()
	var areas []orb.MultiPolygon
	codes := map[string]bool{}
	for _, a := range town.Areas {
		areas = append(areas, a.Outline)
		coded(t, codes, a.Code, town.Code)
		if digits := a.Code[9:]; (digits < "200") != (a.Kind == "residents") || digits < "001" || digits > "399" {
			t.Errorf("area %s is of kind %s", a.Code, a.Kind)
		}
		var subAreas []orb.MultiPolygon
		for _, s := range a.SubAreas {
			coded(t, codes, s.Code, a.Code)
			subAreas = append(subAreas, s.Outline)
			built(t, s)
		}
		partition(t, a.Code, a.Outline, subAreas)
	}
	partition(t, town.Code, town.Outline, areas)
	for _, f := range town.Base {
		onTheGrid(t, town.Code+" "+f.Layer+" "+f.Class, f.Geometry)
	}
}

func coded(t *testing.T, seen map[string]bool, code, parent string) {
	t.Helper()
	if seen[code] || !strings.HasPrefix(code, parent) || len(code) != len(parent)+3 {
		t.Errorf("code %q in %s is used twice or malformed", code, parent)
	}
	seen[code] = true
}

// partition holds when every edge of the parts occurs once in each direction, but for those of the whole, which occur
// once; then the parts cover the whole with neither gap nor overlap, and share every corner.
func partition(t *testing.T, name string, whole orb.MultiPolygon, parts []orb.MultiPolygon) {
	t.Helper()
	type edge [2]orb.Point
	left := map[edge]int{}
	for _, p := range parts {
		if err := geo.Check(p); err != nil {
			t.Errorf("a part of %s: %v", name, err)
		}
		onTheGrid(t, name, p)
		r := p[0][0]
		for i := 1; i < len(r); i++ {
			left[edge{r[i-1], r[i]}]++
		}
	}
	r := whole[0][0]
	for i := 1; i < len(r); i++ {
		left[edge{r[i], r[i-1]}]++
	}
	for e, n := range left {
		if n != 1 || left[edge{e[1], e[0]}] != 1 {
			t.Errorf("%s: the edge %v is had %d times one way and %d the other", name, e, n, left[edge{e[1], e[0]}])
			return
		}
	}
}

// built checks the buildings of a sub-area.
func built(t *testing.T, s SubArea) {
	t.Helper()
	around := onRing(s.Outline[0][0])
	households := 0
	rings := make([]ring, len(s.Buildings))
	for i, b := range s.Buildings {
		households += b.Households
		rings[i] = onRing(b.Outline[0])
		if err := geo.Check(b.Outline); err != nil {
			t.Errorf("building %d of %s: %v", i, s.Code, err)
		}
		if !around.holds(rings[i]) {
			t.Errorf("building %d of %s leaves its sub-area", i, s.Code)
		}
		if rings[i].area() < 12 {
			t.Errorf("building %d of %s has %.1f m²", i, s.Code, rings[i].area())
		}
		if b.Units > 0 && b.Units != b.Floors*b.Stairwells*b.Doors && b.Kind == "residential" && b.Floors > 2 {
			t.Errorf("building %d of %s: %d units behind %d floors × %d × %d", i, s.Code, b.Units, b.Floors, b.Stairwells, b.Doors)
		}
		for k := range i {
			if meets(rings[k], rings[i]) {
				t.Errorf("buildings %d and %d of %s overlap", k, i, s.Code)
			}
		}
	}
	if households != s.Expected {
		t.Errorf("%s expects %d households, its buildings hold %d", s.Code, s.Expected, households)
	}
}

func meets(a, b ring) bool {
	aLow, aHigh := bounds(a)
	bLow, bHigh := bounds(b)
	if aLow.x > bHigh.x || bLow.x > aHigh.x || aLow.y > bHigh.y || bLow.y > aHigh.y {
		return false
	}
	for i := range a {
		for k := range b {
			if touch(a[i], a[(i+1)%len(a)], b[k], b[(k+1)%len(b)]) {
				return true
			}
		}
	}
	return a.contains(b[0]) || b.contains(a[0])
}

func onRing(r orb.Ring) ring {
	out := make(ring, len(r)-1)
	for i := range out {
		out[i] = pt{int64(math.Round(r[i][0] * 1e7)), int64(math.Round(r[i][1] * 1e7))}
	}
	return out
}
