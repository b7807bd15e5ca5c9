package coverage

import (
	"errors"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// plane is the one arrangement that all operations are views of: what the members' rings are made of, with equal vertices
// one and the same.
type plane struct {
	places []geo.Place
	slots  []int32 // a hash table of vertices: their number + 1
	rings  []ring
	sides  []side // of all rings, each ring's in order
	faults []Fault
}

// ring is what is known of one ring of a member.
type ring struct {
	member      int32
	part        int32 // which polygon of the member
	start       int32 // the vertex that the member's ring begins with
	hole, spiky bool
	turned      bool  // its sides run against the member's ring
	first, last int32 // of its sides
}

// side is one side of a ring, with the member's inside on its left.
type side struct{ from, to, ring int32 }

// none is no member, no ring and no vertex.
const none = -1

func newPlane(vertices int) *plane {
	size := 16
	for size < 2*vertices {
		size *= 2
	}
	return &plane{slots: make([]int32, size), places: make([]geo.Place, 0, vertices/2)}
}

// read brings members to the plane. What cannot be read stands in the faults.
func read(members []orb.MultiPolygon) *plane {
	vertices := 0
	for _, m := range members {
		for _, polygon := range m {
			for _, r := range polygon {
				vertices += len(r)
			}
		}
	}
	p := newPlane(vertices)
	p.sides = make([]side, 0, vertices)
	for i, m := range members {
		p.readMember(i, m)
	}
	return p
}

func (p *plane) readMember(i int, m orb.MultiPolygon) {
	if len(m) == 0 {
		p.fault(Fault{Kind: Unreadable, Reason: "member without a polygon", Members: [2]int{i, none}})
	}
	for part, polygon := range m {
		if len(polygon) == 0 {
			p.fault(Fault{Kind: Unreadable, Reason: "polygon without a ring", At: anyPlace(m), Members: [2]int{i, none}})
		}
		for j, r := range polygon {
			p.readRing(r, ring{member: int32(i), part: int32(part), hole: j > 0})
		}
	}
}

func (p *plane) fault(f Fault) { p.faults = append(p.faults, f) }

// readRing adds a ring's sides, turned so that the inside is on their left.
func (p *plane) readRing(r orb.Ring, to ring) {
	f := Fault{Kind: Unreadable, Members: [2]int{int(to.member), none}}
	first := len(p.sides)
	corners, err := p.corners(r)
	if err != nil {
		f.Reason, f.At = err.Reason, err.At
		p.fault(f)
		return
	}
	sum, flat := p.doubled(corners)
	f.At = r[0]
	if flat {
		f.Reason = "ring without an area"
		p.fault(f)
		return
	}
	if wound := sum.sign(); wound != 0 && (wound < 0) != to.hole {
		p.fault(Fault{Kind: WrongWinding, Reason: windingReason(to.hole), At: r[0], Members: f.Members})
		slices.Reverse(corners[1:])
		to.turned = true
	}
	number := int32(len(p.rings))
	for i, c := range corners {
		p.sides = append(p.sides, side{c, corners[(i+1)%len(corners)], number})
	}
	to.start, to.first, to.last = corners[0], int32(first), int32(len(p.sides))
	p.rings = append(p.rings, to)
}

func windingReason(hole bool) string {
	if hole {
		return "a hole runs counter-clockwise"
	}
	return "a shell runs clockwise"
}

// corners gives a ring's vertices by number, the last not the first again, none twice in a row.
func (p *plane) corners(r orb.Ring) ([]int32, *geo.Invalid) {
	if len(r) == 0 {
		return nil, &geo.Invalid{Reason: "empty ring"}
	}
	out := make([]int32, 0, len(r))
	for i, v := range r {
		place, err := geo.PlaceOf(v)
		if err != nil {
			bad := &geo.Invalid{Reason: err.Error()}
			errors.As(err, &bad)
			if bad.At == (orb.Point{}) {
				bad.At = near(r, i)
			}
			return nil, bad
		}
		if c := p.vertex(place); len(out) == 0 || out[len(out)-1] != c {
			out = append(out, c)
		}
	}
	switch n := len(out); {
	case n > 1 && out[0] == out[n-1]:
		out = out[:n-1]
	case n > 1:
		return nil, &geo.Invalid{Reason: "ring is not closed", At: r[len(r)-1]}
	}
	if len(out) < 3 {
		return nil, &geo.Invalid{Reason: "ring without an area", At: r[0]}
	}
	return out, nil
}

// near gives the vertex with a place that stands nearest before or after one that has none.
func near(r orb.Ring, i int) orb.Point {
	for d := 1; d < len(r); d++ {
		for _, j := range []int{i - d, i + d} {
			if j < 0 || j >= len(r) {
				continue
			}
			if _, err := geo.PlaceOf(r[j]); err == nil {
				return r[j]
			}
		}
	}
	return orb.Point{}
}

func anyPlace(m orb.MultiPolygon) orb.Point {
	for _, polygon := range m {
		for _, r := range polygon {
			if len(r) > 0 && !math.IsNaN(r[0][0]+r[0][1]) {
				return r[0]
			}
		}
	}
	return orb.Point{}
}

// doubled gives twice the signed area within corners, and whether all of them are on one line.
func (p *plane) doubled(corners []int32) (sum wide, flat bool) {
	flat = true
	a, b := p.places[corners[0]], p.places[corners[1]]
	before := b
	for _, c := range corners[2:] {
		q := p.places[c]
		flat = flat && geo.Turn(a, b, q) == 0
		sum = sum.cross(a, before, q)
		before = q
	}
	return sum, flat
}

// vertex gives the number of the vertex at a place.
func (p *plane) vertex(at geo.Place) int32 {
	if 2*len(p.places) >= len(p.slots) {
		p.rehash()
	}
	i := p.slot(at)
	if p.slots[i] == 0 {
		p.places = append(p.places, at)
		p.slots[i] = int32(len(p.places))
	}
	return p.slots[i] - 1
}

func (p *plane) slot(at geo.Place) int {
	i := int(mix(uint64(at.X)<<32^uint64(uint32(at.Y)))) & (len(p.slots) - 1)
	for p.slots[i] != 0 && p.places[p.slots[i]-1] != at {
		i = (i + 1) & (len(p.slots) - 1)
	}
	return i
}

func (p *plane) rehash() {
	p.slots = make([]int32, 2*len(p.slots))
	for n, at := range p.places {
		p.slots[p.slot(at)] = int32(n + 1)
	}
}

// mix spreads a key over all bits (splitmix64).
func mix(k uint64) uint64 {
	k = (k ^ k>>30) * 0xbf58476d1ce4e5b9
	k = (k ^ k>>27) * 0x94d049bb133111eb
	return (k ^ k>>31) >> 1
}

func (p *plane) member(ring int32) int32 {
	if ring < 0 {
		return none
	}
	return p.rings[ring].member
}
