package tiles

import (
	"context"
	"errors"
	"math/bits"

	"github.com/jackc/pgx/v5"
)

// index holds a whole set in memory as it was in one state of the database. It does not change.
type index struct {
	layers   []indexed
	bytes    int64
	revision int64 // of the county's map
}

type indexed struct {
	layer
	*packed
	edits *edits // since it was packed; none
}

var errTooLarge = errors.New("the set is larger than the memory for indexes")

// load reads a set, unless it turns out to be larger than a limit.
func (t *Tiles) load(ctx context.Context, set string, limit int64) (*index, error) {
	county, kind, err := SplitSet(set)
	if err != nil {
		return nil, err
	}
	x := &index{bytes: indexOverhead}
	err = pgx.BeginTxFunc(ctx, t.pool, inOneState, func(tx pgx.Tx) error {
		const revision = `SELECT coalesce(max(revision), 0) FROM map_revisions WHERE county = $1`
		if err := tx.QueryRow(ctx, revision, county).Scan(&x.revision); err != nil {
			return err
		}
		for _, r := range readings(kind, MaxZoom) {
			if err := x.add(ctx, tx, r, county, limit); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

// indexOverhead is about what an index costs beside its layers.
const indexOverhead = 4096

func (x *index) add(ctx context.Context, tx pgx.Tx, r reading, county string, limit int64) error {
	rows, err := tx.Query(ctx, r.layers[0].rows, county)
	if err != nil {
		return err
	}
	read, err := r.read(rows, fresh, func(read []*columns) error {
		size := x.bytes
		for _, c := range read {
			size += int64(len(c.words))*2 + int64(len(c.ids))*minFeatureBytes + int64(len(c.values.bytes))
		}
		if size > limit {
			return errTooLarge
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, c := range read {
		read[i] = nil
		p := pack(c)
		x.layers = append(x.layers, indexed{layer: r.layers[i], packed: p})
		x.bytes += p.size()
	}
	if x.bytes > limit {
		return errTooLarge
	}
	return nil
}

// minFeatureBytes is what a feature costs at least beside its geometry: id, zoom, box, start, clearance, and its two
// places in the order.
const minFeatureBytes = 8 + 1 + 16 + 4 + 1 + 4 + 4

// encode writes a tile.
func (x *index) encode(w *writer, zoom int) {
	for _, l := range x.layers {
		if zoom >= l.minZoom {
			l.encode(w, zoom)
		}
	}
}

// found lists the features of a layer that the tile may show, as they are drawn, without those that are gone.
func (w *writer) found(p *packed, gone []uint64, zoom int) []uint32 {
	w.order = w.order[:0]
	n := (len(p.ids) + 63) / 64
	if len(w.bits) < n {
		w.bits = make([]uint64, n)
	}
	p.search(search{w.points, uint8(zoom), w.bits})
	for i, word := range w.bits[:n] {
		if gone != nil {
			word &^= gone[i]
		}
		for ; word != 0; word &= word - 1 {
			w.order = append(w.order, p.at[i*64+bits.TrailingZeros64(word)])
		}
		w.bits[i] = 0
	}
	return w.order
}
