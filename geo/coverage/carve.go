package coverage

import (
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// Carve makes the ground that a piece has of some members one of its own, whose number is the count of members. The piece may
// have holes and parts, and may reach beyond them; what lies in its holes stays where it is. Within the tolerance (in metres)
// its rings are drawn to vertices that are there, and what they leave narrower than that stays with its neighbour.
//
// It is refused with an *Error: NoSuchMember, NotSound, NotApart, BadLine (of the piece), LineCrossesSelf, LineTooClose,
// NothingMoves (they have no ground in common), NothingLeft (of a member), CutsApart (a member, but for what lies in a hole).
func Carve(members []orb.MultiPolygon, from []int, piece orb.MultiPolygon, tolerance float64) (Edit, error) {
	return carve(members, from, piece, carving{tolerance: tolerance, whole: true})
}

// carving is how a piece is taken: whole if each member keeps some, in one part for each that it had.
type carving struct {
	tolerance float64
	whole     bool
}

func carve(members []orb.MultiPolygon, from []int, piece orb.MultiPolygon, how carving) (Edit, error) {
	b, err := prepare(members, from...)
	if err != nil {
		return nil, err
	}
	drawn, err := b.incise(piece, how.tolerance)
	if err != nil {
		return nil, err
	}
	l, owner, err := b.ground()
	if err != nil {
		return nil, err
	}
	within := l.within(owner, drawn, how.tolerance)
	made := int32(len(members))
	e := Edit{}
	for f := range owner {
		if within[f] {
			e[int(owner[f])] = nil
			owner[f] = made
		}
	}
	if len(e) == 0 {
		return nil, &Error{Reason: NothingMoves, At: piece[0][0][0]}
	}
	for m := range e {
		e[m] = l.assemble(func(f int32) bool { return owner[f] == int32(m) })
		if how.whole {
			if err := b.keeps(m, e[m], piece); err != nil {
				return nil, err
			}
		}
	}
	e[int(made)] = l.assemble(func(f int32) bool { return owner[f] == made })
	return b.give(e)
}

// incise lays the rings of a piece, which must be sound, and answers it as it was drawn to vertices that are there.
func (b *bench) incise(piece orb.MultiPolygon, tolerance float64) (drawn orb.MultiPolygon, err error) {
	if err := geo.Check(piece); err != nil {
		return nil, refused(BadLine, err)
	}
	var cuts [][]geo.Place
	for _, polygon := range piece {
		var rings orb.Polygon
		for _, r := range polygon {
			k, err := b.sharpen(r, tolerance, b.bounds)
			if err != nil {
				return nil, err
			}
			strokes, err := k.strokes()
			if err != nil {
				return nil, err
			}
			cuts = append(cuts, strokes...)
			var ring orb.Ring
			for _, at := range k.line {
				ring = append(ring, at.Point())
			}
			rings = append(rings, ring)
		}
		drawn = append(drawn, rings)
	}
	return drawn, b.lay(cuts)
}

// within tells which faces of members lie in a piece. A face that its rings leave narrower than the tolerance goes with the
// neighbour that it has the longest edge with.
func (l *layer) within(owner []int32, piece orb.MultiPolygon, tolerance float64) []bool {
	out, goes := make([]bool, len(owner)), make([]int32, len(owner))
	for f := range owner {
		goes[f] = int32(f)
		if owner[f] < 0 {
			continue
		}
		out[f] = geo.Contains(piece, geo.PointOnSurface(l.polygon(int32(f))))
		if l.narrow(int32(f), tolerance) {
			goes[f] = l.neighbour(int32(f), owner)
		}
	}
	settled := slices.Clone(out)
	for f := range owner {
		to := int32(f)
		for goes[to] != to {
			to = goes[to]
		}
		settled[f] = out[to]
	}
	return settled
}

// keeps refuses to leave nothing of a member, or more parts than it had, but for those in a hole of the piece.
func (b *bench) keeps(m int, left, piece orb.MultiPolygon) error {
	if len(left) == 0 {
		return &Error{Reason: NothingLeft, At: geo.PointOnSurface(b.members[m])}
	}
	parts := 0
	for _, polygon := range left {
		at := geo.PointOnSurface(polygon)
		if enclosed(piece, at) {
			continue
		}
		if parts++; parts > len(b.members[m]) {
			return &Error{Reason: CutsApart, At: at}
		}
	}
	return nil
}

// enclosed tells whether a place lies in a hole of a piece.
func enclosed(piece orb.MultiPolygon, at orb.Point) bool {
	return slices.ContainsFunc(piece, func(p orb.Polygon) bool {
		return slices.ContainsFunc(p[1:], func(hole orb.Ring) bool { return geo.Contains(orb.Polygon{hole}, at) })
	})
}

// Fill makes the ground of a whole that none of the members covers one of its own, whose number is the count of members; with
// a piece, as Carve takes one, what that has of it. The members keep all that they have.
//
// It is refused with an *Error: NotSound, NotApart (the members and the outline of the whole cross, or miss one another by less
// than the grid tells), NothingOpen, and as Carve is.
func Fill(members []orb.MultiPolygon, whole, piece orb.MultiPolygon, tolerance float64) (Edit, error) {
	n := len(members)
	e, err := open(members, whole)
	if err != nil || len(piece) == 0 {
		return e, err
	}
	taken, err := carve(e.Apply(members), []int{n}, piece, carving{tolerance: tolerance})
	if err != nil {
		return nil, err
	}
	e[n] = taken[n+1]
	for i, m := range taken {
		if i < n {
			e[i] = m
		}
	}
	return e, nil
}

// NothingOpen says that members cover all of a whole.
const NothingOpen Reason = "nothing of the whole is left open"

// open gives the ground of a whole that no member covers, and the vertices that members get for it.
func open(members []orb.MultiPolygon, whole orb.MultiPolygon) (Edit, error) {
	n := len(members)
	b, err := prepare(append(slices.Clone(members), whole), n)
	if err != nil {
		return nil, err
	}
	if err := b.fit(nil); err != nil {
		return nil, err
	}
	edges, of := b.edges()
	l := b.layer(edges, of, b.near)
	l.label()
	free := make([]bool, len(l.faces))
	for f, covers := range l.covers {
		free[f] = len(covers) == 1 && covers[0].member == int32(n)
		if len(covers) > 2 && slices.ContainsFunc(covers, func(c cover) bool { return c.member == int32(n) }) {
			return nil, &Error{Reason: NotApart, At: geo.PointOnSurface(l.polygon(int32(f)))}
		}
	}
	e := Edit{n: l.assemble(func(f int32) bool { return free[f] })}
	if len(e[n]) == 0 {
		return nil, &Error{Reason: NothingOpen, At: whole[0][0][0]}
	}
	return b.give(e)
}
