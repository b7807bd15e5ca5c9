package tiles

import "slices"

// What labels are written with: the reader's own fonts, Chinese ones first, since their Latin letters go with them. MapLibre
// takes the weight and the slant from the first name, which is nobody's.
var (
	plainFont  = fonts("Canvass Regular")
	strongFont = fonts("Canvass Semibold")
	slantFont  = fonts("Canvass Italic")
)

func fonts(first string) []string {
	return []string{first, "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "system-ui", "sans-serif"}
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
	return spec{"text-field": field, "text-size": size, "text-font": plainFont, "text-max-width": 8}
}

// name is a feature's name in the reader's language.
func (s sheet) name() []any {
	if s.language == "en" {
		return []any{"coalesce", get("name_en"), get("name")}
	}
	return get("name")
}

// byRank lets the important win where two names would lie on each other.
var byRank = layout(spec{"symbol-sort-key": rank()})

// points are the classes of points of interest with a mark of their own; the first are found from afar. Everything else of the
// layer is the name of a ground.
var points = [3][]string{
	{"station", "terminal", "hospital", "townhall", "peak"},
	{"subway", "school", "police", "fire", "market", "temple", "church", "mosque", "community", "care", "clinic", "childcare", "sports",
		"museum", "theatre", "library", "post", "tower", "monument", "stop", "hotel", "pharmacy", "bank", "gate", "crossing", "toilets", "fuel",
		"viewpoint"},
	{"shop", "restaurant", "cafe", "playground", "parking", "entrance", "elevator", "water"},
}

// names are the base map's, the least important first: what comes later is placed before.
func (s sheet) names() []any {
	along := layout(spec{"symbol-placement": "line", "text-max-angle": 38, "text-padding": 4, "symbol-spacing": 210})
	road := func(id string, size []any, zoom float64, classes ...string) spec {
		return s.label(id, "road", text(s.name(), size), from(zoom), where([]any{"all", oneOf("class", classes...), not(isRoadNumber)}), along, byRank,
			paint(spec{"text-color": s.quiet, "text-halo-width": 1.6}))
	}
	return []any{
		s.label("building-name", "buildings", text(get("name"), byZoom(17, 10, 19, 12.5)), from(16.8), where(truly("name")),
			layout(spec{"text-anchor": "bottom", "text-offset": []any{"literal", []any{0, -0.8}}, "text-padding": 6})), // gives way to a point's mark
		s.label("address-name", "address", text(s.name(), byZoom(17, 9.5, 19, 12)), from(17),
			layout(spec{"text-padding": 3}), paint(spec{"text-color": s.quiet})),
		s.point("poi-near", 17, points[2]),
		road("path-name", byZoom(16, 10, 19, 12.5), 16.5, paths...),
		road("road-name-minor", byZoom(14, 9.5, 19, 14), 14, "residential", "unclassified", "living_street", "road", "pedestrian", "service",
			"construction"),
		s.point("poi", 15, points[1]),
		road("road-name-main", byZoom(12, 10, 19, 15.5), 12.5, slices.Concat(motorways, trunkRoads, mainRoads)...),
		s.shield(),
		s.label("waterway-name", "waterway", text(s.name(), byZoom(12, 10.5, 18, 15)), from(12), along, byRank,
			layout(spec{"text-font": slantFont, "symbol-spacing": 400}), paint(spec{"text-color": s.waterText})),
		s.label("ground-name", "poi", text(s.name(), byZoom(11, 10.5, 18, 14)), byRank,
			where(not(oneOf("class", slices.Concat([]string{"waters", "tree"}, points[0], points[1], points[2])...))),
			paint(spec{"text-color": byClass([]string{"forest", "wood", "scrub", "heath", "meadow", "grass", "park", "garden", "nature_reserve",
				"recreation_ground", "golf_course", "orchard", "vineyard", "allotments"}, s.greenText, s.quiet)})),
		s.label("water-name", "poi", text(s.name(), byZoom(10, 11, 18, 16)), byRank, where(is("class", "waters")),
			layout(spec{"text-font": slantFont}), paint(spec{"text-color": s.waterText})),
		s.point("poi-far", 12, points[0]),
	}
}

// isRoadNumber tells of a road that is called by its number alone, such as G104, X035 or D 2564.
var isRoadNumber = func() []any {
	name := []any{"coalesce", get("name"), ""}
	const digits = "0123456789"
	return []any{"all", []any{">", []any{"length", name}, 1}, []any{"<", []any{"length", name}, 8},
		[]any{"in", []any{"slice", name, 0, 1}, "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + digits}, []any{"in", []any{"slice", name, -1}, digits}}
}()

// shield is a road's number on a plate, upright however the road runs.
func (s sheet) shield() spec {
	return s.label("road-number", "road", text(get("name"), byZoom(10, 9, 16, 11)), from(10), where(isRoadNumber), byRank,
		layout(spec{"symbol-placement": "line", "symbol-spacing": 320, "text-font": strongFont, "text-rotation-alignment": "viewport",
			"icon-rotation-alignment": "viewport", "icon-image": "road-number", "icon-text-fit": "both", "text-padding": 12}),
		paint(spec{"text-color": s.shieldText, "text-halo-width": 0}))
}

// point is a mark with a name beside it; where there is no room for the name, the mark stays.
func (s sheet) point(id string, zoom float64, classes []string) spec {
	return s.label(id, "poi", text(s.name(), byZoom(14, 10, 19, 13)), from(zoom), where(oneOf("class", classes...)), byRank,
		layout(spec{"icon-image": []any{"concat", "poi-", get("class")}, "icon-size": byZoom(13, 0.8, 19, 1.25), "icon-padding": 1,
			"text-variable-anchor": []string{"top", "bottom", "right", "left"}, "text-radial-offset": 0.9, "text-optional": true,
			"text-justify": "auto", "text-padding": 2}))
}

// places are towns, villages and their parts. Where the census areas are drawn a village is named by its own, at the zooms at
// which those are.
func (s sheet) places() []any {
	villages := []string{"village", "suburb", "quarter", "neighbourhood", "hamlet", "borough"}
	place := func(id string, size []any, classes ...string) spec {
		return s.label(id, "place", text(s.name(), size), where(oneOf("class", classes...)), byRank,
			paint(spec{"text-color": s.place, "text-halo-width": 1.8}))
	}
	size := []any{"interpolate", []any{"linear"}, []any{"zoom"}, 10, byClass([]string{"village", "borough"}, 10.5, 10),
		16, byClass([]string{"village", "borough", "suburb"}, 16, 13)}
	out := []any{place("locality-name", byZoom(13, 10, 18, 13), "locality", "isolated_dwelling")}
	if s.framed {
		far, near := place("village-name-far", size, villages...), place("village-name", size, villages...)
		far["maxzoom"], near["minzoom"] = areaLabelsFrom, areaLabelsUpTo
		near["maxzoom"] = 17
		out = append(out, far, near)
	} else {
		village := place("village-name", size, villages...)
		village["maxzoom"] = 17
		out = append(out, village)
	}
	town := place("town-name", []any{"interpolate", []any{"linear"}, []any{"zoom"},
		6, byClass([]string{"city"}, 14, 11), 14, byClass([]string{"city"}, 24, 19)}, "city", "town")
	town["maxzoom"] = 15
	town["layout"].(spec)["text-font"] = strongFont
	return append(out, town)
}
