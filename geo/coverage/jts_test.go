package coverage

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"canvass/geo"
)

// conformance are the cases of JTS's own tests of coverages, as data; testdata/jts has its licence and where they are from.
func conformance(t *testing.T) (cases []conformanceCase) {
	t.Helper()
	text, err := os.ReadFile("testdata/jts/coverage_cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []conformanceCase }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Cases
}

type conformanceCase struct {
	Suite, Test, Check string
	Args               []json.RawMessage
}

// coverage gives the members that a case is about.
func (c conformanceCase) coverage(t *testing.T) (texts []string) {
	t.Helper()
	if json.Unmarshal(c.Args[0], &texts) == nil {
		return texts
	}
	for _, arg := range c.Args[:2] {
		var text string
		if err := json.Unmarshal(arg, &text); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	return texts
}

// shrunk makes a unit a metre, so that a narrow gap of JTS is a sliver.
func shrunk(members []orb.MultiPolygon) []orb.MultiPolygon {
	for _, m := range members {
		for _, polygon := range m {
			for _, r := range polygon {
				for i, v := range r {
					r[i] = orb.Point{v[0] / 100, v[1] / 100}
				}
			}
		}
	}
	return members
}

func TestValidateAgreesWithJTS(t *testing.T) {
	for _, c := range conformance(t) {
		if !strings.Contains(c.Suite, "Validator") {
			continue
		}
		faults := slices.DeleteFunc(Validate(shrunk(shapes(t, c.coverage(t)...))), func(f Fault) bool {
			return f.Kind == WrongWinding || f.Kind == Unreadable // JTS takes any winding, and what is empty
		})
		if (len(faults) == 0) != (c.Check == "checkValid") {
			t.Errorf("%s %s: %v", c.Test, c.Check, faults)
		}
	}
}

// Members that JTS simplifies stay a partition here, too; which vertices go is each one's own choice.
func TestSimplifyJTSCases(t *testing.T) {
	for _, c := range conformance(t) {
		if !strings.HasPrefix(c.Check, "checkNoop") && !strings.HasPrefix(c.Check, "checkResult") {
			continue
		}
		var texts []string
		if err := json.Unmarshal(c.Args[0], &texts); err != nil {
			t.Fatal(err)
		}
		members := shapes(t, texts...)
		out, err := Simplify(members, 111)
		if err != nil {
			continue
		}
		before, after := Validate(members), Validate(out)
		if len(after) > len(before) {
			t.Errorf("%s: %v, was %v", c.Test, after, before)
		}
	}
}

// collection reads a case's geometry that holds several.
func (c conformanceCase) collection(t *testing.T, i int) (members []orb.MultiPolygon) {
	t.Helper()
	var text string
	if err := json.Unmarshal(c.Args[i], &text); err != nil || !strings.HasPrefix(text, "GEOMETRYCOLLECTION (") {
		return nil // none, or a name in JTS's source
	}
	g, err := wkt.Unmarshal(text)
	if err != nil {
		t.Fatalf("%s: %v", c.Test, err)
	}
	for _, part := range g.(orb.Collection) {
		switch part := part.(type) {
		case orb.Polygon:
			members = append(members, scale(orb.MultiPolygon{part}))
		case orb.MultiPolygon:
			members = append(members, scale(part))
		}
	}
	return members
}

// What JTS makes of members together is the same ground here; what it refuses is refused.
func TestMergeAgreesWithJTS(t *testing.T) {
	united, refused := 0, 0
	for _, c := range conformance(t) {
		if c.Check != "checkUnion" && c.Check != "checkError" {
			continue
		}
		members := c.collection(t, 0)
		which := make([]int, len(members))
		for i := range which {
			which[i] = i
		}
		e, err := Merge(members, which...)
		var reason *Error
		switch {
		case c.Check == "checkError" || len(members) == 0:
			if !errors.As(err, &reason) {
				t.Errorf("%s: %v", c.Test, err)
			}
			refused++
		case err != nil:
			t.Errorf("%s: %v", c.Test, err)
		default:
			var want string
			if err := json.Unmarshal(c.Args[1], &want); err != nil {
				t.Fatal(err)
			}
			if !SameGround([]orb.MultiPolygon{e[0]}, shapes(t, want)) {
				t.Errorf("%s: %s, want %s", c.Test, units(e[0]), want)
			}
			united++
		}
	}
	if united != 7 || refused != 2 {
		t.Errorf("%d united and %d refused: cases are missing", united, refused)
	}
}

// A gap that JTS finds is found here, of the same size.
func TestGapsAgreeWithJTS(t *testing.T) {
	for _, c := range conformance(t) {
		if c.Check != "checkGaps" {
			continue
		}
		var text, gap string
		if err := errors.Join(json.Unmarshal(c.Args[0], &text), json.Unmarshal(c.Args[2], &gap)); err != nil {
			t.Fatal(err)
		}
		var members []orb.MultiPolygon
		for _, polygon := range shape(t, text) {
			members = append(members, orb.MultiPolygon{polygon})
		}
		faults := slices.DeleteFunc(Validate(members), func(f Fault) bool { return f.Kind == WrongWinding })
		want := geo.Area(shape(t, gap))
		if len(faults) != 1 || faults[0].Kind != Gap || math.Abs(faults[0].Area-want) > 1 {
			t.Errorf("%s: %v, want a gap of %.1f m²", c.Test, faults, want)
		}
		return
	}
	t.Error("there is no such case")
}

// What JTS's cleaner draws together is drawn together here, and a gap that it gives to a neighbour is closed: what is left is
// ground that it leaves open, too. Its tolerances are in the units of the cases.
func TestRepairAgreesWithJTS(t *testing.T) {
	mended := 0
	for _, c := range conformance(t) {
		var members []orb.MultiPolygon
		switch c.Test {
		case "testSingleNearMatch", "testManyNearMatches", "testPolygonsSnappedCollapse":
			members = shapes(t, c.coverage(t)...)
		case "testMergeGapToLongestBorder":
			members = c.collection(t, 0)
		default:
			continue // duplicates, and overlaps without measure: here they are told, and a person decides
		}
		var units float64
		if err := json.Unmarshal(c.Args[1], &units); err != nil {
			t.Fatal(err)
		}
		out, _ := Repair(members, units*111)
		for _, f := range Validate(out) {
			if f.Kind != WrongWinding && (f.Kind != Gap || c.Test != "testManyNearMatches") {
				t.Errorf("%s: left %v", c.Test, f)
			}
		}
		mended++
	}
	if mended != 4 {
		t.Errorf("%d cases are there", mended)
	}
}
