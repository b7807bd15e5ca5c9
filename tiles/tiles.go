package tiles

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/singleflight"
)

// Tiles serves the map of every county in a database.
type Tiles struct {
	pool    *pgxpool.Pool
	log     *slog.Logger
	cache   *cache
	indexes *indexes
	flight  singleflight.Group

	packages packages
	imagery  *imagery // nil where none is configured

	database string      // that is followed, as far as the server tells
	catching sync.Mutex  // up, one at a time
	deaf     atomic.Bool // nobody tells of changes just now
	packing  atomic.Bool // a layer is being packed anew
	renders  atomic.Int64
}

// Options of New. CacheBytes 0 keeps 64 MiB of tiles; IndexBytes 0 keeps 128 MiB of indexes, less than 0 none; PackageBytes 0
// keeps 1 GiB of packages. Without a Key packages are signed with one that lasts as long as this service; without a PackageDir
// none can be made.
type Options struct {
	CacheBytes   int64
	IndexBytes   int64
	PackageBytes int64
	PackageDir   string
	Imagery      ImageryConfig
	ImageryDir   string // where its pictures are kept
	Key          ed25519.PrivateKey
	Logger       *slog.Logger
}

// Tile is an encoded tile. No Bytes mean that nothing is there.
type Tile struct {
	Bytes  []byte
	Coding Coding
	ETag   string // of the content; equal content has an equal tag
}

// What cannot be served.
var (
	ErrNoSet  = errors.New("no such tile set: sets are named {county}-base and {county}-census")
	ErrNoTile = errors.New("no such tile: z is 0 to 16, x and y lie in 0 to 2^z-1")
)

const (
	defaultCacheBytes   = 64 << 20
	defaultIndexBytes   = 128 << 20
	defaultPackageBytes = 1 << 30
)

// New serves tiles from a pool.
func New(pool *pgxpool.Pool, o Options) *Tiles {
	if o.CacheBytes == 0 {
		o.CacheBytes = defaultCacheBytes
	}
	if o.IndexBytes == 0 {
		o.IndexBytes = defaultIndexBytes
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.PackageBytes == 0 {
		o.PackageBytes = defaultPackageBytes
	}
	if o.Key == nil {
		o.Key = ed25519.NewKeyFromSeed(random(ed25519.SeedSize))
	}
	t := &Tiles{pool: pool, log: o.Logger, cache: newCache(o.CacheBytes), packages: newPackages(o)}
	t.indexes = newIndexes(o.IndexBytes, t.load, t.catchUp)
	t.deaf.Store(true)
	t.imagery = newImagery(o.Imagery, o.ImageryDir, o.Logger)
	return t
}

// random are bytes that nobody knows.
func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
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

// Tile answers one tile of a set, compressed by gzip.
func (t *Tiles) Tile(ctx context.Context, set string, z, x, y int) (Tile, error) {
	return t.Coded(ctx, Gzip, set, [3]int{z, x, y})
}

// Coded answers one tile of a set at a zoom, column and row, in a coding. Several who ask at once share one reading of it, which
// goes on when one of them leaves.
func (t *Tiles) Coded(ctx context.Context, coding Coding, set string, at [3]int) (Tile, error) {
	if _, _, err := SplitSet(set); err != nil {
		return Tile{}, err
	}
	a := address{set, at[0], at[1], at[2]}
	if !a.exists() {
		return Tile{}, ErrNoTile
	}
	kept, generation, ok := t.cache.find(a, coding)
	if ok {
		return kept, nil
	}
	key := fmt.Sprintf("%s/%d/%d/%d@%d.%d", set, a.z, a.x, a.y, generation, coding)
	built := t.flight.DoChan(key, func() (any, error) {
		ctx := context.WithoutCancel(ctx)
		if err := t.learn(ctx, countyOf(set)); err != nil {
			return Tile{}, err
		}
		tile, err := t.build(ctx, a, coding)
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

// Kept answers a tile that is at hand; whoever asks has seen to it that there is such a set.
func (t *Tiles) Kept(coding Coding, set string, at [3]int) (Tile, bool) {
	kept, _, ok := t.cache.find(address{set, at[0], at[1], at[2]}, coding)
	return kept, ok
}

// build reads, encodes and compresses a tile.
func (t *Tiles) build(ctx context.Context, a address, coding Coding) (Tile, error) {
	t.renders.Add(1)
	w := writers.Get().(*writer)
	defer writers.Put(w)
	if err := t.encode(ctx, w, a); err != nil {
		return Tile{}, fmt.Errorf("build tile %s/%d/%d/%d: %w", a.set, a.z, a.x, a.y, err)
	}
	tile := Tile{Coding: coding, ETag: tagOf(w.tile)}
	if len(w.tile) == 0 {
		return tile, nil
	}
	var err error
	tile.Bytes, err = coding.packed(w.tile)
	return tile, err
}

// encode writes a tile from the set's index, or, where there is none or it is not of now, from the database.
func (t *Tiles) encode(ctx context.Context, w *writer, a address) error {
	w.begin(a.z, a.x, a.y)
	if x := t.indexes.find(a.set, w.points); x != nil {
		x.encode(w, a.z)
		return nil
	}
	return t.readTile(ctx, w, a)
}
