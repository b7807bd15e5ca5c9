package areas

import (
	"context"

	"github.com/paulmach/orb"

	"canvass/geo/coverage"
)

// Asked is what every operation on the frame may be asked with: only to look at what it would do, the revision of the frame
// that it stands on, and the reason.
type Asked struct {
	Preview bool
	Base    int64
	Reason  string
}

// carry runs do in a transaction that may write; of a change that is only looked at, in one that reads.
func (s *Store) carry(ctx context.Context, actor Actor, a Asked, place Code, do func(*tx) error) error {
	if a.Preview {
		return s.read(ctx, actor, place, do)
	}
	return s.write(ctx, actor, place, do)
}

// BeforeAll is the base of what stands on a frame that had no revision yet.
const BeforeAll = -1

// Split is a sub-area to divide along a line. The line runs from boundary to boundary, or is closed; its ends may stop short
// by the tolerance. Where it cuts a tower, Parts say to whom its stairwells and floors belong, by the codes that a look at the
// change shows.
type Split struct {
	Code      Code
	Line      orb.LineString
	Tolerance float64 // metres
	Parts     []TowerPart
}

// Split divides a sub-area. The part with the most dwellings keeps the code.
func (s *Store) Split(ctx context.Context, actor Actor, a Asked, d Split) (Outcome, error) {
	return s.operate(ctx, actor, a, []Code{d.Code}, func(t *tx, members []member) (change, error) {
		if err := readable(d.Line, members[0].Geometry.Bound(), "line"); err != nil {
			return change{}, err
		}
		edit, err := coverage.Split(grounds(members), 0, d.Line, d.Tolerance)
		return change{verb: "split", edit: edit, keep: true, parts: d.Parts}, drawnWrong(err)
	})
}

// operate runs one operation on named sub-areas: who may, what they are now, what it makes of them, and all that follows. To
// look at it, nothing is locked or written.
func (s *Store) operate(ctx context.Context, actor Actor, a Asked, named []Code, do func(*tx, []member) (change, error)) (Outcome, error) {
	place, err := commonPlace(named, func(c Code) Code { return c })
	if err != nil {
		return Outcome{}, err
	}
	for _, code := range named {
		if code.Level() != LevelSubArea {
			return Outcome{}, refuse(Invalid, "code_not_a_sub_area", "%s 不是普查小区代码(15 位)",
				"%s is not the code of a sub-area (15 digits)", code).On("code")
		}
	}
	return s.redrawn(ctx, actor, a, place, func(t *tx) (change, error) {
		if err := t.unchangedSince(ctx, a.Base, named); err != nil {
			return change{}, err
		}
		members, err := t.hold(ctx, named)
		if err != nil {
			return change{}, err
		}
		for _, m := range members[:len(named)] {
			if err := m.editable(); err != nil {
				return change{}, err
			}
		}
		c, err := do(t, members)
		c.before = members
		return c, err
	})
}

// redrawn runs what makes a change in a transaction of its own, and carries it out or looks at it.
func (s *Store) redrawn(ctx context.Context, actor Actor, a Asked, place Code, do func(*tx) (change, error)) (Outcome, error) {
	var out Outcome
	err := s.carry(ctx, actor, a, place, func(t *tx) error {
		if err := t.must(Text{"修改普查小区边界", "redraw the frame"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		c, err := do(t)
		if err != nil {
			return err
		}
		c.base, c.reason = a.Base, a.Reason
		out, err = t.redraw(ctx, c)
		return err
	})
	return out, err
}
