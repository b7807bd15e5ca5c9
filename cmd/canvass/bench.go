package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// benches are what can be measured, in the order they are run: the later ones use the county that "demo" made.
var benches = []struct {
	name, about string
	run         func(context.Context, *bench) error
}{
	{"demo", "make a town and a county, and start again", benchDemo},
	{"api", "lists, details and visits over HTTP at county size, and what the server holds of memory", benchAPI},
	{"sync", "what a county of tablets sends in its peak hour, beside the same rows written barely", benchSync},
	{"tiles", "map tiles over HTTP at county size, first and again", benchTiles},
	{"edits", "splits, merges and reshapes over HTTP at county size", benchEdits},
	{"pack", "a pyramid of all footprints at every zoom, to PMTiles", benchPack},
	{"package", "the field package of every sub-area of a county, and the delta of a day's visits", benchPackage},
	{"frame", "validate a county's boundaries, take misfits in and mend them, 10 000 random operations", benchFrame},
	{"import", "100 000 footprints from a file into sub-areas", benchImport},
}

func newBenchCommand(cfg *config) *cobra.Command {
	b := &bench{cfg: cfg}
	names := make([]string, len(benches))
	about := ""
	for i, w := range benches {
		names[i] = w.name
		about += fmt.Sprintf("  %-8s %s\n", w.name, w.about)
	}
	cmd := &cobra.Command{
		Use:   "bench [" + strings.Join(names, "|") + " …]",
		Short: "Measure canvass on this machine, beside a control · 性能测试",
		Long: `Measure what canvass promises, each in a fresh directory and with a private database of its own, and tell what falls
short. Each figure stands beside a control that ran at the same time on the same machine: compare the ratios, for
machines are shared and noisy. It ends with exit code 1 when a figure falls short.
在本机测量各项指标,每项都有同时运行的对照;有指标不达标时以 1 退出。

` + about,
		Example: `  canvass bench
  canvass bench import --buildings tokyo.geojsonl.gz
  canvass bench edits --in /tmp/county             made before by canvass demo --size county --data /tmp/county
  canvass bench tiles --parts warm,cold --in /tmp/county
  canvass bench api --json`,
		ValidArgs: names,
		Args:      cobra.OnlyValidArgs,
		RunE: func(cmd *cobra.Command, chosen []string) error {
			b.out, b.progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
			return b.run(cmd.Context(), chosen)
		},
	}
	cmd.Flags().BoolVar(&b.json, "json", false, "one JSON object a line")
	cmd.Flags().StringVar(&b.made, "in", "", "data directory of a demo county to measure in, which it changes; a new one is made if not given")
	cmd.Flags().IntVar(&b.members, "members", 62_550, "how many sub-areas bench frame validates at most; 625500 is a hundred counties and takes 8 GB")
	cmd.Flags().StringSliceVar(&b.buildings, "buildings", nil, "files of footprints (GeoJSON lines, also .gz), several by comma; made ones if not given")
	cmd.Flags().StringSliceVar(&b.parts, "parts", nil, "of tiles: latency, cold, edits, warm, files, several by comma; all if not given")
	return cmd
}

// bench is a run of measurements.
type bench struct {
	cfg       *config
	out       io.Writer // figures
	progress  io.Writer // what is going on
	json      bool
	buildings []string // files of footprints
	members   int      // of the largest frame that is validated
	made      string   // the data directory of a county that is there already
	parts     []string // of the tiles that are measured; all if none

	dir    string // of everything it makes; removed at the end
	self   string // this program
	county *instance
	fell   []string // figures that fell short
}

// figure is one measured value against what was promised.
type figure struct {
	Bar     string  `json:"bar"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Limit   float64 `json:"limit"`
	AtLeast bool    `json:"at_least"` // Limit is a lower bound, else an upper one
	Control string  `json:"control"`  // what ran beside it
	Ratio   float64 `json:"ratio"`    // value over the control's
}

func (f figure) holds() bool { return f.AtLeast == (f.Value >= f.Limit) || f.Value == f.Limit }

func (f figure) line() string {
	verdict, bound := "ok   ", "≤"
	if !f.holds() {
		verdict = "SHORT"
	}
	if f.AtLeast {
		bound = "≥"
	}
	return fmt.Sprintf("%s  %-26s %10.5g %-7s (%s %g)  %.3g × %s", verdict, f.Bar, f.Value, f.Unit, bound, f.Limit, f.Ratio, f.Control)
}

func (b *bench) run(ctx context.Context, chosen []string) (err error) {
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "canvass-bench-"); err != nil {
		return err
	}
	if err := os.Chmod(b.dir, 0o755); err != nil { // the private database may run as another user
		return err
	}
	defer func() {
		if b.county != nil {
			err = errors.Join(err, b.county.stop())
		}
		err = errors.Join(err, os.RemoveAll(b.dir))
	}()
	for _, w := range benches {
		if len(chosen) > 0 && !slices.Contains(chosen, w.name) {
			continue
		}
		fmt.Fprintf(b.progress, "%s: %s\n", w.name, w.about)
		if err := w.run(ctx, b); err != nil {
			return fmt.Errorf("measure %s: %w", w.name, err)
		}
	}
	if len(b.fell) > 0 {
		fmt.Fprintf(b.progress, "short of what is promised: %s\n", strings.Join(b.fell, ", "))
		return exitCode(1)
	}
	return nil
}

// tell writes a figure down.
func (b *bench) tell(f figure) {
	if !f.holds() {
		b.fell = append(b.fell, f.Bar)
	}
	if !b.json {
		fmt.Fprintln(b.out, f.line())
		return
	}
	line, err := json.Marshal(f)
	if err != nil {
		panic(err) // numbers and names
	}
	fmt.Fprintf(b.out, "%s\n", line)
}

const hashing = "1 GiB hashed by one core"

// hashed is the control of what computes: the seconds this machine takes just now to hash 1 GiB with SHA-256.
func hashed() float64 {
	block := make([]byte, 1<<20)
	begun := time.Now()
	hash := sha256.New()
	for range 1 << 10 {
		hash.Write(block)
	}
	return time.Since(begun).Seconds()
}

// hashedCPU is hashed in the processor's time.
func hashedCPU() float64 {
	begun := ownCPUSeconds()
	hashed()
	return ownCPUSeconds() - begun
}

// timed tells how many seconds something takes, against the control.
func (b *bench) timed(bar string, limit, seconds float64) {
	b.tell(figure{Bar: bar, Value: seconds, Unit: "s", Limit: limit, Control: hashing, Ratio: seconds / hashed()})
}

// quantile is the value below which a share of the values lies (nearest rank).
func quantile(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}
