package coverage

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Split divides a member by a line. The largest piece keeps the member's number, the others get new ones. A line may end up
// to the tolerance (in metres) short of the boundary, cross it any number of times, pass holes, or be closed; what of it
// runs outside is left out. Within the tolerance it is drawn to vertices of the boundary, and a piece narrower than that,
// as a line along the boundary makes, stays with its neighbour. Parts that the line does not cut stay with the largest piece.
//
// It is refused with an *Error: BadLine, LineCrossesSelf, LineEndsInside, LineDividesNot, LineTooClose, NotSound, NoSuchMember.
func Split(members []orb.MultiPolygon, which int, line orb.LineString, tolerance float64) (Edit, error) {
	b, err := prepare(members, which)
	if err != nil {
		return nil, err
	}
	k, err := b.sharpen(line, tolerance, b.bounds)
	if err != nil {
		return nil, err
	}
	cuts, err := k.strokes()
	if err != nil {
		return nil, err
	}
	if err := b.lay(cuts); err != nil {
		return nil, err
	}
	l, owner, err := b.ground()
	if err != nil {
		return nil, err
	}
	pieces := b.pieces(l, owner, tolerance)
	if len(pieces) < 2 {
		return nil, &Error{Reason: LineDividesNot, At: k.line[0].Point()}
	}
	e := Edit{}
	for i, faces := range pieces {
		number := which
		if i > 0 {
			number = len(members) + i - 1
		}
		e[number] = l.assemble(func(f int32) bool { return slices.Contains(faces, f) })
	}
	return b.give(e)
}

// bounds tells whether an edge bounds a chosen member.
func (b *bench) bounds(e edge) bool {
	left, right := b.flanks(e)
	return b.isCut(left) || b.isCut(right)
}

// pieces groups the faces of the chosen member into what a cut makes of it, the largest first: faces apart are pieces, but
// narrow ones go to the piece with the longest cut between, and faces that no cut touches go to the largest.
func (b *bench) pieces(l *layer, owner []int32, tolerance float64) [][]int32 {
	piece := make([]int32, len(owner))
	for f := range piece {
		piece[f] = int32(f)
	}
	touched := make([]bool, len(owner))
	for h := range l.face {
		if owner[l.face[h]] >= 0 && owner[l.face[h^1]] >= 0 && l.face[h] != l.face[h^1] {
			touched[l.face[h]] = true
		}
	}
	largest := int32(none)
	for f := range owner {
		if touched[f] && (largest < 0 || l.area(int32(f)).minus(l.area(largest)).sign() > 0) {
			largest = int32(f)
		}
	}
	for f := range owner {
		switch {
		case owner[f] < 0 || int32(f) == largest || largest < 0:
		case !touched[f]:
			piece[f] = largest
		case l.narrow(int32(f), tolerance):
			piece[f] = l.neighbour(int32(f), owner)
		}
	}
	return grouped(piece, owner, l)
}

// grouped lists the faces of each piece, following a narrow face to the one it went to.
func grouped(piece, owner []int32, l *layer) [][]int32 {
	groups := map[int32][]int32{}
	areas := map[int32]wide{}
	for f := range owner {
		if owner[f] < 0 {
			continue
		}
		to := int32(f)
		for piece[to] != to {
			to = piece[to]
		}
		groups[to] = append(groups[to], int32(f))
		areas[to] = areas[to].plus(l.area(int32(f)))
	}
	keys := make([]int32, 0, len(groups))
	for key := range groups {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b int32) int { return cmp.Or(areas[b].minus(areas[a]).sign(), cmp.Compare(a, b)) })
	out := make([][]int32, len(keys))
	for i, key := range keys {
		out[i] = groups[key]
	}
	return out
}

// area is twice that of a face.
func (l *layer) area(f int32) (sum wide) {
	for _, c := range l.faces[f] {
		sum = sum.plus(l.cycles[c].area)
	}
	return sum
}

// narrow tells whether a face is on the average narrower than so many metres.
func (l *layer) narrow(f int32, width float64) bool {
	doubled, around := 0.0, 0.0
	var m meters
	for i, c := range l.faces[f] {
		if i == 0 {
			m = metersAt(l.places[l.from(l.cycles[c].first)])
		}
		area := l.cycles[c].area
		doubled += (float64(area.hi)*0x1p64 + float64(area.lo)) * m.east * m.north
		for _, h := range l.around(c) {
			around += math.Hypot(m.vector(l.places[l.from(h)], l.places[l.to(h)]))
		}
	}
	return doubled < width*around
}

// neighbour gives the face that a face has the longest edges with, of those that are owned and not narrower.
func (l *layer) neighbour(f int32, owner []int32) int32 {
	lengths := map[int32]float64{}
	for _, c := range l.faces[f] {
		for _, h := range l.around(c) {
			if g := l.face[h^1]; g != f && owner[g] == owner[f] {
				lengths[g] += math.Hypot(metersAt(l.places[l.from(h)]).vector(l.places[l.from(h)], l.places[l.to(h)]))
			}
		}
	}
	best := f
	for g, length := range lengths {
		if l.area(g).minus(l.area(f)).sign() > 0 && (best == f || length > lengths[best] || length == lengths[best] && g < best) {
			best = g
		}
	}
	return best
}
