package areas

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// bend is an edge of a boundary that got vertices: where it begins, what was put in, and where it ends.
type bend []orb.Point

// staysWithin tells whether no ground goes from one place of a level to another: their outlines get vertices at most.
func (r *redrawing) staysWithin(level Level) bool {
	var within Code
	for _, i := range r.moved {
		places := []Code{r.code[i].At(level)}
		if !r.isNew(i) {
			places = append(places, r.before[i].Code.At(level))
		}
		for _, code := range places {
			if within == "" {
				within = code
			}
			if code != within {
				return false
			}
		}
	}
	return within != "" && !r.anew
}

// bends are the edges of the members beside a change that got vertices.
func (r *redrawing) bends() (out []bend) {
	for _, i := range r.bent {
		for j, polygon := range r.before[i].Geometry {
			for k, ring := range polygon {
				out = append(out, bendsOf(ring, r.after[i][j][k])...)
			}
		}
	}
	return out
}

// bendsOf compares a ring with the same ring in which vertices were put, see coverage.OnlyVertices.
func bendsOf(before, after orb.Ring) (out []bend) {
	at := 0
	for i := 1; i < len(before); i++ {
		edge := bend{after[at]}
		for at++; !samePlace(after[at], before[i]); at++ {
			edge = append(edge, after[at])
		}
		if edge = append(edge, after[at]); len(edge) > 2 {
			out = append(out, edge)
		}
	}
	return out
}

func samePlace(a, b orb.Point) bool {
	p, err1 := geo.PlaceOf(a)
	q, err2 := geo.PlaceOf(b)
	return err1 == nil && err2 == nil && p == q
}

// bent puts into an outline what was put into the edges that lie on it.
func bent(outline orb.MultiPolygon, bends []bend) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(outline))
	for i, polygon := range outline {
		for _, ring := range polygon {
			next := orb.Ring{ring[0]}
			for k := 1; k < len(ring); k++ {
				for _, b := range bendsOn(ring[k-1], ring[k], bends) {
					next = append(next, b...)
				}
				next = append(next, ring[k])
			}
			out[i] = append(out[i], slices.Compact(next))
		}
	}
	return out
}

// bendsOn finds those that lie on an edge, in its direction and order.
func bendsOn(from, to orb.Point, bends []bend) (out []bend) {
	along := func(p orb.Point) float64 { return (p[0]-from[0])*(to[0]-from[0]) + (p[1]-from[1])*(to[1]-from[1]) }
	for _, b := range bends {
		if !liesOn(from, to, b[0]) || !liesOn(from, to, b[len(b)-1]) {
			continue
		}
		if along(b[0]) > along(b[len(b)-1]) {
			b = slices.Clone(b)
			slices.Reverse(b)
		}
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b bend) int { return cmp.Compare(along(a[0]), along(b[0])) })
	return out
}

// liesOn tells whether a vertex lies on an edge.
func liesOn(from, to, p orb.Point) bool {
	return (orb.MultiPoint{from, to}).Bound().Contains(p) && !turns(from, p, to)
}
