package areas

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// BuildingMerge is one building that was drawn several times: Keep stays, the others become duplicates of it. Bases are the
// revisions of the others that the merge stands on; one that is left out is taken as it is.
type BuildingMerge struct {
	Keep   BuildingKey
	Others []int64
	Bases  map[int64]int64
}

// MergeBuildings makes buildings that were drawn twice one. It keeps its number and outline, and what it does not know of itself
// it learns from the others. Their dwellings are its own then; where both have the same door, the one about which more is known
// stays and its households count once. The others keep their row and their number, as duplicates.
func (s *Store) MergeBuildings(ctx context.Context, actor Actor, a Asked, m BuildingMerge) (Outcome, error) {
	if len(m.Others) == 0 || slices.Contains(m.Others, m.Keep.ID) || len(slices.Compact(slices.Sorted(slices.Values(m.Others)))) < len(m.Others) {
		return Outcome{}, refuse(Invalid, "merge_takes_two", "合并须指明两栋不同的建筑物", "name two different buildings or more to merge").On("others")
	}
	return s.rebuilt(ctx, actor, a, m.Keep.County, func(t *tx) (*rebuilding, error) {
		held, err := t.heldBuildings(ctx, append([]int64{m.Keep.ID}, m.Others...))
		if err != nil {
			return nil, err
		}
		for i, b := range held {
			base := m.Bases[b.ID]
			if i == 0 {
				base = a.Base
			}
			if err := t.staleBuilding(ctx, base, b); err != nil {
				return nil, err
			}
		}
		r := &rebuilding{verb: "merge_buildings", before: held, after: slices.Clone(held), into: m.Keep.ID}
		r.learn(a.Reason)
		if err := t.expectAnew(ctx, &r.after[0]); err != nil {
			return nil, err
		}
		if err := t.judgeMerge(ctx, r); err != nil {
			return nil, err
		}
		return r, t.matchDoors(ctx, r)
	})
}

// learn makes the others duplicates of the first, which takes from them what it does not know of itself. If one of them is
// sensitive, all are.
func (r *rebuilding) learn(reason string) {
	keep := &r.after[0]
	for i := range r.after[1:] {
		b := &r.after[i+1]
		if keep.Sensitive = keep.Sensitive || b.Sensitive; !keep.Sensitive {
			keep.Name, keep.Address = cmp.Or(keep.Name, b.Name), cmp.Or(keep.Address, b.Address)
			keep.Floors, keep.Stairwells = cmp.Or(keep.Floors, b.Floors), cmp.Or(keep.Stairwells, b.Stairwells)
			keep.Doors, keep.Units = cmp.Or(keep.Doors, b.Doors), cmp.Or(keep.Units, b.Units)
		}
		b.Standing, b.Reason = "duplicate", cmp.Or(reason, fmt.Sprintf("与 %d 号重复 / same as %d", keep.Number, keep.Number))
	}
	keep.setByHand(keep.learned(r.before[0])...)
	for i := range r.after { // they were one all along
		r.after[i].Sensitive = keep.Sensitive
		r.after[i] = r.after[i].stripped()
	}
}

// farApart is how far in metres two outlines may stand from each other and still be one building drawn twice.
const farApart = 100

