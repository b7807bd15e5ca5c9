package areas

import (
	"strconv"
	"strings"
)

// Code is the census's name of a place: digits as text, where a parent's code is the prefix of its child's. Six digits name
// a county, nine a town, twelve a census area, fifteen a sub-area. The empty code is the whole country.
type Code string

// Level is what kind of place a code names.
type Level string

// The levels of the tree, top down.
const (
	LevelCountry Level = "country"
	LevelCounty  Level = "county"
	LevelTown    Level = "town"
	LevelArea    Level = "area"
	LevelSubArea Level = "sub_area"
)

var levelsByLength = map[int]Level{0: LevelCountry, 6: LevelCounty, 9: LevelTown, 12: LevelArea, 15: LevelSubArea}

// lengthsByLevel is the number of digits of a level's codes.
var lengthsByLevel = map[Level]int{LevelCountry: 0, LevelCounty: 6, LevelTown: 9, LevelArea: 12, LevelSubArea: 15}

// firstVirtual is the first sub-area number kept for people who are registered but have no ground.
const firstVirtual = "900"

// Level tells what the code names, or "" if it is no code.
func (c Code) Level() Level {
	if strings.Trim(string(c), "0123456789") != "" {
		return ""
	}
	return levelsByLength[len(c)]
}

// Valid refuses what is not a code, and says what one looks like.
func (c Code) Valid() error {
	if c.Level() != "" {
		return nil
	}
	return refuse(Invalid, "code_malformed",
		"“%s”不是普查代码:县 6 位、镇街 9 位、普查区 12 位、普查小区 15 位数字",
		"%q is not a census code: 6 digits name a county, 9 a town, 12 a census area, 15 a sub-area", string(c))
}

// At cuts the code to its ancestor at a level; a code above that level is returned as it is.
func (c Code) At(level Level) Code {
	if n := lengthsByLevel[level]; len(c) > n {
		return c[:n]
	}
	return c
}

// County is the first six digits.
func (c Code) County() Code { return c.At(LevelCounty) }

// Parent is the code one level up; the parent of a county is the country.
func (c Code) Parent() Code {
	switch {
	case len(c) > 6:
		return c[:len(c)-3]
	default:
		return ""
	}
}

// Within tells whether the place lies in another or is it.
func (c Code) Within(other Code) bool { return strings.HasPrefix(string(c), string(other)) }

// Virtual tells whether a sub-area holds registered people without ground (numbers from 900).
func (c Code) Virtual() bool { return len(c) == 15 && c[12:] >= firstVirtual }

// span is the range lo <= code < hi of a code and all below it, sorted as bytes.
func (c Code) span() (lo, hi string) { return string(c), string(c) + "~" }

// mapID is the number by which a place is known on the map.
func (c Code) mapID() int64 {
	id, _ := strconv.ParseInt(string(c), 10, 64) // codes are digits; what is none stands nowhere
	return id
}
