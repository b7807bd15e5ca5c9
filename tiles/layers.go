package tiles

// layer is one layer of a set: what is in it, from which zoom, with which attributes. TileJSON and the style's layer names
// follow from this table.
type layer struct {
	name    string
	set     string // base or census
	of      string // what its features are of; map_changes tells of them by this
	on      string // of marks, the layer on whose features they stand; they are made of these
	minZoom int
	tight   bool              // its features share boundaries, which are thinned together
	fields  map[string]string // attribute to its TileJSON description
	kind    string            // of base features, the layer they are stored under
	rows    string            // takes the county
	sql     string            // the rows of a tile: takes the county, the box and the zoom, and if there are kinds, those
}

// MaxZoom is the deepest zoom that is served; clients show deeper ones from it.
const MaxZoom = 16

// What is read of the views. A feature that is to be shown deeper than MaxZoom is in the deepest tiles, which clients enlarge. Rows begin with their key and their geometry; the attributes follow. The key is the id, or the id,
// the zoom from which the feature is shown and, of the base map, its layer.
const (
	regionRows = `
		SELECT (id, CASE level WHEN 'county' THEN 0 ELSE 7 END) AS key, geom, code, name, level
		  FROM map_regions
		 WHERE county = $1`
	areaRows = `
		SELECT id, geom, code, name, kind
		  FROM map_areas
		 WHERE county = $1`
	subAreaRows = `
		SELECT id, geom, code, number
		  FROM map_sub_areas
		 WHERE county = $1`
	buildingRows = `
		SELECT id, geom, number, kind, standing, floors, name, sub_area
		  FROM map_buildings
		 WHERE county = $1`
	regionLabelRows = `
		SELECT (id, CASE level WHEN 'county' THEN 0 ELSE 7 END) AS key, point AS geom, code, name, level
		  FROM map_regions
		 WHERE county = $1 AND point && geom`
	areaLabelRows = `
		SELECT id, point AS geom, code, name, kind
		  FROM map_areas
		 WHERE county = $1 AND point && geom`
	subAreaLabelRows = `
		SELECT id, point AS geom, code, number
		  FROM map_sub_areas
		 WHERE county = $1 AND point && geom`
	baseRows = `
		SELECT (id, least(min_zoom, 16)::integer, layer) AS key, geom, class, name, name_en, rank, bridge, tunnel
		  FROM map_base
		 WHERE county = $1`
)

// Which rows a tile reads when there is no index: those of its box and zoom, of the base map some kinds.
const (
	inBox        = ` AND geom && $2::geometry AND $3::integer >= 0`
	inBoxLabels  = inBox + ` AND point && $2::geometry`
	inBoxByLevel = ` AND (level = 'county' OR $3 >= 7)`
	inBoxByKind  = inBox + ` AND least(min_zoom, 16) <= $3 AND layer = ANY (string_to_array($4, ','))`
)

// Which rows tell of features that changed.
const (
	byCode = ` AND code = ANY ($2::bigint[]::text[])`
	byID   = ` AND id = ANY ($2::bigint[])`
)

// markField is the one attribute that a mark takes from its feature.
const markField = "number"

var (
	regionFields   = map[string]string{"code": "String", "name": "String", "level": "String: county or town"}
	areaFields     = map[string]string{"code": "String", "name": "String", "kind": "String: residents, villagers or quasi"}
	subAreaFields  = map[string]string{"code": "String", "number": "String: three digits"}
	buildingFields = map[string]string{"number": "Number within its sub-area", "kind": "String", "standing": "String",
		"floors": "Number", "name": "String", "sub_area": "String: its code"}
	markFields = map[string]string{markField: "Number of the building within its sub-area"}
	baseFields = map[string]string{"class": "String", "name": "String", "name_en": "String", "rank": "Number",
		"bridge": "Boolean", "tunnel": "Boolean"}
)

// layers are all there are, in the order they stand in a tile.
var layers = []layer{
	{name: "regions", set: "census", of: "regions", tight: true, minZoom: 4, fields: regionFields, rows: regionRows, sql: regionRows + inBox + inBoxByLevel},
	{name: "areas", set: "census", of: "areas", tight: true, minZoom: 7, fields: areaFields, rows: areaRows, sql: areaRows + inBox},
	{name: "sub_areas", set: "census", of: "sub_areas", tight: true, minZoom: 11, fields: subAreaFields, rows: subAreaRows, sql: subAreaRows + inBox},
	{name: "buildings", set: "census", of: "buildings", minZoom: 13, fields: buildingFields, rows: buildingRows, sql: buildingRows + inBox},
	{name: "building_marks", set: "census", of: "buildings", on: "buildings", minZoom: marksFrom, fields: markFields},
	{name: "region_labels", set: "census", of: "regions", minZoom: 4, fields: regionFields, rows: regionLabelRows, sql: regionLabelRows + inBoxLabels + inBoxByLevel},
	{name: "area_labels", set: "census", of: "areas", minZoom: 10, fields: areaFields, rows: areaLabelRows, sql: areaLabelRows + inBoxLabels},
	{name: "sub_area_labels", set: "census", of: "sub_areas", minZoom: 12, fields: subAreaFields, rows: subAreaLabelRows, sql: subAreaLabelRows + inBoxLabels},
	base("landuse", "landuse", 6),
	base("water", "water", 4),
	base("waterway", "waterway", 8),
	base("base_building", "building", 14),
	base("road", "road", 5),
	base("rail", "rail", 7),
	base("barrier", "barrier", 13),
	base("boundary", "boundary", 4),
	base("place", "place", 4),
	base("poi", "poi", 9),
	base("address", "address", 16),
}

func base(name, kind string, minZoom int) layer {
	return layer{name: name, set: "base", of: "base", minZoom: minZoom, fields: baseFields, kind: kind, rows: baseRows, sql: baseRows + inBoxByKind}
}
