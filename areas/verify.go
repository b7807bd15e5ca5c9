package areas

import (
	"context"

	"github.com/paulmach/orb"
)

// Fault is something stored that does not agree with what it follows from.
type Fault struct {
	Check string `db:"check_name"`
	Place Code   `db:"place"`
	What  string `db:"what"`

	At *orb.Point `db:"-"` // where on the ground, if somewhere
}

// Verify looks at everything derived within a place and lists what disagrees; it changes nothing unless mend is asked for.
//
//  1. the counts of each sub-area against a count of its dwellings;
//  2. each dwelling's resolved mark against its occupancy, evidence and households;
//  3. each building's place against the ground, dwellings and households against their building;
//  4. the boundaries of each level against each other, and against those above.
func (s *Store) Verify(ctx context.Context, actor Actor, within Code, mend bool) ([]Fault, error) {
	return s.VerifyTelling(ctx, actor, within, mend, func(int, int) {})
}

// VerifyTelling is Verify that tells how many of its looks it has taken, of how many: a county takes a while.
func (s *Store) VerifyTelling(ctx context.Context, actor Actor, within Code, mend bool, tell func(done, of int)) ([]Fault, error) {
	var out []Fault
	err := s.write(ctx, actor, within, func(t *tx) error {
		if err := t.must(Text{"核对", "verify"}, RoleAdministrator); err != nil {
			return err
		}
		looks := []func(context.Context, Code) ([]Fault, error){t.wrongMarks, t.wrongPlaces, t.strays,
			t.brokenTowns, t.brokenAreas, t.brokenSubAreas, t.orphans}
		for i, look := range looks {
			tell(i, len(looks)+1)
			found, err := look(ctx, within)
			if err != nil {
				return err
			}
			out = append(out, found...)
		}
		tell(len(looks), len(looks)+1)
		differing, err := t.recounted(ctx, within)
		tell(len(looks)+1, len(looks)+1)
		for _, code := range differing {
			out = append(out, Fault{Check: "counts", Place: code, What: "the stored counts differ from a recount"})
		}
		if err != nil || mend || len(differing) == 0 {
			return err
		}
		return errNotMended
	})
	if CodeOf(err) == errNotMended.Code {
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
