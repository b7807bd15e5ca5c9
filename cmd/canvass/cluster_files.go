package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const installHint = "install PostgreSQL with PostGIS (Debian and Ubuntu: sudo apt-get install postgresql postgresql-postgis), " +
	"or give a server with --database or $DATABASE_URL"

// findServer answers where the programs of a server with PostGIS are: those that made the directory, or the newest.
func findServer(directory string) (string, error) {
	made, err := os.ReadFile(filepath.Join(directory, "PG_VERSION"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read which PostgreSQL made %s: %w", directory, err)
	}
	wanted := strings.TrimSpace(string(made))
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL: %w", err)
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(major(b), major(a)) })
	var without string
	for _, program := range found {
		version := major(program)
		if version*10000 < minPostgres || wanted != "" && wanted != strconv.Itoa(version) {
			continue
		}
		control := fmt.Sprintf("/usr/share/postgresql/%d/extension/postgis.control", version)
		if _, err := os.Stat(control); err == nil {
			return filepath.Dir(program), nil
		}
		without = strconv.Itoa(version)
	}
	switch {
	case without != "":
		return "", fmt.Errorf("PostgreSQL %s is here without PostGIS: sudo apt-get install postgresql-%s-postgis-3", without, without)
	case wanted != "":
		return "", fmt.Errorf("%s was made by PostgreSQL %s, which is not installed: sudo apt-get install postgresql-%s "+
			"postgresql-%s-postgis-3, or move the data with pg_upgrade", directory, wanted, wanted, wanted)
	}
	return "", errors.New("no PostgreSQL 15 or newer with PostGIS is here: " + installHint)
}

// major reads 15 out of /usr/lib/postgresql/15/bin/postgres.
func major(program string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(program))))
	if err != nil {
		return 0
	}
	return n
}

// initialize makes the cluster unless it is there. It is made aside and put in place whole, so that a start that was cut
// off leaves nothing half made. Who may connect is written at each start: this process's user and the files' owner.
func (c *cluster) initialize(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(c.directory(), "PG_VERSION")); err == nil {
		return c.writeAccess(c.directory())
	}
	c.logger.Info("making the private database", "directory", c.directory(), "programs", c.bin)
	aside := c.directory() + ".new"
	if err := os.RemoveAll(aside); err != nil {
		return fmt.Errorf("remove what an earlier start left: %w", err)
	}
	if err := errors.Join(os.Mkdir(aside, 0o700), os.Chown(aside, c.owner.uid, c.owner.gid)); err != nil {
		return fmt.Errorf("make the database's directory: %w", err)
	}
	args := []string{"-D", aside, "-U", clusterRole, "--auth-local=peer", "--auth-host=reject", "--encoding=UTF8",
		"--locale=C.UTF-8", "--data-checksums", "--no-instructions"}
	if c.throwaway {
		args = append(args, "--no-sync")
	}
	cmd, err := c.command(ctx, filepath.Join(c.bin, "initdb"), args...)
	if err != nil {
		return err
	}
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("make the private database: %w: %s", err, bytes.TrimSpace(said))
	}
	if err := c.write(filepath.Join(aside, "postgresql.auto.conf"), clusterTuning); err != nil {
		return err
	}
	if err := c.writeAccess(aside); err != nil {
		return err
	}
	return os.Rename(aside, c.directory())
}

// clusterTuning is for two cores and little memory beside the service; commits reach the disk before they are answered.
const clusterTuning = `# What the private database starts from; ALTER SYSTEM writes here.
shared_buffers = '128MB'
work_mem = '8MB'
maintenance_work_mem = '64MB'
max_connections = '60'
max_wal_size = '1GB'
synchronous_commit = 'on'
random_page_cost = '1.1'
wal_compression = 'on'
jit = 'off'
timezone = 'UTC'
log_timezone = 'UTC'
# The log is the service's own. It must not carry the values of statements: they may be about persons.
log_error_verbosity = 'terse'
log_min_error_statement = 'panic'
log_checkpoints = 'off'
`

