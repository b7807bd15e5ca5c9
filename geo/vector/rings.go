package vector

import (
	"cmp"
	"errors"
	"slices"

	"github.com/paulmach/orb"
)

// nestBudget is how many steps rings are compared for at most: a file that needs more is no map.
const nestBudget = 1 << 30

var errTooManyRings = errors.New("its rings are too many to tell which lie in which")

// nested makes polygons of rings that come in any order and winding: a ring in an even number of others is a shell, in an odd
// number a hole of the smallest that holds it. The rings must be closed and may touch.
//
//  1. sort the rings by their boxes, large before small;
//  2. for each count the rings before it that hold it, and keep the last, which is the smallest;
//  3. shells become polygons, then holes join theirs.
func nested(rings []orb.Ring) (orb.Geometry, error) {
	if len(rings) == 1 {
		return orb.Polygon{rings[0]}, nil
	}
	n := newNest(rings)
	var out orb.MultiPolygon
	polygon := make([]int, len(rings)) // of a shell, by ring
	for i, r := range n.rings {
		depth, parent, err := n.depth(i)
		if err != nil {
			return nil, err
		}
		n.depths = append(n.depths, depth)
		if depth%2 == 0 {
			polygon[i] = len(out)
			out = append(out, orb.Polygon{r})
		} else {
			polygon[i] = polygon[parent]
			out[polygon[i]] = append(out[polygon[i]], r)
		}
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}

// nest holds rings, large before small.
type nest struct {
	rings  []orb.Ring
	boxes  []orb.Bound
	depths []int
	budget int
}

func newNest(rings []orb.Ring) *nest {
	type boxed struct {
		ring orb.Ring
		box  orb.Bound
		size float64
	}
	all := make([]boxed, len(rings))
	for i, r := range rings {
		box := r.Bound()
		all[i] = boxed{r, box, (box.Max[0] - box.Min[0]) * (box.Max[1] - box.Min[1])}
	}
	slices.SortStableFunc(all, func(a, b boxed) int { return cmp.Compare(b.size, a.size) })
	n := &nest{budget: nestBudget}
	for _, b := range all {
		n.rings, n.boxes = append(n.rings, b.ring), append(n.boxes, b.box)
	}
	return n
}

// depth counts the rings that hold ring i, and tells the innermost of those that is one level above it.
func (n *nest) depth(i int) (depth, parent int, err error) {
	var holders []int
	for j := range i {
		n.budget--
		if !boxHolds(n.boxes[j], n.boxes[i]) {
			continue
		}
		holds, steps := ringHolds(n.rings[j], n.rings[i], n.budget)
		if n.budget -= steps; n.budget < 0 {
			return 0, 0, errTooManyRings
		}
		if holds {
			holders = append(holders, j)
		}
	}
	if n.budget < 0 {
		return 0, 0, errTooManyRings
	}
	depth = len(holders)
	for _, j := range slices.Backward(holders) {
		if n.depths[j]%2 == 0 {
			return depth, j, nil
		}
	}
	return 0, 0, nil
}

func boxHolds(outer, inner orb.Bound) bool {
	return outer.Min[0] <= inner.Min[0] && outer.Min[1] <= inner.Min[1] && outer.Max[0] >= inner.Max[0] && outer.Max[1] >= inner.Max[1]
}

// ringHolds tells whether inner lies in outer: no corner outside, and one inside or, if all are on the line, a side's middle.
func ringHolds(outer, inner orb.Ring, budget int) (holds bool, steps int) {
	inside := false
	for _, p := range inner {
		side := sideOf(outer, p)
		if steps += len(outer); side < 0 || steps > budget {
			return false, steps
		}
		inside = inside || side > 0
	}
	for i := 1; i < len(inner) && !inside; i++ {
		middle := orb.Point{(inner[i-1][0] + inner[i][0]) / 2, (inner[i-1][1] + inner[i][1]) / 2}
		side := sideOf(outer, middle)
		if steps += len(outer); side < 0 || steps > budget {
			return false, steps
		}
		inside = side > 0
	}
	return inside, steps
}

// sideOf tells whether a point lies in a closed ring (1), out of it (-1) or on its line (0).
func sideOf(r orb.Ring, p orb.Point) int {
	side := -1
	for i := 1; i < len(r); i++ {
		a, b := r[i-1], r[i]
		if a == p || b == p {
			return 0
		}
		if a[1] == b[1] {
			if p[1] == a[1] && min(a[0], b[0]) < p[0] && p[0] < max(a[0], b[0]) {
				return 0
			}
			continue
		}
		if (a[1] > p[1]) == (b[1] > p[1]) {
			continue
		}
		cross := (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0])
		if cross == 0 {
			return 0
		}
		if (cross > 0) == (b[1] > a[1]) {
			side = -side
		}
	}
	return side
}
