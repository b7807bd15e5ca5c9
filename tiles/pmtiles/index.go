package pmtiles

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"maps"
)

// ErrOrder refuses a tile that does not come after the ones before it.
var ErrOrder = errors.New("tiles are written in the order of their IDs, each once")

// sum is by what equal tiles are known.
type sum [16]byte

func sumOf(tile []byte) (s sum) {
	whole := sha256.Sum256(tile)
	copy(s[:], whole[:])
	return s
}

// contents is what was written of an archive so far: its entries, and where each different tile lies.
type contents struct {
	entries   []entry
	known     map[sum]entry
	addressed uint64
	length    uint64    // of all tiles
	whole     hash.Hash // of all tiles and where they lie
}

func newContents() contents { return contents{known: map[sum]entry{}, whole: sha256.New()} }

// next is the ID from which on tiles may be added.
func (c *contents) next() uint64 {
	if n := len(c.entries); n > 0 {
		return c.entries[n-1].id + uint64(c.entries[n-1].run)
	}
	return 0
}

// add enters a tile and tells whether its bytes are new and must be written, at the end of the others.
func (c *contents) add(id uint64, s sum, length int) (isNew bool, err error) {
	if id < c.next() {
		return false, fmt.Errorf("%w: %d comes after %d", ErrOrder, id, c.next()-1)
	}
	e, there := c.known[s]
	if !there {
		e = entry{offset: c.length, length: uint32(length), run: 1}
		c.known[s] = e
		c.length += uint64(length)
	}
	c.addressed++
	c.whole.Write(append(binary.LittleEndian.AppendUint64(nil, id), s[:]...))
	if n := len(c.entries); n > 0 && c.next() == id && c.entries[n-1].offset == e.offset {
		c.entries[n-1].run++
		return !there, nil
	}
	e.id = id
	c.entries = append(c.entries, e)
	return !there, nil
}

// finish lays directories and metadata out around the tiles, which begin at an offset, or after the rest where that is 0.
type finish struct {
	root, metadata, leaves []byte
	header                 Header
}

// ContentKey is under what the metadata name the archive's content: a sum of its tiles and where they lie. Archives of equal
// content have equal sums.
const ContentKey = "content"

var errEmpty = errors.New("an archive holds one tile at least")

func (c *contents) finish(about About, metadata map[string]any, tilesAt uint64) (f finish, err error) {
	if len(c.entries) == 0 {
		return f, errEmpty
	}
	metadata = maps.Clone(metadata)
	if metadata == nil {
		metadata = map[string]any{}
	}
	metadata[ContentKey] = hex.EncodeToString(c.whole.Sum(nil)[:16])
	text, err := json.Marshal(metadata)
	if err != nil {
		return f, err
	}
	if f.metadata, err = packed(text); err != nil {
		return f, err
	}
	if f.root, f.leaves, err = directories(c.entries, headBytes-headerBytes); err != nil {
		return f, err
	}
	h := Header{About: about, Internal: Gzip, Clustered: true, Addressed: c.addressed, Entries: uint64(len(c.entries)),
		Contents: uint64(len(c.known))}
	h.root = section{headerBytes, uint64(len(f.root))}
	rest := headerBytes + h.root.length
	if tilesAt > 0 {
		rest = tilesAt + c.length
	}
	h.metadata = section{rest, uint64(len(f.metadata))}
	h.leaves = section{rest + h.metadata.length, uint64(len(f.leaves))}
	if tilesAt == 0 {
		tilesAt = h.leaves.offset + h.leaves.length
	}
	h.tiles = section{tilesAt, c.length}
	f.header = h
	return f, nil
}
