package coverage

import (
	"errors"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// somewhere draws a line that wanders from one side of a member to the other.
func somewhere(t *rapid.T, m orb.MultiPolygon) orb.LineString {
	b := m.Bound()
	if len(m) == 0 {
		b = orb.Bound{Min: orb.Point{121.4, 24.9}, Max: orb.Point{121.41, 24.91}}
	}
	r := math.Hypot(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]) / 2
	way := rapid.Float64Range(0, 2*math.Pi).Draw(t, "way")
	far := rapid.Float64Range(0.3, 1.3).Draw(t, "far") * r
	n := rapid.IntRange(1, 6).Draw(t, "segments")
	var l orb.LineString
	for i := range n + 1 {
		along := far * (2*float64(i)/float64(n) - 1)
		off := rapid.Float64Range(-0.5, 0.5).Draw(t, "off") * r
		l = append(l, orb.Point{b.Center()[0] + along*math.Cos(way) - off*math.Sin(way), b.Center()[1] + along*math.Sin(way) + off*math.Cos(way)})
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
