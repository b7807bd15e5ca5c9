package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// The WGS 84 ellipsoid, in metres.
const (
	semiMajor  = 6378137.0
	flattening = 1 / 298.257223563
	ecc2       = flattening * (2 - flattening)
	meanRadius = semiMajor * (1 - flattening/3)
)

const radian = math.Pi / 180

// atPole is Snyder's q of the pole: the sphere of the ellipsoid's area has the radius semiMajor·√(atPole/2).
var atPole = equalArea(1)

// Area gives the area of a polygon or multipolygon in square metres on the WGS 84 ellipsoid, holes taken off, however rings
// are wound; of other geometry 0. Latitudes are brought to the sphere of equal area (authalic latitude, Snyder 1987, Map
// Projections, 3-11 and 3-12), and edges are its great circles, which agree with geodesics to 0.001 % of a building or a
// county. A ring may cross the 180th meridian, but not go around a pole.
func Area(g orb.Geometry) float64 {
	switch g := g.(type) {
	case orb.Ring:
		return ringArea(g)
	case orb.Bound:
		return ringArea(g.ToRing())
	case orb.Polygon:
		sum := 0.0
		for i, r := range g {
			if i == 0 {
				sum = ringArea(r)
			} else {
				sum -= ringArea(r)
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

// ringArea adds up the areas between each edge and the equator: their spherical excess is, by half angles,
// tan(E/2) = tan(Δλ/2)·(t1 + t2)/(1 + t1·t2) with t the tangent of half the latitude.
func ringArea(r orb.Ring) float64 {
	if len(r) < 4 {
		return 0
	}
	excess := 0.0
	before := tanHalf(r[0][1])
	for i := 1; i < len(r); i++ {
		here := tanHalf(r[i][1])
		turn := math.Tan((r[i][0] - r[i-1][0]) / 2 * radian)
		excess += 2 * math.Atan2(turn*(before+here), 1+before*here)
		before = here
	}
	return math.Abs(excess) * semiMajor * semiMajor * atPole / 2
}

// tanHalf gives the tangent of half the authalic latitude of a latitude in degrees.
func tanHalf(latitude float64) float64 {
	sin := equalArea(math.Sin(latitude*radian)) / atPole
	return sin / (1 + math.Sqrt(max(0, 1-sin*sin)))
}

// equalArea gives Snyder's q of a latitude's sine.
func equalArea(sin float64) float64 {
	e := math.Sqrt(ecc2)
	return (1 - ecc2) * (sin/(1-ecc2*sin*sin) + math.Atanh(e*sin)/e)
}

// vector is a place in space or a way, in metres from the middle of the Earth: towards 0°, 90° east and north.
type vector struct{ x, y, z float64 }

func onEllipsoid(p orb.Point) vector {
	sinLat, cosLat := math.Sincos(p[1] * radian)
	sinLon, cosLon := math.Sincos(p[0] * radian)
	normal := semiMajor / math.Sqrt(1-ecc2*sinLat*sinLat)
	return vector{normal * cosLat * cosLon, normal * cosLat * sinLon, normal * (1 - ecc2) * sinLat}
}

// arc is the way along the ground between two places: that of the chord, bent by the mean radius. Since the bend adds but
// (d/R)²/24, a radius half a percent off matters little.
func arc(a, b vector) float64 {
	dx, dy, dz := b.x-a.x, b.y-a.y, b.z-a.z
	chord := math.Sqrt(dx*dx + dy*dy + dz*dz)
	return 2 * meanRadius * math.Asin(min(1, chord/(2*meanRadius)))
}

// Distance gives the distance of two points in metres on the WGS 84 ellipsoid: within 0.001 % of the geodesic up to 500 km,
// and within 0.01 % up to 1 500 km.
func Distance(a, b orb.Point) float64 { return arc(onEllipsoid(a), onEllipsoid(b)) }

// Bearing gives the direction from one point to another in degrees clockwise from north, from 0 to below 360: the azimuth of
// the normal section, which is that of the geodesic to 0.01 degrees up to 500 km. To itself it is 0.
func Bearing(a, b orb.Point) float64 {
	sinLat, cosLat := math.Sincos(a[1] * radian)
	sinLon, cosLon := math.Sincos(a[0] * radian)
	from, to := onEllipsoid(a), onEllipsoid(b)
	way := vector{to.x - from.x, to.y - from.y, to.z - from.z}
	east := way.y*cosLon - way.x*sinLon
	north := way.z*cosLat - (way.x*cosLon+way.y*sinLon)*sinLat
	return math.Mod(math.Atan2(east, north)/radian+360, 360)
}

// Length gives the length of lines in metres as Distance has it, of polygons that of their rings; of points 0.
func Length(g orb.Geometry) float64 {
	switch g := g.(type) {
	case orb.LineString:
		return along(g)
	case orb.MultiLineString:
		sum := 0.0
		for _, l := range g {
			sum += along(l)
		}
		return sum
	case orb.Collection:
		sum := 0.0
		for _, part := range g {
			sum += Length(part)
		}
		return sum
	}
	sum := 0.0
	for _, r := range ringsOf(g) {
		sum += along(r)
	}
	return sum
}

func along(points []orb.Point) float64 {
	sum := 0.0
	var before vector
	for i, p := range points {
		here := onEllipsoid(p)
		if i > 0 {
			sum += arc(before, here)
		}
		before = here
	}
	return sum
}

// Shift gives a copy of a geometry so many metres further to the east and the north. It is for ways that are short against the
// Earth: every vertex goes as far in degrees as the middle does, so that the shape stays.
func Shift(g orb.Geometry, east, north float64) orb.Geometry {
	latitude := g.Bound().Center()[1] * radian
	w := 1 - ecc2*math.Sin(latitude)*math.Sin(latitude)
	dy := north / (semiMajor * (1 - ecc2) / (w * math.Sqrt(w))) / radian
	dx := east / (semiMajor / math.Sqrt(w) * math.Cos(latitude)) / radian
	moved := func(p orb.Point) orb.Point { return orb.Point{p[0] + dx, p[1] + dy} }
	if p, is := g.(orb.Point); is {
		return moved(p)
	}
	g = orb.Clone(g)
	each(g, func(p *orb.Point) { *p = moved(*p) })
	return g
}
