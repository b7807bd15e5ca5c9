package tiles

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
)

// The tile's own coordinates: extent units a side, buffer units beyond each edge.
const (
	extent      = 4096
	buffer      = 64
	pointBuffer = 128
)

// feature is one row of a layer.
type feature struct {
	id         uint64
	geometry   orb.Geometry // in degrees
	properties []any        // beside the layer's names; nil leaves one out
}

// encoder writes one layer of a Mapbox Vector Tile (specification 2.1).
type encoder struct {
	z, x, y  int
	layer    []byte // features so far
	keys     []string
	values   []byte
	valueAt  map[any]uint32
	commands []uint32
	tags     []uint32
	scratch  []byte
}

func newEncoder(z, x, y int, keys []string) *encoder {
	return &encoder{z: z, x: x, y: y, keys: keys, valueAt: map[any]uint32{}}
}

// The wire's field numbers and geometry types (vector_tile.proto).
const (
	tileLayers = 3<<3 | 2

	layerName, layerFeatures, layerKeys, layerValues, layerExtent, layerVersion = 1<<3 | 2, 2<<3 | 2, 3<<3 | 2, 4<<3 | 2, 5 << 3, 15 << 3

	featureID, featureTags, featureType, featureGeometry = 1 << 3, 2<<3 | 2, 3 << 3, 4<<3 | 2

	valueString, valueDouble, valueInt, valueBool = 1<<3 | 2, 3<<3 | 1, 4 << 3, 7 << 3

	typePoint, typeLine, typePolygon = 1, 2, 3

	moveTo, lineTo, closePath = 1, 2, 7
)

// add encodes a feature; one that vanishes at this zoom is left out.
func (e *encoder) add(f feature) {
	e.commands = e.commands[:0]
	kind := e.geometry(f.geometry)
	if len(e.commands) == 0 {
		return
	}
	e.tags = e.tags[:0]
	for i, value := range f.properties {
		if at, given := e.value(value); given {
			e.tags = append(e.tags, uint32(i), at)
		}
	}
	b := e.scratch[:0]
	b = binary.AppendUvarint(append(b, featureID), f.id)
	b = appendPacked(b, featureTags, e.tags)
	b = append(b, featureType, kind)
	b = appendPacked(b, featureGeometry, e.commands)
	e.scratch = b
	e.layer = appendBytes(e.layer, layerFeatures, b)
}

// appendTo ends the layer and puts it into a tile; a layer without features is left out.
func (e *encoder) appendTo(tile []byte, name string) []byte {
	if len(e.layer) == 0 {
		return tile
	}
	b := appendBytes(nil, layerName, []byte(name))
	b = append(b, e.layer...)
	for _, key := range e.keys {
		b = appendBytes(b, layerKeys, []byte(key))
	}
	b = append(b, e.values...)
	b = binary.AppendUvarint(append(b, layerExtent), extent)
	b = append(b, layerVersion, 2)
	return appendBytes(tile, tileLayers, b)
}

// value finds or adds an attribute's value; nil and the empty string are not given.
func (e *encoder) value(v any) (uint32, bool) {
	var b []byte
	switch v := v.(type) {
	case nil:
		return 0, false
	case string:
		if v == "" {
			return 0, false
		}
		b = appendBytes(nil, valueString, []byte(v))
	case bool:
		if !v {
			return 0, false
		}
		b = []byte{valueBool, 1}
	case int64:
		b = binary.AppendUvarint([]byte{valueInt}, uint64(v))
	case float64:
		b = binary.LittleEndian.AppendUint64([]byte{valueDouble}, math.Float64bits(v))
	default:
		return 0, false
	}
	at, known := e.valueAt[v]
	if !known {
		at = uint32(len(e.valueAt))
		e.valueAt[v] = at
		e.values = appendBytes(e.values, layerValues, b)
	}
	return at, true
}

func appendBytes(to []byte, field byte, b []byte) []byte {
	to = binary.AppendUvarint(append(to, field), uint64(len(b)))
	return append(to, b...)
}

func appendPacked(to []byte, field byte, values []uint32) []byte {
	size := 0
	for _, v := range values {
		size += varintLen(v)
	}
	to = binary.AppendUvarint(append(to, field), uint64(size))
	for _, v := range values {
		to = binary.AppendUvarint(to, uint64(v))
	}
	return to
}

func varintLen(v uint32) int {
	n := 1
	for v >= 0x80 {
		v >>= 7
		n++
	}
	return n
}

// geometry writes the commands of a geometry and tells its type.
func (e *encoder) geometry(g orb.Geometry) byte {
	var at cursor
	switch g := g.(type) {
	case orb.Point:
		e.points(&at, orb.MultiPoint{g})
		return typePoint
	case orb.MultiPoint:
		e.points(&at, g)
		return typePoint
	case orb.LineString:
		e.lines(&at, orb.MultiLineString{g})
		return typeLine
	case orb.MultiLineString:
		e.lines(&at, g)
		return typeLine
	case orb.Polygon:
		e.polygon(&at, g)
	case orb.MultiPolygon:
		for _, p := range g {
			e.polygon(&at, p)
		}
	}
	return typePolygon
}

