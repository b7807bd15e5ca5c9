package tiles

import (
	"encoding/binary"
	"slices"
	"sync"
)

// The tile's own coordinates: extent units a side, buffer units beyond each edge. A surface that reaches no further than wholeBuffer
// is not cut: a client that names it puts the name on the same place in both tiles, and shows it in the one where that place is.
const (
	extentBits  = 12
	extent      = 1 << extentBits
	buffer      = 64
	pointBuffer = 128
	wholeBuffer = extent / 4
)

// The wire's field numbers (vector_tile.proto, specification 2.1).
const (
	tileLayers = 3<<3 | 2

	layerName, layerFeatures, layerKeys, layerValues, layerExtent, layerVersion = 1<<3 | 2, 2<<3 | 2, 3<<3 | 2, 4<<3 | 2, 5 << 3, 15 << 3

	featureID, featureTags, featureType, featureGeometry = 1 << 3, 2<<3 | 2, 3 << 3, 4<<3 | 2

	valueString, valueDouble, valueInt, valueBool = 1<<3 | 2, 3<<3 | 1, 4 << 3, 7 << 3

	moveTo, lineTo, closePath = 1, 2, 7
)

// writer writes tiles, one after another, over buffers that it keeps.
type writer struct {
	pen
	seams
	tile     []byte
	features []byte
	tags     []byte
	numbers  []uint32 // of a dictionary's number, 1 and the number in this layer; 0 if it has none yet
	used     []uint32 // the dictionary's numbers in the order of the layer's
	order    []uint32
	later    []uint32 // of those that came since the layer was packed
	bits     []uint64
	rows     []*columns // where a tile's rows are read to
	only     string     // the one attribute to be written; all if empty
}

var writers = sync.Pool{New: func() any { return new(writer) }}

// begin starts a tile.
func (w *writer) begin(z, x, y int) {
	w.lay(z, x, y)
	w.tile = w.tile[:0]
}

// layer writes some features of the columns, in their order, as one layer; a layer without features is left out.
func (w *writer) layer(name string, c *columns, order []uint32) {
	w.beginLayer(name, c)
	for _, i := range order {
		w.write(c, i)
	}
	w.endLayer(name, c)
	marks, ok := w.marked(name)
	if !ok {
		return
	}
	w.only = markField
	w.beginLayer(marks.name, c)
	for _, i := range order {
		w.mark(c, i)
	}
	w.endLayer(marks.name, c)
	w.only = ""
}

func (w *writer) beginLayer(name string, c *columns) {
	w.features = w.features[:0]
	w.join(name)
	if n := c.values.count(); len(w.numbers) < n {
		w.numbers = make([]uint32, n)
	}
}

// write draws a feature, or gathers it to be drawn at the layer's end.
func (w *writer) write(c *columns, i uint32) {
	if w.gathers {
		w.gather(c, i)
		return
	}
	w.feature(c, i, w.draw(c, i))
}

// feature writes the one whose commands were drawn, unless there are none.
func (w *writer) feature(c *columns, i uint32, kind byte) {
	if len(w.geometry) == 0 {
		return
	}
	tags := w.tags[:0]
	key := byte(0)
	for k := range c.fields {
		f := &c.fields[k]
		if w.leavesOut(f) {
			continue
		}
		key++
		code := f.codes.at(i)
		if code == 0 {
			continue
		}
		n := f.value[code-1]
		if w.numbers[n] == 0 {
			w.used = append(w.used, n)
			w.numbers[n] = uint32(len(w.used))
		}
		tags = appendVarint(append(tags, key-1), w.numbers[n]-1)
	}
	w.tags = tags
	id := c.ids[i]
	size := 1 + varintLen(id) + 2
	if len(tags) > 0 {
		size += 1 + varintLen(uint64(len(tags))) + len(tags)
	}
	size += 1 + varintLen(uint64(len(w.geometry))) + len(w.geometry)
	b := appendVarint(append(w.features, layerFeatures), uint32(size))
	b = binary.AppendUvarint(append(b, featureID), id)
	if len(tags) > 0 {
		b = append(appendVarint(append(b, featureTags), uint32(len(tags))), tags...)
	}
	b = append(b, featureType, kind)
	w.features = append(appendVarint(append(b, featureGeometry), uint32(len(w.geometry))), w.geometry...)
}

// endLayer puts the features, the names and the values they use into the tile.
func (w *writer) endLayer(name string, c *columns) {
	w.drawGathered()
	if len(w.features) == 0 {
		return
	}
	size := bytesLen(len(name)) + len(w.features) + 1 + varintLen(extent) + 2
	for i := range c.fields {
		if !w.leavesOut(&c.fields[i]) {
			size += bytesLen(len(c.fields[i].name))
		}
	}
	for _, n := range w.used {
		size += bytesLen(len(c.values.value(n)))
	}
	b := slices.Grow(w.tile, size+1+binary.MaxVarintLen64)
	b = binary.AppendUvarint(append(b, tileLayers), uint64(size))
	b = appendBytes(b, layerName, name)
	b = append(b, w.features...)
	for i := range c.fields {
		if !w.leavesOut(&c.fields[i]) {
			b = appendBytes(b, layerKeys, c.fields[i].name)
		}
	}
	for _, n := range w.used {
		b = appendBytes(b, layerValues, c.values.value(n))
	}
	b = binary.AppendUvarint(append(b, layerExtent), extent)
	w.tile = append(b, layerVersion, 2)
	for _, n := range w.used {
		w.numbers[n] = 0
	}
	w.used = w.used[:0]
}

// leavesOut tells which attributes are not written.
func (w *writer) leavesOut(f *field) bool { return w.only != "" && f.name != w.only }

// byRank sorts all of the columns' features as they are drawn: by rank, then by id.
func (w *writer) byRank(c *columns) []uint32 {
	w.order = w.order[:0]
	for i := range c.ids {
		w.order = append(w.order, uint32(i))
	}
	slices.SortFunc(w.order, c.compare)
	return w.order
}

func appendBytes[T ~string | ~[]byte](to []byte, field byte, b T) []byte {
	to = binary.AppendUvarint(append(to, field), uint64(len(b)))
	return append(to, b...)
}

// bytesLen is how many bytes appendBytes appends.
func bytesLen(n int) int { return 1 + varintLen(uint64(n)) + n }

func varintLen(v uint64) int {
	n := 1
	for v >= 0x80 {
		v >>= 7
		n++
	}
	return n
}
