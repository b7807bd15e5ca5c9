package areas

import (
	"cmp"
	"context"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo/coverage"
)

// Draw is a sub-area to draw in a census area. What its Piece has of the sub-areas that are there becomes its own; what lies in
// its holes stays theirs. With Rest they keep what they have, and it gets what of the area has no sub-area yet: of the piece, or
// all that is left. In an area that has none yet, the first one drawn without a piece has all of the area.
type Draw struct {
	Area        Code
	Piece       orb.MultiPolygon
	Rest        bool
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
		whole, err := t.drawnOn(ctx, &c, d, named)
		if err != nil {
			return c, err
		}
		if c.edit, err = carve(grounds(c.before), len(named), d, whole); err != nil {
			return c, drawnWrong(err)
		}
		c.codes[len(c.before)], c.words[len(c.before)] = d.Area, d.Description
		return c, nil
	})
}

// drawnOn holds what a piece is drawn on: the sub-areas of the census area and those around. With Rest it answers the ground of the
// area, of which the sub-areas beside it may get vertices too.
func (t *tx) drawnOn(ctx context.Context, c *change, d Draw, named []Code) (whole orb.MultiPolygon, err error) {
	if !d.Rest {
		if c.before, err = t.hold(ctx, named); err != nil {
			return nil, err
		}
		return nil, t.readablePiece(d.Piece, member{Geometry: ringed(c.before[:len(named)])})
	}
	if whole, err = t.geometry(ctx, d.Area); err != nil {
		return nil, err
	}
	if len(whole) == 0 {
		return nil, errAreaWithoutGround(d.Area)
	}
	c.anew = true
	if c.before, err = t.holdAround(ctx, d.Area, named); err != nil || len(d.Piece) == 0 {
		return whole, err
	}
	return whole, t.readablePiece(d.Piece, member{Geometry: whole})
}

// holdAround is hold for all sub-areas within the box of a census area: those named, which are all that it has, then the others. No
// other is made in it until the transaction ends.
func (t *tx) holdAround(ctx context.Context, area Code, named []Code) ([]member, error) {
	const sql = `
		SELECT o.code
		  FROM map_areas a
		 CROSS JOIN LATERAL (SELECT s.code FROM map_sub_areas s WHERE s.county = a.county AND s.geom && a.geom OFFSET 0) o
		 WHERE a.county = $1 AND a.code = $2`
	rows, err := t.Query(ctx, sql, t.county, area)
	if err != nil {
		return nil, err
	}
	beside, err := collectCodes(rows)
	if err != nil {
		return nil, err
	}
	held, err := t.holdWith(ctx, named, beside)
	if err != nil || !t.writing {
		return held, err
	}
	const lock = `SELECT code FROM areas WHERE county = $1 AND code = $2 FOR NO KEY UPDATE`
	if _, err := t.Exec(ctx, lock, t.county, area); err != nil {
		return nil, err
	}
	if now, err := t.grounded(ctx, area); err != nil || !slices.Equal(now, named) {
		return nil, cmp.Or(err, error(refuse(Conflict, "try_again", "刚好有人同时修改,请再试一次", "somebody changed it at the same moment; try again")))
	}
	return held, nil
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
		return c, errAreaWithoutGround(d.Area)
	case len(d.Piece) > 0:
		return c, refuse(Conflict, "area_not_covered", "%s 还没有普查小区:请先不画图形建立第一个(得到整个普查区),再从中划出",
			"%s has no sub-area yet: draw the first without a piece, so that it has all of the area, then carve others out of it", d.Area).On("piece")
	}
	c.edit, c.anew = coverage.Edit{0: whole}, true
	c.codes[0], c.words[0] = d.Area, d.Description
	return c, nil
}

func errAreaWithoutGround(area Code) error {
	return refuse(Conflict, "area_without_ground", "普查区 %s 还没有边界,请先导入或绘制普查区",
		"census area %s has no ground yet; import or draw it first", area).On("area")
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

// carve takes a piece out of the first n members and makes it one of its own. Where only what is left open is asked for, it takes
// that of the whole, and of the piece, if one is drawn.
func carve(members []orb.MultiPolygon, n int, d Draw, whole orb.MultiPolygon) (coverage.Edit, error) {
	if d.Rest {
		return coverage.Fill(members, whole, d.Piece, d.Tolerance)
	}
	var from []int
	for i, m := range members[:n] {
		if m.Bound().Intersects(d.Piece.Bound()) {
			from = append(from, i)
		}
	}
	if len(from) == 0 {
		return nil, &coverage.Error{Reason: coverage.NothingMoves, At: d.Piece[0][0][0]}
	}
	return coverage.Carve(members, from, d.Piece, d.Tolerance)
}
