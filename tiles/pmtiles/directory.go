package pmtiles

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/gzip"
)

// entry says where the tiles from an ID on lie; a run of 0 is a leaf directory that begins with that ID.
type entry struct {
	id     uint64
	offset uint64 // from where the tiles, or the leaf directories, begin
	length uint32
	run    uint32
}

// appendDirectory writes entries column by column: ids as steps, runs, lengths, and offsets, 0 for those that follow the one
// before.
func appendDirectory(b []byte, entries []entry) []byte {
	b = binary.AppendUvarint(b, uint64(len(entries)))
	before := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.id-before)
		before = e.id
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.run))
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+uint64(entries[i-1].length) {
			b = append(b, 0)
		} else {
			b = binary.AppendUvarint(b, e.offset+1)
		}
	}
	return b
}

// minEntryBytes is what an entry takes at least, so that a directory cannot claim more entries than it has.
const minEntryBytes = 4

// readDirectory reads what appendDirectory writes. Entries must be in the order of their IDs and have a length.
func readDirectory(b []byte) ([]entry, error) {
	bad := false
	next := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			bad, b = true, nil
			return 0
		}
		b = b[n:]
		return v
	}
	count := next()
	if count > uint64(len(b))/minEntryBytes {
		return nil, fmt.Errorf("%w: a directory claims %d entries in %d bytes", ErrDamaged, count, len(b))
	}
	entries := make([]entry, count)
	id := uint64(0)
	for i := range entries {
		step := next()
		bad = bad || i > 0 && step == 0 || id+step < id
		id += step
		entries[i].id = id
	}
	for i := range entries {
		run := next()
		bad = bad || run > 1<<32-1
		entries[i].run = uint32(run)
	}
	for i := range entries {
		length := next()
		bad = bad || length == 0 || length > 1<<32-1
		entries[i].length = uint32(length)
	}
	for i := range entries {
		offset := next()
		switch {
		case offset > 0:
			entries[i].offset = offset - 1
		case i > 0:
			entries[i].offset = entries[i-1].offset + uint64(entries[i-1].length)
		default:
			bad = true
		}
	}
	if bad || len(b) > 0 {
		return nil, fmt.Errorf("%w: a directory does not read", ErrDamaged)
	}
	return entries, nil
}

// find is the entry that a tile lies in, or the leaf directory in which it might.
func find(entries []entry, id uint64) (entry, bool) {
	i, there := slices.BinarySearchFunc(entries, id, func(e entry, id uint64) int {
		switch {
		case e.id < id:
			return -1
		case e.id > id:
			return 1
		}
		return 0
	})
	if !there {
		if i--; i < 0 {
			return entry{}, false
		}
	}
	e := entries[i]
	return e, e.run == 0 || id-e.id < uint64(e.run)
}

// directories packs entries into a root and leaves so that the root has at most a number of bytes.
func directories(entries []entry, limit int) (root, leaves []byte, err error) {
	if root, err = packed(appendDirectory(nil, entries)); err != nil || len(root) <= limit {
		return root, nil, err
	}
	for size := firstLeaf; ; size *= 2 {
		var above []entry
		leaves = leaves[:0]
		for part := range slices.Chunk(entries, size) {
			leaf, err := packed(appendDirectory(nil, part))
			if err != nil {
				return nil, nil, err
			}
			above = append(above, entry{id: part[0].id, offset: uint64(len(leaves)), length: uint32(len(leaf))})
			leaves = append(leaves, leaf...)
		}
		if root, err = packed(appendDirectory(nil, above)); err != nil || len(root) <= limit {
			return root, leaves, err
		}
	}
}

// firstLeaf is how many entries a leaf directory holds, unless the root then grows too large.
const firstLeaf = 4096

func packed(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

// maxUnpacked bounds what a directory or the metadata may unpack to.
const maxUnpacked = 64 << 20

func unpacked(b []byte, how Compression) ([]byte, error) {
	switch how {
	case None:
		return b, nil
	case Gzip:
		r, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		out, err := io.ReadAll(io.LimitReader(r, maxUnpacked+1))
		if err != nil || len(out) > maxUnpacked {
			return nil, fmt.Errorf("%w: a directory or the metadata does not unpack (%v)", ErrDamaged, err)
		}
		return out, nil
	}
	return nil, fmt.Errorf("directories packed by method %d cannot be read; only none and gzip can", how)
}
