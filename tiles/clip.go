package tiles

import "math"

// bounds are where a path is cut, from the tile's corner.
type bounds struct{ minX, minY, maxX, maxY int64 }

func (g grid) bounds(b box) bounds {
	from, to := g.local(spot{b.minX, b.minY}), g.local(spot{b.maxX, b.maxY})
	return bounds{from.x, from.y, to.x, to.y}
}

// The sides of bounds beyond which a place lies.
const west, east, north, south = 1, 2, 4, 8

func (b bounds) code(p local) (code int) {
	if p.x < b.minX {
		code = west
	} else if p.x > b.maxX {
		code = east
	}
	if p.y < b.minY {
		code |= north
	} else if p.y > b.maxY {
		code |= south
	}
	return code
}

// cut is where the way from p to q meets a side. It is the same on the way back, so that neighbours are cut alike.
func (b bounds) cut(side int, p, q local) local {
	if q.x < p.x || q.x == p.x && q.y < p.y {
		p, q = q, p
	}
	switch {
	case side&south != 0:
		return local{along(p.x, q.x, b.maxY-p.y, q.y-p.y), b.maxY}
	case side&north != 0:
		return local{along(p.x, q.x, b.minY-p.y, q.y-p.y), b.minY}
	case side&east != 0:
		return local{b.maxX, along(p.y, q.y, b.maxX-p.x, q.x-p.x)}
	}
	return local{b.minX, along(p.y, q.y, b.minX-p.x, q.x-p.x)}
}

// along is a part of the way from v to w.
func along(v, w, part, whole int64) int64 {
	return v + int64(math.Round(float64(w-v)*float64(part)/float64(whole)))
}

// clipRing cuts the ring that was read to the tile, one side after another (Sutherland and Hodgman), and rounds it.
func (p *pen) clipRing() {
	b := p.bounds(p.shapes)
	in, out := append(p.spots, p.spots[0]), p.spare
	for side := west; side <= south && len(in) > 0; side <<= 1 {
		out = out[:0]
		before := in[len(in)-1]
		beforeIn := b.code(before)&side == 0
		for _, q := range in {
			isIn := b.code(q)&side == 0
			if isIn != beforeIn {
				out = append(out, b.cut(side, before, q))
			}
			if isIn {
				out = append(out, q)
			}
			before, beforeIn = q, isIn
		}
		in, out = out, in
	}
	from := len(p.pixels)
	for _, q := range in {
		p.put(from, q)
	}
	p.spots, p.spare = in, out
}

// clipLine cuts the line that was read to the parts of it that lie in the tile, and rounds each.
func (p *pen) clipLine() {
	b := p.bounds(p.shapes)
	from := len(p.pixels)
	codeA := b.code(p.spots[0])
	for i, q := range p.spots[1:] {
		a, codeB := p.spots[i], b.code(q)
		end := codeB
		for codeA|codeB != 0 && codeA&codeB == 0 {
			if codeA != 0 {
				a = b.cut(codeA, a, q)
				codeA = b.code(a)
			} else {
				q = b.cut(codeB, a, q)
				codeB = b.code(q)
			}
		}
		if codeA|codeB == 0 {
			p.put(from, a)
			p.put(from, q)
		}
		if end != 0 {
			p.endLine(from)
			from = len(p.pixels)
		}
		codeA = end
	}
	p.endLine(from)
}
