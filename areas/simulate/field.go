package simulate

import (
	"math"
	"slices"
)

// field is ground that may hold houses, at their middles.
type field struct {
	ring   ring
	houses []vec
}

// addFields cuts open ground into fields along the lie of the land until they are as large as fields are, and small
// ones by the village so that they end at its houses. What lies on a hill is forest already, what lies in a reservoir
// is under water.
func (t *townMaker) addFields(f field, angle float64, depth int) {
	chance := f.ring[0].hash(t.seed)
	area := f.ring.area()
	limit := 1.8e4 + 5e4*share(chance, 11)
	if len(f.houses) > 0 {
		limit = 2500
	}
	if area > limit && depth < 16 {
		if a, b, ok := f.halve(angle + 0.10*(share(chance, 12)-0.5)); ok {
			t.addFields(a, angle, depth+1)
			t.addFields(b, angle, depth+1)
			return
		}
	}
	if c := f.ring.centre(); len(f.houses) > 0 || area < 900 || !t.dry(c) {
		return
	}
	class := "farmland"
	switch roll := share(chance, 13, uint64(len(f.ring))); {
	case roll < 0.09:
		class = "orchard"
	case roll < 0.15:
		class = "meadow"
	case roll < 0.18:
		class = "greenhouse_horticulture"
	case roll < 0.195:
		class = "forest"
	}
	t.base = append(t.base, BaseFeature{Layer: "landuse", Class: class, Rank: 6, MinZoom: 13, Geometry: f.ring.polygon()})
}

// halve cuts across the longer way.
func (f field) halve(angle float64) (a, b field, ok bool) {
	axes := frame{f.ring.centre(), angle}
	low, high := vec{math.Inf(1), math.Inf(1)}, vec{math.Inf(-1), math.Inf(-1)}
	for _, p := range f.ring {
		v := axes.in(p.vec())
		low, high = vec{min(low.x, v.x), min(low.y, v.y)}, vec{max(high.x, v.x), max(high.y, v.y)}
	}
	along := []vec{{0, 1}, {1, 0}}
	if 1.5*(high.y-low.y) > high.x-low.x {
		slices.Reverse(along)
	}
	for _, d := range along {
		d = d.turned(angle).scale(2e4)
		left, right, ok := f.ring.slice(axes.origin.sub(d), axes.origin.add(d))
		if ok && min(left.area(), right.area()) > 0.1*f.ring.area() {
			a, b = field{ring: left}, field{ring: right}
			for _, h := range f.houses {
				if side := d.cross(h.sub(axes.origin)) / d.length(); side > -13 {
					a.houses = append(a.houses, h)
				}
				if side := d.cross(h.sub(axes.origin)) / d.length(); side < 13 {
					b.houses = append(b.houses, h)
				}
			}
			return a, b, true
		}
	}
	return field{}, field{}, false
}

// slice cuts r along the longest piece of the line from a to b, with new corners where it crosses.
func (r ring) slice(a, b vec) (left, right ring, ok bool) {
	line := []vec{a, b}
	found := crossings(r, line)
	best, at := 0.0, 0
	for k := 1; k < len(found); k++ {
		long := found[k].along - found[k-1].along
		if m := along(line, (found[k].along+found[k-1].along)/2); long > best && r.contains(m.pt()) {
			best, at = long, k
		}
	}
	if best == 0 {
		return nil, nil, false
	}
	p, q := along(line, found[at-1].along).pt(), along(line, found[at].along).pt()
	cut := make(ring, 0, len(r)+2)
	i, j := -1, -1
	for k, c := range r {
		if k == found[at-1].edge && p != c && p != r[(k+len(r)-1)%len(r)] {
			cut, i = append(cut, p), len(cut)
		}
		if k == found[at].edge && q != c && q != r[(k+len(r)-1)%len(r)] {
			cut, j = append(cut, q), len(cut)
		}
		cut = append(cut, c)
	}
	if i < 0 || j < 0 || !cut.admits(i, j, nil) {
		return nil, nil, false
	}
	left, right = cut.cut(i, j, nil)
	return left, right, true
}
