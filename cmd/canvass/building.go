package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/spf13/cobra"

	"canvass/areas"
	"canvass/geo"
	"canvass/geo/vector"
)

func newBuildingCommand(cfg *config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "building",
		Short: "Show, draw, move, merge and mark single buildings · 查看和修改建筑物",
		Long: `Do to single buildings what GIS staff do in the console, by the same rules: each change is a revision of the frame that can be
taken back there for a day, dwellings and households follow, and what stands in the way is refused with its place. Many
footprints of one source come in with "canvass import buildings"; what is drawn or changed here outlives the next import.
与控制台相同的规则:每次修改都是一个可撤销的版本,住房单元与住户随之移动;不能做的会说明原因和位置。

A building is named by its sub-area and number, 370883100201001/12, or by its id with the county, 370883/417.
建筑物用“普查小区代码/编号”或“县代码/id”表示。`,
		Example: `  canvass building show 370883100201001/12
  canvass building draw new.geojson --county 370883
  canvass building move 370883100201001/12 --shift 3.5,-2 --preview
  canvass building merge 370883100201001/12 370883100201001/15 --reason "画了两次"
  canvass building mark 370883100201001/12 demolished --reason "已拆"`,
	}
	cmd.AddCommand(newBuildingShowCommand(cfg), newBuildingDrawCommand(cfg), newBuildingMoveCommand(cfg), newBuildingMergeCommand(cfg),
		newBuildingMarkCommand(cfg))
	return cmd
}

// buildingOrder is what is to be done to buildings: only looked at, or with a reason.
type buildingOrder struct {
	preview bool
	reason  string
}

func (o *buildingOrder) bind(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.preview, "preview", false, "show what it would do, and write nothing · 只看结果,不写入")
	cmd.Flags().StringVar(&o.reason, "reason", "", "why, kept with the change · 理由")
}

func (o buildingOrder) asked() areas.Asked { return areas.Asked{Preview: o.preview, Reason: o.reason} }

func newBuildingShowCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:     "show BUILDING",
		Short:   "Tell what is known of a building · 查看建筑物",
		Example: `  canvass building show 370883100201001/12`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				b, err := buildingNamed(cmd.Context(), store, args[0])
				if err == nil {
					tellBuilding(b, cmd.OutOrStdout())
				}
				return err
			})
		},
	}
}

// buildingNamed finds a building by its sub-area and number, or by its county and id.
func buildingNamed(ctx context.Context, store *areas.Store, name string) (areas.Building, error) {
	place, number, _ := strings.Cut(name, "/")
	n, err := strconv.ParseInt(number, 10, 64)
	code := areas.Code(place)
	level := code.Level()
	if err != nil || level != areas.LevelSubArea && level != areas.LevelCounty {
		return areas.Building{}, fmt.Errorf("%q names no building: give its sub-area and number, such as 370883100201001/12, or its county and id, such as 370883/417 · 请用“普查小区代码/编号”或“县代码/id”", name)
	}
	if level == areas.LevelCounty {
		return store.Building(ctx, areas.System(), areas.BuildingKey{County: code, ID: n})
	}
	found, err := store.Buildings(ctx, areas.System(), areas.BuildingQuery{Within: code, Text: number, Page: areas.Page{Limit: 1000}})
	if err != nil {
		return areas.Building{}, err
	}
	i := slices.IndexFunc(found.Items, func(b areas.Building) bool { return int64(b.Number) == n })
	if i < 0 {
		return areas.Building{}, fmt.Errorf("there is no building %d in %s · %s 没有 %d 号建筑物", n, code, code, n)
	}
	return store.Building(ctx, areas.System(), areas.BuildingKey{County: code.County(), ID: found.Items[i].ID})
}

func tellBuilding(b areas.Building, out io.Writer) {
	line := func(what, value string) {
		if value != "" {
			fmt.Fprintf(out, "%-22s %s\n", what, value)
		}
	}
	count := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	line("building · 建筑物", fmt.Sprintf("%s/%d  (id %s/%d)", b.Place, b.Number, b.County, b.ID))
	line("kind · 类型", b.Kind)
	line("standing · 状态", strings.TrimSpace(b.Standing+"  "+b.Reason))
	if b.Sensitive {
		line("sensitive · 敏感", "no more is kept of it · 不保存其他内容")
	}
	line("name · 名称", b.Name)
	line("address · 地址", b.Address)
	line("floors · 层数", count(b.Floors))
	line("stairwells · 单元", count(b.Stairwells))
	line("doors · 每层户数", count(b.Doors))
	line("units · 套数", count(b.Units))
	line("ground · 占地", fmt.Sprintf("%.0f m²  at %.6f, %.6f", b.AreaM2, b.Point[0], b.Point[1]))
	line("dwellings · 住房单元", fmt.Sprintf("%d listed, %d resolved, %d expected", b.Listed, b.Resolved, b.ExpectedDwellings))
	line("source · 来源", b.Source+"  "+b.SourceID)
	line("by hand · 人工设定", strings.Join(b.ByHand, ", "))
	line("revision · 版本", strconv.FormatInt(b.Revision, 10))
}

