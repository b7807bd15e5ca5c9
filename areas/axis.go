package areas

import "slices"

// axis is what something may become, from each of its states: the data behind one of the census's three axes (domain §6). Of
// two states where only one may follow the other, the later one is the stronger, and stays.
type axis map[string][]string

// takes tells whether what was found takes the place of what is known. Between states that weigh the same, each of which may
// follow the other, the one that was found later counts.
func (a axis) takes(known, found string, late bool) bool {
	if known == found || !slices.Contains(a[known], found) {
		return false
	}
	return !late || !slices.Contains(a[found], known)
}

// occupancies is the first axis: what a dwelling is. People found there outweigh everything, then what the building is, then
// vacancy, then no answer.
var occupancies = axis{
	"unlisted": {"no_answer", "inaccessible", "vacant", "vacant_with_hukou", "seasonal", "non_residential", "under_construction",
		"demolished", "occupied"},
	"no_answer": {"inaccessible", "vacant", "vacant_with_hukou", "seasonal", "non_residential", "under_construction", "demolished",
		"occupied"},
	"inaccessible":       {"vacant", "vacant_with_hukou", "seasonal", "non_residential", "under_construction", "demolished", "occupied"},
	"vacant":             {"vacant_with_hukou", "seasonal", "non_residential", "under_construction", "demolished", "occupied"},
	"vacant_with_hukou":  {"vacant", "seasonal", "non_residential", "under_construction", "demolished", "occupied"},
	"seasonal":           {"vacant", "vacant_with_hukou", "non_residential", "under_construction", "demolished", "occupied"},
	"non_residential":    {"under_construction", "demolished", "occupied"},
	"under_construction": {"non_residential", "demolished", "occupied"},
	"demolished":         {"non_residential", "under_construction", "occupied"},
	"occupied":           {}, // but see Dwelling.occupied
}

// collections is the second axis: how far a household has been counted. Complete outweighs a proxy's word, that a partial
// answer, that a refusal, that nobody met. While a self-response is under way, an attempt without contact changes nothing.
var collections = axis{
	"prelisted": {"sr_issued", "attempted", "refused", "partial", "proxy", "complete", "long_due", "duplicate_of", "superseded", "deceased"},
	"sr_issued": {"prelisted", "sr_started", "sr_prefilled", "sr_submitted", "sr_lapsed", "refused", "partial", "proxy", "complete",
		"long_due", "duplicate_of", "deceased"},
	"sr_started": {"prelisted", "sr_prefilled", "sr_submitted", "sr_lapsed", "refused", "partial", "proxy", "complete", "long_due",
		"duplicate_of", "deceased"},
	"sr_prefilled": {"prelisted", "sr_submitted", "sr_lapsed", "refused", "partial", "proxy", "complete", "long_due", "duplicate_of",
		"deceased"},
	"sr_submitted": {"complete", "query", "verified", "duplicate_of", "superseded", "deceased"},
	"sr_lapsed":    {"attempted", "refused", "partial", "proxy", "complete", "long_due", "duplicate_of", "deceased"},
	"attempted": {"sr_issued", "sr_submitted", "refused", "partial", "proxy", "complete", "long_due", "duplicate_of", "superseded",
		"deceased"},
	"refused":       {"sr_issued", "sr_submitted", "partial", "proxy", "complete", "long_due", "duplicate_of", "superseded", "deceased"},
	"partial":       {"sr_issued", "sr_submitted", "proxy", "complete", "long_due", "duplicate_of", "superseded", "deceased"},
	"proxy":         {"sr_submitted", "complete", "long_due", "query", "verified", "duplicate_of", "superseded", "deceased"},
	"complete":      {"long_due", "query", "verified", "duplicate_of", "superseded", "deceased"},
	"long_due":      {"long_complete", "query", "duplicate_of", "deceased"},
	"long_complete": {"query", "verified", "duplicate_of"},
	"query":         {"verified", "long_due", "duplicate_of", "superseded", "deceased"},
	"verified":      {"query", "duplicate_of"},
	"superseded":    {"prelisted", "attempted", "refused", "partial", "proxy", "complete", "sr_submitted", "deceased"},
	"duplicate_of":  {"query"},
	"deceased":      {"query"},
}

// Axes are the tables of domain §6, for whoever draws or generates from them: dwellings, households and sub-areas.
type Axes struct {
	Occupancies map[string][]string
	Collections map[string][]string
	SubAreas    map[string][]string
}

// Rules are the tables and numbers by which the census judges, as the field app needs them to judge alike.
type Rules struct {
	Axes
	Results    map[string]Saying // what each result of a visit says
	Done       []string          // collections of a household that has been counted
	Uncounted  []string          // … that is counted elsewhere, or was none
	Unsaid     []string          // … where nobody has said more than that he lives there
	Outdone    []string          // … that a correction takes back
	Vacancies  []string          // occupancies that take evidence
	OutOfScope []string          // occupancies of what is no dwelling
	Evidences  []string
	Verbs      []string
	Settings   Settings // defaults; a county may set others
	Tower      Tower    // what a boundary may cut
	Forms      FormRules
}

// Saying is what the result of a visit says of the dwelling and of its household.
type Saying struct {
	Occupancy  string
	Collection string
	Household  bool
}

// CensusRules answers the tables.
func CensusRules() Rules {
	r := Rules{Axes: Axes{occupancies, collections, nextStates}, Results: map[string]Saying{}, Done: doneCollections,
		Uncounted: uncounted, Unsaid: unsaid, Outdone: outdone, Vacancies: vacancies, OutOfScope: outOfScope, Evidences: evidences,
		Settings: defaultSettings, Tower: tower, Forms: formRules}
	for name, o := range outcomes {
		r.Results[name] = Saying{o.occupancy, o.collection, o.household}
	}
	for _, v := range verbs() {
		r.Verbs = append(r.Verbs, v.name)
	}
	return r
}
