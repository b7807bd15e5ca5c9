package coverage

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"pgregory.net/rapid"

	"canvass/migrations/dbtest"
)

// What Reshape makes of two members is what PostGIS makes of them by its own means: the ground between the line and the boundary
// that they share, as ST_Polygonize finds it, changes hands.
func TestReshapeAgreesWithPostGIS(t *testing.T) {
	ctx := context.Background()
	pool := dbtest.New(t)
	done := 0
	rapid.Check(t, func(t *rapid.T) {
		members := country(3, 2, rapid.Uint64().Draw(t, "seed"))
		one := rapid.IntRange(0, len(members)-1).Draw(t, "one")
		line, ok := besideShared(t, members, one)
		if !ok {
			return
		}
		a, b, err := between(members, line, 0)
		if err != nil {
			return
		}
		e, err := Reshape(members, line, 0)
		if err != nil {
			return
		}
		values := pgx.NamedArgs{"one": wkt.MarshalString(members[a]), "other": wkt.MarshalString(members[b]), "line": wkt.MarshalString(line),
			"got_one": wkt.MarshalString(e[a]), "got_other": wkt.MarshalString(e[b])}
		const sql = `
			WITH shared AS (
				SELECT ST_LineMerge(ST_CollectionExtract(ST_Intersection(@one::geometry, @other::geometry), 2)) AS way
			), swept AS (
				SELECT ST_CollectionExtract(ST_Polygonize(ST_Union(s.way, @line::geometry)), 3) AS ground FROM shared s
			)
			SELECT NOT ST_IsClosed(s.way) AND ST_NumGeometries(s.way) = 1,
			       ST_Area(ST_SymDifference(@got_one::geometry, ST_Union(ST_Difference(@one::geometry, w.ground), ST_Intersection(@other::geometry, w.ground))))
			     + ST_Area(ST_SymDifference(@got_other::geometry, ST_Union(ST_Difference(@other::geometry, w.ground), ST_Intersection(@one::geometry, w.ground))))
			  FROM shared s, swept w`
		var simple bool // else the line may stand for either of two stretches
		var off float64
		if err := pool.QueryRow(ctx, sql, values).Scan(&simple, &off); err != nil {
			t.Fatal(err)
		}
		if !simple {
			return
		}
		if done++; off > roundedArea {
			t.Errorf("off by %g square degrees: %v", off, values)
		}
	})
	if done < 10 {
		t.Errorf("only %d were held against it", done)
	}
}

// besideShared draws a line from a vertex of the boundary that a member shares with a neighbour to another, by way of a place beside.
func besideShared(t *rapid.T, members []orb.MultiPolygon, one int) (orb.LineString, bool) {
	var way []orb.Point
	other := -1
	for i, m := range members {
		if i == one {
			continue
		}
		if shared := verticesOfBoth(members[one], m); len(shared) > len(way) && (other < 0 || rapid.Bool().Draw(t, "rather")) {
			way, other = shared, i
		}
	}
	if len(way) < 3 {
		return nil, false
	}
	from := rapid.IntRange(0, len(way)-2).Draw(t, "from")
	to := rapid.IntRange(from+1, len(way)-1).Draw(t, "to")
	p, q := way[from], way[to]
	off := rapid.Float64Range(-0.6, 0.6).Draw(t, "off")
	at := rapid.Float64Range(0.2, 0.8).Draw(t, "at")
	beside := orb.Point{p[0] + at*(q[0]-p[0]) - off*(q[1]-p[1]), p[1] + at*(q[1]-p[1]) + off*(q[0]-p[0])}
	return orb.LineString{p, beside, q}, true
}

// verticesOfBoth lists the vertices that two members share, in the order of the first.
func verticesOfBoth(a, b orb.MultiPolygon) (out []orb.Point) {
	of := map[orb.Point]bool{}
	for _, polygon := range b {
		for _, ring := range polygon {
			for _, p := range ring {
				of[p] = true
			}
		}
	}
	for _, p := range a[0][0][1:] {
		if of[p] {
			out = append(out, p)
		}
	}
	return out
}
