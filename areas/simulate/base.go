package simulate

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo/vector"
)

// minZooms is from which zoom a class of road is worth drawing.
var minZooms = map[string]int{
	"motorway": 5, "primary": 7, "secondary": 8, "tertiary": 10, "unclassified": 11, "residential": 12,
	"living_street": 13, "track": 13, "footway": 14,
}

var ranks = map[string]int{
	"motorway": 1, "primary": 2, "secondary": 3, "tertiary": 4, "unclassified": 5, "residential": 6,
	"living_street": 7, "track": 8, "footway": 9,
}

// base is the county-wide map: water, hills, railways, main roads with their bridges, and boundaries. Of a lone town
// only what comes near it is kept.
func (w *world) base(c *County) []BaseFeature {
	var out []BaseFeature
	for i, h := range w.hills {
		name, english := hillName(i)
		out = append(out, BaseFeature{Layer: "landuse", Class: "forest", Name: name, NameEN: english, Rank: 4, MinZoom: 8,
			Geometry: h.ring(64).polygon()})
	}
	for i, l := range w.lakes {
		name, english := lakeName(i)
		out = append(out, BaseFeature{Layer: "water", Class: "reservoir", Name: name, NameEN: english, Rank: 3, MinZoom: 8,
			Geometry: l.ring(72).polygon()})
	}
	for _, l := range w.lines {
		out = append(out, w.features(l)...)
	}
	for i, t := range c.Towns {
		out = append(out,
			BaseFeature{Layer: "boundary", Class: "town", Name: t.Name, NameEN: c.plans[i].english, Rank: 8, MinZoom: 9,
				Geometry: orb.LineString(t.Outline[0][0])},
			BaseFeature{Layer: "place", Class: "town", Name: t.Name, NameEN: c.plans[i].english, Rank: 2, MinZoom: 8,
				Geometry: c.rings[i].centre().pt().point()})
	}
	out = append(out, BaseFeature{Layer: "boundary", Class: "county", Name: countyName, NameEN: "Zoucheng", Rank: 6, MinZoom: 5,
		Geometry: orb.LineString(c.Outline[0][0])},
		BaseFeature{Layer: "place", Class: "city", Name: countyName, NameEN: "Zoucheng", Rank: 1, MinZoom: 5,
			Geometry: w.grid.centre.pt().point()})
	return near(out, c.Outline.Bound().Pad(0.02))
}

func near(features []BaseFeature, within orb.Bound) []BaseFeature {
	out := features[:0]
	for _, f := range features {
		if within.Intersects(f.Geometry.Bound()) {
			out = append(out, f)
		}
	}
	return out
}

// features is a line of the county in pieces: its water as ground, its bridges apart.
func (w *world) features(l way) []BaseFeature {
	f := BaseFeature{Layer: l.layer, Class: l.class, Name: l.name, NameEN: l.english, Rank: l.rank, MinZoom: minZooms[l.class]}
	if l.layer == "waterway" {
		f.MinZoom = 6 + l.rank
		f.Geometry = lineString(onGrid(l.line))
		out := []BaseFeature{f}
		for k := 0; k+1 < len(l.line) && l.width > 24; k += 24 {
			piece := l.line[k:min(len(l.line), k+25)]
			if len(piece) < 2 {
				break
			}
			bank := beside(piece, l.width/2)
			other := beside(piece, -l.width/2)
			for i := len(other) - 1; i >= 0; i-- {
				bank = append(bank, other[i])
			}
			out = append(out, BaseFeature{Layer: "water", Class: "river", Name: l.name, NameEN: l.english, Rank: l.rank,
				MinZoom: 9, Geometry: clockless(onGrid(bank)).polygon()})
		}
		return out
	}
	if l.layer == "rail" {
		f.MinZoom = 7
	}
	return w.bridged(f, onGrid(l.line))
}

// clockless turns a ring counter-clockwise.
func clockless(r ring) ring {
	if r.area() < 0 {
		for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
			r[i], r[j] = r[j], r[i]
		}
	}
	return r
}

// bridged cuts a line where it crosses water, so that the crossing is a bridge.
func (w *world) bridged(f BaseFeature, points []pt) []BaseFeature {
	var out []BaseFeature
	begin := 0
	emit := func(from, to int, bridge bool) {
		if to > from {
			g := f
			g.Bridge, g.Geometry = bridge, lineString(points[from:to+1])
			out = append(out, g)
		}
	}
	for k := 1; k < len(points); k++ {
		if w.overWater(points[k-1].vec(), points[k].vec()) {
			emit(begin, k-1, false)
			emit(k-1, k, true)
			begin = k
		}
	}
	emit(begin, len(points)-1, false)
	return out
}

// addRoad puts a road on the town's base map.
func (t *townMaker) addRoad(class, name, english string, points []pt) {
	if len(points) < 2 {
		return
	}
	t.base = append(t.base, t.bridged(BaseFeature{Layer: "road", Class: class, Name: name, NameEN: english,
		Rank: ranks[class], MinZoom: minZooms[class]}, points)...)
}

