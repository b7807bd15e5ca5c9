package areas

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"canvass/geo"
)

// makeDwellings lists the doors of a building from a pattern; doors listed before are kept.
func (a *applying) makeDwellings(ctx context.Context, c *sentChange) error {
	v, err := values[PatternValues](c)
	if err != nil {
		return err
	}
	doors, err := v.Pattern.doors()
	if len(v.Dwellings) > 0 {
		doors, err = untold(v.Dwellings), nil
	}
	if err != nil {
		return err
	}
	return a.list(ctx, v.Building, doors, map[string]any{"pattern": v.Pattern})
}

// untold are doors of which nothing is known but their ids.
func untold(ids []uuid.UUID) []door {
	out := make([]door, len(ids))
	for i, id := range ids {
		out[i].given = id
	}
	return out
}

// The bounds of a door that is listed by itself.
const (
	lowestFloor = -10
	longestDoor = 20
)

// addDwelling lists one door: in a village, by courtyard. A door that was thought to be none and is there after all is listed
// again.
func (a *applying) addDwelling(ctx context.Context, c *sentChange) error {
	v, err := values[DoorValues](c)
	if err != nil {
		return err
	}
	d, err := v.named()
	if err != nil {
		return err
	}
	if err := a.list(ctx, v.Building, []door{d}, map[string]any{"door": d.name}); err != nil {
		return err
	}
	const again = `
		UPDATE dwellings
		   SET retired_at = NULL,
		       reason = '',
		       changed_at = $3,
		       revision = revision + 1
		 WHERE county = $1 AND id = $2 AND retired_at IS NOT NULL AND replaced_by IS NULL`
	_, err = a.Exec(ctx, again, a.county, d.id(a.county, v.Building), a.now)
	return err
}

// named is the door that is named.
func (v DoorValues) named() (door, error) {
	if len(v.Dwellings) == 1 {
		return door{given: v.Dwellings[0]}, nil
	}
	name := strings.TrimSpace(v.Door)
	if name == "" || len([]rune(name)) > longestDoor || v.Stairwell < 0 || v.Stairwell > maxStairwells || v.Floor < lowestFloor || v.Floor > maxFloors {
		return door{}, refuse(Invalid, "door_implausible", "门牌须有 1 至 %d 个字,单元 0–%d、楼层 %d–%d",
			"a door has a name of 1 to %d characters, a stairwell from 0 to %d and a floor from %d to %d",
			longestDoor, maxStairwells, lowestFloor, maxFloors).On("door")
	}
	return door{stairwell: v.Stairwell, floor: v.Floor, name: name}, nil
}

// list writes doors of a building.
func (a *applying) list(ctx context.Context, id int64, doors []door, detail map[string]any) error {
	b, err := a.buildingAt(ctx, id)
	if err != nil {
		return err
	}
	if b.place.Level() != LevelSubArea {
		return refuse(Conflict, "outside_frame", "建筑物不在任何普查小区内,请先由绘图员划入",
			"the building lies in no sub-area; GIS staff must draw one round it first").At(b.point)
	}
	if b.sensitive {
		detail = map[string]any{}
		if err := a.lockCounts(ctx, []Code{b.place}); err != nil {
			return err
		}
	} else if doors[0].given != uuid.Nil {
		return refuse(Invalid, "door_implausible", "请给出门牌", "name the door").On("door")
	}
	made, err := a.writeDoors(ctx, []doorsOf{{id, doors}})
	if err != nil {
		return err
	}
	a.touched[b.place] = true
	detail["made"] = made
	return a.record(ctx, "list", b.place, buildingSubject(id), detail)
}

func buildingSubject(id int64) string { return "building/" + strconv.FormatInt(id, 10) }

// site is where a building stands.
type site struct {
	place    Code
	point    orb.Point
	standing string
	revision int64

	sensitive bool
}

func (t *tx) buildingAt(ctx context.Context, id int64) (site, error) {
	var s site
	const sql = `SELECT place, point, standing, revision, sensitive FROM buildings WHERE county = $1 AND id = $2 AND retired_at IS NULL`
	err := t.QueryRow(ctx, sql, t.county, id).Scan(&s.place, &s.point, &s.standing, &s.revision, &s.sensitive)
	if errors.Is(err, pgx.ErrNoRows) {
		return s, refuse(NotFound, "building_unknown", "没有这栋建筑物", "there is no such building").On("building")
	}
	return s, err
}

