package coverage

import (
	"errors"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// operate does something to a member.
func operate(t *rapid.T, members []orb.MultiPolygon, which int) (Edit, error) {
	tolerance := rapid.SampledFrom([]float64{0, 0.5, 3, 10}).Draw(t, "tolerance")
	switch rapid.IntRange(0, 4).Draw(t, "operation") {
	case 0:
		return Merge(members, which, rapid.IntRange(0, len(members)-1).Draw(t, "other"))
	case 1:
		return Reshape(members, somewhere(t, members[which]), tolerance)
	case 2:
		r := somewhere(t, members[which])
		return Transfer(members, which, rapid.IntRange(0, len(members)-1).Draw(t, "to"), orb.MultiPolygon{{orb.Ring(append(r, r[0]))}})
	}
	return Split(members, which, somewhere(t, members[which]), tolerance)
}

func TestMerge(t *testing.T) {
	for _, c := range []struct {
		name    string
		members []string
		want    string
	}{
		{"neighbours", []string{west, east}, "0 0, 4 0, 8 0, 8 4, 4 4, 0 4, 0 0"},
		{"three", []string{west, east, north}, "0 0, 4 0, 8 0, 8 4, 8 8, 0 8, 0 4, 0 0"},
		{"apart", []string{west, "POLYGON ((6 0, 8 0, 8 2, 6 2, 6 0))"}, "0 0, 4 0, 4 4, 0 4, 0 0 + 6 0, 8 0, 8 2, 6 2, 6 0"},
		{"at a corner", []string{west, "POLYGON ((4 4, 6 4, 6 6, 4 6, 4 4))"}, "0 0, 4 0, 4 4, 0 4, 0 0 + 4 4, 6 4, 6 6, 4 6, 4 4"},
		{"a hole and what fills it", []string{holed, "POLYGON ((3 3, 6 3, 6 6, 3 6, 3 3))"}, "0 0, 9 0, 9 9, 0 9, 0 0"},
		{"around a third", []string{"POLYGON ((0 0, 9 0, 9 3, 3 3, 3 6, 0 6, 0 0))", "POLYGON ((9 3, 9 9, 0 9, 0 6, 3 6, 6 6, 6 3, 9 3))"},
			"0 0, 9 0, 9 3, 9 9, 0 9, 0 6, 0 0 / 3 3, 3 6, 6 6, 6 3, 3 3"},
	} {
		members := shapes(t, c.members...)
		if c.name == "around a third" {
			members[0][0][0] = orb.Ring{members[0][0][0][0], members[0][0][0][1], members[0][0][0][2], {6 * unit, 3 * unit}, members[0][0][0][3], members[0][0][0][4], members[0][0][0][5], members[0][0][0][0]}
		}
		which := []int{0, 1, 2}[:len(members)]
		e, err := Merge(members, which...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := units(e[0]); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	for reason, members := range map[Reason][]string{NotApart: {west, "POLYGON ((3 1, 6 1, 6 3, 3 3, 3 1))"}, NotSound: {west, "POLYGON EMPTY"}} {
		if _, err := Merge(shapes(t, members...), 0, 1); !errors.Is(err, reason) {
			t.Errorf("%v, want %s", err, reason)
		}
	}
	if _, err := Merge(nil); !errors.Is(err, NoSuchMember) {
		t.Errorf("nothing: %v", err)
	}
}

func TestReshape(t *testing.T) {
	enclave := []string{holed, "POLYGON ((3 3, 6 3, 6 6, 3 6, 3 3))"}
	for _, c := range []struct {
		name    string
		members []string
		line    string
		want    string // of the first member, or why it is refused
	}{
		{"to the east", []string{west, east}, "LINESTRING (4 1, 5 2, 4 3)", "0 0, 4 0, 4 1, 5 2, 4 3, 4 4, 0 4, 0 0"},
		{"to the west", []string{west, east}, "LINESTRING (4 1, 3 2, 4 3)", "0 0, 4 0, 4 1, 3 2, 4 3, 4 4, 0 4, 0 0"},
		{"overshoots", []string{west, east}, "LINESTRING (3 1, 5 1, 5 3, 3 3)", "0 0, 4 0, 4 1, 5 1, 5 3, 4 3, 4 4, 0 4, 0 0"},
		{"stops short", []string{west, east}, "LINESTRING (4.004 1, 5 2, 4.004 3)", "0 0, 4 0, 4 1, 4.004 1, 5 2, 4.004 3, 4 3, 4 4, 0 4, 0 0"},
		{"weaves", []string{west, east}, "LINESTRING (4 0.5, 5 1, 3 3, 4 3.5)", "0 0, 4 0, 4 0.5, 5 1, 4 2, 3 3, 4 3.5, 4 4, 0 4, 0 0"},
		{"the whole boundary", []string{west, east}, "LINESTRING (4 0, 5 2, 4 4)", "0 0, 4 0, 5 2, 4 4, 0 4, 0 0"},
		{"an enclave", enclave, "LINESTRING (3 4, 2 4, 2 5, 3 5)", "0 0, 9 0, 9 9, 0 9, 0 0 / 2 4, 2 5, 3 5, 3 6, 6 6, 6 3, 3 3, 3 4, 2 4"},
		{"leaves", []string{west, east}, "LINESTRING (4 1, 9 1, 9 3, 4 3)", string(LineLeaves)},
		{"on the outside", []string{west, east}, "LINESTRING (0 1, 1 2, 0 3)", string(NoSharedBoundary)},
		{"past a corner of three", []string{west, east, north}, "LINESTRING (4 2, 5 3, 6 4)", string(NoSharedBoundary)},
		{"cuts apart", []string{west, east}, "LINESTRING (4 1, 0 2, 4 3)", string(CutsApart)},
	} {
		members := shapes(t, c.members...)
		e, err := Reshape(members, line(t, c.line), 1)
		var refused *Error
		got := ""
		if errors.As(err, &refused) {
			got = string(refused.Reason)
		} else {
			got = units(e[0])
			kept(t, members, e)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTransfer(t *testing.T) {
	for _, c := range []struct{ name, piece, want, rest string }{
		{"a corner", "POLYGON ((4 0, 4 2, 2 0, 4 0))", "2 0, 4 0, 8 0, 8 4, 4 4, 4 2, 2 0", "0 0, 2 0, 4 2, 4 4, 0 4, 0 0"},
		{"reaches beyond", "POLYGON ((3 -1, 9 -1, 9 9, 3 9, 3 -1))", "3 0, 4 0, 8 0, 8 4, 4 4, 3 4, 3 0", "0 0, 3 0, 3 4, 0 4, 0 0"},
		{"an island", "POLYGON ((1 1, 2 1, 2 2, 1 2, 1 1))", "4 0, 8 0, 8 4, 4 4, 4 0 + 1 1, 2 1, 2 2, 1 2, 1 1", "0 0, 4 0, 4 4, 0 4, 0 0 / 1 1, 1 2, 2 2, 2 1, 1 1"},
		{"with a hole", "POLYGON ((2 0, 4 0, 4 4, 2 4, 2 0), (2.5 1, 2.5 2, 3 2, 3 1, 2.5 1))", "2 0, 4 0, 8 0, 8 4, 4 4, 2 4, 2 0 / 2.5 1, 2.5 2, 3 2, 3 1, 2.5 1",
			"0 0, 2 0, 2 4, 0 4, 0 0 + 2.5 1, 3 1, 3 2, 2.5 2, 2.5 1"},
		{"none of it", "POLYGON ((5 1, 6 1, 6 2, 5 2, 5 1))", string(NothingMoves), ""},
		{"all of it", west, string(NothingLeft), ""},
		{"not sound", "POLYGON ((0 0, 4 4, 4 0, 0 5, 0 0))", string(BadLine), ""},
	} {
		members := shapes(t, west, east)
		e, err := Transfer(members, 0, 1, shape(t, c.piece))
		var refused *Error
		got, rest := "", ""
		if errors.As(err, &refused) {
			got = string(refused.Reason)
		} else {
			got, rest = units(e[1]), units(e[0])
			kept(t, members, e)
		}
		if got != c.want || rest != c.rest {
			t.Errorf("%s: %s and %s, want %s and %s", c.name, got, rest, c.want, c.rest)
		}
	}
}
