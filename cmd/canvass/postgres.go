package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// The oldest servers that canvass works on.
const (
	minPostgres = 150000 // as server_version_num counts
	minPostGIS  = 303    // major*100 + minor
)

// openDatabase answers the address of the database to work on, and how to leave it. That is the one configured, once it was
// seen to be new enough, else the private cluster in the data directory: joined where another canvass process runs it, else
// started as this process's child. It does not migrate.
func openDatabase(ctx context.Context, cfg *config) (dsn string, leave func() error, err error) {
	dsn, leave, err = ownDatabase(ctx, cfg)
	if !errors.Is(err, errClusterInUse) {
		return dsn, leave, err
	}
	c, err := joinCluster(ctx, clusterOptions{data: cfg.data, logger: cfg.logger})
	if err != nil {
		return "", nil, err
	}
	return c.dsn(clusterDatabase), c.stop, nil
}

// ownDatabase is openDatabase for a service that stays: it refuses a private cluster that another process runs, because the
// database would end with that process.
func ownDatabase(ctx context.Context, cfg *config) (dsn string, leave func() error, err error) {
	if cfg.database != "" {
		if err := checkServer(ctx, cfg.database); err != nil {
			return "", nil, err
		}
		return cfg.database, func() error { return nil }, nil
	}
	c, err := startCluster(ctx, clusterOptions{data: cfg.data, logger: cfg.logger})
	if err != nil {
		return "", nil, err
	}
	return c.dsn(clusterDatabase), c.stop, nil
}

// checkServer tells whether a server is new enough, and what it lacks.
func checkServer(ctx context.Context, dsn string) (err error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return fmt.Errorf("read the database address (postgres://user@host/name or host=… user=… dbname=…): %w", err)
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("reach the database given by --database or $DATABASE_URL: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	return checkVersions(ctx, conn)
}

func checkVersions(ctx context.Context, conn *pgx.Conn) error {
	const sql = `
		SELECT current_setting('server_version_num')::int,
		       current_setting('server_version'),
		       coalesce((SELECT coalesce(installed_version, default_version)
		                 FROM pg_available_extensions WHERE name = 'postgis'), '')`
	v := versions{server: conn.Config().Host, database: conn.Config().Database}
	if err := conn.QueryRow(ctx, sql).Scan(&v.number, &v.postgres, &v.postgis); err != nil {
		return fmt.Errorf("ask the database for its version: %w", err)
	}
	return v.judge()
}

// versions is what a server says about itself; postgis is empty where PostGIS is not installed on it.
type versions struct {
	server, database  string
	number            int // as server_version_num
	postgres, postgis string
}

// judge tells what is too old or missing, and how to mend it.
func (v versions) judge() error {
	if v.number < minPostgres {
		return fmt.Errorf("the server at %s is PostgreSQL %s; canvass needs 15 or newer", v.server, v.postgres)
	}
	if v.postgis == "" {
		return fmt.Errorf("the server at %s has no PostGIS: install it there (Debian: apt-get install postgresql-%d-postgis-3)",
			v.server, v.number/10000)
	}
	if number, err := postgisNumber(v.postgis); err != nil || number < minPostGIS {
		return fmt.Errorf("database %s at %s has PostGIS %s; canvass needs 3.3 or newer: install it, then ALTER EXTENSION postgis UPDATE",
			v.database, v.server, v.postgis)
	}
	return nil
}

// postgisNumber reads "3.3.2" as 303.
func postgisNumber(version string) (int, error) {
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		return 0, fmt.Errorf("read PostGIS version %q: %w", version, err)
	}
	return major*100 + minor, nil
}
