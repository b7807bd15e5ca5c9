package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// What tippecanoe took for the 1 767 054 footprints of Tokyo's 23 wards, zooms 0 to 16, on a machine like this, and what is
// promised against it.
const (
	tippecanoeRate   = 4350 // features a second of processor time
	tippecanoeTimes  = 20
	tippecanoeMemory = 681               // MB
	tippecanoeBytes  = 144e6 / 1_767_054 // of archive, a feature
	packMost         = math.MaxInt
)

// benchPack writes a pyramid to PMTiles in which every footprint is at every zoom from 0 to 16, in a process of its own. What the
// database took to hand the footprints over counts as well. Where tippecanoe is at hand it does the same beside it.
func benchPack(ctx context.Context, b *bench) (err error) {
	cluster, err := startCluster(ctx, clusterOptions{data: filepath.Join(b.dir, "pack"), logger: b.cfg.logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.stop()) }()
	file, dsn := filepath.Join(b.dir, "all.geojsonl"), cluster.dsn(clusterDatabase)
	box, err := b.footprints(file, packMost)
	if err != nil {
		return err
	}
	if err := drawGrid(ctx, dsn, box); err != nil {
		return err
	}
	if _, err := b.child(ctx, "import", "buildings", file, "--county", string(benchCounty), "--database", dsn); err != nil {
		return err
	}
	count, err := vacuumed(ctx, dsn)
	if err != nil {
		return err
	}
	before, err := cpuSeconds(cluster.process.Pid)
	if err != nil {
		return err
	}
	archive := filepath.Join(b.dir, "all.pmtiles")
	used, err := b.child(ctx, "pack", string(benchCounty), "--sets", "census", "--deep", "-o", archive, "--database", dsn)
	if err != nil {
		return err
	}
	after, err := cpuSeconds(cluster.process.Pid)
	if err != nil {
		return err
	}
	control, peer, err := b.tippecanoe(ctx, file, count)
	if err != nil {
		return err
	}
	rate := count / (used.UserTime().Seconds() + used.SystemTime().Seconds() + after - before)
	memory := megabytes(used)
	b.tell(figure{Bar: "pack_features_per_cpu_s", Value: math.Round(rate), Unit: "1/s", Limit: tippecanoeTimes * tippecanoeRate, AtLeast: true,
		Control: control, Ratio: rate / peer.rate})
	b.tell(figure{Bar: "pack_memory_mb", Value: math.Round(memory), Unit: "MB", Limit: tippecanoeMemory, Control: control, Ratio: memory / peer.memory})
	info, err := os.Stat(archive)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.progress, "%.0f features in an archive of %.1f MB; tippecanoe's, which drops some, has %.1f MB\n", count, float64(info.Size())/1e6, peer.bytes/1e6)
	return nil
}

// child runs canvass and tells what it took.
func (b *bench) child(ctx context.Context, args ...string) (*os.ProcessState, error) {
	command := exec.CommandContext(ctx, b.self, args...)
	command.Env = withoutOurs(os.Environ())
	if said, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("canvass %s: %w: %s", args[0], err, said)
	}
	return command.ProcessState, nil
}

func megabytes(p *os.ProcessState) float64 {
	return float64(p.SysUsage().(*syscall.Rusage).Maxrss) / 1000
}

// vacuumed has the database do what it would do in the minutes after an import, and counts the buildings.
func vacuumed(ctx context.Context, dsn string) (count float64, err error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if _, err := conn.Exec(ctx, `VACUUM ANALYZE`); err != nil {
		return 0, err
	}
	err = conn.QueryRow(ctx, `SELECT count(*) FROM buildings`).Scan(&count)
	return count, err
}

// packed is what a program took to write a pyramid.
type packed struct{ rate, memory, bytes float64 }

// tippecanoe writes the same pyramid where it is in PATH; else its figures are those it once had, and its archive is as large in proportion.
func (b *bench) tippecanoe(ctx context.Context, file string, count float64) (control string, p packed, err error) {
	path, err := exec.LookPath("tippecanoe")
	if err != nil {
		return "tippecanoe as it was measured (it is not in PATH)", packed{tippecanoeRate, tippecanoeMemory, tippecanoeBytes * count}, nil
	}
	archive := filepath.Join(b.dir, "peer.pmtiles")
	command := exec.CommandContext(ctx, path, "-q", "-z", strconv.Itoa(16), "-l", "buildings", "--drop-densest-as-needed", "-o", archive, file)
	if said, err := command.CombinedOutput(); err != nil {
		return "", p, fmt.Errorf("tippecanoe: %w: %s", err, said)
	}
	info, err := os.Stat(archive)
	if err != nil {
		return "", p, err
	}
	used := command.ProcessState
	p.rate = count / (used.UserTime() + used.SystemTime() + time.Nanosecond).Seconds()
	p.memory, p.bytes = megabytes(used), float64(info.Size())
	return "tippecanoe beside it", p, nil
}
