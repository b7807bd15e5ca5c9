package migrations_test

import (
	"context"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"canvass/migrations"
	"canvass/migrations/dbtest"
)

func TestConnect(t *testing.T) {
	ctx := context.Background()
	pool, err := migrations.Connect(ctx, dbtest.Address(t, dbtest.New(t)), 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if got := pool.Config().MaxConns; got != 2 {
		t.Errorf("holds up to %d connections, want 2", got)
	}
	for name, want := range map[string]string{
		"role": "canvass_app", "jit": "off", "max_parallel_workers_per_gather": "0", "application_name": "canvass", "TimeZone": "UTC",
	} {
		var got string
		if err := pool.QueryRow(ctx, `SELECT current_setting($1)`, name).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", name, got, err, want)
		}
	}
	var point orb.Point
	if err := pool.QueryRow(ctx, `SELECT $1::geometry`, orb.Point{117, 35}).Scan(&point); err != nil || point != (orb.Point{117, 35}) {
		t.Errorf("a point came back as %v (%v)", point, err)
	}
}

func TestConnectRefuses(t *testing.T) {
	for dsn, want := range map[string]string{
		"nonsense":                            "read the database address",
		"postgres://nobody@127.0.0.1:1/kanwa": "open database kanwa",
	} {
		if pool, err := migrations.Connect(context.Background(), dsn, 1); err == nil {
			pool.Close()
			t.Errorf("%s was opened", dsn)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", dsn, err, want)
		}
	}
}
