package coverage

import (
	"errors"
	"math/big"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"canvass/geo"
)

func TestCarve(t *testing.T) {
	far := "POLYGON ((0 4, 4 4, 8 4, 8 8, 0 8, 0 4))"
	for _, c := range []struct {
		name  string
		from  []int
		piece string
		want  string   // the new member, or why it is refused
		left  []string // of the members
	}{
		{"of one", []int{0}, "POLYGON ((1 1, 2 1, 2 2, 1 2, 1 1))", "1 1, 2 1, 2 2, 1 2, 1 1", []string{"0 0, 4 0, 4 4, 0 4, 0 0 / 1 1, 1 2, 2 2, 2 1, 1 1", "", ""}},
		{"of two, across their boundary", []int{0, 1}, "POLYGON ((3 1, 5 1, 5 2, 3 2, 3 1))", "3 1, 4 1, 5 1, 5 2, 4 2, 3 2, 3 1",
			[]string{"0 0, 4 0, 4 1, 3 1, 3 2, 4 2, 4 4, 0 4, 0 0", "4 0, 8 0, 8 4, 4 4, 4 2, 5 2, 5 1, 4 1, 4 0", ""}},
		{"with an enclave", []int{0}, "POLYGON ((1 0, 4 0, 4 4, 1 4, 1 0), (2 1, 2 2, 3 2, 3 1, 2 1))", "1 0, 4 0, 4 4, 1 4, 1 0 / 2 1, 2 2, 3 2, 3 1, 2 1",
			[]string{"0 0, 1 0, 1 4, 0 4, 0 0 + 2 1, 3 1, 3 2, 2 2, 2 1", "", "*"}},
		{"with an enclave of two", []int{0, 1}, "POLYGON ((2 0.5, 7 0.5, 7 3.5, 2 3.5, 2 0.5), (3 1, 3 2, 5 2, 5 1, 3 1))",
			"2 0.5, 4 0.5, 7 0.5, 7 3.5, 4 3.5, 2 3.5, 2 0.5 / 3 1, 3 2, 4 2, 5 2, 5 1, 4 1, 3 1",
			[]string{"0 0, 4 0, 4 0.5, 2 0.5, 2 3.5, 4 3.5, 4 4, 0 4, 0 0 + 3 1, 4 1, 4 2, 3 2, 3 1",
				"4 0, 8 0, 8 4, 4 4, 4 3.5, 7 3.5, 7 0.5, 4 0.5, 4 0 + 4 1, 5 1, 5 2, 4 2, 4 1", "*"}},
		{"an island in the enclave", []int{0}, "MULTIPOLYGON (((0.5 0.5, 3.5 0.5, 3.5 3.5, 0.5 3.5, 0.5 0.5), (1 1, 1 3, 3 3, 3 1, 1 1)), ((1.5 1.5, 2 1.5, 2 2, 1.5 2, 1.5 1.5)))",
			"0.5 0.5, 3.5 0.5, 3.5 3.5, 0.5 3.5, 0.5 0.5 / 1 1, 1 3, 3 3, 3 1, 1 1 + 1.5 1.5, 2 1.5, 2 2, 1.5 2, 1.5 1.5",
			[]string{"0 0, 4 0, 4 4, 0 4, 0 0 / 0.5 0.5, 0.5 3.5, 3.5 3.5, 3.5 0.5, 0.5 0.5 + 1 1, 3 1, 3 3, 1 3, 1 1 / 1.5 1.5, 1.5 2, 2 2, 2 1.5, 1.5 1.5", "", ""}},
		{"near corners", []int{0}, "POLYGON ((0.001 0.001, 2 -0.5, 2 4.5, -0.001 4.001, 0.001 0.001))", "0 0, 2 0, 2 4, 0 4, 0 0", []string{"2 0, 4 0, 4 4, 2 4, 2 0", "", "*"}},
		{"all of one", []int{0, 1}, "POLYGON ((-1 -1, 5 -1, 5 3, 4 4, -1 4, -1 -1))", string(NothingLeft), nil},
		{"cuts one apart", []int{0}, "POLYGON ((1 -1, 2 -1, 2 5, 1 5, 1 -1))", string(CutsApart), nil},
		{"misses", []int{0}, "POLYGON ((9 1, 10 1, 10 2, 9 1))", string(NothingMoves), nil},
		{"the hole has it all", []int{0}, "POLYGON ((-2 -2, 9 -2, 9 9, -2 9, -2 -2), (-1 -1, -1 5, 5 5, 5 -1, -1 -1))", string(NothingMoves), nil},
		{"crosses itself", []int{0}, "POLYGON ((0 0, 4 4, 4 0, 0 5, 0 0))", string(BadLine), nil},
	} {
		members := shapes(t, west, east, far)
		e, err := Carve(members, c.from, shape(t, c.piece), 2)
		var refused *Error
		if errors.As(err, &refused) {
			if string(refused.Reason) != c.want {
				t.Errorf("%s: %s, want %s", c.name, refused.Reason, c.want)
			}
			continue
		}
		if got := units(e[3]); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		for i, want := range c.left {
			if m, changed := e[i]; want != "*" && (changed != (want != "") || changed && units(m) != want) {
				t.Errorf("%s: of member %d %s is left, want %s", c.name, i, units(m), want)
			}
		}
		kept(t, members, e)
	}
}

