package tiles

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// reading is one query and the layers it gives, each of another kind if there are several.
type reading struct {
	layers []layer
}

// key is what a row says of its feature before the attributes.
type key struct {
	id   uint64
	zoom uint8  // from which it is shown
	kind []byte // the layer of a base feature
}

// keyOf reads an id, or a record of id, zoom and kind.
func keyOf(oid uint32, sent []byte) (k key, err error) {
	if oid == pgtype.Int8OID && len(sent) == 8 {
		return key{id: binary.BigEndian.Uint64(sent)}, nil
	}
	const head = 4 // how many values there are; before each stand its type and its length
	if oid != pgtype.RecordOID || len(sent) < head {
		return k, errRow
	}
	rest := sent[head:]
	for i := 0; len(rest) >= 8; i++ {
		size := int64(int32(binary.BigEndian.Uint32(rest[4:])))
		if rest = rest[8:]; size < 0 || size > int64(len(rest)) {
			return k, errRow
		}
		value := rest[:size]
		rest = rest[size:]
		switch {
		case i == 0 && size == 8:
			k.id = binary.BigEndian.Uint64(value)
		case i == 1 && size == 4:
			k.zoom = uint8(min(binary.BigEndian.Uint32(value), math.MaxUint8))
		case i == 2:
			k.kind = value
		default:
			return k, errRow
		}
	}
	return k, nil
}

// readings of a set at a zoom.
func readings(set string, zoom int) (out []reading) {
	for _, l := range layers {
		if l.set != set || zoom < l.minZoom || l.on != "" {
			continue
		}
		if n := len(out); n > 0 && out[n-1].layers[0].rows == l.rows {
			out[n-1].layers = append(out[n-1].layers, l)
			continue
		}
		out = append(out, reading{[]layer{l}})
	}
	return out
}

func (r reading) kinds() string {
	names := make([]string, len(r.layers))
	for i, l := range r.layers {
		names[i] = l.kind
	}
	return strings.Join(names, ",")
}

// inOneState reads what belongs together in one state of the database.
var inOneState = pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.RepeatableRead}

// begunInOneState begins such a transaction in a batch; after an error within, the pool gives the connection up.
const begunInOneState = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`

// readTile writes a tile from the database.
func (t *Tiles) readTile(ctx context.Context, w *writer, a address) error {
	county, kind, err := SplitSet(a.set)
	if err != nil {
		return err
	}
	asked := readings(kind, a.z)
	var batch pgx.Batch
	batch.Queue(begunInOneState) // the whole is one message there and back
	for _, r := range asked {
		args := []any{county, a.bound().ToPolygon(), a.z}
		if r.layers[0].kind != "" {
			args = append(args, r.kinds())
		}
		batch.Queue(r.layers[0].sql, args...)
	}
	batch.Queue("COMMIT")
	results := t.pool.SendBatch(ctx, &batch)
	if _, err := results.Exec(); err != nil {
		return errors.Join(err, results.Close())
	}
	for _, r := range asked {
		rows, err := results.Query()
		if err == nil {
			err = r.tile(w, rows)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("layer %s: %w", r.layers[0].name, err), results.Close())
		}
	}
	return results.Close()
}

// tile writes the layers that rows hold.
func (r reading) tile(w *writer, rows pgx.Rows) error {
	read, err := r.read(rows, w.columns, nil)
	if err != nil {
		return err
	}
	for i, c := range read {
		w.layer(r.layers[i].name, c, w.byRank(c))
	}
	return nil
}

// checkEvery is after how many rows a reading is checked.
const checkEvery = 4096

// fresh gives columns to read the n-th layer of a reading to.
func fresh(int) *columns { return new(columns) }

// columns gives those that served for another tile.
func (w *writer) columns(nth int) *columns {
	for len(w.rows) <= nth {
		w.rows = append(w.rows, new(columns))
	}
	return w.rows[nth]
}

// read takes rows apart into columns, a layer each. Now and then it checks whether to go on.
func (r reading) read(rows pgx.Rows, columnsOf func(nth int) *columns, check func(read []*columns) error) ([]*columns, error) {
	defer rows.Close()
	described := rows.FieldDescriptions()
	byKind := map[string]*columns{}
	read := make([]*columns, len(r.layers))
	for i, l := range r.layers {
		c := columnsOf(i)
		if err := c.begin(described); err != nil {
			return nil, err
		}
		read[i], byKind[l.kind] = c, c
	}
	for n := 1; rows.Next(); n++ {
		row := rows.RawValues()
		k, err := keyOf(described[rowKey].DataTypeOID, row[rowKey])
		if err != nil {
			return nil, err
		}
		into := byKind[string(k.kind)]
		if into == nil {
			continue // a kind that no layer shows
		}
		if err := into.add(k, row); err != nil {
			return nil, err
		}
		if check != nil && n%checkEvery == 0 {
			if err := check(read); err != nil {
				return nil, err
			}
		}
	}
	return read, rows.Err()
}
