package main

import (
	"github.com/spf13/cobra"

	"canvass/web"
)

func newOpenAPICommand() *cobra.Command {
	return &cobra.Command{
		Use:   "openapi",
		Short: "Print the OpenAPI 3.1 document of the API · 输出接口文档",
		Long: `Print the description of the HTTP API, as a running service gives it at /openapi.json. Clients and their types are
generated from it. 输出接口的 OpenAPI 文档,与服务的 /openapi.json 相同。`,
		Example: `  canvass openapi > openapi.json`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			document, err := web.Document()
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(append(document, '\n'))
			return err
		},
	}
}
