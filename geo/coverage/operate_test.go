package coverage

import (
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// operate does something to a member.
func operate(t *rapid.T, members []orb.MultiPolygon, which int) (Edit, error) {
	tolerance := rapid.SampledFrom([]float64{0, 0.5, 3, 10}).Draw(t, "tolerance")
	return Split(members, which, somewhere(t), tolerance)
}
