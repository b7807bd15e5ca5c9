package areas

import (
	"github.com/google/uuid"
)

// queueNumbers gives households and buildings the numbers back that they had before the revision that is undone, and lets
// assignments go back to who held them.
func (t *tx) queueNumbers(r *redrawing) {
	const households = `
		WITH old AS MATERIALIZED (
			SELECT m.id, m.id::uuid AS household, m.place, m.number
			  FROM moves m
			 WHERE m.county = $1 AND m.revision = $2 AND m.subject = 'household'
		), written AS (
			UPDATE households h
			   SET number = old.number
			  FROM old
			 WHERE h.county = $1 AND h.id = old.household AND h.sub_area = old.place
		)
		UPDATE moves m
		   SET to_number = old.number
		  FROM old
		 WHERE m.county = $1 AND m.revision = $3 AND m.subject = 'household' AND m.id = old.id AND m.to_place = old.place`
	const buildings = `
		WITH old AS MATERIALIZED (
			SELECT m.id, m.id::bigint AS building, m.place, m.number
			  FROM moves m
			 WHERE m.county = $1 AND m.revision = $2 AND m.subject = 'building'
		), written AS (
			UPDATE buildings b
			   SET number = old.number
			  FROM old
			 WHERE b.county = $1 AND b.id = old.building AND b.place = old.place
		)
		UPDATE moves m
		   SET to_number = old.number
		  FROM old
		 WHERE m.county = $1 AND m.revision = $3 AND m.subject = 'building' AND m.id = old.id AND m.to_place = old.place`
	const ended = `
		UPDATE assignments h
		   SET ended_at = $3,
		       revision = h.revision + 1
		 WHERE h.county = $1 AND h.id = ANY ($2) AND h.ended_at IS NULL`
	const opened = `
		UPDATE assignments h
		   SET ended_at = NULL,
		       revision = h.revision + 1
		 WHERE h.county = $1 AND h.id = ANY ($2)
		   AND NOT EXISTS (SELECT FROM assignments o
		                    WHERE o.county = h.county AND o.sub_area = h.sub_area AND o.round = h.round AND o.ended_at IS NULL)`
	t.later("give old numbers back", households, t.county, r.back.Revision, r.revision)
	t.later("give old numbers back", buildings, t.county, r.back.Revision, r.revision)
	t.later("end assignments again", ended, t.county, idsIn(r.back.Detail["assigned"]), t.now)
	t.later("open assignments again", opened, t.county, idsIn(r.back.Detail["unassigned"]))
}

// idsIn reads a list of ids out of a revision's detail.
func idsIn(value any) []uuid.UUID {
	list, _ := value.([]any)
	out := []uuid.UUID{}
	for _, v := range list {
		text, _ := v.(string)
		if id, err := uuid.Parse(text); err == nil {
			out = append(out, id)
		}
	}
	return out
}
