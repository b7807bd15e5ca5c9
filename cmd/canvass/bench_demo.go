package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// benchDemo times the start of a new town, of the same again, and of a county.
func benchDemo(ctx context.Context, b *bench) error {
	town := filepath.Join(b.dir, "town")
	for _, start := range []struct {
		bar   string
		limit float64
	}{{"demo_town_s", 15}, {"demo_again_s", 3}} {
		i, err := b.start(ctx, "demo", "--size", "town", "--data", town)
		if err != nil {
			return err
		}
		b.timed(start.bar, start.limit, i.took.Seconds())
		if err := i.stop(); err != nil {
			return err
		}
	}
	return b.atCounty(ctx)
}

// atCounty has a server at county size running, made now if it was not yet.
func (b *bench) atCounty(ctx context.Context) error {
	if b.county != nil {
		return nil
	}
	data := b.made
	if data == "" {
		data = filepath.Join(b.dir, "county")
		made, err := b.start(ctx, "demo", "--size", "county", "--data", data)
		if err != nil {
			return err
		}
		b.timed("demo_county_s", 120, made.took.Seconds())
		if err := errors.Join(b.settle(ctx, data), made.stop()); err != nil {
			return err
		}
	}
	var err error
	b.county, err = b.start(ctx, "serve", "--data", data) // a server that has made nothing, as it is in use
	return err
}

// settle has the database do now what it would do in the minutes after so much was written, and the measurements wait for.
func (b *bench) settle(ctx context.Context, data string) (err error) {
	cluster, err := joinCluster(ctx, clusterOptions{data: data, logger: b.cfg.logger})
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, cluster.dsn(clusterDatabase))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	_, err = conn.Exec(ctx, `VACUUM ANALYZE`)
	return err
}

// instance is a canvass that runs beside this one.
type instance struct {
	command *exec.Cmd
	took    time.Duration // until it was ready
	address string
	data    string
}

// start runs canvass with a private database and waits until it says that it is ready.
func (b *bench) start(ctx context.Context, args ...string) (*instance, error) {
	command := exec.CommandContext(ctx, b.self, append(args, "--addr", "127.0.0.1:0")...)
	command.Env = withoutOurs(os.Environ())
	command.Stderr = nil
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = stopPatience
	said, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	if err := command.Start(); err != nil {
		return nil, err
	}
	i := &instance{command: command, data: args[len(args)-1]}
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if _, after, ready := strings.Cut(lines.Text(), " ready at "); ready {
			i.address, _, _ = strings.Cut(after, " ")
			i.took = time.Since(begun)
			go io.Copy(io.Discard, said)
			return i, nil
		}
		fmt.Fprintf(b.progress, "  %s\n", lines.Text())
	}
	return nil, errors.Join(fmt.Errorf("canvass %s ended before it was ready", strings.Join(args, " ")), i.stop())
}

// stop ends it in order.
func (i *instance) stop() error {
	if err := i.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return i.command.Wait()
}

// accounts reads who may sign in to a demo.
func (i *instance) accounts() ([]demoAccount, error) {
	note, err := readDemoNote(i.data)
	if err != nil || note == nil {
		return nil, errors.Join(err, errors.New("the demo left no accounts"))
	}
	return note.Accounts, nil
}

// memory is how much of the machine's memory it holds now, in MB.
func (i *instance) memory() (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", i.command.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read the server's memory (Linux only): %w", err)
	}
	for line := range strings.Lines(string(status)) {
		var kilobytes float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kilobytes); n == 1 {
			return kilobytes / 1000, nil
		}
	}
	return 0, errors.New("the server's memory is not told in /proc")
}

// withoutOurs leaves our own settings out of an environment.
func withoutOurs(environment []string) []string {
	var out []string
	for _, v := range environment {
		if !strings.HasPrefix(v, "CANVASS_") && !strings.HasPrefix(v, "DATABASE_URL=") {
			out = append(out, v)
		}
	}
	return out
}

// decoded reads a JSON answer.
func decoded[T any](from io.ReadCloser) (T, error) {
	defer from.Close()
	var out T
	return out, json.NewDecoder(from).Decode(&out)
}
