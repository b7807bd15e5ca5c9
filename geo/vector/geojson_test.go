package vector

import (
	"bufio"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

const square = `{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func feature(geometry, properties string) string {
	return `{"type":"Feature","geometry":` + geometry + `,"properties":` + properties + `}`
}

func TestGeoJSON(t *testing.T) {
	point := `{"type":"Point","coordinates":[1.5,-2]}`
	for _, c := range []reading{
		{rule: "properties keep their order and are text", content: collection(feature(point, `{"b":"x","a":1.50,"c":null,"d":true,"e":[1, {"f":2}]}`)),
			want: `1 feature 1 POINT(1.5 -2) b=x a=1.50 c= d=true e=[1,{"f":2}]`},
		{rule: "escapes are undone", content: collection(feature("null", `{"na\u006de":"a\"\\\u4e2d\n\ud83d\ude00"}`)),
			want: "1 feature 1 name=a\"\\中\n😀"},
		{rule: "an id is text or a number", content: collection(`{"type":"Feature","id":"a/1","geometry":null,"properties":null}`,
			`{"type":"Feature","id":17,"geometry":null,"properties":null}`, `{"type":"Feature","id":{},"geometry":null,"properties":null}`),
			want: "1 feature 1 #a/1\n2 feature 2 #17\nrow 3 (feature 3): its id {} is neither text nor a number"},
		{rule: "members come in any order", content: `{"features":[{"geometry":{"coordinates":[1,2],"type":"Point"},"type":"Feature"}],"type":"FeatureCollection"}`,
			want: "1 feature 1 POINT(1 2)"},
		{rule: "a byte order mark is dropped", content: "\xef\xbb\xbf" + collection(feature(point, "{}")), want: "1 feature 1 POINT(1.5 -2)"},
		{rule: "UTF-16 is read by its mark", content: "\xff\xfe" + utf16(collection(feature(point, `{"n":"中"}`))), want: "1 feature 1 POINT(1.5 -2) n=中"},
		{rule: "gzip is unpacked", file: "a.geojson.gz", content: zipped(t, collection(feature(point, "{}"))), want: "1 feature 1 POINT(1.5 -2)"},
		{rule: "an empty collection has no rows", content: collection(), want: ""},
		{rule: "one feature", content: feature(point, `{"a":"1"}`), want: "1 feature 1 POINT(1.5 -2) a=1"},
		{rule: "one geometry", content: " \n" + point, want: "1 feature 1 POINT(1.5 -2)"},
		{rule: "an array of features", content: "[" + feature(point, "{}") + "," + feature("null", "{}") + "]", want: "1 row 1 POINT(1.5 -2)\n2 row 2"},
		{rule: "a bad row is told and passed", content: collection("null", feature(point, "2"), feature(`"text"`, "{}"), `{"type":"Feature","properties":{}}`,
			feature(point, "{}")), want: "row 1 (feature 1): it is null and not a Feature\nrow 2 (feature 2): its properties are 2 and not an object\n" +
			"row 3 (feature 3): its geometry is \"text\" and not an object\nrow 4 (feature 4): it has no member \"geometry\"; where there is none, null belongs\n" +
			"5 feature 5 POINT(1.5 -2)"},
		{rule: "only rows that are asked for", options: Options{Where: "k=b"}, content: collection(feature(point, `{"k":"a"}`),
			feature(`{"type":"Bad"}`, `{"k":"a"}`), feature(point, `{"k":"b"}`)), want: "3 feature 3 POINT(1.5 -2) k=b"},
		{rule: "a column that no row has", options: Options{Where: "x=b"}, content: collection(feature(point, `{"k":"a","l":1}`)),
			want: `broken: no row has a column "x"; the first one has k, l`},
		{rule: "text that is not UTF-8", content: collection(feature("null", "{\"名\":\"\xd6\xd0\"}")),
			want: `row 1 (feature 1): the text of column "名" is not UTF-8: try --encoding gb18030`},
		{rule: "text in GB 18030", options: Options{Encoding: "gb18030"}, content: collection(feature("null", "{\"n\":\"\xd6\xd0\x81\x5c\"}")), want: "1 feature 1 n=中乗"},
		{rule: "a file that ends too early", content: "{\"type\":\"FeatureCollection\",\"features\":[\n" + feature(point, "{}") + ",\n{\"type\":\"Feat",
			want: "1 feature 1 POINT(1.5 -2)\nbroken: feature 2, line 3: the file ends here in the middle of a value"},
		{rule: "a collection that is not closed", content: `{"type":"FeatureCollection","features":[` + feature(point, "{}"),
			want: "1 feature 1 POINT(1.5 -2)\nbroken: feature 2, line 1: the file ends here in the middle of a value"},
		{rule: "an object that is not closed", content: `{"type":"FeatureCollection","features":[]`,
			want: "broken: after feature 0, line 1: the file ends here in the middle of a value"},
		{rule: "a feature that is not closed", content: collection(`{"type":"Feature","geometry":{"a":1,"properties":{}}`, feature("null", "{}")),
			want: "broken: feature 1, line 1: brackets do not match"},
		{rule: "a comma is missing", content: collection(feature("null", "{}") + feature("null", "{}")),
			want: "1 feature 1\nbroken: after feature 1, line 1: \"{\" stands where \",\" is awaited"},
		{rule: "a packed file that ends too early", file: "a.gz", content: zipped(t, collection(feature(point, "{}")))[:60],
			want: "cannot be opened: a.gz: line 1: the file ends here in the middle of a value"},
	} {
		c.file = orName(c.file, "a.geojson")
		t.Run(c.rule, c.check)
	}
}

func orName(name, other string) string {
	if name == "" {
		return other
	}
	return name
}

func utf16(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

func TestGeoJSONGeometry(t *testing.T) {
	for _, c := range []struct{ geometry, want string }{
		{`{"type":"MultiPoint","coordinates":[[1,2],[3,4,5]]}`, "MULTIPOINT((1 2),(3 4))"},
		{`{"type":"LineString","coordinates":[[1,2, 9.5],[3,4, 9, 1e3]]}`, "LINESTRING(1 2,3 4)"},
		{`{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]}`, "MULTILINESTRING((1 2,3 4),(5 6,7 8))"},
		{`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}`, "MULTIPOLYGON(((0 0,1 0,1 1,0 0)))"},
		{`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}`, "GEOMETRYCOLLECTION(POINT(1 2))"},
		{`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}`, "POLYGON((0 0,1 0,1 1,0 0)) (a ring closed)"},
		{`{"type":"Polygon","coordinates":[]}`, ""},
		{`{"type":"Point","coordinates":[]}`, ""},
		{`{"type":"GeometryCollection","geometries":[]}`, ""},
		{`{"type":"Point","coordinates":[1e2,-1.25E-1]}`, "POINT(100 -0.125)"},
		{`{"type":"Point","coordinates":[121.56567602359000000001,9.471673600097885]}`, "POINT(121.56567602359 9.471673600097885)"},
		{`{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}`, "!a ring has 3 points"},
		{`{"type":"Polygon","coordinates":[[[0,0],[1,0]]]}`, "!a ring has 2 points"},
		{`{"type":"LineString","coordinates":[[0,0]]}`, "!a line has one point only"},
		{`{"type":"Point","coordinates":["1",2]}`, `!"1" is not a number`},
		{`{"type":"Point","coordinates":[NaN,2]}`, "!NaN is not a number"},
		{`{"type":"Point","coordinates":[1e999,2]}`, "!out of range"},
		{`{"type":"Point","coordinates":[01,2]}`, "!01 is not a number"},
		{`{"type":"Point","coordinates":[1.,2]}`, "!1. is not a number"},
		{`{"type":"Point","coordinates":[1e,2]}`, "!1e is not a number"},
		{`{"type":"Point","coordinates":[1]}`, "!one number only"},
		{`{"type":"Point","coordinates":[null,null]}`, "!null is not a number"},
		{`{"type":"Point","coordinates":[[1,2]]}`, "!is not a number"},
		{`{"type":"Polygon","coordinates":[[0,0],[1,0]]}`, "!a position is awaited"},
		{`{"type":"Polygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}`, "!is not a number"},
		{`{"type":"Polygon","coordinates":[[[0,0],[],[1,1],[0,0]]]}`, "!a number is awaited"},
		{`{"type":"Polygon"}`, "!no coordinates"},
		{`{"coordinates":[1,2]}`, "!no type"},
		{`{"type":"Circle","coordinates":[1,2]}`, `!type "Circle" is not known`},
		{`{"type":"GeometryCollection","geometries":[null]}`, "!is empty"},
		{`{"type":"GeometryCollection"}`, "!no geometries"},
		{strings.Repeat(`{"type":"GeometryCollection","geometries":[`, 10) + strings.Repeat("]}", 10), "!more than 8 deep"},
	} {
		t.Run(c.geometry, func(t *testing.T) {
			got := told(t, file(t, "a.json", collection(feature(c.geometry, "{}"))), Options{})
			if want, refused := strings.CutPrefix(c.want, "!"); refused {
				if !strings.HasPrefix(got, "row 1 (feature 1): ") || !strings.Contains(got, want) {
					t.Errorf("got %q, want a reason with %q", got, want)
				}
			} else if want := strings.TrimSpace("1 feature 1 " + c.want); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestGeoJSONLines(t *testing.T) {
	one, two := feature(`{"type":"Point","coordinates":[1,2]}`, `{"a":"1"}`), feature("null", `{"a":"2"}`)
	rows := "1 line 1 POINT(1 2) a=1\n2 line 2 a=2"
	for _, c := range []reading{
		{rule: "a feature a line", content: one + "\n" + two + "\n", want: rows},
		{rule: "without a last end of line", content: one + "\n" + two, want: rows},
		{rule: "with ends of line of Windows and empty lines", content: one + "\r\n\r\n" + two + "\r\n", want: "1 line 1 POINT(1 2) a=1\n2 line 3 a=2"},
		{rule: "packed", content: zipped(t, one+"\n"+two+"\n"), want: rows},
		{rule: "with record separators", content: "\x1e" + one + "\n\x1e" + two + "\n", want: rows},
		{rule: "with record separators, over lines", content: "\x1e" + strings.ReplaceAll(one, ",", ",\n") + "\n\x1e" + two + "\n",
			want: "1 line 1 POINT(1 2) a=1\n2 line 6 a=2"},
		{rule: "over lines without separators", content: strings.ReplaceAll(one, ",", ",\n") + "\n" + two + "\n", want: "1 feature 1 POINT(1 2) a=1\n2 line 6 a=2"},
		{rule: "a bad line", content: one + "\n{\"type\":\"Feature\",\nhello\n" + two + "\n",
			want: "1 line 1 POINT(1 2) a=1\nrow 2 (line 2): it ends where a name in quotes is awaited\nrow 3 (line 3): it is hello and not a Feature\n4 line 4 a=2"},
		{rule: "a bad first line, by the name", file: "a.ndjson", content: "{\"type\":\"Feature\",\n" + two + "\n",
			want: "row 1 (line 1): it ends where a name in quotes is awaited\n2 line 2 a=2"},
		{rule: "two in a line", content: one + "\n" + two + two + "\n", want: "1 line 1 POINT(1 2) a=1\nrow 2 (line 2): \"{\" stands where the end of the feature is awaited"},
		{rule: "a last line that is cut off", content: one + "\n" + two[:20], want: "1 line 1 POINT(1 2) a=1\nbroken: line 2, line 2: the file ends here in the middle of a value"},
	} {
		c.file = orName(c.file, "a.json")
		t.Run(c.rule, c.check)
	}
}

func TestGeoJSONSystem(t *testing.T) {
	const rows = `"features":[` + `{"type":"Feature","geometry":null,"properties":{}}` + `]`
	for name, want := range map[string]string{
		`"urn:ogc:def:crs:OGC:1.3:CRS84"`: "EPSG:4326",
		`"urn:ogc:def:crs:EPSG::2232"`:    "EPSG:2232",
		`"EPSG:3826"`:                     "EPSG:3826",
		`"a local grid"`:                  "a local grid",
	} {
		crs := `"crs":{"type":"name","properties":{"name":` + name + `}}`
		for _, content := range []string{`{"type":"FeatureCollection",` + crs + "," + rows + "}", `{"type":"FeatureCollection",` + rows + "," + crs + "}"} {
			if got := told(t, file(t, "a.geojson", content), Options{}); got != want+"\n1 feature 1" {
				t.Errorf("%s: got %q", content, got)
			}
		}
	}
	late := zipped(t, `{"type":"FeatureCollection",`+rows+`,"crs":{"type":"name","properties":{"name":"EPSG:2232"}}}`)
	if got := told(t, file(t, "a.geojson.gz", late), Options{}); !strings.Contains(got, "broken: after feature 1, line 1: the coordinate system EPSG:2232 is told after") {
		t.Errorf("a packed file that names its system last: got %q", got)
	}
}

// Wherever a read ends, the same is read.
func TestGeoJSONPieces(t *testing.T) {
	for _, content := range []string{
		`{"type":"FeatureCollection", "name":"a\"]", "features":[` + feature(square, `{"a\\":"\"x{","b":-1.5e3}`) + " , " + feature("null", `{}`) + "] }\n",
		feature(square, `{"a":"\"x\t","b":[1,true]}`) + "\n" + feature("null", `{"中":"文"}`) + "\n",
		"\x1e" + feature(square, `{"a":"b"}`) + "\n\x1e" + feature("null", `{}`) + "\n",
		`[ {"a":1.5}, {"a":null} ]`,
	} {
		whole, pieces := rows(t, strings.NewReader(content)), rows(t, iotest.OneByteReader(strings.NewReader(content)))
		if whole != pieces || strings.Count(whole, "\n") != 2 {
			t.Errorf("%s:\nwhole: %s\nin pieces: %s", content, whole, pieces)
		}
	}
}

// rows tells what is read of a stream.
func rows(t *testing.T, from io.Reader) (out string) {
	t.Helper()
	r, err := newJSONReader(&source{Reader: bufio.NewReader(from)}, Options{}, "")
	for err == nil {
		var f Feature
		if f, err = r.Next(); err == nil {
			out += line1(f) + "\n"
		}
	}
	if err != io.EOF {
		t.Error(err)
	}
	return out
}

// A value larger than the first buffer is read whole.
func TestGeoJSONLarge(t *testing.T) {
	long := strings.Repeat("长", 1<<20)
	got := told(t, file(t, "a.geojson", collection(feature("null", `{"a":"x"}`), feature(square, `{"a":"`+long+`"}`), feature(square, `{"a":"y"}`))), Options{})
	want := "1 feature 1 a=x\n2 feature 2 POLYGON((0 0,1 0,1 1,0 0)) a=" + long + "\n3 feature 3 POLYGON((0 0,1 0,1 1,0 0)) a=y"
	if got != want {
		t.Errorf("got %d bytes, want %d", len(got), len(want))
	}
}
