package vector

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// gpkgReader reads one layer of a GeoPackage, row by row in the order of its keys.
type gpkgReader struct {
	*filter
	db       *sql.DB
	rows     *sql.Rows
	layer    string
	key      string // the column of the primary key
	geometry string // the column of the geometry; none in a table without
	columns  []string
	crs      string
	row      int64
	total    int64
	size     int64 // bytes of the file
	tell     func(read, total int64)
	failed   error
}

// openGeoPackage opens the layer that is named, or the only one with a geometry.
func openGeoPackage(s *source, o Options) (Reader, error) {
	path, size := s.file.Name(), s.size
	if err := s.Close(); err != nil {
		return nil, err
	}
	keep, err := newFilter(o.Where)
	if err != nil {
		return nil, err
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro")
	if err != nil {
		return nil, err
	}
	r := &gpkgReader{filter: keep, db: db, size: size, tell: o.Progress}
	if err := r.open(o.Layer); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return r, nil
}

func (r *gpkgReader) open(layer string) error {
	layers, err := r.layers()
	if err != nil {
		return err
	}
	if r.layer, err = chosenLayer(layers, layer); err != nil {
		return err
	}
	const about = `
		SELECT c.column_name, s.organization, s.organization_coordsys_id, s.definition
		  FROM gpkg_geometry_columns c
		  JOIN gpkg_spatial_ref_sys s ON s.srs_id = c.srs_id
		 WHERE c.table_name = ?`
	var organization, definition string
	var number int
	switch err := r.db.QueryRow(about, r.layer).Scan(&r.geometry, &organization, &number, &definition); {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return fmt.Errorf("read what the layer %s is in: %w", r.layer, err)
	case strings.EqualFold(organization, "EPSG"):
		r.crs = fmt.Sprintf("EPSG:%d", number)
	case number > 0:
		r.crs = crsOfWKT(definition)
	}
	const key = `SELECT name FROM pragma_table_info(?) WHERE pk = 1`
	if err := r.db.QueryRow(key, r.layer).Scan(&r.key); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err := r.db.QueryRow("SELECT count(*) FROM " + quoted(r.layer)).Scan(&r.total); err != nil {
		return fmt.Errorf("read the layer %s: %w", r.layer, err)
	}
	order := ""
	if r.key != "" {
		order = " ORDER BY " + quoted(r.key)
	}
	if r.rows, err = r.db.Query("SELECT * FROM " + quoted(r.layer) + order); err != nil {
		return fmt.Errorf("read the layer %s: %w", r.layer, err)
	}
	r.columns, err = r.rows.Columns()
	return err
}

// gpkgContents are the layers of a GeoPackage by what they hold.
type gpkgContents struct{ features, attributes []string }

func (r *gpkgReader) layers() (out gpkgContents, err error) {
	rows, err := r.db.Query(`SELECT table_name, data_type FROM gpkg_contents ORDER BY table_name`)
	if err != nil {
		return out, fmt.Errorf("this SQLite database is no GeoPackage: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return out, err
		}
		switch kind {
		case "features":
			out.features = append(out.features, name)
		case "attributes", "aspatial":
			out.attributes = append(out.attributes, name)
		}
	}
	return out, rows.Err()
}

func chosenLayer(layers gpkgContents, named string) (string, error) {
	all := slices.Concat(layers.features, layers.attributes)
	i := slices.IndexFunc(all, func(l string) bool { return strings.EqualFold(l, named) })
	switch {
	case i >= 0:
		return all[i], nil
	case named != "":
		return "", fmt.Errorf("the GeoPackage has no layer %q; it has %s", named, strings.Join(all, ", "))
	case len(layers.features) > 1:
		return "", fmt.Errorf("the GeoPackage has several layers; say which with --layer: %s", strings.Join(layers.features, ", "))
	case len(all) == 0:
		return "", errors.New("the GeoPackage has no layer of features")
	}
	return all[0], nil
}

func (r *gpkgReader) CRS() string { return r.crs }

func (r *gpkgReader) Close() error {
	if r.rows == nil {
		return r.db.Close()
	}
	return errors.Join(r.rows.Close(), r.db.Close())
}

func (r *gpkgReader) Next() (Feature, error) {
	for r.failed == nil {
		if !r.rows.Next() {
			if r.failed = r.rows.Err(); r.failed == nil {
				r.failed = r.filter.end()
			} else {
				r.failed = fmt.Errorf("%s, after row %d: %w", r.layer, r.row, r.failed)
			}
			break
		}
		r.row++
		if r.tell != nil {
			r.tell(r.size*r.row/max(r.total, 1), r.size)
		}
		f, kept, err := r.feature()
		if err != nil {
			return Feature{}, &RowError{Row: r.row, Place: f.Place, Reason: err.Error()}
		}
		if kept {
			return f, nil
		}
	}
	return Feature{}, r.failed
}

// feature reads the row at hand.
func (r *gpkgReader) feature() (f Feature, kept bool, err error) {
	f = Feature{Row: r.row, Place: fmt.Sprintf("%s row %d", r.layer, r.row)}
	values := make([]any, len(r.columns))
	into := make([]any, len(r.columns))
	for i := range values {
		into[i] = &values[i]
	}
	if err := r.rows.Scan(into...); err != nil {
		return f, false, err
	}
	var blob []byte
	for i, name := range r.columns {
		switch {
		case name == r.geometry:
			blob, _ = values[i].([]byte)
		case name == r.key:
			f.ID = gpkgText(values[i])
			f.Place = fmt.Sprintf("%s %s %s", r.layer, name, f.ID)
		default:
			f.Properties = append(f.Properties, Property{name, gpkgText(values[i])})
		}
	}
	if !r.filter.keeps(f.Properties) {
		return f, false, nil
	}
	f.Geometry, err = gpkgGeometry(blob)
	return f, true, err
}

// gpkgText gives a value as text; blobs are none.
func gpkgText(v any) string {
	switch v := v.(type) {
	case nil, []byte:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// gpkgGeometry reads a geometry behind its header; an empty one is nil.
func gpkgGeometry(b []byte) (orb.Geometry, error) {
	if len(b) == 0 {
		return nil, nil
	}
	if len(b) < 8 || b[0] != 'G' || b[1] != 'P' {
		return nil, errors.New("its geometry is not a GeoPackage's")
	}
	const emptyFlag, extended = 1 << 4, 1 << 5
	boxes := [...]int{0, 32, 48, 48, 64}
	box := int(b[3] >> 1 & 7)
	switch {
	case b[3]&extended != 0:
		return nil, errors.New("its geometry is of a type that only its maker knows")
	case box >= len(boxes) || len(b) < 8+boxes[box]:
		return nil, errors.New("the header of its geometry is broken")
	case b[3]&emptyFlag != 0:
		return nil, nil
	}
	g, err := geo.DecodeWKB(b[8+boxes[box]:])
	if err != nil {
		return nil, err
	}
	return wholeGeometry(g)
}

// wholeGeometry lets nothing pass that has no place or a ring that cannot be; what is empty is nil.
func wholeGeometry(g orb.Geometry) (orb.Geometry, error) {
	if b := g.Bound(); b.IsEmpty() || b.Min[0] != b.Min[0] {
		return nil, nil
	}
	for _, r := range ringsIn(g) {
		if err := checkRing(r); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func ringsIn(g orb.Geometry) (out []orb.Ring) {
	switch g := g.(type) {
	case orb.Polygon:
		return g
	case orb.MultiPolygon:
		for _, p := range g {
			out = append(out, p...)
		}
	case orb.Collection:
		for _, part := range g {
			out = append(out, ringsIn(part)...)
		}
	}
	return out
}
