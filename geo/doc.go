// Package geo assumes EPSG:4326: longitude and latitude in degrees, on a grid of 1e-7 degrees (11 mm). It holds what the
// rest needs of geometry: the grid and its exact predicates, measures on the ellipsoid, H3 cells, datums, and the codec that
// brings geometry to and from PostGIS. It knows no census, no table and no HTTP.
package geo
