package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"canvass/areas"
)

func newSettingsCommand(cfg *config) *cobra.Command {
	var county string
	cmd := &cobra.Command{
		Use:   "settings --county CODE [name=value …]",
		Short: "Show a county's numbers, or change some · 查看或修改一个县的设置",
		Long: `Show the numbers that a county's rules count with (days until a sub-area is silent, kinds of evidence that a vacancy
needs, the address of the answering system …), and change those that are given. A value is a number, true, false or text; null
brings the default back. A running service takes the new values with its next transaction.
查看或修改规则所用的数值;null 恢复默认值,运行中的服务立即生效。`,
		Example: `  canvass settings --county 370883
  canvass settings --county 370883 self_response_days=7 answering_url='https://answers.example/{code}'
  canvass settings --county 370883 proxy_after=null`,
		RunE: func(cmd *cobra.Command, args []string) error {
			change, err := readSettings(args)
			if err != nil {
				return err
			}
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				now, err := store.SetSettings(cmd.Context(), areas.System(), areas.Code(county), change)
				if err != nil {
					return err
				}
				text, err := json.MarshalIndent(now, "", "  ")
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", text)
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

// readSettings reads name=value; what is no JSON is text.
func readSettings(args []string) (map[string]json.RawMessage, error) {
	out := map[string]json.RawMessage{}
	for _, arg := range args {
		name, value, is := strings.Cut(arg, "=")
		if !is {
			return nil, fmt.Errorf("%q is not name=value", arg)
		}
		if !json.Valid([]byte(value)) {
			text, err := json.Marshal(value)
			if err != nil {
				return nil, err
			}
			value = string(text)
		}
		out[name] = json.RawMessage(value)
	}
	return out, nil
}
