package coverage

import (
	"github.com/paulmach/orb"

	"canvass/geo"
)

// Transfer gives the ground that a piece has of one member to another. Of the piece, which may reach beyond the member, only
// what lies in it moves; its boundary is drawn to the grid.
//
// It is refused with an *Error: NoSuchMember, NotSound, NotApart, BadLine (of the piece), LineTooClose, NothingMoves (they
// have no ground in common), NothingLeft (it is the whole member: merge them).
func Transfer(members []orb.MultiPolygon, from, to int, piece orb.MultiPolygon) (Edit, error) {
	b, err := prepare(members, from, to)
	if err != nil {
		return nil, err
	}
	b.cut = b.chosen[:1]
	if _, err := b.incise(piece, 0); err != nil {
		return nil, err
	}
	l, owner, err := b.ground()
	if err != nil {
		return nil, err
	}
	moved, left := 0, 0
	for f := range owner {
		switch {
		case owner[f] != int32(from):
		case geo.Contains(piece, geo.PointOnSurface(l.polygon(int32(f)))):
			owner[f] = int32(to)
			moved++
		default:
			left++
		}
	}
	if moved == 0 {
		return nil, &Error{Reason: NothingMoves, At: piece[0][0][0]}
	}
	if left == 0 {
		return nil, &Error{Reason: NothingLeft, At: members[from][0][0][0]}
	}
	return b.give(l.divided(owner, from, to))
}

// divided gives members the faces that they own.
func (l *layer) divided(owner []int32, members ...int) Edit {
	e := Edit{}
	for _, m := range members {
		e[m] = l.assemble(func(f int32) bool { return owner[f] == int32(m) })
	}
	return e
}
