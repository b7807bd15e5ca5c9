package vector

import "github.com/paulmach/orb"

// Swapped gives a geometry whose coordinates have changed places, for files that have the latitude first.
func Swapped(g orb.Geometry) orb.Geometry {
	switch g := g.(type) {
	case orb.Point:
		return orb.Point{g[1], g[0]}
	case orb.MultiPoint:
		return orb.MultiPoint(swapped(g))
	case orb.LineString:
		return orb.LineString(swapped(g))
	case orb.MultiLineString:
		return each(g, func(l orb.LineString) orb.LineString { return swapped(l) })
	case orb.Polygon:
		return swappedPolygon(g)
	case orb.MultiPolygon:
		return each(g, swappedPolygon)
	case orb.Collection:
		return each(g, Swapped)
	}
	return g
}

func swappedPolygon(p orb.Polygon) orb.Polygon {
	return each(p, func(r orb.Ring) orb.Ring { return swapped(r) })
}

func swapped(points []orb.Point) []orb.Point {
	return each(points, func(p orb.Point) orb.Point { return orb.Point{p[1], p[0]} })
}

func each[S ~[]P, P any](parts S, do func(P) P) S {
	out := make(S, len(parts))
	for i, p := range parts {
		out[i] = do(p)
	}
	return out
}
