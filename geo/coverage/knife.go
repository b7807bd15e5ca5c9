package coverage

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// blade is a line that is to cut the chosen members, and their boundary.
type blade struct {
	*bench
	edges     []edge // of the chosen members' boundaries
	index     *grid
	tolerance float64 // metres
	line      []geo.Place
	closed    bool
}

// contact is where a line meets a boundary.
type contact struct {
	segment int     // of the line
	along   float64 // how far on the segment, from 0 to 1
	x, y    float64 // on the grid
	edge    int32   // of the blade
	at      geo.Place
	exact   bool // at is on the edge, else it is to be found
}

// sharpen reads a line and finds its boundary; edges are those that the line may meet.
func (b *bench) sharpen(line []orb.Point, tolerance float64, boundary func(e edge) bool) (*blade, error) {
	k := &blade{bench: b, tolerance: max(tolerance, 0)}
	if math.IsNaN(tolerance) {
		return nil, &Error{Reason: BadLine, Detail: "tolerance is not a number"}
	}
	all, _ := b.plane.edges()
	for _, e := range all {
		if boundary(e) {
			k.edges = append(k.edges, e)
		}
	}
	k.index = newGrid(len(k.edges), k.ends)
	for i, v := range line {
		at, err := geo.PlaceOf(v)
		if err != nil {
			return nil, &Error{BadLine, near(line, i), "a vertex is not a place on earth"}
		}
		if at = k.snap(at); len(k.line) == 0 || k.line[len(k.line)-1] != at {
			k.line = append(k.line, at)
		}
	}
	if len(k.line) < 2 {
		return nil, &Error{Reason: BadLine, At: first(line), Detail: "it has fewer than two places"}
	}
	k.closed = k.line[0] == k.line[len(k.line)-1]
	return k, k.simple()
}

func first(line []orb.Point) orb.Point {
	if len(line) == 0 {
		return orb.Point{}
	}
	return line[0]
}

func (k *blade) ends(i int) (a, b geo.Place) { return k.places[k.edges[i].a], k.places[k.edges[i].b] }

// snap gives the vertex of the boundary nearest to a place within the tolerance, or the place.
func (k *blade) snap(at geo.Place) geo.Place {
	best, least := at, k.tolerance
	k.around(at, at, func(i int32) {
		a, b := k.ends(int(i))
		for _, v := range []geo.Place{a, b} {
			if d := k.distance(at, v); d < least || d == least && d > 0 && before(v, best) {
				best, least = v, d
			}
		}
	})
	return best
}

func before(a, b geo.Place) bool { return a.X < b.X || a.X == b.X && a.Y < b.Y }

func (k *blade) distance(a, b geo.Place) float64 {
	return math.Hypot(k.meters.vector(a, b))
}

// around visits the boundary within the tolerance of the box of two places.
func (k *blade) around(a, b geo.Place, visit func(i int32)) {
	r := k.meters.units(k.tolerance) + 1
	k.index.around(box{min(a.X, b.X) - r, min(a.Y, b.Y) - r, max(a.X, b.X) + r, max(a.Y, b.Y) + r}, visit)
}

// simple refuses a line that crosses or touches itself; its ends may be one place.
func (k *blade) simple() error {
	n := len(k.line) - 1
	index := newGrid(n, func(i int) (a, b geo.Place) { return k.line[i], k.line[i+1] })
	for cell := range index.columns * index.rows {
		items := index.in(cell)
		for x, i := range items {
			for _, j := range items[x+1:] {
				if at, meet := k.meets(int(min(i, j)), int(max(i, j))); meet {
					return &Error{Reason: LineCrossesSelf, At: at.Point()}
				}
			}
		}
	}
	return nil
}

// meets tells whether two segments of the line, of which the first comes first, meet but for being neighbours.
func (k *blade) meets(i, j int) (geo.Place, bool) {
	a, b, c, d := k.line[i], k.line[i+1], k.line[j], k.line[j+1]
	switch {
	case cross(a, b, c, d):
		return crossing(a, b, c, d), true
	case on(a, b, d) && !(k.closed && i == 0 && j == len(k.line)-2):
		return d, true
	case on(c, d, a) && !(k.closed && i == 0 && j == len(k.line)-2):
		return a, true
	case j == i+1:
		return b, false
	case on(a, b, c):
		return c, true
	}
	return b, on(c, d, b)
}

