package tiles

import (
	"math"

	"github.com/paulmach/orb"
)

// The world is a square of 2^32 units a side in Web Mercator, its middle at 0: a unit is 9 mm at the equator and a sixteenth
// of a tile's unit at the deepest zoom.
const (
	worldBits = 32
	worldHalf = 1 << (worldBits - 1)
)

// spot is a place in the world, x to the east and y to the south.
type spot struct{ x, y int32 }

// spotOf projects degrees; what lies beyond the world comes to stand on its border.
func spotOf(lon, lat float64) spot {
	const size = 1 << worldBits
	return spot{x: worldUnit(lon / 360 * size), y: worldUnit(southOf(lat))}
}

// The projection of latitudes is most of what reading a geometry takes, so that it is known by strips: the value in the middle of
// each and its first three derivatives by the degree. Within a strip the rest is less than a thousandth of a unit.
const (
	stripsPerDegree = 64
	stripsTo        = 85 // degrees
)

var strips = func() (out [2 * stripsTo * stripsPerDegree][4]float64) {
	const turn, unit = math.Pi / 180, -(1 << worldBits) / (2 * math.Pi)
	for i := range out {
		lat := (float64(i)+0.5)/stripsPerDegree - stripsTo
		sec, tan := 1/math.Cos(lat*turn), math.Tan(lat*turn)
		out[i] = [4]float64{exactlySouthOf(lat), unit * turn * sec, unit * turn * turn * sec * tan / 2, unit * turn * turn * turn * sec * (tan*tan + sec*sec) / 6}
	}
	return out
}()

// southOf is how far south of the equator a latitude lies, in the world's units.
func southOf(lat float64) float64 {
	at := (lat + stripsTo) * stripsPerDegree
	if !(at >= 0 && at < float64(len(strips))) {
		return exactlySouthOf(lat)
	}
	i := int(at)
	s, d := &strips[i], lat-((float64(i)+0.5)/stripsPerDegree-stripsTo)
	return s[0] + d*(s[1]+d*(s[2]+d*s[3]))
}

func exactlySouthOf(lat float64) float64 {
	sin := math.Sin(lat * math.Pi / 180)
	sin = min(max(sin, -0.9999), 0.9999)
	return -0.25 * math.Log((1+sin)/(1-sin)) / math.Pi * (1 << worldBits)
}

// worldUnit rounds to the world's units; what is no number lies on the border.
func worldUnit(v float64) int32 {
	if !(v < worldHalf-1) {
		return worldHalf - 1
	}
	if v <= -worldHalf {
		return -worldHalf
	}
	return int32(int64(v+(worldHalf+0.5)) - worldHalf)
}

// box is a rectangle of the world with its border.
type box struct{ minX, minY, maxX, maxY int32 }

// nowhere is what any spot extends.
var nowhere = box{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32}

// everywhere is met by any box.
var everywhere = box{math.MinInt32, math.MinInt32, math.MaxInt32, math.MaxInt32}

func boxOf(b orb.Bound) box {
	northWest, southEast := spotOf(b.Min[0], b.Max[1]), spotOf(b.Max[0], b.Min[1])
	return box{northWest.x, northWest.y, southEast.x, southEast.y}
}

func (b box) with(p spot) box {
	return box{min(b.minX, p.x), min(b.minY, p.y), max(b.maxX, p.x), max(b.maxY, p.y)}
}

func (b box) and(o box) box {
	return box{min(b.minX, o.minX), min(b.minY, o.minY), max(b.maxX, o.maxX), max(b.maxY, o.maxY)}
}

func (b box) meets(o box) bool {
	return b.minX <= o.maxX && o.minX <= b.maxX && b.minY <= o.maxY && o.minY <= b.maxY
}

func (b box) within(o box) bool {
	return b.minX >= o.minX && b.maxX <= o.maxX && b.minY >= o.minY && b.maxY <= o.maxY
}

// grid lays a tile's own coordinates over the world: extent units a side, each of 2^shift of the world's.
type grid struct {
	x, y   int64 // of the tile's north-western corner in the world
	shift  uint
	shapes box // where lines and surfaces are drawn, the buffer included
	points box // where points are
	whole  box // how far a surface may reach that is not cut
}

func gridOf(z, x, y int) grid {
	g := grid{shift: uint(worldBits - extentBits - z)}
	g.x, g.y = int64(x)<<(worldBits-z)-worldHalf, int64(y)<<(worldBits-z)-worldHalf
	g.shapes, g.points, g.whole = g.around(buffer), g.around(pointBuffer), g.around(wholeBuffer)
	return g
}

// around is the tile with some of its units beyond each edge.
func (g grid) around(margin int64) box {
	side := func(corner, units int64) int32 {
		return int32(min(max(corner+units<<g.shift, math.MinInt32), math.MaxInt32))
	}
	return box{side(g.x, -margin), side(g.y, -margin), side(g.x, extent+margin), side(g.y, extent+margin)}
}

// local is a spot from the tile's corner, in the world's units.
type local struct{ x, y int64 }

func (g grid) local(p spot) local { return local{int64(p.x) - g.x, int64(p.y) - g.y} }

// pixel is a place on the tile's grid.
type pixel struct{ x, y int32 }

// pixel rounds to the grid. Which way depends on the spot alone, not on the tile, so that neighbouring tiles agree.
func (g grid) pixel(p local) pixel {
	half := int64(1) << g.shift >> 1
	return pixel{int32((p.x + half) >> g.shift), int32((p.y + half) >> g.shift)}
}

// flattens tells whether all of a box comes to lie in one column or one row of the grid, where no surface holds ground.
func (g grid) flattens(b box) bool {
	from, to := g.pixel(g.local(spot{b.minX, b.minY})), g.pixel(g.local(spot{b.maxX, b.maxY}))
	return from.x == to.x || from.y == to.y
}
