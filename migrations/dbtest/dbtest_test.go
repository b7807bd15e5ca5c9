package dbtest

import (
	"context"
	"fmt"
	"testing"

	"github.com/paulmach/orb"
)

// Each test finds its database empty, its sequences at the start, and itself without an owner's rights, although others run
// beside it and before it on the same databases.
func TestNew(t *testing.T) {
	for i := range 6 {
		t.Run(fmt.Sprint("test ", i), func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			pool := New(t)
			var role string
			var rows, next int
			var bypass bool
			const look = `SELECT current_user, (SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user)`
			if err := pool.QueryRow(ctx, look).Scan(&role, &bypass); err != nil {
				t.Fatal(err)
			}
			if role != "canvass_app" || bypass {
				t.Errorf("acts as %s, past the policies: %v", role, bypass)
			}
			owner := Owner(t, pool)
			if err := owner.QueryRow(ctx, `SELECT count(*) FROM buildings`).Scan(&rows); err != nil {
				t.Fatal(err)
			}
			if rows != 0 {
				t.Errorf("%d rows were left", rows)
			}
			const add = `INSERT INTO buildings (county, place, geom, point, source, source_id)
				VALUES ('370883', '370883', $1, $1, 'test', gen_random_uuid()) RETURNING id`
			for want := 1; want <= 2; want++ {
				if err := owner.QueryRow(ctx, add, orb.Point{1, 2}).Scan(&next); err != nil {
					t.Fatal(err)
				}
				if next != want {
					t.Errorf("building %d got number %d", want, next)
				}
			}
		})
	}
}

func TestWithDatabase(t *testing.T) {
	for _, c := range []struct{ dsn, want string }{
		{"postgres://me@host/old?sslmode=disable", "postgres://me@host/new?sslmode=disable"},
		{"postgresql://host", "postgresql://host/new"},
		{"host=/tmp/x user=me dbname=old", "host=/tmp/x user=me dbname=old dbname=new"},
	} {
		if got := withDatabase(c.dsn, "new"); got != c.want {
			t.Errorf("%s: %s, want %s", c.dsn, got, c.want)
		}
	}
}
