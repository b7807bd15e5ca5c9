package coverage

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// layer is a part of the plane, with how often each of its members covers each face. Of the others it knows but how many
// there are.
type layer struct {
	*graph
	plane   *plane
	members []bool  // that are looked at
	owners  [][]use // of each edge
	covers  [][]cover
	totals  []int32
}

// use is a side of a member at an edge: of the one on its left 1, on its right -1.
type use struct{ member, left int32 }

// cover is how often a ring of a member runs around a face.
type cover struct{ member, times int32 }

// checkFaces finds gaps and overlaps. Only members with an edge that is not simply shared have any; should one of them cover
// ground of members without, these are looked at as well.
func (p *plane) checkFaces() {
	edges, of := p.edges()
	members := p.irregular(edges)
	for {
		l := p.layer(edges, of, members)
		l.label()
		unknown := l.unknown()
		if len(unknown) == 0 || !p.reach(unknown, members) {
			for f := 1; f < len(l.faces); f++ {
				l.checkFace(int32(f))
			}
			l.checkCracks()
			return
		}
	}
}

// irregular marks the members with an edge that is not shared by two.
func (p *plane) irregular(edges []edge) []bool {
	count := int32(0)
	for _, r := range p.rings {
		count = max(count, r.member+1)
	}
	members := make([]bool, count)
	for _, e := range edges {
		if p.shared(e) {
			continue
		}
		for _, r := range []int32{e.left, e.right} {
			if m := p.member(r); m >= 0 {
				members[m] = true
			}
		}
	}
	return members
}

// layer takes the edges of some members out of the plane.
func (p *plane) layer(edges []edge, of []int32, members []bool) *layer {
	l := &layer{plane: p, members: members}
	number := make([]int32, len(edges))
	var own []edge
	for n, s := range p.sides {
		if members[p.member(s.ring)] && number[of[n]] == 0 {
			own = append(own, edges[of[n]])
			number[of[n]] = int32(len(own))
		}
	}
	l.owners = make([][]use, len(own))
	room := make([]use, 2*len(own))
	for i := range l.owners {
		l.owners[i] = room[2*i : 2*i : 2*i+2]
	}
	for n, s := range p.sides {
		i := number[of[n]] - 1
		if i < 0 {
			continue
		}
		left := int32(1)
		if s.from != own[i].a {
			left = -1
		}
		l.owners[i] = append(l.owners[i], use{p.member(s.ring), left})
	}
	l.graph = newGraph(p.places, own)
	return l
}

// label counts from face to face, beginning outside, how often each is covered.
func (l *layer) label() {
	l.covers, l.totals = make([][]cover, len(l.faces)), make([]int32, len(l.faces))
	seen := make([]bool, len(l.faces))
	seen[0] = true
	for queue := []int32{0}; len(queue) > 0; queue = queue[1:] {
		f := queue[0]
		for _, c := range l.faces[f] {
			for _, half := range l.around(c) {
				if g := l.face[half^1]; !seen[g] {
					seen[g] = true
					l.covers[g], l.totals[g] = l.step(f, half)
					queue = append(queue, g)
				}
			}
		}
	}
}

// step counts what covers the face beyond a half.
func (l *layer) step(f, half int32) ([]cover, int32) {
	covers, total := slices.Clone(l.covers[f]), l.totals[f]
	for _, u := range l.owners[half>>1] {
		change := -u.left // from the left of the edge to its right
		if half&1 == 1 {
			change = u.left
		}
		total += change
		if !l.members[u.member] {
			continue
		}
		i := slices.IndexFunc(covers, func(c cover) bool { return c.member == u.member })
		if i < 0 {
			covers = append(covers, cover{u.member, change})
		} else if covers[i].times += change; covers[i].times == 0 {
			covers = slices.Delete(covers, i, i+1)
		}
	}
	return covers, total
}

