package vector

import "strings"

// baseClass is how a class is drawn.
type baseClass struct{ rank, minZoom int }

// The classes of each layer. What is not here is not on the map.
var (
	baseRoads = map[string]baseClass{
		"motorway": {1, 5}, "trunk": {2, 6}, "primary": {3, 8}, "motorway_link": {4, 10}, "trunk_link": {4, 10}, "primary_link": {4, 10},
		"secondary": {5, 9}, "secondary_link": {6, 11}, "tertiary": {6, 11}, "tertiary_link": {7, 12}, "unclassified": {8, 12},
		"residential": {8, 12}, "living_street": {9, 13}, "road": {9, 13}, "pedestrian": {10, 13}, "service": {11, 14},
		"construction": {12, 14}, "track": {12, 14}, "cycleway": {13, 14}, "footway": {14, 14}, "path": {14, 14}, "bridleway": {14, 14},
		"steps": {15, 15},
	}
	baseRails = map[string]baseClass{"rail": {1, 8}, "light_rail": {2, 10}, "subway": {2, 10}, "narrow_gauge": {3, 10}, "monorail": {3, 11},
		"funicular": {3, 12}, "tram": {4, 12}, "preserved": {5, 12}, "platform": {6, 16}}
	baseWaterways = map[string]baseClass{"river": {1, 8}, "canal": {2, 10}, "stream": {3, 12}, "drain": {4, 14}, "ditch": {4, 14},
		"dam": {5, 14}, "weir": {5, 15}}
	// What bars the way, and so what boundaries follow: walls and cliffs rather than hedges.
	baseBarriers = map[string]baseClass{"city_wall": {1, 14}, "retaining_wall": {2, 15}, "wall": {2, 15}, "fence": {3, 16}, "hedge": {4, 16},
		"guard_rail": {5, 17}}
	baseNatural = map[string]baseClass{"cliff": {1, 14}, "tree_row": {5, 16}}
	baseWorks   = map[string]baseClass{"pier": {1, 13}, "breakwater": {1, 13}, "groyne": {1, 14}, "embankment": {2, 15}, "dyke": {2, 14}}
	baseBounds  = map[string]baseClass{"administrative": {1, 9}}
	basePlaces  = map[string]baseClass{"city": {1, 4}, "borough": {2, 9}, "town": {2, 7}, "suburb": {3, 11}, "village": {4, 10},
		"quarter": {5, 12}, "neighbourhood": {6, 13}, "hamlet": {7, 12}, "isolated_dwelling": {8, 14}, "locality": {8, 14}}
	baseLanduse = map[string]baseClass{
		"forest": {1, 8}, "wood": {1, 8}, "scrub": {2, 10}, "heath": {2, 10}, "farmland": {1, 9}, "meadow": {2, 10}, "grass": {3, 12},
		"orchard": {2, 11}, "vineyard": {2, 11}, "allotments": {3, 12}, "farmyard": {4, 13}, "greenhouse_horticulture": {4, 13},
		"wetland": {3, 11}, "beach": {4, 12}, "scree": {2, 11}, "bare_rock": {2, 11}, "glacier": {2, 8}, "park": {5, 11}, "garden": {6, 13},
		"recreation_ground": {5, 12}, "stadium": {6, 13}, "pitch": {8, 14}, "playground": {8, 15}, "cemetery": {5, 12},
		"nature_reserve": {0, 9}, "golf_course": {5, 12}, "industrial": {4, 11}, "railway": {4, 11}, "quarry": {4, 11},
		"construction": {4, 12}, "military": {4, 11}, "aerodrome": {3, 11}, "apron": {6, 13}, "school": {6, 13}, "university": {6, 12},
		"college": {6, 13}, "hospital": {6, 13}, "kindergarten": {6, 14}, "residential": {0, 9}, "commercial": {3, 11}, "retail": {3, 12},
		"religious": {6, 13}, "parking": {7, 15}, "pedestrian": {9, 14}, "pier": {9, 13}, "platform": {9, 16},
	}
	baseWaters = [][2]string{{"natural", "water"}, {"natural", "bay"}, {"waterway", "riverbank"}, {"waterway", "dock"},
		{"landuse", "reservoir"}, {"landuse", "basin"}, {"leisure", "swimming_pool"}, {"amenity", "swimming_pool"}}
	landuseKeys = strings.Fields("amenity leisure landuse natural aeroway highway place railway man_made") // the first that has a class
	// Values that are drawn as another.
	sameLanduse = map[string]string{"grassland": "meadow", "fell": "meadow", "village_green": "grass", "common": "grass",
		"dog_park": "grass", "flowerbed": "grass", "grave_yard": "cemetery", "farm": "farmland", "plant_nursery": "orchard", "sand": "beach",
		"shingle": "beach", "landfill": "quarry", "brownfield": "construction", "greenfield": "construction", "track": "pitch",
		"sports_centre": "stadium", "square": "pedestrian", "footway": "pedestrian", "water_park": "stadium", "clinic": "hospital",
		"swamp": "wetland", "mud": "wetland", "rock": "bare_rock", "wastewater_plant": "industrial", "breakwater": "pier"}

	// Lines that a closed way may be, and those that it is only if it is no ground.
	baseWays  = []lineClasses{{"road", "highway", baseRoads}, {"rail", "railway", baseRails}, {"waterway", "waterway", baseWaterways}}
	baseEdges = []lineClasses{{"barrier", "barrier", baseBarriers}, {"barrier", "natural", baseNatural}, {"barrier", "man_made", baseWorks},
		{"boundary", "boundary", baseBounds}}
)

