// Command canvass assumes a Unix system and that one process may own its data directory. It is the whole product in one
// binary: the service, the database it keeps when it is given none, and the tools beside them, one subcommand in each file.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set by the linker.
var version = "unknown"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := run(ctx, newRootCommand())
	stop()
	os.Exit(code)
}

// run answers the exit code: 0 done, 1 failed with the reason on standard error, or what a command that was run answered.
func run(ctx context.Context, root *cobra.Command) int {
	err := root.ExecuteContext(ctx)
	var code exitCode
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	}
	fmt.Fprintln(root.ErrOrStderr(), "canvass:", err)
	return 1
}

// exitCode is the answer of a command that canvass ran: it has said itself what was wrong.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("the command ended with exit code %d", int(c)) }

func newRootCommand() *cobra.Command {
	cfg := &config{}
	root := &cobra.Command{
		Use:   "canvass",
		Short: "Census mapping: draw areas, list dwellings, see what is not yet counted · 普查制图与清查",
		Long: `canvass keeps the map of a census: regions, census areas and sub-areas, the buildings and dwellings in them,
who was sent where, and what was found at each door.
普查制图:普查区、普查小区、建筑物与住房单元的底图、摸底、入户与核查。

It needs nothing but itself and PostGIS. Without --database it keeps a private PostgreSQL in --data and runs it as its
child; with --database (or $DATABASE_URL) it works on yours, PostgreSQL 15 and PostGIS 3.3 or newer.
默认在数据目录内运行自带的 PostgreSQL;给出 --database 则使用您的数据库。`,
		Example: `  canvass migrate                                  lay the schema in the private database
  canvass migrate --database postgres://me@db/kanwa  … or in yours
  canvass with-postgres -- psql                    look into the private database`,
		Version:           version,
		SilenceUsage:      true,
		SilenceErrors:     true,
		PersistentPreRunE: cfg.read,
	}
	cfg.bind(root)
	root.AddCommand(
		newDemoCommand(cfg),
		newServeCommand(cfg),
		newImportCommand(cfg),
		newExportCommand(cfg),
		newBuildingCommand(cfg),
		newUserCommand(cfg),
		newKeysCommand(cfg),
		newUnsealCommand(cfg),
		newAnsweringSystemCommand(cfg),
		newSelfResponseCommand(cfg),
		newLongFormCommand(cfg),
		newSettingsCommand(cfg),
		newCheckCommand(cfg),
		newPackCommand(cfg),
		newOpenAPICommand(),
		newRulesCommand(),
		newBenchCommand(cfg),
		newMigrateCommand(cfg),
		newWithPostgresCommand(cfg),
	)
	return root
}
