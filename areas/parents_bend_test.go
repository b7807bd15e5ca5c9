package areas

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"canvass/geo/coverage"
)

// Splits that stay within a census area bend the outlines around it to what their sub-areas are together.
func TestOutlinesBendAsTheirPartsDo(t *testing.T) {
	bends := 0
	rapid.Check(t, func(t *rapid.T) {
		members := turnedGrid(rapid.Float64Range(0, 1.5).Draw(t, "turned"))
		outlines := outlinesOf(t, members)
		for range 12 {
			r := splitSomewhere(t, members)
			if r == nil {
				continue
			}
			l := raising{level: LevelArea, was: outlines, kept: cornersOf(outlines)}
			after := afterwards(r)
			for code, together := range outlinesOf(t, after) {
				got := r.thinned(bent(outlines[code], r.bends()), l)
				if want := r.thinned(together, l); !slices.Equal(turnedToFirst(got), turnedToFirst(want)) {
					t.Fatalf("%s is bent to\n%v\nbut its parts are\n%v", code, got, want)
				}
				outlines[code] = got
			}
			if len(r.bends()) > 0 {
				bends++
			}
			if !r.staysWithin(LevelArea) {
				t.Fatal("a split within a census area is said to reach beyond it")
			}
			members = after
		}
	})
	if bends == 0 {
		t.Error("no split bent a neighbour")
	}
}

// turnedGrid makes nine census areas of four sub-areas each, turned so that cuts fall between the places of the grid.
func turnedGrid(turned float64) (out []member) {
	const side = 6
	corner := func(x, y int) orb.Point {
		u, v := float64(x)*0.001, float64(y)*0.001
		return orb.Point{onGrid(117 + u*math.Cos(turned) - v*math.Sin(turned)), onGrid(35 + u*math.Sin(turned) + v*math.Cos(turned))}
	}
	for x := range side {
		for y := range side {
			ring := orb.Ring{corner(x, y), corner(x+1, y), corner(x+1, y+1), corner(x, y+1), corner(x, y)}
			out = append(out, member{Code: Code(fmt.Sprintf("370883001%03d%03d", 1+x/2*side+y/2, 1+x%2*2+y%2)), State: "draft", Reached: true,
				Geometry: orb.MultiPolygon{{ring}}})
		}
	}
	return out
}

func onGrid(degrees float64) float64 { return math.Round(degrees*1e7) / 1e7 }

// splitSomewhere divides one of the members by a line from south to north; nil if it cannot be divided so.
func splitSomewhere(t *rapid.T, members []member) *redrawing {
	i := rapid.IntRange(0, len(members)-1).Draw(t, "which")
	bound := members[i].Geometry.Bound()
	x := func(name string) float64 {
		return bound.Min[0] + rapid.Float64Range(0, 1).Draw(t, name)*(bound.Max[0]-bound.Min[0])
	}
	edit, err := coverage.Split(grounds(members), i, orb.LineString{{x("from"), bound.Min[1] - 0.0001}, {x("to"), bound.Max[1] + 0.0001}}, 0)
	if err != nil {
		return nil
	}
	r := &redrawing{change: change{verb: "split", before: members, edit: edit}, after: edit.Apply(grounds(members))}
	if err := r.sort(); err != nil {
		t.Fatal(err)
	}
	for k := range r.after {
		if k < len(members) {
			r.code = append(r.code, members[k].Code)
		} else {
			r.code = append(r.code, Code(fmt.Sprintf("%s%03d", members[i].Code.At(LevelArea), len(r.code)%1000)))
		}
	}
	return r
}

func afterwards(r *redrawing) (out []member) {
	for k, ground := range r.after {
		out = append(out, member{Code: r.code[k], State: "draft", Reached: true, Geometry: ground})
	}
	return out
}

func outlinesOf(t *rapid.T, members []member) map[Code]orb.MultiPolygon {
	parts, out := map[Code][]orb.MultiPolygon{}, map[Code]orb.MultiPolygon{}
	for _, m := range members {
		parts[m.Code.At(LevelArea)] = append(parts[m.Code.At(LevelArea)], m.Geometry)
	}
	for code, grounds := range parts {
		together, err := union(grounds)
		if err != nil {
			t.Fatal(err)
		}
		out[code] = together
	}
	return out
}

func cornersOf(outlines map[Code]orb.MultiPolygon) map[orb.Point]bool {
	out := map[orb.Point]bool{}
	for _, outline := range outlines {
		for _, p := range slices.Concat(verticesOf(outline)...) {
			out[p] = true
		}
	}
	return out
}

// turnedToFirst is the only ring of an outline from its least vertex on.
func turnedToFirst(outline orb.MultiPolygon) []orb.Point {
	ring := slices.Clone(outline[0][0][1:])
	least := 0
	for i, p := range ring {
		if p[0] < ring[least][0] || p[0] == ring[least][0] && p[1] < ring[least][1] {
			least = i
		}
	}
	return append(ring[least:], ring[:least]...)
}
