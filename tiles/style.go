package tiles

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// ErrNoTheme tells which themes there are.
var ErrNoTheme = fmt.Errorf("no such theme: themes are %s", strings.Join(themeNames(), ", "))

// spec is a piece of a MapLibre style.
type spec = map[string]any

// Style writes the map's style (MapLibre style specification, version 8) for one county: a theme (day, dark, sun), the
// language of labels (zh or en) and the origin that tiles come from, such as http://localhost:8080. What a client adds is
// feature state: status (0 to 6) of buildings, coverage (0 to 5, -1 for no data) of areas and sub_areas, and selected.
func Style(theme, county, language, origin string) ([]byte, error) {
	p, ok := palettes[theme]
	if !ok {
		return nil, ErrNoTheme
	}
	if _, _, err := SplitSet(county + "-base"); err != nil {
		return nil, err
	}
	s := sheet{palette: p, base: county + "-base", census: county + "-census", language: language}
	return json.Marshal(spec{
		"version": 8,
		"name":    "canvass " + theme,
		"sources": spec{
			s.base:   spec{"type": "vector", "url": origin + "/tiles/" + s.base + ".json"},
			s.census: spec{"type": "vector", "url": origin + "/tiles/" + s.census + ".json"},
		},
		"layers": slices.Concat(s.ground(), s.ways(), s.frame(), s.buildings(), s.names(), s.codes()),
	})
}

// sheet draws one style.
type sheet struct {
	palette
	base, census string
	language     string
}

// palette is the colours of a theme.
type palette struct {
	land, water, waterway, field, forest, park, built, industry, school string
	building, buildingLine                                              string
	casing, minor, main, trunk, path, rail                              string
	text, halo, waterText                                               string
	area, subArea, frameHalo, selected                                  string
	status                                                              [7]string // by building status
	coverage                                                            [6]string // by class, low to high
	noData                                                              string
}

// statusColours and coverageColours are told apart also with any of the common kinds of colour blindness (after Okabe and
// Ito 2008, and ColorBrewer's RdYlBu), and never stand alone: marks and words say the same.
var (
	statusColours   = [7]string{"#8c8c8c", "#f0e442", "#e69f00", "#009e73", "#cc79a7", "#bdbdbd", "#56b4e9"}
	coverageColours = [6]string{"#a50026", "#f46d43", "#fdae61", "#e0f3f8", "#74add1", "#313695"}
)

var palettes = map[string]palette{
	"day": {land: "#f5f3ee", water: "#a9cfe3", waterway: "#8fbfd9", field: "#eef0d8", forest: "#cfe3c0", park: "#d6ebc4",
		built: "#ebe6df", industry: "#e5dfe6", school: "#f3e9cf", building: "#ded6ca", buildingLine: "#b8ab98",
		casing: "#c9c1b4", minor: "#ffffff", main: "#fff4c8", trunk: "#fbd38a", path: "#b89f7f", rail: "#8b8b8b",
		text: "#35322d", halo: "#ffffff", waterText: "#2f6c8f", area: "#7b1fa2", subArea: "#9c4dcc", frameHalo: "#ffffff",
		selected: "#d6006c", status: statusColours, coverage: coverageColours, noData: "#c8c8c8"},
	"dark": {land: "#1e2126", water: "#16344a", waterway: "#1f4a68", field: "#23282a", forest: "#1f2e26", park: "#22342a",
		built: "#262a31", industry: "#2b2833", school: "#332f25", building: "#3a3f48", buildingLine: "#525863",
		casing: "#15171b", minor: "#3c414a", main: "#575344", trunk: "#6e5a35", path: "#6b6253", rail: "#6d6d6d",
		text: "#e4e2dc", halo: "#16181c", waterText: "#8cc4e6", area: "#d7a6f5", subArea: "#b985e0", frameHalo: "#0d0f12",
		selected: "#ff6fb1", status: statusColours, coverage: coverageColours, noData: "#4b4f57"},
	"sun": {land: "#ffffff", water: "#7fc4ee", waterway: "#3f9fd8", field: "#fbfbe8", forest: "#c3e6a9", park: "#c9efaa",
		built: "#f4f0e8", industry: "#efe6f2", school: "#fff0bf", building: "#cfc4b3", buildingLine: "#3b342a",
		casing: "#4d463b", minor: "#ffffff", main: "#ffe873", trunk: "#ffb938", path: "#6b4a1c", rail: "#000000",
		text: "#000000", halo: "#ffffff", waterText: "#00416a", area: "#5a0082", subArea: "#8200b8", frameHalo: "#ffffff",
		selected: "#e00070", status: [7]string{"#6e6e6e", "#ffe600", "#ff8c00", "#008a5e", "#d0208f", "#a8a8a8", "#1e90ff"},
		coverage: coverageColours, noData: "#b4b4b4"},
}

func themeNames() []string { return []string{"day", "dark", "sun"} }

