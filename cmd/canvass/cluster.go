package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	clusterRole     = "canvass" // superuser of the private cluster, owner of its tables
	clusterDatabase = "canvass"
	maxSocketPath   = 107 // bytes a unix socket's path may have
	socketName      = "/.s.PGSQL.5432"
	stopPatience    = time.Minute
	orphanPatience  = 30 * time.Second
)

// errClusterInUse says that another process runs the database of a data directory.
var errClusterInUse = errors.New("another canvass process runs the database in this data directory; stop it, or choose another --data")

// clusterOptions say which private cluster is meant.
type clusterOptions struct {
	data      string // the data directory; the cluster lives in data/postgres
	throwaway bool   // nothing of it needs to outlast a crash
	logger    *slog.Logger
}

// cluster is a private PostgreSQL that runs as this process's child, or the one of another process that was joined. It
// listens on a unix socket in a directory that only its user may enter, and ends with the process that started it.
type cluster struct {
	clusterOptions
	bin        string // the server's programs
	socketDir  string
	owner      account
	lock       *os.File // held while the cluster is ours
	socketOurs bool     // whether the socket's directory goes when the cluster stops
	process    *os.Process
	ended      chan struct{} // closed when the server has ended
	last       *tail         // what the server said last
}

// account is the user of this system that owns the cluster's files.
type account struct {
	name     string
	uid, gid int
}

// startCluster starts the private cluster, making it first where there is none, and waits until it answers. It refuses with
// errClusterInUse while another process runs it. What it refuses else comes with the remedy.
func startCluster(ctx context.Context, o clusterOptions) (c *cluster, err error) {
	c, err = locateCluster(o)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.stop())
			c = nil
		}
	}()
	runtime.LockOSThread() // what is started here ends with this thread
	defer runtime.UnlockOSThread()
	if err := c.prepareData(ctx); err != nil {
		return c, err
	}
	if c.lock, err = lockFile(filepath.Join(o.data, "postgres.lock")); err != nil {
		return c, err
	}
	if err := c.prepareSocket(); err != nil {
		return c, err
	}
	if c.bin, err = findServer(c.directory()); err != nil {
		return c, err
	}
	if err := c.initialize(ctx); err != nil {
		return c, err
	}
	if err := c.awaitOrphan(ctx); err != nil {
		return c, err
	}
	if err := c.spawn(); err != nil {
		return c, err
	}
	return c, c.awaitReady(ctx)
}

// joinCluster answers the cluster that another canvass process runs. Stopping it leaves it running.
func joinCluster(ctx context.Context, o clusterOptions) (*cluster, error) {
	c, err := locateCluster(o)
	if err != nil {
		return nil, err
	}
	if c.socketDir, err = c.runningSocket(); err != nil {
		return nil, errors.Join(errClusterInUse, err)
	}
	conn, err := pgx.Connect(ctx, c.dsn(clusterDatabase))
	if err != nil {
		return nil, fmt.Errorf("%w (and it does not answer: %w)", errClusterInUse, err)
	}
	return c, conn.Close(ctx)
}

// stop ends the server in order, undoing open transactions, and waits for it. It may be called more than once.
func (c *cluster) stop() error {
	var err error
	if c.process != nil {
		if err = c.process.Signal(syscall.SIGINT); errors.Is(err, os.ErrProcessDone) {
			err = nil
		}
		select {
		case <-c.ended:
			c.process = nil
		case <-time.After(stopPatience):
			err = fmt.Errorf("the database in %s is still stopping after %s (process %d)", c.directory(), stopPatience, c.process.Pid)
		}
	}
	if c.socketOurs && c.process == nil {
		err = errors.Join(err, os.Remove(c.socketDir))
		c.socketOurs = false
	}
	if c.lock != nil {
		err = errors.Join(err, c.lock.Close())
		c.lock = nil
	}
	return err
}

// dsn answers the address of a database of the cluster, as its superuser.
func (c *cluster) dsn(database string) string {
	query := url.Values{"host": {c.socketDir}, "user": {clusterRole}}
	return "postgres:///" + database + "?" + query.Encode()
}

func (c *cluster) directory() string { return filepath.Join(c.data, "postgres") }

// locateCluster settles where the socket is and who owns the files; it touches nothing.
func locateCluster(o clusterOptions) (*cluster, error) {
	c := &cluster{clusterOptions: o, last: &tail{logger: o.logger}}
	me, err := user.Current()
	if err != nil {
		return nil, fmt.Errorf("find out who runs this process: %w", err)
	}
	if os.Geteuid() == 0 {
		if me, err = user.Lookup("postgres"); err != nil {
			return nil, errors.New("PostgreSQL does not run as root and there is no user postgres to run it as: " + installHint)
		}
	}
	uid, uidErr := strconv.Atoi(me.Uid)
	gid, gidErr := strconv.Atoi(me.Gid)
	if err := errors.Join(uidErr, gidErr); err != nil {
		return nil, fmt.Errorf("read the ids of user %s: %w", me.Username, err)
	}
	c.owner = account{name: me.Username, uid: uid, gid: gid}
	c.socketDir, err = socketDirectory(o.data)
	return c, err
}

