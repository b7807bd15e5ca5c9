package areas

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"canvass/geo"
)

// Outcome is what a change of the frame did, or, where it was only to be looked at, what it would do.
type Outcome struct {
	Verb        string
	Revision    int64 // of the frame after it; 0 where nothing was written
	Members     []OutcomeMember
	Retired     []RetiredCode
	Moved       []MovedBuilding
	Buildings   []OutcomeBuilding // that it moved or merged by name
	Restored    int               // of what it takes back: states, words or numbers
	Assignments []AffectedAssignment
	Tablets     int // in the hands of those whose assignments it touches
	Boundary    NewBoundary
	Troubles    []Trouble
}

// OutcomeMember is a sub-area as a change leaves it. From are the sub-areas whose ground it has: itself where it was there.
// One that is Bent got a vertex where a boundary now meets its own, and no other ground.
type OutcomeMember struct {
	Code               Code
	From               []Code
	New                bool
	Bent               bool
	State              string
	Geometry           orb.MultiPolygon
	AreaM2             float64
	Buildings          int
	Dwellings          int
	Households         int
	ExpectedHouseholds int
}

// RetiredCode is a code that a change ends, and those who have its ground.
type RetiredCode struct {
	Code       Code
	ReplacedBy []Code
}

// MovedBuilding is a building that comes to lie in another sub-area.
type MovedBuilding struct {
	ID       int64
	From, To Code
}

// AffectedAssignment is an open assignment of a sub-area that changes. Effect is kept, added (the same enumerator also gets
// the new part) or ended (another holds what it is merged with).
type AffectedAssignment struct {
	ID             uuid.UUID `db:"id"`
	SubArea        Code      `db:"sub_area"`
	Round          string    `db:"round"`
	Enumerator     uuid.UUID `db:"enumerator"`
	EnumeratorName string    `db:"enumerator_name"`
	Effect         string    `db:"effect"`
}

// NewBoundary is how long the boundary is that a change draws, and how much of it follows what can be seen on the ground.
type NewBoundary struct {
	Metres   float64
	Followed *float64 // of 1; nil where it was not asked or nothing is new
}

// outcome tells what a change does.
func (t *tx) outcome(ctx context.Context, r *redrawing) (Outcome, error) {
	out := Outcome{Verb: r.verb, Troubles: r.troubles}
	for _, i := range r.moved {
		if r.isGone(i) {
			if to := r.successor[i]; to >= 0 {
				out.Retired = append(out.Retired, RetiredCode{r.code[i], []Code{r.code[to]}})
			} else {
				out.Retired = append(out.Retired, RetiredCode{Code: r.code[i]})
			}
			continue
		}
		out.Members = append(out.Members, r.member(i))
	}
	for _, i := range r.bent {
		m := r.before[i]
		out.Members = append(out.Members, OutcomeMember{Code: m.Code, From: []Code{m.Code}, Bent: true, State: m.State,
			Geometry: r.after[i], AreaM2: geo.Area(r.after[i])})
	}
	for _, s := range r.standing {
		if to := r.codeOf(s); s.Live && to != s.Place {
			out.Moved = append(out.Moved, MovedBuilding{s.ID, s.Place, to})
		}
	}
	out.Assignments, out.Tablets = r.reassign(r.hands.open), r.hands.tablets
	var err error
	out.Boundary, err = t.boundaryOf(ctx, r)
	return out, err
}

// member tells what a member is after the change.
func (r *redrawing) member(i int) OutcomeMember {
	m := OutcomeMember{Code: r.code[i], New: r.isNew(i), Geometry: r.after[i], AreaM2: geo.Area(r.after[i]), From: r.from(i), State: r.stateAfter(i)}
	expected := 0
	for _, s := range r.standing {
		if s.to == i && s.Live {
			m.Buildings++
			m.Dwellings += s.Dwellings
			m.Households += s.Households
			expected += s.Expected
		}
	}
	m.Dwellings += r.lodged[m.Code].dwellings
	m.Households += r.lodged[m.Code].households
	m.ExpectedHouseholds = expected
	if e := r.expected[i]; e != nil {
		m.ExpectedHouseholds = *e
	}
	return m
}

