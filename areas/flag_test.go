package areas_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// silent is the flag that the western sub-area is silent.
func (p *place) silent() areas.Flag {
	p.t.Helper()
	p.ok(p.RunChecks(p.t.Context(), areas.System(), county))
	f, ok := p.flags()["silent_sub_area "+string(west)]
	if !ok {
		p.t.Fatalf("no flag: %+v", p.flags())
	}
	return f
}

// A flag is owned, closed with a code and a reason, and reopened with one; what is closed is not worked on.
func TestFlagsAreWorkedOn(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	f := p.silent()
	key := areas.FlagKey{County: county, ID: f.ID}
	if f.State != "open" || f.PlaceName != "北王村 001" || f.Evidence["footprints"] != float64(2) || f.Point == nil {
		t.Errorf("opened as %+v", f)
	}
	due := time.Now().Add(24 * time.Hour).Truncate(time.Second)
	f, err := p.EditFlag(ctx, p.supervisor, key, f.Revision, areas.FlagEdit{Owner: &p.supervisor.ID, DueAt: &due})
	p.ok(err)
	if f.State != "owned" || f.OwnerName != "supervisor" || !f.DueAt.Equal(due) {
		t.Errorf("owned as %+v", f)
	}
	_, err = p.EditFlag(ctx, p.supervisor, key, f.Revision-1, areas.FlagEdit{DueAt: &due})
	p.refused(err, "changed_since")
	_, err = p.CloseFlag(ctx, p.supervisor, key, f.Revision, "cleared", "…")
	p.refused(err, "close_code_unknown")
	_, err = p.ReopenFlag(ctx, p.supervisor, key, f.Revision, "仍未开始")
	p.refused(err, "flag_open")
	f, err = p.CloseFlag(ctx, p.supervisor, key, f.Revision, "data_late", "平板未上传")
	p.ok(err)
	if f.State != "closed" || *f.Code != "data_late" || f.ClosedByName != "supervisor" || f.ClosedAt == nil {
		t.Errorf("closed as %+v", f)
	}
	_, err = p.CloseFlag(ctx, p.supervisor, key, 0, "data_late", "又一次")
	p.refused(err, "flag_closed")
	_, err = p.EditFlag(ctx, p.supervisor, key, 0, areas.FlagEdit{DueAt: &due})
	p.refused(err, "flag_closed")
	_, err = p.ReopenFlag(ctx, p.supervisor, key, 0, "")
	p.refused(err, "reason_missing")
	f, err = p.ReopenFlag(ctx, p.supervisor, key, f.Revision, "仍未开始")
	p.ok(err)
	if f.State != "reopened" || f.Code != nil || f.ClosedAt != nil || f.Reason != "仍未开始" {
		t.Errorf("reopened as %+v", f)
	}
	if again := p.silent(); again.ID != f.ID {
		t.Error("the check opened a second flag beside the reopened one")
	}
	_, err = p.CloseFlag(ctx, p.supervisor, areas.FlagKey{County: county, ID: uuid.New()}, 0, "merged", "…")
	p.refused(err, "not_found")
	p.assigned()
	_, err = p.CloseFlag(ctx, p.enum, key, 0, "merged", "…")
	p.refused(err, "role_not_allowed")
}

// What is found no more is cleared, and what comes back is a new flag; lists tell open ones from closed ones.
func TestFlagsClearAndComeBack(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	first := p.silent()
	_, err := p.EditBuilding(ctx, p.gis, p.key(0), 0, areas.BuildingEdit{Kind: ptr("non_residential")})
	p.ok(err)
	if same := p.silent(); same.ID != first.ID || same.Evidence["footprints"] != float64(1) || same.Revision == first.Revision {
		t.Errorf("the numbers changed and the flag did not: %+v", same)
	}
	_, err = p.EditBuilding(ctx, p.gis, p.key(1), 0, areas.BuildingEdit{Kind: ptr("non_residential")})
	p.ok(err)
	p.ok(p.RunChecks(ctx, areas.System(), county))
	if open := p.flags(); len(open) != 0 {
		t.Errorf("nobody lives there, yet %+v", open)
	}
	cleared, err := p.Flag(ctx, p.supervisor, county, first.ID)
	p.ok(err)
	if cleared.State != "closed" || *cleared.Code != "cleared" || cleared.ClosedByName != "" {
		t.Errorf("cleared as %+v", cleared)
	}
	_, err = p.EditBuilding(ctx, p.gis, p.key(1), 0, areas.BuildingEdit{Kind: ptr("residential")})
	p.ok(err)
	if again := p.silent(); again.ID == first.ID {
		t.Error("what was cleared is the same flag again")
	}
	for state, want := range map[string]int{"": 1, "open": 1, "closed": 1, "all": 2} {
		list, err := p.Flags(ctx, p.supervisor, areas.FlagQuery{Within: town, State: state})
		p.ok(err)
		if len(list.Items) != want {
			t.Errorf("state %q lists %d, want %d", state, len(list.Items), want)
		}
	}
	page, err := p.Flags(ctx, p.supervisor, areas.FlagQuery{Within: town, State: "all", Page: areas.Page{Limit: 1}})
	p.ok(err)
	rest, err := p.Flags(ctx, p.supervisor, areas.FlagQuery{Within: town, State: "all", Page: areas.Page{Limit: 1, After: page.Next}})
	p.ok(err)
	if page.Next == "" || rest.Next != "" || page.Items[0].ID == rest.Items[0].ID {
		t.Errorf("pages %+v, then %+v", page, rest)
	}
}
