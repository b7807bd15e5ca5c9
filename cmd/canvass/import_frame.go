package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/paulmach/orb/geojson"
	"github.com/spf13/cobra"

	"canvass/areas"
)

// frameOrder is an edited frame to bring back.
type frameOrder struct {
	path, report, reason string
	apply                bool
	tolerance            float64
}

func newImportFrameCommand(cfg *config) *cobra.Command {
	var o frameOrder
	var asEdit bool
	cmd := &cobra.Command{
		Use:   "frame FILE.gpkg --as-edit",
		Short: "Bring back a frame that was edited in desktop GIS · 读回修改过的普查区划",
		Long: `Hold a GeoPackage of "canvass export frame" that was edited against the frame that is stored, and show what the edits are:
which sub-areas get other ground, which codes end and which are new, and how many buildings, dwellings and assignments go
with it. With --apply all of it is carried into the frame as one change, by the rules of every other: the ground of the
whole stays what it was, the part with the most dwellings keeps the code, new codes are the highest ever plus one.

What the editor divides is several rows with one code, or new rows without a code; what he merges is a row that is gone.
Descriptions and expected households are taken, too. A drawing that leaves a gap, an overlap or reaches outside is refused
with every place (--report FILE.geojson is the map of them), and so is a file on which the frame has moved on since.
Nothing is half applied.
先显示修改内容;加 --apply 才写入,作为一次变更;有漏划、重划或区划已变动则整体拒绝并列出位置。`,
		Example: `  canvass import frame zoucheng.gpkg --as-edit
  canvass import frame zoucheng.gpkg --as-edit --apply --reason "新修的路" --report wrong.geojson`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !asEdit {
				return errors.New("a frame is brought back as an edit: give --as-edit")
			}
			o.path = args[0]
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				return importFrame(cmd.Context(), store, o, cmd.OutOrStdout())
			})
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&asEdit, "as-edit", false, "take what differs from the stored frame as an edit of it")
	flags.BoolVar(&o.apply, "apply", false, "carry it out; else it is only shown")
	flags.StringVar(&o.reason, "reason", "", "why, kept with the change")
	flags.StringVar(&o.report, "report", "", "write every place that is wrong, or to be looked at, to FILE: .geojson with its point, else text")
	flags.Float64Var(&o.tolerance, "repair", areas.DefaultRepair, "metres by which boundaries may miss one another and are drawn together")
	return cmd
}

// importFrame shows what an edited frame would change, and carries it out where that is asked for.
func importFrame(ctx context.Context, store *areas.Store, o frameOrder, out io.Writer) error {
	edit, err := areas.ReadFrameEdit(o.path)
	if err != nil {
		return errors.Join(err, o.refused(err, out))
	}
	edit.Tolerance = o.tolerance
	asked := areas.Asked{Preview: true, Base: edit.Revision, Reason: o.reason}
	found, err := store.EditFrame(ctx, areas.System(), asked, edit)
	if err != nil {
		return errors.Join(err, o.refused(err, out))
	}
	tellFrameEdit(found, out)
	if err := o.write(found.Troubles, out); err != nil {
		return err
	}
	switch {
	case len(found.Members)+len(found.Retired)+len(found.Described) == 0:
		fmt.Fprintln(out, "nothing differs from the stored frame")
		return nil
	case slices.ContainsFunc(found.Troubles, func(t areas.Trouble) bool { return t.Blocks }):
		return errors.New("refused: mend what is listed first; nothing was written")
	case !o.apply:
		fmt.Fprintln(out, "nothing was written: --apply carries it out")
		return nil
	}
	asked.Preview = false
	done, err := store.EditFrame(ctx, areas.System(), asked, edit)
	if err != nil {
		return errors.Join(err, o.refused(err, out))
	}
	if done.Revision > 0 {
		fmt.Fprintf(out, "carried out: the frame is at revision %d\n", done.Revision)
	} else {
		fmt.Fprintln(out, "carried out")
	}
	return nil
}

// tellFrameEdit prints what an edit does, member by member.
func tellFrameEdit(found areas.FrameEdited, out io.Writer) {
	for _, m := range found.Members {
		what := "redrawn"
		switch {
		case m.Bent:
			what = "vertices"
		case m.New:
			what = "new"
		}
		from := make([]string, len(m.From))
		for i, c := range m.From {
			from[i] = string(c)
		}
		if m.Bent {
			fmt.Fprintf(out, "  %-9s %s\n", what, m.Code)
			continue
		}
		fmt.Fprintf(out, "  %-9s %s  from %s: %.0f m², %d buildings, %d dwellings, %d households expected\n", what, m.Code,
			strings.Join(from, ", "), m.AreaM2, m.Buildings, m.Dwellings, m.ExpectedHouseholds)
	}
	for _, r := range found.Retired {
		fmt.Fprintf(out, "  %-9s %s  its ground goes to %v\n", "ends", r.Code, r.ReplacedBy)
	}
	for _, c := range found.Described {
		fmt.Fprintf(out, "  %-9s %s\n", "described", c)
	}
	if n := len(found.Members) + len(found.Retired); n > 0 {
		fmt.Fprintf(out, "%d sub-areas change, %d buildings and %d assignments with them (%d tablets)\n", n, len(found.Moved), len(found.Assignments), found.Tablets)
	}
	for _, t := range found.Troubles {
		fmt.Fprintln(out, "  "+troubleLine(t))
	}
}

// refused prints and writes what stands in the way.
func (o frameOrder) refused(err error, out io.Writer) error {
	var refusal *areas.Error
	if !errors.As(err, &refusal) || len(refusal.Troubles) == 0 {
		return nil
	}
	for _, t := range refusal.Troubles {
		fmt.Fprintln(out, "  "+troubleLine(t))
	}
	fmt.Fprintf(out, "refused: %d things to mend, nothing was written\n", len(refusal.Troubles))
	return o.write(refusal.Troubles, out)
}

func troubleLine(t areas.Trouble) string {
	what, at := "remark", ""
	if t.Blocks {
		what = "refused"
	}
	if t.Place != nil {
		at = fmt.Sprintf("  at %.6f, %.6f", t.Place[0], t.Place[1])
	}
	return fmt.Sprintf("%-9s %s%s", what, t.In("en"), at)
}

// write keeps troubles in the report's file, as a map if it is GeoJSON.
func (o frameOrder) write(troubles []areas.Trouble, out io.Writer) error {
	if o.report == "" {
		return nil
	}
	var text []byte
	if strings.HasSuffix(o.report, "json") {
		all := geojson.NewFeatureCollection()
		for _, t := range troubles {
			f := geojson.NewFeature(nil)
			if t.Place != nil {
				f.Geometry = *t.Place
			}
			f.Properties = geojson.Properties{"code": t.Code, "refused": t.Blocks, "sub_area": t.Member, "building": t.Building, "zh": t.In("zh"), "en": t.In("en")}
			all.Append(f)
		}
		var err error
		if text, err = json.Marshal(all); err != nil {
			return err
		}
	} else {
		for _, t := range troubles {
			text = append(text, troubleLine(t)+"\n"...)
		}
	}
	if err := os.WriteFile(o.report, text, 0o644); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	fmt.Fprintf(out, "%d places are in %s\n", len(troubles), o.report)
	return nil
}
