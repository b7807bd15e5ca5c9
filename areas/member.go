package areas

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// member is a sub-area as the operations on boundaries see it: one part of the partition.
type member struct {
	Code        Code             `db:"code"`
	State       string           `db:"state"`
	Description string           `db:"description"`
	Expected    *int             `db:"expected_households"`
	Geometry    orb.MultiPolygon `db:"geom"`
	Revision    int64            `db:"revision"`
	Reached     bool             `db:"reached"` // whether the actor may change it; others are seen, and stay as they are
}

// editableStates are those in which a boundary may be moved. A checked sub-area goes back to draft by it.
var editableStates = []string{"draft", "checked", "reopened"}

// editable refuses to move the boundary of what is signed off.
func (m member) editable() error {
	if slices.Contains(editableStates, m.State) {
		return nil
	}
	if m.State == "submitted" || m.State == "approved" {
		return refuse(Conflict, "signed_off", "普查小区 %[1]s 已%[2]s,请先退回草稿(须说明理由)再改边界",
			"sub-area %[1]s is %[3]s; send it back to draft, with a reason, before its boundary moves",
			m.Code, map[string]string{"submitted": "提交", "approved": "批准"}[m.State], m.State).On("state")
	}
	return refuse(Conflict, "frozen", "普查小区 %s 已锁定(%s),请先重新开放并说明理由,再改边界",
		"sub-area %s is frozen (%s); reopen it with a reason before its boundary moves", m.Code, m.State).On("state")
}

// afterEdit is the state that a moved boundary leaves.
func (m member) afterEdit() string {
	if m.State == "checked" {
		return "draft"
	}
	return m.State
}

// hold reads sub-areas and those around them, the named first in the order given. Unless the transaction only reads, it
// locks all of them in the order of their codes: whoever changes boundaries does, so that two never wait for one another.
// Those around are found before they are locked; if one of them changed meanwhile, it begins anew.
func (t *tx) hold(ctx context.Context, named []Code) ([]member, error) {
	return t.holdWith(ctx, named, nil)
}

// holdWith is hold for those around others too.
func (t *tx) holdWith(ctx context.Context, named, others []Code) ([]member, error) {
	for range holdTries {
		around, err := t.around(ctx, slices.Concat(named, others))
		if err != nil {
			return nil, err
		}
		found, fresh, err := t.lockMembers(ctx, around)
		if err != nil {
			return nil, err
		}
		if fresh {
			return inOrder(found, named)
		}
	}
	return nil, refuse(Conflict, "try_again", "刚好有人同时修改,请再试一次", "somebody changed it at the same moment; try again")
}

// holdTries is how often members are locked anew because their neighbours changed; each time somebody else got on.
const holdTries = 20

// around finds the live sub-areas whose boxes meet those of the named, with the revision they are at. It looks through the
// map's view: a neighbour is there whether or not the actor reaches it.
func (t *tx) around(ctx context.Context, named []Code) (map[Code]int64, error) {
	const sql = `
		SELECT DISTINCT n.code, n.revision
		  FROM map_sub_areas m
		 CROSS JOIN LATERAL (SELECT o.county, o.code, o.revision FROM map_sub_areas o WHERE o.geom && m.geom OFFSET 0) n
		 WHERE m.county = $1 AND m.code = ANY ($2) AND n.county = m.county`
	type at struct {
		Code     Code  `db:"code"`
		Revision int64 `db:"revision"`
	}
	var found []at
	t.byIndex()
	ask(&t.piped, &found, sql, t.county, named)
	out := map[Code]int64{}
	if err := t.send(ctx); err != nil {
		return nil, err
	}
	for _, n := range found {
		out[n.Code] = n.Revision
	}
	return out, nil
}

