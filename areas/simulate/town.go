package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// townMaker makes the inside of one town.
type townMaker struct {
	*world
	plan   townPlan
	ring   ring
	random *rand.Rand
	grid   grid
	middle vec
	names  *namer
	base   []BaseFeature
}

// plot is the ground of one area before it is divided.
type plot struct {
	ring      ring
	middle    vec
	residents bool
	parts     int
	code      string
	name      string
	english   string
}

// areas makes everything: it chooses the areas' middles, divides the town between them, says which are
// residents' and how many sub-areas each has, and fills them one after another.
func (t *townMaker) areas() ([]Area, error) {
	t.names = newNamer(t.random)
	t.middle = place(t.plan.seat)
	t.grid = newGrid(t.middle, 0.3*(t.random.Float64()-0.5), hash(t.seed, t.middle.pt().hash(5)), 0.35)
	if t.plan.streets {
		t.grid = t.world.grid
		t.middle = t.grid.centre
	}
	seeds := t.middles()
	d := &divider{world: t.world, grid: t.grid, pitch: t.pitch(), rough: 0.16, clearance: 210}
	rings := make([]ring, len(seeds))
	if err := d.divide(t.ring, seeds, 0, rings); err != nil {
		return nil, fmt.Errorf("divide the town among %d areas: %w", len(seeds), err)
	}
	for _, l := range d.lines {
		t.addBoundaryRoad(l)
	}
	plots := t.plots(seeds, rings)
	out := make([]Area, 0, len(plots))
	for _, p := range plots {
		a, err := t.area(p)
		if err != nil {
			return nil, fmt.Errorf("make area %s: %w", p.code, err)
		}
		out = append(out, a)
	}
	t.addPlaces(plots)
	return out, nil
}

func (t *townMaker) pitch() float64 {
	if t.plan.streets {
		return 110
	}
	return 55
}

// spacing is how far apart middles of areas lie: close in town, wide in the country.
func (t *townMaker) spacing(v vec) float64 {
	inner, width, fade := 420.0, 420*math.Sqrt(float64(t.plan.residents)), 900.0
	if t.plan.streets {
		inner, width, fade = 540, 950, 1500
		if len(t.plans) == len(townPlans) { // a third of the seat, with its middle in a corner
			width *= 2
		}
	}
	f := min(1, max(0, (v.distance(t.middle)-width)/fade))
	return inner + (1350-inner)*f
}

// open tells whether a village could stand around a place.
func (t *townMaker) open(v vec) bool { return t.free(v, 130) }

// middles scatters the middles of areas: each new one is, of many places, that farthest from the others for its
// spacing; then they settle in the middle of what is closest to them.
func (t *townMaker) middles() []seed {
	all := t.plan.residents + t.plan.villagers
	var places []vec
	low, high := bounds(t.ring)
	for len(places) < 26*all {
		p := pt{low.x + t.random.Int64N(high.x-low.x+1), low.y + t.random.Int64N(high.y-low.y+1)}
		if v := p.vec(); t.ring.contains(p) && t.keepsOff(v, 120) && t.open(v) {
			places = append(places, v)
		}
	}
	weights := make([]float64, len(places))
	gap := make([]float64, len(places))
	for i, v := range places {
		weights[i], gap[i] = 1/t.spacing(v), math.Inf(1)
	}
	first := 0
	for i, v := range places {
		if v.distance(t.middle) < places[first].distance(t.middle) {
			first = i
		}
	}
	chosen := []vec{places[first]}
	for len(chosen) < all {
		last, best := chosen[len(chosen)-1], 0
		for i, v := range places {
			gap[i] = min(gap[i], v.distance(last))
			if gap[i]*weights[i] > gap[best]*weights[best] {
				best = i
			}
		}
		chosen = append(chosen, places[best])
	}
	out := make([]seed, all)
	for i, v := range chosen {
		out[i] = seed{v, i, false}
	}
	t.markStreets(out)
	return out
}

// keepsOff tells whether a place is at least metres from the town's edge.
func (t *townMaker) keepsOff(v vec, metres float64) bool {
	for _, s := range [4]vec{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
		if !t.ring.contains(v.add(s.scale(metres)).pt()) {
			return false
		}
	}
	return true
}

// markStreets lets the middles closest to the town's own stand among streets.
func (t *townMaker) markStreets(seeds []seed) {
	order := make([]int, len(seeds))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return compare(seeds[a].at.distance(t.middle), seeds[b].at.distance(t.middle))
	})
	for _, i := range order[:t.plan.residents] {
		seeds[i].streets = true
	}
}

// plots numbers the areas from north to south and deals out the sub-areas by the size of what there is to count.
func (t *townMaker) plots(seeds []seed, rings []ring) []plot {
	out := make([]plot, len(seeds))
	for i, s := range seeds {
		out[i] = plot{ring: rings[i], middle: s.at, residents: s.streets}
	}
	slices.SortFunc(out, func(a, b plot) int { return compare(b.middle.y, a.middle.y) })
	t.deal(out)
	residents, villagers := 0, 199
	for i := range out {
		p := &out[i]
		if p.residents {
			residents++
			p.code = fmt.Sprintf("%s%03d", t.plan.code, residents)
			p.name, p.english = t.names.community()
		} else {
			villagers++
			p.code = fmt.Sprintf("%s%03d", t.plan.code, villagers)
			p.name, p.english = t.names.village()
		}
	}
	return out
}

// deal shares the town's sub-areas out: each area first gets its least, then the rest goes by weight, the remainder
// to the first ones.
func (t *townMaker) deal(plots []plot) {
	left := t.plan.subAreas
	weights := make([]float64, len(plots))
	total := 0.0
	for i, p := range plots {
		least, weight := 3, 2.4+1.6*t.random.Float64()
		switch {
		case p.residents && t.plan.streets:
			dense := float64(t.plan.subAreas) / float64(25*len(plots))
			least, weight = 6, 4+min(70, p.ring.area()/1e4)*dense*dense
		case p.residents:
			least, weight = 5, 6.5
		}
		plots[i].parts, weights[i] = least, weight
		left -= least
		total += weight
	}
	extra := left
	for i := range plots {
		n := min(left, int(float64(extra)*weights[i]/total))
		plots[i].parts += n
		left -= n
	}
	for i := 0; left > 0; i = (i + 1) % len(plots) {
		plots[i].parts++
		left--
	}
}

// area fills one area and describes its sub-areas.
func (t *townMaker) area(p plot) (Area, error) {
	a := Area{Code: p.code, Name: p.name, Kind: "villagers", Outline: p.ring.multiPolygon()}
	var err error
	if p.residents {
		a.Kind = "residents"
		a.SubAreas, err = t.blocks(p)
	} else {
		a.SubAreas, err = t.village(p)
	}
	for i := range a.SubAreas {
		s := &a.SubAreas[i]
		s.Code = fmt.Sprintf("%s%03d", p.code, i+1)
		for _, b := range s.Buildings {
			s.Expected += b.Households
		}
	}
	return a, err
}
