package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb/geojson"
	"github.com/spf13/cobra"

	"canvass/areas"
)

func newImportCommand(cfg *config) *cobra.Command {
	o := areas.ImportOptions{}
	var report string
	var repair float64
	cmd := &cobra.Command{
		Use:   "import base|buildings|areas|sub-areas|regions|expected FILE …",
		Short: "Take a file in: base map, buildings, boundaries, expected households · 导入",
		Long: `Take a file in, in one transaction: all that can be taken, or nothing. Rows that cannot be taken are left out and
reported one by one, with the place and the reason. The same --source again updates by its ids and never doubles.
把文件导入数据库:要么全部成功,要么不留痕迹;被拒绝的行逐条说明。

  base       roads, water, land use, names … of an OpenStreetMap extract (.osm.pbf) or GeoJSON
  buildings  footprints, given to the sub-area they stand in; dwellings expected from units, levels and footprint
  areas      census areas            sub-areas  census sub-areas, their areas and towns made where they are missing
  regions    counties and towns      expected   households expected of places, by code or by id

Formats: GeoJSON and GeoJSON lines (also .gz), TopoJSON, GeoPackage, Shapefile (also .zip), OpenStreetMap PBF, CSV with WKT
or lon/lat, tables in JSON; several files are taken in as one. Coordinates in another system are converted (--crs
EPSG:2232), also Chinese ones (--datum gcj02 or bd09). Columns with other names are named (--map code=CODEBASE), and what no
column tells is given (--map layer==road). While a service runs on the same --data its database is used.

What a person drew, moved or edited of a building stays, and the report says where the file has it otherwise; --overrule
takes the file's, together with --where COLUMN=VALUE that of some rows. 人工画过、移动过、改过的建筑物内容保留并在报告中列出;--overrule 采用文件中的。

Rows name the places above them by code, by the id of the same source or, with --by-name, by name, whatever the case and the
blanks and without the words of --drop. What has no such name there is made, and the report says so, with what is called
nearly so. 按名称匹配上级时忽略大小写、空格和 --drop 的词;没有匹配的会新建并在报告中说明。

Boundaries that miss one another by no more than --repair metres are drawn together, narrower gaps and overlaps go to one
neighbour, and each change is reported with its place and square metres. What is wider stays as it was drawn and is
reported: gaps, overlaps, slivers, ground outside the place above. Ground that others enclose, such as an enclave, is no gap.
边界相差不超过 --repair 米的自动合拢并逐条说明;更宽的漏划、重划只报告,不改动。`,
		Example: `  canvass import base liechtenstein.osm.pbf --county 370883
  canvass import sub-areas ea.geojson --county 630000 --map id=CODEBASE,area=CODE2,town=TOWN_ID
  canvass import sub-areas towns/*.json --county 630000 --source taipei --map id=CODEBASE,area=CODE2,town=TOWN_ID --repair 1
  canvass import areas tracts.zip --county 080310 --crs EPSG:2232 --report refused.geojson
  canvass import sub-areas rw.zip --county 310000 --map id=OBJECTID,area=KEL_NAME,town=KEC_NAME --drop Kecamatan,Kelurahan
  canvass import expected households.csv --county 630000 --map id=CODEBASE,households=H_CNT --encoding big5
  canvass import buildings tokyo.geojsonl.gz --county 131030 --source plateau-2020`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.What, o.FileName = strings.ReplaceAll(args[0], "-", "_"), filepath.Base(args[1])
			if len(args) > 2 {
				o.FileName += fmt.Sprintf(" (+%d)", len(args)-2)
			}
			if cmd.Flags().Changed("repair") {
				o.Repair = &repair
			}
			if o.Source == "" {
				o.Source = o.FileName
			}
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				return importFile(cmd.Context(), store, importOrder{o, args[1:], report}, cmd.OutOrStdout())
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar((*string)(&o.County), "county", "", "six digits of the county it is for; made where it is missing")
	flags.StringVar(&o.Source, "source", "", "name of the origin, kept with every row; the file's name if not given")
	flags.StringVar(&o.CRS, "crs", "", "coordinate system, such as EPSG:2232; the file's own if not given, else WGS 84")
	flags.StringVar(&o.Datum, "datum", "", "gcj02 or bd09 where coordinates are shifted the Chinese way")
	flags.StringVar(&o.Encoding, "encoding", "", "of text, such as gb18030, big5 or utf-8; the file's own if not given")
	flags.StringVar(&o.Layer, "layer", "", "which layer of a file that holds several")
	flags.StringVar(&o.Where, "where", "", "take only rows with column=value")
	flags.StringToStringVar(&o.Map, "map", nil, "our field=the file's column, several by comma; field==text gives every row the same")
	flags.StringVar((*string)(&o.Parent), "parent", "", "code of the place for rows that name none")
	flags.Float64Var(&repair, "repair", areas.DefaultRepair, "metres by which boundaries may miss one another and are drawn together; 0 mends nothing")
	flags.BoolVar(&o.Swap, "swap", false, "the file has the latitude before the longitude")
	flags.BoolVar(&o.ByName, "by-name", false, "find the towns and areas that rows name by their names too; case and blanks do not matter")
	flags.StringSliceVar(&o.Drop, "drop", nil, "words of those names that tell no place from another, such as Kecamatan,Kelurahan; by name then")
	flags.BoolVar(&o.Overrule, "overrule", false, "buildings: take the file's also where a person drew, moved or edited one since")
	flags.StringVar(&report, "report", "", "write every row that was refused, mended or noted to FILE: .geojson with its point, else text")
	if err := cmd.MarkFlagRequired("county"); err != nil {
		panic(err)
	}
	cmd.AddCommand(newImportFrameCommand(cfg), newImportOutboxCommand(cfg))
	return cmd
}

// importOrder is a file to take in, and where its report goes.
type importOrder struct {
	options areas.ImportOptions
	paths   []string
	report  string
}

// importFile takes a file in and tells what became of it; a failed import ends in an error, its report is written all the same.
func importFile(ctx context.Context, store *areas.Store, o importOrder, out io.Writer) error {
	for _, path := range o.paths {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("read the file to import: %w", err)
		}
	}
	begun, err := store.BeginImport(ctx, areas.System(), o.options)
	if err != nil {
		return err
	}
	bar := newProgress(out, o.options.FileName, "bytes", 0)
	start := time.Now()
	done, err := store.RunImport(ctx, areas.System(), begun, func(i areas.Import) { bar.set(i.BytesRead, i.BytesTotal) }, o.paths...)
	bar.end()
	took := time.Since(start)
	if err != nil {
		fmt.Fprintf(out, "failed after row %d; nothing was taken in\n", done.RowsRead)
	} else {
		fmt.Fprintf(out, "%s rows read in %.1f s (%s rows/s): %s accepted (%s mended), %s refused\n", spaced(done.RowsRead), took.Seconds(),
			spaced(int64(float64(done.RowsRead)/took.Seconds())), spaced(done.Accepted), spaced(done.Mended), spaced(done.Refused))
		fmt.Fprintf(out, "%s new, %s changed, %s unchanged\n", spaced(done.Inserted), spaced(done.Updated), spaced(done.Unchanged))
		for _, what := range slices.Sorted(maps.Keys(done.Findings)) {
			fmt.Fprintf(out, "%8s %s\n", spaced(int64(done.Findings[what])), what)
		}
	}
	return errors.Join(err, tellReport(context.WithoutCancel(ctx), store, o, done, out))
}

