package vector

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// pbf makes an OpenStreetMap file.
type pbf struct {
	file    []byte
	strings []string
	group   []byte
}

func newPBF() *pbf {
	p := &pbf{strings: []string{""}}
	p.blob("OSMHeader", bytesField(bytesField(nil, 4, []byte("OsmSchema-V0.6")), 4, []byte("DenseNodes")))
	return p
}

func bytesField(b []byte, f protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, f, protowire.BytesType), v)
}

func numberField(b []byte, f protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, f, protowire.VarintType), v)
}

func (p *pbf) blob(kind string, block []byte) {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, err := w.Write(block)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err)
	}
	blob := bytesField(numberField(nil, 2, uint64(len(block))), 3, packed.Bytes())
	head := numberField(bytesField(nil, 1, []byte(kind)), 3, uint64(len(blob)))
	p.file = append(append(binary.BigEndian.AppendUint32(p.file, uint32(len(head))), head...), blob...)
}

// end closes a block.
func (p *pbf) end() *pbf {
	var table []byte
	for _, s := range p.strings {
		table = bytesField(table, 1, []byte(s))
	}
	p.blob("OSMData", bytesField(bytesField(nil, 1, table), 2, p.group))
	p.strings, p.group = []string{""}, nil
	return p
}

func (p *pbf) text(s string) uint64 {
	if i := slices.Index(p.strings, s); i >= 0 {
		return uint64(i)
	}
	p.strings = append(p.strings, s)
	return uint64(len(p.strings) - 1)
}

// tagged begins an element; tags are written as a=b c=d.
func (p *pbf) tagged(id uint64, tags string) []byte {
	var keys, values []byte
	for kv := range strings.FieldsSeq(tags) {
		k, v, _ := strings.Cut(kv, "=")
		keys, values = protowire.AppendVarint(keys, p.text(k)), protowire.AppendVarint(values, p.text(v))
	}
	return bytesField(bytesField(numberField(nil, 1, id), 2, keys), 3, values)
}

func differences(v ...int64) (b []byte) {
	last := int64(0)
	for _, v := range v {
		b = protowire.AppendVarint(b, protowire.EncodeZigZag(v-last))
		last = v
	}
	return b
}

// dense adds nodes: id, longitude and latitude take turns, in 1e-7 degrees. tags are those of each.
func (p *pbf) dense(tags []string, v ...int64) *pbf {
	var ids, lons, lats []int64
	var keyValues []byte
	for i := 0; i < len(v); i += 3 {
		ids, lons, lats = append(ids, v[i]), append(lons, v[i+1]), append(lats, v[i+2])
		if tags == nil {
			continue
		}
		for kv := range strings.FieldsSeq(tags[i/3]) {
			k, v, _ := strings.Cut(kv, "=")
			keyValues = protowire.AppendVarint(protowire.AppendVarint(keyValues, p.text(k)), p.text(v))
		}
		keyValues = append(keyValues, 0)
	}
	dense := bytesField(bytesField(bytesField(nil, 1, differences(ids...)), 8, differences(lats...)), 9, differences(lons...))
	p.group = bytesField(p.group, 2, bytesField(dense, 10, keyValues))
	return p
}

// node adds a node that is written by itself, as old files do.
func (p *pbf) node(id, lon, lat int64, tags string) *pbf {
	n := p.tagged(protowire.EncodeZigZag(id), tags)
	p.group = bytesField(p.group, 1, numberField(numberField(n, 8, protowire.EncodeZigZag(lat)), 9, protowire.EncodeZigZag(lon)))
	return p
}

func (p *pbf) way(id int64, tags string, nodes ...int64) *pbf {
	p.group = bytesField(p.group, 3, bytesField(p.tagged(uint64(id), tags), 8, differences(nodes...)))
	return p
}

// relation adds a relation of ways; what is not told to be inner is outer.
func (p *pbf) relation(id int64, tags string, inner []int64, ways ...int64) *pbf {
	var roles, types []byte
	for _, w := range ways {
		role := "outer"
		if slices.Contains(inner, w) {
			role = "inner"
		}
		roles, types = protowire.AppendVarint(roles, p.text(role)), append(types, 1)
	}
	r := bytesField(bytesField(p.tagged(uint64(id), tags), 8, roles), 9, differences(ways...))
	p.group = bytesField(p.group, 4, bytesField(r, 10, types))
	return p
}