// contacts finds where the line meets the boundary, each place once, in the line's order.
func (k *blade) contacts() []contact {
	return slices.CompactFunc(k.meetings(), func(a, b contact) bool { return a.exact && b.exact && a.at == b.at })
}

// meetings finds where the line meets each edge of the boundary, in the line's order. Its ends, if they stop short of the
// boundary by no more than the tolerance, meet it.
func (k *blade) meetings() []contact {
	var found []contact
	for s := range len(k.line) - 1 {
		u, v := k.line[s], k.line[s+1]
		seen := map[int32]bool{}
		k.index.around(box{min(u.X, v.X), min(u.Y, v.Y), max(u.X, v.X), max(u.Y, v.Y)}, func(i int32) {
			if !seen[i] {
				seen[i] = true
				found = append(found, k.touch(s, i)...)
			}
		})
	}
	if !k.closed {
		found = append(found, k.reach(0, 0, found)...)
		found = append(found, k.reach(len(k.line)-2, 1, found)...)
	}
	slices.SortStableFunc(found, func(a, b contact) int {
		return cmp.Or(cmp.Compare(float64(a.segment)+a.along, float64(b.segment)+b.along), cmp.Compare(a.at.X, b.at.X), cmp.Compare(a.at.Y, b.at.Y))
	})
	return found
}

// touch gives where a segment meets an edge.
func (k *blade) touch(s int, i int32) (found []contact) {
	u, v := k.line[s], k.line[s+1]
	a, b := k.ends(int(i))
	exactly := func(at geo.Place) {
		found = append(found, contact{s, fraction(u, v, at), float64(at.X), float64(at.Y), i, at, true})
	}
	if cross(u, v, a, b) {
		x, y := float64(v.X-u.X), float64(v.Y-u.Y)
		p, q := float64(b.X-a.X), float64(b.Y-a.Y)
		t := (float64(a.X-u.X)*q - float64(a.Y-u.Y)*p) / (x*q - y*p)
		return []contact{{segment: s, along: t, x: float64(u.X) + t*x, y: float64(u.Y) + t*y, edge: i}}
	}
	for _, at := range []geo.Place{a, b} {
		if on(u, v, at) {
			exactly(at)
		}
	}
	for _, at := range []geo.Place{u, v} {
		if at != a && at != b && on(a, b, at) {
			exactly(at)
		}
	}
	return found
}

func fraction(u, v, at geo.Place) float64 {
	if v.X-u.X != 0 && abs(v.X-u.X) >= abs(v.Y-u.Y) {
		return float64(at.X-u.X) / float64(v.X-u.X)
	}
	return float64(at.Y-u.Y) / float64(v.Y-u.Y)
}

func abs(v int64) int64 { return max(v, -v) }

// reach gives the contact of an end of the line that stops short of the boundary within the tolerance.
func (k *blade) reach(s int, along float64, found []contact) []contact {
	end := k.line[s+int(along)]
	if slices.ContainsFunc(found, func(c contact) bool { return c.exact && c.at == end }) {
		return nil
	}
	least, best := k.tolerance, contact{edge: none}
	k.around(end, end, func(i int32) {
		a, b := k.ends(int(i))
		x, y := k.foot(end, a, b)
		if d := math.Hypot((x-float64(end.X))*k.meters.east, (y-float64(end.Y))*k.meters.north); d <= least {
			least, best = d, contact{segment: s, along: along*1.5 - 0.25, x: x, y: y, edge: i}
		}
	})
	if best.edge == none {
		return nil
	}
	return []contact{best}
}

// foot gives the place on an edge nearest to another, by the metre.
func (k *blade) foot(p, a, b geo.Place) (x, y float64) {
	u, v := k.meters.vector(a, b)
	s, w := k.meters.vector(a, p)
	t := min(max((s*u+w*v)/(u*u+v*v), 0), 1)
	return float64(a.X) + t*float64(b.X-a.X), float64(a.Y) + t*float64(b.Y-a.Y)
}

