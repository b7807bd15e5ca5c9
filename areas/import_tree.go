package areas

import (
	"context"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// sourceKey is what a source calls a place of a level.
type sourceKey struct {
	level Level
	id    string
}

// tree is the county's frame while a file is read: which codes are used, what a source calls which, and the parents to make.
type tree struct {
	county   Code
	used     map[Code]bool
	bySource map[sourceKey]Code
	highest  map[Code]int // number ever used under a parent, by parent and, for areas, kind
	made     []madeParent
	grounds  map[Level]*geo.Locator
	spares   map[Code]Code // the parent of a town that rows without one go to
}

// madeParent is a parent that rows name and nobody knew.
type madeParent struct {
	code Code
	key  string
	name string
}

// spareKey is what a parent is called that rows without one go to.
const spareKey = "(none)"

// derivedSource marks the source of parents that got their ground from their children.
func derivedSource(source string) string { return source + " (parents)" }

// readTree reads the codes in use and what a source calls them.
func (t *tx) readTree(ctx context.Context, source string) (*tree, error) {
	out := &tree{county: t.county, used: map[Code]bool{}, bySource: map[sourceKey]Code{}, highest: map[Code]int{},
		grounds: map[Level]*geo.Locator{LevelTown: geo.NewLocator(20), LevelArea: geo.NewLocator(1000)}, spares: map[Code]Code{}}
	const sql = `
		SELECT code, coalesce(source, ''), coalesce(source_id, ''), CASE WHEN length(code) = 9 THEN geom END
		  FROM regions WHERE county = $1
		 UNION ALL
		SELECT code, coalesce(source, ''), coalesce(source_id, ''), geom FROM areas WHERE county = $1
		 UNION ALL
		SELECT code, coalesce(source, ''), coalesce(source_id, ''), NULL FROM sub_areas WHERE county = $1`
	rows, err := t.Query(ctx, sql, t.county)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var code Code
		var from, id string
		var g orb.Geometry
		if err := rows.Scan(&code, &from, &id, &g); err != nil {
			return nil, err
		}
		if from != source && from != derivedSource(source) {
			id = ""
		}
		out.use(code, id)
		if g != nil && from != derivedSource(source) {
			out.grounds[code.Level()].Add(string(code), g)
		}
	}
	return out, rows.Err()
}

// use marks a code as used by what a source calls id.
func (t *tree) use(code Code, id string) {
	t.used[code] = true
	if id != "" {
		t.bySource[sourceKey{code.Level(), id}] = code
	}
	if len(code) <= 6 || code.Virtual() {
		return
	}
	number, err := strconv.Atoi(string(code[len(code)-3:]))
	if err == nil && number > t.highest[code.Parent()] {
		t.highest[code.Parent()] = number
	}
}

// known finds a place by its code or by what its source calls it.
func (t *tree) known(level Level, key string) (Code, bool) {
	if code := Code(key); code.Level() == level && t.used[code] {
		return code, true
	}
	code, ok := t.bySource[sourceKey{level, key}]
	return code, ok
}

// holding finds the place of a level whose ground holds a point.
func (t *tree) holding(level Level, p orb.Point) (Code, bool) {
	code, ok := t.grounds[level].Find(p)
	return Code(code), ok
}

// firstTown is the number of a county's first town (镇).
const firstTown = 100

// next is the highest number ever used under a parent, plus one.
func (t *tree) next(parent Code, kind string) (Code, error) {
	number, last := t.highest[parent]+1, 999
	switch parent.Level() {
	case LevelCounty:
		number = max(number, firstTown)
	case LevelTown:
		if kind == "villagers" {
			number = max(number, firstVillagers)
		}
	case LevelArea:
		last = 899
	}
	if number > last {
		return "", fmt.Errorf("the codes of %s are used up (to %d)", parent, last)
	}
	return Code(fmt.Sprintf("%s%03d", parent, number)), nil
}

// make makes a parent below another, called key by the source.
func (t *tree) make(above Code, key, name string) (Code, error) {
	code, err := t.next(above, "")
	if err != nil {
		return "", err
	}
	if name == "" {
		name = key
	}
	t.use(code, key)
	t.made = append(t.made, madeParent{code: code, key: key, name: name})
	return code, nil
}

