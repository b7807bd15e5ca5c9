package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// config is what every subcommand may need to know, from flags and from the environment; a flag goes before its variable.
type config struct {
	addr     string // where the service listens, host:port
	data     string // directory of everything that is kept: DIR/postgres and what the subcommands lay beside it
	database string // address of a PostGIS server; empty for the private cluster in data
	log      string // text or json
	tlsCert  string // PEM file; with it the service speaks HTTPS
	tlsKey   string // PEM file
	imagery  string // JSON file that says where imagery comes from; empty for none
	key      string // PEM file of the key that signs field packages; empty for one of our own

	packageMB int64 // of field packages kept on disk; 0 for what is usual

	logger *slog.Logger // set before a subcommand runs
}

// bind adds the flags that every subcommand has.
func (c *config) bind(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringVar(&c.addr, "addr", "127.0.0.1:8080", "where the service listens, host:port [$CANVASS_ADDR]")
	flags.StringVar(&c.data, "data", defaultData(), "directory in which everything is kept [$CANVASS_DATA]")
	flags.StringVar(&c.database, "database", "",
		"address of a PostGIS database, postgres://user@host/name; without it the data directory holds one [$DATABASE_URL]")
	flags.StringVar(&c.log, "log", "text", "form of the log on standard error: text or json [$CANVASS_LOG]")
}

// read fills what no flag gave from the environment and checks it.
func (c *config) read(cmd *cobra.Command, _ []string) error {
	for name, variable := range map[string]string{
		"addr": "CANVASS_ADDR", "data": "CANVASS_DATA", "database": "DATABASE_URL", "log": "CANVASS_LOG",
		"tls-cert": "CANVASS_TLS_CERT", "tls-key": "CANVASS_TLS_KEY", "imagery": "CANVASS_IMAGERY",
		"key": "CANVASS_KEY", "package-cache": "CANVASS_PACKAGE_CACHE",
	} {
		value := os.Getenv(variable)
		if flag := cmd.Flag(name); flag == nil || flag.Changed || value == "" {
			continue
		}
		if err := cmd.Flags().Set(name, value); err != nil {
			return fmt.Errorf("read $%s: %w", variable, err)
		}
	}
	data, err := filepath.Abs(c.data)
	if err != nil {
		return fmt.Errorf("find the data directory %s: %w", c.data, err)
	}
	c.data = data
	c.logger, err = newLogger(cmd.ErrOrStderr(), c.log)
	if err != nil {
		return err
	}
	slog.SetDefault(c.logger)
	return nil
}

func newLogger(to io.Writer, form string) (*slog.Logger, error) {
	switch form {
	case "text":
		return slog.New(slog.NewTextHandler(to, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(to, nil)), nil
	}
	return nil, fmt.Errorf("--log is text or json, not %q", form)
}

// defaultData is where a service keeps its state on this system: the machine's place for root, who can hand it to the
// database's user, else the user's own.
func defaultData() string {
	if os.Geteuid() == 0 {
		return "/var/lib/canvass"
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "canvass")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "canvass-data"
	}
	return filepath.Join(home, ".local", "share", "canvass")
}
