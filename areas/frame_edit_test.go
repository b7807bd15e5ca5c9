package areas_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"canvass/areas"
	"canvass/geo/vector"
)

// exported writes the frame to a file, as the command does.
func (p *place) exported() string {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), "frame.gpkg")
	file, err := vector.CreateGeoPackage(path)
	p.ok(err)
	for _, l := range areas.FrameLayers() {
		p.ok(file.Layer(l))
	}
	_, err = p.ExportFrame(p.t.Context(), p.gis, county, file.Write)
	p.ok(err)
	p.ok(file.Close())
	return path
}

// read reads an exported frame back.
func (p *place) read(path string) areas.FrameEdit {
	p.t.Helper()
	e, err := areas.ReadFrameEdit(path)
	p.ok(err)
	return e
}

// drawnAs gives a row of an edited frame other ground.
func drawnAs(e *areas.FrameEdit, code areas.Code, ground string) {
	i := slices.IndexFunc(e.SubAreas, func(s areas.EditedSubArea) bool { return s.Code == code })
	e.SubAreas[i].Geometry = multi(ground)
}

const (
	westSouth = "MULTIPOLYGON(((117 35, 117.01 35, 117.01 35.005, 117 35.005, 117 35)))"
	westNorth = "MULTIPOLYGON(((117 35.005, 117.01 35.005, 117.01 35.01, 117 35.01, 117 35.005)))"
)

// The file has every level with its codes and counts, says what it stands on, and nothing differs when it comes back as it
// went.
func TestFrameGoesOutAndComesBack(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	path := p.exported()
	db, err := sql.Open("sqlite", path)
	p.ok(err)
	defer db.Close()
	for query, want := range map[string]string{
		`SELECT group_concat(code || ' ' || area_name || ' ' || buildings || ' ' || dwellings || ' ' || revision, ', ') FROM sub_areas`: "370883100201001 北王村 3 5 1, 370883100201002 北王村 0 0 1",
		`SELECT county || ' ' || revision FROM frame_stamp`:                                                                             "370883 0",
		`SELECT group_concat(code || ' ' || revision, ', ') FROM frame_members`:                                                         "370883100201001 1, 370883100201002 1",
		`SELECT group_concat(place || ' ' || number, ', ') FROM buildings`:                                                              "370883100201001 1, 370883100201001 2, 370883100201001 3",
		`SELECT count(*) FROM rtree_sub_areas_geom`:                                                                                     "2",
		`SELECT group_concat(table_name || ' ' || srs_id) FROM gpkg_contents WHERE data_type = 'features' AND table_name = 'sub_areas'`: "sub_areas 4326",
	} {
		var got string
		p.ok(db.QueryRow(query).Scan(&got))
		if got != want {
			t.Errorf("%s is %q, want %q", query, got, want)
		}
	}
	found, err := p.EditFrame(t.Context(), p.gis, areas.Asked{}, p.read(path))
	p.ok(err)
	if len(found.Members)+len(found.Retired)+len(found.Described) != 0 || found.Revision != 0 {
		t.Errorf("of what came back as it went differs %+v", found)
	}
	_, err = p.ExportFrame(t.Context(), p.enum, county, func(string, vector.Feature) error { return nil })
	p.refused(err, "role_not_allowed")
	_, err = p.ExportFrame(t.Context(), p.gis, "370999", func(string, vector.Feature) error { return nil })
	p.refused(err, "outside_scope")
}

// Pieces with one code are a split: the plan shows it and writes nothing, then it is carried out as one change.
func TestFrameEditSplits(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	e := p.read(p.exported())
	drawnAs(&e, west, westSouth)
	e.SubAreas = append(e.SubAreas, areas.EditedSubArea{Where: "sub_areas fid 3", Code: west, Description: "北片", Geometry: multi(westNorth)})
	e.SubAreas[1].Description = "东片"
	seen, err := p.EditFrame(t.Context(), p.gis, areas.Asked{Preview: true}, e)
	p.ok(err)
	if seen.Revision != 0 || len(seen.Members) != 3 || seen.Members[0].Dwellings != 5 || seen.Members[1].Code != area+"003" || seen.Members[1].Dwellings != 0 {
		t.Fatalf("the plan is %+v", seen)
	}
	if list, err := p.SubAreas(t.Context(), p.gis, areas.SubAreaQuery{Within: county}); err != nil || len(list.Items) != 2 {
		t.Fatalf("looking at it changed it: %v", err)
	}
	done, err := p.EditFrame(t.Context(), p.gis, areas.Asked{Reason: "新路"}, e)
	p.ok(err)
	if done.Revision != 1 || len(done.Described) != 1 || done.Described[0] != east || len(done.Assignments) != 2 {
		t.Fatalf("%+v", done)
	}
	north, err := p.Geometry(t.Context(), p.gis, west)
	p.ok(err)
	if north.Bound().Min[1] != 35.005 {
		t.Errorf("the part with the dwellings does not keep the code: %v", north)
	}
	described, err := p.SubArea(t.Context(), p.gis, east)
	p.ok(err)
	if described.Description != "东片" {
		t.Errorf("it is described as %q", described.Description)
	}
	p.sound()
	_, err = p.EditFrame(t.Context(), p.gis, areas.Asked{}, e)
	p.refused(err, "changed_since")
}

