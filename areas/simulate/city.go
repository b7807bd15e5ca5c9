package simulate

import (
	"fmt"
	"math"
	"slices"
)

// blockKind is what a block is used for: how many households it is for, how deep its houses are and how far apart
// their rows.
type blockKind struct {
	landuse            string
	least, most        float64 // households
	depth, pitch       float64
	stairs, mostFloors int
	shops              float64 // the share of its streets lined with shops
}

var blockKinds = map[string]blockKind{
	"slabs":   {"residential", 62, 100, 11.5, 30, 4, 7, 0.75},
	"towers":  {"residential", 110, 190, 14.5, 46, 2, 18, 0.35},
	"old":     {"residential", 36, 64, 10, 21, 3, 4, 0.85},
	"school":  {"school", 14, 30, 11.5, 30, 3, 6, 0.2},
	"works":   {"industrial", 10, 24, 11.5, 30, 3, 5, 0.15},
	"market":  {"commercial", 26, 56, 12, 34, 3, 7, 1},
	"gardens": {"park", 24, 50, 12, 30, 3, 7, 0.2},
}

// block is a sub-area among streets while it is built on: taken are the rectangles already built, in its frame.
type block struct {
	ring      ring
	kind      blockKind
	frame     frame
	low, high vec
	taken     [][2]vec
	name      string
	street    string
	numbers   int
}

// blocks divides a residents' area along the street grid and builds on each block.
func (t *townMaker) blocks(p plot) ([]SubArea, error) {
	rings, err := t.split(p.ring, p.parts, 0)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(rings, func(a, b ring) int { return compare(b.centre().y, a.centre().y) })
	t.addGround(BaseFeature{Class: "residential", MinZoom: 8}, p.ring)
	out := make([]SubArea, 0, len(rings))
	for _, r := range rings {
		b := t.block(r)
		s := SubArea{Outline: r.multiPolygon(), Description: fmt.Sprintf("%s以北%s一带", b.street, b.name)}
		t.shops(b, &s)
		t.halls(b, &s)
		t.houses(b, &s)
		t.sheds(b, &s)
		out = append(out, s)
	}
	return out, nil
}

// split cuts r into n blocks along lines of the grid, those first that share out the ground as wanted by a short
// street; where no street of the grid will do, between them.
func (t *townMaker) split(r ring, n, depth int) ([]ring, error) {
	if n == 1 {
		return []ring{r}, nil
	}
	one := n / 2
	want := float64(one) / float64(n)
	low, high := t.grid.extent(r)
	d := &divider{world: t.world}
	var best []ring
	var line []pt
	cost := math.Inf(1)
	for _, c := range gridLines(low, high) {
		street := t.grid.street(c.across, c.at, c.from-20, c.to+20)
		i, j, path, ok := d.fit(r, street)
		if !ok {
			continue
		}
		a, b := r.cut(i, j, path)
		share := a.area() / r.area()
		one, two := a, b
		if math.Abs(share-want) > math.Abs(1-share-want) {
			one, two, share = b, a, 1-share
		}
		if math.Abs(share-want) > 0.3 {
			continue
		}
		cut := 5*math.Abs(share-want) + c.cost + float64(len(path))*20/math.Sqrt(r.area()) + 0.2*(one.thinness()+two.thinness())
		if cut < cost {
			best, cost = []ring{one, two}, cut
			line = append(append([]pt{r[i]}, path...), r[j])
		}
	}
	if best == nil {
		return t.splitAnyhow(r, n)
	}
	t.addStreet(line, depth+4)
	a, err := t.split(best[0], one, depth+1)
	if err != nil {
		return nil, err
	}
	b, err := t.split(best[1], n-one, depth+1)
	return append(a, b...), err
}

// thinness is 0 for a square and grows, up to 2, as a ring gets longer.
func (r ring) thinness() float64 {
	length := 0.0
	for i, p := range r {
		length += p.vec().distance(r[(i+1)%len(r)].vec())
	}
	return min(2, length*length/16/r.area()-1)
}

