package tiles

// settle makes valid what rounding or thinning made of polygons: most of what it tangles are spurs, and without them nothing is left
// to take apart.
func (p *pen) settle() {
	if p.tangled() && (!p.trim() || p.tangled()) {
		p.untangle()
	}
}

// trim takes spurs off the rings, which leaves the ground that they hold by the even-odd rule as it is, and with them rings that are
// nothing else; it tells whether there were none of those.
func (p *pen) trim() bool {
	kept := p.runs[:0]
	n := 0
	for _, r := range p.runs {
		ring := trimRing(p.pixels[r.from:r.to])
		if len(ring) < 3 {
			continue
		}
		r.from, r.to = n, n+copy(p.pixels[n:], ring)
		n = r.to
		kept = append(kept, r)
	}
	all := len(kept) == len(p.runs)
	p.pixels, p.runs = p.pixels[:n], kept
	return all
}

// trimRing answers a ring without spurs, corners at which it goes back the way it came, in the memory that it is given in.
func trimRing(ring []pixel) []pixel {
	out := ring[:0]
	for _, q := range ring {
		for len(out) > 1 && turnsBack(out[len(out)-2], out[len(out)-1], q) {
			out = out[:len(out)-1]
		}
		if len(out) == 0 || out[len(out)-1] != q {
			out = append(out, q)
		}
	}
	for len(out) > 2 { // where it begins
		first, second, before, last := out[0], out[1], out[len(out)-2], out[len(out)-1]
		switch {
		case first == last, turnsBack(before, last, first):
			out = out[:len(out)-1]
		case turnsBack(last, first, second):
			out = out[1:]
		default:
			return out
		}
	}
	return out
}
