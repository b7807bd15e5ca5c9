package simulate

import (
	"fmt"
	"math"
	"slices"
)

// A courtyard's lot and the lane between blocks of lots, in metres.
const (
	lotWidth, lotDepth = 15.0, 17.0
	rowPitch, lane     = 21.5, 5.0
	lotsAbreast        = 5
)

// hamlet is a cluster of lots in rows that face south, and the frame they stand in.
type hamlet struct {
	centre vec
	angle  float64
	lots   []lot
}

// lot is one courtyard's place: its column and row count from the hamlet's middle.
type lot struct{ column, row int }

// at is a place of the hamlet's frame on the ground.
func (h *hamlet) at(x, y float64) vec { return h.centre.add(vec{x, y}.turned(h.angle)) }

// left is the west edge of a column; a lane runs west of each fifth.
func left(column int) float64 {
	return float64(column)*lotWidth + math.Floor(float64(column)/lotsAbreast)*lane
}

func bottom(row int) float64 { return float64(row) * rowPitch }

func (h *hamlet) middle(l lot) vec {
	return h.at(left(l.column)+lotWidth/2, bottom(l.row)+lotDepth/2)
}

func (h *hamlet) middles(lots []lot) []vec {
	out := make([]vec, len(lots))
	for i, l := range lots {
		out[i] = h.middle(l)
	}
	return out
}

// village divides a villagers' area into one or two hamlets with their fields, and each along its lanes.
func (t *townMaker) village(p plot) ([]SubArea, error) {
	seeds := []seed{{p.middle, 0, false}}
	if p.parts >= 6 && t.random.Float64() < 0.45 {
		if other, ok := t.secondHamlet(p); ok {
			seeds = append(seeds, seed{other, 1, false})
		}
	}
	rings := make([]ring, len(seeds))
	d := &divider{world: t.world, rough: 0.14, clearance: 150}
	if err := d.divide(p.ring, seeds, 0, rings); err != nil {
		rings, seeds = []ring{p.ring}, seeds[:1]
	}
	for _, l := range d.lines {
		t.addRoad("unclassified", "", "", l.points)
	}
	var out []SubArea
	parts := p.parts
	for i, s := range seeds {
		n := parts
		if len(seeds) == 2 {
			n = []int{(p.parts + 2) / 2, p.parts - (p.parts+2)/2}[i]
		}
		h := t.hamlet(rings[i], s.at, n)
		t.addHamletGround(h)
		cells, err := t.parcel(rings[i], h, h.lots, n)
		if err != nil {
			return nil, err
		}
		for _, c := range cells {
			out = append(out, t.farmsteads(p, h, c, len(out)))
			t.addFields(field{c.ring, h.middles(c.lots)}, h.angle, 0)
		}
	}
	return out, nil
}

// secondHamlet looks for a place far from the first and from the edge.
func (t *townMaker) secondHamlet(p plot) (vec, bool) {
	low, high := bounds(p.ring)
	for range 60 {
		g := pt{low.x + t.random.Int64N(high.x-low.x+1), low.y + t.random.Int64N(high.y-low.y+1)}
		v := g.vec()
		if p.ring.contains(g) && v.distance(p.middle) > 560 && t.free(v, 120) && off(p.ring, v) > 200 {
			return v, true
		}
	}
	return vec{}, false
}

// off is the distance from v to the edge of r.
func off(r ring, v vec) float64 {
	best := math.Inf(1)
	last := r[len(r)-1].vec()
	for _, p := range r {
		q := p.vec()
		best = min(best, nearest(v, last, q))
		last = q
	}
	return best
}

