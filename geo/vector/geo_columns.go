package vector

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// geoColumns are the columns of a table that say where a row is: one of WKT, or a pair of numbers. A table may have none.
type geoColumns struct{ wkt, x, y string }

// The names of columns, in small letters, that say where a row is.
var (
	wktNames = []string{"wkt", "geometry", "geom", "the_geom", "wkt_geom"}
	xNames   = []string{"lon", "lng", "longitude", "long", "x", "经度", "經度"}
	yNames   = []string{"lat", "lat", "latitude", "lat", "y", "纬度", "緯度"} // by the name of x
)

func findGeoColumns(p Properties) *geoColumns {
	named := func(want string) string {
		for _, q := range p {
			if strings.ToLower(strings.TrimSpace(q.Name)) == want {
				return q.Name
			}
		}
		return ""
	}
	for _, name := range wktNames {
		if found := named(name); found != "" {
			return &geoColumns{wkt: found}
		}
	}
	for i := range xNames {
		if x, y := named(xNames[i]), named(yNames[i]); x != "" && y != "" {
			return &geoColumns{x: x, y: y}
		}
	}
	return &geoColumns{}
}

// locate gives a row its geometry and takes the columns it came from out of the properties. Empty columns are no geometry.
func (g *geoColumns) locate(f *Feature) (err error) {
	switch {
	case g.wkt != "":
		f.Geometry, f.Notes, err = parseWKT(f.Properties.Text(g.wkt))
		if err != nil {
			return fmt.Errorf("column %q: %w", g.wkt, err)
		}
	case g.x != "":
		x, y := strings.TrimSpace(f.Properties.Text(g.x)), strings.TrimSpace(f.Properties.Text(g.y))
		if x == "" && y == "" {
			return nil
		}
		var p orb.Point
		if p[0], err = coordinate(g.x, x); err == nil {
			p[1], err = coordinate(g.y, y)
		}
		if err != nil {
			return err
		}
		f.Geometry = p
	default:
		return nil
	}
	f.Properties = slices.DeleteFunc(f.Properties, func(q Property) bool {
		return q.Name == g.wkt || q.Name == g.x || q.Name == g.y
	})
	return nil
}

func coordinate(column, s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("column %q: %q is not a number", column, s)
	}
	return v, nil
}
