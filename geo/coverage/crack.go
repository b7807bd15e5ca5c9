package coverage

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// meters measures near a place: how long a unit of the grid is there to the east and to the north.
type meters struct{ east, north float64 }

func metersAt(p geo.Place) meters {
	const step = 10000
	y := min(max(p.Y, -9e8+step), 9e8-step)
	south, north := geo.Place{Y: y}, geo.Place{Y: y + step}
	return meters{geo.Distance(south.Point(), geo.Place{X: step, Y: y}.Point()) / step, geo.Distance(south.Point(), north.Point()) / step}
}

// vector is the way between two places in metres.
func (m meters) vector(a, b geo.Place) (x, y float64) {
	return float64(b.X-a.X) * m.east, float64(b.Y-a.Y) * m.north
}

// units gives how many units of the grid a distance is at most, to any side. Near a pole it is cut to a degree.
func (m meters) units(distance float64) int64 {
	return int64(min(distance/max(min(m.east, m.north), 1e-9), geo.Scale)) + 1
}

// crack is a narrow stretch between two members that is open to the outside, so that it is no face.
type crack struct {
	at          orb.Point
	area, width float64
}

// checkCracks finds where two members face one another across less than SliverWidth of the outer face.
func (l *layer) checkCracks() {
	var outer []int32
	for _, c := range l.faces[0] {
		outer = append(outer, l.around(c)...)
	}
	ends := func(i int) (a, b geo.Place) { return l.places[l.from(outer[i])], l.places[l.to(outer[i])] }
	index := newGrid(len(outer), ends)
	cracks := map[[2]int]crack{}
	var order [][2]int
	for i, h := range outer {
		a, b := ends(i)
		m := metersAt(a)
		r := m.units(SliverWidth)
		seen := map[int32]bool{}
		index.around(min(a.X, b.X)-r, min(a.Y, b.Y)-r, max(a.X, b.X)+r, max(a.Y, b.Y)+r, func(j int32) {
			members := [2]int{int(l.outside(h)), int(l.outside(outer[j]))}
			if members[0] >= members[1] || members[0] < 0 || seen[j] {
				return
			}
			seen[j] = true
			c, d := ends(int(j))
			area, width := m.facing(a, b, c, d)
			if area <= 0 {
				return
			}
			found, known := cracks[members]
			if !known {
				order = append(order, members)
			}
			if area > found.area {
				found.at = orb.Point{(a.Point()[0] + c.Point()[0]) / 2, (a.Point()[1] + c.Point()[1]) / 2}
			}
			cracks[members] = crack{found.at, found.area + area, max(found.width, width)}
		})
	}
	for _, members := range order {
		c := cracks[members]
		l.plane.fault(Fault{Kind: GapSliver, Reason: fmt.Sprintf("a crack up to %.2f m wide, open to the outside", c.width), At: c.at, Area: c.area, Members: members})
	}
}

// outside gives the member that has the inside across a half of the outer face.
func (l *layer) outside(half int32) int32 {
	for _, u := range l.owners[half>>1] {
		if (u.left == 1) == (half&1 == 1) {
			return u.member
		}
	}
	return none
}

// facing gives the ground between two halves with the same face on their left where they are less than SliverWidth apart,
// and how far apart they are. Halves that do not run against one another face nothing.
func (m meters) facing(a, b, c, d geo.Place) (area, width float64) {
	x, y := m.vector(a, b)
	u, v := m.vector(c, d)
	length := math.Hypot(x, y)
	if x*u+y*v >= 0 {
		return 0, 0
	}
	along := func(p geo.Place) (t, off float64) {
		s, w := m.vector(a, p)
		return (s*x + w*y) / length, (w*x - s*y) / length
	}
	t1, off1 := along(d)
	t2, off2 := along(c)
	if t2-t1 < 1e-6 {
		return 0, 0
	}
	from, to := max(t1, 0), min(t2, length)
	rate := (off2 - off1) / (t2 - t1)
	near, far := off1+rate*(from-t1), off1+rate*(to-t1)
	if to-from < SliverWidth/100 || min(near, far) < -1e-6 || max(near, far) >= SliverWidth || max(near, far) <= 0 {
		return 0, 0
	}
	return (to - from) * (near + far) / 2, max(near, far)
}
