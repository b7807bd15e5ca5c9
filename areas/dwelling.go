package areas

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Dwelling is what is visited: one housing unit of a building. It, not its building, belongs to a sub-area.
type Dwelling struct {
	County      Code        `db:"county"`
	ID          uuid.UUID   `db:"id"`
	SubArea     Code        `db:"sub_area"`
	Building    int64       `db:"building"`
	Stairwell   int         `db:"stairwell"` // 0 where there is none
	Floor       int         `db:"floor"`
	Door        string      `db:"door"`
	Occupancy   string      `db:"occupancy"`
	Evidence    []string    `db:"evidence"` // of its vacancy
	Attempts    int         `db:"attempts"`
	Resolved    bool        `db:"resolved"`
	VisitedAt   *time.Time  `db:"visited_at"`
	NextCallAt  *time.Time  `db:"next_call_at"`
	CorrectedAt *time.Time  `db:"corrected_at"` // when what was recorded before was last put right
	Revision    int64       `db:"revision"`
	Households  []Household `db:"-"`
}

// Label names the door as people say it: stairwell-floor and door, such as 2-301, or the door alone.
func (d Dwelling) Label() string {
	if d.Stairwell == 0 {
		return d.Door
	}
	return fmt.Sprintf("%d-%s", d.Stairwell, d.Door)
}

// Pattern is how the doors of a building repeat: Doors on each floor of each stairwell. FirstFloor is where dwellings
// begin (2 above shops). Where people avoid 4 or 13, floors and doors so named are skipped and the ones above move up. In a
// village there are Courtyards instead, in a row of numbers from FirstCourtyard on.
type Pattern struct {
	Stairwells     int  `json:"stairwells"`
	Floors         int  `json:"floors"`
	Doors          int  `json:"doors"`
	FirstFloor     int  `json:"first_floor"`
	SkipFour       bool `json:"skip_four"`
	SkipThirteen   bool `json:"skip_thirteen"`
	Courtyards     int  `json:"courtyards,omitempty" doc:"how many courtyards are listed instead of stairwells, floors and doors"`
	FirstCourtyard int  `json:"first_courtyard,omitempty" doc:"the number of the first; 1 if left out"`
}

// Made tells what a pattern made and what was listed before, and all dwellings of the building.
type Made struct {
	Made      int
	Kept      int
	Dwellings []Dwelling
}

// DwellingQuery asks for the dwellings of a sub-area in walking order: by building, stairwell, floor and door.
type DwellingQuery struct {
	SubArea Code
	Page    Page
}

// MakeDwellings lists the doors of a building from a pattern, before anyone knocks. Doors listed before are kept.
func (s *Store) MakeDwellings(ctx context.Context, actor Actor, key BuildingKey, p Pattern) (Made, error) {
	var out Made
	err := s.write(ctx, actor, key.County, func(t *tx) error {
		b, err := t.heldBuilding(ctx, key.ID)
		if err != nil {
			return err
		}
		doors, err := p.doors()
		if err != nil {
			return err
		}
		if b.SubArea() == "" {
			return refuse(Conflict, "outside_frame", "建筑物不在任何普查小区内,请先由绘图员划入",
				"the building lies in no sub-area; GIS staff must draw one round it first").At(b.Point)
		}
		n, err := t.listDoors(ctx, b.SubArea(), []doorsOf{{b.ID, doors}})
		if err != nil {
			return err
		}
		out = Made{Made: n, Kept: len(doors) - n}
		if out.Dwellings, err = t.dwellingsOf(ctx, key.ID); err != nil {
			return err
		}
		detail := map[string]any{"made": n, "pattern": p}
		if b.Sensitive {
			delete(detail, "pattern")
		}
		return t.record(ctx, "list", b.Place, buildingSubject(b.ID), detail)
	})
	return out, err
}

