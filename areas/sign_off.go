package areas

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo/coverage"
)

// SignedOff tells what a step of the sign-off did, or would do.
type SignedOff struct {
	Verb     string
	Place    Code
	Moved    int   // sub-areas
	Revision int64 // of the frame; 0 where nothing was written
	Troubles []Trouble
}

// signing is one step of the sign-off: from which states to which, who may take it, and over how large a place at least he must
// have the say. A step back takes a reason.
type signing struct {
	from  []string
	to    string
	what  Text
	roles []Role
	say   Level
	back  bool
}

// signings run village → town → county, and back.
var signings = map[string]signing{
	"submit": {from: []string{"draft", "checked", "reopened"}, to: "submitted", what: Text{"提交区划", "submit the frame"},
		roles: []Role{RoleGIS, RoleSupervisor, RoleAdministrator}, say: LevelArea},
	"approve": {from: []string{"submitted"}, to: "approved", what: Text{"批准区划", "approve the frame"},
		roles: []Role{RoleGIS, RoleSupervisor, RoleAdministrator}, say: LevelTown},
	"freeze": {from: []string{"approved"}, to: "frozen", what: Text{"锁定区划", "freeze the frame"},
		roles: []Role{RoleGIS, RoleAdministrator}, say: LevelCounty},
	"return": {from: []string{"checked", "submitted", "approved"}, to: "draft", what: Text{"退回区划", "return the frame"},
		roles: []Role{RoleGIS, RoleSupervisor, RoleAdministrator}, say: LevelTown, back: true},
	"reopen": {from: []string{"frozen", "listing", "enumerating", "closed"}, to: "reopened", what: Text{"重新开放区划", "reopen the frame"},
		roles: []Role{RoleGIS, RoleAdministrator}, say: LevelArea, back: true},
}

// SignOff takes every sub-area of a place a step further: submit, approve or freeze, or with a reason back: return or reopen.
// Going on is refused while one of them is not there yet or its ground is not sound; all that is unfinished is listed.
func (s *Store) SignOff(ctx context.Context, actor Actor, a Asked, place Code, verb string) (SignedOff, error) {
	out := SignedOff{Verb: verb, Place: place}
	next, known := signings[verb]
	if !known {
		return out, refuse(Invalid, "verb_unknown", "没有“%s”这一步", "there is no step %q", verb).On("verb")
	}
	err := s.carry(ctx, actor, a, place, func(t *tx) error {
		if err := t.maySign(next, a, place); err != nil {
			return err
		}
		if err := t.lockSigned(ctx, place); err != nil {
			return err
		}
		var err error
		if out.Troubles, out.Moved, err = t.unfinished(ctx, place, next); err != nil {
			return err
		}
		if t.writing {
			if err := refusedBy(out.Troubles); err != nil {
				return err
			}
			out.Revision, err = t.sign(ctx, place, verb, a.Reason)
		}
		return err
	})
	return out, err
}

// maySign refuses a step to who has no say over so much ground, and a step back without a reason.
func (t *tx) maySign(next signing, a Asked, place Code) error {
	if err := t.must(next.what, next.roles...); err != nil {
		return err
	}
	if next.back && a.Reason == "" {
		return refuse(Invalid, "reason_missing", "退回须说明理由", "going back takes a reason").On("reason")
	}
	has := slices.ContainsFunc(t.actor.scopesFor(place), func(c Code) bool { return len(c) <= lengthsByLevel[next.say] })
	if !has {
		return refuse(Forbidden, "scope_too_small", "您的范围不够:这一步须由负责整个%[1]s的人员操作",
			"your scope is too small: this step is for whoever answers for a whole %[2]s",
			map[Level]string{LevelArea: "普查区", LevelTown: "镇街", LevelCounty: "县"}[next.say], next.say)
	}
	return nil
}

// lockSigned locks the sub-areas of a place in the order of their codes, as whoever moves a boundary does.
func (t *tx) lockSigned(ctx context.Context, place Code) error {
	if !t.writing {
		return nil
	}
	lo, hi := place.span()
	const sql = `
		SELECT code
		  FROM sub_areas
		 WHERE county = $1 AND code >= $2 AND code < $3
		 ORDER BY code
		   FOR NO KEY UPDATE`
	_, err := t.Exec(ctx, sql, t.county, lo, hi)
	return err
}

