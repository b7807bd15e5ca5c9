package vector

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"google.golang.org/protobuf/encoding/protowire"
	"pgregory.net/rapid"

	"canvass/geo"
)

func TestBase(t *testing.T) {
	p := newPBF().grid().dense([]string{"place=village name=村 name:en=Cun", "addr:housenumber=8", "shop=yes"}, 30, 5, 5, 31, 15000000, 5, 32, 6, 6).end()
	p.node(33, -degree, -degree/2, "place=town name=t").end()
	p.way(1, "highway=residential name=a bridge=yes tunnel=no", 1, 2).way(2, "railway=rail tunnel=yes", 1, 2).way(3, "waterway=river", 1, 2).
		way(4, "natural=water water=pond", 1, 2, 7, 1).way(5, "landuse=forest", 1, 2, 7, 1).way(6, "amenity=school name=s", 1, 2, 7, 1).
		way(7, "building=yes addr:housenumber=9", 1, 5, 25, 21, 1).way(8, "highway=pedestrian area=yes", 1, 2, 7, 1).
		way(9, "landuse=forest", 1, 2).way(10, "natural=water", 1, 2, 7, 1).way(11, "highway=proposed", 1, 2).end()
	p.relation(20, "type=multipolygon natural=water", nil, 10).end()
	want := `EPSG:4326
1 node/30 #node/30 POINT(5e-07 5e-07) layer=place class=village name=村 name_en=Cun rank=4 min_zoom=10 bridge= tunnel=
2 node/31 #node/31 POINT(1.5 5e-07) layer=address class=house_number name=8 name_en= rank=0 min_zoom=17 bridge= tunnel=
3 node/32 #node/32 POINT(6e-07 6e-07) layer=poi class=shop name= name_en= rank=7 min_zoom=17 bridge= tunnel=
4 node/33 #node/33 POINT(-1 -0.5) layer=place class=town name=t name_en= rank=2 min_zoom=7 bridge= tunnel=
5 way/1 #way/1 LINESTRING(0 0,1 0) layer=road class=residential name=a name_en= rank=8 min_zoom=12 bridge=true tunnel=
6 way/2 #way/2 LINESTRING(0 0,1 0) layer=rail class=rail name= name_en= rank=1 min_zoom=8 bridge= tunnel=true
7 way/3 #way/3 LINESTRING(0 0,1 0) layer=waterway class=river name= name_en= rank=1 min_zoom=8 bridge= tunnel=
8 way/4 #way/4 POLYGON((0 0,1 0,1 1,0 0)) layer=water class=pond name= name_en= rank=1 min_zoom=8 bridge= tunnel=
9 way/5 #way/5 POLYGON((0 0,1 0,1 1,0 0)) layer=landuse class=forest name= name_en= rank=1 min_zoom=8 bridge= tunnel=
10 way/6 #way/6 POLYGON((0 0,1 0,1 1,0 0)) layer=landuse class=school name=s name_en= rank=6 min_zoom=13 bridge= tunnel=
11 way/6 #way/6 POINT(0.625 0.25) layer=poi class=school name=s name_en= rank=3 min_zoom=15 bridge= tunnel=
12 way/7 #way/7 POINT(2 2) layer=address class=house_number name=9 name_en= rank=0 min_zoom=17 bridge= tunnel=
13 way/8 #way/8 POLYGON((0 0,1 0,1 1,0 0)) layer=landuse class=pedestrian name= name_en= rank=9 min_zoom=14 bridge= tunnel=
14 relation/20 #relation/20 POLYGON((0 0,1 0,1 1,0 0)) layer=water class=water name= name_en= rank=1 min_zoom=8 bridge= tunnel=`
	if got := told(t, file(t, "a.pbf", string(p.file)), Options{Theme: ThemeBase}); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// What an element is on the map: each layer and class it gives.
func TestBaseLayers(t *testing.T) {
	for _, c := range []struct{ tags, nodes, want string }{
		{"amenity=place_of_worship religion=buddhist name=寺 building=yes", "closed", "poi/temple/寺"},
		{"amenity=place_of_worship religion=muslim", "node", "poi/mosque/"},
		{"shop=supermarket name=s addr:housenumber=3", "node", "poi/market/s address/house_number/3"},
		{"shop=no", "node", ""},
		{"highway=bus_stop", "node", "poi/stop/"},
		{"barrier=gate", "node", "poi/gate/"},
		{"barrier=wall", "open", "barrier/wall/"},
		{"barrier=wall amenity=school", "closed", "landuse/school/ poi/school/"},
		{"barrier=fence", "closed", "barrier/fence/"},
		{"highway=primary ref=G104", "open", "road/primary/G104"},
		{"highway=primary ref=G104 name=太平路", "open", "road/primary/太平路"},
		{"highway=footway area=yes", "closed", "landuse/pedestrian/"},
		{"highway=footway", "closed", "road/footway/"},
		{"railway=platform", "open", "rail/platform/"},
		{"railway=platform", "closed", "landuse/platform/"},
		{"man_made=pier", "open", "barrier/pier/"},
		{"man_made=pier", "closed", "landuse/pier/"},
		{"boundary=administrative admin_level=8", "open", "boundary/administrative/"},
		{"leisure=swimming_pool", "closed", "water/swimming_pool/"},
		{"natural=grassland", "closed", "landuse/meadow/"},
		{"place=village", "node", ""},
		{"natural=tree", "node", "poi/tree/"},
	} {
		p := newPBF().grid()
		switch c.nodes {
		case "node":
			p.node(40, 1, 1, c.tags)
		case "open":
			p.way(1, c.tags, 1, 2)
		case "closed":
			p.way(1, c.tags, 1, 5, 25, 21, 1)
		}
		var got []string
		for line := range strings.SplitSeq(told(t, file(t, "a.pbf", string(p.end().file)), Options{Theme: ThemeBase}), "\n") {
			if _, rest, ok := strings.Cut(line, "layer="); ok {
				layer, rest, _ := strings.Cut(rest, " class=")
				class, rest, _ := strings.Cut(rest, " name=")
				name, _, _ := strings.Cut(rest, " name_en=")
				got = append(got, layer+"/"+class+"/"+name)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s, %s: got %v, want %s", c.nodes, c.tags, got, c.want)
		}
	}
}

// boxed gives a file a box, in degrees.
func boxed(west, south, east, north int64) *pbf {
	p := &pbf{strings: []string{""}}
	var box []byte
	for i, side := range []int64{west, east, north, south} {
		box = numberField(box, protowire.Number(i+1), protowire.EncodeZigZag(side*degree*100))
	}
	p.blob("OSMHeader", bytesField(bytesField(nil, 1, box), 4, []byte("DenseNodes")))
	return p
}

// The sea lies on the right of its coasts, as far as the box goes; the grid is five by five nodes, a degree apart.
func TestSea(t *testing.T) {
	const coast = "natural=coastline"
	for _, c := range []struct {
		rule string
		file *pbf
		want string
	}{
		{"a coast that runs north has the sea in the east", boxed(0, 0, 4, 4).grid().way(1, coast, 3, 8, 13, 18, 23),
			"POLYGON((2 0,2 1,2 2,2 3,2 4,4 4,4 0,2 0))"},
		{"a coast that runs south has it in the west", boxed(0, 0, 4, 4).grid().way(1, coast, 23, 18, 13, 8, 3),
			"POLYGON((2 4,2 3,2 2,2 1,2 0,0 0,0 4,2 4))"},
		{"a coast comes in pieces, in any order", boxed(0, 0, 4, 4).grid().way(1, coast, 13, 18, 23).way(2, coast, 3, 8, 13),
			"POLYGON((2 0,2 1,2 2,2 3,2 4,4 4,4 0,2 0))"},
		{"it is cut at the box", boxed(0, 1, 4, 3).grid().way(1, coast, 3, 8, 13, 18, 23), "POLYGON((2 1,2 2,2 3,4 3,4 1,2 1))"},
		{"two coasts leave a strait between them", boxed(0, 0, 4, 4).grid().way(1, coast, 2, 7, 12, 17, 22).way(2, coast, 24, 19, 14, 9, 4),
			"POLYGON((1 0,1 1,1 2,1 3,1 4,3 4,3 3,3 2,3 1,3 0,1 0))"},
		{"two coasts back to back have water on both sides", boxed(0, 0, 4, 4).grid().way(1, coast, 22, 17, 12, 7, 2).way(2, coast, 4, 9, 14, 19, 24),
			"MULTIPOLYGON(((1 4,1 3,1 2,1 1,1 0,0 0,0 4,1 4)),((3 0,3 1,3 2,3 3,3 4,4 4,4 0,3 0)))"},
		{"an island alone has the whole box around it", boxed(0, 0, 4, 4).grid().way(1, coast, 7, 8, 13, 12, 7),
			"POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 2,1 1))"},
		{"an island before a coast", boxed(0, 0, 4, 4).grid().way(1, coast, 2, 7, 12, 17, 22).way(2, coast, 8, 9, 14, 13, 8),
			"POLYGON((1 0,1 1,1 2,1 3,1 4,4 4,4 0,1 0),(2 1,3 1,3 2,2 2,2 1))"},
		{"without a box the nodes make it", newPBF().grid().way(1, coast, 3, 8, 13, 18, 23), "POLYGON((2 0,2 1,2 2,2 3,2 4,4 4,4 0,2 0))"},
		{"a coast that ends in the middle", boxed(0, 0, 4, 4).grid().way(1, coast, 3, 8, 13),
			"row 1 (coastline): the coast ends at 2.0000000 2.0000000, far from the edge of the file"},
		{"coasts that run against each other", boxed(0, 0, 4, 4).grid().way(1, coast, 2, 7, 12, 17, 22).way(2, coast, 4, 9, 14, 19, 24),
			"row 1 (coastline): its coastlines run against each other"},
		{"a coast outside the box", boxed(0, 0, 1, 1).grid().way(1, coast, 5, 10, 15), ""},
	} {
		got := strings.TrimPrefix(told(t, file(t, "a.pbf", string(c.file.end().file)), Options{Theme: ThemeBase}), "EPSG:4326")
		got = strings.TrimPrefix(got, "\n1 coastline #coastline ")
		if c.want == "" && got != "" || !strings.HasPrefix(strings.TrimSpace(got), c.want) {
			t.Errorf("%s: got %s, want %s", c.rule, got, c.want)
		}
	}
}

// However an island and a coast lie, land and sea make up the box.
func TestSeaAndLandFillTheBox(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const side = 1 << 10
		steps := rapid.SliceOfN(rapid.IntRange(1, side-1), 3, 12).Draw(t, "where the coast goes")
		c := coast{box: orb.Bound{Max: orb.Point{1, 1}}}
		var line orb.LineString
		for i, x := range steps {
			line = append(line, geo.SnapPoint(orb.Point{float64(x) / side / 2, float64(i) / float64(len(steps)-1)}))
		}
		x, y := rapid.Float64Range(0.55, 0.8).Draw(t, "x"), rapid.Float64Range(0.1, 0.7).Draw(t, "y")
		island := geo.Snap(orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + 0.15, y + 0.2}}.ToRing()).(orb.Ring)
		c.lines = []orb.LineString{line[len(line)/2:], orb.LineString(island), line[:len(line)/2+1]}
		sea, err := c.sea()
		if err != nil {
			t.Fatal(err)
		}
		land := 0.0
		for i := 1; i < len(line); i++ {
			land += (line[i][0] + line[i-1][0]) / 2 * (line[i][1] - line[i-1][1])
		}
		want := 1 - land - flat(orb.Polygon{island})
		if got := flat(sea); math.Abs(got-want) > 1e-6 {
			t.Fatalf("the sea covers %.7f, want %.7f: %s", got, want, fmt.Sprint(sea))
		}
	})
}

// flat is the area in square degrees.
func flat(g orb.Geometry) (sum float64) {
	switch g := g.(type) {
	case orb.Polygon:
		for i, r := range g {
			a := 0.0
			for k := 1; k < len(r); k++ {
				a += r[k-1][0]*r[k][1] - r[k][0]*r[k-1][1]
			}
			if a = math.Abs(a) / 2; i > 0 {
				a = -a
			}
			sum += a
		}
	case orb.MultiPolygon:
		for _, p := range g {
			sum += flat(p)
		}
	}
	return sum
}
