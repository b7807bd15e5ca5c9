package tiles

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb/geojson"
)

const (
	manyEdits = 6_000
	pairs     = 40
)

// street is a place where many edit at once. At each of its corners stand two buildings that only change together, so that a
// tile that shows them with different names is torn.
type street struct {
	owner   *pgxpool.Pool
	corners [pairs][2]float64

	mu        sync.Mutex
	committed [pairs][]int // the serials of the edits, which are the revisions of the map too
}

func newStreet(t *testing.T, owner *pgxpool.Pool) *street {
	t.Helper()
	s := &street{owner: owner}
	const sql = `
		INSERT INTO buildings (county, place, number, name, geom, point, source, source_id)
		SELECT '370883', '370883100201001', $1::integer, '0', p, p, 'pair', $1::integer || '/' || n
		  FROM generate_series(1, 2) n, LATERAL (SELECT ST_Point($2, $3, 4326) AS p) o`
	for i := range s.corners {
		s.corners[i] = [2]float64{116.99 + float64(i%8)*0.004, 35.39 + float64(i/8)*0.004}
		if _, err := owner.Exec(t.Context(), sql, i, s.corners[i][0], s.corners[i][1]); err != nil {
			t.Fatal(err)
		}
		s.committed[i] = []int{0}
	}
	return s
}

