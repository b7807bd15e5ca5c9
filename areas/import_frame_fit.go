package areas

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"canvass/geo"
	"canvass/geo/coverage"
	"canvass/geo/vector"
)

// DefaultRepair is how many metres boundaries may miss one another by and still be meant to be one: what is left of rounding,
// far below what anybody can see on the ground.
const DefaultRepair = 0.05

// maxRepair is the widest gap in metres that an import closes by itself. What is wider was drawn so, and is a person's to mend.
const maxRepair = 50.0

// placed is a place with its ground.
type placed struct {
	Code   Code             `db:"code"`
	Ground orb.MultiPolygon `db:"geom"`
}

// fitting is the rows of a file and the places around them that are stored, as one partition.
type fitting struct {
	*frameImport
	members []orb.MultiPolygon
	fixed   []bool // they are stored, and stay
	codes   []Code
	rows    []int // of the import; -1 for what is stored
	mended  map[int]bool
}

// fit makes the rows fit each other and what is stored around them, as far as they miss it by no more than was allowed, and
// tells each thing that was mended, and each that was left: gaps, overlaps, slivers and vertices that a neighbour lacks. It
// answers the stored places that got vertices.
func (f *frameImport) fit(ctx context.Context) ([]placed, error) {
	c := &fitting{frameImport: f, mended: map[int]bool{}}
	for i, row := range f.rows {
		if row.code != f.r.County {
			c.add(row.code, row.geometry, i)
		}
	}
	own := len(c.members)
	if own == 0 {
		return nil, nil
	}
	around, err := f.around(ctx, c.codes, c.members)
	if err != nil {
		return nil, err
	}
	for _, p := range around {
		c.add(p.Code, p.Ground, -1)
	}
	tolerance := f.r.Options.tolerance()
	if tolerance == 0 {
		c.tellFaults(coverage.Validate(c.members))
		return nil, nil
	}
	made, changes := coverage.RepairBeside(c.members, c.fixed, tolerance)
	c.tellSum(c.members[:own], made[:own], changes)
	c.tellChanges(changes)
	for i := range own {
		f.rows[c.rows[i]].geometry = made[i]
	}
	var grown []placed
	for i := own; i < len(made); i++ {
		if vertices(made[i]) != vertices(c.members[i]) {
			grown = append(grown, placed{c.codes[i], made[i]})
		}
	}
	return grown, nil
}

// tolerance is how many metres an import mends boundaries by.
func (o *ImportOptions) tolerance() float64 {
	if o.Repair == nil {
		return DefaultRepair
	}
	return *o.Repair
}

func (c *fitting) add(code Code, ground orb.MultiPolygon, row int) {
	c.members, c.codes, c.rows = append(c.members, ground), append(c.codes, code), append(c.rows, row)
	c.fixed = append(c.fixed, row < 0)
}

func vertices(m orb.MultiPolygon) (n int) {
	for _, polygon := range m {
		for _, ring := range polygon {
			n += len(ring)
		}
	}
	return n
}

// around reads the stored places of the level that rows may touch and that are not among them.
func (f *frameImport) around(ctx context.Context, codes []Code, members []orb.MultiPolygon) ([]placed, error) {
	bound := members[0].Bound()
	for _, m := range members {
		bound = bound.Union(m.Bound())
	}
	bound = bound.Pad(f.r.Options.tolerance()/50_000 + 1e-6) // degrees; enough up to 60° of latitude
	sql := `
		SELECT p.code, p.geom
		  FROM ` + frameTables[f.level] + ` p
		 WHERE p.county = $1 AND p.geom && $2::geometry AND p.code <> ALL ($3) AND length(p.code) = $4 AND p.retired_at IS NULL
		 ORDER BY p.code`
	return collect[placed](f.r.Query(ctx, sql, f.r.County, bound.ToPolygon(), codes, lengthsByLevel[f.level]))
}

// frameTables hold the places of a level.
var frameTables = map[Level]string{LevelTown: "regions", LevelArea: "areas", LevelSubArea: "sub_areas"}

// writeGrown writes stored places that got the vertices of their new neighbours.
func (r *importRun) writeGrown(ctx context.Context, level Level, grown []placed) error {
	if len(grown) == 0 {
		return nil
	}
	codes, grounds := make([]Code, len(grown)), make([]orb.MultiPolygon, len(grown))
	for i, p := range grown {
		codes[i], grounds[i] = p.Code, p.Ground
	}
	sql := `
		UPDATE ` + frameTables[level] + ` p
		   SET geom = n.geom,
		       revision = p.revision + 1
		  FROM unnest($2::text[], $3::geometry[]) AS n (code, geom)
		 WHERE p.county = $1 AND p.code = n.code`
	_, err := r.Exec(ctx, sql, r.County, codes, grounds)
	return err
}

// row is the row of a fault or change: that of the first member that came with the file.
func (c *fitting) row(members [2]int) (int, bool) {
	for _, m := range members {
		if m >= 0 && c.rows[m] >= 0 {
			return c.rows[m], true
		}
	}
	return 0, false
}

func (c *fitting) name(member int) string {
	if member < 0 {
		return ""
	}
	return string(c.codes[member])
}

