package pmtiles

import (
	"fmt"
	"io"
	"iter"
)

// Reader reads an archive. Several may use it at once.
type Reader struct {
	Header
	from io.ReaderAt
	root []entry
}

// NewReader begins to read an archive of size bytes.
func NewReader(from io.ReaderAt, size int64) (*Reader, error) {
	head := make([]byte, min(headerBytes, size))
	if _, err := from.ReadAt(head, 0); err != nil && len(head) > 0 {
		return nil, fmt.Errorf("read the archive's header: %w", err)
	}
	h, err := readHeader(head, uint64(size))
	if err != nil {
		return nil, err
	}
	r := &Reader{Header: h, from: from}
	r.root, err = r.directory(h.root)
	return r, err
}

// Metadata is the archive's own JSON object.
func (r *Reader) Metadata() ([]byte, error) {
	if r.metadata.length == 0 {
		return []byte("{}"), nil
	}
	b, err := r.read(r.metadata)
	if err != nil {
		return nil, err
	}
	return unpacked(b, r.Internal)
}

// Tile is a tile as it is kept; nil if there is none.
func (r *Reader) Tile(z, x, y int) ([]byte, error) {
	id, err := ID(z, x, y)
	if err != nil {
		return nil, err
	}
	entries := r.root
	for range maxDepth {
		e, there := find(entries, id)
		if !there {
			return nil, nil
		}
		if e.run > 0 {
			return r.tile(e)
		}
		if entries, err = r.leaf(e); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: directories lie more than %d deep", ErrDamaged, maxDepth)
}

// maxDepth is how many directories lead to a tile; the format discourages more than two.
const maxDepth = 4

// Tiles goes through all tiles in the order of their IDs. It ends after the first error.
func (r *Reader) Tiles() iter.Seq2[Tile, error] {
	return func(yield func(Tile, error) bool) { r.walk(r.root, 1, yield) }
}

// Tile is a tile with the ID that tells where it lies.
type Tile struct {
	ID    uint64
	Bytes []byte
}

func (r *Reader) walk(entries []entry, depth int, yield func(Tile, error) bool) bool {
	fail := func(err error) bool {
		yield(Tile{}, err)
		return false
	}
	if depth > maxDepth {
		return fail(fmt.Errorf("%w: directories lie more than %d deep", ErrDamaged, maxDepth))
	}
	for _, e := range entries {
		if e.run == 0 {
			below, err := r.leaf(e)
			if err != nil {
				return fail(err)
			}
			if !r.walk(below, depth+1, yield) {
				return false
			}
			continue
		}
		b, err := r.tile(e)
		if err != nil {
			return fail(err)
		}
		for i := range uint64(e.run) {
			if !yield(Tile{e.id + i, b}, nil) {
				return false
			}
		}
	}
	return true
}

func (r *Reader) tile(e entry) ([]byte, error) { return r.within(r.tiles, e) }

func (r *Reader) leaf(e entry) ([]entry, error) {
	b, err := r.within(r.leaves, e)
	if err != nil {
		return nil, err
	}
	return unpackedDirectory(b, r.Internal)
}

func (r *Reader) directory(s section) ([]entry, error) {
	b, err := r.read(s)
	if err != nil {
		return nil, err
	}
	return unpackedDirectory(b, r.Internal)
}

func unpackedDirectory(b []byte, how Compression) ([]entry, error) {
	b, err := unpacked(b, how)
	if err != nil {
		return nil, err
	}
	return readDirectory(b)
}

// within reads what an entry names of a part of the archive.
func (r *Reader) within(s section, e entry) ([]byte, error) {
	if e.offset > s.length || uint64(e.length) > s.length-e.offset {
		return nil, fmt.Errorf("%w: an entry ends beyond its part", ErrDamaged)
	}
	return r.read(section{s.offset + e.offset, uint64(e.length)})
}

func (r *Reader) read(s section) ([]byte, error) {
	b := make([]byte, s.length)
	if _, err := r.from.ReadAt(b, int64(s.offset)); err != nil {
		return nil, fmt.Errorf("read %d bytes of the archive from %d: %w", s.length, s.offset, err)
	}
	return b, nil
}
