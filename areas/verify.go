package areas

import "context"

// Fault is something stored that does not agree with what it follows from.
type Fault struct {
	Check string `db:"check_name"`
	Place Code   `db:"place"`
	What  string `db:"what"`
}

// Verify looks at everything derived within a place and lists what disagrees; it changes nothing unless mend is asked for.
//
//  1. the counts of each sub-area against a count of its dwellings;
//  2. each dwelling's resolved mark against its occupancy, evidence and households;
//  3. each dwelling's sub-area, and each building's place, against the ground.
func (s *Store) Verify(ctx context.Context, actor Actor, within Code, mend bool) ([]Fault, error) {
	var out []Fault
	err := s.write(ctx, actor, within, func(t *tx) error {
		if err := t.must(Text{"核对", "verify"}, RoleAdministrator); err != nil {
			return err
		}
		for _, look := range []func(context.Context, Code) ([]Fault, error){t.wrongMarks, t.wrongPlaces, t.overlaps} {
			found, err := look(ctx, within)
			if err != nil {
				return err
			}
			out = append(out, found...)
		}
		differing, err := t.recounted(ctx, within)
		for _, code := range differing {
			out = append(out, Fault{"counts", code, "the stored counts differ from a recount"})
		}
		if err != nil || mend || len(differing) == 0 {
			return err
		}
		return errNotMended
	})
	if KindOf(err) == 0 && err == errNotMended {
		err = nil
	}
	return out, err
}

// errNotMended rolls a recount back that was only to be looked at.
var errNotMended = refuse(Conflict, "not_mended", "未修复", "not mended")

func (t *tx) wrongMarks(ctx context.Context, within Code) ([]Fault, error) {
	settings, err := t.settings(ctx)
	if err != nil {
		return nil, err
	}
	lo, hi := within.span()
	const sql = `
		SELECT 'resolved' AS check_name,
		       d.sub_area AS place,
		       'dwelling ' || d.id || ' is marked ' || d.resolved AS what
		  FROM dwellings d
		 CROSS JOIN LATERAL (SELECT count(*) AS households, count(*) FILTER (WHERE h.collection = ANY ($5)) AS done
		                       FROM households h
		                      WHERE h.county = d.county AND h.dwelling = d.id AND h.retired_at IS NULL
		                        AND h.collection NOT IN ('duplicate_of', 'superseded')) h
		 WHERE d.county = $1 AND d.sub_area >= $2 AND d.sub_area < $3 AND d.retired_at IS NULL
		   AND d.resolved <> (d.occupancy = ANY ($6) OR d.occupancy = 'seasonal'
		                      OR d.occupancy IN ('vacant', 'vacant_with_hukou') AND cardinality(d.evidence) >= $4
		                      OR d.occupancy = 'occupied' AND h.households > 0 AND h.done = h.households)
		 ORDER BY d.sub_area
		 LIMIT 1000`
	return collect[Fault](t.Query(ctx, sql, t.county, lo, hi, settings.VacancyEvidence, doneCollections, outOfScope))
}

func (t *tx) wrongPlaces(ctx context.Context, within Code) ([]Fault, error) {
	lo, hi := within.span()
	const sql = `
		SELECT 'place' AS check_name,
		       b.place,
		       'building ' || b.id || ' stands outside the sub-area it is given to' AS what
		  FROM buildings b
		  JOIN sub_areas s ON s.county = b.county AND s.code = b.place AND s.geom IS NOT NULL
		 WHERE b.county = $1 AND b.place >= $2 AND b.place < $3 AND b.retired_at IS NULL
		   AND NOT ST_Intersects(s.geom, b.point)
		 ORDER BY b.place
		 LIMIT 1000`
	return collect[Fault](t.Query(ctx, sql, t.county, lo, hi))
}

func (t *tx) overlaps(ctx context.Context, within Code) ([]Fault, error) {
	lo, hi := within.span()
	const sql = `
		SELECT 'overlap' AS check_name,
		       a.code AS place,
		       'shares ground with ' || b.code AS what
		  FROM sub_areas a
		 CROSS JOIN LATERAL (SELECT n.* FROM sub_areas n WHERE n.geom && a.geom OFFSET 0) b -- by the spatial index, whatever the planner knows
		 WHERE b.county = a.county AND b.code > a.code AND b.retired_at IS NULL
		   AND a.county = $1 AND a.code >= $2 AND a.code < $3 AND a.retired_at IS NULL
		   AND ST_Relate(a.geom, b.geom, '2********')
		 ORDER BY a.code
		 LIMIT 1000`
	return collect[Fault](t.Query(ctx, sql, t.county, lo, hi))
}
