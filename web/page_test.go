package web

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"testing"

	"github.com/google/uuid"

	"canvass/areas"
)

// lists are every list that comes in pages, and what tells its items apart.
var lists = []struct{ path, key string }{
	{"/api/regions?within=" + county, "code"},
	{"/api/areas?within=" + county, "code"},
	{"/api/sub-areas?within=" + county, "code"},
	{"/api/buildings?within=" + county, "id"},
	{"/api/dwellings?sub_area=" + west, "id"},
	{"/api/visits?within=" + county, "id"},
	{"/api/assignments?within=" + county, "id"},
	{"/api/flags?state=all&within=" + county, "id"},
	{"/api/users?within=" + county, "id"},
	{"/api/events?within=" + county, "id"},
}

// many fills every list with enough for several pages.
func (s *service) many() {
	s.t.Helper()
	ctx, system := s.t.Context(), areas.System()
	var houses []areas.NewBuilding
	for i := range 4 {
		houses = append(houses, areas.NewBuilding{Geometry: house(117, i+3), Source: "test", SourceID: fmt.Sprint("n", i)})
		code := areas.Code(fmt.Sprintf("%s20%d", town, i+2))
		_, err := s.store.MakeAreas(ctx, system, []areas.NewArea{{Code: code, Name: "村"}})
		s.ok(err)
		s.ok(s.store.MakeRegions(ctx, system, []areas.NewRegion{{Code: areas.Code(fmt.Sprintf("%s10%d", county, i+1)), Name: "镇"}}))
		_, err = s.store.DrawSubAreas(ctx, system, []areas.NewSubArea{{Code: code + "001", Geometry: ground(117, i+3)}})
		s.ok(err)
		_, err = s.store.Assign(ctx, system, areas.NewAssignment{SubArea: code + "001", Enumerator: s.as("enumerator").id})
		s.ok(err)
	}
	_, err := s.store.AddBuildings(ctx, system, county, houses)
	s.ok(err)
	for range 5 {
		s.as("enumerator").visit(s.doors[0].ID, "no_contact").want(201)
	}
	s.ok(s.store.RunChecks(ctx, system, county))
}

// visit records a visit now.
func (c *client) visit(dwelling uuid.UUID, result string, headers ...string) *sent {
	c.t.Helper()
	return c.send("POST", "/api/visits", visitTo(dwelling, result), headers...)
}

func visitTo(dwelling uuid.UUID, result string) NewVisit {
	return NewVisit{ID: uuid.New(), County: county, Dwelling: dwelling, Result: result}
}

// keys walks a list and names its items, in pages of a size.
func (c *client) keys(path, key string, limit int) (found []string) {
	c.t.Helper()
	for after := ""; ; {
		page := read[list[map[string]json.RawMessage]](c.get(fmt.Sprintf("%s&limit=%d&after=%s", path, limit, url.QueryEscape(after))))
		if len(page.Items) > limit || len(page.Items) == 0 && len(found) > 0 {
			c.t.Fatalf("%s: a page of %d", path, len(page.Items))
		}
		for _, item := range page.Items {
			found = append(found, string(item[key]))
		}
		if after = page.Next; after == "" || len(found) > 500 {
			return found
		}
	}
}

func TestPagesGiveEachThingOnce(t *testing.T) {
	s := newService(t)
	s.many()
	for _, l := range lists {
		whole := s.as("admin").keys(l.path, l.key, 1000)
		if len(whole) < 4 {
			t.Errorf("%s: %d items are too few to tell", l.path, len(whole))
		}
		for _, limit := range []int{1, 2, 3, len(whole)} {
			if got := s.as("admin").keys(l.path, l.key, limit); !slices.Equal(got, whole) {
				t.Errorf("%s in pages of %d: %v, whole: %v", l.path, limit, got, whole)
			}
		}
		slices.Sort(whole)
		if len(slices.Compact(whole)) != len(whole) {
			t.Errorf("%s gives something twice: %v", l.path, whole)
		}
	}
}

// A list that ended early because of a bad cursor would look like a list that is done.
func TestBrokenCursorIsRefused(t *testing.T) {
	s := newService(t)
	s.many()
	cursors := map[string]string{}
	for _, l := range lists {
		cursors[l.path] = read[list[any]](s.as("admin").get(l.path + "&limit=1")).Next
	}
	for _, l := range lists {
		good := cursors[l.path]
		s.as("admin").get(l.path + "&after=" + good).want(200)
		for _, broken := range []string{"x", "zzzzzzzz", west, good[1:], good[:len(good)-1], good + "A", "%00", "'", "🦆", "1.2.3"} {
			p := s.as("admin").get(l.path+"&after="+url.QueryEscape(broken)).refused(422, "invalid")
			if p.Field != "after" {
				t.Errorf("%s after %q: the field at fault is %q", l.path, broken, p.Field)
			}
		}
		for other, cursor := range cursors {
			if other != l.path {
				s.as("admin").get(l.path+"&after="+cursor).refused(422, "invalid")
			}
		}
	}
}

// Nobody's scope is widened by walking on with somebody else's cursor.
func TestCursorCarriesNoRights(t *testing.T) {
	s := newService(t)
	next := read[list[SubArea]](s.as("country").get("/api/sub-areas?limit=1")).Next
	for _, a := range read[list[SubArea]](s.as("outsider").get("/api/sub-areas?after=" + next)).Items {
		if !a.Code.Within(abroad) {
			t.Errorf("an outsider reads %s", a.Code)
		}
	}
}
