package areas_test

import (
	"strings"
	"testing"

	"canvass/areas"
	"canvass/migrations/dbtest"
)

// Whatever was done to the stored frame behind the service's back, the check finds: by its kind, with the place.
func TestVerifyFrame(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	p.imported("areas", "area.geojson", collection(feature("a", `"code":"370883100207","name":"东村"`, box(117.4, 35, 117.42, 35.01))))
	p.imported("sub_areas", "subs.geojson", collection(
		feature("1", `"area":"370883100207"`, box(117.4, 35, 117.41, 35.01)),
		feature("2", `"area":"370883100207"`, box(117.41, 35, 117.42, 35.01)),
	))
	p.sound()
	owner := dbtest.Owner(t, p.pool)
	for _, c := range []struct{ spoil, check, says, place string }{
		{`UPDATE sub_areas SET geom = ST_Multi(ST_GeomFromText('POLYGON((117.4 35, 117.411 35, 117.411 35.01, 117.4 35.01, 117.4 35))', 4326)) WHERE code = '370883100207001'`, "overlap", "shares 101", "370883100207001"},
		{`UPDATE sub_areas SET geom = ST_Multi(ST_GeomFromText('POLYGON((117.4 35, 117.41 35, 117.409 35.005, 117.41 35.01, 117.4 35.01, 117.4 35))', 4326)) WHERE code = '370883100207001'`, "gap", "between 370883100207001 and 370883100207002 belong to nobody", "370883100207001"},
		{`UPDATE sub_areas SET geom = ST_Multi(ST_GeomFromText('POLYGON((117.4 35, 117.41 35, 117.41 35.005, 117.41 35.01, 117.4 35.01, 117.4 35))', 4326)) WHERE code = '370883100207001'`, "unmatched vertex", "has no vertex where 370883100207001", "370883100207002"},
		{`UPDATE sub_areas SET geom = ST_Multi(ST_GeomFromText('POLYGON((117.39 35, 117.41 35, 117.41 35.01, 117.39 35.01, 117.39 35))', 4326)) WHERE code = '370883100207001'`, "nesting", "of 370883100207001 lie outside 370883100207", "370883100207001"},
		{`UPDATE areas SET geom = ST_Multi(ST_GeomFromText('POLYGON((117.4 35, 117.42 35, 117.42 35.02, 117.4 35.02, 117.4 35))', 4326)) WHERE code = '370883100207'`, "nesting", "of 370883100207 are in none of the places", "370883100207"},
		{`UPDATE areas SET retired_at = now() WHERE code = '370883100207'`, "parent", "belongs to 370883100207, which is retired", "370883100207001"},
		{`UPDATE buildings SET place = '370883100201002', number = 90 WHERE source_id = '3'`, "place", "stands in 370883100201001", "370883100201002"},
		{`UPDATE buildings SET place = '370883100', number = 91 WHERE source_id = '3'`, "place", "stands in 370883100201001", "370883100"},
		{`UPDATE dwellings SET sub_area = '370883100201002' WHERE floor = 2`, "place", "its building stands in 370883100201001", "370883100201002"},
		{groundOf("117.4 35, 117.410003 35, 117.410003 35.01, 117.4 35.01, 117.4 35"), "sliver overlap", "with 370883100207002", "370883100207001"},
		{groundOf("117.4 35, 117.41 35, 117.409998 35.005, 117.41 35.01, 117.4 35.01, 117.4 35"), "sliver gap", "belong to nobody", "370883100207001"},
		{groundOf("117.41 35, 117.42 35, 117.42 35.01, 117.41 35.01, 117.41 35"), "duplicate ring", "the same ring twice", "370883100207001"},
		{groundOf("117.4 35, 117.41 35.01, 117.41 35, 117.4 35.01, 117.4 35"), "self-intersection", "crosses or touches itself", "370883100207001"},
		{groundOf("117.4 35, 117.41 35, 117.41 35.01, 117.41 35.02, 117.41 35.01, 117.4 35.01, 117.4 35"), "spike", "turns back on itself", "370883100207001"},
		{groundOf("117.4 35, 117.4 35.01, 117.41 35.01, 117.41 35, 117.4 35"), "wrong winding", "a shell runs clockwise", "370883100207001"},
		{`UPDATE coverage SET listed = listed + 1 WHERE sub_area = '370883100201001'`, "counts", "differ from a recount", "370883100201001"},
		{`DELETE FROM coverage WHERE sub_area = '370883100207002'`, "counts", "differ from a recount", "370883100207002"},
		{`UPDATE dwellings SET resolved = NOT resolved WHERE floor = 2`, "resolved", "is marked", "370883100201001"},
		{`UPDATE buildings SET point = ST_SetSRID(ST_Point(117.9, 35.9), 4326) WHERE source_id = '3'`, "place", "stands in no sub-area", "370883100201001"},
	} {
		_, err := owner.Exec(t.Context(), c.spoil)
		p.ok(err)
		found, err := p.Verify(t.Context(), areas.System(), county, false)
		p.ok(err)
		told := false
		for _, f := range found {
			told = told || f.Check == c.check && strings.Contains(f.What, c.says) && string(f.Place) == c.place
		}
		if !told {
			t.Errorf("%s: found %+v", c.spoil, found)
		}
		_, err = owner.Exec(t.Context(), `UPDATE sub_areas SET geom = ST_Multi(ST_GeomFromText('POLYGON((117.4 35, 117.41 35, 117.41 35.01, 117.4 35.01, 117.4 35))', 4326)) WHERE code = '370883100207001';
			UPDATE areas SET geom = ST_Multi(ST_GeomFromText('POLYGON((117.4 35, 117.42 35, 117.42 35.01, 117.4 35.01, 117.4 35))', 4326)), retired_at = NULL WHERE code = '370883100207';
			UPDATE buildings SET place = '370883100201001', number = 3, point = ST_PointOnSurface(geom) WHERE source_id = '3';
			UPDATE dwellings SET sub_area = '370883100201001', resolved = false`)
		p.ok(err)
		_, err = p.Verify(t.Context(), areas.System(), county, true)
		p.ok(err)
		p.sound() // all is found by itself: nothing is left of the one before
	}
}

// One place by itself leaves ground of the place above, and that is no fault.
func TestVerifyFrameOfOnePlace(t *testing.T) {
	p := newPlace(t)
	p.imported("areas", "area.geojson", collection(feature("a", `"code":"370883100207","name":"东村"`, box(117.4, 35, 117.42, 35.01))))
	p.imported("sub_areas", "subs.geojson", collection(
		feature("1", `"area":"370883100207"`, box(117.4, 35, 117.41, 35.01)),
		feature("2", `"area":"370883100207"`, box(117.41, 35, 117.42, 35.01)),
	))
	for _, within := range []areas.Code{"370883100", "370883100207", "370883100207001"} {
		found, err := p.Verify(t.Context(), areas.System(), within, false)
		p.ok(err)
		if len(found) > 0 {
			t.Errorf("within %s: %+v", within, found)
		}
	}
}

// groundOf spoils the ground of a sub-area.
func groundOf(ring string) string {
	return `UPDATE sub_areas SET geom = ST_Multi(ST_GeomFromText('POLYGON((` + ring + `))', 4326)) WHERE code = '370883100207001'`
}
