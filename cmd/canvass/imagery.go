package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"canvass/tiles"
)

// imageryHelp tells how imagery is configured.
const imageryHelp = `

Imagery under the map: --imagery names a JSON file. The service fetches the pictures, keeps them in DIR/imagery and hands them
on to who is signed in; the token never leaves it. XYZ and WMTS addresses, in Web Mercator, WGS 84 or CGCS2000; a source in
GCJ-02 says "datum": "gcj02" and is shifted back. Without "county" a source is for all that have none of their own.
影像底图由 --imagery 指定的 JSON 文件配置;影像由服务器代取并缓存,密钥不会下发到浏览器。

  {"cache_bytes": 2147483648, "sources": [{"county": "370883", "attribution": "© …", "max_zoom": 18, "keep_days": 30,
    "url": "https://t{s}.tiles.example/wmts?layer=img&tilematrix={z}&tilerow={y}&tilecol={x}&tk={token}",
    "subdomains": ["0", "1"], "token": "…"}]}`

func (c *config) bindImagery(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.imagery, "imagery", "", "file (JSON) that says where imagery comes from [$CANVASS_IMAGERY]")
}

// readImagery reads where imagery comes from; without a file there is none.
func (c *config) readImagery() (out tiles.ImageryConfig, err error) {
	if c.imagery == "" {
		return out, nil
	}
	f, err := os.Open(c.imagery)
	if err != nil {
		return out, fmt.Errorf("read --imagery: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if out, err = tiles.ReadImagery(f); err != nil {
		return out, fmt.Errorf("%s: %w", c.imagery, err)
	}
	return out, nil
}
