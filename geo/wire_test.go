package geo_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/twpayne/go-geom"
	geomwkt "github.com/twpayne/go-geom/encoding/wkt"

	"canvass/geo"
	"canvass/migrations/dbtest"
)

const square = "POLYGON((0 0,1 0,1 1,0 1,0 0))"

// read scans one value of a query into a variable of the type that is asked for.
func read[T any](t *testing.T, pool *pgxpool.Pool, sql string, args ...any) (T, error) {
	t.Helper()
	var v T
	err := pool.QueryRow(context.Background(), sql, args...).Scan(&v)
	return v, err
}

func must[T any](t testing.TB, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func fromWKT(t testing.TB, s string) orb.Geometry {
	t.Helper()
	g, err := wkt.Unmarshal(s)
	return must(t, g, err)
}

// What is written arrives as itself, with its SRID, and comes back as itself.
func TestWireBothWays(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	for _, text := range []string{
		"POINT(116.4 39.9)",
		"MULTIPOINT((1 2),(3 4))",
		"LINESTRING(0 0,1 1,2 0)",
		"MULTILINESTRING((0 0,1 1),(2 2,3 3))",
		square,
		"POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,1 2,2 2,1 1))",
		"MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))",
		"GEOMETRYCOLLECTION(POINT(1 2),GEOMETRYCOLLECTION(LINESTRING(0 0,1 1)))",
		"LINESTRING EMPTY",
		"POLYGON EMPTY",
		"MULTIPOLYGON EMPTY",
		"GEOMETRYCOLLECTION EMPTY",
	} {
		g := fromWKT(t, text)
		for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeSimpleProtocol} {
			var same bool
			var srid int
			var back orb.Geometry
			const sql = `SELECT ST_OrderingEquals($1::geometry, ST_GeomFromText($2, 4326)), ST_SRID($1::geometry), $1::geometry`
			if err := pool.QueryRow(context.Background(), sql, mode, g, text).Scan(&same, &srid, &back); err != nil {
				t.Errorf("%s, %v: %v", text, mode, err)
				continue
			}
			if !same || srid != 4326 || wkt.MarshalString(back) != wkt.MarshalString(g) {
				t.Errorf("%s, %v: same %v, SRID %d, came back as %s", text, mode, same, srid, wkt.MarshalString(back))
			}
		}
	}
}

func TestWireWritesBounds(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	const sql = `SELECT ST_AsText($1::geometry)`
	box := orb.Bound{Min: orb.Point{1, 2}, Max: orb.Point{3, 4}}
	text, err := read[string](t, pool, sql, box)
	if must(t, text, err) != "POLYGON((1 2,3 2,3 4,1 4,1 2))" {
		t.Errorf("bound came as %s", text)
	}
	text, err = read[string](t, pool, sql, box.ToRing())
	if must(t, text, err) != "POLYGON((1 2,3 2,3 4,1 4,1 2))" {
		t.Errorf("ring came as %s", text)
	}
}

func TestWireNull(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	const null = `SELECT NULL::geometry`
	if p, err := read[*orb.Point](t, pool, null); must(t, p, err) != nil {
		t.Errorf("pointer to point: %v", p)
	}
	if g, err := read[orb.Geometry](t, pool, null); must(t, g, err) != nil {
		t.Errorf("geometry: %v", g)
	}
	if g, err := read[geom.T](t, pool, null); must(t, g, err) != nil {
		t.Errorf("go-geom: %v", g)
	}
	if g, err := read[orb.MultiPolygon](t, pool, null); must(t, g, err) != nil {
		t.Errorf("multipolygon: %v", g)
	}
	if r, err := read[geo.Raw](t, pool, null); must(t, r, err) != nil {
		t.Errorf("raw: %x", r)
	}
	if _, err := read[orb.Point](t, pool, null); err == nil || !strings.Contains(err.Error(), "pointer") {
		t.Errorf("point without a pointer: %v", err)
	}
	const isNull = `SELECT $1::geometry IS NULL`
	for _, v := range []any{(*orb.Point)(nil), orb.Polygon(nil), orb.Geometry(nil), (*geom.Point)(nil), geo.Raw(nil), (*orb.MultiPolygon)(nil)} {
		if is, err := read[bool](t, pool, isNull, v); !must(t, is, err) {
			t.Errorf("%T(nil) is not written as NULL", v)
		}
	}
}