// The ids that tablets give to buildings: above all that the server gives, and whole numbers in every client.
const (
	firstFieldBuilding = int64(1) << 51
	lastFieldBuilding  = int64(1)<<52 - 1
)

// addBuilding takes a building found in the field: a proposal for GIS staff to confirm, that dwellings may be listed in at once.
func (a *applying) addBuilding(ctx context.Context, c *sentChange) error {
	v, err := values[BuildingValues](c)
	if err != nil {
		return err
	}
	if v.Building < firstFieldBuilding || v.Building > lastFieldBuilding {
		return refuse(Invalid, "building_id_malformed", "新增建筑物的编号不对", "a building found in the field has an id from %d to %d",
			firstFieldBuilding, lastFieldBuilding).On("building")
	}
	if v.Geometry == nil || v.Geometry.Coordinates == nil {
		return refuse(Invalid, "geometry_kind", "请标出建筑物的位置", "say where the building stands").On("geometry")
	}
	outline, err := footprint(v.Geometry.Coordinates)
	if err != nil {
		return err
	}
	b := NewBuilding{Geometry: outline, Kind: v.Kind, Name: v.Name, Address: v.Address, Floors: v.Floors, Stairwells: v.Stairwells,
		Doors: v.Doors, Units: v.Units}
	if b.Kind == "" {
		b.Kind = "residential"
	}
	place, err := a.writeFound(ctx, v.Building, b)
	if err != nil || place == "" {
		return err
	}
	c.place = place
	a.touched[place] = true
	if err := a.onMap(ctx, a.county, "buildings", v.Building); err != nil {
		return err
	}
	return a.record(ctx, "add", place, buildingSubject(v.Building), map[string]any{"kind": b.Kind})
}

// writeFound writes a building found in the field where its ground is, with the next number; it answers no place if it was
// written before.
func (a *applying) writeFound(ctx context.Context, id int64, b NewBuilding) (Code, error) {
	settings, err := a.settings(ctx)
	if err != nil {
		return "", err
	}
	point := geo.PointOnSurface(b.Geometry)
	place, err := a.placeAt(ctx, point)
	if err != nil {
		return "", err
	}
	if err := a.lockCounts(ctx, []Code{place}); err != nil {
		return "", err
	}
	expected := settings.expectedDwellings(Capacity{Kind: b.Kind, Units: b.Units, Floors: b.Floors, Stairwells: b.Stairwells,
		Doors: b.Doors, AreaM2: geo.Area(b.Geometry)})
	const sql = `
		INSERT INTO buildings (county, id, place, number, kind, standing, name, address, floors, stairwells, doors, units,
		                       expected_dwellings, geom, point, source, source_id)
		SELECT @county, @id, @place,
		       CASE WHEN length(@place) = 15
		            THEN 1 + coalesce((SELECT max(b.number) FROM buildings b WHERE b.county = @county AND b.place = @place), 0)
		            ELSE 0 END,
		       @kind, 'proposed', @name, @address, @floors, @stairwells, @doors, @units, @expected, @geom::geometry, @point::geometry,
		       'field', @id::bigint::text
		    ON CONFLICT DO NOTHING`
	tag, err := a.Exec(ctx, sql, pgx.NamedArgs{"county": a.county, "id": id, "place": place, "kind": b.Kind, "name": b.Name,
		"address": b.Address, "floors": b.Floors, "stairwells": b.Stairwells, "doors": b.Doors, "units": b.Units, "expected": expected,
		"geom": b.Geometry, "point": point})
	if err != nil || tag.RowsAffected() == 0 {
		return "", err
	}
	return place, nil
}

