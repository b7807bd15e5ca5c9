package areas

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// Building is what stands on the ground: a footprint, or a point where no outline is known. Place is the finest code whose
// ground holds it; Number is its number within a sub-area, 0 where it has none yet.
type Building struct {
	County            Code         `db:"county"`
	ID                int64        `db:"id"`
	Place             Code         `db:"place"`
	Number            int          `db:"number"`
	Kind              string       `db:"kind"`
	Standing          string       `db:"standing"`
	Reason            string       `db:"reason"`
	Name              string       `db:"name"`
	Address           string       `db:"address"`
	Floors            *int         `db:"floors"`
	Stairwells        *int         `db:"stairwells"`
	Doors             *int         `db:"doors"` // on each floor of a stairwell
	Units             *int         `db:"units"`
	ExpectedDwellings int          `db:"expected_dwellings"`
	Sensitive         bool         `db:"sensitive"`
	ByHand            []string     `db:"by_hand"` // what of it a person set
	Point             orb.Point    `db:"point"`
	AreaM2            float64      `db:"area_m2"`
	Source            string       `db:"source"`
	SourceID          string       `db:"source_id"`
	SourceDate        *time.Time   `db:"source_date"`
	Confidence        *float32     `db:"confidence"`
	Licence           string       `db:"licence"`
	Status            int          `db:"status"`   // see the Status constants
	Listed            int          `db:"listed"`   // dwellings
	Resolved          int          `db:"resolved"` // of them
	Revision          int64        `db:"revision"`
	Geometry          orb.Geometry `db:"-"` // of a single building only
}

// SubArea is the code of the sub-area that holds the building, or empty.
func (b Building) SubArea() Code {
	if b.Place.Level() == LevelSubArea {
		return b.Place
	}
	return ""
}

// BuildingKey names one building.
type BuildingKey struct {
	County Code
	ID     int64
}

// NewBuilding is a building to add. Its Place is found by its ground unless given. What an enumerator or supervisor adds
// is a proposal that GIS staff confirm.
type NewBuilding struct {
	Place      Code
	Geometry   orb.Geometry // point, polygon or multipolygon
	Kind       string
	Standing   string
	Reason     string
	Name       string
	Address    string
	Floors     *int
	Stairwells *int
	Doors      *int
	Units      *int
	Sensitive  bool
	Source     string
	SourceID   string
	SourceDate *time.Time
	Confidence *float32
	Licence    string
}

// BuildingQuery asks for buildings within a place, in the order of their places and numbers.
type BuildingQuery struct {
	Within Code
	Kind   string
	Status *int
	Text   string // part of a name or address, or a number
	Page   Page
}

// Buildings lists buildings with what is known of their dwellings.
func (s *Store) Buildings(ctx context.Context, actor Actor, q BuildingQuery) (List[Building], error) {
	var out List[Building]
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		rows, err := t.buildings(ctx, q)
		out = listed(rows, q.Page.limit(), Building.cursor)
		return err
	})
	return out, err
}

// Building reads one building with its outline.
func (s *Store) Building(ctx context.Context, actor Actor, key BuildingKey) (Building, error) {
	var out Building
	err := s.read(ctx, actor, key.County, func(t *tx) (err error) {
		out, err = t.building(ctx, key.ID)
		return err
	})
	return out, err
}

// AddBuildings adds buildings to a county, numbers them within their sub-areas, and answers their ids in the order given.
// A building that its source named before is brought up to date instead, and keeps its number.
func (s *Store) AddBuildings(ctx context.Context, actor Actor, county Code, added []NewBuilding) ([]int64, error) {
	return s.addBuildings(ctx, actor, county, added, func(*tx, []int64, taken) error { return nil })
}

