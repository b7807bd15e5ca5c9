package areas

import (
	"context"
	"regexp"
	"strings"

	"github.com/paulmach/orb"
)

// Hit is a place that a search found.
type Hit struct {
	Kind     string       `db:"kind"` // region, area, sub_area, building, place, address, road or poi
	Code     Code         `db:"code"`
	County   Code         `db:"county"`
	ID       int64        `db:"id"`
	Title    string       `db:"title"`
	Subtitle string       `db:"subtitle"`
	Point    *orb.Point   `db:"point"`
	Envelope orb.Geometry `db:"envelope"`
}

// SearchQuery asks for places whose name, code or address holds Text.
type SearchQuery struct {
	County Code
	Text   string
	Limit  int
}

// mostHits is the longest answer to a search.
const mostHits = 50

// Search finds places by code or name: regions, areas and sub-areas first, then the base map, then buildings.
func (s *Store) Search(ctx context.Context, actor Actor, q SearchQuery) ([]Hit, error) {
	q.Text = strings.TrimSpace(q.Text)
	if q.Text == "" {
		return nil, nil
	}
	if q.Limit <= 0 || q.Limit > mostHits {
		q.Limit = mostHits
	}
	var out []Hit
	err := s.read(ctx, actor, q.County, func(t *tx) (err error) {
		out, err = t.search(ctx, q)
		return err
	})
	return out, err
}

// search looks in what is small first. Buildings are found by how their name or address begins, through an index; only a text
// that nothing begins with is looked for in the middle of every one.
func (t *tx) search(ctx context.Context, q SearchQuery) ([]Hit, error) {
	like := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q.Text)
	named := []string{"place", "road", "address", "poi"}
	isCode := codeLike.MatchString(q.Text)
	if isCode {
		named = nil
	}
	found, err := t.searchPlaces(ctx, q, like, named)
	if err != nil || len(found) >= q.Limit || isCode {
		return found, err
	}
	q.Limit -= len(found)
	const beginning = `b.name <> '' AND b.name COLLATE "C" >= $3 AND b.name COLLATE "C" < $4
		        OR b.address <> '' AND b.address COLLATE "C" >= $3 AND b.address COLLATE "C" < $4`
	buildings, err := t.searchBuildings(ctx, beginning, q, q.Text, q.Text+"\U0010FFFF")
	if err == nil && len(found)+len(buildings) == 0 {
		const within = `b.name ILIKE $3 OR b.address ILIKE $4`
		buildings, err = t.searchBuildings(ctx, within, q, "%"+like+"%", "%"+like+"%")
	}
	return append(found, buildings...), err
}

// codeLike is what only codes look like: no house has such a number.
var codeLike = regexp.MustCompile(`^[0-9]{6,15}$`)

// searchPlaces finds places of the frame, and of the base map those of the layers that are named.
func (t *tx) searchPlaces(ctx context.Context, q SearchQuery, like string, named []string) ([]Hit, error) {
	const sql = `
		SELECT kind, code, county, id, title, subtitle, point, envelope
		  FROM (
			(SELECT 1 AS rank, 'region' AS kind, r.code, r.county, 0::bigint AS id, r.name AS title, r.code AS subtitle, r.point,
			        ST_Envelope(r.geom) AS envelope
			   FROM regions r
			  WHERE r.county = $1 AND r.retired_at IS NULL AND (r.name ILIKE '%' || $3 || '%' OR r.code LIKE $3 || '%')
			  ORDER BY r.code LIMIT $4)
			UNION ALL
			(SELECT 2, 'area', a.code, a.county, 0, a.name, a.code, a.point, ST_Envelope(a.geom)
			   FROM areas a
			  WHERE a.county = $1 AND a.retired_at IS NULL AND (a.name ILIKE '%' || $3 || '%' OR a.code LIKE $3 || '%')
			  ORDER BY a.code LIMIT $4)
			UNION ALL
			(SELECT 3, 'sub_area', s.code, s.county, 0, s.code, s.description, s.point, ST_Envelope(s.geom)
			   FROM sub_areas s
			  WHERE s.county = $1 AND s.retired_at IS NULL AND s.code >= $2 AND s.code < $5 AND $2 ~ '^[0-9]{12,15}$'
			  ORDER BY s.code LIMIT $4)
			UNION ALL
			(SELECT 4, f.layer, '', f.county, f.id, f.name, f.class, ST_PointOnSurface(f.geom), ST_Envelope(f.geom)
			   FROM base_features f
			  WHERE f.county = $1 AND f.layer = ANY ($6) AND f.name <> '' AND f.name ILIKE '%' || $3 || '%'
			  ORDER BY f.rank, f.name LIMIT $4)
		  ) found
		 ORDER BY rank, length(title), title
		 LIMIT $4`
	return collect[Hit](t.Query(ctx, sql, t.county, q.Text, like, q.Limit, q.Text+"~", named))
}

// searchBuildings finds buildings by a condition on their words, of which $3 and $4 are the terms.
func (t *tx) searchBuildings(ctx context.Context, condition string, q SearchQuery, terms ...string) ([]Hit, error) {
	sql := `
		SELECT 'building' AS kind,
		       b.place AS code,
		       b.county,
		       b.id,
		       CASE WHEN b.name <> '' THEN b.name ELSE b.address END AS title,
		       b.address AS subtitle,
		       b.point,
		       ST_Envelope(b.geom) AS envelope
		  FROM buildings b
		 WHERE b.county = $1 AND b.retired_at IS NULL AND (` + condition + `)
		 LIMIT $2`
	return collect[Hit](t.Query(ctx, sql, t.county, q.Limit, terms[0], terms[1]))
}
