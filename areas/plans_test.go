package areas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"canvass/areas"
	"canvass/migrations"
	"canvass/migrations/dbtest"
)

// manyRows fills a county: 5 towns of 10 areas of 20 sub-areas, with 8 buildings, 16 dwellings, 16 visits, 8 households and
// 2 flags in each sub-area, and an assignment.
const manyRows = `
	INSERT INTO users (id, name, display_name, role, scope, password_hash, created_at)
	VALUES ('00000000-0000-7000-8000-000000000001', 'one', '普查员', 'enumerator', '370883', '', now());
	INSERT INTO regions (county, code, name) VALUES ('370883', '370883', '邹城市');
	INSERT INTO regions (county, code, name) SELECT '370883', '370883' || 100 + t, '镇' || t FROM generate_series(0, 4) t;
	INSERT INTO areas (county, code, name)
	SELECT '370883', '370883' || 100 + t || 200 + a, '村' || t || '之' || a FROM generate_series(0, 4) t, generate_series(0, 9) a;
	INSERT INTO rounds (county, name, opens_at, closes_at)
	VALUES ('370883', 'enumeration', now() - interval '5 days', now() + interval '5 days');
	INSERT INTO sub_areas (county, code, geom, point)
	SELECT a.county, a.code || lpad(n::text, 3, '0'), ST_Multi(ST_MakeEnvelope(x, y, x + 0.01, y + 0.01, 4326)), ST_Point(x + 0.005, y + 0.005, 4326)
	  FROM (SELECT *, row_number() OVER (ORDER BY code) AS at FROM areas) a, generate_series(1, 20) n,
	       LATERAL (SELECT 117 + n * 0.01 AS x, 35 + a.at * 0.01 AS y) o;
	INSERT INTO buildings (county, place, number, name, address, geom, point, source, source_id)
	SELECT s.county, s.code, n, '楼' || n || right(s.code, 3), '香城路' || n || '号', ST_Buffer(p, 0.0001), p, 'test', s.code || n
	  FROM sub_areas s, generate_series(1, 8) n, LATERAL (SELECT ST_Translate(s.point, n * 0.0005, 0) AS p) o;
	INSERT INTO dwellings (county, id, sub_area, building, floor, door, occupancy, attempts, changed_at)
	SELECT b.county, gen_random_uuid(), b.place, b.id, 1, d::text, 'occupied', 1, now() FROM buildings b, generate_series(1, 2) d;
	INSERT INTO households (county, id, sub_area, dwelling, number, collection, changed_at)
	SELECT d.county, gen_random_uuid(), d.sub_area, d.id, b.number, 'complete', now()
	  FROM dwellings d JOIN buildings b ON b.county = d.county AND b.id = d.building WHERE d.door = '1';
	INSERT INTO assignments (county, id, sub_area, round, enumerator, epoch, begun_at)
	SELECT s.county, gen_random_uuid(), s.code, 'enumeration', '00000000-0000-7000-8000-000000000001', 1, now() FROM sub_areas s;
	INSERT INTO visits (county, id, sub_area, dwelling, round, enumerator, result, at, received_at)
	SELECT d.county, gen_random_uuid(), d.sub_area, d.id, 'enumeration', '00000000-0000-7000-8000-000000000001', 'complete',
	       now() - random() * interval '3 days', now()
	  FROM dwellings d;
	INSERT INTO coverage (county, sub_area, buildings, footprints, expected, listed, counted_at)
	SELECT s.county, s.code, 8, 8, 16, 16, now() FROM sub_areas s;
	INSERT INTO flags (county, id, check_name, place, building, opened_at)
	SELECT b.county, gen_random_uuid(), 'empty_footprint', b.place, b.id, now() FROM buildings b WHERE b.number <= 2;
	INSERT INTO events (county, at, role, verb, place, subject)
	SELECT s.county, now(), 'gis', 'draw', s.code, 'sub_area/' || s.code FROM sub_areas s;
	ANALYZE`

