package coverage

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"canvass/geo"
)

const (
	west  = "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"
	east  = "POLYGON ((4 0, 8 0, 8 4, 4 4, 4 0))"
	north = "POLYGON ((0 4, 4 4, 8 4, 8 8, 0 8, 0 4))"
)

func TestValidate(t *testing.T) {
	const square = 111.319 * 110.574 // about the area of a unit at the equator
	for _, c := range []struct {
		name    string
		members []string
		want    []string // kind, members, place in units and area in units
	}{
		{"neighbours", []string{west, east, north}, nil},
		{"gap", []string{west, north, "POLYGON ((4 0, 8 0, 8 4, 4 4, 5 2, 4 0))"}, []string{"gap 2 0 4.5 2 2"}},
		{"hole", []string{"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 3, 3 3, 3 1, 1 1))"}, []string{"gap 0 -1 2 2 4"}},
		{"filled hole", []string{"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 3, 3 3, 3 1, 1 1))", "POLYGON ((1 1, 3 1, 3 3, 1 3, 1 1))"}, nil},
		{"overlap", []string{west, "POLYGON ((3 1, 6 1, 6 3, 3 3, 3 1))"}, []string{"overlap 0 1 3.5 2 2"}},
		{"within", []string{west, "POLYGON ((1 1, 3 1, 3 3, 1 3, 1 1))"}, []string{"overlap 0 1 2 2 4"}},
		{"twice", []string{west, west}, []string{"duplicate ring 0 1 0 0 16", "overlap 0 1 2 2 16"}},
		{"sliver", []string{west, north, "POLYGON ((4 0, 8 0, 8 4, 4 4, 4.002 2, 4 0))"}, []string{"sliver gap 2 0 4.001 2 0.004"}},
		{"crack", []string{west, "POLYGON ((4.005 0, 8 0, 8 4, 4.005 4, 4.005 0))"}, []string{"sliver gap 0 1 4.002 2 0.02"}},
		{"crack that ends", []string{west, "POLYGON ((4 0, 8 0, 8 4, 4.005 4, 4 0))"}, []string{"sliver gap 0 1 4 2 0.01"}},
		{"t-junction", []string{west, east, "POLYGON ((0 4, 8 4, 8 8, 0 8, 0 4))"}, []string{"unmatched vertex 2 0 4 4 0", "unmatched vertex 2 1 4 4 0"}},
		{"clockwise", []string{"POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))", east}, []string{"wrong winding 0 -1 0 0 0"}},
		{"spike", []string{"POLYGON ((0 0, 4 0, 4 4, 2 4, 2 6, 2 4, 0 4, 0 0))"}, []string{"spike 0 -1 2 6 0"}},
		{"figure of eight", []string{"POLYGON ((0 0, 4 4, 4 0, 0 5, 0 0))"}, []string{"self-intersection 0 -1 2.222 2.222 0", "self-intersection 0 -1 3.2 2 3.56"}},
		{"banana", []string{"POLYGON ((0 0, 4 0, 4 4, 2 4, 3 2, 1 2, 2 4, 0 4, 0 0))"}, []string{"gap 0 -1 2 2.5 2", "self-intersection 0 -1 2 4 0"}},
		{"hole outside", []string{"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (5 1, 5 3, 7 3, 7 1, 5 1))"}, []string{"self-intersection 0 -1 6 2 4"}},
		{"hole on a member outside", []string{"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (5 1, 5 3, 7 3, 7 1, 5 1))", "POLYGON ((5 1, 7 1, 7 3, 5 3, 5 1))"}, []string{"self-intersection 0 -1 6 2 4"}},
		{"covers others", []string{west, east, north, "POLYGON ((-1 -1, 9 -1, 9 9, -1 9, -1 -1))"}, []string{"overlap 0 3 2 2 16", "overlap 1 3 6 2 16", "overlap 2 3 4 6 32"}},
		{"open", []string{"POLYGON ((0 0, 4 0, 4 4, 0 4))", east}, []string{"unreadable 0 -1 0 4 0"}},
		{"nothing", []string{"POLYGON EMPTY", east}, []string{"unreadable 0 -1 0 0 0"}},
		{"no area", []string{"POLYGON ((0 0, 4 0, 2 0, 0 0))", east}, []string{"unreadable 0 -1 0 0 0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range Validate(shapes(t, c.members...)) {
				got = append(got, fmt.Sprintf("%s %d %d %.4g %.4g %.3g", f.Kind, f.Members[0], f.Members[1], f.At[0]/unit, f.At[1]/unit, f.Area/square))
			}
			match(t, got, c.want)
		})
	}
}

