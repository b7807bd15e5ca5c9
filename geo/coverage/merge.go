package coverage

import "github.com/paulmach/orb"

// Merge makes members one, which keeps the first's number; the others are gone. The boundaries between them vanish, every
// vertex around them stays. Members that do not adjoin become parts; what they enclose stays a hole.
//
// It is refused with an *Error: NoSuchMember, NotSound, NotApart.
func Merge(members []orb.MultiPolygon, which ...int) (Edit, error) {
	if len(which) == 0 {
		return nil, &Error{Reason: NoSuchMember}
	}
	b, err := prepare(members, which...)
	if err != nil {
		return nil, err
	}
	if err := b.fit(b.bounds); err != nil {
		return nil, err
	}
	l, owner, err := b.ground()
	if err != nil {
		return nil, err
	}
	e := Edit{}
	for _, w := range which {
		e[w] = nil
	}
	e[which[0]] = l.assemble(func(f int32) bool { return owner[f] >= 0 })
	return b.give(e)
}

// fit gives members the vertices that they lack where another has one exactly on their edge, at the edges that are looked at; nil
// looks at all. It refuses members that cross, or miss one another by less than the grid tells.
func (b *bench) fit(looked func(edge) bool) (err error) {
	b.node(looked, func(hits []hit, edges []edge) {
		for _, h := range hits {
			e, at := edges[h.edge], b.places[h.vertex]
			if err == nil && (h.crossed || !on(b.places[e.a], b.places[e.b], at)) {
				err = &Error{Reason: NotApart, At: at.Point()}
			}
		}
	})
	return err
}
