package areas

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo/coverage"
)

// drawing is an edited frame held against the stored one.
type drawing struct {
	FrameEdit
	before    []member // those that were drawn anew, then those around them
	named     int      // how many of them are the former
	after     []orb.MultiPolygon
	rows      map[int]EditedSubArea // of new members, by number
	described []EditedSubArea
	troubles  []Trouble
}

// drawing finds what was edited, locks it, and sees that it is still as it was exported.
//
//  1. hold the rows against all sub-areas that are stored: whose ground is another, whose is gone, what is new;
//  2. lock those and the ones around them;
//  3. refuse if one of them is not at the revision that was exported.
func (t *tx) drawing(ctx context.Context, e FrameEdit) (*drawing, error) {
	stored, err := t.everyMember(ctx)
	if err != nil {
		return nil, err
	}
	d := &drawing{FrameEdit: e, rows: map[int]EditedSubArea{}}
	pieces, fresh, err := d.sorted(stored)
	if err != nil {
		return nil, err
	}
	named := d.edited(stored, pieces, fresh)
	d.checkAreas(stored, named)
	if len(named) == 0 {
		return d, d.current()
	}
	if d.before, err = t.hold(ctx, named); err != nil {
		return nil, err
	}
	d.named = len(named)
	if err := d.current(); err != nil {
		return nil, err
	}
	d.after = make([]orb.MultiPolygon, len(d.before))
	for i, m := range d.before {
		d.after[i] = m.Geometry
		if i >= d.named {
			continue
		}
		if rows, exported := pieces[m.Code]; exported {
			d.after[i] = rows[0].Geometry
			fresh = append(fresh, rows[1:]...)
		} else if _, was := e.Members[m.Code]; was {
			d.after[i] = nil
		}
	}
	for _, row := range fresh {
		d.rows[len(d.after)] = row
		d.after = append(d.after, row.Geometry)
	}
	return d, nil
}

// everyMember reads all live sub-areas that have ground.
func (t *tx) everyMember(ctx context.Context) ([]member, error) {
	const sql = `
		SELECT s.code,
		       s.state,
		       s.description,
		       s.expected_households,
		       s.geom,
		       s.revision,
		       true AS reached
		  FROM sub_areas s
		 WHERE s.county = $1 AND s.retired_at IS NULL AND s.geom IS NOT NULL
		 ORDER BY s.code`
	return collect[member](t.Query(ctx, sql, t.county))
}

// sorted groups the rows of the file by the code they have; those without are fresh. A code that was not exported cannot be.
func (d *drawing) sorted(stored []member) (pieces map[Code][]EditedSubArea, fresh []EditedSubArea, err error) {
	pieces = map[Code][]EditedSubArea{}
	live := map[Code]bool{}
	for _, m := range stored {
		live[m.Code] = true
	}
	for _, row := range d.SubAreas {
		_, exported := d.Members[row.Code]
		switch {
		case row.Code == "":
			fresh = append(fresh, row)
		case exported:
			pieces[row.Code] = append(pieces[row.Code], row)
		default:
			found := trouble("code_not_exported", pointOf(row.Geometry), "%[1]s:代码 %[2]s 不在导出的文件中;新小区的代码由系统编排,请留空",
				"%[1]s: the code %[2]s was not exported; codes of new sub-areas are given by rule, leave it empty", row.Where, row.Code)
			found.Member = row.Code
			d.troubles = append(d.troubles, found.blocking())
		}
	}
	for _, code := range slices.Sorted(maps.Keys(d.Members)) {
		if !live[code] {
			found := trouble("changed_since", nil, "普查小区 %s 在导出之后已被撤销或合并,请重新导出", "sub-area %s was retired or merged since the export; export again", code)
			found.Member = code
			d.troubles = append(d.troubles, found.blocking())
		}
	}
	return pieces, fresh, refusedBy(d.troubles)
}

func pointOf(m orb.MultiPolygon) *orb.Point {
	if len(m) == 0 {
		return nil
	}
	at := m.Bound().Center()
	return &at
}

// edited lists the stored sub-areas that the file draws anew, and those that it draws over; it notes whose words alone were
// edited.
func (d *drawing) edited(stored []member, pieces map[Code][]EditedSubArea, fresh []EditedSubArea) []Code {
	var over []orb.Bound // what is drawn anew
	for _, row := range fresh {
		over = append(over, row.Geometry.Bound())
	}
	anew := map[Code]bool{}
	for _, m := range stored {
		rows, there := pieces[m.Code]
		if _, exported := d.Members[m.Code]; !exported {
			continue
		}
		if !there || len(rows) > 1 || !sameGround(rows[0].Geometry, m.Geometry) {
			anew[m.Code] = true
			for _, row := range rows {
				over = append(over, row.Geometry.Bound())
			}
		}
		if len(rows) == 1 && rows[0].otherWords(m) {
			d.described = append(d.described, rows[0])
			d.unchanged(m)
		}
	}
	var named []Code
	for _, m := range stored {
		if own := m.Geometry.Bound(); anew[m.Code] || slices.ContainsFunc(over, own.Intersects) {
			named = append(named, m.Code)
		}
	}
	return named
}

