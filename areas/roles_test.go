package areas_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// The next town of the county, with an area, a sub-area, a building and its doors; and the next county.
const (
	otherTown   = areas.Code("370883101")
	otherArea   = areas.Code("370883101201")
	otherGround = areas.Code("370883101201001")
	otherCounty = areas.Code("371000")
)

// between lies between the two sub-areas of the tests' area once they are three.
const between = areas.Code("370883100201003")

// widened adds what lies beside the tests' town, and answers the building there.
func (p *place) widened() int64 {
	p.t.Helper()
	ctx, system := p.t.Context(), areas.System()
	p.ok(p.MakeRegions(ctx, system, []areas.NewRegion{{Code: otherTown, Name: "看庄镇"}}))
	p.ok(p.MakeRegions(ctx, system, []areas.NewRegion{{Code: otherCounty, Name: "威海市区"}}))
	_, err := p.MakeAreas(ctx, system, []areas.NewArea{{Code: otherArea, Name: "看庄村"}})
	p.ok(err)
	_, err = p.DrawSubAreas(ctx, system, []areas.NewSubArea{
		{Code: otherGround, Geometry: multi("MULTIPOLYGON(((117.1 35, 117.11 35, 117.11 35.01, 117.1 35.01, 117.1 35)))")},
		{Code: between, Geometry: multi("MULTIPOLYGON(((117.02 35, 117.03 35, 117.03 35.01, 117.02 35.01, 117.02 35)))")},
	})
	p.ok(err)
	ids, err := p.AddBuildings(ctx, p.gis, county, []areas.NewBuilding{
		{Geometry: polygon("POLYGON((117.102 35.002, 117.103 35.002, 117.103 35.003, 117.102 35.003, 117.102 35.002))"),
			Units: ptr(2), Source: "test", SourceID: "other"},
		{Geometry: polygon("POLYGON((117.012 35.002, 117.013 35.002, 117.013 35.003, 117.012 35.003, 117.012 35.002))"),
			Units: ptr(2), Source: "test", SourceID: "east"},
		{Geometry: polygon("POLYGON((117.022 35.002, 117.023 35.002, 117.023 35.003, 117.022 35.003, 117.022 35.002))"),
			Units: ptr(2), Source: "test", SourceID: "between"},
	})
	p.ok(err)
	_, err = p.ListDwellings(ctx, p.gis, county)
	p.ok(err)
	return ids[0]
}

// codesOf lists the sub-areas that somebody sees in a place.
func (p *place) codesOf(actor areas.Actor, within areas.Code) (out []areas.Code) {
	p.t.Helper()
	list, err := p.SubAreas(p.t.Context(), actor, areas.SubAreaQuery{Within: within})
	p.ok(err)
	for _, s := range list.Items {
		out = append(out, s.Code)
	}
	return out
}

// An enumerator who holds two sub-areas sees both in every list, and nothing of what lies between or beside them.
func TestEnumeratorHoldsTwo(t *testing.T) {
	p := newPlace(t)
	p.widened()
	ctx := t.Context()
	_, err := p.AssignMany(ctx, p.supervisor, []areas.NewAssignment{{SubArea: west, Enumerator: p.enum.ID}, {SubArea: between, Enumerator: p.enum.ID}})
	p.ok(err)
	other := p.account("other", areas.RoleEnumerator, town)
	_, err = p.Assign(ctx, p.supervisor, areas.NewAssignment{SubArea: east, Enumerator: other.ID})
	p.ok(err)
	p.enum = p.act(p.enum.ID)
	held := []areas.Code{west, between}
	for _, within := range []areas.Code{county, town, area} {
		if got := p.codesOf(p.enum, within); !slices.Equal(got, held) {
			t.Errorf("within %s: %v, want %v", within, got, held)
		}
	}
	buildings, err := p.Buildings(ctx, p.enum, areas.BuildingQuery{Within: county})
	p.ok(err)
	seen := map[areas.Code]int{}
	for _, b := range buildings.Items {
		seen[b.Place]++
	}
	if len(seen) != 2 || seen[west] != 3 || seen[between] != 1 {
		t.Errorf("buildings by place: %v", seen)
	}
	assignments, err := p.Assignments(ctx, p.enum, areas.AssignmentQuery{Within: county})
	p.ok(err)
	if len(assignments.Items) != 2 {
		t.Errorf("%d assignments, want his two", len(assignments.Items))
	}
	report, err := p.Coverage(ctx, p.enum, areas.CoverageQuery{Within: county, Level: areas.LevelSubArea})
	p.ok(err)
	if len(report.Items) != 2 || report.Total.Buildings != 4 {
		t.Errorf("coverage of %d sub-areas, %d buildings in all", len(report.Items), report.Total.Buildings)
	}
	p.paysInBoth(held)
}

