package tiles

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// roster is what a package says of its sub-area, in lines of JSON arrays that begin with a letter:
//
//	roster  s code, census area, town, description, state, expected households, revision
//	        g a polygon of its ground: rings of x, y from the vertex before, the first from 0, in 1e-7 degrees
//	        b id, number, kind, standing, x, y, floors, stairwells, doors, units, expected dwellings, name, address, place, revision
//	        d id, stairwell, floor, door: in the building above
//	        h id, number, kind: in the dwelling above
//	status  a id, round, enumerator, epoch, begun at, done at, revision: an assignment that is open
//	        d occupancy, evidence, attempts, resolved, visited at, next call at, revision: of the next dwelling of the roster
//	        h collection, long form, present registered, present elsewhere, present pending, absent registered, revision: of the
//	          next household
//
// Times are seconds of Unix. What became of a dwelling stands apart from where it is and without its id, so that a day of
// visits changes a few bytes.
type roster struct {
	subArea        string
	ground         orb.MultiPolygon // nil of a virtual sub-area
	roster, status []byte
}

type rosterSubArea struct {
	Code        string           `db:"code"`
	AreaName    string           `db:"area_name"`
	TownName    string           `db:"town_name"`
	Description string           `db:"description"`
	State       string           `db:"state"`
	Expected    *int             `db:"expected_households"`
	Ground      orb.MultiPolygon `db:"geom"`
	Revision    int64            `db:"revision"`
}

type rosterBuilding struct {
	ID         int64     `db:"id"`
	Number     int       `db:"number"`
	Kind       string    `db:"kind"`
	Standing   string    `db:"standing"`
	Point      orb.Point `db:"point"`
	Floors     *int      `db:"floors"`
	Stairwells *int      `db:"stairwells"`
	Doors      *int      `db:"doors"`
	Units      *int      `db:"units"`
	Expected   int       `db:"expected_dwellings"`
	Name       string    `db:"name"`
	Address    string    `db:"address"`
	Place      string    `db:"place"`
	Revision   int64     `db:"revision"`
}

type rosterDwelling struct {
	ID         uuid.UUID  `db:"id"`
	Building   int64      `db:"building"`
	Stairwell  int        `db:"stairwell"`
	Floor      int        `db:"floor"`
	Door       string     `db:"door"`
	Occupancy  string     `db:"occupancy"`
	Evidence   []string   `db:"evidence"`
	Attempts   int        `db:"attempts"`
	Resolved   bool       `db:"resolved"`
	VisitedAt  *time.Time `db:"visited_at"`
	NextCallAt *time.Time `db:"next_call_at"`
	Revision   int64      `db:"revision"`
}

type rosterHousehold struct {
	ID                uuid.UUID `db:"id"`
	Dwelling          uuid.UUID `db:"dwelling"`
	Number            int       `db:"number"`
	Kind              string    `db:"kind"`
	Collection        string    `db:"collection"`
	LongForm          bool      `db:"long_form"`
	PresentRegistered int       `db:"present_registered"`
	PresentElsewhere  int       `db:"present_elsewhere"`
	PresentPending    int       `db:"present_pending"`
	AbsentRegistered  int       `db:"absent_registered"`
	Revision          int64     `db:"revision"`
	HMTForm           string    `db:"hmt_form"`
	DeathForm         string    `db:"death_form"`
}

type rosterAssignment struct {
	ID         uuid.UUID  `db:"id"`
	Round      string     `db:"round"`
	Enumerator uuid.UUID  `db:"enumerator"`
	Epoch      int        `db:"epoch"`
	BegunAt    time.Time  `db:"begun_at"`
	DoneAt     *time.Time `db:"done_at"`
	Revision   int64      `db:"revision"`
}

// rosterRows are what the views show of a sub-area.
type rosterRows struct {
	subAreas    []rosterSubArea
	buildings   []rosterBuilding
	dwellings   []rosterDwelling
	households  []rosterHousehold
	assignments []rosterAssignment
}

