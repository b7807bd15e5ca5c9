package tiles

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// catchUp brings what is kept of a county to its revision in the database. The indexes come first, so that a tile that is
// built after it was dropped is of now.
func (t *Tiles) catchUp(ctx context.Context, county string) error {
	t.catching.Lock()
	defer t.catching.Unlock()
	known, states := t.indexes.of(county)
	var n news
	var sets []advanced
	patches := make([][]patch, len(states))
	err := pgx.BeginTxFunc(ctx, t.pool, inOneState, func(tx pgx.Tx) (err error) {
		if n, err = readNews(ctx, tx, county, oldest(known, states)); err != nil || n.lost(known) {
			return err
		}
		for i, s := range states {
			a, exact, err := s.advance(ctx, tx, county, n)
			if err != nil {
				return fmt.Errorf("bring %s to revision %d: %w", s.set, n.revision, err)
			}
			if patches[i] = exact; !s.exact {
				patches[i] = n.patches(s.set, known)
			}
			sets = append(sets, a)
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case n.lost(known):
		t.startAnew(county, n.revision)
		return nil
	}
	t.indexes.advance(county, n.revision, sets)
	for _, d := range n.changed {
		if d.Revision > known {
			t.packages.change(county, d.box())
		}
	}
	for i, s := range states {
		t.cache.drop(s.set, patches[i])
	}
	t.repack(ctx, sets)
	return nil
}

// oldest is the revision from which on there is something to catch up with.
func oldest(known int64, sets []heldSet) int64 {
	for _, s := range sets {
		if s.index != nil {
			known = min(known, s.index.revision)
		}
	}
	return known
}

// startAnew drops what is kept of a county.
func (t *Tiles) startAnew(county string, revision int64) {
	t.indexes.forgetCounty(county, revision)
	t.packages.change(county, nil)
	for _, kind := range []string{"base", "census"} {
		t.cache.drop(county+"-"+kind, []patch{{box: everywhere}})
	}
}

// advance brings a set to the news, and tells exactly what was and is of what changed.
func (s heldSet) advance(ctx context.Context, tx pgx.Tx, county string, n news) (a advanced, exact []patch, err error) {
	a = advanced{set: s.set, was: s.index}
	if s.index == nil {
		return a, nil, nil
	}
	ids := map[string][]uint64{}
	for _, d := range n.changed {
		switch {
		case d.Revision <= s.index.revision || !d.in(s.set):
		case d.ID == nil:
			place := d.box()
			a.bulk = append(a.bulk, place)
			if place == nil {
				place = &everywhere
			}
			exact = append(exact, patch{box: *place})
		case !slices.Contains(ids[d.Layer], uint64(*d.ID)):
			ids[d.Layer] = append(ids[d.Layer], uint64(*d.ID))
		}
	}
	is := *s.index
	is.revision = n.revision
	is.layers = slices.Clone(is.layers)
	for i, l := range is.layers {
		if len(ids[l.of]) == 0 {
			continue
		}
		now, err := l.reread(ctx, tx, county, ids[l.of])
		if err != nil {
			return a, nil, err
		}
		var patches []patch
		before := l.size()
		is.layers[i], patches = l.edited(now)
		is.bytes += is.layers[i].size() - before
		exact = append(exact, patches...)
	}
	a.is = &is
	return a, exact, nil
}

// reread reads features of a layer as they are now.
func (l layer) reread(ctx context.Context, tx pgx.Tx, county string, ids []uint64) (renewal, error) {
	sql := l.rows + byCode
	if l.of == "buildings" {
		sql = l.rows + byID
	}
	asked := make([]int64, len(ids))
	for i, id := range ids {
		asked[i] = int64(id)
	}
	rows, err := tx.Query(ctx, sql, county, asked)
	if err != nil {
		return renewal{}, err
	}
	read, err := reading{[]layer{l}}.read(rows, fresh, nil)
	if err != nil {
		return renewal{}, err
	}
	return renewal{ids, read[0]}, nil
}

// repackAfter is after how many changes a layer is packed anew.
const repackAfter = 2048

// repack packs layers anew that changed a lot, aside of who reads and edits.
func (t *Tiles) repack(ctx context.Context, sets []advanced) {
	for _, a := range sets {
		if a.is == nil {
			continue
		}
		for nth, l := range a.is.layers {
			if l.edits != nil && len(l.edits.ids) >= repackAfter && t.packing.CompareAndSwap(false, true) {
				t.indexes.loads.Go(func() {
					defer t.packing.Store(false)
					t.putRepacked(a.set, nth, l, l.repacked())
				})
			}
		}
	}
}

// putRepacked puts a layer that was packed with its edits in its place, with those that came meanwhile.
func (t *Tiles) putRepacked(set string, nth int, of indexed, p *packed) {
	t.catching.Lock()
	defer t.catching.Unlock()
	t.indexes.mu.Lock()
	defer t.indexes.mu.Unlock()
	h := t.indexes.sets[set]
	if h == nil || h.index == nil || nth >= len(h.index.layers) {
		return
	}
	was := h.index.layers[nth]
	if was.packed != of.packed {
		return // it was read anew meanwhile
	}
	is := *h.index
	is.layers = slices.Clone(is.layers)
	is.layers[nth] = was.since(len(of.edits.ids), p)
	is.bytes += is.layers[nth].size() - was.size()
	t.indexes.bytes += is.bytes - h.index.bytes
	h.index = &is
}
