package tiles

// layer is one layer of a set: what is in it, from which zoom, with which attributes. TileJSON and the style's layer names
// follow from this table.
type layer struct {
	name    string
	set     string // base or census
	minZoom int
	fields  map[string]string // attribute to its TileJSON description
	kind    string            // of base features, the layer they are stored under
	sql     string            // takes the county, the box and the zoom; gives id, geom and the fields
}

// MaxZoom is the deepest zoom that is served; clients show deeper ones from it.
const MaxZoom = 16

const (
	regionsSQL = `
		SELECT id, geom, code, name, level
		  FROM map_regions
		 WHERE county = $1 AND geom && $2::geometry AND (level = 'county' OR $3::int >= 7)
		 ORDER BY id`
	areasSQL = `
		SELECT id, geom, code, name, kind
		  FROM map_areas
		 WHERE county = $1 AND geom && $2::geometry AND $3::int >= 0
		 ORDER BY id`
	subAreasSQL = `
		SELECT id, geom, code, number
		  FROM map_sub_areas
		 WHERE county = $1 AND geom && $2::geometry AND $3::int >= 0
		 ORDER BY id`
	buildingsSQL = `
		SELECT id, geom, number, kind, standing, floors, name, sub_area
		  FROM map_buildings
		 WHERE county = $1 AND geom && $2::geometry AND $3::int >= 0
		 ORDER BY id`
	regionLabelsSQL = `
		SELECT id, point AS geom, code, name, level
		  FROM map_regions
		 WHERE county = $1 AND geom && $2::geometry AND point && $2::geometry AND (level = 'county' OR $3::int >= 7)
		 ORDER BY id`
	areaLabelsSQL = `
		SELECT id, point AS geom, code, name, kind
		  FROM map_areas
		 WHERE county = $1 AND geom && $2::geometry AND point && $2::geometry AND $3::int >= 0
		 ORDER BY id`
	subAreaLabelsSQL = `
		SELECT id, point AS geom, code, number
		  FROM map_sub_areas
		 WHERE county = $1 AND geom && $2::geometry AND point && $2::geometry AND $3::int >= 0
		 ORDER BY id`
	baseSQL = `
		SELECT id, geom, class, name, name_en, rank, bridge, tunnel
		  FROM map_base
		 WHERE county = $1 AND geom && $2::geometry AND min_zoom <= $3 AND layer = $4
		 ORDER BY rank, id`
)

var (
	regionFields   = map[string]string{"code": "String", "name": "String", "level": "String: county or town"}
	areaFields     = map[string]string{"code": "String", "name": "String", "kind": "String: residents, villagers or quasi"}
	subAreaFields  = map[string]string{"code": "String", "number": "String: three digits"}
	buildingFields = map[string]string{"number": "Number within its sub-area", "kind": "String", "standing": "String",
		"floors": "Number", "name": "String", "sub_area": "String: its code"}
	baseFields = map[string]string{"class": "String", "name": "String", "name_en": "String", "rank": "Number",
		"bridge": "Boolean", "tunnel": "Boolean"}
)

// layers are all there are, in the order they stand in a tile.
var layers = []layer{
	{name: "regions", set: "census", minZoom: 4, fields: regionFields, sql: regionsSQL},
	{name: "areas", set: "census", minZoom: 9, fields: areaFields, sql: areasSQL},
	{name: "sub_areas", set: "census", minZoom: 11, fields: subAreaFields, sql: subAreasSQL},
	{name: "buildings", set: "census", minZoom: 13, fields: buildingFields, sql: buildingsSQL},
	{name: "region_labels", set: "census", minZoom: 4, fields: regionFields, sql: regionLabelsSQL},
	{name: "area_labels", set: "census", minZoom: 10, fields: areaFields, sql: areaLabelsSQL},
	{name: "sub_area_labels", set: "census", minZoom: 12, fields: subAreaFields, sql: subAreaLabelsSQL},
	base("landuse", "landuse", 6),
	base("water", "water", 4),
	base("waterway", "waterway", 8),
	base("base_building", "building", 14),
	base("road", "road", 5),
	base("rail", "rail", 7),
	base("boundary", "boundary", 4),
	base("place", "place", 4),
	base("poi", "poi", 14),
	base("address", "address", 16),
}

func base(name, kind string, minZoom int) layer {
	return layer{name: name, set: "base", minZoom: minZoom, fields: baseFields, kind: kind, sql: baseSQL}
}
