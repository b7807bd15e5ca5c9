package areas_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"canvass/areas"
)

// answers are what a tablet is told of its changes since its first exchange: the answer, and what is said in words.
func (b *pad) answers() map[uuid.UUID]string {
	b.t.Helper()
	told, err := b.Sync(b.t.Context(), b.who, areas.Batch{Device: areas.DeviceKey{County: county, ID: b.device.ID}, Clock: time.Now(),
		Known: areas.Known{Cursor: "1"}})
	b.ok(err)
	out := map[uuid.UUID]string{}
	for _, r := range told.Receipts {
		out[r.ID] = r.State + " " + r.Answer + " " + r.Words.ZH
	}
	return out
}

// What GIS staff make of a building found in the field, or marked there, comes back to whoever found it, once, with their reason.
func TestFindersAreTold(t *testing.T) {
	p := newPlace(t)
	a, _ := p.assigned()
	b := p.pad(p.enum, a.Epoch)
	find := func(id int64, x float64) areas.Change {
		return b.did("add_building", areas.BuildingValues{Building: id, Geometry: shape(orb.Point{x, 35.004})})
	}
	const first = int64(1) << 51
	real, double, kept, marked, wrong := find(first, 117.001), find(first+1, 117.002), find(first+2, 117.003),
		b.did("mark_building", areas.BuildingMark{Building: p.key(0).ID, Floors: ptr(9), Reason: "九层"}),
		b.did("mark_building", areas.BuildingMark{Building: p.key(1).ID, Standing: ptr("demolished"), Reason: "拆了"})
	b.becomes("1 applied; 2 applied; 3 applied; 4 applied; 5 applied; ", real, double, kept, marked, wrong)
	if told := b.answers(); len(told) != 0 {
		t.Fatalf("nobody has looked, and the tablet is told %v", told)
	}
	edit := func(id int64, e areas.BuildingEdit) {
		t.Helper()
		_, err := p.EditBuilding(t.Context(), p.gis, areas.BuildingKey{County: county, ID: id}, 0, e)
		p.ok(err)
	}
	edit(first, areas.BuildingEdit{Name: ptr("三号楼")})
	edit(first, areas.BuildingEdit{Standing: ptr("confirmed")})
	edit(first+1, areas.BuildingEdit{Standing: ptr("duplicate"), Reason: ptr("同 2 号")})
	edit(p.key(0).ID, areas.BuildingEdit{Kind: ptr("mixed")})
	edit(p.key(1).ID, areas.BuildingEdit{Standing: ptr("confirmed"), Reason: ptr("影像上还在")})
	want := map[uuid.UUID]string{
		real.ID:   "applied accepted 绘图员已核对,予以采纳",
		double.ID: "applied rejected 绘图员已核对,未采纳,图上为“重复”:同 2 号",
		marked.ID: "applied accepted 绘图员已核对,予以采纳",
		wrong.ID:  "applied rejected 绘图员已核对,未采纳,图上为“已确认”:影像上还在",
	}
	if told := b.answers(); !maps.Equal(told, want) {
		t.Errorf("the tablet is told %v, want %v", told, want)
	}
	edit(first, areas.BuildingEdit{Standing: ptr("demolished"), Reason: ptr("后来拆了")})
	want[kept.ID] = "applied accepted 已核对,按现场所报保留:待补影像"
	open, err := p.Flags(t.Context(), p.gis, areas.FlagQuery{Within: west, Check: "found_in_field"})
	p.ok(err)
	for _, f := range open.Items {
		if *f.Building == first+2 {
			_, err := p.CloseFlag(t.Context(), p.supervisor, areas.FlagKey{County: county, ID: f.ID}, 0, "found_and_counted", "待补影像")
			p.ok(err)
		}
	}
	if told := b.answers(); !maps.Equal(told, want) {
		t.Errorf("the tablet is told %v, want %v", told, want)
	}
	p.sound()
}

// A building that was found and is a part of another is merged into that, and its finder is told so; and a supervisor's word on what
// was set aside comes back with his reason.
func TestFindersAreToldOfMergersAndDecisions(t *testing.T) {
	p := newPlace(t)
	a, doors := p.assigned()
	b := p.pad(p.enum, a.Epoch)
	const first = int64(1) << 51
	part := b.did("add_building", areas.BuildingValues{Building: first, Geometry: shape(orb.Point{117.001, 35.004})})
	early := b.visited(doors[0], "complete")
	early.At = day(-400)
	whole := b.did("add_building", areas.BuildingValues{Building: first + 1, Geometry: shape(orb.Point{117.0011, 35.004})})
	b.becomes("1 applied; 2 quarantined before_assignment; 3 applied; ", part, early, whole)
	into, err := p.Building(t.Context(), p.gis, areas.BuildingKey{County: county, ID: first + 1})
	p.ok(err)
	_, err = p.MergeBuildings(t.Context(), p.gis, areas.Asked{Reason: "同一栋"}, areas.BuildingMerge{Keep: areas.BuildingKey{County: county, ID: into.ID}, Others: []int64{first}})
	p.ok(err)
	_, err = p.DecideChange(t.Context(), p.supervisor, areas.ChangeKey{County: county, ID: early.ID}, false, "时间不对,请重访")
	p.ok(err)
	told := b.answers()
	if want := fmt.Sprintf("applied rejected 绘图员已把它并入 %d 号建筑物:同一栋", into.Number); told[part.ID] != want {
		t.Errorf("told %q, want %q", told[part.ID], want)
	}
	if want := "rejected rejected 指导员未采用:时间不对,请重访"; told[early.ID] != want {
		t.Errorf("told %q, want %q", told[early.ID], want)
	}
	p.sound()
}
