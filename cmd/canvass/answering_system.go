package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"canvass/areas"
)

func newAnsweringSystemCommand(cfg *config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "answering-system",
		Short: "Connect the system in which households answer for themselves · 接入自主填报系统",
		Long: `Households that answer for themselves do so in another system, which takes the codes that enumerators issue and reports
here how far each came: POST /api/self-responses/report with {"county", "code", "state": started|prefilled|submitted, "persons"}
and its token as Authorization: Bearer. No answers come here. Where it is found is the county's setting answering_url, with
{code} in the place of the code.
自主填报在另一系统中进行;该系统凭令牌报告每户的进度,答卷不进入本系统。`,
		Example: `  canvass answering-system add --county 370883 --name answers > answers.token
  canvass answering-system report today.csv --county 370883 --token-file answers.token
  canvass answering-system revoke --county 370883 --name answers`,
	}
	cmd.AddCommand(newAnsweringSystemAddCommand(cfg), newAnsweringSystemReportCommand(cfg), newAnsweringSystemRevokeCommand(cfg))
	return cmd
}

func newAnsweringSystemAddCommand(cfg *config) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "add --county CODE --name NAME",
		Short:   "Make a token for it, which is printed once · 发放令牌",
		Example: `  canvass answering-system add --county 370883 --name answers`,
		Args:    cobra.NoArgs,
	}
	county, name := namedSystem(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
			token, err := store.AddAnsweringSystem(cmd.Context(), areas.System(), areas.Code(*county), *name)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			return err
		})
	}
	return cmd
}

func newAnsweringSystemRevokeCommand(cfg *config) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "revoke --county CODE --name NAME",
		Short:   "End its tokens · 停用令牌",
		Example: `  canvass answering-system revoke --county 370883 --name answers`,
		Args:    cobra.NoArgs,
	}
	county, name := namedSystem(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
			ended, err := store.RevokeAnsweringSystem(cmd.Context(), areas.System(), areas.Code(*county), *name)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d tokens of %s ended\n", ended, *name)
			return err
		})
	}
	return cmd
}

// namedSystem adds the flags that name a system of a county.
func namedSystem(cmd *cobra.Command) (county, name *string) {
	county = cmd.Flags().String("county", "", "six digits of the county")
	name = cmd.Flags().String("name", "", "what the system is called in the log")
	for _, required := range []string{"county", "name"} {
		if err := cmd.MarkFlagRequired(required); err != nil {
			panic(err)
		}
	}
	return county, name
}
