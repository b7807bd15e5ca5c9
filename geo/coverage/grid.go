package coverage

import (
	"math"

	"canvass/geo"
)

// grid finds what lies near: each cell lists the edges that pass within a unit of it.
type grid struct {
	west, south, cell int64
	columns, rows     int64
	start             []int32 // of each cell's items
	items             []int32
}

// box is an upright rectangle, its edges included.
type box struct{ west, south, east, north int64 }

// maxItems is how many cells an edge may lie in, on the average; if there are more, cells are made larger.
const maxItems = 8

// newGrid sorts n edges into cells about as large as they are.
func newGrid(n int, ends func(i int) (a, b geo.Place)) *grid {
	g := &grid{cell: 1}
	if n == 0 {
		return g
	}
	a, b := ends(0)
	west, south, east, north := a.X, a.Y, a.X, a.Y
	extent := 0.0
	for i := range n {
		a, b = ends(i)
		west, south = min(west, a.X, b.X), min(south, a.Y, b.Y)
		east, north = max(east, a.X, b.X), max(north, a.Y, b.Y)
		extent += float64(max(a.X-b.X, b.X-a.X, a.Y-b.Y, b.Y-a.Y))
	}
	g.west, g.south, g.cell = west-2, south-2, max(4, int64(extent)/int64(n))
	for {
		g.columns, g.rows = (east-g.west+2)/g.cell+1, (north-g.south+2)/g.cell+1
		if g.columns*g.rows <= 2*int64(n)+64 && g.fill(n, ends) {
			return g
		}
		g.cell *= 2
	}
}

// fill answers false if the items would be too many.
func (g *grid) fill(n int, ends func(i int) (a, b geo.Place)) bool {
	g.start = make([]int32, g.columns*g.rows+1)
	count, limit := 0, maxItems*n+256
	for i := range n {
		a, b := ends(i)
		g.cover(a, b, func(c int64) { g.start[c+1]++; count++ })
		if count > limit && g.columns*g.rows > 1 {
			return false
		}
	}
	for c := 1; c < len(g.start); c++ {
		g.start[c] += g.start[c-1]
	}
	g.items = make([]int32, count)
	for i := range n {
		a, b := ends(i)
		g.cover(a, b, func(c int64) {
			g.items[g.start[c]] = int32(i)
			g.start[c]++
		})
	}
	copy(g.start[1:], g.start[:len(g.start)-1])
	g.start[0] = 0
	return true
}

// cover visits the cells that an edge passes within a unit of.
func (g *grid) cover(a, b geo.Place, visit func(cell int64)) {
	first, last := g.row(min(a.Y, b.Y)-1), g.row(max(a.Y, b.Y)+1)
	left, right := g.column(min(a.X, b.X)-1), g.column(max(a.X, b.X)+1)
	narrow := right-left < 2 || last-first < 2
	for r := first; r <= last; r++ {
		from, to := left, right
		if !narrow {
			from, to = g.span(a, b, r)
			from, to = max(from, left), min(to, right)
		}
		for c := from; c <= to; c++ {
			visit(r*g.columns + c)
		}
	}
}

// span gives the columns that an edge passes in a row, with room for rounding.
func (g *grid) span(a, b geo.Place, row int64) (from, to int64) {
	if a.Y > b.Y {
		a, b = b, a
	}
	low := float64(max(a.Y, g.south+row*g.cell-2))
	high := float64(min(b.Y, g.south+(row+1)*g.cell+2))
	slope := float64(b.X-a.X) / float64(b.Y-a.Y)
	x1, x2 := float64(a.X)+(low-float64(a.Y))*slope, float64(a.X)+(high-float64(a.Y))*slope
	return g.column(int64(math.Floor(min(x1, x2))) - 2), g.column(int64(math.Ceil(max(x1, x2))) + 2)
}

func (g *grid) column(x int64) int64 { return min(max((x-g.west)/g.cell, 0), g.columns-1) }
func (g *grid) row(y int64) int64    { return min(max((y-g.south)/g.cell, 0), g.rows-1) }

// in lists the edges in a cell.
func (g *grid) in(cell int64) []int32 {
	if len(g.start) == 0 {
		return nil
	}
	return g.items[g.start[cell]:g.start[cell+1]]
}

// around visits the edges in the cells that a box meets, some more than once.
func (g *grid) around(b box, visit func(i int32)) {
	if len(g.start) == 0 {
		return
	}
	for r := g.row(b.south); r <= g.row(b.north); r++ {
		for c := g.column(b.west); c <= g.column(b.east); c++ {
			for _, i := range g.in(r*g.columns + c) {
				visit(i)
			}
		}
	}
}
