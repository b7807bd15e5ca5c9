package areas

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"canvass/geo"
)

// taken tells what became of a batch of buildings.
type taken struct {
	ids       []int64 // in the order given, where they were asked for
	inserted  int
	updated   int
	unchanged int
	kept      []keptByHand
}

// takeBuildings brings a batch in: new ones are added and numbered, those their source named before are brought up to date,
// and what did not change is left alone. The batch goes through a temporary table, so that its size does not matter:
//
//  1. stage the rows by COPY;
//  2. find the place of those that have none;
//  3. number those that are new to their sub-area, row by row from the north-west in a serpentine, after the highest number;
//  4. insert or update, and answer the ids.
func (t *tx) takeBuildings(ctx context.Context, batch []NewBuilding) (taken, error) {
	out := taken{ids: make([]int64, len(batch))}
	settings, err := t.settings(ctx)
	if err != nil {
		return out, err
	}
	if len(batch) <= fewBuildings {
		t.byIndex()
	}
	if err := t.openStage(ctx); err != nil {
		return out, err
	}
	if _, err = t.stageBuildings(ctx, settings, batch, 0); err != nil {
		return out, err
	}
	if slices.ContainsFunc(batch, func(b NewBuilding) bool { return b.Place == "" }) {
		if err := t.placeStaged(ctx); err != nil {
			return out, fmt.Errorf("find the places of buildings: %w", err)
		}
	}
	if err := t.stagedOnMap(ctx); err != nil {
		return out, err
	}
	if err := t.mergeStaged(ctx, &out, false); err != nil {
		return out, err
	}
	for i, b := range batch {
		if b.Sensitive {
			if err := t.forget(ctx, out.ids[i]); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// openStage makes the table that buildings are staged in, for this transaction.
func (t *tx) openStage(ctx context.Context) error {
	const sql = `
		CREATE TEMPORARY TABLE IF NOT EXISTS staged_buildings (
			seq int, place text COLLATE "C", kind text, standing text, reason text, name text, address text,
			floors int, stairwells int, doors int, units int, expected int, sensitive boolean,
			geom geometry, point geometry, source text, source_id text, source_date date, confidence real, licence text
		) ON COMMIT DELETE ROWS`
	if _, err := t.Exec(ctx, sql); err != nil {
		return fmt.Errorf("stage buildings: %w", err)
	}
	_, err := t.Exec(ctx, `TRUNCATE staged_buildings`)
	return err
}

// stageBuildings stages a batch, counting from first, and answers what ground it covers.
func (t *tx) stageBuildings(ctx context.Context, s Settings, batch []NewBuilding, first int) (orb.Bound, error) {
	columns := []string{"seq", "place", "kind", "standing", "reason", "name", "address", "floors", "stairwells", "doors",
		"units", "expected", "sensitive", "geom", "point", "source", "source_id", "source_date", "confidence", "licence"}
	bounds := batch[0].Geometry.Bound()
	rows := pgx.CopyFromSlice(len(batch), func(i int) ([]any, error) {
		b := &batch[i]
		bounds = bounds.Union(b.Geometry.Bound())
		expected := s.expectedDwellings(Capacity{Kind: b.Kind, Units: b.Units, Floors: b.Floors, Stairwells: b.Stairwells,
			Doors: b.Doors, AreaM2: geo.Area(b.Geometry)})
		return []any{first + i, b.Place, b.Kind, b.Standing, b.Reason, b.Name, b.Address, b.Floors, b.Stairwells, b.Doors, b.Units,
			expected, b.Sensitive, b.Geometry, geo.PointOnSurface(b.Geometry), b.Source, b.SourceID, b.SourceDate,
			b.Confidence, b.Licence}, nil
	})
	if _, err := t.CopyFrom(ctx, pgx.Identifier{"staged_buildings"}, columns, rows); err != nil {
		return bounds, fmt.Errorf("stage buildings: %w", err)
	}
	return bounds, nil
}

// placeStaged gives each staged building without a place the finest code whose ground holds its point, at last the county.
func (t *tx) placeStaged(ctx context.Context) error {
	const sql = `
		UPDATE staged_buildings b
		   SET place = coalesce(
		           (SELECT min(s.code) FROM sub_areas s
		             WHERE s.county = $1 AND s.retired_at IS NULL AND s.geom && b.point AND ST_Covers(s.geom, b.point)),
		           (SELECT min(a.code) FROM areas a
		             WHERE a.county = $1 AND a.retired_at IS NULL AND a.geom && b.point AND ST_Covers(a.geom, b.point)),
		           (SELECT min(r.code) FROM regions r
		             WHERE r.county = $1 AND length(r.code) = 9 AND r.retired_at IS NULL
		               AND r.geom && b.point AND ST_Covers(r.geom, b.point)),
		           $1)
		 WHERE b.place = ''`
	_, err := t.Exec(ctx, sql, t.county)
	return err
}

// stagedOnMap tells where those that will be brought up to date stand before.
func (t *tx) stagedOnMap(ctx context.Context) error {
	const sql = `
		SELECT b.id
		  FROM staged_buildings s
		  JOIN buildings b ON b.county = $1 AND b.source = s.source AND b.source_id = s.source_id`
	rows, err := t.Query(ctx, sql, t.county)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	return t.onMap(ctx, t.county, "buildings", ids...)
}

// mergeStaged numbers and writes what is staged. A sub-area's buildings are numbered in bands of 0.0004 degrees of latitude
// (45 m), every second band backwards. What a person set stays, unless it is overruled.
func (t *tx) mergeStaged(ctx context.Context, out *taken, overrule bool) (err error) {
	const sql = `
		WITH known AS (
			SELECT s.*,
			       b.id,
			       b.id IS NULL OR b.place <> s.place AS fresh,
			       coalesce(b.sensitive, false) AS hidden, -- its source does not bring back what a sensitive one does not carry
			       b.kind AS hidden_kind,
			       b.expected_dwellings AS hidden_expected
			  FROM staged_buildings s
			  LEFT JOIN buildings b ON b.county = $1 AND b.source = s.source AND b.source_id = s.source_id
		), banded AS (
			SELECT k.*,
			       floor((max(ST_Y(k.point)) OVER (PARTITION BY k.place) - ST_Y(k.point)) / 0.0004)::int AS band
			  FROM known k
		), highest AS (
			SELECT p.place,
			       greatest((SELECT max(b.number) FROM buildings b WHERE b.county = $1 AND b.place = p.place),
			                (SELECT max(m.number) FROM moves m WHERE m.county = $1 AND m.place = p.place AND m.subject = 'building')) AS number
			  FROM (SELECT DISTINCT k.place FROM known k) p
		), numbered AS (
			SELECT n.*,
			       CASE WHEN n.fresh AND length(n.place) = 15
			            THEN coalesce(h.number, 0) + row_number() OVER (PARTITION BY n.place, n.fresh
			                 ORDER BY n.band, CASE n.band % 2 WHEN 0 THEN ST_X(n.point) ELSE -ST_X(n.point) END, n.seq)
			            ELSE 0 END AS number
			  FROM banded n
			  LEFT JOIN highest h ON h.place = n.place
		), written AS (
			INSERT INTO buildings AS b (county, place, number, kind, standing, reason, name, address, floors, stairwells, doors,
			                            units, expected_dwellings, sensitive, geom, point, source, source_id, source_date,
			                            confidence, licence)
			SELECT $1, place, number, CASE WHEN hidden THEN hidden_kind ELSE kind END, standing, reason,
			       CASE WHEN hidden THEN '' ELSE name END, CASE WHEN hidden THEN '' ELSE address END,
			       CASE WHEN NOT hidden THEN floors END, CASE WHEN NOT hidden THEN stairwells END,
			       CASE WHEN NOT hidden THEN doors END, CASE WHEN NOT hidden THEN units END,
			       CASE WHEN hidden THEN hidden_expected ELSE expected END, sensitive OR hidden,
			       geom, point, source, source_id, source_date, confidence, licence
			  FROM numbered
			 ORDER BY place, number, seq
			    ON CONFLICT ON CONSTRAINT buildings_come_once_from_a_source DO UPDATE
			   SET place = EXCLUDED.place,
			       number = CASE WHEN EXCLUDED.number > 0 THEN EXCLUDED.number ELSE b.number END,
			       kind = EXCLUDED.kind,
			       name = EXCLUDED.name,
			       address = EXCLUDED.address,
			       floors = EXCLUDED.floors,
			       stairwells = EXCLUDED.stairwells,
			       doors = EXCLUDED.doors,
			       units = EXCLUDED.units,
			       sensitive = EXCLUDED.sensitive,
			       by_hand = CASE WHEN $2 THEN '{}' ELSE b.by_hand END,
			       expected_dwellings = EXCLUDED.expected_dwellings,
			       geom = EXCLUDED.geom,
			       point = EXCLUDED.point,
			       source_date = EXCLUDED.source_date,
			       confidence = EXCLUDED.confidence,
			       licence = EXCLUDED.licence,
			       changed_at = now(),
			       revision = b.revision + 1
			 WHERE (b.place, b.kind, b.name, b.address, b.expected_dwellings, b.licence)
			       <> (EXCLUDED.place, EXCLUDED.kind, EXCLUDED.name, EXCLUDED.address, EXCLUDED.expected_dwellings, EXCLUDED.licence)
			    OR (b.floors, b.stairwells, b.doors, b.units, b.source_date, b.confidence)
			       IS DISTINCT FROM (EXCLUDED.floors, EXCLUDED.stairwells, EXCLUDED.doors, EXCLUDED.units, EXCLUDED.source_date,
			                         EXCLUDED.confidence)
			    OR NOT b.geom ~= EXCLUDED.geom OR ST_AsBinary(b.geom) <> ST_AsBinary(EXCLUDED.geom)
			RETURNING b.source, b.source_id, b.id, b.revision
		)
		SELECT n.seq,
		       coalesce(w.id, n.id),
		       CASE WHEN n.id IS NULL THEN 1 WHEN w.id IS NULL THEN 3 ELSE 2 END
		  FROM numbered n
		  LEFT JOIN written w ON w.source = n.source AND w.source_id = n.source_id`
	if !overrule {
		if out.kept, err = t.keepByHand(ctx); err != nil {
			return fmt.Errorf("keep what was set by hand: %w", err)
		}
	}
	rows, err := t.Query(ctx, sql, t.county, overrule)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var seq, became int
		var id int64
		if err := rows.Scan(&seq, &id, &became); err != nil {
			return err
		}
		if out.ids != nil {
			out.ids[seq] = id
		}
		switch became {
		case 1:
			out.inserted++
		case 2:
			out.updated++
		default:
			out.unchanged++
		}
	}
	return rows.Err()
}

// Capacity is what is known of how many dwellings a building may hold.
type Capacity struct {
	Kind                             string
	Units, Floors, Stairwells, Doors *int
	AreaM2                           float64 // of the footprint
}

// expectedDwellings tells how many dwellings a building likely holds: its units where they are known, else stairwells ×
// floors × doors, else floor area over the area of a dwelling, else one for a house. A mixed building's ground floor is shops.
func (s Settings) expectedDwellings(c Capacity) int {
	switch {
	case c.Kind == "collective":
		return s.CollectiveExpect
	case c.Kind != "residential" && c.Kind != "mixed":
		return 0
	case c.Units != nil:
		return *c.Units
	case c.Floors != nil && c.Stairwells != nil && c.Doors != nil:
		return c.floors() * *c.Stairwells * *c.Doors
	case c.AreaM2 <= s.HouseSquareM && (c.Floors == nil || *c.Floors <= 3):
		return 1
	default:
		return max(1, int(float64(c.floors())*c.AreaM2/s.DwellingSquareM))
	}
}

// floors counts the floors that people live on; an unknown number is one.
func (c Capacity) floors() int {
	n := 1
	if c.Floors != nil {
		n = *c.Floors
	}
	if c.Kind == "mixed" && n > 1 {
		n--
	}
	return n
}

// footprint brings a building's geometry to the grid and refuses one that is broken or is no point or area.
func footprint(g orb.Geometry) (orb.Geometry, error) {
	switch g.(type) {
	case orb.Point, orb.Polygon, orb.MultiPolygon:
	default:
		return nil, refuse(Invalid, "geometry_kind", "建筑物须是点、多边形或多个多边形",
			"a building is a point, a polygon or a multipolygon").On("geometry")
	}
	mended, _, err := geo.Mend(geo.Snap(g))
	if err == nil {
		err = geo.Check(mended)
	}
	if err != nil {
		return nil, broken(err)
	}
	return mended, nil
}
