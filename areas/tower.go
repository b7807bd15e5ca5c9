package areas

import (
	"context"
	"math"
	"slices"
)

// TowerPart is a part of a tower that is too large for one sub-area: the dwellings of some stairwells and floors, which
// belong to one of the sub-areas that share the tower.
type TowerPart struct {
	Building      int64
	SubArea       Code
	StairwellFrom int
	StairwellTo   int
	FloorFrom     int
	FloorTo       int
	Description   string
}

// judgeParts refuses parts of towers that cannot be: of a building that the boundary does not cut or that is no tower, that
// overlap, that belong to a sub-area which does not touch it after the change, or that leave none of it where it stands.
func (t *tx) judgeParts(ctx context.Context, r *redrawing, cut map[int64]bool) error {
	byBuilding := map[int64][]TowerPart{}
	for _, p := range r.parts {
		byBuilding[p.Building] = append(byBuilding[p.Building], p)
	}
	for id, parts := range byBuilding {
		i := slices.IndexFunc(r.standing, func(s standing) bool { return s.ID == id })
		if i < 0 || !cut[id] {
			r.block(id, "tower_not_cut", "建筑物 %d 没有被边界穿过,不用划分", "the boundary does not cut building %d; it needs no parts", id)
			continue
		}
		if s := r.standing[i]; (s.Floors == nil || *s.Floors < tower.Floors) && s.Dwellings < tower.Dwellings {
			r.block(id, "not_a_tower", "建筑物 %d 不是大楼(须有 %d 层以上或 %d 套以上住房),边界不能穿过它",
				"building %d is no tower (%d floors or %d dwellings at least); a boundary must not cut it", id, tower.Floors, tower.Dwellings)
		}
		if err := t.judgeTower(ctx, r, r.standing[i], parts); err != nil {
			return err
		}
	}
	return nil
}

// Tower is from how many floors or dwellings on a building may be divided.
type Tower struct {
	Floors    int `json:"floors"`
	Dwellings int `json:"dwellings"`
}

var tower = Tower{Floors: 7, Dwellings: 50}