// hold gives the vertices over which a cut that comes from inside leaves at a contact, the one on the boundary last.
//
//  1. the nearer end of the edge within the tolerance, or a place of the grid that is exactly on the edge;
//  2. if the edge has a member on both sides, the nearest place: they both follow;
//  3. else a place beside the edge, within two units of it, and from there to the nearer end: the union must not change.
func (k *blade) hold(c contact) ([]geo.Place, error) {
	if c.exact {
		return []geo.Place{c.at}, nil
	}
	a, b := k.ends(int(c.edge))
	near, far := a, b
	if k.off(c, b) < k.off(c, a) {
		near, far = b, a
	}
	if k.off(c, near) <= k.tolerance {
		return []geo.Place{near}, nil
	}
	if at, ok := k.lattice(c, a, b); ok {
		return []geo.Place{at}, nil
	}
	at := geo.Place{X: int64(math.Floor(c.x + 0.5)), Y: int64(math.Floor(c.y + 0.5))}
	if k.shared(k.edges[c.edge]) {
		return []geo.Place{at}, nil
	}
	for _, end := range []geo.Place{near, far} {
		if beside, ok := k.beside(at, end, k.edges[c.edge]); ok {
			return []geo.Place{beside, end}, nil
		}
	}
	return nil, &Error{Reason: LineTooClose, At: at.Point()}
}

// off gives how far in metres a contact is from a place.
func (k *blade) off(c contact, p geo.Place) float64 {
	return math.Hypot((c.x-float64(p.X))*k.meters.east, (c.y-float64(p.Y))*k.meters.north)
}

// lattice gives the place of the grid on an edge between its ends that is nearest to a contact, if it is within the tolerance.
func (k *blade) lattice(c contact, a, b geo.Place) (geo.Place, bool) {
	n := gcd(abs(b.X-a.X), abs(b.Y-a.Y))
	if n < 2 {
		return geo.Place{}, false
	}
	dx, dy := (b.X-a.X)/n, (b.Y-a.Y)/n
	steps := math.Round(((c.x-float64(a.X))*float64(dx) + (c.y-float64(a.Y))*float64(dy)) / (float64(dx)*float64(dx) + float64(dy)*float64(dy)))
	i := min(max(int64(steps), 1), n-1)
	at := geo.Place{X: a.X + i*dx, Y: a.Y + i*dy}
	return at, k.off(c, at) <= max(k.tolerance, 1.5*max(k.meters.east, k.meters.north))
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// beside finds a place next to an edge, inside the member but not on the edge even on the grid, from which nothing stands in
// the way to an end of the edge.
func (k *blade) beside(at, end geo.Place, e edge) (geo.Place, bool) {
	a, b := k.places[e.a], k.places[e.b]
	inside := 1
	if e.left < 0 {
		inside = -1
	}
	best, least := geo.Place{}, math.Inf(1)
	for dx := int64(-3); dx <= 3; dx++ {
		for dy := int64(-3); dy <= 3; dy++ {
			q := geo.Place{X: at.X + dx, Y: at.Y + dy}
			far := math.Hypot(float64(dx), float64(dy))
			if far < least && geo.Turn(a, b, q) == inside && !passes(a, b, q) && k.clear(q, end) {
				best, least = q, far
			}
		}
	}
	return best, !math.IsInf(least, 1)
}

// clear tells whether nothing of the boundary comes near the way from a place to a vertex of the boundary.
func (k *blade) clear(q, end geo.Place) bool {
	free := true
	k.index.around(box{min(q.X, end.X) - 1, min(q.Y, end.Y) - 1, max(q.X, end.X) + 1, max(q.Y, end.Y) + 1}, func(i int32) {
		a, b := k.ends(int(i))
		for _, v := range []geo.Place{a, b} {
			free = free && (v == end || !passes(q, end, v))
		}
		free = free && !cross(q, end, a, b) && !(passes(a, b, q))
	})
	return free
}
