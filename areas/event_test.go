package areas_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// written is a place where things are written: a sub-area in an enumerator's hands, and a door in it.
type written struct {
	*place
	assignment areas.Assignment
	door       areas.Dwelling
}

// writes are what changes something, in an order in which it can be done, and the verb, place and subject of its event.
var writes = []struct {
	want string
	by   areas.Role
	do   func(p *written) error
}{
	{"edit 370883100 region/370883100", areas.RoleGIS, func(p *written) error {
		_, err := p.EditRegion(p.t.Context(), p.gis, town, 0, areas.RegionEdit{Name: ptr("香城")})
		return err
	}},
	{"edit 370883100201 area/370883100201", areas.RoleGIS, func(p *written) error {
		_, err := p.EditArea(p.t.Context(), p.gis, area, 0, areas.AreaEdit{Name: ptr("北王")})
		return err
	}},
	{"edit 370883100201001 sub_area/370883100201001", areas.RoleGIS, func(p *written) error {
		_, err := p.EditSubArea(p.t.Context(), p.gis, west, 0, areas.SubAreaEdit{Description: ptr("河西")})
		return err
	}},
	{"move 370883100201001 sub_area/370883100201001", areas.RoleSupervisor, func(p *written) error {
		_, err := p.MoveSubArea(p.t.Context(), p.supervisor, west, 0, "checked", "")
		return err
	}},
	{"edit 370883100201001 building/3", areas.RoleEnumerator, func(p *written) error {
		_, err := p.EditBuilding(p.t.Context(), p.enum, p.key(2), 0, areas.BuildingEdit{Name: ptr("粮仓")})
		return err
	}},
	{"list 370883100201001 building/1", areas.RoleEnumerator, func(p *written) error {
		_, err := p.MakeDwellings(p.t.Context(), p.enum, p.key(0), areas.Pattern{Stairwells: 1, Floors: 3, Doors: 2})
		return err
	}},
	{"visit 370883100201001 dwelling/{door}", areas.RoleEnumerator, func(p *written) error {
		_, err := p.RecordVisit(p.t.Context(), p.enum, areas.NewVisit{ID: uuid.New(), County: county, Dwelling: p.door.ID, Result: "complete"})
		return err
	}},
	{"declare_done 370883100201001 assignment/{assignment}", areas.RoleEnumerator, func(p *written) error {
		_, err := p.DeclareDone(p.t.Context(), p.enum, county, p.assignment.ID)
		return err
	}},
	{"close 370883100201001 flag/", areas.RoleSupervisor, func(p *written) error {
		unfinished := p.flags()["declared_done_open "+string(west)]
		_, err := p.CloseFlag(p.t.Context(), p.supervisor, areas.FlagKey{County: county, ID: unfinished.ID}, 0, "cannot_access", "无人")
		return err
	}},
	{"end 370883100201001 assignment/{assignment}", areas.RoleSupervisor, func(p *written) error {
		_, err := p.EndAssignment(p.t.Context(), p.supervisor, county, p.assignment.ID)
		return err
	}},
	{"set 370883 round/pes", areas.RoleAdministrator, func(p *written) error {
		_, err := p.SetRound(p.t.Context(), p.admin, areas.Round{County: county, Name: "pes", OpensAt: day(20), ClosesAt: day(30)})
		return err
	}},
	{"edit 370883100 user/{enumerator}", areas.RoleAdministrator, func(p *written) error {
		_, err := p.EditUser(p.t.Context(), p.admin, p.enum.ID, 0, areas.UserEdit{DisplayName: ptr("王芳"), Password: ptr(password)})
		return err
	}},
}

