// Package tiles assumes that it may only read, and only what the map_* views show: it turns them into vector tiles, TileJSON
// and the map's style. It knows no census rule and writes nothing.
//
//	map_* views ─▶ columns of integers ─▶ index of a set ─┐
//	           └─▶ columns of a tile's box ───────────────┴▶ clip, round ─▶ MVT ─▶ gzip ─▶ cache by set/z/x/y
//	NOTIFY canvass_map ── tells which of it is no longer so ─────────────────────────▶ drops what changed
//
// An index is read when a set is asked for. Until it is there, where something changed since, or if it is too large for the
// memory, a tile is read from the database, and has the same bytes.
//
// Tiles are Mapbox Vector Tiles 2.1 (extent 4096, buffer 64) in Web Mercator (EPSG:3857) from EPSG:4326 geometry. A county
// has two sets: {county}-base, what lies under the census, and {county}-census. What was visited is not in a tile.
package tiles
