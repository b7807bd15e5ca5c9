package areas

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"canvass/geo/vector"
)

// checkSystem refuses a file whose first rows show that its coordinates are not what they are taken for: metres instead of
// degrees, or the latitude before the longitude. Else every row would be refused by itself, or lie in another country.
//
//  1. coordinates beyond 180 degrees are of a projection, and their size often tells which;
//  2. latitudes beyond 90 degrees are longitudes, if the others may be latitudes;
//  3. where the county has ground, rows that lie on it only after being turned around are the wrong way around.
func (r *importRun) checkSystem(ctx context.Context, batch []importFeature) error {
	if r.located || r.What == "expected" {
		return nil
	}
	r.located = true
	b := typicalBound(batch)
	west, south, east, north := b.Min[0], b.Min[1], b.Max[0], b.Max[1]
	turned := orb.Bound{Min: orb.Point{south, west}, Max: orb.Point{north, east}}
	zh, en := guessed(b)
	switch {
	case b.IsEmpty():
		return nil
	case math.Abs(west) > 180 || math.Abs(east) > 180 || math.Abs(south) > 180 || math.Abs(north) > 180:
		return refuse(Invalid, "coordinates_in_metres", "坐标不是经纬度(如 %[1]s),像是投影坐标:请用 --crs 指明坐标系%[2]s",
			"the coordinates are no degrees (such as %[1]s) but those of a projection: name its system with --crs%[3]s",
			fmt.Sprintf("%.1f, %.1f", west, south), zh, en).On("crs")
	case (south < -90 || north > 90) && west >= -90 && east <= 90:
		return errTurned(b)
	}
	var home *orb.Bound
	const sql = `SELECT ST_Extent(geom)::geometry FROM regions WHERE county = $1 AND retired_at IS NULL`
	var g orb.Geometry
	if err := r.QueryRow(ctx, sql, r.County).Scan(&g); err != nil {
		return err
	}
	if g != nil {
		found := g.Bound()
		home = &found
	}
	if home != nil && !home.Intersects(b) && home.Intersects(turned) {
		return errTurned(b)
	}
	return nil
}

// errTurned refuses coordinates that are the wrong way around.
func errTurned(b orb.Bound) *Error {
	return refuse(Invalid, "coordinates_swapped", "坐标像是纬度在前、经度在后(如 %s):请加 --swap,或按经度、纬度的顺序重新导出",
		"the coordinates seem to have the latitude before the longitude (such as %s): give --swap, or write the file again with the longitude first",
		fmt.Sprintf("%.5f, %.5f", b.Min[0], b.Min[1])).On("swap")
}

// typicalBound is the box of the middle nine tenths of rows, so that a few bad ones tell nothing.
func typicalBound(batch []importFeature) orb.Bound {
	var xs, ys []float64
	for _, f := range batch {
		if f.Geometry == nil {
			continue
		}
		centre := f.Geometry.Bound().Center()
		if x, y := centre[0], centre[1]; !math.IsNaN(x+y) && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
			xs, ys = append(xs, x), append(ys, y)
		}
	}
	if len(xs) == 0 {
		return orb.Bound{Min: orb.Point{1, 1}}
	}
	slices.Sort(xs)
	slices.Sort(ys)
	low, high := len(xs)/20, len(xs)-1-len(xs)/20
	return orb.Bound{Min: orb.Point{xs[low], ys[low]}, Max: orb.Point{xs[high], ys[high]}}
}

// guessed names the systems that projected coordinates may be of, in both languages.
func guessed(b orb.Bound) (zh, en string) {
	names := systemsOf(b)
	if len(names) == 0 {
		return ",例如 EPSG:4527", ", such as EPSG:4527"
	}
	return ",可能是 " + strings.Join(names, " 或 "), ", perhaps " + strings.Join(names, " or ")
}

// systemsOf tells systems by the size of their coordinates. In China the zone stands before the easting, which is 500 km in the
// middle of a zone.
func systemsOf(b orb.Bound) (names []string) {
	zone, offset := int(b.Min[0]/1e6), math.Mod(b.Min[0], 1e6)
	inZone := zone == int(b.Max[0]/1e6) && offset > 150_000 && offset < 850_000 && b.Min[1] > 0 && b.Max[1] < 6e6
	if inZone && zone >= 25 && zone <= 45 {
		names = append(names, fmt.Sprintf("EPSG:%d (CGCS2000, 3-degree zone %d)", 4513+zone-25, zone))
	}
	if inZone && zone >= 13 && zone <= 23 {
		names = append(names, fmt.Sprintf("EPSG:%d (CGCS2000, 6-degree zone %d)", 4491+zone-13, zone))
	}
	if b.Min[0] > 8.1e6 && b.Max[0] < 15.1e6 && b.Min[1] > 0.3e6 && b.Max[1] < 7.1e6 {
		names = append(names, "EPSG:3857 (Web Mercator)")
	}
	return names
}

// swapped turns coordinates around.
func swapped(batch []importFeature) {
	for i, f := range batch {
		if f.Geometry != nil {
			batch[i].Geometry = vector.Swapped(f.Geometry)
		}
	}
}
