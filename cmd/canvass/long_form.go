package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"canvass/areas"
)

func newLongFormCommand(cfg *config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "long-form",
		Short: "Draw the sample of the long form, and see what was drawn · 抽取长表户",
		Long: `One household in ten (the county's setting long_form_one_in) gets the long form. Within each sub-area the households stand in
the order of their numbers, and from a start that follows from the seed and the sub-area's code every tenth is taken: the same seed over the same
households draws the same ones, so that anybody can repeat it. A place is drawn once. Who was drawn does not answer for himself;
his account is taken back and he is interviewed.
按种子在每个普查小区内等距抽取,可重复验证;一个地方只抽一次,抽中的户改为入户登记。`,
		Example: `  canvass long-form draw 370883 --seed 20201101
  canvass long-form list 370883`,
	}
	cmd.AddCommand(newLongFormDrawCommand(cfg), newLongFormListCommand(cfg))
	return cmd
}

func newLongFormDrawCommand(cfg *config) *cobra.Command {
	var seed int64
	cmd := &cobra.Command{
		Use:     "draw PLACE --seed NUMBER",
		Short:   "Draw the sample of a place, such as a county, after its households were listed · 抽取",
		Example: `  canvass long-form draw 370883 --seed 20201101`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				drawn, err := store.DrawLongForm(cmd.Context(), areas.System(), areas.Code(args[0]), seed)
				if err != nil {
					return err
				}
				return tellSample(cmd, drawn)
			})
		},
	}
	cmd.Flags().Int64Var(&seed, "seed", 0, "the number from which the sample follows; it is kept with it")
	if err := cmd.MarkFlagRequired("seed"); err != nil {
		panic(err)
	}
	return cmd
}

func newLongFormListCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:     "list PLACE",
		Short:   "What was drawn within a place, the newest first · 查看抽样",
		Example: `  canvass long-form list 370883`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				all, err := store.LongFormSamples(cmd.Context(), areas.System(), areas.Code(args[0]))
				if err != nil {
					return err
				}
				if len(all) == 0 {
					_, err := fmt.Fprintf(cmd.OutOrStdout(), "nothing was drawn within %s\n", args[0])
					return err
				}
				for _, s := range all {
					if err := tellSample(cmd, s); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}

func tellSample(cmd *cobra.Command, s areas.LongFormSample) error {
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: %d of %d households drawn, one in %d, seed %d, %s\n", s.Place, s.Drawn, s.Households, s.OneIn, s.Seed,
		s.DrawnAt.Format(time.RFC3339))
	return err
}
