package coverage

import (
	"errors"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// somewhere draws a wandering line across the country.
func somewhere(t *rapid.T) orb.LineString {
	x, y := rapid.Float64Range(121.398, 121.418).Draw(t, "x"), rapid.Float64Range(24.898, 24.918).Draw(t, "y")
	way := rapid.Float64Range(0, 2*math.Pi).Draw(t, "way")
	l := orb.LineString{{x, y}}
	for range rapid.IntRange(1, 6).Draw(t, "segments") {
		way += rapid.Float64Range(-0.7, 0.7).Draw(t, "turn")
		step := rapid.Float64Range(0.0001, 0.005).Draw(t, "step")
		x, y = x+step*math.Cos(way), y+step*math.Sin(way)
		l = append(l, orb.Point{x, y})
	}
	return l
}

// Whatever is done to a partition, in whatever order: the ground stays the same to the last unit of the grid, nothing
// overlaps and nothing gapes, and what is refused is refused by name.
func TestRandomOperations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := country(4, rapid.IntRange(0, 3).Draw(t, "depth"), rapid.Uint64().Draw(t, "seed"))
		done := 0
		for range rapid.IntRange(1, 12).Draw(t, "operations") {
			which := rapid.IntRange(0, len(members)-1).Draw(t, "member")
			e, err := operate(t, members, which)
			if err != nil {
				var refused *Error
				if !errors.As(err, &refused) {
					t.Fatalf("refused without a reason: %v", err)
				}
				continue
			}
			done++
			kept(t, members, e)
			members = e.Apply(members)
		}
	})
}