// placeAt finds the finest code whose ground holds a point, at last the county.
func (t *tx) placeAt(ctx context.Context, p orb.Point) (Code, error) {
	const sql = `
		SELECT coalesce(
		           (SELECT min(s.code) FROM sub_areas s
		             WHERE s.county = $1 AND s.retired_at IS NULL AND s.geom && $2::geometry AND ST_Covers(s.geom, $2::geometry)),
		           (SELECT min(a.code) FROM areas a
		             WHERE a.county = $1 AND a.retired_at IS NULL AND a.geom && $2::geometry AND ST_Covers(a.geom, $2::geometry)),
		           (SELECT min(r.code) FROM regions r
		             WHERE r.county = $1 AND length(r.code) = 9 AND r.retired_at IS NULL
		               AND r.geom && $2::geometry AND ST_Covers(r.geom, $2::geometry)),
		           $1)`
	var place Code
	err := t.QueryRow(ctx, sql, t.county, p).Scan(&place)
	return place, err
}

// fieldStandings are what somebody in the field may say of a building.
var fieldStandings = []string{"demolished", "duplicate", "not_a_building"}

// markBuilding takes what is otherwise about a building. It counts at once, and GIS staff look at it.
func (a *applying) markBuilding(ctx context.Context, c *sentChange) error {
	v, err := values[BuildingMark](c)
	if err != nil {
		return err
	}
	if strings.TrimSpace(v.Reason) == "" {
		return refuse(Invalid, "reason_missing", "请说明理由", "give the reason").On("reason")
	}
	if v.Standing != nil && !contains(fieldStandings, *v.Standing) {
		return refuse(Invalid, "standing_unknown", "现场只能标记为已拆除、重复或不是建筑物",
			"in the field a building is marked demolished, duplicate or not a building").On("standing")
	}
	was, err := a.building(ctx, v.Building)
	if errors.Is(err, pgx.ErrNoRows) {
		return refuse(NotFound, "building_unknown", "没有这栋建筑物", "there is no such building").On("building")
	}
	if err != nil {
		return err
	}
	if c.Base > 0 && was.Revision > c.Base && v.Standing != nil && contains(fieldStandings, was.Standing) && was.Standing != *v.Standing {
		c.beside(map[string]any{"standing": was.Standing, "reason": was.Reason, "revision": was.Revision})
		return refuse(Conflict, "contradicts", "他人已把它标记为另一种情况,留给绘图员比对", "somebody marked it otherwise meanwhile; GIS staff compare both")
	}
	a.touched[was.Place] = true
	return a.editBuilding(ctx, was, BuildingEdit{Standing: v.Standing, Kind: v.Kind, Floors: v.Floors, Stairwells: v.Stairwells,
		Doors: v.Doors, Units: v.Units, Reason: &v.Reason})
}

// proposeBoundary keeps how a boundary runs on the ground, for GIS staff to draw.
func (a *applying) proposeBoundary(ctx context.Context, c *sentChange) error {
	v, err := values[ProposalValues](c)
	if err != nil {
		return err
	}
	shape, err := proposed(v.Geometry)
	if err != nil {
		return err
	}
	if strings.TrimSpace(v.Reason) == "" {
		return refuse(Invalid, "reason_missing", "请说明理由", "give the reason").On("reason")
	}
	if c.place.Level() != LevelSubArea {
		return refuse(NotFound, "sub_area_unknown", "没有这个普查小区", "there is no such sub-area")
	}
	const sql = `
		INSERT INTO proposals (county, id, sub_area, geom, reason, made_by, made_at)
		VALUES ($1, $2, $3, $4::geometry, $5, $6, $7)
		    ON CONFLICT DO NOTHING`
	if _, err := a.Exec(ctx, sql, a.county, c.ID, c.place, shape, v.Reason, c.by.device.User, c.At); err != nil {
		return err
	}
	a.touched[c.place] = true
	return a.record(ctx, "propose", c.place, "proposal/"+c.ID.String(), map[string]any{"reason": v.Reason})
}

// proposed reads a line or an area on the grid.
func proposed(g *geojson.Geometry) (orb.Geometry, error) {
	wrong := refuse(Invalid, "geometry_kind", "边界须是线或面", "a boundary is a line or an area").On("geometry")
	if g == nil || g.Coordinates == nil {
		return nil, wrong
	}
	switch shape := g.Coordinates.(type) {
	case orb.LineString:
		if len(shape) < 2 {
			return nil, wrong
		}
		return geo.Snap(shape), nil
	case orb.Polygon, orb.MultiPolygon:
		return footprint(shape)
	}
	return nil, wrong
}
