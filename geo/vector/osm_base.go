package vector

import "strconv"

// osmBase tells the layers of an element: what it is itself, and beside that the points that are found by it, such as a school
// and the number on its door.
func osmBase(e osmElement, t tags) []osmDraft {
	if e.kind == 'r' && t.text("type") != "multipolygon" {
		return nil
	}
	var out []osmDraft
	switch own, ok := baseOwn(e, t); {
	case ok:
		out = append(out, own)
	case e.kind == 'w' && t.text("natural") == "coastline":
		out = append(out, osmDraft{properties: seaProperties(), form: formCoast})
	}
	if e.kind == 'w' && !e.closed || hasForm(out, formLine) {
		return out
	}
	if poi, ok := basePOI(t); ok {
		out = append(out, poi)
	}
	if t.text("addr:housenumber") != "" {
		out = append(out, baseAddress(t))
	}
	return out
}

func hasForm(drafts []osmDraft, form osmForm) bool {
	for _, d := range drafts {
		if d.form == form {
			return true
		}
	}
	return false
}

// baseOwn is what an element is on the ground: a place, a line or an area.
func baseOwn(e osmElement, t tags) (osmDraft, bool) {
	if e.kind == 'n' {
		class, ok := basePlaces[t.text("place")]
		return baseDraft(t, "place", t.text("place"), class), ok && t.text("name") != ""
	}
	if d, ok := baseLine(e, t, baseWays); ok {
		return d, true
	}
	if e.closed {
		if d, ok := baseArea(t); ok {
			return d, true
		}
	}
	return baseLine(e, t, baseEdges)
}

// baseLine tells what is drawn as a line. A closed one may be a square or a platform, which is not.
func baseLine(e osmElement, t tags, of []lineClasses) (osmDraft, bool) {
	if e.kind != 'w' || e.closed && t.text("area") == "yes" {
		return osmDraft{}, false
	}
	for _, l := range of {
		value := t.text(l.key)
		class, ok := l.classes[value]
		if !ok || e.closed && value == "platform" {
			continue
		}
		d := baseDraft(t, l.layer, value, class)
		d.form = formLine
		if l.layer == "road" && d.properties.Text("name") == "" {
			d.properties[2].Value = t.text("ref") // the road's number stands for its name
		}
		return d, true
	}
	return osmDraft{}, false
}

// baseArea tells water and land use.
func baseArea(t tags) (osmDraft, bool) {
	for _, tag := range baseWaters {
		value := tag[1]
		if t.text(tag[0]) != value {
			continue
		}
		if kind := t.text("water"); kind != "" {
			value = kind
		}
		class := baseClass{1, waterZoom}
		if value == "swimming_pool" {
			class = baseClass{2, poolZoom}
		}
		return baseDraft(t, "water", value, class), true
	}
	for _, key := range landuseKeys {
		value := t.text(key)
		if same, ok := sameLanduse[value]; ok {
			value = same
		}
		if class, ok := baseLanduse[value]; ok && (key != "highway" || t.text("area") == "yes") {
			return baseDraft(t, "landuse", value, class), true
		}
	}
	return osmDraft{}, false
}

// basePOI tells what helps people find their way, by the first tag that says so.
func basePOI(t tags) (osmDraft, bool) {
	for _, key := range poiKeys {
		value := t.text(key)
		if value == "" || value == "no" {
			continue
		}
		name, ok := basePOIs[key+"="+value]
		if !ok {
			name, ok = basePOIs[key+"=*"]
		}
		if !ok {
			continue
		}
		if name == "worship" {
			name = worship(t.text("religion"))
		}
		class := poiClasses[name]
		d := baseDraft(t, "poi", name, class)
		d.form = formPoint
		return d, true
	}
	return osmDraft{}, false
}

func worship(religion string) string {
	switch religion {
	case "christian":
		return "church"
	case "muslim":
		return "mosque"
	}
	return "temple"
}

func baseDraft(t tags, layer, value string, class baseClass) osmDraft {
	english := t.text("name:en")
	if english == "" {
		english = t.text("int_name")
	}
	return osmDraft{properties: Properties{
		{"layer", layer}, {"class", value}, {"name", t.text("name")}, {"name_en", english},
		{"rank", strconv.Itoa(class.rank)}, {"min_zoom", strconv.Itoa(class.minZoom)},
		{"bridge", truth(t.text("bridge"))}, {"tunnel", truth(t.text("tunnel"))},
	}}
}

// baseAddress is called by its number, as it stands on the map.
func baseAddress(t tags) osmDraft {
	d := baseDraft(t, "address", "house_number", baseClass{0, addressZoom})
	d.form = formPoint
	d.properties[2].Value, d.properties[3].Value = t.text("addr:housenumber"), ""
	return d
}

func truth(s string) string {
	if s == "" || s == "no" {
		return ""
	}
	return "true"
}
