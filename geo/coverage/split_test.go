package coverage

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

const holed = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (3 3, 3 6, 6 6, 6 3, 3 3))"

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		name, member, line string
		want               []string // the pieces, the largest first
	}{
		{"across", west, "LINESTRING (1 -1, 1 5)", []string{"1 0, 4 0, 4 4, 1 4, 1 0", "0 0, 1 0, 1 4, 0 4, 0 0"}},
		{"ends stop short", west, "LINESTRING (1 0.005, 1 3.995)", []string{"1 0, 4 0, 4 4, 1 4, 1 3.995, 1 0.005, 1 0", "0 0, 1 0, 1 0.005, 1 3.995, 1 4, 0 4, 0 0"}},
		{"corner to corner", west, "LINESTRING (0 0, 4 4)", []string{"0 0, 4 0, 4 4, 0 0", "0 0, 4 4, 0 4, 0 0"}},
		{"near corners", west, "LINESTRING (0.002 0.003, 4.001 4.004)", []string{"0 0, 4 0, 4 4, 0 0", "0 0, 4 4, 0 4, 0 0"}},
		{"crosses several times", "POLYGON ((0 0, 9 0, 9 4, 6 4, 6 2, 3 2, 3 4, 0 4, 0 0))", "LINESTRING (-1 3, 10 3)",
			[]string{"0 0, 9 0, 9 3, 6 3, 6 2, 3 2, 3 3, 0 3, 0 0", "6 3, 9 3, 9 4, 6 4, 6 3", "0 3, 3 3, 3 4, 0 4, 0 3"}},
		{"through a hole", holed, "LINESTRING (4 -1, 4 10)", []string{"4 0, 9 0, 9 9, 4 9, 4 6, 6 6, 6 3, 4 3, 4 0", "0 0, 4 0, 4 3, 3 3, 3 6, 4 6, 4 9, 0 9, 0 0"}},
		{"closed", west, "LINESTRING (1 1, 3 1, 2 3, 1 1)", []string{"0 0, 4 0, 4 4, 0 4, 0 0 / 1 1, 2 3, 3 1, 1 1", "1 1, 3 1, 2 3, 1 1"}},
		{"closed around a hole", holed, "LINESTRING (2 2, 7 2, 7 7, 2 7, 2 2)",
			[]string{"0 0, 9 0, 9 9, 0 9, 0 0 / 2 2, 2 7, 7 7, 7 2, 2 2", "2 2, 7 2, 7 7, 2 7, 2 2 / 3 3, 3 6, 6 6, 6 3, 3 3"}},
		{"begins along the boundary", west, "LINESTRING (0 0, 2 0, 2 4)", []string{"0 0, 2 0, 2 4, 0 4, 0 0", "2 0, 4 0, 4 4, 2 4, 2 0"}},
		{"touches the boundary in between", west, "LINESTRING (0 2, 2 0, 4 2)", []string{"0 2, 2 0, 4 2, 4 4, 0 4, 0 2", "0 0, 2 0, 0 2, 0 0", "2 0, 4 0, 4 2, 2 0"}},
		{"leaves and comes back", west, "LINESTRING (1 -1, 1 2, 5 2, 5 3, 1 3, 1 5)",
			[]string{"0 0, 1 0, 1 2, 4 2, 4 3, 1 3, 1 4, 0 4, 0 0", "1 0, 4 0, 4 2, 1 2, 1 0", "1 3, 4 3, 4 4, 1 4, 1 3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			members := shapes(t, c.member)
			e, err := Split(members, 0, line(t, c.line), 2)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range c.want {
				if got := units(e[i]); got != want {
					t.Errorf("piece %d: %s, want %s", i, got, want)
				}
			}
			if len(e) != len(c.want) {
				t.Errorf("%d pieces", len(e))
			}
			kept(t, members, e)
		})
	}
}

// Whoever draws on a map is drawn to the place of the grid that is nearest to a side, which seldom lies on it.
func TestSplitBetweenPlacesBesideSides(t *testing.T) {
	ring := orb.Ring{{116.9716383, 35.4037}, {116.9728571, 35.4042}, {116.9728733, 35.4057328}, {116.9716683, 35.4055112}, {116.9716383, 35.4037}}
	members := []orb.MultiPolygon{{{ring}}, {{{{116.973, 35.404}, ring[2], ring[1], {116.973, 35.404}}}}}
	beside := func(a, b orb.Point, share float64) orb.Point {
		at := func(i int) float64 { return math.Round((a[i]+share*(b[i]-a[i]))*1e7) / 1e7 }
		return orb.Point{at(0), at(1)}
	}
	for i := 1; i < 100; i++ {
		share := float64(i) / 100
		line := orb.LineString{beside(ring[0], ring[3], share), beside(ring[1], ring[2], share)}
		e, err := Split(members, 0, line, 1)
		if err != nil || len(e) < 2 {
			t.Errorf("%v: %d pieces, %v", line, len(e), err)
			continue
		}
		kept(t, members, e)
	}
}

