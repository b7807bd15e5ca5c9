package tiles

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
		s.layer("areas-line", "line", "areas", paint(spec{"line-color": s.area, "line-width": byZoom(9, 0.3, 12, 1.2, 18, 3.5)})),
		s.layer("regions-line", "line", "regions", paint(spec{"line-color": s.area,
			"line-width": byZoom(5, 1.2, 10, 2.4, 16, 4), "line-opacity": 0.85})),
		picked("areas-selected", "areas", 9),
		picked("sub-areas-selected", "sub_areas", 11),
	}
}

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
		out = append(out, s.layer("buildings-mark-"+string(rune('0'+status)), "symbol", "buildings", from(16.5),
			layout(spec{"text-field": mark, "text-size": byZoom(16, 9, 19, 18), "text-allow-overlap": true, "text-ignore-placement": true,
				"text-font": []string{"sans-serif"}}),
			paint(spec{"text-color": s.text, "text-halo-color": s.halo, "text-halo-width": 1.2,
				"text-opacity": []any{"case", []any{"==", state("status", -1), status}, 1, 0}})))
	}
	return out
}

// label begins a layer of text; what more says of its layout or paint comes on top.
func (s sheet) label(id, from string, text spec, more ...spec) spec {
	out := s.layer(id, "symbol", from, layout(text),
		paint(spec{"text-color": s.text, "text-halo-color": s.halo, "text-halo-width": 1.4}))
	for _, m := range more {
		for k, v := range m {
			if inner, ok := out[k].(spec); ok {
				for kk, vv := range v.(spec) {
					inner[kk] = vv
				}
				continue
			}
			out[k] = v
		}
	}
	return out
}

// text is what a label says, and how large.
func text(field any, size []any) spec {
	return spec{"text-field": field, "text-size": size, "text-font": []string{"sans-serif"}, "text-max-width": 8}
}

// name is a feature's name in the reader's language.
func (s sheet) name() []any {
	if s.language == "en" {
		return []any{"coalesce", get("name_en"), get("name")}
	}
	return get("name")
}

// names are the base map's.
func (s sheet) names() []any {
	along := layout(spec{"symbol-placement": "line", "text-max-angle": 30, "text-padding": 8})
	return []any{
		s.label("waterway-name", "waterway", text(s.name(), byZoom(12, 10, 18, 15)), from(12), along, paint(spec{"text-color": s.waterText})),
		s.label("water-name", "water", text(s.name(), byZoom(12, 10, 18, 15)), from(12), paint(spec{"text-color": s.waterText})),
		s.label("road-name", "road", text(s.name(), byZoom(13, 9.5, 18, 14)), from(13), along),
		s.label("poi-name", "poi", text(s.name(), byZoom(16, 10, 19, 13)), from(16), layout(spec{"text-padding": 6})),
		s.label("address-name", "address", text(s.name(), byZoom(17, 9, 19, 12)), from(17)),
		s.label("place-name", "place", text(s.name(), []any{"interpolate", []any{"linear"}, []any{"zoom"},
			6, byClass([]string{"city"}, 14, []string{"town"}, 11, 9), 14, byClass([]string{"city"}, 22, []string{"town"}, 18, 13)}),
			upTo(16), layout(spec{"symbol-sort-key": []any{"coalesce", get("rank"), 99}})),
	}
}

// codes are the census's own labels.
func (s sheet) codes() []any {
	own := paint(spec{"text-color": s.area, "text-halo-width": 1.8})
	return []any{
		s.label("buildings-number", "buildings", text([]any{"to-string", get("number")}, byZoom(17, 9, 19, 12)), from(17.2),
			where([]any{">", []any{"coalesce", get("number"), 0}, 0}),
			layout(spec{"text-offset": []any{"literal", []any{0, 1.1}}, "text-optional": true})),
		s.label("sub-areas-label", "sub_area_labels", text(get("number"), byZoom(12, 9, 16, 14)), from(13), own),
		s.label("areas-label", "area_labels", text(get("name"), byZoom(10, 9, 14, 14)), from(10.5), upTo(15), own),
		s.label("regions-label", "region_labels", text(get("name"), byZoom(6, 11, 11, 17)), upTo(11.5),
			where(is("level", "town")), own),
	}
}
