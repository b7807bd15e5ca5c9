package coverage

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func TestRedraw(t *testing.T) {
	const square = 111.319 * 110.574
	for _, c := range []struct {
		name          string
		before, after []string
		want          []string // of the members that change, with their numbers; or the faults
	}{
		{"nothing", []string{west, east}, []string{west, east}, nil},
		{"a boundary", []string{west, east}, []string{"POLYGON ((0 0, 4 0, 3 2, 4 4, 0 4, 0 0))", "POLYGON ((4 0, 8 0, 8 4, 4 4, 3 2, 4 0))"},
			[]string{"0: 0 0, 4 0, 3 2, 4 4, 0 4, 0 0", "1: 3 2, 4 0, 8 0, 8 4, 4 4, 3 2"}},
		{"a split", []string{west, east}, []string{"POLYGON ((0 0, 2 0, 2 4, 0 4, 0 0))", east, "POLYGON ((2 0, 4 0, 4 4, 2 4, 2 0))"},
			[]string{"0: 0 0, 2 0, 2 4, 0 4, 0 0", "2: 2 0, 4 0, 4 4, 2 4, 2 0"}},
		{"a merge", []string{west, east}, []string{"POLYGON ((0 0, 8 0, 8 4, 0 4, 0 0))", "POLYGON EMPTY"}, []string{"0: 0 0, 4 0, 8 0, 8 4, 4 4, 0 4, 0 0", "1: "}},
		{"an enclave", []string{west}, []string{"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1))", "POLYGON ((1 1, 2 1, 2 2, 1 2, 1 1))"},
			[]string{"0: 0 0, 4 0, 4 4, 0 4, 0 0 / 1 1, 1 2, 2 2, 2 1, 1 1", "1: 1 1, 2 1, 2 2, 1 2, 1 1"}},
		{"noise", []string{west, east}, []string{"POLYGON ((0 0, 4.003 0, 4 4, 0 4, 0 0))", east}, nil},
		{"a hair beyond", []string{west, east}, []string{"POLYGON ((0 0, 2 -0.004, 2 4.004, 0 4, 0 0))", east, "POLYGON ((2 -0.004, 4 0, 4 4, 2 4.004, 2 -0.004))"},
			[]string{"0: 0 0, 2 0, 2 4, 0 4, 0 0", "2: 2 0, 4 0, 4 4, 2 4, 2 0"}},
		{"a gap", []string{west, east}, []string{"POLYGON ((0 0, 3 0, 3 4, 0 4, 0 0))", east}, []string{"gap 0 -1 3.5 2 4"}},
		{"an overlap", []string{west, east}, []string{west, "POLYGON ((3 0, 8 0, 8 4, 3 4, 3 0))"}, []string{"overlap 0 1 3.5 2 4"}},
		{"one that is gone", []string{west, east}, []string{west, "POLYGON EMPTY"}, []string{"gap 1 -1 6 2 16"}},
		{"beyond", []string{west, east}, []string{west, "POLYGON ((4 0, 9 0, 9 4, 4 4, 4 0))"}, []string{"ground outside 1 -1 8.5 2 4"}},
		{"a bow tie", []string{west}, []string{"POLYGON ((0 0, 4 4, 4 0, 0 5, 0 0))"}, []string{"self-intersection 0 -1 2.222 2.222 0"}},
	} {
		before := shapes(t, c.before...)
		e, faults := Redraw(before, shapes(t, c.after...), 1)
		var got []string
		for i := range len(c.after) {
			if m, changed := e[i]; changed && len(m) > 0 {
				got = append(got, fmt.Sprintf("%d: %s", i, units(m)))
			} else if changed {
				got = append(got, fmt.Sprintf("%d: ", i))
			}
		}
		for _, f := range faults {
			got = append(got, fmt.Sprintf("%s %d %d %.4g %.4g %.3g", f.Kind, f.Members[0], f.Members[1], f.At[0]/unit, f.At[1]/unit, f.Area/square))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if len(faults) == 0 {
			kept(t, before, e)
		}
	}
}

// What operations make, drawn with some noise as another program writes it, comes out as they made it but for that noise, and
// the ground of all stays the same to the last unit.
func TestRedrawAfterOperations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := country(4, rapid.IntRange(0, 3).Draw(t, "depth"), rapid.Uint64().Draw(t, "seed"))
		after := before
		for range rapid.IntRange(1, 4).Draw(t, "operations") {
			if e, err := operate(t, after, rapid.IntRange(0, len(after)-1).Draw(t, "member")); err == nil {
				after = e.Apply(after)
			}
		}
		noise := rapid.SampledFrom([]float64{0, 2e-7}).Draw(t, "noise")
		drawn := slices.Clone(after)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "shake"), 3))
		for i, m := range after {
			if i >= len(before) || !equalRings(m, before[i]) {
				drawn[i] = trembling(m, noise, rng)
			}
		}
		e, faults := Redraw(before, drawn, 0.05)
		for _, f := range faults {
			if noise == 0 || f.Kind != SelfIntersection { // noise may make a narrow place cross itself
				t.Errorf("%v", f)
			}
		}
		if len(faults) > 0 {
			return
		}
		kept(t, before, e)
		for _, d := range Compare(after, e.Apply(before), func(one, other int) bool { return one == other }) {
			if d.Width > 0.1 {
				t.Errorf("%+v", d)
			}
		}
	})
}

// trembling moves each vertex of a member a little, each by itself.
func trembling(m orb.MultiPolygon, by float64, rng *rand.Rand) orb.MultiPolygon {
	m = m.Clone()
	for _, polygon := range m {
		for _, ring := range polygon {
			for i := range ring[1:] {
				ring[i] = grid7(orb.Point{ring[i][0] + (rng.Float64()-0.5)*by, ring[i][1] + (rng.Float64()-0.5)*by})
			}
			ring[len(ring)-1] = ring[0]
		}
	}
	return m
}