// edit moves, adds and removes buildings about a corner in one transaction, renames the pair there, and tells where it was. It
// answers how many rows it changed.
func (s *street) edit(ctx context.Context, serial int) (edits int64, err error) {
	i := rand.IntN(pairs)
	lon, lat := s.corners[i][0], s.corners[i][1]
	err = pgx.BeginFunc(ctx, s.owner, func(tx pgx.Tx) error {
		var batch pgx.Batch
		batch.Queue(nextRevision)
		tellAround(&batch, 0, lon, lat)
		batch.Queue(`
			UPDATE buildings
			   SET geom = ST_Translate(geom, $3::float8, $4::float8), point = ST_Translate(point, $3::float8, $4::float8), floors = $5::integer
			 WHERE county = '370883' AND source = 'sprinkled' AND retired_at IS NULL
			   AND point && ST_Expand(ST_Point($1, $2, 4326), 0.0025)`,
			lon, lat, rand.Float64()*0.001-0.0005, rand.Float64()*0.001-0.0005, serial%50)
		batch.Queue(`
			INSERT INTO buildings (county, place, number, geom, point, source, source_id)
			SELECT '370883', '370883100201001', $3::integer, ST_Buffer(p, 0.0001, 2), p, 'sprinkled', 'new ' || $3::integer
			  FROM (SELECT ST_Point($1, $2, 4326) AS p) o`, lon+rand.Float64()*0.001, lat+rand.Float64()*0.001, serial)
		batch.Queue(`
			UPDATE buildings
			   SET retired_at = now()
			 WHERE county = '370883' AND id = (
			       SELECT id
			         FROM buildings
			        WHERE source = 'sprinkled' AND retired_at IS NULL AND point && ST_Expand(ST_Point($1, $2, 4326), 0.0015)
			        LIMIT 1)`, lon, lat)
		batch.Queue(`UPDATE buildings SET name = $2 WHERE county = '370883' AND source = 'pair' AND number = $1`, i, fmt.Sprint(serial))
		tellAround(&batch, 1_000_000, lon, lat)
		batch.Queue(tellNotice)
		results := tx.SendBatch(ctx, &batch)
		for range batch.Len() {
			tag, err := results.Exec()
			if err != nil {
				results.Close()
				return err
			}
			if tag.Insert() || tag.Update() {
				edits += tag.RowsAffected()
			}
		}
		return results.Close()
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.committed[i] = append(s.committed[i], serial)
	return edits, err
}

// The census tells what it changed on the map by these.
const (
	nextRevision = `
		INSERT INTO drawn_revisions AS r (county, revision)
		VALUES ('370883', 1)
		    ON CONFLICT (county) DO UPDATE
		   SET revision = r.revision + 1`
	tellNotice = `
		SELECT pg_notify('canvass_map', json_build_object('county', county, 'revision', revision)::text)
		  FROM drawn_revisions
		 WHERE county = '370883'`
)

// tellAround tells of every building about a corner as it stands just now.
func tellAround(batch *pgx.Batch, from int, lon, lat float64) {
	batch.Queue(`
		INSERT INTO drawn_changes (county, revision, serial, layer, id, west, south, east, north)
		SELECT county, (SELECT revision FROM drawn_revisions WHERE county = '370883'), $1::integer + row_number() OVER (ORDER BY id),
		       'buildings', id, ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom)
		  FROM map_buildings
		 WHERE county = '370883' AND geom && ST_Expand(ST_Point($2, $3, 4326), 0.0035)`, from, lon, lat)
}

// due is the serial that a tile of a pair must show at least if it is asked for when a revision is known.
func (s *street) due(pair int, known int64) (due int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, serial := range s.committed[pair] {
		if int64(serial) <= known {
			due = serial
		}
	}
	return due
}

// check fails if a tile that was asked for when a revision was known is torn or older than that.
func (s *street) check(t *testing.T, known int64, tile []byte) {
	names := map[int][]string{}
	eachFeature(t, tile, func(layer string, f *geojson.Feature) {
		name, _ := f.Properties["name"].(string)
		number, _ := f.Properties["number"].(float64)
		if layer == "buildings" && name != "" && !strings.ContainsAny(name, "楼房的屋") {
			names[int(number)] = append(names[int(number)], name)
		}
	})
	for pair, n := range names {
		if len(n) != 2 || n[0] != n[1] {
			t.Errorf("pair %d is torn: %v", pair, n)
			continue
		}
		var serial int
		if _, err := fmt.Sscan(n[0], &serial); err != nil {
			t.Errorf("pair %d is called %q", pair, n[0])
		}
		if due := s.due(pair, known); serial < due {
			t.Errorf("pair %d shows %d, and %d was known before", pair, serial, due)
		}
	}
}

func unpacked(t *testing.T, tile Tile) []byte {
	t.Helper()
	if len(tile.Bytes) == 0 {
		return nil
	}
	r, err := gzip.NewReader(bytes.NewReader(tile.Bytes))
	if err != nil {
		t.Error(err)
		return nil
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Error(err)
	}
	return out
}

// deeper leaves out what lies above a zoom.
func deeper(zoom int, all []address) []address {
	return slices.DeleteFunc(all, func(a address) bool { return a.z < zoom })
}

// read lets some read tiles and check them until they are told to stop; it counts for how many an index was at hand.
func (s *street) read(t *testing.T, tiles *Tiles, asked []address) (readers *sync.WaitGroup, done chan struct{}) {
	readers, done = new(sync.WaitGroup), make(chan struct{})
	for range 2 {
		readers.Go(func() {
			fromIndex, read := 0, 0
			for !t.Failed() {
				a, known := asked[rand.IntN(len(asked))], caughtUp(tiles)
				tile, err := tiles.Tile(t.Context(), a.set, a.z, a.x, a.y)
				if err != nil {
					t.Error(err)
					return
				}
				s.check(t, known, unpacked(t, tile))
				if read++; tiles.indexes.find(a.set, gridOf(a.z, a.x, a.y).points) != nil {
					fromIndex++
				}
				select {
				case <-done:
					if t.Logf("one read %d tiles, an index at hand for %d", read, fromIndex); fromIndex < read*9/10 {
						t.Error("edits put the index out of use")
					}
					return
				default:
				}
			}
		})
	}
	return readers, done
}

// caughtUp is the revision to which everything that is kept was brought.
func caughtUp(tiles *Tiles) int64 {
	tiles.catching.Lock()
	defer tiles.catching.Unlock()
	return tiles.indexes.counties()["370883"]
}

// counted counts how often sets are read whole.
func counted(tiles *Tiles) *atomic.Int64 {
	var n atomic.Int64
	load := tiles.indexes.load
	tiles.indexes.load = func(ctx context.Context, set string, limit int64) (*index, error) {
		n.Add(1)
		return load(ctx, set, limit)
	}
	return &n
}

func indexReady(tiles *Tiles, set string) func() bool {
	return func() bool { return tiles.indexes.find(set, everywhere) != nil }
}

// While thousands of edits are made, nobody who reads of either of two instances sees half of one, or what was so before a
// revision that the instance knows; no index is read anew for it; and when they are done every tile is as the database would give it, whether it
// comes from the cache, from the index that was edited or from the database.
func TestEditsWithReaders(t *testing.T) {
	one, owner := newTiles(t)
	two := New(one.pool, Options{})
	sprinkle(t, owner)
	s := newStreet(t, owner)
	asked := deeper(14, around(censusSet, 117.004, 35.4))
	for _, c := range s.corners {
		asked = append(asked, deeper(16, around(censusSet, c[0], c[1]))...)
	}
	var ends []func()
	var readings []*atomic.Int64
	for _, tiles := range []*Tiles{one, two} {
		readings = append(readings, counted(tiles))
		following(t, tiles)
		until(t, "the index is there", indexReady(tiles, censusSet))
		readers, done := s.read(t, tiles, asked)
		ends = append(ends, func() { close(done); readers.Wait() })
	}
	edits, serial := int64(0), 0
	for edits < manyEdits && !t.Failed() {
		serial++
		n, err := s.edit(t.Context(), serial)
		if err != nil {
			t.Error(err)
		}
		edits += n
	}
	for i, end := range ends {
		if end(); readings[i].Load() != 1 {
			t.Errorf("instance %d read the set %d times", i, readings[i].Load())
		}
	}
	t.Logf("%d edits in %d transactions", edits, serial)
	for _, tiles := range []*Tiles{one, two} {
		equal := func() bool {
			for _, a := range asked {
				tile, err := tiles.Tile(t.Context(), a.set, a.z, a.x, a.y)
				if err != nil || !bytes.Equal(unpacked(t, tile), raw(t, tiles, nil, a)) {
					return false
				}
			}
			return true
		}
		until(t, "every tile is as the database gives it", equal)
		until(t, "the index is of now", indexReady(tiles, censusSet))
		if tiles.cache.clear(); !equal() {
			t.Error("the edited index gives other tiles than the database")
		}
	}
}
