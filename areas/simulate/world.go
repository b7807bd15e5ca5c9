package simulate

import (
	"errors"
	"math"
	"slices"
)

// world is what all towns share. It is not changed after newWorld, so that towns may be made side by side.
type world struct {
	seed    uint64
	plans   []townPlan
	outline ring
	grid    grid  // the streets of the county seat
	seats   []vec // the middles of the towns
	river   []vec // cuts the county in two and is the boundary of towns
	lines   []way // what no building may stand on
	hills   []blob
	lakes   []blob
	close   map[[2]int][]obstacle
}

// cityReach is how far from its middle the county seat can reach, in metres.
const cityReach = 4200

// way is a line of the whole county, width metres wide; order says how important it is.
type way struct {
	layer, class, name, english string
	width                       float64
	rank                        int
	line                        []vec
}

type obstacle struct {
	a, b  vec
	half  float64
	water bool
}

func newWorld(seed uint64, plans []townPlan) *world {
	w := &world{seed: hash(seed, 883), plans: plans, close: map[[2]int][]obstacle{}}
	w.grid = newGrid(place([2]float64{116.968, 35.403}), 0.06, w.seed, 1)
	for _, t := range plans {
		w.seats = append(w.seats, place(t.seat))
	}
	shape := places(countyShape)
	w.outline = w.edge(append(shape, shape[0]))
	w.addHills()
	w.addWater()
	w.addRoads()
	for _, l := range w.lines {
		for i := 1; i < len(l.line); i++ {
			w.addObstacle(obstacle{l.line[i-1], l.line[i], l.width / 2, l.layer == "waterway"})
		}
	}
	return w
}

// edge lets the county's shape wander, less and less until it no longer meets itself.
func (w *world) edge(shape []vec) ring {
	for rough := 0.16; ; rough /= 2 {
		if rough < 0.01 {
			rough = 0
		}
		closed := onGrid(w.wander(shape, rough))
		if rough == 0 || simple(closed) {
			return ring(closed[:len(closed)-1])
		}
	}
}

// addHills raises the east of the county and Mount Yi in its middle.
func (w *world) addHills() {
	w.hills = append(w.hills, newBlob(hash(w.seed, 1), place([2]float64{117.025, 35.340}), 1500, 1.2))
	for i := uint64(0); len(w.hills) < 46 && i < 400; i++ {
		at := place([2]float64{117.08 + 0.37*share(w.seed, 2, i), 35.23 + 0.26*share(w.seed, 3, i)})
		near := func(o blob) bool { return o.centre.distance(at) < 2100+o.radius }
		town := func(s vec) bool { return s.distance(at) < 2300 }
		if slices.ContainsFunc(w.hills, near) || slices.ContainsFunc(w.seats, town) || !w.outline.contains(at.pt()) {
			continue
		}
		w.hills = append(w.hills, newBlob(hash(w.seed, 4, i), at, 420+850*share(w.seed, 5, i), 1+0.9*share(w.seed, 6, i)))
	}
}

func (w *world) addWater() {
	w.river = w.wander(places([][2]float64{{117.000, 35.520}, {116.972, 35.455}, {116.915, 35.432}, {116.868, 35.385},
		{116.856, 35.330}, {116.842, 35.285}, {116.852, 35.225}, {116.836, 35.130}}), 0.13)
	w.lines = append(w.lines, way{"waterway", "river", "白马河", "Baima River", 110, 1, w.river})
	branches := []struct {
		name, english string
		width         float64
		through       [][2]float64
	}{
		{"大沙河", "Dasha River", 46, [][2]float64{{117.40, 35.40}, {117.30, 35.39}, {117.19, 35.40}, {117.08, 35.377}, {116.98, 35.366}, {116.92, 35.372}}},
		{"望云河", "Wangyun River", 34, [][2]float64{{117.27, 35.31}, {117.16, 35.275}, {117.07, 35.272}, {116.97, 35.292}, {116.90, 35.300}}},
		{"石墙河", "Shiqiang River", 26, [][2]float64{{117.09, 35.236}, {117.00, 35.240}, {116.93, 35.232}, {116.89, 35.240}}},
		{"黄泉河", "Huangquan River", 28, [][2]float64{{117.31, 35.47}, {117.20, 35.425}, {117.10, 35.440}, {117.03, 35.434}, {116.99, 35.452}}},
		{"幸福河", "Xingfu Canal", 22, [][2]float64{{116.765, 35.40}, {116.80, 35.385}, {116.83, 35.372}}},
		{"小沂河", "Xiaoyi Stream", 20, [][2]float64{{117.22, 35.33}, {117.14, 35.32}, {117.08, 35.335}, {117.06, 35.375}}},
	}
	for i, b := range branches {
		through := places(b.through)
		last := len(through) - 1
		target := w.river
		if i == 5 {
			target = w.lines[1].line
		}
		through = append(through, closest(target, through[last]))
		class := "river"
		if b.width < 25 {
			class = "stream"
		}
		line := w.wander(through, 0.22)
		w.lines = append(w.lines, way{"waterway", class, b.name, b.english, b.width, 2, line})
		at := line[len(line)/7]
		w.lakes = append(w.lakes, newBlob(hash(w.seed, 8, uint64(i)), at, 240+330*share(w.seed, 9, uint64(i)), 1.7))
	}
}

