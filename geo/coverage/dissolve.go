package coverage

import "github.com/paulmach/orb"

// Dissolve gives the ground of groups of members, by the number of each member's group; members of none have -1. Boundaries
// within a group vanish, every vertex of those around it stays, so that groups fit their members and each other as the members
// do. Ground that members of two groups cover is in both, and what none covers in none. A group without ground is nil.
func Dissolve(members []orb.MultiPolygon, groups []int) []orb.MultiPolygon {
	count := 0
	for _, g := range groups {
		count = max(count, g+1)
	}
	p := newPlane(1024)
	for i, m := range members {
		if groups[i] < 0 {
			continue
		}
		first := len(p.rings)
		p.readMember(i, m)
		for r := first; r < len(p.rings); r++ {
			p.rings[r].member = int32(groups[i])
		}
	}
	p.node(nil, func([]hit, []edge) {})
	edges, of := p.edges()
	looked := make([]bool, count)
	for g := range looked {
		looked[g] = true
	}
	l := p.layer(edges, of, looked)
	l.label()
	faces := make([]map[int32]bool, count)
	for f, covers := range l.covers {
		for _, c := range covers {
			if c.times > 0 {
				faces[c.member] = with(faces[c.member], int32(f))
			}
		}
	}
	l.groupHalves()
	out := make([]orb.MultiPolygon, count)
	for g := range out {
		out[g] = l.assembleOf(faces[g])
	}
	return out
}
