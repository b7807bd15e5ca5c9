package areas

import (
	"context"
	"slices"

	"canvass/geo/coverage"
)

// Regroup is sub-areas to take out of their census area. They get codes of the new one, which is made with its name and kind.
type Regroup struct {
	Area     Code
	SubAreas []Code
	Name     string
	Kind     string // as the old area's if empty
}

// SplitArea divides a census area: some of its sub-areas become an area of their own, under the next code of the town.
func (s *Store) SplitArea(ctx context.Context, actor Actor, a Asked, d Regroup) (Outcome, error) {
	for _, code := range d.SubAreas {
		if code.At(LevelArea) != d.Area {
			return Outcome{}, refuse(Invalid, "not_of_the_area", "%s 不在普查区 %s 内", "%s does not lie in census area %s", code, d.Area).On("sub_areas")
		}
	}
	return s.regroup(ctx, actor, a, d.Area.At(LevelTown), d.SubAreas, func(t *tx) (Code, map[string]any, error) {
		all, err := t.grounded(ctx, d.Area)
		if err != nil {
			return "", nil, err
		}
		if len(all) <= len(d.SubAreas) {
			return "", nil, refuse(Invalid, "nothing_left", "普查区 %s 至少要留一个普查小区", "census area %s must keep a sub-area", d.Area).On("sub_areas")
		}
		made, err := t.newArea(ctx, d)
		return made, map[string]any{"area_made": made, "area_of": d.Area}, err
	})
}

// MergeAreas makes census areas of one town one: the sub-areas of all others get codes of the first, and the others are
// retired.
func (s *Store) MergeAreas(ctx context.Context, actor Actor, a Asked, into Code, others []Code) (Outcome, error) {
	for _, other := range others {
		if other.Level() != LevelArea || other.At(LevelTown) != into.At(LevelTown) || other == into {
			return Outcome{}, refuse(Invalid, "areas_of_one_town", "只能合并同一镇街内不同的普查区", "only different census areas of one town are merged").On("codes")
		}
	}
	var named []Code
	err := s.read(ctx, actor, into.At(LevelTown), func(t *tx) error {
		for _, other := range others {
			codes, err := t.grounded(ctx, other)
			if err != nil {
				return err
			}
			named = append(named, codes...)
		}
		return nil
	})
	if err != nil {
		return Outcome{}, err
	}
	return s.regroup(ctx, actor, a, into.At(LevelTown), named, func(t *tx) (Code, map[string]any, error) {
		return into, map[string]any{"areas_ended": others}, t.retireAreas(ctx, others, into)
	})
}

// regroup gives sub-areas codes of another census area; their ground stays.
func (s *Store) regroup(ctx context.Context, actor Actor, a Asked, town Code, named []Code, to func(*tx) (Code, map[string]any, error)) (Outcome, error) {
	if len(named) == 0 {
		return Outcome{}, refuse(Invalid, "nothing_given", "没有普查小区", "there is no sub-area in it").On("sub_areas")
	}
	return s.redrawn(ctx, actor, a, town, func(t *tx) (change, error) {
		members, err := t.hold(ctx, named)
		if err != nil {
			return change{}, err
		}
		if err := t.lockAreasOf(ctx, members); err != nil {
			return change{}, err
		}
		area, detail, err := to(t)
		if err != nil {
			return change{}, err
		}
		c := change{verb: "regroup", before: members, edit: coverage.Edit{}, codes: map[int]Code{}, words: map[int]string{}, detail: detail}
		for i := range named {
			made := len(members) + i
			c.edit[i], c.edit[made] = nil, members[i].Geometry
			c.codes[made], c.words[made] = area, members[i].Description
		}
		return c, nil
	})
}