// layer begins a layer of a kind from a layer of the tiles.
func (s sheet) layer(id, kind, from string, more ...spec) spec {
	source := s.base
	if slices.ContainsFunc(layers, func(l layer) bool { return l.name == from && l.set == "census" }) {
		source = s.census
	}
	out := spec{"id": id, "type": kind, "source": source, "source-layer": from}
	for _, m := range more {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

func paint(p spec) spec      { return spec{"paint": p} }
func layout(l spec) spec     { return spec{"layout": l} }
func from(zoom float64) spec { return spec{"minzoom": zoom} }
func upTo(zoom float64) spec { return spec{"maxzoom": zoom} }
func where(f any) spec       { return spec{"filter": f} }

// get, is and oneOf are expressions on an attribute.
func get(name string) []any       { return []any{"get", name} }
func is(name string, v any) []any { return []any{"==", get(name), v} }
func oneOf(name string, values ...string) []any {
	return []any{"in", get(name), []any{"literal", values}}
}

// byZoom grows a number with the zoom: pairs of zoom and value.
func byZoom(pairs ...float64) []any {
	out := []any{"interpolate", []any{"exponential", 1.5}, []any{"zoom"}}
	for _, v := range pairs {
		out = append(out, v)
	}
	return out
}

// byClass chooses by the class attribute: pairs of class and value, then what else.
func byClass(values ...any) []any { return append([]any{"match", get("class")}, values...) }

// state reads feature state, with what it is while unset.
func state(name string, unset any) []any {
	return []any{"coalesce", []any{"feature-state", name}, unset}
}

// ground is what everything stands on.
func (s sheet) ground() []any {
	return []any{
		spec{"id": "land", "type": "background", "paint": spec{"background-color": s.land}},
		s.layer("landuse", "fill", "landuse", paint(spec{
			"fill-color": byClass([]string{"farmland", "meadow", "grass", "orchard", "vineyard", "allotments", "farmyard"}, s.field,
				[]string{"forest", "wood", "scrub", "heath"}, s.forest,
				[]string{"park", "garden", "recreation_ground", "pitch", "playground", "cemetery", "nature_reserve", "golf_course"}, s.park,
				[]string{"industrial", "railway", "quarry", "construction"}, s.industry,
				[]string{"school", "university", "college", "hospital", "kindergarten"}, s.school,
				[]string{"residential", "commercial", "retail"}, s.built, s.built),
			"fill-antialias": false})),
		s.layer("water", "fill", "water", paint(spec{"fill-color": s.water})),
		s.layer("waterway", "line", "waterway", layout(spec{"line-cap": "round", "line-join": "round"}), paint(spec{
			"line-color": s.waterway,
			"line-width": []any{"interpolate", []any{"exponential", 1.5}, []any{"zoom"},
				8, byClass([]string{"river", "canal"}, 0.8, 0.2), 14, byClass([]string{"river", "canal"}, 4, 1.2),
				18, byClass([]string{"river", "canal"}, 16, 5)}})),
		s.layer("base-building", "fill", "base_building", from(14), paint(spec{
			"fill-color": s.building, "fill-outline-color": s.buildingLine, "fill-opacity": 0.6})),
	}
}

// The classes of roads, by how wide they are drawn.
var (
	trunkRoads = []string{"motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link"}
	mainRoads  = []string{"secondary", "secondary_link", "tertiary", "tertiary_link"}
	paths      = []string{"path", "footway", "steps", "track", "cycleway", "bridleway", "pedestrian"}
)

// roadWidth is the width of a road in pixels, its casing so much wider.
func roadWidth(wider float64) []any {
	at := func(trunk, main, minor, path float64) []any {
		return byClass(trunkRoads, trunk+wider, mainRoads, main+wider, paths, path+wider, minor+wider)
	}
	return []any{"interpolate", []any{"exponential", 1.5}, []any{"zoom"},
		6, at(0.6, 0.2, 0, 0), 10, at(1.6, 0.9, 0.2, 0), 13, at(3.5, 2.2, 0.9, 0.5), 16, at(11, 9, 6, 1.5), 19, at(30, 24, 18, 4)}
}

// ways are roads and rails; bridges are drawn above what they cross.
func (s sheet) ways() []any {
	var out []any
	round := layout(spec{"line-cap": "round", "line-join": "round"})
	for _, level := range []struct {
		name   string
		bridge []any
	}{{"", []any{"!", []any{"to-boolean", get("bridge")}}}, {"-bridge", []any{"to-boolean", get("bridge")}}} {
		notPath := []any{"all", level.bridge, []any{"!", oneOf("class", paths...)}}
		path := []any{"all", level.bridge, oneOf("class", paths...)}
		out = append(out,
			s.layer("road-casing"+level.name, "line", "road", round, from(12), where(notPath),
				paint(spec{"line-color": s.casing, "line-width": roadWidth(1.6)})),
			s.layer("path"+level.name, "line", "road", from(13), where(path), paint(spec{"line-color": s.path,
				"line-width": roadWidth(0), "line-dasharray": []any{3, 2}})),
			s.layer("road"+level.name, "line", "road", round, where(notPath), paint(spec{
				"line-color":   byClass(trunkRoads, s.trunk, mainRoads, s.main, s.minor),
				"line-width":   roadWidth(0),
				"line-opacity": []any{"case", []any{"to-boolean", get("tunnel")}, 0.4, 1}})),
			s.layer("rail"+level.name, "line", "rail", where(level.bridge), paint(spec{"line-color": s.rail,
				"line-width": byZoom(8, 0.6, 14, 1.6, 18, 4)})),
			s.layer("rail-sleepers"+level.name, "line", "rail", from(14), where(level.bridge), paint(spec{
				"line-color": s.land, "line-width": byZoom(14, 0.8, 18, 2.4), "line-dasharray": []any{4, 4}})),
		)
	}
	return append(out, s.layer("boundary", "line", "boundary", paint(spec{"line-color": s.rail,
		"line-width": byZoom(6, 0.6, 14, 1.4), "line-dasharray": []any{4, 2, 1, 2}, "line-opacity": 0.6})))
}
