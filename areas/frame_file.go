package areas

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"canvass/geo/vector"
)

// The layers of a frame that was written to a file for desktop programs. Sub-areas are what is edited there; outlines of
// areas and regions follow from them, and buildings are there to be seen.
const (
	layerRegions   = "regions"
	layerAreas     = "areas"
	layerSubAreas  = "sub_areas"
	layerBuildings = "buildings"
	layerStamp     = "frame_stamp"   // of which county and revision the file is
	layerMembers   = "frame_members" // which sub-areas were written, and at which revision each was
)

// frameLayer is a layer of a frame's file, and where its rows come from: all of them text but for geom.
type frameLayer struct {
	vector.Layer
	sql string
}

func columns(namesAndTypes ...string) (out []vector.Column) {
	for i := 0; i+1 < len(namesAndTypes); i += 2 {
		out = append(out, vector.Column{Name: namesAndTypes[i], Type: namesAndTypes[i+1]})
	}
	return out
}

var frameLayers = []frameLayer{
	{vector.Layer{Name: layerRegions, Title: "区划 · regions", Geometry: "MULTIPOLYGON",
		Columns: columns("code", "TEXT", "name", "TEXT", "expected_households", "INTEGER", "revision", "INTEGER")}, `
		SELECT r.geom, r.code, r.name, r.expected_households::text, r.revision::text
		  FROM regions r
		 WHERE r.county = $1 AND r.retired_at IS NULL AND r.geom IS NOT NULL
		 ORDER BY r.code`},
	{vector.Layer{Name: layerAreas, Title: "普查区 · census areas", Geometry: "MULTIPOLYGON",
		Columns: columns("code", "TEXT", "town", "TEXT", "name", "TEXT", "kind", "TEXT", "expected_households", "INTEGER", "revision", "INTEGER")}, `
		SELECT a.geom, a.code, a.town, a.name, a.kind, a.expected_households::text, a.revision::text
		  FROM areas a
		 WHERE a.county = $1 AND a.retired_at IS NULL AND a.geom IS NOT NULL
		 ORDER BY a.code`},
	{vector.Layer{Name: layerSubAreas, Title: "普查小区 · census sub-areas", Geometry: "MULTIPOLYGON",
		Columns: columns("code", "TEXT", "area", "TEXT", "area_name", "TEXT", "description", "TEXT", "state", "TEXT",
			"expected_households", "INTEGER", "buildings", "INTEGER", "dwellings", "INTEGER", "households", "INTEGER", "revision", "INTEGER")}, `
		SELECT s.geom, s.code, s.area, a.name, s.description, s.state, s.expected_households::text,
		       coalesce(c.buildings, 0)::text, coalesce(c.listed + c.unlisted, 0)::text, coalesce(c.households, 0)::text, s.revision::text
		  FROM sub_areas s
		  JOIN areas a ON a.county = s.county AND a.code = s.area
		  LEFT JOIN coverage c ON c.county = s.county AND c.sub_area = s.code
		 WHERE s.county = $1 AND s.retired_at IS NULL AND s.geom IS NOT NULL
		 ORDER BY s.code`},
	{vector.Layer{Name: layerBuildings, Title: "建筑物 · buildings", Geometry: "GEOMETRY",
		Columns: columns("id", "INTEGER", "place", "TEXT", "number", "INTEGER", "kind", "TEXT", "standing", "TEXT", "name", "TEXT",
			"address", "TEXT", "floors", "INTEGER", "stairwells", "INTEGER", "expected_dwellings", "INTEGER", "revision", "INTEGER")}, `
		SELECT b.geom, b.id::text, b.place, b.number::text, b.kind, b.standing, b.name, b.address, b.floors::text, b.stairwells::text,
		       b.expected_dwellings::text, b.revision::text
		  FROM buildings b
		 WHERE b.county = $1 AND b.retired_at IS NULL
		 ORDER BY b.id`},
	{vector.Layer{Name: layerMembers, Title: "导出时的普查小区 · sub-areas as they were written",
		Columns: columns("code", "TEXT", "revision", "INTEGER")}, `
		SELECT NULL::geometry AS geom, s.code, s.revision::text
		  FROM sub_areas s
		 WHERE s.county = $1 AND s.retired_at IS NULL AND s.geom IS NOT NULL
		 ORDER BY s.code`},
	{vector.Layer{Name: layerStamp, Title: "导出说明 · what this file is",
		Columns: columns("county", "TEXT", "revision", "INTEGER", "written_at", "TEXT")}, `
		SELECT NULL::geometry AS geom, $1::text AS county,
		       (SELECT coalesce(max(r.revision), 0) FROM revisions r WHERE r.county = $1)::text AS revision,
		       to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS written_at`},
}

// FrameLayers lists the layers of a frame's file.
func FrameLayers() (out []vector.Layer) {
	for _, l := range frameLayers {
		out = append(out, l.Layer)
	}
	return out
}

// ExportFrame gives a county's frame as it is at one moment, row by row: regions, census areas, sub-areas and buildings, and
// what EditFrame needs to know of it when it comes back edited. It answers the frame's revision.
func (s *Store) ExportFrame(ctx context.Context, actor Actor, county Code, write func(layer string, f vector.Feature) error) (revision int64, err error) {
	if county.Level() != LevelCounty {
		return 0, refuse(Invalid, "county_missing", "请给出 6 位县代码", "give the county's six digits").On("county")
	}
	err = s.read(ctx, actor, county, func(t *tx) error {
		if err := t.must(Text{"导出普查区划", "export the frame"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		if _, err := t.geometry(ctx, county); err != nil {
			return err
		}
		if revision, err = t.frameRevision(ctx); err != nil {
			return err
		}
		for _, l := range frameLayers {
			if err := t.exportLayer(ctx, l, write); err != nil {
				return fmt.Errorf("export the layer %s: %w", l.Name, err)
			}
		}
		return nil
	})
	return revision, err
}

func (t *tx) exportLayer(ctx context.Context, l frameLayer, write func(layer string, f vector.Feature) error) error {
	rows, err := t.Query(ctx, l.sql, t.county)
	if err != nil {
		return err
	}
	defer rows.Close()
	texts := make([]*string, len(l.Columns))
	var g orb.Geometry
	into := []any{&g}
	for i := range texts {
		into = append(into, &texts[i])
	}
	for rows.Next() {
		g = nil
		if err := rows.Scan(into...); err != nil {
			return err
		}
		f := vector.Feature{Geometry: g, Properties: make(vector.Properties, len(texts))}
		for i, c := range l.Columns {
			f.Properties[i].Name = c.Name
			if texts[i] != nil {
				f.Properties[i].Value = *texts[i]
			}
		}
		if err := write(l.Name, f); err != nil {
			return err
		}
	}
	return rows.Err()
}
