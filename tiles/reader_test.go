package tiles

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// A strict reader of tiles: it takes what version 2.1 of the specification allows and nothing else, where the readers of
// browsers let pass what they can draw.

type readTile struct{ layers []readLayer }

type readLayer struct {
	name     string
	extent   uint64
	features []readFeature
	keys     int
	values   int
}

type readFeature struct {
	id    uint64
	kind  uint64
	paths [][]pixel // of polygons without the vertex that closes them
}

// field of a message, with its bytes or its number.
type wireField struct {
	number uint64
	kind   byte
	bytes  []byte
	value  uint64
}

const wireVarint, wireFixed64, wireBytes, wireFixed32 = 0, 1, 2, 5

var errWire = errors.New("the message ends early or is none")

func varint(b []byte) (uint64, []byte, error) {
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, nil, errWire
	}
	return v, b[n:], nil
}

// fieldsOf takes a message apart.
func fieldsOf(b []byte) (out []wireField, err error) {
	for len(b) > 0 {
		var f wireField
		if f.value, b, err = varint(b); err != nil {
			return nil, err
		}
		f.number, f.kind = f.value>>3, byte(f.value&7)
		size := uint64(0)
		switch f.kind {
		case wireVarint:
			f.value, b, err = varint(b)
		case wireFixed64:
			size = 8
		case wireFixed32:
			size = 4
		case wireBytes:
			size, b, err = varint(b)
		default:
			err = errWire
		}
		if err == nil && size > uint64(len(b)) {
			err = errWire
		}
		if err != nil {
			return nil, err
		}
		f.bytes, b = b[:size], b[size:]
		out = append(out, f)
	}
	return out, nil
}

// numbersOf reads packed numbers.
func numbersOf(b []byte) (out []uint64, err error) {
	for len(b) > 0 {
		var v uint64
		if v, b, err = varint(b); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// wants tells which fields a message may hold, and in what form.
func wants(what string, fields []wireField, forms map[uint64]byte, once ...uint64) error {
	count := map[uint64]int{}
	for _, f := range fields {
		if form, known := forms[f.number]; !known || form != f.kind {
			return fmt.Errorf("a %s has a field %d of form %d", what, f.number, f.kind)
		}
		count[f.number]++
	}
	for _, number := range once {
		if count[number] != 1 {
			return fmt.Errorf("a %s has field %d %d times", what, number, count[number])
		}
	}
	return nil
}

func strictly(b []byte) (t readTile, err error) {
	fields, err := fieldsOf(b)
	if err == nil {
		err = wants("tile", fields, map[uint64]byte{3: wireBytes})
	}
	for i := 0; i < len(fields) && err == nil; i++ {
		var l readLayer
		l, err = layerOf(fields[i].bytes)
		if slices.ContainsFunc(t.layers, func(o readLayer) bool { return o.name == l.name }) {
			err = errors.Join(err, fmt.Errorf("there are two layers %q", l.name))
		}
		t.layers = append(t.layers, l)
	}
	return t, err
}

func layerOf(b []byte) (l readLayer, err error) {
	l.extent = extent
	fields, err := fieldsOf(b)
	if err == nil {
		err = wants("layer", fields, map[uint64]byte{1: wireBytes, 2: wireBytes, 3: wireBytes, 4: wireBytes, 5: wireVarint, 15: wireVarint}, 1, 15)
	}
	for i := 0; i < len(fields) && err == nil; i++ {
		switch f := fields[i]; f.number {
		case 1:
			l.name = string(f.bytes)
		case 3:
			l.keys++
		case 4:
			l.values++
			err = valueOf(f.bytes)
		case 5:
			l.extent = f.value
		case 15:
			if f.value != 1 && f.value != 2 {
				err = fmt.Errorf("a layer has version %d", f.value)
			}
		}
	}
	if err == nil && l.name == "" {
		err = errors.New("a layer has no name")
	}
	for i := 0; i < len(fields) && err == nil; i++ {
		if fields[i].number == 2 {
			var f readFeature
			f, err = featureOf(fields[i].bytes, l)
			l.features = append(l.features, f)
		}
	}
	return l, err
}

func valueOf(b []byte) error {
	fields, err := fieldsOf(b)
	if err == nil {
		err = wants("value", fields, map[uint64]byte{1: wireBytes, 2: wireFixed32, 3: wireFixed64, 4: wireVarint, 5: wireVarint, 6: wireVarint, 7: wireVarint})
	}
	if err == nil && len(fields) != 1 {
		err = fmt.Errorf("a value is of %d kinds", len(fields))
	}
	return err
}

func featureOf(b []byte, l readLayer) (f readFeature, err error) {
	fields, err := fieldsOf(b)
	if err == nil {
		err = wants("feature", fields, map[uint64]byte{1: wireVarint, 2: wireBytes, 3: wireVarint, 4: wireBytes}, 3, 4)
	}
	if err != nil {
		return f, err
	}
	var tags, commands []uint64
	for _, field := range fields {
		switch field.number {
		case 1:
			f.id = field.value
		case 2:
			tags, err = numbersOf(field.bytes)
		case 3:
			f.kind = field.value
		case 4:
			commands, err = numbersOf(field.bytes)
		}
		if err != nil {
			return f, err
		}
	}
	if len(tags)%2 != 0 || f.kind > typePolygon || len(commands) == 0 {
		return f, fmt.Errorf("feature %d of kind %d has %d tags and %d commands", f.id, f.kind, len(tags), len(commands))
	}
	for i, n := range tags {
		if most := [2]int{l.keys, l.values}[i%2]; n >= uint64(most) {
			return f, fmt.Errorf("a tag of feature %d points to %d of %d", f.id, n, most)
		}
	}
	if f.kind > 0 { // of an unknown kind nobody knows what the commands mean
		f.paths, err = pathsOf(commands, f.kind)
	}
	return f, err
}

// pathsOf follows the commands of a geometry.
func pathsOf(commands []uint64, kind uint64) (paths [][]pixel, err error) {
	var at pixel
	drawing := false // a line was begun that nothing follows yet
	for len(commands) > 0 {
		command, count := commands[0]&7, commands[0]>>3
		commands = commands[1:]
		points := kind == typePoint
		switch {
		case command == closePath && kind == typePolygon && count == 1 && drawing && len(paths[len(paths)-1]) >= 3:
			drawing = false
			continue
		case command == moveTo && !drawing && count > 0 && (count == 1 || points && len(paths) == 0) && (!points || len(paths) == 0):
			paths, drawing = append(paths, nil), !points
		case command == lineTo && drawing && count > 0 && len(paths[len(paths)-1]) == 1:
		default:
			return nil, fmt.Errorf("command %d, %d times, out of its place", command, count)
		}
		if count > uint64(len(commands)/2) {
			return nil, fmt.Errorf("of %d vertices %d are there", count, len(commands)/2)
		}
		last := &paths[len(paths)-1]
		for range count {
			dx, dy := unzigzag(commands[0]), unzigzag(commands[1])
			at, commands = pixel{at.x + dx, at.y + dy}, commands[2:]
			if command == lineTo && dx == 0 && dy == 0 {
				return nil, errors.New("a line leads to where it is")
			}
			*last = append(*last, at)
		}
		if kind == typeLine && command == lineTo {
			drawing = false
		}
	}
	if drawing {
		return nil, errors.New("a line or a ring is left open")
	}
	return paths, nil
}

func unzigzag(v uint64) int32 { return int32(uint32(v)>>1) ^ -int32(v&1) }
