package areas

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"

	"canvass/geo/coverage"
)

// Trouble is one thing that stands in the way of a change of the frame, or that whoever makes it should look at: what it is,
// where, and how to mend it.
type Trouble struct {
	Code     string // a stable word for programs, such as "building_cut"
	Blocks   bool   // the change is refused while it stands; else it is a remark
	Member   Code   // the sub-area concerned, if one is
	Building int64  // the building concerned, if one is
	Place    *orb.Point
	text     Text
}

// In gives the text in a language, "zh" or "en".
func (t Trouble) In(language string) string { return t.text.In(language) }

// trouble words a Trouble; both formats take the same arguments in the same order.
func trouble(code string, at *orb.Point, zh, en string, args ...any) Trouble {
	return Trouble{Code: code, Place: at, text: Text{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}}
}

// blocking is a Trouble that must be mended first.
func (t Trouble) blocking() Trouble {
	t.Blocks = true
	return t
}

// refusedBy makes a refusal of what blocks, nil where nothing does: the first in words, all of it in the list.
func refusedBy(found []Trouble) error {
	for _, t := range found {
		if t.Blocks {
			e := &Error{Kind: Conflict, Code: t.Code, Place: t.Place, Troubles: found, zh: t.text.ZH, en: t.text.EN}
			return e
		}
	}
	return nil
}

// geometryTexts say what a reason of geo/coverage means to whoever draws, and how to mend it.
var geometryTexts = map[coverage.Reason]struct {
	code string
	text Text
}{
	coverage.NotSound: {"member_not_sound", Text{"普查小区的图形已损坏,请先运行核对并修复",
		"the sub-area's stored ground is broken; run the check and mend it first"}},
	coverage.BadLine: {"line_unreadable", Text{"线无法读取,请重画", "the line cannot be read; draw it anew"}},
	coverage.LineCrossesSelf: {"line_crosses_itself", Text{"线与自身相交或相触,请改为不自交的线",
		"the line crosses or touches itself; draw it without a loop"}},
	coverage.LineEndsInside: {"line_ends_inside", Text{"线的一端停在小区内部,请把它画到边界上",
		"the line ends inside; draw it on to the boundary"}},
	coverage.LineDividesNot: {"line_divides_nothing", Text{"线没有把小区分开,请从边界画到边界",
		"the line divides nothing; draw it from boundary to boundary"}},
	coverage.LineTooClose: {"line_too_close", Text{"线离一条不能移动的边界太近,请接到该边界的顶点上,或离开它",
		"the line comes too close to a boundary that must not move; end it at one of its vertices, or keep away from it"}},
	coverage.LineLeaves: {"line_leaves", Text{"线离开了要调整的两个小区,请只在它们之内画",
		"the line leaves the two sub-areas; draw it within them"}},
	coverage.NoSharedBoundary: {"no_shared_boundary", Text{"线的两端须在两个小区的公共边界上,请从公共边界画回公共边界",
		"the line must begin and end on the boundary that two sub-areas share"}},
	coverage.CutsApart: {"cuts_apart", Text{"这样会把一个小区切成不相连的几块,请改用拆分",
		"this would cut a sub-area apart; split it instead"}},
	coverage.NothingMoves: {"nothing_moves", Text{"这一块里没有可划出的土地,请画在要划出的小区内",
		"the piece holds nothing of the sub-area; draw it over the ground that is to move"}},
	coverage.NothingLeft: {"nothing_left", Text{"这样原小区不剩土地,请改用合并", "nothing would be left of the sub-area; merge them instead"}},
	coverage.NothingOpen: {"nothing_open", Text{"普查区已全部划分,没有剩余的土地;要新建请从已有小区中划出",
		"all of the census area has a sub-area already; carve the new one out of those that are there"}},
	coverage.NotApart: {"members_overlap", Text{"相邻小区的边界有重划或不吻合,请先运行核对并修复",
		"neighbouring sub-areas overlap or do not fit; run the check and mend them first"}},
	coverage.NoSuchMember: {"member_named_twice", Text{"请指明不同的普查小区", "name sub-areas that differ"}},
}

// drawnWrong turns what geo/coverage refuses into a refusal that names the place.
func drawnWrong(err error) error {
	var refused *coverage.Error
	if !errors.As(err, &refused) {
		return err
	}
	known := geometryTexts[refused.Reason]
	e := refuse(Invalid, known.code, "%[1]s%[3]s", "%[2]s%[3]s", known.text.ZH, known.text.EN, whereText(refused.At)).On("line")
	if refused.At != (orb.Point{}) {
		e = e.At(refused.At)
	}
	return e
}

// whereText tells a place on the ground in figures, or nothing for none.
func whereText(at orb.Point) string {
	if at == (orb.Point{}) {
		return ""
	}
	return fmt.Sprintf(" (%.6f, %.6f)", at[0], at[1])
}
