package geo_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"pgregory.net/rapid"

	"canvass/geo"
	"canvass/migrations/dbtest"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, shape, want string }{
		{"square", square, ""},
		{"clockwise", "POLYGON((0 0,0 1,1 1,1 0,0 0))", ""},
		{"repeated vertex", "POLYGON((0 0,1 0,1 0,1 1,0 0))", ""},
		{"hole", "POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,1 2,2 2,1 1))", ""},
		{"hole touching in a point", "POLYGON((0 0,9 0,9 9,0 9,0 0),(0 0,1 2,2 1,0 0))", ""},
		{"two holes touching in a point", "POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,1 2,2 2,1 1),(2 2,2 3,3 3,2 2))", ""},
		{"parts touching in a point", "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((1 1,2 1,2 2,1 1)))", ""},
		{"part in another's hole", "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0),(1 1,1 8,8 8,8 1,1 1)),((2 2,3 2,3 3,2 2)))", ""},
		{"part filling a hole but for its corners", "MULTIPOLYGON(((0 0,8 0,8 8,0 8,0 0),(2 2,2 6,6 6,6 2,2 2)),((4 2,6 4,4 6,2 4,4 2)))", ""},
		{"line", "LINESTRING(0 0,1 1)", ""},
		{"point", "POINT(180 -90)", ""},
		{"bow tie", "POLYGON((0 0,2 2,2 0,0 2,0 0))", "ring crosses or touches itself at 1.0000000 1.0000000"},
		{"waist", "POLYGON((0 0,1 1,0 2,2 2,1 1,2 0,0 0))", "ring crosses or touches itself at 1.0000000 1.0000000"},
		{"spike", "POLYGON((0 0,3 0,2 0,2 2,0 0))", "ring has a spike at 3.0000000 0.0000000"},
		{"open", "POLYGON((0 0,1 0,1 1,0 1))", "ring is not closed at 0.0000000 1.0000000"},
		{"short", "POLYGON((0 0,1 0,0 0))", "ring has fewer than four vertices at 0.0000000 0.0000000"},
		{"flat", "POLYGON((0 0,1 0,2 0,0 0))", "ring has a spike"},
		{"vanishing on the grid", "POLYGON((0 0,0.00000001 0,0.00000001 0.00000001,0 0))", "ring without an area"},
		{"hole outside", "POLYGON((0 0,1 0,1 1,0 1,0 0),(5 5,6 5,6 6,5 5))", "hole lies outside its shell"},
		{"hole around the shell", "POLYGON((2 2,3 2,3 3,2 2),(0 0,9 0,9 9,0 9,0 0))", "hole lies outside its shell"},
		{"hole in a hole", "POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,1 8,8 8,8 1,1 1),(2 2,3 2,3 3,2 2))", "hole lies within another"},
		{"hole across the shell", "POLYGON((0 0,4 0,4 4,0 4,0 0),(3 1,5 1,5 2,3 2,3 1))", "rings cross at 4.0000000"},
		{"hole across a corner", "POLYGON((0 0,4 0,4 4,0 4,0 0),(2 2,4 4,6 3,2 2))", "rings cross"},
		{"hole along the shell", "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 1,0 2,1 2,0 1))", "rings run together"},
		{"hole across the whole width", "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 2,2 3,4 2,2 1,0 2))", "rings touch in a chain"},
		{"holes across the whole width", "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 2,1 3,2 2,0 2),(2 2,3 3,4 2,2 2))", "rings touch in a chain"},
		{"parts overlapping", "MULTIPOLYGON(((0 0,2 0,2 2,0 2,0 0)),((1 1,3 1,3 3,1 3,1 1)))", "rings cross"},
		{"part in a part", "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0)),((1 1,2 1,2 2,1 1)))", "parts overlap"},
		{"part twice", "MULTIPOLYGON(((0 0,9 0,9 9,0 0)),((0 0,9 0,9 9,0 0)))", "rings run together"},
		{"parts sharing a side", "MULTIPOLYGON(((0 0,1 0,1 1,0 1,0 0)),((1 0,2 0,2 1,1 1,1 0)))", "rings run together"},
		{"longitude", "POINT(181 0)", "coordinate out of range"},
		{"projected coordinates", "POLYGON((500000 4000000,500010 4000000,500010 4000010,500000 4000000))", "coordinate out of range"},
		{"line of one place", "LINESTRING(1 1,1 1)", "line shorter than the grid at 1.0000000 1.0000000"},
		{"no line", "LINESTRING EMPTY", "no geometry"},
		{"no polygon", "POLYGON EMPTY", "polygon without a ring"},
		{"no parts", "MULTIPOLYGON EMPTY", "no geometry"},
		{"collection with a fault", "GEOMETRYCOLLECTION(POINT(1 1),POINT(0 91))", "coordinate out of range"},
	} {
		err := geo.Check(fromWKT(t, c.shape))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)):
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestCheckNumbers(t *testing.T) {
	t.Parallel()
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		var invalid *geo.Invalid
		if err := geo.Check(orb.Polygon{{{0, 0}, {x, 0}, {1, 1}, {0, 0}}}); !errors.As(err, &invalid) {
			t.Errorf("%v: %v", x, err)
		}
	}
	if geo.Check(nil) == nil {
		t.Error("nothing is taken as valid")
	}
}

