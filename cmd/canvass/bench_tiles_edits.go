package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"golang.org/x/sync/errgroup"

	"canvass/areas"
)

const (
	editsMade    = 10_000
	editWriters  = 2
	editReaders  = 8
	editedHouses = 500
)

// edited lets eight clients read tiles of two instances while buildings all over the county are renamed and moved at random, and
// tells how old the oldest tile was that any of them saw, and how many tiles differ afterwards from what the database gives.
func (g *tileGround) edited(ctx context.Context, address string) (err error) {
	second, err := g.bench.start(ctx, "serve", "--database", g.dsn, "--data", filepath.Join(g.bench.dir, "second"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, second.stop()) }()
	cookie, err := g.signIn(ctx, address)
	if err != nil {
		return err
	}
	e := &editing{tileGround: g, instances: []string{address, second.address}, cookie: cookie}
	if err := e.choose(ctx); err != nil {
		return err
	}
	begun := time.Now()
	if err := e.run(ctx); err != nil {
		return err
	}
	stale, took := time.Duration(e.oldest.Load()).Seconds(), time.Since(begun).Seconds()
	fmt.Fprintf(g.bench.progress, "  %d edits in %.0f s, %d tiles read meanwhile, %d of them older than the last commit\n", editsMade, took, e.read.Load(), e.behind.Load())
	g.bench.tell(figure{Bar: "edits_oldest_tile_s", Value: stale, Unit: "s", Limit: 1, Control: "the second that is promised", Ratio: stale})
	time.Sleep(time.Second)
	differ, err := e.differing(ctx)
	if err != nil {
		return err
	}
	g.bench.tell(figure{Bar: "edits_tiles_that_differ", Value: float64(differ), Limit: 0, Control: "tiles from the database"})
	return nil
}

// editing is a run of edits under readers.
type editing struct {
	*tileGround
	instances []string
	cookie    string
	houses    []*renamed
	made      atomic.Int64
	read      atomic.Int64
	behind    atomic.Int64
	oldest    atomic.Int64 // nanoseconds
}

// renamed is a building with the serials it was named by.
type renamed struct {
	id       int64
	source   string
	sourceID string
	outline  orb.Geometry
	tiles    []maptile.Tile

	mu      sync.Mutex
	commits []commit
}

type commit struct {
	serial int
	at     time.Time
}

// choose takes buildings from all over the county. Each is given a name before anybody reads.
func (e *editing) choose(ctx context.Context) error {
	const sql = `SELECT id FROM map_buildings WHERE county = $1 AND kind <> '' AND ST_Dimension(geom) = 2 ORDER BY hashint8(id + 1) LIMIT $2`
	rows, err := e.pool.Query(ctx, sql, e.county, editedHouses)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	for _, id := range ids {
		b, err := areas.NewStore(e.pool).Building(ctx, system, areas.BuildingKey{County: areas.Code(e.county), ID: id})
		if err != nil {
			return err
		}
		h := &renamed{id: id, source: b.Source, sourceID: b.SourceID, outline: b.Geometry}
		for _, z := range []maptile.Zoom{14, 15, 16} {
			h.tiles = append(h.tiles, maptile.At(b.Point, z))
		}
		if err := e.rename(ctx, h, 0); err != nil {
			return err
		}
		e.houses = append(e.houses, h)
	}
	return nil
}