// shownRows is how many rows of a report are printed; the rest is in --report and in the console.
const shownRows = 12

// tellReport prints the first rows of the report, and writes all of them where that is wanted.
func tellReport(ctx context.Context, store *areas.Store, o importOrder, done areas.Import, out io.Writer) error {
	to := reportTo(nil)
	if o.report != "" {
		file, err := os.Create(o.report)
		if err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
		to = newReport(o.report, file)
	}
	shown := 0
	q := areas.ImportRowQuery{County: done.County, Import: done.ID, Page: areas.Page{Limit: 1000}}
	for {
		rows, err := store.ImportRows(ctx, areas.System(), q)
		if err != nil {
			return err
		}
		for _, r := range rows.Items {
			if shown++; shown <= shownRows {
				fmt.Fprintln(out, "  "+reportLine(r))
			}
			if to != nil {
				if err := to.write(r); err != nil {
					return err
				}
			}
		}
		if q.Page.After = rows.Next; q.Page.After == "" {
			break
		}
	}
	if shown > shownRows {
		fmt.Fprintf(out, "  … and %s more: --report FILE writes them all\n", spaced(int64(shown-shownRows)))
	}
	if to != nil {
		return to.close()
	}
	return nil
}

// reportLine is such as "refused  line 12  (way/77)  it crosses itself at 116.97012, 35.40221".
func reportLine(r areas.ImportRow) string {
	id := ""
	if r.SourceID != "" {
		id = "  (" + r.SourceID + ")"
	}
	at := ""
	if r.Point != nil {
		at = fmt.Sprintf("  at %.6f, %.6f", r.Point[0], r.Point[1])
	}
	return fmt.Sprintf("%-8s %s%s  %s%s", r.Outcome, r.Where, id, r.Reason, at)
}

// reportTo is a report being written to a file.
type reportTo interface {
	write(areas.ImportRow) error
	close() error
}

func newReport(name string, file *os.File) reportTo {
	t := textReport{file, bufio.NewWriter(file)}
	if strings.HasSuffix(name, "json") {
		return &geoJSONReport{textReport: t, before: `{"type":"FeatureCollection","features":[` + "\n"}
	}
	return t
}

type textReport struct {
	file *os.File
	to   *bufio.Writer
}

func (t textReport) write(r areas.ImportRow) error {
	_, err := fmt.Fprintln(t.to, reportLine(r))
	return err
}

func (t textReport) close() error { return errors.Join(t.to.Flush(), t.file.Close()) }

// geoJSONReport gives rows whose place is not known as features without geometry, as RFC 7946 has it.
type geoJSONReport struct {
	textReport
	before string
}

func (g *geoJSONReport) write(r areas.ImportRow) error {
	f := geojson.NewFeature(nil)
	if r.Point != nil {
		f.Geometry = *r.Point
	}
	f.Properties = geojson.Properties{"row": r.Row, "where": r.Where, "source_id": r.SourceID, "outcome": r.Outcome, "reason": r.Reason}
	line, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_, err = g.to.WriteString(g.before + string(line))
	g.before = ",\n"
	return err
}

func (g *geoJSONReport) close() error {
	if g.before != ",\n" {
		g.to.WriteString(g.before)
	}
	g.to.WriteString("\n]}\n")
	return g.textReport.close()
}
