package vector

// The themes of an OpenStreetMap file. The id of a feature is its element, such as way/123 or relation/45.
const (
	// ThemeBuildings gives what is tagged building, as polygons or multipolygons, with: kind (residential, mixed,
	// non_residential, collective, under_construction, demolished or not_a_building; empty where the tag does not tell),
	// building (the tag's own value), name, address, floors, units, and the licence.
	ThemeBuildings = "buildings"
	// ThemeBase gives what lies under a map, with: layer (road, rail, waterway, barrier, boundary, water, landuse, place, poi or
	// address), class (the tag's own value; of points of interest, which have many, one of some forty kinds), name, name_en, rank
	// (the lower the more important), min_zoom, and bridge and tunnel (true or nothing). Roads, rails, waterways, barriers and
	// boundaries are lines; water and landuse are polygons; places, points of interest and addresses are points. An element may
	// give several: a school's ground, the school, and its house number. The sea is made of the coastlines, as coastline.
	ThemeBase = "base"
	// ThemeBoundaries gives the relations tagged boundary=administrative, with: admin_level, name, name_en, ref, population
	// and the licence. Where admin_level=8 keeps one level.
	ThemeBoundaries = "boundaries"
)

// osmTheme tells what an element is to become, by its tags.
type osmTheme func(e osmElement, t tags) []osmDraft

var osmThemes = map[string]osmTheme{ThemeBuildings: osmBuilding, ThemeBase: osmBase, ThemeBoundaries: osmBoundary}

// osmElement is what is known of an element besides its tags.
type osmElement struct {
	kind   byte // n, w or r
	closed bool
}

// osmDraft is a feature without its geometry.
type osmDraft struct {
	properties Properties
	form       osmForm
}

func (d osmDraft) sameLayer(as osmDraft) bool {
	return d.properties.Text("layer") == as.properties.Text("layer")
}

// osmForm is what geometry a way becomes.
type osmForm uint8

const (
	formArea osmForm = iota
	formLine
	formPoint // on the surface of its area
	formCoast // a piece of what the sea is made of
)

// openLicence is the licence of all of OpenStreetMap.
const openLicence = "ODbL 1.0"

func osmBoundary(e osmElement, t tags) []osmDraft {
	kind := t.text("type")
	if e.kind != 'r' || t.text("boundary") != "administrative" || kind != "boundary" && kind != "multipolygon" {
		return nil
	}
	return []osmDraft{{properties: Properties{
		{"admin_level", t.text("admin_level")}, {"name", t.text("name")}, {"name_en", t.text("name:en")}, {"ref", t.text("ref")},
		{"population", t.text("population")}, {"licence", openLicence},
	}}}
}
