package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"canvass/areas"
	"canvass/migrations"
)

func newUserCommand(cfg *config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Make the first account, and mend one · 管理账号",
		Long: `Accounts are made in the console. This is for the first administrator, and for one who forgot the password.
The password is read from standard input, so that no list of processes shows it.
第一个管理员在此建立;口令从标准输入读取。`,
		Example: `  canvass user add --name li --display-name 李主任 --role administrator --scope 370883 < password.txt
  echo 'a long new password' | canvass user password --name li`,
	}
	cmd.AddCommand(newUserAddCommand(cfg), newUserPasswordCommand(cfg))
	return cmd
}

func newUserAddCommand(cfg *config) *cobra.Command {
	var u areas.NewUser
	cmd := &cobra.Command{
		Use:     "add --name NAME --role ROLE --scope CODE < password",
		Short:   "Make an account · 建立账号",
		Example: `  canvass user add --name li --role administrator --scope 370883 < password.txt`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if u.Password, err = readPassword(cmd.InOrStdin()); err != nil {
				return err
			}
			if u.DisplayName == "" {
				u.DisplayName = u.Name
			}
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				made, err := store.CreateUser(cmd.Context(), areas.System(), u)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s %s may now sign in as %s of %s\n", made.Role, made.Name, made.DisplayName, place(made.Scope))
				return err
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&u.Name, "name", "", "what is typed to sign in")
	flags.StringVar(&u.DisplayName, "display-name", "", "the person's name, as others see it")
	flags.StringVar((*string)(&u.Role), "role", string(areas.RoleAdministrator), "administrator, gis, supervisor or enumerator")
	flags.StringVar((*string)(&u.Scope), "scope", "", "code of the place the account reaches, such as 370883; empty is every county")
	flags.StringVar(&u.Language, "language", "zh", "zh or en")
	for _, required := range []string{"name", "scope"} {
		if err := cmd.MarkFlagRequired(required); err != nil {
			panic(err)
		}
	}
	return cmd
}

func newUserPasswordCommand(cfg *config) *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:     "password --name NAME < password",
		Short:   "Give an account a new password and end its sessions · 重设口令",
		Example: `  echo 'a long new password' | canvass user password --name li`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			password, err := readPassword(cmd.InOrStdin())
			if err != nil {
				return err
			}
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				return resetPassword(cmd.Context(), store, name, password)
			})
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "what is typed to sign in")
	if err := cmd.MarkFlagRequired("name"); err != nil {
		panic(err)
	}
	return cmd
}

func resetPassword(ctx context.Context, store *areas.Store, name, password string) error {
	found, err := store.Users(ctx, areas.System(), areas.UserQuery{Text: name})
	if err != nil {
		return err
	}
	for _, u := range found.Items {
		if u.Name == name {
			_, err := store.EditUser(ctx, areas.System(), u.ID, 0, areas.UserEdit{Password: &password})
			return err
		}
	}
	return fmt.Errorf("there is no account %q", name)
}

// longestPassword bounds what is read as a password.
const longestPassword = 1 << 10

// readPassword reads the first line.
func readPassword(from io.Reader) (string, error) {
	if file, ok := from.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			fmt.Fprint(os.Stderr, "password (at least 8 characters, then Enter): ")
		}
	}
	b := make([]byte, longestPassword)
	n := 0
	for n < len(b) && !strings.Contains(string(b[:n]), "\n") {
		read, err := from.Read(b[n:])
		n += read
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", fmt.Errorf("read the password from standard input: %w", err)
		}
	}
	line, _, _ := strings.Cut(string(b[:n]), "\n")
	line = strings.TrimRight(line, "\r")
	if line == "" {
		return "", errors.New("no password on standard input: type one, or < a file that holds it")
	}
	return line, nil
}

// place names a scope for people.
func place(scope areas.Code) string {
	if scope == "" {
		return "every county"
	}
	return string(scope)
}

// toolConns is how many connections a command has that does one thing.
const toolConns = 4

// withStore does something with the census in the configured database, whose schema is brought up to date first.
func withStore(ctx context.Context, cfg *config, do func(*areas.Store) error) error {
	return withPool(ctx, cfg, func(pool *pgxpool.Pool) error { return do(areas.NewStore(pool)) })
}

func withPool(ctx context.Context, cfg *config, do func(*pgxpool.Pool) error) (err error) {
	dsn, leave, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, leave()) }()
	if err := migrations.Up(ctx, dsn); err != nil {
		return err
	}
	pool, err := migrations.Connect(ctx, dsn, toolConns)
	if err != nil {
		return err
	}
	defer pool.Close()
	return do(pool)
}
