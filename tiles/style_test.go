package tiles

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// read is a style as a client reads it.
type read struct {
	Version int
	Sources map[string]struct {
		Type, URL, Attribution string
		Tiles                  []string
	}
	Layers []styleLayer
}

type styleLayer struct {
	ID, Type, Source string
	SourceLayer      string `json:"source-layer"`
	MinZoom, MaxZoom *float64
	Filter           any
	Layout, Paint    map[string]any
}

// What each type of layer may say, of the MapLibre style specification, version 8.
var (
	mayPaint = map[string]string{
		"background": "background-color background-opacity",
		"fill":       "fill-antialias fill-color fill-opacity fill-outline-color fill-translate",
		"line":       "line-blur line-color line-dasharray line-gap-width line-offset line-opacity line-width",
		"circle":     "circle-blur circle-color circle-opacity circle-radius circle-stroke-color circle-stroke-opacity circle-stroke-width",
		"symbol":     "text-color text-halo-blur text-halo-color text-halo-width text-opacity icon-color icon-opacity",
		"raster":     "raster-fade-duration raster-opacity",
	}
	mayLayOut = map[string]string{
		"fill": "visibility fill-sort-key", "circle": "visibility circle-sort-key", "background": "visibility",
		"line": "visibility line-cap line-join line-sort-key",
		"symbol": "visibility symbol-placement symbol-sort-key symbol-spacing text-field text-size text-font text-max-width text-anchor text-offset " +
			"text-optional text-padding text-max-angle text-allow-overlap text-ignore-placement text-variable-anchor text-radial-offset " +
			"text-justify text-rotation-alignment icon-image icon-size icon-padding icon-rotation-alignment icon-text-fit",
		"raster": "visibility",
	}
	// plainLists are the properties whose values are lists and no expressions.
	plainLists = []string{"text-font", "line-dasharray", "text-variable-anchor"}
	colour     = regexp.MustCompile(`^(#[0-9a-f]{6}|rgba\(\d+,\d+,\d+,[\d.]+\))$`)
	// arguments is how many each operator takes, -1 for any number from one on.
	arguments = map[string]int{"get": 1, "feature-state": 1, "geometry-type": 0, "zoom": 0, "literal": 1, "!": 1, "to-boolean": 1,
		"to-string": 1, "-": 2, "concat": -1, "length": 1, "slice": -1, "<": 2, "==": 2, "!=": 2, ">": 2, "in": 2, "all": -1, "any": -1, "coalesce": -1, "case": -1, "match": -1, "interpolate": -1}
)

// Every theme in every language, with and without a frame and imagery, keeps the specification's rules, and asks the tiles only
// for what TileJSON describes.
func TestStyle(t *testing.T) {
	for _, theme := range themeNames() {
		for _, language := range languages {
			for _, look := range []Look{{}, {Framed: true}, {Imagery: &Imagery{Attribution: "© Bureau", MaxZoom: 18}}} {
				look.Theme, look.Language, look.County, look.Origin = theme, language, "370883", "https://census.example"
				raw, err := Style(look)
				if err != nil {
					t.Fatal(err)
				}
				var s read
				if err := json.Unmarshal(raw, &s); err != nil {
					t.Fatal(err)
				}
				for _, problem := range s.problems(look) {
					t.Errorf("%+v: %s", look, problem)
				}
			}
		}
	}
	for _, c := range []struct {
		look  Look
		want  error
		tells string
	}{
		{Look{Theme: "night", County: "370883", Language: "zh"}, ErrNoTheme, "day, dark, sun"},
		{Look{Theme: "day", County: "37", Language: "zh"}, ErrNoSet, "{county}-base"},
		{Look{Theme: "day", County: "370883", Language: "fr"}, ErrNoLanguage, "zh or en"},
	} {
		if _, err := Style(c.look); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.tells) {
			t.Errorf("%+v: %v", c.look, err)
		}
	}
}

func (s read) problems(look Look) (found []string) {
	if s.Version != 8 {
		found = append(found, fmt.Sprintf("version %d", s.Version))
	}
	sources := []string{"370883-base", "370883-census"}
	for _, set := range sources {
		if source := s.Sources[set]; source.Type != "vector" || source.URL != "https://census.example/tiles/"+set+".json" {
			found = append(found, fmt.Sprintf("source %s: %+v", set, source))
		}
	}
	if look.Imagery != nil {
		sources = append(sources, imagerySource)
		source := s.Sources[imagerySource]
		if source.Type != "raster" || source.Attribution != "© Bureau" ||
			fmt.Sprint(source.Tiles) != "[https://census.example/imagery/370883/{z}/{x}/{y}]" {
			found = append(found, fmt.Sprintf("imagery: %+v", source))
		}
	}
	if len(s.Sources) != len(sources) {
		found = append(found, fmt.Sprintf("%d sources, want %v", len(s.Sources), sources))
	}
	seen := map[string]bool{}
	for _, l := range s.Layers {
		if l.ID == "" || seen[l.ID] {
			found = append(found, fmt.Sprintf("layer %q comes twice", l.ID))
		}
		seen[l.ID] = true
		for _, problem := range l.problems() {
			found = append(found, fmt.Sprintf("layer %s: %s", l.ID, problem))
		}
	}
	if look.Framed != seen["village-name-far"] || (look.Imagery != nil) != seen[imagerySource] {
		found = append(found, "layers that do not belong to the look")
	}
	return found
}

