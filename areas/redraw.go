package areas

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
	"canvass/geo/coverage"
)

// change is what an operation makes of sub-areas: those it looked at, and what becomes of them as geo/coverage numbers them.
type change struct {
	verb     string
	reason   string
	base     int64 // the frame's revision it stands on; 0 is any
	before   []member
	edit     coverage.Edit
	codes    map[int]Code       // of new members, where they are given: a sub-area's, or the census area's in which to number it
	words    map[int]string     // descriptions of new members
	keep     bool               // of the pieces of a divided member, that with the most dwellings keeps the code
	parts    []TowerPart        // of towers that the new boundary may cut
	anew     bool               // members may cover ground that none did before (draw), and leave some (retire)
	restored map[int]pastMember // of members that are again what they were
	back     *Step              // what is being undone
	detail   map[string]any     // what else the revision tells, so that it can be taken back
}

// redrawing is a change on its way: what it means for each member and for what stands on the ground.
type redrawing struct {
	change
	after     []orb.MultiPolygon // of all members, new ones after the old; nil is gone
	moved     []int              // members whose ground changed, the gone and the new among them, in order
	bent      []int              // members that only got vertices
	origin    map[int]int        // of each new member: the old one whose ground it has
	successor map[int]int        // of each member that is gone: who has its ground
	code      []Code             // of all members after
	standing  []standing         // what stands on the ground of the members that moved
	hands     *hands             // who holds the members that moved
	lodgers   []lodger           // dwellings in towers that stand in another member
	lodged    map[Code]lived     // how much of towers that stand elsewhere is in a member after
	expected  map[int]*int       // households expected of a member that moved
	troubles  []Trouble
	revision  int64
}

// redraw carries a change of sub-areas through all that hangs on their ground, or only tells what it would do. Whoever
// changes boundaries, by hand or from a file, does it here:
//
//  1. tell members whose ground changes from those that get a vertex; refuse what the actor may not, or what is signed off;
//  2. the members before and after must cover the same ground;
//  3. refuse what stands on an older frame;
//  4. see what stands on the ground, and where it comes to lie; the part with the most dwellings keeps the code, new codes
//     are the highest ever plus one;
//  5. buildings cut by the boundary are refused;
//  6. write members and their past, lineage, buildings, dwellings, households, visits, flags, assignments and counts.
func (t *tx) redraw(ctx context.Context, c change) (Outcome, error) {
	r := &redrawing{change: c, after: c.edit.Apply(grounds(c.before))}
	if err := r.sort(); err != nil {
		return Outcome{}, err
	}
	if !c.anew && !coverage.SameGround(r.touchedBefore(), r.touchedAfter()) {
		return Outcome{}, fmt.Errorf("%s of %s: the ground after is not the ground before", c.verb, joined(r.touchedCodes()))
	}
	if err := t.unchangedSince(ctx, c.base, r.movedCodes()); err != nil {
		return Outcome{}, err
	}
	t.byIndex()
	t.queueParentLocks(r)
	t.askSettings()
	r.hands = t.askHands(r.movedCodes())
	t.askLodgers(r)
	var err error
	if r.standing, err = t.standingOn(ctx, append(r.movedCodes(), r.uncovered()...)); err != nil {
		return Outcome{}, fmt.Errorf("read what stands on the ground, and who works there: %w", err)
	}
	r.settle()
	if err := t.number(ctx, r); err != nil {
		return Outcome{}, err
	}
	r.lodge()
	if err := t.judge(ctx, r); err != nil {
		return Outcome{}, err
	}
	if t.writing {
		if err := refusedBy(r.troubles); err != nil {
			return Outcome{}, err
		}
	}
	return t.carryOut(ctx, r)
}

// carryOut writes a change, if the transaction may, and tells what it did.
func (t *tx) carryOut(ctx context.Context, r *redrawing) (Outcome, error) {
	out, err := t.outcome(ctx, r)
	if err != nil || !t.writing {
		return out, err
	}
	if err := t.writeRedrawing(ctx, r, &out); err != nil {
		return Outcome{}, err
	}
	out.Revision = r.revision
	return out, nil
}

// sort tells members whose ground changes from those that only get vertices, and finds whose ground new members have and who
// has the ground of those that are gone.
func (r *redrawing) sort() error {
	n := len(r.before)
	r.origin, r.successor = map[int]int{}, map[int]int{}
	for i := range r.after {
		after, edited := r.edit[i]
		switch {
		case !edited || i >= n && len(after) == 0:
			continue
		case i < n && len(after) > 0 && coverage.OnlyVertices(r.before[i].Geometry, after):
			r.bent = append(r.bent, i)
		default:
			r.moved = append(r.moved, i)
		}
	}
	for _, i := range append(slices.Clone(r.moved), r.bent...) {
		if i < n && !r.before[i].Reached {
			return refuse(Forbidden, "neighbour_outside_scope", "这会移动您范围外的普查小区 %s 的边界:请把线接到该边界已有的顶点上,或请上级操作",
				"this would bend the boundary of %s, outside your scope: end the line at a vertex that is there, or ask whoever reaches both",
				r.before[i].Code)
		}
	}
	for _, i := range r.moved {
		if i < n && r.back == nil {
			if err := r.before[i].editable(); err != nil {
				return err
			}
		}
		r.relate(i)
	}
	return nil
}