func (e *editing) run(ctx context.Context) error {
	done, stop := context.WithCancel(ctx)
	defer stop()
	readers, reading := errgroup.WithContext(ctx)
	for i := range editReaders {
		readers.Go(func() error { return e.reader(reading, done, e.instances[i%len(e.instances)]) })
	}
	writers, writing := errgroup.WithContext(ctx)
	for range editWriters {
		writers.Go(func() error {
			for serial := e.made.Add(1); serial <= editsMade; serial = e.made.Add(1) {
				if serial%(editsMade/10) == 0 {
					fmt.Fprintf(e.bench.progress, "  %d of %d edits, %d tiles read\n", serial, editsMade, e.read.Load())
				}
				house := e.houses[rand.IntN(len(e.houses))]
				change := e.rename
				if serial%10 == 0 {
					change = e.move
				}
				if err := change(writing, house, int(serial)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := writers.Wait()
	stop()
	return errors.Join(err, readers.Wait())
}

// rename gives a building the serial for a name.
func (e *editing) rename(ctx context.Context, h *renamed, serial int) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return e.name(ctx, h, serial)
}

func (e *editing) name(ctx context.Context, h *renamed, serial int) error {
	name := strconv.Itoa(serial)
	_, err := areas.NewStore(e.pool).EditBuilding(ctx, system, areas.BuildingKey{County: areas.Code(e.county), ID: h.id}, 0, areas.BuildingEdit{Name: &name})
	h.committed(serial)
	return err
}

// move has its source move a building by some metres, and then gives it a new name: a name that was set by hand no source changes.
func (e *editing) move(ctx context.Context, h *renamed, serial int) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	east, north := (rand.Float64()-0.5)*2e-4, (rand.Float64()-0.5)*2e-4
	h.outline = moved(h.outline, east, north)
	centre, _ := planar.CentroidArea(h.outline)
	for _, z := range []maptile.Zoom{14, 15, 16} {
		h.tiles = append(h.tiles, maptile.At(centre, z))
	}
	_, err := areas.NewStore(e.pool).AddBuildings(ctx, system, areas.Code(e.county), []areas.NewBuilding{{Geometry: h.outline, Source: h.source,
		SourceID: h.sourceID}})
	if err != nil {
		return err
	}
	return e.name(ctx, h, serial)
}

func moved(g orb.Geometry, east, north float64) orb.Geometry {
	shift := func(p orb.Polygon) orb.Polygon {
		for _, ring := range p {
			for i := range ring {
				ring[i][0] += east
				ring[i][1] += north
			}
		}
		return p
	}
	switch g := orb.Clone(g).(type) {
	case orb.Polygon:
		return shift(g)
	case orb.MultiPolygon:
		for _, p := range g {
			shift(p)
		}
		return g
	}
	return g
}

func (h *renamed) committed(serial int) { h.commits = append(h.commits, commit{serial, time.Now()}) }

// age is for how long what a tile shows had been replaced when it was asked for.
func (h *renamed) age(serial int, asked time.Time) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, c := range h.commits {
		if c.serial == serial && i+1 < len(h.commits) {
			return max(asked.Sub(h.commits[i+1].at), 0)
		}
	}
	return 0
}

// reader asks an instance for tiles of the buildings until all is done.
func (e *editing) reader(ctx, done context.Context, address string) error {
	byID := map[int64]*renamed{}
	for _, h := range e.houses {
		byID[h.id] = h
	}
	client := &http.Client{Transport: &http.Transport{}}
	for done.Err() == nil {
		h := e.houses[rand.IntN(len(e.houses))]
		h.mu.Lock()
		at := h.tiles[rand.IntN(len(h.tiles))]
		h.mu.Unlock()
		asked := time.Now()
		tile, err := e.fetch(ctx, client, address, at)
		if err != nil {
			return err
		}
		if err := e.judge(tile, asked, byID); err != nil {
			return fmt.Errorf("tile %v of %s is torn: %w", at, address, err)
		}
	}
	return nil
}

// judge fails if a tile cannot be read, and notes how old it was.
func (e *editing) judge(tile []byte, asked time.Time, houses map[int64]*renamed) error {
	layers, err := mvt.Unmarshal(tile)
	if err != nil {
		return err
	}
	e.read.Add(1)
	age := time.Duration(0)
	for _, l := range layers {
		for _, f := range l.Features {
			id, _ := f.ID.(float64)
			name, _ := f.Properties["name"].(string)
			serial, err := strconv.Atoi(name)
			if h := houses[int64(id)]; h != nil && l.Name == "buildings" && err == nil {
				age = max(age, h.age(serial, asked))
			}
		}
	}
	if age > 0 {
		e.behind.Add(1)
	}
	for was := e.oldest.Load(); int64(age) > was && !e.oldest.CompareAndSwap(was, int64(age)); was = e.oldest.Load() {
	}
	return nil
}

func (e *editing) fetch(ctx context.Context, client *http.Client, address string, at maptile.Tile) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/tiles/%s-census/%d/%d/%d.mvt", address, e.county, at.Z, at.X, at.Y), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Cookie", e.cookie)
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusMultipleChoices {
		return nil, errors.New(answer.Status)
	}
	return io.ReadAll(answer.Body)
}

// differing counts the tiles that an instance serves otherwise than the database gives them.
func (e *editing) differing(ctx context.Context) (n int, err error) {
	direct := e.direct()
	seen := map[maptile.Tile]bool{}
	for _, h := range e.houses {
		for _, at := range h.tiles {
			if seen[at] {
				continue
			}
			seen[at] = true
			tile, err := direct.Tile(ctx, e.county+"-census", int(at.Z), int(at.X), int(at.Y))
			if err != nil {
				return 0, err
			}
			want, _, err := unpacked(tile.Bytes)
			if err != nil {
				return 0, err
			}
			for _, address := range e.instances {
				got, err := e.fetch(ctx, http.DefaultClient, address, at)
				if err != nil {
					return 0, err
				}
				if !bytes.Equal(got, want) {
					n++
				}
			}
		}
	}
	return n, nil
}