// paysInBoth records a visit in each of two sub-areas at once, and reads them back as one list.
func (p *place) paysInBoth(held []areas.Code) {
	p.t.Helper()
	ctx := p.t.Context()
	var visits []areas.NewVisit
	for _, code := range held {
		doors, err := p.Dwellings(ctx, p.enum, areas.DwellingQuery{SubArea: code})
		p.ok(err)
		visits = append(visits, areas.NewVisit{ID: uuid.New(), County: county, Dwelling: doors.Items[0].ID, Result: "complete"})
	}
	n, err := p.RecordVisits(ctx, p.enum, county, visits)
	p.ok(err)
	list, err := p.Visits(ctx, p.enum, areas.VisitQuery{Within: county})
	p.ok(err)
	if n != 2 || len(list.Items) != 2 {
		p.t.Errorf("%d visits recorded, %d listed", n, len(list.Items))
	}
	doors, err := p.Dwellings(ctx, p.supervisor, areas.DwellingQuery{SubArea: east})
	p.ok(err)
	stray := areas.NewVisit{ID: uuid.New(), County: county, Dwelling: doors.Items[0].ID, Result: "complete"}
	_, err = p.RecordVisit(ctx, p.enum, stray)
	p.refused(err, "dwelling_unknown")
	_, err = p.Dwellings(ctx, p.enum, areas.DwellingQuery{SubArea: east})
	p.refused(err, "outside_scope")
}

// try is something that somebody does; refused names the refusal of each role that may not, and by default nobody's is.
type try struct {
	name    string
	refused map[areas.Role]string
	do      func(p *place, who areas.Actor) error
}

const no = "role_not_allowed"

