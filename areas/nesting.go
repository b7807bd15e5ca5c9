package areas

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo/coverage"
)

// misnested is ground that a place has outside the one it belongs to, or that a place has and gives to none of its children.
type misnested struct {
	Child, Parent Code // the one or the other is empty where nothing of that level lies
	Area          float64
	At            orb.Point // where the largest piece lies
}

// says tells it as a report does.
func (m misnested) says() string {
	area := squareMetres(m.Area)
	switch {
	case m.Child == "":
		return fmt.Sprintf("%s m² of %s are in none of the places it is divided into", area, m.Parent)
	case m.Parent == "":
		return fmt.Sprintf("%s m² of %s lie outside %s, to which it belongs", area, m.Child, m.Child.Parent())
	}
	return fmt.Sprintf("%s m² of %s lie in %s and not in %s, to which it belongs", area, m.Child, m.Parent, m.Child.Parent())
}

// leastMisnested is how wide ground must be on the average, in metres, to be told: what is narrower is left of rounding.
const leastMisnested = 0.03

// levelsAbove are the levels that hold others, by the level that they hold.
var levelsAbove = map[Level]Level{LevelTown: LevelCounty, LevelArea: LevelTown, LevelSubArea: LevelArea}

// misnest lists where the places of a level do not lie in the places above them that they belong to, by the pair, the most
// ground first. Places above that were given the ground of their children, and those that have no children yet, are not
// asked.
func (t *tx) misnest(ctx context.Context, level Level, within Code, derived string) ([]misnested, error) {
	children, err := t.grounds(ctx, level, within, "")
	if err != nil || len(children) == 0 {
		return nil, err
	}
	above := levelsAbove[level]
	whole := within
	if whole.Level() == level {
		whole = whole.Parent()
	}
	parents, err := t.grounds(ctx, above, whole.At(above), derived)
	if err != nil {
		return nil, err
	}
	return nesting(children, parents), nil
}

// nesting compares places with the places above them.
func nesting(children, parents []placed) []misnested {
	divided, own := map[Code]bool{}, map[Code]bool{}
	for _, c := range children {
		divided[c.Code.Parent()] = true
	}
	parents = slices.DeleteFunc(parents, func(p placed) bool { return !divided[p.Code] })
	for _, p := range parents {
		own[p.Code] = true
	}
	found := map[[2]Code]*misnested{}
	largest := map[[2]Code]float64{}
	for _, d := range coverage.Compare(groundsOf(children), groundsOf(parents), func(child, parent int) bool {
		switch {
		case child < 0:
			return false
		case parent < 0:
			return !own[children[child].Code.Parent()]
		}
		return children[child].Code.Parent() == parents[parent].Code
	}) {
		if d.Width < leastMisnested {
			continue
		}
		var pair [2]Code
		if d.One >= 0 {
			pair[0] = children[d.One].Code
		}
		if d.Other >= 0 {
			pair[1] = parents[d.Other].Code
		}
		if found[pair] == nil {
			found[pair] = &misnested{Child: pair[0], Parent: pair[1]}
		}
		found[pair].Area += d.Area
		if d.Area > largest[pair] {
			largest[pair], found[pair].At = d.Area, d.At
		}
	}
	var out []misnested
	for _, m := range found {
		out = append(out, *m)
	}
	slices.SortFunc(out, func(a, b misnested) int {
		return cmp.Or(-cmp.Compare(a.Area, b.Area), cmp.Compare(a.Child, b.Child), cmp.Compare(a.Parent, b.Parent))
	})
	return out
}

func groundsOf(places []placed) []orb.MultiPolygon {
	out := make([]orb.MultiPolygon, len(places))
	for i, p := range places {
		out[i] = p.Ground
	}
	return out
}

// grounds reads the places of a level that lie in a place and have ground, by their codes; not those whose
// source ends so.
func (t *tx) grounds(ctx context.Context, level Level, within Code, but string) ([]placed, error) {
	table := frameTables[level]
	if level == LevelCounty {
		table = "regions"
	}
	lo, hi := within.span()
	sql := `
		SELECT p.code, p.geom
		  FROM ` + table + ` p
		 WHERE p.county = $1 AND p.code >= $2 AND p.code < $3 AND length(p.code) = $4
		   AND p.geom IS NOT NULL AND p.retired_at IS NULL AND ($5 = '' OR p.source IS NULL OR p.source NOT LIKE '%' || $5)
		 ORDER BY p.code`
	return collect[placed](t.Query(ctx, sql, t.county, lo, hi, lengthsByLevel[level], but))
}
