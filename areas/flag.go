package areas

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// Flag is a work item that a check raised (疑点): a place, the numbers that speak for it, an owner, and how it was closed.
type Flag struct {
	County       Code           `db:"county"`
	ID           uuid.UUID      `db:"id"`
	Check        string         `db:"check_name"`
	Place        Code           `db:"place"`
	PlaceName    string         `db:"place_name"`
	Building     *int64         `db:"building"`
	Dwelling     *uuid.UUID     `db:"dwelling"`
	State        string         `db:"state"` // open, owned, evidence, closed, audited or reopened
	Evidence     map[string]any `db:"evidence"`
	Point        *orb.Point     `db:"point"`
	Owner        *uuid.UUID     `db:"owner"`
	OwnerName    string         `db:"owner_name"`
	DueAt        *time.Time     `db:"due_at"`
	Code         *string        `db:"code"`
	Reason       string         `db:"reason"`
	OpenedAt     time.Time      `db:"opened_at"`
	ClosedAt     *time.Time     `db:"closed_at"`
	ClosedByName string         `db:"closed_by_name"`
	Revision     int64          `db:"revision"`
}

// FlagQuery asks for the flags within a place, the newest first. State is open, closed or all; empty is open.
type FlagQuery struct {
	Within Code
	Check  string
	State  string
	Owner  *uuid.UUID
	Page   Page
}

// FlagEdit gives a flag an owner and a day by which it is due.
type FlagEdit struct {
	Owner *uuid.UUID
	DueAt *time.Time
}

// closeCodes are how a person may close a flag (domain §8). The checks themselves close with "cleared".
var closeCodes = map[string]bool{
	"found_and_counted": true, "legitimately_empty": true, "demolished": true, "merged": true, "boundary_moved": true,
	"expected_wrong": true, "cannot_access": true, "data_late": true,
}

// Flags lists flags.
func (s *Store) Flags(ctx context.Context, actor Actor, q FlagQuery) (List[Flag], error) {
	var out List[Flag]
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		rows, err := t.flags(ctx, q)
		out = listed(rows, q.Page.limit(), func(f Flag) string { return f.ID.String() })
		return err
	})
	return out, err
}

// Flag reads one flag.
func (s *Store) Flag(ctx context.Context, actor Actor, county Code, id uuid.UUID) (Flag, error) {
	var out Flag
	err := s.read(ctx, actor, county, func(t *tx) (err error) {
		out, err = t.flag(ctx, id)
		return err
	})
	return out, err
}

// EditFlag gives a flag an owner or a due date.
func (s *Store) EditFlag(ctx context.Context, actor Actor, key FlagKey, base int64, e FlagEdit) (Flag, error) {
	return s.changeFlag(ctx, actor, key, base, func(t *tx, f Flag) error {
		if f.ClosedAt != nil {
			return refuse(Conflict, "flag_closed", "疑点已关闭,请先重开", "the flag is closed; reopen it first")
		}
		const sql = `
			UPDATE flags
			   SET owner = coalesce($3, owner),
			       due_at = coalesce($4, due_at),
			       state = CASE WHEN coalesce($3, owner) IS NULL THEN state ELSE 'owned' END,
			       revision = revision + 1
			 WHERE county = $1 AND id = $2`
		_, err := t.Exec(ctx, sql, t.county, f.ID, e.Owner, e.DueAt)
		if err != nil {
			return err
		}
		return t.record(ctx, "own", f.Place, "flag/"+f.ID.String(), map[string]any{"owner": e.Owner, "due_at": e.DueAt})
	})
}

// CloseFlag closes a flag with a code and a reason. What a person has closed, its check does not open again.
func (s *Store) CloseFlag(ctx context.Context, actor Actor, key FlagKey, base int64, code, reason string) (Flag, error) {
	return s.changeFlag(ctx, actor, key, base, func(t *tx, f Flag) error {
		switch {
		case f.ClosedAt != nil:
			return refuse(Conflict, "flag_closed", "疑点已关闭", "the flag is closed already")
		case !closeCodes[code]:
			return refuse(Invalid, "close_code_unknown", "没有“%s”这种处理结果", "there is no close code %q", code).On("code")
		case reason == "":
			return refuse(Invalid, "reason_missing", "关闭疑点须说明理由", "closing a flag takes a reason").On("reason")
		}
		const sql = `
			UPDATE flags
			   SET state = 'closed',
			       code = $3,
			       reason = $4,
			       closed_at = $5,
			       closed_by = $6,
			       revision = revision + 1
			 WHERE county = $1 AND id = $2`
		reason, err := t.saidOf(ctx, f, reason)
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, sql, t.county, f.ID, code, reason, t.now, t.actorID()); err != nil {
			return err
		}
		if f.Check == foundInField.Name && f.Building != nil {
			if err := t.answerLooked(ctx, *f.Building, reason); err != nil {
				return err
			}
		}
		return t.record(ctx, "close", f.Place, "flag/"+f.ID.String(), map[string]any{"code": code, "reason": reason})
	})
}

