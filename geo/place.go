package geo

import "github.com/paulmach/orb"

// Place is a place on the grid, in units of 1e-7 degrees, for those who reckon with it exactly.
type Place struct{ X, Y int64 }

// PlaceOf gives the grid's place nearest to a point, or an *Invalid if it is not a number or out of range.
func PlaceOf(p orb.Point) (Place, error) {
	if err := checkPoint(p); err != nil {
		return Place{}, err
	}
	q := onGrid(p)
	return Place{q.x, q.y}, nil
}

// Point gives the place in degrees.
func (p Place) Point() orb.Point { return p.at().point() }

func (p Place) at() at { return at{p.X, p.Y} }

// Turn tells on which side of the line from a to b the place c lies: 1 left, -1 right, 0 on it. It is exact over the whole
// grid, and over one many times finer.
func Turn(a, b, c Place) int { return turn(a.at(), b.at(), c.at()) }

// Crosses tells whether the ray from q to the east meets the edge from a to b. The lower end belongs to the edge, the upper
// does not.
func Crosses(a, b, q Place) bool { return crosses(a.at(), b.at(), q.at()) }
