package coverage

import (
	"fmt"
	"math"
	"slices"

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

// checkCracks tells where two members face one another across less than SliverWidth of the outer face.
func (l *layer) checkCracks() {
	found := map[[2]int]crack{}
	var order [][2]int
	l.cracks(SliverWidth, func(h, k int32, area, width float64) {
		members := [2]int{int(l.outside(h)), int(l.outside(k))}
		c, known := found[members]
		if !known {
			order = append(order, members)
		}
		if area > c.area {
			a, b := l.places[l.from(h)].Point(), l.places[l.from(k)].Point()
			c.at = orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
		}
		found[members] = crack{c.at, c.area + area, max(c.width, width)}
	})
	for _, members := range order {
		c := found[members]
		l.plane.fault(Fault{Kind: GapSliver, Reason: fmt.Sprintf("a crack up to %.2f m wide, open to the outside", c.width), At: c.at,
			Area: c.area, Width: c.width, Members: members})
	}
}

// cracks visits pairs of halves of the outer face, of different members, the lower first, that face one another across less
// than a width in metres.
func (l *layer) cracks(width float64, visit func(h, k int32, area, width float64)) {
	var outer []int32
	for _, c := range l.faces[0] {
		outer = append(outer, l.around(c)...)
	}
	owner := make([]int32, len(outer))
	alone := true
	for i, h := range outer {
		owner[i] = l.outside(h)
		alone = alone && owner[i] == owner[0]
	}
	if alone {
		return
	}
	ends := func(i int) (a, b geo.Place) { return l.places[l.from(outer[i])], l.places[l.to(outer[i])] }
	index := newGrid(len(outer), ends)
	var near []int32
	for i, h := range outer {
		a, b := ends(i)
		m := metersAt(a)
		r := m.units(width)
		near = near[:0]
		index.around(box{min(a.X, b.X) - r, min(a.Y, b.Y) - r, max(a.X, b.X) + r, max(a.Y, b.Y) + r}, func(j int32) {
			if owner[i] >= owner[j] || owner[i] < 0 || slices.Contains(near, j) {
				return
			}
			near = append(near, j)
			c, d := ends(int(j))
			if area, wide := m.facing([4]geo.Place{a, b, c, d}, width); area > 0 {
				visit(h, outer[j], area, wide)
			}
		})
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

// facing gives the ground between two halves with the same face on their left where they are less than a width apart, and how
// far apart they are; what is not longer than wide is no crack. Halves that do not run against one another face nothing.
func (m meters) facing(ends [4]geo.Place, within float64) (area, width float64) {
	a, b, c, d := ends[0], ends[1], ends[2], ends[3]
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
	if to-from < 2*max(near, far) || min(near, far) < -1e-6 || max(near, far) >= within || max(near, far) <= 0 {
		return 0, 0
	}
	return (to - from) * (near + far) / 2, max(near, far)
}
