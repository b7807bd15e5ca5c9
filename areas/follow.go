package areas

import (
	"context"
	"math"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// How near to a feature a boundary must run to follow it, and how often that is looked at, in metres.
const (
	followMetres = 5.0
	sampleMetres = 4.0
)

// boundaryOf measures the new boundary of a change. How much of it follows roads, railways and water is told only where the
// change is looked at: nobody waits for it once it is decided.
func (t *tx) boundaryOf(ctx context.Context, r *redrawing) (NewBoundary, error) {
	drawn := r.newBoundary()
	out := NewBoundary{}
	bound := orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
	for i, s := range drawn {
		out.Metres += geo.Distance(s[0], s[1])
		if i == 0 {
			bound = s.bound()
		}
		bound = bound.Union(s.bound())
	}
	if t.writing || out.Metres == 0 {
		return out, nil
	}
	lines, err := t.visible(ctx, bound.Pad(2*followMetres/metresPerDegree))
	if err != nil {
		return out, err
	}
	near, all := 0, 0
	for _, s := range drawn {
		n := int(math.Ceil(geo.Distance(s[0], s[1]) / sampleMetres))
		for k := range n {
			all++
			if followed(lines, s.along((float64(k)+0.5)/float64(n))) {
				near++
			}
		}
	}
	if all > 0 {
		share := float64(near) / float64(all)
		out.Followed = &share
	}
	return out, nil
}

// visible reads the lines on the ground that a boundary may follow: roads, railways, rivers, shores and walls.
func (t *tx) visible(ctx context.Context, within orb.Bound) ([]segment, error) {
	const sql = `
		SELECT geom
		  FROM map_base
		 WHERE county = $1 AND geom && $2::geometry
		   AND (layer IN ('road', 'rail', 'waterway', 'water') OR class IN ('wall', 'city_wall', 'fence'))`
	rows, err := t.Query(ctx, sql, t.county, within.ToPolygon())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []segment
	for rows.Next() {
		var g orb.Geometry
		if err := rows.Scan(&g); err != nil {
			return nil, err
		}
		eachLine(g, func(line []orb.Point) {
			for i := 1; i < len(line); i++ {
				if s := (segment{line[i-1], line[i]}); s.bound().Intersects(within) {
					out = append(out, s)
				}
			}
		})
	}
	return out, rows.Err()
}

// eachLine visits the lines and rings of a geometry.
func eachLine(g orb.Geometry, visit func([]orb.Point)) {
	switch g := g.(type) {
	case orb.LineString:
		visit(g)
	case orb.MultiLineString:
		for _, l := range g {
			visit(l)
		}
	case orb.Collection:
		for _, part := range g {
			eachLine(part, visit)
		}
	default:
		for _, ring := range ringsOfOutline(g) {
			visit(ring)
		}
	}
}

func followed(lines []segment, p orb.Point) bool {
	reach := followMetres / metresPerDegree
	around := orb.Bound{Min: p, Max: p}.Pad(reach / math.Cos(p[1]*math.Pi/180))
	for _, s := range lines {
		if s.bound().Intersects(around) && s.distance(p) <= followMetres {
			return true
		}
	}
	return false
}
