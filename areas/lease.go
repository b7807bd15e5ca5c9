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
	a.askAbout(stretch)
	if err := a.send(ctx); err != nil {
		return err
	}
	var places []Code
	for _, c := range stretch {
		c.place = nearest(a.county, c.SubArea)
		if found, ok := a.places[c.about()]; ok {
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

// about is what a change is about: a dwelling, or else a building.
func (c *sentChange) about() subject {
	v, known := verbsByName[c.Verb]
	if !known {
		return subject{}
	}
	s := v.subject(c.Values)
	if s.Dwelling != uuid.Nil {
		s.Building = 0
	}
	return s
}

// askAbout queues the question where that lies, and who holds the sub-areas that the tablet named, as far as it was not asked yet.
func (a *applying) askAbout(changes []*sentChange) {
	var dwellings []uuid.UUID
	var buildings []int64
	var claimed []Code
	for _, c := range changes {
		claimed = append(claimed, c.SubArea)
		s := c.about()
		switch {
		case a.asked[s]:
		case s.Dwelling != uuid.Nil:
			dwellings = append(dwellings, s.Dwelling)
		case s.Building != 0:
			buildings = append(buildings, s.Building)
		}
		a.asked[s] = true
	}
	if len(dwellings)+len(buildings) > 0 {
		a.askPlaces(dwellings, buildings)
	}
	a.askLeases(claimed)
}

// subjectAt is where a subject lies.
type subjectAt struct {
	Dwelling uuid.UUID `db:"dwelling"`
	Building int64     `db:"building"`
	Place    Code      `db:"place"`
}

// askPlaces queues the question for the sub-areas of dwellings and of buildings. Each is looked up by its id: the row policies of a
// whole county would else look cheaper to the planner than they are, and so would an index that holds all it is asked for.
func (a *applying) askPlaces(dwellings []uuid.UUID, buildings []int64) {
	const sql = `
		SELECT n.id AS dwelling, 0::bigint AS building, f.place
		  FROM unnest($2::uuid[]) AS n (id)
		 CROSS JOIN LATERAL (SELECT d.sub_area AS place FROM dwellings d WHERE d.county = $1 AND d.id = n.id OFFSET 0) f
		 UNION ALL
		SELECT '00000000-0000-0000-0000-000000000000', n.id, f.place
		  FROM unnest($3::bigint[]) AS n (id)
		 CROSS JOIN LATERAL (SELECT b.place FROM buildings b WHERE b.county = $1 AND b.id = n.id AND b.revision > 0 OFFSET 0) f`
	asked(&a.piped, func(found []subjectAt) error {
		for _, s := range found {
			a.places[subject{s.Dwelling, s.Building}] = s.Place
		}
		return nil
	}, sql, a.county, dwellings, buildings)
}

// nearest is the place itself if it is a code of the county, else the county.
func nearest(county, claimed Code) Code {
	if claimed.Level() == "" || claimed.County() != county || claimed.Level() == LevelCounty {
		return county
	}
	return claimed
}

// lease reads every assignment there ever was of sub-areas that are not known yet.
func (a *applying) lease(ctx context.Context, places []Code) error {
	a.askLeases(places)
	return a.send(ctx)
}

// askLeases queues what lease asks.
func (a *applying) askLeases(places []Code) {
	var unread []Code
	for _, place := range places {
		if _, known := a.leases[place]; !known {
			unread = append(unread, place)
			a.leases[place] = nil
		}
	}
	if len(unread) == 0 {
		return
	}
	const sql = `SELECT` + assignmentColumns + `
		 WHERE h.county = $1 AND h.sub_area = ANY ($2)
		 ORDER BY h.begun_at DESC`
	asked(&a.piped, func(found []Assignment) error {
		for _, h := range found {
			a.leases[h.SubArea] = append(a.leases[h.SubArea], h)
		}
		return nil
	}, sql, a.county, unread)
}

// judge finds the lease a change was done under, and says why it may not be taken, if so.
func (a *applying) judge(c *sentChange) error {
	mine := func(h Assignment) bool { return h.Enumerator == c.by.device.User && h.Epoch == c.Epoch }
	held := a.leases[c.SubArea]
	if at := slices.IndexFunc(held, mine); at >= 0 {
		c.lease = &held[at]
	} else if at := slices.IndexFunc(held, func(h Assignment) bool { return h.Enumerator == c.by.device.User }); at >= 0 {
		c.lease = &held[at] // the number of the lease is wrong or left out; the account held it nevertheless
	}
	now := slices.IndexFunc(a.leases[c.place], func(h Assignment) bool { return h.EndedAt == nil && h.Enumerator == c.by.device.User })
	if c.lease == nil && now >= 0 {
		c.lease = &a.leases[c.place][now] // it was divided off from what the tablet knows
	}
	switch {
	case c.by.device.RevokedAt != nil:
		return refuse(Forbidden, "device_revoked", "这台平板已停用(%s),记录留待指导员处理",
			"this tablet was revoked (%s); the work is kept for a supervisor to decide", c.by.device.Reason)
	case c.lease == nil:
		return refuse(Forbidden, "not_assigned", "%s 没有分派给您,记录留待指导员处理",
			"%s was never assigned to you; the work is kept for a supervisor to decide", c.SubArea)
	case c.lease.Round == RoundPES && !slices.Contains(surveying, c.Verb):
		return refuse(Conflict, "survey_changes_nothing", "事后质量抽查不得改动普查记录;记录留待指导员比对",
			"the post-enumeration survey changes nothing of the census; a supervisor compares it")
	case c.At.Before(c.lease.BegunAt.Add(-earlyBy)):
		return refuse(Conflict, "before_assignment", "记录时间 %s 早于任务开始,请检查平板时钟;记录留待指导员处理",
			"it is dated %s, before the assignment began; check the tablet's clock; a supervisor decides", c.At.UTC().Format(time.RFC3339))
	}
	c.fenced = now < 0 && c.lease.EndedAt != nil
	return nil
}

// surveying are the verbs of the post-enumeration survey, which changes nothing of the census.
var surveying = []string{"record_visit", "declare_done", verbSealContact}

// newer tells whether a lease was given after another.
func newer(h, than *Assignment) bool { return h.BegunAt.After(than.BegunAt) }

// superseded tells whether somebody else holds the ground of a change since its lease ended.
func (a *applying) superseded(c *sentChange) bool {
	return c.fenced && slices.ContainsFunc(a.leases[c.place], func(h Assignment) bool {
		return h.Enumerator != c.by.device.User && h.Round != RoundPES && newer(&h, c.lease)
	})
}
