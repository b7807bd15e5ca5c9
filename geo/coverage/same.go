package coverage

import (
	"github.com/paulmach/orb"

	"canvass/geo"
)

// SameGround tells, exactly, whether two sets of members cover every place equally often: of a partition, whether another is
// one of the same ground. Vertices on an edge make no difference, nor does the winding of rings.
//
// Each side of a ring, with the inside on its left, tells by how much the cover changes across it. Along each straight line
// of the plane those changes, added up from end to end, must come to the same in both: at every place on the line as many
// sides must begin and end.
func SameGround(before, after []orb.MultiPolygon) bool {
	begun := map[mark]int{}
	for sign, members := range map[int][]orb.MultiPolygon{1: before, -1: after} {
		p := read(live(members))
		for _, f := range p.faults {
			if f.Kind == Unreadable {
				return false
			}
		}
		for _, s := range p.sides {
			a, b := p.places[s.from], p.places[s.to]
			on := lineThrough(a, b)
			begun[mark{on, a}] += sign
			begun[mark{on, b}] -= sign
		}
	}
	for _, n := range begun {
		if n != 0 {
			return false
		}
	}
	return true
}

// live leaves out members that are gone.
func live(members []orb.MultiPolygon) []orb.MultiPolygon {
	out := make([]orb.MultiPolygon, 0, len(members))
	for _, m := range members {
		if len(m) > 0 {
			out = append(out, m)
		}
	}
	return out
}

// mark is a place on a line of the plane.
type mark struct {
	straight
	at geo.Place
}

// straight is a straight line: its direction in lowest terms, to the east or due north, and its offset, which fits 64 bits
// everywhere on the grid.
type straight struct{ dx, dy, offset int64 }

// lineThrough gives the line through two places.
func lineThrough(a, b geo.Place) straight {
	dx, dy := b.X-a.X, b.Y-a.Y
	if dx < 0 || dx == 0 && dy < 0 {
		dx, dy = -dx, -dy
	}
	n := gcd(dx, abs(dy))
	dx, dy = dx/n, dy/n
	return straight{dx, dy, dx*a.Y - dy*a.X}
}

// OnlyVertices tells whether a member differs from another by no more than vertices that were put into its rings, each on an
// edge or as near to it as the grid allows: its boundary is bent at most, not moved.
func OnlyVertices(before, after orb.MultiPolygon) bool {
	if len(before) != len(after) {
		return false
	}
	for i := range before {
		if len(before[i]) != len(after[i]) {
			return false
		}
		for j := range before[i] {
			if !onlyVertices(before[i][j], after[i][j]) {
				return false
			}
		}
	}
	return true
}

func onlyVertices(before, after orb.Ring) bool {
	k := 0
	for i, p := range before {
		at, err := geo.PlaceOf(p)
		if err != nil {
			return false
		}
		for ; k < len(after); k++ {
			put, err := geo.PlaceOf(after[k])
			if err != nil {
				return false
			}
			if put == at {
				break
			}
			from, _ := geo.PlaceOf(before[max(i-1, 0)])
			if i == 0 || !passes(from, at, put) {
				return false
			}
		}
		if k++; k > len(after) {
			return false
		}
	}
	return k == len(after)
}