func closest(line []vec, v vec) vec {
	return slices.MinFunc(line, func(a, b vec) int { return compare(a.distance(v), b.distance(v)) })
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// free tells whether a circle around v touches no road, railway, water or hill.
func (w *world) free(v vec, radius float64) bool {
	for _, o := range w.close[cell(v)] {
		if nearest(v, o.a, o.b) < o.half+radius {
			return false
		}
	}
	in := func(b blob) bool { return b.holds(v) }
	return !slices.ContainsFunc(w.hills, in) && !slices.ContainsFunc(w.lakes, in)
}

// obstacleReach is how far an obstacle is looked for.
const obstacleReach = 400

func cell(v vec) [2]int {
	return [2]int{int(math.Floor(v.x / obstacleReach)), int(math.Floor(v.y / obstacleReach))}
}

func (w *world) addObstacle(o obstacle) {
	low, high := cell(vec{min(o.a.x, o.b.x), min(o.a.y, o.b.y)}), cell(vec{max(o.a.x, o.b.x), max(o.a.y, o.b.y)})
	for x := low[0] - 1; x <= high[0]+1; x++ {
		for y := low[1] - 1; y <= high[1]+1; y++ {
			w.close[[2]int{x, y}] = append(w.close[[2]int{x, y}], o)
		}
	}
}

// overWater tells whether the segment from a to b crosses a river.
func (w *world) overWater(a, b vec) bool {
	for _, o := range w.close[cell(a)] {
		if o.water && touch(a.pt(), b.pt(), o.a.pt(), o.b.pt()) {
			return true
		}
	}
	return false
}

// thirds stand for the towns that share the county seat on its grid: one in the north, one in either corner of the south.
var thirds = [3]vec{{0, 1500}, {1500, -1000}, {-1500, -1000}}

// towns divides the county: first along the river, then between the towns' middles, where those that share the county
// seat are one; these part along its two main streets.
func (w *world) towns() ([]ring, error) {
	d := &divider{world: w, rough: 0.2, clearance: 900}
	i, j, path, ok := d.fit(w.outline, w.river)
	if !ok {
		return nil, errors.New("the river does not cross the county")
	}
	left, right := w.outline.cut(i, j, path)
	out := make([]ring, len(w.seats))
	var shared, seeds []seed
	for k, s := range w.seats {
		if w.plans[k].streets {
			shared = append(shared, seed{w.grid.at(thirds[len(shared)].x, thirds[len(shared)].y), k, true})
			continue
		}
		seeds = append(seeds, seed{s, k, false})
	}
	seeds = append(seeds, seed{w.grid.centre, shared[0].index, false})
	one, two := part(seeds, left)
	if err := d.divide(left, one, 0, out); err != nil {
		return nil, err
	}
	if err := d.divide(right, two, 0, out); err != nil {
		return nil, err
	}
	streets := &divider{world: w, grid: w.grid, pitch: 2 * cityReach, clearance: 900}
	return out, streets.divide(out[shared[0].index], shared, 0, out)
}
