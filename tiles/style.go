package tiles

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// What no style is made of: the errors tell what there is.
var (
	ErrNoTheme    = fmt.Errorf("no such theme: themes are %s", strings.Join(themeNames(), ", "))
	ErrNoLanguage = fmt.Errorf("no such language: labels are in %s", strings.Join(languages, " or "))
)

// languages are those that labels are written in.
var languages = []string{"zh", "en"}

// spec is a piece of a MapLibre style.
type spec = map[string]any

// Look is how a map is to look.
type Look struct {
	Theme    string // day, dark or sun
	County   string // six digits
	Language string // of labels: zh or en
	Origin   string // that tiles come from, such as http://localhost:8080
	Framed   bool   // the county's census areas are drawn, so that villages need not be named once more
	Field    bool   // for a tablet, which shows no coverage, picks no ground and draws statuses itself: layers of those are left out
	Imagery  *Imagery
}

// Style writes the map's style (MapLibre style specification, version 8). Text is drawn by the reader's own fonts: it names no
// glyphs and no sprite. Nothing in it comes from elsewhere than the origin. What a client adds is feature state, status (0 to 6)
// of buildings, coverage (0 to 5, -1 for no data) of areas and sub_areas, and selected; an image poi-{class} for each
// class of points, without which they have a name alone, and an image road-number, which stretches. The imagery, where there is some, is not visible until the client says so.
func Style(l Look) ([]byte, error) {
	p, ok := palettes[l.Theme]
	if !ok {
		return nil, ErrNoTheme
	}
	if !slices.Contains(languages, l.Language) {
		return nil, ErrNoLanguage
	}
	if _, _, err := SplitSet(l.County + "-base"); err != nil {
		return nil, err
	}
	s := sheet{palette: p, base: l.County + "-base", census: l.County + "-census", language: l.Language, framed: l.Framed}
	sources := spec{
		s.base:   spec{"type": "vector", "url": l.Origin + "/tiles/" + s.base + ".json"},
		s.census: spec{"type": "vector", "url": l.Origin + "/tiles/" + s.census + ".json"},
	}
	var imagery []any
	if l.Imagery != nil {
		sources[imagerySource] = l.Imagery.source(l)
		imagery = []any{spec{"id": imagerySource, "type": "raster", "source": imagerySource, "layout": spec{"visibility": "none"},
			"paint": spec{"raster-fade-duration": 100}}}
	}
	layers := slices.Concat(s.ground(), imagery, s.ways(), s.edges(), s.frame(), s.buildings(), s.names(), s.places(), s.codes())
	if l.Field {
		layers = slices.DeleteFunc(layers, func(layer any) bool { return !inField(layer.(spec)["id"].(string)) })
	}
	return json.Marshal(spec{"version": 8, "name": "canvass " + l.Theme, "sources": sources, "layers": layers})
}

// sheet draws one style.
type sheet struct {
	palette
	base, census string
	language     string
	framed       bool
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

// not turns a condition round; truly tells whether an attribute is set.
func not(condition any) []any { return []any{"!", condition} }
func truly(name string) []any { return []any{"to-boolean", get(name)} }

// rank is how important a feature is, the lower the more.
func rank() []any { return []any{"coalesce", get("rank"), 99} }

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
