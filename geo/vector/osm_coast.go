package vector

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"

	"canvass/geo"
)

// coast is what the sea is made of: lines with the land on their left, cut wherever the file was cut out of the world, and the
// box it was cut to.
type coast struct {
	box   orb.Bound
	lines []orb.LineString
}

// farFromEdge is the share of the box that a coast may lack between its last node and the edge: a file cut by nodes lacks up to
// one segment.
const farFromEdge = 0.05

func seaProperties() Properties {
	return Properties{{"layer", "water"}, {"class", "sea"}, {"name", ""}, {"name_en", ""}, {"rank", "0"}, {"min_zoom", strconv.Itoa(seaZoom)},
		{"bridge", ""}, {"tunnel", ""}}
}

// saw widens the box by a node, where the file does not tell it.
func (c *coast) saw(p orb.Point) {
	if c.box == (orb.Bound{}) {
		c.box = orb.Bound{Min: p, Max: p}
		return
	}
	c.box = c.box.Extend(p)
}

// sea makes the ground under water inside the box, or nil if there is none.
//
//  1. join the coastlines end to end, and cut them at the box: islands stay rings, the rest runs from edge to edge;
//  2. from where a coast leaves the box go along the edge, the water on the right, to where the next one comes in, until the
//     ring is closed;
//  3. islands alone have the whole box around them;
//  4. tell shells from islands.
func (c *coast) sea() (orb.Geometry, error) {
	rings, across, err := c.pieces()
	if err != nil {
		return nil, err
	}
	if len(across) == 0 && len(rings) > 0 {
		rings = append(rings, c.box.ToRing())
	}
	along, err := c.closed(across)
	if err != nil {
		return nil, err
	}
	if rings = append(rings, along...); len(rings) == 0 {
		return nil, nil
	}
	return nested(rings)
}

// pieces are the coasts inside the box: closed ones, and those that cross it, which begin and end on its edge.
func (c *coast) pieces() (rings []orb.Ring, across []orb.LineString, err error) {
	for _, line := range joined(c.lines) {
		if line[0] == line[len(line)-1] && boxHolds(c.box, line.Bound()) {
			if len(line) > 3 {
				rings = append(rings, orb.Ring(line))
			}
			continue
		}
		for _, piece := range joined(clip.LineString(c.box, line)) {
			piece = geo.Snap(piece).(orb.LineString)
			if len(piece) < 2 {
				continue
			}
			from, err := c.onEdge(piece[0])
			if err != nil {
				return nil, nil, err
			}
			to, err := c.onEdge(piece[len(piece)-1])
			if err != nil {
				return nil, nil, err
			}
			across = append(across, slices.Concat(orb.LineString{from}, piece, orb.LineString{to}))
		}
	}
	return rings, across, nil
}

// onEdge is the place of the box's edge nearest to the end of a coast.
func (c *coast) onEdge(p orb.Point) (orb.Point, error) {
	width, height := c.box.Max[0]-c.box.Min[0], c.box.Max[1]-c.box.Min[1]
	type side struct {
		at    orb.Point
		share float64
	}
	near := slices.MinFunc([]side{
		{orb.Point{c.box.Min[0], p[1]}, (p[0] - c.box.Min[0]) / width}, {orb.Point{c.box.Max[0], p[1]}, (c.box.Max[0] - p[0]) / width},
		{orb.Point{p[0], c.box.Min[1]}, (p[1] - c.box.Min[1]) / height}, {orb.Point{p[0], c.box.Max[1]}, (c.box.Max[1] - p[1]) / height},
	}, func(a, b side) int { return cmp.Compare(a.share, b.share) })
	if !(near.share <= farFromEdge) {
		return p, fmt.Errorf("the coast ends at %.7f %.7f, far from the edge of the file: the sea is not drawn; cut the extract anew with "+
			"complete ways", p[0], p[1])
	}
	return near.at, nil
}

// joined joins lines where one begins at the end of another.
func joined(lines []orb.LineString) (out []orb.LineString) {
	begins := map[orb.Point][]int{}
	ends := map[orb.Point]int{}
	for i, l := range lines {
		begins[l[0]] = append(begins[l[0]], i)
		ends[l[len(l)-1]]++
	}
	used := make([]bool, len(lines))
	walk := func(i int) {
		used[i] = true
		line := slices.Clone(lines[i])
		for line[0] != line[len(line)-1] {
			next := slices.IndexFunc(begins[line[len(line)-1]], func(k int) bool { return !used[k] })
			if next < 0 {
				break
			}
			k := begins[line[len(line)-1]][next]
			used[k] = true
			line = append(line, lines[k][1:]...)
		}
		out = append(out, line)
	}
	for i, l := range lines { // those that nothing comes before
		if ends[l[0]] == 0 {
			walk(i)
		}
	}
	for i := range lines {
		if !used[i] {
			walk(i)
		}
	}
	return out
}

// closed makes rings of coasts that cross the box, and of its edge.
func (c *coast) closed(across []orb.LineString) (rings []orb.Ring, err error) {
	used := make([]bool, len(across))
	for i := range across {
		if used[i] {
			continue
		}
		var ring orb.Ring
		for k := i; ; {
			if used[k] {
				return nil, errors.New("its coastlines run against each other: the sea is not drawn")
			}
			used[k] = true
			ring = append(ring, across[k]...)
			end := ring[len(ring)-1]
			k = c.next(across, end)
			ring = append(ring, c.corners(end, across[k][0])...)
			if k == i {
				break
			}
		}
		ring = append(ring, ring[0])
		ring = slices.Compact(ring)
		if len(ring) > 3 {
			rings = append(rings, ring)
		}
	}
	return rings, nil
}

// next is the coast that comes in first behind a place, going clockwise along the edge.
func (c *coast) next(across []orb.LineString, from orb.Point) int {
	best, least := 0, math.Inf(1)
	for k, l := range across {
		if ahead := c.ahead(from, l[0]); ahead < least {
			best, least = k, ahead
		}
	}
	return best
}

// corners are those of the box between two places of its edge, clockwise.
func (c *coast) corners(from, to orb.Point) (out []orb.Point) {
	clockwise := []orb.Point{{c.box.Min[0], c.box.Max[1]}, c.box.Max, {c.box.Max[0], c.box.Min[1]}, c.box.Min}
	reach := c.ahead(from, to)
	for _, p := range clockwise {
		if ahead := c.ahead(from, p); ahead > 0 && ahead < reach {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b orb.Point) int { return cmp.Compare(c.ahead(from, a), c.ahead(from, b)) })
	return out
}

// ahead is how far it is from one place of the edge to another, clockwise, in sides of the box.
func (c *coast) ahead(from, to orb.Point) float64 {
	const sides = 4
	return math.Mod(c.along(to)-c.along(from)+sides, sides)
}

// along is where a place of the edge lies: 0 is the south-west corner, 1 the north-west, 2 the north-east, 3 the south-east.
func (c *coast) along(p orb.Point) float64 {
	x := (p[0] - c.box.Min[0]) / (c.box.Max[0] - c.box.Min[0])
	y := (p[1] - c.box.Min[1]) / (c.box.Max[1] - c.box.Min[1])
	switch {
	case p[0] == c.box.Min[0]:
		return y
	case p[1] == c.box.Max[1]:
		return 1 + x
	case p[0] == c.box.Max[0]:
		return 3 - y
	}
	return 4 - x
}
