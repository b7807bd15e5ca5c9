package tiles

import (
	"encoding/binary"
	"slices"
)

// pen draws one feature at a time on a tile: from an index's words straight to the commands of a tile, over buffers that it
// keeps.
type pen struct {
	grid
	words  []uint16 // yet to be read of the feature
	wide   bool
	corner local // of the feature's box

	pixels   []pixel
	runs     []run
	plain    bool   // no two sides of the rings can touch
	geometry []byte // commands
	cursor   pixel

	spots, spare []local // of a path that must be clipped
	crossings    []int64 // of the row on which a mark is sought
	untangler
}

// run is a line or a ring among the pixels.
type run struct {
	from, to int
	outer    bool
	doubled  int64 // area, positive if it runs clockwise on the screen; of a plain one the sign
}

func (p *pen) lay(z, x, y int) { p.grid = gridOf(z, x, y) }

// draw writes the commands of a feature and tells its kind; none are written of what vanishes at this zoom.
func (p *pen) draw(c *columns, i uint32) byte {
	kind := p.outline(c, i)
	if kind == typePolygon && !p.plain {
		p.settle()
	}
	p.ink(kind)
	return kind
}

// outline brings a feature to the tile's grid and tells its kind.
func (p *pen) outline(c *columns, i uint32) byte {
	b := c.boxes[i]
	plain := i < uint32(len(c.plain)) && c.plain[i] > 0 // which only a polygon is
	if plain && p.flattens(b) {
		p.pixels, p.runs = p.pixels[:0], p.runs[:0]
		return typePolygon
	}
	words := c.words[c.starts[i]:]
	kind := byte(words[0] & headKind)
	p.wide, p.words = words[0]&headWide != 0, words[1:]
	p.corner = p.local(spot{b.minX, b.minY})
	p.pixels, p.runs = p.pixels[:0], p.runs[:0]
	switch {
	case kind == typePoint && b.meets(p.points):
		p.outlinePoints()
	case kind == typeLine && b.meets(p.shapes):
		p.outlineLines(!b.within(p.shapes))
	case kind == typePolygon && !b.meets(p.shapes):
	case plain && p.shift <= uint(c.plain[i]) && b.within(p.whole):
		p.outlinePlain()
	case kind == typePolygon:
		p.outlinePolygons(!b.within(p.whole))
	}
	return kind
}

// outlinePlain takes rings that rounding does not change but by less than would matter.
func (p *pen) outlinePlain() {
	p.plain = true
	for last := false; !last; {
		head := p.number()
		last = head&pathLast != 0
		r := run{from: len(p.pixels), outer: head&pathOuter != 0, doubled: 1}
		p.round(int(head >> pathLength))
		r.to = len(p.pixels)
		if (head&pathTurned == 0) != r.outer {
			r.doubled = -1
		}
		p.runs = append(p.runs, r)
	}
}

// ink writes the commands for what was outlined: the outer rings clockwise on the screen and the holes the other way.
func (p *pen) ink(kind byte) {
	p.geometry, p.cursor = p.geometry[:0], pixel{}
	for _, r := range p.runs {
		pixels := p.pixels[r.from:r.to]
		switch kind {
		case typePoint:
			p.geometry = appendVarint(p.geometry, uint32(len(pixels))<<3|moveTo)
			p.steps(pixels)
		case typeLine:
			p.path(pixels)
		case typePolygon:
			if (r.doubled > 0) != r.outer {
				slices.Reverse(pixels)
			}
			p.path(pixels)
			p.geometry = append(p.geometry, 1<<3|closePath)
		}
	}
}

// number reads one of a geometry's numbers.
func (p *pen) number() uint32 {
	v := uint32(p.words[0])
	if p.wide {
		v |= uint32(p.words[1]) << 16
		p.words = p.words[2:]
		return v
	}
	p.words = p.words[1:]
	return v
}

// read takes n vertices from the words, all of them.
func (p *pen) read(n int) {
	p.spots = p.spots[:0]
	for range n {
		p.spots = append(p.spots, p.vertex())
	}
}

func (p *pen) vertex() local {
	x := p.corner.x + int64(p.number())
	return local{x, p.corner.y + int64(p.number())}
}

// readNear takes n vertices of a path that will be clipped, without those that lie beyond the same side as both who stand
// beside them: most of a county's boundary is far from any tile of it.
func (p *pen) readNear(n int) {
	b := p.bounds(p.shapes)
	p.spots = append(p.spots[:0], p.vertex())
	before := b.code(p.spots[0])
	var waiting local
	code := ^0
	for i := 1; i < n; i++ {
		q := p.vertex()
		next := b.code(q)
		if i > 1 && before&code&next == 0 {
			p.spots = append(p.spots, waiting)
			before = code
		}
		waiting, code = q, next
	}
	if n > 1 {
		p.spots = append(p.spots, waiting)
	}
}

func (p *pen) outlinePoints() {
	n := int(p.number() >> pathLength)
	p.read(n)
	b := p.bounds(p.points)
	for _, q := range p.spots {
		if b.code(q) == 0 {
			p.pixels = append(p.pixels, p.pixel(q))
		}
	}
	if len(p.pixels) > 0 {
		p.runs = append(p.runs, run{to: len(p.pixels)})
	}
}

func (p *pen) outlineLines(clip bool) {
	for last := false; !last; {
		head := p.number()
		last = head&pathLast != 0
		if clip {
			p.readNear(int(head >> pathLength))
			p.clipLine()
			continue
		}
		from := len(p.pixels)
		p.round(int(head >> pathLength))
		p.endLine(from)
	}
}

