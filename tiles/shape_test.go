package tiles

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// FuzzShape reads what may be a geometry and draws what it is.
func FuzzShape(f *testing.F) {
	for _, text := range []string{"POINT(117 35.4)", "MULTIPOINT((117 35.4),(117.001 35.4))", "LINESTRING(116 35,118 36)",
		"MULTILINESTRING((116 35,118 36),(117 35,117 36))", "POLYGON((116 35,118 35,118 36,116 35),(117 35.2,117.1 35.2,117.1 35.3,117 35.2))",
		"MULTIPOLYGON(((116 35,118 35,118 36,116 35)),((1 1,2 1,2 2,1 1)))", "GEOMETRYCOLLECTION(POINT(1 2))"} {
		g, err := wkt.Unmarshal(text)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(ewkb.MustMarshal(g, 4326, binary.LittleEndian))
	}
	at := maptile.At(orb.Point{117, 35.4}, 14)
	f.Fuzz(func(t *testing.T, sent []byte) {
		e := newEncoder(14, int(at.X), int(at.Y), nil)
		c, err := newColumns(nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.add(key{id: 1}, [][]byte{nil, sent}) != nil || len(c.ids) == 0 {
			return
		}
		e.layer("test", c, []uint32{0})
		direct := string(e.tile)
		e.begin(14, int(at.X), int(at.Y))
		e.layer("test", pack(c).columns, []uint32{0})
		if string(e.tile) != direct {
			t.Errorf("%x is drawn in another way when packed", sent)
		}
	})
}

// FuzzKey reads what may be a row's key.
func FuzzKey(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 1}, uint32(pgtype.Int8OID))
	f.Add([]byte{0, 0, 0, 2, 0, 0, 0, 20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 23, 0, 0, 0, 4, 0, 0, 0, 9}, uint32(pgtype.RecordOID))
	f.Fuzz(func(t *testing.T, sent []byte, oid uint32) {
		k, err := keyOf(oid, sent)
		if err != nil && (oid == pgtype.Int8OID && len(sent) == 8 || k.id != 0 && len(sent) < 8) {
			t.Errorf("%x: %+v, %v", sent, k, err)
		}
	})
}

// A row's key is its id, and in a record its zoom and kind.
func TestKey(t *testing.T) {
	record := []byte{0, 0, 0, 3, 0, 0, 0, 20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 1, 7, 0, 0, 0, 23, 0, 0, 0, 4, 0, 0, 0, 9, 0, 0, 0, 25, 0, 0, 0, 4, 'r', 'o', 'a', 'd'}
	k, err := keyOf(pgtype.RecordOID, record)
	if err != nil || k.id != 263 || k.zoom != 9 || string(k.kind) != "road" {
		t.Errorf("%+v %v", k, err)
	}
	for n := range len(record) {
		if k, err := keyOf(pgtype.RecordOID, record[:n]); err == nil && string(k.kind) == "road" {
			t.Errorf("the first %d bytes give %+v", n, k)
		}
	}
	if _, err := keyOf(pgtype.TextOID, []byte("12345678")); err == nil {
		t.Error("a text is taken for a key")
	}
}

// A place is nowhere further from its spot than half a unit of the world, and beyond the world it is on its border.
func TestSpots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lon, lat := rapid.Float64Range(-180, 179.999999).Draw(t, "lon"), rapid.Float64Range(-85, 85).Draw(t, "lat")
		p := spotOf(lon, lat)
		const unit = 360.0 / (1 << worldBits)
		back := float64(p.x) * unit
		y := float64(p.y) * unit * math.Pi / 180
		north := -math.Atan(math.Sinh(y)) * 180 / math.Pi
		if math.Abs(back-lon) > unit/2*1.001 || math.Abs(north-lat) > unit/2*1.001 {
			t.Fatalf("%v %v came back as %v %v", lon, lat, back, north)
		}
	})
	for _, c := range []struct {
		lon, lat float64
		want     spot
	}{
		{0, 0, spot{0, 0}}, {180, -90, spot{math.MaxInt32, math.MaxInt32}}, {-180, 90, spot{math.MinInt32, math.MinInt32}},
		{1e9, 0, spot{math.MaxInt32, 0}}, {-1e9, math.Inf(1), spot{math.MinInt32, math.MaxInt32}},
	} {
		if got := spotOf(c.lon, c.lat); got != c.want {
			t.Errorf("%v %v is at %v, want %v", c.lon, c.lat, got, c.want)
		}
	}
}

// A line's parts in a tile lie in the buffer and on the line, and leave nothing of it out.
func TestLinesAreCut(t *testing.T) {
	at := maptile.New(13526, 6449, 14)
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.Float64Range(-9000, 13000)
		line := orb.LineString{}
		for range rapid.IntRange(2, 12).Draw(t, "n") {
			p := orb.Point{side.Draw(t, "x"), side.Draw(t, "y")}
			if n := len(line); n == 0 || planar.Distance(line[n-1], p) > 3 { // what is shorter may vanish
				line = append(line, p)
			}
		}
		if len(line) < 2 {
			return
		}
		got := linesOf(orb.MultiLineString{})
		if g := drawn(t, at, toDegrees(at, line), true); g != nil {
			got = linesOf(g)
		}
		near := func(p orb.Point) bool {
			for _, l := range got {
				if planar.DistanceFrom(l, p) <= 1.5 {
					return true
				}
			}
			return false
		}
		for _, l := range got {
			for _, p := range l {
				if !inside.Contains(p) || planar.DistanceFrom(line, p) > 1.5 {
					t.Fatalf("%v of %v", p, line)
				}
			}
		}
		for i, p := range line[1:] {
			for part := range 50 {
				f := float64(part) / 50
				q := orb.Point{line[i][0] + f*(p[0]-line[i][0]), line[i][1] + f*(p[1]-line[i][1])}
				if inside.Pad(-3).Contains(q) && !near(q) {
					t.Fatalf("%v of %v is missing in %v", q, line, got)
				}
			}
		}
	})
}
