package areas

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"

	"canvass/geo"
	"canvass/geo/coverage"
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
	names    named
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
func derivedSource(source string) string { return source + derivedMark }

const derivedMark = " (parents)"

// readTree reads the codes in use and what a source calls them.
func (t *tx) readTree(ctx context.Context, source string, drop []string) (*tree, error) {
	out := &tree{county: t.county, used: map[Code]bool{}, bySource: map[sourceKey]Code{}, highest: map[Code]int{},
		grounds: map[Level]*geo.Locator{LevelTown: geo.NewLocator(20), LevelArea: geo.NewLocator(1000)}, spares: map[Code]Code{}, names: named{}}
	const sql = `
		SELECT code, coalesce(source, ''), coalesce(source_id, ''), CASE WHEN retired_at IS NULL THEN name ELSE '' END,
		       CASE WHEN length(code) = 9 THEN geom END
		  FROM regions WHERE county = $1
		 UNION ALL
		SELECT code, coalesce(source, ''), coalesce(source_id, ''), CASE WHEN retired_at IS NULL THEN name ELSE '' END, geom FROM areas WHERE county = $1
		 UNION ALL
		SELECT code, coalesce(source, ''), coalesce(source_id, ''), '', NULL FROM sub_areas WHERE county = $1`
	rows, err := t.Query(ctx, sql, t.county)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var code Code
		var from, id, name string
		var g orb.Geometry
		if err := rows.Scan(&code, &from, &id, &name, &g); err != nil {
			return nil, err
		}
		if from != source && from != derivedSource(source) {
			id = ""
		}
		out.use(code, id)
		out.names.add(code, name, drop)
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
		return "", fmt.Errorf("the codes of %s are used up (to %d): say in which place above each row lies, with --map town=COLUMN or area=COLUMN", parent, last)
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

// dissolve gives places without ground, or with ground from their children, that of their children. They get every vertex of
// theirs, so that they fit them exactly.
func (r *importRun) dissolve(ctx context.Context) error {
	for _, level := range []Level{LevelSubArea, LevelArea, LevelTown} {
		if err := r.dissolveLevel(ctx, level); err != nil {
			return fmt.Errorf("of level %s: %w", level, err)
		}
	}
	return nil
}

func (r *importRun) dissolveLevel(ctx context.Context, level Level) error {
	table := cmp.Or(frameTables[levelsAbove[level]], "regions")
	sql := `
		SELECT p.code, p.geom
		  FROM ` + table + ` p
		 WHERE p.county = $1 AND length(p.code) = $2 AND (p.geom IS NULL OR p.source LIKE '%' || $3) AND p.retired_at IS NULL
		 ORDER BY p.code`
	parents, err := collect[undivided](r.Query(ctx, sql, r.County, lengthsByLevel[levelsAbove[level]], derivedMark))
	if err != nil || len(parents) == 0 {
		return err
	}
	group := map[Code]int{}
	for i, p := range parents {
		group[p.Code] = i
	}
	children, err := r.grounds(ctx, level, r.County, "")
	if err != nil {
		return err
	}
	groups := make([]int, len(children))
	for i, c := range children {
		groups[i] = -1
		if g, known := group[c.Code.Parent()]; known {
			groups[i] = g
		}
	}
	var codes []Code
	var grounds []orb.MultiPolygon
	var points []orb.Point
	for i, ground := range coverage.Dissolve(groundsOf(children), groups) {
		if was := parents[i].Ground; len(ground) > 0 && (was == nil || !orb.Equal(*was, ground)) {
			codes, grounds, points = append(codes, parents[i].Code), append(grounds, ground), append(points, geo.PointOnSurface(ground))
		}
	}
	sql = `
		UPDATE ` + table + ` p
		   SET geom = n.geom,
		       point = n.point,
		       source = coalesce(p.source, $5),
		       revision = p.revision + 1
		  FROM unnest($2::text[], $3::geometry[], $4::geometry[]) AS n (code, geom, point)
		 WHERE p.county = $1 AND p.code = n.code`
	_, err = r.Exec(ctx, sql, r.County, codes, grounds, points, derivedSource(r.Source))
	return err
}

// undivided is a place that may have no ground of its own yet.
type undivided struct {
	Code   Code              `db:"code"`
	Ground *orb.MultiPolygon `db:"geom"`
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
