package simulate

import "math"

// grid is a net of streets that bends: u runs along its streets from west to east, v from south to north, both in
// metres from the centre.
type grid struct {
	centre         vec
	angle          float64
	bendX, bendY   float64
	waveX, waveY   float64
	phaseX, phaseY float64
}

func newGrid(centre vec, angle float64, seed uint64, size float64) grid {
	return grid{
		centre: centre, angle: angle,
		bendX: 90 * size, bendY: 120 * size, waveX: 1150 * size, waveY: 1400 * size,
		phaseX: 6 * share(seed, 31), phaseY: 6 * share(seed, 32),
	}
}

// at is the place of (u, v).
func (g grid) at(u, v float64) vec {
	return g.centre.add(vec{
		u + g.bendX*(math.Sin(v/g.waveX+g.phaseX)-math.Sin(g.phaseX)),
		v + g.bendY*(math.Sin(u/g.waveY+g.phaseY)-math.Sin(g.phaseY)),
	}.turned(g.angle))
}

// of is (u, v) at a place, to the millimetre.
func (g grid) of(p vec) vec {
	t := p.sub(g.centre).turned(-g.angle)
	c := t
	for range 40 {
		next := vec{
			t.x - g.bendX*(math.Sin(c.y/g.waveX+g.phaseX)-math.Sin(g.phaseX)),
			t.y - g.bendY*(math.Sin(c.x/g.waveY+g.phaseY)-math.Sin(g.phaseY)),
		}
		if next.distance(c) < 1e-3 {
			return next
		}
		c = next
	}
	return c
}

// direction is the angle of the streets that run east at a place.
func (g grid) direction(p vec) float64 {
	c := g.of(p)
	d := g.at(c.x+20, c.y).sub(g.at(c.x-20, c.y))
	return math.Atan2(d.y, d.x)
}

// street is the line u = at (across false) or v = at (across true) from one value of the other to another.
func (g grid) street(across bool, at, from, to float64) []vec {
	const pace = 20
	first, last := math.Floor(from/pace), math.Ceil(to/pace)
	out := make([]vec, 0, int(last-first)+1)
	for k := first; k <= last; k++ {
		if across {
			out = append(out, g.at(k*pace, at))
		} else {
			out = append(out, g.at(at, k*pace))
		}
	}
	return out
}

// extent is the range of u and v over a ring.
func (g grid) extent(r ring) (low, high vec) {
	low, high = vec{math.Inf(1), math.Inf(1)}, vec{math.Inf(-1), math.Inf(-1)}
	for _, p := range r {
		c := g.of(p.vec())
		low, high = vec{min(low.x, c.x), min(low.y, c.y)}, vec{max(high.x, c.x), max(high.y, c.y)}
	}
	return low, high
}