// hamlet chooses the lots closest to the middle, by a measure that bends so that the edge of the village does, and
// leaves out those in the way of the county's lines or the area's edge.
func (t *townMaker) hamlet(r ring, centre vec, parts int) *hamlet {
	h := &hamlet{centre: centre, angle: 0.34 * (t.random.Float64() - 0.5)}
	shape := newBlob(t.random.Uint64(), vec{}, 100, 1)
	long := 0.75 + 0.75*t.random.Float64()
	want := parts*31 + t.random.IntN(9)
	reach := int(math.Sqrt(float64(want))) * 2
	type ranked struct {
		lot
		rank float64
	}
	var found []ranked
	for row := -reach; row <= reach; row++ {
		for column := -reach; column <= reach; column++ {
			x, y := (left(column)+lotWidth/2)/long, (bottom(row)+lotDepth/2)*long
			rank := math.Hypot(x, y) / shape.reach(math.Atan2(y, x))
			found = append(found, ranked{lot{column, row}, rank})
		}
	}
	slices.SortFunc(found, func(a, b ranked) int {
		return compare(a.rank+float64(a.row)*1e-9+float64(a.column)*1e-12, b.rank+float64(b.row)*1e-9+float64(b.column)*1e-12)
	})
	corners := r.vecs()
	for _, f := range found {
		if len(h.lots) == want {
			break
		}
		m := h.middle(f.lot)
		if t.free(m, 16) && r.contains(m.pt()) && clear(corners, m, 24) {
			h.lots = append(h.lots, f.lot)
		}
	}
	return h
}

// clear tells whether a circle around v stays off the edges of a ring.
func clear(corners []vec, v vec, radius float64) bool {
	last := corners[len(corners)-1]
	for _, c := range corners {
		if max(last.x, c.x) > v.x-radius && min(last.x, c.x) < v.x+radius &&
			max(last.y, c.y) > v.y-radius && min(last.y, c.y) < v.y+radius && nearest(v, last, c) < radius {
			return false
		}
		last = c
	}
	return true
}

// holding is the ground of one sub-area and the lots on it.
type holding struct {
	ring ring
	lots []lot
}

// parcel divides a hamlet and its fields into n along its lanes: the lane that leaves the lots most evenly on both
// sides is drawn out to the edge over the fields. Where no lane will do the ground is halved.
func (t *townMaker) parcel(r ring, h *hamlet, lots []lot, n int) ([]holding, error) {
	if n == 1 {
		return []holding{{r, lots}}, nil
	}
	one := n / 2
	for _, c := range laneCuts(lots, float64(one)/float64(n)) {
		i, j, path, ok := t.lanePath(r, h, c)
		if !ok {
			continue
		}
		t.addLane(r, i, j, path)
		first, second := r.cut(i, j, path)
		if !c.column { // the path runs east, and what lies left of it is the north
			first, second = second, first
		}
		a, err := t.parcel(first, h, c.before, one)
		if err != nil {
			return nil, err
		}
		b, err := t.parcel(second, h, c.after, n-one)
		return append(a, b...), err
	}
	return t.halve(r, h, lots, n)
}

// halve cuts ground without regard to lots; those on the cut are built on only where a house fits.
func (t *townMaker) halve(r ring, h *hamlet, lots []lot, n int) ([]holding, error) {
	one := n / 2
	for k := range 48 {
		along := vec{1, 0}.turned(math.Pi * float64(k) / 24)
		foot := r.centre().add(vec{-along.y, along.x}.scale(float64(k/24) * 25))
		i, j, _, ok := inside(r, []vec{foot.sub(along.scale(2e4)), foot.add(along.scale(2e4))})
		if !ok {
			continue
		}
		path := between(onGrid(t.wander([]vec{r[i].vec(), r[j].vec()}, 0)))
		if !r.admits(i, j, path) {
			continue
		}
		first, second := r.cut(i, j, path)
		var in, rest []lot
		for _, l := range lots {
			if first.contains(h.middle(l).pt()) {
				in = append(in, l)
			} else {
				rest = append(rest, l)
			}
		}
		a, err := t.parcel(first, h, in, one)
		if err != nil {
			return nil, err
		}
		b, err := t.parcel(second, h, rest, n-one)
		return append(a, b...), err
	}
	return nil, fmt.Errorf("ground of %.0f square metres cannot be halved", r.area())
}