// addBuildings adds buildings and lets more be done with them in the same transaction.
func (s *Store) addBuildings(ctx context.Context, actor Actor, county Code, added []NewBuilding, more func(*tx, []int64, taken) error) ([]int64, error) {
	var ids []int64
	place, err := commonPlace(added, func(b NewBuilding) Code {
		if b.Place == "" {
			return county
		}
		return b.Place
	})
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, actor, place, func(t *tx) error {
		if err := t.nearby(ctx, added); err != nil {
			return err
		}
		for i := range added {
			if err := t.prepareBuilding(&added[i]); err != nil {
				return fmt.Errorf("building %d: %w", i+1, err)
			}
		}
		taken, err := t.takeBuildings(ctx, added)
		if err != nil {
			return err
		}
		ids = taken.ids
		if err := more(t, ids, taken); err != nil {
			return err
		}
		if err := t.counted(ctx, len(ids), "buildings"); err != nil {
			return err
		}
		if err := t.onMap(ctx, t.county, "buildings", ids...); err != nil {
			return err
		}
		if err := t.recountAround(ctx, place, ids); err != nil {
			return err
		}
		return t.record(ctx, "add", place, "building/"+strconv.FormatInt(ids[0], 10), map[string]any{"buildings": len(ids)})
	})
	return ids, err
}

// nearby refuses buildings that are drawn by hand where the county is not: in metres, with latitude first, or far away.
func (t *tx) nearby(ctx context.Context, added []NewBuilding) error {
	if len(added) > fewBuildings {
		return nil
	}
	const sql = `SELECT geom FROM map_regions WHERE county = $1 AND code = $1`
	var ground orb.Geometry
	if err := t.QueryRow(ctx, sql, t.county).Scan(&ground); errors.Is(err, pgx.ErrNoRows) {
		return nil // nobody drew the county yet
	} else if err != nil {
		return err
	}
	for _, b := range added {
		for _, ring := range verticesOf(b.Geometry) {
			if err := readable(ring, ground.Bound(), "geometry"); err != nil {
				return err
			}
		}
	}
	return nil
}

// fewBuildings is up to how many the sub-areas they lie in are counted one by one.
const fewBuildings = 20

// recountAround counts a place anew after buildings came in: only the sub-areas they lie in, where they are few.
func (t *tx) recountAround(ctx context.Context, place Code, ids []int64) error {
	if len(ids) > fewBuildings {
		return t.recount(ctx, place)
	}
	const sql = `SELECT DISTINCT sub_area FROM buildings WHERE county = $1 AND id = ANY ($2) AND sub_area IS NOT NULL ORDER BY sub_area`
	rows, err := t.Query(ctx, sql, t.county, ids)
	if err != nil {
		return err
	}
	codes, err := collectCodes(rows)
	if err != nil {
		return err
	}
	return t.recountEach(ctx, codes)
}

// AddBuilding adds one building. What GIS staff draw is a revision of the frame, so that it can be taken back.
func (s *Store) AddBuilding(ctx context.Context, actor Actor, county Code, b NewBuilding) (Building, error) {
	ids, err := s.addBuildings(ctx, actor, county, []NewBuilding{b}, func(t *tx, ids []int64, became taken) error {
		if !t.actor.Is(RoleGIS, RoleAdministrator) || became.inserted == 0 {
			return nil
		}
		made, err := t.building(ctx, ids[0])
		if err != nil {
			return err
		}
		revision, err := t.revise(ctx, "add_building", made.Place, map[string]any{"buildings": ids})
		if err != nil {
			return err
		}
		if err := t.writePast(ctx, revision, ids, false); err != nil {
			return err
		}
		return t.leavePast(ctx, revision)
	})
	if err != nil {
		return Building{}, err
	}
	return s.Building(ctx, actor, BuildingKey{county, ids[0]})
}

// cursor continues a list of buildings after this one.
func (b Building) cursor() string { return fmt.Sprintf("%s.%d.%d", b.Place, b.Number, b.ID) }

// buildingCursor takes a cursor apart; the empty one begins before all.
func buildingCursor(cursor string) (place string, number int, id int64, err error) {
	if cursor == "" {
		return "", 0, 0, nil
	}
	part := strings.Split(cursor, ".")
	if len(part) == 3 {
		number, err = strconv.Atoi(part[1])
		if err == nil {
			id, err = strconv.ParseInt(part[2], 10, 64)
		}
		if err == nil {
			return part[0], number, id, nil
		}
	}
	_, err = cursorNumber("not a cursor")
	return "", 0, 0, err
}

