package tiles

import (
	"bytes"
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
	value []uint32 // of code-1, its number in the dictionary
	known []uint32 // the code of a number in the dictionary, or 0

	last     []byte // that the database sent, and its code: neighbours are often alike
	lastCode uint32
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
	c := &columns{}
	return c, c.begin(described)
}

// begin empties the columns for rows as they are described.
func (c *columns) begin(described []pgconn.FieldDescription) error {
	c.ids, c.ranks, c.zooms, c.boxes, c.starts, c.words = c.ids[:0], c.ranks[:0], c.zooms[:0], c.boxes[:0], c.starts[:0], c.words[:0]
	c.rank = -1
	c.values.empty()
	before := c.fields
	c.fields = c.fields[:0]
	for i, d := range described {
		if i < rowFields {
			if d.Format != pgtype.BinaryFormatCode {
				return fmt.Errorf("column %s: %w", d.Name, errRow)
			}
			continue
		}
		if d.Name == rankField && d.DataTypeOID == pgtype.Int2OID {
			c.rank = i
		}
		f := field{name: d.Name, oid: d.DataTypeOID, text: d.Format == pgtype.TextFormatCode}
		if n := len(c.fields); n < len(before) { // its memory serves again
			f.codes, f.value, f.known, f.last = codes{one: before[n].codes.one[:0]}, before[n].value[:0], before[n].known[:0], before[n].last[:0]
		}
		c.fields = append(c.fields, f)
	}
	return nil
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
	if len(sent) == 0 {
		return 0, nil
	}
	if bytes.Equal(sent, f.last) {
		return f.lastCode, nil
	}
	f.last = append(f.last[:0], sent...)
	f.lastCode = 0
	value, err := f.appendWire(values.scratch[:0], sent)
	if err != nil {
		return 0, fmt.Errorf("attribute %s: %w", f.name, err)
	}
	values.scratch = value
	if len(value) == 0 {
		return 0, nil
	}
	f.lastCode = f.codeOf(value, values)
	return f.lastCode, nil
}

// codeOf finds or adds a value as a tile holds it.
func (f *field) codeOf(value []byte, values *dictionary) uint32 {
	n := int(values.number(value))
	for len(f.known) <= n {
		f.known = append(f.known, 0)
	}
	if f.known[n] == 0 {
		f.value = append(f.value, uint32(n))
		f.known[n] = uint32(len(f.value))
	}
	return f.known[n]
}

// appendWire writes a value as a tile holds it.
func (f *field) appendWire(to, sent []byte) ([]byte, error) {
	switch {
	case f.oid == pgtype.TextOID || f.oid == pgtype.VarcharOID:
		if len(sent) == 0 {
			return to, nil
		}
		return appendBytes(to, valueString, sent), nil
	case f.text:
		return nil, fmt.Errorf("type %d came as text", f.oid)
	case f.oid == pgtype.BoolOID && len(sent) == 1:
		if sent[0] == 0 {
			return to, nil
		}
		return append(to, valueBool, 1), nil
	case f.oid == pgtype.Int2OID && len(sent) == 2:
		return appendInt(to, int64(int16(binary.BigEndian.Uint16(sent)))), nil
	case f.oid == pgtype.Int4OID && len(sent) == 4:
		return appendInt(to, int64(int32(binary.BigEndian.Uint32(sent)))), nil
	case f.oid == pgtype.Int8OID && len(sent) == 8:
		return appendInt(to, int64(binary.BigEndian.Uint64(sent))), nil
	case f.oid == pgtype.Float4OID && len(sent) == 4:
		return appendDouble(to, float64(math.Float32frombits(binary.BigEndian.Uint32(sent)))), nil
	case f.oid == pgtype.Float8OID && len(sent) == 8:
		return appendDouble(to, math.Float64frombits(binary.BigEndian.Uint64(sent))), nil
	}
	return nil, fmt.Errorf("no tile holds values of type %d", f.oid)
}

func appendInt(to []byte, v int64) []byte {
	return binary.AppendUvarint(append(to, valueInt), uint64(v))
}

func appendDouble(to []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(append(to, valueDouble), math.Float64bits(v))
}

// compare orders two features as they are drawn.
func (c *columns) compare(i, j uint32) int {
	if c.ranks[i] != c.ranks[j] {
		return cmp.Compare(c.ranks[i], c.ranks[j])
	}
	return cmp.Compare(c.ids[i], c.ids[j])
}
