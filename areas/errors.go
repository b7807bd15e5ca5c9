package areas

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"
)

// Kind is what stands in the way, as a caller needs to know it.
type Kind int

// The kinds of refusal.
const (
	Invalid         Kind = iota + 1 // what was given cannot be
	NotFound                        // there is no such thing, or the actor may not know of it
	Forbidden                       // the actor may not
	Unauthenticated                 // nobody knows who acts
	Stale                           // somebody changed it since it was read
	Conflict                        // it contradicts what is there
	Throttled                       // too often; try later
)

// Error is a refusal that a person can act on: what, where, and how to mend it, in both languages.
type Error struct {
	Kind  Kind
	Code  string     // a stable word for programs, such as "sub_area_taken"
	Field string     // the field at fault, if one is
	Place *orb.Point // where on the ground, if somewhere

	Troubles []Trouble // all that stands in the way, where it is more than one thing
	Since    []Step    // of a stale change: what was done since it was read

	zh string
	en string
}

// Error gives the English text.
func (e *Error) Error() string { return e.en }

// In gives the text in a language, "zh" or "en".
func (e *Error) In(language string) string {
	if language == "en" {
		return e.en
	}
	return e.zh
}

// At adds the place on the ground.
func (e *Error) At(p orb.Point) *Error {
	e.Place = &p
	return e
}

// On adds the field at fault.
func (e *Error) On(field string) *Error {
	e.Field = field
	return e
}

// refuse makes an Error; both formats take the same arguments in the same order.
func refuse(kind Kind, code, zh, en string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, zh: fmt.Sprintf(zh, args...), en: fmt.Sprintf(en, args...)}
}

// KindOf tells the kind of a refusal, or 0 for any other error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

// CodeOf tells the code of a refusal, or "" for any other error.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// constraintRefusals turns what the database refuses first into words; the constraint's name is the key.
var constraintRefusals = map[string]*Error{
	"users_have_a_name_of_their_own": refuse(Conflict, "user_name_taken",
		"这个登录名已有人使用,请换一个", "this sign-in name is taken; choose another").On("name"),
	"users_name_is_plain": refuse(Invalid, "user_name_malformed",
		"登录名为 2 至 64 个字母、数字或 . _ @ -", "a sign-in name has 2 to 64 letters, digits or . _ @ -").On("name"),
	"users_display_name_is_given": refuse(Invalid, "display_name_missing",
		"请填写姓名", "give the person's name").On("display_name"),
	"users_scope_is_a_code": refuse(Invalid, "scope_malformed",
		"范围须是县、镇街、普查区或普查小区的代码", "a scope is the code of a county, town, area or sub-area").On("scope"),
	"users_role_is_known": refuse(Invalid, "role_unknown",
		"角色须是 administrator、gis、supervisor 或 enumerator",
		"a role is administrator, gis, supervisor or enumerator").On("role"),
	"assignments_one_open_per_sub_area": refuse(Conflict, "sub_area_taken",
		"这个普查小区本阶段已经分派,请先收回原任务", "this sub-area is assigned already in this round; end that assignment first"),
	"devices_key_is_one_devices": refuse(Conflict, "key_taken",
		"这台平板已经登记过", "this tablet is enrolled already").On("public_key"),
	"dwellings_door_is_found_once": refuse(Conflict, "door_known",
		"这个门牌已经登记", "this door is listed already"),
	"buildings_leave_with_a_reason": refuse(Invalid, "reason_missing",
		"请说明理由", "give the reason").On("reason"),
	"regions_are_known_by_code":   refuse(Conflict, "code_used", "这个代码已被使用", "this code is in use").On("code"),
	"areas_are_known_by_code":     refuse(Conflict, "code_used", "这个代码已被使用", "this code is in use").On("code"),
	"sub_areas_are_known_by_code": refuse(Conflict, "code_used", "这个代码已被使用", "this code is in use").On("code"),
	"areas_lie_in_a_town": refuse(NotFound, "town_unknown",
		"没有这个镇街,请先建立镇街", "there is no such town; make the town first").On("code"),
	"sub_areas_lie_in_an_area": refuse(NotFound, "area_unknown",
		"没有这个普查区,请先建立普查区", "there is no such census area; make the area first").On("area"),
}

// PostgreSQL's names of what the rules here answer for.
const (
	insufficientPrivilege = "42501"
	serializationFailure  = "40001"
	deadlockDetected      = "40P01"
	checkViolation        = "23514"
	foreignKeyViolation   = "23503"
)

// explained turns a database error into a refusal where a person can mend it; any other error is returned as it is.
func explained(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return refuse(NotFound, "not_found", "没有找到,或不在您的范围内", "not found, or outside your scope")
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err
	}
	if e := constraintRefusals[pg.ConstraintName]; e != nil {
		known := *e
		return &known
	}
	switch pg.Code {
	case insufficientPrivilege:
		return refuse(Forbidden, "not_allowed", "您的角色或范围不允许这样做", "your role or scope does not allow this")
	case serializationFailure, deadlockDetected:
		return refuse(Conflict, "try_again", "刚好有人同时修改,请再试一次", "somebody changed it at the same moment; try again")
	case checkViolation, foreignKeyViolation:
		return refuse(Invalid, pg.ConstraintName, "数据不符合规则:%s", "this breaks the rule %q", pg.ConstraintName)
	}
	return err
}
