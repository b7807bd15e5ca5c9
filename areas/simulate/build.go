package simulate

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// shops lines the streets south and north of a block with shops of two or three floors, some lived in above.
func (t *townMaker) shops(b *block, s *SubArea) {
	for _, north := range []bool{false, true} {
		share := b.kind.shops
		if north {
			share *= 0.3
		}
		for x := b.low.x + 4; x < b.high.x-8; {
			width := 9 + float64(t.random.IntN(8))
			depth := 9 + float64(t.random.IntN(3))
			if t.random.Float64() > share {
				x += width
				continue
			}
			outline, ok := t.front(b, x, vec{width, depth}, north)
			if ok {
				shop := Building{Kind: "non_residential", Name: t.names.trade(), Address: b.address(),
					Floors: 2 + t.random.IntN(2), Stairwells: 1}
				if t.random.Float64() < 0.3 {
					shop.Kind, shop.Doors = "mixed", 1
					shop.Units = shop.Floors - 1
					shop.Households = t.occupied(shop.Units)
				}
				class := ""
				switch t.random.IntN(3) {
				case 0:
					class = "shop"
				case 1:
					t.addPoint(BaseFeature{Layer: "address", Class: "house_number", Name: strings.TrimPrefix(shop.Address, b.street), Rank: 8}, outline.centre())
				}
				t.finish(&shop, outline, class)
				s.Buildings = append(s.Buildings, shop)
			}
			x += width + 0.9
		}
	}
}

// front looks from the street inwards for the first place where a shop fits.
func (t *townMaker) front(b *block, x float64, size vec, north bool) (ring, bool) {
	width, depth := size.x, size.y
	for k := range 9 {
		y := b.low.y + 6 + 3*float64(k)
		if north {
			y = b.high.y - 6 - 3*float64(k) - depth
		}
		if outline, ok := t.put(b, vec{x, y}, vec{x + width, y + depth}, room{5.5, 0.7}); ok {
			return outline, true
		}
	}
	return nil, false
}

// slab is a house of flats while only its place is known.
type slab struct {
	outline ring
	stairs  int
}

// houses lays rows of houses that look south, as far apart as their height asks, and then makes them as high as the
// block's households need.
func (t *townMaker) houses(b *block, s *SubArea) {
	k := b.kind
	var slabs []slab
	perFloor := 0
	for y := b.low.y + 9; y < b.high.y-k.depth-5; y += k.pitch {
		for x := b.low.x + 6; x < b.high.x-20; {
			stairs := 2 + t.random.IntN(k.stairs)
			placed := false
			for ; stairs >= 1 && !placed; stairs-- {
				length := 12.5 * float64(stairs)
				if outline, ok := t.put(b, vec{x, y}, vec{x + length, y + k.depth}, room{6.5, 7}); ok {
					slabs = append(slabs, slab{outline, stairs})
					perFloor += 2 * stairs
					x += length + 9
					placed = true
				}
			}
			if !placed {
				x += 5
			}
		}
	}
	if len(slabs) == 0 {
		slabs, perFloor = t.walkUps(b)
	}
	if len(slabs) == 0 {
		return
	}
	want := (k.least + (k.most-k.least)*t.random.Float64()) / 0.93
	want *= min(1.1, max(0.65, b.ring.area()/11500))
	floors := int(math.Round(want / float64(perFloor)))
	floors = min(k.mostFloors, max(min(3, k.mostFloors), floors))
	t.raise(b, s, slabs, wanted{floors, want})
}

// walkUps finds room for short houses where no row of slabs has any.
func (t *townMaker) walkUps(b *block) (slabs []slab, perFloor int) {
	for y := b.low.y + 5; y < b.high.y-9; y += 4 {
		for x := b.low.x + 4; x < b.high.x-12; x += 4 {
			if outline, ok := t.put(b, vec{x, y}, vec{x + 12, y + 9}, room{3, 5}); ok {
				slabs = append(slabs, slab{outline, 1})
				perFloor += 2
			}
		}
	}
	return slabs, perFloor
}

