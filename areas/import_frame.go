package areas

import (
	"context"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// frameImport takes regions, areas or sub-areas. A row whose source named it before keeps its code; a row that brings a code
// of its level uses it; every other gets the highest code of its parent, plus one. Parents that a row names and nobody knows
// are made, and get the ground of their children.
type frameImport struct {
	r     *importRun
	level Level
	rows  []frameRow
	tree  *tree
	seen  map[string]bool

	unnamed map[string]bool // names that were looked for and noted
}

// frameRow is a row on its way into the frame.
type frameRow struct {
	importFeature
	id       string
	code     Code
	geometry orb.MultiPolygon
}

// frameLevels is what level a kind of file holds; a region with a code of six digits is the county.
var frameLevels = map[string]Level{"regions": LevelTown, "areas": LevelArea, "sub_areas": LevelSubArea}

func newFrameImport(ctx context.Context, r *importRun) (*frameImport, error) {
	f := &frameImport{r: r, level: frameLevels[r.What], seen: map[string]bool{}, unnamed: map[string]bool{}}
	var err error
	f.tree, err = r.readTree(ctx, r.Source, r.Options.Drop)
	return f, err
}

func (f *frameImport) take(ctx context.Context, batch []importFeature) error {
	for _, row := range batch {
		next := frameRow{importFeature: row, id: row.id()}
		switch g := row.Geometry.(type) {
		case orb.Polygon:
			next.geometry = orb.MultiPolygon{g}
		case orb.MultiPolygon:
			next.geometry = g
		default:
			f.r.refuse(row.Feature, "ground is a polygon or a multipolygon, not a "+g.GeoJSONType(), nil)
			continue
		}
		if f.seen[next.id] {
			f.r.refuse(row.Feature, "the id "+next.id+" occurs twice in the file; the first one stands", nil)
			continue
		}
		f.seen[next.id] = true
		code, err := f.code(next)
		if err != nil {
			f.r.refuse(row.Feature, err.Error(), nil)
			continue
		}
		next.code = code
		f.rows = append(f.rows, next)
	}
	f.r.Accepted = int64(len(f.rows))
	return nil
}

// code finds the code of a row: the one it has, brings, or gets.
func (f *frameImport) code(row frameRow) (Code, error) {
	if known, ok := f.tree.bySource[sourceKey{f.level, row.id}]; ok {
		return known, nil
	}
	if own := Code(row.text("code")); own.Level() == f.level && own.Within(f.r.County) && !own.Virtual() {
		if f.tree.used[own] {
			return "", fmt.Errorf("code %s is in use", own)
		}
		if err := f.tree.makeParents(own, row.importFeature); err != nil {
			return "", err
		}
		f.tree.use(own, row.id)
		return own, nil
	}
	if own := Code(row.text("code")); f.level == LevelTown && own == f.r.County {
		f.tree.use(own, row.id)
		return own, nil
	}
	parent, err := f.parent(row)
	if err != nil {
		return "", err
	}
	next, err := f.tree.next(parent, row.text("kind"))
	if err == nil {
		f.tree.use(next, row.id)
	}
	return next, err
}

// parent finds what a row lies in: what it names, else --parent, else what its ground lies in, else a parent made for rows
// that have none.
func (f *frameImport) parent(row frameRow) (Code, error) {
	if f.level == LevelTown {
		return f.r.County, nil
	}
	above := LevelTown
	if f.level == LevelSubArea {
		above = LevelArea
		if key := row.text("area"); key != "" {
			if known, ok := f.tree.known(LevelArea, key); ok {
				return known, nil
			}
			town, err := f.town(row)
			if err != nil {
				return "", err
			}
			if found, is := f.byName(town, row, key); is {
				return found, nil
			}
			return f.tree.make(town, key, row.text("area_name"))
		}
	} else if row.text("town") != "" {
		return f.town(row)
	}
	if f.r.Options.Parent.Level() == above {
		return f.r.Options.Parent, f.tree.makeParents(f.r.Options.Parent+"000", row.importFeature)
	}
	if code, ok := f.tree.holding(above, geo.PointOnSurface(row.geometry)); ok {
		return code, nil
	}
	town, err := f.town(row)
	if err != nil || above == LevelTown {
		return town, err
	}
	return f.tree.spare(town)
}

// town finds the town of a row in the same way.
func (f *frameImport) town(row frameRow) (Code, error) {
	if key := row.text("town"); key != "" {
		if known, ok := f.tree.known(LevelTown, key); ok {
			return known, nil
		}
		if found, is := f.byName(f.r.County, row, key); is {
			return found, nil
		}
		return f.tree.make(f.r.County, key, row.text("town_name"))
	}
	if town := f.r.Options.Parent.At(LevelTown); town.Level() == LevelTown {
		return town, f.tree.makeParents(town+"000", row.importFeature)
	}
	if code, ok := f.tree.holding(LevelTown, geo.PointOnSurface(row.geometry)); ok {
		return code, nil
	}
	if known, ok := f.tree.known(LevelTown, spareKey); ok {
		return known, nil
	}
	return f.tree.make(f.r.County, spareKey, f.r.Source)
}

func (f *frameImport) finish(ctx context.Context) error {
	if len(f.rows) == 0 {
		return nil
	}
	if err := f.r.writeParents(ctx, f.tree); err != nil {
		return fmt.Errorf("make parents: %w", err)
	}
	grown, err := f.fit(ctx)
	if err != nil {
		return fmt.Errorf("fit boundaries to each other: %w", err)
	}
	if err := f.write(ctx); err != nil {
		return err
	}
	if err := f.r.writeGrown(ctx, f.level, grown); err != nil {
		return fmt.Errorf("give neighbours the vertices of what was taken: %w", err)
	}
	if err := f.r.counted(ctx, len(f.rows), "areas", "sub_areas"); err != nil {
		return err
	}
	if err := f.noteEmpty(ctx); err != nil {
		return err
	}
	if err := f.r.dissolve(ctx); err != nil {
		return fmt.Errorf("give parents the ground of their children: %w", err)
	}
	if err := f.noteNesting(ctx); err != nil {
		return fmt.Errorf("look whether places lie in those above them: %w", err)
	}
	if f.level == LevelSubArea {
		if err := f.r.relocate(ctx); err != nil {
			return fmt.Errorf("give buildings to sub-areas: %w", err)
		}
	}
	f.r.mapChanged(nil, "census")
	return f.r.recount(ctx, f.r.County)
}

// write inserts or updates the rows.
func (f *frameImport) write(ctx context.Context) error {
	n := len(f.rows)
	codes, ids := make([]Code, n), make([]string, n)
	names, kinds, expected := make([]string, n), make([]string, n), make([]*int, n)
	grounds, points := make([]orb.MultiPolygon, n), make([]orb.Point, n)
	for i, row := range f.rows {
		codes[i], ids[i] = row.code, row.id
		names[i], kinds[i], expected[i] = row.name(f.level), row.text("kind"), row.number("households")
		grounds[i], points[i] = row.geometry, geo.PointOnSurface(row.geometry)
		if kinds[i] == "" && f.level == LevelArea {
			kinds[i] = kindOfArea(row.code)
		}
	}
	rows, err := f.r.Query(ctx, frameUpserts[f.level], f.r.County, codes, names, grounds, points, expected, f.r.Source, ids, kinds)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var inserted bool
		if err := rows.Scan(&inserted); err != nil {
			return err
		}
		if inserted {
			f.r.Inserted++
		} else {
			f.r.Updated++
		}
	}
	f.r.Unchanged = int64(n) - f.r.Inserted - f.r.Updated
	return rows.Err()
}

