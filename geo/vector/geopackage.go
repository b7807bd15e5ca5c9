package vector

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"
	_ "modernc.org/sqlite" // the driver "sqlite": a GeoPackage is an SQLite file

	"canvass/geo"
)

// GeoPackage writes layers of features to a GeoPackage 1.3 (OGC 12-128r17), each with a spatial index, in WGS 84, as desktop
// programs open and edit it. It is PATH.part until Close; one that was not closed leaves nothing behind after Abandon.
type GeoPackage struct {
	path   string
	db     *sql.DB
	tx     *sql.Tx
	layers map[string]*gpkgLayer
	order  []string
}

// Layer is a table of a GeoPackage. Geometry is such as MULTIPOLYGON or POINT, or nothing for a table without.
type Layer struct {
	Name, Title string
	Geometry    string
	Columns     []Column
}

// Column is a column of a layer; its type is TEXT, INTEGER or REAL.
type Column struct{ Name, Type string }

// gpkgLayer is a layer being written.
type gpkgLayer struct {
	Layer
	insert, index *sql.Stmt
	bound         orb.Bound
	rows          int64
}

// The numbers by which an SQLite file says that it is a GeoPackage, and of which version.
const (
	gpkgApplication = 0x47504B47 // "GPKG"
	gpkgVersion     = 10300
	gpkgSRS         = 4326
)

// CreateGeoPackage begins a file; what is at the path is replaced when it is closed.
func CreateGeoPackage(path string) (*GeoPackage, error) {
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	db, err := sql.Open("sqlite", part)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	g := &GeoPackage{path: path, db: db, layers: map[string]*gpkgLayer{}}
	if err := g.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("begin %s: %w", path, err), g.Abandon())
	}
	return g, nil
}

func (g *GeoPackage) begin() (err error) {
	head := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF",
		gpkgApplication, gpkgVersion)
	if _, err := g.db.Exec(head); err != nil {
		return err
	}
	if g.tx, err = g.db.Begin(); err != nil {
		return err
	}
	_, err = g.tx.Exec(gpkgSchema)
	return err
}

// Layer begins a layer.
func (g *GeoPackage) Layer(l Layer) error {
	made := &gpkgLayer{Layer: l}
	var columns, names, marks []string
	columns = append(columns, "fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL")
	if l.Geometry != "" {
		columns, names, marks = append(columns, "geom "+l.Geometry), append(names, "geom"), append(marks, "?")
	}
	for _, c := range l.Columns {
		columns, names, marks = append(columns, quoted(c.Name)+" "+c.Type), append(names, quoted(c.Name)), append(marks, "?")
	}
	kind := "attributes"
	if l.Geometry != "" {
		kind = "features"
	}
	if _, err := g.tx.Exec("CREATE TABLE " + quoted(l.Name) + " (" + strings.Join(columns, ", ") + ")"); err != nil {
		return fmt.Errorf("make the layer %s: %w", l.Name, err)
	}
	if _, err := g.tx.Exec(gpkgContent, l.Name, kind, l.Title, time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), gpkgSRS); err != nil {
		return err
	}
	var err error
	if l.Geometry != "" {
		if _, err := g.tx.Exec(gpkgColumn, l.Name, l.Geometry, gpkgSRS); err != nil {
			return err
		}
		if _, err := g.tx.Exec("CREATE VIRTUAL TABLE " + quoted("rtree_"+l.Name+"_geom") + " USING rtree(id, minx, maxx, miny, maxy)"); err != nil {
			return fmt.Errorf("index the layer %s: %w", l.Name, err)
		}
		if made.index, err = g.tx.Prepare("INSERT INTO " + quoted("rtree_"+l.Name+"_geom") + " VALUES (?, ?, ?, ?, ?)"); err != nil {
			return err
		}
	}
	made.insert, err = g.tx.Prepare("INSERT INTO " + quoted(l.Name) + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")")
	g.layers[l.Name] = made
	g.order = append(g.order, l.Name)
	return err
}

// Write adds a feature to a layer. Columns that it does not have are NULL, and so are numbers that are nothing and geometry
// that is empty.
func (g *GeoPackage) Write(layer string, f Feature) error {
	l := g.layers[layer]
	if l == nil {
		return fmt.Errorf("there is no layer %q", layer)
	}
	if f.Geometry != nil && f.Geometry.Bound().IsEmpty() {
		f.Geometry = nil
	}
	var values []any
	if l.Geometry != "" {
		blob, err := gpkgBlob(f.Geometry)
		if err != nil {
			return fmt.Errorf("feature %s: %w", f.ID, err)
		}
		values = append(values, blob)
	}
	for _, c := range l.Columns {
		values = append(values, c.value(f.Properties))
	}
	done, err := l.insert.Exec(values...)
	if err != nil {
		return err
	}
	l.rows++
	if l.index == nil || f.Geometry == nil {
		return nil
	}
	id, err := done.LastInsertId()
	if err != nil {
		return err
	}
	b := f.Geometry.Bound()
	if l.bound = l.bound.Union(b); l.rows == 1 {
		l.bound = b
	}
	_, err = l.index.Exec(id, b.Min[0], b.Max[0], b.Min[1], b.Max[1])
	return err
}

// value gives a feature's column as its type has it.
func (c Column) value(p Properties) any {
	text := p.Text(c.Name)
	if c.Type == "TEXT" {
		return text
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && c.Type == "INTEGER" {
		return n
	}
	if v, err := strconv.ParseFloat(text, 64); err == nil && c.Type == "REAL" {
		return v
	}
	return nil
}

// gpkgBlob writes a geometry: GeoPackage's header with its box, then WKB. None is NULL.
func gpkgBlob(g orb.Geometry) ([]byte, error) {
	if g == nil {
		return nil, nil
	}
	const littleEndian, boxed = 1, 1 << 1
	b := []byte{'G', 'P', 0, littleEndian | boxed}
	b = binary.LittleEndian.AppendUint32(b, gpkgSRS)
	box := g.Bound()
	for _, v := range []float64{box.Min[0], box.Max[0], box.Min[1], box.Max[1]} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, errors.New("a coordinate is not a number")
		}
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return geo.AppendWKB(b, g)
}

// Close ends the file and gives it its name.
func (g *GeoPackage) Close() error {
	err := g.finish()
	if err != nil {
		return errors.Join(fmt.Errorf("end %s: %w", g.path, err), g.Abandon())
	}
	if err := g.db.Close(); err != nil {
		return err
	}
	return os.Rename(g.path+".part", g.path)
}

// finish writes the boxes of layers, and what keeps the index when others edit the file: it stands on functions that they have
// and we do not, so it comes last.
func (g *GeoPackage) finish() error {
	for _, name := range g.order {
		l := g.layers[name]
		if l.Geometry == "" {
			continue
		}
		if l.rows > 0 {
			if _, err := g.tx.Exec(gpkgExtent, l.bound.Min[0], l.bound.Min[1], l.bound.Max[0], l.bound.Max[1], name); err != nil {
				return err
			}
		}
		if _, err := g.tx.Exec(gpkgExtension, name); err != nil {
			return err
		}
		for _, trigger := range gpkgTriggers {
			if _, err := g.tx.Exec(strings.NewReplacer("<t>", name, "<c>", "geom", "<i>", "fid").Replace(trigger)); err != nil {
				return fmt.Errorf("keep the index of %s: %w", name, err)
			}
		}
	}
	return g.tx.Commit()
}

// Abandon ends a file that is not to be.
func (g *GeoPackage) Abandon() error {
	err := g.db.Close()
	if gone := os.Remove(g.path + ".part"); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// quoted writes a name as SQL does.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
