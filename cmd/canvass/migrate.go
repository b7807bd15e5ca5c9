package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/spf13/cobra"

	"canvass/migrations"
)

func newMigrateCommand(cfg *config) *cobra.Command {
	var print bool
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Lay or renew the database schema · 建立或升级数据库结构",
		Long: `Lay every part of the schema that the database does not have yet. What is there stays; nothing goes back.
The user must own the database and may create the extension postgis and the role canvass_app.
Several processes may do it at once: one works, the others wait.`,
		Example: `  canvass migrate
  canvass migrate --database postgres://owner@db/canvass
  canvass migrate --print > schema.sql     show the SQL and touch nothing`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if print {
				return printMigrations(cmd.OutOrStdout())
			}
			return migrate(cmd.Context(), cfg, cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&print, "print", false, "print the SQL in order and touch no database")
	return cmd
}

func migrate(ctx context.Context, cfg *config, out io.Writer) (err error) {
	dsn, closeDatabase, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeDatabase()) }()
	pending, err := migrations.Pending(ctx, dsn)
	if err != nil {
		return err
	}
	if err := migrations.Up(ctx, dsn); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "schema %s: %d migrations laid now\n", migrations.Hash(), pending)
	return err
}

func printMigrations(out io.Writer) error {
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		return fmt.Errorf("list the migrations: %w", err)
	}
	for _, name := range names {
		text, err := migrations.Files.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read migration %s: %w", name, err)
		}
		if _, err := fmt.Fprintf(out, "-- %s\n%s\n", name, text); err != nil {
			return err
		}
	}
	return nil
}
