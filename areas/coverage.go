package areas

import (
	"context"
	"errors"
	"math"
	"time"
)

// Counts are what is known of the dwellings of a place (domain §7). Those of a sub-area are stored, in the transaction that
// changes what they count; those of larger places are sums.
type Counts struct {
	Buildings         int `db:"buildings"`
	Footprints        int `db:"footprints"`         // F: confirmed residential, mixed or collective buildings
	FootprintsVisited int `db:"footprints_visited"` // F_v
	FootprintsListed  int `db:"footprints_listed"`  // with a dwelling whose occupancy is known
	Expected          int `db:"expected"`           // X: households
	Listed            int `db:"listed"`             // L: dwellings whose occupancy is known
	Occupied          int `db:"occupied"`           // O
	Vacant            int `db:"vacant"`             // V
	VacantEvidenced   int `db:"vacant_evidenced"`   // V_c
	OutOfScope        int `db:"out_of_scope"`
	NoContact         int `db:"no_contact"` // N
	Refused           int `db:"refused"`    // R
	Unlisted          int `db:"unlisted"`
	DwellingsResolved int `db:"dwellings_resolved"`
	Households        int `db:"households"`
	Complete          int `db:"complete"`      // C
	SelfResponse      int `db:"self_response"` // S
	Persons           int `db:"persons"`       // present
	Visits            int `db:"visits"`
}

// plus adds the counts of two places.
func (c Counts) plus(o Counts) Counts {
	return Counts{
		Buildings: c.Buildings + o.Buildings, Footprints: c.Footprints + o.Footprints,
		FootprintsVisited: c.FootprintsVisited + o.FootprintsVisited, FootprintsListed: c.FootprintsListed + o.FootprintsListed,
		Expected: c.Expected + o.Expected, Listed: c.Listed + o.Listed, Occupied: c.Occupied + o.Occupied, Vacant: c.Vacant + o.Vacant,
		VacantEvidenced: c.VacantEvidenced + o.VacantEvidenced, OutOfScope: c.OutOfScope + o.OutOfScope,
		NoContact: c.NoContact + o.NoContact, Refused: c.Refused + o.Refused, Unlisted: c.Unlisted + o.Unlisted,
		DwellingsResolved: c.DwellingsResolved + o.DwellingsResolved, Households: c.Households + o.Households,
		Complete: c.Complete + o.Complete, SelfResponse: c.SelfResponse + o.SelfResponse, Persons: c.Persons + o.Persons,
		Visits: c.Visits + o.Visits,
	}
}

// CoverageRow is the coverage of one place.
type CoverageRow struct {
	Code Code   `db:"code"`
	Name string `db:"name"`
	Counts
	FlagsOpen    int        `db:"flags_open"`
	SubAreas     int        `db:"sub_areas"`
	Assigned     int        `db:"assigned"`      // sub-areas in somebody's hands
	DeclaredDone int        `db:"declared_done"` // sub-areas
	LastVisitAt  *time.Time `db:"last_visit_at"`
	CountedAt    *time.Time `db:"counted_at"`
}

// CoverageQuery asks for the coverage of a place by the places of a level within it.
type CoverageQuery struct {
	Within Code
	Level  Level
}

// CoverageReport is the coverage of a place: in all, and by its parts.
type CoverageReport struct {
	Within Code
	Level  Level
	Total  CoverageRow
	Items  []CoverageRow
}

// Measure is a rate with what it was made of. Value is nil where there is nothing to divide by: 'no data' is not 'bad'. Low
// and High are its 95 % interval where it is a share.
type Measure struct {
	Value       *float64
	Numerator   int
	Denominator int
	Low, High   *float64
}

// Measures are the rates of domain §7.
type Measures struct {
	BuildingVisitRate   Measure // F_v/F
	ListingRatio        Measure // L/X
	FootprintYield      Measure // L/F
	Resolved            Measure // (C + V_c + out of scope)/L, counted by dwelling
	EffectiveCoverage   Measure // C/max(X − V_c, 1)
	SelfResponseShare   Measure // S/C
	NonInterview        Measure // (N+R)/(O+N)
	Vacancy             Measure // V/L
	VacancyEvidence     Measure // V_c/V
	PersonsPerHousehold Measure // persons of complete households
}

// Measures computes the rates from the counts.
func (c Counts) Measures() Measures {
	effective := ratio(c.Complete, 0)
	if c.Expected > 0 {
		effective = ratio(c.Complete, max(c.Expected-c.VacantEvidenced, 1))
	}
	return Measures{
		BuildingVisitRate:   share(c.FootprintsVisited, c.Footprints),
		ListingRatio:        ratio(c.Listed, c.Expected),
		FootprintYield:      ratio(c.Listed, c.Footprints),
		Resolved:            share(c.DwellingsResolved, c.Listed),
		EffectiveCoverage:   effective,
		SelfResponseShare:   share(c.SelfResponse, c.Complete),
		NonInterview:        share(c.NoContact+c.Refused, c.Occupied+c.NoContact),
		Vacancy:             share(c.Vacant, c.Listed),
		VacancyEvidence:     share(c.VacantEvidenced, c.Vacant),
		PersonsPerHousehold: ratio(c.Persons, c.Complete),
	}
}

// ratio divides where there is something to divide by.
func ratio(numerator, denominator int) Measure {
	m := Measure{Numerator: numerator, Denominator: denominator}
	if denominator > 0 {
		v := float64(numerator) / float64(denominator)
		m.Value = &v
	}
	return m
}

