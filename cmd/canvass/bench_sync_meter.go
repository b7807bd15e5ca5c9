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
	service, database float64
	wal               float64
}

func (f *fleetRun) meter(ctx context.Context) (metered, error) {
	var m metered
	err := f.pool.QueryRow(ctx, `SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn`).Scan(&m.wal)
	if err != nil {
		return m, err
	}
	m.service, m.database, err = processorSeconds(f.county.command.Process.Pid)
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

// bareTables are what a sync of visits writes rows to, without what it changes in place.
var bareTables = []string{"changes", "visits", "households", "events"}

// bareInsert writes the rows that the peak hour wrote into tables of the same form, indexes and constraints (but foreign keys),
// a tablet's batch in a transaction with a statement for each table, by as many connections, and tells how long it took.
func (f *fleetRun) bareInsert(ctx context.Context, since time.Time) (time.Duration, error) {
	batches := map[string][]string{} // statements by sub-area
	for _, table := range bareTables {
		place := map[string]string{"changes": "place", "events": "place"}[table]
		if place == "" {
			place = "sub_area"
		}
		when := map[string]string{"changes": "received_at", "visits": "received_at", "households": "changed_at", "events": "at"}[table]
		if _, err := f.pool.Exec(ctx, fmt.Sprintf(`CREATE TABLE bare_%[1]s (LIKE %[1]s INCLUDING ALL)`, table)); err != nil {
			return 0, err
		}
		columns, err := f.columnsOf(ctx, table)
		if err != nil {
			return 0, err
		}
		rows, err := f.pool.Query(ctx, fmt.Sprintf(`
			SELECT %[2]s, json_agg(t)::text
			  FROM %[1]s t
			 WHERE %[3]s >= $1
			 GROUP BY 1`, table, place, when), since)
		if err != nil {
			return 0, err
		}
		var code, text string
		_, err = pgx.ForEachRow(rows, []any{&code, &text}, func() error {
			batches[code] = append(batches[code], table+"\n"+columns+"\n"+text)
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	begun := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(syncClients)
	for _, statements := range batches {
		group.Go(func() error { return f.insertBatch(ctx, statements) })
	}
	err := group.Wait()
	return time.Since(begun), err
}

// insertBatch writes one tablet's rows, as few statements in one transaction.
func (f *fleetRun) insertBatch(ctx context.Context, statements []string) error {
	return pgx.BeginFunc(ctx, f.pool, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		for _, s := range statements {
			part := strings.SplitN(s, "\n", 3)
			batch.Queue(fmt.Sprintf(`INSERT INTO bare_%[1]s (%[2]s) OVERRIDING SYSTEM VALUE SELECT %[2]s FROM json_populate_recordset(NULL::%[1]s, $1)`,
				part[0], part[1]), part[2])
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
func (f *fleetRun) report(wall time.Duration, begun, ended metered, control time.Duration) error {
	n := float64(f.sent)
	rate, bare := n/wall.Seconds(), n/control.Seconds()
	same := "bare batched INSERT of the same rows"
	f.tell(figure{Bar: "sync_peak_hour_s", Value: wall.Seconds(), Unit: "s", Limit: 300, Control: same, Ratio: wall.Seconds() / control.Seconds()})
	f.tell(figure{Bar: "sync_share_of_bare", Value: rate / bare, Unit: "", Limit: 0.5, AtLeast: true, Control: same, Ratio: rate / bare})
	f.tell(figure{Bar: "sync_changes_per_s", Value: rate, Unit: "/s", Limit: 220, AtLeast: true, Control: same, Ratio: rate / bare})
	for _, q := range []struct {
		bar   string
		share float64
	}{{"sync_p50_ms", 0.5}, {"sync_p95_ms", 0.95}, {"sync_p99_ms", 0.99}} {
		f.tell(figure{Bar: q.bar, Value: quantile(f.took, q.share), Unit: "ms", Limit: 1000, Control: "a second", Ratio: quantile(f.took, q.share) / 1000})
	}
	cpu := 1000 * (ended.service + ended.database - begun.service - begun.database) / n
	f.tell(figure{Bar: "sync_cpu_per_change_ms", Value: cpu, Unit: "ms", Limit: 9, Control: "2 cores for 300 s", Ratio: cpu * n / 600_000})
	wal := (ended.wal - begun.wal) / n
	f.tell(figure{Bar: "sync_wal_per_change", Value: wal, Unit: "B", Limit: 16_000, Control: "1 kB", Ratio: wal / 1000})
	f.tell(figure{Bar: "sync_bytes_per_batch", Value: float64(f.up+f.down) / float64(len(f.took)), Unit: "B", Limit: 20_000, Control: "20 kB", Ratio: float64(f.up+f.down) / float64(len(f.took)) / 20_000})
	held, err := f.county.memory()
	if err != nil {
		return err
	}
	f.tell(figure{Bar: "sync_server_memory_mb", Value: held, Unit: "MB", Limit: 300, Control: "100 MB", Ratio: held / 100})
	return nil
}
