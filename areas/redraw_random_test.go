package areas_test

import (
	"flag"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"canvass/areas"
	"canvass/geo/coverage"
	"canvass/migrations/dbtest"
)

var (
	operations     = flag.Int("ops", 60, "changes that TestRandomRedrawing makes; thousands by hand")
	operationsSeed = flag.Uint64("ops-seed", 1, "what TestRandomRedrawing draws them from")
)

// Whatever is done to a county, one thing after the other and some of it undone, while people call at its doors: it stays a
// partition in which nothing stored disagrees with anything else, no dwelling is lost and no code used again, and what was at
// any time can still be read.
func TestRandomRedrawing(t *testing.T) {
	w := newTurmoil(t)
	for tried := 0; w.done < *operations; tried++ {
		if tried > 40**operations {
			t.Fatalf("only %d of %d changes were taken in %d tries", w.done, *operations, tried)
		}
		w.step()
		if t.Failed() {
			t.Fatalf("after %d changes, seed %d", w.done, *operationsSeed)
		}
	}
	w.past()
	w.heirs()
	t.Logf("%d changes, %d of them undone: %v", w.done, w.undone, w.verbs)
}

// manyMembers is from how many sub-areas on they are only merged.
const manyMembers = 48

// turmoil is a county at which things are done at random, and what is known of it.
type turmoil struct {
	*place
	owner        *pgxpool.Pool
	rng          *rand.Rand
	whole        []orb.MultiPolygon // its ground
	live         map[areas.Code]orb.MultiPolygon
	used         map[areas.Code]bool
	doors, homes int
	kept         []moment
	done, undone int
	verbs        map[string]int
}

// moment is what was at a time.
type moment struct {
	at   time.Time
	live map[areas.Code]orb.MultiPolygon
}

func newTurmoil(t *testing.T) *turmoil {
	w := &turmoil{place: checkered(t, 2), rng: rand.New(rand.NewPCG(*operationsSeed, 1)), used: map[areas.Code]bool{}, verbs: map[string]int{}}
	w.owner = dbtest.Owner(t, w.pool)
	w.live = w.read()
	w.whole = slices.Collect(maps.Values(w.live))
	w.doors, w.homes = w.counted()
	return w
}

// read gives the ground of the sub-areas that are there, and notes all codes that ever were.
func (w *turmoil) read() map[areas.Code]orb.MultiPolygon {
	w.t.Helper()
	rows, err := w.owner.Query(w.t.Context(), `SELECT code, geom, retired_at IS NOT NULL FROM sub_areas ORDER BY code`)
	w.ok(err)
	out := map[areas.Code]orb.MultiPolygon{}
	var code areas.Code
	var ground orb.MultiPolygon
	var retired bool
	_, err = pgx.ForEachRow(rows, []any{&code, &ground, &retired}, func() error {
		if w.used[code] = true; !retired {
			out[code] = ground
		}
		return nil
	})
	w.ok(err)
	return out
}

// counted gives how many live dwellings and households there are.
func (w *turmoil) counted() (doors, homes int) {
	w.t.Helper()
	const sql = `
		SELECT (SELECT count(*) FROM dwellings WHERE retired_at IS NULL),
		       (SELECT count(*) FROM households WHERE retired_at IS NULL)`
	w.ok(w.owner.QueryRow(w.t.Context(), sql).Scan(&doors, &homes))
	return doors, homes
}

// step does one thing, and looks at what it left.
func (w *turmoil) step() {
	w.t.Helper()
	if w.rng.IntN(4) == 0 {
		w.callSomewhere()
	}
	before, used := w.live, maps.Clone(w.used)
	if !w.redraw() {
		return
	}
	w.done++
	w.live = w.read()
	w.sameGround()
	w.newCodes(before, used)
	if w.rng.IntN(4) == 0 {
		w.takeBack(before)
	}
	if w.done%10 == 0 {
		w.sound()
	}
	if w.done%max(*operations/20, 1) == 0 {
		var at time.Time
		w.ok(w.owner.QueryRow(w.t.Context(), `SELECT clock_timestamp()`).Scan(&at))
		w.kept = append(w.kept, moment{at, w.live})
	}
}

// redraw tries one change.
func (w *turmoil) redraw() bool {
	w.t.Helper()
	what := w.rng.IntN(10)
	switch codes := w.codes(); {
	case len(codes) > manyMembers:
		_, err := w.Merge(w.t.Context(), w.gis, areas.Asked{}, []areas.Code{w.any(codes), w.any(codes)})
		return w.taken("merge", err)
	case what == 0:
		return w.draw(w.any(codes))
	case what == 1:
		return w.regroup(w.any(codes))
	}
	if !w.redrawSomewhere(w.rng, areas.Asked{}) {
		return false
	}
	w.verbs["split, merge, reshape or transfer"]++
	return true
}

// codes lists the sub-areas of the areas that have an outline.
func (w *turmoil) codes() (out []areas.Code) {
	for _, code := range slices.Sorted(maps.Keys(w.live)) {
		if code.At(areas.LevelArea) != area {
			out = append(out, code)
		}
	}
	return out
}

func (w *turmoil) any(codes []areas.Code) areas.Code { return codes[w.rng.IntN(len(codes))] }

// taken counts what was done, and passes over what was refused in words.
func (w *turmoil) taken(verb string, err error) bool {
	w.t.Helper()
	switch {
	case err == nil:
		w.verbs[verb]++
	case areas.KindOf(err) == 0:
		w.t.Errorf("%s: %v", verb, err)
	}
	return err == nil
}

