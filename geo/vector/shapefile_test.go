package vector

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// shp makes a .shp of the contents of its records.
func shp(contents ...[]byte) []byte {
	var body []byte
	for i, c := range contents {
		body = binary.BigEndian.AppendUint32(body, uint32(i+1))
		body = binary.BigEndian.AppendUint32(body, uint32(len(c)/2))
		body = append(body, c...)
	}
	head := binary.BigEndian.AppendUint32(nil, 9994)
	head = append(head, make([]byte, 20)...)
	head = binary.BigEndian.AppendUint32(head, uint32((headerSize+len(body))/2))
	head = binary.LittleEndian.AppendUint32(head, 1000)
	return append(append(head, make([]byte, headerSize-len(head))...), body...)
}

func doubles(b []byte, v ...float64) []byte {
	for _, v := range v {
		b, _ = binary.Append(b, binary.LittleEndian, v)
	}
	return b
}

func numbers(v ...int) (b []byte) {
	for _, v := range v {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	return b
}

// shape makes the content of a record of lines or rings; of kinds with heights these stand behind.
func shape(kind int, parts ...[]orb.Point) []byte {
	b := append(numbers(kind), make([]byte, boxSize)...)
	points := 0
	for _, p := range parts {
		points += len(p)
	}
	b = append(b, numbers(len(parts), points)...)
	points = 0
	for _, p := range parts {
		b = append(b, numbers(points)...)
		points += len(p)
	}
	for _, part := range parts {
		for _, p := range part {
			b = doubles(b, p[0], p[1])
		}
	}
	if kind > 10 {
		b = append(b, make([]byte, 16+8*points)...)
	}
	return b
}

// box is a ring with the corners given, clockwise.
func box(west, south, east, north float64) []orb.Point {
	return []orb.Point{{west, south}, {west, north}, {east, north}, {east, south}, {west, south}}
}

func backwards(r []orb.Point) []orb.Point {
	out := make([]orb.Point, len(r))
	for i, p := range r {
		out[len(r)-1-i] = p
	}
	return out
}

// dbf makes a .dbf; a column is a name, a type and a width.
func dbf(language byte, columns []dbfColumn, rows ...string) []byte {
	width := 1
	for _, c := range columns {
		width += c.to
	}
	head := make([]byte, 32)
	head[0], head[29] = 3, language
	binary.LittleEndian.PutUint32(head[4:], uint32(len(rows)))
	binary.LittleEndian.PutUint16(head[8:], uint16(32+32*len(columns)+1))
	binary.LittleEndian.PutUint16(head[10:], uint16(width))
	for _, c := range columns {
		field := make([]byte, 32)
		copy(field, c.name)
		field[11], field[16] = c.kind, byte(c.to)
		head = append(head, field...)
	}
	head = append(head, '\r')
	for _, r := range rows {
		head = append(head, r+strings.Repeat(" ", width-len(r))...)
	}
	return append(head, 0x1a)
}

// archive makes a .zip; names and contents take turns.
func archive(t testing.TB, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// shapes are the contents of records, and what is read of them.
func shapes() []shapeCase {
	outer, hole, island := box(0, 0, 10, 10), backwards(box(1, 1, 9, 9)), box(2, 2, 3, 3)
	const outerText, holeText = "(0 0,0 10,10 10,10 0,0 0)", "(1 1,9 1,9 9,1 9,1 1)"
	point := func(kind int, more ...float64) []byte { return doubles(doubles(numbers(kind), 1, 2), more...) }
	multi := append(append(numbers(8), make([]byte, boxSize)...), doubles(numbers(2), 1, 2, 3, 4)...)
	nan := 0.0
	nan /= nan
	return []shapeCase{
		{"nothing", numbers(0), ""},
		{"a point", point(1), "POINT(1 2)"},
		{"a point with height and measure", point(11, 3, 4), "POINT(1 2)"},
		{"a point with measure", point(21, 3), "POINT(1 2)"},
		{"points", multi, "MULTIPOINT((1 2),(3 4))"},
		{"a line", shape(3, []orb.Point{{1, 2}, {3, 4}}), "LINESTRING(1 2,3 4)"},
		{"lines with heights", shape(13, []orb.Point{{1, 2}, {3, 4}}, []orb.Point{{5, 6}, {7, 8}}), "MULTILINESTRING((1 2,3 4),(5 6,7 8))"},
		{"a polygon", shape(5, outer), "POLYGON(" + outerText + ")"},
		{"a polygon with measures", shape(25, outer), "POLYGON(" + outerText + ")"},
		{"a hole", shape(5, outer, hole), "POLYGON(" + outerText + "," + holeText + ")"},
		{"a hole before its shell", shape(5, hole, outer), "POLYGON(" + outerText + "," + holeText + ")"},
		{"a hole wound as a shell", shape(5, outer, backwards(hole)), "POLYGON(" + outerText + ",(1 1,1 9,9 9,9 1,1 1))"},
		{"a shell wound as a hole", shape(5, backwards(island)), "POLYGON((2 2,3 2,3 3,2 3,2 2))"},
		{"an island in a hole", shape(5, outer, hole, island), "MULTIPOLYGON((" + outerText + "," + holeText + "),((2 2,2 3,3 3,3 2,2 2)))"},
		{"two parts, each with its hole", shape(5, box(20, 0, 30, 10), outer, hole, backwards(box(21, 1, 22, 2))),
			"MULTIPOLYGON(((20 0,20 10,30 10,30 0,20 0),(21 1,22 1,22 2,21 2,21 1)),(" + outerText + "," + holeText + "))"},
		{"a hole that touches its shell", shape(5, outer, []orb.Point{{0, 0}, {5, 1}, {5, 5}, {0, 0}}), "POLYGON(" + outerText + ",(0 0,5 1,5 5,0 0))"},
		{"parts that touch", shape(5, box(0, 0, 1, 1), box(1, 1, 2, 2)), "MULTIPOLYGON(((0 0,0 1,1 1,1 0,0 0)),((1 1,1 2,2 2,2 1,1 1)))"},
		{"a ring that is not closed", shape(5, outer[:4]), "POLYGON(" + outerText + ") (a ring closed)"},
		{"a ring of three points", shape(5, []orb.Point{{0, 0}, {1, 1}, {0, 0}}), "!a ring has 3 points"},
		{"a line of one point", shape(3, []orb.Point{{1, 2}}), "!a line has one point only"},
		{"a position that is no number", shape(3, []orb.Point{{1, 2}, {nan, 4}}), "!position 2 of its shape is not a number"},
		{"a multipatch", numbers(31), "!multipatch"},
		{"a type that is not known", numbers(7), "!type 7"},
		{"a negative type", numbers(-5), "!is not known"},
		{"a shape cut off", shape(5, outer)[:80], "!shorter than it says"},
		{"a shape with too many parts", append(append(numbers(5), make([]byte, boxSize)...), numbers(-1, -1)...), "!shorter than it says"},
		{"parts out of order", append(append(shape(5, outer, hole)[:44:44], numbers(9, 5)...), shape(5, outer, hole)[52:]...), "!part 1 of its shape begins behind its end"},
		{"no content", nil, "!shorter than it says"},
	}
}

type shapeCase struct {
	rule  string
	shape []byte
	want  string
}

func TestShape(t *testing.T) {
	for _, c := range shapes() {
		t.Run(c.rule, func(t *testing.T) {
			got := told(t, file(t, "a.shp", string(shp(c.shape))), Options{})
			if want, refused := strings.CutPrefix(c.want, "!"); refused {
				if !strings.HasPrefix(got, "row 1 (record 1): ") || !strings.Contains(got, want) {
					t.Errorf("got %q, want a reason with %q", got, want)
				}
			} else if want := strings.TrimSpace("1 record 1 " + c.want); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestShapefile(t *testing.T) {
	points := string(shp(doubles(numbers(1), 1, 2), numbers(0), doubles(numbers(1), 3, 4)))
	columns := []dbfColumn{{name: "CODE", kind: 'C', to: 5}, {name: "N", kind: 'N', to: 4}, {name: "DAY", kind: 'D', to: 8}, {name: "OK", kind: 'L', to: 1}}
	table := string(dbf(0, columns, " 01      "+"720201101T", "*02", " 03   ****        ?"))
	const rows = "1 record 1 POINT(1 2) CODE=01 N=7 DAY=2020-11-01 OK=true\n3 record 3 POINT(3 4) CODE=03 N= DAY= OK="
	named := func(language byte, names ...string) string {
		return string(dbf(language, []dbfColumn{{name: "n", kind: 'C', to: 8}}, names...))
	}
	gbk, _ := simplifiedchinese.GBK.NewEncoder().String(" 和平村")
	big5, _ := traditionalchinese.Big5.NewEncoder().String(" 信義區")
	one := string(shp(doubles(numbers(1), 1, 2)))
	for _, c := range []reading{
		{rule: "shapes and columns", content: archive(t, "a/x.shp", points, "a/x.dbf", table, "a/x.shx", ""), want: rows},
		{rule: "capitals in the names", content: archive(t, "X.SHP", points, "X.DBF", table), want: rows},
		{rule: "no columns", content: archive(t, "x.shp", points), want: "1 record 1 POINT(1 2)\n2 record 2\n3 record 3 POINT(3 4)"},
		{rule: "only rows that are asked for", options: Options{Where: "CODE=03"}, content: archive(t, "x.shp", points, "x.dbf", table), want: strings.Split(rows, "\n")[1]},
		{rule: "a row asked for without columns", options: Options{Where: "CODE=03"}, content: archive(t, "x.shp", points),
			want: "cannot be opened: a.zip: there is no .dbf, so there are no columns to look for CODE=03 in"},
		{rule: "the layer that is named", options: Options{Layer: "Y"}, content: archive(t, "x.shp", "", "b/y.shp", points, "b/y.dbf", table), want: rows},
		{rule: "several layers", content: archive(t, "y.shp", points, "x.shp", points, "__MACOSX/._x.shp", ""),
			want: "cannot be opened: a.zip: the archive has several layers; say which with --layer: x, y"},
		{rule: "a layer that is not there", options: Options{Layer: "z"}, content: archive(t, "x.shp", points), want: `cannot be opened: a.zip: the archive has no layer "z"; it has x`},
		{rule: "no layer", content: archive(t, "x.txt", ""), want: "cannot be opened: a.zip: the archive holds no .shp; " + readable},
		{rule: "a system", content: archive(t, "x.shp", one, "x.prj", `GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D"]]`), want: "EPSG:4490\n1 record 1 POINT(1 2)"},
		{rule: "an encoding by .cpg", content: archive(t, "x.shp", one, "x.dbf", named(0, gbk), "x.cpg", "ANSI 936\r\n"), want: "1 record 1 POINT(1 2) n=和平村"},
		{rule: "an encoding by the language", content: archive(t, "x.shp", one, "x.dbf", named(0x4d, gbk)), want: "1 record 1 POINT(1 2) n=和平村"},
		{rule: "an encoding that is named", options: Options{Encoding: "big5"}, content: archive(t, "x.shp", one, "x.dbf", named(0x4d, big5), "x.cpg", "UTF-8"),
			want: "1 record 1 POINT(1 2) n=信義區"},
		{rule: "an encoding that is not known", content: archive(t, "x.shp", one, "x.dbf", named(0, gbk), "x.cpg", "klingon"),
			want: `cannot be opened: a.zip: its .cpg: the encoding "klingon" is not known: utf-8, gb18030, gbk, big5, utf-16le, utf-16be, shift_jis and windows-1252 are; say which it is with --encoding`},
		{rule: "text that is not UTF-8", content: archive(t, "x.shp", one, "x.dbf", named(0, gbk)),
			want: `row 1 (record 1): the text of column "n" is not UTF-8: try --encoding gb18030`},
		{rule: "text that is cut off in a letter", content: archive(t, "x.shp", one, "x.dbf", named(0, " ab中文\xe5\xad"[:9])), want: "1 record 1 POINT(1 2) n=ab中文"},
		{rule: "text that is cut off in a letter, told", content: archive(t, "x.shp", one, "x.dbf", named(0, " abc中文\xe5\xad"[:9])),
			want: "1 record 1 POINT(1 2) n=abc中 (the text of column \"n\" is cut off in a letter)"},
		{rule: "a .shp cut off", content: archive(t, "x.shp", points[:len(points)-9]),
			want: "1 record 1 POINT(1 2)\n2 record 2\nbroken: after record 2: the .shp ends 9 bytes before its end: unexpected EOF"},
		{rule: "a .shp cut off between records", content: archive(t, "x.shp", points[:len(points)-28]),
			want: "1 record 1 POINT(1 2)\n2 record 2\nbroken: after record 2: the .shp ends 28 bytes before its end: unexpected EOF"},
		{rule: "a .dbf with fewer rows", content: archive(t, "x.shp", points, "x.dbf", named(0, " a")),
			want: "1 record 1 POINT(1 2) n=a\nbroken: record 2: the .dbf has no row for it: the two files do not belong together, or one is cut off"},
		{rule: "a .dbf cut off", content: archive(t, "x.shp", points, "x.dbf", table[:len(table)-30]),
			want: "1 record 1 POINT(1 2) CODE=01 N=7 DAY=2020-11-01 OK=true\nbroken: record 2: the .dbf ends 2 rows before its end: unexpected EOF"},
		{rule: "a .dbf with more rows", content: archive(t, "x.shp", one, "x.dbf", named(0, " a", " b")),
			want: "1 record 1 POINT(1 2) n=a\nbroken: after record 1: the .dbf has 1 rows more than the .shp: the two files do not belong together, or one is cut off"},
	} {
		c.file = "a.zip"
		t.Run(c.rule, c.check)
	}
}

// A .shp finds the files beside it.
func TestShapefileBeside(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"x.shp": string(shp(doubles(numbers(1), 1, 2))), "x.prj": `GEOGCS["WGS 84"]`, "x.cpg": "GBK",
		"x.DBF": string(dbf(0, []dbfColumn{{name: "n", kind: 'C', to: 8}}, " \xd6\xd0"))} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := told(t, filepath.Join(dir, "x.shp"), Options{}), "EPSG:4326\n1 record 1 POINT(1 2) n=中"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCRSOfWKT(t *testing.T) {
	const local = `PROJCS["Somewhere",GEOGCS["GCS_WGS_1984",AUTHORITY["EPSG","4326"]],UNIT["Meter",1.0]]`
	for in, want := range map[string]string{
		"": "",
		`GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984"]]`:                                               "EPSG:4326",
		`PROJCS["X",GEOGCS["Y",AUTHORITY["EPSG","4326"]],AUTHORITY["EPSG","3826"]]`:                "EPSG:3826",
		`PROJCRS["X",BASEGEOGCRS["Y"],ID["EPSG",32651]]`:                                           "EPSG:32651",
		`PROJCS["WGS_1984_UTM_Zone_48S",GEOGCS["GCS_WGS_1984"]]`:                                   "EPSG:32748",
		`PROJCS["WGS 84 / UTM zone 51N"]`:                                                          "EPSG:32651",
		`PROJCS["CGCS2000_3_Degree_GK_CM_117E"]`:                                                   "EPSG:4548",
		`PROJCS["CGCS2000_3_Degree_GK_Zone_39"]`:                                                   "EPSG:4527",
		`PROJCS["CGCS2000_GK_CM_117E"]`:                                                            "EPSG:4509",
		`PROJCS["CGCS2000_GK_Zone_20"]`:                                                            "EPSG:4498",
		`PROJCS["CGCS2000_3_Degree_GK_CM_118E"]`:                                                   `PROJCS["CGCS2000_3_Degree_GK_CM_118E"]`,
		`PROJCS["NAD_1983_StatePlane_Colorado_Central_FIPS_0502_Feet",GEOGCS["GCS"],UNIT["Foot"]]`: "EPSG:2232",
		local: local,
	} {
		if got := crsOfWKT(in); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}
