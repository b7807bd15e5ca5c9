package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"canvass/migrations"
)

const clusterPatience = 2 * time.Minute

func TestClusterKeepsItsRows(t *testing.T) {
	cfg := clusterConfig(t)
	ctx := patient(t)
	for start, want := range []int{1, 2} {
		dsn, leave, err := openDatabase(ctx, cfg)
		if err != nil {
			t.Fatalf("start %d: %v", start, err)
		}
		if err := migrations.Up(ctx, dsn); err != nil {
			t.Fatal(err)
		}
		if got := addRow(t, ctx, dsn); got != want {
			t.Errorf("start %d: %d rows, want %d", start, got, want)
		}
		if err := leave(); err != nil {
			t.Fatal(err)
		}
		if err := leave(); err != nil {
			t.Errorf("leaving twice: %v", err)
		}
	}
	if _, err := os.Stat(filepath.Join(cfg.data, "postgres", "postmaster.pid")); !errors.Is(err, os.ErrNotExist) {
		t.Error("the server did not stop in order")
	}
}

// What the service is told at the first moment holds for the cluster: no network, durable commits, checksums, C.UTF-8.
func TestClusterSettings(t *testing.T) {
	ctx := patient(t)
	dsn, leave, err := openDatabase(ctx, clusterConfig(t))
	if err != nil {
		t.Fatal(err)
	}
	defer leaveWell(t, leave)
	given := &config{database: dsn, logger: slog.Default()}
	if same, leaveGiven, err := openDatabase(ctx, given); err != nil || same != dsn || leaveGiven() != nil {
		t.Errorf("the same server given by its address: %s (%v)", same, err)
	}
	conn := connect(t, ctx, dsn)
	for name, want := range map[string]string{
		"listen_addresses": "", "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on",
		"lc_collate": "C.UTF-8", "server_encoding": "UTF8", "TimeZone": "UTC", "shared_buffers": "256MB",
		"unix_socket_permissions": "0700", "log_min_error_statement": "panic",
	} {
		var got string
		if err := conn.QueryRow(ctx, `SELECT current_setting($1)`, name).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", name, got, err, want)
		}
	}
}

// A service that is killed leaves a server that stops by itself, and nothing that keeps the next one from starting.
func TestClusterOutlivesKill(t *testing.T) {
	cfg := clusterConfig(t)
	ctx := patient(t)
	for range 2 {
		service, pid := runService(t, cfg)
		if err := service.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := service.Wait(); err == nil {
			t.Error("the service ended well although it was killed")
		}
		dsn, leave, err := openDatabase(ctx, cfg)
		if err != nil {
			t.Fatalf("start after a kill: %v", err)
		}
		if serverLives(pid) {
			t.Errorf("server %d of the killed service still runs", pid)
		}
		connect(t, ctx, dsn)
		leaveWell(t, leave)
	}
}

func TestClusterEndsOnSignal(t *testing.T) {
	cfg := clusterConfig(t)
	service, pid := runService(t, cfg)
	if err := service.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := service.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if serverLives(pid) {
		t.Errorf("server %d still runs", pid)
	}
}

func TestClusterInUse(t *testing.T) {
	cfg := clusterConfig(t)
	ctx := patient(t)
	dsn, leave, err := ownDatabase(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer leaveWell(t, leave)

	t.Run("a second service is refused", func(t *testing.T) {
		_, _, err := ownDatabase(ctx, cfg)
		if !errors.Is(err, errClusterInUse) || !strings.Contains(err.Error(), cfg.data) {
			t.Errorf("refused with %v", err)
		}
	})
	t.Run("a tool joins it and leaves it running", func(t *testing.T) {
		joined, leaveJoined, err := openDatabase(ctx, cfg)
		if err != nil || joined != dsn {
			t.Fatalf("joined %s (%v), want %s", joined, err, dsn)
		}
		leaveWell(t, leaveJoined)
		connect(t, ctx, dsn)
	})
}

func TestClusterRefuses(t *testing.T) {
	ctx := patient(t)
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, data string)
		want    string
	}{
		{"another major version", func(t *testing.T, data string) {
			lay(t, filepath.Join(data, "postgres", "PG_VERSION"), "9\n")
		}, "made by PostgreSQL 9, which is not installed: sudo apt-get install"},
		{"a file where the directory should be", func(t *testing.T, data string) {
			lay(t, filepath.Join(data, "postgres"), "")
		}, "postgres"},
		{"a socket directory of somebody else", func(t *testing.T, data string) {
			dir, err := socketDirectory(data)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { remove(t, dir) })
		}, "mode 0700"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := clusterConfig(t)
			c.prepare(t, cfg.data)
			_, _, err := openDatabase(ctx, cfg)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("refused with %v, want %q", err, c.want)
			}
		})
	}
}

