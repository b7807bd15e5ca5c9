package areas

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"
)

// A sensitive building, such as a barracks or a prison, is covered, and no more is kept of it: where it stands, its number,
// whether somebody lives there, how many doors and households there are and how they were counted. What else is said of it is
// left out where it is written, and taken away where it was written before.

// inhabited are the kinds of building that somebody lives in.
var inhabited = []string{"residential", "mixed", "collective"}

// bareKind is what is kept of the kind of a sensitive building.
func bareKind(kind string) string {
	if slices.Contains(inhabited, kind) {
		return "collective"
	}
	return "non_residential"
}

// stripped is a building without what a sensitive one does not carry. Why it is no building any more is kept.
func (b Building) stripped() Building {
	if b.Sensitive {
		b.Kind, b.Name, b.Address = bareKind(b.Kind), "", ""
		b.Floors, b.Stairwells, b.Doors, b.Units = nil, nil, nil, nil
		if b.stands() {
			b.Reason = ""
		}
	}
	return b
}

// strip leaves out of a building that is to be added what a sensitive one does not carry.
func (b *NewBuilding) strip() {
	if b.Sensitive {
		b.Kind, b.Name, b.Address, b.Reason = bareKind(b.Kind), "", "", ""
		b.Floors, b.Stairwells, b.Doors, b.Units = nil, nil, nil, nil
	}
}

// leftOut stands for words that were left out where there must be some.
const leftOut = "—"

// aboutSensitive asks whether n.building of county $1 is sensitive, or n.dwelling lies in one that is.
const aboutSensitive = `
	(EXISTS (SELECT FROM buildings b WHERE b.county = $1 AND b.id = n.building AND b.sensitive)
	 OR EXISTS (SELECT FROM dwellings d
	              JOIN buildings b ON b.county = d.county AND b.id = d.building
	             WHERE d.county = $1 AND d.id = n.dwelling AND b.sensitive))`

// saidAt is what may be kept of what somebody said of a building or a dwelling.
func (t *tx) saidAt(ctx context.Context, of subject, words string) (string, error) {
	if words == "" {
		return "", nil
	}
	const sql = `SELECT ` + aboutSensitive + ` FROM (VALUES ($2::uuid, $3::bigint)) AS n (dwelling, building)`
	var sensitive bool
	if err := t.QueryRow(ctx, sql, t.county, of.Dwelling, of.Building).Scan(&sensitive); err != nil || sensitive {
		return leftOut, err
	}
	return words, nil
}

// saidOf is what may be kept of what somebody said of a flag.
func (t *tx) saidOf(ctx context.Context, f Flag, words string) (string, error) {
	var of subject
	set(&of.Dwelling, f.Dwelling)
	set(&of.Building, f.Building)
	return t.saidAt(ctx, of, words)
}

// forget takes away what is known of a building that is sensitive from now on, wherever it was written.
func (t *tx) forget(ctx context.Context, id int64) error {
	const sent = `
		SELECT c.id, c.verb, c.body
		  FROM changes c
		 WHERE c.county = $1
		   AND (c.body -> 'values' ->> 'building' = $2::bigint::text
		     OR c.body -> 'values' ->> 'dwelling' IN (SELECT d.id::text FROM dwellings d WHERE d.county = $1 AND d.building = $2))`
	type sentRow struct {
		ID   uuid.UUID `db:"id"`
		Verb string    `db:"verb"`
		Body body      `db:"body"`
	}
	found, err := collect[sentRow](t.Query(ctx, sent, t.county, id))
	if err != nil {
		return fmt.Errorf("read what was sent of a sensitive building: %w", err)
	}
	ids, bare := make([]uuid.UUID, len(found)), make([]json.RawMessage, len(found))
	for i, c := range found {
		ids[i], bare[i] = c.ID, bareValues(t.county, c.Verb, c.Body.Values)
	}
	const sql = `SELECT canvass_forget_building($1, $2, $3, $4)`
	if _, err := t.Exec(ctx, sql, t.county, id, ids, bare); err != nil {
		return fmt.Errorf("forget what was known of a sensitive building: %w", err)
	}
	const around = `
		SELECT sub_area FROM buildings WHERE county = $1 AND id = $2 AND sub_area IS NOT NULL
		 UNION
		SELECT sub_area FROM dwellings WHERE county = $1 AND building = $2`
	rows, err := t.Query(ctx, around, t.county, id)
	if err != nil {
		return err
	}
	stale, err := collectCodes(rows)
	t.stale = append(t.stale, stale...)
	return err
}

