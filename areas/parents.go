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

// lockParents locks the census areas, and the towns, whose codes or outlines a change may take part in, in the order of their
// codes. They come after all sub-areas and before all counts.
func (t *tx) lockParents(ctx context.Context, r *redrawing) error {
	if !t.writing {
		return nil
	}
	const area = `SELECT code FROM areas WHERE county = $1 AND code = $2 FOR NO KEY UPDATE`
	const town = `SELECT code FROM regions WHERE county = $1 AND code = $2 FOR NO KEY UPDATE`
	batch := &pgx.Batch{}
	for _, code := range r.parents(LevelArea) {
		batch.Queue(area, t.county, code)
	}
	if several := r.parents(LevelTown); len(several) > 1 {
		for _, code := range several {
			batch.Queue(town, t.county, code)
		}
	}
	return t.SendBatch(ctx, batch).Close()
}

// raiseParents lets the outlines of census areas and towns follow where a change goes across them: an area is what its
// sub-areas are together, a town what its areas are. One without an outline, or a town with an area that has none, keeps what it
// has.
func (t *tx) raiseParents(ctx context.Context, r *redrawing) error {
	if several := r.parents(LevelArea); len(several) > 1 {
		const children = `
			SELECT s.geom
			  FROM sub_areas s
			 WHERE s.county = $1 AND s.code >= $2 AND s.code < $3 AND s.retired_at IS NULL AND s.geom IS NOT NULL
			 ORDER BY s.code`
		for _, area := range several {
			if err := t.raise(ctx, r, area, raisings{"areas", children, areaRaised, areaPast}); err != nil {
				return err
			}
		}
	}
	if several := r.parents(LevelTown); len(several) > 1 {
		const children = `
			SELECT a.geom
			  FROM areas a
			 WHERE a.county = $1 AND a.code >= $2 AND a.code < $3 AND a.retired_at IS NULL
			   AND EXISTS (SELECT FROM regions r WHERE r.county = a.county AND r.code = a.town AND r.geom IS NOT NULL)
			   AND NOT EXISTS (SELECT FROM areas o WHERE o.county = a.county AND o.town = a.town AND o.retired_at IS NULL AND o.geom IS NULL)
			 ORDER BY a.code`
		for _, town := range several {
			if err := t.raise(ctx, r, town, raisings{"regions", children, townRaised, townPast}); err != nil {
				return err
			}
		}
	}
	return nil
}

// raisings are the statements that read a place's children, write its outline and keep its past.
type raisings struct{ layer, children, write, past string }

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

func (t *tx) raise(ctx context.Context, r *redrawing, code Code, sql raisings) error {
	was, err := t.geometry(ctx, code)
	if err != nil || len(was) == 0 {
		return err
	}
	lo, hi := code.span()
	rows, err := t.Query(ctx, sql.children, t.county, lo, hi)
	if err != nil {
		return err
	}
	children, err := pgx.CollectRows(rows, pgx.RowTo[orb.MultiPolygon])
	if err != nil || len(children) == 0 {
		return err
	}
	together, err := union(children)
	if err != nil {
		return err
	}
	together = r.thinned(together, was, code.Level())
	if orb.Equal(together, was) {
		return nil
	}
	t.note(drawnAt(sql.layer, code.mapID(), t.county, was))
	t.note(drawnAt(sql.layer, code.mapID(), t.county, together))
	batch := &pgx.Batch{}
	batch.Queue(sql.past, t.county, code, r.revision)
	batch.Queue(sql.write, t.county, code, together, geo.PointOnSurface(together))
	return t.SendBatch(ctx, batch).Close()
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

// thinned leaves out of an outline the vertices at which only its own parts meet: those on a straight way that the outline did
// not have before, but where three places of the level meet, which all of them have.
func (r *redrawing) thinned(outline, was orb.MultiPolygon, level Level) orb.MultiPolygon {
	kept := map[orb.Point]bool{}
	for _, polygon := range was {
		for _, ring := range polygon {
			for _, p := range ring {
				kept[p] = true
			}
		}
	}
	at := map[orb.Point]map[Code]bool{}
	for i, m := range r.after {
		for _, polygon := range m {
			for _, ring := range polygon {
				for _, p := range ring {
					if at[p] == nil {
						at[p] = map[Code]bool{}
					}
					at[p][r.code[i].At(level)] = true
				}
			}
		}
	}
	out := make(orb.MultiPolygon, len(outline))
	for i, polygon := range outline {
		for _, ring := range polygon {
			out[i] = append(out[i], straightened(ring, func(p orb.Point) bool { return kept[p] || len(at[p]) > 2 }))
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