// makeParents makes the parents of a code that are not there, named as the row has it.
func (t *tree) makeParents(code Code, row importFeature) error {
	if parent := code.Parent(); len(parent) > 6 && !t.used[parent] {
		if err := t.makeParents(parent, row); err != nil {
			return err
		}
		name := row.text("area_name")
		if parent.Level() == LevelTown {
			name = row.text("town_name")
		}
		if name == "" {
			name = string(parent)
		}
		t.use(parent, string(parent))
		t.made = append(t.made, madeParent{code: parent, key: string(parent), name: name})
	}
	return nil
}

// spare finds, or makes, an area of a town for sub-areas that name none; when its codes are used up it makes the next.
func (t *tree) spare(town Code) (Code, error) {
	area, ok := t.spares[town]
	if !ok {
		area, ok = t.known(LevelArea, spareKey+string(town))
	}
	if ok && t.highest[area] < 899 {
		return area, nil
	}
	area, err := t.make(town, fmt.Sprintf("%s%s/%d", spareKey, town, len(t.made)), "")
	if err == nil {
		t.made[len(t.made)-1].name = string(area)
		t.spares[town] = area
	}
	return area, err
}

// writeParents writes the county, if it is not there, and the parents that were made.
func (r *importRun) writeParents(ctx context.Context, t *tree) error {
	if err := r.ensureCounty(ctx); err != nil {
		return err
	}
	for _, m := range t.made {
		sql := `INSERT INTO regions (county, code, name, source, source_id) VALUES ($1, $2, $3, $4, $5)`
		args := []any{r.County, m.code, m.name, derivedSource(r.Source), m.key}
		if m.code.Level() == LevelArea {
			sql = `INSERT INTO areas (county, code, name, source, source_id, kind) VALUES ($1, $2, $3, $4, $5, $6)`
			args = append(args, kindOfArea(m.code))
		}
		if _, err := r.Exec(ctx, sql, args...); err != nil {
			return err
		}
	}
	return nil
}

// ensureCounty makes the county, called by its code, if it is not there.
func (r *importRun) ensureCounty(ctx context.Context) error {
	const sql = `
		INSERT INTO regions (county, code, name, source, source_id)
		VALUES ($1, $1, $1, $2, $1)
		    ON CONFLICT DO NOTHING`
	tag, err := r.Exec(ctx, sql, r.County, derivedSource(r.Source))
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	return r.openCalendar(ctx, r.County)
}

// dissolve gives places without ground, or with ground from their children, the union of their children's. It goes through
// text, for PostGIS's grid is one of multiples that fall beside the numbers nearest to seven decimals.
func (r *importRun) dissolve(ctx context.Context) error {
	const areas = `
		UPDATE areas a
		   SET geom = u.geom,
		       point = ST_PointOnSurface(u.geom),
		       revision = a.revision + 1
		  FROM (SELECT s.area, ST_GeomFromText(ST_AsText(ST_Multi(ST_CollectionExtract(ST_ReducePrecision(
		               ST_Union(s.geom), 1e-7), 3)), 7), 4326) AS geom
		          FROM sub_areas s
		         WHERE s.county = $1 AND s.geom IS NOT NULL AND s.retired_at IS NULL
		         GROUP BY s.area) u
		 WHERE a.county = $1 AND a.code = u.area AND (a.geom IS NULL OR a.source = $2)
		   AND (a.geom IS NULL OR NOT ST_Equals(a.geom, u.geom))`
	const towns = `
		UPDATE regions r
		   SET geom = u.geom,
		       point = ST_PointOnSurface(u.geom),
		       revision = r.revision + 1
		  FROM (SELECT a.town, ST_GeomFromText(ST_AsText(ST_Multi(ST_CollectionExtract(ST_ReducePrecision(
		               ST_Union(a.geom), 1e-7), 3)), 7), 4326) AS geom
		          FROM areas a
		         WHERE a.county = $1 AND a.geom IS NOT NULL AND a.retired_at IS NULL
		         GROUP BY a.town) u
		 WHERE r.county = $1 AND r.code = u.town AND (r.geom IS NULL OR r.source = $2)
		   AND (r.geom IS NULL OR NOT ST_Equals(r.geom, u.geom))`
	const county = `
		UPDATE regions r
		   SET geom = u.geom,
		       point = ST_PointOnSurface(u.geom),
		       revision = r.revision + 1
		  FROM (SELECT ST_GeomFromText(ST_AsText(ST_Multi(ST_CollectionExtract(ST_ReducePrecision(
		               ST_Union(t.geom), 1e-7), 3)), 7), 4326) AS geom
		          FROM regions t
		         WHERE t.county = $1 AND length(t.code) = 9 AND t.geom IS NOT NULL AND t.retired_at IS NULL) u
		 WHERE r.county = $1 AND r.code = $1 AND (r.geom IS NULL OR r.source = $2) AND u.geom IS NOT NULL
		   AND (r.geom IS NULL OR NOT ST_Equals(r.geom, u.geom))`
	for _, sql := range []string{areas, towns, county} {
		if _, err := r.Exec(ctx, sql, r.County, derivedSource(r.Source)); err != nil {
			return err
		}
	}
	return nil
}

