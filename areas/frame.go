package areas

import (
	"context"

	"github.com/paulmach/orb"
)

// Frame is what an editor of boundaries needs of one census area: its sub-areas and those that touch them, also across the
// lines of areas and towns, with their exact ground; the buildings on them; and the norm.
type Frame struct {
	Area      Area
	Geometry  orb.MultiPolygon
	Revision  int64 // of the county's frame
	Norm      Norm
	Members   []FrameMember
	Buildings []FrameBuilding
}

// Norm is how many households a sub-area should have.
type Norm struct{ Target, Min, Max int }

// FrameMember is a sub-area in an editor. Inside tells whether it lies in the area that was asked for; one that is not
// Reached is only seen.
type FrameMember struct {
	Code               Code             `db:"code"`
	AreaName           string           `db:"area_name"`
	Inside             bool             `db:"inside"`
	Reached            bool             `db:"reached"`
	Editable           bool             `db:"editable"`
	Virtual            bool             `db:"virtual"`
	Description        string           `db:"description"`
	State              string           `db:"state"`
	Geometry           orb.MultiPolygon `db:"geom"`
	Point              *orb.Point       `db:"point"`
	Buildings          int              `db:"buildings"`
	Dwellings          int              `db:"dwellings"`
	Households         int              `db:"households"`
	ExpectedHouseholds int              `db:"expected"`
	EnumeratorName     string           `db:"enumerator_name"`
	Revision           int64            `db:"revision"`
}

// FrameBuilding is a building in an editor: where its point lies it is counted.
type FrameBuilding struct {
	ID                int64        `db:"id"`
	SubArea           Code         `db:"place"`
	Number            int          `db:"number"`
	Kind              string       `db:"kind"`
	Standing          string       `db:"standing"`
	Floors            *int         `db:"floors"`
	Stairwells        *int         `db:"stairwells"`
	ExpectedDwellings int          `db:"expected_dwellings"`
	Dwellings         int          `db:"dwellings"`
	Households        int          `db:"households"`
	Point             orb.Point    `db:"point"`
	Geometry          orb.Geometry `db:"geom"`
	Revision          int64        `db:"revision"`
}

// Frame reads what an editor needs of a census area.
func (s *Store) Frame(ctx context.Context, actor Actor, area Code) (Frame, error) {
	var out Frame
	if area.Level() != LevelArea {
		return out, refuse(Invalid, "code_not_an_area", "%s 不是普查区代码(12 位)",
			"%s is not the code of a census area (12 digits)", area).On("area")
	}
	err := s.read(ctx, actor, area, func(t *tx) (err error) {
		if out.Area, err = t.area(ctx, area); err != nil {
			return err
		}
		t.byIndex()
		if out.Geometry, err = t.geometry(ctx, area); err != nil {
			return err
		}
		if out.Revision, err = t.frameRevision(ctx); err != nil {
			return err
		}
		settings, err := t.settings(ctx)
		if err != nil {
			return err
		}
		out.Norm = Norm{settings.NormTarget, settings.NormMin, settings.NormMax}
		if out.Members, err = t.frameMembers(ctx, area); err != nil {
			return err
		}
		out.Buildings, err = t.frameBuildings(ctx, out.Members)
		return err
	})
	return out, err
}

