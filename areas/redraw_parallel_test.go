package areas_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"canvass/areas"
)

// checkered makes a county of two towns with two census areas each, of n × n sub-areas a side, and a house in every corner
// of each: a partition to be redrawn at random.
func checkered(t *testing.T, n int) *place {
	t.Helper()
	p := newPlace(t)
	ctx, system := t.Context(), areas.System()
	ground := func(column int) orb.MultiPolygon {
		side := float64(n) * cell
		west := tile(118+float64(column)*side, 35, side)
		east := tile(118+float64(column+1)*side, 35, side)
		return orb.MultiPolygon{west.Bound().Union(east.Bound()).ToPolygon()}
	}
	p.ok(p.MakeRegions(ctx, system, []areas.NewRegion{{Code: "370883101", Name: "西镇", Geometry: ground(0)}, {Code: "370883102", Name: "东镇", Geometry: ground(2)}}))
	var villages []areas.NewArea
	var drawn []areas.NewSubArea
	var built []areas.NewBuilding
	for column := range 4 {
		village := areas.Code(fmt.Sprintf("370883%d", 101+column/2)) + areas.Code(fmt.Sprintf("20%d", 1+column%2))
		west := 118 + float64(column*n)*cell
		villages = append(villages, areas.NewArea{Code: village, Name: "村", Geometry: orb.MultiPolygon{tile(west, 35, float64(n)*cell)}})
		for i := range n * n {
			west, south := west+float64(i%n)*cell, 35+float64(i/n)*cell
			code := village + areas.Code(fmt.Sprintf("%03d", 1+i))
			drawn = append(drawn, areas.NewSubArea{Code: code, Geometry: orb.MultiPolygon{tile(west, south, cell)}})
			for k := range 9 {
				built = append(built, areas.NewBuilding{Geometry: tile(west+(0.15+0.3*float64(k%3))*cell, south+(0.15+0.3*float64(k/3))*cell, cell/20),
					Units: ptr(1 + k%3), Source: "grid", SourceID: fmt.Sprint(code, k)})
			}
		}
	}
	_, err := p.MakeAreas(ctx, system, villages)
	p.ok(err)
	_, err = p.DrawSubAreas(ctx, system, drawn)
	p.ok(err)
	_, err = p.AddBuildings(ctx, system, county, built)
	p.ok(err)
	for _, town := range []areas.Code{"370883101", "370883102"} {
		_, err = p.ListDwellings(ctx, system, town)
		p.ok(err)
	}
	return p
}

// cell is the side of a sub-area of the checkered county, in degrees.
const cell = 0.008

func tile(west, south, side float64) orb.Polygon {
	at := func(v float64) float64 { return float64(int64(v*1e7+0.5)) / 1e7 }
	return orb.Bound{Min: orb.Point{at(west), at(south)}, Max: orb.Point{at(west + side), at(south + side)}}.ToPolygon()
}

// redrawSomewhere tries one operation on sub-areas that are there, and tells whether it was done. Whatever refuses it must
// do so in words.
func (p *place) redrawSomewhere(rng *rand.Rand, a areas.Asked) bool {
	p.t.Helper()
	ctx := p.t.Context()
	all, err := p.SubAreas(ctx, p.gis, areas.SubAreaQuery{Within: county, Page: areas.Page{Limit: 1000}})
	p.ok(err)
	all.Items = slices.DeleteFunc(all.Items, func(s areas.SubArea) bool { return s.Area == area }) // it has no outline
	one, other := all.Items[rng.IntN(len(all.Items))], all.Items[rng.IntN(len(all.Items))]
	b := one.Envelope.Bound()
	f := func() float64 { return -0.3 + 1.6*rng.Float64() }
	spot := func() orb.Point {
		return orb.Point{b.Min[0] + f()*(b.Max[0]-b.Min[0]), b.Min[1] + f()*(b.Max[1]-b.Min[1])}
	}
	way := orb.LineString{spot(), spot(), spot()}
	switch rng.IntN(4) {
	case 0:
		_, err = p.Merge(ctx, p.gis, a, []areas.Code{one.Code, other.Code})
	case 1:
		_, err = p.Reshape(ctx, p.gis, a, areas.Reshape{Codes: [2]areas.Code{one.Code, other.Code}, Line: way, Tolerance: 2})
	case 2:
		_, err = p.Transfer(ctx, p.gis, a, areas.Transfer{From: one.Code, To: other.Code, Piece: orb.MultiPolygon{{orb.Ring(append(way, way[0]))}}})
	default:
		_, err = p.Split(ctx, p.gis, a, areas.Split{Code: one.Code, Line: way, Tolerance: 2})
	}
	if err != nil && (areas.KindOf(err) == 0 || areas.CodeOf(err) == "try_again") {
		p.t.Errorf("refused without words, or because others were at it: %v", err)
	}
	return err == nil
}

// doorsOf lists the dwellings of sub-areas.
func (p *place) doorsOf(codes ...areas.Code) (out []areas.Dwelling) {
	p.t.Helper()
	for _, code := range codes {
		list, err := p.Dwellings(p.t.Context(), p.gis, areas.DwellingQuery{SubArea: code})
		p.ok(err)
		out = append(out, list.Items...)
	}
	return out
}

// Many who redraw one small county at once, while others list and visit in it, neither wait for one another for ever nor
// leave anything that disagrees.
func TestParallelRedrawing(t *testing.T) {
	p := checkered(t, 3)
	doors := p.doorsOf("370883101201001", "370883101202005", "370883102201005")
	var done sync.WaitGroup
	for i := range 4 {
		done.Go(func() {
			for k := i; k < len(doors); k += 4 {
				_, err := p.RecordVisit(t.Context(), p.admin, areas.NewVisit{ID: uuid.New(), County: county, Dwelling: doors[k].ID,
					Result: "complete", Persons: &areas.Persons{PresentRegistered: 1}})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	counts := make([]int, 32)
	for i := range counts {
		done.Go(func() {
			rng := rand.New(rand.NewPCG(1, uint64(i)))
			for range 12 {
				if p.redrawSomewhere(rng, areas.Asked{}) {
					counts[i]++
				}
			}
		})
	}
	done.Wait()
	sum := 0
	for _, n := range counts {
		sum += n
	}
	if sum < 32 {
		t.Errorf("only %d changes of 384 were made", sum)
	}
	p.sound()
	p.partition()
}
