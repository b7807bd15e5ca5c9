package coverage

import (
	"errors"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// Edit is what an operation makes of members: those that change, by their number. Numbers from the count of members on are
// new; without a polygon, a member is gone. Members next to those that were asked for may get vertices. Nothing that was
// given is written to.
type Edit map[int]orb.MultiPolygon

// Apply gives all members after an edit; those that are gone keep their number.
func (e Edit) Apply(members []orb.MultiPolygon) []orb.MultiPolygon {
	out := slices.Clone(members)
	for i, m := range e {
		for i >= len(out) {
			out = append(out, nil)
		}
		out[i] = m
	}
	return out
}

// Why an operation is refused.
const (
	NoSuchMember     Reason = "there is no such member"
	NotSound         Reason = "the member is not sound"
	BadLine          Reason = "the line cannot be read"
	LineCrossesSelf  Reason = "the line crosses or touches itself"
	LineEndsInside   Reason = "the line ends inside, farther from the boundary than the tolerance"
	LineDividesNot   Reason = "the line does not divide the member"
	LineTooClose     Reason = "the line comes too close to a boundary that must not move"
	LineLeaves       Reason = "the line leaves the two members"
	NoSharedBoundary Reason = "the line does not begin and end on a boundary of two members"
	CutsApart        Reason = "the line cuts a member apart"
	NothingMoves     Reason = "the piece has nothing of the member"
	NothingLeft      Reason = "nothing is left of the member"
	NotApart         Reason = "the members overlap or do not fit"
)

// bench is the members an operation works on, and those near them.
type bench struct {
	*plane
	members []orb.MultiPolygon
	chosen  []int  // whose ground is dealt with
	cut     []int  // those of them that a line is to cut
	near    []bool // that are on the plane
	sides0  []int32
	meters  meters
}

// pad is how far in degrees around the chosen members others are near: those that share a vertex are.
const pad = 1e-6

// prepare reads the chosen members, which must be sound by themselves, and those near them.
func prepare(members []orb.MultiPolygon, chosen ...int) (*bench, error) {
	b := &bench{members: members, chosen: chosen, cut: chosen, near: make([]bool, len(members)+1)}
	for i, c := range chosen {
		if c < 0 || c >= len(members) || slices.Contains(chosen[:i], c) {
			return nil, &Error{Reason: NoSuchMember}
		}
		if err := geo.Check(members[c]); err != nil {
			return nil, refused(NotSound, err)
		}
	}
	vertices := 0
	bounds := make([]orb.Bound, len(chosen))
	for i, c := range chosen {
		bounds[i] = members[c].Bound().Pad(pad)
	}
	for i, m := range members {
		own := m.Bound()
		b.near[i] = slices.Contains(chosen, i) || len(m) > 0 && slices.ContainsFunc(bounds, own.Intersects)
		if b.near[i] {
			for _, polygon := range m {
				vertices += len(polygon) * 64
			}
		}
	}
	b.plane = newPlane(vertices)
	for i, m := range members {
		if b.near[i] {
			b.readMember(i, m)
		}
	}
	for _, f := range b.faults {
		if f.Kind == Unreadable {
			return nil, &Error{NotSound, f.At, f.Reason}
		}
	}
	b.meters = metersAt(b.places[0])
	for _, r := range b.rings {
		b.sides0 = append(b.sides0, r.last-r.first)
	}
	return b, nil
}

// refused gives the error of a geometry that cannot stand.
func refused(reason Reason, err error) error {
	var bad *geo.Invalid
	if errors.As(err, &bad) {
		return &Error{reason, bad.At, bad.Reason}
	}
	return &Error{Reason: reason, Detail: err.Error()}
}

// knife is the number under which cuts stand on the plane.
func (b *bench) knife() int32 { return int32(len(b.members)) }

// isCut tells whether a line is to cut a member.
func (b *bench) isCut(member int32) bool {
	return member >= 0 && slices.Contains(b.cut, int(member))
}

// lay puts cuts on the plane, to and fro so that they enclose nothing, and nodes them. It refuses cuts that would bend a
// boundary that has a member on one side only: then the union would not be what it was.
func (b *bench) lay(cuts [][]geo.Place) error {
	old := int32(len(b.places))
	number, first := int32(len(b.rings)), int32(len(b.sides))
	for _, c := range cuts {
		for i := 1; i < len(c); i++ {
			if u, v := b.vertex(c[i-1]), b.vertex(c[i]); u != v {
				b.sides = append(b.sides, side{u, v, number}, side{v, u, number})
			}
		}
	}
	b.rings = append(b.rings, ring{member: b.knife(), first: first, last: int32(len(b.sides))})
	var err error
	b.node(func(e edge) bool {
		return e.a >= old || e.b >= old || b.member(e.left) == b.knife() || b.member(e.right) == b.knife() || e.more
	}, func(hits []hit, edges []edge) {
		for _, h := range hits {
			if at := b.places[h.vertex]; err == nil && b.fixed(edges[h.edge]) && !on(b.places[edges[h.edge].a], b.places[edges[h.edge].b], at) {
				err = &Error{Reason: LineTooClose, At: at.Point()}
			}
		}
	})
	return err
}

// fixed tells whether an edge has a member on one side only.
func (b *bench) fixed(e edge) bool {
	left, right := b.flanks(e)
	return (left < 0) != (right < 0)
}

// flanks gives the members left and right of an edge.
func (b *bench) flanks(e edge) (left, right int32) {
	left, right = b.member(e.left), b.member(e.right)
	if left == b.knife() {
		left = none
	}
	if right == b.knife() {
		right = none
	}
	return left, right
}

// ground gives the faces of the chosen members and the cuts, and the member that covers each, or none. It refuses members
// that overlap.
func (b *bench) ground() (*layer, []int32, error) {
	edges, of := b.edges()
	looked := make([]bool, len(b.members)+1)
	for _, c := range b.chosen {
		looked[c] = true
	}
	looked[b.knife()] = true
	l := b.layer(edges, of, looked)
	l.label()
	owner := make([]int32, len(l.faces))
	for f := range owner {
		owner[f] = none
		for _, c := range l.covers[f] {
			if c.times != 1 || owner[f] != none {
				return nil, nil, &Error{Reason: NotApart, At: geo.PointOnSurface(l.polygon(int32(f)))}
			}
			owner[f] = c.member
		}
	}
	return l, owner, nil
}

// give adds to an edit the members that got vertices, besides those that the edit speaks of. It refuses what would make one
// of them touch itself, where it is narrower than the grid.
func (b *bench) give(e Edit) (Edit, error) {
	for i, n := range b.sides0 {
		m := b.rings[i].member
		if _, known := e[int(m)]; known || b.rings[i].last-b.rings[i].first == n {
			continue
		}
		e[int(m)] = b.rebuild(m)
		if err := geo.Check(e[int(m)]); err != nil && geo.Check(b.members[m]) == nil {
			return nil, refused(LineTooClose, err)
		}
	}
	return e, nil
}
