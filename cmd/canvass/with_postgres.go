package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

func newWithPostgresCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "with-postgres [--data DIR] -- command [argument…]",
		Short: "Run a command beside a private database · 在自带数据库旁运行命令",
		Long: `Run a command with DATABASE_URL (and PGHOST, PGUSER, PGDATABASE) pointing at a private PostGIS, and end with its
exit code. With --data (or $CANVASS_DATA) it is the database kept there, else a throwaway that is gone afterwards and
that trades safety for speed. DATABASE_URL as it was before is not looked at.`,
		Example: `  canvass with-postgres -- go test ./...
  canvass with-postgres --data /var/lib/canvass -- psql
  canvass with-postgres --data /var/lib/canvass -- pg_dump -Fc -f canvass.dump`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			kept := cmd.Flag("data").Changed
			return withPostgres(cmd.Context(), cfg, kept, func(ctx context.Context, c *cluster) error {
				return runBeside(ctx, c, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
			})
		},
	}
}

// withPostgres does something while the private database runs: the kept one of the data directory, or a throwaway.
func withPostgres(ctx context.Context, cfg *config, kept bool, do func(context.Context, *cluster) error) (err error) {
	options := clusterOptions{data: cfg.data, logger: cfg.logger}
	if !kept {
		dir, failed := os.MkdirTemp("", "canvass-throwaway-")
		if failed != nil {
			return fmt.Errorf("make a directory for the throwaway database: %w", failed)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		options = clusterOptions{data: dir, throwaway: true, logger: cfg.logger}
	}
	c, err := startCluster(ctx, options)
	if kept && errors.Is(err, errClusterInUse) {
		c, err = joinCluster(ctx, options)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	return do(ctx, c)
}

func runBeside(ctx context.Context, c *cluster, args []string, out, complaints io.Writer) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "DATABASE_URL="+c.dsn(clusterDatabase),
		"PGHOST="+c.socketDir, "PGUSER="+clusterRole, "PGDATABASE="+clusterDatabase)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, out, complaints
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		return exitCode(exit.ExitCode())
	}
	if err != nil {
		return fmt.Errorf("run %s: %w", args[0], err)
	}
	return nil
}
