package areas

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Enrolment lets one tablet become a device of an account, once. Code is told when it is issued and never again.
type Enrolment struct {
	County    Code       `db:"county"`
	ID        uuid.UUID  `db:"id"`
	User      uuid.UUID  `db:"user_id"`
	Code      string     `db:"-"`
	IssuedAt  time.Time  `db:"issued_at"`
	ExpiresAt time.Time  `db:"expires_at"`
	Device    *uuid.UUID `db:"device"` // that used it
}

// enrolmentLasts is how long a code may lie about before a tablet uses it.
const enrolmentLasts = 24 * time.Hour

// codeAlphabet leaves out what is misread on paper: I, L, O and U.
var codeAlphabet = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// codeBytes make ten characters: fifty bits that nobody guesses in a day.
const codeBytes = 7

// IssueEnrolment gives out a code for an enumerator in one's scope. The county the tablet works in is his.
func (s *Store) IssueEnrolment(ctx context.Context, actor Actor, user uuid.UUID) (Enrolment, error) {
	var out Enrolment
	err := s.anywhere(ctx, actor, func(t *tx) error {
		if err := t.must(Text{"登记平板", "enrol a tablet"}, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		u, err := t.user(ctx, user)
		if err != nil {
			return err
		}
		if u.Role != RoleEnumerator || u.DisabledAt != nil || u.Scope == "" {
			return refuse(Invalid, "not_an_enumerator", "平板只登记给在用的普查员账号",
				"a tablet is enrolled for an enumerator's account that is in use").On("user")
		}
		out = Enrolment{County: u.Scope.County(), ID: uuid.Must(uuid.NewV7()), User: user, IssuedAt: t.now,
			ExpiresAt: t.now.Add(enrolmentLasts)}
		out.Code = string(out.County) + "-" + freshCode()
		const sql = `
			INSERT INTO enrolments (county, id, user_id, code_hash, issued_by, issued_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`
		if _, err := t.Exec(ctx, sql, out.County, out.ID, user, hashedCode(out.Code), t.actorID(), t.now, out.ExpiresAt); err != nil {
			return err
		}
		return t.record(ctx, "issue", u.Scope, "user/"+user.String(), map[string]any{"enrolment": out.ID})
	})
	return out, err
}

// freshCode is ten characters that nobody has had before.
func freshCode() string {
	random := make([]byte, codeBytes)
	rand.Read(random) // never fails
	return codeAlphabet.EncodeToString(random)[:10]
}

// plainCode is a code as it was issued, however it was typed.
func plainCode(typed string) string {
	code := strings.NewReplacer(" ", "", "-", "", "I", "1", "L", "1", "O", "0").Replace(strings.ToUpper(typed))
	if len(code) < 7 {
		return code
	}
	return code[:6] + "-" + code[6:]
}

func hashedCode(code string) []byte {
	sum := sha256.Sum256([]byte(code))
	return sum[:]
}

// redeem finds what a code was issued for and locks it.
func (t *tx) redeem(ctx context.Context, code string) (Enrolment, error) {
	const sql = `
		SELECT county, id, user_id, issued_at, expires_at, device
		  FROM enrolments
		 WHERE county = $1 AND code_hash = $2
		   FOR UPDATE`
	e, err := one[Enrolment](t.Query(ctx, sql, t.county, hashedCode(code)))
	if errors.Is(err, pgx.ErrNoRows) {
		return e, errEnrolmentUnknown
	}
	return e, err
}

var errEnrolmentUnknown = refuse(Invalid, "enrolment_unknown", "登记码不对,请核对或请指导员重新发放",
	"this enrolment code is not known; check it, or ask your supervisor for a new one").On("code")