func newBuildingDrawCommand(cfg *config) *cobra.Command {
	var county string
	cmd := &cobra.Command{
		Use:   "draw FILE --county CODE",
		Short: "Add the buildings of a file as drawn by hand · 绘制建筑物",
		Long: `Add each outline or point of a file in WGS 84 as a building that somebody drew: it is given to the sub-area it stands in, gets the
next number there, and can be taken back. Columns kind, name, address, floors, stairwells, doors and units are taken. It stops
at the first that cannot be, and says which were added before.
逐个加入文件中的建筑物(WGS 84),归入所在普查小区并编号,可在控制台撤销。`,
		Example: `  canvass building draw new.geojson --county 370883`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				return eachDrawn(args[0], func(f vector.Feature) error {
					b, err := store.AddBuilding(cmd.Context(), areas.System(), areas.Code(county), drawnBuilding(f))
					if err != nil {
						return fmt.Errorf("row %d (%s): %w", f.Row, f.Place, err)
					}
					fmt.Fprintf(cmd.OutOrStdout(), "%s/%d  (id %s/%d)  %.0f m², %d dwellings expected\n", b.Place, b.Number, b.County, b.ID, b.AreaM2, b.ExpectedDwellings)
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&county, "county", "", "six digits of the county")
	if err := cmd.MarkFlagRequired("county"); err != nil {
		panic(err)
	}
	return cmd
}

// eachDrawn reads what is drawn in a file. A file in another system is refused: its coordinates would name other places.
func eachDrawn(path string, do func(vector.Feature) error) (err error) {
	reader, err := vector.Open(path, vector.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	if crs := reader.CRS(); crs != "" && crs != "EPSG:4326" && crs != "EPSG:4490" {
		return fmt.Errorf("%s is in %s: save it in WGS 84 (EPSG:4326), or take it in with canvass import buildings · 请存为 WGS 84", path, crs)
	}
	for {
		f, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := do(f); err != nil {
			return err
		}
	}
}

// drawnBuilding reads a building from a row.
func drawnBuilding(f vector.Feature) areas.NewBuilding {
	number := func(name string) *int {
		if n, is := f.Properties.Int(name); is {
			return &n
		}
		return nil
	}
	return areas.NewBuilding{Geometry: f.Geometry, Kind: f.Properties.Text("kind"), Name: f.Properties.Text("name"), Address: f.Properties.Text("address"),
		Floors: number("floors"), Stairwells: number("stairwells"), Doors: number("doors"), Units: number("units"), Source: "drawn"}
}

func newBuildingMoveCommand(cfg *config) *cobra.Command {
	var o buildingOrder
	var shift string
	cmd := &cobra.Command{
		Use:   "move BUILDING [FILE | --shift EAST,NORTH]",
		Short: "Draw a building anew where it stands · 移动或重画建筑物",
		Long: `Give a building the outline that is drawn in a file (WGS 84, its first row), or shift it by so many metres to the east and the
north. Where it comes to lie in another sub-area, its dwellings, households and visits go with it.
用文件中的轮廓替换,或按米数平移;移到另一普查小区时,住房单元、住户与入户记录随之移动。`,
		Example: `  canvass building move 370883100201001/12 outline.geojson --reason "按航片重画"
  canvass building move 370883100201001/12 --shift 3.5,-2 --preview`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 2) == (shift != "") {
				return errors.New("give either a file with the outline, or --shift EAST,NORTH in metres · 请给出轮廓文件或 --shift")
			}
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				b, err := buildingNamed(cmd.Context(), store, args[0])
				if err != nil {
					return err
				}
				outline, err := newOutline(b, args[1:], shift)
				if err != nil {
					return err
				}
				done, err := store.MoveBuilding(cmd.Context(), areas.System(), o.asked(), areas.BuildingMove{
					Key: areas.BuildingKey{County: b.County, ID: b.ID}, Geometry: outline})
				return tellBuilt(done, err, cmd.OutOrStdout())
			})
		},
	}
	o.bind(cmd)
	cmd.Flags().StringVar(&shift, "shift", "", "metres to the east and to the north, such as 3.5,-2 · 向东、向北的米数")
	return cmd
}

// errOne ends the reading of a file after its first row.
var errOne = errors.New("one row is read")

