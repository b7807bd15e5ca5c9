package tiles

// ground is what everything stands on.
func (s sheet) ground() []any {
	return []any{
		spec{"id": "land", "type": "background", "paint": spec{"background-color": s.land}},
		s.layer("landuse", "fill", "landuse", layout(spec{"fill-sort-key": rank()}), paint(spec{
			"fill-color": s.landuse(), "fill-antialias": false})),
		s.layer("landuse-edge", "line", "landuse", from(15), where(oneOf("class", "pitch", "playground", "parking", "pedestrian", "cemetery",
			"school", "hospital", "kindergarten", "university", "college", "military", "industrial", "pier", "platform")),
			paint(spec{"line-color": s.buildingLine, "line-width": byZoom(15, 0.3, 19, 1), "line-opacity": 0.6})),
		s.layer("water", "fill", "water", paint(spec{"fill-color": byClass("swimming_pool", s.pool, s.water)})),
		s.layer("water-shore", "line", "water", from(12), paint(spec{"line-color": s.shore, "line-width": byZoom(12, 0.3, 18, 1.2)})),
		s.stream("waterway-tunnel", truly("tunnel"), spec{"line-dasharray": []any{2, 2}, "line-opacity": 0.6}),
		s.stream("waterway", not(truly("tunnel")), nil),
		// Piers are ground that stands in the water.
		s.layer("pier", "line", "barrier", where(oneOf("class", "pier", "breakwater", "groyne")), layout(spec{"line-cap": "butt"}),
			paint(spec{"line-color": s.land, "line-width": byZoom(13, 0.8, 16, 3, 19, 14)})),
		s.layer("pier-ground", "fill", "landuse", where(is("class", "pier")), paint(spec{"fill-color": s.land})),
		s.layer("base-building", "fill", "base_building", from(14), paint(spec{
			"fill-color": s.building, "fill-outline-color": s.buildingLine, "fill-opacity": 0.6})),
	}
}

// landuse is the colour of a ground. What has none of its own is as built on.
func (s sheet) landuse() []any {
	return byClass([]string{"farmland", "vineyard", "orchard", "allotments", "farmyard", "greenhouse_horticulture"}, s.field,
		[]string{"meadow", "grass", "heath", "recreation_ground", "golf_course", "nature_reserve"}, s.grass,
		[]string{"forest", "wood", "scrub"}, s.forest, []string{"park", "garden", "cemetery"}, s.park,
		[]string{"pitch", "playground", "stadium"}, s.pitch, "wetland", s.wetland, "beach", s.sand,
		[]string{"scree", "bare_rock", "quarry", "construction"}, s.rock, "glacier", s.ice,
		[]string{"industrial", "railway"}, s.industry, []string{"commercial", "retail"}, s.commerce,
		[]string{"school", "university", "college", "kindergarten"}, s.school, "hospital", s.hospital,
		[]string{"military", "religious"}, s.military, []string{"parking", "pedestrian", "platform", "apron", "aerodrome"}, s.paved, "pier", s.land,
		s.built)
}

func (s sheet) stream(id string, of []any, more spec) spec {
	look := spec{"line-color": s.waterway, "line-width": []any{"interpolate", []any{"exponential", 1.5}, []any{"zoom"},
		8, byClass([]string{"river", "canal"}, 0.8, 0.2), 12, byClass([]string{"river", "canal"}, 2, 0.7),
		14, byClass([]string{"river", "canal"}, 3.5, 1.3), 18, byClass([]string{"river", "canal"}, 14, 4)}}
	for k, v := range more {
		look[k] = v
	}
	return s.layer(id, "line", "waterway", where([]any{"all", of, not(oneOf("class", "dam", "weir"))}),
		layout(spec{"line-cap": "round", "line-join": "round"}), paint(look))
}

// edges are what stands in the way: walls, fences, cliffs, rows of trees, and the trees themselves.
func (s sheet) edges() []any {
	thin := byZoom(14, 0.5, 17, 1.2, 19, 2)
	return []any{
		s.layer("dam", "line", "waterway", from(14), where(oneOf("class", "dam", "weir")),
			paint(spec{"line-color": s.wall, "line-width": byZoom(14, 1, 19, 5)})),
		s.layer("cliff", "line", "barrier", from(14), where(oneOf("class", "cliff", "embankment", "dyke")),
			paint(spec{"line-color": s.wall, "line-width": byZoom(14, 1.2, 19, 4), "line-dasharray": []any{0.4, 0.8}, "line-opacity": 0.7})),
		s.layer("wall", "line", "barrier", from(15), where(oneOf("class", "city_wall", "retaining_wall", "wall")),
			paint(spec{"line-color": s.wall, "line-width": thin})),
		s.layer("fence", "line", "barrier", from(16), where(oneOf("class", "fence", "guard_rail")),
			paint(spec{"line-color": s.wall, "line-width": thin, "line-dasharray": []any{3, 1.5}, "line-opacity": 0.8})),
		s.layer("hedge", "line", "barrier", from(16), where(oneOf("class", "hedge", "tree_row")),
			paint(spec{"line-color": s.hedge, "line-width": byZoom(16, 1.2, 19, 5), "line-opacity": 0.8})),
		s.layer("tree", "circle", "poi", from(16.5), where(is("class", "tree")), paint(spec{"circle-color": s.hedge,
			"circle-opacity": 0.55, "circle-radius": byZoom(16.5, 1.2, 19, 5)})),
		s.layer("boundary", "line", "boundary", paint(spec{"line-color": s.bound,
			"line-width": byZoom(6, 0.6, 14, 1.4), "line-dasharray": []any{5, 2, 1, 2}, "line-opacity": 0.7})),
	}
}
