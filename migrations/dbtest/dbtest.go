// Package dbtest assumes that DATABASE_URL names a PostGIS server on which tests may create databases. It gives each test
// a migrated, empty database of its own, which no other test and no other process uses meanwhile.
//
// The schema is laid once, in a template named after its hash. Databases are cloned from it, kept, and emptied before
// they serve the next test. Which one is in use is told by advisory locks of one session for each test process, so that a
// process that is killed leaves nothing taken.
package dbtest

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"canvass/geo"
	"canvass/migrations"
)

const (
	maxConns = 8 // for each test; opened when they are needed
	patience = 2 * time.Minute
)

var (
	server   *keeper
	serverMu sync.Mutex
)

// New answers a pool that acts as canvass_app on a migrated database without a row in it. The database is the test's own
// until the test and its subtests have ended. Without a server the test fails and says how to get one.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	k, err := open(ctx, t)
	if err != nil {
		t.Fatalf("prepare the test server: %v", err)
	}
	name, err := k.take(ctx)
	if err != nil {
		t.Fatalf("take a test database: %v", err)
	}
	t.Cleanup(func() { k.giveBack(name) })
	if err := empty(ctx, k.address(name)); err != nil {
		t.Fatalf("empty database %s: %v", name, err)
	}
	pool, err := migrations.Connect(ctx, k.address(name), maxConns)
	if err != nil {
		t.Fatalf("connect to database %s: %v", name, err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// Owner answers a pool on the same database that acts as the owner of its tables, past every policy.
func Owner(t testing.TB, pool *pgxpool.Pool) *pgxpool.Pool {
	t.Helper()
	config := pool.Config()
	config.AfterConnect = geo.Register
	owner, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		t.Fatalf("connect to database %s as its owner: %v", config.ConnConfig.Database, err)
	}
	t.Cleanup(owner.Close)
	return owner
}

// Address answers the address of the pool's database, for what opens its own connections.
func Address(t testing.TB, pool *pgxpool.Pool) string {
	t.Helper()
	return withDatabase(os.Getenv("DATABASE_URL"), pool.Config().ConnConfig.Database)
}

func open(ctx context.Context, t testing.TB) (*keeper, error) {
	t.Helper()
	serverMu.Lock()
	defer serverMu.Unlock()
	if server != nil {
		return server, nil
	}
	dsn := os.Getenv("DATABASE_URL")
	if dsn == "" {
		t.Fatal("DATABASE_URL is not set, and tests need a PostGIS server: run `make test`, or " +
			"`go run ./cmd/canvass with-postgres -- go test ./...`, or set DATABASE_URL to a server on which databases may be created")
	}
	k, err := newKeeper(ctx, dsn)
	if err == nil {
		server = k
	}
	return k, err
}
