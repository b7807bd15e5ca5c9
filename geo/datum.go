package geo

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"
)

// Datum is what coordinates are counted from. Maps sold in China are shifted by law (GCJ-02), and Baidu's once more (BD-09);
// both lie some 500 m off WGS 84. CGCS2000 is WGS 84 to a decimetre.
type Datum string

// The datums.
const (
	WGS84 Datum = "wgs84"
	GCJ02 Datum = "gcj02"
	BD09  Datum = "bd09"
)

// ParseDatum reads a datum's name, in any case, with or without a hyphen; nothing is WGS 84.
func ParseDatum(s string) (Datum, error) {
	switch strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "-", "") {
	case "", "wgs84", "cgcs2000", "epsg:4326", "epsg:4490":
		return WGS84, nil
	case "gcj02":
		return GCJ02, nil
	case "bd09":
		return BD09, nil
	}
	return "", fmt.Errorf("datum %q is not known: it is wgs84 (also for CGCS2000), gcj02 or bd09", s)
}

// ToWGS84 brings a point from the datum to WGS 84, to within 1e-9 degrees. Points outside China are not shifted.
func (d Datum) ToWGS84(p orb.Point) orb.Point {
	switch d {
	case GCJ02:
		return fromGCJ02(p)
	case BD09:
		return fromGCJ02(fromBD09(p))
	}
	return p
}

// FromWGS84 brings a point from WGS 84 to the datum.
func (d Datum) FromWGS84(p orb.Point) orb.Point {
	switch d {
	case GCJ02:
		return toGCJ02(p)
	case BD09:
		return toBD09(toGCJ02(p))
	}
	return p
}

// Convert gives a copy of a geometry in WGS 84.
func (d Datum) Convert(g orb.Geometry) orb.Geometry {
	if d == WGS84 || d == "" {
		return g
	}
	g = orb.Clone(g)
	each(g, func(p *orb.Point) { *p = d.ToWGS84(*p) })
	if p, ok := g.(orb.Point); ok {
		return d.ToWGS84(p)
	}
	return g
}

// each calls do with every vertex of a geometry but a lone point's.
func each(g orb.Geometry, do func(*orb.Point)) {
	all := func(points []orb.Point) {
		for i := range points {
			do(&points[i])
		}
	}
	switch g := g.(type) {
	case orb.MultiPoint:
		all(g)
	case orb.LineString:
		all(g)
	case orb.MultiLineString:
		for _, l := range g {
			all(l)
		}
	case orb.Collection:
		for i, part := range g {
			if p, ok := part.(orb.Point); ok {
				do(&p)
				g[i] = p
				continue
			}
			each(part, do)
		}
	default:
		for _, r := range ringsOf(g) {
			all(r)
		}
	}
}

// The shift is published nowhere; these are the constants of the implementation that everybody uses (Krasovsky's ellipsoid).
const (
	krasovskyA  = 6378245.0
	krasovskyE2 = 0.00669342162296594323
)

// inChina is the box outside of which nothing is shifted.
func inChina(p orb.Point) bool {
	return p[0] >= 72.004 && p[0] <= 137.8347 && p[1] >= 0.8293 && p[1] <= 55.8271
}

func toGCJ02(p orb.Point) orb.Point {
	if !inChina(p) {
		return p
	}
	x, y := p[0]-105, p[1]-35
	wave := 20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + wave*2/3 +
		(20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi))*2/3 +
		(160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + wave*2/3 +
		(20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi))*2/3 +
		(150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
	sin, cos := math.Sincos(p[1] * radian)
	w := 1 - krasovskyE2*sin*sin
	return orb.Point{
		p[0] + east/(krasovskyA/math.Sqrt(w)*cos*radian),
		p[1] + north/(krasovskyA*(1-krasovskyE2)/(w*math.Sqrt(w))*radian),
	}
}

// fromGCJ02 finds the point that is shifted onto p: the shift changes slowly, so that stepping back by it converges.
func fromGCJ02(p orb.Point) orb.Point {
	if !inChina(p) {
		return p
	}
	guess := p
	for range 10 {
		there := toGCJ02(guess)
		east, north := p[0]-there[0], p[1]-there[1]
		guess = orb.Point{guess[0] + east, guess[1] + north}
		if math.Abs(east)+math.Abs(north) < 1e-11 {
			break
		}
	}
	return guess
}

const baidu = math.Pi * 3000 / 180

func toBD09(p orb.Point) orb.Point {
	if !inChina(p) {
		return p
	}
	z := math.Hypot(p[0], p[1]) + 0.00002*math.Sin(p[1]*baidu)
	sin, cos := math.Sincos(math.Atan2(p[1], p[0]) + 0.000003*math.Cos(p[0]*baidu))
	return orb.Point{z*cos + 0.0065, z*sin + 0.006}
}

func fromBD09(p orb.Point) orb.Point {
	if !inChina(p) {
		return p
	}
	guess := orb.Point{p[0] - 0.0065, p[1] - 0.006}
	for range 10 {
		there := toBD09(guess)
		east, north := p[0]-there[0], p[1]-there[1]
		guess = orb.Point{guess[0] + east, guess[1] + north}
		if math.Abs(east)+math.Abs(north) < 1e-11 {
			break
		}
	}
	return guess
}
