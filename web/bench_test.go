package web

import (
	"fmt"
	"testing"

	"github.com/paulmach/orb"

	"canvass/areas"
	"canvass/migrations/dbtest"
)

// filled is a county of some size: a hundred sub-areas with ten houses each.
func filled(b *testing.B) *service {
	b.Helper()
	s := newService(b)
	ctx := b.Context()
	const villages, streets, houses = 10, 10, 10
	for v := range villages {
		code := areas.Code(fmt.Sprintf("%s3%02d", town, v))
		_, err := s.store.MakeAreas(ctx, systemActor, []areas.NewArea{{Code: code, Name: "村"}})
		s.ok(err)
		var drawn []areas.NewSubArea
		var built []areas.NewBuilding
		for st := range streets {
			w, south := 117+float64(st)/100, 35.02+float64(v)/100
			drawn = append(drawn, areas.NewSubArea{Code: code + areas.Code(fmt.Sprintf("%03d", st+1)),
				Geometry: orb.MultiPolygon{box(w, south, w+.01, south+.01)}})
			for h := range houses {
				x, two := w+.0005+float64(h)*.0009, 2
				built = append(built, areas.NewBuilding{Geometry: box(x, south+.005, x+.0003, south+.0053), Floors: &two, Stairwells: &two,
					Doors: &two, Kind: "residential", Source: "bench", SourceID: fmt.Sprint(v, st, h)})
			}
		}
		_, err = s.store.DrawSubAreas(ctx, systemActor, drawn)
		s.ok(err)
		_, err = s.store.AddBuildings(ctx, systemActor, county, built)
		s.ok(err)
	}
	_, err := s.store.ListDwellings(ctx, systemActor, town)
	s.ok(err)
	_, err = dbtest.Owner(b, s.pool).Exec(ctx, `ANALYZE`) // which a server does by itself after a while
	s.ok(err)
	return s
}

// The routes that are asked all day, through a socket and the whole server:
//
//	go test ./web -run - -bench . -benchmem
func BenchmarkGet(b *testing.B) {
	s := filled(b)
	tile := tileAt(county+"-census", 15, orb.Point{117.055, 35.055})
	for _, c := range []struct{ name, who, path string }{
		{"session", "gis", "/api/session"},
		{"sub_areas", "supervisor", "/api/sub-areas?within=" + town},
		{"coverage_by_area", "supervisor", "/api/coverage?level=area&within=" + town},
		{"coverage_by_sub_area", "gis", "/api/coverage?level=sub_area&within=" + county},
		{"state", "gis", "/state/" + town},
		{"buildings", "gis", "/api/buildings?within=" + area},
		{"dwellings", "enumerator", "/api/dwellings?sub_area=" + west},
		{"tile_warm", "gis", tile},
	} {
		b.Run(c.name, func(b *testing.B) {
			bytes := 0
			for b.Loop() {
				bytes = len(s.as(c.who).get(c.path, "Accept-Encoding", "gzip").want(200).body)
			}
			b.ReportMetric(float64(bytes), "B/answer")
		})
	}
	b.Run("tile_known", func(b *testing.B) {
		etag := s.as("gis").get(tile).Header.Get("ETag")
		for b.Loop() {
			s.as("gis").get(tile, "If-None-Match", etag).want(304)
		}
	})
}

// A cold tile is another each time, of the places where the county is; when all were asked for, they begin anew.
func BenchmarkColdTile(b *testing.B) {
	s := filled(b)
	n := 0
	for b.Loop() {
		at := orb.Point{117 + float64(n%18)*.0055, 35.02 + float64(n/18%21)*.0045}
		if n%(18*21) == 0 && n > 0 {
			b.StopTimer()
			s.server.tiles = s.newTiles()
			b.StartTimer()
		}
		s.as("gis").get(tileAt(county+"-census", 16, at), "Accept-Encoding", "gzip")
		n++
	}
}

func BenchmarkVisit(b *testing.B) {
	s := newService(b)
	n := 0
	for b.Loop() {
		s.as("enumerator").visit(s.doors[n%len(s.doors)].ID, "no_contact").want(201)
		n++
	}
}