// relocate gives buildings to the sub-area whose ground holds them, where they lie in none, or in another and nobody has
// listed a dwelling there; those that moved are numbered after the highest number of their sub-area.
func (t *tx) relocate(ctx context.Context) error {
	const sql = `
		WITH moved AS (
			SELECT b.id, b.point, s.code
			  FROM sub_areas s
			  JOIN buildings b ON b.county = s.county AND b.point && s.geom AND ST_Covers(s.geom, b.point)
			  LEFT JOIN sub_areas o ON o.county = b.county AND o.code = b.place
			 WHERE s.county = $1 AND s.retired_at IS NULL AND b.place <> s.code AND b.retired_at IS NULL
			   AND (length(b.place) < 15 OR NOT ST_Covers(o.geom, b.point))
			   AND NOT EXISTS (SELECT FROM dwellings d WHERE d.county = b.county AND d.building = b.id)
		), banded AS (
			SELECT m.id,
			       min(m.code) AS code,
			       m.point,
			       floor((90 - ST_Y(m.point)) / 0.0004)::int AS band
			  FROM moved m
			 GROUP BY m.id, m.point
		), numbered AS (
			SELECT n.id,
			       n.code,
			       row_number() OVER (PARTITION BY n.code ORDER BY n.band,
			                          CASE n.band % 2 WHEN 0 THEN ST_X(n.point) ELSE -ST_X(n.point) END, n.id) AS number
			  FROM banded n
		)
		UPDATE buildings b
		   SET place = n.code,
		       number = n.number + coalesce((SELECT max(o.number) FROM buildings o WHERE o.county = $1 AND o.place = n.code), 0),
		       revision = b.revision + 1
		  FROM numbered n
		 WHERE b.county = $1 AND b.id = n.id`
	_, err := t.Exec(ctx, sql, t.county)
	return err
}

// squareMetres tells an area so that a sliver is not told as nothing.
func squareMetres(area float64) string {
	if area < 1 {
		return fmt.Sprintf("%.4f", area)
	}
	return fmt.Sprintf("%.1f", area)
}

// noteOverlaps reports where what was taken shares ground with its neighbours: published boundaries do, and are taken as they
// are.
func (f *frameImport) noteOverlaps(ctx context.Context) error {
	if f.level == LevelTown {
		return nil
	}
	table := "sub_areas"
	if f.level == LevelArea {
		table = "areas"
	}
	codes := make([]Code, len(f.rows))
	for i, row := range f.rows {
		codes[i] = row.code
	}
	sql := `
		SELECT a.code, b.code, ST_Area(ST_Intersection(a.geom, b.geom)::geography), ST_PointOnSurface(ST_Intersection(a.geom, b.geom))
		  FROM ` + table + ` a
		 CROSS JOIN LATERAL (SELECT n.* FROM ` + table + ` n WHERE n.geom && a.geom OFFSET 0) b -- by the spatial index, whatever the planner knows
		 WHERE a.county = $1 AND a.code = ANY ($2) AND a.retired_at IS NULL AND b.county = a.county AND b.retired_at IS NULL
		   AND (b.code > a.code OR b.code < a.code AND b.code <> ALL ($2))
		   AND ST_Relate(a.geom, b.geom, '2********')
		 ORDER BY 3 DESC
		 LIMIT 1000`
	rows, err := f.r.Query(ctx, sql, f.r.County, codes)
	if err != nil {
		return err
	}
	defer rows.Close()
	byCode := map[Code]frameRow{}
	for _, row := range f.rows {
		byCode[row.code] = row
	}
	for rows.Next() {
		var a, b Code
		var area float64
		var where orb.Point
		if err := rows.Scan(&a, &b, &area, &where); err != nil {
			return err
		}
		f.r.note(byCode[a].Feature, fmt.Sprintf("%s and %s share %s m² of ground", a, b, squareMetres(area)), &where)
	}
	return rows.Err()
}
