package tiles

import (
	"bytes"
	"hash/maphash"
	"math"
)

// dictionary numbers a layer's different values, however many attributes have them.
type dictionary struct {
	under   *dictionary // which has been numbered before and does not grow; its numbers come first
	bytes   []byte
	ends    []uint32
	slots   []uint32 // a power of two of them; a value's number and 1 stands in the first free one from its hash on
	scratch []byte   // a value that is looked up
}

var hashSeed = maphash.MakeSeed()

// fewValues is how many slots there are at least.
const fewValues = 64

func (d *dictionary) empty() {
	d.bytes, d.ends = d.bytes[:0], d.ends[:0]
	clear(d.slots)
}

// over makes a dictionary that goes on where another ended.
func over(under *dictionary) dictionary {
	found := &dictionary{bytes: under.bytes, ends: under.ends}
	size := fewValues
	for size <= 2*len(found.ends) {
		size *= 2
	}
	found.lay(size)
	return dictionary{under: found}
}

// count is how many values there are.
func (d *dictionary) count() int {
	if d.under != nil {
		return len(d.under.ends) + len(d.ends)
	}
	return len(d.ends)
}

// number finds or adds a value.
func (d *dictionary) number(value []byte) uint32 {
	if d.under != nil {
		if at := d.under.slot(value); d.under.slots[at] != 0 {
			return d.under.slots[at] - 1
		}
		return uint32(len(d.under.ends)) + d.own(value)
	}
	return d.own(value)
}

func (d *dictionary) own(value []byte) uint32 {
	if 2*len(d.ends) >= len(d.slots) {
		d.grow()
	}
	at := d.slot(value)
	if d.slots[at] == 0 {
		d.bytes = append(d.bytes, value...)
		d.ends = append(d.ends, uint32(len(d.bytes)))
		d.slots[at] = uint32(len(d.ends))
	}
	return d.slots[at] - 1
}

// slot is where a value stands, or where it would.
func (d *dictionary) slot(value []byte) int {
	mask := len(d.slots) - 1
	at := int(maphash.Bytes(hashSeed, value)) & mask
	for d.slots[at] != 0 && !bytes.Equal(d.ownValue(d.slots[at]-1), value) {
		at = (at + 1) & mask
	}
	return at
}

func (d *dictionary) grow() {
	d.lay(max(fewValues, 2*len(d.slots)))
}

func (d *dictionary) lay(size int) {
	d.slots = make([]uint32, size)
	for n := range uint32(len(d.ends)) {
		d.slots[d.slot(d.ownValue(n))] = n + 1
	}
}

func (d *dictionary) value(n uint32) []byte {
	if d.under != nil {
		before := uint32(len(d.under.ends))
		if n < before {
			return d.under.ownValue(n)
		}
		n -= before
	}
	return d.ownValue(n)
}

func (d *dictionary) ownValue(n uint32) []byte {
	if n == 0 {
		return d.bytes[:d.ends[0]]
	}
	return d.bytes[d.ends[n-1]:d.ends[n]]
}

// codes are small numbers, each in as many bytes as the largest takes.
type codes struct {
	one  []uint8
	two  []uint16
	four []uint32
}

func (c *codes) add(code uint32) {
	switch {
	case c.four != nil:
		c.four = append(c.four, code)
	case code > math.MaxUint16:
		c.four = widened[uint16, uint32](c.two, widened[uint8, uint32](c.one, nil))
		c.one, c.two, c.four = nil, nil, append(c.four, code)
	case c.two != nil:
		c.two = append(c.two, uint16(code))
	case code > math.MaxUint8:
		c.one, c.two = nil, append(widened[uint8, uint16](c.one, nil), uint16(code))
	default:
		c.one = append(c.one, uint8(code))
	}
}

func widened[From uint8 | uint16, To uint16 | uint32](from []From, to []To) []To {
	for _, v := range from {
		to = append(to, To(v))
	}
	return to
}

func (c *codes) at(i uint32) uint32 {
	switch {
	case c.one != nil:
		return uint32(c.one[i])
	case c.two != nil:
		return uint32(c.two[i])
	}
	return c.four[i]
}