// lockMembers locks and reads sub-areas, and tells whether they are still at the revisions that were seen. If they are not,
// the locks are let go.
func (t *tx) lockMembers(ctx context.Context, seen map[Code]int64) (found []member, fresh bool, err error) {
	codes := make([]Code, 0, len(seen))
	for code := range seen {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	if !t.writing {
		found, err = collect[member](t.Query(ctx, membersOf, t.county, codes))
		return found, true, err
	}
	const lock = `
		SELECT code
		  FROM sub_areas
		 WHERE county = $1 AND code = ANY ($2)
		 ORDER BY code
		   FOR NO KEY UPDATE`
	t.later("mark where locks begin", `SAVEPOINT held`)
	t.later("lock sub-areas", lock, t.county, codes)
	ask(&t.piped, &found, membersOf, t.county, codes)
	if err := t.send(ctx); err != nil {
		return nil, false, err
	}
	fresh = len(found) == len(seen)
	for _, m := range found {
		fresh = fresh && m.Revision == seen[m.Code]
	}
	if !fresh {
		_, err := t.Exec(ctx, `ROLLBACK TO SAVEPOINT held`)
		return nil, false, err
	}
	t.later("keep the locks", `RELEASE SAVEPOINT held`)
	return found, true, nil
}

// membersOf reads live sub-areas with their ground, whether or not the actor reaches them; of those he does not, the ground
// alone. The codes are told twice: of those he reaches the planner would else look through all.
const membersOf = `
	SELECT m.code,
	       coalesce(s.state, '') AS state,
	       coalesce(s.description, '') AS description,
	       s.expected_households,
	       m.geom,
	       m.revision,
	       s.code IS NOT NULL AS reached
	  FROM map_sub_areas m
	  LEFT JOIN sub_areas s ON s.county = m.county AND s.code = m.code AND s.code = ANY ($2)
	 WHERE m.county = $1 AND m.code = ANY ($2)
	 ORDER BY m.code`

// inOrder puts the named members first, and refuses if one is not there.
func inOrder(found []member, named []Code) ([]member, error) {
	out := make([]member, 0, len(found))
	for _, code := range named {
		i := slices.IndexFunc(found, func(m member) bool { return m.Code == code })
		switch {
		case i < 0 || !found[i].Reached:
			return nil, refuse(NotFound, "sub_area_unknown", "没有普查小区 %s,它没有图形,或不在您的范围内",
				"there is no sub-area %s, it has no ground, or it is outside your scope", code)
		}
		out = append(out, found[i])
	}
	for _, m := range found {
		if !slices.Contains(named, m.Code) {
			out = append(out, m)
		}
	}
	return out, nil
}

// grounds lists what members cover, as geo/coverage numbers them.
func grounds(members []member) []orb.MultiPolygon {
	out := make([]orb.MultiPolygon, len(members))
	for i, m := range members {
		out[i] = m.Geometry
	}
	return out
}

// maxVertices is what a line or piece may have; a boundary of the whole county has fewer.
const maxVertices = 20_000

// readable refuses what cannot be a line or ring on this ground: too much of it, what is no number, metres, or latitude and
// longitude the wrong way round, which it tells by where the ground is.
func readable(drawn []orb.Point, on orb.Bound, field string) error {
	if len(drawn) > maxVertices {
		return refuse(Invalid, "line_too_long", "图形有 %d 个顶点,最多 %d 个,请简化后再试", "it has %d vertices, at most %d are taken; simplify it first",
			len(drawn), maxVertices).On(field)
	}
	near := on.Pad(max(on.Right()-on.Left(), on.Top()-on.Bottom(), 0.05))
	for i, p := range drawn {
		if _, err := geo.PlaceOf(p); err == nil && near.Contains(p) {
			continue
		} else if turned := (orb.Point{p[1], p[0]}); near.Contains(turned) {
			return refuse(Invalid, "latitude_first", "第 %d 个顶点的经纬度写反了(%.6f, %.6f):请先写经度,后写纬度",
				"vertex %d has its latitude first (%.6f, %.6f): write longitude, then latitude", i+1, p[0], p[1]).On(field).At(turned)
		} else if err != nil && max(p[0], -p[0], p[1], -p[1]) > 180 {
			return refuse(Invalid, "not_degrees", "第 %d 个顶点(%.1f, %.1f)像是以米为单位的投影坐标:请转换为 WGS 84 经纬度(度)",
				"vertex %d (%.1f, %.1f) looks like projected metres: convert it to degrees of WGS 84", i+1, p[0], p[1]).On(field)
		} else if err != nil {
			return refuse(Invalid, "not_on_earth", "第 %d 个顶点不是地球上的位置:%v", "vertex %d is no place on earth: %v", i+1, err).On(field)
		}
		return refuse(Invalid, "far_away", "第 %[1]d 个顶点%[2]s离这里很远,请检查坐标系(须为 WGS 84)并在该小区内画",
			"vertex %[1]d%[2]s is far from here; check that it is WGS 84, and draw within the sub-area", i+1, fmt.Sprintf(" (%.6f, %.6f) ", p[0], p[1])).On(field).At(p)
	}
	return nil
}
