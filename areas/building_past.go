package areas

import (
	"context"

	"github.com/paulmach/orb"
)

// pastBuilding is a building as it was until a revision.
type pastBuilding struct {
	ID                int64        `db:"building"`
	Existed           bool         `db:"existed"`
	LeftAt            int64        `db:"left_at"`
	Place             Code         `db:"place"`
	Number            int          `db:"number"`
	Kind              string       `db:"kind"`
	Standing          string       `db:"standing"`
	Reason            string       `db:"reason"`
	Name              string       `db:"name"`
	Address           string       `db:"address"`
	Floors            *int         `db:"floors"`
	Stairwells        *int         `db:"stairwells"`
	Doors             *int         `db:"doors"`
	Units             *int         `db:"units"`
	ExpectedDwellings int          `db:"expected_dwellings"`
	Sensitive         bool         `db:"sensitive"`
	ByHand            []string     `db:"by_hand"`
	Geometry          orb.Geometry `db:"geom"`
	Point             orb.Point    `db:"point"`
}

// again is a building as it was.
func (p pastBuilding) again(b Building) Building {
	b.Place, b.Number, b.Kind, b.Standing, b.Reason = p.Place, p.Number, p.Kind, p.Standing, p.Reason
	b.Name, b.Address, b.Sensitive, b.ByHand, b.ExpectedDwellings = p.Name, p.Address, p.Sensitive, p.ByHand, p.ExpectedDwellings
	b.Floors, b.Stairwells, b.Doors, b.Units = p.Floors, p.Stairwells, p.Doors, p.Units
	b.Geometry, b.Point = p.Geometry, p.Point
	return b
}

// writePast keeps what buildings are until a revision; of those that it added, that they were not.
func (t *tx) writePast(ctx context.Context, revision int64, ids []int64, existed bool) error {
	const sql = `
		INSERT INTO past_buildings (county, building, revision, until, existed, found_at, place, number, kind, standing, reason, name,
		                            address, floors, stairwells, doors, units, expected_dwellings, sensitive, by_hand, geom, point,
		                            replaced_by)
		SELECT b.county, b.id, $3, r.at, $4, b.revision, b.place, b.number, b.kind, b.standing, b.reason, b.name, b.address,
		       b.floors, b.stairwells, b.doors, b.units, b.expected_dwellings, b.sensitive, b.by_hand, b.geom, b.point,
		       b.replaced_by
		  FROM buildings b
		  JOIN revisions r ON r.county = b.county AND r.revision = $3
		 WHERE b.county = $1 AND b.id = ANY ($2)`
	_, err := t.Exec(ctx, sql, t.county, ids, revision, existed)
	return err
}

// leavePast notes at which revision of their own a change leaves buildings: whoever changes them after that depends on it.
func (t *tx) leavePast(ctx context.Context, revision int64) error {
	const sql = `
		UPDATE past_buildings p
		   SET left_at = b.revision
		  FROM buildings b
		 WHERE p.county = $1 AND p.revision = $2 AND b.county = p.county AND b.id = p.building`
	_, err := t.Exec(ctx, sql, t.county, revision)
	return err
}

// pastAgain lets what was changed before a step that is undone stand again: buildings are as that left them.
func (t *tx) pastAgain(ctx context.Context, undone int64) error {
	const sql = `
		UPDATE past_buildings e
		   SET left_at = b.revision
		  FROM past_buildings p
		  JOIN buildings b ON b.county = p.county AND b.id = p.building
		 WHERE p.county = $1 AND p.revision = $2
		   AND e.county = p.county AND e.building = p.building AND e.revision < p.revision AND e.left_at = p.found_at`
	_, err := t.Exec(ctx, sql, t.county, undone)
	return err
}

// pastBuildings reads what a revision changed, as it was before.
func (t *tx) pastBuildings(ctx context.Context, revision int64) ([]pastBuilding, error) {
	const sql = `
		SELECT building, existed, left_at, place, number, kind, standing, reason, name, address, floors, stairwells, doors, units,
		       expected_dwellings, sensitive, by_hand, geom, point
		  FROM past_buildings
		 WHERE county = $1 AND revision = $2
		 ORDER BY building`
	return collect[pastBuilding](t.Query(ctx, sql, t.county, revision))
}