// large are the tables that a hot query must not read from end to end.
var large = []string{"buildings", "dwellings", "visits", "households", "sub_areas"}

// listener hears every statement that a pool sends.
type listener struct {
	mu    sync.Mutex
	heard []pgx.TraceQueryStartData
}

func (l *listener) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = append(l.heard, q)
	return ctx
}

func (l *listener) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// planned is a county of many rows whose queries can be looked at.
type planned struct {
	*areas.Store
	t         *testing.T
	pool      *pgxpool.Pool
	statement *listener
	door      areas.Dwelling // one of many
}

func newPlanned(t *testing.T) *planned {
	t.Helper()
	t.Parallel()
	pool := dbtest.New(t)
	if _, err := dbtest.Owner(t, pool).Exec(t.Context(), manyRows); err != nil {
		t.Fatal(err)
	}
	config := pool.Config()
	heard := &listener{}
	config.ConnConfig.Tracer = heard
	listened, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(listened.Close)
	return &planned{Store: areas.NewStore(listened), t: t, pool: pool, statement: heard}
}

var reading = regexp.MustCompile(`(?s)^\s*(SELECT|WITH)\b`)

// node is a step of a plan.
type node struct {
	Type     string `json:"Node Type"`
	Relation string `json:"Relation Name"`
	Index    string `json:"Index Name"`
	Plans    []node
}

