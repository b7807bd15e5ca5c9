package tiles

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// A set is described with what TileJSON 3.0 requires, and with what is in its tiles.
func TestTileJSON(t *testing.T) {
	tiles, _ := newTiles(t)
	for set, want := range map[string]string{
		"370883-base":   "landuse water waterway base_building road rail barrier boundary place poi address",
		"370883-census": "regions areas sub_areas buildings building_marks region_labels area_labels sub_area_labels",
	} {
		described, err := tiles.TileJSON(t.Context(), set, "https://census.example")
		if err != nil {
			t.Fatal(err)
		}
		wire := wireOf(t, described)
		for _, required := range []string{"tilejson", "tiles", "vector_layers", "minzoom", "maxzoom", "bounds", "name", "scheme"} {
			if wire[required] == nil {
				t.Errorf("%s has no %s", set, required)
			}
		}
		if wire["tilejson"] != "3.0.0" || wire["scheme"] != "xyz" || described.MinZoom != 4 || described.MaxZoom != 16 {
			t.Errorf("%v", wire)
		}
		if described.Bounds != [4]float64{116.9, 35.3, 117.31, 35.5} {
			t.Errorf("bounds %v", described.Bounds)
		}
		if got := described.Tiles[0]; got != "https://census.example/tiles/"+set+"/{z}/{x}/{y}.mvt" {
			t.Errorf("tiles at %s", got)
		}
		var names []string
		for _, l := range described.VectorLayers {
			names = append(names, l.ID)
			if l.Fields == nil || l.MinZoom < described.MinZoom || l.MaxZoom > described.MaxZoom {
				t.Errorf("layer %+v", l)
			}
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s has %s, want %s", set, got, want)
		}
	}
	if _, err := tiles.TileJSON(t.Context(), "370883-other", ""); !errors.Is(err, ErrNoSet) {
		t.Errorf("another set: %v", err)
	}
	world, err := tiles.TileJSON(t.Context(), "999999-census", "")
	if err != nil || world.Bounds != [4]float64{-180, -85.0511, 180, 85.0511} {
		t.Errorf("a county that is not there: %v, %v", world.Bounds, err)
	}
}

func wireOf(t *testing.T, described TileJSON) (wire map[string]any) {
	t.Helper()
	raw, err := json.Marshal(described)
	if err == nil {
		err = json.Unmarshal(raw, &wire)
	}
	if err != nil {
		t.Fatal(err)
	}
	return wire
}

// A map names what it was really made of: never OpenStreetMap for what was made up.
func TestAttribution(t *testing.T) {
	tiles, owner := newTiles(t)
	names := func(set string) string {
		t.Helper()
		described, err := tiles.TileJSON(t.Context(), set, "")
		if err != nil {
			t.Fatal(err)
		}
		return described.Attribution
	}
	for set, want := range map[string]string{
		"370883-base":   "© OpenStreetMap contributors (ODbL), survey.geojson",
		"371000-base":   "", // the demo's own
		"370883-census": "test",
		"371000-census": "",
		"999999-base":   "",
	} {
		if got := names(set); got != want {
			t.Errorf("%s names %q, want %q", set, got, want)
		}
	}
	if _, err := owner.Exec(t.Context(), `UPDATE base_features SET source = '<b>' WHERE county = '371000'`); err != nil {
		t.Fatal(err)
	}
	const others = `
		UPDATE buildings
		   SET source = CASE id % 4 WHEN 0 THEN 'plateau-2020' WHEN 1 THEN 'x.osm.pbf' WHEN 2 THEN 'field' ELSE 'demo' END,
		       licence = CASE id % 4 WHEN 0 THEN 'CC BY 4.0' WHEN 3 THEN 'CC0' ELSE '' END,
		       source_id = id
		 WHERE county = '370883'`
	if _, err := owner.Exec(t.Context(), others); err != nil {
		t.Fatal(err)
	}
	if got := names("370883-census"); got != "plateau-2020 (CC BY 4.0), © OpenStreetMap contributors (ODbL)" {
		t.Errorf("the buildings' sources are named %q", got)
	}
	if got := names("371000-base"); got != "&lt;b&gt;" {
		t.Errorf("a source that would be markup is named %q", got)
	}
}

