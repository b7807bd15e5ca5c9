package tiles

import "strings"

// frame is the census's ground: coverage as colour, then the boundaries with a halo, so that they are seen on any ground.
func (s sheet) frame() []any {
	coverage := []any{"match", state("coverage", -2), -1, s.noData, 0, s.coverage[0], 1, s.coverage[1], 2, s.coverage[2],
		3, s.coverage[3], 4, s.coverage[4], 5, s.coverage[5], "rgba(0,0,0,0)"}
	clear := paint(spec{"fill-color": "rgba(0,0,0,0)"})
	picked := func(id, from string, minZoom float64) spec {
		return s.layer(id, "line", from, spec{"minzoom": minZoom}, paint(spec{"line-color": s.selected,
			"line-width": []any{"case", []any{"to-boolean", state("selected", false)}, 4, 0}}))
	}
	return []any{
		s.layer("coverage-fill", "fill", "areas", paint(spec{"fill-color": coverage, "fill-opacity": 0.72})),
		s.layer("coverage-sub-fill", "fill", "sub_areas", paint(spec{"fill-color": coverage, "fill-opacity": 0.72})),
		s.layer("areas-fill", "fill", "areas", clear),
		s.layer("sub-areas-fill", "fill", "sub_areas", clear),
		s.layer("sub-areas-halo", "line", "sub_areas", from(13), paint(spec{"line-color": s.frameHalo,
			"line-width": byZoom(13, 2, 18, 6), "line-opacity": 0.7})),
		s.layer("sub-areas-line", "line", "sub_areas", from(12), paint(spec{"line-color": s.subArea,
			"line-width": byZoom(12, 0.5, 15, 1.2, 18, 2.5), "line-dasharray": []any{4, 2}})),
		s.layer("areas-halo", "line", "areas", from(10), paint(spec{"line-color": s.frameHalo,
			"line-width": byZoom(10, 1.5, 18, 8), "line-opacity": 0.7})),
		s.layer("areas-line", "line", "areas", from(9), paint(spec{"line-color": s.area, "line-width": byZoom(9, 0.3, 12, 1.2, 18, 3.5)})),
		s.layer("regions-line", "line", "regions", paint(spec{"line-color": s.area,
			"line-width": byZoom(5, 1.2, 10, 2.4, 16, 4), "line-opacity": 0.85})),
		picked("areas-selected", "areas", 9),
		picked("sub-areas-selected", "sub_areas", 11),
	}
}

// inField tells whether a tablet has a use for a layer. Each that is drawn in vain costs it time in every frame.
func inField(id string) bool {
	switch id {
	case "coverage-fill", "coverage-sub-fill", "areas-fill", "sub-areas-fill", "areas-selected", "sub-areas-selected":
		return false
	}
	return !strings.HasPrefix(id, statusMark)
}

// statusMark begins the names of the layers that show the statuses' signs.
const statusMark = "buildings-mark-"

// marks are the signs of the statuses, beside their colours.
var marks = [7]string{"∅", "○", "◐", "✓", "↻", "×", "□"}

// buildings are coloured by status, outlined, and from zoom 16 marked with the status's sign.
func (s sheet) buildings() []any {
	colour := []any{"match", state("status", -1)}
	for status, c := range s.status {
		colour = append(colour, status, c)
	}
	colour = append(colour, s.building)
	point := []any{"==", []any{"geometry-type"}, "Point"}
	area := []any{"!=", []any{"geometry-type"}, "Point"}
	proposed := is("standing", "proposed")
	selected := []any{"to-boolean", state("selected", false)}
	out := []any{
		s.layer("buildings-fill", "fill", "buildings", where(area), paint(spec{"fill-color": colour,
			"fill-opacity": []any{"case", proposed, 0.4, 0.85}})),
		s.layer("buildings-line", "line", "buildings", from(15), where(area), paint(spec{
			"line-color": []any{"case", selected, s.selected, s.buildingLine},
			"line-width": []any{"interpolate", []any{"linear"}, []any{"zoom"}, 15, []any{"case", selected, 3, 0.4}, 19, []any{"case", selected, 5, 1.4}}})),
		s.layer("buildings-point", "circle", "buildings", where(point), paint(spec{"circle-color": colour,
			"circle-radius":       byZoom(13, 1.5, 16, 4, 19, 9),
			"circle-stroke-color": []any{"case", selected, s.selected, s.buildingLine},
			"circle-stroke-width": []any{"case", selected, 3, 1}})),
	}
	for status, mark := range marks {
		out = append(out, s.layer(statusMark+string(rune('0'+status)), "symbol", "building_marks", from(16.5),
			layout(spec{"text-field": mark, "text-size": byZoom(16, 9, 19, 18), "text-allow-overlap": true, "text-ignore-placement": true,
				"text-font": plainFont}),
			paint(spec{"text-color": s.text, "text-halo-color": s.halo, "text-halo-width": 1.2,
				"text-opacity": []any{"case", []any{"==", state("status", -1), status}, 1, 0}})))
	}
	return out
}

// The zooms between which census areas are named.
const areaLabelsFrom, areaLabelsUpTo = 10.5, 15.0

// codes are the census's own labels.
func (s sheet) codes() []any {
	own := paint(spec{"text-color": s.area, "text-halo-width": 1.8})
	quiet := paint(spec{"text-color": s.subArea, "text-halo-width": 1.4})
	return []any{
		s.label("buildings-number", "building_marks", text([]any{"to-string", get("number")}, byZoom(17, 9, 19, 12)), from(17.2),
			where([]any{">", []any{"coalesce", get("number"), 0}, 0}),
			layout(spec{"text-offset": []any{"literal", []any{0, 1.1}}, "text-optional": true})),
		s.label("sub-areas-label", "sub_area_labels", text(get("number"), byZoom(13, 9.5, 16, 14)), from(13.5), quiet),
		s.label("areas-label", "area_labels", text(get("name"), byZoom(10, 9.5, 14, 15)), from(areaLabelsFrom), upTo(areaLabelsUpTo),
			own, layout(spec{"text-font": strongFont})),
		s.label("regions-label", "region_labels", text(get("name"), byZoom(6, 11, 11, 17)), upTo(11.5),
			where(is("level", "town")), own, layout(spec{"text-font": strongFont})),
	}
}