// plans does something and answers the plans of what it read, made as the same role with the same settings.
func (p *planned) plans(do func() error) (out []node) {
	p.t.Helper()
	p.statement.heard = nil
	if err := do(); err != nil {
		p.t.Fatal(err)
	}
	err := pgx.BeginFunc(p.t.Context(), p.pool, func(tx pgx.Tx) error {
		var role string
		if err := tx.QueryRow(p.t.Context(), `SELECT current_user`).Scan(&role); err != nil || role != migrations.AppRole {
			return fmt.Errorf("plans are made as %q: %v", role, err)
		}
		for _, q := range p.statement.heard {
			if !reading.MatchString(q.SQL) {
				continue
			}
			if strings.Contains(q.SQL, "set_config(") {
				if _, err := tx.Exec(p.t.Context(), q.SQL, q.Args...); err != nil {
					return err
				}
				continue
			}
			var raw []byte
			if err := tx.QueryRow(p.t.Context(), "EXPLAIN (FORMAT JSON) "+q.SQL, q.Args...).Scan(&raw); err != nil {
				return fmt.Errorf("explain %s: %w", q.SQL, err)
			}
			var plan []struct{ Plan node }
			if err := json.Unmarshal(raw, &plan); err != nil {
				return err
			}
			out = append(out, plan[0].Plan)
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// walk visits a plan's steps.
func (n node) walk(do func(node)) {
	do(n)
	for _, child := range n.Plans {
		child.walk(do)
	}
}

// The places that are asked for.
const (
	aTown    = areas.Code("370883101")
	anArea   = areas.Code("370883101203")
	aSubArea = areas.Code("370883101203007")
)

// hot is what is asked a thousand times a day.
var hot = map[string]func(p *planned, a areas.Actor) error{
	"sub-areas of an area": func(p *planned, a areas.Actor) error {
		_, err := p.SubAreas(p.t.Context(), a, areas.SubAreaQuery{Within: anArea})
		return err
	},
	"a sub-area": func(p *planned, a areas.Actor) error { _, err := p.SubArea(p.t.Context(), a, aSubArea); return err },
	"areas": func(p *planned, a areas.Actor) error {
		_, err := p.Areas(p.t.Context(), a, areas.AreaQuery{Within: aTown})
		return err
	},
	"towns": func(p *planned, a areas.Actor) error {
		_, err := p.Regions(p.t.Context(), a, areas.RegionQuery{Within: aTown})
		return err
	},
	"buildings": func(p *planned, a areas.Actor) error {
		_, err := p.Buildings(p.t.Context(), a, areas.BuildingQuery{Within: aSubArea})
		return err
	},
	"all buildings": func(p *planned, a areas.Actor) error {
		_, err := p.Buildings(p.t.Context(), a, areas.BuildingQuery{Within: county})
		return err
	},
	"a building": func(p *planned, a areas.Actor) error {
		_, err := p.Building(p.t.Context(), a, areas.BuildingKey{County: county, ID: p.door.Building})
		return err
	},
	"its doors": func(p *planned, a areas.Actor) error {
		_, err := p.DwellingsOf(p.t.Context(), a, areas.BuildingKey{County: county, ID: p.door.Building})
		return err
	},
	"dwellings": func(p *planned, a areas.Actor) error {
		_, err := p.Dwellings(p.t.Context(), a, areas.DwellingQuery{SubArea: aSubArea})
		return err
	},
	"visits": func(p *planned, a areas.Actor) error {
		_, err := p.Visits(p.t.Context(), a, areas.VisitQuery{Within: aSubArea})
		return err
	},
	"visits at door": func(p *planned, a areas.Actor) error {
		_, err := p.Visits(p.t.Context(), a, areas.VisitQuery{Within: aSubArea, Dwelling: &p.door.ID})
		return err
	},
	"all visits": func(p *planned, a areas.Actor) error {
		_, err := p.Visits(p.t.Context(), a, areas.VisitQuery{Within: county})
		return err
	},
	"flags": func(p *planned, a areas.Actor) error {
		_, err := p.Flags(p.t.Context(), a, areas.FlagQuery{Within: aTown})
		return err
	},
	"state": func(p *planned, a areas.Actor) error { _, err := p.State(p.t.Context(), a, anArea); return err },
	"coverage": func(p *planned, a areas.Actor) error {
		_, err := p.Coverage(p.t.Context(), a, areas.CoverageQuery{Within: anArea, Level: areas.LevelSubArea})
		return err
	},
	"coverage of a town": func(p *planned, a areas.Actor) error {
		_, err := p.Coverage(p.t.Context(), a, areas.CoverageQuery{Within: aTown, Level: areas.LevelArea})
		return err
	},
	"search for a code": func(p *planned, a areas.Actor) error {
		_, err := p.Search(p.t.Context(), a, areas.SearchQuery{County: county, Text: string(aSubArea)})
		return err
	},
	"search for a house": func(p *planned, a areas.Actor) error {
		_, err := p.Search(p.t.Context(), a, areas.SearchQuery{County: county, Text: "楼3007"})
		return err
	},
}

// Hot queries find their rows through an index, under the policies and with the settings that the service sets.
func TestHotQueriesUseAnIndex(t *testing.T) {
	p := newPlanned(t)
	supervisor := areas.Actor{Role: areas.RoleSupervisor, Scopes: []areas.Code{aTown}}
	gis := areas.Actor{Role: areas.RoleGIS, Scopes: []areas.Code{county}}
	enum := areas.Actor{Role: areas.RoleEnumerator, Scopes: []areas.Code{aSubArea, anArea + "009"}}
	list, err := p.Dwellings(t.Context(), supervisor, areas.DwellingQuery{SubArea: aSubArea})
	if err != nil {
		t.Fatal(err)
	}
	p.door = list.Items[0]
	for name, do := range hot {
		for _, who := range []areas.Actor{supervisor, gis, enum} {
			found := false
			for _, plan := range p.plans(func() error { return do(p, who) }) {
				plan.walk(func(n node) {
					found = found || n.Index != ""
					if strings.HasSuffix(n.Type, "Seq Scan") && slices.Contains(large, n.Relation) {
						t.Errorf("%s, asked for by %s: %s is read from end to end", name, who.Role, n.Relation)
					}
				})
			}
			if !found {
				t.Errorf("%s, asked for by %s: no index is used", name, who.Role)
			}
		}
	}
}