// forgetRebuilt forgets what is known of buildings that a change makes sensitive, or merges with one that is.
func (t *tx) forgetRebuilt(ctx context.Context, r *rebuilding) error {
	for i, b := range r.after {
		if b.Sensitive && (r.into != 0 || !r.before[i].Sensitive) {
			if err := t.forget(ctx, b.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// keptOf names what is kept of the values of a change that is about a sensitive building. A reason that must be given is kept as
// one that was not said.
var keptOf = map[string][]string{
	"record_visit":        {"dwelling", "household", "result", "position", "accuracy_m", "evidence", "persons", "next_call_at"},
	"correct_visit":       {"dwelling", "household", "result", "position", "accuracy_m", "evidence", "persons", "next_call_at"},
	"make_dwellings":      {"building", "dwellings"},
	"add_dwelling":        {"building", "dwellings"},
	"mark_dwelling":       {"dwelling"},
	"add_building":        {"building", "geometry"},
	"mark_building":       {"building", "standing"},
	"add_household":       {"household", "dwelling", "kind"},
	"mark_household":      {"household", "dwelling", "as", "of"},
	"note_forms":          {"household", "dwelling", "hmt", "death"},
	"issue_self_response": {"self_response", "dwelling", "household", "code_hash", "foreign"},
	verbSealContact:       {"dwelling", "malformed"},
}

// bareValues is what is kept of the values of a change that is about a sensitive building. It can be taken as the change could:
// doors are named by their ids alone.
func bareValues(county Code, verb string, given json.RawMessage) json.RawMessage {
	var all map[string]json.RawMessage
	if json.Unmarshal(given, &all) != nil {
		return json.RawMessage(`{}`) // nobody can read it, so that nothing of it is missed
	}
	if doors := doorsNamed(verb, given); len(doors) > 0 {
		ids := make([]uuid.UUID, len(doors))
		for i, d := range doors {
			ids[i] = d.id(county, subjectOf(given).Building)
		}
		all["dwellings"], _ = json.Marshal(ids)
	}
	kept := map[string]json.RawMessage{}
	for _, name := range append([]string{"building", "dwelling"}, keptOf[verb]...) {
		if value, is := all[name]; is {
			kept[name] = value
		}
	}
	if _, is := all["reason"]; is {
		kept["reason"], _ = json.Marshal(leftOut)
	}
	out, _ := json.Marshal(kept)
	return out
}

// doorsNamed lists the doors that a change names.
func doorsNamed(verb string, given json.RawMessage) []door {
	switch verb {
	case "make_dwellings":
		var v PatternValues
		if json.Unmarshal(given, &v) == nil && len(v.Dwellings) == 0 {
			doors, _ := v.Pattern.doors() // one that cannot be names none
			return doors
		}
	case "add_dwelling":
		var v DoorValues
		if json.Unmarshal(given, &v) == nil && len(v.Dwellings) == 0 {
			if d, err := v.named(); err == nil {
				return []door{d}
			}
		}
	}
	return nil
}

// barely is a change's body as it is kept where it is about a sensitive building; nil where it has nothing that is left out, as most
// visits have not.
func (c *sentChange) barely(county Code) *body {
	var given map[string]json.RawMessage
	if subjectOf(c.Values) == (subject{}) || json.Unmarshal(c.Values, &given) != nil {
		return nil
	}
	kept := keptOf[c.Verb]
	for name := range given {
		if name != "building" && name != "dwelling" && !slices.Contains(kept, name) {
			return &body{c.SubArea, bareValues(county, c.Verb, c.Values)}
		}
	}
	return nil
}

// keepBare leaves out of a change that is kept already what a sensitive building does not carry.
func (t *tx) keepBare(c *sentChange) {
	bare := c.barely(t.county)
	if bare == nil {
		return
	}
	about := subjectOf(c.Values)
	const sql = `
		UPDATE changes c
		   SET body = $5
		  FROM (VALUES ($3::uuid, $4::bigint)) AS n (dwelling, building)
		 WHERE c.county = $1 AND c.id = $2 AND ` + aboutSensitive
	t.later("keep a change barely", sql, t.county, c.ID, about.Dwelling, about.Building, bare)
}
