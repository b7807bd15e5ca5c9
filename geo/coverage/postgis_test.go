package coverage

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"pgregory.net/rapid"

	"canvass/migrations/dbtest"
)

// PostGIS, which knows nothing of the grid, finds every member valid after each operation, no two that share ground, and no
// hole between them: their union is what it was.
func TestOperationsAgreeWithPostGIS(t *testing.T) {
	ctx := context.Background()
	pool := dbtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		members := country(3, 2, rapid.Uint64().Draw(t, "seed"))
		before := members
		for range rapid.IntRange(1, 6).Draw(t, "operations") {
			if e, err := operate(t, members, rapid.IntRange(0, len(members)-1).Draw(t, "member")); err == nil {
				members = e.Apply(members)
			}
		}
		var invalid, shared int
		var off float64
		row := pool.QueryRow(ctx, `
			WITH before AS (SELECT ST_GeomFromText(w) AS shape FROM unnest(@before::text[]) AS w),
			after AS (SELECT ST_GeomFromText(w) AS shape, n FROM unnest(@after::text[]) WITH ORDINALITY AS t (w, n))
			SELECT (SELECT count(*) FROM after WHERE NOT ST_IsValid(shape)),
			       (SELECT count(*) FROM after AS a JOIN after AS b ON a.n < b.n AND a.shape && b.shape
			        WHERE NOT ST_Relate(a.shape, b.shape, 'FF*******')),
			       ST_Area(ST_SymDifference((SELECT ST_Union(shape) FROM before), (SELECT ST_Union(shape) FROM after)))`,
			pgx.NamedArgs{"before": texts(before), "after": texts(members)})
		if err := row.Scan(&invalid, &shared, &off); err != nil {
			t.Fatal(err)
		}
		if invalid > 0 || shared > 0 || off > 1e-13 { // a thousandth of the grid's square along a kilometre
			t.Errorf("%d not valid, %d pairs share ground, the union is off by %g square degrees", invalid, shared, off)
		}
	})
}

// texts writes the members that are not gone.
func texts(members []orb.MultiPolygon) (out []string) {
	for _, m := range members {
		if len(m) > 0 {
			out = append(out, wkt.MarshalString(m))
		}
	}
	return out
}

// Where members are shaken, PostGIS and Validate find the same pairs that share ground.
func TestValidateAgreesWithPostGIS(t *testing.T) {
	ctx := context.Background()
	pool := dbtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		members := shaken(country(3, 1, rapid.Uint64().Draw(t, "seed")), 2e-4, rapid.Uint64().Draw(t, "shake"))
		for _, f := range Validate(members) {
			if f.Kind == SelfIntersection {
				return // what of such a member is inside is anybody's guess
			}
		}
		rows, err := pool.Query(ctx, `
			WITH member AS (SELECT ST_GeomFromText(w) AS shape, n - 1 AS n FROM unnest(@members::text[]) WITH ORDINALITY AS t (w, n))
			SELECT ARRAY[a.n, b.n]
			FROM member AS a
			JOIN member AS b ON a.n < b.n AND ST_Area(ST_Intersection(a.shape, b.shape)) > 1e-12
			ORDER BY a.n, b.n`, pgx.NamedArgs{"members": texts(members)})
		if err != nil {
			t.Fatal(err)
		}
		want, err := pgx.CollectRows(rows, pgx.RowTo[[]int])
		if err != nil {
			t.Fatal(err)
		}
		var got [][]int
		for _, f := range Validate(members) {
			if f.Kind == Overlap || f.Kind == OverlapSliver {
				got = append(got, f.Members[:])
			}
		}
		for _, pair := range want {
			if !slices.ContainsFunc(got, func(g []int) bool { return slices.Equal(g, pair) }) {
				t.Errorf("PostGIS finds that %v overlap", pair)
			}
		}
	})
}

// roundedArea is by how many square degrees ground may differ once its new vertices are on the grid: half a unit along a
// boundary of a few hundredths of a degree.
const roundedArea = 3e-9

// What one operation makes of members is what PostGIS makes of them by its own means: ST_Union of what is merged, ST_Split of
// what is divided, ST_Difference and ST_Union of what is given away.
func TestEachOperationAgreesWithPostGIS(t *testing.T) {
	ctx := context.Background()
	pool := dbtest.New(t)
	agrees := func(t *rapid.T, what, sql string, values pgx.NamedArgs) {
		var off float64
		if err := pool.QueryRow(ctx, sql, values).Scan(&off); err != nil {
			t.Fatal(err)
		}
		if off > roundedArea {
			t.Errorf("%s is off by %g square degrees: %v", what, off, values)
		}
	}
	done := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		members := country(3, 2, rapid.Uint64().Draw(t, "seed"))
		a, b := rapid.IntRange(0, len(members)-1).Draw(t, "one"), rapid.IntRange(0, len(members)-1).Draw(t, "other")
		line := somewhere(t, members[a])
		values := pgx.NamedArgs{"a": wkt.MarshalString(members[a]), "b": wkt.MarshalString(members[b]), "line": wkt.MarshalString(line)}
		if e, err := Merge(members, a, b); err == nil {
			done["merge"]++
			values["got"] = wkt.MarshalString(e[a])
			agrees(t, "merge", `SELECT ST_Area(ST_SymDifference(ST_Union(@a::geometry, @b::geometry), @got::geometry))`, values)
		}
		if e, err := Split(members, a, line, 0); err == nil {
			done["split"]++
			pieces := []string{wkt.MarshalString(e[a])}
			for i, m := range e {
				if i >= len(members) {
					pieces = append(pieces, wkt.MarshalString(m))
				}
			}
			values["got"] = pieces
			agrees(t, "split", `
				WITH got AS (SELECT g::geometry AS shape FROM unnest(@got::text[]) AS g),
				want AS (SELECT (ST_Dump(ST_Split(@a::geometry, @line::geometry))).geom AS shape)
				SELECT coalesce(max(off), 0) + abs((SELECT count(*) FROM got) - (SELECT count(*) FROM want))
				  FROM got, LATERAL (SELECT min(ST_Area(ST_SymDifference(got.shape, want.shape))) AS off FROM want) nearest`, values)
		}
		if len(line) < 3 {
			return
		}
		piece := orb.MultiPolygon{{{line[0], line[1], line[2], line[0]}}}
		if e, err := Transfer(members, a, b, piece); err == nil {
			done["transfer"]++
			values["piece"], values["from"], values["to"] = wkt.MarshalString(piece), wkt.MarshalString(e[a]), wkt.MarshalString(e[b])
			agrees(t, "transfer", `
				SELECT ST_Area(ST_SymDifference(ST_Difference(@a::geometry, @piece::geometry), @from::geometry))
				     + ST_Area(ST_SymDifference(ST_Union(@b::geometry, ST_Intersection(@a::geometry, @piece::geometry)), @to::geometry))`, values)
		}
	})
	for _, what := range []string{"merge", "split", "transfer"} {
		if done[what] < 3 {
			t.Errorf("only %d times %s", done[what], what)
		}
	}
}
