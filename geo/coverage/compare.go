package coverage

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// Difference is ground for which two sets of members name members that do not agree.
type Difference struct {
	One, Other  int       // numbers of the members that cover it; -1 if none does
	At          orb.Point // degrees
	Area, Width float64   // square metres, and metres on the average
}

// Compare lays two sets of members over each other and lists, by places, the ground whose member of the one and member of
// the other do not agree; -1 stands for none. Ground that neither covers is not asked for, and of members that overlap each
// is asked for with each. So it tells whether two sets cover the same ground, whether parts lie in the whole that they
// belong to, and what changes hands from one drawing to the next. What cannot be read covers nothing.
func Compare(ones, others []orb.MultiPolygon, agree func(one, other int) bool) []Difference {
	p := read(ones)
	for i, m := range others {
		p.readMember(len(ones)+i, m)
	}
	p.node(nil, func([]hit, []edge) {})
	edges, of := p.edges()
	looked := make([]bool, len(ones)+len(others))
	for i := range looked {
		looked[i] = true
	}
	l := p.layer(edges, of, looked)
	l.label()
	var out []Difference
	for f := 1; f < len(l.faces); f++ {
		out = l.differences(out, int32(f), len(ones), agree)
	}
	slices.SortFunc(out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.At[0], b.At[0]), cmp.Compare(a.At[1], b.At[1]), cmp.Compare(a.One, b.One), cmp.Compare(a.Other, b.Other))
	})
	return out
}

// differences adds those of a face; members from a number on are of the other set.
func (l *layer) differences(out []Difference, f int32, from int, agree func(one, other int) bool) []Difference {
	ones, others := []int{none}, []int{none}
	for _, c := range l.covers[f] {
		switch m := int(c.member); {
		case c.times < 1:
		case m < from:
			ones = append(ones, m)
		default:
			others = append(others, m-from)
		}
	}
	if len(ones) == 1 && len(others) == 1 {
		return out
	}
	for _, one := range ones[min(1, len(ones)-1):] {
		for _, other := range others[min(1, len(others)-1):] {
			if !agree(one, other) {
				ground := l.polygon(f)
				area := geo.Area(ground)
				out = append(out, Difference{one, other, geo.PointOnSurface(ground), area, meanWidth(area, ground)})
			}
		}
	}
	return out
}

// meanWidth is how wide ground is on the average: that of a ribbon of the same area and boundary.
func meanWidth(area float64, ground orb.Polygon) float64 {
	return 2 * area / max(geo.Length(ground), 1e-9)
}
