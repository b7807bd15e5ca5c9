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

// calledOn locks and reads what a batch of visits is paid to. Places are where that is believed to lie; where they are not given,
// it is looked up. A boundary may have moved past a dwelling meanwhile, so that it is looked at again under the lock.
func (t *tx) calledOn(ctx context.Context, visits []NewVisit, places []Code) (*walk, error) {
	ids := make([]uuid.UUID, len(visits))
	for i, v := range visits {
		ids[i] = v.Dwelling
	}
	if places == nil {
		var err error
		if places, err = t.subAreasOf(ctx, ids); err != nil {
			return nil, err
		}
	}
	for {
		w := &walk{dwellings: map[uuid.UUID]*calledOn{}, attempts: map[uuid.UUID][]attempt{}, highest: map[Code]int{},
			assignments: map[Code][]Assignment{}}
		if err := w.read(ctx, t, ids, places); err != nil {
			return nil, err
		}
		strayed := w.strayed(places)
		if len(strayed) > 0 {
			places = strayed
			continue
		}
		if slices.ContainsFunc(visits, func(v NewVisit) bool { return v.lease == nil }) {
			var err error
			if w.assignments, err = t.assignmentsOf(ctx, places); err != nil {
				return nil, err
			}
		}
		return w, nil
	}
}

// read locks the counts of places, and then reads what lies there of dwellings that are called on, all of it asked at once.
func (w *walk) read(ctx context.Context, t *tx, ids []uuid.UUID, places []Code) error {
	t.later("lock the counts", lockCountsOfSubAreas, t.county, places)
	var dwellings []calledOn
	ask(&t.piped, &dwellings, dwellingsWithPoints, t.county, ids)
	var households []householdRow
	ask(&t.piped, &households, householdsOfDwellings, t.county, ids, places)
	asked(&t.piped, func(found []attempt) error {
		for _, a := range found {
			w.attempts[a.Dwelling] = append(w.attempts[a.Dwelling], a)
		}
		return nil
	}, attemptsAt, t.county, ids)
	asked(&t.piped, func(found []highestNumber) error {
		for _, n := range found {
			w.highest[n.Code] = n.Number
		}
		return nil
	}, highestNumbers, t.county, places)
	var err error
	if w.settings, err = t.settings(ctx); err != nil {
		return err
	}
	if w.rounds, err = t.rounds(ctx); err != nil {
		return err
	}
	if err := t.send(ctx); err != nil {
		return err
	}
	for i := range dwellings {
		w.dwellings[dwellings[i].ID] = &dwellings[i]
	}
	for _, h := range households {
		if d := w.dwellings[h.Dwelling]; d != nil {
			d.Households = append(d.Households, h.household())
		}
	}
	return nil
}

// strayed lists where the dwellings lie, if one of them lies in none of the places that were locked.
func (w *walk) strayed(places []Code) []Code {
	var now []Code
	stray := false
	for _, d := range w.dwellings {
		stray = stray || !slices.Contains(places, d.SubArea)
		if !slices.Contains(now, d.SubArea) {
			now = append(now, d.SubArea)
		}
	}
	if !stray {
		return nil
	}
	slices.Sort(now)
	return now
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

const dwellingsWithPoints = `
		SELECT b.point,` + dwellingColumns + `
		  JOIN buildings b ON b.county = d.county AND b.id = d.building
		 WHERE d.county = $1 AND d.id = ANY ($2) AND d.retired_at IS NULL`

func (t *tx) dwellingsByID(ctx context.Context, ids []uuid.UUID) ([]calledOn, error) {
	out, err := collect[calledOn](t.Query(ctx, dwellingsWithPoints, t.county, ids))
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

const attemptsAt = `
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
		 WHERE v.county = $1 AND v.dwelling = ANY ($2) AND v.round <> 'pes'
		 ORDER BY v.at, v.id`

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

// highestNumber is the highest number that a household of a sub-area ever had.
type highestNumber struct {
	Code   Code `db:"code"`
	Number int  `db:"number"`
}

const highestNumbers = `
		SELECT s.code, n.number
		  FROM unnest($2::text[]) AS s (code)
		 CROSS JOIN LATERAL (SELECT max(number) AS number
		                       FROM (SELECT number FROM households WHERE county = $1 AND sub_area = s.code
		                              UNION ALL
		                             SELECT number FROM moves WHERE county = $1 AND place = s.code AND subject = 'household') u
		                      WHERE number < 999) n
		 WHERE n.number IS NOT NULL`

func (t *tx) highestHouseholds(ctx context.Context, subAreas []Code) (map[Code]int, error) {
	found, err := collect[highestNumber](t.Query(ctx, highestNumbers, t.county, subAreas))
	out := map[Code]int{}
	for _, n := range found {
		out[n.Code] = n.Number
	}
	return out, err
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
