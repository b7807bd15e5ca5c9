package simulate

import (
	"math"

	"github.com/paulmach/orb"
)

// pt is a corner on the grid of 1e-7 degrees; vec is a place in metres from the county's origin.
type pt struct{ x, y int64 }

type vec struct{ x, y float64 }

// The origin and the metres of one grid unit there; over a county the error of the plane is some per mille.
const (
	originX, originY = 1_169_700_000, 354_050_000
	metresX          = 0.0111320 * 0.815078 // cosine of 35.4°
	metresY          = 0.0110950
)

func (p pt) vec() vec { return vec{float64(p.x-originX) * metresX, float64(p.y-originY) * metresY} }

func (v vec) pt() pt {
	return pt{originX + int64(math.Round(v.x/metresX)), originY + int64(math.Round(v.y/metresY))}
}

func (p pt) point() orb.Point { return orb.Point{float64(p.x) / 1e7, float64(p.y) / 1e7} }

func (v vec) add(o vec) vec                { return vec{v.x + o.x, v.y + o.y} }
func (v vec) sub(o vec) vec                { return vec{v.x - o.x, v.y - o.y} }
func (v vec) scale(f float64) vec          { return vec{v.x * f, v.y * f} }
func (v vec) dot(o vec) float64            { return v.x*o.x + v.y*o.y }
func (v vec) cross(o vec) float64          { return v.x*o.y - v.y*o.x }
func (v vec) length() float64              { return math.Hypot(v.x, v.y) }
func (v vec) distance(o vec) float64       { return math.Hypot(v.x-o.x, v.y-o.y) }
func (v vec) turned(a float64) vec         { s, c := math.Sincos(a); return vec{v.x*c - v.y*s, v.x*s + v.y*c} }
func (v vec) towards(o vec, f float64) vec { return vec{v.x + (o.x-v.x)*f, v.y + (o.y-v.y)*f} }

// ring is a simple polygon, counter-clockwise, without the closing corner.
type ring []pt

func (r ring) polygon() orb.Polygon {
	out := make(orb.Ring, 0, len(r)+1)
	for _, p := range r {
		out = append(out, p.point())
	}
	return orb.Polygon{append(out, r[0].point())}
}

func (r ring) multiPolygon() orb.MultiPolygon { return orb.MultiPolygon{r.polygon()} }

// area is in square metres.
func (r ring) area() float64 {
	var sum int64
	for i, p := range r {
		q := r[(i+1)%len(r)]
		sum += (p.x-originX)*(q.y-originY) - (q.x-originX)*(p.y-originY)
	}
	return float64(sum) / 2 * metresX * metresY
}

func (r ring) centre() vec {
	var sum vec
	var area float64
	for i, p := range r {
		a, b := p.vec(), r[(i+1)%len(r)].vec()
		c := a.cross(b)
		sum, area = sum.add(a.add(b).scale(c)), area+c
	}
	return sum.scale(1 / (3 * area))
}

func (r ring) vecs() []vec {
	out := make([]vec, len(r))
	for i, p := range r {
		out[i] = p.vec()
	}
	return out
}

// contains tells whether p lies inside; corners and edges count as either.
func (r ring) contains(p pt) bool {
	inside := false
	for i, j := 0, len(r)-1; i < len(r); j, i = i, i+1 {
		a, b := r[i], r[j]
		if (a.y > p.y) != (b.y > p.y) && (turn(a, b, p) > 0) == (b.y > a.y) {
			inside = !inside
		}
	}
	return inside
}

// cut divides r by the path from corner i to corner j; the path names neither. Left lies left of the path.
func (r ring) cut(i, j int, path []pt) (left, right ring) {
	for k := i; ; k = (k + 1) % len(r) {
		right = append(right, r[k])
		if k == j {
			break
		}
	}
	for k := len(path) - 1; k >= 0; k-- {
		right = append(right, path[k])
	}
	for k := j; ; k = (k + 1) % len(r) {
		left = append(left, r[k])
		if k == i {
			break
		}
	}
	return append(left, path...), right
}