// A row that is gone is merged with whoever has its ground, and a row without a code is new.
func TestFrameEditMergesAndDraws(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	e := p.read(p.exported())
	drawnAs(&e, west, "MULTIPOLYGON(((117 35, 117.02 35, 117.02 35.01, 117 35.01, 117 35), (117.015 35.004, 117.015 35.006, 117.017 35.006, 117.017 35.004, 117.015 35.004)))")
	e.SubAreas = slices.DeleteFunc(e.SubAreas, func(s areas.EditedSubArea) bool { return s.Code == east })
	e.SubAreas = append(e.SubAreas, areas.EditedSubArea{Where: "sub_areas fid 3", Area: area, Description: "园区",
		Geometry: multi("MULTIPOLYGON(((117.015 35.004, 117.017 35.004, 117.017 35.006, 117.015 35.006, 117.015 35.004)))")})
	done, err := p.EditFrame(t.Context(), p.gis, areas.Asked{}, e)
	p.ok(err)
	if len(done.Retired) != 1 || done.Retired[0].Code != east || len(done.Members) != 2 {
		t.Fatalf("%+v", done)
	}
	made, err := p.SubArea(t.Context(), p.gis, area+"003")
	p.ok(err)
	if made.Description != "园区" {
		t.Errorf("the new one is %+v", made)
	}
	p.sound()
}

// What leaves a gap, overlaps, reaches outside, cuts a building or is broken is refused with every place; nothing is written.
func TestFrameEditRefuses(t *testing.T) {
	p := newPlace(t)
	path := p.exported()
	for _, c := range []struct {
		name, code string
		edit       func(e *areas.FrameEdit)
		places     int
	}{
		{"gap", "gap", func(e *areas.FrameEdit) { drawnAs(e, west, westSouth) }, 1},
		{"gone", "gap", func(e *areas.FrameEdit) { e.SubAreas = e.SubAreas[:1] }, 1},
		{"overlap", "overlap", func(e *areas.FrameEdit) {
			drawnAs(e, west, "MULTIPOLYGON(((117 35, 117.011 35, 117.011 35.01, 117 35.01, 117 35)))")
		}, 1},
		{"outside", "outside", func(e *areas.FrameEdit) {
			drawnAs(e, west, "MULTIPOLYGON(((116.999 35, 117.01 35, 117.01 35.01, 117 35.01, 116.999 35)))")
		}, 1},
		{"gap and overlap", "gap", func(e *areas.FrameEdit) {
			drawnAs(e, west, "MULTIPOLYGON(((117 35.001, 117.011 35.001, 117.011 35.01, 117 35.01, 117 35.001)))")
		}, 2},
		{"a building", "building_cut", func(e *areas.FrameEdit) {
			drawnAs(e, west, "MULTIPOLYGON(((117 35, 117.01 35, 117.01 35.0085, 117 35.0085, 117 35)))")
			e.SubAreas = append(e.SubAreas, areas.EditedSubArea{Geometry: multi("MULTIPOLYGON(((117 35.0085, 117.01 35.0085, 117.01 35.01, 117 35.01, 117 35.0085)))")})
		}, 2},
		{"a code of one's own", "code_not_exported", func(e *areas.FrameEdit) { e.SubAreas[0].Code = area + "077" }, 1},
	} {
		e := p.read(path)
		c.edit(&e)
		_, err := p.EditFrame(t.Context(), p.gis, areas.Asked{}, e)
		p.refused(err, c.code)
		refusal := err.(*areas.Error)
		blocks := 0
		for _, found := range refusal.Troubles {
			if found.Blocks && found.Place != nil && found.In("zh") != found.In("en") {
				blocks++
			}
		}
		if blocks < c.places {
			t.Errorf("%s: %d places are told, want %d: %+v", c.name, blocks, c.places, refusal.Troubles)
		}
	}
	if list, err := p.SubAreas(t.Context(), p.gis, areas.SubAreaQuery{Within: county}); err != nil || len(list.Items) != 2 || list.Items[0].Revision != 1 {
		t.Errorf("something was written: %+v", list.Items)
	}
	p.sound()
}

