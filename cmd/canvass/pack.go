package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"canvass/tiles"
	"canvass/tiles/mbtiles"
	"canvass/tiles/pmtiles"
)

// packOrder is what to pack, and where to.
type packOrder struct {
	tiles.Extract
	path string
}

func newPackCommand(cfg *config) *cobra.Command {
	var o packOrder
	var zooms, sets string
	cmd := &cobra.Command{
		Use:   "pack CODE [-o FILE]",
		Short: "Write the map of a county, town or census area to one file (PMTiles, MBTiles) · 打包地图",
		Long: `Write all vector tiles that show a place to one file: PMTiles version 3, or MBTiles 1.3 where FILE ends in .mbtiles.
Without -o the file is kept in the data directory and served at /archives/CODE.pmtiles to those who reach the place.
把一个县、乡镇或普查区的全部矢量瓦片写进一个文件;中断后再次运行会接着写。

Interrupted, it leaves FILE.part and goes on from there when it is run again, unless the map has changed since: then it
begins anew. While a service runs on the same --data its database is used.`,
		Example: `  canvass pack 370883
  canvass pack 370883100 --zooms 10-16 -o town.pmtiles
  canvass pack 370883100201 --sets census -o area.mbtiles`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Place, o.Kinds = args[0], strings.Split(sets, ",")
			if err := o.readZooms(zooms); err != nil {
				return err
			}
			if o.path == "" {
				o.path = filepath.Join(cfg.archives(), o.Place+".pmtiles")
				if err := os.MkdirAll(cfg.archives(), 0o750); err != nil {
					return err
				}
			}
			return withPool(cmd.Context(), cfg, func(pool *pgxpool.Pool) error {
				return pack(cmd.Context(), tiles.New(pool, tiles.Options{Logger: cfg.logger}), o, cmd.OutOrStdout())
			})
		},
	}
	cmd.Flags().StringVarP(&o.path, "output", "o", "", "file to write, .pmtiles or .mbtiles")
	cmd.Flags().StringVar(&zooms, "zooms", fmt.Sprintf("0-%d", tiles.MaxZoom), "first and last zoom")
	cmd.Flags().BoolVar(&o.Deep, "deep", false, "also show at lower zooms what the map shows only from a deeper one on, such as buildings")
	cmd.Flags().StringVar(&sets, "sets", "base,census", "what lies under the census, the census, or both")
	return cmd
}

// archives is where packed maps are kept to be served.
func (c *config) archives() string { return filepath.Join(c.data, "archives") }

// readZooms reads such as "10-16" or "14".
func (o *packOrder) readZooms(text string) error {
	first, last, isRange := strings.Cut(text, "-")
	if !isRange {
		last = first
	}
	var wrong, alsoWrong error
	o.MinZoom, wrong = strconv.Atoi(first)
	o.MaxZoom, alsoWrong = strconv.Atoi(last)
	if wrong != nil || alsoWrong != nil {
		return fmt.Errorf("--zooms is such as 10-16 or 14, not %q", text)
	}
	return nil
}

// finishing is an archive that gets its name at the end.
type finishing interface {
	tiles.Archive
	Finish(pmtiles.About, map[string]any) error
	Close() error
}

func openArchive(path, job string) (finishing, error) {
	switch filepath.Ext(path) {
	case ".pmtiles":
		return pmtiles.OpenFile(path, job)
	case ".mbtiles":
		return mbtiles.OpenFile(path, job)
	}
	return nil, fmt.Errorf("%s: an archive's name ends in .pmtiles or .mbtiles", path)
}

// pack writes an archive, or goes on with one. When it is told to end, it keeps what there is.
func pack(ctx context.Context, t *tiles.Tiles, o packOrder, out io.Writer) error {
	p, err := t.Pyramid(ctx, o.Extract)
	if err != nil {
		return fmt.Errorf("pack %s: %w", o.Place, err)
	}
	archive, err := openArchive(o.path, p.Job())
	if err != nil {
		return err
	}
	if n, _ := archive.Done(); n > 0 {
		fmt.Fprintf(out, "going on after %s tiles that were written before · 接着写\n", spaced(int64(n)))
	}
	bar := newProgress(out, filepath.Base(o.path), "tiles", int64(p.Size()))
	err = p.WriteTo(ctx, archive, func(done int) { bar.set(int64(done), int64(p.Size())) })
	bar.end()
	if err != nil {
		return errors.Join(err, archive.Close())
	}
	if err := archive.Finish(p.About()); err != nil {
		return errors.Join(fmt.Errorf("finish %s: %w", o.path, err), archive.Close())
	}
	info, err := os.Stat(o.path)
	if err != nil {
		return err
	}
	n, _ := archive.Done()
	fmt.Fprintf(out, "%s: %s tiles, %.1f MB\n", o.path, spaced(int64(n)), float64(info.Size())/1e6)
	return nil
}
