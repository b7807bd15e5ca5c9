package coverage

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// Redraw brings members to ground that was drawn elsewhere, such as in another program: after has the same numbers, nil for
// what is gone, and new members behind. What the drawing leaves open, covers twice or draws beyond the members by no more
// than the tolerance (in metres) stays with whose it was; its vertices are drawn to those that are there. So the union stays
// what it was, to the last unit of the grid, and members that differ by such noise alone do not change.
//
// What is wider is not mended but listed: gaps, overlaps, ground that was nobody's (members of the drawing; Members[0] is who
// drew there), and rings that are not sound. With faults there is no edit.
//
//  1. take the members that were drawn anew, and those around them;
//  2. draw new vertices to old ones nearby, and off edges that have a member on one side only: those must not bend;
//  3. lay both over each other; each face goes to who drew it, or stays;
//  4. assemble the members whose ground changed, and give vertices to the others.
func Redraw(before, after []orb.MultiPolygon, tolerance float64) (Edit, []Fault) {
	r := &redrawer{before: before, after: slices.Clone(after), tolerance: max(tolerance, 0)}
	if faults := r.choose(); len(faults) > 0 || !slices.Contains(r.drawn, true) {
		return Edit{}, faults
	}
	if err := r.lay(); err != nil {
		if faults := r.foreign(); len(faults) > 0 {
			return nil, faults
		}
		return nil, []Fault{{Kind: Unreadable, Reason: string(err.Reason), At: err.At, Members: [2]int{none, none}}}
	}
	owner, faults := r.share()
	if len(faults) > 0 {
		return nil, faults
	}
	return r.edit(owner)
}

// Foreign is ground that a drawing claims and that was nobody's.
const Foreign Kind = "ground outside"

type redrawer struct {
	before, after []orb.MultiPolygon
	tolerance     float64
	drawn         []bool // members that were drawn anew, by number
	near          []bool // those and the members around them
	plane         *plane
	layer         *layer
	sides         []int32 // of the rings of members before, before they were noded
	fixed         []edge  // edges with a member on one side only
	index         *grid
	vertices      *grid // of the members before
	meters        meters
}

// choose marks the members that were drawn anew and those around them, and lists rings that are not sound.
func (r *redrawer) choose() (faults []Fault) {
	n := len(r.before)
	r.drawn, r.near = make([]bool, len(r.after)), make([]bool, len(r.after))
	var bounds []orb.Bound
	for i, m := range r.after {
		if i < n && equalRings(m, r.before[i]) {
			continue
		}
		if i >= n && len(m) == 0 {
			continue
		}
		r.drawn[i] = true
		if i < n {
			bounds = append(bounds, r.before[i].Bound().Pad(pad))
		}
		if len(m) == 0 {
			continue
		}
		if err := geo.Check(m); err != nil {
			bad := refused(NotSound, err).(*Error)
			faults = append(faults, Fault{Kind: SelfIntersection, Reason: bad.Detail, At: bad.At, Members: [2]int{i, none}})
		}
		bounds = append(bounds, m.Bound().Pad(pad))
	}
	for i, m := range r.before {
		own := m.Bound()
		r.near[i] = r.drawn[i] || slices.ContainsFunc(bounds, func(b orb.Bound) bool { return b.Intersects(own) })
	}
	for i := n; i < len(r.after); i++ {
		r.near[i] = r.drawn[i]
	}
	return faults
}

func equalRings(a, b orb.MultiPolygon) bool {
	return slices.EqualFunc(a, b, func(p, q orb.Polygon) bool {
		return slices.EqualFunc(p, q, func(r, s orb.Ring) bool { return slices.Equal(r, s) })
	})
}

// lay reads the members before, with their numbers, and those after, with numbers behind, and nodes them. It refuses what
// would bend the boundary of the whole.
func (r *redrawer) lay() *Error {
	r.plane = newPlane(1024)
	for i, m := range r.before {
		if r.near[i] {
			r.plane.readMember(i, m)
		}
	}
	for _, f := range r.plane.faults {
		if f.Kind == Unreadable {
			return &Error{Reason: NotSound, At: f.At, Detail: f.Reason}
		}
	}
	for _, q := range r.plane.rings {
		r.sides = append(r.sides, q.last-q.first)
	}
	r.outline()
	for i, m := range r.after {
		switch {
		case !r.near[i] || len(m) == 0:
		case r.drawn[i]:
			r.plane.readMember(len(r.before)+i, r.drawnTo(m))
		default:
			r.plane.readMember(len(r.before)+i, m)
		}
	}
	var err *Error
	r.plane.node(nil, func(hits []hit, edges []edge) {
		for _, h := range hits {
			e, at := edges[h.edge], r.plane.places[h.vertex]
			if err == nil && r.isFixed(e) && !on(r.plane.places[e.a], r.plane.places[e.b], at) {
				err = &Error{Reason: LineTooClose, At: at.Point()}
			}
		}
	})
	return err
}