// Every attribute that the views give is described, and none that is not there.
func TestFieldsAreThoseOfTheRows(t *testing.T) {
	tiles, _ := newTiles(t)
	for _, l := range layers {
		if l.on != "" {
			continue // what it is made of is described there
		}
		args := []any{"370883", nil, 14}
		if l.kind != "" {
			args = append(args, l.kind)
		}
		rows, err := tiles.pool.Query(t.Context(), l.sql, args...)
		if err != nil {
			t.Fatal(err)
		}
		var columns []string
		for _, c := range rows.FieldDescriptions()[2:] {
			columns = append(columns, c.Name)
			if l.fields[c.Name] == "" {
				t.Errorf("%s gives %s, which is not described", l.name, c.Name)
			}
		}
		rows.Close()
		for field := range l.fields {
			if !slices.Contains(columns, field) {
				t.Errorf("%s describes %s, which is not given", l.name, field)
			}
		}
	}
}

// What the map may show, column by column. Whoever adds one says here that it tells nothing of a person.
func TestViewsHoldNothingOfPersons(t *testing.T) {
	_, owner := newTiles(t)
	const sql = `
		SELECT table_name::text || ': ' || string_agg(column_name, ' ' ORDER BY ordinal_position)
		  FROM information_schema.columns
		 WHERE table_schema = 'public' AND table_name LIKE 'map\_%'
		 GROUP BY table_name
		 ORDER BY table_name`
	rows, err := owner.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"map_areas: county id code town name kind geom point revision",
		"map_base: county id layer class name name_en rank min_zoom bridge tunnel geom source",
		"map_building_sources: county source licence",
		"map_buildings: county id place sub_area number kind standing floors name geom point revision",
		"map_changes: county revision serial layer id west south east north",
		"map_regions: county id code level name geom point revision",
		"map_revisions: county revision kept_from",
		"map_roster_assignments: county sub_area id round enumerator epoch begun_at done_at revision",
		"map_roster_buildings: county place id number kind standing name address floors stairwells doors units expected_dwellings point revision",
		"map_roster_dwellings: county sub_area id building stairwell floor door occupancy evidence attempts resolved visited_at next_call_at revision",
		"map_roster_households: county sub_area id dwelling number kind collection long_form present_registered present_elsewhere present_pending absent_registered revision hmt_form death_form",
		"map_roster_sub_areas: county code area_name town_name description state expected_households geom revision",
		"map_sub_areas: county id code area number geom point revision",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the views hold\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	const sensitive = `UPDATE buildings SET sensitive = true, kind = 'collective', floors = NULL, stairwells = NULL, doors = NULL, units = NULL, name = '', address = '' WHERE source_id = '2'`
	if _, err := owner.Exec(t.Context(), sensitive); err != nil {
		t.Fatal(err)
	}
	var told string
	const shown = `SELECT concat(m.name, m.kind, m.floors) FROM map_buildings m JOIN buildings b USING (county, id) WHERE b.source_id = '2'`
	if err := owner.QueryRow(t.Context(), shown).Scan(&told); err != nil || told != "" {
		t.Errorf("of a sensitive building the map tells %q (%v)", told, err)
	}
}

// The table names every layer and every attribute of it, once.
func TestLayersTable(t *testing.T) {
	table := LayersTable()
	for _, l := range layers {
		_, row, found := strings.Cut(table, fmt.Sprintf("| %s | %s | %d–%d | ", l.set, l.name, l.minZoom, MaxZoom))
		row, _, _ = strings.Cut(row, "\n")
		for name := range l.fields {
			if !found || strings.Count(row, "`"+name+"`") != 1 {
				t.Errorf("%s of %s is not in the table:\n%s", name, l.name, table)
			}
		}
	}
	if n := strings.Count(table, "\n"); n != len(layers)+2 {
		t.Errorf("the table has %d lines for %d layers", n, len(layers))
	}
}
