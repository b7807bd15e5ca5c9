package areas

import (
	"context"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"
)

// Area is a census area: the ground of one village or residents' committee, known by twelve digits.
type Area struct {
	Code               Code         `db:"code"`
	Town               Code         `db:"town"`
	Name               string       `db:"name"`
	Kind               string       `db:"kind"` // residents, villagers or quasi
	ExpectedHouseholds *int         `db:"expected_households"`
	Envelope           orb.Geometry `db:"envelope"`
	Point              *orb.Point   `db:"point"`
	SubAreas           int          `db:"sub_areas"`
	Revision           int64        `db:"revision"`
}

// NewArea is a census area to make. Without a Code it gets the next number of its Town; with one, Town follows from it.
type NewArea struct {
	Code               Code
	Town               Code
	Name               string
	Kind               string
	Geometry           orb.MultiPolygon
	ExpectedHouseholds *int
	Source, SourceID   string
}

// AreaQuery asks for the census areas that lie in a place.
type AreaQuery struct {
	Within Code
	Page   Page
}

// AreaEdit holds what may be changed of a census area; what is nil stays.
type AreaEdit struct {
	Name               *string
	Kind               *string
	ExpectedHouseholds *int
}

// MakeAreas makes census areas and answers their codes in the order given. Their towns must be there.
func (s *Store) MakeAreas(ctx context.Context, actor Actor, made []NewArea) ([]Code, error) {
	for i := range made {
		if made[i].Code != "" {
			made[i].Town = made[i].Code.At(LevelTown)
		}
	}
	place, err := commonPlace(made, func(a NewArea) Code { return a.Town })
	if err != nil {
		return nil, err
	}
	codes := make([]Code, len(made))
	err = s.write(ctx, actor, place, func(t *tx) error {
		if err := t.must(Text{"建立普查区", "make census areas"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		for i, a := range made {
			if codes[i], err = t.makeArea(ctx, a); err != nil {
				return err
			}
		}
		return t.codesOnMap(ctx, "areas", codes...)
	})
	return codes, err
}

// MakeArea makes one census area.
func (s *Store) MakeArea(ctx context.Context, actor Actor, a NewArea) (Area, error) {
	codes, err := s.MakeAreas(ctx, actor, []NewArea{a})
	if err != nil {
		return Area{}, err
	}
	return s.Area(ctx, actor, codes[0])
}

// Areas lists census areas in the order of their codes.
func (s *Store) Areas(ctx context.Context, actor Actor, q AreaQuery) (List[Area], error) {
	var out List[Area]
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		rows, err := t.areas(ctx, q)
		out = listed(rows, q.Page.limit(), func(a Area) string { return string(a.Code) })
		return err
	})
	return out, err
}

// Area reads one census area.
func (s *Store) Area(ctx context.Context, actor Actor, code Code) (Area, error) {
	var out Area
	err := s.read(ctx, actor, code, func(t *tx) (err error) {
		out, err = t.area(ctx, code)
		return err
	})
	return out, err
}

