package coverage

import (
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// share finds whose each face is after, or none, and lists what is left open, covered twice, or taken from outside, and is
// wider than the tolerance.
func (r *redrawer) share() (owner []int32, faults []Fault) {
	p := r.plane
	edges, of := p.edges()
	looked := make([]bool, len(r.before)+len(r.after))
	for i := range looked {
		looked[i] = true
	}
	l := p.layer(edges, of, looked)
	l.label()
	r.layer = l
	owner = make([]int32, len(l.faces))
	var open []int32
	for f := range owner {
		owner[f] = none
		was, now := r.covers(int32(f))
		switch {
		case f == 0 || len(was) == 0 && len(now) == 0:
		case len(was) == 1 && len(now) == 1:
			owner[f] = now[0]
		case len(was) > 1 || !l.narrow(int32(f), max(r.tolerance, gridWidth)):
			faults = append(faults, r.fault(int32(f), was, now))
		case len(was) == 0: // a hair outside
		case slices.Contains(now, was[0]) || len(now) == 0 && len(r.after[was[0]]) > 0:
			owner[f] = was[0]
		case len(now) > 0:
			owner[f] = slices.Min(now)
		default:
			open = append(open, int32(f))
		}
	}
	for _, f := range open {
		owner[f] = r.beside(f, owner)
	}
	return owner, faults
}

// gridWidth is how wide in metres ground may be that is but rounding.
const gridWidth = 0.02

// covers lists the members before and those after that cover a face.
func (r *redrawer) covers(f int32) (was, now []int32) {
	for _, c := range r.layer.covers[f] {
		for range c.times {
			if c.member < int32(len(r.before)) {
				was = append(was, c.member)
			} else {
				now = append(now, c.member-int32(len(r.before)))
			}
		}
	}
	return was, now
}

// fault tells what is wrong about a face.
func (r *redrawer) fault(f int32, was, now []int32) Fault {
	ground := r.layer.polygon(f)
	out := Fault{At: geo.PointOnSurface(ground), Area: geo.Area(ground), Members: [2]int{none, none}}
	out.Width = meanWidth(out.Area, ground)
	switch {
	case len(was) > 1:
		out.Kind, out.Reason, out.Members = Overlap, "the stored members overlap", [2]int{int(was[0]), int(was[1])}
	case len(was) == 0:
		out.Kind, out.Reason, out.Members[0] = Foreign, "it was nobody's", int(now[0])
	case len(now) == 0:
		out.Kind, out.Reason, out.Members[0] = Gap, "nobody has it now", int(was[0])
	default:
		out.Kind, out.Reason, out.Members = Overlap, "both cover it", [2]int{int(now[0]), int(now[1])}
	}
	return out
}

// beside is the owner of the face that a face has the longest edges with.
func (r *redrawer) beside(f int32, owner []int32) int32 {
	lengths := map[int32]float64{}
	l := r.layer
	best := int32(none)
	for _, c := range l.faces[f] {
		for _, h := range l.around(c) {
			to := owner[l.face[h^1]]
			if to < 0 {
				continue
			}
			lengths[to] += geo.Distance(l.places[l.from(h)].Point(), l.places[l.to(h)].Point())
			if best < 0 || lengths[to] > lengths[best] || lengths[to] == lengths[best] && to < best {
				best = to
			}
		}
	}
	return best
}

// edit assembles the members whose faces are others than before, and gives vertices to those around that need them.
func (r *redrawer) edit(owner []int32) (Edit, []Fault) {
	l := r.layer
	faces := make([]map[int32]bool, len(r.after))
	changed := make([]bool, len(r.after))
	for f := range owner {
		was, _ := r.covers(int32(f))
		if to := owner[f]; to >= 0 {
			faces[to] = with(faces[to], int32(f))
		}
		if len(was) == 1 && was[0] != owner[f] {
			changed[was[0]] = true
			if owner[f] >= 0 {
				changed[owner[f]] = true
			}
		}
	}
	l.groupHalves()
	out := Edit{}
	for i := range r.after {
		switch {
		case changed[i]:
			out[i] = l.assembleOf(faces[i])
		case r.drawn[i] && i >= len(r.before):
			at := orb.Point{}
			if len(r.after[i]) > 0 {
				at = r.after[i][0][0][0]
			}
			return nil, []Fault{{Kind: Gap, Reason: "nothing is left of it", At: at, Members: [2]int{i, none}}}
		}
	}
	for i, n := range r.sides {
		m := int(r.plane.rings[i].member)
		if _, known := out[m]; known || r.plane.rings[i].last-r.plane.rings[i].first == n {
			continue
		}
		out[m] = r.plane.rebuild(int32(m))
	}
	for i, m := range out {
		if err := geo.Check(m); len(m) > 0 && err != nil {
			bad := refused(LineTooClose, err).(*Error)
			return nil, []Fault{{Kind: SelfIntersection, Reason: bad.Detail, At: bad.At, Members: [2]int{i, none}}}
		}
	}
	return out, nil
}