// smallRing draws closed rings on few places, so that they cross, touch and run together often.
func smallRing() *rapid.Generator[orb.Ring] {
	vertex := rapid.Custom(func(t *rapid.T) orb.Point {
		return orb.Point{float64(rapid.IntRange(0, 6).Draw(t, "x")), float64(rapid.IntRange(0, 6).Draw(t, "y"))}
	})
	return rapid.Custom(func(t *rapid.T) orb.Ring {
		r := orb.Ring(rapid.SliceOfN(vertex, 3, 6).Draw(t, "vertices"))
		return append(r, r[0])
	})
}

func smallShape() *rapid.Generator[orb.MultiPolygon] {
	polygon := rapid.Custom(func(t *rapid.T) orb.Polygon {
		p := orb.Polygon{smallRing().Draw(t, "shell")}
		if rapid.Bool().Draw(t, "with a wide shell") {
			p[0] = orb.Ring{{0, 0}, {6, 0}, {6, 6}, {0, 6}, {0, 0}}
		}
		return append(p, rapid.SliceOfN(smallRing(), 0, 2).Draw(t, "holes")...)
	})
	return rapid.Custom(func(t *rapid.T) orb.MultiPolygon {
		return rapid.SliceOfN(polygon, 1, 2).Draw(t, "parts")
	})
}

// What Check takes, PostGIS takes, and what it refuses, PostGIS refuses.
func TestCheckAgreesWithPostGIS(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	const sql = `SELECT array_agg(ST_IsValid(g) ORDER BY n) FROM unnest($1::geometry[]) WITH ORDINALITY AS u (g, n)`
	valid := 0
	rapid.Check(t, func(t *rapid.T) {
		shapes := rapid.SliceOfN(smallShape(), 1, 60).Draw(t, "shapes")
		var want []bool
		if err := pool.QueryRow(context.Background(), sql, shapes).Scan(&want); err != nil {
			t.Fatal(err)
		}
		for i, g := range shapes {
			err := geo.Check(g)
			if (err == nil) != want[i] {
				t.Fatalf("%s: Check says %v, PostGIS valid: %v", wkt.MarshalString(g), err, want[i])
			}
			if want[i] {
				valid++
			}
		}
	})
	if valid == 0 {
		t.Error("no valid shape was drawn")
	}
	t.Log(valid, "were valid")
}

// Shapes that stay valid however large: many vertices, holes and parts.
func TestCheckLarge(t *testing.T) {
	t.Parallel()
	if err := geo.Check(star(orb.Point{116, 36}, 1, 50000)); err != nil {
		t.Error(err)
	}
	var islands orb.MultiPolygon
	for i := range 2000 {
		at := orb.Point{100 + float64(i%50)*0.1, 20 + float64(i/50)*0.1}
		islands = append(islands, star(at, 0.04, 40))
	}
	if err := geo.Check(islands); err != nil {
		t.Error(err)
	}
	islands = append(islands, star(orb.Point{100.01, 20}, 0.04, 40))
	if err := geo.Check(islands); err == nil {
		t.Error("an island over another was taken")
	}
}

// star is a ring of n vertices around a centre that goes in and out, in seven bays and from vertex to vertex.
func star(centre orb.Point, radius float64, n int) orb.Polygon {
	r := make(orb.Ring, n, n+1)
	for i := range r {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		out := radius * (0.8 + 0.1*math.Sin(14*math.Pi*float64(i)/float64(n)) + math.Sin(float64(i)*float64(i))/float64(n))
		r[i] = orb.Point{centre[0] + out*cos, centre[1] + out*sin}
	}
	return orb.Polygon{append(r, r[0])}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{square, "POLYGON((0 0,2 2,2 0,0 2,0 0))", "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((0 0,1 0,1 1,0 0)))", "POLYGON((0 0))"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, err := wkt.Unmarshal(s)
		if err != nil {
			return
		}
		if err := geo.Check(g); err != nil {
			var invalid *geo.Invalid
			if !errors.As(err, &invalid) {
				t.Errorf("%s: %v is no *Invalid", s, err)
			}
		}
		mended, _, err := geo.Mend(g)
		if err == nil {
			again, changes, err := geo.Mend(mended)
			if err != nil || len(changes) > 0 || wkt.MarshalString(again) != wkt.MarshalString(mended) {
				t.Errorf("%s: mended is %s, and mended again %v %v %v", s, wkt.MarshalString(mended), wkt.MarshalString(again), changes, err)
			}
		}
	})
}

func BenchmarkCheckBuilding(b *testing.B) {
	var g orb.Geometry = building(orb.Point{116.4, 36.6})
	b.ReportAllocs()
	for b.Loop() {
		if err := geo.Check(g); err != nil {
			b.Fatal(err)
		}
	}
}

// building is an outline of ten vertices, some 20 m wide.
func building(at orb.Point) orb.Polygon {
	var r orb.Ring
	for _, step := range [][2]float64{{0, 0}, {20, 0}, {20, 8}, {16, 8}, {16, 12}, {20, 12}, {20, 20}, {4, 20}, {4, 16}, {0, 16}, {0, 0}} {
		r = append(r, orb.Point{at[0] + step[0]*1e-5, at[1] + step[1]*1e-5})
	}
	return orb.Polygon{r}
}

func BenchmarkCheckCounty(b *testing.B) {
	g := star(orb.Point{116, 36}, 1, 50000)
	for b.Loop() {
		if err := geo.Check(g); err != nil {
			b.Fatal(err)
		}
	}
}
