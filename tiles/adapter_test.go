package tiles

import (
	"encoding/binary"
	"math"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
)

// feature is one row of a layer, as a test writes it.
type feature struct {
	id         uint64
	geometry   orb.Geometry // in degrees
	properties []any        // beside the layer's names; nil leaves one out
}

// encoder takes features by way of rows, as the database would send them, to a layer of a tile. What rounding tangled stays
// as it is, so that a polygon comes back as one.
type encoder struct {
	writer
	z, x, y int
	keys    []string
	given   *columns
	valueAt []uint32 // one for each different value
}

func newEncoder(z, x, y int, keys []string) *encoder {
	e := &encoder{z: z, x: x, y: y, keys: keys}
	e.begin(z, x, y)
	return e
}

func (e *encoder) add(f feature) {
	if e.given == nil {
		e.given = e.described(f)
	}
	row := [][]byte{nil, ewkb.MustMarshal(f.geometry, 4326, binary.LittleEndian)}
	for _, v := range f.properties {
		row = append(row, sent(v))
	}
	if err := e.given.add(key{id: f.id}, row); err != nil {
		panic(err)
	}
	e.valueAt = e.given.values.ends
}

// described are the columns for features like the first one.
func (e *encoder) described(f feature) *columns {
	fields := []pgconn.FieldDescription{{Name: "id", DataTypeOID: pgtype.Int8OID, Format: 1}, {Name: "geom", Format: 1}}
	for i, key := range e.keys {
		d := pgconn.FieldDescription{Name: key, DataTypeOID: pgtype.TextOID}
		switch f.properties[i].(type) {
		case bool:
			d.DataTypeOID, d.Format = pgtype.BoolOID, 1
		case int64:
			d.DataTypeOID, d.Format = pgtype.Int8OID, 1
		case float64:
			d.DataTypeOID, d.Format = pgtype.Float8OID, 1
		}
		fields = append(fields, d)
	}
	c, err := newColumns(fields)
	if err != nil {
		panic(err)
	}
	return c
}

// sent is a value as the database sends it.
func sent(v any) []byte {
	switch v := v.(type) {
	case string:
		return append([]byte{}, v...)
	case bool:
		if v {
			return []byte{1}
		}
		return []byte{0}
	case int64:
		return binary.BigEndian.AppendUint64(nil, uint64(v))
	case float64:
		return binary.BigEndian.AppendUint64(nil, math.Float64bits(v))
	}
	return nil
}

func (e *encoder) appendTo(tile []byte, name string) []byte {
	if e.given == nil {
		return tile
	}
	e.begin(e.z, e.x, e.y)
	e.beginLayer(name, e.given)
	for i := range uint32(len(e.given.ids)) {
		kind := e.outline(e.given, i)
		e.ink(kind)
		e.feature(e.given, i, kind)
	}
	e.endLayer(name, e.given)
	return append(tile, e.tile...)
}

// project brings degrees to the tile's units, not rounded to any grid.
func (e *encoder) project(p orb.Point) orb.Point {
	n := math.Exp2(float64(e.z))
	sin := math.Sin(p[1] * math.Pi / 180)
	x, y := (p[0]+180)/360*n, (0.5-0.25*math.Log((1+sin)/(1-sin))/math.Pi)*n
	return orb.Point{(x - float64(e.x)) * extent, (y - float64(e.y)) * extent}
}
