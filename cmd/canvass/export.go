package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"canvass/areas"
	"canvass/geo/vector"
)

func newExportCommand(cfg *config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write what is kept to files that other programs open · 导出",
		Long: `Write what is kept to files that other programs open. What goes out can be edited there and brought back with "canvass
import", by the rules of every change.
导出为其他软件可以打开的文件;改好之后用 canvass import 读回。`,
		Example: `  canvass export frame zoucheng.gpkg --county 370883`,
	}
	cmd.AddCommand(newExportFrameCommand(cfg))
	return cmd
}

func newExportFrameCommand(cfg *config) *cobra.Command {
	var county string
	cmd := &cobra.Command{
		Use:   "frame FILE.gpkg",
		Short: "Write a county's frame to a GeoPackage, to be edited in desktop GIS · 导出普查区划",
		Long: `Write regions, census areas, sub-areas and buildings of a county to a GeoPackage, as they are at one moment, in WGS 84, with
spatial indexes: QGIS, GDAL and others open and edit it. Edit the layer sub_areas there, with topological editing and
snapping on, and bring it back with "canvass import frame --as-edit". Keep the tables frame_stamp and frame_members: they
say what the file stands on.
把一个县的区划导出为 GeoPackage,在 QGIS 等软件中修改 sub_areas 图层后,用 canvass import frame --as-edit 读回。`,
		Example: `  canvass export frame zoucheng.gpkg --county 370883`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				return exportFrame(cmd.Context(), store, areas.Code(county), args[0], cmd.OutOrStdout())
			})
		},
	}
	cmd.Flags().StringVar(&county, "county", "", "six digits of the county")
	if err := cmd.MarkFlagRequired("county"); err != nil {
		panic(err)
	}
	return cmd
}

// exportFrame writes a frame to a file, whole or not at all.
func exportFrame(ctx context.Context, store *areas.Store, county areas.Code, path string, out io.Writer) error {
	start := time.Now()
	file, err := vector.CreateGeoPackage(path)
	if err != nil {
		return err
	}
	for _, l := range areas.FrameLayers() {
		if err := file.Layer(l); err != nil {
			return errors.Join(err, file.Abandon())
		}
	}
	counts := map[string]int64{}
	revision, err := store.ExportFrame(ctx, areas.System(), county, func(layer string, f vector.Feature) error {
		counts[layer]++
		return file.Write(layer, f)
	})
	if err != nil {
		return errors.Join(err, file.Abandon())
	}
	if err := file.Close(); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %s regions, %s census areas, %s sub-areas, %s buildings at revision %d, in %.1f s\n", path, spaced(counts["regions"]),
		spaced(counts["areas"]), spaced(counts["sub_areas"]), spaced(counts["buildings"]), revision, time.Since(start).Seconds())
	return nil
}