// Where the census areas are named, the villages of the base map are not: no name stands twice.
func TestStyleNamesVillagesOnce(t *testing.T) {
	raw, err := Style(Look{Theme: "day", County: "370883", Language: "zh", Framed: true})
	if err != nil {
		t.Fatal(err)
	}
	var s read
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	named := func(zoom float64) (by []string) {
		for _, l := range s.Layers {
			shown := (l.MinZoom == nil || zoom >= *l.MinZoom) && (l.MaxZoom == nil || zoom < *l.MaxZoom)
			if shown && (l.ID == "areas-label" || strings.HasPrefix(l.ID, "village-name")) {
				by = append(by, l.ID)
			}
		}
		return by
	}
	for zoom := 9.0; zoom < 17; zoom += 0.25 {
		if by := named(zoom); len(by) != 1 {
			t.Errorf("at zoom %g villages are named by %v", zoom, by)
		}
	}
}

func (l styleLayer) problems() (found []string) {
	var fields map[string]string
	if l.Type != "background" && l.Type != "raster" {
		at := slices.IndexFunc(layers, func(of layer) bool { return of.name == l.SourceLayer })
		if at < 0 || "370883-"+layers[at].set != l.Source {
			return []string{fmt.Sprintf("%s has no layer %s", l.Source, l.SourceLayer)}
		}
		fields = layers[at].fields
	}
	if l.MinZoom != nil && l.MaxZoom != nil && *l.MinZoom >= *l.MaxZoom {
		found = append(found, "is never shown")
	}
	if l.Filter != nil {
		found = append(found, expression{l.Filter, fields, ""}.problems("filter")...)
	}
	for part, of := range map[string]map[string]any{"paint": l.Paint, "layout": l.Layout} {
		may := mayPaint
		if part == "layout" {
			may = mayLayOut
		}
		for name, value := range of {
			if !slices.Contains(strings.Fields(may[l.Type]), name) {
				found = append(found, fmt.Sprintf("a %s has no %s", l.Type, name))
			}
			if text, is := value.(string); is && strings.HasSuffix(name, "-color") && !colour.MatchString(text) {
				found = append(found, fmt.Sprintf("%s %q is no colour", name, text))
			}
			if slices.Contains(plainLists, name) || name == "text-offset" && !isExpression(value) {
				continue // plain lists
			}
			found = append(found, expression{value, fields, part}.problems(name)...)
		}
	}
	return found
}

// expression is a value of a style's property, or a filter where part is empty.
type expression struct {
	value  any
	fields map[string]string
	part   string
}

func isExpression(v any) bool {
	list, is := v.([]any)
	if !is || len(list) == 0 {
		return false
	}
	_, is = list[0].(string)
	return is
}

// problems looks through an expression; zoom may stand only at its top, as the specification says.
func (e expression) problems(name string) []string {
	if list, is := e.value.([]any); is && isExpression(list) && list[0] == "interpolate" {
		return append(e.stops(name, list), e.inner(name, list[1:])...)
	}
	return e.look(name, e.value)
}

// stops looks at an interpolation by zoom: its input and its rising stops.
func (e expression) stops(name string, list []any) (found []string) {
	if len(list) < 7 || len(list)%2 != 1 || fmt.Sprint(list[2]) != "[zoom]" {
		return []string{fmt.Sprintf("%s interpolates %v", name, list)}
	}
	last := -1.0
	for i := 3; i < len(list); i += 2 {
		stop, is := list[i].(float64)
		if !is || stop <= last {
			found = append(found, fmt.Sprintf("%s: the stops do not rise at %v", name, list[i]))
		}
		last = stop
	}
	return found
}

func (e expression) inner(name string, values []any) (found []string) {
	for i, v := range values {
		if i != 1 || fmt.Sprint(v) != "[zoom]" {
			if !isInterpolation(v) {
				found = append(found, e.look(name, v)...)
			}
		}
	}
	return found
}

func isInterpolation(v any) bool {
	list, is := v.([]any)
	return is && len(list) > 0 && (list[0] == "linear" || list[0] == "exponential")
}

