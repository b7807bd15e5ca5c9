package areas_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"canvass/areas"
	"canvass/migrations/dbtest"
)

// The tests' county: one town, one area, two sub-areas side by side, three buildings in the western one.
const (
	county = areas.Code("370883")
	town   = areas.Code("370883100")
	area   = areas.Code("370883100201")
	west   = areas.Code("370883100201001")
	east   = areas.Code("370883100201002")
)

// place is a county to test on, with the accounts that act in it.
type place struct {
	*areas.Store
	pool                         *pgxpool.Pool
	t                            *testing.T
	admin, gis, supervisor, enum areas.Actor
	buildings                    []int64
}

// newPlace makes a county whose rounds are set so that enumeration goes on now, and listing began ten days ago.
func newPlace(t *testing.T) *place {
	t.Helper()
	t.Parallel()
	ctx := t.Context()
	pool := dbtest.New(t)
	p := &place{Store: areas.NewStore(pool), pool: pool, t: t}
	system := areas.System()
	p.ok(p.MakeRegions(ctx, system, []areas.NewRegion{{Code: county, Name: "邹城市"}, {Code: town, Name: "香城镇"}}))
	_, err := p.MakeAreas(ctx, system, []areas.NewArea{{Code: area, Name: "北王村"}})
	p.ok(err)
	_, err = p.DrawSubAreas(ctx, system, []areas.NewSubArea{
		{Code: west, Geometry: multi("MULTIPOLYGON(((117 35, 117.01 35, 117.01 35.01, 117 35.01, 117 35)))")},
		{Code: east, Geometry: multi("MULTIPOLYGON(((117.01 35, 117.02 35, 117.02 35.01, 117.01 35.01, 117.01 35)))")},
	})
	p.ok(err)
	now := time.Now()
	for name, open := range map[string][2]int{"listing": {-10, -1}, "enumeration": {-2, 10}} {
		_, err := p.SetRound(ctx, system, areas.Round{County: county, Name: name, OpensAt: now.AddDate(0, 0, open[0]), ClosesAt: now.AddDate(0, 0, open[1])})
		p.ok(err)
	}
	p.admin = p.account("admin", areas.RoleAdministrator, county)
	p.gis = p.account("gis", areas.RoleGIS, county)
	p.supervisor = p.account("supervisor", areas.RoleSupervisor, town)
	p.enum = p.account("enumerator", areas.RoleEnumerator, town)
	p.buildings, err = p.AddBuildings(ctx, p.gis, county, []areas.NewBuilding{
		{Geometry: polygon("POLYGON((117.002 35.008, 117.003 35.008, 117.003 35.009, 117.002 35.009, 117.002 35.008))"),
			Floors: ptr(2), Stairwells: ptr(1), Doors: ptr(2), Source: "test", SourceID: "1"},
		{Geometry: polygon("POLYGON((117.005 35.008, 117.006 35.008, 117.006 35.009, 117.005 35.009, 117.005 35.008))"),
			Units: ptr(1), Source: "test", SourceID: "2"},
		{Geometry: polygon("POLYGON((117.002 35.002, 117.003 35.002, 117.003 35.003, 117.002 35.003, 117.002 35.002))"),
			Kind: "non_residential", Source: "test", SourceID: "3"},
	})
	p.ok(err)
	return p
}

func (p *place) ok(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// refused fails unless the error is a refusal with a code.
func (p *place) refused(err error, code string) {
	p.t.Helper()
	if got := areas.CodeOf(err); got != code {
		p.t.Fatalf("refused with %q (%v), want %q", got, err, code)
	}
}

func (p *place) account(name string, role areas.Role, scope areas.Code) areas.Actor {
	p.t.Helper()
	u, err := p.CreateUser(p.t.Context(), areas.System(), areas.NewUser{Name: name, DisplayName: name, Role: role, Scope: scope})
	p.ok(err)
	return p.act(u.ID)
}

func (p *place) act(id uuid.UUID) areas.Actor {
	p.t.Helper()
	actor, _, err := p.Actor(p.t.Context(), id)
	p.ok(err)
	return actor
}

// assigned gives the western sub-area to the enumerator and makes its dwellings.
func (p *place) assigned() (areas.Assignment, []areas.Dwelling) {
	p.t.Helper()
	ctx := p.t.Context()
	a, err := p.Assign(ctx, p.supervisor, areas.NewAssignment{SubArea: west, Enumerator: p.enum.ID})
	p.ok(err)
	p.enum = p.act(p.enum.ID)
	_, err = p.ListDwellings(ctx, p.gis, west)
	p.ok(err)
	list, err := p.Dwellings(ctx, p.enum, areas.DwellingQuery{SubArea: west})
	p.ok(err)
	return a, list.Items
}

// visit records a result at a dwelling as the enumerator.
func (p *place) visit(d areas.Dwelling, result string, more ...func(*areas.NewVisit)) areas.Recorded {
	p.t.Helper()
	v := areas.NewVisit{ID: uuid.New(), County: county, Dwelling: d.ID, Result: result}
	for _, change := range more {
		change(&v)
	}
	r, err := p.RecordVisit(context.Background(), p.enum, v)
	p.ok(err)
	return r
}

func ptr[T any](v T) *T { return &v }

// square is a house with its south-west corner at a place, such as "117.001 35.002".
func square(corner string) orb.Polygon {
	at, err := wkt.UnmarshalPoint("POINT(" + corner + ")")
	if err != nil {
		panic(err)
	}
	return orb.Bound{Min: at, Max: orb.Point{at[0] + 0.0001, at[1] + 0.0001}}.ToPolygon()
}

func polygon(s string) orb.Polygon {
	g, err := wkt.UnmarshalPolygon(s)
	if err != nil {
		panic(err)
	}
	return g
}

func multi(s string) orb.MultiPolygon {
	g, err := wkt.UnmarshalMultiPolygon(s)
	if err != nil {
		panic(err)
	}
	return g
}
