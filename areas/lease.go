package areas

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
)

// earlyBy is by how much a change may be dated before its lease began: clocks differ a little.
const earlyBy = 5 * time.Minute

// locate finds where each change lies now, for a sub-area may have been divided since it was made, and locks the counts.
func (a *applying) locate(ctx context.Context, v verb, stretch []*sentChange) error {
	var dwellings []uuid.UUID
	var buildings []int64
	subjects := make([]subject, len(stretch))
	for i, c := range stretch {
		subjects[i] = v.subject(c.Values)
		if s := subjects[i]; s.Dwelling != uuid.Nil {
			dwellings = append(dwellings, s.Dwelling)
		} else if s.Building != 0 {
			buildings = append(buildings, s.Building)
		}
	}
	of, err := a.placesOf(ctx, dwellings, buildings)
	if err != nil {
		return err
	}
	var places []Code
	for i, c := range stretch {
		c.place = a.nearest(c.SubArea)
		if found, ok := of[subjects[i]]; ok {
			c.place = found
		}
		places = append(places, c.place, c.SubArea)
	}
	if err := a.lease(ctx, places); err != nil {
		return err
	}
	if isVisit(v.name) {
		return nil // a walk locks them
	}
	return a.lockCounts(ctx, places)
}

// placesOf finds the sub-areas of dwellings and of buildings, by subjects that name nothing else. Each is looked up by its id:
// the row policies of a whole county would else look cheaper to the planner than they are, and so would an index that holds all it is asked for.
func (t *tx) placesOf(ctx context.Context, dwellings []uuid.UUID, buildings []int64) (map[subject]Code, error) {
	const sql = `
		SELECT n.id AS dwelling, 0::bigint AS building, f.place
		  FROM unnest($2::uuid[]) AS n (id)
		 CROSS JOIN LATERAL (SELECT d.sub_area AS place FROM dwellings d WHERE d.county = $1 AND d.id = n.id OFFSET 0) f
		 UNION ALL
		SELECT '00000000-0000-0000-0000-000000000000', n.id, f.place
		  FROM unnest($3::bigint[]) AS n (id)
		 CROSS JOIN LATERAL (SELECT b.place FROM buildings b WHERE b.county = $1 AND b.id = n.id AND b.revision > 0 OFFSET 0) f`
	rows, err := t.Query(ctx, sql, t.county, dwellings, buildings)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[subject]Code{}
	for rows.Next() {
		var s subject
		var place Code
		if err := rows.Scan(&s.Dwelling, &s.Building, &place); err != nil {
			return nil, err
		}
		out[s] = place
	}
	return out, rows.Err()
}

// nearest is the place itself if it is a code of the county, else the county.
func (a *applying) nearest(claimed Code) Code {
	if claimed.Level() == "" || claimed.County() != a.county || claimed.Level() == LevelCounty {
		return a.county
	}
	return claimed
}

// lease reads every assignment there ever was of sub-areas that are not known yet.
func (a *applying) lease(ctx context.Context, places []Code) error {
	var unread []Code
	for _, place := range places {
		if _, known := a.leases[place]; !known && !slices.Contains(unread, place) {
			unread = append(unread, place)
		}
	}
	if len(unread) == 0 {
		return nil
	}
	const sql = `SELECT` + assignmentColumns + `
		 WHERE h.county = $1 AND h.sub_area = ANY ($2)
		 ORDER BY h.begun_at DESC`
	found, err := collect[Assignment](a.Query(ctx, sql, a.county, unread))
	for _, place := range unread {
		a.leases[place] = nil
	}
	for _, h := range found {
		a.leases[h.SubArea] = append(a.leases[h.SubArea], h)
	}
	return err
}

// judge finds the lease a change was done under, and says why it may not be taken, if so.
func (a *applying) judge(c *sentChange) error {
	mine := func(h Assignment) bool { return h.Enumerator == a.device.User && h.Epoch == c.Epoch }
	held := a.leases[c.SubArea]
	if at := slices.IndexFunc(held, mine); at >= 0 {
		c.lease = &held[at]
	} else if at := slices.IndexFunc(held, func(h Assignment) bool { return h.Enumerator == a.device.User }); at >= 0 {
		c.lease = &held[at] // the number of the lease is wrong or left out; the account held it nevertheless
	}
	now := slices.IndexFunc(a.leases[c.place], func(h Assignment) bool { return h.EndedAt == nil && h.Enumerator == a.device.User })
	if c.lease == nil && now >= 0 {
		c.lease = &a.leases[c.place][now] // it was divided off from what the tablet knows
	}
	switch {
	case a.device.RevokedAt != nil:
		return refuse(Forbidden, "device_revoked", "这台平板已停用(%s),记录留待指导员处理",
			"this tablet was revoked (%s); the work is kept for a supervisor to decide", a.device.Reason)
	case c.lease == nil:
		return refuse(Forbidden, "not_assigned", "%s 没有分派给您,记录留待指导员处理",
			"%s was never assigned to you; the work is kept for a supervisor to decide", c.SubArea)
	case c.At.Before(c.lease.BegunAt.Add(-earlyBy)):
		return refuse(Conflict, "before_assignment", "记录时间 %s 早于任务开始,请检查平板时钟;记录留待指导员处理",
			"it is dated %s, before the assignment began; check the tablet's clock; a supervisor decides", c.At.UTC().Format(time.RFC3339))
	}
	c.fenced = now < 0 && c.lease.EndedAt != nil
	return nil
}

// newer tells whether a lease was given after another.
func newer(h, than *Assignment) bool { return h.BegunAt.After(than.BegunAt) }

// superseded tells whether somebody else holds the ground of a change since its lease ended.
func (a *applying) superseded(c *sentChange) bool {
	return c.fenced && slices.ContainsFunc(a.leases[c.place], func(h Assignment) bool {
		return h.Enumerator != a.device.User && newer(&h, c.lease)
	})
}