// buildingColumns is what a building's row holds, with the status that its dwellings give it.
const buildingColumns = `
	       b.county,
	       b.id,
	       b.place,
	       b.number,
	       b.kind,
	       b.standing,
	       b.reason,
	       b.name,
	       b.address,
	       b.floors,
	       b.stairwells,
	       b.doors,
	       b.units,
	       b.expected_dwellings,
	       b.sensitive,
	       b.by_hand,
	       b.point,
	       CASE WHEN ST_Dimension(b.geom) = 2 THEN ST_Area(b.geom::geography) ELSE 0 END AS area_m2,
	       b.source,
	       b.source_id,
	       b.source_date,
	       b.confidence,
	       b.licence,
	       b.revision,
	       d.listed::int AS listed,
	       d.resolved::int AS resolved,
	       ` + statusOfDoors + ` AS status
	  FROM buildings b
	 CROSS JOIN LATERAL (` + doorsOfBuilding + `) d`

func (t *tx) buildings(ctx context.Context, q BuildingQuery) ([]Building, error) {
	place, number, id, err := buildingCursor(q.Page.After)
	if err != nil {
		return nil, err
	}
	lo, hi := q.Within.span()
	const sql = `SELECT` + buildingColumns + `
		 WHERE b.county = $1
		   AND b.place >= $2 AND b.place < $3
		   AND (b.place, b.number, b.id) > ($4, $5, $6)
		   AND b.retired_at IS NULL
		   AND ($7 = '' OR b.kind = $7)
		   AND ($8::int IS NULL OR ` + statusOfDoors + ` = $8)
		   AND ($9 = '' OR b.name ILIKE '%' || $9 || '%' OR b.address ILIKE '%' || $9 || '%' OR b.number::text = $9)
		 ORDER BY b.place, b.number, b.id
		 LIMIT $10`
	return collect[Building](t.Query(ctx, sql, t.county, lo, hi, place, number, id, q.Kind, q.Status, q.Text, q.Page.limit()+1))
}

func (t *tx) building(ctx context.Context, id int64) (Building, error) {
	const sql = `SELECT` + buildingColumns + ` WHERE b.county = $1 AND b.id = $2`
	b, err := one[Building](t.Query(ctx, sql, t.county, id))
	if err != nil {
		return b, err
	}
	err = t.QueryRow(ctx, `SELECT geom FROM buildings WHERE county = $1 AND id = $2`, t.county, id).Scan(&b.Geometry)
	return b, err
}

// heldBuilding locks a building, and before it the counts of its sub-area, as whoever moves a boundary does; then it reads it.
func (t *tx) heldBuilding(ctx context.Context, id int64) (Building, error) {
	const place = `SELECT place FROM buildings WHERE county = $1 AND id = $2`
	const lock = `SELECT place FROM buildings WHERE county = $1 AND id = $2 FOR UPDATE`
	var lies, now Code
	if err := t.QueryRow(ctx, place, t.county, id).Scan(&lies); err != nil {
		return Building{}, err
	}
	if err := t.lockCounts(ctx, []Code{lies}); err != nil {
		return Building{}, err
	}
	if err := t.QueryRow(ctx, lock, t.county, id).Scan(&now); err != nil {
		return Building{}, err
	}
	if now != lies {
		return Building{}, refuse(Conflict, "try_again", "刚好有人同时修改,请再试一次", "somebody changed it at the same moment; try again")
	}
	return t.building(ctx, id)
}

// prepareBuilding fills in what a caller may leave out and refuses what cannot be.
func (t *tx) prepareBuilding(b *NewBuilding) error {
	if !t.actor.Is(RoleGIS, RoleAdministrator) {
		b.Standing = "proposed"
	}
	if b.Standing == "" {
		b.Standing = "confirmed"
	}
	if b.Kind == "" {
		b.Kind = "residential"
	}
	if b.Source == "" {
		b.Source = string(t.actor.Role)
	}
	if b.SourceID == "" {
		b.SourceID = uuid.NewString()
	}
	b.strip()
	g, err := footprint(b.Geometry)
	b.Geometry = g
	return err
}
