package geo

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/uber/h3-go/v4"
)

// Cell gives the H3 cell of a point at a resolution, 0 to 15.
func Cell(p orb.Point, resolution int) (h3.Cell, error) {
	if err := checkPoint(p); err != nil {
		return 0, err
	}
	if resolution < 0 || resolution > h3.MaxResolution {
		return 0, fmt.Errorf("H3 resolution %d: it is 0 to %d", resolution, h3.MaxResolution)
	}
	if c := h3.LatLngToCell(h3.NewLatLng(p[1], p[0]), resolution); c.IsValid() {
		return c, nil
	}
	return 0, fmt.Errorf("H3 has no cell for %v at resolution %d", p, resolution)
}

// Cells gives the H3 cells whose centres a polygon or multipolygon holds. One too small to hold any gives the cell of its
// point on surface, so that nothing is without a cell.
func Cells(g orb.Geometry, resolution int) ([]h3.Cell, error) {
	own, err := Cell(PointOnSurface(g), resolution)
	if err != nil {
		return nil, err
	}
	var out []h3.Cell
	var parts orb.MultiPolygon
	switch g := g.(type) {
	case orb.Polygon:
		parts = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		parts = g
	}
	for _, p := range parts {
		if len(p) == 0 {
			continue
		}
		polygon := h3.GeoPolygon{GeoLoop: loop(p[0])}
		for _, hole := range p[1:] {
			polygon.Holes = append(polygon.Holes, loop(hole))
		}
		out = append(out, h3.PolygonToCells(polygon, resolution)...)
	}
	if len(out) == 0 {
		return []h3.Cell{own}, nil
	}
	return out, nil
}

func loop(r orb.Ring) h3.GeoLoop {
	out := make(h3.GeoLoop, len(r))
	for i, p := range r {
		out[i] = h3.NewLatLng(p[1], p[0])
	}
	return out
}
