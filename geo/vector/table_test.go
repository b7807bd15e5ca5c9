package vector

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

func TestCSV(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("编号,名称\n01,和平村\n")
	if err != nil {
		t.Fatal(err)
	}
	big5, err := traditionalchinese.Big5.NewEncoder().String("編號,名稱\n01,信義區\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []reading{
		{rule: "columns keep their order and are text", content: "b,a\n001,1.50\n,x\n", want: "1 line 2 b=001 a=1.50\n2 line 3 b= a=x"},
		{rule: "quotes hold commas and ends of line", content: "a,b\n\"x,\"\"y\"\"\",\"1\n2\"\n3,4\n", want: "1 line 2 a=x,\"y\" b=1\n2\n2 line 4 a=3 b=4"},
		{rule: "a byte order mark is dropped", content: "\xef\xbb\xbfa,b\n1,2\n", want: "1 line 2 a=1 b=2"},
		{rule: "tabs part columns", content: "a\tb,c\td\n1\t2\t3\n", want: "1 line 2 a=1 b,c=2 d=3"},
		{rule: "semicolons part columns", content: "a;b;c\n1;2,5;3\n", want: "1 line 2 a=1 b=2,5 c=3"},
		{rule: "one column", content: "code\n12\n", want: "1 line 2 code=12"},
		{rule: "a column of WKT", content: "id,wkt\n1,POINT (1 2)\n2,\n3,POINT (1)\n4,\"POLYGON ((0 0,1 0,1 1))\"\n",
			want: "1 line 2 POINT(1 2) id=1\n2 line 3 id=2\nrow 3 (line 4): column \"wkt\": WKT: a position has less than two numbers\n" +
				"4 line 5 POLYGON((0 0,1 0,1 1,0 0)) id=4 (a ring closed)"},
		{rule: "columns of longitude and latitude", content: "Lat,Lon,n\n2,1,a\n,,b\nx,1,c\nNaN,1,d\n",
			want: "1 line 2 POINT(1 2) n=a\n2 line 3 Lat= Lon= n=b\nrow 3 (line 4): column \"Lat\": \"x\" is not a number\n" +
				"row 4 (line 5): column \"Lat\": \"NaN\" is not a number"},
		{rule: "rows of another length", content: "a,b\n1\n1,2,3\n1,2\n",
			want: "row 1 (line 2): its columns are 1, those of the header 2\nrow 2 (line 3): its columns are 3, those of the header 2\n3 line 4 a=1 b=2"},
		{rule: "a quote that stands badly", content: "a,b\nx\"y,2\n1,2\n", want: "row 1 (line 2): line 2, byte 2: bare \" in non-quoted-field\n2 line 3 a=1 b=2"},
		{rule: "a quote that is never closed", content: "a,b\n1,2\n\"x,2\n1,2\n",
			want: "1 line 2 a=1 b=2\nrow 2 (line 3): line 4, byte 5: extraneous or missing \" in quoted-field\nbroken: the file ends inside the quotes that open in line 3"},
		{rule: "columns of one name", content: "a,a\n1,2\n", want: `cannot be opened: a.csv: line 1: two columns are called "a"`},
		{rule: "a column without a name", content: "a,\n1,2\n", want: "1 line 2 a=1 column 2=2"},
		{rule: "only rows that are asked for", options: Options{Where: "a=1"}, content: "a,b\n1,2\n2,3\n", want: "1 line 2 a=1 b=2"},
		{rule: "GB 18030", options: Options{Encoding: "gb18030"}, content: gb, want: "1 line 2 编号=01 名称=和平村"},
		{rule: "Big5", options: Options{Encoding: "big5"}, content: big5, want: "1 line 2 編號=01 名稱=信義區"},
		{rule: "UTF-16 by its mark", content: "\xff\xfe" + utf16("a,b\n中,2\n"), want: "1 line 2 a=中 b=2"},
		{rule: "UTF-16 by its name", options: Options{Encoding: "utf-16le"}, content: utf16("a,b\n中,2\n"), want: "1 line 2 a=中 b=2"},
		{rule: "text that is not UTF-8", content: "a,b\n\xd6\xd0,2\n1,2\n", want: "row 1 (line 2): the text of column \"a\" is not UTF-8: try --encoding gb18030\n2 line 3 a=1 b=2"},
		{rule: "text that is not in the encoding named", options: Options{Encoding: "big5"}, content: "a,b\n\xff,2\n1,2\n",
			want: "row 1 (line 2): the text of column \"a\" is not in the encoding the file is read in: try another --encoding\n2 line 3 a=1 b=2"},
		{rule: "packed", content: zipped(t, "a,b\n1,2\n"), want: "1 line 2 a=1 b=2"},
	} {
		c.file = orName(c.file, "a.csv")
		t.Run(c.rule, c.check)
	}
}