// Beside each write stands the event that tells who did it, in the same transaction.
func TestEachWriteHasItsEvent(t *testing.T) {
	p := &written{place: newPlace(t)}
	assignment, doors := p.assigned()
	p.assignment, p.door = assignment, doors[0]
	who := map[areas.Role]areas.Actor{areas.RoleAdministrator: p.admin, areas.RoleGIS: p.gis,
		areas.RoleSupervisor: p.supervisor, areas.RoleEnumerator: p.enum}
	names := strings.NewReplacer("{door}", p.door.ID.String(), "{assignment}", assignment.ID.String(), "{enumerator}", p.enum.ID.String())
	for _, c := range writes {
		want := names.Replace(c.want)
		before := p.events(county)
		p.ok(c.do(p))
		after := p.events(county)
		if len(after) != len(before)+1 {
			t.Errorf("%s: %d events were written, want one", want, len(after)-len(before))
			continue
		}
		e := after[0]
		if got := fmt.Sprintf("%s %s %s", e.Verb, e.Place, e.Subject); !strings.HasPrefix(got, want) {
			t.Errorf("written %q, want %q", got, want)
		}
		if e.Actor == nil || *e.Actor != who[c.by].ID || e.Role != c.by || time.Since(e.At).Abs() > time.Hour {
			t.Errorf("%s: written as %+v", want, e)
		}
		if detail := fmt.Sprint(e.Detail); strings.Contains(detail, password) || strings.Contains(detail, "argon2") {
			t.Errorf("%s: the log tells a password: %s", want, detail)
		}
	}
}

// The log of a place holds what lies below it, the newest first, in pages, and one thing's story by its name.
func TestEvents(t *testing.T) {
	p := newPlace(t)
	p.assigned()
	ctx := t.Context()
	var verbs []string
	q := areas.EventQuery{Within: west, Page: areas.Page{Limit: 1}}
	for {
		list, err := p.Events(ctx, p.supervisor, q)
		p.ok(err)
		for _, e := range list.Items {
			verbs = append(verbs, e.Verb)
			if !e.Place.Within(west) {
				t.Errorf("%s lies not in %s", e.Place, west)
			}
		}
		if q.Page.After = list.Next; list.Next == "" {
			break
		}
	}
	if want := []string{"list", "assign", "draw"}; !slices.Equal(verbs, want) {
		t.Errorf("the story of a sub-area is %v, want %v", verbs, want)
	}
	story, err := p.Events(ctx, p.admin, areas.EventQuery{Within: county, Subject: "area/" + string(area)})
	p.ok(err)
	if len(story.Items) != 1 || story.Items[0].Verb != "make" || story.Items[0].Role != areas.RoleSystem || story.Items[0].Actor != nil {
		t.Errorf("the story of an area is %+v", story.Items)
	}
	_, err = p.Events(ctx, p.admin, areas.EventQuery{Within: county, Page: areas.Page{After: "yesterday"}})
	p.refused(err, "cursor_unknown")
}

// Whoever watches hears of what was committed, where, and in which part of the map, and nothing of what was rolled back.
func TestWatchHearsWhatWasCommitted(t *testing.T) {
	p := newPlace(t)
	ctx, stop := context.WithCancel(t.Context())
	heard := make(chan areas.Notice, 1000)
	ended := make(chan error, 1)
	go func() { ended <- p.Watch(ctx, func(n areas.Notice) { heard <- n }) }()
	touch := func(name string) {
		_, err := p.EditRegion(t.Context(), p.gis, town, 0, areas.RegionEdit{Name: &name})
		p.ok(err)
	}
	for listening := false; !listening; { // the first notice tells that it listens
		touch("香城")
		select {
		case <-heard:
			listening = true
		case <-time.After(50 * time.Millisecond):
		}
	}
	_, doors := p.assigned()
	p.visit(doors[0], "complete")
	_, err := p.EditBuilding(t.Context(), p.gis, p.key(0), 999, areas.BuildingEdit{Name: ptr("甲")})
	p.refused(err, "changed_since")
	_, err = p.EditBuilding(t.Context(), p.gis, p.key(0), 0, areas.BuildingEdit{Name: ptr("甲")})
	p.ok(err)
	kinds := map[string]int{}
	for n := range heard {
		kinds[n.Kind]++
		if n.County != county || n.Kind != "map" && !n.Place.Within(county) {
			t.Errorf("heard %+v", n)
		}
		if n.Bounds != nil {
			if n.Bounds[0] < 117 || n.Bounds[3] > 35.01 || !slices.Equal(n.Layers, []string{"census"}) {
				t.Errorf("the map changed at %v in %v", n.Bounds, n.Layers)
			}
			break
		}
	}
	if kinds["coverage"] == 0 {
		t.Errorf("heard %v, and of no coverage", kinds)
	}
	stop()
	if err := <-ended; err == nil {
		t.Error("it ended without being stopped")
	}
}
