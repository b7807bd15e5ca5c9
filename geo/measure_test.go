package geo_test

import (
	"context"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"pgregory.net/rapid"

	"canvass/geo"
	"canvass/migrations/dbtest"
)

func TestMeasures(t *testing.T) {
	t.Parallel()
	near := func(name string, got, want, off float64) {
		t.Helper()
		if math.Abs(got-want) > off {
			t.Errorf("%s: %.9g, want %.9g", name, got, want)
		}
	}
	// A quadrangle of one degree at the equator and the ellipsoid as a whole are known from tables.
	near("equator", geo.Distance(orb.Point{0, 0}, orb.Point{1, 0}), 111319.491, 0.01)
	near("meridian", geo.Distance(orb.Point{0, 0}, orb.Point{0, 1}), 110574.389, 1.1) // 0.001 %
	near("across the 180th meridian", geo.Distance(orb.Point{179.5, 0}, orb.Point{-179.5, 0}), 111319.491, 0.01)
	near("a unit of the grid", geo.Distance(orb.Point{116, 36}, orb.Point{116.0000001, 36}), 0.00902, 0.0001)
	near("itself", geo.Distance(orb.Point{116, 36}, orb.Point{116, 36}), 0, 0)
	near("octant", geo.Area(fromWKT(t, "POLYGON((0 0,90 0,90 90,0 90,0 0))")), 510065621724000.0/8, 1e7)
	near("north", geo.Bearing(orb.Point{116, 36}, orb.Point{116, 37}), 0, 1e-9)
	near("east", geo.Bearing(orb.Point{116, 0}, orb.Point{117, 0}), 90, 1e-9)
	near("south", geo.Bearing(orb.Point{116, 36}, orb.Point{116, 35}), 180, 1e-9)
	near("west", geo.Bearing(orb.Point{116, 0}, orb.Point{115, 0}), 270, 1e-9)
	near("nowhere", geo.Bearing(orb.Point{116, 36}, orb.Point{116, 36}), 0, 0)
	near("length of a line", geo.Length(fromWKT(t, "LINESTRING(0 0,1 0,2 0)")), 2*111319.491, 0.02)
	near("length of lines", geo.Length(fromWKT(t, "MULTILINESTRING((0 0,1 0),(1 0,2 0))")), 2*111319.491, 0.02)
	near("length of a point", geo.Length(orb.Point{1, 1}), 0, 0)
	near("area of a line", geo.Area(fromWKT(t, "LINESTRING(0 0,1 0,2 0)")), 0, 0)
	const whole, hole = "POLYGON((0 0,3 0,3 3,0 3,0 0))", "POLYGON((1 1,2 1,2 2,1 2,1 1))"
	const holed = "POLYGON((0 0,3 0,3 3,0 3,0 0),(1 1,2 1,2 2,1 2,1 1))"
	near("hole", geo.Area(fromWKT(t, holed)), geo.Area(fromWKT(t, whole))-geo.Area(fromWKT(t, hole)), 1)
}

// place draws a point of the land that people live on.
func place(t *rapid.T) orb.Point {
	return orb.Point{rapid.Float64Range(-179, 179).Draw(t, "longitude"), rapid.Float64Range(-70, 70).Draw(t, "latitude")}
}

// spread draws a size in degrees, from a building's to a county's.
func spread(t *rapid.T) float64 { return math.Pow(10, rapid.Float64Range(-4, -0.3).Draw(t, "size")) }

// Areas are PostGIS's geodesic ones to 0.01 %, edges of a hundred kilometres included, lengths of outlines too.
func TestAreaAgreesWithPostGIS(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		g := star(place(t), spread(t), rapid.IntRange(3, 60).Draw(t, "vertices"))
		var area, perimeter float64
		const sql = `SELECT ST_Area($1::geography), ST_Perimeter($1::geography)`
		if err := pool.QueryRow(context.Background(), sql, g).Scan(&area, &perimeter); err != nil {
			t.Fatal(err)
		}
		if got := geo.Area(g); math.Abs(got/area-1) > 1e-4 {
			t.Fatalf("%s: %g m², PostGIS %g, %g off", wkt.MarshalString(g), got, area, got/area-1)
		}
		if got := geo.Length(g); math.Abs(got/perimeter-1) > 1e-5 {
			t.Fatalf("%s: %g m around, PostGIS %g", wkt.MarshalString(g), got, perimeter)
		}
	})
}

func TestDistanceAgreesWithPostGIS(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		a := place(t)
		size, angle := 5*spread(t), rapid.Float64Range(0, 2*math.Pi).Draw(t, "angle")
		b := orb.Point{a[0] + size*math.Cos(angle), a[1] + size*math.Sin(angle)}
		var distance, azimuth float64
		const sql = `SELECT ST_Distance($1::geography, $2::geography), degrees(ST_Azimuth($1::geography, $2::geography))`
		if err := pool.QueryRow(context.Background(), sql, a, b).Scan(&distance, &azimuth); err != nil {
			t.Fatal(err)
		}
		if got := geo.Distance(a, b); math.Abs(got/distance-1) > 1e-5 {
			t.Fatalf("%v to %v: %g m, PostGIS %g", a, b, got, distance)
		}
		if got := math.Remainder(geo.Bearing(a, b)-azimuth, 360); math.Abs(got) > 0.01 {
			t.Fatalf("%v to %v: %g degrees off PostGIS's %g", a, b, got, azimuth)
		}
	})
}

func BenchmarkArea(b *testing.B) {
	g := building(orb.Point{116.4, 36.6})
	for b.Loop() {
		if geo.Area(g) == 0 {
			b.Fatal("no area")
		}
	}
}

func BenchmarkDistance(b *testing.B) {
	for b.Loop() {
		if geo.Distance(orb.Point{116, 36}, orb.Point{116.1, 36.1}) == 0 {
			b.Fatal("no way")
		}
	}
}

// What is shifted lies as far away as was said, and keeps its shape.
func TestShift(t *testing.T) {
	for _, at := range []orb.Point{{117, 35}, {0, 0}, {-70, -53}} {
		house := orb.Polygon{{at, {at[0] + 1e-4, at[1]}, {at[0] + 1e-4, at[1] + 1e-4}, at}}
		got := geo.Shift(house, 3, -4).(orb.Polygon)
		if d := geo.Distance(at, got[0][0]); math.Abs(d-5) > 0.001 {
			t.Errorf("at %v it lies %.4f m away, want 5", at, d)
		}
		if d := geo.Area(got) - geo.Area(house); math.Abs(d) > 0.01 || house[0][0] != at {
			t.Errorf("at %v its ground differs by %.3f m², or the one given was changed", at, d)
		}
		if p := geo.Shift(at, 0, 100).(orb.Point); p[0] != at[0] || math.Abs(geo.Distance(at, p)-100) > 0.01 {
			t.Errorf("a point at %v goes to %v", at, p)
		}
	}
}
