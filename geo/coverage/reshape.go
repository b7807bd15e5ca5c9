package coverage

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// Reshape replaces a stretch of the boundary between two members by a line, which begins and ends on it (within the
// tolerance, in metres; what reaches beyond is left out) and may cross it in between; both members follow. Of a closed
// boundary that stretch is replaced that moves less ground. Members that the moved ground encloses stay where they are.
//
// It is refused with an *Error: BadLine, LineCrossesSelf, NoSharedBoundary, LineLeaves, LineTooClose, LineDividesNot (the line
// runs where the boundary is), CutsApart, NothingLeft, NotSound, NotApart.
func Reshape(members []orb.MultiPolygon, line orb.LineString, tolerance float64) (Edit, error) {
	one, other, err := between(members, line, tolerance)
	if err != nil {
		return nil, err
	}
	b, err := prepare(members, one, other)
	if err != nil {
		return nil, err
	}
	k, err := b.sharpen(line, tolerance, b.bounds)
	if err != nil {
		return nil, err
	}
	cuts, ends, err := k.replacement()
	if err != nil {
		return nil, err
	}
	if err := b.lay(cuts); err != nil {
		return nil, err
	}
	l, owner, err := b.ground()
	if err != nil {
		return nil, err
	}
	moved, err := l.swept(b, ends)
	if err != nil {
		return nil, err
	}
	for _, f := range moved {
		owner[f] = int32(one+other) - owner[f]
	}
	e := l.divided(owner, one, other)
	for _, m := range []int{one, other} {
		switch {
		case len(e[m]) == 0:
			return nil, &Error{Reason: NothingLeft, At: members[m][0][0][0]}
		case len(e[m]) > len(members[m]):
			return nil, &Error{Reason: CutsApart, At: e[m][len(e[m])-1][0][0]}
		}
	}
	return b.give(e)
}

// between finds the two members of whose boundary a line is to replace a stretch: those that it meets farthest apart.
func between(members []orb.MultiPolygon, line orb.LineString, tolerance float64) (one, other int, err error) {
	b := &bench{members: members, near: make([]bool, len(members)+1), plane: newPlane(64)}
	bound := line.Bound().Pad(pad + max(tolerance, 0)/50000) // degrees; enough up to 60° of latitude
	for i, m := range members {
		if len(m) > 0 && bound.Intersects(m.Bound()) {
			b.readMember(i, m)
		}
	}
	if len(b.places) > 0 {
		b.meters = metersAt(b.places[0])
	}
	k, err := b.sharpen(line, tolerance, b.shared)
	if err != nil {
		return 0, 0, err
	}
	type span struct{ from, to float64 }
	spans := map[[2]int]span{}
	for _, c := range k.meetings() {
		left, right := b.flanks(k.edges[c.edge])
		pair := [2]int{int(min(left, right)), int(max(left, right))}
		if s, met := spans[pair]; met {
			spans[pair] = span{s.from, position(c)}
		} else {
			spans[pair] = span{position(c), position(c)}
		}
	}
	best, longest := [2]int{none, none}, 0.0
	for pair, s := range spans {
		if d := s.to - s.from; d > longest || d == longest && d > 0 && slices.Compare(pair[:], best[:]) < 0 {
			best, longest = pair, d
		}
	}
	if longest == 0 {
		return 0, 0, &Error{Reason: NoSharedBoundary, At: k.line[0].Point()}
	}
	return best[0], best[1], nil
}

// replacement gives the line from the first to the last place where it meets the boundary between the two members, and those
// places.
func (k *blade) replacement() (cuts [][]geo.Place, ends [2]geo.Place, err error) {
	found := k.meetings()
	isShared := func(c contact) bool {
		left, right := k.flanks(k.edges[c.edge])
		return k.isCut(left) && k.isCut(right)
	}
	first := slices.IndexFunc(found, isShared)
	last := len(found) - 1
	for last > first && !isShared(found[last]) {
		last--
	}
	if first < 0 || first == last {
		return nil, ends, &Error{Reason: NoSharedBoundary, At: k.line[0].Point()}
	}
	for i := first + 1; i <= last; i++ {
		x, y := k.middle(found[i-1], found[i])
		stroke, err := k.stroke(found[i-1], found[i])
		if err != nil {
			return nil, ends, err
		}
		if len(stroke) > 1 && !k.inside(x, y) {
			at := geo.Place{X: int64(x), Y: int64(y)}
			return nil, ends, &Error{Reason: LineLeaves, At: at.Point()}
		}
		cuts = append(cuts, stroke)
	}
	if len(cuts) == 0 {
		return nil, ends, &Error{Reason: LineDividesNot, At: k.line[0].Point()}
	}
	tail := cuts[len(cuts)-1]
	return cuts, [2]geo.Place{cuts[0][0], tail[len(tail)-1]}, nil
}

// swept lists the faces between a cut and the stretch of the shared boundary that it replaces: those with nothing else around
// them. Where two stretches join the ends, it is the one that sweeps less.
func (l *layer) swept(b *bench, ends [2]geo.Place) ([]int32, error) {
	from, to := b.vertex(ends[0]), b.vertex(ends[1])
	var best []int32
	least := wide{}
	reached := false
	for _, stretch := range l.stretches(b, from, to) {
		reached = true
		var faces []int32
		sum := wide{}
		for f := 1; f < len(l.faces); f++ {
			if l.boundedBy(b, int32(f), stretch) {
				faces = append(faces, int32(f))
				sum = sum.plus(l.area(int32(f)))
			}
		}
		if len(faces) > 0 && (best == nil || sum.minus(least).sign() < 0) {
			best, least = faces, sum
		}
	}
	switch {
	case !reached:
		return nil, &Error{Reason: NoSharedBoundary, At: ends[1].Point(), Detail: "another member's boundary ends between"}
	case best == nil:
		return nil, &Error{Reason: LineDividesNot, At: ends[0].Point()}
	}
	return best, nil
}

// stretches gives the edges of each way along the shared boundary from one vertex to another, which passes no third member's.
func (l *layer) stretches(b *bench, from, to int32) (out []map[int32]bool) {
	at := map[int32][]int32{}
	for i := range l.owners {
		if l.separates(b, int32(i)) {
			e := l.edges[i]
			at[e.a], at[e.b] = append(at[e.a], int32(i)), append(at[e.b], int32(i))
		}
	}
	slices.SortFunc(at[from], func(i, j int32) int { return cmp.Compare(i, j) })
	for _, i := range at[from] {
		way := map[int32]bool{}
		v := from
		for !way[i] {
			way[i] = true
			if v = l.edges[i].a + l.edges[i].b - v; v == to || len(at[v]) != 2 {
				break
			}
			i = at[v][0] + at[v][1] - i
		}
		if v == to {
			out = append(out, way)
		}
	}
	return out
}

// separates tells whether an edge has one of the two members on either side.
func (l *layer) separates(b *bench, i int32) bool {
	sides := 0
	for _, u := range l.owners[i] {
		if u.member != b.knife() {
			sides++
		}
	}
	return sides == 2
}

// boundedBy tells whether around a face there are but cuts and edges of a stretch, and one of them at least.
func (l *layer) boundedBy(b *bench, f int32, stretch map[int32]bool) bool {
	some := false
	for _, h := range l.around(l.faces[f][0]) {
		if stretch[h>>1] {
			some = true
			continue
		}
		if slices.ContainsFunc(l.owners[h>>1], func(u use) bool { return u.member != b.knife() }) {
			return false
		}
	}
	return some
}
