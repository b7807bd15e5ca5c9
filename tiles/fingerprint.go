package tiles

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"
)

// fingerprint tells two states of a set apart: a sum over all features, whatever the order they were read in.
func (x *index) fingerprint() (sum uint64) {
	var b []byte
	for _, l := range x.layers {
		for i := range l.ids {
			b = l.appendFeature(append(b[:0], l.name...), i)
			sum += xxhash.Sum64(b)
		}
	}
	return sum
}

// appendFeature writes all that a tile shows of a feature.
func (p *packed) appendFeature(b []byte, i int) []byte {
	b = binary.LittleEndian.AppendUint64(b, p.ids[i])
	b = append(b, p.zooms[i])
	box := p.boxes[i]
	for _, side := range [...]int32{box.minX, box.minY, box.maxX, box.maxY} {
		b = binary.LittleEndian.AppendUint32(b, uint32(side))
	}
	end := len(p.words)
	if i+1 < len(p.starts) {
		end = int(p.starts[i+1])
	}
	for _, word := range p.words[p.starts[i]:end] {
		b = binary.LittleEndian.AppendUint16(b, word)
	}
	for key := range p.fields {
		f := &p.fields[key]
		b = append(b, byte(key))
		if code := f.codes.at(uint32(i)); code > 0 {
			b = append(b, p.values.value(f.value[code-1])...)
		}
	}
	return b
}

// meets tells whether any feature of the set lies in a box.
func (x *index) meets(b box) bool {
	for _, l := range x.layers {
		if top := len(l.levels) - 2; top >= 0 && l.meets(b, top, 0) {
			return true
		}
	}
	return false
}

// meets searches one node of a level for any feature.
func (p *packed) meets(b box, level, at int) bool {
	node := p.tree[p.levels[level]+at]
	switch {
	case !node.meets(b):
		return false
	case node.within(b):
		return true
	case level > 0:
		for i := at * branches; i < min((at+1)*branches, p.levels[level]-p.levels[level-1]); i++ {
			if p.meets(b, level-1, i) {
				return true
			}
		}
		return false
	}
	for i := at * branches; i < min((at+1)*branches, len(p.boxes)); i++ {
		if p.boxes[i].meets(b) {
			return true
		}
	}
	return false
}