const degree = 10_000_000

// grid adds the nodes 1 to 25 of a square of five by five, a degree apart: 1 to 5 are the southern row.
func (p *pbf) grid() *pbf {
	var v []int64
	for i := range int64(25) {
		v = append(v, i+1, i%5*degree, i/5*degree)
	}
	return p.dense(nil, v...).end()
}

func TestBuildings(t *testing.T) {
	const rest = " building=yes name= address= floors= units= licence=ODbL 1.0"
	for _, c := range []struct {
		rule string
		file *pbf
		want string
	}{
		{"a way", newPBF().grid().way(7, "building=apartments name=x building:levels=5.5 building:flats=10 addr:street=中山路 addr:housenumber=8号", 1, 2, 7, 1).end(),
			"1 way/7 #way/7 POLYGON((0 0,1 0,1 1,0 0)) kind=residential building=apartments name=x address=中山路8号 floors=5 units=10 licence=ODbL 1.0"},
		{"an address in letters", newPBF().grid().way(7, "building=garage addr:street=Rue addr:housenumber=8", 1, 2, 7, 1).end(),
			"1 way/7 #way/7 POLYGON((0 0,1 0,1 1,0 0)) kind=non_residential building=garage name= address=Rue 8 floors= units= licence=ODbL 1.0"},
		{"what is none", newPBF().grid().way(7, "building=no", 1, 2, 7, 1).way(8, "highway=path", 1, 2).end(), ""},
		{"a node that is missing", newPBF().grid().way(7, "building=yes name=x", 1, 99, 7, 1).end(),
			"row 1 (way/7): x: node/99, of which it is made, is missing from the file"},
		{"an outline that is not closed", newPBF().grid().way(7, "building=yes", 1, 2, 7).end(), "row 1 (way/7): its outline is not closed"},
		{"a way of one node", newPBF().grid().way(7, "building=yes", 1).end(), "row 1 (way/7): it has less than two nodes"},
		{"a relation of two ways", newPBF().grid().way(7, "", 1, 2, 7).way(8, "", 1, 6, 7).end().relation(9, "type=multipolygon building=yes", nil, 7, 8).end(),
			"1 relation/9 #relation/9 POLYGON((0 0,1 0,1 1,0 1,0 0)) kind=" + rest},
		{"a courtyard, the outline tagged too", newPBF().grid().way(7, "building=yes", 1, 5, 25, 21, 1).way(8, "", 7, 9, 19, 7).
			relation(9, "type=multipolygon building=yes", []int64{8}, 7, 8).end(),
			"1 relation/9 #relation/9 POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,3 1,3 3,1 1)) kind=" + rest},
		{"a building in a courtyard", newPBF().grid().way(7, "", 1, 5, 25, 21, 1).way(8, "building=yes", 7, 9, 19, 7).
			relation(9, "type=multipolygon building=yes", []int64{8}, 7, 8).end(),
			"1 way/8 #way/8 POLYGON((1 1,3 1,3 3,1 1)) kind=" + rest + "\n2 relation/9 #relation/9 POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,3 1,3 3,1 1)) kind=" + rest},
		{"an incomplete relation keeps its tagged ways", newPBF().grid().way(7, "building=yes", 1, 2, 7, 1).relation(9, "type=multipolygon building=yes name=x", nil, 7, 8).end(),
			"1 way/7 #way/7 POLYGON((0 0,1 0,1 1,0 0)) kind=" + rest + "\nrow 2 (relation/9): x: 1 of its 2 ways are missing from the file: way/8"},
		{"relations before ways before nodes", newPBF().relation(9, "type=multipolygon building=yes", nil, 7).end().way(7, "", 1, 2, 7, 1).end().grid(),
			"1 relation/9 #relation/9 POLYGON((0 0,1 0,1 1,0 0)) kind=" + rest},
	} {
		t.Run(c.rule, func(t *testing.T) {
			want := "EPSG:4326"
			if c.want != "" {
				want += "\n" + c.want
			}
			if got := told(t, file(t, "a.pbf", string(c.file.file)), Options{Theme: ThemeBuildings}); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// Rings are made of ways, whichever way they run, however they touch.
func TestBoundaries(t *testing.T) {
	p := newPBF().grid().
		way(1, "", 1, 2, 3).way(2, "", 13, 8, 3).way(3, "", 1, 6, 11, 12, 13). // a square of two by two
		way(4, "", 13, 14, 15).way(5, "", 15, 20, 25).way(6, "", 13, 18, 23, 24, 25).
		way(7, "", 7, 2, 1).way(8, "", 1, 6, 7).end()
	p.relation(10, "type=boundary boundary=administrative admin_level=8 name=one ref=01", nil, 1, 2, 3)
	p.relation(11, "type=boundary boundary=administrative admin_level=8 name=touching", nil, 1, 2, 3, 4, 5, 6)
	p.relation(12, "type=boundary boundary=administrative admin_level=6 name=other", nil, 1, 2, 3)
	p.relation(13, "type=boundary boundary=administrative admin_level=8 name=open", nil, 1, 2)
	p.relation(14, "type=boundary boundary=administrative admin_level=8 name=torn", nil, 1, 90, 91, 92, 93, 94, 95)
	p.relation(15, "type=boundary boundary=maritime admin_level=8", nil, 1, 2, 3)
	p.relation(16, "type=boundary boundary=administrative admin_level=8 name=holed", nil, 1, 2, 3, 7, 8).end()
	want := "EPSG:4326\n" +
		"1 relation/10 #relation/10 POLYGON((0 0,1 0,2 0,2 1,2 2,1 2,0 2,0 1,0 0)) admin_level=8 name=one name_en= ref=01 population= licence=ODbL 1.0\n" +
		"2 relation/11 #relation/11 MULTIPOLYGON(((0 0,1 0,2 0,2 1,2 2,1 2,0 2,0 1,0 0)),((2 2,3 2,4 2,4 3,4 4,3 4,2 4,2 3,2 2))) " +
		"admin_level=8 name=touching name_en= ref= population= licence=ODbL 1.0\n" +
		"row 3 (relation/13): open: its outline is not closed at node/13\n" +
		"row 4 (relation/14): torn: 6 of its 7 ways are missing from the file: way/90, way/91, way/92, way/93, way/94, and 1 more\n"
	got := told(t, file(t, "a.pbf", string(p.file)), Options{Theme: ThemeBoundaries, Where: "admin_level=8"})
	if !strings.HasPrefix(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if last := got[strings.LastIndexByte(got, '\n')+1:]; !strings.HasPrefix(last, "5 relation/16") {
		t.Errorf("ways that lie on each other: got %s", last)
	}
}

func TestPBFRefuses(t *testing.T) {
	good := newPBF().grid().way(7, "building=yes", 1, 2, 7, 1).end().file
	history := &pbf{}
	history.blob("OSMHeader", bytesField(nil, 4, []byte("HistoricalInformation")))
	bad := newPBF()
	bad.group = bytesField(nil, 3, bytesField(bytesField(nil, 2, []byte{99}), 3, []byte{99}))
	for _, c := range []struct {
		rule, theme string
		file        []byte
		want        string
	}{
		{"no theme", "", good, "say what to read of an OpenStreetMap file: buildings, base or boundaries"},
		{"a history", ThemeBuildings, history.file, `requires "HistoricalInformation"`},
		{"a file cut off in a block", ThemeBuildings, good[:len(good)-5], "the file ends 5 bytes before its end"},
		{"a file cut off in a header", ThemeBuildings, good[:len(newPBF().grid().file)+3], "unexpected EOF"},
		{"a tag that is not in the table", ThemeBuildings, bad.end().file, "a block of the file is damaged"},
		{"a block packed in another way", ThemeBuildings, append(slices.Clone(newPBF().file), "\x00\x00\x00\x0b\x0a\x07OSMData\x18\x03\x3a\x01x"...), "number 7"},
	} {
		got := told(t, file(t, "a.pbf", string(c.file)), Options{Theme: c.theme})
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want it to say %q", c.rule, got, c.want)
		}
	}
}