// unfinished lists what keeps a place from a step, and counts the sub-areas that take it.
func (t *tx) unfinished(ctx context.Context, place Code, next signing) (found []Trouble, moved int, err error) {
	states, err := t.statesWithin(ctx, place)
	if err != nil {
		return nil, 0, err
	}
	if len(states) == 0 {
		return nil, 0, refuse(NotFound, "nothing_to_sign", "%s 内没有普查小区", "there is no sub-area in %s", place)
	}
	order := []string{"draft", "checked", "reopened", "submitted", "approved", "frozen", "listing", "enumerating", "closed"}
	for _, m := range states {
		switch {
		case slices.Contains(next.from, m.State):
			moved++
		case !next.back && slices.Index(order, m.State) < slices.Index(order, next.to):
			late := trouble("not_there_yet", m.Point, "%[1]s 还在“%[2]s”,须先到“%[3]s”", "%[1]s is %[2]s yet; it must be %[3]s first",
				m.Code, m.State, next.from[0]).blocking()
			late.Member = m.Code
			found = append(found, late)
		}
	}
	if next.to == "submitted" && moved > 0 {
		more, err := t.unsound(ctx, place)
		if err != nil {
			return nil, 0, err
		}
		found = append(found, more...)
	}
	if moved == 0 && len(found) == 0 {
		found = append(found, trouble("nothing_to_sign", nil, "没有可以进行这一步的普查小区", "no sub-area can take this step").blocking())
	}
	return found, moved, nil
}

// signed is a sub-area on its way to be signed off.
type signed struct {
	Code  Code       `db:"code"`
	State string     `db:"state"`
	Point *orb.Point `db:"point"`
}

func (t *tx) statesWithin(ctx context.Context, place Code) ([]signed, error) {
	lo, hi := place.span()
	const sql = `
		SELECT code, state, point
		  FROM sub_areas
		 WHERE county = $1 AND code >= $2 AND code < $3 AND retired_at IS NULL
		 ORDER BY code`
	return collect[signed](t.Query(ctx, sql, t.county, lo, hi))
}

// unsound lists where the sub-areas of a place are no partition of it, and remarks on those that nobody described.
func (t *tx) unsound(ctx context.Context, place Code) ([]Trouble, error) {
	lo, hi := place.span()
	const sql = `
		SELECT s.code,
		       s.state,
		       s.description,
		       s.expected_households,
		       s.geom,
		       s.revision,
		       true AS reached
		  FROM sub_areas s
		 WHERE s.county = $1 AND s.code >= $2 AND s.code < $3 AND s.retired_at IS NULL AND s.geom IS NOT NULL
		 ORDER BY s.code`
	all, err := collect[member](t.Query(ctx, sql, t.county, lo, hi))
	if err != nil {
		return nil, err
	}
	var found []Trouble
	for _, m := range all {
		if m.Description == "" {
			bare := trouble("undescribed", nil, "%s 没有四至说明", "%s has no description of its bounds", m.Code)
			bare.Member = m.Code
			found = append(found, bare)
		}
	}
	for _, f := range coverage.Validate(grounds(all)) {
		if f.Kind == coverage.WrongWinding || f.Kind == coverage.UnmatchedVertex && f.Area == 0 {
			continue
		}
		names := string(all[f.Members[0]].Code)
		if f.Members[1] >= 0 {
			names += ", " + string(all[f.Members[1]].Code)
		}
		at := f.At
		bad := trouble("boundary_unsound", &at, "%[1]s:边界有误(%[2]s,%[3].1f 平方米),请先修正", "%[1]s: %[2]s of %[3].1f m²; mend the boundary first",
			names, fmt.Sprint(f.Kind), f.Area).blocking()
		bad.Member = all[f.Members[0]].Code
		found = append(found, bad)
	}
	return found, nil
}

// sign writes a step of the sign-off.
func (t *tx) sign(ctx context.Context, place Code, verb, reason string) (int64, error) {
	next := signings[verb]
	_, revision, err := t.moveStates(ctx, stateMove{verb, place, next.from, next.to, reason})
	return revision, err
}
