package areas

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// SubArea is one enumerator's ground (the United Nations' enumeration area), known by fifteen digits. A virtual one, from
// number 900, holds registered people and has no ground.
type SubArea struct {
	Code               Code         `db:"code"`
	Area               Code         `db:"area"`
	AreaName           string       `db:"area_name"`
	Virtual            bool         `db:"virtual"`
	Description        string       `db:"description"`
	State              string       `db:"state"`
	ExpectedHouseholds *int         `db:"expected_households"`
	Envelope           orb.Geometry `db:"envelope"`
	Point              *orb.Point   `db:"point"`
	Buildings          int          `db:"buildings"`
	EnumeratorName     string       `db:"enumerator_name"` // who holds it now, empty if nobody does
	Revision           int64        `db:"revision"`
}

// Number is the last three digits of the code.
func (s SubArea) Number() string { return string(s.Code[12:]) }

// NewSubArea is a sub-area to draw. Without a Code it gets the next number of its Area; with one, Area follows from it.
type NewSubArea struct {
	Code               Code
	Area               Code
	Description        string
	Geometry           orb.MultiPolygon
	ExpectedHouseholds *int
	Source, SourceID   string
}

// SubAreaQuery asks for the sub-areas that lie in a place, all or those in one state.
type SubAreaQuery struct {
	Within Code
	State  string
	Page   Page
}

// SubAreaEdit holds what may be changed of a sub-area; what is nil stays.
type SubAreaEdit struct {
	Description        *string
	ExpectedHouseholds *int
}

// DrawSubAreas draws sub-areas and answers their codes in the order given. Their areas must be there, and none may overlap
// another: the refusal names both and the place.
func (s *Store) DrawSubAreas(ctx context.Context, actor Actor, drawn []NewSubArea) ([]Code, error) {
	return s.drawSubAreas(ctx, actor, drawn, func(*tx, []Code) error { return nil })
}

func (s *Store) drawSubAreas(ctx context.Context, actor Actor, drawn []NewSubArea, fit func(*tx, []Code) error) ([]Code, error) {
	for i := range drawn {
		if drawn[i].Code != "" {
			drawn[i].Area = drawn[i].Code.At(LevelArea)
		}
	}
	place, err := commonPlace(drawn, func(n NewSubArea) Code { return n.Area })
	if err != nil {
		return nil, err
	}
	codes := make([]Code, len(drawn))
	err = s.write(ctx, actor, place, func(t *tx) error {
		if err := t.must(Text{"绘制普查小区", "draw sub-areas"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		for i, n := range drawn {
			if codes[i], err = t.drawSubArea(ctx, n); err != nil {
				return err
			}
		}
		if err := t.counted(ctx, len(codes), "sub_areas"); err != nil {
			return err
		}
		if err := t.refuseOverlaps(ctx, codes); err != nil {
			return err
		}
		if err := fit(t, codes); err != nil {
			return err
		}
		if err := t.recountEach(ctx, codes); err != nil {
			return err
		}
		return t.codesOnMap(ctx, "sub_areas", codes...)
	})
	return codes, err
}

// DrawSubArea draws one sub-area. With ground it must fit those of its area, and with them cover the area exactly, where that
// has an outline: any other is carved out of those that are there, by Draw.
func (s *Store) DrawSubArea(ctx context.Context, actor Actor, n NewSubArea) (SubArea, error) {
	codes, err := s.drawSubAreas(ctx, actor, []NewSubArea{n}, func(t *tx, codes []Code) error {
		if len(n.Geometry) == 0 {
			return nil
		}
		return t.refuseMisfit(ctx, codes[0].At(LevelArea))
	})
	if err != nil {
		return SubArea{}, err
	}
	return s.SubArea(ctx, actor, codes[0])
}

// SubAreas lists sub-areas in the order of their codes.
func (s *Store) SubAreas(ctx context.Context, actor Actor, q SubAreaQuery) (List[SubArea], error) {
	var out List[SubArea]
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		rows, err := t.subAreas(ctx, q)
		out = listed(rows, q.Page.limit(), func(n SubArea) string { return string(n.Code) })
		return err
	})
	return out, err
}

// SubArea reads one sub-area.
func (s *Store) SubArea(ctx context.Context, actor Actor, code Code) (SubArea, error) {
	var out SubArea
	err := s.read(ctx, actor, code, func(t *tx) (err error) {
		out, err = t.subArea(ctx, code)
		return err
	})
	return out, err
}

