package tiles

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// A latitude by its strip lies where the whole projection has it.
func TestSouthOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat := rapid.Float64Range(-90, 90).Draw(t, "lat")
		if by, exactly := southOf(lat), exactlySouthOf(lat); math.Abs(by-exactly) > 2e-3 {
			t.Errorf("%v lies at %v, not at %v", lat, by, exactly)
		}
	})
	for _, c := range []struct {
		lon, lat float64
		want     spot
	}{
		{0, 0, spot{0, 0}},
		{-180, 90, spot{math.MinInt32, math.MinInt32}},
		{200, -90, spot{math.MaxInt32, math.MaxInt32}},
		{math.NaN(), math.NaN(), spot{math.MaxInt32, math.MaxInt32}},
		{math.Inf(1), math.Inf(-1), spot{math.MaxInt32, math.MaxInt32}},
	} {
		if got := spotOf(c.lon, c.lat); got != c.want {
			t.Errorf("%v, %v is %v, want %v", c.lon, c.lat, got, c.want)
		}
	}
}