func (t *townMaker) splitAnyhow(r ring, n int) ([]ring, error) {
	cells, err := t.halve(r, nil, nil, n)
	out := make([]ring, len(cells))
	for i, c := range cells {
		out[i] = c.ring
	}
	return out, err
}

type gridLine struct {
	across       bool
	at, from, to float64
	cost         float64
}

// gridLines lists the streets over an extent, and the lines half way between them at a price.
func gridLines(low, high vec) []gridLine {
	const half = 27.5
	var out []gridLine
	add := func(across bool, from, to, begin, end float64) {
		for k := math.Ceil((from + 12) / half); k*half < to-12; k++ {
			cost := 0.0
			if int(k)%2 != 0 {
				cost = 0.45
			}
			out = append(out, gridLine{across, k * half, begin, end, cost})
		}
	}
	add(false, low.x, high.x, low.y, high.y)
	add(true, low.y, high.y, low.x, high.x)
	return out
}

// block looks at a ring and decides what it is for.
func (t *townMaker) block(r ring) *block {
	c := r.centre()
	b := &block{ring: r, frame: frame{c, t.grid.direction(c)}}
	b.low, b.high = vec{math.Inf(1), math.Inf(1)}, vec{math.Inf(-1), math.Inf(-1)}
	for _, p := range r {
		v := b.frame.in(p.vec())
		b.low, b.high = vec{min(b.low.x, v.x), min(b.low.y, v.y)}, vec{max(b.high.x, v.x), max(b.high.y, v.y)}
	}
	b.name = t.names.compound()
	at := t.grid.of(b.frame.out(0, b.low.y))
	b.street, _ = streetName(true, at.y, t.plan.english)
	b.numbers = 1 + int(math.Abs(at.x)/8)
	kind := t.blockKind(c, r.area())
	b.kind = blockKinds[kind]
	if b.kind.landuse != "residential" {
		t.addGround(BaseFeature{Class: b.kind.landuse, MinZoom: 12}, r)
	}
	return b
}

func (t *townMaker) blockKind(c vec, area float64) string {
	out := c.distance(t.middle)
	works, towers := 0.04, 0.13
	if !t.plan.streets {
		works, towers = 0.12, 0.02
	} else if out > 2300 {
		works = 0.22
	}
	roll := t.random.Float64()
	for _, k := range []struct {
		name  string
		share float64
	}{{"works", works}, {"towers", towers}, {"school", 0.05}, {"gardens", 0.05}, {"market", 0.12 - 0.00003*out}, {"old", 0.18}} {
		if roll < k.share && (k.name != "towers" || area > 5500) {
			return k.name
		}
		roll -= k.share
	}
	return "slabs"
}

// room is what a building keeps free about it, in metres: to the block's edge and to other buildings.
type room struct{ edge, others float64 }

// put takes a rectangle of the frame if it has its room inside the block and lies off the county's lines.
func (t *townMaker) put(b *block, low, high vec, keep room) (ring, bool) {
	margin, gap := keep.edge, keep.others
	for _, o := range b.taken {
		if low.x < o[1].x+gap && high.x > o[0].x-gap && low.y < o[1].y+gap && high.y > o[0].y-gap {
			return nil, false
		}
	}
	wide := b.frame.footprint(rectangle(low.x-margin, low.y-margin, high.x+margin, high.y+margin))
	middle := b.frame.out((low.x+high.x)/2, (low.y+high.y)/2)
	if !b.ring.holds(wide) || !t.free(middle, high.sub(low).length()/2+1) {
		return nil, false
	}
	b.taken = append(b.taken, [2]vec{low, high})
	return b.frame.footprint(rectangle(low.x, low.y, high.x, high.y)), true
}

// address counts on along the street.
func (b *block) address() string {
	b.numbers += 2
	return fmt.Sprintf("%s%d号", b.street, b.numbers)
}