func sameGround(a, b orb.MultiPolygon) bool {
	return orb.Equal(a, b) || coverage.SameGround([]orb.MultiPolygon{a}, []orb.MultiPolygon{b})
}

// otherWords tells whether a row describes a sub-area otherwise than it is stored.
func (row EditedSubArea) otherWords(m member) bool {
	return row.Description != m.Description || row.Expected != nil && (m.Expected == nil || *m.Expected != *row.Expected)
}

// current refuses what was changed since the export.
func (d *drawing) current() error {
	for _, m := range d.before[:d.named] {
		d.unchanged(m)
	}
	err := refusedBy(d.troubles)
	if CodeOf(err) == "changed_since" {
		err.(*Error).Kind = Stale
	}
	return err
}

// unchanged notes a sub-area that was changed since the export.
func (d *drawing) unchanged(m member) {
	if was, exported := d.Members[m.Code]; exported && was != m.Revision {
		found := trouble("changed_since", pointOf(m.Geometry), "普查小区 %[1]s 在导出之后已被修改(导出时版本 %[2]d,现在 %[3]d),请重新导出后再改",
			"sub-area %[1]s was changed since the export (it was at revision %[2]d, it is at %[3]d); export again and edit that", m.Code, was, m.Revision)
		found.Member = m.Code
		d.troubles = append(d.troubles, found.blocking())
	}
}

// checkAreas finds outlines of census areas that were redrawn by themselves: they follow from their sub-areas. Of areas whose
// sub-areas were redrawn nobody asks: their outlines in the file are old.
func (d *drawing) checkAreas(stored []member, named []Code) {
	redrawn := map[Code]bool{}
	for _, code := range named {
		redrawn[code.At(LevelArea)] = true
	}
	members := map[Code][]orb.MultiPolygon{}
	for _, m := range stored {
		members[m.Code.At(LevelArea)] = append(members[m.Code.At(LevelArea)], m.Geometry)
	}
	for _, a := range d.Areas {
		if len(members[a.Code]) == 0 || redrawn[a.Code] {
			continue
		}
		for _, off := range coverage.Compare(members[a.Code], []orb.MultiPolygon{a.Ground}, func(one, other int) bool { return one >= 0 && other >= 0 }) {
			if off.Width <= max(d.Tolerance, leastMisnested) {
				continue
			}
			found := trouble("area_redrawn", &off.At, "普查区 %[1]s 的边界在 areas 图层中改了 %[2]s 平方米,而其普查小区没有改:请改 sub_areas 图层,普查区会跟着变",
				"the outline of census area %[1]s was moved by %[2]s m² in the layer areas, but its sub-areas were not: move them in the layer sub_areas, and the area follows", a.Code, squareMetres(off.Area))
			found.Member = a.Code
			d.troubles = append(d.troubles, found.blocking())
		}
	}
}

// change makes one change of the frame of all that was drawn, or refuses with every place that is wrong.
func (d *drawing) change(a Asked) (change, error) {
	edit, faults := coverage.Redraw(grounds(d.before), d.after, d.Tolerance)
	for _, f := range faults {
		d.troubles = append(d.troubles, d.says(f))
	}
	if err := refusedBy(d.troubles); err != nil {
		return change{}, err
	}
	c := change{verb: "redraw", reason: a.Reason, base: d.Revision, before: d.before, edit: edit, codes: map[int]Code{}, words: map[int]string{}, keep: true}
	for i, row := range d.rows {
		c.words[i] = row.Description
		if row.Area.Level() == LevelArea {
			c.codes[i] = row.Area
		}
	}
	return c, nil
}

// name is what a member of the drawing is called: its code, or where it stands in the file.
func (d *drawing) name(i int) string {
	switch {
	case i < 0:
		return "–"
	case i < len(d.before):
		return string(d.before[i].Code)
	}
	return d.rows[i].Where
}

// says tells a fault of the drawing.
func (d *drawing) says(f coverage.Fault) (found Trouble) {
	one, other, area := d.name(f.Members[0]), d.name(f.Members[1]), squareMetres(f.Area)
	switch f.Kind {
	case coverage.Gap:
		found = trouble("gap", &f.At, "%[1]s 原有的 %[2]s 平方米漏划:请划归一方", "%[2]s m² that %[1]s had belong to nobody now: draw to whom they do", one, area)
	case coverage.Overlap:
		found = trouble("overlap", &f.At, "%[1]s 与 %[3]s 重划 %[2]s 平方米:请画出两者共同的边界",
			"%[1]s and %[3]s share %[2]s m² of ground: draw the boundary that they have in common", one, area, other)
	case coverage.Foreign:
		found = trouble("outside", &f.At, "%[1]s 伸出原有范围之外 %[2]s 平方米:请沿原有外边界画", "%[1]s reaches %[2]s m² beyond the frame: keep to its outer boundary", one, area)
	default:
		found = trouble("geometry_invalid", &f.At, "%[1]s 的图形无效:%[2]s", "the ground of %[1]s cannot stand: %[2]s", one, fmt.Sprint(f.Reason))
	}
	if f.Members[0] >= 0 && f.Members[0] < len(d.before) {
		found.Member = d.before[f.Members[0]].Code
	}
	return found.blocking()
}
