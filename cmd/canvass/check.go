package main

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/spf13/cobra"

	"canvass/areas"
)

func newCheckCommand(cfg *config) *cobra.Command {
	var within string
	var mend bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Recount everything, look for faults, run the checks that raise flags · 核对与重算",
		Long: `Look at everything that is stored twice and must agree: counts against the dwellings they count, marks against the
visits behind them, buildings against the ground they were given to; the boundaries of sub-areas, census areas and towns
against each other (gaps, overlaps, slivers, vertices that a neighbour lacks) and against the places above. Then run the
checks that raise flags. It ends with exit code 1 when something disagrees; --mend writes the recount.
重新统计并核对所有派生数据,然后运行各项检查。`,
		Example: `  canvass check
  canvass check --within 370883102 --mend`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				places := []areas.Code{areas.Code(within)}
				if within == "" {
					places = nil
					if err := eachCounty(cmd.Context(), store, func(county areas.Code) error {
						places = append(places, county)
						return nil
					}); err != nil {
						return err
					}
				}
				return check(cmd, store, places, mend)
			})
		},
	}
	cmd.Flags().StringVar(&within, "within", "", "code of the place to look at; every county if not given")
	cmd.Flags().BoolVar(&mend, "mend", false, "write the recount where the stored counts differ")
	return cmd
}

// check verifies places, prints what disagrees, and runs the checks.
func check(cmd *cobra.Command, store *areas.Store, places []areas.Code, mend bool) error {
	ctx, out, faults := cmd.Context(), cmd.OutOrStdout(), 0
	for _, place := range places {
		looks := newProgress(cmd.ErrOrStderr(), string(place), "looks", 0)
		found, err := store.VerifyTelling(ctx, areas.System(), place, mend, func(done, of int) { looks.set(int64(done), int64(of)) })
		looks.end()
		if err != nil {
			return err
		}
		for _, f := range found {
			fmt.Fprintf(out, "%-15s  %-16s  %s%s\n", f.Place, f.Check, f.What, at(f.At))
		}
		faults += len(found)
		if err := store.RunChecks(ctx, areas.System(), place); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: %d faults, %s\n", place, len(found), openFlags(ctx, store, place))
	}
	switch {
	case faults > 0 && mend:
		fmt.Fprintln(out, "counts were mended; look at what else is listed")
	case faults > 0:
		return exitCode(1)
	}
	return nil
}

// at writes where a fault is.
func at(p *orb.Point) string {
	if p == nil {
		return ""
	}
	return fmt.Sprintf("  at %.6f, %.6f", p[0], p[1])
}

// openFlags says how many flags are open in a place.
func openFlags(ctx context.Context, store *areas.Store, place areas.Code) string {
	report, err := store.Coverage(ctx, areas.System(), areas.CoverageQuery{Within: place, Level: place.Level()})
	if err != nil {
		return "nothing counted yet"
	}
	return fmt.Sprintf("%d flags open", report.Total.FlagsOpen)
}
