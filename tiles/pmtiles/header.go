package pmtiles

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Compression is how bytes are packed.
type Compression byte

// The ways of packing that the format knows.
const (
	UnknownCompression Compression = iota
	None
	Gzip
	Brotli
	Zstd
)

// Type is what tiles are.
type Type byte

// The kinds of tiles.
const (
	UnknownType Type = iota
	MVT
	PNG
	JPEG
	WebP
	AVIF
)

// About is what an archive says of its tiles. Bounds are degrees (EPSG:4326); the centre is a map's first view.
type About struct {
	Type        Type
	Compression Compression // of the tiles
	MinZoom     int
	MaxZoom     int
	Bounds      orb.Bound
	Center      orb.Point
	CenterZoom  int
}

// Header is the head of an archive: what it says of its tiles, and where its parts lie.
type Header struct {
	About
	Internal  Compression // of directories and metadata
	Clustered bool
	Addressed uint64 // tiles
	Entries   uint64 // stretches of equal tiles
	Contents  uint64 // different tiles

	root, metadata, leaves, tiles section
}

// section is a stretch of the archive.
type section struct{ offset, length uint64 }

// What stands at the start of every archive, and how much of it a reader takes at first.
const (
	magic       = "PMTiles"
	version     = 3
	headerBytes = 127
	headBytes   = 16384 // header and root directory must fit
)

// Refusals of an archive that cannot be read.
var (
	ErrNotPMTiles = errors.New("this is no PMTiles archive: it does not begin with PMTiles")
	ErrVersion    = errors.New("only version 3 of PMTiles can be read")
	ErrDamaged    = errors.New("the PMTiles archive is damaged or cut short")
)

func (h *Header) bytes() []byte {
	b := append(make([]byte, 0, headerBytes), magic...)
	b = append(b, version)
	for _, s := range []section{h.root, h.metadata, h.leaves, h.tiles} {
		b = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, s.offset), s.length)
	}
	for _, n := range []uint64{h.Addressed, h.Entries, h.Contents} {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	clustered := byte(0)
	if h.Clustered {
		clustered = 1
	}
	b = append(b, clustered, byte(h.Internal), byte(h.Compression), byte(h.Type), byte(h.MinZoom), byte(h.MaxZoom))
	b = appendPosition(appendPosition(b, h.Bounds.Min), h.Bounds.Max)
	return appendPosition(append(b, byte(h.CenterZoom)), h.Center)
}

// degreeUnits is how many parts of a degree a position counts.
const degreeUnits = 1e7

func appendPosition(b []byte, p orb.Point) []byte {
	for _, degrees := range p {
		b = binary.LittleEndian.AppendUint32(b, uint32(int32(math.Round(degrees*degreeUnits))))
	}
	return b
}

// readHeader reads the head of an archive of a size.
func readHeader(b []byte, size uint64) (h Header, err error) {
	if len(b) < len(magic)+1 || string(b[:len(magic)]) != magic {
		return h, ErrNotPMTiles
	}
	if b[len(magic)] != version {
		return h, fmt.Errorf("%w; this one has version %d", ErrVersion, b[len(magic)])
	}
	if len(b) < headerBytes {
		return h, ErrDamaged
	}
	number := func(at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }
	for i, s := range []*section{&h.root, &h.metadata, &h.leaves, &h.tiles} {
		s.offset, s.length = number(8+16*i), number(16+16*i)
		if s.offset > size || s.length > size-s.offset {
			return h, fmt.Errorf("%w: a part of it ends beyond its %d bytes", ErrDamaged, size)
		}
	}
	h.Addressed, h.Entries, h.Contents = number(72), number(80), number(88)
	h.Clustered, h.Internal, h.Compression, h.Type = b[96] == 1, Compression(b[97]), Compression(b[98]), Type(b[99])
	h.MinZoom, h.MaxZoom = int(b[100]), int(b[101])
	h.Bounds = orb.Bound{Min: position(b[102:]), Max: position(b[110:])}
	h.CenterZoom, h.Center = int(b[118]), position(b[119:])
	return h, nil
}

func position(b []byte) (p orb.Point) {
	for i := range p {
		p[i] = float64(int32(binary.LittleEndian.Uint32(b[4*i:]))) / degreeUnits
	}
	return p
}
