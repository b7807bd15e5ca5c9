package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// metered is what was used up so far: processor seconds of the service and of its database, and bytes of write-ahead log.
type metered struct {
	service, database, bench float64
	wal                      float64
}

// spent is what one side of the measurement took, all its rounds together.
type spent struct {
	wall time.Duration
	metered
}

// during does a part, and adds what it takes.
func (f *fleetRun) during(ctx context.Context, s *spent, do func() error) error {
	begun, err := f.meter(ctx)
	if err != nil {
		return err
	}
	started := time.Now()
	if err := do(); err != nil {
		return err
	}
	s.wall += time.Since(started)
	ended, err := f.meter(ctx)
	s.service += ended.service - begun.service
	s.database += ended.database - begun.database
	s.bench += ended.bench - begun.bench
	s.wal += ended.wal - begun.wal
	return err
}

func (f *fleetRun) meter(ctx context.Context) (metered, error) {
	var m metered
	err := f.pool.QueryRow(ctx, `SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn`).Scan(&m.wal)
	if err != nil {
		return m, err
	}
	if m.service, m.database, err = processorSeconds(f.county.command.Process.Pid); err != nil {
		return m, err
	}
	m.bench, _, err = processorSeconds(os.Getpid())
	return m, err
}

// ticks is how many a second has in /proc on Linux.
const ticks = 100

// processorSeconds tells how long a process has computed, and how long all that it started has (Linux only).
func processorSeconds(pid int) (own, below float64, err error) {
	children := map[int][]int{}
	used := map[int]float64{}
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, 0, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		_, after, _ := strings.Cut(string(text), ") ")
		id, parent, seconds, err := statOf(filepath.Base(filepath.Dir(file)), strings.Fields(after))
		if err != nil {
			return 0, 0, fmt.Errorf("read %s: %w", file, err)
		}
		children[parent], used[id] = append(children[parent], id), seconds
	}
	var sum func(int) float64
	sum = func(id int) float64 {
		total := used[id]
		for _, child := range children[id] {
			total += sum(child)
		}
		return total
	}
	return used[pid], sum(pid) - used[pid], nil
}

// statOf reads one process: its parent, and its own seconds with those of children that it has seen end.
func statOf(name string, fields []string) (id, parent int, seconds float64, err error) {
	const ppid, utime, stime, cutime, cstime = 1, 11, 12, 13, 14
	if id, err = strconv.Atoi(name); err != nil {
		return 0, 0, 0, err
	}
	if parent, err = strconv.Atoi(fields[ppid]); err != nil {
		return 0, 0, 0, err
	}
	for _, at := range []int{utime, stime, cutime, cstime} {
		n, err := strconv.ParseFloat(fields[at], 64)
		if err != nil {
			return 0, 0, 0, err
		}
		seconds += n / ticks
	}
	return id, parent, seconds, nil
}

// bareTables are what a sync of visits writes rows to. Of what it changes in place, the new versions are counted as rows, for
// that is what the database writes.
var bareTables = []struct{ name, place, when string }{
	{"changes", "place", "received_at"},
	{"visits", "sub_area", "received_at"},
	{"households", "sub_area", "changed_at"},
	{"dwellings", "sub_area", "changed_at"},
	{"coverage", "sub_area", "counted_at"},
	{"devices", "id::text", "last_sync_at"},
	{"events", "place", "at"},
}

// likeTables makes empty tables of the same form as those that a sync writes to, with their indexes, constraints and foreign keys.
func (f *fleetRun) likeTables(ctx context.Context) error {
	for _, table := range bareTables {
		if err := f.likeTable(ctx, table.name); err != nil {
			return fmt.Errorf("make a table like %s: %w", table.name, err)
		}
	}
	return nil
}

