package tiles

import (
	"math"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
)

// The clearance of a polygon is the least distance between a corner and a side that it is not an end of. Rounding moves each
// corner by at most 0.71 of a grid's step, so that a polygon whose clearance is more than twice that stays as it is: nothing
// in it comes to touch or to turn around.
const (
	clearSteps   = 1.5
	clearCorners = 48 // more are not worth the time; they are looked at when they are drawn
)

// clear tells of each polygon the coarsest grid on which it stays as it is, on all processors.
func (p *packed) clear() {
	plain := make([]uint8, len(p.ids))
	var polygons atomic.Bool
	var parts sync.WaitGroup
	size := max(len(plain)/runtime.GOMAXPROCS(0)+1, clearAtOnce)
	for from := 0; from < len(plain); from += size {
		parts.Go(func() {
			if p.clearSome(from, plain[from:min(from+size, len(plain))]) {
				polygons.Store(true)
			}
		})
	}
	if parts.Wait(); polygons.Load() {
		p.plain = plain
	}
}

// clearAtOnce is how many features are not worth dividing.
const clearAtOnce = 10_000

// clearSome tells of the features from one on, and whether any is a polygon.
func (p *packed) clearSome(from int, plain []uint8) (polygons bool) {
	var pen pen
	for i := range plain {
		words := p.words[p.starts[from+i]:]
		if words[0] != typePolygon { // neither one of another kind nor a wide one
			continue
		}
		polygons = true
		pen.wide, pen.words, pen.corner = false, words[1:], local{}
		plain[i] = pen.clearance()
	}
	return polygons
}

// clearance reads a narrow polygon and tells the greatest shift of a grid on which it stays as it is, or 0.
func (p *pen) clearance() uint8 {
	p.runs, p.spare = p.runs[:0], p.spare[:0]
	for last := false; !last; {
		head := p.number()
		last = head&pathLast != 0
		n := int(head >> pathLength)
		if len(p.spare)+n > clearCorners {
			return 0
		}
		p.read(n)
		p.runs = append(p.runs, run{from: len(p.spare), to: len(p.spare) + n})
		p.spare = append(p.spare, p.spots...)
	}
	least := math.Inf(1)
	for _, r := range p.runs {
		a := r.to - 1
		for b := r.from; b < r.to; b++ {
			s := stretchOf(p.spare[a], p.spare[b])
			for i, q := range p.spare {
				if i != a && i != b {
					least = min(least, s.squaredDistance(q))
				}
			}
			a = b
		}
	}
	return uint8(max(bits.Len64(uint64(min(math.Sqrt(least)/clearSteps, 1<<worldBits)))-1, 0))
}

// stretch is a side of a polygon: where it begins, how far it goes, and 1 by the square of that.
type stretch struct {
	a            local
	dx, dy, part float64
}

func stretchOf(a, b local) stretch {
	dx, dy := float64(b.x-a.x), float64(b.y-a.y)
	return stretch{a, dx, dy, 1 / (dx*dx + dy*dy)}
}

func (s *stretch) squaredDistance(q local) float64 {
	x, y := float64(q.x-s.a.x), float64(q.y-s.a.y)
	t := min(max((x*s.dx+y*s.dy)*s.part, 0), 1)
	x, y = x-t*s.dx, y-t*s.dy
	return x*x + y*y
}
