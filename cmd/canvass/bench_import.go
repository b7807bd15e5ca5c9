package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"canvass/areas"
	"canvass/areas/simulate"
	"canvass/geo/vector"
	"canvass/migrations"
)

// benchFootprints is how many footprints are taken in, and benchGrid the side of the square of sub-areas they fall into.
const (
	benchFootprints = 100_000
	benchGrid       = 40
	benchCounty     = areas.Code("990001")
)

// benchImport takes footprints in from a file, in a process of its own whose memory is measured.
func benchImport(ctx context.Context, b *bench) (err error) {
	cluster, err := startCluster(ctx, clusterOptions{data: filepath.Join(b.dir, "import"), logger: b.cfg.logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.stop()) }()
	file := filepath.Join(b.dir, "footprints.geojsonl")
	box, err := b.footprints(file, benchFootprints)
	if err != nil {
		return err
	}
	dsn := cluster.dsn(clusterDatabase)
	if err := drawGrid(ctx, dsn, box); err != nil {
		return err
	}
	ended, err := b.importRate(ctx, dsn, figure{Bar: "import_rows_per_s", Limit: 20_000}, "buildings", file)
	if err != nil {
		return err
	}
	held := float64(ended.SysUsage().(*syscall.Rusage).Maxrss) / 1000
	b.tell(figure{Bar: "import_memory_mb", Value: math.Round(held), Unit: "MB", Limit: 300, Control: "100 MB", Ratio: held / 100})
	return nil
}

// importRate takes a file into a database and tells how many rows a second it took, beside a bare COPY of its shapes. It
// answers the process that took it in.
func (b *bench) importRate(ctx context.Context, dsn string, f figure, what, file string, flags ...string) (*os.ProcessState, error) {
	args := append([]string{"import", what, file, "--county", string(benchCounty), "--database", dsn}, flags...)
	command := exec.CommandContext(ctx, b.self, args...)
	command.Env = withoutOurs(os.Environ())
	said, err := command.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, said)
	}
	rate, err := rowsPerSecond(said)
	if err != nil {
		return nil, err
	}
	bare, err := bareCopy(ctx, dsn, file)
	if err != nil {
		return nil, err
	}
	f.Value, f.Unit, f.AtLeast, f.Control, f.Ratio = rate, "rows/s", true, "COPY of the same shapes into a bare table", rate/bare
	b.tell(f)
	return command.ProcessState, nil
}

var saidRate = regexp.MustCompile(`\(([0-9 ]+) rows/s\)`)

// rowsPerSecond reads the rate that an import told.
func rowsPerSecond(said []byte) (float64, error) {
	found := saidRate.FindSubmatch(said)
	if found == nil {
		return 0, fmt.Errorf("the import did not tell its rate: %s", said)
	}
	return strconv.ParseFloat(strings.ReplaceAll(string(found[1]), " ", ""), 64)
}