// endLine makes a line of the last pixels, unless they are one.
func (p *pen) endLine(from int) {
	if len(p.pixels)-from < 2 {
		p.pixels = p.pixels[:from]
		return
	}
	p.runs = append(p.runs, run{from: from, to: len(p.pixels)})
}

// outlinePolygons drops rings that hold nothing on the grid, and with an outer ring its holes; so it does the whole where
// holes take all of it.
func (p *pen) outlinePolygons(clip bool) {
	convex, first, ground := true, 0, int64(0)
	for last := false; !last; {
		head := p.number()
		last = head&pathLast != 0
		r := run{from: len(p.pixels), outer: head&pathOuter != 0}
		if clip {
			p.readNear(int(head >> pathLength))
			p.clipRing()
		} else {
			p.round(int(head >> pathLength))
		}
		if n := len(p.pixels); n-r.from > 1 && p.pixels[n-1] == p.pixels[r.from] {
			p.pixels = p.pixels[:n-1]
		}
		r.to = len(p.pixels)
		var turnsOnce bool
		r.doubled, turnsOnce = measure(p.pixels[r.from:])
		area := max(r.doubled, -r.doubled)
		if r.outer {
			first, ground = len(p.runs), area
		} else {
			ground -= area
		}
		if area == 0 || ground <= 0 {
			p.pixels = p.pixels[:r.from]
			if ground <= 0 {
				p.runs = p.runs[:min(first, len(p.runs))]
			}
			continue
		}
		convex = convex && turnsOnce
		p.runs = append(p.runs, r)
	}
	p.plain = convex && len(p.runs) < 2
}

// round reads n vertices that need no clipping to pixels, of equal ones in a row one. Which ones are dropped depends on the
// vertices alone, so that two neighbours drop the same ones and stay tight.
func (p *pen) round(n int) {
	from := len(p.pixels)
	p.pixels = slices.Grow(p.pixels, n)
	out := p.pixels[from : from+n]
	half := int64(1) << p.shift >> 1
	x, y, shift := p.corner.x+half, p.corner.y+half, p.shift&63
	size, kept := 2*n, 0
	var before pixel
	if p.wide {
		words := p.words[:2*size]
		for ; len(words) >= 4; words = words[4:] {
			dx, dy := int64(words[0])|int64(words[1])<<16, int64(words[2])|int64(words[3])<<16
			q := pixel{int32((x + dx) >> shift), int32((y + dy) >> shift)}
			if kept == 0 || q != before {
				out[kept], before = q, q
				kept++
			}
		}
		size *= 2
	} else {
		words := p.words[:size]
		for ; len(words) >= 2; words = words[2:] {
			q := pixel{int32((x + int64(words[0])) >> shift), int32((y + int64(words[1])) >> shift)}
			if kept == 0 || q != before {
				out[kept], before = q, q
				kept++
			}
		}
	}
	p.words, p.pixels = p.words[size:], p.pixels[:from+kept]
}

// put appends the pixel of a spot unless it equals the one before it in the same path.
func (p *pen) put(from int, at local) {
	q := p.pixel(at)
	if n := len(p.pixels); n > from && p.pixels[n-1] == q {
		return
	}
	p.pixels = append(p.pixels, q)
}

// path writes a line through pixels.
func (p *pen) path(pixels []pixel) {
	p.geometry = append(p.geometry, 1<<3|moveTo)
	p.steps(pixels[:1])
	p.geometry = appendVarint(p.geometry, uint32(len(pixels)-1)<<3|lineTo)
	p.steps(pixels[1:])
}

// steps writes the way from the cursor through pixels and moves it to the last.
func (p *pen) steps(pixels []pixel) {
	b, at := p.geometry, p.cursor
	for _, q := range pixels {
		dx, dy := q.x-at.x, q.y-at.y
		x, y := uint32(dx<<1)^uint32(dx>>31), uint32(dy<<1)^uint32(dy>>31)
		if x|y < 1<<7 {
			b = append(b, byte(x), byte(y))
		} else {
			b = appendVarint(appendVarint(b, x), y)
		}
		at = q
	}
	p.geometry, p.cursor = b, at
}

func appendVarint(to []byte, v uint32) []byte {
	switch {
	case v < 1<<7:
		return append(to, byte(v))
	case v < 1<<14:
		return append(to, byte(v)|0x80, byte(v>>7))
	}
	return binary.AppendUvarint(to, uint64(v))
}

// measure is twice the area of a ring, positive if it runs clockwise on the screen (y to the south), and whether it is surely
// convex: it turns to one side only, and goes to the east and back just once.
func measure(ring []pixel) (doubled int64, convex bool) {
	if len(ring) < 3 {
		return 0, false
	}
	a, b := ring[len(ring)-2], ring[len(ring)-1]
	dx, dy := b.x-a.x, b.y-a.y
	left, right, returns := false, false, 0
	way := int32(0) // of the last step that was not due north or south
	for i := len(ring) - 1; way == 0 && i > 0; i-- {
		way = ring[i].x - ring[i-1].x
	}
	for _, c := range ring {
		doubled += int64(b.x)*int64(c.y) - int64(c.x)*int64(b.y)
		ex, ey := c.x-b.x, c.y-b.y
		turn := dx*ey - dy*ex
		left, right = left || turn < 0, right || turn > 0
		if turn == 0 && dx*ex+dy*ey < 0 {
			left, right = true, true // it goes back the way it came
		}
		if ex != 0 {
			if (ex < 0) != (way < 0) {
				returns++
			}
			way = ex
		}
		b, dx, dy = c, ex, ey
	}
	return doubled, !(left && right) && returns <= 2
}
