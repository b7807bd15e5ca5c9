// Package mbtiles assumes that an archive is written once, by one process: it writes MBTiles 1.3, a SQLite file that holds a
// pyramid of tiles (https://github.com/mapbox/mbtiles-spec/blob/master/1.3/spec.md). Equal tiles are kept once. Rows count from
// the south, as the format has it.
package mbtiles

import (
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"canvass/tiles/pmtiles"
)

// File writes an archive on disk, and goes on where an interrupted one stopped. Until Finish it is PATH.part.
type File struct {
	path  string
	db    *sql.DB
	batch *sql.Tx
	tile  *sql.Stmt
	image *sql.Stmt
	tiles uint64
	next  uint64
}

const schema = `
	CREATE TABLE IF NOT EXISTS job (name TEXT NOT NULL);
	CREATE TABLE IF NOT EXISTS metadata (name TEXT PRIMARY KEY, value TEXT NOT NULL);
	CREATE TABLE IF NOT EXISTS images (tile_id TEXT PRIMARY KEY, tile_data BLOB NOT NULL);
	CREATE TABLE IF NOT EXISTS map (zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL,
		tile_id TEXT NOT NULL, PRIMARY KEY (zoom_level, tile_column, tile_row)) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS done (tiles INTEGER NOT NULL, next INTEGER NOT NULL);
	CREATE VIEW IF NOT EXISTS tiles AS
		SELECT map.zoom_level, map.tile_column, map.tile_row, images.tile_data
		  FROM map
		  JOIN images ON images.tile_id = map.tile_id`

// OpenFile begins an archive that will have a path, or goes on with the one that was begun there for the same job: a text
// that says all that the tiles depend on. What was begun for another job is thrown away.
func OpenFile(path, job string) (*File, error) {
	f, known, err := open(path)
	if err == nil && known == job {
		return f, f.begin()
	}
	if f != nil {
		err = errors.Join(err, f.db.Close())
	}
	if err != nil && !errors.Is(err, errUnreadable) {
		return nil, err
	}
	for _, ending := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + ".part" + ending); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	if f, _, err = open(path); err != nil {
		return nil, err
	}
	if _, err := f.db.Exec(`INSERT INTO job VALUES (?)`, job); err != nil {
		return nil, errors.Join(err, f.db.Close())
	}
	return f, f.begin()
}

var errUnreadable = errors.New("what was begun cannot be read")

// open opens what was begun, or an empty archive, and tells for which job it was.
func open(path string) (f *File, job string, err error) {
	db, err := sql.Open("sqlite", "file:"+path+".part?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)")
	if err != nil {
		return nil, "", err
	}
	db.SetMaxOpenConns(1)
	f = &File{path: path, db: db}
	if _, err := db.Exec(schema); err != nil {
		return f, "", fmt.Errorf("%w: %w", errUnreadable, err)
	}
	err = db.QueryRow(`SELECT coalesce((SELECT name FROM job), ''), coalesce(max(tiles), 0), coalesce(max(next), 0) FROM done`).
		Scan(&job, &f.tiles, &f.next)
	if err != nil {
		return f, "", fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return f, job, nil
}

// Done tells how many tiles there are, and the ID after the last: those before it need not be added again.
func (f *File) Done() (tiles, next uint64) { return f.tiles, f.next }

// begin begins a batch of tiles.
func (f *File) begin() (err error) {
	if f.batch, err = f.db.Begin(); err != nil {
		return err
	}
	if f.image, err = f.batch.Prepare(`INSERT OR IGNORE INTO images VALUES (?, ?)`); err != nil {
		return err
	}
	f.tile, err = f.batch.Prepare(`INSERT INTO map VALUES (?, ?, ?, ?)`)
	return err
}

// commit keeps the batch, with how far it came.
func (f *File) commit() error {
	if _, err := f.batch.Exec(`DELETE FROM done`); err != nil {
		return err
	}
	if _, err := f.batch.Exec(`INSERT INTO done VALUES (?, ?)`, f.tiles, f.next); err != nil {
		return err
	}
	return f.batch.Commit()
}

// batchTiles is how many tiles may be lost when the writing is broken off.
const batchTiles = 2048

// Add puts a tile into the archive, packed with gzip if it is a vector tile, as readers expect. Tiles come in the order of
// their IDs; empty ones are left out.
func (f *File) Add(id uint64, tile []byte) error {
	if len(tile) == 0 {
		return nil
	}
	if id < f.next {
		return pmtiles.ErrOrder
	}
	z, x, y, err := pmtiles.Place(id)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(tile)
	name := fmt.Sprintf("%x", sum[:16])
	if _, err := f.image.Exec(name, tile); err != nil {
		return err
	}
	if _, err := f.tile.Exec(z, x, 1<<z-1-y, name); err != nil {
		return err
	}
	f.tiles, f.next = f.tiles+1, id+1
	if f.tiles%batchTiles > 0 {
		return nil
	}
	if err := f.commit(); err != nil {
		return err
	}
	return f.begin()
}

// Finish writes the metadata and gives the archive its name. vector_layers of the metadata go where the format wants them.
func (f *File) Finish(about pmtiles.About, metadata map[string]any) error {
	layers, err := json.Marshal(map[string]any{"vector_layers": metadata["vector_layers"]})
	if err != nil {
		return err
	}
	b := about.Bounds
	rows := map[string]string{"json": string(layers), "minzoom": fmt.Sprint(about.MinZoom), "maxzoom": fmt.Sprint(about.MaxZoom),
		"bounds": fmt.Sprintf("%.7f,%.7f,%.7f,%.7f", b.Min[0], b.Min[1], b.Max[0], b.Max[1]),
		"center": fmt.Sprintf("%.7f,%.7f,%d", about.Center[0], about.Center[1], about.CenterZoom)}
	for name, value := range metadata {
		if text, is := value.(string); is {
			rows[name] = text
		}
	}
	for name, value := range rows {
		if _, err := f.batch.Exec(`INSERT OR REPLACE INTO metadata VALUES (?, ?)`, name, value); err != nil {
			return err
		}
	}
	for _, table := range []string{"job", "done"} {
		if _, err := f.batch.Exec(`DROP TABLE ` + table); err != nil {
			return err
		}
	}
	if err := f.batch.Commit(); err != nil {
		return err
	}
	if _, err := f.db.Exec(`PRAGMA journal_mode = DELETE`); err != nil {
		return err
	}
	if err := f.db.Close(); err != nil {
		return err
	}
	return os.Rename(f.path+".part", f.path)
}

// Close stops before the end; what was added is kept to go on with.
func (f *File) Close() error { return errors.Join(f.commit(), f.db.Close()) }
