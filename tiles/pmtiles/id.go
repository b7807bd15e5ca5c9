package pmtiles

import (
	"errors"
	"math/bits"
)

// MaxZoom is the deepest zoom whose tiles have an ID of 64 bits that leaves room for more.
const MaxZoom = 26

// ErrNoTile tells of a tile that cannot be: z is 0 to 26, x and y lie in 0 to 2^z-1.
var ErrNoTile = errors.New("no such tile: z is 0 to 26, x and y lie in 0 to 2^z-1")

// ID numbers a tile: how many tiles the zooms above have, and how far along its own zoom's Hilbert curve it lies.
func ID(z, x, y int) (uint64, error) {
	if z < 0 || z > MaxZoom || x < 0 || y < 0 || x >= 1<<z || y >= 1<<z {
		return 0, ErrNoTile
	}
	id := First(z)
	for side := 1 << z >> 1; side > 0; side >>= 1 {
		q := quarter{x&side != 0, y&side != 0}
		id += uint64(side) * uint64(side) * q.nth()
		x, y = q.turn(side, x&(side-1), y&(side-1))
	}
	return id, nil
}

// Place is the tile an ID numbers.
func Place(id uint64) (z, x, y int, err error) {
	if id >= First(MaxZoom+1) {
		return 0, 0, 0, ErrNoTile
	}
	z = (bits.Len64(3*id+1) - 1) / 2
	along := id - First(z)
	for side := 1; side < 1<<z; side <<= 1 {
		q := quarterOf(along & 3)
		x, y = q.turn(side, x, y)
		if q.right {
			x += side
		}
		if q.low {
			y += side
		}
		along >>= 2
	}
	return z, x, y, nil
}

// First is the ID of a zoom's first tile.
func First(z int) uint64 { return (1<<(2*uint(z)) - 1) / 3 }

// Children is the ID of the first of the four tiles below one; the others follow it.
func Children(id uint64) uint64 { return 4*id + 1 }

// quarter is one of the four parts of a square of the curve.
type quarter struct{ right, low bool }

// nth is as which the curve comes through the quarter: down the left side, then up the right one.
func (q quarter) nth() uint64 {
	switch q {
	case quarter{false, false}:
		return 0
	case quarter{false, true}:
		return 1
	case quarter{true, true}:
		return 2
	}
	return 3
}

func quarterOf(nth uint64) quarter { return quarter{nth > 1, nth == 1 || nth == 2} }

// turn lays the curve within a quarter of some side as its place in the whole asks for.
func (q quarter) turn(side, x, y int) (int, int) {
	switch {
	case q.low:
		return x, y
	case q.right:
		return side - 1 - y, side - 1 - x
	}
	return y, x
}
