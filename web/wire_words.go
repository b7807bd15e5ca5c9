package web

import "github.com/danielgtaylor/huma/v2"

// Occupancy is what a dwelling was found to be.
type Occupancy string

// Schema lists the occupancies.
func (Occupancy) Schema(huma.Registry) *huma.Schema {
	return oneOf("unlisted", "no_answer", "occupied", "vacant", "vacant_with_hukou", "seasonal", "non_residential",
		"under_construction", "demolished", "inaccessible")
}

// Evidence says that a dwelling is vacant.
type Evidence string

// Schema lists the kinds of evidence.
func (Evidence) Schema(huma.Registry) *huma.Schema {
	return oneOf("meter", "light_at_night", "neighbour", "property_office", "second_attempt")
}

// Result is what came of a visit.
type Result string

// Schema lists the results.
func (Result) Schema(huma.Registry) *huma.Schema {
	return oneOf("complete", "listed", "partial", "proxy", "no_contact", "refused", "vacant", "vacant_with_hukou", "seasonal",
		"non_residential", "under_construction", "demolished", "inaccessible")
}

// Collection is how far a household has been counted.
type Collection string

// Schema lists the states of collection.
func (Collection) Schema(huma.Registry) *huma.Schema {
	return oneOf("prelisted", "sr_issued", "sr_started", "sr_prefilled", "sr_submitted", "sr_lapsed", "attempted", "complete",
		"partial", "proxy", "refused", "long_due", "long_complete", "query", "verified", "duplicate_of", "superseded", "deceased")
}

// FormState is how it stands with a form: empty where it is not owed.
type FormState string

// Schema lists the states of a form.
func (FormState) Schema(huma.Registry) *huma.Schema { return oneOf("", "owed", "in") }

// HouseholdKind tells a family from people who live together otherwise.
type HouseholdKind string

// Schema lists the kinds of household.
func (HouseholdKind) Schema(huma.Registry) *huma.Schema { return oneOf("family", "collective") }

// BuildingKind is what a building is for.
type BuildingKind string

// Schema lists the kinds of building.
func (BuildingKind) Schema(huma.Registry) *huma.Schema {
	return oneOf("residential", "mixed", "collective", "non_residential", "under_construction", "demolished", "not_a_building")
}

// Standing is whether a building is counted as one.
type Standing string

// Schema lists the standings.
func (Standing) Schema(huma.Registry) *huma.Schema {
	return oneOf("confirmed", "proposed", "demolished", "duplicate", "not_a_building")
}

// SubAreaState is how far a sub-area has come.
type SubAreaState string

// Schema lists the states of a sub-area.
func (SubAreaState) Schema(huma.Registry) *huma.Schema {
	return oneOf("draft", "checked", "submitted", "approved", "frozen", "listing", "enumerating", "closed", "reopened")
}

// RoundName names an operation of the census.
type RoundName string

// Schema lists the rounds.
func (RoundName) Schema(huma.Registry) *huma.Schema {
	return oneOf("mapping", "listing", "enumeration", "long_form", "recheck", "pes")
}

// ProposalState is what became of a proposal.
type ProposalState string

// Schema lists the states of a proposal.
func (ProposalState) Schema(huma.Registry) *huma.Schema {
	return oneOf("open", "accepted", "rejected")
}

// FlagState is how far the work on a flag has come.
type FlagState string

// Schema lists the states of a flag.
func (FlagState) Schema(huma.Registry) *huma.Schema {
	return oneOf("open", "owned", "evidence", "closed", "audited", "reopened")
}

// FlagCode is what a flag was closed with; null while it is open. The checks themselves close with "cleared".
type FlagCode string

// Schema lists the codes.
func (FlagCode) Schema(huma.Registry) *huma.Schema {
	s := oneOf("found_and_counted", "legitimately_empty", "demolished", "merged", "boundary_moved", "expected_wrong",
		"cannot_access", "data_late", "cleared")
	s.Nullable, s.Enum = true, append(s.Enum, nil)
	return s
}

// Findings are the figures for which a check raised a flag, by name.
type Findings map[string]any

// Schema tells what a figure may be.
func (Findings) Schema(huma.Registry) *huma.Schema {
	figure := &huma.Schema{AnyOf: []*huma.Schema{{Type: huma.TypeNumber}, {Type: huma.TypeString, Nullable: true}}}
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: figure}
}

// oneOf describes text that is one of these words, in the order people meet them. The database knows the same words, in its
// constraints that end in is_known.
func oneOf(words ...string) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, w := range words {
		s.Enum = append(s.Enum, w)
	}
	return s
}

// TransformSchema gives the words of a visit that is sent the lists of one that is read.
func (NewVisit) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["result"] = Result("").Schema(r)
	s.Properties["evidence"].Items = Evidence("").Schema(r)
	return s
}
