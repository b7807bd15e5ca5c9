package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"canvass/areas"
	"canvass/areas/simulate"
	"canvass/migrations"
)

func newDemoCommand(cfg *config) *cobra.Command {
	var size string
	var seed int64
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Make a county, part of it counted, and serve it · 生成演示县并启动服务",
		Long: `Make a county that looks like one, in the middle of its census, and serve it: towns, census areas and sub-areas
that follow roads and rivers, buildings, dwellings, staff, visits, and gaps to find. The ground is made up from the seed;
the same seed makes the same county. A second start serves what is there.
生成一个普查进行中的演示县并启动服务;相同的种子生成相同的县。再次启动直接使用已有数据。

  town    one town: 56 areas, 390 sub-areas, about 10 000 buildings
  county  the whole: 16 towns, 901 areas, 6 255 sub-areas, about 165 000 buildings, 6 600 staff`,
		Example: `  canvass demo
  canvass demo --size county --seed 7 --data /tmp/county
  canvass demo --addr 127.0.0.1:9000`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			parsed, err := simulate.ParseSize(size)
			if err != nil {
				return err
			}
			if !cmd.Flag("data").Changed && os.Getenv("CANVASS_DATA") == "" {
				cfg.data = filepath.Join(cfg.data, "demo-"+size)
			}
			return demo(cmd.Context(), cfg, demoOrder{parsed, seed}, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&size, "size", "town", "how much to make: town or county")
	cmd.Flags().Int64Var(&seed, "seed", 1, "what the ground is made from")
	cfg.bindImagery(cmd)
	return cmd
}

// demoOrder is what to make.
type demoOrder struct {
	Size simulate.Size `json:"size"`
	Seed int64         `json:"seed"`
}

// demoNote is what the data directory keeps of a demo: whether it was made to the end, and who may sign in.
type demoNote struct {
	demoOrder
	Ready    bool          `json:"ready"`
	Address  string        `json:"address"`
	Accounts []demoAccount `json:"accounts"`
}

// demoAccount is an account to try.
type demoAccount struct {
	Name        string     `json:"name"`
	Password    string     `json:"password"`
	Role        areas.Role `json:"role"`
	DisplayName string     `json:"display_name"`
	Scope       areas.Code `json:"scope"`
}

const demoNoteName = "demo-accounts.json"

// demoConns is how many connections make a demo: one for each town under way, and a few.
const demoConns = 8

// demo makes the county unless it is there, and serves it until the context ends. One that was cut off in the middle is
// begun again.
func demo(ctx context.Context, cfg *config, order demoOrder, out io.Writer) (err error) {
	note, err := readDemoNote(cfg.data)
	if err != nil {
		return err
	}
	if note != nil && note.demoOrder != order && note.Ready {
		return fmt.Errorf("%s holds a demo of size %s and seed %d: choose another --data, or remove it", cfg.data, note.Size, note.Seed)
	}
	if note != nil && !note.Ready && cfg.database == "" {
		fmt.Fprintln(out, "an earlier start was cut off; beginning again")
		if err := os.RemoveAll(filepath.Join(cfg.data, "postgres")); err != nil {
			return fmt.Errorf("clear the unfinished demo: %w", err)
		}
		note = nil
	}
	dsn, closeDatabase, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeDatabase()) }()
	if err := migrations.Up(ctx, dsn); err != nil {
		return err
	}
	if note == nil || !note.Ready {
		if note, err = makeDemo(ctx, cfg, dsn, order, out); err != nil {
			return err
		}
	}
	return serveUntil(ctx, cfg, dsn, func(address string) {
		note.Address = address
		if err := note.write(cfg.data); err != nil {
			cfg.logger.Error("write down the demo's accounts", "error", err)
		}
		fmt.Fprintf(out, "canvass is ready at %s · 演示已就绪\n", address)
		for _, a := range note.Accounts {
			page := address
			if a.Role == areas.RoleEnumerator {
				page += "/field/"
			}
			fmt.Fprintf(out, "  %-13s  sign in as %-11s password %s   %s\n", a.Role, a.Name, a.Password, page)
		}
	})
}

func readDemoNote(data string) (*demoNote, error) {
	b, err := os.ReadFile(filepath.Join(data, demoNoteName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the demo's note: %w", err)
	}
	note := &demoNote{}
	if err := json.Unmarshal(b, note); err != nil {
		return nil, fmt.Errorf("read the demo's note %s: %w", filepath.Join(data, demoNoteName), err)
	}
	return note, nil
}

// write keeps the note; it holds passwords, so that only its owner may read it.
func (n *demoNote) write(data string) error {
	b, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(data, demoNoteName), append(b, '\n'), 0o600)
}

// makeDemo makes the county in an empty database.
func makeDemo(ctx context.Context, cfg *config, dsn string, order demoOrder, out io.Writer) (*demoNote, error) {
	pool, err := migrations.Connect(ctx, dsn, demoConns)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	store := areas.NewStore(pool)
	there, err := store.Regions(ctx, areas.System(), areas.RegionQuery{})
	if err != nil {
		return nil, err
	}
	if len(there.Items) > 0 {
		return nil, errors.New("the database holds a county already: give the demo a database of its own with --database, or leave it out")
	}
	note := &demoNote{demoOrder: order}
	if err := note.write(cfg.data); err != nil {
		return nil, fmt.Errorf("begin the demo: %w", err)
	}
	county, err := simulate.New(order.Size, order.Seed)
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	d := &demoMaker{store: store, county: county, seed: order.Seed, now: begun, out: out}
	if note.Accounts, err = d.make(ctx); err != nil {
		return nil, err
	}
	note.Ready = true
	fmt.Fprintf(out, "made %s in %.1f s\n", county.Name, time.Since(begun).Seconds())
	return note, note.write(cfg.data)
}