// lineClasses are the classes of a layer of lines, by a tag.
type lineClasses struct {
	layer, key string
	classes    map[string]baseClass
}

const (
	seaZoom     = 4
	waterZoom   = 8
	poolZoom    = 15
	addressZoom = 17
)

// poiKeys are the keys that may tell a point, the one that says more first.
var poiKeys = strings.Fields("railway public_transport highway amenity healthcare shop barrier entrance tourism historic leisure office " +
	"man_made natural")

// basePOIs tell the class of a point by its tag; a star stands for any value.
var basePOIs = poisOf(map[string]string{
	"station":    "railway=station railway=halt",
	"stop":       "railway=tram_stop highway=bus_stop",
	"subway":     "railway=subway_entrance",
	"crossing":   "railway=level_crossing railway=crossing",
	"elevator":   "highway=elevator",
	"terminal":   "amenity=bus_station amenity=ferry_terminal",
	"townhall":   "amenity=townhall amenity=public_building office=government amenity=courthouse",
	"community":  "amenity=community_centre amenity=social_centre",
	"care":       "amenity=social_facility amenity=nursing_home",
	"police":     "amenity=police",
	"fire":       "amenity=fire_station",
	"post":       "amenity=post_office",
	"bank":       "amenity=bank amenity=atm",
	"library":    "amenity=library",
	"school":     "amenity=school amenity=college amenity=university",
	"childcare":  "amenity=kindergarten amenity=childcare amenity=preschool",
	"hospital":   "amenity=hospital healthcare=hospital",
	"clinic":     "amenity=clinic amenity=doctors amenity=dentist healthcare=clinic healthcare=doctor healthcare=centre",
	"pharmacy":   "amenity=pharmacy",
	"toilets":    "amenity=toilets",
	"water":      "amenity=drinking_water man_made=water_well",
	"worship":    "amenity=place_of_worship",
	"market":     "amenity=marketplace shop=mall shop=supermarket shop=department_store",
	"shop":       "shop=*",
	"restaurant": "amenity=restaurant amenity=fast_food amenity=food_court",
	"cafe":       "amenity=cafe amenity=bar amenity=pub",
	"fuel":       "amenity=fuel",
	"parking":    "amenity=parking",
	"theatre":    "amenity=theatre amenity=cinema amenity=arts_centre",
	"gate":       "barrier=gate barrier=lift_gate barrier=swing_gate barrier=kissing_gate barrier=sally_port barrier=entrance barrier=border_control",
	"entrance":   "entrance=*",
	"hotel":      "tourism=hotel tourism=hostel tourism=guest_house tourism=motel tourism=alpine_hut",
	"museum":     "tourism=museum tourism=gallery",
	"viewpoint":  "tourism=viewpoint",
	"monument":   "historic=monument historic=memorial historic=castle historic=fort historic=ruins",
	"sports":     "leisure=sports_centre leisure=stadium",
	"playground": "leisure=playground",
	"tower":      "man_made=tower man_made=water_tower man_made=mast man_made=chimney man_made=lighthouse",
	"peak":       "natural=peak natural=volcano",
	"tree":       "natural=tree",
})

func poisOf(classes map[string]string) map[string]string {
	out := map[string]string{}
	for class, all := range classes {
		for _, tag := range strings.Fields(all) {
			out[tag] = class
		}
	}
	return out
}

var poiClasses = map[string]baseClass{
	"station": {1, 13}, "terminal": {1, 14}, "hospital": {1, 14}, "townhall": {2, 14}, "peak": {2, 12}, "subway": {2, 15}, "school": {3, 15},
	"police": {3, 15}, "fire": {3, 15}, "market": {3, 15}, "temple": {3, 15}, "church": {3, 15}, "mosque": {3, 15}, "community": {3, 15},
	"care": {4, 15}, "clinic": {4, 15}, "childcare": {4, 16}, "sports": {4, 15}, "museum": {4, 15}, "theatre": {4, 15}, "library": {4, 15},
	"post": {4, 16}, "tower": {5, 15}, "monument": {5, 15}, "stop": {5, 16}, "hotel": {5, 16}, "pharmacy": {5, 16}, "bank": {6, 16},
	"gate": {5, 16}, "elevator": {6, 17}, "crossing": {7, 16}, "toilets": {6, 16}, "water": {7, 17}, "fuel": {6, 16}, "viewpoint": {7, 16},
	"shop": {7, 17}, "restaurant": {7, 17}, "cafe": {8, 17}, "playground": {8, 17}, "parking": {9, 17}, "entrance": {8, 17}, "tree": {20, 17},
}

// BaseClass tells how important a class of a layer of the base map is, the lower the more, and from which zoom it is shown.
func BaseClass(layer, class string) (rank, minZoom int, known bool) {
	of := map[string]map[string]baseClass{"road": baseRoads, "rail": baseRails, "waterway": baseWaterways, "place": basePlaces,
		"landuse": baseLanduse, "poi": poiClasses, "barrier": baseBarriers}[layer]
	c, known := of[class]
	return c.rank, c.minZoom, known
}