// unknown lists the faces that members cover that are not looked at, and others besides.
func (l *layer) unknown() (faces []orb.Polygon) {
	for f := 1; f < len(l.faces); f++ {
		if others := l.others(int32(f)); others > 1 || others > 0 && len(l.covers[f]) > 0 {
			faces = append(faces, l.polygon(int32(f)))
		}
	}
	return faces
}

// others counts the members that cover a face and are not looked at.
func (l *layer) others(f int32) int32 {
	n := l.totals[f]
	for _, c := range l.covers[f] {
		n -= c.times
	}
	return n
}

// reach marks the members that have a vertex in the box of a face, and tells whether there were any new ones.
func (p *plane) reach(faces []orb.Polygon, members []bool) (more bool) {
	var bounds []orb.Bound
	for _, f := range faces {
		bounds = append(bounds, f.Bound())
	}
	for _, s := range p.sides {
		m := p.member(s.ring)
		if members[m] {
			continue
		}
		at := p.places[s.from].Point()
		if slices.ContainsFunc(bounds, func(b orb.Bound) bool { return b.Contains(at) }) {
			members[m], more = true, true
		}
	}
	return more
}

// polygon gives a face's ground.
func (l *layer) polygon(f int32) (out orb.Polygon) {
	for _, c := range l.faces[f] {
		var r orb.Ring
		for _, half := range l.around(c) {
			r = append(r, l.places[l.from(half)].Point())
		}
		out = append(out, append(r, r[0]))
	}
	return out
}

// checkFace tells of a face that is not covered by exactly one member.
func (l *layer) checkFace(f int32) {
	covers := l.covers[f]
	for _, c := range covers {
		switch {
		case c.times < 0:
			l.faceFault(f, Fault{Kind: SelfIntersection, Reason: "a ring runs the wrong way around", Members: [2]int{int(c.member), none}})
		case c.times > 1:
			l.faceFault(f, Fault{Kind: SelfIntersection, Reason: "the member covers it twice", Members: [2]int{int(c.member), none}})
		}
	}
	covers = slices.DeleteFunc(slices.Clone(covers), func(c cover) bool { return c.times < 0 })
	slices.SortFunc(covers, func(a, b cover) int { return cmp.Compare(a.member, b.member) })
	if len(l.covers[f]) == 0 && l.totals[f] == 0 {
		l.faceFault(f, Fault{Kind: Gap, Reason: "no member covers it", Members: l.beside(f)})
	}
	for i, a := range covers {
		for _, b := range covers[i+1:] {
			l.faceFault(f, Fault{Kind: Overlap, Reason: "both cover it", Members: [2]int{int(a.member), int(b.member)}})
		}
	}
}

// faceFault measures a face, and tells a sliver from what is wide.
func (l *layer) faceFault(f int32, fault Fault) {
	ground := l.polygon(f)
	fault.At, fault.Area = geo.PointOnSurface(ground), geo.Area(ground)
	if fault.Width = meanWidth(fault.Area, ground); fault.Width < SliverWidth {
		switch fault.Kind {
		case Gap:
			fault.Kind = GapSliver
		case Overlap:
			fault.Kind = OverlapSliver
		}
	}
	l.plane.fault(fault)
}

// beside gives the two members that a face has the longest edges with.
func (l *layer) beside(f int32) [2]int {
	lengths := map[int32]float64{}
	for _, c := range l.faces[f] {
		for _, half := range l.around(c) {
			a, b := l.places[l.from(half)].Point(), l.places[l.to(half)].Point()
			for _, u := range l.owners[half>>1] {
				lengths[u.member] += geo.Distance(a, b)
			}
		}
	}
	found := [2]int{none, none}
	best := [2]float64{}
	for m, length := range lengths {
		switch {
		case length > best[0] || length == best[0] && int(m) < found[0]:
			found, best = [2]int{int(m), found[0]}, [2]float64{length, best[0]}
		case length > best[1] || length == best[1] && int(m) < found[1]:
			found[1], best[1] = int(m), length
		}
	}
	return found
}