func (c *cluster) writeAccess(directory string) error {
	names := []string{c.owner.name}
	me, err := user.Current()
	if err != nil {
		return fmt.Errorf("find out who runs this process: %w", err)
	}
	if me.Username != c.owner.name {
		names = append(names, me.Username)
	}
	var ident strings.Builder
	for _, name := range names {
		fmt.Fprintf(&ident, "canvass \"%s\" %s\n", name, clusterRole)
	}
	return errors.Join(c.write(filepath.Join(directory, "pg_hba.conf"), "local all all peer map=canvass\n"),
		c.write(filepath.Join(directory, "pg_ident.conf"), ident.String()))
}

func (c *cluster) write(path, text string) error {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	return os.Chown(path, c.owner.uid, c.owner.gid)
}

// awaitOrphan waits for the server of a process that was killed: it has been told to stop, and needs a moment.
func (c *cluster) awaitOrphan(ctx context.Context) error {
	deadline := time.Now().Add(orphanPatience)
	for {
		pid, alive := c.runningServer()
		if !alive {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("PostgreSQL process %d works on %s and was not started by canvass: stop it (kill -INT %d)",
				pid, c.directory(), pid)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// runningServer reads which process has written itself into the directory, and whether it is a server that lives.
func (c *cluster) runningServer() (pid int, alive bool) {
	lines, err := c.serverFile()
	if err != nil {
		return 0, false
	}
	if pid, err = strconv.Atoi(strings.TrimSpace(lines[0])); err != nil {
		return 0, false
	}
	return pid, serverLives(pid)
}

// serverLives tells whether a process is a PostgreSQL that has not ended; one that nobody has collected yet has ended.
func serverLives(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // 17 (postgres) S …
	return err == nil && bytes.Contains(stat, []byte("(postgres) ")) && !bytes.Contains(stat, []byte("(postgres) Z"))
}

// runningSocket reads where the running server listens, which another environment may have settled.
func (c *cluster) runningSocket() (string, error) {
	lines, err := c.serverFile()
	if err != nil {
		return "", err
	}
	const socketLine = 4
	if len(lines) <= socketLine {
		return "", fmt.Errorf("the database in %s is still starting", c.directory())
	}
	return strings.TrimSpace(lines[socketLine]), nil
}

// serverFile reads what a running server says about itself, a line each: process, directory, start, port, socket.
func (c *cluster) serverFile() ([]string, error) {
	text, err := os.ReadFile(filepath.Join(c.directory(), "postmaster.pid"))
	if err != nil {
		return nil, fmt.Errorf("ask which server runs: %w", err)
	}
	return strings.Split(string(text), "\n"), nil
}

// lockFile takes a file for this process; the kernel gives it back when the process ends in whatever way.
func lockFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the data directory's lock: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = fmt.Errorf("%w (%s)", errClusterInUse, filepath.Dir(path))
		}
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// tail hands what the server says to the log, a line each, and keeps the last lines for an error's text.
type tail struct {
	logger *slog.Logger

	mu    sync.Mutex
	rest  []byte
	lines []string
}

const tailLines = 12

// Write takes a part of what the server says.
func (t *tail) Write(said []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rest = append(t.rest, said...)
	for {
		line, rest, whole := bytes.Cut(t.rest, []byte("\n"))
		if !whole {
			return len(said), nil
		}
		t.rest = rest
		t.keep(string(line))
	}
}

func (t *tail) keep(line string) {
	t.lines = append(t.lines[max(0, len(t.lines)-tailLines+1):], line)
	level := slog.LevelDebug
	if strings.Contains(line, "the database system is") || // starting up or shutting down: whoever waits asks again
		strings.Contains(line, "due to administrator command") { // we stop it
		level = slog.LevelDebug
	} else if strings.Contains(line, "WARNING:") || strings.Contains(line, "ERROR:") || strings.Contains(line, "FATAL:") ||
		strings.Contains(line, "PANIC:") {
		level = slog.LevelWarn
	}
	t.logger.Log(context.Background(), level, "postgres: "+line)
}

// String answers the last lines.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "\n")
}
