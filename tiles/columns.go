package tiles

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// columns are a layer's features by column: what an index keeps, and what the rows of one tile are read to.
type columns struct {
	ids    []uint64
	ranks  []int16 // features are drawn by rank, then by id
	zooms  []uint8 // the zoom from which a feature is shown
	boxes  []box
	starts []uint32 // in words
	words  []uint16 // geometry, see shape.go
	plain  []uint8  // up to which shift of a grid rounding leaves a polygon as it is, see clearance.go; none says that of none
	fields []field
	values dictionary

	rank  int   // where a row has its rank, or -1
	shape shape // being read
}

// field is one attribute of every feature: a code for each, 0 where it is not given.
type field struct {
	name  string
	oid   uint32
	text  bool // as the database sends it
	codes codes
	value []uint32          // of code-1, its number in the dictionary
	known map[string]uint32 // the code of what the database sent
}

// What stands before the attributes in every layer's rows, and the attribute that features are drawn by.
const (
	rowKey = iota
	rowGeometry
	rowFields

	rankField = "rank"
)

var errRow = errors.New("a layer's rows begin with key and geometry, in binary")

func newColumns(described []pgconn.FieldDescription) (*columns, error) {
	c := &columns{rank: -1}
	c.values.known = map[string]uint32{}
	for i, d := range described {
		if i < rowFields {
			if d.Format != pgtype.BinaryFormatCode {
				return nil, fmt.Errorf("column %s: %w", d.Name, errRow)
			}
			continue
		}
		if d.Name == rankField && d.DataTypeOID == pgtype.Int2OID {
			c.rank = i
		}
		text := d.Format == pgtype.TextFormatCode
		c.fields = append(c.fields, field{name: d.Name, oid: d.DataTypeOID, text: text, known: map[string]uint32{}})
	}
	return c, nil
}

// add takes a row; one without a geometry that can be drawn is left out.
func (c *columns) add(k key, row [][]byte) error {
	if len(row) != rowFields+len(c.fields) {
		return errRow
	}
	if err := c.shape.read(row[rowGeometry]); err != nil {
		return err
	}
	if len(c.shape.paths) == 0 {
		return nil
	}
	for i := range c.fields {
		code, err := c.fields[i].code(row[rowFields+i], &c.values)
		if err != nil {
			return err
		}
		c.fields[i].codes.add(code)
	}
	rank := int16(0)
	if c.rank >= 0 && len(row[c.rank]) == 2 {
		rank = int16(binary.BigEndian.Uint16(row[c.rank]))
	}
	c.ids = append(c.ids, k.id)
	c.ranks = append(c.ranks, rank)
	c.zooms = append(c.zooms, k.zoom)
	c.boxes = append(c.boxes, c.shape.box)
	c.starts = append(c.starts, uint32(len(c.words)))
	c.words = c.shape.appendTo(c.words)
	return nil
}

// code finds or adds what the database sent; NULL, false and the empty string are not given.
func (f *field) code(sent []byte, values *dictionary) (uint32, error) {
	if sent == nil {
		return 0, nil
	}
	if code, known := f.known[string(sent)]; known {
		return code, nil
	}
	value, err := f.wire(sent)
	if err != nil {
		return 0, fmt.Errorf("attribute %s: %w", f.name, err)
	}
	var code uint32
	if value != nil {
		f.value = append(f.value, values.number(value))
		code = uint32(len(f.value))
	}
	f.known[string(sent)] = code
	return code, nil
}

// wire is a value as a tile holds it.
func (f *field) wire(sent []byte) ([]byte, error) {
	if f.text && f.oid != pgtype.TextOID && f.oid != pgtype.VarcharOID {
		return nil, fmt.Errorf("type %d came as text", f.oid)
	}
	switch {
	case f.oid == pgtype.TextOID || f.oid == pgtype.VarcharOID:
		if len(sent) == 0 {
			return nil, nil
		}
		return appendBytes(nil, valueString, sent), nil
	case f.oid == pgtype.BoolOID && len(sent) == 1:
		if sent[0] == 0 {
			return nil, nil
		}
		return []byte{valueBool, 1}, nil
	case f.oid == pgtype.Int2OID && len(sent) == 2:
		return wireInt(int64(int16(binary.BigEndian.Uint16(sent)))), nil
	case f.oid == pgtype.Int4OID && len(sent) == 4:
		return wireInt(int64(int32(binary.BigEndian.Uint32(sent)))), nil
	case f.oid == pgtype.Int8OID && len(sent) == 8:
		return wireInt(int64(binary.BigEndian.Uint64(sent))), nil
	case f.oid == pgtype.Float4OID && len(sent) == 4:
		return wireDouble(float64(math.Float32frombits(binary.BigEndian.Uint32(sent)))), nil
	case f.oid == pgtype.Float8OID && len(sent) == 8:
		return wireDouble(math.Float64frombits(binary.BigEndian.Uint64(sent))), nil
	}
	return nil, fmt.Errorf("no tile holds values of type %d", f.oid)
}

func wireInt(v int64) []byte { return binary.AppendUvarint([]byte{valueInt}, uint64(v)) }

func wireDouble(v float64) []byte {
	return binary.LittleEndian.AppendUint64([]byte{valueDouble}, math.Float64bits(v))
}

// dictionary numbers a layer's different values, however many attributes have them.
type dictionary struct {
	bytes []byte
	ends  []uint32
	known map[string]uint32
}

func (d *dictionary) number(value []byte) uint32 {
	n, known := d.known[string(value)]
	if !known {
		n = uint32(len(d.ends))
		d.bytes = append(d.bytes, value...)
		d.ends = append(d.ends, uint32(len(d.bytes)))
		d.known[string(value)] = n
	}
	return n
}

func (d *dictionary) value(n uint32) []byte {
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

// compare orders two features as they are drawn.
func (c *columns) compare(i, j uint32) int {
	return cmp.Or(cmp.Compare(c.ranks[i], c.ranks[j]), cmp.Compare(c.ids[i], c.ids[j]))
}
