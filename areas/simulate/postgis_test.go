package simulate

import (
	"context"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"canvass/migrations/dbtest"
)

// PostGIS, which knows nothing of how the ground was made, must find every outline valid, no two sub-areas or areas that
// overlap, their union the town, and each building within its sub-area and apart from the others.
func TestPostGISFindsAPartition(t *testing.T) {
	_, towns := grow(t, SizeTown, 5)
	ctx := context.Background()
	tx, err := dbtest.New(t).Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tx.Rollback(ctx); err != nil {
			t.Error(err)
		}
	}()
	kinds, parents, codes, shapes := flat(towns[0])
	if _, err := tx.Exec(ctx, `
		CREATE TEMPORARY TABLE ground ON COMMIT DROP AS
		SELECT kind, parent, code, ST_GeomFromText(shape, 4326) AS shape
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS t (kind, parent, code, shape)`,
		kinds, parents, codes, shapes); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(ctx, `CREATE INDEX ON ground USING gist (shape); CREATE INDEX ON ground (kind, parent); ANALYZE ground`); err != nil {
		t.Fatal(err)
	}
	for what, query := range map[string]string{
		"outlines that are not valid": `SELECT count(*) FROM ground WHERE NOT ST_IsValid(shape)`,
		"neighbours that overlap or share a point only by rounding": `
			SELECT count(*)
			FROM ground AS a
			JOIN ground AS b ON a.kind = b.kind AND a.code < b.code AND a.shape && b.shape
			WHERE a.kind <> 'building' AND NOT ST_Relate(a.shape, b.shape, 'FF*******')`,
		"buildings that meet": `
			SELECT count(*)
			FROM ground AS a
			JOIN ground AS b ON a.kind = b.kind AND a.code < b.code AND a.shape && b.shape
			WHERE a.kind = 'building' AND ST_Intersects(a.shape, b.shape)`,
		"parts that leave their whole": `
			SELECT count(*)
			FROM ground AS part
			JOIN ground AS whole ON whole.code = part.parent
			WHERE NOT ST_CoveredBy(part.shape, whole.shape)`,
		"wholes that their parts do not fill": `
			SELECT count(*)
			FROM ground AS whole
			WHERE whole.kind <> 'building' AND whole.kind <> 'sub_area'
			  AND NOT ST_Equals(whole.shape, (SELECT ST_Union(part.shape) FROM ground AS part WHERE part.parent = whole.code))`,
	} {
		var n int
		if err := tx.QueryRow(ctx, query).Scan(&n); err != nil {
			t.Errorf("count %s: %v", what, err)
		}
		if n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
}

// flat lists a town's shapes, each with the code of what it is a part of.
func flat(town *Town) (kinds, parents, codes, shapes []string) {
	add := func(kind, parent, code string, shape orb.Geometry) {
		kinds, parents = append(kinds, kind), append(parents, parent)
		codes, shapes = append(codes, code), append(shapes, wkt.MarshalString(shape))
	}
	add("town", "", town.Code, town.Outline)
	for _, a := range town.Areas {
		add("area", town.Code, a.Code, a.Outline)
		for _, s := range a.SubAreas {
			add("sub_area", a.Code, s.Code, s.Outline)
			for i, b := range s.Buildings {
				add("building", s.Code, s.Code+"-"+string(rune('一'+i)), b.Outline)
			}
		}
	}
	return kinds, parents, codes, shapes
}