// addStreet puts a street of the grid on the map; the deeper the cut, the smaller the street.
func (t *townMaker) addStreet(points []pt, depth int) {
	class := "living_street"
	switch {
	case depth <= 1:
		class = "secondary"
	case depth <= 3:
		class = "tertiary"
	case depth <= 7:
		class = "residential"
	}
	a, b := t.grid.of(points[0].vec()), t.grid.of(points[len(points)-1].vec())
	across := math.Abs(a.y-b.y) < math.Abs(a.x-b.x)
	at := (a.x + b.x) / 2
	if across {
		at = (a.y + b.y) / 2
	}
	name, english := "", ""
	if depth <= 6 {
		name, english = streetName(across, at, t.plan.english)
	}
	t.addRoad(class, name, english, points)
	if depth <= 4 {
		t.addPoint(BaseFeature{Layer: "poi", Class: "stop", Name: name, NameEN: english}, points[len(points)/2].vec())
	}
}

// addBoundaryRoad draws what two areas meet at: a street, a road, a brook, or only a field's edge.
func (t *townMaker) addBoundaryRoad(l cutLine) {
	if l.streets {
		t.addStreet(l.points, l.depth-2)
		return
	}
	roll := share(l.points[0].hash(t.seed), 3)
	switch {
	case l.depth < 2:
		t.addRoad("tertiary", "", "", l.points)
	case roll < 0.13:
		t.base = append(t.base, BaseFeature{Layer: "waterway", Class: "stream", Rank: 5, MinZoom: 12, Geometry: lineString(l.points)})
	case roll < 0.22:
		t.base = append(t.base, BaseFeature{Layer: "waterway", Class: "canal", Rank: 5, MinZoom: 13, Geometry: lineString(l.points)})
	case roll < 0.72 || l.depth < 4:
		t.addRoad("unclassified", "", "", l.points)
	default:
		t.addRoad("track", "", "", l.points)
	}
}

// addLane draws a village lane and the track it goes on as.
func (t *townMaker) addLane(r ring, i, j int, path []pt) {
	class := "track"
	if share(r[i].hash(t.seed), 4) < 0.4 {
		class = "unclassified"
	}
	t.addRoad(class, "", "", append(append([]pt{r[i]}, path...), r[j]))
}

func (t *townMaker) addGround(f BaseFeature, r ring) {
	f.Layer, f.Rank, f.Geometry = "landuse", 5, r.polygon()
	t.base = append(t.base, f)
}

func (t *townMaker) addPoint(f BaseFeature, at vec) {
	f.MinZoom, f.Geometry = min(16, 8+f.Rank), at.pt().point()
	if rank, zoom, known := vector.BaseClass(f.Layer, f.Class); known {
		f.Rank, f.MinZoom = rank, zoom
	}
	t.base = append(t.base, f)
}

// addHamletGround draws the ground of a hamlet: row by row from its first lot to its last.
func (t *townMaker) addHamletGround(h *hamlet) {
	low, high := map[int]int{}, map[int]int{}
	first, last := math.MaxInt, math.MinInt
	for _, l := range h.lots {
		if _, ok := low[l.row]; !ok {
			low[l.row], high[l.row] = l.column, l.column
		}
		low[l.row], high[l.row] = min(low[l.row], l.column), max(high[l.row], l.column)
		first, last = min(first, l.row), max(last, l.row)
	}
	var west, east []vec
	for row := first; row <= last; row++ {
		if _, ok := low[row]; !ok {
			continue
		}
		x0, x1 := left(low[row])-7, left(high[row])+lotWidth+7
		y0, y1 := bottom(row)-5, bottom(row)+lotDepth+4
		west = append(west, h.at(x0, y0), h.at(x0, y1))
		east = append(east, h.at(x1, y0), h.at(x1, y1))
	}
	for i := len(west) - 1; i >= 0; i-- {
		east = append(east, west[i])
	}
	if len(east) < 4 {
		return
	}
	t.addGround(BaseFeature{Class: "residential", MinZoom: 10}, ring(onGrid(east)))
	t.addFootways(h)
}

func (w *world) dry(v vec) bool {
	for _, h := range w.hills {
		if h.holds(v) {
			return false
		}
	}
	for _, l := range w.lakes {
		if l.holds(v) {
			return false
		}
	}
	return true
}

// addPlaces names the villages and communities.
func (t *townMaker) addPlaces(plots []plot) {
	for _, p := range plots {
		class, rank := "village", 4
		if p.residents {
			class, rank = "suburb", 4
		}
		t.base = append(t.base, BaseFeature{Layer: "place", Class: class, Name: p.name, NameEN: p.english, Rank: rank, MinZoom: 11,
			Geometry: p.middle.pt().point()})
	}
	t.addPoint(BaseFeature{Layer: "poi", Class: "townhall", Name: fmt.Sprintf("%s人民政府", t.plan.name),
		NameEN: t.plan.english + " Government", Rank: 4}, t.middle.add(vec{40, 40}))
}

// addFootways draws the lanes between a hamlet's blocks of lots as far as there are lots on both sides.
func (t *townMaker) addFootways(h *hamlet) {
	type span struct{ from, to int }
	lanes := map[int]span{}
	for _, l := range h.lots {
		if l.column%lotsAbreast != 0 {
			continue
		}
		s, ok := lanes[l.column]
		if !ok {
			s = span{l.row, l.row}
		}
		lanes[l.column] = span{min(s.from, l.row), max(s.to, l.row)}
	}
	for _, column := range slices.Sorted(maps.Keys(lanes)) {
		s := lanes[column]
		x := laneX(column)
		t.addRoad("footway", "", "", onGrid([]vec{h.at(x, bottom(s.from)-3), h.at(x, bottom(s.to)+lotDepth+2)}))
	}
}