// As root the server runs as somebody else, who cannot enter what only root may.
func TestClusterOutOfReach(t *testing.T) {
	cfg := clusterConfig(t)
	closed := filepath.Join(cfg.data, "closed")
	if err := os.Mkdir(closed, 0); err != nil {
		t.Fatal(err)
	}
	cfg.data = filepath.Join(closed, "data")
	_, _, err := openDatabase(patient(t), cfg)
	if err == nil || !strings.Contains(err.Error(), cfg.data) {
		t.Fatalf("refused with %v", err)
	}
	if os.Geteuid() == 0 && !strings.Contains(err.Error(), "--data") {
		t.Errorf("the remedy is not named: %v", err)
	}
}

func TestWithPostgres(t *testing.T) {
	t.Run("the command sees a database", func(t *testing.T) {
		tmp := clusterConfig(t).data
		cmd := canvass(t, "with-postgres", "--", "sh", "-c", `echo "$DATABASE_URL"`)
		cmd.Env = append(cmd.Env, "TMPDIR="+tmp)
		out, err := cmd.Output()
		if err != nil || !strings.HasPrefix(string(out), "postgres:///canvass?host=") {
			t.Errorf("printed %q (%v)", out, err)
		}
		if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v (%v)", left, err)
		}
	})
	t.Run("its exit code is passed", func(t *testing.T) {
		cmd := canvass(t, "with-postgres", "--", "sh", "-c", "exit 7")
		var exit *exec.ExitError
		if err := cmd.Run(); !errors.As(err, &exit) || exit.ExitCode() != 7 {
			t.Errorf("ended with %v, want exit code 7", err)
		}
	})
}

func TestSocketDirectoryIsShort(t *testing.T) {
	t.Setenv("TMPDIR", "/tmp/"+strings.Repeat("long", 30))
	dir, err := socketDirectory("/" + strings.Repeat("data/", 60))
	if err != nil || len(dir)+len(socketName) > maxSocketPath {
		t.Errorf("%s has %d bytes (%v)", dir, len(dir), err)
	}
}

func TestVersions(t *testing.T) {
	for _, c := range []struct {
		number        int
		postgis, want string
	}{
		{150018, "3.3.2", ""},
		{170000, "3.5.0dev", ""},
		{180001, "4.0", ""},
		{140012, "3.3.2", "needs 15 or newer"},
		{160002, "", "apt-get install postgresql-16-postgis-3"},
		{150018, "3.2.9", "ALTER EXTENSION postgis UPDATE"},
		{150018, "2.5.1", "needs 3.3 or newer"},
		{150018, "new", "needs 3.3 or newer"},
	} {
		err := versions{server: "db", database: "kanwa", number: c.number, postgres: "14.2", postgis: c.postgis}.judge()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("PostgreSQL %d with PostGIS %q: %v, want %q", c.number, c.postgis, err, c.want)
		}
	}
}

// runService starts the real program on a cluster and answers it with the server's process once a command runs beside it.
func runService(t *testing.T, cfg *config) (service *exec.Cmd, server int) {
	t.Helper()
	service = canvass(t, "with-postgres", "--data", cfg.data, "--", "sh", "-c", "echo ready; exec cat")
	input, err := service.StdinPipe() // the command ends when the test closes it or is gone
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeWell(t, input) })
	out, err := service.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("the service said %q (%v)", line, err)
	}
	text, err := os.ReadFile(filepath.Join(cfg.data, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	if server, err = strconv.Atoi(first); err != nil {
		t.Fatal(err)
	}
	return service, server
}

// clusterConfig answers a configuration with a data directory that the server's user reaches.
func clusterConfig(t *testing.T) *config {
	t.Helper()
	data, err := os.MkdirTemp("", "canvass-cluster-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { remove(t, data) })
	if err := os.Chmod(data, 0o711); err != nil {
		t.Fatal(err)
	}
	return &config{data: data, logger: slog.New(slog.NewTextHandler(t.Output(), nil))}
}

func patient(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), clusterPatience)
	t.Cleanup(cancel)
	return ctx
}

func connect(t *testing.T, ctx context.Context, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return conn
}

func addRow(t *testing.T, ctx context.Context, dsn string) (rows int) {
	t.Helper()
	conn := connect(t, ctx, dsn)
	const add = `INSERT INTO sessions (token, data, expiry) VALUES (gen_random_uuid(), '', now())`
	if _, err := conn.Exec(ctx, add); err != nil {
		t.Fatal(err)
	}
	if err := conn.QueryRow(ctx, `SELECT count(*) FROM sessions`).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func leaveWell(t *testing.T, leave func() error) {
	t.Helper()
	if err := leave(); err != nil {
		t.Error(err)
	}
}

func closeWell(t *testing.T, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
}

func lay(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Error(err)
	}
}