// socketDirectory names a directory outside the data directory, because the path of a socket must be short. /run/canvass is
// what a service manager may have made for the service.
func socketDirectory(data string) (string, error) {
	sum := sha256.Sum256([]byte(data))
	name := "canvass-" + hex.EncodeToString(sum[:6])
	parents := []string{"/run/canvass", os.TempDir(), "/tmp"}
	if os.Geteuid() == 0 {
		parents = []string{"/run", "/tmp"}
	}
	const enterAndWrite = 1 | 2
	for _, parent := range parents {
		dir := filepath.Join(parent, name)
		if syscall.Access(parent, enterAndWrite) == nil && len(dir)+len(socketName) <= maxSocketPath {
			return dir, nil
		}
	}
	return "", fmt.Errorf("no directory for the database's socket: none of %v may be written in and is short enough", parents)
}

// prepareData makes the data directory and sees to it that the server's user reaches it.
func (c *cluster) prepareData(ctx context.Context) error {
	if err := os.MkdirAll(c.data, 0o711); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	if c.throwaway {
		if err := os.Chmod(c.data, 0o711); err != nil {
			return fmt.Errorf("open the throwaway directory to the server's user: %w", err)
		}
	}
	reach, err := c.command(ctx, "/usr/bin/env", "test", "-x", c.data)
	if err != nil {
		return err
	}
	if err := reach.Run(); err != nil {
		return fmt.Errorf("user %s cannot reach the data directory %s: choose another --data, such as /var/lib/canvass, "+
			"or open each directory above it with chmod o+x", c.owner.name, c.data)
	}
	return nil
}

// prepareSocket makes the socket's directory, which only the server's user may enter. It refuses one that another has made
// under the same name. What a killed process left there is taken over.
func (c *cluster) prepareSocket() error {
	if err := os.Mkdir(c.socketDir, 0o700); err == nil {
		if err := os.Chown(c.socketDir, c.owner.uid, c.owner.gid); err != nil {
			return fmt.Errorf("hand the socket's directory to %s: %w", c.owner.name, err)
		}
	}
	info, err := os.Lstat(c.socketDir)
	if err != nil {
		return fmt.Errorf("make the socket's directory: %w", err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || info.Mode().Perm() != 0o700 || int(owner.Uid) != c.owner.uid {
		return fmt.Errorf("%s must be a directory of %s with mode 0700, and is another: remove it", c.socketDir, c.owner.name)
	}
	c.socketOurs = true
	return nil
}

// command prepares a program that runs as the cluster's owner, in a process group of its own so that a terminal's Ctrl-C
// does not reach it, and ends with this process. It must be started by a thread that lives as long as the program.
func (c *cluster) command(ctx context.Context, name string, args ...string) (*exec.Cmd, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(c.owner.uid), Gid: uint32(c.owner.gid)}
	}
	return cmd, endWithParent(cmd.SysProcAttr)
}

// spawn starts the server. The kernel ends it when the thread that started it ends, so that thread is kept for it.
func (c *cluster) spawn() error {
	cmd, err := c.command(context.Background(), filepath.Join(c.bin, "postgres"), c.settings()...)
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = c.last, c.last
	cmd.WaitDelay = 5 * time.Second
	c.ended = make(chan struct{})
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		if err := cmd.Wait(); err != nil {
			c.logger.Error("the private database ended", "error", err, "said", c.last.String())
		}
		close(c.ended)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start the private database: %w", err)
	}
	c.process = cmd.Process
	return nil
}

// settings are what the service decides at each start; ALTER SYSTEM decides the rest.
func (c *cluster) settings() []string {
	settings := []string{"-D", c.directory(), "-c", "listen_addresses=", "-c", "unix_socket_directories=" + c.socketDir,
		"-c", "unix_socket_permissions=0700", "-c", "port=5432", "-c", "logging_collector=off", "-c", "log_destination=stderr",
		"-c", "shared_buffers=256MB", "-c", "max_wal_size=2GB", "-c", "random_page_cost=1.1",
		"-c", "autovacuum_naptime=5s"} // an import is planned for by the next one
	if c.throwaway {
		settings = append(settings, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
			"-c", "max_connections=400")
	}
	return settings
}

// awaitReady waits until the server answers, however long it recovers, and makes the database.
func (c *cluster) awaitReady(ctx context.Context) (err error) {
	var conn *pgx.Conn
	for {
		if conn, err = pgx.Connect(ctx, c.dsn("postgres")); err == nil {
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the private database: %w", ctx.Err())
		case <-c.ended:
			return fmt.Errorf("the private database in %s ended while starting: %s", c.directory(), c.last)
		case <-time.After(20 * time.Millisecond):
		}
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if err := checkVersions(ctx, conn); err != nil {
		return err
	}
	var there bool
	const sql = `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`
	if err := conn.QueryRow(ctx, sql, clusterDatabase).Scan(&there); err != nil || there {
		return err
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{clusterDatabase}.Sanitize())
	return err
}
