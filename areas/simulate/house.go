package simulate

import (
	"fmt"
	"math"
)

// frame is a ground's own axes: x east along its streets, y to the north.
type frame struct {
	origin vec
	angle  float64
}

func (f frame) out(x, y float64) vec { return f.origin.add(vec{x, y}.turned(f.angle)) }
func (f frame) in(v vec) vec         { return v.sub(f.origin).turned(-f.angle) }

// footprint puts a shape, given counter-clockwise in the frame, on the ground.
func (f frame) footprint(shape []vec) ring {
	out := make(ring, len(shape))
	for i, v := range shape {
		out[i] = f.out(v.x, v.y).pt()
	}
	return out
}

func rectangle(x0, y0, x1, y1 float64) []vec { return []vec{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}} }

// holds tells whether b lies wholly inside r and nowhere on its edge.
func (r ring) holds(b ring) bool {
	for _, p := range b {
		if !r.contains(p) {
			return false
		}
	}
	low, high := bounds(b)
	last := r[len(r)-1]
	for _, p := range r {
		if max(last.x, p.x) >= low.x && min(last.x, p.x) <= high.x && max(last.y, p.y) >= low.y && min(last.y, p.y) <= high.y {
			for k := range b {
				if touch(last, p, b[k], b[(k+1)%len(b)]) {
					return false
				}
			}
			if b.contains(p) {
				return false
			}
		}
		last = p
	}
	return true
}

// courtyard is the shape of a farmhouse on its lot: the main house stands in the north and looks south, wings and
// a gatehouse close the yard.
func (t *townMaker) courtyard() (shape []vec, floors int) {
	const w, n, e = 1.1, 15.6, 13.9
	s := 1 + 2*t.random.Float64()
	depth := 6.2 + 1.6*t.random.Float64()
	wing := 3.2 + 0.9*t.random.Float64()
	switch k := t.random.Float64(); {
	case k < 0.30: // main house and a wing in the west
		return []vec{{w, s}, {w + wing, s}, {w + wing, n - depth}, {e, n - depth}, {e, n}, {w, n}}, 1
	case k < 0.52: // a wing in the east
		return []vec{{w, n - depth}, {e - wing, n - depth}, {e - wing, s}, {e, s}, {e, n}, {w, n}}, 1
	case k < 0.80: // both
		return []vec{{w, s}, {w + wing, s}, {w + wing, n - depth}, {e - wing, n - depth}, {e - wing, s}, {e, s}, {e, n}, {w, n}}, 1
	case k < 0.90: // a new house of two floors
		return rectangle(w+0.5, n-depth-3, e-0.5, n), 2
	}
	return rectangle(w, n-depth, e, n), 1
}

// farmsteads builds on the lots of one rural sub-area.
func (t *townMaker) farmsteads(p plot, h *hamlet, c holding, number int) SubArea {
	s := SubArea{Outline: c.ring.multiPolygon(), Description: p.name + bearing(h, c) + "片"}
	for k, l := range c.lots {
		f := frame{h.at(left(l.column), bottom(l.row)), h.angle}
		shape, floors := t.courtyard()
		b := Building{Kind: "residential", Floors: floors, Stairwells: 1, Doors: 1, Units: 1,
			Address: fmt.Sprintf("%s%d号", p.name, 100*number+k+1)}
		t.live(&b)
		class := ""
		switch roll := t.random.Float64(); {
		case k == 0 && number == 0:
			shape, class = rectangle(1.1, 5, 13.9, 15.6), "community"
			b.Kind, b.Name, b.Floors = "non_residential", p.name+"村民委员会", 2
		case k == 1 && number == 0:
			shape, class = rectangle(1.1, 7, 13.9, 15.6), "clinic"
			b.Kind, b.Name = "non_residential", p.name+"卫生室"
		case roll < 0.018:
			shape, class = rectangle(1.1, 7, 13.9, 15.6), "shop"
			b.Kind, b.Name = "mixed", t.names.shop(p.name)
		case roll < 0.030:
			b.Kind, b.Name, shape = "non_residential", "仓房", rectangle(1.1, 2, 13.9, 12)
		case roll < 0.036:
			b.Kind, shape = "under_construction", rectangle(1.6, 3, 13.4, 14)
		}
		outline := f.footprint(shape)
		if !c.ring.holds(outline) || !t.free(h.middle(l), 9) {
			continue
		}
		t.finish(&b, outline, class)
		s.Buildings = append(s.Buildings, b)
	}
	return s
}

// live lets households into a farmhouse: mostly one, now and then none or two.
func (t *townMaker) live(b *Building) {
	b.Households = 1
	switch roll := t.random.Float64(); {
	case roll < 0.06:
		b.Households = 0
	case roll < 0.32:
		b.Units, b.Households = 2, 2
		b.Doors = 2
		if b.Floors == 2 {
			b.Doors = 1
		}
	}
}

// finish puts the outline on, empties what nobody lives in, and marks named places on the base map.
func (t *townMaker) finish(b *Building, outline ring, class string) {
	b.Outline = outline.polygon()
	if b.Kind == "non_residential" || b.Kind == "under_construction" {
		b.Units, b.Households = 0, 0
		b.Doors = 0
	}
	if class != "" && b.Name != "" {
		t.addPoint(BaseFeature{Layer: "poi", Class: class, Name: b.Name, Rank: 5}, outline.centre())
	}
}

// bearing says on which side of its hamlet a holding lies.
func bearing(h *hamlet, c holding) string {
	var sum vec
	for _, l := range c.lots {
		sum = sum.add(h.middle(l).sub(h.centre))
	}
	if len(c.lots) == 0 {
		sum = c.ring.centre().sub(h.centre)
	} else {
		sum = sum.scale(1 / float64(len(c.lots)))
	}
	if sum.length() < 25 {
		return "中"
	}
	sides := [8]string{"东", "东北", "北", "西北", "西", "西南", "南", "东南"}
	k := int(math.Round(math.Atan2(sum.y, sum.x)/(math.Pi/4))+8) % 8
	return sides[k]
}
