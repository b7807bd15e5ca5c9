package dbtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"

	"canvass/migrations"
)

const prefix = "canvass_test_"

// keeper knows which test databases this process holds. Its session holds an advisory lock for each of them, and a shared
// one for the template, until the process ends.
type keeper struct {
	dsn      string
	template string

	mu   sync.Mutex
	conn *pgx.Conn
	held map[string]bool // name to whether a test uses it now
}

func newKeeper(ctx context.Context, dsn string) (*keeper, error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	k := &keeper{dsn: dsn, template: prefix + migrations.Hash(), conn: conn, held: map[string]bool{}}
	if err := k.lay(ctx); err != nil {
		return nil, err
	}
	return k, nil
}

// lay makes the template unless it is there, and drops what other schemas left that nobody uses. One process does it at a
// time.
func (k *keeper) lay(ctx context.Context) error {
	return k.alone(ctx, func() error { return k.layAlone(ctx) })
}

func (k *keeper) layAlone(ctx context.Context) error {
	if _, err := k.conn.Exec(ctx, `SELECT pg_advisory_lock_shared(hashtextextended($1, 0))`, k.template); err != nil {
		return err
	}
	if err := k.dropStale(ctx); err != nil {
		return err
	}
	there, err := k.exists(ctx, k.template)
	if err != nil || there {
		return err
	}
	making := k.template + "_making"
	for _, statement := range []string{"DROP DATABASE IF EXISTS ", "CREATE DATABASE "} {
		if _, err := k.conn.Exec(ctx, statement+quoted(making)); err != nil {
			return err
		}
	}
	if err := migrations.Up(ctx, k.address(making)); err != nil {
		return err
	}
	_, err = k.conn.Exec(ctx, "ALTER DATABASE "+quoted(making)+" RENAME TO "+quoted(k.template))
	return err
}

// take answers a database that nobody else uses, cloning one when all are taken.
func (k *keeper) take(ctx context.Context) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for name, used := range k.held {
		if !used {
			k.held[name] = true
			return name, nil
		}
	}
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s_%d", k.template, n)
		if _, mine := k.held[name]; mine {
			continue // the session would get its own lock again
		}
		var free bool
		if err := k.conn.QueryRow(ctx, `SELECT pg_try_advisory_lock(hashtextextended($1, 0))`, name).Scan(&free); err != nil {
			return "", err
		}
		if !free {
			continue
		}
		if err := k.clone(ctx, name); err != nil {
			return "", err
		}
		k.held[name] = true
		return name, nil
	}
}

func (k *keeper) giveBack(name string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held[name] = false
}

// clone copies the template. The lock keeps two processes from copying at once, which the server refuses.
func (k *keeper) clone(ctx context.Context, name string) error {
	there, err := k.exists(ctx, name)
	if err != nil || there {
		return err
	}
	return k.alone(ctx, func() error {
		_, err := k.conn.Exec(ctx, "CREATE DATABASE "+quoted(name)+" TEMPLATE "+quoted(k.template))
		return err
	})
}

// alone does what one process at a time may do on the server.
func (k *keeper) alone(ctx context.Context, do func() error) error {
	if _, err := k.conn.Exec(ctx, `SELECT pg_advisory_lock(hashtextextended($1, 0))`, prefix); err != nil {
		return err
	}
	done := do()
	_, err := k.conn.Exec(ctx, `SELECT pg_advisory_unlock(hashtextextended($1, 0))`, prefix)
	return errors.Join(done, err)
}

// dropStale drops the databases of other schemas, each schema only when no process holds its template.
func (k *keeper) dropStale(ctx context.Context) error {
	rows, err := k.conn.Query(ctx, `SELECT datname FROM pg_database WHERE starts_with(datname, $1) ORDER BY datname`, prefix)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		hash, _, _ := strings.Cut(strings.TrimPrefix(name, prefix), "_")
		template := prefix + hash
		if template == k.template {
			continue
		}
		var unused bool
		if err := k.conn.QueryRow(ctx, `SELECT pg_try_advisory_lock(hashtextextended($1, 0))`, template).Scan(&unused); err != nil {
			return err
		}
		if !unused {
			continue
		}
		if _, err := k.conn.Exec(ctx, "DROP DATABASE IF EXISTS "+quoted(name)+" WITH (FORCE)"); err != nil {
			return err
		}
		if _, err := k.conn.Exec(ctx, `SELECT pg_advisory_unlock(hashtextextended($1, 0))`, template); err != nil {
			return err
		}
	}
	return nil
}

func (k *keeper) exists(ctx context.Context, name string) (there bool, err error) {
	err = k.conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there)
	return there, err
}

func (k *keeper) address(name string) string { return withDatabase(k.dsn, name) }

// empty ends what a killed process left connected, empties every table that has rows and sets used sequences back.
func empty(ctx context.Context, dsn string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, emptying)
	if closeErr := conn.Close(ctx); err == nil {
		err = closeErr
	}
	return err
}

const emptying = `
DO $$
DECLARE
    one    record;
    filled boolean;
    tables text[] := '{}';
BEGIN
    PERFORM pg_terminate_backend(pid, 5000)
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';

    FOR one IN SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND relname NOT IN ('spatial_ref_sys', 'goose_db_version')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one.name) INTO filled;
        IF filled THEN
            tables := tables || one.name::text;
        END IF;
    END LOOP;
    IF tables <> '{}' THEN
        EXECUTE 'TRUNCATE ' || array_to_string(tables, ', ') || ' RESTART IDENTITY CASCADE';
    END IF;

    -- A rolled back insert moves a sequence and leaves no row.
    FOR one IN SELECT format('%I.%I', schemaname, sequencename)::regclass AS name, start_value FROM pg_sequences
        WHERE schemaname = 'public' AND sequencename <> 'goose_db_version_id_seq' AND last_value IS NOT NULL
    LOOP
        PERFORM setval(one.name, one.start_value, false);
    END LOOP;
END
$$`

// withDatabase answers the address with another database name, in whichever of the two forms it is written.
func withDatabase(dsn, name string) string {
	if u, err := url.Parse(dsn); err == nil && strings.HasPrefix(u.Scheme, "postgres") {
		u.Path = "/" + name
		return u.String()
	}
	return dsn + " dbname=" + name
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }
