package vector

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// nodePlaces are where the nodes are that ways need, and no others: 16 bytes each.
type nodePlaces struct {
	ids     []int64
	at      [][2]int32 // on a grid of 1e-7 degrees
	compact int        // how many ids were left when they were last sorted
	last    int        // found by set; nodes come in order mostly
}

// maxNodes is how many nodes may be needed: a country's.
const maxNodes = 100_000_000

// noPlace marks a node that the file does not hold.
var noPlace = [2]int32{math.MinInt32, math.MinInt32}

// need asks for nodes.
func (p *nodePlaces) need(ids []int64) error {
	p.ids = append(p.ids, ids...)
	if len(p.ids) < max(2*p.compact, 1<<16) {
		return nil
	}
	p.tidy()
	if len(p.ids) > maxNodes {
		return fmt.Errorf("more than %d nodes are needed: cut the file to the county first", maxNodes)
	}
	return nil
}

func (p *nodePlaces) tidy() {
	slices.Sort(p.ids)
	p.ids = slices.Compact(p.ids)
	p.compact = len(p.ids)
}

// begin is called between asking and setting.
func (p *nodePlaces) begin() {
	p.tidy()
	p.ids = slices.Clip(p.ids)
	p.at = make([][2]int32, len(p.ids))
	for i := range p.at {
		p.at[i] = noPlace
	}
}

func (p *nodePlaces) find(id int64) (int, bool) {
	if next := p.last + 1; next < len(p.ids) && p.ids[next] == id {
		return next, true
	}
	return slices.BinarySearch(p.ids, id)
}

// set tells where a node is, if it is needed. A place outside the world is none.
func (p *nodePlaces) set(id int64, at nanodegrees) {
	i, needed := p.find(id)
	if !needed {
		return
	}
	p.last = i
	x, y := roundedTo(at[0], 100), roundedTo(at[1], 100)
	if x < -1800000000 || x > 1800000000 || y < -900000000 || y > 900000000 {
		return
	}
	p.at[i] = [2]int32{int32(x), int32(y)}
}

func roundedTo(v, step int64) int64 {
	if v < 0 {
		return (v - step/2) / step
	}
	return (v + step/2) / step
}

func (n nanodegrees) point() orb.Point {
	return orb.Point{float64(n[0]) / 1e9, float64(n[1]) / 1e9}
}

// line gives the places of nodes; missing is one that is not in the file, or 0.
func (p *nodePlaces) line(nodes []int64) (line orb.LineString, missing int64) {
	line = make(orb.LineString, len(nodes))
	for i, id := range nodes {
		at, known := p.find(id)
		if !known || p.at[at] == noPlace {
			return nil, id
		}
		line[i] = orb.Point{float64(p.at[at][0]) / 1e7, float64(p.at[at][1]) / 1e7}
	}
	return line, 0
}
