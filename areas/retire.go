package areas

import (
	"context"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
	"canvass/geo/coverage"
)

// Retire ends a sub-area: its ground, with all that stands on it, goes to Into, a neighbour in the same census area, or, where
// none is named, to the one that shares the longest boundary with it. A census area keeps its last sub-area. A virtual one ends
// once nobody is registered in it.
type Retire struct {
	Code, Into Code
}

// Retire ends a sub-area.
func (s *Store) Retire(ctx context.Context, actor Actor, a Asked, d Retire) (Outcome, error) {
	switch {
	case d.Code.Level() != LevelSubArea:
		return Outcome{}, refuse(Invalid, "code_not_a_sub_area", "%s 不是普查小区代码(15 位)", "%s is not the code of a sub-area (15 digits)", d.Code).On("code")
	case d.Code.Virtual():
		return s.retireVirtual(ctx, actor, a, d.Code)
	case d.Into != "" && (d.Into.At(LevelArea) != d.Code.At(LevelArea) || d.Into.Level() != LevelSubArea || d.Into == d.Code):
		return Outcome{}, refuse(Conflict, "merge_across_areas", "土地只能并入同一普查区的另一个小区,%s 不是", "the ground goes to another sub-area of the same census area; %s is none", d.Into).On("into")
	}
	return s.redrawn(ctx, actor, a, d.Code.At(LevelArea), func(t *tx) (change, error) {
		if d.Into == "" {
			var err error
			if d.Into, err = t.heirOf(ctx, d.Code); err != nil {
				return change{}, err
			}
		}
		named := []Code{d.Into, d.Code}
		if err := t.unchangedSince(ctx, a.Base, named); err != nil {
			return change{}, err
		}
		members, err := t.hold(ctx, named)
		if err != nil {
			return change{}, err
		}
		for _, m := range members[:2] {
			if err := m.editable(); err != nil {
				return change{}, err
			}
		}
		edit, err := coverage.Merge(grounds(members), 0, 1)
		return change{verb: "retire", edit: edit, before: members}, drawnWrong(err)
	})
}

// heirOf finds the neighbour in the same census area that shares the longest boundary with a sub-area.
func (t *tx) heirOf(ctx context.Context, code Code) (Code, error) {
	near, err := t.around(ctx, []Code{code})
	if err != nil {
		return "", err
	}
	codes := []Code{}
	for c := range near {
		codes = append(codes, c)
	}
	members, err := collect[member](t.Query(ctx, membersOf, t.county, codes))
	if err != nil {
		return "", err
	}
	own := slices.IndexFunc(members, func(m member) bool { return m.Code == code })
	if own < 0 {
		return "", refuse(NotFound, "sub_area_unknown", "没有普查小区 %s,它没有图形,或不在您的范围内",
			"there is no sub-area %s, it has no ground, or it is outside your scope", code)
	}
	best, heir := 0.0, Code("")
	for i, m := range members {
		if i == own || m.Code.At(LevelArea) != code.At(LevelArea) || !m.Reached {
			continue
		}
		if metres := sharedMetres(m.Geometry, members[own].Geometry); metres > best {
			best, heir = metres, m.Code
		}
	}
	if heir == "" {
		return "", refuse(Conflict, "last_of_area", "%[1]s 没有同一普查区的相邻小区可以接收它的土地:请先调整边界或合并普查区",
			"%[1]s has no neighbour in its census area to take its ground; move the boundary first, or merge the census areas", code).On("code")
	}
	return heir, nil
}

// sharedMetres is how long the boundary is that two sub-areas share.
func sharedMetres(a, b orb.MultiPolygon) (metres float64) {
	sides := map[segment]bool{}
	eachSegment(a, func(s segment) { sides[s] = true })
	eachSegment(b, func(s segment) {
		if sides[s] {
			metres += geo.Distance(s[0], s[1])
		}
	})
	return metres
}
