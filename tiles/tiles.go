package tiles

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
	"golang.org/x/sync/singleflight"
)

// Tiles serves the map of every county in a database.
type Tiles struct {
	pool   *pgxpool.Pool
	log    *slog.Logger
	cache  *cache
	flight singleflight.Group
}

// Options of New. CacheBytes 0 keeps 64 MiB of tiles.
type Options struct {
	CacheBytes int64
	Logger     *slog.Logger
}

// Tile is an encoded tile. No Bytes mean that nothing is there.
type Tile struct {
	Bytes []byte // gzip
	ETag  string // of the content; equal content has an equal tag
}

// What cannot be served.
var (
	ErrNoSet  = errors.New("no such tile set: sets are named {county}-base and {county}-census")
	ErrNoTile = errors.New("no such tile: z is 0 to 16, x and y lie in 0 to 2^z-1")
)

const defaultCacheBytes = 64 << 20

// New serves tiles from a pool.
func New(pool *pgxpool.Pool, o Options) *Tiles {
	if o.CacheBytes == 0 {
		o.CacheBytes = defaultCacheBytes
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &Tiles{pool: pool, log: o.Logger, cache: newCache(o.CacheBytes)}
}

var setName = regexp.MustCompile(`^([0-9]{6})-(base|census)$`)

// SplitSet takes the name of a set apart into its county and kind.
func SplitSet(set string) (county, kind string, err error) {
	m := setName.FindStringSubmatch(set)
	if m == nil {
		return "", "", ErrNoSet
	}
	return m[1], m[2], nil
}

// Tile answers one tile of a set. Several who ask at once share one reading of the database.
func (t *Tiles) Tile(ctx context.Context, set string, z, x, y int) (Tile, error) {
	if _, _, err := SplitSet(set); err != nil {
		return Tile{}, err
	}
	if z < 0 || z > MaxZoom || x < 0 || y < 0 || x >= 1<<z || y >= 1<<z {
		return Tile{}, ErrNoTile
	}
	a := address{set, z, x, y}
	kept, generation, ok := t.cache.find(a)
	if ok {
		return kept, nil
	}
	key := fmt.Sprintf("%s/%d/%d/%d@%d", set, z, x, y, generation)
	built := t.flight.DoChan(key, func() (any, error) {
		tile, err := t.build(context.WithoutCancel(ctx), a)
		if err == nil {
			t.cache.keep(a, generation, tile)
		}
		return tile, err
	})
	select {
	case <-ctx.Done():
		return Tile{}, ctx.Err()
	case r := <-built:
		return r.Val.(Tile), r.Err
	}
}

// build reads and encodes a tile.
func (t *Tiles) build(ctx context.Context, a address) (Tile, error) {
	raw, err := t.encode(ctx, a)
	if err != nil {
		return Tile{}, fmt.Errorf("build tile %s/%d/%d/%d: %w", a.set, a.z, a.x, a.y, err)
	}
	sum := sha256.Sum256(raw)
	tile := Tile{ETag: hex.EncodeToString(sum[:12])}
	if len(raw) == 0 {
		return tile, nil
	}
	tile.Bytes, err = compressed(raw)
	return tile, err
}

// encode reads every layer of a tile in one state of the database.
func (t *Tiles) encode(ctx context.Context, a address) ([]byte, error) {
	county, kind, err := SplitSet(a.set)
	if err != nil {
		return nil, err
	}
	var out []byte
	options := pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.RepeatableRead}
	err = pgx.BeginTxFunc(ctx, t.pool, options, func(tx pgx.Tx) error {
		for _, l := range layers {
			if l.set != kind || a.z < l.minZoom {
				continue
			}
			if out, err = l.appendTo(ctx, tx, out, county, a); err != nil {
				return fmt.Errorf("layer %s: %w", l.name, err)
			}
		}
		return nil
	})
	return out, err
}

// appendTo reads a layer's rows within the tile and its buffer, and encodes them.
func (l layer) appendTo(ctx context.Context, tx pgx.Tx, tile []byte, county string, a address) ([]byte, error) {
	args := []any{county, a.bound().ToPolygon(), a.z}
	if l.kind != "" {
		args = append(args, l.kind)
	}
	rows, err := tx.Query(ctx, l.sql, args...)
	if err != nil {
		return tile, err
	}
	defer rows.Close()
	columns := rows.FieldDescriptions()
	keys := make([]string, 0, len(columns))
	for _, c := range columns[2:] {
		keys = append(keys, c.Name)
	}
	e := newEncoder(a.z, a.x, a.y, keys)
	row := newRow(len(keys))
	for rows.Next() {
		if err := rows.Scan(row.into...); err != nil {
			return tile, err
		}
		e.add(row.feature())
	}
	return e.appendTo(tile, l.name), rows.Err()
}

// row is where a layer's rows are read to: id, geometry, then the attributes.
type row struct {
	id       int64
	geometry orb.Geometry
	values   []any
	into     []any
}

func newRow(attributes int) *row {
	r := &row{values: make([]any, attributes)}
	r.into = []any{&r.id, &r.geometry}
	for i := range r.values {
		r.into = append(r.into, &r.values[i])
	}
	return r
}

func (r *row) feature() feature {
	for i, v := range r.values {
		switch v := v.(type) {
		case int16:
			r.values[i] = int64(v)
		case int32:
			r.values[i] = int64(v)
		case float32:
			r.values[i] = float64(v)
		}
	}
	return feature{id: uint64(r.id), geometry: r.geometry, properties: r.values}
}

var writers = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed+3); return w }}

func compressed(raw []byte) ([]byte, error) {
	var b bytes.Buffer
	w := writers.Get().(*gzip.Writer)
	defer writers.Put(w)
	w.Reset(&b)
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}