func TestJSONTable(t *testing.T) {
	for _, c := range []reading{
		{rule: "rows of a list", content: `{"Info":[{"OutTotal":"2"}],"ColumnList":[{"COLUMN_NAME":"A"}],"RowDataList":[{"A":"01","B":2},{"A":null,"B":""}]}`,
			want: "1 row 1 A=01 B=2\n2 row 2 A= B="},
		{rule: "an array of rows", content: `[{"a":1,"lon":"1.5","lat":"2"},3]`, want: "1 row 1 POINT(1.5 2) a=1\nrow 2 (row 2): it is 3 and not a Feature"},
		{rule: "rows that end too early", content: `{"data":[{"a":1},{"a`, want: "1 row 1 a=1\nbroken: row 2, line 1: the file ends here in the middle of a value"},
		{rule: "only rows that are asked for", options: Options{Where: "a=2"}, content: `{"rows":[{"a":1},{"a":2}]}`, want: "2 row 2 a=2"},
	} {
		c.file = "a.json"
		t.Run(c.rule, c.check)
	}
}

func TestWKT(t *testing.T) {
	for in, want := range map[string]string{
		"point(1 2)":                              "POINT(1 2)",
		"POINT Z (1 2 3)":                         "POINT(1 2)",
		"POINTZM(1 2 3 4)":                        "POINT(1 2)",
		"SRID=4326;POINT(1e1 -.5)":                "POINT(10 -0.5)",
		"MULTIPOINT((1 2),(3 4))":                 "MULTIPOINT((1 2),(3 4))",
		"MULTIPOINT(1 2,3 4)":                     "MULTIPOINT((1 2),(3 4))",
		"LINESTRING M (1 2 9,3 4 9)":              "LINESTRING(1 2,3 4)",
		"MULTILINESTRING((1 2,3 4))":              "MULTILINESTRING((1 2,3 4))",
		"POLYGON((0 0,1 0,1 1,0 0))":              "POLYGON((0 0,1 0,1 1,0 0))",
		"MULTIPOLYGON(((0 0,1 0,1 1)))":           "MULTIPOLYGON(((0 0,1 0,1 1,0 0))) (a ring closed)",
		"GEOMETRYCOLLECTION(POINT(1 2))":          "GEOMETRYCOLLECTION(POINT(1 2))",
		"POLYGON EMPTY":                           "",
		"POLYGON((0 0,1 0,0 0))":                  "!a ring has 3 points",
		"POINT(1 2":                               "!awaited",
		"POINT(1 2) x":                            "!more text",
		"POINT(NaN 2)":                            "!not a number",
		"POINT(1 2, 3 4)":                         "!one position",
		"LINESTRING(1 2)":                         "!one point only",
		"CIRCLE(1 2)":                             "!not known",
		"POINT(1 2 3 4 5)":                        "!more than four",
		"GEOMETRYCOLLECTION(POINT EMPTY)":         "!is empty",
		strings.Repeat("GEOMETRYCOLLECTION(", 20): "!deep",
	} {
		g, notes, err := parseWKT(in)
		if reason, refused := strings.CutPrefix(want, "!"); refused {
			if err == nil || !strings.Contains(err.Error(), reason) {
				t.Errorf("%s: got %v, want a reason with %q", in, err, reason)
			}
			continue
		}
		if got := strings.TrimSpace(strings.TrimPrefix(line1(Feature{Geometry: g, Notes: notes}), "0 ")); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", in, got, err, want)
		}
	}
}