// ReopenFlag opens a closed flag again, with a reason.
func (s *Store) ReopenFlag(ctx context.Context, actor Actor, key FlagKey, base int64, reason string) (Flag, error) {
	return s.changeFlag(ctx, actor, key, base, func(t *tx, f Flag) error {
		switch {
		case f.ClosedAt == nil:
			return refuse(Conflict, "flag_open", "疑点尚未关闭", "the flag is open")
		case reason == "":
			return refuse(Invalid, "reason_missing", "重开疑点须说明理由", "reopening a flag takes a reason").On("reason")
		}
		const sql = `
			UPDATE flags
			   SET state = 'reopened',
			       code = NULL,
			       reason = $3,
			       closed_at = NULL,
			       closed_by = NULL,
			       revision = revision + 1
			 WHERE county = $1 AND id = $2`
		reason, err := t.saidOf(ctx, f, reason)
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, sql, t.county, f.ID, reason); err != nil {
			return err
		}
		return t.record(ctx, "reopen", f.Place, "flag/"+f.ID.String(), map[string]any{"reason": reason})
	})
}

// FlagKey names one flag.
type FlagKey struct {
	County Code
	ID     uuid.UUID
}

func (s *Store) changeFlag(ctx context.Context, actor Actor, key FlagKey, base int64, do func(*tx, Flag) error) (Flag, error) {
	var out Flag
	err := s.write(ctx, actor, key.County, func(t *tx) error {
		if err := t.must(Text{"处理疑点", "work on a flag"}, RoleSupervisor, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		const lock = `SELECT revision FROM flags WHERE county = $1 AND id = $2 FOR UPDATE`
		if err := t.fresh(ctx, base, lock, t.county, key.ID); err != nil {
			return err
		}
		was, err := t.flag(ctx, key.ID)
		if err != nil {
			return err
		}
		if err := do(t, was); err != nil {
			return err
		}
		if err := t.liveChanged(ctx, "flag", was.Place); err != nil {
			return err
		}
		out, err = t.flag(ctx, key.ID)
		return err
	})
	return out, err
}

const flagColumns = `
	       f.county,
	       f.id,
	       f.check_name,
	       f.place,
	       coalesce(a.name, '') || CASE WHEN length(f.place) = 15 THEN ' ' || right(f.place, 3) ELSE '' END AS place_name,
	       f.building,
	       f.dwelling,
	       f.state,
	       f.evidence,
	       f.point,
	       f.owner,
	       coalesce(o.display_name, '') AS owner_name,
	       f.due_at,
	       f.code,
	       f.reason,
	       f.opened_at,
	       f.closed_at,
	       coalesce(c.display_name, '') AS closed_by_name,
	       f.revision
	  FROM flags f
	  LEFT JOIN areas a ON a.county = f.county AND a.code = left(f.place, 12)
	  LEFT JOIN users o ON o.id = f.owner
	  LEFT JOIN users c ON c.id = f.closed_by`

func (t *tx) flag(ctx context.Context, id uuid.UUID) (Flag, error) {
	const sql = `SELECT` + flagColumns + ` WHERE f.county = $1 AND f.id = $2`
	return one[Flag](t.Query(ctx, sql, t.county, id))
}

func (t *tx) flags(ctx context.Context, q FlagQuery) ([]Flag, error) {
	lo, hi := q.Within.span()
	const sql = `SELECT` + flagColumns + `
		 WHERE ($1 = '' OR f.county = $1)
		   AND f.place >= $2 AND f.place < $3
		   AND ($4 = '' OR f.check_name = $4)
		   AND CASE $5 WHEN 'all' THEN true WHEN 'closed' THEN f.closed_at IS NOT NULL ELSE f.closed_at IS NULL END
		   AND ($6::uuid IS NULL OR f.owner = $6)
		   AND ($7 = '' OR f.id < nullif($7, '')::uuid)
		 ORDER BY f.id DESC
		 LIMIT $8`
	return collect[Flag](t.Query(ctx, sql, t.county, lo, hi, q.Check, q.State, q.Owner, q.Page.After, q.Page.limit()+1))
}
