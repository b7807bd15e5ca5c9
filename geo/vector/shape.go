package vector

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// The types of shapes; those with heights are ten more, those with measures twenty.
const (
	shapeNull       = 0
	shapePoint      = 1
	shapeLine       = 3
	shapePolygon    = 5
	shapeMultiPoint = 8
	shapeMultiPatch = 31
)

var errShapeShort = errors.New("its shape is shorter than it says")

// shapeOf reads the content of a shape's record. Heights and measures stand behind what is read.
func shapeOf(b []byte) (orb.Geometry, []string, error) {
	if len(b) < 4 {
		return nil, nil, errShapeShort
	}
	kind := int32(binary.LittleEndian.Uint32(b))
	if kind == shapeMultiPatch {
		return nil, nil, errors.New("a multipatch, which has no ground of its own, is not read")
	}
	if kind > 20 {
		kind -= 10
	}
	if kind > 10 {
		kind -= 10
	}
	b = b[4:]
	switch kind {
	case shapeNull:
		return nil, nil, nil
	case shapePoint:
		if len(b) < 16 {
			return nil, nil, errShapeShort
		}
		points, err := shapePoints(b[:16])
		if err != nil {
			return nil, nil, err
		}
		return points[0], nil, nil
	case shapeMultiPoint:
		g, err := shapeMulti(b)
		return g, nil, err
	case shapeLine, shapePolygon:
		parts, err := shapeParts(b)
		if err != nil || len(parts) == 0 {
			return nil, nil, err
		}
		if kind == shapeLine {
			g, err := shapeLines(parts)
			return g, nil, err
		}
		return shapeRings(parts)
	}
	return nil, nil, fmt.Errorf("a shape of type %d is not known", kind)
}

// boxSize is how many bytes a shape's box takes.
const boxSize = 32

func shapeMulti(b []byte) (orb.Geometry, error) {
	if len(b) < boxSize+4 {
		return nil, errShapeShort
	}
	n := uint64(binary.LittleEndian.Uint32(b[boxSize:]))
	b = b[boxSize+4:]
	if uint64(len(b)) < n*16 {
		return nil, errShapeShort
	}
	points, err := shapePoints(b[:n*16])
	return filled(orb.MultiPoint(points), err)
}

// shapeParts reads the parts of a line or polygon.
func shapeParts(b []byte) ([][]orb.Point, error) {
	if len(b) < boxSize+8 {
		return nil, errShapeShort
	}
	n, size := uint64(binary.LittleEndian.Uint32(b[boxSize:])), uint64(binary.LittleEndian.Uint32(b[boxSize+4:]))
	b = b[boxSize+8:]
	if uint64(len(b)) < n*4+size*16 {
		return nil, errShapeShort
	}
	points, err := shapePoints(b[n*4 : n*4+size*16])
	if err != nil {
		return nil, err
	}
	parts := make([][]orb.Point, 0, n)
	for i := range n {
		from, to := uint64(binary.LittleEndian.Uint32(b[i*4:])), size
		if i+1 < n {
			to = uint64(binary.LittleEndian.Uint32(b[i*4+4:]))
		}
		if from > to || to > size {
			return nil, fmt.Errorf("part %d of its shape begins behind its end", i+1)
		}
		if from < to {
			parts = append(parts, points[from:to:to])
		}
	}
	return parts, nil
}

func shapePoints(b []byte) ([]orb.Point, error) {
	out := make([]orb.Point, len(b)/16)
	for i := range out {
		x := math.Float64frombits(binary.LittleEndian.Uint64(b[i*16:]))
		y := math.Float64frombits(binary.LittleEndian.Uint64(b[i*16+8:]))
		if !(math.Abs(x) < 1e38 && math.Abs(y) < 1e38) { // beyond it is 'no data', and so is NaN
			return nil, fmt.Errorf("position %d of its shape is not a number", i+1)
		}
		out[i] = orb.Point{x, y}
	}
	return out, nil
}

func shapeLines(parts [][]orb.Point) (orb.Geometry, error) {
	out := make(orb.MultiLineString, len(parts))
	for i, p := range parts {
		if len(p) == 1 {
			return nil, errors.New("a line has one point only")
		}
		out[i] = p
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}

func shapeRings(parts [][]orb.Point) (orb.Geometry, []string, error) {
	var notes []string
	rings := make([]orb.Ring, len(parts))
	for i, p := range parts {
		ring, closed := closeRing(p)
		if closed {
			notes = append(notes, noteClosed)
		}
		if err := checkRing(ring); err != nil {
			return nil, nil, err
		}
		rings[i] = ring
	}
	g, err := nested(rings)
	return g, notes, err
}