// relate finds the origin of a new member, or the successor of one that is gone.
func (r *redrawing) relate(i int) {
	n := len(r.before)
	switch {
	case i >= n:
		at := geo.PointOnSurface(r.after[i])
		r.origin[i] = slices.IndexFunc(r.before, func(m member) bool { return geo.Contains(m.Geometry, at) })
	case len(r.after[i]) == 0:
		at := geo.PointOnSurface(r.before[i].Geometry)
		r.successor[i] = slices.IndexFunc(r.after, func(g orb.MultiPolygon) bool { return geo.Contains(g, at) })
	}
}

// uncovered lists the census areas in which new members cover ground that no sub-area did: buildings there lie in the area
// itself.
func (r *redrawing) uncovered() (out []Code) {
	for i, from := range r.origin {
		if from < 0 {
			out = append(out, r.codes[i].At(LevelArea))
		}
	}
	return out
}

func (r *redrawing) touchedBefore() (out []orb.MultiPolygon) {
	for _, i := range append(slices.Clone(r.moved), r.bent...) {
		if i < len(r.before) {
			out = append(out, r.before[i].Geometry)
		}
	}
	return out
}

func (r *redrawing) touchedAfter() (out []orb.MultiPolygon) {
	for _, i := range append(slices.Clone(r.moved), r.bent...) {
		out = append(out, r.after[i])
	}
	return out
}

// movedCodes lists the codes of the old members whose ground changes.
func (r *redrawing) movedCodes() []Code { return r.codesOf(r.moved) }

// touchedCodes lists the codes of the old members that change at all.
func (r *redrawing) touchedCodes() []Code { return r.codesOf(append(slices.Clone(r.moved), r.bent...)) }

func (r *redrawing) codesOf(which []int) []Code {
	var out []Code
	for _, i := range which {
		if i < len(r.before) {
			out = append(out, r.before[i].Code)
		}
	}
	return out
}

// isNew tells whether a member is made by the change, isGone whether it ends with it.
func (r *redrawing) isNew(i int) bool  { return i >= len(r.before) }
func (r *redrawing) isGone(i int) bool { return len(r.after[i]) == 0 }

// number gives every member its code. Of the pieces of a divided member the one with the most dwellings, then the most
// expected households, then the most ground, keeps the code; the others are numbered from there on, the fullest first.
func (t *tx) number(ctx context.Context, r *redrawing) error {
	if r.keep {
		r.keepFullest()
	}
	r.code = make([]Code, len(r.after))
	for i, m := range r.before {
		r.code[i] = m.Code
	}
	wanted := map[Code][]int{}
	for _, i := range r.moved {
		if !r.isNew(i) {
			continue
		}
		given := r.codes[i]
		if given == "" && r.origin[i] >= 0 {
			given = r.before[r.origin[i]].Code.At(LevelArea)
		}
		switch given.Level() {
		case LevelSubArea:
			r.code[i] = given
		case LevelArea:
			wanted[given] = append(wanted[given], i)
		default:
			return refuse(Invalid, "area_unknown", "请指明新普查小区所属的普查区", "say in which census area the new sub-area lies").On("area")
		}
	}
	for area, which := range wanted {
		codes, err := t.nextCodes(ctx, area, len(which))
		if err != nil {
			return err
		}
		for k, i := range which {
			r.code[i] = codes[k]
		}
	}
	return nil
}

// keepFullest swaps the pieces of each divided member so that the fullest keeps the code, and sorts the new ones.
func (r *redrawing) keepFullest() {
	pieces := map[int][]int{}
	for _, i := range r.moved {
		if r.isNew(i) && r.origin[i] >= 0 {
			pieces[r.origin[i]] = append(pieces[r.origin[i]], i)
		}
	}
	for old, others := range pieces {
		if r.isGone(old) {
			continue
		}
		all := append([]int{old}, others...)
		sorted := slices.Clone(all)
		full := r.fullness()
		slices.SortStableFunc(sorted, func(a, b int) int { return full[b].compare(full[a]) })
		becomes := map[int]int{}
		ground := make([]orb.MultiPolygon, len(all))
		for k, i := range sorted {
			becomes[i], ground[k] = all[k], r.after[i]
		}
		for k, i := range all {
			r.after[i] = ground[k]
		}
		for k := range r.standing {
			if to, ok := becomes[r.standing[k].to]; ok {
				r.standing[k].to = to
			}
		}
	}
	r.expect()
}

// nextCodes gives the next n codes of a census area, whose row is locked: two who ask at once get others.
func (t *tx) nextCodes(ctx context.Context, area Code, n int) ([]Code, error) {
	const sql = `SELECT coalesce(max(right(code, 3)::int), 0) FROM sub_areas WHERE county = $1 AND code >= $2 AND code < $3`
	var highest int
	if err := t.QueryRow(ctx, sql, t.county, area, area+"900").Scan(&highest); err != nil {
		return nil, err
	}
	out := make([]Code, n)
	for i := range out {
		out[i] = Code(fmt.Sprintf("%s%03d", area, highest+1+i))
		if out[i].Virtual() || highest+1+i > 999 {
			return nil, refuse(Conflict, "codes_used_up", "%s 的普查小区编码已用完(001–899)", "the sub-area codes of %s are used up (001–899)", area)
		}
	}
	return out, nil
}