// footprints writes up to a number of footprints, one a line, and answers the box they lie in: those of --buildings, else
// made ones.
func (b *bench) footprints(file string, most int) (box orb.Bound, err error) {
	to, err := os.Create(file)
	if err != nil {
		return box, err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	lines := bufio.NewWriterSize(to, 1<<20)
	defer func() { err = errors.Join(err, lines.Flush()) }()
	count := 0
	write := func(line []byte, bound orb.Bound) error {
		if count == most {
			return errEnough
		}
		if box = box.Union(bound); count == 0 {
			box = bound
		}
		count++
		_, err := lines.Write(append(line, '\n'))
		return err
	}
	for _, path := range b.buildings {
		if err = eachLine(path, write); err != nil {
			break
		}
	}
	if len(b.buildings) == 0 {
		err = eachMade(write)
	}
	if errors.Is(err, errEnough) {
		err = nil
	}
	return box, err
}

// eachMade does something for each footprint of a made county, as a line.
func eachMade(do func([]byte, orb.Bound) error) error {
	county, err := simulate.New(simulate.SizeCounty, 1)
	if err != nil {
		return err
	}
	for i := range county.Towns {
		town, err := county.Town(i)
		if err != nil {
			return err
		}
		if err := eachFootprint(town, func(f *geojson.Feature) error {
			line, err := json.Marshal(f)
			if err != nil {
				return err
			}
			return do(line, f.Geometry.Bound())
		}); err != nil {
			return err
		}
	}
	return nil
}

func eachFootprint(town *simulate.Town, do func(*geojson.Feature) error) error {
	for _, a := range town.Areas {
		for _, s := range a.SubAreas {
			for i, building := range s.Buildings {
				f := geojson.NewFeature(building.Outline)
				f.ID = fmt.Sprintf("%s-%d", s.Code, i)
				f.Properties = geojson.Properties{"kind": building.Kind, "floors": building.Floors, "units": building.Units}
				if err := do(f); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

var errEnough = errors.New("that is enough")

// eachLine does something for each line of a file of GeoJSON lines, plain or gzip.
func eachLine(path string, do func([]byte, orb.Bound) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	var from io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if from, err = gzip.NewReader(file); err != nil {
			return err
		}
	}
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 16<<20)
	for count := 0; lines.Scan(); count++ {
		f, err := geojson.UnmarshalFeature(lines.Bytes())
		if err != nil {
			return fmt.Errorf("%s line %d: %w", path, count+1, err)
		}
		if err := do(lines.Bytes(), f.Geometry.Bound()); err != nil {
			return err
		}
	}
	return lines.Err()
}

// drawGrid makes a county whose sub-areas are the squares of a grid over a box.
func drawGrid(ctx context.Context, dsn string, box orb.Bound) error {
	if err := migrations.Up(ctx, dsn); err != nil {
		return err
	}
	pool, err := migrations.Connect(ctx, dsn, toolConns)
	if err != nil {
		return err
	}
	defer pool.Close()
	store, all := areas.NewStore(pool), square(box, 0, 0, 1)
	town := benchCounty + "001"
	if err := store.MakeRegions(ctx, system, []areas.NewRegion{{Code: benchCounty, Name: "bench", Geometry: all},
		{Code: town, Name: "bench", Geometry: all}}); err != nil {
		return err
	}
	var columns []areas.NewArea
	var cells []areas.NewSubArea
	for x := range benchGrid {
		column := fmt.Sprintf("%s%03d", town, x+1)
		var ground orb.MultiPolygon
		for y := range benchGrid {
			cell := square(box, x, y, benchGrid)
			ground = append(ground, cell...)
			cells = append(cells, areas.NewSubArea{Code: areas.Code(fmt.Sprintf("%s%03d", column, y+1)), Geometry: cell})
		}
		columns = append(columns, areas.NewArea{Code: areas.Code(column), Name: column, Kind: "residents",
			Geometry: orb.MultiPolygon{orb.Polygon{strip(ground)}}})
	}
	if _, err := store.MakeAreas(ctx, system, columns); err != nil {
		return err
	}
	_, err = store.DrawSubAreas(ctx, system, cells)
	return err
}

// square is the cell at x, y of a grid of n × n cells over a box.
func square(box orb.Bound, x, y, n int) orb.MultiPolygon {
	corner := func(x, y int) orb.Point {
		return orb.Point{box.Min[0] + (box.Max[0]-box.Min[0])*float64(x)/float64(n), box.Min[1] + (box.Max[1]-box.Min[1])*float64(y)/float64(n)}
	}
	return orb.MultiPolygon{orb.Polygon{orb.Ring{corner(x, y), corner(x+1, y), corner(x+1, y+1), corner(x, y+1), corner(x, y)}}}
}

// strip is the outline of cells that stand on each other, with every corner of theirs.
func strip(cells orb.MultiPolygon) orb.Ring {
	var up, down orb.Ring
	for i := range cells {
		up = append(up, cells[i][0][1])
		down = append(down, cells[len(cells)-1-i][0][3])
	}
	top, bottom := cells[len(cells)-1][0], cells[0][0]
	out := append(orb.Ring{bottom[0]}, up...)
	out = append(append(out, top[2]), down...)
	return append(out, bottom[0])
}

// bareCopy is the control: the shapes of the file, read and copied into a table without rules, in rows a second.
func bareCopy(ctx context.Context, dsn, file string) (float64, error) {
	pool, err := migrations.Connect(ctx, dsn, 1)
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, `CREATE TEMP TABLE bare (id text, geom geometry)`); err != nil {
		return 0, err
	}
	begun := time.Now()
	reader, err := vector.Open(file, vector.Options{})
	if err != nil {
		return 0, err
	}
	defer reader.Close()
	rows, err := pool.CopyFrom(ctx, pgx.Identifier{"bare"}, []string{"id", "geom"}, pgx.CopyFromFunc(func() ([]any, error) {
		f, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return []any{f.ID, f.Geometry}, err
	}))
	return float64(rows) / time.Since(begun).Seconds(), err
}