// from lists the old members whose ground, or whose buildings, a member has.
func (r *redrawing) from(i int) []Code {
	var out []Code
	add := func(c Code) {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	if !r.isNew(i) {
		add(r.before[i].Code)
	} else if r.origin[i] >= 0 {
		add(r.before[r.origin[i]].Code)
	}
	for gone, to := range r.successor {
		if to == i {
			add(r.before[gone].Code)
		}
	}
	for _, s := range r.standing {
		if s.to == i && s.Place.Level() == LevelSubArea {
			add(s.Place)
		}
	}
	slices.Sort(out)
	return out
}

// stateAfter is the state in which a change leaves a member: a new one is where the one was whose ground it has.
func (r *redrawing) stateAfter(i int) string {
	if was, again := r.restored[i]; again {
		return was.State
	}
	if !r.isNew(i) {
		return r.before[i].afterEdit()
	}
	if r.origin[i] >= 0 {
		return r.before[r.origin[i]].afterEdit()
	}
	return "draft"
}

// hands are those who hold sub-areas: their assignments, and how many tablets they have.
type hands struct {
	open    []AffectedAssignment
	tablets int
}

// askHands queues the question who holds sub-areas. They go on holding them, as far as is known by now.
func (t *tx) askHands(codes []Code) *hands {
	const held = `
		SELECT h.id,
		       h.sub_area,
		       h.round,
		       h.enumerator,
		       coalesce(u.display_name, '') AS enumerator_name,
		       'kept' AS effect
		  FROM assignments h
		  LEFT JOIN users u ON u.id = h.enumerator
		 WHERE h.county = $1 AND h.sub_area = ANY ($2) AND h.ended_at IS NULL
		 ORDER BY h.sub_area, h.round`
	const tablets = `
		SELECT count(*)::int AS n
		  FROM devices d
		 WHERE d.county = $1 AND d.revoked_at IS NULL
		   AND d.user_id = ANY (ARRAY(SELECT h.enumerator
		                                FROM assignments h
		                               WHERE h.county = $1 AND h.sub_area = ANY ($2) AND h.ended_at IS NULL))`
	type count struct {
		N int `db:"n"`
	}
	out := &hands{}
	ask(&t.piped, &out.open, held, t.county, codes)
	asked(&t.piped, func(found []count) error {
		out.tablets = found[0].N
		return nil
	}, tablets, t.county, codes)
	return out
}

// reassign tells what becomes of the open assignments of the sub-areas that change: the pieces of one stay in one hand, and of
// what is merged the one that keeps its code stays with whoever holds it.
func (r *redrawing) reassign(open []AffectedAssignment) []AffectedAssignment {
	var out []AffectedAssignment
	held := map[string]bool{} // sub-areas by round, after
	at := map[Code]int{}
	for i, m := range r.before {
		at[m.Code] = i
	}
	for _, a := range open {
		if r.isGone(at[a.SubArea]) {
			a.Effect = "ended"
		} else {
			held[string(a.SubArea)+a.Round] = true
		}
		out = append(out, a)
	}
	add := func(a AffectedAssignment, to int) {
		if key := string(r.code[to]) + a.Round; !held[key] {
			held[key] = true
			a.SubArea, a.Effect = r.code[to], "added"
			out = append(out, a)
		}
	}
	for _, a := range open {
		if r.back != nil {
			break // who held what is known
		}
		from := at[a.SubArea]
		if to := r.successor[from]; r.isGone(from) && to >= 0 {
			add(a, to)
		}
		for _, i := range r.moved {
			if r.isNew(i) && r.origin[i] == from {
				add(a, i)
			}
		}
	}
	return out
}
