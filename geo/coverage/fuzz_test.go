package coverage

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/paulmach/orb"
)

// drawn reads members from bytes: each ring's length, then its vertices on a small lattice, so that they often meet, or
// anywhere at all.
func drawn(data []byte) (members []orb.MultiPolygon) {
	next := func() (b byte) {
		if len(data) > 0 {
			b, data = data[0], data[1:]
		}
		return b
	}
	for len(data) > 0 && len(members) < 8 {
		head := next()
		r := make(orb.Ring, 0, 16)
		for range head & 15 {
			if head&16 == 0 {
				r = append(r, orb.Point{float64(next()&31) * 1e-6, float64(next()&31) * 1e-6})
				continue
			}
			var wild [16]byte
			data = data[copy(wild[:], data):]
			r = append(r, orb.Point{math.Float64frombits(binary.LittleEndian.Uint64(wild[:])), math.Float64frombits(binary.LittleEndian.Uint64(wild[8:]))})
		}
		if head&32 == 0 && len(r) > 0 {
			r = append(r, r[0])
		}
		last := len(members) - 1
		switch {
		case head&64 != 0 && last >= 0:
			part := len(members[last]) - 1
			members[last][part] = append(members[last][part], r)
		case head&128 != 0 && last >= 0:
			members[last] = append(members[last], orb.Polygon{r})
		default:
			members = append(members, orb.MultiPolygon{{r}})
		}
	}
	return members
}

func seeds(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{4, 0, 0, 16, 0, 16, 16, 0, 16, 4, 16, 0, 31, 0, 31, 16, 16, 16})
	f.Add([]byte{4, 0, 0, 16, 0, 16, 16, 0, 16, 4, 8, 8, 31, 8, 31, 24, 8, 24, 4 + 64, 2, 2, 2, 4, 4, 4, 4, 2})
	f.Add([]byte{5, 0, 0, 16, 16, 16, 0, 0, 17, 3, 9, 4, 0, 0, 7, 0, 7, 7, 3, 5, 4 + 128, 9, 9, 20, 9, 20, 20, 9, 20})
	f.Add([]byte{3 + 16, 1, 2, 3, 4, 5, 6, 7, 0xff, 1, 2, 3, 4, 5, 6, 0xf0, 0x7f})
}

// Whatever comes in, the faults have places and Repair leaves no more of them than there were kinds of trouble with ground.
func FuzzRepair(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		members := drawn(data)
		for _, fault := range Validate(members) {
			if math.IsNaN(fault.At[0]+fault.At[1]) || fault.Area < 0 || math.IsNaN(fault.Area) {
				t.Errorf("%v", fault)
			}
		}
		for _, tolerance := range []float64{0, 0.5, math.NaN(), math.Inf(1)} {
			out, _ := Repair(members, tolerance)
			if len(out) != len(members) {
				t.Errorf("%d members became %d", len(members), len(out))
			}
		}
	})
}

// No operation panics, and what is refused is refused by name.
func FuzzOperations(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		members := drawn(data)
		if len(members) < 2 {
			return
		}
		l := orb.LineString(members[len(members)-1][0][0])
		for _, tolerance := range []float64{0, 0.3} {
			named(t, func() (Edit, error) { return Split(members, 0, l, tolerance) }, members)
			named(t, func() (Edit, error) { return Reshape(members, l, tolerance) }, members)
		}
		named(t, func() (Edit, error) { return Merge(members, 0, 1) }, members)
		named(t, func() (Edit, error) { return Transfer(members, 0, 1, members[len(members)-1]) }, members)
		if out, err := Simplify(members, 1); err == nil && len(Validate(members)) == 0 && len(Validate(out)) > 0 {
			t.Errorf("%v", Validate(out))
		}
	})
}

func named(t *testing.T, operate func() (Edit, error), members []orb.MultiPolygon) {
	t.Helper()
	e, err := operate()
	var refused *Error
	if err != nil && !errors.As(err, &refused) {
		t.Errorf("refused without a reason: %v", err)
	}
	if err == nil && len(Validate(members)) == 0 {
		kept(t, members, e)
	}
}