// EditSubArea describes a sub-area: its description or expected households change, it is counted anew, and what it was is
// kept under a revision of the frame.
func (s *Store) EditSubArea(ctx context.Context, actor Actor, code Code, base int64, e SubAreaEdit) (SubArea, error) {
	return s.changeSubArea(ctx, actor, code, func(t *tx) error {
		if err := t.must(Text{"修改普查小区", "edit a sub-area"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		if err := t.freshSubArea(ctx, code, base); err != nil {
			return err
		}
		return t.editSubArea(ctx, code, e)
	})
}

// nextStates is what a sub-area's state may become (domain §6): up the sign-off, through the rounds, and back with a reason.
var nextStates = map[string][]string{
	"draft":       {"checked"},
	"checked":     {"submitted", "draft"},
	"submitted":   {"approved", "draft"},
	"approved":    {"frozen", "draft"},
	"frozen":      {"listing", "reopened"},
	"listing":     {"enumerating", "reopened"},
	"enumerating": {"closed", "reopened"},
	"closed":      {"reopened"},
	"reopened":    {"checked", "listing", "enumerating"},
}

// MoveSubArea moves a sub-area to another state; going back takes a reason.
func (s *Store) MoveSubArea(ctx context.Context, actor Actor, code Code, base int64, state, reason string) (SubArea, error) {
	return s.changeSubArea(ctx, actor, code, func(t *tx) error {
		if err := t.must(Text{"改变普查小区状态", "move a sub-area's state"}, RoleGIS, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		if err := t.freshSubArea(ctx, code, base); err != nil {
			return err
		}
		return t.moveSubArea(ctx, code, state, reason)
	})
}

// MoveSubAreas moves every sub-area of a place that may take the state into it, as when a town signs its frame off, and
// answers how many moved.
func (s *Store) MoveSubAreas(ctx context.Context, actor Actor, within Code, state, reason string) (int, error) {
	moved := 0
	err := s.write(ctx, actor, within, func(t *tx) error {
		if err := t.must(Text{"改变普查小区状态", "move a sub-area's state"}, RoleGIS, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		if err := reasoned(state, reason); err != nil {
			return err
		}
		if err := t.lockSigned(ctx, within); err != nil {
			return err
		}
		var err error
		moved, _, err = t.moveStates(ctx, stateMove{"move", within, statesBefore(state), state, reason})
		return err
	})
	return moved, err
}

// reasoned refuses to go back without a reason.
func reasoned(state, reason string) error {
	if (state == "reopened" || state == "draft") && reason == "" {
		return refuse(Invalid, "reason_missing", "退回须说明理由", "going back takes a reason").On("reason")
	}
	return nil
}

func (s *Store) changeSubArea(ctx context.Context, actor Actor, code Code, do func(*tx) error) (SubArea, error) {
	var out SubArea
	err := s.write(ctx, actor, code, func(t *tx) error {
		if err := do(t); err != nil {
			return err
		}
		var err error
		out, err = t.subArea(ctx, code)
		return err
	})
	return out, err
}

func (t *tx) freshSubArea(ctx context.Context, code Code, base int64) error {
	const lock = `SELECT revision FROM sub_areas WHERE county = $1 AND code = $2 FOR UPDATE`
	return t.fresh(ctx, base, lock, t.county, code)
}

func (t *tx) drawSubArea(ctx context.Context, n NewSubArea) (Code, error) {
	code := n.Code
	if code == "" {
		next, err := t.nextSubAreaCode(ctx, n.Area)
		if err != nil {
			return "", err
		}
		code = next
	}
	if code.Level() != LevelSubArea {
		return "", refuse(Invalid, "code_not_a_sub_area", "%s 不是普查小区代码(15 位)",
			"%s is not the code of a sub-area (15 digits)", code).On("code")
	}
	if code.Virtual() != (len(n.Geometry) == 0) {
		return "", refuse(Invalid, "ground_mismatch", "普查小区 %s:900 及以上为虚拟小区,没有图形;其余必须有图形",
			"sub-area %s: numbers from 900 are virtual and have no ground, all others need theirs", code).On("geometry")
	}
	g, point, err := ground(n.Geometry)
	if err != nil {
		return "", err
	}
	const sql = `
		INSERT INTO sub_areas (county, code, description, geom, point, expected_households, source, source_id)
		VALUES ($1, $2, $3, $4, $5, $6, nullif($7, ''), nullif($8, ''))`
	_, err = t.Exec(ctx, sql, code.County(), code, n.Description, g, point, n.ExpectedHouseholds, n.Source, n.SourceID)
	if err != nil {
		return "", err
	}
	return code, t.record(ctx, "draw", code, "sub_area/"+string(code), map[string]any{"description": n.Description})
}

// nextSubAreaCode is the highest code ever used in the area for ground, plus one; the area's row is locked.
func (t *tx) nextSubAreaCode(ctx context.Context, area Code) (Code, error) {
	if area.Level() != LevelArea {
		return "", refuse(Invalid, "code_not_an_area", "“%s”不是普查区代码(12 位)",
			"%q is not the code of a census area (12 digits)", area).On("area")
	}
	const lock = `SELECT code FROM areas WHERE county = $1 AND code = $2 FOR UPDATE`
	if err := t.QueryRow(ctx, lock, area.County(), area).Scan(&area); err != nil {
		return "", err
	}
	const sql = `SELECT coalesce(max(right(code, 3)::int), 0) + 1 FROM sub_areas WHERE county = $1 AND area = $2 AND NOT virtual`
	var next int
	if err := t.QueryRow(ctx, sql, area.County(), area).Scan(&next); err != nil {
		return "", err
	}
	if code := Code(fmt.Sprintf("%s%03d", area, next)); !code.Virtual() {
		return code, nil
	}
	return "", refuse(Conflict, "codes_used_up", "%s 的普查小区编码已用完(001–899)", "the sub-area codes of %s are used up (001–899)", area)
}

// refuseOverlaps refuses if any of the sub-areas shares ground with another.
func (t *tx) refuseOverlaps(ctx context.Context, codes []Code) error {
	const sql = `
		SELECT a.code,
		       b.code,
		       ST_PointOnSurface(ST_Intersection(a.geom, b.geom))
		  FROM sub_areas a
		 CROSS JOIN LATERAL (SELECT n.* FROM sub_areas n WHERE n.geom && a.geom OFFSET 0) b -- by the spatial index, whatever the planner knows
		 WHERE b.county = a.county AND b.code <> a.code AND b.retired_at IS NULL
		   AND a.county = $1
		   AND a.code = ANY ($2)
		   AND ST_Relate(a.geom, b.geom, '2********')
		 ORDER BY a.code, b.code
		 LIMIT 1`
	var a, b Code
	var at orb.Point
	rows, err := t.Query(ctx, sql, t.county, codes)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		return rows.Err()
	}
	if err := rows.Scan(&a, &b, &at); err != nil {
		return err
	}
	return refuse(Conflict, "overlap", "普查小区 %s 与 %s 重划(在 %.6f, %.6f),请先调整边界",
		"sub-areas %s and %s overlap (at %.6f, %.6f); move the boundary first", a, b, at[0], at[1]).At(at).On("geometry")
}

func (t *tx) subAreas(ctx context.Context, q SubAreaQuery) ([]SubArea, error) {
	lo, hi := q.Within.span()
	const sql = `
		SELECT s.code,
		       s.area,
		       a.name AS area_name,
		       s.virtual,
		       s.description,
		       s.state,
		       s.expected_households,
		       ST_Envelope(s.geom) AS envelope,
		       s.point,
		       coalesce(c.buildings, 0) AS buildings,
		       coalesce((SELECT u.display_name
		                   FROM assignments h
		                   JOIN users u ON u.id = h.enumerator
		                  WHERE h.county = s.county AND h.sub_area = s.code AND h.ended_at IS NULL
		                  ORDER BY h.begun_at DESC
		                  LIMIT 1), '') AS enumerator_name,
		       s.revision
		  FROM sub_areas s
		  JOIN areas a ON a.county = s.county AND a.code = s.area
		  LEFT JOIN coverage c ON c.county = s.county AND c.sub_area = s.code
		 WHERE s.county = $1
		   AND s.code >= $2 AND s.code < $3
		   AND s.code > $4
		   AND ($5 = '' OR s.state = $5)
		   AND s.retired_at IS NULL
		 ORDER BY s.code
		 LIMIT $6`
	return collect[SubArea](t.Query(ctx, sql, t.county, lo, hi, q.Page.After, q.State, q.Page.limit()+1))
}

func (t *tx) subArea(ctx context.Context, code Code) (SubArea, error) {
	found, err := t.subAreas(ctx, SubAreaQuery{Within: code, Page: Page{Limit: 1}})
	return first(found, err, func(s SubArea) bool { return s.Code == code })
}

func (t *tx) editSubArea(ctx context.Context, code Code, e SubAreaEdit) error {
	if err := t.lockCounts(ctx, []Code{code}); err != nil {
		return err
	}
	detail := changed("description", e.Description, "expected_households", e.ExpectedHouseholds)
	revision, err := t.revise(ctx, "describe", code, detail)
	if err != nil {
		return err
	}
	if _, err := t.Exec(ctx, pastOfSubArea, t.county, code, revision, true); err != nil {
		return err
	}
	const sql = `
		UPDATE sub_areas
		   SET description = coalesce($3, description),
		       expected_households = coalesce($4, expected_households),
		       revision = revision + 1
		 WHERE county = $1 AND code = $2`
	if _, err := t.Exec(ctx, sql, t.county, code, e.Description, e.ExpectedHouseholds); err != nil {
		return err
	}
	if err := t.recount(ctx, code); err != nil {
		return err
	}
	return t.record(ctx, "edit", code, "sub_area/"+string(code), detail)
}

func (t *tx) moveSubArea(ctx context.Context, code Code, state, reason string) error {
	var was string
	const read = `SELECT state FROM sub_areas WHERE county = $1 AND code = $2`
	if err := t.QueryRow(ctx, read, t.county, code).Scan(&was); err != nil {
		return err
	}
	if !slices.Contains(nextStates[was], state) {
		return refuse(Conflict, "state_not_next", "状态不能从 %s 改为 %s(可改为:%v)",
			"the state cannot go from %s to %s (it may become: %v)", was, state, nextStates[was]).On("state")
	}
	if err := reasoned(state, reason); err != nil {
		return err
	}
	_, _, err := t.moveStates(ctx, stateMove{"move", code, []string{was}, state, reason})
	return err
}
