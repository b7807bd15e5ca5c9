package areas

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// walk is a batch of visits with all that the rules must know to take them.
type walk struct {
	settings    Settings
	rounds      []Round
	dwellings   map[uuid.UUID]*calledOn
	assignments map[Code][]Assignment // of a sub-area
	attempts    map[uuid.UUID][]attempt
	highest     map[Code]int // household number ever used in a sub-area
	visits      []Visit      // taken
}

// calledOn is a dwelling with where its building stands.
type calledOn struct {
	Dwelling
	Point  orb.Point `db:"point"`
	called bool      // in this walk
}

// attempt is what is remembered of an earlier visit.
type attempt struct {
	ID         uuid.UUID  `db:"id"`
	Dwelling   uuid.UUID  `db:"dwelling"`
	At         time.Time  `db:"at"`
	Result     string     `db:"result"`
	Enumerator uuid.UUID  `db:"enumerator"`
	Assignment *uuid.UUID `db:"assignment"`
	BegunAt    *time.Time `db:"begun_at"` // of the assignment
	Name       string     `db:"name"`     // of the enumerator
}

// calledOn locks and reads what a batch of visits is paid to.
func (t *tx) calledOn(ctx context.Context, visits []NewVisit) (*walk, error) {
	w := &walk{dwellings: map[uuid.UUID]*calledOn{}}
	ids := make([]uuid.UUID, len(visits))
	for i, v := range visits {
		ids[i] = v.Dwelling
	}
	subAreas, err := t.lockCountsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	dwellings, err := t.dwellingsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i := range dwellings {
		w.dwellings[dwellings[i].ID] = &dwellings[i]
	}
	if w.settings, err = t.settings(ctx); err != nil {
		return nil, err
	}
	if w.rounds, err = t.rounds(ctx); err != nil {
		return nil, err
	}
	if w.attempts, err = t.attempts(ctx, ids); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(visits, func(v NewVisit) bool { return v.lease == nil }) {
		if w.assignments, err = t.assignmentsOf(ctx, subAreas); err != nil {
			return nil, err
		}
	}
	w.highest, err = t.highestHouseholds(ctx, subAreas)
	return w, err
}

// unknownVisits leaves out the visits that were recorded before.
func (t *tx) unknownVisits(ctx context.Context, visits []NewVisit) ([]NewVisit, error) {
	ids := make([]uuid.UUID, len(visits))
	for i, v := range visits {
		ids[i] = v.ID
	}
	rows, err := t.Query(ctx, `SELECT id FROM visits WHERE county = $1 AND id = ANY ($2)`, t.county, ids)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	known := map[uuid.UUID]bool{}
	for _, id := range found {
		known[id] = true
	}
	var out []NewVisit
	for _, v := range visits {
		if !known[v.ID] {
			known[v.ID] = true
			out = append(out, v)
		}
	}
	return out, err
}

// lockCountsOf locks the counts of the sub-areas that dwellings lie in. A boundary may have moved past one while it waited, so
// that it looks again.
func (t *tx) lockCountsOf(ctx context.Context, dwellings []uuid.UUID) ([]Code, error) {
	subAreas, err := t.subAreasOf(ctx, dwellings)
	for err == nil {
		if err = t.lockCounts(ctx, subAreas); err != nil {
			break
		}
		var now []Code
		if now, err = t.subAreasOf(ctx, dwellings); slices.Equal(now, subAreas) {
			break
		}
		subAreas = now
	}
	return subAreas, err
}

func (t *tx) subAreasOf(ctx context.Context, dwellings []uuid.UUID) ([]Code, error) {
	const sql = `
		SELECT DISTINCT sub_area
		  FROM dwellings
		 WHERE county = $1 AND id = ANY ($2)
		 ORDER BY sub_area`
	rows, err := t.Query(ctx, sql, t.county, dwellings)
	if err != nil {
		return nil, err
	}
	return collectCodes(rows)
}

// collectCodes reads rows of one code.
func collectCodes(rows pgx.Rows) ([]Code, error) { return pgx.CollectRows(rows, pgx.RowTo[Code]) }

func (t *tx) dwellingsByID(ctx context.Context, ids []uuid.UUID) ([]calledOn, error) {
	const sql = `
		SELECT b.point,` + dwellingColumns + `
		  JOIN buildings b ON b.county = d.county AND b.id = d.building
		 WHERE d.county = $1 AND d.id = ANY ($2) AND d.retired_at IS NULL`
	out, err := collect[calledOn](t.Query(ctx, sql, t.county, ids))
	if err != nil {
		return nil, err
	}
	plain := make([]Dwelling, len(out))
	for i := range out {
		plain[i] = out[i].Dwelling
	}
	err = t.withHouseholds(ctx, plain)
	for i := range out {
		out[i].Dwelling = plain[i]
	}
	return out, err
}