// draw carves a triangle out of a census area.
func (w *turmoil) draw(near areas.Code) bool {
	w.t.Helper()
	b := w.live[near].Bound()
	spot := func() orb.Point {
		return orb.Point{b.Min[0] + w.rng.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + w.rng.Float64()*(b.Max[1]-b.Min[1])}
	}
	first := spot()
	_, err := w.Draw(w.t.Context(), w.gis, areas.Asked{}, areas.Draw{Area: near.At(areas.LevelArea), Tolerance: 2,
		Piece: orb.MultiPolygon{{{first, spot(), spot(), first}}}})
	return w.taken("draw", err)
}

// regroup gives a sub-area to a census area of its own, or makes two census areas of a town one.
func (w *turmoil) regroup(code areas.Code) bool {
	w.t.Helper()
	own := code.At(areas.LevelArea)
	for _, other := range w.codes() {
		if next := other.At(areas.LevelArea); next != own && next.At(areas.LevelTown) == own.At(areas.LevelTown) && w.rng.IntN(3) == 0 {
			_, err := w.MergeAreas(w.t.Context(), w.gis, areas.Asked{}, own, []areas.Code{next})
			return w.taken("merge areas", err)
		}
	}
	_, err := w.SplitArea(w.t.Context(), w.gis, areas.Asked{}, areas.Regroup{Area: own, SubAreas: []areas.Code{code}, Name: "新村"})
	return w.taken("split an area", err)
}

// callSomewhere has a visit paid at a door.
func (w *turmoil) callSomewhere() {
	w.t.Helper()
	doors := w.doorsOf(w.any(w.codes()))
	if len(doors) == 0 {
		return
	}
	_, err := w.RecordVisit(w.t.Context(), w.admin, areas.NewVisit{ID: uuid.New(), County: county, Dwelling: doors[w.rng.IntN(len(doors))].ID,
		Result: "complete", Persons: &areas.Persons{PresentRegistered: 1 + w.rng.IntN(4)}})
	if err != nil && areas.KindOf(err) == 0 {
		w.t.Errorf("visit: %v", err)
	}
	_, w.homes = w.counted()
}

// takeBack undoes the last change: all is again as it was before it, to the vertex. With what depends on it, it is refused.
func (w *turmoil) takeBack(before map[areas.Code]orb.MultiPolygon) {
	w.t.Helper()
	steps, err := w.History(w.t.Context(), w.gis, areas.HistoryQuery{Within: county, Page: areas.Page{Limit: 1}})
	w.ok(err)
	_, err = w.Undo(w.t.Context(), w.gis, areas.Asked{}, county, steps.Items[0].Revision)
	if !w.taken("undo", err) {
		return
	}
	w.undone++
	w.live = w.read()
	for code, ground := range before {
		if !orb.Equal(w.live[code], ground) {
			w.t.Errorf("%s is not again what it was before %s: %v, was %v", code, steps.Items[0].Verb, w.live[code], ground)
		}
	}
	if len(w.live) != len(before) {
		w.t.Errorf("there were %d sub-areas before %s, and are %d once it is undone", len(before), steps.Items[0].Verb, len(w.live))
	}
	w.sameGround()
}

// sameGround fails unless the sub-areas cover what they did in the beginning, and every dwelling and household is still there.
func (w *turmoil) sameGround() {
	w.t.Helper()
	now := slices.Collect(maps.Values(w.live))
	if !coverage.SameGround(w.whole, now) {
		w.t.Error("the ground is not what it was")
	}
	if doors, homes := w.counted(); doors != w.doors || homes != w.homes {
		w.t.Errorf("%d dwellings and %d households, there were %d and %d", doors, homes, w.doors, w.homes)
	}
}

// newCodes fails where a code that was used before came back, or one is not higher than all of its area.
func (w *turmoil) newCodes(before map[areas.Code]orb.MultiPolygon, used map[areas.Code]bool) {
	w.t.Helper()
	highest := map[areas.Code]areas.Code{}
	for code := range used {
		highest[code.At(areas.LevelArea)] = max(highest[code.At(areas.LevelArea)], code)
	}
	for code := range w.live {
		if _, was := before[code]; !was && (used[code] || code <= highest[code.At(areas.LevelArea)]) {
			w.t.Errorf("%s is new, but codes up to %s were used", code, highest[code.At(areas.LevelArea)])
		}
	}
}

// past fails unless every moment that was kept is read again as it was.
func (w *turmoil) past() {
	w.t.Helper()
	for _, m := range w.kept {
		then, err := w.AsOf(w.t.Context(), w.gis, county, m.at)
		w.ok(err)
		found := 0
		for _, p := range then {
			if p.Code.Level() != areas.LevelSubArea || p.Retired {
				continue
			}
			if found++; !orb.Equal(p.Geometry, m.live[p.Code]) {
				w.t.Errorf("at %s %s was %v, and is told as %v", m.at, p.Code, m.live[p.Code], p.Geometry)
			}
		}
		if found != len(m.live) {
			w.t.Errorf("at %s there were %d sub-areas, %d are told", m.at, len(m.live), found)
		}
	}
}

// heirs fails unless it is known of every code who has its ground now.
func (w *turmoil) heirs() {
	w.t.Helper()
	for code := range w.used {
		l, err := w.Lineage(w.t.Context(), w.gis, code, 0)
		w.ok(err)
		_, live := w.live[code]
		if l.Retired == live || len(l.Now) == 0 {
			w.t.Errorf("%s: live %v, its lineage tells %+v", code, live, l)
		}
		for _, heir := range l.Now {
			if _, there := w.live[heir]; !there {
				w.t.Errorf("%s lives on in %s, which is not there", code, heir)
			}
		}
	}
}
