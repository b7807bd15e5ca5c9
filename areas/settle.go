package areas

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// standing is a building on ground that is redrawn.
type standing struct {
	ID         int64        `db:"id"`
	Place      Code         `db:"place"`
	Number     int          `db:"number"`
	Kind       string       `db:"kind"`
	Floors     *int         `db:"floors"`
	Stairwells *int         `db:"stairwells"`
	Expected   int          `db:"expected_dwellings"`
	Live       bool         `db:"live"` // counted as a building
	Dwellings  int          `db:"dwellings"`
	Households int          `db:"households"`
	Point      orb.Point    `db:"point"`
	Geometry   orb.Geometry `db:"geom"`

	to int // the member that holds it after
}

// standingOn reads the buildings of sub-areas, those that are no longer counted too: they keep their row, and go along.
func (t *tx) standingOn(ctx context.Context, codes []Code) ([]standing, error) {
	const sql = `
		SELECT b.id,
		       b.place,
		       b.number,
		       b.kind,
		       b.floors,
		       b.stairwells,
		       b.expected_dwellings,
		       b.retired_at IS NULL AND b.standing IN ('confirmed', 'proposed') AS live,
		       0 AS dwellings,
		       0 AS households,
		       b.point,
		       b.geom
		  FROM buildings b
		 WHERE b.county = $1 AND b.place = ANY ($2)
		 ORDER BY b.place, b.number, b.id`
	out, doors, homes, err := livedIn[standing](ctx, t, sql, codes)
	for i := range out {
		out[i].Dwellings, out[i].Households = doors[out[i].ID], homes[out[i].ID]
	}
	return out, err
}

// nowhere is where a building comes to lie that no sub-area holds any more, or yet: in its census area.
const nowhere = -1

// codeOf is where a building comes to lie.
func (r *redrawing) codeOf(s standing) Code {
	if s.to == nowhere {
		return s.Place.At(LevelArea)
	}
	return r.code[s.to]
}

// settle finds where each building comes to lie: by its point, which is inside it. One whose point no member holds stays with
// its sub-area, or goes to whoever has that one's ground.
func (r *redrawing) settle() {
	at := map[Code]int{}
	for i, m := range r.before {
		at[m.Code] = i
	}
	for k := range r.standing {
		s := &r.standing[k]
		s.to = slices.IndexFunc(r.moved, func(i int) bool { return geo.Contains(r.after[i], s.Point) })
		if s.to >= 0 {
			s.to = r.moved[s.to]
			continue
		}
		was, known := at[s.Place]
		if s.to = was; !known {
			s.to = nowhere
		} else if r.isGone(was) {
			s.to = r.successor[was]
		}
	}
	r.expect()
}

// expect divides the households expected of the members that move by the dwellings expected of the buildings that go each
// way, so that their sum stays what it was. A member of which no number was given has none after.
func (r *redrawing) expect() {
	weights := map[int]int{} // dwellings expected of each old member
	at := map[Code]int{}
	for i, m := range r.before {
		at[m.Code] = i
	}
	for _, s := range r.standing {
		weights[at[s.Place]] += s.weight()
	}
	share := map[int]float64{}
	given := map[int]bool{}
	for _, s := range r.standing {
		from, known := at[s.Place]
		if !known {
			share[s.to] += float64(s.weight())
		} else if e := r.before[from].Expected; e != nil {
			share[s.to] += float64(*e) * float64(s.weight()) / float64(max(weights[from], 1))
			given[s.to] = true
		} else {
			share[s.to] += float64(s.weight())
		}
	}
	for _, i := range r.moved {
		if r.isNew(i) || r.before[i].Expected == nil {
			continue
		}
		to := i
		if r.isGone(i) {
			to = max(r.successor[i], 0)
		}
		given[to] = true
		if weights[i] == 0 {
			share[to] += float64(*r.before[i].Expected)
		}
	}
	r.expected = map[int]*int{}
	for i, n := range rounded(share) {
		if given[i] {
			r.expected[i] = &n
		}
	}
	for i := range given {
		if r.expected[i] == nil {
			none := 0
			r.expected[i] = &none
		}
	}
}

// weight is the dwellings expected of a building that counts.
func (s standing) weight() int {
	if !s.Live {
		return 0
	}
	return s.Expected
}

// rounded makes shares whole, those with the largest remainders upwards, so that the sum is kept.
func rounded(share map[int]float64) map[int]int {
	keys := slices.Sorted(maps.Keys(share))
	out := map[int]int{}
	sum, left := 0.0, 0
	for _, k := range keys {
		out[k] = int(math.Floor(share[k] + 1e-9))
		sum += share[k]
		left -= out[k]
	}
	left += int(math.Round(sum))
	slices.SortStableFunc(keys, func(a, b int) int {
		return cmp.Compare(share[b]-float64(out[b]), share[a]-float64(out[a]))
	})
	for _, k := range keys[:max(min(left, len(keys)), 0)] {
		out[k]++
	}
	return out
}

// fullness is how much there is in a member after a change.
type fullness struct {
	dwellings, expected int
	m2                  float64
}

func (f fullness) compare(o fullness) int {
	return cmp.Or(cmp.Compare(f.dwellings, o.dwellings), cmp.Compare(f.expected, o.expected), cmp.Compare(f.m2, o.m2))
}

// fullness tells it for every member that moves.
func (r *redrawing) fullness() map[int]fullness {
	out := map[int]fullness{}
	for _, i := range r.moved {
		out[i] = fullness{m2: geo.Area(r.after[i])}
	}
	for _, s := range r.standing {
		f := out[s.to]
		f.dwellings += s.Dwellings
		f.expected += s.weight()
		out[s.to] = f
	}
	return out
}
