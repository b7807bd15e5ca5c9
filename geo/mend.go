package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Change is something that was mended, and where.
type Change struct {
	What string
	At   orb.Point
}

// Mend gives a geometry with what is harmless put right: rings closed, shells wound counter-clockwise and holes clockwise
// (RFC 7946), vertices that repeat the one before and spikes without width removed, rings without an area dropped. Winding is
// put right silently, the rest is told. It refuses, with an *Invalid, what has no ground left; it does not look for rings
// that cross (Check does).
func Mend(g orb.Geometry) (orb.Geometry, []Change, error) {
	m := &mender{}
	var out orb.Geometry
	switch g := g.(type) {
	case orb.Polygon:
		p, err := m.polygon(g)
		if err != nil {
			return nil, m.changes, err
		}
		out = p
	case orb.MultiPolygon:
		parts, err := m.multiPolygon(g)
		if err != nil {
			return nil, m.changes, err
		}
		out = parts
	case nil:
		return nil, nil, &Invalid{"no geometry", orb.Point{}}
	default:
		out = g
	}
	return out, m.changes, nil
}

type mender struct{ changes []Change }

func (m *mender) told(what string, where orb.Point) {
	m.changes = append(m.changes, Change{what, where})
}

func (m *mender) multiPolygon(g orb.MultiPolygon) (orb.MultiPolygon, error) {
	var out orb.MultiPolygon
	var last error
	for _, p := range g {
		mended, err := m.polygon(p)
		if err != nil {
			last = err
			if at, ok := firstFinite(p); ok {
				m.told("a part without an area dropped", at)
			}
			continue
		}
		out = append(out, mended)
	}
	if len(out) == 0 {
		if last == nil {
			last = &Invalid{"polygon without a ring", orb.Point{}}
		}
		return nil, last
	}
	return out, nil
}

func firstFinite(p orb.Polygon) (orb.Point, bool) {
	if len(p) > 0 && len(p[0]) > 0 && finite(p[0][0]) {
		return p[0][0], true
	}
	return orb.Point{}, false
}

func (m *mender) polygon(p orb.Polygon) (orb.Polygon, error) {
	if len(p) == 0 || len(p[0]) == 0 {
		return nil, &Invalid{"polygon without a ring", orb.Point{}}
	}
	out := make(orb.Polygon, 0, len(p))
	for i, r := range p {
		if err := checkPoints(r); err != nil {
			return nil, err
		}
		mended := m.ring(r)
		if len(mended) < 4 || planar(mended) == 0 {
			if i == 0 {
				return nil, &Invalid{"polygon without an area", r[0]}
			}
			if len(r) > 0 {
				m.told("a hole without an area dropped", r[0])
			}
			continue
		}
		if (planar(mended) > 0) != (i == 0) {
			slices.Reverse(mended)
		}
		out = append(out, mended)
	}
	return out, nil
}

// ring closes a copy of a ring and takes repeated vertices and spikes out of it.
func (m *mender) ring(r orb.Ring) orb.Ring {
	out := make(orb.Ring, 0, len(r)+1)
	for _, p := range r {
		if n := len(out); n > 0 && out[n-1] == p {
			continue
		}
		out = append(out, p)
		for n := len(out); n > 2 && spike(out[n-3], out[n-2], out[n-1]); n = len(out) {
			m.told("a spike removed", out[n-2])
			out[n-2] = out[n-1]
			out = out[:n-1]
			if n := len(out); n > 1 && out[n-1] == out[n-2] {
				out = out[:n-1]
			}
		}
	}
	if n := len(out); n > 1 && out[0] == out[n-1] {
		out = out[:n-1]
	} else if n > 2 {
		m.told("a ring closed", out[n-1])
	}
	for n := len(out); n > 2 && (spike(out[n-2], out[n-1], out[0]) || out[n-1] == out[0]); n = len(out) {
		out = out[:n-1]
	}
	for n := len(out); n > 2 && spike(out[n-1], out[0], out[1]); n = len(out) {
		out = out[1:]
	}
	if len(out) > 0 {
		out = append(out, out[0])
	}
	return out
}

// spike tells whether the way from a over b to c turns back on itself.
func spike(a, b, c orb.Point) bool {
	p, q, r := onGrid(a), onGrid(b), onGrid(c)
	if turn(p, q, r) != 0 {
		return false
	}
	return math.Signbit((b[0]-a[0])*(c[0]-b[0])+(b[1]-a[1])*(c[1]-b[1])) && q != r
}