func TestSplitRefuses(t *testing.T) {
	for _, c := range []struct {
		name, member, line string
		want               Reason
	}{
		{"misses", west, "LINESTRING (5 0, 5 4)", LineDividesNot},
		{"ends inside", west, "LINESTRING (1 -1, 1 2)", LineEndsInside},
		{"begins inside", west, "LINESTRING (1 2, 1 5)", LineEndsInside},
		{"all inside", west, "LINESTRING (1 1, 2 2)", LineEndsInside},
		{"crosses itself", west, "LINESTRING (1 -1, 1 3, 2 2, 0.5 2, 0.5 5)", LineCrossesSelf},
		{"runs back", west, "LINESTRING (1 -1, 1 3, 1 2)", LineCrossesSelf},
		{"ends in a hole", holed, "LINESTRING (4 -1, 4 4)", LineDividesNot},
		{"along the boundary", west, "LINESTRING (-1 0.001, 5 0.002)", LineDividesNot},
		{"a point", west, "LINESTRING (1 1, 1 1)", BadLine},
		{"no line", west, "LINESTRING EMPTY", BadLine},
		{"bow tie", "POLYGON ((0 0, 4 4, 4 0, 0 5, 0 0))", "LINESTRING (1 -1, 1 5)", NotSound},
	} {
		_, err := Split(shapes(t, c.member), 0, line(t, c.line), 2)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := Split(nil, 0, line(t, "LINESTRING (1 -1, 1 5)"), 1); !errors.Is(err, NoSuchMember) {
		t.Errorf("no members: %v", err)
	}
}

// A line that ends between the vertices of a boundary gives the neighbour a vertex; where there is no neighbour and no place
// of the grid on the edge, the outside stays as it was.
func TestSplitNeighboursFollow(t *testing.T) {
	members := shapes(t, "POLYGON ((0 0, 4 0.0001, 4.0007 4, 0 4, 0 0))", "POLYGON ((4 0.0001, 8 0, 8 4, 4.0007 4, 4 0.0001))")
	e, err := Split(members, 0, line(t, "LINESTRING (-1 1.7, 9 1.3333)"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(e[1][0][0]); n != 6 || len(e) != 3 {
		t.Errorf("the neighbour has %d vertices, and %d members change", n, len(e))
	}
	kept(t, members, e)
}

// failing is a test, or a rapid one.
type failing interface {
	Errorf(format string, args ...any)
}

// kept fails unless an edit leaves a partition that covers the same ground, to the last unit of the grid, and members that it
// does not speak of as they were.
func kept(t failing, members []orb.MultiPolygon, e Edit) {
	after := e.Apply(members)
	if got, want := doubledOf(after), doubledOf(members); got.Cmp(want) != 0 {
		t.Errorf("twice the area is %s, was %s", got, want)
	}
	was := faultsOf(members)
	left := slices.DeleteFunc(faultsOf(after), func(f string) bool { return slices.Contains(was, f) })
	if len(left) > 0 {
		t.Errorf("%d new faults: %s", len(left), left[0])
	}
}

func faultsOf(members []orb.MultiPolygon) (out []string) {
	members = slices.DeleteFunc(slices.Clone(members), func(m orb.MultiPolygon) bool { return len(m) == 0 })
	for _, f := range Validate(members) {
		out = append(out, fmt.Sprintf("%s at %.7f %.7f (%s) %.3f", f.Kind, f.At[0], f.At[1], f.Reason, f.Area))
	}
	return out
}

func doubledOf(members []orb.MultiPolygon) *big.Int {
	p := read(members)
	sum := wide{}
	for _, r := range p.rings {
		var corners []int32
		for _, s := range p.sides[r.first:r.last] {
			corners = append(corners, s.from)
		}
		area, _ := p.doubled(corners)
		sum = sum.plus(area)
	}
	return sum.big()
}

// units writes a member in units, rings apart by " / " and parts by " + ".
func units(m orb.MultiPolygon) string {
	text := wkt.MarshalString(scaled(m, 1/unit))
	text = strings.NewReplacer("MULTIPOLYGON(((", "", ")))", "", ")),((", " + ", "),(", " / ", ",", ", ").Replace(text)
	return text
}

func scaled(m orb.MultiPolygon, by float64) orb.MultiPolygon {
	m = m.Clone()
	for _, polygon := range m {
		for _, r := range polygon {
			for i, v := range r {
				r[i] = orb.Point{float64(int64(v[0]*by*1e4+0.5)) / 1e4, float64(int64(v[1]*by*1e4+0.5)) / 1e4}
			}
		}
	}
	return m
}
