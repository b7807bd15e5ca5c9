// Package simulate assumes nothing but a seed: it makes the ground of a county (towns, census areas, sub-areas,
// buildings and a base map) the same way every time, for demonstrations and measurements.
//
// The county is Zoucheng in Shandong: its code, the names and codes of its 16 towns and the number of census areas in
// each are real, the outline is drawn by hand after its shape, and all the rest is made up. No address is anyone's.
//
// Everything is cut from the county's outline by lines that start and end at corners that are already there. So a
// boundary is one line shared by both sides, no side has a corner the other lacks, and parts cover their whole
// exactly, on the 1e-7 degree grid, whatever the lines look like:
//
//	county ─ river, hills, roads (world.go) ─ towns ─ areas (divide.go) ─┬ blocks of a street grid (city.go)
//	                                                                     └ hamlets cut along their lanes (village.go)
package simulate

import (
	"fmt"
	"math/rand/v2"

	"github.com/paulmach/orb"
)

// Size says how much ground is made.
type Size string

// SizeTown is one town of 56 areas, 390 sub-areas and about 10 000 buildings; SizeCounty is all 16 towns with 901
// areas, 6 255 sub-areas, about 165 000 buildings and 300 000 households.
const (
	SizeTown   Size = "town"
	SizeCounty Size = "county"
)

// County is the ground of one county without its towns' insides, which Town makes one at a time.
type County struct {
	Code, Name string
	Outline    orb.MultiPolygon
	Towns      []TownOutline
	Base       []BaseFeature

	world *world
	plans []townPlan
	rings []ring
}

// TownOutline is a town as the county knows it, with how many sub-areas it is to have.
type TownOutline struct {
	Code, Name string
	Outline    orb.MultiPolygon
	SubAreas   int
}

// Town is the ground of one town; its areas cover it exactly.
type Town struct {
	Code, Name string
	Outline    orb.MultiPolygon
	Areas      []Area
	Base       []BaseFeature
}

// Area is the ground of one committee. Kind is residents, villagers or quasi; its sub-areas cover it exactly.
type Area struct {
	Code, Name, Kind string
	Outline          orb.MultiPolygon
	SubAreas         []SubArea
}

// SubArea is one enumerator's ground. Expected is the sum of its buildings' households.
type SubArea struct {
	Code, Description string
	Outline           orb.MultiPolygon
	Expected          int
	Buildings         []Building
}

// Building is a footprint wholly inside its sub-area. Doors are per floor and stairwell; Units are dwellings.
// Kind is residential, mixed, non_residential, collective or under_construction.
type Building struct {
	Outline                          orb.Polygon
	Kind, Name, Address              string
	Floors, Stairwells, Doors, Units int
	Households                       int
}

// BaseFeature is one line, ground or point of the base map; see the base layers of package tiles for Layer and Class.
type BaseFeature struct {
	Layer, Class, Name, NameEN string
	Rank, MinZoom              int
	Bridge                     bool
	Geometry                   orb.Geometry
}

// ParseSize reads "town" or "county".
func ParseSize(s string) (Size, error) {
	switch Size(s) {
	case SizeTown, SizeCounty:
		return Size(s), nil
	}
	return "", fmt.Errorf("size %q is not known: say town or county", s)
}

// New makes the county's outline, its towns' outlines and the county-wide base map. The same size and seed make the
// same ground. With SizeTown the county has one town and its outline is that town's.
func New(size Size, seed int64) (*County, error) {
	if _, err := ParseSize(string(size)); err != nil {
		return nil, err
	}
	plans := townPlans
	if size == SizeTown {
		plans = loneTowns
	}
	w := newWorld(uint64(seed), plans)
	rings, err := w.towns()
	if err != nil {
		return nil, fmt.Errorf("divide the county among its towns (seed %d): %w", seed, err)
	}
	c := &County{Code: countyCode, Name: countyName, world: w, plans: plans, rings: rings}
	outline := w.outline
	if size == SizeTown {
		c.plans, c.rings, outline = plans[:1], rings[:1], rings[0]
	}
	c.Outline = outline.multiPolygon()
	for i, plan := range c.plans {
		c.Towns = append(c.Towns, TownOutline{Code: plan.code, Name: plan.name, Outline: c.rings[i].multiPolygon(),
			SubAreas: plan.subAreas})
	}
	c.Base = w.base(c)
	return c, nil
}

// Town makes the inside of c.Towns[i]. It depends on no other call and may run beside others.
func (c *County) Town(i int) (*Town, error) {
	if i < 0 || i >= len(c.plans) {
		return nil, fmt.Errorf("town %d of %d does not exist", i, len(c.plans))
	}
	t := &townMaker{
		world: c.world, plan: c.plans[i], ring: c.rings[i],
		random: c.world.random(c.plans[i].code),
	}
	areas, err := t.areas()
	if err != nil {
		return nil, fmt.Errorf("make town %s: %w", t.plan.code, err)
	}
	return &Town{
		Code: t.plan.code, Name: t.plan.name, Outline: t.ring.multiPolygon(),
		Areas: areas, Base: t.base,
	}, nil
}

// random starts the numbers of one part, so that no part depends on when another was made.
func (w *world) random(part string) *rand.Rand {
	var stream uint64
	for _, c := range []byte(part) {
		stream = hash(stream, uint64(c))
	}
	return rand.New(rand.NewPCG(w.seed, stream))
}