// newOutline reads a building's outline from a file, or shifts the one it has.
func newOutline(b areas.Building, file []string, shift string) (out orb.Geometry, err error) {
	if len(file) == 1 {
		err := eachDrawn(file[0], func(f vector.Feature) error {
			out = f.Geometry
			return errOne
		})
		if out == nil && (err == nil || errors.Is(err, errOne)) {
			return nil, fmt.Errorf("%s draws nothing", file[0])
		}
		if errors.Is(err, errOne) {
			err = nil
		}
		return out, err
	}
	east, north, _ := strings.Cut(shift, ",")
	x, err1 := strconv.ParseFloat(east, 64)
	y, err2 := strconv.ParseFloat(north, 64)
	if err1 != nil || err2 != nil {
		return nil, fmt.Errorf("--shift %q is not EAST,NORTH in metres, such as 3.5,-2", shift)
	}
	return geo.Shift(b.Geometry, x, y), nil
}

func newBuildingMergeCommand(cfg *config) *cobra.Command {
	var o buildingOrder
	cmd := &cobra.Command{
		Use:   "merge KEEP OTHER …",
		Short: "Make buildings that were drawn twice one · 合并重复的建筑物",
		Long: `Make buildings that were drawn several times one: the first stays, with its number and outline, and learns from the others what it
does not know. Their dwellings are its own then; the same door listed twice counts once. The others keep their row as duplicates.
第一个保留编号和轮廓,其余标记为重复;住房单元归它所有,重复的门只计一次。`,
		Example: `  canvass building merge 370883100201001/12 370883100201001/15 --preview`,
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				var m areas.BuildingMerge
				for i, name := range args {
					b, err := buildingNamed(cmd.Context(), store, name)
					switch {
					case err != nil:
						return err
					case i == 0:
						m.Keep = areas.BuildingKey{County: b.County, ID: b.ID}
					case b.County != m.Keep.County:
						return fmt.Errorf("%s lies in another county than %s", name, args[0])
					default:
						m.Others = append(m.Others, b.ID)
					}
				}
				done, err := store.MergeBuildings(cmd.Context(), areas.System(), o.asked(), m)
				return tellBuilt(done, err, cmd.OutOrStdout())
			})
		},
	}
	o.bind(cmd)
	return cmd
}

func newBuildingMarkCommand(cfg *config) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "mark BUILDING confirmed|demolished|duplicate|not_a_building --reason TEXT",
		Short: "Say that a building is none any more, or is one after all · 标记建筑物",
		Long: `Mark a building as demolished, drawn twice (merge says better of which) or not a building, with the reason; it keeps its row and its
number and counts no more. confirmed brings it back, and confirms what was found in the field.
标记为已拆除、重复或不是建筑物(须说明理由),保留记录但不再计入;confirmed 恢复或确认。`,
		Example: `  canvass building mark 370883100201001/12 demolished --reason "已拆"
  canvass building mark 370883100201001/15 not_a_building --reason "大棚"`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			standing := args[1]
			if !slices.Contains([]string{"confirmed", "demolished", "duplicate", "not_a_building"}, standing) {
				return fmt.Errorf("a building is confirmed, demolished, duplicate or not_a_building, not %q", standing)
			}
			if standing != "confirmed" && strings.TrimSpace(reason) == "" {
				return errors.New("give --reason: why it is no building any more · 请用 --reason 说明理由")
			}
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				b, err := buildingNamed(cmd.Context(), store, args[0])
				if err != nil {
					return err
				}
				b, err = store.EditBuilding(cmd.Context(), areas.System(), areas.BuildingKey{County: b.County, ID: b.ID}, b.Revision,
					areas.BuildingEdit{Standing: &standing, Reason: &reason})
				if err == nil {
					tellBuilding(b, cmd.OutOrStdout())
				}
				return err
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, kept with the building · 理由")
	return cmd
}

// tellBuilt prints what a change of buildings did, or what stands in its way.
func tellBuilt(done areas.Outcome, err error, out io.Writer) error {
	var refusal *areas.Error
	if errors.As(err, &refusal) {
		done.Troubles = refusal.Troubles
	}
	for _, b := range done.Buildings {
		fmt.Fprintf(out, "  %s/%d  %s, %d dwellings, %d households", b.SubArea, b.Number, b.Standing, b.Dwellings, b.Households)
		if b.Doubled > 0 {
			fmt.Fprintf(out, ", %d doors were listed twice", b.Doubled)
		}
		fmt.Fprintln(out)
	}
	for _, t := range done.Troubles {
		fmt.Fprintln(out, "  "+troubleLine(t))
	}
	switch {
	case err != nil:
		return err
	case done.Revision > 0:
		fmt.Fprintf(out, "carried out: the frame is at revision %d, %d assignments concern it · 已完成\n", done.Revision, len(done.Assignments))
	default:
		fmt.Fprintln(out, "nothing was written · 未写入")
	}
	return nil
}