// project brings degrees to the tile's units: x to the east, y to the south (OGC Web Mercator).
func (e *encoder) project(p orb.Point) orb.Point {
	n := math.Exp2(float64(e.z))
	sin := math.Sin(p[1] * math.Pi / 180)
	sin = min(max(sin, -0.9999), 0.9999)
	x := (p[0] + 180) / 360 * n
	y := (0.5 - 0.25*math.Log((1+sin)/(1-sin))/math.Pi) * n
	return orb.Point{(x - float64(e.x)) * extent, (y - float64(e.y)) * extent}
}

var (
	shapeBox = orb.Bound{Min: orb.Point{-buffer, -buffer}, Max: orb.Point{extent + buffer, extent + buffer}}
	pointBox = orb.Bound{Min: orb.Point{-pointBuffer, -pointBuffer}, Max: orb.Point{extent + pointBuffer, extent + pointBuffer}}
)

// pixel is a place on the tile's grid.
type pixel struct{ x, y int32 }

func rounded(p orb.Point) pixel { return pixel{int32(math.Round(p[0])), int32(math.Round(p[1]))} }

// cursor is where the last command left off.
type cursor pixel

// to writes the step from the cursor to a pixel and moves it there.
func (c *cursor) to(e *encoder, p pixel) {
	dx, dy := p.x-c.x, p.y-c.y
	e.commands = append(e.commands, uint32(dx<<1)^uint32(dx>>31), uint32(dy<<1)^uint32(dy>>31))
	c.x, c.y = p.x, p.y
}

func (e *encoder) points(at *cursor, m orb.MultiPoint) {
	var seen []pixel
	for _, p := range m {
		if q := e.project(p); pointBox.Contains(q) {
			seen = append(seen, rounded(q))
		}
	}
	if len(seen) == 0 {
		return
	}
	e.commands = append(e.commands, uint32(len(seen))<<3|moveTo)
	for _, p := range seen {
		at.to(e, p)
	}
}

func (e *encoder) lines(at *cursor, m orb.MultiLineString) {
	for _, l := range m {
		projected := make(orb.LineString, len(l))
		for i, p := range l {
			projected[i] = e.project(p)
		}
		for _, part := range clip.LineString(shapeBox, projected) {
			if pixels := distinct(part); len(pixels) > 1 {
				e.path(at, pixels)
			}
		}
	}
}

// path writes a line through pixels.
func (e *encoder) path(at *cursor, pixels []pixel) {
	e.commands = append(e.commands, 1<<3|moveTo)
	at.to(e, pixels[0])
	e.commands = append(e.commands, uint32(len(pixels)-1)<<3|lineTo)
	for _, p := range pixels[1:] {
		at.to(e, p)
	}
}

// polygon writes rings clipped to the tile, the outer one clockwise on the screen and its holes the other way. A ring that
// holds nothing on the grid is dropped, and with the outer ring its holes; so is the whole where a hole takes all of it.
func (e *encoder) polygon(at *cursor, p orb.Polygon) {
	var rings [][]pixel
	var doubled int64
	for i, r := range p {
		pixels, holds := e.ring(r, i == 0)
		if holds == 0 && i == 0 {
			return
		}
		if holds != 0 {
			rings, doubled = append(rings, pixels), doubled+holds
		}
	}
	if doubled <= 0 {
		return
	}
	for _, pixels := range rings {
		e.path(at, pixels)
		e.commands = append(e.commands, 1<<3|closePath)
	}
}

// ring is a ring clipped to the tile, turned as an outer one or a hole must be, and twice its area with that sign.
func (e *encoder) ring(r orb.Ring, outer bool) ([]pixel, int64) {
	projected := make(orb.Ring, len(r))
	for i, p := range r {
		projected[i] = e.project(p)
	}
	if !shapeBox.Intersects(projected.Bound()) {
		return nil, 0
	}
	pixels := distinct(orb.LineString(clip.Ring(shapeBox, projected)))
	if n := len(pixels); n > 1 && pixels[0] == pixels[n-1] {
		pixels = pixels[:n-1]
	}
	doubled := doubledArea(pixels)
	if (doubled > 0) != outer {
		slices.Reverse(pixels)
		doubled = -doubled
	}
	return pixels, doubled
}

// distinct rounds a line to the grid and drops vertices that fall on the one before. Which ones depends on the vertices
// alone, so that two neighbours drop the same ones and stay tight.
func distinct(l orb.LineString) []pixel {
	out := make([]pixel, 0, len(l))
	for _, p := range l {
		q := rounded(p)
		if n := len(out); n > 0 && out[n-1] == q {
			continue
		}
		out = append(out, q)
	}
	return out
}

// doubledArea is twice the area of a ring, positive if it runs clockwise on the screen (y to the south).
func doubledArea(ring []pixel) int64 {
	var sum int64
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		sum += int64(p.x)*int64(q.y) - int64(q.x)*int64(p.y)
	}
	return sum
}
