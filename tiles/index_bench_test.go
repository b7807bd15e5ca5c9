package tiles

import (
	"context"
	"encoding/binary"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// town is a made town: side by side buildings of ten corners each, as rows of the database, so close together that a tile of
// zoom 15 shows about 2 200. It has its middle at 117 E, 35.4 N.
type town struct {
	columns *columns
	side    int
	row     [][]byte
}

const pitch = 0.000232 // degrees from one building to the next

func newTown(tb testing.TB, side int) *town {
	described := []pgconn.FieldDescription{{Name: "id", DataTypeOID: pgtype.Int8OID, Format: 1}, {Name: "geom", Format: 1},
		{Name: "number", DataTypeOID: pgtype.Int4OID, Format: 1}, {Name: "kind", DataTypeOID: pgtype.TextOID},
		{Name: "standing", DataTypeOID: pgtype.TextOID}, {Name: "floors", DataTypeOID: pgtype.Int4OID, Format: 1},
		{Name: "name", DataTypeOID: pgtype.TextOID}, {Name: "sub_area", DataTypeOID: pgtype.TextOID}}
	c, err := newColumns(described)
	if err != nil {
		tb.Fatal(err)
	}
	t := &town{columns: c, side: side, row: make([][]byte, len(described))}
	for i := range side * side {
		if err := t.build(i); err != nil {
			tb.Fatal(err)
		}
	}
	return t
}

func (t *town) build(i int) error {
	x, y := i%t.side, i/t.side
	t.row[1] = t.footprint(x, y)
	t.row[2] = binary.BigEndian.AppendUint32(t.row[2][:0], uint32(i%97))
	t.row[3] = append(t.row[3][:0], []string{"residential", "mixed", "collective"}[i%3]...)
	t.row[4] = append(t.row[4][:0], "confirmed"...)
	t.row[5] = binary.BigEndian.AppendUint32(t.row[5][:0], uint32(i%7+1))
	t.row[6] = t.row[6][:0]
	if i%10 == 0 {
		t.row[6] = append(append(t.row[6], "楼"...), strconv.Itoa(i)...)
	}
	t.row[7] = append(t.row[7][:0], "370883100201"...)
	t.row[7] = append(t.row[7], strconv.Itoa(100+x/9%30+y/9%30*30)...)
	return t.columns.add(key{id: uint64(i + 1)}, t.row)
}

// footprint is the EWKB of a building of ten corners: a house with a porch and a niche, turned a little.
func (t *town) footprint(x, y int) []byte {
	sin, cos := math.Sincos(float64((x*7+y*13)%90) * math.Pi / 180)
	lon, lat := 117+float64(x-t.side/2)*pitch, 35.4+float64(y-t.side/2)*pitch*0.815
	b := append(t.row[1][:0], 1)
	b = binary.LittleEndian.AppendUint32(b, wkbPolygon|wkbSRID)
	b = binary.LittleEndian.AppendUint32(b, 4326)
	b = binary.LittleEndian.AppendUint32(b, 1)
	corners := [...][2]float64{{-8, -6}, {8, -6}, {8, 0}, {11, 0}, {11, 4}, {8, 4}, {8, 6}, {2, 6}, {2, 3}, {-8, 3}, {-8, -6}}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(corners)))
	for _, c := range corners {
		east, north := c[0]*cos-c[1]*sin, c[0]*sin+c[1]*cos
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(lon+east*1.1e-5*0.6))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(lat+north*0.9e-5*0.6))
	}
	return b
}

// index packs the town.
func (t *town) index() *index {
	p := pack(t.columns)
	for _, l := range layers {
		if l.name == "buildings" {
			return &index{layers: []indexed{{layer: l, packed: p}}, bytes: p.size()}
		}
	}
	return nil
}

