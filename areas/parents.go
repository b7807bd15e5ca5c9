package areas

import (
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"canvass/geo"
	"canvass/geo/coverage"
)

// parents lists the places of a level whose ground a change touches. Where it is but one, its outline stays as it is: nothing
// leaves it or comes in.
func (r *redrawing) parents(level Level) []Code {
	found := map[Code]bool{}
	for _, i := range slices.Concat(r.moved, r.bent) {
		switch {
		case !r.isNew(i):
			found[r.before[i].Code.At(level)] = true
		case len(r.code) > i:
			found[r.code[i].At(level)] = true
		default:
			found[r.codes[i].At(level)] = true
		}
	}
	delete(found, "")
	return slices.Sorted(maps.Keys(found))
}

// cornered lists the places of a level, besides those that follow anyway, at whose boundary two others meet now and did not
// before: their outlines get a vertex there, as those of the others have one.
func (r *redrawing) cornered(level Level) []Code {
	was, is := map[orb.Point]map[Code]bool{}, map[orb.Point]map[Code]bool{}
	for _, m := range r.before {
		meeting(was, m.Geometry, m.Code.At(level))
	}
	for i, ground := range r.after {
		meeting(is, ground, r.code[i].At(level))
	}
	parents, found := r.parents(level), map[Code]bool{}
	for p, places := range is {
		if len(places) < 3 || len(was[p]) > 2 {
			continue
		}
		for code := range places {
			if !slices.Contains(parents, code) {
				found[code] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// meeting notes which places meet at the vertices of a ground.
func meeting(at map[orb.Point]map[Code]bool, ground orb.MultiPolygon, place Code) {
	for _, polygon := range ground {
		for _, ring := range polygon {
			for _, p := range ring {
				if at[p] == nil {
					at[p] = map[Code]bool{}
				}
				at[p][place] = true
			}
		}
	}
}

// following lists the places of a level whose outlines follow a change, all of them in the order of their codes: none where
// it stays within one.
func (r *redrawing) following(level Level) []Code {
	several := r.parents(level)
	if len(several) < 2 {
		return nil
	}
	return slices.Sorted(slices.Values(append(several, r.cornered(level)...)))
}

// queueParentLocks locks the census areas, and the towns, whose codes or outlines a change may take part in, in the order of their
// codes. They come after all sub-areas and before all counts.
func (t *tx) queueParentLocks(r *redrawing) {
	if !t.writing {
		return
	}
	const area = `SELECT code FROM areas WHERE county = $1 AND code = $2 FOR NO KEY UPDATE`
	const town = `SELECT code FROM regions WHERE county = $1 AND code = $2 FOR NO KEY UPDATE`
	for _, code := range r.around(LevelArea) {
		t.later("lock areas and towns", area, t.county, code)
	}
	if len(r.parents(LevelTown)) > 1 {
		for _, code := range r.around(LevelTown) {
			t.later("lock areas and towns", town, t.county, code)
		}
	}
}

// around lists the places of a level that a change touches; where there are several, those beside them too, for their outlines
// may get a vertex.
func (r *redrawing) around(level Level) []Code {
	out := r.parents(level)
	if len(out) < 2 {
		return out
	}
	for _, m := range r.before {
		if code := m.Code.At(level); !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}

// raiseParents lets the outlines of census areas and towns follow where a change goes across them: an area is what its
// sub-areas are together, a town what its areas are. One without an outline, or a town with an area that has none, keeps what it
// has; an area that the change makes gets its own.
func (t *tx) raiseParents(ctx context.Context, r *redrawing) error {
	const subAreas = `
		SELECT s.geom
		  FROM sub_areas s
		 WHERE s.county = $1 AND s.code >= $2 AND s.code < $3 AND s.retired_at IS NULL AND s.geom IS NOT NULL
		 ORDER BY s.code`
	if err := t.raiseLevel(ctx, r, raising{level: LevelArea, layer: "areas", children: subAreas, write: areaRaised, past: areaPast}); err != nil {
		return err
	}
	const areas = `
		SELECT a.geom
		  FROM areas a
		 WHERE a.county = $1 AND a.code >= $2 AND a.code < $3 AND a.retired_at IS NULL
		   AND EXISTS (SELECT FROM regions r WHERE r.county = a.county AND r.code = a.town AND r.geom IS NOT NULL)
		   AND NOT EXISTS (SELECT FROM areas o WHERE o.county = a.county AND o.town = a.town AND o.retired_at IS NULL AND o.geom IS NULL)
		 ORDER BY a.code`
	return t.raiseLevel(ctx, r, raising{level: LevelTown, layer: "regions", children: areas, write: townRaised, past: townPast})
}

// raising is a level whose outlines follow: the statements that read a place's children, write its outline and keep its past;
// the outlines as they were, and their vertices.
type raising struct {
	level                        Level
	layer, children, write, past string
	was                          map[Code]orb.MultiPolygon
	kept                         map[orb.Point]bool
}

const (
	areaPast = `
		INSERT INTO past_members (county, code, revision, until, existed, retired, description, expected_households, geom)
		SELECT a.county, a.code, $3, r.at, true, a.retired_at IS NOT NULL, a.name, a.expected_households, a.geom
		  FROM areas a
		  JOIN revisions r ON r.county = a.county AND r.revision = $3
		 WHERE a.county = $1 AND a.code = $2
		    ON CONFLICT DO NOTHING`
	areaRaised = `UPDATE areas SET geom = $3, point = $4, revision = revision + 1 WHERE county = $1 AND code = $2`
	townPast   = `
		INSERT INTO past_members (county, code, revision, until, existed, retired, description, expected_households, geom)
		SELECT g.county, g.code, $3, r.at, true, g.retired_at IS NOT NULL, g.name, g.expected_households, g.geom
		  FROM regions g
		  JOIN revisions r ON r.county = g.county AND r.revision = $3
		 WHERE g.county = $1 AND g.code = $2
		    ON CONFLICT DO NOTHING`
	townRaised = `UPDATE regions SET geom = $3, point = $4, revision = revision + 1 WHERE county = $1 AND code = $2`
)

func (t *tx) raiseLevel(ctx context.Context, r *redrawing, l raising) error {
	l.was, l.kept = map[Code]orb.MultiPolygon{}, map[orb.Point]bool{}
	codes := r.following(l.level)
	for _, code := range codes {
		was, err := t.geometry(ctx, code)
		if err != nil {
			return err
		}
		if len(was) > 0 {
			l.was[code] = was
		}
		for _, p := range slices.Concat(verticesOf(was)...) {
			l.kept[p] = true
		}
	}
	for _, code := range codes {
		made := l.level == LevelArea && len(l.was) > 0 && !slices.ContainsFunc(r.before, func(m member) bool { return m.Code.At(LevelArea) == code })
		if _, outlined := l.was[code]; !outlined && !made {
			continue
		}
		if err := t.raise(ctx, r, code, l); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) raise(ctx context.Context, r *redrawing, code Code, l raising) error {
	was := l.was[code]
	together := was
	if len(was) > 0 && r.staysWithin(l.level) {
		together = bent(was, r.bends())
	} else {
		children, err := t.childrenOf(ctx, code, l)
		if err != nil || len(children) == 0 {
			return err
		}
		if together, err = union(children); err != nil {
			return err
		}
	}
	if together = r.thinned(together, l); orb.Equal(together, was) {
		return nil
	}
	if len(was) > 0 {
		t.note(drawnAt(l.layer, code.mapID(), t.county, was))
	}
	t.note(drawnAt(l.layer, code.mapID(), t.county, together))
	t.later("follow with the boundaries of areas and towns", l.past, t.county, code, r.revision)
	t.later("follow with the boundaries of areas and towns", l.write, t.county, code, together, geo.PointOnSurface(together))
	return nil
}

// childrenOf reads the outlines that a place's is made of.
func (t *tx) childrenOf(ctx context.Context, code Code, l raising) ([]orb.MultiPolygon, error) {
	lo, hi := code.span()
	rows, err := t.Query(ctx, l.children, t.county, lo, hi)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[orb.MultiPolygon])
}

// union is what members of a partition are together.
func union(members []orb.MultiPolygon) (orb.MultiPolygon, error) {
	which := make([]int, len(members))
	for i := range which {
		which[i] = i
	}
	e, err := coverage.Merge(members, which...)
	if err != nil {
		return nil, drawnWrong(err)
	}
	return e[0], nil
}

// thinned leaves out of an outline the vertices at which only its own parts meet: those on a straight way that no outline had
// there before, but where three places of the level meet, which all of them have.
func (r *redrawing) thinned(outline orb.MultiPolygon, l raising) orb.MultiPolygon {
	at := map[orb.Point]map[Code]bool{}
	for i, ground := range r.after {
		meeting(at, ground, r.code[i].At(l.level))
	}
	out := make(orb.MultiPolygon, len(outline))
	for i, polygon := range outline {
		for _, ring := range polygon {
			out[i] = append(out[i], straightened(ring, func(p orb.Point) bool { return l.kept[p] || len(at[p]) > 2 }))
		}
	}
	return out
}

// straightened leaves out the vertices of a ring that lie on a straight way and need not be kept. It begins where the ring does
// if that is kept, else at the first corner.
func straightened(ring orb.Ring, keep func(orb.Point) bool) orb.Ring {
	n := len(ring) - 1
	corner := func(i int) bool {
		before, here, after := ring[(i+n-1)%n], ring[i%n], ring[(i+1)%n]
		return keep(here) || turns(before, here, after)
	}
	var out orb.Ring
	for i := range n {
		if corner(i) {
			out = append(out, ring[i])
		}
	}
	if len(out) < 3 {
		return ring
	}
	return append(out, out[0])
}

func turns(a, b, c orb.Point) bool {
	p, err1 := geo.PlaceOf(a)
	q, err2 := geo.PlaceOf(b)
	s, err3 := geo.PlaceOf(c)
	return err1 != nil || err2 != nil || err3 != nil || geo.Turn(p, q, s) != 0
}