func TestWirePointers(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	p := orb.Point{1, 2}
	back, err := read[*orb.Point](t, pool, `SELECT $1::geometry`, &p)
	if got := must(t, back, err); got == nil || *got != p {
		t.Errorf("point came back as %v", got)
	}
	outline, ok := fromWKT(t, square).(orb.Polygon)
	if !ok {
		t.Fatal("not a polygon")
	}
	far, err := read[*orb.Polygon](t, pool, `SELECT $1::geography`, &outline)
	if got := must(t, far, err); got == nil || !got.Equal(outline) {
		t.Errorf("polygon came back from geography as %v", got)
	}
}

func TestWireArrays(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	points := []orb.Point{{1, 2}, {3, 4}}
	const texts = `SELECT array_to_string(ARRAY(SELECT coalesce(ST_AsEWKT(g), '-') FROM unnest($1::geometry[]) g), '; ')`
	parts := []orb.MultiPolygon{{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}}}
	for _, c := range []struct {
		value any
		want  string
	}{
		{points, "SRID=4326;POINT(1 2); SRID=4326;POINT(3 4)"},
		{[]*orb.Point{&points[0], nil}, "SRID=4326;POINT(1 2); -"},
		{[]orb.Geometry{points[0], nil, orb.LineString(points)}, "SRID=4326;POINT(1 2); -; SRID=4326;LINESTRING(1 2,3 4)"},
		{[]orb.Geometry{nil, nil}, "-; -"},
		{[]orb.Geometry{}, ""},
		{parts, "SRID=4326;MULTIPOLYGON(((0 0,1 0,1 1,0 0)))"},
		{[]geom.T{geom.NewPointFlat(geom.XY, []float64{5, 6})}, "SRID=4326;POINT(5 6)"},
	} {
		got, err := read[string](t, pool, texts, c.value)
		if must(t, got, err) != c.want {
			t.Errorf("%T came as %s, want %s", c.value, got, c.want)
		}
	}
	back, err := read[[]orb.Point](t, pool, `SELECT $1::geometry[]`, points)
	if got := must(t, back, err); len(got) != 2 || got[1] != points[1] {
		t.Errorf("points came back as %v", got)
	}
	some, err := read[[]*orb.Point](t, pool, `SELECT $1::geography[]`, []*orb.Point{nil, &points[1]})
	if got := must(t, some, err); len(got) != 2 || got[0] != nil || got[1] == nil || *got[1] != points[1] {
		t.Errorf("pointers came back as %v", got)
	}
	mixed, err := read[[]orb.Geometry](t, pool, `SELECT ARRAY['POINT(1 2)'::geometry, NULL, 'LINESTRING(0 0,1 1)'::geometry]`)
	if got := must(t, mixed, err); len(got) != 3 || got[0] != orb.Geometry(orb.Point{1, 2}) || got[1] != nil {
		t.Errorf("geometries came back as %v", got)
	}
	shapes, err := read[[]orb.MultiPolygon](t, pool, `SELECT $1::geometry[]`, parts)
	if got := must(t, shapes, err); len(got) != 1 || !got[0].Equal(parts[0]) {
		t.Errorf("multipolygons came back as %v", got)
	}
	var plain []orb.Point
	const text = `SELECT ARRAY['POINT(1 2)'::geometry, 'POINT(3 4)'::geometry]`
	if err := pool.QueryRow(context.Background(), text, pgx.QueryExecModeSimpleProtocol).Scan(&plain); err != nil || len(plain) != 2 {
		t.Errorf("array in text: %v %v", plain, err)
	}
}

