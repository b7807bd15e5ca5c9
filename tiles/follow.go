package tiles

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"
)

// channel is where a commit tells that it changed the map of a county.
const channel = "canvass_map"

// notice is what is told: the county, its revision, under which map_changes says what changed, and where that lies (west, south,
// east, north; all of the county if not given).
type notice struct {
	County   string      `json:"county"`
	Revision int64       `json:"revision"`
	Bounds   *[4]float64 `json:"bounds"`
	Forget   []string    `json:"forget"` // sub-areas of which nothing may be kept that was made before
}

func (n notice) place() *box {
	if n.Bounds == nil {
		return nil
	}
	b := boxOf(orb.Bound{Min: orb.Point{n.Bounds[0], n.Bounds[1]}, Max: orb.Point{n.Bounds[2], n.Bounds[3]}})
	return &b
}

// How long to wait before listening again when the database was lost, and how often the revisions are looked up by who hears
// of changes and by who does not.
const (
	followAgainAfter = 500 * time.Millisecond
	lookHearing      = 5 * time.Second
	lookDeaf         = 500 * time.Millisecond
)

// Follow keeps tiles and indexes as the database is, until the context ends. A notice makes it catch up with the county's
// revision; who missed notices catches up when he listens again, or at the next look at the revisions.
func (t *Tiles) Follow(ctx context.Context) error {
	t.cache.clear()
	t.indexes.hear(ctx)
	defer t.indexes.forget()
	var looking sync.WaitGroup
	looking.Go(func() { t.look(ctx) })
	defer looking.Wait()
	for {
		err := t.listen(ctx)
		t.deaf.Store(true)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		t.log.WarnContext(ctx, "tiles no longer hear of changes, trying again", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(followAgainAfter):
		}
	}
}

func (t *Tiles) listen(ctx context.Context) error {
	pooled, err := t.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	conn := pooled.Hijack() // a connection that listens must not go back to others
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	if err := t.recognize(ctx, conn); err != nil {
		return err
	}
	t.packages.hear(true)
	defer t.packages.hear(false)
	if err := t.catchUpAll(ctx); err != nil {
		return err
	}
	t.deaf.Store(false)
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		var told notice
		if json.Unmarshal([]byte(n.Payload), &told) != nil {
			continue // not ours: anybody may notify
		}
		t.packages.change(told.County, told.place())
		for _, subArea := range told.Forget {
			if err := t.packages.store.forget(subArea); err != nil {
				t.log.ErrorContext(ctx, "what was made of a place that now holds a sensitive building is still there", "place", subArea, "error", err)
			}
		}
		if known, ok := t.indexes.counties()[told.County]; ok && known < told.Revision {
			if err := t.catchUp(ctx, told.County); err != nil {
				return err
			}
		}
	}
}

// recognize starts anew where the database is another than before, though its revisions may be the same: a replica that was made the
// server has lost what was not sent to it, and may since have written something else under the same numbers. Promoting it begins
// another timeline; a copy or what was restored has another system or another directory. Who may not know which it is takes it for
// another each time.
func (t *Tiles) recognize(ctx context.Context, conn *pgx.Conn) error {
	const sql = `
		SELECT coalesce((SELECT system_identifier FROM pg_control_system()), 0) || ' ' ||
		       regexp_replace(pg_relation_filepath('pg_class'), '/[^/]*$', '') || ' ' ||
		       CASE WHEN pg_is_in_recovery() THEN '' ELSE left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END`
	var database string
	var refused *pgconn.PgError
	if err := conn.QueryRow(ctx, sql).Scan(&database); err != nil && !errors.As(err, &refused) {
		return fmt.Errorf("recognize the database: %w", err)
	}
	if t.database != "" && (database == "" || database != t.database) {
		t.log.WarnContext(ctx, "tiles are taken anew, for the database is another", "before", t.database, "now", database)
		t.catching.Lock()
		t.indexes.startAnew(ctx)
		t.cache.clear()
		t.catching.Unlock()
	}
	if t.database = database; database == "" {
		t.database = "unknown"
	}
	return nil
}

// look catches up now and then, also while nothing is heard.
func (t *Tiles) look(ctx context.Context) {
	last := time.Now()
	clock := time.NewTicker(lookDeaf)
	defer clock.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-clock.C:
			if !t.deaf.Load() && now.Sub(last) < lookHearing {
				continue
			}
			if t.catchUpAll(ctx) == nil { // what fails is tried again, and who listens tells why
				last = now
			}
		}
	}
}

// catchUpAll brings every county that is kept to its revision.
func (t *Tiles) catchUpAll(ctx context.Context) error {
	known := t.indexes.counties()
	counties := make([]string, 0, len(known))
	for county := range known {
		counties = append(counties, county)
	}
	if len(counties) == 0 {
		return nil
	}
	const sql = `SELECT county, revision FROM map_revisions WHERE county = ANY ($1)`
	rows, err := t.pool.Query(ctx, sql, counties)
	if err != nil {
		return err
	}
	now, err := pgx.CollectRows(rows, pgx.RowToStructByNameLax[notice])
	if err != nil {
		return err
	}
	for _, n := range now {
		if n.Revision == known[n.County] {
			continue
		}
		if err := t.catchUp(ctx, n.County); err != nil {
			return err
		}
	}
	return nil
}

// learn finds out the revision of a county that nothing is kept of yet, so that what is built from now on can be kept up.
func (t *Tiles) learn(ctx context.Context, county string) error {
	if t.indexes.learn(county) {
		return nil
	}
	var revision int64
	const sql = `SELECT coalesce(max(revision), 0) FROM map_revisions WHERE county = $1`
	if err := t.pool.QueryRow(ctx, sql, county).Scan(&revision); err != nil {
		return fmt.Errorf("look up the revision of %s: %w", county, err)
	}
	t.indexes.learn(county, revision)
	return nil
}
