package coverage

import (
	"math"
	"slices"

	"canvass/geo"
)

// strokes gives the stretches of the line that run inside, from boundary to boundary. What of the line lies outside is left
// out, however long it is.
//
//  1. cut the line where it meets the boundary;
//  2. keep what has its longest segment inside;
//  3. let each begin and end in vertices that the boundary can hold.
func (k *blade) strokes() ([][]geo.Place, error) {
	found := k.contacts()
	if len(found) == 0 {
		return k.whole()
	}
	var out [][]geo.Place
	last := len(found) - 1
	switch {
	case k.closed:
		found = append(found, found[0])
		found[last+1].segment += len(k.line) - 1
	case position(found[0]) > 0 && k.inside(k.middle(contact{x: float64(k.line[0].X), y: float64(k.line[0].Y), along: -1}, found[0])):
		return nil, &Error{Reason: LineEndsInside, At: k.line[0].Point()}
	default:
		end := k.line[len(k.line)-1]
		if position(found[last]) < float64(len(k.line)-1) && k.inside(k.middle(found[last], contact{segment: len(k.line), x: float64(end.X), y: float64(end.Y)})) {
			return nil, &Error{Reason: LineEndsInside, At: end.Point()}
		}
	}
	for i := 1; i < len(found); i++ {
		if !k.inside(k.middle(found[i-1], found[i])) {
			continue
		}
		stroke, err := k.stroke(found[i-1], found[i])
		if err != nil {
			return nil, err
		}
		if len(stroke) > 1 {
			out = append(out, stroke)
		}
	}
	return out, nil
}

// whole is what there is of a line that does not meet the boundary.
func (k *blade) whole() ([][]geo.Place, error) {
	at := k.line[0]
	switch {
	case !k.inside(float64(at.X), float64(at.Y)):
		return nil, nil
	case !k.closed:
		return nil, &Error{Reason: LineEndsInside, At: at.Point()}
	}
	return [][]geo.Place{k.line}, nil
}

func position(c contact) float64 { return float64(c.segment) + c.along }

// passed lists the vertices of the line between two contacts; past its end, a closed line begins again.
func (k *blade) passed(from, to contact) (out []geo.Place) {
	n := len(k.line) - 1
	for i := 0; float64(i) < position(to) && i <= 2*n; i++ {
		if float64(i) > position(from) && (i <= n || k.closed) {
			if i > n {
				out = append(out, k.line[i-n])
			} else {
				out = append(out, k.line[i])
			}
		}
	}
	return out
}

// middle gives the middle of the longest segment between two contacts.
func (k *blade) middle(from, to contact) (x, y float64) {
	longest := -1.0
	px, py := from.x, from.y
	step := func(qx, qy float64) {
		if d := math.Hypot(qx-px, qy-py); d > longest {
			longest, x, y = d, (px+qx)/2, (py+qy)/2
		}
		px, py = qx, qy
	}
	for _, at := range k.passed(from, to) {
		step(float64(at.X), float64(at.Y))
	}
	step(to.x, to.y)
	return x, y
}

// inside tells whether a place, which need not be on the grid, is within the chosen members. Very near a boundary it may be
// wrong; then it matters little.
func (k *blade) inside(x, y float64) bool {
	odd := false
	for _, e := range k.edges {
		left, right := k.flanks(e)
		if k.isCut(left) == k.isCut(right) {
			continue
		}
		a, b := k.places[e.a], k.places[e.b]
		if (float64(a.Y) > y) == (float64(b.Y) > y) {
			continue
		}
		if float64(a.X)+(y-float64(a.Y))*float64(b.X-a.X)/float64(b.Y-a.Y) > x {
			odd = !odd
		}
	}
	return odd
}

// stroke gives the vertices of a cut from one contact to the next.
func (k *blade) stroke(from, to contact) ([]geo.Place, error) {
	start, err := k.hold(from)
	if err != nil {
		return nil, err
	}
	end, err := k.hold(to)
	if err != nil {
		return nil, err
	}
	start = slices.Clone(start)
	slices.Reverse(start)
	passed := k.passed(from, to)
	if n := len(passed); n > 0 && k.grazes(passed[0], from) {
		passed = passed[1:]
	}
	if n := len(passed); n > 0 && k.grazes(passed[n-1], to) {
		passed = passed[:n-1]
	}
	return slices.Compact(append(append(start, passed...), end...)), nil
}

// grazes tells whether a vertex of the line lies so near to the edge of a contact that on the grid the edge runs through it:
// the contact stands for it.
func (k *blade) grazes(at geo.Place, c contact) bool {
	a, b := k.ends(int(c.edge))
	return at != a && at != b && passes(a, b, at)
}
