package areas

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/paulmach/orb"

	"canvass/geo/vector"
)

// named finds places by what people call them: beneath which place, by which name as it is compared.
type named map[Code]map[string][]Code

// add notes a place under its name.
func (n named) add(code Code, name string, drop []string) {
	above := code.Parent()
	if n[above] == nil {
		n[above] = map[string][]Code{}
	}
	if as := compared(name, drop); as != "" {
		n[above][as] = append(n[above][as], code)
	}
}

// compared is a name as names are compared: without case, blanks and the words that tell no place from another, such as
// Kecamatan or 镇, wherever they stand by themselves or at the end.
func compared(name string, drop []string) string {
	var left []string
	for _, word := range strings.Fields(name) {
		if !slices.ContainsFunc(drop, func(d string) bool { return strings.EqualFold(d, word) }) {
			left = append(left, word)
		}
	}
	out := strings.ToLower(strings.Join(left, ""))
	for _, d := range drop {
		if short, is := strings.CutSuffix(out, strings.ToLower(d)); is && short != "" && strings.ContainsFunc(d, isHan) {
			out = short
		}
	}
	return out
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// byName finds the one place beneath another that is called so. Where none is, or several are, it notes that once, with what is
// called nearly so.
func (f *frameImport) byName(above Code, row frameRow, name string) (Code, bool) {
	if !f.byNames() || len(f.tree.names[above]) == 0 {
		return "", false
	}
	as := compared(name, f.r.Options.Drop)
	found := f.tree.names[above][as]
	if len(found) == 1 {
		return found[0], true
	}
	key := string(above) + "/" + as
	if f.unnamed[key] {
		return "", false
	}
	f.unnamed[key] = true
	if len(found) > 1 {
		f.r.note(row.Feature, fmt.Sprintf("%d places of %s are called %s, such as %s: name them by their codes; another was made", len(found), above, name, found[0]), nil)
		return "", false
	}
	text := fmt.Sprintf("nothing in %s is called %s; it was made", above, name)
	if near := f.tree.nearly(above, as); near != "" {
		text += fmt.Sprintf("; %s is called nearly so", near)
	}
	f.r.note(row.Feature, text, nil)
	return "", false
}

// nearly finds the place whose name differs least, by no more than two letters in a longer name.
func (t *tree) nearly(above Code, as string) (found Code) {
	least := 3
	for other, codes := range t.names[above] {
		if d := edits(as, other); d < least && d*3 < len([]rune(as)) || d == least && found != "" && codes[0] < found {
			least, found = d, codes[0]
		}
	}
	return found
}

// edits counts the letters to put in, leave out or change between two words (Levenshtein).
func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	before := make([]int, len(y)+1)
	for j := range before {
		before[j] = j
	}
	for i := range x {
		now := make([]int, len(y)+1)
		now[0] = i + 1
		for j := range y {
			change := before[j]
			if x[i] != y[j] {
				change++
			}
			now[j+1] = min(change, before[j+1]+1, now[j]+1)
		}
		before = now
	}
	return before[len(y)]
}

// noteEmpty tells, where places above were looked for by name, which census areas with ground no row belongs to.
func (f *frameImport) noteEmpty(ctx context.Context) error {
	if !f.byNames() || f.level != LevelSubArea {
		return nil
	}
	type empty struct {
		Code Code      `db:"code"`
		Name string    `db:"name"`
		At   orb.Point `db:"point"`
	}
	const sql = `
		SELECT a.code, a.name, a.point
		  FROM areas a
		 WHERE a.county = $1 AND a.retired_at IS NULL AND a.point IS NOT NULL
		   AND NOT EXISTS (SELECT FROM sub_areas s WHERE s.county = a.county AND s.area = a.code)
		 ORDER BY a.code`
	found, err := collect[empty](f.r.Query(ctx, sql, f.r.County))
	for _, e := range found {
		f.r.note(vector.Feature{Place: f.r.FileName}, fmt.Sprintf("%s %s has no sub-area: no row names it", e.Code, e.Name), &e.At)
	}
	return err
}

func (f *frameImport) byNames() bool { return f.r.Options.ByName || len(f.r.Options.Drop) > 0 }
