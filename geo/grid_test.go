package geo_test

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"pgregory.net/rapid"

	"canvass/geo"
)

func TestSnap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, want string }{
		{"POINT(116.12345678 -36.98765432)", "POINT(116.1234568 -36.9876543)"},
		{"LINESTRING(0 0,0.00000001 0,1 1)", "LINESTRING(0 0,1 1)"},
		{"MULTIPOINT((0.00000001 0),(1 1))", "MULTIPOINT((0 0),(1 1))"},
		{"POLYGON((0 0,1 0,1.00000001 0,1 1,0 0))", "POLYGON((0 0,1 0,1 1,0 0))"},
		{"MULTIPOLYGON(((0 0,1 0,1 1,0.00000004 0.00000004)))", "MULTIPOLYGON(((0 0,1 0,1 1,0 0)))"},
		{"GEOMETRYCOLLECTION(POINT(0.00000001 0))", "GEOMETRYCOLLECTION(POINT(0 0))"},
	} {
		g := fromWKT(t, c.from)
		if got := wkt.MarshalString(geo.Snap(g)); got != c.want {
			t.Errorf("%s: %s, want %s", c.from, got, c.want)
		}
		if got := wkt.MarshalString(g); got != wkt.MarshalString(fromWKT(t, c.from)) {
			t.Errorf("%s was changed in place to %s", c.from, got)
		}
	}
}

// What is on the grid stays where it is, bit by bit.
func TestSnapTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "x"), rapid.Float64Range(-90, 90).Draw(t, "y")}
		once := geo.SnapPoint(p)
		if again := geo.SnapPoint(once); again != once {
			t.Fatalf("%v moved to %v", once, again)
		}
		if math.Abs(once[0]-p[0]) > 0.51/geo.Scale || math.Abs(once[1]-p[1]) > 0.51/geo.Scale {
			t.Fatalf("%v was put far away, to %v", p, once)
		}
	})
}

func TestContains(t *testing.T) {
	t.Parallel()
	const ring = "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,1 3,3 3,3 1,1 1))"
	const wide = "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))"
	for _, c := range []struct {
		shape string
		at    orb.Point
		want  bool
	}{
		{square, orb.Point{0.5, 0.5}, true},
		{square, orb.Point{1.5, 0.5}, false},
		{square, orb.Point{0, 0.5}, true},  // the west edge
		{square, orb.Point{1, 0.5}, false}, // the east edge
		{square, orb.Point{0.5, 0}, true},  // the south edge
		{square, orb.Point{0.5, 1}, false}, // the north edge
		{square, orb.Point{1, 1}, false},
		{ring, orb.Point{0.5, 2}, true},
		{ring, orb.Point{2, 2}, false},
		{ring, orb.Point{1, 2}, false}, // the hole's west edge is the hole's
		{ring, orb.Point{3, 2}, true},
		{"MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))", orb.Point{5.5, 5.2}, true},
		{wide, orb.Point{179.9999999, 89.9999999}, true},
		{"POLYGON((-180 -90,180 90,-180 90,-180 -90))", orb.Point{0, 0.0000001}, true},
		{"POLYGON((-180 -90,180 90,-180 90,-180 -90))", orb.Point{0.0000002, 0}, false},
		{wide, orb.Point{math.NaN(), 0}, false},
		{wide, orb.Point{math.Inf(1), 0}, false},
		{"LINESTRING(0 0,1 1)", orb.Point{0, 0}, false},
		{"POLYGON EMPTY", orb.Point{0, 0}, false},
	} {
		if got := geo.Contains(fromWKT(t, c.shape), c.at); got != c.want {
			t.Errorf("%s holds %v: %v", c.shape, c.at, got)
		}
	}
}

// onGrid gives the point a few units of the grid away from a corner in Shandong.
func onGrid(x, y int) orb.Point {
	return orb.Point{float64(1164000000+x) / geo.Scale, float64(366000000+y) / geo.Scale}
}