// match compares faults without their order; a last field of * is any.
func match(t *testing.T, got, want []string) {
	t.Helper()
	left := slices.Clone(want)
	for _, g := range got {
		i := slices.IndexFunc(left, func(w string) bool {
			head, any := strings.CutSuffix(w, "*")
			return w == g || any && strings.HasPrefix(g, head)
		})
		if i < 0 {
			t.Errorf("found %q", g)
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	if len(left) > 0 {
		t.Errorf("missed %q", left)
	}
}

func TestValidateBadInput(t *testing.T) {
	good := orb.Ring{{0, 0}, {1, 0}, {1, 1}, {0, 0}}
	for name, m := range map[string]orb.MultiPolygon{
		"not a number":  {{{{0, 0}, {1, 0}, {math.NaN(), 1}, {0, 0}}}},
		"infinite":      {{{{0, 0}, {1, 0}, {1, math.Inf(1)}, {0, 0}}}},
		"out of range":  {{{{0, 0}, {181, 0}, {1, 1}, {0, 0}}}},
		"nil":           nil,
		"empty polygon": {{}},
		"empty ring":    {{{}}},
		"one point":     {{{{5, 5}}}},
		"empty hole":    {{good, {}}},
	} {
		faults := Validate([]orb.MultiPolygon{m})
		if len(faults) == 0 || !slices.ContainsFunc(faults, func(f Fault) bool { return f.Kind == Unreadable && f.Members[0] == 0 }) {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

// The grid's largest differences, from one side of the antimeridian to the other and from pole to pole, overflow 64 bits
// when they are multiplied.
func TestValidateAtTheEndsOfTheGrid(t *testing.T) {
	world := orb.MultiPolygon{{{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}}}}
	if faults := Validate([]orb.MultiPolygon{world}); len(faults) != 0 {
		t.Errorf("the world: %v", faults)
	}
	south := orb.MultiPolygon{{{{-180, -90}, {180, -90}, {180, 90}, {-180, -90}}}}
	northern := orb.MultiPolygon{{{{-180, -90}, {180, 90}, {-180, 90}, {-180, -90}}}}
	if faults := Validate([]orb.MultiPolygon{south, northern}); len(faults) != 0 {
		t.Errorf("halves: %v", faults)
	}
	bent := orb.MultiPolygon{{{{-180, -90}, {0, 1e-7}, {180, 90}, {-180, 90}, {-180, -90}}}}
	if faults := Validate([]orb.MultiPolygon{south, bent}); len(faults) != 1 || faults[0].Kind != GapSliver {
		t.Errorf("a gap of one unit: %v", faults)
	}
	p := newPlane(4)
	sum, _ := p.doubled([]int32{p.vertex(geo.Place{X: -18e8, Y: -9e8}), p.vertex(geo.Place{X: 18e8, Y: -9e8}),
		p.vertex(geo.Place{X: 18e8, Y: 9e8}), p.vertex(geo.Place{X: -18e8, Y: 9e8})})
	if got := sum.big().String(); got != "12960000000000000000" {
		t.Errorf("twice the world is %s", got)
	}
	if got := crossing(geo.Place{X: -18e8, Y: -9e8}, geo.Place{X: 18e8, Y: 9e8}, geo.Place{X: -18e8, Y: 9e8}, geo.Place{X: 18e8, Y: -9e8 + 3}); got != (geo.Place{X: 1, Y: 1}) && got != (geo.Place{X: 2, Y: 1}) {
		t.Errorf("the diagonals cross at %v", got)
	}
}

func TestValidateCountry(t *testing.T) {
	members := country(12, 4, 3)
	if faults := Validate(members); len(faults) != 0 {
		t.Fatalf("%d faults in a sound country, first %v", len(faults), faults[0])
	}
	bad := slices.Clone(members)
	bad[70] = bad[70].Clone()
	bad[70][0][0][5][0] += 3e-5
	faults := Validate(bad)
	if len(faults) == 0 || len(faults) > 6 {
		t.Errorf("a vertex off its neighbour's: %v", faults)
	}
	for _, f := range faults {
		if f.Members[0] != 70 && f.Members[1] != 70 {
			t.Errorf("%v is not the member's", f)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	members := country(76, 4, 1)
	b.ReportAllocs()
	for b.Loop() {
		if faults := Validate(members); len(faults) != 0 {
			b.Fatal(faults[0])
		}
	}
	b.ReportMetric(float64(len(members)), "members")
}

// A province's members, a hundred times a county's: the time a member should hardly grow.
func BenchmarkValidateGrowth(b *testing.B) {
	for _, n := range []int{76, 240, 758} {
		members := country(n, 4, 1)
		b.Run(fmt.Sprint(len(members)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if faults := Validate(members); len(faults) != 0 {
					b.Fatal(faults[0])
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(len(members)), "µs/member")
		})
	}
}

// rings of a million vertices: one that is sound, and one that crosses itself all over.
func TestValidateLargeRings(t *testing.T) {
	const n = 1_000_000
	round, star := make(orb.Ring, 0, n+1), make(orb.Ring, 0, n+1)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		round = append(round, orb.Point{20 * cos, 20 * sin})
		sin, cos = math.Sincos(2 * math.Pi * float64(i) * 0.25)
		star = append(star, orb.Point{cos + float64(i)*1e-6, sin})
	}
	round, star = append(round, round[0]), append(star, star[0])
	if faults := Validate([]orb.MultiPolygon{{{round}}}); len(faults) != 0 {
		t.Errorf("round: %v", faults[0])
	}
	var refused *Error
	if _, err := Split([]orb.MultiPolygon{{{star}}}, 0, orb.LineString{{-2, 0}, {2, 0}}, 1); !errors.As(err, &refused) {
		t.Errorf("star: %v", err)
	}
}
