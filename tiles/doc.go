// Package tiles assumes that it may only read, and only what the map_* views show: it turns them into vector tiles, TileJSON
// and the map's style. It knows no census rule and writes nothing.
//
//	map_* views ─▶ rows of a tile's box ─▶ project, clip, round ─▶ MVT ─▶ gzip ─▶ cache by set/z/x/y
//	NOTIFY canvass_map ────────────────────────── drops what changed ────────────▶
//
// Tiles are Mapbox Vector Tiles 2.1 (extent 4096, buffer 64) in Web Mercator (EPSG:3857) from EPSG:4326 geometry. A county
// has two sets: {county}-base, what lies under the census, and {county}-census. What was visited is not in a tile.
package tiles
