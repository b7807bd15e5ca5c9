package areas

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// rebuilding is a change of buildings on its way: what they are, and what they are after it.
type rebuilding struct {
	verb     string
	reason   string
	before   []Building // the one that stays first
	after    []Building // the same buildings, as the change leaves them
	made     bool       // the change adds them
	gone     bool       // the change takes them back: they are retired
	into     int64      // the building that all others are merged into
	doors    []doorGoing
	back     *Step // what is being undone
	troubles []Trouble
	revision int64
}

// OutcomeBuilding is a building as a change leaves it.
type OutcomeBuilding struct {
	ID         int64
	SubArea    Code // the finest code whose ground holds it
	Number     int
	Standing   string
	ReplacedBy int64 // the building it is merged into
	Dwellings  int
	Households int
	Doubled    int // dwellings that were listed twice
}

// rebuilt runs what makes a change of buildings in a transaction of its own, and carries it out or looks at it.
func (s *Store) rebuilt(ctx context.Context, actor Actor, a Asked, county Code, do func(*tx) (*rebuilding, error)) (Outcome, error) {
	var out Outcome
	err := s.carry(ctx, actor, a, county, func(t *tx) error {
		if err := t.must(Text{"移动或合并建筑物", "move or merge buildings"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		r, err := do(t)
		if err != nil {
			return err
		}
		r.reason = a.Reason
		out, err = t.rebuild(ctx, r)
		return err
	})
	return out, err
}

// rebuild writes a change of buildings, if the transaction may, and tells what it did.
func (t *tx) rebuild(ctx context.Context, r *rebuilding) (Outcome, error) {
	if t.writing {
		if err := refusedBy(r.troubles); err != nil {
			return Outcome{}, err
		}
	}
	if err := t.numberRebuilt(ctx, r); err != nil {
		return Outcome{}, err
	}
	out, err := t.rebuiltOutcome(ctx, r)
	if err != nil || !t.writing {
		return out, err
	}
	if err := t.writeRebuilding(ctx, r); err != nil {
		return Outcome{}, err
	}
	if err := t.answerMerged(ctx, r); err != nil {
		return Outcome{}, err
	}
	out.Revision = r.revision
	return out, nil
}

// heldBuildings locks buildings with all they hang on, as whoever moves a boundary does: their sub-areas and the one they come
// to, then its counts, then themselves. It answers them in the order given.
func (t *tx) heldBuildings(ctx context.Context, ids []int64, to ...Code) ([]Building, error) {
	const places = `SELECT DISTINCT place FROM buildings WHERE county = $1 AND id = ANY ($2)`
	const members = `SELECT code FROM sub_areas WHERE county = $1 AND code = ANY ($2) ORDER BY code FOR NO KEY UPDATE`
	const lock = `SELECT id FROM buildings WHERE county = $1 AND id = ANY ($2) ORDER BY id FOR UPDATE`
	rows, err := t.Query(ctx, places, t.county, ids)
	if err != nil {
		return nil, err
	}
	lie, err := collectCodes(rows)
	if err != nil {
		return nil, err
	}
	if t.writing {
		all := slices.Concat(lie, to)
		if _, err := t.Exec(ctx, members, t.county, all); err != nil {
			return nil, err
		}
		if err := t.lockCounts(ctx, all); err != nil {
			return nil, err
		}
		if _, err := t.Exec(ctx, lock, t.county, ids); err != nil {
			return nil, err
		}
	}
	out := make([]Building, len(ids))
	for i, id := range ids {
		if out[i], err = t.building(ctx, id); err != nil {
			return nil, err
		}
		if !slices.Contains(lie, out[i].Place) {
			return nil, refuse(Conflict, "try_again", "刚好有人同时修改,请再试一次", "somebody changed it at the same moment; try again")
		}
	}
	return out, nil
}

// lived is how much there is in a building.
type lived struct{ dwellings, households int }

// livingOf counts the dwellings and households of buildings.
func (t *tx) livingOf(ctx context.Context, ids []int64) (map[int64]lived, error) {
	const sql = `
		SELECT d.building,
		       count(*),
		       sum((SELECT count(*)
		              FROM households h
		             WHERE h.county = d.county AND h.dwelling = d.id AND h.retired_at IS NULL
		               AND h.collection NOT IN ('duplicate_of', 'superseded')))::int
		  FROM dwellings d
		 WHERE d.county = $1 AND d.building = ANY ($2) AND d.retired_at IS NULL
		 GROUP BY d.building`
	rows, err := t.Query(ctx, sql, t.county, ids)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]lived{}
	for rows.Next() {
		var id int64
		var n lived
		if err := rows.Scan(&id, &n.dwellings, &n.households); err != nil {
			return nil, err
		}
		out[id] = n
	}
	return out, rows.Err()
}

// numberRebuilt gives each building that changes hands the next number of where it comes to lie, after the highest ever. What
// is taken back has its old one.
func (t *tx) numberRebuilt(ctx context.Context, r *rebuilding) error {
	if r.back != nil {
		return nil
	}
	for i := range r.after {
		next := &r.after[i]
		if next.Place == r.before[i].Place {
			continue
		}
		if next.Number = 0; next.Place.Level() != LevelSubArea {
			continue
		}
		const sql = `
			SELECT 1 + greatest((SELECT max(b.number) FROM buildings b WHERE b.county = $1 AND b.place = $2),
			                    (SELECT max(m.number) FROM moves m WHERE m.county = $1 AND m.place = $2 AND m.subject = 'building'), 0)`
		if err := t.QueryRow(ctx, sql, t.county, next.Place).Scan(&next.Number); err != nil {
			return err
		}
	}
	return nil
}

// rebuiltOutcome tells what a change of buildings does.
func (t *tx) rebuiltOutcome(ctx context.Context, r *rebuilding) (Outcome, error) {
	out := Outcome{Verb: r.verb, Troubles: r.troubles}
	if r.back != nil {
		out.Verb = "undo"
	}
	ids, codes := make([]int64, len(r.after)), []Code{}
	for i, b := range r.after {
		ids[i] = b.ID
		if was := r.before[i]; was.Place != b.Place {
			out.Moved = append(out.Moved, MovedBuilding{b.ID, was.Place, b.Place})
			codes = append(codes, was.Place, b.Place)
		}
	}
	living, err := t.livingOf(ctx, ids)
	if err != nil {
		return out, err
	}
	r.settleDoors(living)
	for _, b := range r.after {
		one := OutcomeBuilding{ID: b.ID, SubArea: b.Place, Number: b.Number, Standing: b.Standing, Dwellings: living[b.ID].dwellings,
			Households: living[b.ID].households}
		if r.into != 0 && b.ID != r.into {
			one.ReplacedBy = r.into
		}
		if b.ID == r.into {
			one.Doubled = r.doubled()
		}
		out.Buildings = append(out.Buildings, one)
	}
	for _, d := range r.doors {
		if d.place != d.toPlace {
			codes = append(codes, d.place, d.toPlace)
		}
	}
	held := t.askHands(codes)
	err = t.send(ctx)
	out.Assignments, out.Tablets = held.open, held.tablets
	return out, err
}

// writeRebuilding writes a change of buildings: the frame's revision, what they were, what they are, and what follows.
func (t *tx) writeRebuilding(ctx context.Context, r *rebuilding) error {
	verb, detail := r.verb, map[string]any{"reason": r.reason, "buildings": r.ids()}
	if r.after[0].Sensitive {
		delete(detail, "reason")
	}
	if r.back != nil {
		verb, detail["undoes"] = "undo", r.back.Revision
	}
	if err := t.onMap(ctx, t.county, "buildings", r.ids()...); err != nil {
		return err
	}
	closed, err := t.closeDoubles(ctx, r)
	if err != nil {
		return fmt.Errorf("close flags: %w", err)
	}
	if len(closed) > 0 {
		detail["flags"] = closed
	}
	if r.revision, err = t.revise(ctx, verb, r.place(), detail); err != nil {
		return err
	}
	if err := t.writePast(ctx, r.revision, r.ids(), !r.made); err != nil {
		return fmt.Errorf("keep what buildings were: %w", err)
	}
	t.queueBuildings(r)
	t.queueFollowing(r)
	if err := t.leavePast(ctx, r.revision); err != nil {
		return err
	}
	if err := t.forgetRebuilt(ctx, r); err != nil {
		return err
	}
	if err := t.countRebuilt(ctx, r); err != nil {
		return err
	}
	return t.record(ctx, verb, r.place(), "building/"+strconv.FormatInt(r.after[0].ID, 10), detail)
}

func (r *rebuilding) ids() []int64 {
	out := make([]int64, len(r.before))
	for i, b := range r.before {
		out[i] = b.ID
	}
	return out
}

// places lists where buildings and dwellings lie, before and after.
func (r *rebuilding) places() []Code {
	var out []Code
	for i := range r.before {
		out = append(out, r.before[i].Place, r.after[i].Place)
	}
	for _, d := range r.doors {
		out = append(out, d.place, d.toPlace)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// place is the code that holds all that a change touches.
func (r *rebuilding) place() Code {
	common, err := commonPlace(r.places(), func(c Code) Code { return c })
	if err != nil {
		return r.before[0].County
	}
	return common
}

// countRebuilt counts the sub-areas anew that a change of buildings touches, and tells the map.
func (t *tx) countRebuilt(ctx context.Context, r *rebuilding) error {
	places := slices.DeleteFunc(r.places(), func(code Code) bool { return code.Level() != LevelSubArea })
	if err := t.recountEach(ctx, places); err != nil {
		return err
	}
	for _, code := range places {
		if err := t.liveChanged(ctx, "coverage", code); err != nil {
			return err
		}
	}
	return t.onMap(ctx, t.county, "buildings", r.ids()...)
}

// queueBuildings writes buildings as they are after a change.
func (t *tx) queueBuildings(r *rebuilding) {
	const sql = `
		UPDATE buildings
		   SET place = @place,
		       number = @number,
		       kind = @kind,
		       standing = @standing,
		       reason = @reason,
		       name = @name,
		       address = @address,
		       floors = @floors,
		       stairwells = @stairwells,
		       doors = @doors,
		       units = @units,
		       sensitive = @sensitive,
		       by_hand = @by_hand,
		       expected_dwellings = @expected,
		       geom = @geom::geometry,
		       point = @point::geometry,
		       replaced_by = @replaced_by,
		       retired_at = CASE WHEN @gone THEN @now::timestamptz END,
		       changed_at = @now,
		       revision = revision + 1
		 WHERE county = @county AND id = @id`
	for _, b := range r.after {
		var by []int64
		if r.into != 0 && b.ID != r.into && r.back == nil {
			by = []int64{r.into}
		}
		t.later("write buildings", sql, pgx.NamedArgs{"county": t.county, "id": b.ID, "place": b.Place, "number": b.Number, "kind": b.Kind,
			"standing": b.Standing, "reason": b.Reason, "name": b.Name, "address": b.Address, "floors": b.Floors,
			"stairwells": b.Stairwells, "doors": b.Doors, "units": b.Units, "sensitive": b.Sensitive, "by_hand": b.ByHand, "expected": b.ExpectedDwellings,
			"geom": b.Geometry, "point": b.Point, "replaced_by": by, "gone": r.gone, "now": t.now})
	}
}

// queueFollowing notes where buildings went, and lets dwellings, households, visits and flags follow.
func (t *tx) queueFollowing(r *rebuilding) {
	const noted = `
		INSERT INTO moves (county, revision, subject, id, place, number, to_place, to_number, became)
		VALUES ($1, $2, 'building', $3, $4, $5, $6, $7, $8)`
	g := goings{}
	for i, b := range r.after {
		was, became := r.before[i], ""
		if r.into != 0 && b.ID != r.into {
			became = strconv.FormatInt(r.into, 10)
		}
		if was.Place == b.Place && became == "" {
			continue
		}
		t.later("note where buildings went", noted, t.county, r.revision, strconv.FormatInt(b.ID, 10), was.Place, was.Number, b.Place, b.Number, became)
		if was.Place != b.Place {
			g.add(b.ID, was.Place, b.Place)
		}
	}
	if r.back == nil && len(g.ids) > 0 && g.to[0].Level() == LevelSubArea {
		t.later("move dwellings", moveDwellings, t.county, r.revision, g.ids, g.from, g.to, t.now)
	}
	t.queueDoors(r)
	if r.back == nil {
		t.later("move households", moveHouseholds, t.county, r.revision, t.now)
	}
	t.later("move visits", moveVisits, t.county, r.revision)
	t.queueFlags(g)
}

// block adds what is wrong with a building to what stands in the way.
func (r *rebuilding) block(building int64, found Trouble) {
	found = found.blocking()
	found.Building = building
	r.troubles = append(r.troubles, found)
}
