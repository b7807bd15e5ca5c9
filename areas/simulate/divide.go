package simulate

import (
	"fmt"
	"math"
	"slices"
)

// seed is the middle of one part that a ring is divided into; index is where the part goes.
type seed struct {
	at      vec
	index   int
	streets bool
}

// divider cuts a ring between seeds until each has a part of its own. No cut comes closer to a seed than clearance
// metres unless there is no other. Lines gathers the cuts.
type divider struct {
	*world
	grid      grid
	pitch     float64 // streets lie this far apart; 0 is no streets
	rough     float64
	clearance float64
	lines     []cutLine
}

// cutLine is a cut as it was made: depth 0 divides the whole.
type cutLine struct {
	depth   int
	streets bool
	points  []pt
}

// attempt is one way to cut: a line, and what speaks against it.
type attempt struct {
	line   []vec
	cost   float64
	street bool
}

// divide cuts r between the seeds and puts each seed's part at its index in out. It
//  1. lists the lines that would part the seeds, best first,
//  2. lets each wander, then run straight, and takes the first that lies inside r and keeps clear of the seeds,
//  3. divides both sides.
func (d *divider) divide(r ring, seeds []seed, depth int, out []ring) error {
	switch len(seeds) {
	case 0:
		return fmt.Errorf("a part of %.0f square metres has no middle", r.area())
	case 1:
		out[seeds[0].index] = r
		return nil
	}
	attempts := d.attempts(r, seeds)
	for _, ease := range []float64{1, 0.5, 0} {
		for _, a := range attempts {
			left, right, path, ok := d.try(r, seeds, a, ease)
			if !ok {
				continue
			}
			d.lines = append(d.lines, cutLine{depth, a.street, path})
			one, two := part(seeds, left)
			if err := d.divide(left, one, depth+1, out); err != nil {
				return err
			}
			return d.divide(right, two, depth+1, out)
		}
	}
	return fmt.Errorf("no line parts %d middles near %v", len(seeds), seeds[0].at.pt().point())
}

func part(seeds []seed, left ring) (in, out []seed) {
	for _, s := range seeds {
		if left.contains(s.at.pt()) {
			in = append(in, s)
		} else {
			out = append(out, s)
		}
	}
	return in, out
}

// try cuts r along an attempt; ease 1 keeps all clearance and roughness, 0 asks for none.
func (d *divider) try(r ring, seeds []seed, a attempt, ease float64) (left, right ring, line []pt, ok bool) {
	i, j, path, ok := d.run(r, a, ease)
	if !ok {
		return nil, nil, nil, false
	}
	left, right = r.cut(i, j, path)
	one, two := part(seeds, left)
	if len(one) == 0 || len(two) == 0 || min(left.area(), right.area()) < 0.1*r.area()/float64(len(seeds)) {
		return nil, nil, nil, false
	}
	line = append(append([]pt{r[i]}, path...), r[j])
	clearance := d.clearance * ease
	if a.street {
		clearance *= 0.3
	}
	for k := 1; k < len(line) && ease > 0; k++ {
		p, q := line[k-1].vec(), line[k].vec()
		tooClose := func(s seed) bool { return nearest(s.at, p, q) < clearance }
		if slices.ContainsFunc(seeds, tooClose) {
			return nil, nil, nil, false
		}
	}
	return left, right, line, true
}

// run fits an attempt's line into r. A street is taken as it is; another line wanders between its ends.
func (d *divider) run(r ring, a attempt, ease float64) (i, j int, path []pt, ok bool) {
	if a.street {
		return d.fit(r, a.line)
	}
	i, j, _, ok = inside(r, a.line)
	if !ok {
		return 0, 0, nil, false
	}
	line := d.wander([]vec{r[i].vec(), r[j].vec()}, d.rough*ease)
	path = between(onGrid(line))
	return i, j, path, r.admits(i, j, path)
}

// fit takes the longest piece of a line inside r and ties its ends to the closest corners.
func (d *divider) fit(r ring, line []vec) (i, j int, path []pt, ok bool) {
	i, j, within, ok := inside(r, line)
	if !ok {
		return 0, 0, nil, false
	}
	a, b := r[i].vec(), r[j].vec()
	gap := 0.45 * min(d.step(a), d.step(b))
	for len(within) > 0 && within[0].distance(a) < gap {
		within = within[1:]
	}
	for len(within) > 0 && within[len(within)-1].distance(b) < gap {
		within = within[:len(within)-1]
	}
	path = onGrid(within)
	return i, j, path, r.admits(i, j, path)
}

// crossing is where a line passes an edge of a ring: along is the place on the line, edge the number of the edge's far
// end, corner that of its closer end.
type crossing struct {
	along        float64
	edge, corner int
}