// partition draws triangles that fill an outline without gap, their vertices on a jittered lattice.
func partition(t *rapid.T) (members []orb.Polygon, outline orb.Polygon) {
	const side, step = 4, 10
	var lattice [side + 1][side + 1]orb.Point
	for i := range lattice {
		for j := range lattice[i] {
			jitter := rapid.IntRange(-2, 2)
			lattice[i][j] = onGrid(i*step+jitter.Draw(t, "x"), j*step+jitter.Draw(t, "y"))
		}
	}
	triangle := func(a, b, c orb.Point) { members = append(members, orb.Polygon{{a, b, c, a}}) }
	for i := range side {
		for j := range side {
			a, b, c, d := lattice[i][j], lattice[i+1][j], lattice[i+1][j+1], lattice[i][j+1]
			if rapid.Bool().Draw(t, "rising") {
				triangle(a, b, c)
				triangle(a, c, d)
			} else {
				triangle(a, b, d)
				triangle(d, b, c)
			}
		}
	}
	var r orb.Ring
	for i := range side {
		r = append(r, lattice[i][0])
	}
	for j := range side {
		r = append(r, lattice[side][j])
	}
	for i := range side {
		r = append(r, lattice[side-i][side])
	}
	for j := range side {
		r = append(r, lattice[0][side-j])
	}
	return members, orb.Polygon{append(r, r[0])}
}

// Every place of the grid, edges and vertices included, is held by exactly one member of a partition, and by none outside.
func TestContainsPartition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		members, outline := partition(t)
		where := geo.NewLocator(len(members))
		for i, m := range members {
			where.Add(fmt.Sprint(i), m)
		}
		for x := -3; x <= 43; x++ {
			for y := -3; y <= 43; y++ {
				p := onGrid(x, y)
				var holders []string
				for i, m := range members {
					if geo.Contains(m, p) {
						holders = append(holders, fmt.Sprint(i))
					}
				}
				want := 0
				if geo.Contains(outline, p) {
					want = 1
				}
				if len(holders) != want {
					t.Fatalf("%d %d is held by %v", x, y, holders)
				}
				if key, ok := where.Find(p); ok != (want == 1) || ok && key != holders[0] {
					t.Fatalf("%d %d is held by %v, found in %q", x, y, holders, key)
				}
			}
		}
	})
}

func TestLocator(t *testing.T) {
	t.Parallel()
	where := geo.NewLocator(0)
	if key, ok := where.Find(orb.Point{0, 0}); ok {
		t.Errorf("found %q in nothing", key)
	}
	where.Add("b", fromWKT(t, square))
	where.Add("a", fromWKT(t, "POLYGON((0 0,9 0,9 9,0 9,0 0))"))
	where.Add("line", fromWKT(t, "LINESTRING(20 20,30 30)"))
	where.Add("far", fromWKT(t, "MULTIPOLYGON(((50 50,51 50,51 51,50 50)),((60 60,61 60,61 61,60 60)))"))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for _, c := range []struct {
				at   orb.Point
				want string
			}{{orb.Point{0.5, 0.5}, "a"}, {orb.Point{60.5, 60.2}, "far"}, {orb.Point{25, 25}, ""}, {orb.Point{math.NaN(), 1}, ""}} {
				if key, ok := where.Find(c.at); key != c.want || ok != (c.want != "") {
					t.Errorf("%v: %q %v, want %q", c.at, key, ok, c.want)
				}
			}
		})
	}
	all.Wait()
	where.Add("later", fromWKT(t, "POLYGON((20 20,30 20,30 30,20 20))"))
	if key, ok := where.Find(orb.Point{25, 21}); !ok || key != "later" {
		t.Errorf("what was added after a Find is not found: %q", key)
	}
}

func TestPointOnSurface(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ shape, want string }{
		{square, "POINT(0.5 0.5)"},
		{"POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,1 3,3 3,3 1,1 1))", "POINT(0.5 2)"},
		{"POLYGON((0 0,8 0,8 1,1 1,1 7,8 7,8 8,0 8,0 0))", "POINT(0.5 4)"},
		{"MULTIPOLYGON(((0 0,1 0,1 1,0 1,0 0)),((5 5,9 5,9 9,5 9,5 5)))", "POINT(7 7)"},
		{"POINT(1 2)", "POINT(1 2)"},
		{"MULTIPOINT((1 2),(3 4),(5 6))", "POINT(3 4)"},
		{"LINESTRING(0 0,1 1,2 0)", "POINT(1 1)"},
		{"MULTILINESTRING((0 0,1 1),(5 5,6 6,9 9))", "POINT(6 6)"},
		{"GEOMETRYCOLLECTION(POINT(9 9),POLYGON((0 0,1 0,1 1,0 1,0 0)))", "POINT(0.5 0.5)"},
		{"POLYGON EMPTY", "POINT(0 0)"},
		{"MULTIPOLYGON EMPTY", "POINT(0 0)"},
		{"LINESTRING EMPTY", "POINT(0 0)"},
	} {
		if got := wkt.MarshalString(geo.PointOnSurface(fromWKT(t, c.shape))); got != c.want {
			t.Errorf("%s: %s, want %s", c.shape, got, c.want)
		}
	}
}