// lockAreasOf locks the census areas of sub-areas in the order of their codes, as queueParentLocks does.
func (t *tx) lockAreasOf(ctx context.Context, members []member) error {
	var areas []Code
	for _, m := range members {
		if a := m.Code.At(LevelArea); !slices.Contains(areas, a) {
			areas = append(areas, a)
		}
	}
	if !t.writing {
		return nil
	}
	const sql = `SELECT code FROM areas WHERE county = $1 AND code = ANY ($2) ORDER BY code FOR NO KEY UPDATE`
	_, err := t.Exec(ctx, sql, t.county, areas)
	return err
}

// newArea makes the census area that sub-areas are taken into. Where it is only looked at, no code is taken: it is told as the
// one that would be next.
func (t *tx) newArea(ctx context.Context, d Regroup) (Code, error) {
	old, err := t.area(ctx, d.Area)
	if err != nil {
		return "", err
	}
	if d.Kind == "" {
		d.Kind = old.Kind
	}
	code, err := t.nextAreaCode(ctx, old.Town, d.Kind)
	if err != nil || !t.writing {
		return code, err
	}
	return t.makeArea(ctx, NewArea{Code: code, Town: old.Town, Name: d.Name, Kind: d.Kind})
}

// retireAreas ends census areas whose sub-areas another takes; virtual ones must be gone before.
func (t *tx) retireAreas(ctx context.Context, areas []Code, into Code) error {
	const virtual = `
		SELECT coalesce(min(code), '') FROM sub_areas WHERE county = $1 AND area = ANY ($2) AND virtual AND retired_at IS NULL`
	var left Code
	if err := t.QueryRow(ctx, virtual, t.county, areas).Scan(&left); err != nil {
		return err
	}
	if left != "" {
		return refuse(Conflict, "virtual_left", "虚拟普查小区 %s 还在,请先撤销", "virtual sub-area %s is left; retire it first", left)
	}
	if !t.writing {
		return nil
	}
	const sql = `
		UPDATE areas
		   SET retired_at = $3,
		       replaced_by = ARRAY[$4],
		       revision = revision + 1
		 WHERE county = $1 AND code = ANY ($2)`
	if err := t.codesOnMap(ctx, "areas", areas...); err != nil {
		return err
	}
	_, err := t.Exec(ctx, sql, t.county, areas, t.now, into)
	return err
}

// areasAgain puts census areas back that a step ended, before their sub-areas come back.
func (t *tx) areasAgain(ctx context.Context, step Step) error {
	areas := codesIn(step.Detail["areas_ended"])
	if len(areas) == 0 || !t.writing {
		return nil
	}
	const sql = `
		UPDATE areas
		   SET retired_at = NULL,
		       replaced_by = NULL,
		       revision = revision + 1
		 WHERE county = $1 AND code = ANY ($2)`
	if _, err := t.Exec(ctx, sql, t.county, areas); err != nil {
		return err
	}
	return t.codesOnMap(ctx, "areas", areas...)
}

// areaUnmade retires the census area that a step made, once its sub-areas are gone back; its code is not used again.
func (t *tx) areaUnmade(ctx context.Context, step Step) error {
	made, _ := step.Detail["area_made"].(string)
	from, _ := step.Detail["area_of"].(string)
	if made == "" {
		return nil
	}
	const live = `SELECT coalesce(min(code), '') FROM sub_areas WHERE county = $1 AND area = $2 AND retired_at IS NULL`
	var left Code
	if err := t.QueryRow(ctx, live, t.county, made).Scan(&left); err != nil {
		return err
	}
	switch {
	case !t.writing:
		return nil // those that go back are there yet
	case left != "":
		return refuse(Conflict, "depended_on", "%[1]s 里后来建立了 %[2]s,请先撤销", "%[2]s was made in %[1]s since; undo that first", made, left)
	}
	return t.retireAreas(ctx, []Code{Code(made)}, Code(from))
}

// codesIn reads a list of codes out of a revision's detail.
func codesIn(value any) []Code {
	list, _ := value.([]any)
	var out []Code
	for _, v := range list {
		if text, is := v.(string); is {
			out = append(out, Code(text))
		}
	}
	return out
}
