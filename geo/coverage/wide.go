package coverage

import (
	"math/big"
	"math/bits"

	"canvass/geo"
)

// wide is a whole number of 128 bits: doubled areas on the grid overflow 64.
type wide struct {
	hi int64
	lo uint64
}

func (w wide) plus(v wide) wide {
	lo, carry := bits.Add64(w.lo, v.lo, 0)
	return wide{w.hi + v.hi + int64(carry), lo}
}

func (w wide) minus(v wide) wide {
	lo, borrow := bits.Sub64(w.lo, v.lo, 0)
	return wide{w.hi - v.hi - int64(borrow), lo}
}

func (w wide) sign() int {
	switch {
	case w.hi < 0:
		return -1
	case w.hi > 0 || w.lo > 0:
		return 1
	}
	return 0
}

// product multiplies exactly.
func product(a, b int64) wide {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	w := wide{int64(hi), lo}
	if a < 0 {
		w.hi -= b
	}
	if b < 0 {
		w.hi -= a
	}
	return w
}

// cross adds twice the signed area of the triangle a, b, c.
func (w wide) cross(a, b, c geo.Place) wide {
	return w.plus(product(b.X-a.X, c.Y-a.Y)).minus(product(b.Y-a.Y, c.X-a.X))
}

func (w wide) big() *big.Int {
	v := new(big.Int).Lsh(big.NewInt(w.hi), 64)
	return v.Add(v, new(big.Int).SetUint64(w.lo))
}

// crossing gives the place of the grid nearest to where two edges cross, of halves the upper. It is exact.
func crossing(a, b, c, d geo.Place) geo.Place {
	dx, dy, ex, ey := b.X-a.X, b.Y-a.Y, d.X-c.X, d.Y-c.Y
	fx, fy := c.X-a.X, c.Y-a.Y
	const safe = 1 << 19
	if max(dx, dy, ex, ey, fx, fy) < safe && min(dx, dy, ex, ey, fx, fy) > -safe {
		num, den := fx*ey-fy*ex, dx*ey-dy*ex
		return geo.Place{X: a.X + nearest(num*dx, den), Y: a.Y + nearest(num*dy, den)}
	}
	num := product(fx, ey).minus(product(fy, ex)).big()
	den := product(dx, ey).minus(product(dy, ex)).big()
	return geo.Place{X: a.X + nearestBig(num, dx, den), Y: a.Y + nearestBig(num, dy, den)}
}

// nearest divides and rounds.
func nearest(a, b int64) int64 {
	if b < 0 {
		a, b = -a, -b
	}
	q, r := a/b, a%b
	if r < 0 {
		q, r = q-1, r+b
	}
	if 2*r >= b {
		q++
	}
	return q
}

func nearestBig(num *big.Int, d int64, den *big.Int) int64 {
	a, b := new(big.Int).Mul(num, big.NewInt(2*d)), new(big.Int).Lsh(den, 1)
	a.Add(a, den)
	if b.Sign() < 0 {
		a.Neg(a)
		b.Neg(b)
	}
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r.Sign() < 0 {
		q.Sub(q, big.NewInt(1))
	}
	return q.Int64()
}