// written reads the rows that parcels wrote since a time: for each parcel what one INSERT into each table takes.
func (f *fleetRun) written(ctx context.Context, since time.Time, part []parcel) (map[string][]bareRows, error) {
	at := map[string]string{} // sub-areas by what a row is known by
	for _, p := range part {
		at[p.device], at[p.subArea] = p.subArea, p.subArea
	}
	out := map[string][]bareRows{}
	for _, table := range bareTables {
		columns, err := f.columnsOf(ctx, table.name)
		if err != nil {
			return nil, err
		}
		rows, err := f.pool.Query(ctx, fmt.Sprintf(`
			SELECT %[2]s, json_agg(t)::text
			  FROM %[1]s t
			 WHERE %[3]s >= $1
			 GROUP BY 1`, table.name, table.place, table.when), since)
		if err != nil {
			return nil, err
		}
		var code, text string
		_, err = pgx.ForEachRow(rows, []any{&code, &text}, func() error {
			if place, is := at[code]; is {
				out[place] = append(out[place], bareRows{table.name, columns, text})
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// bareRows are rows for one INSERT.
type bareRows struct{ table, columns, json string }

// bareInsert writes rows, a tablet's batch in a transaction with a statement for each table.
func (f *fleetRun) bareInsert(ctx context.Context, batches map[string][]bareRows) error {
	group, writing := errgroup.WithContext(ctx)
	group.SetLimit(bareConns)
	for _, rows := range batches {
		group.Go(func() error { return f.insertBatch(writing, rows) })
	}
	return group.Wait()
}

// likeTable makes an empty table of the form of another.
func (f *fleetRun) likeTable(ctx context.Context, table string) error {
	if _, err := f.pool.Exec(ctx, fmt.Sprintf(`DROP TABLE IF EXISTS bare_%[1]s; CREATE TABLE bare_%[1]s (LIKE %[1]s INCLUDING ALL)`, table)); err != nil {
		return err
	}
	const keys = `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype = 'f'`
	rows, err := f.pool.Query(ctx, keys, table)
	if err != nil {
		return err
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, key := range found {
		if _, err := f.pool.Exec(ctx, fmt.Sprintf(`ALTER TABLE bare_%s ADD %s`, table, key)); err != nil {
			return err
		}
	}
	return err
}

// dropBare takes the copies away again.
func (f *fleetRun) dropBare(ctx context.Context) error {
	for _, table := range bareTables {
		if _, err := f.pool.Exec(ctx, `DROP TABLE IF EXISTS bare_`+table.name); err != nil {
			return err
		}
	}
	return nil
}

// insertBatch writes one tablet's rows, as few statements in one transaction.
func (f *fleetRun) insertBatch(ctx context.Context, rows []bareRows) error {
	return pgx.BeginFunc(ctx, f.pool, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		for _, r := range rows {
			batch.Queue(fmt.Sprintf(`INSERT INTO bare_%[1]s (%[2]s) OVERRIDING SYSTEM VALUE SELECT %[2]s FROM json_populate_recordset(NULL::%[1]s, $1)`,
				r.table, r.columns), r.json)
		}
		return tx.SendBatch(ctx, batch).Close()
	})
}

func (f *fleetRun) columnsOf(ctx context.Context, table string) (string, error) {
	var columns string
	err := f.pool.QueryRow(ctx, `
		SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
		  FROM pg_attribute
		 WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`, table).Scan(&columns)
	return columns, err
}

// report tells the figures. The ratio of the first is against the bare rows.
func (f *fleetRun) report(sync, control spent) error {
	n := float64(f.sent)
	wall := sync.wall
	rate, bare := n/wall.Seconds(), n/control.wall.Seconds()
	same := "bare batched INSERT of the same rows"
	f.tell(figure{Bar: "sync_peak_hour_s", Value: wall.Seconds(), Unit: "s", Limit: 300, Control: same, Ratio: wall.Seconds() / control.wall.Seconds()})
	f.tell(figure{Bar: "sync_share_of_bare", Value: rate / bare, Unit: "", Limit: 0.5, AtLeast: true, Control: same, Ratio: rate / bare})
	f.tell(figure{Bar: "sync_changes_per_s", Value: rate, Unit: "/s", Limit: 220, AtLeast: true, Control: same, Ratio: rate / bare})
	for _, q := range []struct {
		bar   string
		share float64
	}{{"sync_p50_ms", 0.5}, {"sync_p95_ms", 0.95}, {"sync_p99_ms", 0.99}} {
		f.tell(figure{Bar: q.bar, Value: quantile(f.took, q.share), Unit: "ms", Limit: 1000, Control: "a second", Ratio: quantile(f.took, q.share) / 1000})
	}
	cpu, bareCPU := 1000*(sync.service+sync.database)/n, 1000*(control.bench+control.database)/n
	f.tell(figure{Bar: "sync_cpu_per_change_ms", Value: cpu, Unit: "ms", Limit: 9, Control: "2 cores for 300 s", Ratio: cpu * n / 600_000})
	f.tell(figure{Bar: "sync_cpu_of_bare", Value: bareCPU / cpu, Unit: "", Limit: 0.5, AtLeast: true, Control: same + ", processor time", Ratio: bareCPU / cpu})
	service := 1000 * sync.service / n
	f.tell(figure{Bar: "sync_service_cpu_ms", Value: service, Unit: "ms", Limit: 3, Control: "all of a change's processor time", Ratio: service / cpu})
	wal, bareWAL := sync.wal/n, control.wal/n
	f.tell(figure{Bar: "sync_wal_per_change", Value: wal, Unit: "B", Limit: 16_000, Control: same, Ratio: wal / bareWAL})
	f.tell(figure{Bar: "sync_bytes_per_batch", Value: float64(f.up+f.down) / float64(len(f.took)), Unit: "B", Limit: 20_000, Control: "20 kB", Ratio: float64(f.up+f.down) / float64(len(f.took)) / 20_000})
	held, err := f.county.memory()
	if err != nil {
		return err
	}
	f.tell(figure{Bar: "sync_server_memory_mb", Value: held, Unit: "MB", Limit: 300, Control: "100 MB", Ratio: held / 100})
	return nil
}
