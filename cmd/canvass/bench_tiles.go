package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
	"golang.org/x/sync/errgroup"

	"canvass/migrations"
	"canvass/tiles"
)

// benchTiles measures the map of the demo's county, and, where files of footprints are given, of these: what a tile costs that
// nobody asked for before, from memory and from the database; what one costs that is at hand, beside nginx; and how old the
// oldest tile is that anybody sees while thousands of buildings change.
func benchTiles(ctx context.Context, b *bench) error {
	for _, part := range tileParts {
		if len(b.parts) > 0 && !slices.Contains(b.parts, part.name) {
			continue
		}
		if err := part.run(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

// tileParts are what can be measured of tiles each by itself.
var tileParts = []struct {
	name string
	run  func(*bench, context.Context) error
}{
	{"latency", (*bench).tileLatencies},
	{"cold", onCounty(func(g *tileGround, ctx context.Context) error { return g.cold(ctx, "") })},
	{"edits", onCounty(func(g *tileGround, ctx context.Context) error { return g.edited(ctx, g.bench.county.address) })},
	{"warm", onCounty(func(g *tileGround, ctx context.Context) error { return g.warm(ctx, "", g.bench.county.address) })},
	{"files", (*bench).tilesOfFiles},
}

// onCounty measures something on the demo's county.
func onCounty(measure func(*tileGround, context.Context) error) func(*bench, context.Context) error {
	return func(b *bench, ctx context.Context) error {
		ground, err := b.countyGround(ctx)
		if err != nil {
			return err
		}
		defer ground.pool.Close()
		return measure(ground, ctx)
	}
}

// tileLatencies asks for the tiles people look at: a town at zoom 12, streets at zoom 14 and houses at zoom 16; each first when
// nobody has asked for it, then again.
func (b *bench) tileLatencies(ctx context.Context) error {
	c, err := b.client(ctx)
	if err != nil {
		return err
	}
	county, box, err := c.county(ctx)
	if err != nil {
		return err
	}
	for _, z := range []maptile.Zoom{12, 14, 16} {
		addresses := tilesWithin(box, z)
		var next atomic.Int64
		ask := func(ctx context.Context, _ *rand.Rand) error {
			t := addresses[int(next.Add(1))%len(addresses)]
			return c.get(ctx, fmt.Sprintf("/tiles/%s-census/%d/%d/%d.mvt", county, t.Z, t.X, t.Y))
		}
		if err := c.compare(ctx, fmt.Sprintf("tile_z%d_p95_ms", z), 50, ask); err != nil {
			return err
		}
	}
	return nil
}

// county answers the code of the county and its bounds.
func (c *client) county(ctx context.Context) (code string, bounds orb.Bound, err error) {
	body, err := c.open(ctx, "/api/regions?level=county")
	if err != nil {
		return "", bounds, err
	}
	counties, err := decoded[struct {
		Items []struct {
			Code string     `json:"code"`
			Box  [4]float64 `json:"bounds"`
		} `json:"items"`
	}](body)
	if err != nil || len(counties.Items) == 0 {
		return "", bounds, fmt.Errorf("find the county: %w", err)
	}
	box := counties.Items[0].Box
	return counties.Items[0].Code, orb.Bound{Min: orb.Point{box[0], box[1]}, Max: orb.Point{box[2], box[3]}}, nil
}

// tilesWithin lists the tiles of a box in an order that jumps about.
func tilesWithin(box orb.Bound, z maptile.Zoom) []maptile.Tile {
	low, high := maptile.At(box.Min, z), maptile.At(box.Max, z)
	var out []maptile.Tile
	for x := low.X; x <= high.X; x++ {
		for y := high.Y; y <= low.Y; y++ {
			out = append(out, maptile.New(x, y, z))
		}
	}
	random := rand.New(rand.NewPCG(1, uint64(z)))
	random.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// tileGround is a county in a database whose tiles are measured.
type tileGround struct {
	bench      *bench
	county     string
	dsn        string
	pool       *pgxpool.Pool
	postmaster int // whose processes are the database
	buildings  int
	corners    float64 // of a building
	asked      [][3]int
}

// tilesAsked is how many tiles are measured.
const tilesAsked = 1000

func (b *bench) countyGround(ctx context.Context) (*tileGround, error) {
	c, err := b.client(ctx)
	if err != nil {
		return nil, err
	}
	county, _, err := c.county(ctx)
	if err != nil {
		return nil, err
	}
	cluster, err := joinCluster(ctx, clusterOptions{data: b.county.data, logger: b.cfg.logger})
	if err != nil {
		return nil, err
	}
	return b.ground(ctx, county, cluster.dsn(clusterDatabase))
}

// ground finds tiles that show buildings of a county, in the shares that people ask for: a tenth of zoom 14, three of 15, six of 16.
func (b *bench) ground(ctx context.Context, county, dsn string) (g *tileGround, err error) {
	g = &tileGround{bench: b, county: county, dsn: dsn}
	if g.pool, err = migrations.Connect(ctx, dsn, readersAtOnce); err != nil {
		return nil, err
	}
	if g.postmaster, err = postmasterOf(ctx, g.pool); err != nil {
		return nil, err
	}
	const sql = `SELECT count(*), avg(ST_NPoints(geom) - 1)::float8 FROM map_buildings WHERE county = $1`
	if err := g.pool.QueryRow(ctx, sql, county).Scan(&g.buildings, &g.corners); err != nil {
		return nil, err
	}
	const some = `
		SELECT ST_X(point), ST_Y(point)
		  FROM map_buildings
		 WHERE county = $1
		 ORDER BY hashint8(id)
		 LIMIT $2`
	rows, err := g.pool.Query(ctx, some, county, tilesAsked)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var at orb.Point
		if err := rows.Scan(&at[0], &at[1]); err != nil {
			return nil, err
		}
		z := []maptile.Zoom{14, 15, 15, 15, 16, 16, 16, 16, 16, 16}[len(g.asked)%10]
		tile := maptile.At(at, z)
		g.asked = append(g.asked, [3]int{int(z), int(tile.X), int(tile.Y)})
	}
	return g, rows.Err()
}

// postmasterOf is the process that a connection's server process was begun by, where it runs on this machine.
func postmasterOf(ctx context.Context, pool *pgxpool.Pool) (int, error) {
	var pid int
	if err := pool.QueryRow(ctx, `SELECT pg_backend_pid()`).Scan(&pid); err != nil {
		return 0, err
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("find the database's processes (Linux only): %w", err)
	}
	after := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	return strconv.Atoi(after[1])
}

// tilesOfFiles takes the footprints of the given files in and measures their tiles.
func (b *bench) tilesOfFiles(ctx context.Context) (err error) {
	if len(b.buildings) == 0 {
		return nil
	}
	cluster, err := startCluster(ctx, clusterOptions{data: filepath.Join(b.dir, "tiles"), logger: b.cfg.logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.stop()) }()
	file, dsn := filepath.Join(b.dir, "tiles.geojsonl"), cluster.dsn(clusterDatabase)
	box, err := b.footprints(file, math.MaxInt)
	if err != nil {
		return err
	}
	if err := drawGrid(ctx, dsn, box); err != nil {
		return err
	}
	if _, err := b.child(ctx, "import", "buildings", file, "--county", string(benchCounty), "--database", dsn); err != nil {
		return err
	}
	if _, err := vacuumed(ctx, dsn); err != nil {
		return err
	}
	ground, err := b.ground(ctx, string(benchCounty), dsn)
	if err != nil {
		return err
	}
	defer ground.pool.Close()
	if err := ground.cold(ctx, "files_"); err != nil {
		return err
	}
	server, err := b.start(ctx, "serve", "--database", dsn, "--data", filepath.Join(b.dir, "tiles-served"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	return ground.warm(ctx, "files_", server.address)
}

// cold measures tiles that nobody asked for before: from the set in memory, and from the database where there is no room for
// it. It tells how large the set is and how long it takes to be there.
func (g *tileGround) cold(ctx context.Context, prefix string) error {
	inMemory := tiles.New(g.pool, tiles.Options{CacheBytes: 1, IndexBytes: 4 << 30, Logger: g.bench.cfg.logger})
	following, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- inMemory.Follow(following) }()
	defer func() { stop(); <-ended }()
	if err := g.loaded(prefix, inMemory); err != nil {
		return err
	}
	limit, err := g.sizes(ctx, inMemory)
	if err != nil {
		return err
	}
	memory, database := math.Inf(1), math.Inf(1)
	direct := g.direct()
	for round := range 1 + coldRounds {
		took, err := g.render(ctx, inMemory, 1)
		if err != nil {
			return err
		}
		tookDirect, err := g.render(ctx, direct, readersAtOnce)
		if err != nil {
			return err
		}
		if round > 0 { // the first is to get going
			memory, database = min(memory, took), min(database, tookDirect)
		}
	}
	g.bench.tell(figure{Bar: prefix + "cold_cpu_ms", Value: memory, Unit: "ms", Limit: 1.2 * limit, Control: hashing, Ratio: memory / 1000 / hashed()})
	g.bench.tell(figure{Bar: prefix + "cold_postgis_cpu_ms", Value: database, Unit: "ms", Limit: 5 * limit, Control: "the same from memory", Ratio: database / memory})
	fmt.Fprintf(g.bench.progress, "  for 82 kB %.2f ms from memory and %.2f ms from the database\n", memory/limit, database/limit)
	return nil
}

// loaded waits until the county's set is in memory, and tells how long that took and how large it is.
func (g *tileGround) loaded(prefix string, from *tiles.Tiles) error {
	set := g.county + "-census"
	took, err := g.processorTime()
	if err != nil {
		return err
	}
	own, begun := ownCPUSeconds(), time.Now()
	held, ok := from.Held(set)
	for ; !ok; held, ok = from.Held(set) {
		if time.Since(begun) > 10*time.Minute {
			return errors.New("the set is not in memory after ten minutes")
		}
		time.Sleep(time.Millisecond)
	}
	ready, scale := time.Since(begun).Seconds(), 1e6/float64(g.buildings)
	g.bench.tell(figure{Bar: prefix + "index_s_per_million", Value: ready * scale, Unit: "s", Limit: 5, Control: hashing, Ratio: ready * scale / hashed()})
	all, err := g.processorTime()
	if err != nil {
		return err
	}
	own, all = ownCPUSeconds()-own, all-took
	const cornerBytes, usual = 4, 10
	each := float64(held.Bytes)/float64(g.buildings) + cornerBytes*(usual-g.corners)
	g.bench.tell(figure{Bar: prefix + "index_bytes_per_building", Value: each, Unit: "B", Limit: 120,
		Control: "the 40 bytes of its ten corners", Ratio: each / (cornerBytes * usual)})
	fmt.Fprintf(g.bench.progress, "  %d buildings of %.1f corners on average, %.1f MB in memory with all that is around them, ready after %.2f s, of %.2f s of a processor "+
		"here and %.2f s in the database\n", g.buildings, g.corners, float64(held.Bytes)/1e6, ready, own, all-own)
	return nil
}

// direct has every tile read from the database.
func (g *tileGround) direct() *tiles.Tiles {
	return tiles.New(g.pool, tiles.Options{CacheBytes: 1, IndexBytes: -1, Logger: g.bench.cfg.logger})
}

// promisedBytes is how large the tiles are, before compression, of which the processor time is promised; larger ones may take longer
// in proportion.
const promisedBytes = 82_000

// readersAtOnce is how many ask for tiles of the database, each with a connection of its own: a tile costs what it costs a busy
// machine, without what two processors spend on waking each other when one alone waits for the other.
const readersAtOnce = 4

// coldRounds is how often every tile is built from memory and from the database in turns; the cheapest round counts, for whatever
// else the machine does only adds to it.
const coldRounds = 3

// render builds every tile and tells the processor time of one in milliseconds, the database's included.
func (g *tileGround) render(ctx context.Context, from *tiles.Tiles, readers int) (float64, error) {
	before, err := g.processorTime()
	if err != nil {
		return 0, err
	}
	var reading errgroup.Group
	reading.SetLimit(readers)
	for _, at := range g.asked {
		reading.Go(func() error {
			_, err := from.Tile(ctx, g.county+"-census", at[0], at[1], at[2])
			return err
		})
	}
	if err := reading.Wait(); err != nil {
		return 0, err
	}
	after, err := g.processorTime()
	return (after - before) / float64(len(g.asked)) * 1000, err
}

// sizes tells how large the tiles are, and how much longer than what is promised one may take for that.
func (g *tileGround) sizes(ctx context.Context, from *tiles.Tiles) (longer float64, err error) {
	raw, packed, shown := 0, 0, 0
	for _, at := range g.asked {
		tile, err := from.Tile(ctx, g.county+"-census", at[0], at[1], at[2])
		if err != nil {
			return 0, err
		}
		content, features, err := unpacked(tile.Bytes)
		if err != nil {
			return 0, err
		}
		raw, packed, shown = raw+len(content), packed+len(tile.Bytes), shown+features
	}
	n := float64(len(g.asked))
	fmt.Fprintf(g.bench.progress, "  %.0f tiles of %.0f features, %.1f kB, %.1f kB gzip on average\n",
		n, float64(shown)/n, float64(raw)/n/1000, float64(packed)/n/1000)
	return max(1, float64(raw)/n/promisedBytes), nil
}

// processorTime is what this process and the database took so far.
func (g *tileGround) processorTime() (float64, error) {
	database, err := cpuSeconds(g.postmaster)
	return database + ownCPUSeconds(), err
}

// unpacked unpacks a tile and counts its features.
func unpacked(tile []byte) (content []byte, features int, err error) {
	if len(tile) == 0 {
		return nil, 0, nil
	}
	if content, err = unzipped(tile); err != nil {
		return nil, 0, err
	}
	layers, err := mvt.Unmarshal(content)
	for _, l := range layers {
		features += len(l.Features)
	}
	return content, features, err
}

func unzipped(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
