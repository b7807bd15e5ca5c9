package tiles

import (
	"encoding/binary"
	"errors"
	"math"
)

// The kinds of geometry, as a tile numbers them.
const typePoint, typeLine, typePolygon = 1, 2, 3

// A geometry is a run of 16-bit words: a head, then its paths, each a head and its vertices, x and y from the north-western
// corner of the feature's box. A narrow geometry's numbers take a word each, a wide one's two, the lower first; buildings
// are narrow.
const (
	headKind = 3
	headWide = 4

	pathLast   = 1 // of the geometry
	pathOuter  = 2 // begins a polygon; those after it are its holes
	pathTurned = 4 // runs the other way than a tile's rings do; said of narrow ones only
	pathLength = 3 // bits to shift by
)

// shape is a geometry on its way from the database to words.
type shape struct {
	kind  byte
	box   box
	spots []spot
	paths []path
	rest  []byte
}

// path is one line, one ring without its last vertex, or all points.
type path struct {
	from, to int // in spots
	outer    bool
}

var errGeometry = errors.New("this is no EWKB geometry")

// The kinds and flags of EWKB.
const (
	wkbPoint, wkbLine, wkbPolygon, wkbMultiPoint, wkbMultiLine, wkbMultiPolygon, wkbCollection = 1, 2, 3, 4, 5, 6, 7

	wkbZ, wkbM, wkbSRID = 0x80000000, 0x40000000, 0x20000000
)

// read takes a geometry in; one that is empty, NULL or a collection has no paths.
func (s *shape) read(ewkb []byte) error {
	s.kind, s.box, s.spots, s.paths, s.rest = 0, nowhere, s.spots[:0], s.paths[:0], ewkb
	if ewkb == nil {
		return nil
	}
	if err := s.geometry(); err != nil {
		return err
	}
	if len(s.spots) == 0 {
		s.paths = s.paths[:0]
	}
	for _, p := range s.spots {
		s.box = s.box.with(p)
	}
	return nil
}

func (s *shape) geometry() error {
	if len(s.rest) < 5 || s.rest[0] != 1 {
		return errGeometry
	}
	kind := binary.LittleEndian.Uint32(s.rest[1:])
	s.rest = s.rest[5:]
	if kind&wkbSRID != 0 {
		if len(s.rest) < 4 {
			return errGeometry
		}
		s.rest = s.rest[4:]
	}
	size := 16
	for _, more := range []uint32{wkbZ, wkbM} {
		if kind&more != 0 {
			size += 8
		}
	}
	switch kind &^= wkbZ | wkbM | wkbSRID; kind {
	case wkbPoint:
		s.kind = typePoint
		return s.point(size)
	case wkbLine:
		s.kind = typeLine
		return s.line(size)
	case wkbPolygon:
		s.kind = typePolygon
		return s.polygon(size)
	case wkbMultiPoint, wkbMultiLine, wkbMultiPolygon:
		n, err := s.count(5)
		for ; n > 0 && err == nil; n-- {
			if len(s.rest) < 5 || s.rest[1] != byte(kind-wkbMultiPoint+wkbPoint) {
				return errGeometry
			}
			err = s.geometry()
		}
		return err
	case wkbCollection:
		return nil
	}
	return errGeometry
}

// count reads how many follow, each of at least some bytes.
func (s *shape) count(size int) (int, error) {
	if len(s.rest) < 4 {
		return 0, errGeometry
	}
	n := int(binary.LittleEndian.Uint32(s.rest))
	s.rest = s.rest[4:]
	if n > len(s.rest)/size {
		return 0, errGeometry
	}
	return n, nil
}

// point reads one vertex to the only path of points; an empty point is told by NaN.
func (s *shape) point(size int) error {
	if len(s.rest) < size {
		return errGeometry
	}
	if x := math.Float64frombits(binary.LittleEndian.Uint64(s.rest)); !math.IsNaN(x) {
		if len(s.paths) == 0 {
			s.paths = append(s.paths, path{})
		}
		s.vertices(1, size)
		s.paths[0].to = len(s.spots)
		return nil
	}
	s.rest = s.rest[size:]
	return nil
}

func (s *shape) line(size int) error {
	n, err := s.count(size)
	if err != nil {
		return err
	}
	from := len(s.spots)
	if s.vertices(n, size); len(s.spots) < from+2 {
		s.spots = s.spots[:from]
		return nil
	}
	s.paths = append(s.paths, path{from: from, to: len(s.spots)})
	return nil
}

// polygon reads rings, without the vertex that closes them; one that holds nothing is left out, with the outer one its holes.
func (s *shape) polygon(size int) error {
	n, err := s.count(4)
	if err != nil {
		return err
	}
	held := true
	for i := range n {
		vertices, err := s.count(size)
		if err != nil {
			return err
		}
		from := len(s.spots)
		s.vertices(vertices, size)
		if last := len(s.spots) - 1; last > from && s.spots[last] == s.spots[from] {
			s.spots = s.spots[:last]
		}
		if i == 0 {
			held = len(s.spots) >= from+3
		}
		if !held || len(s.spots) < from+3 {
			s.spots = s.spots[:from]
			continue
		}
		s.paths = append(s.paths, path{from: from, to: len(s.spots), outer: i == 0})
	}
	return nil
}

// vertices projects vertices that are known to be there; of equal ones in a row, but for points, one remains.
func (s *shape) vertices(n, size int) {
	from := len(s.spots)
	for range n {
		lon := math.Float64frombits(binary.LittleEndian.Uint64(s.rest))
		lat := math.Float64frombits(binary.LittleEndian.Uint64(s.rest[8:]))
		s.rest = s.rest[size:]
		p := spotOf(lon, lat)
		if last := len(s.spots); last > from && s.spots[last-1] == p {
			continue
		}
		s.spots = append(s.spots, p)
	}
}

// appendTo writes the geometry's words.
func (s *shape) appendTo(words []uint16) []uint16 {
	const narrow = math.MaxUint16 >> pathLength
	wide := int64(s.box.maxX)-int64(s.box.minX) > math.MaxUint16 || int64(s.box.maxY)-int64(s.box.minY) > math.MaxUint16
	for _, p := range s.paths {
		wide = wide || p.to-p.from > narrow
	}
	head := uint16(s.kind)
	if wide {
		head |= headWide
	}
	words = append(words, head)
	put := func(v uint32) {
		words = append(words, uint16(v))
		if wide {
			words = append(words, uint16(v>>16))
		}
	}
	for i, p := range s.paths {
		head := uint32(p.to-p.from) << pathLength
		if p.outer {
			head |= pathOuter
		}
		if i == len(s.paths)-1 {
			head |= pathLast
		}
		if s.kind == typePolygon && !wide && (s.doubled(p) > 0) != p.outer {
			head |= pathTurned
		}
		put(head)
		for _, v := range s.spots[p.from:p.to] {
			put(uint32(v.x) - uint32(s.box.minX))
			put(uint32(v.y) - uint32(s.box.minY))
		}
	}
	return words
}

// doubled is twice the area of a narrow ring, positive if it runs clockwise on the screen.
func (s *shape) doubled(p path) (sum int64) {
	ring := s.spots[p.from:p.to]
	a := ring[len(ring)-1]
	for _, b := range ring {
		sum += int64(a.x-s.box.minX)*int64(b.y-s.box.minY) - int64(b.x-s.box.minX)*int64(a.y-s.box.minY)
		a = b
	}
	return sum
}