// foreign lists the ground that the drawing has and nobody had.
func (r *redrawer) foreign() (faults []Fault) {
	for _, d := range Compare(r.before, r.after, func(before, _ int) bool { return before >= 0 }) {
		if d.Width > r.tolerance {
			faults = append(faults, Fault{Kind: Foreign, Reason: "it was nobody's", At: d.At, Area: d.Area, Width: d.Width, Members: [2]int{d.Other, none}})
		}
	}
	return faults
}

// outline finds the edges that must not bend, and what lies near them.
func (r *redrawer) outline() {
	p := r.plane
	edges, _ := p.edges()
	for _, e := range edges {
		if (e.left < 0) != (e.right < 0) {
			r.fixed = append(r.fixed, e)
		}
	}
	r.meters = metersAt(p.places[0])
	r.index = newGrid(len(r.fixed), func(i int) (a, b geo.Place) { return p.places[r.fixed[i].a], p.places[r.fixed[i].b] })
	count := len(p.places)
	r.vertices = newGrid(count, func(i int) (a, b geo.Place) { return p.places[i], p.places[i] })
}

// isFixed tells it of an edge of both.
func (r *redrawer) isFixed(e edge) bool {
	left, right := r.plane.member(e.left), r.plane.member(e.right)
	return (left >= 0 && left < int32(len(r.before))) != (right >= 0 && right < int32(len(r.before)))
}

// drawnTo gives a member with its vertices drawn to old ones nearby, and off edges that must not bend.
func (r *redrawer) drawnTo(m orb.MultiPolygon) orb.MultiPolygon {
	m = m.Clone()
	for _, polygon := range m {
		for _, ring := range polygon {
			for i, v := range ring {
				if at, err := geo.PlaceOf(v); err == nil {
					ring[i] = r.place(at).Point()
				}
			}
		}
	}
	return m
}

// place gives where a vertex of the drawing comes to lie.
func (r *redrawer) place(at geo.Place) geo.Place {
	p := r.plane
	if p.slots[p.slot(at)] != 0 {
		return at
	}
	reach := r.meters.units(r.tolerance) + 1
	around := box{at.X - reach, at.Y - reach, at.X + reach, at.Y + reach}
	best, least := at, r.tolerance
	r.vertices.around(around, func(i int32) {
		if d := math.Hypot(r.meters.vector(at, p.places[i])); d < least || d == least && before(p.places[i], best) {
			best, least = p.places[i], d
		}
	})
	if best != at {
		return best
	}
	nearest, least := edge{a: none}, r.tolerance
	r.index.around(around, func(i int32) {
		e := r.fixed[i]
		a, b := p.places[e.a], p.places[e.b]
		if d := r.meters.off(at, a, b); (passes(a, b, at) || r.beyond(e, at)) && (d <= least || passes(a, b, at)) {
			nearest, least = e, d
		}
	})
	if nearest.a == none || on(p.places[nearest.a], p.places[nearest.b], at) {
		return at
	}
	return r.inside(nearest, at)
}

// beyond tells whether a place lies on the outer side of a fixed edge.
func (r *redrawer) beyond(e edge, at geo.Place) bool {
	return geo.Turn(r.plane.places[e.a], r.plane.places[e.b], at) == -inward(e)
}

// inward is the side of a fixed edge on which its member lies: 1 left, -1 right.
func inward(e edge) int {
	if e.left < 0 {
		return -1
	}
	return 1
}

// inside finds the place next to a fixed edge nearest to another: exactly on it, or inside but not on it even on the grid.
func (r *redrawer) inside(e edge, at geo.Place) geo.Place {
	a, b := r.plane.places[e.a], r.plane.places[e.b]
	foot := at
	if u, v := r.meters.vector(a, b); u != 0 || v != 0 {
		s, w := r.meters.vector(a, at)
		t := min(max((s*u+w*v)/(u*u+v*v), 0), 1)
		foot = geo.Place{X: a.X + int64(math.Round(t*float64(b.X-a.X))), Y: a.Y + int64(math.Round(t*float64(b.Y-a.Y)))}
	}
	best, least := at, math.Inf(1)
	const around = 3
	for dx := int64(-around); dx <= around; dx++ {
		for dy := int64(-around); dy <= around; dy++ {
			q := geo.Place{X: foot.X + dx, Y: foot.Y + dy}
			far := math.Hypot(float64(dx), float64(dy))
			if far < least && (on(a, b, q) || geo.Turn(a, b, q) == inward(e) && r.clear(q)) {
				best, least = q, far
			}
		}
	}
	return best
}

// clear tells whether a place is on no fixed edge, even on the grid.
func (r *redrawer) clear(q geo.Place) bool {
	free := true
	r.index.around(box{q.X - 1, q.Y - 1, q.X + 1, q.Y + 1}, func(i int32) {
		free = free && !passes(r.plane.places[r.fixed[i].a], r.plane.places[r.fixed[i].b], q)
	})
	return free
}
