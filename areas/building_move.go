package areas

import (
	"context"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// BuildingMove is a building to draw anew where it really stands: shifted, or with another outline.
type BuildingMove struct {
	Key      BuildingKey
	Geometry orb.Geometry // point, polygon or multipolygon
}

// MoveBuilding draws a building anew. Where it comes to lie in another sub-area, its dwellings, households, visits and flags
// follow as when a boundary moves past it, and it gets the next number there. It is refused where a boundary would cut it.
// Base is the revision of the building.
func (s *Store) MoveBuilding(ctx context.Context, actor Actor, a Asked, m BuildingMove) (Outcome, error) {
	return s.rebuilt(ctx, actor, a, m.Key.County, func(t *tx) (*rebuilding, error) {
		outline, err := t.outlineNear(ctx, m)
		if err != nil {
			return nil, err
		}
		at := geo.PointOnSurface(outline)
		place, err := t.standsIn(ctx, at)
		if err != nil {
			return nil, err
		}
		held, err := t.heldBuildings(ctx, []int64{m.Key.ID}, place)
		if err != nil {
			return nil, err
		}
		was := held[0]
		if err := t.staleBuilding(ctx, a.Base, was); err != nil {
			return nil, err
		}
		r := &rebuilding{verb: "move_building", before: held, after: []Building{was}}
		next := &r.after[0]
		next.Geometry, next.Point, next.Place, next.AreaM2 = outline, at, place, geo.Area(outline)
		next.setByHand("outline")
		if err := t.expectAnew(ctx, next); err != nil {
			return nil, err
		}
		return r, t.judgeMove(ctx, r)
	})
}

// outlineNear reads an outline, and refuses what cannot be one near where the building stands.
func (t *tx) outlineNear(ctx context.Context, m BuildingMove) (orb.Geometry, error) {
	was, err := t.building(ctx, m.Key.ID)
	if err != nil {
		return nil, err
	}
	if m.Geometry == nil {
		return nil, refuse(Invalid, "geometry_missing", "请画出建筑物的新轮廓", "draw the building's new outline").On("geometry")
	}
	for _, ring := range verticesOf(m.Geometry) {
		if err := readable(ring, was.Geometry.Bound(), "geometry"); err != nil {
			return nil, err
		}
	}
	return footprint(m.Geometry)
}

// verticesOf lists the vertices of a point, polygon or multipolygon, ring by ring.
func verticesOf(g orb.Geometry) (out [][]orb.Point) {
	if p, is := g.(orb.Point); is {
		return [][]orb.Point{{p}}
	}
	for _, ring := range ringsOfOutline(g) {
		out = append(out, ring)
	}
	return out
}

// standsIn finds the finest code whose ground holds a point. Ground that others see to is refused.
func (t *tx) standsIn(ctx context.Context, at orb.Point) (Code, error) {
	const seen = `
		SELECT coalesce(min(m.code), '')
		  FROM map_sub_areas m
		 WHERE m.county = $1 AND m.geom && $2::geometry AND ST_Covers(m.geom, $2::geometry)`
	var there Code
	if err := t.QueryRow(ctx, seen, t.county, at).Scan(&there); err != nil {
		return "", err
	}
	place, err := t.placeAt(ctx, at)
	if err == nil && (there != "" && place != there || len(t.actor.scopesFor(place)) == 0) {
		return "", refuse(Forbidden, "ground_outside_scope", "那里属于 %[1]s,不在您的范围内,请上级操作",
			"that ground belongs to %[1]s, outside your scope; ask whoever reaches both", max(there, place)).On("geometry").At(at)
	}
	return place, err
}

// expectAnew tells how many dwellings a building likely holds as it is drawn now.
func (t *tx) expectAnew(ctx context.Context, b *Building) error {
	settings, err := t.settings(ctx)
	if err != nil {
		return err
	}
	b.ExpectedDwellings = settings.expectedDwellings(Capacity{Kind: b.Kind, Units: b.Units, Floors: b.Floors,
		Stairwells: b.Stairwells, Doors: b.Doors, AreaM2: b.AreaM2})
	return nil
}

// judgeMove looks at where a building comes to stand: not across a boundary, not out of the frame with its dwellings, not in
// another sub-area while one of the two is signed off. That it stands in another building is remarked on.
func (t *tx) judgeMove(ctx context.Context, r *rebuilding) error {
	was, next := r.before[0], r.after[0]
	divided, err := t.dividedTowers(ctx, []int64{was.ID})
	if err != nil {
		return err
	}
	switch {
	case divided[was.ID] && next.Place != was.Place:
		r.block(was.ID, trouble("tower_divided", nil, "大楼 %d 已按单元和楼层划分,不能移到另一个小区", "tower %d is divided by stairwell and floor; it cannot move to another sub-area", was.Number))
	case !divided[was.ID]:
		if err := t.judgeCut(ctx, r, next); err != nil {
			return err
		}
	}
	if next.Place != was.Place {
		if err := t.judgeCrossing(ctx, r); err != nil {
			return err
		}
	}
	return t.judgeOverlap(ctx, r, next)
}

// judgeCut blocks where a boundary of a sub-area runs through an outline, deeper than a wall.
func (t *tx) judgeCut(ctx context.Context, r *rebuilding, next Building) error {
	const sql = `SELECT code, geom FROM map_sub_areas WHERE county = $1 AND geom && $2::geometry ORDER BY code`
	near, err := collect[placed](t.Query(ctx, sql, t.county, next.Geometry))
	if err != nil {
		return err
	}
	for _, n := range near {
		found := false
		eachSegment(n.Ground, func(s segment) {
			if at, cut := s.cuts(next.Geometry); cut && !found {
				found = true
				r.block(next.ID, trouble("building_cut", &at, "%[1]s 的边界会穿过 %[2]d 号建筑物:请画在边界一侧", "the boundary of %[1]s would cut building %[2]d: draw it on one side", n.Code, next.Number))
			}
		})
		if found {
			return nil
		}
	}
	return nil
}

// judgeCrossing blocks a change of hands that the frame's state, or what is listed, does not let happen.
func (t *tx) judgeCrossing(ctx context.Context, r *rebuilding) error {
	was, next := r.before[0], r.after[0]
	if next.Place.Level() != LevelSubArea {
		living, err := t.livingOf(ctx, []int64{was.ID})
		if err != nil {
			return err
		}
		if living[was.ID].dwellings > 0 {
			r.block(was.ID, trouble("outside_frame", &next.Point, "%d 号建筑物有住房单元,不能移到没有普查小区的地方", "building %d has dwellings; it cannot move to where there is no sub-area", was.Number))
		}
		return nil
	}
	return t.judgeStates(ctx, was.Place, next.Place)
}

// judgeStates refuses to take dwellings from one sub-area to another while the boundary of either may not move.
func (t *tx) judgeStates(ctx context.Context, codes ...Code) error {
	members, err := collect[member](t.Query(ctx, membersOf, t.county, codes))
	if err != nil {
		return err
	}
	for _, m := range members {
		if err := m.editable(); err != nil {
			return err
		}
	}
	return nil
}

// judgeOverlap remarks on buildings that an outline runs into.
func (t *tx) judgeOverlap(ctx context.Context, r *rebuilding, next Building) error {
	const sql = `
		SELECT n.id, n.number
		  FROM buildings n
		 WHERE n.county = $1 AND n.id <> $3 AND n.retired_at IS NULL AND n.standing IN ('confirmed', 'proposed')
		   AND n.geom && $2::geometry AND ST_Intersects(n.geom, $2::geometry) AND NOT ST_Touches(n.geom, $2::geometry)
		 ORDER BY n.id
		 LIMIT 5`
	rows, err := t.Query(ctx, sql, t.county, next.Geometry, next.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var number int
		if err := rows.Scan(&id, &number); err != nil {
			return err
		}
		found := trouble("building_overlaps", &next.Point, "它与 %d 号建筑物重叠:是同一栋就请合并", "it overlaps building %d: merge them if they are one", number)
		found.Building = id
		r.troubles = append(r.troubles, found)
	}
	return rows.Err()
}

// dividedTowers tells which buildings are divided by stairwell and floor.
func (t *tx) dividedTowers(ctx context.Context, ids []int64) (map[int64]bool, error) {
	const sql = `SELECT DISTINCT building FROM building_parts WHERE county = $1 AND building = ANY ($2) AND retired_at IS NULL`
	rows, err := t.Query(ctx, sql, t.county, ids)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]bool{}
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out[id] = true
	}
	return out, rows.Err()
}

// staleBuilding refuses what stands on an older state of a building, and says what was done since.
func (t *tx) staleBuilding(ctx context.Context, base int64, b Building) error {
	err := stale(base, b.Revision)
	refused, is := err.(*Error)
	if !is {
		return err
	}
	const sql = `SELECT` + stepColumns + `
		  JOIN past_buildings p ON p.county = r.county AND p.revision = r.revision
		 WHERE r.county = $1 AND p.building = $2 AND p.left_at > $3
		 ORDER BY r.revision`
	since, err := collect[Step](t.Query(ctx, sql, t.county, b.ID, base))
	refused.Since = since
	if err != nil {
		return fmt.Errorf("read what was done to building %s: %w", strconv.FormatInt(b.ID, 10), err)
	}
	return refused
}
