package coverage

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// assemble gives the ground of the faces that are taken: shells counter-clockwise and holes clockwise, none touching itself.
//
//  1. follow the halves that have a taken face on their left and none on their right, always turning left, and cut a way in
//     two where it comes to a vertex again;
//  2. put each hole into the smallest shell around it.
func (g *graph) assemble(taken func(face int32) bool) orb.MultiPolygon {
	halves := make([]int32, len(g.next))
	for h := range halves {
		halves[h] = int32(h)
	}
	return g.follow(halves, taken)
}

// follow assembles the ground of the faces that are taken, all of whose halves are among those given.
func (g *graph) follow(halves []int32, taken func(face int32) bool) orb.MultiPolygon {
	bounds := func(h int32) bool { return taken(g.face[h]) && !taken(g.face[h^1]) }
	seen := map[int32]bool{}
	var loops [][]int32
	for _, h := range halves {
		if seen[h] || !bounds(h) {
			continue
		}
		var way []int32
		for k := h; !seen[k]; {
			seen[k] = true
			way = append(way, g.from(k))
			for k = g.next[k]; !bounds(k); k = g.next[k^1] {
			}
		}
		loops = append(loops, untouched(way)...)
	}
	return g.polygons(loops)
}

// untouched cuts a closed way into loops that come to no vertex twice.
func untouched(way []int32) (loops [][]int32) {
	position := map[int32]int{}
	var open []int32
	for _, v := range way {
		if i, again := position[v]; again {
			loops = append(loops, slices.Clone(open[i:]))
			for _, u := range open[i:] {
				delete(position, u)
			}
			open = open[:i]
		}
		position[v] = len(open)
		open = append(open, v)
	}
	return append(loops, open)
}

// shell is a loop that runs counter-clockwise, and the holes in it.
type shell struct {
	loop  []int32
	area  wide
	holes [][]int32
}

func (g *graph) polygons(loops [][]int32) (out orb.MultiPolygon) {
	p := &plane{places: g.places}
	var shells []shell
	var holes [][]int32
	for _, loop := range loops {
		if len(loop) < 3 {
			continue
		}
		switch area, _ := p.doubled(loop); area.sign() {
		case 1:
			shells = append(shells, shell{loop: loop, area: area})
		case -1:
			holes = append(holes, loop)
		}
	}
	slices.SortStableFunc(shells, func(a, b shell) int { return a.area.minus(b.area).sign() })
	for _, hole := range holes {
		i := 0
		if len(shells) > 1 {
			i = max(0, slices.IndexFunc(shells, func(s shell) bool { return g.holds(s.loop, hole) }))
		}
		if len(shells) > 0 {
			shells[i].holes = append(shells[i].holes, hole)
		}
	}
	slices.Reverse(shells)
	for _, s := range shells {
		polygon := orb.Polygon{g.ring(s.loop)}
		for _, hole := range s.holes {
			polygon = append(polygon, g.ring(hole))
		}
		out = append(out, polygon)
	}
	return out
}

// holds tells whether a loop lies within another that it does not cross, by a vertex that they do not share.
func (g *graph) holds(shell, loop []int32) bool {
	own := map[int32]bool{}
	for _, v := range shell {
		own[v] = true
	}
	for _, v := range loop {
		if own[v] {
			continue
		}
		inside := false
		before := shell[len(shell)-1]
		for _, u := range shell {
			inside = inside != geo.Crosses(g.places[before], g.places[u], g.places[v])
			before = u
		}
		return inside
	}
	return false
}

// ring gives a loop in degrees, begun at its westernmost vertex so that the same ground is always written the same.
func (g *graph) ring(loop []int32) orb.Ring {
	first := slices.MinFunc(loop, func(u, v int32) int {
		return cmp.Or(cmp.Compare(g.places[u].X, g.places[v].X), cmp.Compare(g.places[u].Y, g.places[v].Y))
	})
	i := slices.Index(loop, first)
	out := make(orb.Ring, 0, len(loop)+1)
	for j := range loop {
		out = append(out, g.places[loop[(i+j)%len(loop)]].Point())
	}
	return append(out, out[0])
}

// rebuild gives a member as its rings are now on the plane, vertices put in where they were cut.
func (p *plane) rebuild(member int32) (out orb.MultiPolygon) {
	for _, r := range p.rings {
		if r.member != member {
			continue
		}
		var points orb.Ring
		for _, s := range p.sides[r.first:r.last] {
			points = append(points, p.places[s.from].Point())
		}
		points = append(points, points[0])
		if r.turned {
			points.Reverse()
		}
		for int(r.part) >= len(out) {
			out = append(out, nil)
		}
		out[r.part] = append(out[r.part], points)
	}
	return out
}

// groupHalves notes the halves of each face, for assembleOf.
func (g *graph) groupHalves() {
	g.of = make([][]int32, len(g.faces))
	for h, f := range g.face {
		g.of[f] = append(g.of[f], int32(h))
	}
}

// assembleOf gives the ground of some faces as assemble does, in a time that depends on them alone. groupHalves comes first.
func (g *graph) assembleOf(faces map[int32]bool) orb.MultiPolygon {
	var halves []int32
	for f := range faces {
		halves = append(halves, g.of[f]...)
	}
	slices.Sort(halves)
	return g.follow(halves, func(f int32) bool { return faces[f] })
}