// judgeMerge refuses to merge what is gone or divided, what stands far apart, or across a boundary that may not move.
func (t *tx) judgeMerge(ctx context.Context, r *rebuilding) error {
	divided, err := t.dividedTowers(ctx, r.ids())
	if err != nil {
		return err
	}
	keep := r.before[0]
	for _, b := range r.before {
		switch {
		case !b.stands():
			r.block(b.ID, trouble("building_gone", &b.Point, "%d 号建筑物已标记为拆除、重复或不是建筑物", "building %d is marked demolished, duplicate or not a building", b.Number))
		case divided[b.ID]:
			r.block(b.ID, trouble("tower_divided", &b.Point, "大楼 %d 已按单元和楼层划分,不能合并", "tower %d is divided by stairwell and floor; it is not merged", b.Number))
		}
		if b.Place != keep.Place && b.Place.Level() == LevelSubArea && keep.Place.Level() == LevelSubArea {
			if err := t.judgeStates(ctx, b.Place, keep.Place); err != nil {
				return err
			}
		}
		const sql = `
			SELECT ST_Distance(a.geom::geography, b.geom::geography)
			  FROM buildings a, buildings b
			 WHERE a.county = $1 AND a.id = $2 AND b.county = $1 AND b.id = $3`
		var metres float64
		if err := t.QueryRow(ctx, sql, t.county, keep.ID, b.ID).Scan(&metres); err != nil {
			return err
		}
		if metres > farApart {
			r.block(b.ID, trouble("far_apart", &b.Point, "%[1]d 号与 %[2]d 号相距 %[3]d 米,不会是同一栋", "buildings %[1]d and %[2]d stand %[3]d m apart; they are not one", keep.Number, b.Number, int(metres)))
		}
	}
	return nil
}

// doorGoing is a dwelling that a merge of buildings takes to the one that stays, or that became another: the same door there.
type doorGoing struct {
	dwelling       Dwelling
	to             int64
	place, toPlace Code
	became         uuid.UUID // zero where it goes on by itself
	homes          int       // households that count
}

// homes counts the households of a dwelling that count.
func (d Dwelling) homes() (n int) {
	for _, h := range d.Households {
		if !slices.Contains(uncounted, h.Collection) {
			n++
		}
	}
	return n
}

