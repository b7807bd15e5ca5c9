package areas

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

func contains(words []string, word string) bool { return slices.Contains(words, word) }

// markDwelling takes out a dwelling that is none. One where somebody was counted stays, and a supervisor looks at it.
func (a *applying) markDwelling(ctx context.Context, c *sentChange) error {
	v, err := values[DwellingMark](c)
	if err != nil {
		return err
	}
	if strings.TrimSpace(v.Reason) == "" {
		return refuse(Invalid, "reason_missing", "请说明理由", "give the reason").On("reason")
	}
	found, err := a.dwellingsByID(ctx, []uuid.UUID{v.Dwelling})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return a.goneAlready(ctx, v.Dwelling)
	}
	d := found[0]
	if d.counted() || a.superseded(c) && d.Revision > c.Base {
		c.beside(d.seen())
		return refuse(Conflict, "dwelling_counted", "这一户已有登记,不能直接注销,留给指导员处理",
			"somebody was counted here, so that it is not simply taken out; a supervisor decides")
	}
	reason, err := a.saidAt(ctx, subject{Dwelling: v.Dwelling}, v.Reason)
	if err != nil {
		return err
	}
	const sql = `
		UPDATE dwellings
		   SET retired_at = $3,
		       reason = $4,
		       changed_at = $3,
		       revision = revision + 1
		 WHERE county = $1 AND id = $2`
	if _, err := a.Exec(ctx, sql, a.county, v.Dwelling, a.now, reason); err != nil {
		return err
	}
	a.touched[d.SubArea] = true
	return a.record(ctx, "retire", d.SubArea, "dwelling/"+v.Dwelling.String(), map[string]any{"reason": reason})
}

// goneAlready is nil for a dwelling that was taken out before, and a refusal for one that never was.
func (a *applying) goneAlready(ctx context.Context, id uuid.UUID) error {
	var there bool
	const sql = `SELECT EXISTS (SELECT FROM dwellings WHERE county = $1 AND id = $2)`
	if err := a.QueryRow(ctx, sql, a.county, id).Scan(&there); err != nil || there {
		return err
	}
	return errDwellingUnknown
}

var errDwellingUnknown = refuse(NotFound, "dwelling_unknown", "没有这套住房,或不在您的范围内",
	"there is no such dwelling, or it is outside your scope").On("dwelling")

// lastHousehold is the highest number a household may have; 999 says that the whole household has died.
const lastHousehold = 998

// addHousehold registers a further household in a dwelling, with the next number of the sub-area.
func (a *applying) addHousehold(ctx context.Context, c *sentChange) error {
	v, err := values[HouseholdValues](c)
	if err != nil {
		return err
	}
	if v.Kind == "" {
		v.Kind = "family"
	}
	if v.Household == uuid.Nil || !contains([]string{"family", "collective"}, v.Kind) {
		return refuse(Invalid, "household_malformed", "住户须有编号,类别为家庭户或集体户", "a household has an id, and is a family or collective").On("household")
	}
	found, err := a.dwellingsByID(ctx, []uuid.UUID{v.Dwelling})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return errDwellingUnknown
	}
	d := found[0]
	highest, err := a.highestHouseholds(ctx, []Code{d.SubArea})
	if err != nil {
		return err
	}
	if highest[d.SubArea] >= lastHousehold {
		return refuse(Conflict, "numbers_used_up", "%s 的户编号已用完,请先拆分普查小区", "the household numbers of %s are used up; divide the sub-area", d.SubArea)
	}
	const sql = `
		INSERT INTO households (county, id, sub_area, dwelling, number, kind, collection, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'prelisted', $7)
		    ON CONFLICT (county, id) DO NOTHING`
	tag, err := a.Exec(ctx, sql, a.county, v.Household, d.SubArea, d.ID, highest[d.SubArea]+1, v.Kind, a.now)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	return a.livedIn(ctx, d, v.Household)
}