func (e expression) look(name string, v any) (found []string) {
	list, is := v.([]any)
	if !is {
		return nil
	}
	if !isExpression(v) {
		return []string{fmt.Sprintf("%s: %v is a bare list", name, v)}
	}
	operator, rest := list[0].(string), list[1:]
	n, known := arguments[operator]
	switch {
	case !known:
		return []string{fmt.Sprintf("%s: no operator %s", name, operator)}
	case n >= 0 && len(rest) != n || n < 0 && len(rest) == 0:
		return []string{fmt.Sprintf("%s: %s takes not %d arguments", name, operator, len(rest))}
	case operator == "zoom":
		return []string{name + ": zoom stands below the top"}
	case operator == "feature-state" && e.part != "paint":
		return []string{name + ": feature state may be asked for in paint alone"}
	case operator == "get" && e.fields[rest[0].(string)] == "":
		return []string{fmt.Sprintf("%s: the tiles have no attribute %v", name, rest[0])}
	case operator == "literal", operator == "get":
		return nil
	case operator == "match" && len(rest)%2 != 0, operator == "case" && len(rest)%2 != 1:
		return []string{fmt.Sprintf("%s: %s has no value for what else there is", name, operator)}
	case operator == "match":
		return e.match(name, rest)
	}
	for _, inner := range rest {
		found = append(found, e.look(name, inner)...)
	}
	return found
}

// match looks at the labels of a match, which must differ, and at what they choose.
func (e expression) match(name string, rest []any) []string {
	found := e.look(name, rest[0])
	seen := map[any]bool{}
	for i := 1; i < len(rest)-1; i += 2 {
		labels, many := rest[i].([]any)
		if !many {
			labels = []any{rest[i]}
		}
		for _, label := range labels {
			if seen[label] {
				found = append(found, fmt.Sprintf("%s: %v is matched twice", name, label))
			}
			seen[label] = true
		}
		found = append(found, e.look(name, rest[i+1])...)
	}
	return append(found, e.look(name, rest[len(rest)-1])...)
}

// The looking finds what it is for.
func TestStyleProblemsAreFound(t *testing.T) {
	for _, c := range []struct{ layer, want string }{
		{`{"type":"fill","source":"370883-census","source-layer":"roads"}`, "has no layer roads"},
		{`{"type":"fill","source":"370883-base","source-layer":"areas"}`, "has no layer areas"},
		{`{"type":"fill","source":"370883-census","source-layer":"areas","paint":{"line-color":"#ffffff"}}`, "no line-color"},
		{`{"type":"fill","source":"370883-census","source-layer":"areas","paint":{"fill-color":"whitish"}}`, "no colour"},
		{`{"type":"fill","source":"370883-census","source-layer":"areas","filter":["==",["get","floors"],1]}`, "no attribute floors"},
		{`{"type":"fill","source":"370883-census","source-layer":"areas","filter":["==",["feature-state","a"],1]}`, "paint alone"},
		{`{"type":"fill","source":"370883-census","source-layer":"areas","paint":{"fill-opacity":["case",true,1]}}`, "what else"},
		{`{"type":"fill","source":"370883-census","source-layer":"areas","paint":{"fill-opacity":["case",true,["zoom"],1]}}`, "below the top"},
		{`{"type":"fill","source":"370883-census","source-layer":"areas","paint":{"fill-opacity":["match",["get","kind"],"a",1,["b","a"],2,3]}}`, "matched twice"},
		{`{"type":"fill","source":"370883-census","source-layer":"areas","paint":{"fill-opacity":["interpolate",["linear"],["zoom"],9,1,8,2]}}`, "do not rise"},
		{`{"type":"fill","source":"370883-census","source-layer":"areas","paint":{"fill-opacity":["sum",1]}}`, "no operator sum"},
		{`{"type":"fill","source":"370883-census","source-layer":"areas","minzoom":9,"maxzoom":9}`, "never shown"},
	} {
		var l styleLayer
		if err := json.Unmarshal([]byte(c.layer), &l); err != nil {
			t.Fatal(err)
		}
		if found := strings.Join(l.problems(), "; "); !strings.Contains(found, c.want) {
			t.Errorf("%s: found %q, want %q", c.layer, found, c.want)
		}
	}
}

// The pages draw a mark for every class of points that the style shows by one, and for no other.
func TestStyleMarksAreDrawn(t *testing.T) {
	drawn, err := os.ReadFile("../web/ui/shared/map/marks.ts")
	if err != nil {
		t.Fatal(err)
	}
	var marks []string
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z]+): \{ about:`).FindAllStringSubmatch(string(drawn), -1) {
		marks = append(marks, m[1])
	}
	shown := slices.Concat(points[0], points[1], points[2])
	slices.Sort(marks)
	slices.Sort(shown)
	if !slices.Equal(marks, shown) {
		t.Errorf("marks are drawn for %v, and shown for %v", marks, shown)
	}
}
