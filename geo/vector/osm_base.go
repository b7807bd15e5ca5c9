package vector

import "strconv"

// baseClass is how a class is drawn.
type baseClass struct{ rank, minZoom int }

// The classes of each layer. What is not here is not on the map.
var (
	baseRoads = map[string]baseClass{
		"motorway": {1, 5}, "trunk": {2, 6}, "primary": {3, 8}, "motorway_link": {4, 10}, "trunk_link": {4, 10}, "primary_link": {4, 10},
		"secondary": {5, 9}, "secondary_link": {6, 11}, "tertiary": {6, 11}, "tertiary_link": {7, 12}, "unclassified": {8, 12},
		"residential": {8, 12}, "living_street": {9, 13}, "road": {9, 13}, "pedestrian": {10, 13}, "service": {11, 14},
		"track": {12, 14}, "cycleway": {13, 14}, "footway": {14, 14}, "path": {14, 14}, "bridleway": {14, 14}, "steps": {15, 15},
	}
	baseRails = map[string]baseClass{"rail": {1, 8}, "light_rail": {2, 10}, "subway": {2, 10}, "narrow_gauge": {3, 10}, "monorail": {3, 11},
		"funicular": {3, 12}, "tram": {4, 12}, "preserved": {5, 12}}
	baseWaterways = map[string]baseClass{"river": {1, 8}, "canal": {2, 10}, "stream": {3, 12}, "drain": {4, 14}, "ditch": {4, 14}}
	basePlaces    = map[string]baseClass{"city": {1, 4}, "borough": {2, 9}, "town": {2, 7}, "suburb": {3, 11}, "village": {4, 10},
		"quarter": {5, 12}, "neighbourhood": {6, 13}, "hamlet": {7, 12}, "locality": {8, 14}}
	baseLanduse = map[string]baseClass{
		"forest": {1, 8}, "wood": {1, 8}, "scrub": {2, 10}, "heath": {2, 10}, "farmland": {1, 9}, "meadow": {2, 10}, "grass": {3, 12},
		"orchard": {2, 11}, "vineyard": {2, 11}, "allotments": {3, 12}, "farmyard": {4, 13}, "park": {5, 11}, "garden": {6, 13},
		"recreation_ground": {5, 12}, "pitch": {7, 14}, "playground": {7, 15}, "cemetery": {5, 12}, "nature_reserve": {0, 9},
		"golf_course": {5, 12}, "industrial": {4, 11}, "railway": {4, 11}, "quarry": {4, 11}, "construction": {4, 12}, "school": {6, 13},
		"university": {6, 12}, "college": {6, 13}, "hospital": {6, 13}, "kindergarten": {6, 14}, "residential": {0, 9},
		"commercial": {3, 11}, "retail": {3, 12},
	}
	baseWaters = [][2]string{{"natural", "water"}, {"natural", "bay"}, {"waterway", "riverbank"}, {"waterway", "dock"},
		{"landuse", "reservoir"}, {"landuse", "basin"}}
	landuseKeys = []string{"amenity", "leisure", "landuse", "natural"} // the first that has a class
)

const (
	waterZoom   = 8
	addressZoom = 17
)

// osmBase tells the layer of an element: each is in one at most.
func osmBase(e osmElement, t tags) (osmDraft, bool) {
	switch {
	case e.kind == 'n':
		return basePoint(t)
	case e.kind == 'r' && t.text("type") != "multipolygon":
		return osmDraft{}, false
	case e.kind == 'w':
		if d, ok := baseLine(e, t); ok {
			return d, true
		}
	}
	for _, tag := range baseWaters {
		value := tag[1]
		if t.text(tag[0]) != value {
			continue
		}
		if kind := t.text("water"); kind != "" {
			value = kind
		}
		return baseDraft(t, "water", value, baseClass{1, waterZoom}), true
	}
	if !e.closed {
		return osmDraft{}, false
	}
	for _, key := range landuseKeys {
		value := t.text(key)
		if class, ok := baseLanduse[value]; ok {
			return baseDraft(t, "landuse", value, class), true
		}
	}
	if e.kind == 'w' && t.text("addr:housenumber") != "" {
		d := baseAddress(t)
		d.form = formPoint
		return d, true
	}
	return osmDraft{}, false
}

func basePoint(t tags) (osmDraft, bool) {
	if class, ok := basePlaces[t.text("place")]; ok && t.text("name") != "" {
		return baseDraft(t, "place", t.text("place"), class), true
	}
	if t.text("addr:housenumber") != "" {
		return baseAddress(t), true
	}
	return osmDraft{}, false
}

// baseLine tells roads, rails and waterways. A closed one may be a square, which is not drawn as a line.
func baseLine(e osmElement, t tags) (osmDraft, bool) {
	if e.closed && t.text("area") == "yes" {
		return osmDraft{}, false
	}
	for _, layer := range []struct {
		name, key string
		classes   map[string]baseClass
	}{{"road", "highway", baseRoads}, {"rail", "railway", baseRails}, {"waterway", "waterway", baseWaterways}} {
		value := t.text(layer.key)
		if class, ok := layer.classes[value]; ok {
			d := baseDraft(t, layer.name, value, class)
			d.form = formLine
			return d, true
		}
	}
	return osmDraft{}, false
}

func baseDraft(t tags, layer, value string, class baseClass) osmDraft {
	return osmDraft{properties: Properties{
		{"layer", layer}, {"class", value}, {"name", t.text("name")}, {"name_en", t.text("name:en")},
		{"rank", strconv.Itoa(class.rank)}, {"min_zoom", strconv.Itoa(class.minZoom)},
		{"bridge", truth(t.text("bridge"))}, {"tunnel", truth(t.text("tunnel"))},
	}}
}

// baseAddress is called by its number, as it stands on the map.
func baseAddress(t tags) osmDraft {
	d := baseDraft(t, "address", "", baseClass{0, addressZoom})
	d.properties[2].Value, d.properties[3].Value = t.text("addr:housenumber"), ""
	return d
}

func truth(s string) string {
	if s == "" || s == "no" {
		return ""
	}
	return "true"
}
