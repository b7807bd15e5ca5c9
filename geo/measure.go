package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// The WGS 84 ellipsoid.
const (
	semiMajor  = 6378137.0 // metres
	flattening = 1 / 298.257223563
	ecc2       = flattening * (2 - flattening)
)

const radian = math.Pi / 180

// Area gives the area of a polygon or multipolygon in square metres on the WGS 84 ellipsoid, holes taken off; of other
// geometry 0. Edges are taken straight in the equal-area cylindrical projection by authalic latitude (Snyder 1987, 3-11 and
// 10-1), which agrees with geodesic edges to 0.01 % for edges up to 20 km.
func Area(g orb.Geometry) float64 {
	switch g := g.(type) {
	case orb.Ring:
		return math.Abs(ringArea(g))
	case orb.Bound:
		return Area(g.ToPolygon())
	case orb.Polygon:
		sum := 0.0
		for i, r := range g {
			if a := math.Abs(ringArea(r)); i == 0 {
				sum += a
			} else {
				sum -= a
			}
		}
		return sum
	case orb.MultiPolygon:
		sum := 0.0
		for _, p := range g {
			sum += Area(p)
		}
		return sum
	}
	return 0
}

func ringArea(r orb.Ring) float64 {
	if len(r) < 4 {
		return 0
	}
	origin := authalic(r[0][1])
	sum := 0.0
	before := orb.Point{}
	for i, p := range r {
		here := orb.Point{(p[0] - r[0][0]) * radian, authalic(p[1]) - origin}
		if i > 0 {
			sum += before[0]*here[1] - here[0]*before[1]
		}
		before = here
	}
	return sum / 2 * semiMajor * semiMajor
}

// authalic gives half of Snyder's q: the height of a latitude in the equal-area cylindrical projection of the unit ellipsoid.
func authalic(latitude float64) float64 {
	e := math.Sqrt(ecc2)
	s := math.Sin(latitude * radian)
	return (1 - ecc2) / 2 * (s/(1-ecc2*s*s) + math.Atanh(e*s)/e)
}

// step gives the way from one point to another in metres to the east and north, by the radii of curvature at the middle
// latitude: within 0.01 % of the geodesic up to 200 km.
func step(a, b orb.Point) (east, north float64) {
	sin, cos := math.Sincos((a[1] + b[1]) / 2 * radian)
	w := 1 - ecc2*sin*sin
	normal := semiMajor / math.Sqrt(w)
	meridian := normal * (1 - ecc2) / w
	return normal * cos * (b[0] - a[0]) * radian, meridian * (b[1] - a[1]) * radian
}

// Distance gives the distance of two points in metres, within 0.01 % up to 200 km.
func Distance(a, b orb.Point) float64 { return math.Hypot(step(a, b)) }

// Bearing gives the direction from one point to another in degrees clockwise from north, 0 to 360.
func Bearing(a, b orb.Point) float64 {
	east, north := step(a, b)
	return math.Mod(math.Atan2(east, north)/radian+360, 360)
}

// Length gives the length of a line in metres, of a polygon that of its rings.
func Length(g orb.Geometry) float64 {
	sum := 0.0
	along := func(points []orb.Point) {
		for i := 1; i < len(points); i++ {
			sum += Distance(points[i-1], points[i])
		}
	}
	switch g := g.(type) {
	case orb.LineString:
		along(g)
	case orb.MultiLineString:
		for _, l := range g {
			along(l)
		}
	default:
		for _, r := range ringsOf(g) {
			along(r)
		}
	}
	return sum
}
