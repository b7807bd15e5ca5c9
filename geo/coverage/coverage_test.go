package coverage

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

// unit is the side of a square of one in the tests' WKT: 1e-3 degrees, about 111 m.
const unit = 1e-3

// shape reads WKT in units; an empty polygon is a member without ground.
func shape(t testing.TB, text string) orb.MultiPolygon {
	t.Helper()
	if strings.Contains(text, "POLYGON EMPTY") {
		return orb.MultiPolygon{}
	}
	g, err := wkt.Unmarshal(mended.Replace(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	switch g := g.(type) {
	case orb.Polygon:
		return scale(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		return scale(g)
	}
	t.Fatalf("%s is no polygon", text)
	return nil
}

// mended puts right what JTS reads and others do not.
var mended = strings.NewReplacer("))), ((", ")), ((", ", EMPTY)", ")", "1 3))\"))", "1 3))")

func shapes(t testing.TB, texts ...string) (out []orb.MultiPolygon) {
	t.Helper()
	for _, text := range texts {
		out = append(out, shape(t, text))
	}
	return out
}

func line(t testing.TB, text string) orb.LineString {
	t.Helper()
	l, err := wkt.UnmarshalLineString(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	for i := range l {
		l[i] = orb.Point{l[i][0] * unit, l[i][1] * unit}
	}
	return l
}

func scale(m orb.MultiPolygon) orb.MultiPolygon {
	for _, polygon := range m {
		for _, r := range polygon {
			for i := range r {
				r[i] = orb.Point{r[i][0] * unit, r[i][1] * unit}
			}
		}
	}
	return m
}

// country makes n × n members with crooked boundaries of 2^depth edges a side; every seventh is joined to the one east of
// it, and some hold an enclave that the next member but one in the list fills.
func country(n, depth int, seed uint64) []orb.MultiPolygon {
	c := &surveyor{rng: rand.New(rand.NewPCG(seed, 1)), depth: depth, lines: map[[2]orb.Point][]orb.Point{}}
	corner := make([][]orb.Point, n+1)
	for y := range corner {
		corner[y] = make([]orb.Point, n+1)
		for x := range corner[y] {
			corner[y][x] = grid7(orb.Point{121.4 + float64(x)*0.004 + c.off(0.0008), 24.9 + float64(y)*0.004 + c.off(0.0008)})
		}
	}
	var members []orb.MultiPolygon
	for y := range n {
		for x := range n {
			a, b, d, e := corner[y][x], corner[y][x+1], corner[y+1][x+1], corner[y+1][x]
			shell := append(append(append(c.way(a, b), c.way(b, d)...), c.way(d, e)...), c.way(e, a)...)
			member := orb.MultiPolygon{{append(shell, a)}}
			if (x+3*y)%11 == 0 {
				hole := c.island(orb.Point{(a[0] + d[0]) / 2, (a[1] + d[1]) / 2})
				filled := hole.Clone()
				filled.Reverse()
				member[0] = append(member[0], hole)
				members = append(members, orb.MultiPolygon{{filled}})
			}
			members = append(members, member)
		}
	}
	return members
}

type surveyor struct {
	rng   *rand.Rand
	depth int
	lines map[[2]orb.Point][]orb.Point
}

func grid7(p orb.Point) orb.Point {
	return orb.Point{float64(int64(p[0]*1e7+0.5)) / 1e7, float64(int64(p[1]*1e7+0.5)) / 1e7}
}

func (c *surveyor) off(by float64) float64 { return (c.rng.Float64() - 0.5) * by }

// way gives the crooked line from a to b without its last point; both neighbours walk the same.
func (c *surveyor) way(a, b orb.Point) []orb.Point {
	if back, known := c.lines[[2]orb.Point{b, a}]; known {
		out := make([]orb.Point, 0, len(back))
		out = append(out, a)
		for i := len(back) - 1; i > 0; i-- {
			out = append(out, back[i])
		}
		return out
	}
	out := append([]orb.Point{a}, c.between(a, b, c.depth)...)
	c.lines[[2]orb.Point{a, b}] = out
	return out
}

// between halves a line again and again, each time moving the middle aside by less than a tenth.
func (c *surveyor) between(a, b orb.Point, depth int) []orb.Point {
	if depth == 0 {
		return nil
	}
	by := c.off(0.15)
	m := grid7(orb.Point{(a[0]+b[0])/2 - by*(b[1]-a[1]), (a[1]+b[1])/2 + by*(b[0]-a[0])})
	return append(append(c.between(a, m, depth-1), m), c.between(m, b, depth-1)...)
}

// island is a clockwise ring around a point.
func (c *surveyor) island(at orb.Point) orb.Ring {
	var r orb.Ring
	for _, d := range [][2]float64{{-1, 0}, {-.7, .7}, {0, 1}, {.7, .7}, {1, 0}, {.7, -.7}, {0, -1}, {-.7, -.7}} {
		by := 0.0006 + c.off(0.0002)
		r = append(r, grid7(orb.Point{at[0] + d[0]*by, at[1] + d[1]*by}))
	}
	return append(r, r[0])
}
