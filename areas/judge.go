package areas

import (
	"context"
	"slices"
)

// judge looks at what a change leaves: a building that its boundary cuts is refused unless it is a tower whose parts are
// described; sub-areas far from the norm, without a dwelling or without ground of their own are remarked on.
func (t *tx) judge(ctx context.Context, r *redrawing) error {
	settings, err := t.settings(ctx)
	if err != nil {
		return err
	}
	drawn, cuts := r.newBoundary(), map[int64]bool{}
	for _, s := range r.standing {
		if s.to == nowhere && s.Dwellings > 0 {
			r.block(s.ID, "outside_frame", "%d 号建筑物有住房单元,不能落在没有普查小区的地方", "building %d has dwellings; it cannot come to lie where there is no sub-area", s.Number)
		}
		if !s.Live {
			continue
		}
		for _, stretch := range drawn {
			at, cut := stretch.cuts(s.Geometry)
			if !cut {
				continue
			}
			found := trouble("building_cut", &at, "边界穿过 %[1]s 的 %[2]d 号建筑物:请让边界绕过它;大楼须按单元和楼层划分",
				"the boundary cuts building %[2]d of %[1]s: lead it around; a tower is divided by stairwell and floor", s.Place, s.Number)
			found.Member, found.Building = s.Place, s.ID
			cuts[s.ID] = true
			if found.Blocks = !r.divides(s); found.Blocks {
				r.troubles = append(r.troubles, found)
			}
			break
		}
	}
	if err := t.judgeParts(ctx, r, cuts); err != nil {
		return err
	}
	for _, i := range r.moved {
		if !r.isGone(i) {
			r.judgeSize(settings, i)
		}
	}
	return nil
}

// judgeSize remarks on a member that is far from the norm.
func (r *redrawing) judgeSize(s Settings, i int) {
	m := r.member(i)
	households := max(m.ExpectedHouseholds, m.Households)
	remark := func(code, zh, en string, args ...any) {
		found := trouble(code, nil, zh, en, args...)
		found.Member = m.Code
		r.troubles = append(r.troubles, found)
	}
	switch {
	case m.Buildings == 0 && !slices.ContainsFunc(r.parts, func(p TowerPart) bool { return p.SubArea == m.Code }):
		remark("no_buildings", "%s 内没有建筑物", "%s holds no building", m.Code)
	case households > s.NormMax:
		remark("over_norm", "%s 约有 %d 户,超过上限 %d 户", "%s has about %d households, above the maximum of %d", m.Code, households, s.NormMax)
	case households < s.NormMin:
		remark("under_norm", "%s 约有 %d 户,低于下限 %d 户", "%s has about %d households, below the minimum of %d", m.Code, households, s.NormMin)
	}
	if len(m.Geometry) > 1 && len(m.Geometry) > r.partsBefore(i) {
		remark("in_parts", "%s 由 %d 块不相连的土地组成(飞地)", "%s lies in %d pieces apart (enclaves)", m.Code, len(m.Geometry))
	}
}

func (r *redrawing) partsBefore(i int) int {
	if r.isNew(i) {
		return 0
	}
	return len(r.before[i].Geometry)
}

// divides tells whether a building is one of the towers whose parts are described.
func (r *redrawing) divides(s standing) bool {
	return slices.ContainsFunc(r.parts, func(p TowerPart) bool { return p.Building == s.ID })
}
