// Package migrations assumes PostgreSQL 15 or newer with PostGIS 3.3 or newer, and a user who may create the extension and
// the role canvass_app. It holds the schema as numbered SQL files, lays them in order, and opens the pools that work on it.
package migrations

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"canvass/geo"
)

// Files are the migrations: goose's annotated SQL, forward only, named by number.
//
//go:embed *_*.sql
var Files embed.FS

// AppRole is the database role the service acts as: it owns nothing and row-level security holds for it.
const AppRole = "canvass_app"

// Up lays every migration that the database does not have yet. Several processes may call it at once: one works under an
// advisory lock and the others wait for it. It refuses nothing that is already there, and never goes back.
func Up(ctx context.Context, dsn string) (err error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return fmt.Errorf("read the database address: %w", err)
	}
	db := stdlib.OpenDB(*config)
	defer func() { err = errors.Join(err, db.Close()) }()
	provider, err := provide(db)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate database %s: %w", config.Database, err)
	}
	return nil
}

// Pending tells how many migrations the database does not have yet. It changes nothing in a database that was migrated
// once; in a new one it lays the table of versions.
func Pending(ctx context.Context, dsn string) (n int, err error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return 0, fmt.Errorf("read the database address: %w", err)
	}
	db := stdlib.OpenDB(*config)
	defer func() { err = errors.Join(err, db.Close()) }()
	provider, err := provide(db)
	if err != nil {
		return 0, err
	}
	all, err := provider.Status(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the versions of database %s: %w", config.Database, err)
	}
	for _, m := range all {
		if m.State == goose.StatePending {
			n++
		}
	}
	return n, nil
}

// Hash names the schema: the same files give the same twelve hexadecimal digits, any change of a name or a byte others.
func Hash() string {
	sum := sha256.New()
	names, err := fs.Glob(Files, "*.sql")
	for _, name := range names {
		var text []byte
		if text, err = Files.ReadFile(name); err != nil {
			break
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
	}
	if err != nil {
		panic("migrations: an embedded file cannot be read: " + err.Error())
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}

// Connect opens a pool of at most conns connections that act as canvass_app and carry geometry as orb and go-geom values.
// It answers once one connection stands; the database must have been migrated.
func Connect(ctx context.Context, dsn string, conns int32) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("read the database address: %w", err)
	}
	config.MaxConns = conns
	for name, value := range map[string]string{
		"jit":                             "off", // every statement is short; compiling it costs more than it saves
		"max_parallel_workers_per_gather": "0",   // many small readers share the cores
		"application_name":                "canvass",
		"timezone":                        "UTC",
	} {
		config.ConnConfig.RuntimeParams[name] = value
	}
	config.AfterConnect = actAsApp
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", config.ConnConfig.Database, err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database %s: %w", config.ConnConfig.Database, err)
	}
	return pool, nil
}

func actAsApp(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, "SET ROLE "+AppRole); err != nil {
		var refused *pgconn.PgError
		if errors.As(err, &refused) {
			return fmt.Errorf("act as %s (run `canvass migrate` with an owner's address first; user %s must be its member): %w",
				AppRole, conn.Config().User, err)
		}
		return fmt.Errorf("act as %s: %w", AppRole, err)
	}
	registerIDs(conn.TypeMap())
	return geo.Register(ctx, conn)
}

func provide(db *sql.DB) (*goose.Provider, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, fmt.Errorf("prepare the lock of the migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, Files, goose.WithSessionLocker(locker))
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return provider, nil
}
