package coverage

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// Validate lists every fault of members that ought to be a partition, in the order of their kinds and places; none means
// that no two overlap, none has a gap to another, and neighbours have the same vertices. A hole that another member fills is
// no gap. It never changes or refuses anything: members that cannot be read are faults.
//
//  1. each ring by itself;
//  2. equal rings, and edges that meet without a common vertex; from there on the plane is noded;
//  3. the faces that edges bound that are not simply shared: how many members cover them.
func Validate(members []orb.MultiPolygon) []Fault {
	p := read(members)
	p.checkRings()
	p.checkDuplicates()
	rounds := 0
	p.node(nil, func(hits []hit, edges []edge) {
		if rounds++; rounds == 1 {
			p.checkHits(hits, edges)
		}
	})
	p.checkFaces()
	p.checkMembers(members)
	slices.SortStableFunc(p.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.At[0], b.At[0]), cmp.Compare(a.At[1], b.At[1]),
			cmp.Compare(a.Members[0], b.Members[0]), cmp.Compare(a.Members[1], b.Members[1]))
	})
	return slices.Compact(p.faults)
}

// checkRings finds spikes, and rings that come to one vertex twice.
func (p *plane) checkRings() {
	last := make([]int32, len(p.places))
	for i := range p.rings {
		r := &p.rings[i]
		sides := p.sides[r.first:r.last]
		before := sides[len(sides)-1]
		for _, s := range sides {
			at, fault := p.places[s.from], Fault{Members: [2]int{int(r.member), none}}
			if a, b := p.places[before.from], p.places[s.to]; geo.Turn(a, at, b) == 0 && !ahead(a, at, b) {
				fault.Kind, fault.Reason, fault.At = Spike, "the ring turns back on itself", at.Point()
				p.fault(fault)
				r.spiky = true
			}
			if last[s.from] == int32(i+1) && !r.spiky {
				fault.Kind, fault.Reason, fault.At = SelfIntersection, "the ring touches itself", at.Point()
				p.fault(fault)
			}
			last[s.from] = int32(i + 1)
			before = s
		}
	}
}

// ahead tells of three places on a line whether the way over the second goes on.
func ahead(a, b, c geo.Place) bool {
	return product(b.X-a.X, c.X-b.X).plus(product(b.Y-a.Y, c.Y-b.Y)).sign() > 0
}

// checkDuplicates finds rings that have the same sides with their inside on the same side.
func (p *plane) checkDuplicates() {
	first := map[uint64]int32{}
	for i, r := range p.rings {
		key := uint64(0)
		for _, s := range p.sides[r.first:r.last] {
			key += mix(uint64(s.from)<<32 | uint64(s.to))
		}
		j, twice := first[key]
		if !twice || !p.same(p.rings[j], r) {
			first[key] = int32(i)
			continue
		}
		at := p.places[p.sides[r.first].from].Point()
		p.fault(Fault{Kind: DuplicateRing, Reason: "the same ring twice", At: at, Area: p.ringArea(r),
			Members: [2]int{int(p.rings[j].member), int(r.member)}})
	}
}

func (p *plane) same(r, q ring) bool {
	n := q.last - q.first
	if r.last-r.first != n {
		return false
	}
	shift := slices.IndexFunc(p.sides[q.first:q.last], func(s side) bool {
		return s.from == p.sides[r.first].from && s.to == p.sides[r.first].to
	})
	for i := int32(0); i < n && shift >= 0; i++ {
		if p.sides[r.first+i].from != p.sides[q.first+(i+int32(shift))%n].from {
			return false
		}
	}
	return shift >= 0
}

func (p *plane) ringArea(r ring) float64 {
	out := make(orb.Ring, 0, r.last-r.first+1)
	for _, s := range p.sides[r.first:r.last] {
		out = append(out, p.places[s.from].Point())
	}
	return geo.Area(append(out, out[0]))
}

// checkHits tells what edges that meet without a common vertex mean.
func (p *plane) checkHits(hits []hit, edges []edge) {
	for _, h := range hits {
		if h.crossed && h.edge >= h.by {
			continue
		}
		e, by := edges[h.edge], edges[h.by]
		at := p.places[h.vertex]
		member := p.owner(by)
		owner := p.other(e, member)
		f := Fault{At: at.Point(), Members: [2]int{int(owner), int(member)}}
		exact := h.crossed || on(p.places[e.a], p.places[e.b], at)
		switch {
		case owner == member && exact && !p.spiky(e) && !p.spiky(by):
			f.Kind, f.Reason, f.Members[1] = SelfIntersection, "the member crosses or touches itself", none
			p.fault(f)
		case owner != member && !h.crossed:
			f.Kind, f.Reason = UnmatchedVertex, "the first has no vertex where the second has one"
			if a, b := p.places[e.a].Point(), p.places[e.b].Point(); !exact {
				f.Area = geo.Area(orb.Ring{a, b, f.At, a})
			}
			p.fault(f)
		}
	}
}

// spiky tells whether an edge belongs to a ring that is known to turn back on itself.
func (p *plane) spiky(e edge) bool {
	return e.left >= 0 && p.rings[e.left].spiky || e.right >= 0 && p.rings[e.right].spiky
}

// checkMembers asks of members with holes or several parts what the plane does not show: holes outside their shell, and
// rings that touch in a chain.
func (p *plane) checkMembers(members []orb.MultiPolygon) {
	faulty := make([]bool, len(members))
	for _, f := range p.faults {
		if f.Kind == Unreadable || f.Kind == Spike || f.Kind == SelfIntersection ||
			f.Kind == DuplicateRing && f.Members[0] == f.Members[1] {
			faulty[f.Members[0]] = true
		}
	}
	for i, m := range members {
		if faulty[i] || len(m) == 1 && len(m[0]) == 1 {
			continue
		}
		if err, bad := geo.Check(m).(*geo.Invalid); bad {
			p.fault(Fault{Kind: SelfIntersection, Reason: err.Reason, At: err.At, Members: [2]int{i, none}})
		}
	}
}