// tries are what there is to do in a place.
var tries = []try{
	{"make a census area", refusals(no, areas.RoleSupervisor, areas.RoleEnumerator), func(p *place, who areas.Actor) error {
		_, err := p.MakeArea(p.t.Context(), who, areas.NewArea{Town: town, Name: "新村"})
		return err
	}},
	{"edit a census area", refusals(no, areas.RoleSupervisor, areas.RoleEnumerator), func(p *place, who areas.Actor) error {
		_, err := p.EditArea(p.t.Context(), who, area, 0, areas.AreaEdit{Name: ptr("北王庄")})
		return err
	}},
	{"edit a region", refusals(no, areas.RoleSupervisor, areas.RoleEnumerator), func(p *place, who areas.Actor) error {
		_, err := p.EditRegion(p.t.Context(), who, town, 0, areas.RegionEdit{Name: ptr("香城")})
		return err
	}},
	{"draw a sub-area", refusals(no, areas.RoleSupervisor, areas.RoleEnumerator), func(p *place, who areas.Actor) error {
		_, err := p.DrawSubArea(p.t.Context(), who, areas.NewSubArea{Area: area,
			Geometry: multi("MULTIPOLYGON(((117.04 35, 117.05 35, 117.05 35.01, 117.04 35.01, 117.04 35)))")})
		return err
	}},
	{"edit a sub-area", refusals(no, areas.RoleSupervisor, areas.RoleEnumerator), func(p *place, who areas.Actor) error {
		_, err := p.EditSubArea(p.t.Context(), who, west, 0, areas.SubAreaEdit{Description: ptr("河西")})
		return err
	}},
	{"move a sub-area's state", refusals(no, areas.RoleEnumerator), func(p *place, who areas.Actor) error {
		_, err := p.MoveSubArea(p.t.Context(), who, west, 0, "checked", "")
		return err
	}},
	{"mark a building", nil, func(p *place, who areas.Actor) error {
		_, err := p.EditBuilding(p.t.Context(), who, p.key(0), 0, areas.BuildingEdit{Standing: ptr("demolished"), Reason: ptr("已拆")})
		return err
	}},
	{"confirm a building", refusals(no, areas.RoleSupervisor, areas.RoleEnumerator), func(p *place, who areas.Actor) error {
		_, err := p.EditBuilding(p.t.Context(), who, p.key(0), 0, areas.BuildingEdit{Standing: ptr("confirmed")})
		return err
	}},
	{"list dwellings in bulk", refusals(no, areas.RoleEnumerator), func(p *place, who areas.Actor) error {
		_, err := p.ListDwellings(p.t.Context(), who, west)
		return err
	}},
	{"list the doors of a building", nil, func(p *place, who areas.Actor) error {
		_, err := p.MakeDwellings(p.t.Context(), who, p.key(0), areas.Pattern{Stairwells: 1, Floors: 9, Doors: 2})
		return err
	}},
	{"assign a sub-area", refusals(no, areas.RoleGIS, areas.RoleEnumerator), func(p *place, who areas.Actor) error {
		_, err := p.Assign(p.t.Context(), who, areas.NewAssignment{SubArea: west, Enumerator: p.enum.ID, Round: "mapping"})
		return err
	}},
	{"set a round", refusals(no, areas.RoleGIS, areas.RoleSupervisor, areas.RoleEnumerator), func(p *place, who areas.Actor) error {
		_, err := p.SetRound(p.t.Context(), who, areas.Round{County: county, Name: "pes", OpensAt: day(20), ClosesAt: day(30)})
		return err
	}},
	{"make an account", refusals(no, areas.RoleGIS, areas.RoleSupervisor, areas.RoleEnumerator), func(p *place, who areas.Actor) error {
		_, err := p.CreateUser(p.t.Context(), who, areas.NewUser{Name: "new", DisplayName: "新", Role: areas.RoleEnumerator, Scope: town})
		return err
	}},
	{"verify", refusals(no, areas.RoleGIS, areas.RoleSupervisor, areas.RoleEnumerator), func(p *place, who areas.Actor) error {
		_, err := p.Verify(p.t.Context(), who, west, false)
		return err
	}},
}

// Each role, in a place it reaches, may do what the census gives it to do and nothing else.
func TestRolesInside(t *testing.T) {
	for _, c := range tries {
		for _, role := range []areas.Role{areas.RoleAdministrator, areas.RoleGIS, areas.RoleSupervisor, areas.RoleEnumerator} {
			t.Run(c.name+"/"+string(role), func(t *testing.T) { c.check(newPlace(t), role) })
		}
	}
}

func refusals(code string, roles ...areas.Role) map[areas.Role]string {
	out := map[areas.Role]string{}
	for _, r := range roles {
		out[r] = code
	}
	return out
}

// check lets somebody try; what was refused must have left no trace.
func (c try) check(p *place, role areas.Role) {
	p.t.Helper()
	p.assigned()
	who := map[areas.Role]areas.Actor{areas.RoleAdministrator: p.admin, areas.RoleGIS: p.gis,
		areas.RoleSupervisor: p.supervisor, areas.RoleEnumerator: p.enum}[role]
	before := len(p.events(county))
	err := c.do(p, who)
	if c.refused[role] == "" {
		p.ok(err)
		return
	}
	p.refused(err, c.refused[role])
	if after := len(p.events(county)); after != before {
		p.t.Errorf("refused, yet %d events were written", after-before)
	}
}