func (t *tx) judgeTower(ctx context.Context, r *redrawing, s standing, parts []TowerPart) error {
	for i, p := range parts {
		switch {
		case !slices.ContainsFunc(r.moved, func(m int) bool { return r.code[m] == p.SubArea && !r.isGone(m) }):
			r.block(s.ID, "part_elsewhere", "大楼 %[1]d 的一部分划给了 %[2]s,但它不在这次修改之内", "a part of tower %[1]d is given to %[2]s, which this change does not touch", s.ID, p.SubArea)
		case p.StairwellFrom > p.StairwellTo || p.FloorFrom > p.FloorTo:
			r.block(s.ID, "part_empty", "大楼 %d 的单元或楼层范围是空的", "a part of tower %d has an empty range of stairwells or floors", s.ID)
		case p.Description == "":
			r.block(s.ID, "part_undescribed", "请说明大楼 %d 的这一部分怎样辨认", "describe how to tell the part of tower %d on the ground", s.ID)
		case slices.ContainsFunc(parts[:i], p.overlaps):
			r.block(s.ID, "parts_overlap", "大楼 %d 的各部分有重叠", "parts of tower %d overlap", s.ID)
		}
	}
	const sql = `SELECT stairwell, floor FROM dwellings WHERE county = $1 AND building = $2 AND retired_at IS NULL`
	rows, err := t.Query(ctx, sql, t.county, s.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	stays := s.Dwellings == 0
	for rows.Next() {
		var stairwell, floor int
		if err := rows.Scan(&stairwell, &floor); err != nil {
			return err
		}
		i := slices.IndexFunc(parts, func(p TowerPart) bool { return p.holds(stairwell, floor) })
		stays = stays || i < 0 || parts[i].SubArea == r.codeOf(s)
	}
	if !stays {
		r.block(s.ID, "nothing_stays", "大楼 %d 须有一部分留在 %s", "a part of tower %d must stay in %s", s.ID, r.codeOf(s))
	}
	return rows.Err()
}

// lodger counts what a member has of a tower that stands in another, or that the change gives it.
type lodger struct {
	Building   int64 `db:"building"`
	SubArea    Code  `db:"sub_area"`
	Stairwell  int   `db:"stairwell"`
	Floor      int   `db:"floor"`
	Dwellings  int   `db:"dwellings"`
	Households int   `db:"households"`
	Own        bool  `db:"own"` // in the sub-area in which the tower stands
}

const lodgerColumns = `
		SELECT d.building,
		       d.sub_area,
		       d.stairwell,
		       d.floor,
		       count(*)::int AS dwellings,
		       sum((SELECT count(*)
		              FROM households h
		             WHERE h.county = d.county AND h.dwelling = d.id AND h.retired_at IS NULL
		               AND h.collection NOT IN ('duplicate_of', 'superseded')))::int AS households,
		       d.sub_area = b.place AS own
		  FROM dwellings d
		  JOIN buildings b ON b.county = d.county AND b.id = d.building`

// askLodgers queues the question what the members that move have of towers: of those that stand elsewhere, and of those that the
// change divides.
func (t *tx) askLodgers(r *redrawing) {
	divided := make([]int64, len(r.parts))
	for i, p := range r.parts {
		divided[i] = p.Building
	}
	const sql = lodgerColumns + `
		 WHERE d.county = $1 AND d.retired_at IS NULL
		   AND d.building IN (SELECT p.building FROM building_parts p
		                       WHERE p.county = $1 AND p.sub_area = ANY ($2) AND p.retired_at IS NULL
		                       UNION SELECT unnest($3::bigint[]))
		 GROUP BY d.building, d.sub_area, d.stairwell, d.floor, b.place`
	ask(&t.piped, &r.lodgers, sql, t.county, r.movedCodes(), divided)
}

// lodge counts what each member has of towers that stand in another: as it was, or as the parts of the change say. What the
// count of a tower's own sub-area held of it beside is taken out there.
func (r *redrawing) lodge() {
	r.lodged = map[Code]lived{}
	add := func(code Code, l lodger, times int) {
		n := r.lodged[code]
		r.lodged[code] = lived{n.dwellings + times*l.Dwellings, n.households + times*l.Households}
	}
	moved := r.movedCodes()
	given := map[gift]int{}
	for _, l := range r.lodgers {
		stands := slices.IndexFunc(r.standing, func(s standing) bool { return s.ID == l.Building })
		lay := r.heir(l.SubArea)
		if stands >= 0 && slices.Contains(moved, l.SubArea) { // it is counted there
			lay = r.codeOf(r.standing[stands])
			if !l.Own {
				add(lay, l, -1)
				lay = r.heir(l.SubArea)
				add(lay, l, 1)
			}
		} else if slices.Contains(moved, l.SubArea) {
			add(lay, l, 1)
		}
		part := slices.IndexFunc(r.parts, func(p TowerPart) bool { return p.Building == l.Building && p.holds(l.Stairwell, l.Floor) })
		if part >= 0 && r.parts[part].SubArea != lay {
			add(lay, l, -1)
			add(r.parts[part].SubArea, l, 1)
			if stands >= 0 && lay == r.codeOf(r.standing[stands]) {
				given[gift{stands, r.parts[part].SubArea}] += l.Dwellings
			}
		}
	}
	r.shareExpected(given)
}

// gift is a part of a tower, by its place in standing, and who gets it.
type gift struct {
	tower int
	to    Code
}

// shareExpected takes the households that are expected of parts of towers along with their dwellings: in proportion to the
// dwellings of the tower, and for a sub-area of which a number was given, to that number.
func (r *redrawing) shareExpected(given map[gift]int) {
	weights := map[int]int{}
	for _, s := range r.standing {
		weights[s.to] += s.weight()
	}
	was := func(i int) int {
		if e := r.expected[i]; e != nil {
			return *e
		}
		return weights[i]
	}
	shift := map[int]int{}
	for g, dwellings := range given {
		s := r.standing[g.tower]
		to := slices.Index(r.code, g.to)
		if s.to == nowhere || to < 0 {
			continue
		}
		n := int(math.Round(float64(was(s.to)*s.weight()*dwellings) / float64(max(weights[s.to], 1)*max(s.Dwellings, 1))))
		shift[s.to] -= n
		shift[to] += n
	}
	for i, n := range shift {
		after := max(was(i)+n, 0)
		r.expected[i] = &after
	}
}

// heir is who has the dwellings of a sub-area after the change: itself, or whoever has its ground.
func (r *redrawing) heir(code Code) Code {
	i := slices.IndexFunc(r.before, func(m member) bool { return m.Code == code })
	if i < 0 || !r.isGone(i) || r.successor[i] < 0 {
		return code
	}
	return r.code[r.successor[i]]
}

func (p TowerPart) holds(stairwell, floor int) bool {
	return p.StairwellFrom <= stairwell && stairwell <= p.StairwellTo && p.FloorFrom <= floor && floor <= p.FloorTo
}

func (p TowerPart) overlaps(o TowerPart) bool {
	return p.StairwellFrom <= o.StairwellTo && o.StairwellFrom <= p.StairwellTo && p.FloorFrom <= o.FloorTo && o.FloorFrom <= p.FloorTo
}

// block adds what is wrong with a building to what stands in the way.
func (r *redrawing) block(building int64, code, zh, en string, args ...any) {
	found := trouble(code, nil, zh, en, args...).blocking()
	found.Building = building
	r.troubles = append(r.troubles, found)
}
