package areas

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// A named ground is named once on the map, however many tiles cut it: at a point on it, of the class of the ground, from the zoom
// at which the ground is wide enough for a name. Schools and the like are not among them, for they have points of their own.
var (
	labelledGround = []string{"forest", "wood", "scrub", "heath", "farmland", "meadow", "grass", "orchard", "vineyard", "allotments",
		"greenhouse_horticulture", "wetland", "beach", "glacier", "park", "garden", "recreation_ground", "stadium", "cemetery",
		"nature_reserve", "golf_course", "industrial", "railway", "quarry", "construction", "military", "aerodrome", "residential",
		"commercial", "retail", "religious", "pedestrian"}
	labelRanks = map[string]int{"water": 4, "landuse": 6}
)

// nameOfGround ends the id of a ground's name.
const nameOfGround = "/name"

const (
	labelPixels               = 70 // how wide a ground is where it is named
	lowestLabel, highestLabel = 9, 16
	metresAPixel              = 78271.517 // at the equator, at zoom 0
)

// labels are the names of the grounds among features.
func labels(features []BaseFeature) (out []BaseFeature) {
	for _, f := range features {
		rank, named := labelRanks[f.Layer]
		if !named || f.Name == "" || f.Layer == "landuse" && !slices.Contains(labelledGround, f.Class) {
			continue
		}
		switch f.Geometry.(type) {
		case orb.Polygon, orb.MultiPolygon:
		default:
			continue
		}
		at := geo.PointOnSurface(f.Geometry)
		class := f.Class
		if f.Layer == "water" {
			class = "waters"
		}
		out = append(out, BaseFeature{Layer: "poi", Class: class, Name: f.Name, NameEN: f.NameEN, Rank: rank,
			MinZoom: max(f.MinZoom, labelZoom(f.Geometry, at[1])), Geometry: at, SourceID: f.SourceID + nameOfGround})
	}
	return out
}

// labelZoom is the zoom from which a ground is wide enough for its name.
func labelZoom(ground orb.Geometry, latitude float64) int {
	width := math.Sqrt(geo.Area(ground))
	if !(width > 0) {
		return highestLabel
	}
	zoom := math.Log2(labelPixels * metresAPixel * math.Cos(latitude*math.Pi/180) / width)
	return int(min(max(math.Ceil(zoom), lowestLabel), highestLabel))
}
