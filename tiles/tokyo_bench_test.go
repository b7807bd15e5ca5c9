package tiles

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
)

const tokyo = "../../shared/data/02-tokyo-buildings/*.geojsonl.gz"

// BenchmarkTokyo writes tiles of real footprints, where they are at hand: of 341 625 buildings in four wards of Tokyo, tiles
// about every hundredth of them, a tenth of zoom 14, three of 15, six of 16.
func BenchmarkTokyo(b *testing.B) {
	paths, err := filepath.Glob(tokyo)
	if err != nil || len(paths) == 0 {
		b.Logf("%s is not there: %v", tokyo, err)
		return
	}
	c, err := newColumns([]pgconn.FieldDescription{{Name: "id", DataTypeOID: pgtype.Int8OID, Format: 1}, {Name: "geom", Format: 1},
		{Name: "kind", DataTypeOID: pgtype.TextOID}, {Name: "floors", DataTypeOID: pgtype.Int4OID, Format: 1},
		{Name: "sub_area", DataTypeOID: pgtype.TextOID}})
	if err != nil {
		b.Fatal(err)
	}
	asked := []address{}
	for _, path := range paths {
		readFootprints(b, path, func(f *geojson.Feature) {
			n := len(c.ids)
			row := [][]byte{nil, ewkb.MustMarshal(f.Geometry, 4326, binary.LittleEndian), []byte("residential"),
				binary.BigEndian.AppendUint32(nil, uint32(n*7%11)), []byte(filepath.Base(path))}
			if err := c.add(key{id: uint64(n + 1)}, row); err != nil {
				b.Fatal(err)
			}
			if n%100 == 0 {
				z := []maptile.Zoom{14, 15, 15, 15, 16, 16, 16, 16, 16, 16}[n/100%10]
				at := maptile.At(f.Geometry.Bound().Center(), z)
				asked = append(asked, address{censusSet, int(z), int(at.X), int(at.Y)})
			}
		})
	}
	p := pack(c)
	x := &index{layers: []indexed{{layer: layers[3], packed: p}}, bytes: p.size()}
	b.Logf("%d buildings of %.1f corners in %.1f bytes each", len(p.ids), float64(len(p.words))/2/float64(len(p.ids)), float64(x.bytes)/float64(len(p.ids)))
	b.Run("mix", func(b *testing.B) { benchmarkTiles(b, x, asked, false) })
	b.Run("mix gzip", func(b *testing.B) { benchmarkTiles(b, x, asked, true) })
}

func readFootprints(b *testing.B, path string, do func(*geojson.Feature)) {
	b.Helper()
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(unzipped)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		f, err := geojson.UnmarshalFeature(lines.Bytes())
		if err != nil {
			b.Fatal(err)
		}
		if _, ok := f.Geometry.(orb.Polygon); ok {
			do(f)
		}
	}
	if err := lines.Err(); err != nil {
		b.Fatal(err)
	}
}