// tiles are those about the town's middle in the shares that people ask for: a tenth of zoom 14, three of 15, six of 16.
func (t *town) tiles() (out []address) {
	for i := range 40 {
		z := []maptile.Zoom{14, 15, 15, 15, 16, 16, 16, 16, 16, 16}[i%10]
		at := maptile.At(orb.Point{117 + float64(i%8-4)*0.004, 35.4 + float64(i/8-2)*0.003}, z)
		out = append(out, address{censusSet, int(z), int(at.X), int(at.Y)})
	}
	return out
}

// BenchmarkIndexTile writes tiles of a town of a million buildings from memory, without and with compression.
func BenchmarkIndexTile(b *testing.B) {
	town := newTown(b, 1000)
	x := town.index()
	b.Logf("%.1f bytes a building", float64(x.bytes)/1e6)
	b.Run("mix", func(b *testing.B) { benchmarkTiles(b, x, town.tiles(), false) })
	b.Run("mix gzip", func(b *testing.B) { benchmarkTiles(b, x, town.tiles(), true) })
	at := maptile.At(orb.Point{117.001, 35.401}, 15)
	one := []address{{censusSet, 15, int(at.X), int(at.Y)}}
	b.Run("z15", func(b *testing.B) { benchmarkTiles(b, x, one, false) })
	b.Run("z15 gzip", func(b *testing.B) { benchmarkTiles(b, x, one, true) })
}

func benchmarkTiles(b *testing.B, x *index, asked []address, pack bool) {
	w := &writer{}
	var size, packed, features, n int
	b.ReportAllocs()
	for b.Loop() {
		a := asked[n%len(asked)]
		w.begin(a.z, a.x, a.y)
		x.encode(w, a.z)
		features += len(w.order)
		size += len(w.tile)
		if pack {
			zipped, err := Gzip.packed(w.tile)
			if err != nil {
				b.Fatal(err)
			}
			packed += len(zipped)
		}
		n++
	}
	b.ReportMetric(float64(features)/float64(n), "features/tile")
	b.ReportMetric(float64(size)/float64(n), "B/tile")
	if pack {
		b.ReportMetric(float64(packed)/float64(n), "gzip-B/tile")
	}
}

// BenchmarkIndexPack orders a million buildings and plants the tree over them.
func BenchmarkIndexPack(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		town := newTown(b, 1000)
		b.StartTimer()
		pack(town.columns)
	}
}

// BenchmarkIndexLoad reads a county of 200 000 buildings from the database into an index.
func BenchmarkIndexLoad(b *testing.B) {
	tiles, owner := newTiles(b)
	const many = `
		INSERT INTO buildings (county, place, number, floors, geom, point, source, source_id)
		SELECT '370883', '370883100201001', n % 97, n % 7,
		       ST_MakePolygon(ST_MakeLine(ARRAY[p, ST_Translate(p, 1e-4, 0), ST_Translate(p, 1e-4, 2e-5), ST_Translate(p, 1.2e-4, 2e-5),
		           ST_Translate(p, 1.2e-4, 6e-5), ST_Translate(p, 1e-4, 6e-5), ST_Translate(p, 1e-4, 8e-5), ST_Translate(p, 5e-5, 8e-5),
		           ST_Translate(p, 5e-5, 7e-5), ST_Translate(p, 0, 7e-5), p])),
		       p, 'many', n::text
		  FROM generate_series(1, 200000) n,
		       LATERAL (SELECT ST_Point(116.9 + n % 500 * 0.0002, 35.3 + n / 500 * 0.0002, 4326) AS p WHERE n > 0) o`
	if _, err := owner.Exec(context.Background(), many); err != nil {
		b.Fatal(err)
	}
	var read time.Duration
	n := 0
	for b.Loop() {
		began := time.Now()
		x := loaded(b, tiles, censusSet)
		read += time.Since(began)
		n++
		b.ReportMetric(float64(x.bytes)/2e5, "B/building")
	}
	b.ReportMetric(2e5*float64(n)/read.Seconds(), "buildings/s")
}