// share is a ratio of a part to its whole, with Wilson's score interval (Wilson 1927, J. Am. Stat. Assoc. 22:209).
func share(part, whole int) Measure {
	m := ratio(part, whole)
	if m.Value == nil || part > whole {
		return m
	}
	const z = 1.959964 // 95 %
	n, p := float64(whole), *m.Value
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	low, high := max(centre-half, 0), min(centre+half, 1)
	m.Low, m.High = &low, &high
	return m
}

// Coverage reports the coverage of a place by the places of a level, each level's finest included.
func (s *Store) Coverage(ctx context.Context, actor Actor, q CoverageQuery) (CoverageReport, error) {
	out := CoverageReport{Within: q.Within, Level: q.Level}
	if err := onlyLevels(q.Level, LevelCounty, LevelTown, LevelArea, LevelSubArea); err != nil || q.Level == "" {
		return out, refuse(Invalid, "level_unknown", "level 须是 county、town、area 或 sub_area",
			"level is county, town, area or sub_area").On("level")
	}
	err := s.read(ctx, actor, q.Within, func(t *tx) (err error) {
		if out.Items, err = t.coverage(ctx, q.Within, q.Level); err != nil {
			return err
		}
		out.Total, err = t.total(ctx, q.Within, out.Items)
		return err
	})
	return out, err
}

// total sums the coverage of a place's parts.
func (t *tx) total(ctx context.Context, within Code, parts []CoverageRow) (CoverageRow, error) {
	out := CoverageRow{Code: within}
	for _, part := range parts {
		out.Counts = out.Counts.plus(part.Counts)
		out.FlagsOpen += part.FlagsOpen
		out.SubAreas += part.SubAreas
		out.Assigned += part.Assigned
		out.DeclaredDone += part.DeclaredDone
		if out.LastVisitAt == nil || part.LastVisitAt != nil && part.LastVisitAt.After(*out.LastVisitAt) {
			out.LastVisitAt = part.LastVisitAt
		}
		if out.CountedAt == nil || part.CountedAt != nil && part.CountedAt.Before(*out.CountedAt) {
			out.CountedAt = part.CountedAt
		}
	}
	const sql = `
		SELECT coalesce((SELECT name FROM regions WHERE county = $1 AND code = $2),
		                (SELECT name FROM areas WHERE county = $1 AND code = $2),
		                (SELECT description FROM sub_areas WHERE county = $1 AND code = $2), '')`
	return out, t.QueryRow(ctx, sql, t.county, within).Scan(&out.Name)
}

// coverage sums the stored counts by the code of a level.
func (t *tx) coverage(ctx context.Context, within Code, level Level) ([]CoverageRow, error) {
	if err := errors.Join(t.inBulk(ctx, within), t.inOrder(ctx, within)); err != nil { // hashed, not sorted
		return nil, err
	}
	lo, hi := within.span()
	const sql = `
		WITH summed AS (
			SELECT left(c.sub_area, $4) AS code,
			       sum(c.buildings)::int AS buildings,
			       sum(c.footprints)::int AS footprints,
			       sum(c.footprints_visited)::int AS footprints_visited,
			       sum(c.footprints_listed)::int AS footprints_listed,
			       sum(c.expected)::int AS expected,
			       sum(c.listed)::int AS listed,
			       sum(c.occupied)::int AS occupied,
			       sum(c.vacant)::int AS vacant,
			       sum(c.vacant_evidenced)::int AS vacant_evidenced,
			       sum(c.out_of_scope)::int AS out_of_scope,
			       sum(c.no_contact)::int AS no_contact,
			       sum(c.refused)::int AS refused,
			       sum(c.unlisted)::int AS unlisted,
			       sum(c.dwellings_resolved)::int AS dwellings_resolved,
			       sum(c.households)::int AS households,
			       sum(c.complete)::int AS complete,
			       sum(c.self_response)::int AS self_response,
			       sum(c.persons)::int AS persons,
			       sum(c.visits)::int AS visits,
			       count(*)::int AS sub_areas,
			       max(c.last_visit_at) AS last_visit_at,
			       min(c.counted_at) AS counted_at
			  FROM coverage c
			 WHERE c.county = $1 AND c.sub_area >= $2 AND c.sub_area < $3
			 GROUP BY 1
		), raised AS (
			SELECT left(f.place, $4) AS code, count(*)::int AS flags_open
			  FROM flags f
			 WHERE f.county = $1 AND f.place >= $2 AND f.place < $3 AND f.closed_at IS NULL
			 GROUP BY 1
		), held AS (
			SELECT left(h.sub_area, $4) AS code,
			       count(*)::int AS assigned,
			       (count(*) FILTER (WHERE h.done))::int AS declared_done
			  FROM (SELECT sub_area, bool_or(done_at IS NOT NULL) AS done
			          FROM assignments
			         WHERE county = $1 AND sub_area >= $2 AND sub_area < $3 AND ended_at IS NULL
			         GROUP BY sub_area) h
			 GROUP BY 1
		)
		SELECT s.*,
		       coalesce(r.name, a.name, n.description, '') AS name,
		       coalesce(raised.flags_open, 0) AS flags_open,
		       coalesce(held.assigned, 0) AS assigned,
		       coalesce(held.declared_done, 0) AS declared_done
		  FROM summed s
		  LEFT JOIN raised USING (code)
		  LEFT JOIN held USING (code)
		  LEFT JOIN regions r ON r.county = $1 AND r.code = s.code AND $4 <= 9
		  LEFT JOIN areas a ON a.county = $1 AND a.code >= $2 AND a.code < $3 AND a.code = s.code AND $4 = 12
		  LEFT JOIN sub_areas n ON n.county = $1 AND n.code >= $2 AND n.code < $3 AND n.code = s.code AND $4 = 15
		 ORDER BY s.code`
	return collect[CoverageRow](t.Query(ctx, sql, t.county, lo, hi, lengthsByLevel[level]))
}
