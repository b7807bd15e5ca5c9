package vector

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// buildingKinds are the values of building that tell what one is for.
var buildingKinds = kindsOf(map[string]string{
	"residential": "residential apartments house detached terrace semidetached_house semi bungalow cabin farm houseboat static_caravan " +
		"villa hut allotment_house",
	"mixed":      "mixed mixed_use",
	"collective": "dormitory barracks monastery nursing_home prison",
	"non_residential": "commercial retail office industrial warehouse hotel supermarket kiosk shop manufacture factory church chapel " +
		"cathedral mosque temple shrine synagogue religious school university college kindergarten hospital public civic government " +
		"train_station transportation station parking garage garages hangar barn cowshed stable sty farm_auxiliary greenhouse silo " +
		"storage_tank service transformer_tower water_tower fire_station museum stadium sports_hall grandstand pavilion toilets " +
		"power substation library clinic townhall shed",
	"under_construction": "construction",
	"demolished":         "ruins demolished collapsed",
	"not_a_building":     "roof carport tent bunker wall ship bridge digester",
})

func kindsOf(of map[string]string) map[string]string {
	out := map[string]string{}
	for kind, values := range of {
		for _, v := range strings.Fields(values) {
			out[v] = kind
		}
	}
	return out
}

func osmBuilding(e osmElement, t tags) []osmDraft {
	value := t.text("building")
	kind := t.text("type")
	if e.kind == 'n' || value == "" || value == "no" || e.kind == 'r' && kind != "multipolygon" && kind != "" {
		return nil
	}
	return []osmDraft{{properties: Properties{
		{"kind", buildingKinds[value]}, {"building", value}, {"name", t.text("name")}, {"address", address(t)},
		{"floors", whole(t.text("building:levels"))}, {"units", whole(t.text("building:flats"))}, {"licence", openLicence},
	}}}
}

// whole is a number without its fraction, for half a floor under a roof is none; what is no number is nothing.
func whole(s string) string {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || v < 0 || v > 1e6 || math.IsNaN(v) {
		return ""
	}
	return strconv.Itoa(int(v))
}

// address is what stands on the door: in full where it is given, else street and number.
func address(t tags) string {
	if full := t.text("addr:full"); full != "" {
		return full
	}
	street, number := t.text("addr:street"), t.text("addr:housenumber")
	if street == "" {
		street = t.text("addr:place")
	}
	if last, _ := utf8.DecodeLastRuneInString(street); unicode.Is(unicode.Han, last) {
		return street + number
	}
	return strings.TrimSpace(street + " " + number)
}
