package simulate

import "math"

// hash mixes numbers into one; the same numbers give the same one on every machine.
func hash(parts ...uint64) uint64 {
	h := uint64(0x9E3779B97F4A7C15)
	for _, p := range parts {
		h ^= p
		h ^= h >> 30
		h *= 0xBF58476D1CE4E5B9
		h ^= h >> 27
		h *= 0x94D049BB133111EB
		h ^= h >> 31
	}
	return h
}

// share turns a hash into a number from 0 up to 1.
func share(parts ...uint64) float64 { return float64(hash(parts...)>>11) / (1 << 53) }

func (p pt) hash(seed uint64) uint64 { return hash(seed, uint64(p.x), uint64(p.y)) }

// wander draws a line through the places as land lets it run: between two of them it bends by up to rough of their
// distance, and again between the bends, until the pieces are as short as step asks. The ends stay.
func (w *world) wander(through []vec, rough float64) []vec {
	out := []vec{through[0]}
	for i := 1; i < len(through); i++ {
		out = w.bend(out, through[i-1], through[i], rough)
	}
	return out
}

func (w *world) bend(out []vec, a, b vec, rough float64) []vec {
	length := a.distance(b)
	m := a.towards(b, 0.5)
	if length <= w.step(m) {
		return append(out, b)
	}
	r := rough * w.calm(m)
	if r > 0 && length < 2500 {
		r *= 0.55 + 0.45*length/2500
	}
	s := share(a.pt().hash(w.seed), b.pt().hash(w.seed)) - 0.5
	if r > 0 {
		m = m.add(vec{a.y - b.y, b.x - a.x}.scale(s * r * 2))
	}
	return w.bend(w.bend(out, a, m, rough), m, b, rough)
}

// step is how long an edge may be: streets need corners close together to meet at.
func (w *world) step(v vec) float64 {
	if v.distance(w.grid.centre) < cityReach {
		return 24
	}
	for _, s := range w.seats {
		if v.distance(s) < 1500 {
			return 26
		}
	}
	return 85
}

// calm is how much of its bends a line keeps: few in the city.
func (w *world) calm(v vec) float64 {
	d := v.distance(w.grid.centre)
	return min(1, max(0.3, (d-2500)/3500))
}

// smooth rounds a line's corners by cutting them off, times over.
func smooth(line []vec, times int) []vec {
	for range times {
		out := []vec{line[0]}
		for i := 1; i < len(line); i++ {
			out = append(out, line[i-1].towards(line[i], 0.25), line[i-1].towards(line[i], 0.75))
		}
		line = append(out, line[len(line)-1])
	}
	return line
}

// beside moves a line by metres to its left.
func beside(line []vec, metres float64) []vec {
	out := make([]vec, len(line))
	for i, v := range line {
		before, after := line[max(0, i-1)], line[min(len(line)-1, i+1)]
		d := after.sub(before)
		if l := d.length(); l > 0 {
			out[i] = v.add(vec{-d.y, d.x}.scale(metres / l))
		} else {
			out[i] = v
		}
	}
	return out
}

// blob is a ground with a natural edge around a middle, such as a hill or a reservoir.
type blob struct {
	centre       vec
	radius, long float64
	angle        float64
	waves        [5]float64
}

func newBlob(seed uint64, centre vec, radius, long float64) blob {
	b := blob{centre: centre, radius: radius, long: long, angle: math.Pi * share(seed, 77)}
	for i := range b.waves {
		b.waves[i] = 2 * math.Pi * share(seed, uint64(i))
	}
	return b
}

func (b blob) reach(angle float64) float64 {
	f := 1.0
	for i, phase := range b.waves {
		f += 0.22 / float64(i+1) * math.Sin(float64(i+2)*angle+phase)
	}
	return b.radius * f
}

func (b blob) holds(v vec) bool {
	d := v.sub(b.centre).turned(-b.angle)
	d.x /= b.long
	return d.length() < b.reach(math.Atan2(d.y, d.x))
}

func (b blob) ring(corners int) ring {
	out := make([]vec, corners)
	for i := range out {
		a := 2 * math.Pi * float64(i) / float64(corners)
		d := vec{b.reach(a), 0}.turned(a)
		d.x *= b.long
		out[i] = b.centre.add(d.turned(b.angle))
	}
	return ring(onGrid(out))
}