// admits tells whether the path from corner i to corner j lies inside r and touches neither r nor itself between.
func (r ring) admits(i, j int, path []pt) bool {
	n := len(r)
	if i == j || len(path) == 0 && ((i+1)%n == j || (j+1)%n == i) {
		return false
	}
	chain := make([]pt, 0, len(path)+2)
	chain = append(append(append(chain, r[i]), path...), r[j])
	low, high := bounds(chain)
	if !r.contains(middle(chain)) {
		return false
	}
	for k := range r {
		a, b := r[k], r[(k+1)%n]
		if max(a.x, b.x) < low.x || min(a.x, b.x) > high.x || max(a.y, b.y) < low.y || min(a.y, b.y) > high.y {
			continue
		}
		for s := 1; s < len(chain); s++ {
			if touch(chain[s-1], chain[s], a, b) {
				return false
			}
		}
	}
	return simple(chain)
}

// simple tells whether a chain meets itself nowhere.
func simple(chain []pt) bool {
	for s := 1; s < len(chain); s++ {
		for t := s + 1; t < len(chain); t++ {
			if touch(chain[s-1], chain[s], chain[t-1], chain[t]) {
				return false
			}
		}
	}
	return true
}

// middle is a point well within the chain: its middle corner, or half way of a single edge.
func middle(chain []pt) pt {
	if len(chain) == 2 {
		return pt{(chain[0].x + chain[1].x) / 2, (chain[0].y + chain[1].y) / 2}
	}
	return chain[len(chain)/2]
}

func bounds(points []pt) (low, high pt) {
	low, high = points[0], points[0]
	for _, p := range points {
		low = pt{min(low.x, p.x), min(low.y, p.y)}
		high = pt{max(high.x, p.x), max(high.y, p.y)}
	}
	return low, high
}

// turn is positive when a, b, c turn left; it is exact.
func turn(a, b, c pt) int64 { return (b.x-a.x)*(c.y-a.y) - (b.y-a.y)*(c.x-a.x) }

// touch tells whether two edges have a point in common other than an end that both share.
func touch(a, b, c, d pt) bool {
	if max(a.x, b.x) < min(c.x, d.x) || max(c.x, d.x) < min(a.x, b.x) ||
		max(a.y, b.y) < min(c.y, d.y) || max(c.y, d.y) < min(a.y, b.y) {
		return false
	}
	switch {
	case a == c:
		return b == d || on(b, c, d) || on(d, a, b)
	case a == d:
		return b == c || on(b, c, d) || on(c, a, b)
	case b == c:
		return on(a, c, d) || on(d, a, b)
	case b == d:
		return on(a, c, d) || on(c, a, b)
	}
	t1, t2, t3, t4 := turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)
	if (t1 > 0) != (t2 > 0) && (t3 > 0) != (t4 > 0) && t1 != 0 && t2 != 0 && t3 != 0 && t4 != 0 {
		return true
	}
	return on(c, a, b) || on(d, a, b) || on(a, c, d) || on(b, c, d)
}

// on tells whether p lies on the edge from a to b, ends included.
func on(p, a, b pt) bool {
	return turn(a, b, p) == 0 && min(a.x, b.x) <= p.x && p.x <= max(a.x, b.x) &&
		min(a.y, b.y) <= p.y && p.y <= max(a.y, b.y)
}

// nearest is the distance in metres from v to the segment from a to b.
func nearest(v, a, b vec) float64 {
	ab := b.sub(a)
	if f := ab.dot(ab); f > 0 {
		a = a.towards(b, min(1, max(0, v.sub(a).dot(ab)/f)))
	}
	return v.distance(a)
}

func onGrid(line []vec) []pt {
	out := make([]pt, 0, len(line))
	for _, v := range line {
		if p := v.pt(); len(out) == 0 || out[len(out)-1] != p {
			out = append(out, p)
		}
	}
	return out
}

// between is a line without its ends.
func between(line []pt) []pt {
	if len(line) < 3 {
		return nil
	}
	return line[1 : len(line)-1]
}

func lineString(points []pt) orb.LineString {
	out := make(orb.LineString, len(points))
	for i, p := range points {
		out[i] = p.point()
	}
	return out
}