func TestFill(t *testing.T) {
	whole := "POLYGON ((0 0, 8 0, 8 8, 0 8, 0 0))"
	for _, c := range []struct {
		name    string
		members []string
		piece   string
		want    string
	}{
		{"what is left", []string{west}, "", "0 4, 4 4, 4 0, 8 0, 8 8, 0 8, 0 4"},
		{"in two parts", []string{"POLYGON ((0 2, 8 2, 8 5, 0 5, 0 2))"}, "", "0 5, 8 5, 8 8, 0 8, 0 5 + 0 0, 8 0, 8 2, 0 2, 0 0"},
		{"round an enclave", []string{"POLYGON ((3 3, 4 3, 4 4, 3 4, 3 3))"}, "", "0 0, 8 0, 8 8, 0 8, 0 0 / 3 3, 3 4, 4 4, 4 3, 3 3"},
		{"the hole of one", []string{"POLYGON ((0 0, 8 0, 8 8, 0 8, 0 0), (3 3, 3 6, 6 6, 6 3, 3 3))"}, "", "3 3, 6 3, 6 6, 3 6, 3 3"},
		{"of a piece", []string{west}, "POLYGON ((-1 2, 5 2, 5 9, -1 9, -1 2))", "0 4, 4 4, 4 2, 5 2, 5 8, 0 8, 0 4"},
		{"of a piece with a hole", []string{west}, "POLYGON ((0 4, 8 4, 8 8, 0 8, 0 4), (1 5, 1 6, 2 6, 2 5, 1 5))", "0 4, 4 4, 8 4, 8 8, 0 8, 0 4 / 1 5, 1 6, 2 6, 2 5, 1 5"},
		{"a piece that has all of it", []string{west}, "POLYGON ((-1 -1, 9 -1, 9 9, -1 9, -1 -1))", "0 4, 4 4, 4 0, 8 0, 8 8, 0 8, 0 4"},
		{"a piece that leaves two parts", []string{west}, "POLYGON ((3 5, 9 5, 9 6, -1 6, -1 5, 3 5))", "0 5, 3 5, 8 5, 8 6, 0 6, 0 5"},
		{"a piece on what is there", []string{west}, "POLYGON ((1 1, 2 1, 2 2, 1 1))", string(NothingMoves)},
		{"nothing is left", []string{west, east, north}, "", string(NothingOpen)},
		{"two that overlap", []string{west, "POLYGON ((3 0, 8 0, 8 4, 3 4, 3 0))"}, "", string(NotApart)},
		{"one that crosses the outline between places", []string{"POLYGON ((1 -1, 4.0001 -1, 2 3, 1 3, 1 -1))"}, "", string(NotApart)},
	} {
		members := shapes(t, c.members...)
		var piece orb.MultiPolygon
		if c.piece != "" {
			piece = shape(t, c.piece)
		}
		e, err := Fill(members, shape(t, whole), piece, 2)
		var refused *Error
		got := ""
		if errors.As(err, &refused) {
			got = string(refused.Reason)
		} else {
			got = units(e[len(members)])
			onlyFills(t, members, e)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// onlyFills fails unless members keep their ground to the unit and what was made overlaps none of them.
func onlyFills(t failing, members []orb.MultiPolygon, e Edit) {
	n := len(members)
	for i, m := range e {
		if i < n && !OnlyVertices(members[i], m) {
			t.Errorf("the ground of member %d is another", i)
		}
	}
	if err := geo.Check(e[n]); err != nil {
		t.Errorf("what is made is not sound: %v", err)
	}
	for _, f := range Validate(e.Apply(members)) {
		if f.Kind == Overlap || f.Kind == OverlapSliver || f.Kind == SelfIntersection {
			t.Errorf("%s at %v", f.Kind, f.At)
		}
	}
}

// Of any partition, whatever is taken out of it and given back by Fill: all of it is covered again, to the unit; and whatever is
// carved, nothing gapes or overlaps.
func TestRandomCarvings(t *testing.T) {
	done := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		members := country(4, 2, rapid.Uint64().Draw(t, "seed"))
		piece, ok := ringed(t, members)
		if !ok {
			return
		}
		from := []int{}
		for i := range members {
			from = append(from, i)
		}
		tolerance := rapid.SampledFrom([]float64{0, 1, 5}).Draw(t, "tolerance")
		if e, err := Carve(members, from, piece, tolerance); err == nil {
			done["carve"]++
			kept(t, members, e)
		} else {
			byName(t, err)
		}
		together, err := Merge(members, from...)
		if err != nil {
			t.Fatal(err)
		}
		gone := rapid.IntRange(1, len(members)-1).Draw(t, "gone")
		rest := members[gone:]
		e, err := Fill(rest, together[0], nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		done["fill"]++
		onlyFills(t, rest, e)
		if got, want := doubledOf(e.Apply(rest)), doubledOf(members); got.Cmp(want) != 0 {
			t.Errorf("twice the area is %s, was %s", got, want)
		}
		if e, err := Fill(rest, together[0], piece, tolerance); err == nil {
			done["fill a piece"]++
			onlyFills(t, rest, e)
			if got := doubledOf(e.Apply(rest)); got.Cmp(doubledOf(rest)) <= 0 || got.Cmp(doubledOf(members)) > 0 {
				t.Errorf("twice the area is %s, of %s to %s", got, doubledOf(rest), new(big.Int).Set(doubledOf(members)))
			}
		} else {
			byName(t, err)
		}
	})
	for _, what := range []string{"carve", "fill", "fill a piece"} {
		if done[what] < 3 {
			t.Errorf("only %d times %s", done[what], what)
		}
	}
}

func byName(t *rapid.T, err error) {
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatalf("refused without a reason: %v", err)
	}
}

// ringed draws a piece with a hole somewhere on members, at times without one.
func ringed(t *rapid.T, members []orb.MultiPolygon) (orb.MultiPolygon, bool) {
	all := members[0].Bound()
	for _, m := range members {
		all = all.Union(m.Bound())
	}
	number := func(what string, low, high float64) float64 { return rapid.Float64Range(low, high).Draw(t, what) }
	width := all.Max[0] - all.Min[0]
	x, y := all.Min[0]+number("x", 0, 1)*width, all.Min[1]+number("y", 0, 1)*(all.Max[1]-all.Min[1])
	r, lean := number("size", 0.02, 0.5)*width, number("lean", -0.3, 0.3)
	round := func(r float64, back bool) orb.Ring {
		ring := orb.Ring{{x - r, y - r}, {x + r, y - r + lean*r}, {x + r - lean*r, y + r}, {x - r, y + r - lean*r}, {x - r, y - r}}
		if back {
			ring.Reverse()
		}
		return ring
	}
	piece := orb.Polygon{round(r, false)}
	if rapid.Bool().Draw(t, "hole") {
		piece = append(piece, round(r*number("inner", 0.2, 0.8), true))
	}
	out := geo.Snap(orb.MultiPolygon{piece}).(orb.MultiPolygon)
	return out, geo.Check(out) == nil
}
