package coverage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"canvass/geo"
)

func TestRepair(t *testing.T) {
	for _, c := range []struct {
		name          string
		members, want []string
		changes       []string // what and of whom
	}{
		{"sound", []string{west, east}, []string{"0 0, 4 0, 4 4, 0 4, 0 0", "4 0, 8 0, 8 4, 4 4, 4 0"}, nil},
		{"crack", []string{west, "POLYGON ((4.005 0, 8 0, 8 4, 4.005 4, 4.005 0))"}, []string{"0 0, 4 0, 4 4, 0 4, 0 0", "4 0, 8 0, 8 4, 4 4, 4 0"},
			[]string{"a vertex moved 1 0", "a vertex moved 1 0"}},
		{"sliver gap", []string{west, north, "POLYGON ((4 0, 8 0, 8 4, 4 4, 4.005 2, 4 0))"},
			[]string{"0 0, 4 0, 4.005 2, 4 4, 0 4, 0 0"}, []string{"a vertex put in 0 2"}},
		{"sliver overlap", []string{west, north, "POLYGON ((4 0, 8 0, 8 4, 4 4, 3.995 2, 4 0))"},
			[]string{"0 0, 4 0, 3.995 2, 4 4, 0 4, 0 0"}, []string{"a vertex put in 0 2"}},
		{"t-junction", []string{west, east, "POLYGON ((0 4, 8 4, 8 8, 0 8, 0 4))"}, []string{2: "0 4, 4 4, 8 4, 8 8, 0 8, 0 4"}, nil},
		{"clockwise", []string{"POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))", east}, []string{"0 0, 4 0, 4 4, 0 4, 0 0"}, []string{"a ring turned 0 -1"}},
		{"spike", []string{"POLYGON ((0 0, 4 0, 4 4, 2 4, 2 6, 2 4, 0 4, 0 0))", east}, []string{"0 0, 4 0, 4 4, 2 4, 0 4, 0 0"}, []string{"a spike removed 0 -1"}},
		{"wide gap", []string{west, north, "POLYGON ((4 0, 8 0, 8 4, 4 4, 5 2, 4 0))"}, []string{"0 0, 4 0, 4 4, 0 4, 0 0"}, []string{"gap: no member covers it 2 0 left"}},
		{"wide overlap", []string{west, "POLYGON ((3 0, 8 0, 8 4, 4 4, 3 0))"}, []string{"0 0, 3 0, 4 0, 4 4, 0 4, 0 0"}, []string{"overlap: both cover it 0 1 left"}},
		{"unreadable", []string{"POLYGON ((0 0, 4 0, 4 4, 0 4))", east}, []string{"0 0, 4 0, 4 4, 0 4", "4 0, 8 0, 8 4, 4 4, 4 0"},
			[]string{"unreadable: ring is not closed 0 -1 left"}},
	} {
		members := shapes(t, c.members...)
		out, changes := Repair(members, 1)
		var told []string
		for _, change := range changes {
			text := fmt.Sprintf("%s %d %d", change.What, change.Members[0], change.Members[1])
			if change.Left {
				text += " left"
			}
			told = append(told, text)
		}
		for i, want := range c.want {
			if got := units(out[i]); want != "" && got != want {
				t.Errorf("%s: member %d is %s, want %s", c.name, i, got, want)
			}
		}
		slices.Sort(told)
		if !slices.Equal(told, c.changes) {
			t.Errorf("%s: %q, want %q", c.name, told, c.changes)
		}
		if !reflect.DeepEqual(members, shapes(t, c.members...)) {
			t.Errorf("%s: members were written to", c.name)
		}
	}
}

// shaken moves every vertex of every member by itself, by up to so many degrees.
func shaken(members []orb.MultiPolygon, by float64, seed uint64) (out []orb.MultiPolygon) {
	rng := rand.New(rand.NewPCG(seed, 2))
	for _, m := range members {
		m = m.Clone()
		for _, polygon := range m {
			for _, r := range polygon {
				for i := range r[1:] {
					r[i] = grid7(orb.Point{r[i][0] + (rng.Float64()-0.5)*by, r[i][1] + (rng.Float64()-0.5)*by})
				}
				r[len(r)-1] = r[0]
			}
		}
		out = append(out, m)
	}
	return out
}

// What is off by less than the tolerance everywhere becomes a partition; what is sound stays.
func TestRepairShaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := country(4, rapid.IntRange(0, 3).Draw(t, "depth"), rapid.Uint64().Draw(t, "seed"))
		if out, changes := Repair(members, 1); len(changes) > 0 || !reflect.DeepEqual(out, members) {
			t.Fatalf("a sound partition: %v", changes)
		}
		out, changes := Repair(shaken(members, 8e-6, rapid.Uint64().Draw(t, "shake")), 3)
		for _, c := range changes {
			if c.Left {
				t.Errorf("left: %v", c)
			}
		}
		for i, m := range out {
			if was, is := geo.Area(members[i]), geo.Area(m); math.Abs(was-is) > 3*geo.Length(members[i]) {
				t.Errorf("member %d had %.0f m² and has %.0f", i, was, is)
			}
		}
		if again, changes := Repair(out, 3); len(changes) > 0 || !reflect.DeepEqual(again, out) {
			t.Errorf("again: %v", changes)
		}
	})
}

// Every vertex of every member is off by itself; sixteen vertices a member, as most drawn boundaries have.
func BenchmarkRepair(b *testing.B) {
	members := shaken(country(40, 2, 1), 8e-6, 1)
	b.ReportAllocs()
	for b.Loop() {
		Repair(members, 3)
	}
	b.ReportMetric(float64(len(members)*b.N)/b.Elapsed().Seconds(), "members/s")
}