// A sliver one unit of the grid wide still has its point inside.
func TestPointOnSurfaceSlivers(t *testing.T) {
	t.Parallel()
	for _, shape := range []string{
		"POLYGON((116 36,117 37.0000001,117 37.0000003,116 36))",
		"POLYGON((116 36,116.0000002 36,116.5000002 37,116.5 37,116 36))",
		"POLYGON((116 36,117 36,117 36.0000002,116 36.0000002,116 36))",
		"POLYGON((116 36,116.0000003 36,116.0000003 36.0000002,116 36.0000002,116 36))",
	} {
		g := fromWKT(t, shape)
		if p := geo.PointOnSurface(g); !geo.Contains(g, p) || onEdge(orb.MultiPolygon{g.(orb.Polygon)}, p) {
			t.Errorf("%s: %v is not inside", shape, p)
		}
	}
}

// Where a valid shape holds a place of the grid strictly inside, the point is such a place of its largest part.
func TestPointOnSurfaceIsInside(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		part := orb.Polygon{}
		for _, r := range smallShape().Draw(t, "shape")[0] {
			var small orb.Ring
			for _, v := range r {
				small = append(small, onGrid(int(v[0]), int(v[1])))
			}
			part = append(part, small)
		}
		if geo.Check(part) != nil {
			return
		}
		room, held := false, false
		for x := range 7 {
			for y := range 7 {
				p := onGrid(x, y)
				held = held || geo.Contains(part, p)
				room = room || geo.Contains(part, p) && !onEdge(orb.MultiPolygon{part}, p)
			}
		}
		p := geo.PointOnSurface(part)
		if room && onEdge(orb.MultiPolygon{part}, p) || held && !geo.Contains(part, p) {
			t.Fatalf("%s: %v is not inside", wkt.MarshalString(part), p)
		}
	})
}

// onEdge tells whether a point lies on an edge, counted in whole units of the grid.
func onEdge(m orb.MultiPolygon, p orb.Point) bool {
	unit := func(v float64) int64 { return int64(math.Round(v * geo.Scale)) }
	for _, part := range m {
		for _, r := range part {
			for i := 1; i < len(r); i++ {
				ax, ay, bx, by := unit(r[i-1][0]-p[0]), unit(r[i-1][1]-p[1]), unit(r[i][0]-p[0]), unit(r[i][1]-p[1])
				if ax*by == ay*bx && ax*bx <= 0 && ay*by <= 0 {
					return true
				}
			}
		}
	}
	return false
}

func BenchmarkPointOnSurfaceBuilding(b *testing.B) {
	g := building(orb.Point{116.4, 36.6})
	b.ReportAllocs()
	for b.Loop() {
		if geo.PointOnSurface(g) == (orb.Point{}) {
			b.Fatal("no point")
		}
	}
}

func BenchmarkContains(b *testing.B) {
	g := star(orb.Point{116, 36}, 0.01, 100)
	for b.Loop() {
		if !geo.Contains(g, orb.Point{116, 36}) {
			b.Fatal("not inside")
		}
	}
}

// BenchmarkFind looks among 6 000 polygons of a hundred vertices.
func BenchmarkFind(b *testing.B) {
	where := geo.NewLocator(6000)
	for i := range 6000 {
		where.Add(fmt.Sprint(i), star(orb.Point{110 + float64(i%100)*0.02, 30 + float64(i/100)*0.02}, 0.011, 100))
	}
	n, found := 0, 0
	for b.Loop() {
		n = (n + 7919) % 1000000
		if _, ok := where.Find(orb.Point{110 + float64(n%1000)*0.00198, 30 + float64(n/1000)*0.00118}); ok {
			found++
		}
	}
	b.ReportMetric(float64(found)/float64(b.N), "found/op")
}