// ListDwellings makes the dwellings of every building in a place that has none yet, from what is known of it (Pattern of
// its stairwells, floors and doors, else as many doors as it is expected to have), and answers how many were made.
func (s *Store) ListDwellings(ctx context.Context, actor Actor, within Code) (int, error) {
	made := 0
	err := s.write(ctx, actor, within, func(t *tx) error {
		if err := t.must(Text{"成批建立住房单元", "list dwellings in bulk"}, RoleGIS, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		if err := t.lockCountsWithin(ctx, within); err != nil {
			return err
		}
		if err := t.inBulk(ctx, within); err != nil {
			return err
		}
		bare, err := t.bareBuildings(ctx, within)
		if err != nil {
			return err
		}
		if made, err = t.listDoors(ctx, within, bare); err != nil {
			return err
		}
		return t.record(ctx, "list", within, "place/"+string(within), map[string]any{"made": made, "buildings": len(bare)})
	})
	return made, err
}

// DwellingsOf lists the dwellings of a building with their households.
func (s *Store) DwellingsOf(ctx context.Context, actor Actor, key BuildingKey) ([]Dwelling, error) {
	var out []Dwelling
	err := s.read(ctx, actor, key.County, func(t *tx) (err error) {
		if _, err = t.building(ctx, key.ID); err != nil {
			return err
		}
		out, err = t.dwellingsOf(ctx, key.ID)
		return err
	})
	return out, err
}

// Dwellings lists the dwellings of a sub-area with their households.
func (s *Store) Dwellings(ctx context.Context, actor Actor, q DwellingQuery) (List[Dwelling], error) {
	var out List[Dwelling]
	if q.SubArea.Level() != LevelSubArea {
		return out, refuse(Invalid, "code_not_a_sub_area", "%s 不是普查小区代码(15 位)",
			"%s is not the code of a sub-area (15 digits)", q.SubArea).On("sub_area")
	}
	err := s.read(ctx, actor, q.SubArea, func(t *tx) error {
		rows, err := t.dwellings(ctx, q)
		out = listed(rows, q.Page.limit(), func(d Dwelling) string { return d.ID.String() })
		if err != nil {
			return err
		}
		return t.withHouseholds(ctx, out.Items)
	})
	return out, err
}

// EachDwelling calls do with every dwelling of a place, sub-area by sub-area, without their households, until it answers an
// error. All come from one state of the database.
func (s *Store) EachDwelling(ctx context.Context, actor Actor, within Code, do func(Dwelling) error) error {
	return s.read(ctx, actor, within, func(t *tx) error {
		lo, hi := within.span()
		const sql = `SELECT` + dwellingColumns + `
			 WHERE d.county = $1 AND d.sub_area >= $2 AND d.sub_area < $3 AND d.retired_at IS NULL
			 ORDER BY d.sub_area, d.building, d.stairwell, d.floor, length(d.door), d.door`
		rows, err := t.Query(ctx, sql, t.county, lo, hi)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			d, err := pgx.RowToStructByName[Dwelling](rows)
			if err != nil {
				return err
			}
			if err := do(d); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// The most that a pattern may ask for; a larger building is listed part by part.
const (
	maxStairwells = 50
	maxFloors     = 120
	maxDoors      = 60
	maxPattern    = 5000
	maxCourtyards = 500
	lastCourtyard = 9999 // the highest number of one
)

// doors names every door of the pattern: floor and door number, such as 301, the door with at least two digits.
func (p Pattern) doors() ([]door, error) {
	if p.Courtyards != 0 {
		return p.courtyards()
	}
	p.Stairwells, p.FirstFloor = max(p.Stairwells, 1), max(p.FirstFloor, 1)
	p.Floors = max(p.Floors, p.FirstFloor)
	if p.Stairwells > maxStairwells || p.Floors > maxFloors || p.Doors < 1 || p.Doors > maxDoors ||
		p.Stairwells*p.Floors*p.Doors > maxPattern {
		return nil, refuse(Invalid, "pattern_implausible",
			"住房单元规则不合理:单元 1–%d、楼层 1–%d、每层 1–%d 户,合计不超过 %d",
			"implausible pattern: 1–%d stairwells, 1–%d floors, 1–%d doors a floor, at most %d in all",
			maxStairwells, maxFloors, maxDoors, maxPattern)
	}
	floors, doors := p.named(1, p.Floors), p.named(1, p.Doors)
	var out []door
	for stairwell := 1; stairwell <= p.Stairwells; stairwell++ {
		for i, floor := range floors {
			if i+1 < p.FirstFloor {
				continue
			}
			for _, d := range doors {
				out = append(out, door{stairwell: stairwell, floor: floor, name: fmt.Sprintf("%d%02d", floor, d)})
			}
		}
	}
	return out, nil
}

// courtyards names every courtyard of the pattern by its number.
func (p Pattern) courtyards() ([]door, error) {
	p.FirstCourtyard = max(p.FirstCourtyard, 1)
	if p.Courtyards < 0 || p.Courtyards > maxCourtyards || p.FirstCourtyard > lastCourtyard-maxCourtyards {
		return nil, refuse(Invalid, "pattern_implausible", "院落数不合理:一次 1–%d 个院落,起始号 1–%d",
			"implausible pattern: 1–%d courtyards at once, the first numbered 1–%d", maxCourtyards, lastCourtyard-maxCourtyards).On("courtyards")
	}
	var out []door
	for _, n := range p.named(p.FirstCourtyard, p.Courtyards) {
		out = append(out, door{floor: 1, name: strconv.Itoa(n)})
	}
	return out, nil
}

// named names n things in the numbers people use, from first on.
func (p Pattern) named(first, n int) []int {
	var out []int
	for i := first; len(out) < n; i++ {
		if p.SkipFour && strings.Contains(strconv.Itoa(i), "4") || p.SkipThirteen && i == 13 {
			continue
		}
		out = append(out, i)
	}
	return out
}

// dwellingColumns is what a dwelling's row holds.
const dwellingColumns = `
	       d.county,
	       d.id,
	       d.sub_area,
	       d.building,
	       d.stairwell,
	       d.floor,
	       d.door,
	       d.occupancy,
	       d.evidence,
	       d.attempts,
	       d.resolved,
	       d.visited_at,
	       d.next_call_at,
	       d.corrected_at,
	       d.revision
	  FROM dwellings d`

func (t *tx) dwellingsOf(ctx context.Context, building int64) ([]Dwelling, error) {
	const sql = `SELECT` + dwellingColumns + `
		 WHERE d.county = $1 AND d.building = $2 AND d.retired_at IS NULL
		 ORDER BY d.stairwell, d.floor, length(d.door), d.door`
	out, err := collect[Dwelling](t.Query(ctx, sql, t.county, building))
	if err != nil {
		return nil, err
	}
	return out, t.withHouseholds(ctx, out)
}

func (t *tx) dwellings(ctx context.Context, q DwellingQuery) ([]Dwelling, error) {
	const sql = `SELECT` + dwellingColumns + `
		  JOIN buildings b ON b.county = d.county AND b.id = d.building
		  LEFT JOIN (SELECT x.id, y.number AS building_number, x.building, x.stairwell, x.floor, x.door
		               FROM dwellings x
		               JOIN buildings y ON y.county = x.county AND y.id = x.building
		              WHERE x.county = $1 AND x.id = nullif($3, '')::uuid) c ON true
		 WHERE d.county = $1 AND d.sub_area = $2 AND d.retired_at IS NULL
		   AND (c.id IS NULL OR (b.number, d.building, d.stairwell, d.floor, length(d.door), d.door, d.id)
		                      > (c.building_number, c.building, c.stairwell, c.floor, length(c.door), c.door, c.id))
		 ORDER BY b.number, d.building, d.stairwell, d.floor, length(d.door), d.door, d.id
		 LIMIT $4`
	return collect[Dwelling](t.Query(ctx, sql, t.county, q.SubArea, q.Page.After, q.Page.limit()+1))
}
