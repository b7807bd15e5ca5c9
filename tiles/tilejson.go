package tiles

import (
	"context"
	"errors"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// TileJSON describes a set to a client (TileJSON 3.0.0).
type TileJSON struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name"`
	Scheme       string        `json:"scheme"`
	Tiles        []string      `json:"tiles"`
	MinZoom      int           `json:"minzoom"`
	MaxZoom      int           `json:"maxzoom"`
	Bounds       [4]float64    `json:"bounds"` // west, south, east, north
	Attribution  string        `json:"attribution,omitempty"`
	VectorLayers []VectorLayer `json:"vector_layers"`
}

// VectorLayer describes one layer of a set.
type VectorLayer struct {
	ID      string            `json:"id"`
	MinZoom int               `json:"minzoom"`
	MaxZoom int               `json:"maxzoom"`
	Fields  map[string]string `json:"fields"`
}

// LayersTable writes for readers what TileJSON says to programs: every layer of both sets, from which zoom it is there and what its
// features carry, as a table in Markdown.
func LayersTable() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| set | layer | zooms | attributes |\n|---|---|---|---|\n")
	for _, l := range layers {
		var fields []string
		for name, about := range l.fields {
			fields = append(fields, "`"+name+"` "+about)
		}
		slices.Sort(fields)
		fmt.Fprintf(&b, "| %s | %s | %d–%d | %s |\n", l.set, l.name, l.minZoom, MaxZoom, strings.Join(fields, "; "))
	}
	return b.String()
}

// lowestZoom is where the first layer of any set begins.
const lowestZoom = 4

// TileJSON describes a set whose tiles are served below baseURL. Its bounds are the county's.
func (t *Tiles) TileJSON(ctx context.Context, set, baseURL string) (TileJSON, error) {
	county, kind, err := SplitSet(set)
	if err != nil {
		return TileJSON{}, err
	}
	out := TileJSON{TileJSON: "3.0.0", Name: set, Scheme: "xyz", MinZoom: lowestZoom, MaxZoom: MaxZoom,
		Tiles:  []string{fmt.Sprintf("%s/tiles/%s/{z}/{x}/{y}.mvt", baseURL, set)},
		Bounds: [4]float64{-180, -85.0511, 180, 85.0511}}
	if out.Attribution, err = attribution(ctx, t.pool, county, kind); err != nil {
		return out, fmt.Errorf("name the sources of %s: %w", set, err)
	}
	for _, l := range layers {
		if l.set == kind {
			out.VectorLayers = append(out.VectorLayers, VectorLayer{l.name, l.minZoom, MaxZoom, l.fields})
		}
	}
	const sql = `
		SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)
		  FROM (SELECT ST_Extent(geom) AS e FROM map_regions WHERE county = $1) x
		 WHERE e IS NOT NULL`
	b := &out.Bounds
	err = t.pool.QueryRow(ctx, sql, county).Scan(&b[0], &b[1], &b[2], &b[3])
	if errors.Is(err, pgx.ErrNoRows) {
		return out, nil
	}
	return out, err
}

// Framed tells whether a county has census areas to draw.
func (t *Tiles) Framed(ctx context.Context, county string) (framed bool, err error) {
	const sql = `
		SELECT EXISTS (SELECT
		                 FROM map_areas
		                WHERE county = $1)`
	if err := t.pool.QueryRow(ctx, sql, county).Scan(&framed); err != nil {
		return false, fmt.Errorf("look for the census areas of %s: %w", county, err)
	}
	return framed, nil
}

// ownSource is what was made up here and owes nobody a word.
const ownSource = "demo"

var openStreetMap = regexp.MustCompile(`(?i)(\bosm|openstreetmap|\.pbf$)`)

// querier is a pool, or a transaction in which several things are read together.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// attributions are where a set's sources stand, with their licences where they tell them.
var attributions = map[string]string{
	"base":   `(SELECT county, source, '' AS licence FROM map_base)`,
	"census": `map_building_sources`,
}

// attribution names what a set was made of: OpenStreetMap in the words its licence asks for, other sources as they are called, each
// with its licence if it is known.
func attribution(ctx context.Context, from querier, county, kind string) (string, error) {
	const asked = `
		WITH RECURSIVE sources AS (
			(SELECT source, licence
			   FROM %[1]s b
			  WHERE county = $1
			  ORDER BY source
			  LIMIT 1)
			UNION ALL
			SELECT n.source, n.licence
			  FROM sources s
			 CROSS JOIN LATERAL (SELECT b.source, b.licence
			                       FROM %[1]s b
			                      WHERE b.county = $1 AND b.source > s.source
			                      ORDER BY b.source
			                      LIMIT 1) n
		)
		SELECT source, licence
		  FROM sources`
	rows, err := from.Query(ctx, fmt.Sprintf(asked, attributions[kind]), county)
	if err != nil {
		return "", err
	}
	type credit struct{ Source, Licence string }
	credits, err := pgx.CollectRows(rows, pgx.RowToStructByName[credit])
	if err != nil {
		return "", err
	}
	var names []string
	for _, c := range credits {
		name := c.Source
		switch {
		case strings.HasPrefix(name+"/", ownSource+"/"):
			continue
		case openStreetMap.MatchString(name):
			name = "© OpenStreetMap contributors (ODbL)"
		case c.Licence != "":
			name += " (" + c.Licence + ")"
		}
		if name = html.EscapeString(name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", "), nil
}
