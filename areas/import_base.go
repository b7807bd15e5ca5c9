package areas

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"canvass/geo/vector"
)

// baseImport takes what lies under the census's own map: roads, water, places. A source's features are replaced by those of
// the file, so that what is gone from it goes from the map.
type baseImport struct {
	r      *importRun
	staged int
}

// AddBase puts features under a county's map, in place of those the same source gave before.
func (s *Store) AddBase(ctx context.Context, actor Actor, county Code, source string, features []BaseFeature) error {
	return s.write(ctx, actor, county, func(t *tx) error {
		if err := t.must(Text{"导入底图", "import a base map"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		if err := t.openBaseStage(ctx); err != nil {
			return err
		}
		if err := t.stageBase(ctx, features); err != nil {
			return err
		}
		changed, err := t.mergeBase(ctx, source)
		if err != nil {
			return err
		}
		return t.record(ctx, "import", county, "base/"+source, map[string]any{"inserted": changed[0], "updated": changed[1]})
	})
}

// BaseFeature is something of the base map.
type BaseFeature struct {
	Layer    string // water, waterway, landuse, road, rail, barrier, building, place, address, poi or boundary
	Class    string
	Name     string
	NameEN   string
	Rank     int // the lower the more important
	MinZoom  int
	Bridge   bool
	Tunnel   bool
	Geometry orb.Geometry
	SourceID string
}

func newBaseImport(ctx context.Context, r *importRun) (*baseImport, error) {
	return &baseImport{r: r}, r.openBaseStage(ctx)
}

// baseLayers are the layers a file may name, with the zoom from which on one is shown that does not say.
var baseLayers = map[string]int{"water": 9, "waterway": 10, "landuse": 11, "road": 12, "rail": 9, "barrier": 15,
	"building": 14, "place": 10, "address": 16, "poi": 15, "boundary": 6}

func (b *baseImport) take(ctx context.Context, batch []importFeature) error {
	features := make([]BaseFeature, 0, len(batch))
	for _, f := range batch {
		layer, class := f.text("layer"), f.text("class")
		zoom, known := baseLayers[layer]
		if !known {
			b.r.refuse(f.Feature, fmt.Sprintf("the base map has no layer %q: name the column with --map layer=COLUMN, or the layer of all "+
				"rows with --map layer==road (%s)", layer, strings.Join(slices.Sorted(maps.Keys(baseLayers)), ", ")), nil)
			continue
		}
		rank, usual, known := vector.BaseClass(layer, class)
		if known {
			zoom = usual
		}
		features = append(features, BaseFeature{Layer: layer, Class: class, Name: f.text("name"), NameEN: f.text("name_en"),
			Rank: or(f.number("rank"), rank), MinZoom: or(f.number("min_zoom"), zoom), Bridge: f.text("bridge") == "true",
			Tunnel: f.text("tunnel") == "true", Geometry: f.Geometry, SourceID: f.id()})
	}
	b.r.Accepted += int64(len(features))
	b.staged += len(features)
	return b.r.stageBase(ctx, features)
}

func or(n *int, otherwise int) int {
	if n == nil {
		return otherwise
	}
	return *n
}

func (b *baseImport) finish(ctx context.Context) error {
	changed, err := b.r.mergeBase(ctx, b.r.Source)
	b.r.Inserted, b.r.Updated, b.r.Unchanged = changed[0], changed[1], int64(b.staged)-changed[0]-changed[1]
	return err
}

func (t *tx) openBaseStage(ctx context.Context) error {
	const sql = `
		CREATE TEMPORARY TABLE IF NOT EXISTS staged_base (
			layer text, class text, name text, name_en text, rank smallint, min_zoom smallint, bridge boolean, tunnel boolean,
			geom geometry, source_id text
		) ON COMMIT DELETE ROWS`
	if _, err := t.Exec(ctx, sql); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `TRUNCATE staged_base`)
	return err
}

// stageBase stages features and the names of the grounds among them.
func (t *tx) stageBase(ctx context.Context, features []BaseFeature) error {
	features = slices.Concat(features, labels(features))
	columns := []string{"layer", "class", "name", "name_en", "rank", "min_zoom", "bridge", "tunnel", "geom", "source_id"}
	_, err := t.CopyFrom(ctx, pgx.Identifier{"staged_base"}, columns, pgx.CopyFromSlice(len(features), func(i int) ([]any, error) {
		f := &features[i]
		return []any{f.Layer, f.Class, f.Name, f.NameEN, f.Rank, f.MinZoom, f.Bridge, f.Tunnel, f.Geometry, f.SourceID}, nil
	}))
	return err
}

// mergeBase makes a source's features those that are staged, and tells how many were inserted and updated; the names of grounds
// are not counted, for the file has no row for them.
func (t *tx) mergeBase(ctx context.Context, source string) (changed [2]int64, err error) {
	const sql = `
		WITH gone AS (
			DELETE FROM base_features b
			 WHERE b.county = $1 AND b.source = $2
			   AND NOT EXISTS (SELECT FROM staged_base s WHERE s.layer = b.layer AND s.source_id = b.source_id)
		), written AS (
			INSERT INTO base_features AS b (county, layer, class, name, name_en, rank, min_zoom, bridge, tunnel, geom, source, source_id)
			SELECT DISTINCT ON (layer, source_id)
			       $1, layer, class, name, name_en, rank, min_zoom, bridge, tunnel, geom, $2, source_id
			  FROM staged_base
			    ON CONFLICT ON CONSTRAINT base_features_come_once_from_a_source DO UPDATE
			   SET class = EXCLUDED.class,
			       name = EXCLUDED.name,
			       name_en = EXCLUDED.name_en,
			       rank = EXCLUDED.rank,
			       min_zoom = EXCLUDED.min_zoom,
			       bridge = EXCLUDED.bridge,
			       tunnel = EXCLUDED.tunnel,
			       geom = EXCLUDED.geom
			 WHERE (b.class, b.name, b.name_en, b.rank, b.min_zoom, b.bridge, b.tunnel)
			       <> (EXCLUDED.class, EXCLUDED.name, EXCLUDED.name_en, EXCLUDED.rank, EXCLUDED.min_zoom, EXCLUDED.bridge,
			           EXCLUDED.tunnel)
			    OR ST_AsBinary(b.geom) <> ST_AsBinary(EXCLUDED.geom)
			RETURNING (xmax = 0) AS inserted, source_id
		)
		SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted)
		  FROM written
		 WHERE NOT starts_with(reverse(source_id), reverse($3))`
	if err := t.QueryRow(ctx, sql, t.county, source, nameOfGround).Scan(&changed[0], &changed[1]); err != nil {
		return changed, err
	}
	t.mapChanged(nil, "base")
	return changed, nil
}
