package migrations_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"canvass/migrations"
)

// rosterViews are what a field package is read from, with the column that tells the sub-area.
var rosterViews = map[string]string{
	"map_roster_sub_areas":   "code",
	"map_roster_buildings":   "place",
	"map_roster_dwellings":   "sub_area",
	"map_roster_households":  "sub_area",
	"map_roster_assignments": "sub_area",
}

// A package is of one sub-area: the views show what the transaction named, and before it did, nothing.
func TestRosterShowsOneSubArea(t *testing.T) {
	ctx, owner := context.Background(), filled(t)
	tx, err := owner.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	run(t, tx, "SET LOCAL ROLE "+migrations.AppRole)
	for view, column := range rosterViews {
		for _, c := range []struct {
			named string
			want  []string
		}{
			{"", nil},
			{"370883101201002", []string{"370883101201002"}},
			{"370884101201001", []string{"370884101201001"}},
			{"370883", nil},
			{"370883101201", nil},
		} {
			if _, err := tx.Exec(ctx, `SELECT set_config('canvass.package', $1, true)`, c.named); err != nil {
				t.Fatal(err)
			}
			rows, err := tx.Query(ctx, `SELECT `+column+` FROM `+view)
			if err != nil {
				t.Fatal(err)
			}
			got, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s shows %v of %q, want %v (%v)", view, got, c.named, c.want, err)
			}
		}
	}
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
}

// The server's key is its owner's alone, and what was sealed is shut to the service, as whoever it acts.
func TestSecretsAreNotTheApps(t *testing.T) {
	ctx, owner := context.Background(), filled(t)
	for _, sql := range []string{
		`SELECT count(*) FROM sealed_contacts`,
		`SELECT id FROM sealed_contacts`,
		`UPDATE sealed_contacts SET place = place`,
		`DELETE FROM sealed_contacts`,
		`COPY sealed_contacts TO STDOUT`,
		`SELECT private FROM server_keys`,
		`INSERT INTO server_keys (name, private) VALUES ('mine', decode(repeat('00', 32), 'hex'))`,
		`UPDATE server_keys SET private = decode(repeat('00', 32), 'hex')`,
		`DELETE FROM server_keys`,
	} {
		tx, err := owner.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		as(t, tx, who{"system", "370883"})
		_, err = tx.Exec(ctx, sql)
		var answer *pgconn.PgError
		if !errors.As(err, &answer) || answer.Code != "42501" {
			t.Errorf("%s is answered with %v", sql, err)
		}
		if err := tx.Rollback(ctx); err != nil {
			t.Fatal(err)
		}
	}
}
