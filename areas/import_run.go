package areas

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"

	"canvass/geo"
	"canvass/geo/vector"
)

// RunImport reads a file and takes it in, in one transaction: all of it or nothing. Rows that cannot be are left out and
// reported; a file that cannot be read to its end fails as a whole. Several files are read as one. progress is called about four times a second with how far
// it is.
//
//  1. read, bring to WGS 84 and the grid, mend or refuse, in batches;
//  2. stage each batch where it will be merged from;
//  3. at the end merge, count anew, write the report and the event.
func (s *Store) RunImport(ctx context.Context, actor Actor, i Import, progress func(Import), paths ...string) (Import, error) {
	r := &importRun{Import: i, tell: s.teller(ctx, actor, progress)}
	r.Findings = Findings{}
	err := s.write(ctx, actor, i.County, func(t *tx) error {
		if err := t.must(Text{"导入", "import"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		r.tx = t
		return r.run(ctx, paths)
	})
	r.State = "done"
	if err != nil {
		r.State, r.Error = "failed", err.Error()
		r.Inserted, r.Updated, r.Unchanged = 0, 0, 0 // rolled back
	}
	if finishErr := s.finishImport(context.WithoutCancel(ctx), actor, r); finishErr != nil {
		return r.Import, errors.Join(err, finishErr)
	}
	return r.Import, err
}

// importRun is an import under way.
type importRun struct {
	Import
	*tx
	settings Settings
	datum    geo.Datum
	crs      string
	rows     []ImportRow // of the report
	checked  bool        // the columns that were asked for are there
	located  bool        // the coordinates are what they are taken for
	tell     func(Import) error
}

// importer takes the rows of one kind of file.
type importer interface {
	take(ctx context.Context, batch []importFeature) error // stages a batch
	finish(ctx context.Context) error                      // merges what was staged
}

// importFeature is a row of a file, on the ground of WGS 84 and the grid.
type importFeature struct {
	vector.Feature
	columns map[string]string // our field to the file's column
}

// batchSize is how many rows are staged at once.
const batchSize = 5000

func (r *importRun) run(ctx context.Context, paths []string) (err error) {
	if r.settings, err = r.tx.settings(ctx); err != nil {
		return err
	}
	if r.datum, err = geo.ParseDatum(r.Options.Datum); err != nil {
		return refuse(Invalid, "datum_unknown", "%v", "%v", err).On("datum")
	}
	reader, err := vector.OpenAll(paths, vector.Options{Encoding: r.Options.Encoding, Layer: r.Options.Layer, Where: r.Options.Where,
		Theme: themes[r.What], Progress: func(read, total int64) { r.BytesRead, r.BytesTotal = read, total }})
	if err != nil {
		return refuse(Invalid, "file_unreadable", "文件无法读取:%v", "the file cannot be read: %v", err).On("file")
	}
	defer reader.Close()
	r.crs = r.Options.CRS
	if r.crs == "" {
		r.crs = reader.CRS()
	}
	kind, err := r.importer(ctx)
	if err != nil {
		return err
	}
	if err := r.each(ctx, reader, kind.take); err != nil {
		return err
	}
	if err := kind.finish(ctx); err != nil {
		return err
	}
	return r.record(ctx, "import", r.County, "import/"+r.ID.String(), map[string]any{"what": r.What, "source": r.Source,
		"file": r.FileName, "accepted": r.Accepted, "refused": r.Refused})
}

// themes is what of an OpenStreetMap file is meant, by what is imported.
var themes = map[string]string{"base": "base", "buildings": "buildings", "areas": "boundaries", "sub_areas": "boundaries",
	"regions": "boundaries"}

func (r *importRun) importer(ctx context.Context) (importer, error) {
	if r.What == "buildings" || r.What == "base" {
		if err := r.ensureCounty(ctx); err != nil {
			return nil, err
		}
	}
	switch r.What {
	case "buildings":
		return newBuildingImport(ctx, r)
	case "base":
		return newBaseImport(ctx, r)
	case "expected":
		return &expectedImport{r: r}, nil
	default:
		return newFrameImport(ctx, r)
	}
}

// each reads the file to its end and hands on what is good, batch by batch.
func (r *importRun) each(ctx context.Context, reader vector.Reader, take func(context.Context, []importFeature) error) error {
	batch := make([]importFeature, 0, batchSize)
	for {
		f, err := reader.Next()
		end := errors.Is(err, io.EOF)
		var bad *vector.RowError
		switch {
		case end:
		case errors.As(err, &bad):
			r.RowsRead++
			r.refuse(vector.Feature{Row: bad.Row, Place: bad.Place}, bad.Reason, nil)
			continue
		case err != nil:
			return refuse(Invalid, "file_broken", "文件在第 %d 行之后损坏:%v;未导入任何内容",
				"the file is broken after row %d: %v; nothing was taken in", r.RowsRead, err).On("file")
		default:
			r.RowsRead++
			row := importFeature{f, r.Options.Map}
			if id := row.text("id"); id != "" {
				row.ID = id // as the report names it
			}
			batch = append(batch, row)
		}
		if len(batch) == batchSize || end && len(batch) > 0 {
			if err := r.checkColumns(batch); err != nil {
				return err
			}
			if r.Options.Swap {
				swapped(batch)
			}
			good, err := r.grounded(ctx, batch)
			if err != nil {
				return err
			}
			if err := take(ctx, good); err != nil {
				return err
			}
			batch = batch[:0]
			if err := r.tell(r.Import); err != nil {
				return err
			}
		}
		if end {
			return nil
		}
	}
}

// checkColumns refuses a file in whose first rows no column has a name that --map gives: a slip there would make other places
// than those that are meant.
func (r *importRun) checkColumns(batch []importFeature) error {
	if r.checked {
		return nil
	}
	r.checked = true
	there := map[string]bool{}
	for _, f := range batch {
		for _, p := range f.Properties {
			there[p.Name] = true
		}
	}
	for field, column := range r.Options.Map {
		if !there[column] && !strings.HasPrefix(column, "=") {
			columns := strings.Join(slices.Sorted(maps.Keys(there)), ", ")
			return refuse(Invalid, "column_unknown", "文件没有列“%s”(用作 %s);它有:%s", "the file has no column %q (for %s); it has %s",
				column, field, columns).On("map")
		}
	}
	return nil
}

// text reads one of our fields from a row: the column that --map names for it, else the column of that name. A name that
// begins with = is no column but what every row has.
func (f importFeature) text(field string) string {
	column := f.column(field)
	if same, ok := strings.CutPrefix(column, "="); ok {
		return same
	}
	return storable(f.Properties.Text(column))
}

// storable leaves out what PostgreSQL keeps no text with: the character 0 and broken UTF-8.
func storable(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
}

// number reads a field that is a whole number; nil if it is none.
func (f importFeature) number(field string) *int {
	if n, ok := f.Properties.Int(f.column(field)); ok {
		return &n
	}
	return nil
}

func (f importFeature) column(field string) string {
	if column, ok := f.columns[field]; ok {
		return column
	}
	return field
}

// id is the row's id in its source: the id field or the feature's own, else its row number.
func (f importFeature) id() string {
	if id := storable(f.ID); id != "" {
		return id
	}
	return fmt.Sprintf("row/%d", f.Row)
}

// grounded brings the geometry of a batch to WGS 84 and the grid, and leaves out what has none that can stand.
func (r *importRun) grounded(ctx context.Context, batch []importFeature) ([]importFeature, error) {
	if r.What == "expected" {
		return batch, nil
	}
	if err := r.transform(ctx, batch); err != nil {
		return nil, err
	}
	if err := r.checkSystem(ctx, batch); err != nil {
		return nil, err
	}
	good := batch[:0:0]
	for _, f := range batch {
		if f.Geometry == nil {
			r.refuse(f.Feature, "it has no geometry", nil)
			continue
		}
		g := geo.Snap(r.datum.Convert(f.Geometry))
		mended, changes, err := geo.Mend(g)
		if err == nil {
			err = geo.Check(mended)
		}
		if err != nil {
			if mended, err = r.madeValid(ctx, f, g, err); err != nil {
				return nil, err
			}
			if mended == nil {
				continue
			}
		} else if len(changes) > 0 {
			r.mended(f.Feature, fmt.Sprintf("%s (%d in all)", changes[0].What, len(changes)), &changes[0].At)
		} else if len(f.Notes) > 0 {
			r.mended(f.Feature, strings.Join(f.Notes, "; "), nil)
		}
		f.Geometry = mended
		good = append(good, f)
	}
	return good, nil
}

// madeValid asks PostGIS to make a geometry valid (ST_MakeValid) and tells by how many square metres it changed. What cannot
// be is refused, and nil.
func (r *importRun) madeValid(ctx context.Context, f importFeature, g orb.Geometry, why error) (orb.Geometry, error) {
	var invalid *geo.Invalid
	where := (*orb.Point)(nil)
	if errors.As(why, &invalid) {
		where = &invalid.At
	}
	switch g.(type) {
	case orb.Polygon, orb.MultiPolygon:
	default:
		r.refuse(f.Feature, why.Error(), where)
		return nil, nil
	}
	const sql = `SELECT ST_ReducePrecision(ST_CollectionExtract(ST_MakeValid($1::geometry), 3), 1e-7)`
	var made orb.Geometry
	if invalid == nil || invalid.Reason == "" || !finiteBound(g) {
		r.refuse(f.Feature, why.Error(), where)
		return nil, nil
	}
	err := r.apart(ctx, func() error { return r.QueryRow(ctx, sql, g).Scan(&made) })
	var beyond *pgconn.PgError
	switch {
	case errors.As(err, &beyond) && ctx.Err() == nil: // such as a ring of two points
		r.refuse(f.Feature, why.Error(), where)
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("make row %d valid: %w", f.Row, err)
	}
	snapped, _, err := geo.Mend(geo.Snap(made))
	if err == nil {
		err = geo.Check(snapped)
	}
	if err != nil {
		r.refuse(f.Feature, why.Error(), where)
		return nil, nil
	}
	r.mended(f.Feature, fmt.Sprintf("%v; made valid, its area changed by %.1f m²", why, geo.Area(snapped)-geo.Area(g)), where)
	return snapped, nil
}

// finiteBound tells whether all coordinates are numbers in range: only such a geometry is worth sending to be mended.
func finiteBound(g orb.Geometry) bool {
	b := g.Bound()
	return b.Min[0] >= -180 && b.Max[0] <= 180 && b.Min[1] >= -90 && b.Max[1] <= 90
}

// transform brings a batch from the file's coordinate system to WGS 84.
func (r *importRun) transform(ctx context.Context, batch []importFeature) error {
	if r.crs == "" || r.crs == "EPSG:4326" || r.crs == "EPSG:4490" {
		return nil
	}
	all := make(orb.Collection, 0, len(batch)) // as one: PostGIS makes the conversion anew for each value
	for _, f := range batch {
		if f.Geometry != nil {
			all = append(all, f.Geometry)
		}
	}
	var converted orb.Geometry
	err := r.QueryRow(ctx, `SELECT ST_Transform(ST_SetSRID($1::geometry, 0), $2, 4326)`, all, r.crs).Scan(&converted)
	if err != nil {
		return refuse(Invalid, "crs_unknown", "坐标系“%s”无法转换:%v", "the coordinate system %q cannot be converted: %v", r.crs, err).On("crs")
	}
	parts, _ := converted.(orb.Collection)
	if len(parts) != len(all) {
		return fmt.Errorf("convert from %s: %d geometries became %d", r.crs, len(all), len(parts))
	}
	for i := range batch {
		if batch[i].Geometry != nil {
			batch[i].Geometry, parts = parts[0], parts[1:]
		}
	}
	return nil
}
