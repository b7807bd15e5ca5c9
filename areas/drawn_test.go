package areas_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"canvass/areas"
	"canvass/migrations/dbtest"
)

// told lists what the changes after a revision say, in their order, and the revision there is now.
func told(t *testing.T, owner *pgxpool.Pool, after int64) (lines []string, revision int64) {
	t.Helper()
	const sql = `
		SELECT format('%s %s %s', layer, coalesce(id::text, '*'),
		              CASE WHEN west IS NULL THEN 'nowhere' ELSE format('%s,%s,%s,%s', west, south, east, north) END)
		  FROM map_changes
		 WHERE county = '370883' AND revision > $1
		 ORDER BY revision, serial`
	rows, err := owner.Query(t.Context(), sql, after)
	if err != nil {
		t.Fatal(err)
	}
	if lines, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
		t.Fatal(err)
	}
	if err := owner.QueryRow(t.Context(), `SELECT revision FROM map_revisions WHERE county = '370883'`).Scan(&revision); err != nil {
		t.Fatal(err)
	}
	return lines, revision
}

// A transaction tells which features of the map it changed, where they stood and where they stand, and what is not on the map
// it does not tell.
func TestMapTellsWhatChanged(t *testing.T) {
	p := newPlace(t)
	ctx, owner := t.Context(), dbtest.Owner(t, p.pool)
	const old, now = "117.001,35.002,117.0011,35.0021", "117.012,35.002,117.0121,35.0021"
	var house areas.BuildingKey
	add := func(at string) func() error {
		return func() error {
			ids, err := p.AddBuildings(ctx, p.gis, county, []areas.NewBuilding{{Geometry: square(at), Source: "test", SourceID: "9"}})
			house = areas.BuildingKey{County: county, ID: ids[0]}
			return err
		}
	}
	edit := func(e areas.BuildingEdit) func() error {
		return func() error {
			_, err := p.EditBuilding(ctx, p.gis, house, 0, e)
			return err
		}
	}
	_, was := told(t, owner, 0)
	for _, c := range []struct {
		name string
		do   func() error
		want []string // # is the building
	}{
		{"a building is added", add("117.001 35.002"), []string{"buildings # " + old}},
		{"its source moves it", add("117.012 35.002"), []string{"buildings # " + old, "buildings # " + now}},
		{"it is renamed", edit(areas.BuildingEdit{Name: ptr("甲")}), []string{"buildings # " + now}},
		{"it is torn down", edit(areas.BuildingEdit{Standing: ptr("demolished"), Reason: ptr("拆除")}),
			[]string{"buildings # " + now, "buildings # nowhere"}},
		{"an area without ground is renamed", func() error {
			_, err := p.EditArea(ctx, p.gis, area, 0, areas.AreaEdit{Name: ptr("村")})
			return err
		}, []string{"areas 370883100201 nowhere"}},
		{"a sub-area moves to another state", func() error {
			_, err := p.MoveSubArea(ctx, p.gis, west, 0, "checked", "")
			return err
		}, nil},
	} {
		p.ok(c.do())
		lines, is := told(t, owner, was)
		for i := range c.want {
			c.want[i] = strings.ReplaceAll(c.want[i], "#", fmt.Sprint(house.ID))
		}
		if !slices.Equal(lines, c.want) || is-was != int64(min(len(c.want), 1)) {
			t.Errorf("%s: revision %d after %d tells %q, want %q", c.name, is, was, lines, c.want)
		}
		was = is
	}
}

// A visit is not on the map.
func TestMapTellsOfNoVisit(t *testing.T) {
	p := newPlace(t)
	owner := dbtest.Owner(t, p.pool)
	_, was := told(t, owner, 0)
	_, doors := p.assigned()
	p.visit(doors[0], "complete")
	if lines, is := told(t, owner, was); is != was {
		t.Errorf("revision %d came after %d: %q", is, was, lines)
	}
}

// What is more than anybody would look at one by one is told as one change of the set.
func TestMapTellsOfManyAsOne(t *testing.T) {
	p := newPlace(t)
	owner := dbtest.Owner(t, p.pool)
	_, was := told(t, owner, 0)
	var many []areas.NewBuilding
	for i := range 600 {
		many = append(many, areas.NewBuilding{Geometry: square(fmt.Sprintf("%.4f 35.002", 117.001+float64(i%50)*0.0001))})
	}
	_, err := p.AddBuildings(t.Context(), p.gis, county, many)
	p.ok(err)
	lines, _ := told(t, owner, was)
	if len(lines) != 1 || lines[0][:9] != "census * " {
		t.Errorf("told %d lines, first %q", len(lines), lines[0])
	}
}

// However many change the map at once, who reads on from the last revision he saw misses none: revisions come in their order.
func TestMapRevisionsComeInOrder(t *testing.T) {
	p := newPlace(t)
	owner := dbtest.Owner(t, p.pool)
	_, begun := told(t, owner, 0)
	const each = 25
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := range each {
				_, err := p.EditBuilding(t.Context(), p.gis, p.key(w%3), 0, areas.BuildingEdit{Name: ptr(fmt.Sprint(w, i))})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	seen, heard := begun, 0
	for ended := false; !ended || seen < begun+4*each; {
		select {
		case <-done:
			if ended && seen < begun+4*each {
				t.Fatalf("%d revisions were seen, the last was %d", heard, seen)
			}
			ended = true
		default:
		}
		rows, err := owner.Query(t.Context(), `SELECT DISTINCT revision FROM map_changes WHERE county = '370883' AND revision > $1 ORDER BY revision`, seen)
		p.ok(err)
		revisions, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		p.ok(err)
		for _, r := range revisions {
			if heard++; r != seen+1 {
				t.Fatalf("revision %d was seen after %d", r, seen)
			}
			seen = r
		}
	}
}
