package areas

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"canvass/geo"
	"canvass/geo/vector"
)

// FrameEdit is a frame that was exported and came back edited.
type FrameEdit struct {
	County    Code
	Revision  int64           // of the frame when it was exported
	Members   map[Code]int64  // sub-areas that were exported, and the revision of each
	SubAreas  []EditedSubArea // as they are drawn now
	Areas     []Outline       // outlines of census areas as they are drawn now
	Untaken   map[string][]FileRow
	Tolerance float64 // metres by which boundaries may miss one another; DefaultRepair if 0
}

// EditedSubArea is a row of the file. Several rows with one code are the pieces it was divided into; without a code it is new.
type EditedSubArea struct {
	Where       string // in the file
	Code        Code
	Area        Code // in which a new one is numbered; where it lies if not given
	Description string
	Expected    *int
	Geometry    orb.MultiPolygon
}

// Outline is what a place covers.
type Outline struct {
	Code   Code
	Ground orb.MultiPolygon
}

// ReadFrameEdit reads a file that ExportFrame gave and that was edited in another program. Ground is brought to the grid;
// what cannot stand is a Trouble with its place, and then there is no edit.
func ReadFrameEdit(path string) (FrameEdit, error) {
	e := FrameEdit{Members: map[Code]int64{}, Tolerance: DefaultRepair}
	var troubles []Trouble
	for _, step := range []struct {
		layer string
		take  func(f vector.Feature)
	}{
		{layerStamp, func(f vector.Feature) {
			e.County = Code(f.Properties.Text("county"))
			e.Revision, _ = strconv.ParseInt(f.Properties.Text("revision"), 10, 64)
		}},
		{layerMembers, func(f vector.Feature) {
			e.Members[Code(f.Properties.Text("code"))], _ = strconv.ParseInt(f.Properties.Text("revision"), 10, 64)
		}},
		{layerSubAreas, func(f vector.Feature) {
			row, bad := editedRow(f)
			e.SubAreas, troubles = append(e.SubAreas, row), append(troubles, bad...)
		}},
		{layerAreas, func(f vector.Feature) {
			if ground, err := grounded(f.Geometry); err == nil {
				e.Areas = append(e.Areas, Outline{Code(f.Properties.Text("code")), ground})
			}
		}},
	} {
		if err := eachRow(path, step.layer, step.take); err != nil {
			return e, err
		}
	}
	var err error
	if e.Untaken, err = readUntaken(path); err != nil {
		return e, err
	}
	if e.County.Level() != LevelCounty || len(e.Members) == 0 {
		return e, refuse(Invalid, "not_a_frame", "这个文件不是由 canvass export frame 导出的:缺少 %s 或 %s",
			"this file was not written by canvass export frame: it lacks %s or %s", layerStamp, layerMembers).On("file")
	}
	return e, refusedBy(troubles)
}

// eachRow reads a layer to its end.
func eachRow(path, layer string, take func(f vector.Feature)) (err error) {
	r, err := vector.Open(path, vector.Options{Layer: layer})
	if err != nil {
		return refuse(Invalid, "file_unreadable", "文件无法读取:%v", "the file cannot be read: %v", err).On("file")
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if r.CRS() != "" && r.CRS() != "EPSG:4326" {
		return refuse(Invalid, "crs_changed", "图层 %s 的坐标系是 %s,应保持 EPSG:4326", "the layer %s is in %s; keep it in EPSG:4326", layer, r.CRS()).On("file")
	}
	for {
		f, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return refuse(Invalid, "file_broken", "文件损坏:%v", "the file is broken: %v", err).On("file")
		}
		take(f)
	}
}

// editedRow reads a sub-area of the file, and tells what of it cannot stand.
func editedRow(f vector.Feature) (EditedSubArea, []Trouble) {
	row := EditedSubArea{Where: f.Place, Code: Code(strings.TrimSpace(f.Properties.Text("code"))),
		Area: Code(strings.TrimSpace(f.Properties.Text("area"))), Description: storable(f.Properties.Text("description"))}
	if n, ok := f.Properties.Int("expected_households"); ok && n >= 0 {
		row.Expected = &n
	}
	ground, err := grounded(f.Geometry)
	if err != nil {
		var bad *geo.Invalid
		where := (*orb.Point)(nil)
		if errors.As(err, &bad) {
			where = &bad.At
		}
		found := trouble("geometry_invalid", where, "%[1]s %[2]s 的图形无效:%[3]v", "the ground of %[1]s %[2]s cannot stand: %[3]v", row.Where, row.Code, err)
		found.Member = row.Code
		return row, []Trouble{found.blocking()}
	}
	row.Geometry = ground
	return row, nil
}

// grounded brings ground that was drawn elsewhere to the grid and puts right what is harmless; the ring that was not touched
// stays as it is, to the last unit.
func grounded(g orb.Geometry) (orb.MultiPolygon, error) {
	if g == nil {
		return nil, &geo.Invalid{Reason: "no geometry"}
	}
	mended, _, err := geo.Mend(geo.Snap(g))
	if err == nil {
		err = geo.Check(mended)
	}
	if err != nil {
		return nil, err
	}
	switch m := mended.(type) {
	case orb.MultiPolygon:
		return m, nil
	case orb.Polygon:
		return orb.MultiPolygon{m}, nil
	}
	return nil, &geo.Invalid{Reason: "ground is a polygon, not a " + mended.GeoJSONType(), At: mended.Bound().Center()}
}

// FrameEdited is what came of an edited frame, or what would.
type FrameEdited struct {
	Outcome
	Described []Code // whose description or expected households changed
}

// EditFrame carries the edits of a file into the frame, as one change with the rules of every other: the ground of the whole
// stays what it was, codes are given by rule, what stands on the ground goes with it. With Preview it only tells what it would
// do. It refuses, with every place that is wrong, what leaves a gap or an overlap or reaches outside, and a file on which the
// frame has moved on since it was exported.
func (s *Store) EditFrame(ctx context.Context, actor Actor, a Asked, e FrameEdit) (FrameEdited, error) {
	var out FrameEdited
	err := s.carry(ctx, actor, a, e.County, func(t *tx) error {
		if err := t.must(Text{"修改普查小区边界", "redraw the frame"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		d, err := t.drawing(ctx, e)
		if err != nil {
			return err
		}
		c, err := d.change(a)
		if err != nil {
			return err
		}
		if len(c.edit) > 0 {
			if out.Outcome, err = t.redraw(ctx, c); err != nil {
				return err
			}
		}
		if out.Described, err = t.describe(ctx, d); err != nil {
			return err
		}
		untaken, err := t.notTaken(ctx, e)
		out.Troubles = append(out.Troubles, untaken...)
		return err
	})
	return out, err
}

// describe writes descriptions and expected households that were edited; of sub-areas whose ground changed, what is expected
// is divided by rule.
func (t *tx) describe(ctx context.Context, d *drawing) ([]Code, error) {
	var out []Code
	for _, row := range d.described {
		out = append(out, row.Code)
		if !t.writing {
			continue
		}
		if err := t.editSubArea(ctx, row.Code, SubAreaEdit{Description: &row.Description, ExpectedHouseholds: row.Expected}); err != nil {
			return nil, fmt.Errorf("describe %s: %w", row.Code, err)
		}
	}
	slices.Sort(out)
	return out, nil
}
