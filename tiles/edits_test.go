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
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb/geojson"
)

const (
	manyEdits = 10_000
	pairs     = 40
	staleMost = time.Second // how long after a commit a tile may still be of before it
)

// street is a place where many edit at once. At each of its corners stand two buildings that only change together, so that a
// tile that shows them with different names is torn.
type street struct {
	owner   *pgxpool.Pool
	corners [pairs][2]float64

	mu        sync.Mutex
	committed [pairs][]commit
}

type commit struct {
	serial int
	at     time.Time
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
		s.committed[i] = []commit{{0, time.Now()}}
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
		told := fmt.Sprintf(`{"county":"370883","bounds":[%f,%f,%f,%f],"layers":["census"]}`, lon-0.005, lat-0.005, lon+0.005, lat+0.005)
		batch.Queue(`SELECT pg_notify('canvass_map', $1)`, told)
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
	s.committed[i] = append(s.committed[i], commit{serial, time.Now()})
	return edits, err
}

// due is the serial that a tile of a pair must show at least if it is asked for now.
func (s *street) due(pair int, now time.Time) (serial int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.committed[pair] {
		if now.Sub(c.at) > staleMost {
			serial = c.serial
		}
	}
	return serial
}

// check fails if a tile that was asked for at some time is torn or stale.
func (s *street) check(t *testing.T, asked time.Time, tile []byte) {
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
		if due := s.due(pair, asked); serial < due {
			t.Errorf("pair %d shows %d, and %d was committed more than %v before", pair, serial, due, staleMost)
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

// read lets two read tiles and check them until they are told to stop.
func (s *street) read(t *testing.T, tiles *Tiles, asked []address) (readers *sync.WaitGroup, done chan struct{}) {
	readers, done = new(sync.WaitGroup), make(chan struct{})
	for range 2 {
		readers.Go(func() {
			fromIndex, read := 0, 0
			for !t.Failed() {
				a, now := asked[rand.IntN(len(asked))], time.Now()
				tile, err := tiles.Tile(t.Context(), a.set, a.z, a.x, a.y)
				if err != nil {
					t.Error(err)
					return
				}
				s.check(t, now, unpacked(t, tile))
				if read++; tiles.indexes.find(a.set, gridOf(a.z, a.x, a.y).points) != nil {
					fromIndex++
				}
				select {
				case <-done:
					t.Logf("one read %d tiles, an index at hand for %d", read, fromIndex)
					return
				default:
				}
			}
		})
	}
	return readers, done
}

// rested lets a set be read again at once.
func rested(x *indexes, set string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if h := x.sets[set]; h != nil {
		h.rest = time.Time{}
	}
}

// While ten thousand edits are made, nobody who reads sees half of one, or what was so more than a second ago; and when they
// are done every tile is as the database would give it, whether it comes from the cache, an index or the database.
func TestEditsWithReaders(t *testing.T) {
	tiles, owner := followed(t)
	sprinkle(t, owner)
	s := newStreet(t, owner)
	asked := deeper(14, around(censusSet, 117.004, 35.4))
	for _, c := range s.corners {
		asked = append(asked, deeper(16, around(censusSet, c[0], c[1]))...)
	}
	readers, done := s.read(t, tiles, asked)
	edits, serial := int64(0), 0
	for edits < manyEdits && !t.Failed() {
		serial++
		n, err := s.edit(t.Context(), serial)
		if err != nil {
			t.Error(err)
		}
		edits += n
		rested(tiles.indexes, censusSet)
	}
	close(done)
	readers.Wait()
	t.Logf("%d edits in %d transactions", edits, serial)
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
	all := box{-1 << 31, -1 << 31, 1<<31 - 1, 1<<31 - 1}
	rested(tiles.indexes, censusSet)
	until(t, "the index is of now", func() bool { return tiles.indexes.find(censusSet, all) != nil })
	tiles.cache.clear()
	if !equal() {
		t.Error("the renewed index gives other tiles than the database")
	}
}
