package coverage

import (
	"errors"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func TestSimplify(t *testing.T) {
	for _, c := range []struct {
		name          string
		members, want []string
	}{
		{"both follow", []string{"POLYGON ((0 0, 4 0, 4.1 2, 4 4, 0 4, 0 0))", "POLYGON ((4 0, 8 0, 8 4, 4 4, 4.1 2, 4 0))"},
			[]string{"0 0, 4 0, 4 4, 0 4, 0 0", "4 0, 8 0, 8 4, 4 4, 4 0"}},
		{"corners of three stay", []string{west, east, "POLYGON ((0 4, 4 4, 8 4, 8 8, 0 8, 0 4))"}, []string{"0 0, 4 0, 4 4, 0 4, 0 0", "4 0, 8 0, 8 4, 4 4, 4 0", "0 4, 4 4, 8 4, 8 8, 0 8, 0 4"}},
		{"an enclave stays", []string{"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (2 2, 2 2.1, 2.1 2.1, 2.1 2, 2 2))", "POLYGON ((2 2, 2.1 2, 2.1 2.1, 2 2.1, 2 2))"},
			[]string{"0 0, 4 0, 4 4, 0 4, 0 0 / 2 2, 2.1 2.1, 2.1 2, 2 2", "2 2, 2.1 2, 2.1 2.1, 2 2"}},
		{"what would touch stays", []string{"POLYGON ((0 0, 4 0, 4.1 2, 4 4, 0 4, 0 0))", "POLYGON ((4.05 2, 4.1 2.1, 4.1 2, 4.05 2))"}, nil},
	} {
		members := shapes(t, c.members...)
		out, err := Simplify(members, 55)
		if c.want == nil {
			if !errors.Is(err, NotApart) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for i, want := range c.want {
			if got := units(out[i]); got != want {
				t.Errorf("%s: member %d is %s, want %s", c.name, i, got, want)
			}
		}
		if !reflect.DeepEqual(members, shapes(t, c.members...)) {
			t.Errorf("%s: members were written to", c.name)
		}
	}
	if _, err := Simplify([]orb.MultiPolygon{nil}, 1); !errors.Is(err, NotSound) {
		t.Errorf("nothing: %v", err)
	}
}

// However coarse, a partition stays one, and covers one ground.
func TestSimplifyStaysTight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := country(4, rapid.IntRange(1, 4).Draw(t, "depth"), rapid.Uint64().Draw(t, "seed"))
		out, err := Simplify(members, rapid.Float64Range(0.1, 500).Draw(t, "tolerance"))
		if err != nil {
			t.Fatal(err)
		}
		if faults := Validate(out); len(faults) > 0 {
			t.Errorf("%v", faults)
		}
		if vertices(out) > vertices(members) || len(out) != len(members) {
			t.Errorf("%d vertices became %d", vertices(members), vertices(out))
		}
	})
}

func vertices(members []orb.MultiPolygon) (n int) {
	for _, m := range members {
		for _, polygon := range m {
			for _, r := range polygon {
				n += len(r)
			}
		}
	}
	return n
}

func BenchmarkSimplify(b *testing.B) {
	members := country(76, 4, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Simplify(members, 10); err != nil {
			b.Fatal(err)
		}
	}
}