func (t *tx) attempts(ctx context.Context, dwellings []uuid.UUID) (map[uuid.UUID][]attempt, error) {
	const sql = `
		SELECT v.id,
		       v.dwelling,
		       v.at,
		       v.result,
		       v.enumerator,
		       v.assignment,
		       h.begun_at,
		       coalesce(u.display_name, '') AS name
		  FROM visits v
		  LEFT JOIN assignments h ON h.county = v.county AND h.id = v.assignment
		  LEFT JOIN users u ON u.id = v.enumerator
		 WHERE v.county = $1 AND v.dwelling = ANY ($2)
		 ORDER BY v.at, v.id`
	found, err := collect[attempt](t.Query(ctx, sql, t.county, dwellings))
	out := map[uuid.UUID][]attempt{}
	for _, a := range found {
		out[a.Dwelling] = append(out[a.Dwelling], a)
	}
	return out, err
}

func (t *tx) assignmentsOf(ctx context.Context, subAreas []Code) (map[Code][]Assignment, error) {
	const sql = `SELECT` + assignmentColumns + `
		 WHERE h.county = $1 AND h.sub_area = ANY ($2) AND h.ended_at IS NULL`
	found, err := collect[Assignment](t.Query(ctx, sql, t.county, subAreas))
	out := map[Code][]Assignment{}
	for _, a := range found {
		out[a.SubArea] = append(out[a.SubArea], a)
	}
	return out, err
}

func (t *tx) highestHouseholds(ctx context.Context, subAreas []Code) (map[Code]int, error) {
	const sql = `
		SELECT s.code, n.number
		  FROM unnest($2::text[]) AS s (code)
		 CROSS JOIN LATERAL (SELECT max(number) AS number
		                       FROM (SELECT number FROM households WHERE county = $1 AND sub_area = s.code
		                              UNION ALL
		                             SELECT number FROM moves WHERE county = $1 AND place = s.code AND subject = 'household') u
		                      WHERE number < 999) n
		 WHERE n.number IS NOT NULL`
	rows, err := t.Query(ctx, sql, t.county, subAreas)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[Code]int{}
	for rows.Next() {
		var code Code
		var highest int
		if err := rows.Scan(&code, &highest); err != nil {
			return nil, err
		}
		out[code] = highest
	}
	return out, rows.Err()
}

// visitColumns is what a visit's row holds.
const visitColumns = `
		SELECT v.county,
		       v.id,
		       v.sub_area,
		       v.dwelling,
		       v.household,
		       v.round,
		       v.assignment,
		       v.enumerator,
		       coalesce(u.display_name, '') AS enumerator_name,
		       v.result,
		       v.at,
		       v.received_at,
		       v.position,
		       v.accuracy_m,
		       v.distance_m,
		       v.note,
		       v.next_call_at,
		       v.correction
		  FROM visits v
		  LEFT JOIN users u ON u.id = v.enumerator`

// visits lists visits.
func (t *tx) visits(ctx context.Context, q VisitQuery) ([]Visit, error) {
	before, beforeID, err := visitCursor(q.Page.After)
	if err != nil {
		return nil, err
	}
	if err := t.inOrder(ctx, q.Within); err != nil {
		return nil, err
	}
	lo, hi := q.Within.span()
	const sql = visitColumns + `
		 WHERE v.county = $1
		   AND v.sub_area >= $2 AND v.sub_area < $3
		   AND ($4::uuid IS NULL OR v.dwelling = $4)
		   AND ($5::timestamptz IS NULL OR (v.at, v.id) < ($5, $6))
		 ORDER BY v.at DESC, v.id DESC
		 LIMIT $7`
	return collect[Visit](t.Query(ctx, sql, t.county, lo, hi, q.Dwelling, before, beforeID, q.Page.limit()+1))
}

// visit reads one visit; pgx.ErrNoRows if it was never recorded.
func (t *tx) visit(ctx context.Context, id uuid.UUID) (Visit, error) {
	const sql = visitColumns + `
		 WHERE v.county = $1 AND v.id = $2`
	return one[Visit](t.Query(ctx, sql, t.county, id))
}

// visitCursor takes a cursor apart: the time and id after which, going back, the list continues.
func visitCursor(cursor string) (*time.Time, uuid.UUID, error) {
	if cursor == "" {
		return nil, uuid.Nil, nil
	}
	at, id, _ := strings.Cut(cursor, "/")
	paid, err := time.Parse(time.RFC3339Nano, at)
	if err == nil {
		var known uuid.UUID
		if known, err = uuid.Parse(id); err == nil {
			return &paid, known, nil
		}
	}
	_, err = cursorNumber("not a cursor")
	return nil, uuid.Nil, err
}
