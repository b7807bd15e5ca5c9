package areas

import "github.com/google/uuid"

// Role is what somebody is in the census.
type Role string

// The roles. RoleSystem is the service itself: its clock, its command line, the demo.
const (
	RoleAdministrator Role = "administrator"
	RoleGIS           Role = "gis"
	RoleSupervisor    Role = "supervisor"
	RoleEnumerator    Role = "enumerator"
	RoleSystem        Role = "system"

	roleSigningIn Role = "signing_in" // may read accounts by name, and nothing else
)

// Actor is who acts: a role over the places it reaches. An enumerator reaches the sub-areas assigned to him now, everyone
// else the one code of his account.
type Actor struct {
	ID     uuid.UUID
	Name   string
	Role   Role
	Scopes []Code
}

// System acts for the service itself, everywhere.
func System() Actor { return Actor{Role: RoleSystem, Name: "system", Scopes: []Code{""}} }

// Reaches tells whether a place lies in what the actor reaches.
func (a Actor) Reaches(place Code) bool {
	return len(a.scopesFor(place)) > 0
}

// Counties lists the counties the actor's scopes lie in; the empty code stands for all of them.
func (a Actor) Counties() []Code {
	var out []Code
	seen := map[Code]bool{}
	for _, s := range a.Scopes {
		if c := s.County(); !seen[c] {
			seen[c] = true
			out = append(out, c)
		}
	}
	return out
}

// Is tells whether the actor has one of the roles; the system has every role but the enumerator's.
func (a Actor) Is(roles ...Role) bool {
	for _, r := range roles {
		if a.Role == r || a.Role == RoleSystem && r != RoleEnumerator {
			return true
		}
	}
	return false
}

// scopesFor lists the scopes a place is asked for under: the one that holds it, else those that it holds (whoever reaches
// parts of a county may ask for the county, and sees his parts).
func (a Actor) scopesFor(place Code) []Code {
	var below []Code
	for _, s := range a.Scopes {
		if place.Within(s) {
			return []Code{s}
		}
		if s.Within(place) {
			below = append(below, s)
		}
	}
	return below
}
