package main

import (
	"cmp"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"canvass/areas"
)

func newSelfResponseCommand(cfg *config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "self-response",
		Short: "See the accounts of households that answer for themselves, and let them lapse · 自主填报账号",
		Long: `Enumerators give a household an account to answer for itself. Answering ends so many days after the enumeration began (the county's
setting self_response_days); accounts that have not submitted by then lapse by themselves within a quarter of an hour of a running service, and
their households are due a visit. Where no service runs, lapse does the same now. Before the deadline it ends nothing.
登记开始若干天后自主填报截止;服务运行时自动过期,未运行时可用 lapse 立即处理。`,
		Example: `  canvass self-response list 370883101 --state issued
  canvass self-response lapse --county 370883`,
	}
	cmd.AddCommand(newSelfResponseListCommand(cfg), newSelfResponseLapseCommand(cfg))
	return cmd
}

func newSelfResponseListCommand(cfg *config) *cobra.Command {
	var state string
	cmd := &cobra.Command{
		Use:   "list PLACE",
		Short: "List the accounts within a place, the newest first, without their codes · 列出账号",
		Example: `  canvass self-response list 370883101201001
  canvass self-response list 370883 --state lapsed`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				q := areas.SelfResponseQuery{Within: areas.Code(args[0]), State: state, Page: areas.Page{Limit: 1000}}
				for n := 0; ; {
					page, err := store.SelfResponses(cmd.Context(), areas.System(), q)
					if err != nil {
						return err
					}
					for _, r := range page.Items {
						n++
						if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s\thousehold %d\t%s\tissued %s by %s\t%s\n", r.SubArea, r.Number, r.State,
							r.IssuedAt.Format(time.RFC3339), r.IssuedBy, cmp.Or(r.Reason, "-")); err != nil {
							return err
						}
					}
					if q.Page.After = page.Next; page.Next == "" {
						_, err := fmt.Fprintf(cmd.OutOrStdout(), "%d accounts\n", n)
						return err
					}
				}
			})
		},
	}
	cmd.Flags().StringVar(&state, "state", "", "issued, started, prefilled, submitted, revoked, lapsed or superseded; all if left out")
	return cmd
}

func newSelfResponseLapseCommand(cfg *config) *cobra.Command {
	var county string
	cmd := &cobra.Command{
		Use:     "lapse --county CODE",
		Short:   "End what was not submitted when answering has ended · 截止后使未提交的账号过期",
		Example: `  canvass self-response lapse --county 370883`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				n, err := store.LapseSelfResponses(cmd.Context(), areas.System(), areas.Code(county))
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d accounts lapsed; their households are due a visit\n", n)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&county, "county", "", "six digits of the county")
	if err := cmd.MarkFlagRequired("county"); err != nil {
		panic(err)
	}
	return cmd
}
