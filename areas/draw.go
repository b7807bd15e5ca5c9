package areas

import (
	"context"
	"errors"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
	"canvass/geo/coverage"
)

// Draw is a sub-area to draw in a census area. What its Piece has of the sub-areas that are there becomes its own. In an area
// that has none yet, the first one drawn without a piece has all of the area.
type Draw struct {
	Area        Code
	Piece       orb.MultiPolygon
	Description string
	Tolerance   float64 // metres within which the piece is drawn to vertices that are there
	Parts       []TowerPart
}

// Draw draws a sub-area within a census area; the area stays covered exactly.
func (s *Store) Draw(ctx context.Context, actor Actor, a Asked, d Draw) (Outcome, error) {
	if d.Area.Level() != LevelArea {
		return Outcome{}, refuse(Invalid, "code_not_an_area", "%s 不是普查区代码(12 位)", "%s is not the code of a census area (12 digits)", d.Area).On("area")
	}
	return s.redrawn(ctx, actor, a, d.Area, func(t *tx) (change, error) {
		named, err := t.grounded(ctx, d.Area)
		if err != nil {
			return change{}, err
		}
		c := change{verb: "draw", codes: map[int]Code{}, words: map[int]string{}, parts: d.Parts}
		if len(named) == 0 {
			return t.drawFirst(ctx, c, d)
		}
		if c.before, err = t.hold(ctx, named); err != nil {
			return c, err
		}
		if err := t.readablePiece(d.Piece, member{Geometry: ringed(c.before[:len(named)])}); err != nil {
			return c, err
		}
		made := 0
		if c.edit, made, err = carve(grounds(c.before), len(named), d); err != nil {
			return c, drawnWrong(err)
		}
		c.codes[made], c.words[made] = d.Area, d.Description
		return c, nil
	})
}

// grounded lists the sub-areas of an area that have ground.
func (t *tx) grounded(ctx context.Context, area Code) ([]Code, error) {
	const sql = `
		SELECT code
		  FROM sub_areas
		 WHERE county = $1 AND code >= $2 AND code < $3 AND retired_at IS NULL AND geom IS NOT NULL
		 ORDER BY code`
	lo, hi := area.span()
	rows, err := t.Query(ctx, sql, t.county, lo, hi)
	if err != nil {
		return nil, err
	}
	return collectCodes(rows)
}

// ringed is the ground of members as one collection of polygons, to see where it lies.
func ringed(members []member) orb.MultiPolygon { return slices.Concat(grounds(members)...) }

// drawFirst gives all of a census area to its first sub-area.
func (t *tx) drawFirst(ctx context.Context, c change, d Draw) (change, error) {
	whole, err := t.geometry(ctx, d.Area)
	if err != nil {
		return c, err
	}
	switch {
	case len(whole) == 0:
		return c, refuse(Conflict, "area_without_ground", "普查区 %s 还没有边界,请先导入或绘制普查区",
			"census area %s has no ground yet; import or draw it first", d.Area).On("area")
	case len(d.Piece) > 0:
		return c, refuse(Conflict, "area_not_covered", "%s 还没有普查小区:请先不画图形建立第一个(得到整个普查区),再从中划出",
			"%s has no sub-area yet: draw the first without a piece, so that it has all of the area, then carve others out of it", d.Area).On("piece")
	}
	c.edit, c.anew = coverage.Edit{0: whole}, true
	c.codes[0], c.words[0] = d.Area, d.Description
	return c, nil
}

// refuseMisfit refuses if the sub-areas of an area leave a gap, miss one another's vertices, or do not cover it exactly.
func (t *tx) refuseMisfit(ctx context.Context, area Code) error {
	found, err := t.brokenLevel(ctx, LevelSubArea, area)
	if err != nil || len(found) == 0 {
		return err
	}
	e := refuse(Conflict, "area_not_covered", "这样 %[1]s 的普查小区就不能恰好铺满它(%[2]s):请改用 POST /api/areas/%[1]s/draw 从已有的普查小区中划出",
		"the sub-areas of %[1]s would not cover it exactly (%[2]s): carve the new one out of those that are there, with POST /api/areas/%[1]s/draw", area, found[0].What)
	if found[0].At != nil {
		e = e.At(*found[0].At)
	}
	return e.On("geometry")
}

// carve takes a piece out of the first n members and makes it one of its own, whose number it gives.
//
//  1. each ring of the piece, as a closed line, divides each member that it meets;
//  2. of what comes out, that which lies in the piece is merged; a member must keep some, in one part for each it had.
func carve(members []orb.MultiPolygon, n int, d Draw) (coverage.Edit, int, error) {
	now := slices.Clone(members)
	var inside []int
	for _, polygon := range d.Piece {
		if len(polygon) != 1 {
			return nil, 0, refuse(Invalid, "piece_with_hole", "划出的一块不能有洞", "the piece must have no hole").On("piece")
		}
		for i := range n {
			if !now[i].Bound().Intersects(polygon.Bound()) {
				continue
			}
			taken, err := takeFrom(&now, i, polygon, d.Tolerance)
			if err != nil {
				return nil, 0, err
			}
			inside = append(inside, taken...)
		}
	}
	if len(inside) == 0 {
		return nil, 0, &coverage.Error{Reason: coverage.NothingMoves, At: d.Piece[0][0][0]}
	}
	together, err := coverage.Merge(now, inside...)
	if err != nil {
		return nil, 0, err
	}
	now = together.Apply(now)
	edit := coverage.Edit{}
	for i := range now {
		if i >= len(members) && len(now[i]) > 0 || i < len(members) && !orb.Equal(now[i], members[i]) {
			edit[i] = now[i]
		}
	}
	return edit, inside[0], nil
}

// takeFrom divides a member by a ring and answers the numbers of what lies within.
func takeFrom(now *[]orb.MultiPolygon, i int, ring orb.Polygon, tolerance float64) ([]int, error) {
	had := len((*now)[i])
	divided, err := coverage.Split(*now, i, orb.LineString(ring[0]), tolerance)
	if errors.Is(err, coverage.LineDividesNot) {
		if at := geo.PointOnSurface((*now)[i]); geo.Contains(ring, at) {
			return nil, &coverage.Error{Reason: coverage.NothingLeft, At: at}
		}
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	first := len(*now)
	*now = divided.Apply(*now)
	var within, without []int
	for k := range divided {
		if k != i && k < first {
			continue // a neighbour that got a vertex
		}
		if geo.Contains(ring, geo.PointOnSurface((*now)[k])) {
			within = append(within, k)
		} else {
			without = append(without, k)
		}
	}
	slices.Sort(within)
	slices.Sort(without)
	switch {
	case len(without) == 0:
		return nil, &coverage.Error{Reason: coverage.NothingLeft, At: ring[0][0]}
	case len(without) > 1:
		return nil, &coverage.Error{Reason: coverage.CutsApart, At: geo.PointOnSurface((*now)[without[1]])}
	case without[0] != i: // the larger part is within: the member keeps the rest
		(*now)[i], (*now)[without[0]] = (*now)[without[0]], (*now)[i]
		within[slices.Index(within, i)] = without[0]
	}
	if len((*now)[i]) > had {
		return nil, &coverage.Error{Reason: coverage.CutsApart, At: ring[0][0]}
	}
	return within, nil
}