func (p *place) key(building int) areas.BuildingKey {
	return areas.BuildingKey{County: county, ID: p.buildings[building]}
}

// events are those of a place, the newest first.
func (p *place) events(within areas.Code) []areas.Event {
	p.t.Helper()
	list, err := p.Events(p.t.Context(), areas.System(), areas.EventQuery{Within: within, Page: areas.Page{Limit: 1000}})
	p.ok(err)
	return list.Items
}

// day is so many days from now.
func day(n int) time.Time { return time.Now().AddDate(0, 0, n) }

// outside are what somebody may try on what lies outside his scope.
var outside = map[string]func(p *place, who areas.Actor, building int64) error{
	"read a region": func(p *place, who areas.Actor, _ int64) error {
		_, err := p.Region(p.t.Context(), who, otherCounty)
		return err
	},
	"read a sub-area": func(p *place, who areas.Actor, _ int64) error {
		_, err := p.SubArea(p.t.Context(), who, otherGround)
		return err
	},
	"read a boundary": func(p *place, who areas.Actor, _ int64) error {
		_, err := p.Geometry(p.t.Context(), who, otherGround)
		return err
	},
	"read a building by its number": func(p *place, who areas.Actor, building int64) error {
		_, err := p.Building(p.t.Context(), who, areas.BuildingKey{County: county, ID: building})
		return err
	},
	"read its doors": func(p *place, who areas.Actor, building int64) error {
		_, err := p.DwellingsOf(p.t.Context(), who, areas.BuildingKey{County: county, ID: building})
		return err
	},
	"list dwellings": func(p *place, who areas.Actor, _ int64) error {
		_, err := p.Dwellings(p.t.Context(), who, areas.DwellingQuery{SubArea: otherGround})
		return err
	},
	"edit a building": func(p *place, who areas.Actor, building int64) error {
		_, err := p.EditBuilding(p.t.Context(), who, areas.BuildingKey{County: county, ID: building}, 0, areas.BuildingEdit{Name: ptr("甲")})
		return err
	},
	"read the coverage": func(p *place, who areas.Actor, _ int64) error {
		_, err := p.Coverage(p.t.Context(), who, areas.CoverageQuery{Within: otherTown, Level: areas.LevelArea})
		return err
	},
	"read the flags": func(p *place, who areas.Actor, _ int64) error {
		_, err := p.Flags(p.t.Context(), who, areas.FlagQuery{Within: otherTown})
		return err
	},
	"read the visits": func(p *place, who areas.Actor, _ int64) error {
		_, err := p.Visits(p.t.Context(), who, areas.VisitQuery{Within: otherTown})
		return err
	},
	"read the log": func(p *place, who areas.Actor, _ int64) error {
		_, err := p.Events(p.t.Context(), who, areas.EventQuery{Within: otherTown})
		return err
	},
	"assign": func(p *place, who areas.Actor, _ int64) error {
		_, err := p.Assign(p.t.Context(), who, areas.NewAssignment{SubArea: otherGround, Enumerator: p.enum.ID})
		return err
	},
	"move a state": func(p *place, who areas.Actor, _ int64) error {
		_, err := p.MoveSubArea(p.t.Context(), who, otherGround, 0, "checked", "")
		return err
	},
	"run the checks": func(p *place, who areas.Actor, _ int64) error { return p.RunChecks(p.t.Context(), who, otherTown) },
}

// What lies outside somebody's scope is not there for him: neither to read nor to write, by code, by id or in a list.
func TestRolesOutside(t *testing.T) {
	for name, c := range outside {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			building := p.widened()
			p.assigned()
			for role, who := range map[string]areas.Actor{"administrator": p.account("admin1", areas.RoleAdministrator, town),
				"gis": p.account("gis1", areas.RoleGIS, town), "supervisor": p.supervisor, "enumerator": p.enum} {
				if err := c(p, who, building); areas.KindOf(err) != areas.NotFound {
					t.Errorf("%s: %v", role, err)
				}
			}
		})
	}
}