// Outlines of areas follow from their sub-areas: moved by themselves they are refused.
func TestFrameEditKeepsLevelsTogether(t *testing.T) {
	p := newPlace(t)
	p.imported("sub_areas", "more.geojson", collection(feature("a", `"area":"B","town":"T"`, box(117.2, 35, 117.21, 35.01))))
	path := p.exported()
	e := p.read(path)
	if len(e.Areas) != 2 || e.Areas[1].Code != "370883101001" {
		t.Fatalf("exported were the outlines %+v", e.Areas)
	}
	e.Areas[1].Ground = multi("MULTIPOLYGON(((117.2 35, 117.212 35, 117.212 35.01, 117.2 35.01, 117.2 35)))")
	_, err := p.EditFrame(t.Context(), p.gis, areas.Asked{}, e)
	p.refused(err, "area_redrawn")
}

// Files that are no exported frame, or whose ground is broken, are refused before anything is held against the frame.
func TestFrameEditReadsOnlyItsOwn(t *testing.T) {
	p := newPlace(t)
	for name, spoil := range map[string]string{
		"file_unreadable":  `DELETE FROM gpkg_contents WHERE table_name = 'frame_stamp'`,
		"not_a_frame":      `DELETE FROM frame_stamp`,
		"crs_changed":      `INSERT INTO gpkg_spatial_ref_sys VALUES ('x', 3857, 'EPSG', 3857, 'x', ''); UPDATE gpkg_geometry_columns SET srs_id = 3857 WHERE table_name = 'sub_areas'`,
		"geometry_invalid": `DROP TRIGGER rtree_sub_areas_geom_update2; UPDATE sub_areas SET geom = NULL WHERE code = '370883100201001'`,
	} {
		path := p.exported()
		db, err := sql.Open("sqlite", path)
		p.ok(err)
		_, err = db.Exec(spoil)
		db.Close()
		if name == "geometry_invalid" && err != nil { // the triggers need functions that desktop programs have
			p.spoilt(path)
		} else {
			p.ok(err)
		}
		_, err = areas.ReadFrameEdit(path)
		p.refused(err, name)
	}
}

// spoilt takes the ground from a sub-area of a file without its triggers.
func (p *place) spoilt(path string) {
	p.t.Helper()
	db, err := sql.Open("sqlite", path)
	p.ok(err)
	defer db.Close()
	dropTriggers(p.t, db)
	_, err = db.Exec(`UPDATE sub_areas SET geom = NULL WHERE code = '370883100201001'`)
	p.ok(err)
}

// What is edited in layers that are only there to be seen is not taken, and said to be not.
func TestFrameEditTellsWhatItDoesNotTake(t *testing.T) {
	p := newPlace(t)
	p.imported("areas", "area.geojson", collection(feature("a", `"code":"370883100207","name":"东村"`, box(117.4, 35, 117.42, 35.01))))
	path := p.exported()
	found, err := p.EditFrame(t.Context(), p.gis, areas.Asked{Preview: true}, p.read(path))
	p.ok(err)
	if len(found.Troubles) > 0 {
		t.Fatalf("nothing was edited, but: %v", found.Troubles[0].In("en"))
	}
	db, err := sql.Open("sqlite", path)
	p.ok(err)
	defer db.Close()
	dropTriggers(t, db)
	for _, edit := range []string{
		`UPDATE buildings SET kind = 'collective' WHERE number = 1`,
		`DELETE FROM buildings WHERE number = 2`,
		`INSERT INTO buildings (place, kind) VALUES ('370883100201001', 'residential')`,
		`UPDATE areas SET name = '新村' WHERE code = '370883100207'`,
		`UPDATE sub_areas SET state = 'frozen' WHERE code = '370883100201001'`,
	} {
		_, err := db.Exec(edit)
		p.ok(err)
	}
	found, err = p.EditFrame(t.Context(), p.gis, areas.Asked{Preview: true}, p.read(path))
	p.ok(err)
	var told []string
	for _, f := range found.Troubles {
		what, _, _ := strings.Cut(f.In("en"), ", which")
		told = append(told, what)
		if f.Code != "not_taken" || f.Blocks {
			t.Errorf("%+v", f)
		}
	}
	first := fmt.Sprint(p.buildings[0])
	want := []string{first + " of the layer buildings was edited", "(no id) of the layer buildings is new", fmt.Sprint(p.buildings[1]) + " of the layer buildings was deleted",
		"370883100207 of the layer areas was edited", string(west) + " of the layer sub_areas was edited"}
	if !slices.Equal(told, want) {
		t.Errorf("told is %q, want %q", told, want)
	}
}

// dropTriggers takes away what keeps the index of places: it needs functions that desktop programs have.
func dropTriggers(t *testing.T, db *sql.DB) {
	t.Helper()
	var all string
	if err := db.QueryRow(`SELECT group_concat('DROP TRIGGER ' || name, '; ') FROM sqlite_master WHERE type = 'trigger'`).Scan(&all); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(all); err != nil {
		t.Fatal(err)
	}
}
