package tiles

import "slices"

// The classes of roads, by how they are drawn; what is in none is minor.
var (
	motorways  = []string{"motorway", "motorway_link"}
	trunkRoads = []string{"trunk", "trunk_link", "primary", "primary_link"}
	mainRoads  = []string{"secondary", "secondary_link", "tertiary", "tertiary_link"}
	services   = []string{"service", "construction"}
	paths      = []string{"path", "footway", "steps", "track", "cycleway", "bridleway"}
)

// roadWidths are how wide roads are drawn, in pixels by zoom: motorways, trunk roads, main, minor and service roads. From zoom 17
// on they grow as the ground does.
var roadWidths = []struct {
	zoom                                  float64
	motorway, trunk, main, minor, service float64
}{
	{5, 0.8, 0.5, 0, 0, 0}, {8, 1.4, 1, 0.5, 0, 0}, {10, 2.2, 1.8, 1.1, 0.3, 0}, {12, 3.4, 3, 2, 0.9, 0}, {13, 4.4, 4, 3, 1.7, 0.6},
	{14, 6, 5.4, 4.4, 2.8, 1.3}, {15, 8.4, 7.6, 6.4, 4.4, 2.4}, {16, 12, 11, 9.4, 6.8, 3.8}, {17, 18, 16, 14, 10.5, 6.5},
	{18, 28, 25, 22, 17, 11}, {19, 46, 42, 38, 30, 20},
}

// roadWidth is the width of a road, with so much of a casing on both sides at zoom 12 and at zoom 18.
func roadWidth(casing12, casing18 float64) []any {
	out := []any{"interpolate", []any{"exponential", 1.5}, []any{"zoom"}}
	for _, w := range roadWidths {
		more := 0.0
		if casing18 > 0 {
			more = casing12 + (casing18-casing12)*min(max(w.zoom-12, 0), 6)/6
		}
		const link = 0.7
		out = append(out, w.zoom, byClass([]string{"motorway"}, w.motorway+more, []string{"motorway_link"}, link*w.motorway+more,
			[]string{"trunk", "primary"}, w.trunk+more, []string{"trunk_link", "primary_link"}, link*w.trunk+more,
			[]string{"secondary", "tertiary"}, w.main+more, []string{"secondary_link", "tertiary_link"}, link*w.main+more,
			services, w.service+more, w.minor+more))
	}
	return out
}

// ways are roads and rails in three storeys: tunnels lie under what they pass, bridges over what they cross.
func (s sheet) ways() []any {
	ground := []any{"all", not(truly("bridge")), not(truly("tunnel"))}
	return slices.Concat(s.tunnels(truly("tunnel")), s.storey("", ground), s.bridges([]any{"all", truly("bridge"), not(truly("tunnel"))}))
}

var (
	rounded = layout(spec{"line-cap": "round", "line-join": "round", "line-sort-key": []any{"-", 0, rank()}})
	blunt   = layout(spec{"line-cap": "butt", "line-join": "round", "line-sort-key": []any{"-", 0, rank()}})
)

func (s sheet) tunnels(there []any) []any {
	road := where([]any{"all", there, not(oneOf("class", paths...))})
	return []any{
		s.layer("road-casing-tunnel", "line", "road", blunt, from(12), road, paint(spec{"line-color": s.casing(),
			"line-width": roadWidth(1, 2.4), "line-dasharray": []any{1.2, 0.8}})),
		s.layer("road-tunnel", "line", "road", blunt, road, paint(spec{"line-color": s.tunnel, "line-width": roadWidth(0, 0)})),
		s.layer("path-tunnel", "line", "road", from(14), where([]any{"all", there, oneOf("class", paths...)}), paint(spec{
			"line-color": s.path, "line-width": byZoom(14, 0.7, 18, 2), "line-dasharray": []any{1, 2}, "line-opacity": 0.7})),
		s.layer("rail-tunnel", "line", "rail", from(12), where(there), paint(spec{"line-color": s.rail,
			"line-width": byZoom(12, 0.8, 18, 2.4), "line-dasharray": []any{3, 3}, "line-opacity": 0.7})),
	}
}