// Z and M stay with go-geom and are dropped for orb.
func TestWireDimensions(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	for _, c := range []struct{ stored, flat string }{
		{"POINT Z(1 2 3)", "POINT(1 2)"},
		{"POINT M(1 2 3)", "POINT(1 2)"},
		{"LINESTRING ZM(1 2 3 4,5 6 7 8)", "LINESTRING(1 2,5 6)"},
		{"LINESTRING M(1 2 3,5 6 7)", "LINESTRING(1 2,5 6)"},
		{"MULTIPOINT Z((1 2 3),(4 5 6))", "MULTIPOINT((1 2),(4 5))"},
		{"POLYGON Z((0 0 1,1 0 1,1 1 1,0 0 1))", "POLYGON((0 0,1 0,1 1,0 0))"},
		{"MULTIPOLYGON Z(((0 0 1,1 0 1,1 1 1,0 0 1)))", "MULTIPOLYGON(((0 0,1 0,1 1,0 0)))"},
		{"GEOMETRYCOLLECTION Z(POINT Z(1 2 3))", "GEOMETRYCOLLECTION(POINT(1 2))"},
	} {
		const sql = `SELECT ST_GeomFromText($1, 4326)`
		flat, err := read[orb.Geometry](t, pool, sql, c.stored)
		if got := wkt.MarshalString(must(t, flat, err)); got != c.flat {
			t.Errorf("%s came as %s", c.stored, got)
		}
		whole, err := read[geom.T](t, pool, sql, c.stored)
		var same bool
		const equal = `SELECT ST_AsEWKT($1::geometry) = ST_AsEWKT(ST_GeomFromText($2, 4326))`
		if same, err = read[bool](t, pool, equal, must(t, whole, err), c.stored); !must(t, same, err) {
			t.Errorf("%s did not pass through go-geom whole", c.stored)
		}
	}
	track, err := geomwkt.Unmarshal("LINESTRING M (1 2 3, 4 5 6)")
	text, err := read[string](t, pool, `SELECT ST_AsEWKT($1::geometry)`, must(t, track, err))
	if must(t, text, err) != "SRID=4326;LINESTRINGM(1 2 3,4 5 6)" {
		t.Errorf("a line without SRID came as %s", text)
	}
}

// A wrong type is refused and names both.
func TestWireWrongType(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	_, err := read[orb.LineString](t, pool, `SELECT 'POINT(1 2)'::geometry`)
	if err == nil || !strings.Contains(err.Error(), "orb.Point") || !strings.Contains(err.Error(), "orb.LineString") {
		t.Errorf("point into line: %v", err)
	}
	if _, err = read[*geom.LineString](t, pool, `SELECT 'POINT(1 2)'::geometry`); err == nil {
		t.Error("point into go-geom's line was taken")
	}
	if _, err = read[orb.Geometry](t, pool, `SELECT 'CIRCULARSTRING(0 0,1 1,2 0)'::geometry`); err == nil {
		t.Error("a curve was taken")
	}
	one, err := read[orb.MultiPolygon](t, pool, `SELECT $1::geometry`, fromWKT(t, square))
	if got := must(t, one, err); len(got) != 1 {
		t.Errorf("polygon into multipolygon: %v", got)
	}
}

func TestWireRawPassesThrough(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	raw, err := read[geo.Raw](t, pool, `SELECT ST_GeomFromText('POINT ZM(1 2 3 4)', 4326)`)
	text, err := read[string](t, pool, `SELECT ST_AsEWKT($1::geometry)`, must(t, raw, err))
	if must(t, text, err) != "SRID=4326;POINT(1 2 3 4)" {
		t.Errorf("raw came as %s", text)
	}
}

func TestWireCopy(t *testing.T) {
	t.Parallel()
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
	const table = `CREATE TEMP TABLE copied (id int, outline geometry(Polygon, 4326), place geometry(Point, 4326), far geography)`
	if _, err := tx.Exec(ctx, table); err != nil {
		t.Fatal(err)
	}
	p := orb.Point{1, 2}
	rows := [][]any{{1, fromWKT(t, square), &p, p}, {2, nil, (*orb.Point)(nil), orb.LineString{{0, 0}, {1, 1}}}}
	n, err := tx.CopyFrom(ctx, pgx.Identifier{"copied"}, []string{"id", "outline", "place", "far"}, pgx.CopyFromRows(rows))
	if err != nil || n != 2 {
		t.Fatalf("%d rows copied: %v", n, err)
	}
	type row struct {
		ID      int
		Outline orb.Geometry
		Place   *orb.Point
		Far     orb.Geometry
	}
	found, err := tx.Query(ctx, `SELECT id, outline, place, far FROM copied ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(found, pgx.RowToStructByName[row])
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Place == nil || *got[0].Place != p || got[1].Place != nil || got[1].Outline != nil ||
		wkt.MarshalString(got[0].Outline) != square || wkt.MarshalString(got[1].Far) != "LINESTRING(0 0,1 1)" {
		t.Errorf("came back as %+v", got)
	}
}
