package coverage

import (
	"encoding/xml"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"canvass/geo"
)

// areaRun is a file of cases in the form of JTS's testxml. testdata/areas holds our own; JTS's are read beside them where
// they lie (shared/data/09-conformance/jts).
//
// Asked are those that are about areas: isValid of Check; union, difference and intersection of Carve and Merge; relate of
// Validate, which finds what the insides have in common. The others do not apply: points and lines, buffers, hulls, distances,
// centroids and predicates are not what a partition is made of; files named Prec ask for the rounding to a coarse grid at
// which edges bend, where ours refuses to bend what has nothing beyond; and coordinates that no grid of degrees holds
// are another geometry once they are on it.
type areaRun struct {
	Cases []areaCase `xml:"case"`
}

type areaCase struct {
	Desc  string `xml:"desc"`
	A     string `xml:"a"`
	B     string `xml:"b"`
	Tests []struct {
		Op struct {
			Name   string `xml:"name,attr"`
			First  string `xml:"arg1,attr"`
			Second string `xml:"arg2,attr"`
			Third  string `xml:"arg3,attr"`
			Want   string `xml:",chardata"`
		} `xml:"op"`
	} `xml:"test"`
}

// eachAreaCase reads the files whose names fit.
func eachAreaCase(t *testing.T, names []string, do func(file string, c areaCase)) {
	t.Helper()
	for _, root := range []string{"testdata/areas", "../../../shared/data/09-conformance/jts/*", "../../../../shared/data/09-conformance/jts/*"} {
		for _, name := range names {
			paths, err := filepath.Glob(filepath.Join(root, name))
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range paths {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				var run areaRun
				if err := xml.Unmarshal(text, &run); err != nil {
					t.Fatalf("%s: %v", path, err)
				}
				for _, c := range run.Cases {
					do(filepath.Base(path), c)
				}
			}
		}
	}
}

// areal reads the areas of a geometry with a unit as so many steps of the grid; false for one that is no area, that cannot be
// read, or that the grid does not hold.
func areal(text string, steps float64) (orb.MultiPolygon, bool) {
	g, err := wkt.Unmarshal(strings.Join(strings.Fields(text), " "))
	if err != nil {
		return nil, false
	}
	var out orb.MultiPolygon
	switch g := g.(type) {
	case orb.Polygon:
		out = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		out = g
	case orb.Collection:
		for _, part := range g {
			switch part := part.(type) {
			case orb.Polygon:
				out = append(out, part)
			case orb.MultiPolygon:
				out = append(out, part...)
			}
		}
	}
	out = out.Clone()
	for _, polygon := range out {
		for _, ring := range polygon {
			for i, p := range ring {
				x, y := p[0]*steps, p[1]*steps
				if math.Abs(x-math.Round(x)) > 1e-9 || math.Abs(y-math.Round(y)) > 1e-9 || math.Abs(x) > 85e7 || math.Abs(y) > 85e7 {
					return nil, false
				}
				ring[i] = orb.Point{math.Round(x) / geo.Scale, math.Round(y) / geo.Scale}
			}
		}
	}
	return out, len(out) > 0
}

// What JTS finds valid is valid here, and what it does not is not.
func TestCheckAgreesWithJTS(t *testing.T) {
	asked := 0
	eachAreaCase(t, []string{"own.xml", "TestValid.xml", "TestValid2.xml"}, func(file string, c areaCase) {
		for _, test := range c.Tests {
			if test.Op.Name != "isValid" {
				continue
			}
			g, readable := areal(c.A, 1)
			if !readable || slices.ContainsFunc(g, func(p orb.Polygon) bool { return len(p) == 0 }) {
				continue
			}
			asked++
			if err := geo.Check(g); (err == nil) != (strings.TrimSpace(test.Op.Want) == "true") {
				t.Errorf("%s: %s is %v here, valid there: %s", file, strings.TrimSpace(c.Desc), err, test.Op.Want)
			}
		}
	})
	t.Logf("%d cases", asked)
	if asked < 6 {
		t.Errorf("only %d cases were asked", asked)
	}
}