// storey draws the roads, paths and rails of one height.
func (s sheet) storey(suffix string, there []any) []any {
	road := where([]any{"all", there, not(oneOf("class", paths...))})
	return slices.Concat([]any{
		s.layer("road-casing"+suffix, "line", "road", rounded, from(12), road, paint(spec{"line-color": s.casing(),
			"line-width": roadWidth(1, 2.4)})),
	}, s.paths(suffix, there), []any{
		s.layer("road"+suffix, "line", "road", rounded, road, paint(spec{"line-color": s.road(), "line-width": roadWidth(0, 0)})),
		s.layer("rail"+suffix, "line", "rail", where([]any{"all", there, not(is("class", "platform"))}),
			paint(spec{"line-color": s.rail, "line-width": byZoom(8, 0.6, 13, 1.2, 16, 3, 19, 7)})),
		s.layer("rail-ties"+suffix, "line", "rail", from(14), where([]any{"all", there, not(is("class", "platform"))}), paint(spec{
			"line-color": s.tie, "line-width": byZoom(14, 0.7, 16, 1.8, 19, 4.6), "line-dasharray": []any{4, 4}})),
		s.layer("platform"+suffix, "line", "rail", from(15), where([]any{"all", there, is("class", "platform")}), paint(spec{
			"line-color": s.buildingLine, "line-width": byZoom(15, 1.5, 19, 9)})),
	})
}

// paths are ways for those who walk or ride.
func (s sheet) paths(suffix string, there []any) []any {
	line := func(id string, look spec, classes ...string) spec {
		return s.layer(id+suffix, "line", "road", from(13.5), where([]any{"all", there, oneOf("class", classes...)}), paint(look))
	}
	width := byZoom(13, 0.6, 16, 1.3, 19, 3)
	return []any{
		s.layer("path-casing"+suffix, "line", "road", from(15), where([]any{"all", there, oneOf("class", paths...)}), rounded,
			paint(spec{"line-color": s.halo, "line-width": byZoom(15, 2, 19, 6), "line-opacity": 0.55})),
		line("track", spec{"line-color": s.track, "line-width": byZoom(13, 0.7, 16, 1.6, 19, 4), "line-dasharray": []any{4, 1.6}}, "track"),
		line("footway", spec{"line-color": s.path, "line-width": width, "line-dasharray": []any{1.6, 1.2}}, "footway", "path", "bridleway"),
		line("cycleway", spec{"line-color": s.cycle, "line-width": width, "line-dasharray": []any{3, 1.2}}, "cycleway"),
		line("steps", spec{"line-color": s.steps, "line-width": byZoom(14, 1.2, 16, 3, 19, 8), "line-dasharray": []any{0.35, 0.35}}, "steps"),
	}
}

// bridges have a line of their own on both sides, which ends where they do.
func (s sheet) bridges(there []any) []any {
	return slices.Concat([]any{
		s.layer("road-sides-bridge", "line", "road", blunt, from(13), where([]any{"all", there, not(oneOf("class", paths...))}),
			paint(spec{"line-color": s.bridge, "line-width": roadWidth(2, 5)})),
		s.layer("path-sides-bridge", "line", "road", blunt, from(15), where([]any{"all", there, oneOf("class", paths...)}),
			paint(spec{"line-color": s.bridge, "line-width": byZoom(15, 3.4, 19, 9)})),
		s.layer("path-deck-bridge", "line", "road", blunt, from(15), where([]any{"all", there, oneOf("class", paths...)}),
			paint(spec{"line-color": s.land, "line-width": byZoom(15, 2, 19, 6.5)})),
		s.layer("rail-sides-bridge", "line", "rail", from(13), where(there), paint(spec{"line-color": s.bridge,
			"line-width": byZoom(13, 3, 16, 6, 19, 12)})),
		s.layer("rail-deck-bridge", "line", "rail", from(13), where(there), paint(spec{"line-color": s.land,
			"line-width": byZoom(13, 2, 16, 4.4, 19, 9)})),
	}, s.storey("-bridge", there))
}

func (s sheet) road() []any {
	return byClass(motorways, s.motorway, trunkRoads, s.trunk, mainRoads, s.main, services, s.service, "pedestrian", s.walk, s.minor)
}

func (s sheet) casing() []any {
	return byClass(motorways, s.motorwayCasing, trunkRoads, s.trunkCasing, mainRoads, s.mainCasing, s.minorCasing)
}