// EditArea changes a census area's name, kind or expected households. base is the revision that was read.
func (s *Store) EditArea(ctx context.Context, actor Actor, code Code, base int64, e AreaEdit) (Area, error) {
	var out Area
	err := s.write(ctx, actor, code, func(t *tx) error {
		if err := t.must(Text{"修改普查区", "edit a census area"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		if err := t.editArea(ctx, code, base, e); err != nil {
			return err
		}
		var err error
		out, err = t.area(ctx, code)
		return err
	})
	return out, err
}

func (t *tx) makeArea(ctx context.Context, a NewArea) (Code, error) {
	code := a.Code
	if code == "" {
		next, err := t.nextAreaCode(ctx, a.Town, a.Kind)
		if err != nil {
			return "", err
		}
		code = next
	}
	if code.Level() != LevelArea {
		return "", refuse(Invalid, "code_not_an_area", "%s 不是普查区代码(12 位)",
			"%s is not the code of a census area (12 digits)", code).On("code")
	}
	if a.Kind == "" {
		a.Kind = kindOfArea(code)
	}
	g, point, err := ground(a.Geometry)
	if err != nil {
		return "", err
	}
	const sql = `
		INSERT INTO areas (county, code, name, kind, geom, point, expected_households, source, source_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, ''), nullif($9, ''))`
	_, err = t.Exec(ctx, sql, code.County(), code, a.Name, a.Kind, g, point, a.ExpectedHouseholds, a.Source, a.SourceID)
	if err != nil {
		return "", err
	}
	return code, t.record(ctx, "make", code, "area/"+string(code), map[string]any{"name": a.Name})
}

// The first numbers of residents' and of villagers' committees within a town.
const (
	firstResidents = 1
	firstVillagers = 200
)

// kindOfArea tells by its number whose ground a census area is: 001–199 residents', 200–399 villagers', else quasi units.
func kindOfArea(code Code) string {
	switch n, _ := strconv.Atoi(string(code[9:])); {
	case n < firstVillagers:
		return "residents"
	case n < 2*firstVillagers:
		return "villagers"
	default:
		return "quasi"
	}
}

// nextAreaCode is the highest code ever used in the town for this kind, plus one. Unless the transaction only
// reads, the town's row is locked, so that two who ask at once get two codes.
func (t *tx) nextAreaCode(ctx context.Context, town Code, kind string) (Code, error) {
	if town.Level() != LevelTown {
		return "", refuse(Invalid, "code_not_a_town", "“%s”不是镇街代码(9 位)", "%q is not the code of a town (9 digits)", town).On("town")
	}
	lowest, highest := firstResidents, firstVillagers-1
	if kind == "villagers" {
		lowest, highest = firstVillagers, 2*firstVillagers-1
	}
	if t.writing {
		const lock = `SELECT code FROM regions WHERE county = $1 AND code = $2 FOR UPDATE`
		if err := t.QueryRow(ctx, lock, town.County(), town).Scan(&town); err != nil {
			return "", err
		}
	}
	const sql = `
		SELECT coalesce(max(right(code, 3)::int) + 1, $3)
		  FROM areas
		 WHERE county = $1 AND town = $2 AND right(code, 3)::int BETWEEN $3 AND $4`
	var next int
	if err := t.QueryRow(ctx, sql, town.County(), town, lowest, highest).Scan(&next); err != nil {
		return "", err
	}
	if next > highest {
		return "", refuse(Conflict, "codes_used_up", "%s 的编码已用完(%d–%d)", "the codes of %s are used up (%d–%d)", town, lowest, highest)
	}
	return Code(fmt.Sprintf("%s%03d", town, next)), nil
}

func (t *tx) areas(ctx context.Context, q AreaQuery) ([]Area, error) {
	lo, hi := q.Within.span()
	const sql = `
		WITH asked AS MATERIALIZED (
			SELECT a.*, a.code || '~' AS past
			  FROM areas a
			 WHERE a.county = $1
			   AND a.code >= $2 AND a.code < $3
			   AND a.code > $4
			   AND a.retired_at IS NULL
			 ORDER BY a.code
			 LIMIT $5
		)
		SELECT a.code,
		       a.town,
		       a.name,
		       a.kind,
		       a.expected_households,
		       ST_Envelope(a.geom) AS envelope,
		       a.point,
		       (SELECT count(*)
		          FROM sub_areas s
		         WHERE s.county = a.county AND s.code >= a.code AND s.code < a.past AND s.retired_at IS NULL) AS sub_areas,
		       a.revision
		  FROM asked a
		 ORDER BY a.code`
	return collect[Area](t.Query(ctx, sql, t.county, lo, hi, q.Page.After, q.Page.limit()+1))
}

func (t *tx) area(ctx context.Context, code Code) (Area, error) {
	found, err := t.areas(ctx, AreaQuery{Within: code, Page: Page{Limit: 1}})
	return first(found, err, func(a Area) bool { return a.Code == code })
}

func (t *tx) editArea(ctx context.Context, code Code, base int64, e AreaEdit) error {
	const lock = `SELECT revision FROM areas WHERE county = $1 AND code = $2 FOR UPDATE`
	if err := t.fresh(ctx, base, lock, t.county, code); err != nil {
		return err
	}
	const sql = `
		UPDATE areas
		   SET name = coalesce($3, name),
		       kind = coalesce($4, kind),
		       expected_households = coalesce($5, expected_households),
		       revision = revision + 1
		 WHERE county = $1 AND code = $2`
	if _, err := t.Exec(ctx, sql, t.county, code, e.Name, e.Kind, e.ExpectedHouseholds); err != nil {
		return err
	}
	if err := t.codesOnMap(ctx, "areas", code); err != nil {
		return err
	}
	return t.record(ctx, "edit", code, "area/"+string(code),
		changed("name", e.Name, "kind", e.Kind, "expected_households", e.ExpectedHouseholds))
}
