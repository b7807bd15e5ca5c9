package areas

import (
	"context"
	"hash/fnv"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"canvass/geo"
	"canvass/geo/vector"
)

// untaken is a layer of a frame's file of which an edit takes nothing, or not these columns. What was changed there all the same
// is told, so that nobody believes it was taken.
type untaken struct {
	layer, key string
	columns    []string
	shape      bool // its geometry too
	advice     Text
}

var untakenLayers = []untaken{
	{layerBuildings, "id", []string{"place", "number", "kind", "standing", "name", "address", "floors", "stairwells", "expected_dwellings"}, true,
		Text{"请在“区划”页改建筑物,或用 canvass import buildings 导入", "change buildings on the page 区划, or take them in with canvass import buildings"}},
	{layerRegions, "code", []string{"name", "expected_households"}, true,
		Text{"区划轮廓随普查区而变,名称用 canvass import regions 导入", "outlines of regions follow their areas; names are taken in with canvass import regions"}},
	{layerAreas, "code", []string{"town", "name", "kind", "expected_households"}, false,
		Text{"普查区的名称和类别请在控制台改,或用 canvass import areas 导入", "change names and kinds of census areas in the console, or take them in with canvass import areas"}},
	{layerSubAreas, "code", []string{"area", "state"}, false,
		Text{"普查小区的归属和状态请在控制台改", "change to which area a sub-area belongs, and its state, in the console"}},
}

// FileRow is a row of a layer of which an edit takes nothing: what it says in short, so that two can be compared, and where it lies.
type FileRow struct {
	Key, Revision string
	Sum           uint64
	At            *orb.Point
}

// row shortens a row of the layer.
func (u untaken) row(f vector.Feature) FileRow {
	sum := fnv.New64a()
	for _, column := range u.columns {
		io.WriteString(sum, f.Properties.Text(column)+"\x00")
	}
	r := FileRow{Key: strings.TrimSpace(f.Properties.Text(u.key)), Revision: f.Properties.Text("revision")}
	if f.Geometry != nil {
		at := geo.SnapPoint(f.Geometry.Bound().Center())
		r.At = &at
		if text, err := geo.AppendWKB(nil, geo.Snap(f.Geometry)); err == nil && u.shape {
			sum.Write(text)
		}
	}
	r.Sum = sum.Sum64()
	return r
}

// readUntaken reads the rows of those layers. One that was thrown out of the file or brought to other coordinates is passed over:
// nobody can believe that it was taken.
func readUntaken(path string) (map[string][]FileRow, error) {
	out := map[string][]FileRow{}
	for _, u := range untakenLayers {
		err := eachRow(path, u.layer, func(f vector.Feature) { out[u.layer] = append(out[u.layer], u.row(f)) })
		switch code := CodeOf(err); {
		case code == "file_unreadable" || code == "crs_changed":
			delete(out, u.layer)
		case err != nil:
			return nil, err
		}
	}
	return out, nil
}

// mostUntaken is how many rows of a layer are told one by one; of the rest, how many they are.
const mostUntaken = 100

// notTaken tells what was edited in the file and is not taken, where the file is only looked at. Rows that changed in the database
// since the export are passed over: they differ without anybody's hand.
func (t *tx) notTaken(ctx context.Context, e FrameEdit) (out []Trouble, err error) {
	if t.writing {
		return nil, nil
	}
	for _, u := range untakenLayers {
		rows, there := e.Untaken[u.layer]
		if !there {
			continue
		}
		stored, err := t.shortened(ctx, u)
		if err != nil {
			return nil, err
		}
		out = append(out, u.edited(rows, stored)...)
	}
	return out, nil
}

// shortened reads what is stored of a layer as the file had it.
func (t *tx) shortened(ctx context.Context, u untaken) (map[string]FileRow, error) {
	i := slices.IndexFunc(frameLayers, func(l frameLayer) bool { return l.Name == u.layer })
	stored := map[string]FileRow{}
	err := t.exportLayer(ctx, frameLayers[i], func(_ string, f vector.Feature) error {
		row := u.row(f)
		stored[row.Key] = row
		return nil
	})
	return stored, err
}

// edited lists rows that say other things than what is stored, new ones, and those that are gone from among the others.
func (u untaken) edited(rows []FileRow, stored map[string]FileRow) (out []Trouble) {
	seen, n := map[string]bool{}, 0
	tell := func(what Text, key string, at *orb.Point) {
		if n++; n > mostUntaken {
			return
		}
		found := trouble("not_taken", at, "图层 %[1]s 的 %[2]s "+what.ZH+",不会导入:"+u.advice.ZH, "%[2]s of the layer %[1]s "+what.EN+", which is not taken: "+u.advice.EN, u.layer, key)
		if u.layer == layerSubAreas {
			found.Member = Code(key)
		}
		out = append(out, found)
	}
	last := ""
	for _, row := range rows {
		was, known := stored[row.Key]
		seen[row.Key] = true
		if known && longer(row.Key, last) {
			last = row.Key
		}
		switch {
		case row.Key == "" && u.layer == layerSubAreas: // new ones are taken
		case row.Key == "":
			tell(Text{"是新行", "is new"}, "(no "+u.key+")", row.At)
		case known && was.Revision == row.Revision && was.Sum != row.Sum:
			tell(Text{"被修改", "was edited"}, row.Key, row.At)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(stored)) {
		if u.layer == layerBuildings && !seen[key] && !longer(key, last) { // later ones were added since the export
			tell(Text{"被删除", "was deleted"}, key, stored[key].At)
		}
	}
	if n > mostUntaken {
		out = append(out, trouble("not_taken", nil, "图层 %[1]s 还有 %[2]d 处修改不会导入", "%[2]d more edits of the layer %[1]s are not taken", u.layer, n-mostUntaken))
	}
	return out
}

// longer compares numbers that are written without leading zeros.
func longer(a, b string) bool { return len(a) > len(b) || len(a) == len(b) && a > b }
