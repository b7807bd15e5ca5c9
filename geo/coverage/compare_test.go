package coverage

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"pgregory.net/rapid"

	"canvass/migrations/dbtest"
)

func TestCompare(t *testing.T) {
	const square = 111.319 * 110.574
	same := func(one, other int) bool { return one == other }
	for _, c := range []struct {
		name         string
		ones, others []string
		want         []string // of the one, of the other, area in units
	}{
		{"the same", []string{west, east}, []string{west, east}, nil},
		{"changed hands", []string{west, east}, []string{"POLYGON ((0 0, 3 0, 3 4, 0 4, 0 0))", "POLYGON ((3 0, 8 0, 8 4, 3 4, 3 0))"}, []string{"0 1 4"}},
		{"lost and won", []string{west}, []string{"POLYGON ((1 0, 5 0, 5 4, 1 4, 1 0))"}, []string{"0 -1 4", "-1 0 4"}},
		{"other vertices", []string{west}, []string{"POLYGON ((0 0, 2 0, 4 0, 4 4, 0 4, 0 0))"}, nil},
		{"a hole", []string{holed}, []string{"POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0))"}, []string{"-1 0 9"}},
		{"of members that overlap with each", []string{west, west}, []string{west}, []string{"1 0 16"}},
		{"nothing", nil, []string{west}, []string{"-1 0 16"}},
	} {
		var got []string
		for _, d := range Compare(shapes(t, c.ones...), shapes(t, c.others...), same) {
			got = append(got, fmt.Sprintf("%d %d %.3g", d.One, d.Other, d.Area/square))
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A sliver of a metre by four hundred is told by its width, whatever its area.
func TestCompareTellsTheWidth(t *testing.T) {
	found := Compare(shapes(t, west), shapes(t, "POLYGON ((0 0, 4.009 0, 4.009 4, 0 4, 0 0))"), func(one, other int) bool { return one >= 0 && other >= 0 })
	if len(found) != 1 || found[0].Width < 0.95 || found[0].Width > 1.05 {
		t.Errorf("%+v", found)
	}
}

func TestDissolve(t *testing.T) {
	for _, c := range []struct {
		name    string
		members []string
		groups  []int
		want    []string
	}{
		{"two and one", []string{west, east, north}, []int{0, 0, 1}, []string{"0 0, 4 0, 8 0, 8 4, 4 4, 0 4, 0 0", "0 4, 4 4, 8 4, 8 8, 0 8, 0 4"}},
		{"a hole and what fills it", []string{holed, "POLYGON ((3 3, 6 3, 6 6, 3 6, 3 3))"}, []int{0, 0}, []string{"0 0, 9 0, 9 9, 0 9, 0 0"}},
		{"an enclave", []string{holed, "POLYGON ((3 3, 6 3, 6 6, 3 6, 3 3))"}, []int{0, 1}, []string{"0 0, 9 0, 9 9, 0 9, 0 0 / 3 3, 3 6, 6 6, 6 3, 3 3", "3 3, 6 3, 6 6, 3 6, 3 3"}},
		{"none of a group", []string{west, east}, []int{-1, 1}, []string{"", "4 0, 8 0, 8 4, 4 4, 4 0"}},
		{"overlapping", []string{west, "POLYGON ((3 0, 8 0, 8 4, 3 4, 3 0))"}, []int{0, 0}, []string{"0 0, 3 0, 4 0, 8 0, 8 4, 4 4, 3 4, 0 4, 0 0"}},
		{"a corner that touches", []string{west, "POLYGON ((4 4, 6 4, 6 6, 4 6, 4 4))"}, []int{0, 0}, []string{"0 0, 4 0, 4 4, 0 4, 0 0 + 4 4, 6 4, 6 6, 4 6, 4 4"}},
	} {
		for i, m := range Dissolve(shapes(t, c.members...), c.groups) {
			got := ""
			if len(m) > 0 {
				got = units(m)
			}
			if got != c.want[i] {
				t.Errorf("%s: group %d is %s, want %s", c.name, i, got, c.want[i])
			}
		}
	}
}

// Groups are a partition like their members, cover what those cover, and are what PostGIS makes of them.
func TestDissolveAgreesWithPostGIS(t *testing.T) {
	ctx := context.Background()
	pool := dbtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		members := country(4, rapid.IntRange(0, 3).Draw(t, "depth"), rapid.Uint64().Draw(t, "seed"))
		groups := rapid.SliceOfN(rapid.IntRange(0, 3), len(members), len(members)).Draw(t, "groups")
		made := Dissolve(members, groups)
		lies := func(member, group int) bool { return member >= 0 && group >= 0 && groups[member] == group }
		if off := Compare(members, made, lies); len(off) > 0 {
			t.Errorf("%v", off)
		}
		var off float64
		row := pool.QueryRow(ctx, `
			WITH member AS (
				SELECT ST_GeomFromText(w) AS shape, g FROM unnest(@members::text[], @groups::int[]) AS t (w, g)
			), dissolved AS (
				SELECT ST_Union(shape) AS shape, g FROM member GROUP BY g
			)
			SELECT sum(ST_Area(ST_SymDifference(d.shape, ST_GeomFromText((@made::text[])[d.g + 1])))) FROM dissolved d`,
			pgx.NamedArgs{"members": texts(members), "groups": groups, "made": filled(made)})
		if err := row.Scan(&off); err != nil {
			t.Fatal(err)
		}
		if off > 1e-13 {
			t.Errorf("PostGIS finds %g square degrees elsewhere", off)
		}
	})
}

// filled writes members, each in its place; those without ground are empty.
func filled(members []orb.MultiPolygon) []string {
	out := make([]string, len(members))
	for i, m := range members {
		out[i] = "MULTIPOLYGON EMPTY"
		if len(m) > 0 {
			out[i] = wkt.MarshalString(m)
		}
	}
	return out
}

// Fixed members stay as they are but for vertices; the others are drawn to them.
func TestRepairBeside(t *testing.T) {
	for _, c := range []struct {
		name          string
		members, want []string
		fixed         []bool
	}{
		{"crack", []string{west, "POLYGON ((4.005 0, 8 0, 8 4, 4.005 4, 4.005 0))"},
			[]string{"0 0, 4 0, 4 4, 0 4, 0 0", "4 0, 8 0, 8 4, 4 4, 4 0"}, []bool{true, false}},
		{"the other way", []string{west, "POLYGON ((4.005 0, 8 0, 8 4, 4.005 4, 4.005 0))"},
			[]string{"0 0, 4.005 0, 4.005 4, 0 4, 0 0", "4.005 0, 8 0, 8 4, 4.005 4, 4.005 0"}, []bool{false, true}},
		{"overlap", []string{west, "POLYGON ((4 0, 8 0, 8 4, 4 4, 3.995 2, 4 0))"},
			[]string{"0 0, 4 0, 4 4, 0 4, 0 0", "4 0, 8 0, 8 4, 4 4, 4 0"}, []bool{true, false}},
		{"t-junction", []string{"POLYGON ((0 4, 8 4, 8 8, 0 8, 0 4))", west, east}, []string{"0 4, 4 4, 8 4, 8 8, 0 8, 0 4"}, []bool{true, false, false}},
		{"two that overlap", []string{west, "POLYGON ((4 0, 8 0, 8 4, 4 4, 3.995 2, 4 0))"},
			[]string{"0 0, 4 0, 4 4, 0 4, 0 0", "3.995 2, 4 0, 8 0, 8 4, 4 4, 3.995 2"}, []bool{true, true}},
	} {
		out, changes := RepairBeside(shapes(t, c.members...), c.fixed, 1)
		for i, want := range c.want {
			if got := turned(units(out[i])); got != turned(want) {
				t.Errorf("%s: member %d is %s, want %s (%v)", c.name, i, got, want, changes)
			}
		}
	}
}

// turned writes a ring from the vertex whose text sorts first.
func turned(text string) string {
	corners := strings.Split(text, ", ")
	corners = corners[:len(corners)-1]
	first := slices.Index(corners, slices.Min(corners))
	return strings.Join(append(corners[first:], corners[:first]...), ", ")
}
