package coverage

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Kind is what a fault is.
type Kind string

const (
	Unreadable       Kind = "unreadable"        // a coordinate out of range, a ring that is open, too short or without an area
	WrongWinding     Kind = "wrong winding"     // a shell that runs clockwise, or a hole that does not
	Spike            Kind = "spike"             // a ring that turns back on itself
	SelfIntersection Kind = "self-intersection" // a member that crosses, touches or covers itself
	DuplicateRing    Kind = "duplicate ring"    // a ring that is there twice
	UnmatchedVertex  Kind = "unmatched vertex"  // a vertex on the edge of another member that has none there
	Gap              Kind = "gap"               // ground between members that none of them covers
	Overlap          Kind = "overlap"           // ground that two members cover
	GapSliver        Kind = "sliver gap"        // a gap narrower than SliverWidth
	OverlapSliver    Kind = "sliver overlap"    // an overlap narrower than SliverWidth
)

// SliverWidth is the mean width in metres below which a gap or an overlap is a sliver: it comes from drawing, not from
// dividing.
const SliverWidth = 1.0

// Fault is where members are no coverage.
type Fault struct {
	Kind    Kind
	Reason  string
	At      orb.Point // degrees
	Area    float64   // square metres; 0 of what has none
	Width   float64   // metres on the average, of gaps and overlaps
	Members [2]int    // numbers of the members concerned; -1 if there is no second one
}

func (f Fault) String() string {
	return fmt.Sprintf("%s of %d and %d at %.7f %.7f: %s, %.2f m²", f.Kind, f.Members[0], f.Members[1], f.At[0], f.At[1], f.Reason, f.Area)
}

// Error is why an operation was refused, and where.
type Error struct {
	Reason Reason
	At     orb.Point // degrees
	Detail string
}

// Reason names why an operation is refused.
type Reason string

func (e *Error) Error() string {
	text := fmt.Sprintf("%s at %.7f %.7f", string(e.Reason), e.At[0], e.At[1])
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// Is tells whether the error is refused for a reason, so that errors.Is finds it.
func (e *Error) Is(target error) bool {
	reason, ok := target.(Reason)
	return ok && reason == e.Reason
}

// Error makes a reason comparable with errors.Is.
func (r Reason) Error() string { return string(r) }