// readRoster reads a sub-area within a snapshot; ErrNoPackage if there is none.
func readRoster(ctx context.Context, tx pgx.Tx, subArea string) (roster, error) {
	var rows rosterRows
	batch := &pgx.Batch{}
	batch.Queue(`SELECT set_config('canvass.package', $1, true)`, subArea)
	queue(batch, `
		SELECT code, area_name, town_name, description, state, expected_households, geom, revision
		  FROM map_roster_sub_areas`, &rows.subAreas)
	queue(batch, `
		SELECT id, number, kind, standing, point, floors, stairwells, doors, units, expected_dwellings, name, address, place, revision
		  FROM map_roster_buildings
		 ORDER BY number, id`, &rows.buildings)
	queue(batch, `
		SELECT id, building, stairwell, floor, door, occupancy, evidence, attempts, resolved, visited_at, next_call_at, revision
		  FROM map_roster_dwellings
		 ORDER BY stairwell, floor, door, id`, &rows.dwellings)
	queue(batch, `
		SELECT id, dwelling, number, kind, collection, long_form, present_registered, present_elsewhere, present_pending,
		       absent_registered, revision, hmt_form, death_form
		  FROM map_roster_households
		 ORDER BY number, id`, &rows.households)
	queue(batch, `
		SELECT id, round, enumerator, epoch, begun_at, done_at, revision
		  FROM map_roster_assignments
		 ORDER BY begun_at, id`, &rows.assignments)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return roster{}, fmt.Errorf("read the roster of %s: %w", subArea, err)
	}
	if len(rows.subAreas) == 0 {
		return roster{}, ErrNoPackage
	}
	return rows.write()
}

// queue asks for rows as part of a batch.
func queue[T any](batch *pgx.Batch, sql string, into *[]T) {
	batch.Queue(sql).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[T])
		return err
	})
}

// write puts dwellings below their buildings and households below their dwellings.
func (r rosterRows) write() (roster, error) {
	var w, status rowWriter
	out := roster{}
	for _, s := range r.subAreas {
		out.subArea, out.ground = s.Code, s.Ground
		w.row("s", s.Code, s.AreaName, s.TownName, s.Description, s.State, s.Expected, s.Revision)
		for _, polygon := range s.Ground {
			w.row("g", steppedRings(polygon)...)
		}
	}
	for _, a := range r.assignments {
		status.row("a", a.ID, a.Round, a.Enumerator, a.Epoch, a.BegunAt.Unix(), seconds(a.DoneAt), a.Revision)
	}
	dwellings, households := map[int64][]rosterDwelling{}, map[uuid.UUID][]rosterHousehold{}
	for _, d := range r.dwellings {
		dwellings[d.Building] = append(dwellings[d.Building], d)
	}
	for _, h := range r.households {
		households[h.Dwelling] = append(households[h.Dwelling], h)
	}
	for _, b := range r.buildings {
		x, y := steps7(b.Point)
		w.row("b", b.ID, b.Number, b.Kind, b.Standing, x, y, b.Floors, b.Stairwells, b.Doors, b.Units, b.Expected, b.Name, b.Address,
			b.Place, b.Revision)
		for _, d := range dwellings[b.ID] {
			w.row("d", d.ID, d.Stairwell, d.Floor, d.Door)
			status.row("d", d.Occupancy, d.Evidence, d.Attempts, d.Resolved, seconds(d.VisitedAt), seconds(d.NextCallAt), d.Revision)
			for _, h := range households[d.ID] {
				w.row("h", h.ID, h.Number, h.Kind)
				status.row("h", h.Collection, h.LongForm, h.PresentRegistered, h.PresentElsewhere, h.PresentPending,
					h.AbsentRegistered, h.Revision, h.HMTForm, h.DeathForm)
			}
		}
	}
	out.roster, out.status = w.text.Bytes(), status.text.Bytes()
	return out, firstOf(w.err, status.err)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// rowWriter writes lines of JSON arrays.
type rowWriter struct {
	text bytes.Buffer
	err  error
}

func (w *rowWriter) row(letter string, values ...any) {
	e := json.NewEncoder(&w.text)
	e.SetEscapeHTML(false)
	if err := e.Encode(append([]any{letter}, values...)); err != nil && w.err == nil {
		w.err = err
	}
}

func seconds(t *time.Time) *int64 {
	if t == nil {
		return nil
	}
	s := t.Unix()
	return &s
}

// steps7 is a place on the grid of 1e-7 degrees.
func steps7(p orb.Point) (x, y int64) {
	return int64(math.Round(p[0] * 1e7)), int64(math.Round(p[1] * 1e7))
}

// steppedRings writes each vertex by the way from the one before.
func steppedRings(polygon orb.Polygon) (rings []any) {
	for _, ring := range polygon {
		var out []int64
		var atX, atY int64
		for _, p := range ring {
			x, y := steps7(p)
			out = append(out, x-atX, y-atY)
			atX, atY = x, y
		}
		rings = append(rings, out)
	}
	return rings
}