// markHousehold takes a household out of what is to be counted. One that is counted further than that stays, for a supervisor.
func (a *applying) markHousehold(ctx context.Context, c *sentChange) error {
	v, err := values[HouseholdMark](c)
	if err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(v.Reason) == "":
		return refuse(Invalid, "reason_missing", "请说明理由", "give the reason").On("reason")
	case !contains([]string{"deceased", "duplicate_of"}, v.As), v.Of != nil && *v.Of == v.Household:
		return refuse(Invalid, "household_malformed", "住户只能标记为全户死亡,或与另一户重复", "a household is marked as one that has died, or as the same as another").On("as")
	}
	w, h, err := a.householdAt(ctx, v.Household)
	if errors.Is(err, pgx.ErrNoRows) {
		return errHouseholdUnknown
	}
	if err != nil || h.Collection == v.As {
		return err
	}
	if v.As == "duplicate_of" && v.Of != nil {
		if err := a.counts(ctx, *v.Of); err != nil {
			return err
		}
	}
	if !collections.takes(h.Collection, v.As, false) {
		c.beside(map[string]any{"collection": h.Collection, "revision": h.Revision})
		return refuse(Conflict, "household_counted", "这一户已经核实登记,不能直接注销,留给指导员处理",
			"this household was counted and checked, so that it is not simply taken out; a supervisor decides")
	}
	if h.Collection = v.As; v.As == "deceased" {
		h.Persons = Persons{}
	}
	settings, err := a.settings(ctx)
	if err != nil {
		return err
	}
	for _, d := range w.dwellings {
		d.Resolved = d.resolved(settings)
		a.touched[d.SubArea] = true
	}
	a.writeDwellings(w)
	a.writeHouseholds(w)
	a.giveWayToInterviews(w)
	reason, err := a.saidAt(ctx, subject{Dwelling: h.Dwelling}, v.Reason)
	if err != nil {
		return err
	}
	return a.record(ctx, "mark", c.place, "household/"+v.Household.String(), map[string]any{"as": v.As, "of": v.Of, "reason": reason})
}

// counts refuses a household that another is said to be the same as, unless it is there and counts: else neither would. It counts
// until the transaction ends, for two may be said at once to be each the same as the other.
func (a *applying) counts(ctx context.Context, of uuid.UUID) error {
	var collection string
	const sql = `SELECT collection FROM households WHERE county = $1 AND id = $2 AND retired_at IS NULL FOR SHARE`
	err := a.QueryRow(ctx, sql, a.county, of).Scan(&collection)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return refuse(NotFound, "original_unknown", "没有所说的那一户,不知与谁重复;留给指导员处理",
			"there is no such household for this one to be the same as; a supervisor decides").On("of")
	case err == nil && contains([]string{"duplicate_of", "superseded"}, collection):
		return refuse(Conflict, "original_uncounted", "所说的那一户已经注销,这样两户都不会计入;留给指导员处理",
			"the household that it is said to be the same as is not counted itself, so that neither would be; a supervisor decides").On("of")
	}
	return err
}

var errHouseholdUnknown = refuse(NotFound, "household_unknown", "没有这一户", "there is no such household").On("household")

// livedIn says of a dwelling that somebody lives in it who is not yet counted.
func (a *applying) livedIn(ctx context.Context, d calledOn, household uuid.UUID) error {
	const sql = `
		UPDATE dwellings
		   SET occupancy = 'occupied',
		       resolved = false,
		       changed_at = $3,
		       revision = revision + 1
		 WHERE county = $1 AND id = $2`
	if _, err := a.Exec(ctx, sql, a.county, d.ID, a.now); err != nil {
		return err
	}
	a.touched[d.SubArea] = true
	return a.record(ctx, "add", d.SubArea, "dwelling/"+d.ID.String(), map[string]any{"household": household})
}

// declareDone takes the word of whoever holds a sub-area that every door has been called on.
func (a *applying) declareDone(ctx context.Context, c *sentChange) error {
	if c.lease.EndedAt != nil {
		return refuse(Conflict, "fenced", "任务已收回或改派,不能再报完成", "the assignment has ended, so that nothing is declared done under it")
	}
	const sql = `
		UPDATE assignments
		   SET done_at = coalesce(done_at, $3),
		       revision = revision + 1
		 WHERE county = $1 AND id = $2`
	if _, err := a.Exec(ctx, sql, a.county, c.lease.ID, c.At); err != nil {
		return err
	}
	a.touched[c.lease.SubArea] = true
	return a.record(ctx, "declare_done", c.lease.SubArea, "assignment/"+c.lease.ID.String(), nil)
}