func (t *tx) frameMembers(ctx context.Context, area Code) ([]FrameMember, error) {
	lo, hi := area.span()
	const sql = `
		WITH near AS (
			SELECT DISTINCT n.code
			  FROM map_sub_areas m
			 CROSS JOIN LATERAL (SELECT o.county, o.code FROM map_sub_areas o WHERE o.geom && m.geom OFFSET 0) n
			 WHERE m.county = $1 AND m.code >= $2 AND m.code < $3 AND n.county = m.county
		), shown AS (
			SELECT m.code, m.geom, m.point, m.revision, '' AS state, '' AS description, false AS virtual
			  FROM map_sub_areas m
			 WHERE m.county = $1 AND m.code IN (SELECT code FROM near)
			 UNION ALL
			SELECT s.code, s.geom, s.point, s.revision, s.state, s.description, true
			  FROM sub_areas s
			 WHERE s.county = $1 AND s.code >= $2 AND s.code < $3 AND s.virtual AND s.retired_at IS NULL
		)
		SELECT m.code,
		       a.name AS area_name,
		       m.code >= $2 AND m.code < $3 AS inside,
		       s.code IS NOT NULL AS reached,
		       coalesce(s.state, '') = ANY ($4) AS editable,
		       m.virtual,
		       coalesce(s.description, '') AS description,
		       coalesce(s.state, '') AS state,
		       m.geom,
		       m.point,
		       coalesce(c.buildings, 0) AS buildings,
		       coalesce(c.listed + c.unlisted, 0) AS dwellings,
		       coalesce(c.households, 0) AS households,
		       coalesce(c.expected, 0) AS expected,
		       coalesce((SELECT u.display_name
		                   FROM assignments h
		                   JOIN users u ON u.id = h.enumerator
		                  WHERE h.county = $1 AND h.sub_area = m.code AND h.ended_at IS NULL
		                  ORDER BY h.begun_at DESC
		                  LIMIT 1), '') AS enumerator_name,
		       m.revision
		  FROM shown m
		  JOIN areas a ON a.county = $1 AND a.code = left(m.code, 12)
		  LEFT JOIN sub_areas s ON s.county = $1 AND s.code = m.code
		  LEFT JOIN coverage c ON c.county = $1 AND c.sub_area = m.code
		 ORDER BY m.code`
	return collect[FrameMember](t.Query(ctx, sql, t.county, lo, hi, editableStates))
}

// frameBuildings reads the buildings of sub-areas, as far as the actor reaches them.
func (t *tx) frameBuildings(ctx context.Context, members []FrameMember) ([]FrameBuilding, error) {
	codes := make([]Code, len(members))
	for i, m := range members {
		codes[i] = m.Code
	}
	const sql = `
		SELECT b.id,
		       b.place,
		       b.number,
		       b.kind,
		       b.standing,
		       b.floors,
		       b.stairwells,
		       b.expected_dwellings,
		       0 AS dwellings,
		       0 AS households,
		       b.point,
		       b.geom,
		       b.revision
		  FROM buildings b
		 WHERE b.county = $1 AND b.place = ANY ($2)
		   AND b.retired_at IS NULL AND b.standing IN ('confirmed', 'proposed')
		 ORDER BY b.place, b.number, b.id`
	out, doors, homes, err := livedIn[FrameBuilding](ctx, t, sql, codes)
	for i := range out {
		out[i].Dwellings, out[i].Households = doors[out[i].ID], homes[out[i].ID]
	}
	return out, err
}

// livedIn reads the buildings of sub-areas, and counts the dwellings and the households of each, in one go.
func livedIn[T any](ctx context.Context, t *tx, sql string, codes []Code) (buildings []T, dwellings, households map[int64]int, err error) {
	const doors = `
		SELECT d.building, count(*)
		  FROM dwellings d
		 WHERE d.county = $1 AND d.sub_area = ANY ($2) AND d.retired_at IS NULL
		 GROUP BY d.building`
	const homes = `
		SELECT d.building, count(*)
		  FROM households h
		  JOIN dwellings d ON d.county = h.county AND d.id = h.dwelling
		 WHERE h.county = $1 AND h.sub_area = ANY ($2) AND h.retired_at IS NULL
		   AND h.collection NOT IN ('duplicate_of', 'superseded')
		 GROUP BY d.building`
	ask(&t.piped, &buildings, sql, t.county, codes)
	dwellings, households = t.askCounts(doors, codes), t.askCounts(homes, codes)
	return buildings, dwellings, households, t.send(ctx)
}

// askCounts queues a count by building.
func (t *tx) askCounts(sql string, codes []Code) map[int64]int {
	type count struct {
		Building int64 `db:"building"`
		N        int   `db:"count"`
	}
	out := map[int64]int{}
	asked(&t.piped, func(found []count) error {
		for _, c := range found {
			out[c.Building] = c.N
		}
		return nil
	}, sql, t.county, codes)
	return out
}
