package vector

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	// An authority that stands at the very end is that of the whole, not of its ellipsoid.
	wktAuthority = regexp.MustCompile(`(?i)(?:AUTHORITY|ID)\s*\[\s*"EPSG"\s*,\s*"?([0-9]+)"?\s*\]\s*\]\s*$`)
	wktName      = regexp.MustCompile(`(?i)^\s*(?:PROJCS|GEOGCS|PROJCRS|GEOGCRS|GEODCRS)\s*\[\s*"([^"]*)"`)
	utm          = regexp.MustCompile(`^wgs_?(?:19)?84(?:_/)?_utm_zone_([0-9]{1,2})([ns])$`)
	cgcsZone     = regexp.MustCompile(`^cgcs2000_(3_degree_)?gk_(zone|cm)_([0-9]{1,3})e?$`)
)

// wellKnown are systems by the names that they have in a .prj, which carries no number.
var wellKnown = map[string]int{
	"gcs_wgs_1984": 4326, "wgs_84": 4326, "wgs84": 4326, "wgs_1984": 4326,
	"gcs_china_geodetic_coordinate_system_2000": 4490, "cgcs2000": 4490, "gcs_cgcs_2000": 4490,
	"gcs_beijing_1954": 4214, "gcs_xian_1980": 4610, "gcs_north_american_1983": 4269, "gcs_etrs_1989": 4258, "gcs_jgd_2011": 6668,
	"gcs_twd_1997": 3824, "twd_1997_tm_taiwan": 3826, "twd97_/_tm2_zone_121": 3826, "twd_1997_tm_penghu": 3825,
	"wgs_1984_web_mercator_auxiliary_sphere": 3857, "wgs_84_/_pseudo-mercator": 3857,
	"popular_visualisation_crs_mercator_deprecated": 3857, "popular_visualisation_crs_/_mercator": 3857,
	"british_national_grid": 27700, "ch1903_lv03": 21781, "ch1903+_lv95": 2056,
	"nad_1983_stateplane_colorado_central_fips_0502_feet": 2232,
}

// crsOfWKT gives EPSG:n for the system of a .prj, by its authority or by its name; else the text itself, which PROJ can read.
func crsOfWKT(s string) string {
	s = strings.Trim(s, " \t\r\n\x00\ufeff")
	if m := wktAuthority.FindStringSubmatch(s); m != nil {
		return "EPSG:" + m[1]
	}
	m := wktName.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	name := strings.ReplaceAll(strings.ToLower(m[1]), " ", "_")
	if n, ok := wellKnown[name]; ok {
		return fmt.Sprintf("EPSG:%d", n)
	}
	if n := zoned(name); n > 0 {
		return fmt.Sprintf("EPSG:%d", n)
	}
	return s
}

// zoned numbers the systems that come in zones: UTM, and CGCS2000 in zones of three and six degrees.
func zoned(name string) int {
	if m := utm.FindStringSubmatch(name); m != nil {
		zone, err := strconv.Atoi(m[1])
		if err != nil || zone < 1 || zone > 60 {
			return 0
		}
		if m[2] == "s" {
			return 32700 + zone
		}
		return 32600 + zone
	}
	m := cgcsZone.FindStringSubmatch(name)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[3])
	switch three, zones := m[1] != "", m[2] == "zone"; {
	case err != nil:
	case three && zones && n >= 25 && n <= 45:
		return 4513 + n - 25
	case three && !zones && n >= 75 && n <= 135 && n%3 == 0:
		return 4534 + (n-75)/3
	case !three && zones && n >= 13 && n <= 23:
		return 4491 + n - 13
	case !three && !zones && n >= 75 && n <= 135 && (n-75)%6 == 0:
		return 4502 + (n-75)/6
	}
	return 0
}