// What a piece takes of a member, what it leaves, and both together, are what JTS finds of two areas.
func TestCarveAgreesWithJTS(t *testing.T) {
	asked := map[string]int{}
	eachAreaCase(t, []string{"own.xml", "TestOverlayAA.xml", "TestNGOverlayA.xml"}, func(file string, c areaCase) {
		a, readable := areal(c.A, 10000)
		b, both := areal(c.B, 10000)
		if !readable || !both || geo.Check(a) != nil || geo.Check(b) != nil {
			return
		}
		for _, test := range c.Tests {
			first, second := a, b
			if strings.EqualFold(test.Op.First, "B") {
				first, second = b, a
			}
			want, _ := areal(test.Op.Want, 10000)
			got, err := overlaid(strings.TrimSuffix(test.Op.Name, "NG"), first, second)
			if errors.Is(err, errNotAsked) {
				continue
			}
			asked[strings.TrimSuffix(test.Op.Name, "NG")]++
			if err != nil {
				t.Errorf("%s: %s %s: %v", file, test.Op.Name, strings.TrimSpace(c.Desc), err)
				continue
			}
			for _, d := range Compare([]orb.MultiPolygon{want}, []orb.MultiPolygon{got}, func(one, other int) bool { return one == other }) {
				if d.Width > 0.02 {
					t.Errorf("%s: %s %s: %.1f m² differ at %v, %.3f m wide", file, test.Op.Name, strings.TrimSpace(c.Desc), d.Area, d.At, d.Width)
				}
			}
		}
	})
	t.Log(asked)
	for _, name := range []string{"intersection", "difference", "union"} {
		if asked[name] < 3 {
			t.Errorf("%s was asked %d times", name, asked[name])
		}
	}
}

var errNotAsked = errors.New("not asked of a partition")

// overlaid makes of two areas what an operation of JTS does, by our own.
func overlaid(name string, a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	if name != "intersection" && name != "difference" && name != "union" {
		return nil, errNotAsked
	}
	members := []orb.MultiPolygon{a}
	e, err := carve(members, []int{0}, b, carving{})
	taken, left := e[1], e[0]
	if errors.Is(err, NothingMoves) {
		taken, left, err = nil, a, nil
	}
	switch {
	case err != nil:
		return nil, err
	case name == "intersection":
		return taken, nil
	case name == "difference":
		return left, nil
	case len(left) == 0:
		return b, nil
	}
	together, err := Merge([]orb.MultiPolygon{left, b}, 0, 1)
	return together[0], err
}

// belowGrid are cases whose areas are a million units long and have less ground in common than a unit of the grid is wide, however
// large they are drawn on Earth: to the grid they touch.
var belowGrid = []string{"A/A-6-17", "A/A-6-23", "A/A-6-25"}

// Validate finds that two areas overlap exactly where JTS finds that their insides have ground in common.
func TestOverlapAgreesWithJTS(t *testing.T) {
	asked := 0
	eachAreaCase(t, []string{"own.xml", "TestRelateAA.xml"}, func(file string, c areaCase) {
		a, readable := areal(c.A, 100)
		b, both := areal(c.B, 100)
		name, _, _ := strings.Cut(strings.TrimSpace(c.Desc), ":")
		if !readable || !both || geo.Check(a) != nil || geo.Check(b) != nil || slices.Contains(belowGrid, name) {
			return
		}
		for _, test := range c.Tests {
			if test.Op.Name != "relate" || strings.TrimSpace(test.Op.Want) != "true" {
				continue
			}
			asked++
			overlap := slices.ContainsFunc(Validate([]orb.MultiPolygon{a, b}), func(f Fault) bool { return f.Kind == Overlap || f.Kind == OverlapSliver })
			if want := test.Op.Third[0] == '2'; overlap != want {
				t.Errorf("%s: %s overlap: %v, there %s", file, strings.TrimSpace(c.Desc), overlap, test.Op.Third)
			}
		}
	})
	t.Logf("%d cases", asked)
	if asked < 4 {
		t.Errorf("only %d cases were asked", asked)
	}
}