// Whoever asks for more than his scope in a list gets his part of it, and an enumerator without an assignment nothing.
func TestListsEndAtTheScope(t *testing.T) {
	p := newPlace(t)
	p.widened()
	p.assigned()
	ctx := t.Context()
	for _, c := range []struct {
		who  areas.Actor
		want []areas.Code
	}{
		{areas.System(), []areas.Code{west, east, between, otherGround}},
		{p.admin, []areas.Code{west, east, between, otherGround}},
		{p.gis, []areas.Code{west, east, between, otherGround}},
		{p.supervisor, []areas.Code{west, east, between}},
		{p.enum, []areas.Code{west}},
	} {
		if got := p.codesOf(c.who, county); !slices.Equal(got, c.want) {
			t.Errorf("%s sees %v, want %v", c.who.Role, got, c.want)
		}
		hits, err := p.Search(ctx, c.who, areas.SearchQuery{County: county, Text: string(otherGround)})
		p.ok(err)
		if found := len(hits) > 0; found != slices.Contains(c.want, otherGround) {
			t.Errorf("%s finds what lies elsewhere: %v", c.who.Role, hits)
		}
	}
	idle := p.account("idle", areas.RoleEnumerator, town)
	_, err := p.SubAreas(ctx, idle, areas.SubAreaQuery{Within: county})
	p.refused(err, "outside_scope")
	log, err := p.Events(ctx, p.enum, areas.EventQuery{Within: west})
	p.ok(err)
	if len(log.Items) > 0 {
		t.Errorf("an enumerator reads the log: %+v", log.Items[0])
	}
}

// Nobody gives himself or others more than he has.
func TestAccountsStayWithinTheirMakers(t *testing.T) {
	p := newPlace(t)
	p.widened()
	ctx := t.Context()
	local := p.account("local", areas.RoleAdministrator, town)
	for _, scope := range []areas.Code{"", county, otherTown, otherCounty} {
		_, err := p.EditUser(ctx, local, local.ID, 0, areas.UserEdit{Scope: ptr(scope)})
		if areas.KindOf(err) == 0 {
			t.Errorf("an administrator of a town gave himself %q", scope)
		}
		_, err = p.CreateUser(ctx, local, areas.NewUser{Name: "wide", DisplayName: "甲", Role: areas.RoleEnumerator, Scope: scope})
		if areas.KindOf(err) == 0 {
			t.Errorf("an administrator of a town made an account of %q", scope)
		}
		_, err = p.EditUser(ctx, local, p.enum.ID, 0, areas.UserEdit{Scope: ptr(scope)})
		if areas.KindOf(err) == 0 {
			t.Errorf("an administrator of a town gave another %q", scope)
		}
	}
	for _, who := range []areas.Actor{p.gis, p.supervisor, p.enum} {
		for name, e := range map[string]areas.UserEdit{"role": {Role: ptr(areas.RoleAdministrator)}, "scope": {Scope: ptr(areas.Code(""))},
			"account": {Disabled: ptr(false)}, "password": {Password: ptr("long enough")}} {
			_, err := p.EditUser(ctx, who, who.ID, 0, e)
			if areas.KindOf(err) != areas.Forbidden {
				t.Errorf("%s changed his own %s: %v", who.Role, name, err)
			}
		}
		u, err := p.EditUser(ctx, who, who.ID, 0, areas.UserEdit{Language: ptr("en")})
		p.ok(err)
		if u.Language != "en" {
			t.Errorf("%s could not change his language", who.Role)
		}
		if _, err := p.EditUser(ctx, who, p.admin.ID, 0, areas.UserEdit{DisplayName: ptr("乙")}); err == nil {
			t.Errorf("%s renamed an administrator", who.Role)
		}
	}
}