// matchDoors finds for each dwelling of the buildings what becomes of it. Of the same door listed twice the one stays that has
// more households, then the one that is resolved, then the one with more attempts, then that of the building that stays.
func (t *tx) matchDoors(ctx context.Context, r *rebuilding) error {
	type place struct {
		stairwell, floor int
		door             string
		only             uuid.UUID // of a sensitive building, whose doors are told by nothing else
	}
	keep, doors := r.after[0], map[place][]Dwelling{}
	var order []place
	for _, b := range r.before {
		found, err := t.dwellingsOf(ctx, b.ID)
		if err != nil {
			return err
		}
		for _, d := range found {
			at := place{stairwell: d.Stairwell, floor: d.Floor, door: d.Door}
			if keep.Sensitive {
				at = place{only: d.ID}
			}
			if doors[at] == nil {
				order = append(order, at)
			}
			doors[at] = append(doors[at], d)
		}
	}
	for _, at := range order {
		same := doors[at]
		slices.SortStableFunc(same, func(a, b Dwelling) int {
			return cmp.Or(cmp.Compare(b.homes(), a.homes()), cmp.Compare(truth(b.Resolved), truth(a.Resolved)), cmp.Compare(b.Attempts, a.Attempts))
		})
		for i, d := range same {
			switch {
			case i > 0:
				r.doors = append(r.doors, doorGoing{dwelling: d, to: d.Building, place: d.SubArea, toPlace: d.SubArea, became: same[0].ID, homes: d.homes()})
			case d.Building != keep.ID:
				r.doors = append(r.doors, doorGoing{dwelling: d, to: keep.ID, place: d.SubArea, toPlace: keep.Place, homes: d.homes()})
			}
		}
	}
	if len(r.doors) > 0 && keep.Place.Level() != LevelSubArea {
		r.block(keep.ID, trouble("outside_frame", &keep.Point, "%d 号建筑物不在任何普查小区内,不能接收住房单元", "building %d lies in no sub-area; it cannot take dwellings", keep.Number))
	}
	return nil
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// doubled counts the dwellings that were listed twice.
func (r *rebuilding) doubled() (n int) {
	for _, d := range r.doors {
		if d.became != uuid.Nil {
			n++
		}
	}
	return n
}

// settleDoors makes the counts of what is in buildings those after the change.
func (r *rebuilding) settleDoors(living map[int64]lived) {
	shift := func(id int64, dwellings, households int) {
		n := living[id]
		living[id] = lived{n.dwellings + dwellings, n.households + households}
	}
	for _, d := range r.doors {
		switch {
		case d.became == uuid.Nil:
			shift(d.dwelling.Building, -1, -d.homes)
			shift(d.to, 1, d.homes)
		case r.back != nil:
			shift(d.dwelling.Building, 1, d.homes)
		default:
			shift(d.dwelling.Building, -1, -d.homes)
		}
	}
}

// queueDoors notes what becomes of dwellings and carries it out: first those end that were the same as another, for a door is
// found once in a building.
func (t *tx) queueDoors(r *rebuilding) {
	if r.back != nil {
		t.queueDoorsBack(r)
		return
	}
	for _, d := range r.doors {
		if d.became == uuid.Nil {
			continue
		}
		t.later("move doors", endDoor, t.county, d.dwelling.ID, t.now, []uuid.UUID{d.became})
		t.later("move doors", doubleHouseholds, t.county, r.revision, d.dwelling.ID, d.became.String(), t.now, uncounted)
	}
	for _, d := range r.doors {
		became := ""
		if d.became != uuid.Nil {
			became = d.became.String()
		} else {
			const sql = `
				UPDATE dwellings
				   SET building = $3,
				       sub_area = $4,
				       changed_at = $5,
				       revision = revision + 1
				 WHERE county = $1 AND id = $2`
			t.later("move doors", sql, t.county, d.dwelling.ID, d.to, d.toPlace, t.now)
		}
		t.later("move doors", noteDoor, t.county, r.revision, d.dwelling.ID.String(), d.place, d.toPlace, d.dwelling.Building, d.to, became)
	}
}

const (
	noteDoor = `
		INSERT INTO moves (county, revision, subject, id, place, to_place, building, to_building, became)
		VALUES ($1, $2, 'dwelling', $3, $4, $5, $6, $7, $8)`
	endDoor = `
		UPDATE dwellings
		   SET retired_at = $3,
		       replaced_by = $4,
		       reason = 'duplicate',
		       changed_at = $3,
		       revision = revision + 1
		 WHERE county = $1 AND id = $2`
	doubleHouseholds = `
		WITH same AS (
			SELECT h.id, h.sub_area, h.number, h.collection
			  FROM households h
			 WHERE h.county = $1 AND h.dwelling = $3 AND h.retired_at IS NULL AND NOT h.collection = ANY ($6)
		), written AS (
			UPDATE households h
			   SET collection = 'duplicate_of',
			       changed_at = $5,
			       revision = h.revision + 1
			  FROM same s
			 WHERE h.county = $1 AND h.id = s.id
		)
		INSERT INTO moves (county, revision, subject, id, place, number, to_place, to_number, became, was)
		SELECT $1, $2, 'household', s.id::text, s.sub_area, s.number, s.sub_area, s.number, $4, s.collection
		  FROM same s`
)

// closeDoubles closes the open flags that say a building was drawn twice, where that is settled now, and answers which. Other
// open flags of a duplicate go to the building that stays, unless it has the same.
func (t *tx) closeDoubles(ctx context.Context, r *rebuilding) ([]uuid.UUID, error) {
	if r.into == 0 || r.back != nil {
		return nil, nil
	}
	const sql = `
		UPDATE flags f
		   SET state = 'closed',
		       code = 'merged',
		       reason = 'merge_buildings',
		       closed_at = $4,
		       closed_by = $5,
		       revision = f.revision + 1
		 WHERE f.county = $1 AND f.building = ANY ($2) AND f.closed_at IS NULL
		   AND (f.building <> $3 OR f.check_name = 'double_building')
		RETURNING f.id`
	rows, err := t.Query(ctx, sql, t.county, r.ids(), r.into, t.now, t.actorID())
	if err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return ids, t.liveChanged(ctx, "flag", r.place())
}