// tellSum reports first how much ground all rows have together, and by how much mending changed it: of what overlapped before, it
// counts each place as often as it was covered.
func (c *fitting) tellSum(before, after []orb.MultiPolygon, changes []coverage.Change) {
	if !slices.ContainsFunc(changes, func(change coverage.Change) bool { return !change.Left }) {
		return
	}
	was, is := 0.0, 0.0
	for i := range before {
		was, is = was+geo.Area(before[i]), is+geo.Area(after[i])
	}
	c.r.note(vector.Feature{Place: c.r.FileName}, fmt.Sprintf("all rows together have %.0f m² of ground, %+.1f m² (%+.4f %%) by what was mended below",
		is, is-was, 100*(is-was)/max(was, 1)), nil)
}

// tellChanges reports what was mended, and what was left.
func (c *fitting) tellChanges(changes []coverage.Change) {
	var left []coverage.Fault
	for _, change := range changes {
		if change.Left {
			left = append(left, coverage.Fault{Kind: change.Kind, Reason: change.What, At: change.At, Area: change.Area, Width: change.Width, Members: change.Members})
			continue
		}
		row, own := c.row(change.Members)
		if !own {
			continue
		}
		text := change.What
		if change.Members[1] >= 0 {
			text += " for " + c.name(change.Members[1])
		}
		if change.Area > 0 {
			text += ": " + squareMetres(change.Area) + " m²"
		}
		c.r.found(repairedFinding)
		if c.mended[row] {
			c.r.report(c.frameImport.rows[row].Feature, "mended", text, &change.At)
			continue
		}
		c.mended[row] = true
		c.r.mended(c.frameImport.rows[row].Feature, text, &change.At)
	}
	c.tellFaults(left)
}

// tellFaults reports faults that are left of what the file brought, the largest first.
func (c *fitting) tellFaults(faults []coverage.Fault) {
	slices.SortStableFunc(faults, func(a, b coverage.Fault) int {
		return cmp.Or(-cmp.Compare(a.Area, b.Area), cmp.Compare(a.At[0], b.At[0]))
	})
	for _, fault := range faults {
		if row, own := c.row(fault.Members); own {
			c.r.found(findingOf(fault))
			c.r.note(c.frameImport.rows[row].Feature, c.says(fault), &fault.At)
		}
	}
}

// says tells a fault with the places concerned.
func (c *fitting) says(f coverage.Fault) string {
	one, other := c.name(f.Members[0]), c.name(f.Members[1])
	between := one + " and " + other
	if f.Members[1] < 0 {
		between = one + " and itself"
	}
	area, width := squareMetres(f.Area), fmt.Sprintf("%.2f", f.Width)
	switch findingOf(f) {
	case "overlap":
		return fmt.Sprintf("%s and %s share %s m² of ground: draw the boundary that they have in common", one, other, area)
	case "sliver overlap":
		return fmt.Sprintf("%s and %s share %s m² of ground in a sliver %s m wide: %s", one, other, area, width, c.closes(f.Width))
	case "gap":
		return fmt.Sprintf("%s m² between %s belong to nobody: draw to whom they do", area, between)
	case "sliver gap":
		return fmt.Sprintf("%s m² between %s belong to nobody, in a sliver %s m wide: %s", area, between, width, c.closes(f.Width))
	case enclosedFinding:
		return fmt.Sprintf("%s m² within %s belong to nobody here: an enclave of others, or ground that was left out", area, strings.TrimSuffix(between, " and itself"))
	case "unmatched vertex":
		return fmt.Sprintf("%s has no vertex where %s has one on its boundary", one, other)
	}
	return strings.TrimSpace(fmt.Sprintf("%s: %s", one, f.Reason))
}

// closes says which tolerance closes a sliver.
func (c *fitting) closes(width float64) string {
	return fmt.Sprintf("--repair %g closes it", max(math.Ceil(width*10)/10, 0.1))
}

// The findings that are no kinds of fault.
const (
	repairedFinding = "repaired"
	enclosedFinding = "enclosed ground"
	nestingFinding  = "nesting"
)

// findingOf names a fault as the count of findings does.
func findingOf(f coverage.Fault) string {
	if f.Kind == coverage.Gap && enclosed(f.Area, f.Width) {
		return enclosedFinding
	}
	return string(f.Kind)
}

// enclosed tells by the shape of ground that no member covers whether it was left out on purpose, an enclave of others or a
// lake: it is far wider than boundaries are drawn beside each other, and compact (Polsby and Popper 1991) unless it is huge.
func enclosed(area, width float64) bool {
	const wide, huge, compact = 25, 100, 0.2 // metres, metres, a share of the circle's
	return width >= huge || width >= wide && math.Pi*width*width >= compact*area
}

// found counts a finding.
func (r *importRun) found(what string) {
	if r.Findings == nil {
		r.Findings = map[string]int{}
	}
	r.Findings[what]++
}

// noteNesting reports where what was taken does not lie in the places above it, or does not cover those below.
func (f *frameImport) noteNesting(ctx context.Context) error {
	byCode := map[Code]frameRow{}
	for _, row := range f.rows {
		byCode[row.code] = row
	}
	levels := []Level{f.level}
	switch f.level {
	case LevelTown:
		levels = append(levels, LevelArea)
	case LevelArea:
		levels = append(levels, LevelSubArea)
	}
	for _, level := range levels {
		found, err := f.r.misnest(ctx, level, f.r.County, derivedMark)
		if err != nil {
			return err
		}
		for _, m := range found {
			row, ours := byCode[m.Child]
			if !ours {
				row, ours = byCode[m.Parent]
			}
			if !ours {
				row, ours = byCode[m.Child.Parent()]
			}
			if ours || m.Child == "" && f.level == level {
				f.r.found(nestingFinding)
				f.r.note(row.Feature, m.says(), &m.At)
			}
		}
	}
	return nil
}