// wanted is how high slabs are raised, and how many dwellings a block is to have.
type wanted struct {
	floors    int
	dwellings float64
}

// raise builds the slabs until the block has the dwellings wanted; what is left over stays a yard, or is being built.
func (t *townMaker) raise(b *block, s *SubArea, slabs []slab, w wanted) {
	floors, want := w.floors, w.dwellings
	number := 0
	if t.random.Float64() < 0.5 {
		slices.Reverse(slabs)
	}
	for _, l := range slabs {
		if want <= 0 {
			break
		}
		number++
		h := Building{Kind: "residential", Name: fmt.Sprintf("%s%d号楼", b.name, number), Address: b.address(),
			Floors: floors, Stairwells: l.stairs, Doors: 2}
		h.Units = h.Floors * h.Stairwells * h.Doors
		h.Households = t.occupied(h.Units)
		class := ""
		switch roll := t.random.Float64(); {
		case roll < 0.012:
			h.Kind, h.Units, h.Households = "under_construction", 0, 0
		case roll < 0.022:
			h.Kind, h.Name, class = "collective", b.name+"职工宿舍", "dormitory"
			h.Households = h.Units / 4
		}
		want -= float64(h.Units)
		t.finish(&h, l.outline, class)
		s.Buildings = append(s.Buildings, h)
	}
}

// occupied is how many of the units are lived in.
func (t *townMaker) occupied(units int) int {
	n := 0
	for range units {
		if t.random.Float64() < 0.93 {
			n++
		}
	}
	return n
}

// halls puts up what a block of a school, works or market has of its own.
func (t *townMaker) halls(b *block, s *SubArea) {
	var name, class string
	width, depth, count := 46.0, 14.0, 3
	switch b.kind.landuse {
	case "school":
		name, class = t.names.school(), "school"
	case "industrial":
		name, class = t.names.works(), "industrial"
		width, depth, count = 44, 24, 4
	case "commercial":
		name, class = t.names.market(), "market"
		width, depth, count = 34, 22, 1
	default:
		return
	}
	for range 40 {
		if count == 0 {
			return
		}
		x := b.low.x + (b.high.x-b.low.x)*t.random.Float64()
		y := b.low.y + (b.high.y-b.low.y)*t.random.Float64()
		outline, ok := t.put(b, vec{x, y}, vec{x + width, y + depth}, room{6.5, 8})
		if !ok {
			width, depth = max(18, width*0.96), max(11, depth*0.97)
			continue
		}
		count--
		h := Building{Kind: "non_residential", Name: name, Address: b.address(), Floors: 1 + t.random.IntN(4), Stairwells: 1}
		t.finish(&h, outline, class)
		if class == "market" {
			t.addPoint(BaseFeature{Layer: "poi", Class: "toilets"}, outline.centre().add(vec{25, -18}))
		}
		class = ""
		s.Buildings = append(s.Buildings, h)
	}
}

// shedClasses are the sheds that help people find their way.
var shedClasses = map[string]string{"传达室": "gate", "社区活动室": "community"}

// sheds adds the small things of a compound: a gatehouse, bicycle sheds, a substation.
func (t *townMaker) sheds(b *block, s *SubArea) {
	names := []string{"传达室", "车棚", "配电室", "车棚", "社区活动室"}
	for k := range 9 {
		x := b.low.x + (b.high.x-b.low.x)*t.random.Float64()
		y := b.low.y + (b.high.y-b.low.y)*t.random.Float64()
		size := vec{5 + 3*t.random.Float64(), 4.5 + t.random.Float64()}
		name := names[k%len(names)]
		if name == "车棚" {
			size.x = 16
		}
		if outline, ok := t.put(b, vec{x, y}, vec{x, y}.add(size), room{5, 3}); ok {
			h := Building{Kind: "non_residential", Name: name, Floors: 1}
			t.finish(&h, outline, shedClasses[name])
			s.Buildings = append(s.Buildings, h)
		}
	}
}
