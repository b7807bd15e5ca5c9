package coverage

import (
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func TestSameGround(t *testing.T) {
	both := "POLYGON ((0 0, 8 0, 8 4, 0 4, 0 0))"
	for _, c := range []struct {
		name          string
		before, after []string
		want          bool
	}{
		{"itself", []string{west, east}, []string{west, east}, true},
		{"merged", []string{west, east}, []string{both}, true},
		{"with a vertex on an edge", []string{both}, []string{"POLYGON ((0 0, 3 0, 8 0, 8 4, 0 4, 0 0))"}, true},
		{"wound the other way", []string{both}, []string{"POLYGON ((0 0, 0 4, 8 4, 8 0, 0 0))"}, true},
		{"a gap", []string{both}, []string{west, "POLYGON ((5 0, 8 0, 8 4, 5 4, 5 0))"}, false},
		{"an overlap", []string{both}, []string{west, "POLYGON ((3 0, 8 0, 8 4, 3 4, 3 0))"}, false},
		{"a boundary bent on one side only", []string{west, east}, []string{"POLYGON ((0 0, 4 0, 4.1 2, 4 4, 0 4, 0 0))", east}, false},
		{"moved", []string{west}, []string{east}, false},
		{"a hole filled", []string{holed, "POLYGON ((3 3, 6 3, 6 6, 3 6, 3 3))"}, []string{"POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0))"}, true},
		{"a hole left open", []string{"POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0))"}, []string{holed}, false},
	} {
		if got := SameGround(shapes(t, c.before...), shapes(t, c.after...)); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Whatever an operation does, the ground is the same; with a member left out, it is not.
func TestSameGroundAfterOperations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := country(3, 3, rapid.Uint64().Draw(t, "seed"))
		e, err := operate(t, before, rapid.IntRange(0, len(before)-1).Draw(t, "which"))
		if err != nil {
			return
		}
		after := e.Apply(before)
		if !SameGround(before, after) {
			t.Fatalf("the ground changed: %v", e)
		}
		for i := range e {
			if len(after[i]) > 0 {
				lacking := append([]orb.MultiPolygon{}, after...)
				lacking[i] = nil
				if SameGround(before, lacking) {
					t.Fatalf("member %d was not missed", i)
				}
			}
		}
	})
}