// name is what a row calls itself: a name, a description, or its id.
func (row frameRow) name(level Level) string {
	name := row.text("name")
	if level == LevelSubArea {
		name = row.text("description")
	}
	if name = strings.TrimSpace(name); name == "" && level != LevelSubArea {
		return row.id
	}
	return name
}

// frameUpserts write rows of a level. Each takes county, codes, names, grounds, points, expected households, the source, ids
// and kinds, and answers whether each row that changed is new.
var frameUpserts = map[Level]string{
	LevelTown: `
		INSERT INTO regions AS r (county, code, name, geom, point, expected_households, source, source_id)
		SELECT $1, n.code, n.name, n.geom, n.point, n.expected, $7, n.id
		  FROM unnest($2::text[], $3::text[], $4::geometry[], $5::geometry[], $6::int[], $8::text[], $9::text[])
		    AS n (code, name, geom, point, expected, id, kind)
		    ON CONFLICT (county, code) DO UPDATE
		   SET name = EXCLUDED.name,
		       geom = EXCLUDED.geom,
		       point = EXCLUDED.point,
		       expected_households = coalesce(EXCLUDED.expected_households, r.expected_households),
		       source = EXCLUDED.source,
		       source_id = EXCLUDED.source_id,
		       revision = r.revision + 1
		 WHERE r.name <> EXCLUDED.name OR r.geom IS NULL OR ST_AsBinary(r.geom) <> ST_AsBinary(EXCLUDED.geom)
		    OR EXCLUDED.expected_households <> r.expected_households
		RETURNING xmax = 0`,
	LevelArea: `
		INSERT INTO areas AS a (county, code, name, kind, geom, point, expected_households, source, source_id)
		SELECT $1, n.code, n.name, n.kind, n.geom, n.point, n.expected, $7, n.id
		  FROM unnest($2::text[], $3::text[], $4::geometry[], $5::geometry[], $6::int[], $8::text[], $9::text[])
		    AS n (code, name, geom, point, expected, id, kind)
		    ON CONFLICT (county, code) DO UPDATE
		   SET name = EXCLUDED.name,
		       geom = EXCLUDED.geom,
		       point = EXCLUDED.point,
		       expected_households = coalesce(EXCLUDED.expected_households, a.expected_households),
		       source = EXCLUDED.source,
		       source_id = EXCLUDED.source_id,
		       revision = a.revision + 1
		 WHERE a.name <> EXCLUDED.name OR a.geom IS NULL OR ST_AsBinary(a.geom) <> ST_AsBinary(EXCLUDED.geom)
		    OR EXCLUDED.expected_households <> a.expected_households
		RETURNING xmax = 0`,
	LevelSubArea: `
		INSERT INTO sub_areas AS s (county, code, description, geom, point, expected_households, source, source_id)
		SELECT $1, n.code, n.name, n.geom, n.point, n.expected, $7, n.id
		  FROM unnest($2::text[], $3::text[], $4::geometry[], $5::geometry[], $6::int[], $8::text[], $9::text[])
		    AS n (code, name, geom, point, expected, id, kind)
		    ON CONFLICT (county, code) DO UPDATE
		   SET description = EXCLUDED.description,
		       geom = EXCLUDED.geom,
		       point = EXCLUDED.point,
		       expected_households = coalesce(EXCLUDED.expected_households, s.expected_households),
		       revision = s.revision + 1
		 WHERE s.description <> EXCLUDED.description OR ST_AsBinary(s.geom) <> ST_AsBinary(EXCLUDED.geom)
		    OR EXCLUDED.expected_households <> s.expected_households
		RETURNING xmax = 0`,
}
