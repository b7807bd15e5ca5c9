package tiles

import "slices"

// marksFrom is the zoom from which features have marks: a point on each, with its number, so that a sign on a building that the
// tile's edge cuts shows once.
const marksFrom = 16

// marked tells which layer holds the marks of a layer's features, where the tile shows them.
func (w *writer) marked(name string) (marks layer, ok bool) {
	if w.shift != uint(worldBits-extentBits-marksFrom) {
		return marks, false
	}
	for _, l := range layers {
		if l.on == name {
			return l, true
		}
	}
	return marks, false
}

// mark writes a point on a feature, unless it lies beyond the tile.
func (w *writer) mark(c *columns, i uint32) {
	at, ok := w.markOn(c, i)
	if !ok {
		return
	}
	w.geometry, w.cursor = w.geometry[:0], pixel{}
	w.geometry = appendVarint(w.geometry, 1<<3|moveTo)
	w.steps([]pixel{w.pixel(at)})
	w.feature(c, i, typePoint)
}

// markOn finds the place of a feature's mark, if the tile shows it.
func (p *pen) markOn(c *columns, i uint32) (local, bool) {
	at, ok := p.pointOn(c, i)
	return at, ok && p.bounds(p.points).code(at) == 0
}

// pointOn finds a place on a feature: of points the first; of polygons the middle of the widest way through the ground along the
// middle of the box, which is where PostGIS looks too. A line has none.
func (p *pen) pointOn(c *columns, i uint32) (local, bool) {
	b, words := c.boxes[i], c.words[c.starts[i]:]
	p.wide, p.words = words[0]&headWide != 0, words[1:]
	p.corner = p.local(spot{b.minX, b.minY})
	switch words[0] & headKind {
	case typePoint:
		p.number()
		return p.vertex(), true
	case typePolygon:
	default:
		return local{}, false
	}
	y := 2*p.corner.y + int64(b.maxY) - int64(b.minY) | 1 // twice the middle, and between two rows of the world's places
	p.crossings = p.crossings[:0]
	for last := false; !last; {
		head := p.number()
		last = head&pathLast != 0
		p.read(int(head >> pathLength))
		a := p.spots[len(p.spots)-1]
		for _, q := range p.spots {
			if (2*a.y < y) != (2*q.y < y) {
				p.crossings = append(p.crossings, a.x+(q.x-a.x)*(y-2*a.y)/(2*(q.y-a.y)))
			}
			a = q
		}
	}
	slices.Sort(p.crossings)
	best, at := int64(-1), local{}
	for k := 0; k+1 < len(p.crossings); k += 2 {
		if from, to := p.crossings[k], p.crossings[k+1]; to-from > best {
			best, at = to-from, local{(from + to) / 2, y / 2}
		}
	}
	return at, best >= 0
}
