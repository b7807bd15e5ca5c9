package areas

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Assignment gives one sub-area to one enumerator for one round. It is a lease: epoch grows each time the sub-area changes
// hands, so that late work of the one before can be told apart.
type Assignment struct {
	County         Code       `db:"county"`
	ID             uuid.UUID  `db:"id"`
	SubArea        Code       `db:"sub_area"`
	AreaName       string     `db:"area_name"`
	Round          string     `db:"round"`
	Enumerator     uuid.UUID  `db:"enumerator"`
	EnumeratorName string     `db:"enumerator_name"`
	Epoch          int        `db:"epoch"`
	BegunAt        time.Time  `db:"begun_at"`
	EndedAt        *time.Time `db:"ended_at"`
	DoneAt         *time.Time `db:"done_at"` // when the enumerator declared the sub-area done
	Revision       int64      `db:"revision"`
}

// NewAssignment is an assignment to make; without a Round it is for the one that goes on now.
type NewAssignment struct {
	SubArea    Code
	Enumerator uuid.UUID
	Round      string
}

// AssignmentQuery asks for the assignments within a place, the newest first.
type AssignmentQuery struct {
	Within     Code
	Enumerator *uuid.UUID
	Open       bool
	Page       Page
}

// AssignMany gives sub-areas to enumerators and answers the ids in the order given.
func (s *Store) AssignMany(ctx context.Context, actor Actor, many []NewAssignment) ([]uuid.UUID, error) {
	place, err := commonPlace(many, func(a NewAssignment) Code { return a.SubArea })
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(many))
	err = s.write(ctx, actor, place, func(t *tx) error {
		if err := t.must(Text{"分派普查小区", "assign a sub-area"}, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		rounds, err := t.rounds(ctx)
		if err != nil {
			return err
		}
		current := roundAt(rounds, t.now)
		for i, a := range many {
			if a.Round == "" && current == nil {
				return refuse(Conflict, "no_round", "现在没有进行中的阶段,请指定阶段或先设定日期",
					"no round goes on now; name one, or set its dates first").On("round")
			}
			if a.Round == "" {
				a.Round = current.Name
			}
			if ids[i], err = t.assign(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
	return ids, err
}

// Assign gives a sub-area to an enumerator. It is refused while somebody else holds it.
func (s *Store) Assign(ctx context.Context, actor Actor, a NewAssignment) (Assignment, error) {
	ids, err := s.AssignMany(ctx, actor, []NewAssignment{a})
	if err != nil {
		return Assignment{}, err
	}
	return s.Assignment(ctx, actor, a.SubArea.County(), ids[0])
}

// Assignment reads one assignment.
func (s *Store) Assignment(ctx context.Context, actor Actor, county Code, id uuid.UUID) (Assignment, error) {
	var out Assignment
	err := s.read(ctx, actor, county, func(t *tx) (err error) {
		out, err = t.assignment(ctx, id)
		return err
	})
	return out, err
}

// Assignments lists assignments.
func (s *Store) Assignments(ctx context.Context, actor Actor, q AssignmentQuery) (List[Assignment], error) {
	var out List[Assignment]
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		rows, err := t.assignments(ctx, q)
		out = listed(rows, q.Page.limit(), func(a Assignment) string { return a.ID.String() })
		return err
	})
	return out, err
}

// DeclareDone is what an enumerator says when every door has been called on; what is still open is then flagged. Saying it
// again changes nothing.
func (s *Store) DeclareDone(ctx context.Context, actor Actor, county Code, id uuid.UUID) (Assignment, error) {
	return s.changeAssignment(ctx, actor, county, id, func(t *tx, a Assignment) error {
		if a.Enumerator != actor.ID {
			if err := t.must(Text{"代报完成", "declare another's sub-area done"}, RoleSupervisor, RoleAdministrator); err != nil {
				return err
			}
		}
		const sql = `UPDATE assignments SET done_at = coalesce(done_at, $3), revision = revision + 1 WHERE county = $1 AND id = $2`
		if _, err := t.Exec(ctx, sql, t.county, id, t.now); err != nil {
			return err
		}
		if err := t.runChecks(ctx, a.SubArea); err != nil {
			return err
		}
		return t.record(ctx, "declare_done", a.SubArea, "assignment/"+id.String(), nil)
	})
}

// EndAssignment takes a sub-area back, so that it can be given to somebody else.
func (s *Store) EndAssignment(ctx context.Context, actor Actor, county Code, id uuid.UUID) (Assignment, error) {
	return s.changeAssignment(ctx, actor, county, id, func(t *tx, a Assignment) error {
		if err := t.must(Text{"收回任务", "end an assignment"}, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		const sql = `UPDATE assignments SET ended_at = coalesce(ended_at, $3), revision = revision + 1 WHERE county = $1 AND id = $2`
		if _, err := t.Exec(ctx, sql, t.county, id, t.now); err != nil {
			return err
		}
		if err := t.accessChanged(ctx); err != nil {
			return err
		}
		return t.record(ctx, "end", a.SubArea, "assignment/"+id.String(), nil)
	})
}

func (s *Store) changeAssignment(ctx context.Context, actor Actor, county Code, id uuid.UUID,
	do func(*tx, Assignment) error) (Assignment, error) {
	var out Assignment
	err := s.write(ctx, actor, county, func(t *tx) error {
		was, err := t.assignment(ctx, id)
		if err != nil {
			return err
		}
		if err := t.lockCounts(ctx, []Code{was.SubArea}); err != nil {
			return err
		}
		if err := do(t, was); err != nil {
			return err
		}
		if err := t.liveChanged(ctx, "coverage", was.SubArea); err != nil {
			return err
		}
		out, err = t.assignment(ctx, id)
		return err
	})
	return out, err
}

func (t *tx) assign(ctx context.Context, a NewAssignment) (uuid.UUID, error) {
	const role = `SELECT role FROM users WHERE id = $1 AND disabled_at IS NULL`
	var is Role
	err := t.QueryRow(ctx, role, a.Enumerator).Scan(&is)
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, refuse(NotFound, "enumerator_unknown", "您的范围内没有这名普查员",
			"there is no such enumerator in your scope").On("enumerator")
	}
	if err != nil {
		return uuid.Nil, err
	}
	if is != RoleEnumerator {
		return uuid.Nil, refuse(Invalid, "not_an_enumerator", "只能分派给普查员", "a sub-area is assigned to an enumerator").On("enumerator")
	}
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
	const sql = `
		INSERT INTO assignments (county, id, sub_area, round, enumerator, epoch, begun_at)
		SELECT $1, $2, $3, $4, $5, 1 + count(*), $6
		  FROM assignments
		 WHERE county = $1 AND sub_area = $3 AND round = $4`
	if _, err := t.Exec(ctx, sql, t.county, id, a.SubArea, a.Round, a.Enumerator, t.now); err != nil {
		return uuid.Nil, err
	}
	if err := t.liveChanged(ctx, "coverage", a.SubArea); err != nil {
		return uuid.Nil, err
	}
	if err := t.accessChanged(ctx); err != nil {
		return uuid.Nil, err
	}
	return id, t.record(ctx, "assign", a.SubArea, "assignment/"+id.String(),
		map[string]any{"enumerator": a.Enumerator, "round": a.Round})
}

const assignmentColumns = `
	       h.county,
	       h.id,
	       h.sub_area,
	       a.name AS area_name,
	       h.round,
	       h.enumerator,
	       coalesce(u.display_name, '') AS enumerator_name,
	       h.epoch,
	       h.begun_at,
	       h.ended_at,
	       h.done_at,
	       h.revision
	  FROM assignments h
	  CROSS JOIN LATERAL (SELECT name FROM areas WHERE county = h.county AND code = left(h.sub_area, 12) OFFSET 0) a
	  LEFT JOIN users u ON u.id = h.enumerator`

func (t *tx) assignment(ctx context.Context, id uuid.UUID) (Assignment, error) {
	const sql = `SELECT` + assignmentColumns + ` WHERE h.county = $1 AND h.id = $2`
	return one[Assignment](t.Query(ctx, sql, t.county, id))
}

func (t *tx) assignments(ctx context.Context, q AssignmentQuery) ([]Assignment, error) {
	lo, hi := q.Within.span()
	const sql = `SELECT` + assignmentColumns + `
		 WHERE ($1 = '' OR h.county = $1)
		   AND h.sub_area >= $2 AND h.sub_area < $3
		   AND ($4::uuid IS NULL OR h.enumerator = $4)
		   AND (NOT $5 OR h.ended_at IS NULL)
		   AND ($6 = '' OR h.id < nullif($6, '')::uuid)
		 ORDER BY h.id DESC
		 LIMIT $7`
	return collect[Assignment](t.Query(ctx, sql, t.county, lo, hi, q.Enumerator, q.Open, q.Page.After, q.Page.limit()+1))
}
