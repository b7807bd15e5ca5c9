package coverage

import (
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// Change is something that Repair did, or found and left.
type Change struct {
	What    string
	At      orb.Point // degrees
	Area    float64   // square metres that change hands or were left
	Width   float64   // metres on the average, of gaps and overlaps that were left
	Members [2]int    // numbers of the members concerned; -1 if there is no second one
	Left    bool      // it is larger than the tolerance, or cannot be mended: nothing was done about it
	Kind    Kind      // of the fault that was left
}

// Repair makes members fit: it draws vertices along narrow gaps, overlaps and cracks to the neighbour's vertices and edges
// within the tolerance (in metres), puts vertices where edges meet, gives what gap or overlap is narrower on the average than
// the tolerance to the member with the longest boundary along it, turns rings that run the wrong way, and takes spikes out.
// It tells each change; what is larger it leaves as it is and lists. Members that need nothing stay as they were; none is
// written to, and none vanishes.
//
//  1. node the members as they are, and find the narrow faces that are not covered once: their vertices are loose;
//  2. move loose vertices to others nearby, or put them into edges nearby;
//  3. node again, give narrow faces to one member, and assemble the members that changed.
func Repair(members []orb.MultiPolygon, tolerance float64) ([]orb.MultiPolygon, []Change) {
	return RepairBeside(members, make([]bool, len(members)), tolerance)
}

// RepairBeside is Repair beside members that are fixed: they neither win nor lose ground, only get the vertices of those that
// were drawn to them.
func RepairBeside(members []orb.MultiPolygon, fixed []bool, tolerance float64) ([]orb.MultiPolygon, []Change) {
	r := &repairer{members: members, fixed: fixed, tolerance: max(tolerance, 0)}
	r.plane = read(members)
	r.frozen = slices.Clone(fixed)
	r.changed = make([]bool, len(members))
	for _, f := range r.faults {
		m := f.Members[0]
		switch f.Kind {
		case Unreadable:
			r.frozen[m] = true
		case WrongWinding:
			r.changed[m] = true
			r.told("a ring turned", f.At, 0, f.Members)
		}
	}
	r.spikes()
	r.fit()
	l := r.survey()
	for round := 0; round < maxRepairs && r.snap(l, r.loose(l)); round++ {
		r.fit()
		l = r.survey()
	}
	out := r.assembled(l, r.assign(l))
	for _, f := range Validate(out) {
		r.changes = append(r.changes, Change{What: string(f.Kind) + ": " + f.Reason, At: f.At, Area: f.Area, Width: f.Width,
			Members: f.Members, Left: true, Kind: f.Kind})
	}
	return out, r.changes
}

// maxRepairs bounds how often vertices are drawn together: what was drawn may come near something else.
const maxRepairs = 4

type repairer struct {
	*plane
	members   []orb.MultiPolygon
	tolerance float64
	fixed     []bool // members whose ground must stay
	frozen    []bool // those, and members that cannot be read
	changed   []bool
	changes   []Change
}

func (r *repairer) told(what string, at orb.Point, area float64, members [2]int) {
	r.changes = append(r.changes, Change{What: what, At: at, Area: area, Members: members})
}

// spikes takes out what runs forth and back on the same edge, from ring to ring.
func (r *repairer) spikes() {
	out := make([]side, 0, len(r.sides))
	for i := range r.rings {
		q := &r.rings[i]
		sides := r.sides[q.first:q.last]
		first := len(out)
		for _, s := range sides {
			if s.from == s.to {
				continue
			}
			for s.from != s.to && len(out) > first && !r.frozen[q.member] && r.turnsBack(out[len(out)-1], s) {
				before := out[len(out)-1]
				out = out[:len(out)-1]
				r.cutSpike(*q, before.to)
				s.from = before.from
			}
			if s.from != s.to {
				out = append(out, s)
			}
		}
		for len(out)-first > 1 && !r.frozen[q.member] && r.turnsBack(out[len(out)-1], out[first]) {
			r.cutSpike(*q, out[first].from)
			out[first].from = out[len(out)-1].from
			out = out[:len(out)-1]
			if out[first].from == out[first].to {
				out = slices.Delete(out, first, first+1)
			}
		}
		q.first, q.last = int32(first), int32(len(out))
	}
	r.sides = out
}

func (r *repairer) turnsBack(s, next side) bool {
	a, b, c := r.places[s.from], r.places[s.to], r.places[next.to]
	return geo.Turn(a, b, c) == 0 && !ahead(a, b, c)
}

func (r *repairer) cutSpike(q ring, at int32) {
	r.changed[q.member] = true
	r.told("a spike removed", r.places[at].Point(), 0, [2]int{int(q.member), none})
}

// fit nodes the plane, and marks the members that get vertices.
func (r *repairer) fit() {
	before := make([]int32, len(r.rings))
	for i, q := range r.rings {
		before[i] = q.last - q.first
	}
	r.node(nil, func([]hit, []edge) {})
	for i, q := range r.rings {
		if q.last-q.first != before[i] {
			r.changed[q.member] = true
		}
	}
}

// survey gives the faces of all members that are not simply shared all around, and of those that changed.
func (r *repairer) survey() *layer {
	edges, of := r.edges()
	looked := r.irregular(edges)
	for len(looked) < len(r.members) {
		looked = append(looked, false)
	}
	for m, changed := range r.changed {
		looked[m] = looked[m] || changed
	}
	for {
		l := r.layer(edges, of, looked)
		l.label()
		if unknown := l.unknown(); len(unknown) == 0 || !r.reach(unknown, looked) {
			return l
		}
	}
}

// faulty tells whether a face is narrow and not covered by exactly one member.
func (r *repairer) faulty(l *layer, f int32) bool {
	covered := 0
	for _, c := range l.covers[f] {
		if c.times > 0 {
			covered++
		}
	}
	if f == 0 || covered == 1 && l.totals[f] == 1 || covered == 0 && l.totals[f] > 0 {
		return false
	}
	return l.narrow(f, r.tolerance)
}

// loose lists the halves along narrow faults.
func (r *repairer) loose(l *layer) (halves []int32) {
	for f := 1; f < len(l.faces); f++ {
		if r.faulty(l, int32(f)) {
			for _, c := range l.faces[f] {
				halves = append(halves, l.around(c)...)
			}
		}
	}
	if r.tolerance > 0 {
		l.cracks(r.tolerance, func(h, k int32, _, _ float64) { halves = append(halves, h, k) })
	}
	slices.Sort(halves)
	return slices.Compact(halves)
}

// assign gives narrow faults to one member each: what member has the longest edges along it, of those that overlap there if
// it is an overlap.
func (r *repairer) assign(l *layer) (owner map[int32]int32) {
	owner = map[int32]int32{}
	for f := int32(1); int(f) < len(l.faces); f++ {
		if !r.faulty(l, f) {
			continue
		}
		to := r.heir(l, f)
		if to < 0 {
			continue
		}
		owner[f] = to
		what, members := "a gap closed", [2]int{int(to), none}
		for _, c := range l.covers[f] {
			if c.times > 0 {
				what = "an overlap settled"
			}
			if c.member != to {
				members[1] = int(c.member)
				r.changed[c.member] = true
			}
		}
		r.changed[to] = true
		ground := l.polygon(f)
		r.told(what, geo.PointOnSurface(ground), geo.Area(ground), members)
	}
	return owner
}

// heir is the member that gets a face, or none: of an overlap one of those that cover it, a fixed one before others; of a gap
// one that is not fixed. Of several it is the one with the longest edges along the face.
func (r *repairer) heir(l *layer, f int32) int32 {
	lengths := map[int32]float64{}
	for _, c := range l.faces[f] {
		for _, h := range l.around(c) {
			a, b := l.places[l.from(h)], l.places[l.to(h)]
			for _, u := range l.owners[h>>1] {
				lengths[u.member] += geo.Distance(a.Point(), b.Point())
			}
		}
	}
	covering := map[int32]bool{}
	held := 0
	for _, c := range l.covers[f] {
		if c.times > 0 {
			covering[c.member] = true
			lengths[c.member] += 0
			if r.fixed[c.member] {
				held++
			}
		}
	}
	best := int32(none)
	for m, length := range lengths {
		switch {
		case !l.members[m] || len(covering) > 0 && !covering[m] || len(covering) == 0 && r.frozen[m]:
		case held > 1 || held == 1 && !r.fixed[m]:
		case best < 0 || length > lengths[best] || length == lengths[best] && m < best:
			best = m
		}
	}
	return best
}

// assembled gives the members, those that changed made anew from their faces. One that would lose all its ground stays.
func (r *repairer) assembled(l *layer, owner map[int32]int32) []orb.MultiPolygon {
	out := slices.Clone(r.members)
	faces := make([]map[int32]bool, len(r.members))
	for f := range l.faces {
		for _, c := range l.covers[f] {
			if to, given := owner[int32(f)]; c.times > 0 && (!given || to == c.member) {
				faces[c.member] = with(faces[c.member], int32(f))
			}
		}
		if to, given := owner[int32(f)]; given {
			faces[to] = with(faces[to], int32(f))
		}
	}
	l.groupHalves()
	grown := r.grown()
	for m := range out {
		switch {
		case r.fixed[m] && grown[m]:
			out[m] = r.rebuild(int32(m))
			continue
		case !r.changed[m] || r.frozen[m]:
			continue
		}
		if made := l.assembleOf(faces[m]); len(made) > 0 {
			out[m] = made
		}
	}
	return out
}

// grown marks the members that have more vertices on the plane than were given.
func (r *repairer) grown() []bool {
	more := make([]int, len(r.members))
	for _, q := range r.rings {
		more[q.member] += int(q.last - q.first)
	}
	out := make([]bool, len(r.members))
	for i, m := range r.members {
		for _, polygon := range m {
			for _, ring := range polygon {
				more[i] -= len(ring) - 1
			}
		}
		out[i] = more[i] > 0
	}
	return out
}

func with(set map[int32]bool, f int32) map[int32]bool {
	if set == nil {
		set = map[int32]bool{}
	}
	set[f] = true
	return set
}