// crossings are in the order of the line.
func crossings(r ring, line []vec) []crossing {
	var found []crossing
	n := len(r)
	corners := r.vecs()
	for s := 1; s < len(line); s++ {
		a, ab := line[s-1], line[s].sub(line[s-1])
		before := ab.cross(corners[n-1].sub(a))
		for k := range corners {
			after := ab.cross(corners[k].sub(a))
			if (before > 0) != (after > 0) {
				c, f := corners[(k+n-1)%n], before/(before-after)
				if t := c.towards(corners[k], f).sub(a).dot(ab) / ab.dot(ab); t >= 0 && t < 1 {
					corner := k
					if f < 0.5 {
						corner = (k + n - 1) % n
					}
					found = append(found, crossing{float64(s-1) + t, k, corner})
				}
			}
			before = after
		}
	}
	slices.SortFunc(found, func(a, b crossing) int { return compare(a.along, b.along) })
	return found
}

// inside finds the longest piece of a line within r, the corners closest to its ends, and the line's own corners
// between them.
func inside(r ring, line []vec) (i, j int, within []vec, ok bool) {
	found := crossings(r, line)
	best := 0.0
	for k := 1; k < len(found); k++ {
		a, b := found[k-1], found[k]
		m := along(line, (a.along+b.along)/2)
		if long := along(line, a.along).distance(along(line, b.along)); long > best && r.contains(m.pt()) {
			best, i, j = long, a.corner, b.corner
			within = line[int(math.Ceil(a.along)) : int(math.Floor(b.along))+1]
		}
	}
	return i, j, within, best > 0 && i != j
}

// along is the place at a fractional corner number of a line.
func along(line []vec, at float64) vec {
	k := min(int(at), len(line)-2)
	return line[k].towards(line[k+1], at-float64(k))
}

// attempts lists the lines that part the seeds, best first: short ones far from every seed that leave as many on
// either side. Where most seeds stand among streets, streets come first.
func (d *divider) attempts(r ring, seeds []seed) []attempt {
	var out []attempt
	scale := math.Sqrt(r.area() / float64(len(seeds)))
	if d.pitch > 0 && mostlyStreets(seeds) {
		out = d.streets(r, seeds, scale)
	}
	const angles = 12
	turned := share(r[0].hash(d.seed)) * math.Pi
	low, high := bounds(r)
	reach := low.vec().distance(high.vec())
	plain := []attempt{}
	for k := range angles {
		along := vec{1, 0}.turned(turned + math.Pi*float64(k)/angles)
		across := vec{-along.y, along.x}
		order := sorted(seeds, func(s seed) float64 { return s.at.dot(across) })
		for c := range order[1:] {
			gap, at := order[c+1]-order[c], (order[c+1]+order[c])/2
			foot := across.scale(at).add(along.scale(seeds[0].at.dot(along)))
			line := []vec{foot.sub(along.scale(reach)), foot.add(along.scale(reach))}
			i, j, _, ok := inside(r, line)
			if !ok {
				continue
			}
			long := r[i].vec().distance(r[j].vec())
			plain = append(plain, attempt{line, d.cost(len(seeds), c+1, long/scale, gap/scale), false})
		}
	}
	byCost := func(a, b attempt) int { return compare(a.cost, b.cost) }
	slices.SortFunc(plain, byCost)
	slices.SortFunc(out, byCost)
	return append(out, plain...)
}

// mostlyStreets tells whether at least two of three seeds stand among streets.
func mostlyStreets(seeds []seed) bool {
	n := 0
	for _, s := range seeds {
		if s.streets {
			n++
		}
	}
	return 3*n >= 2*len(seeds)
}

func (d *divider) cost(all, one int, long, gap float64) float64 {
	uneven := math.Abs(float64(one)/float64(all) - 0.5)
	return long/math.Sqrt(float64(all)) - 1.6*min(gap, 1) + 3*uneven*uneven
}

func sorted(seeds []seed, key func(seed) float64) []float64 {
	out := make([]float64, len(seeds))
	for i, s := range seeds {
		out[i] = key(s)
	}
	slices.Sort(out)
	return out
}

// streets lists the lines of the grid between the seeds.
func (d *divider) streets(r ring, seeds []seed, scale float64) []attempt {
	low, high := d.grid.extent(r)
	var out []attempt
	for _, across := range []bool{false, true} {
		order := sorted(seeds, func(s seed) float64 {
			c := d.grid.of(s.at)
			if across {
				return c.y
			}
			return c.x
		})
		from, to := low.y, high.y
		if across {
			from, to = low.x, high.x
		}
		for c := range order[1:] {
			at := math.Round((order[c]+order[c+1])/2/d.pitch) * d.pitch
			if at <= order[c] || at >= order[c+1] {
				continue
			}
			gap := min(at-order[c], order[c+1]-at) * 2
			line := d.grid.street(across, at, from-20, to+20)
			cost := d.cost(len(seeds), c+1, (to-from)/scale, gap/scale)
			if at == 0 {
				cost -= 5
			}
			out = append(out, attempt{line, cost, true})
		}
	}
	return out
}
