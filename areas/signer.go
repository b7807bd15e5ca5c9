package areas

import (
	"context"
	"time"
)

// Signed is something that a device signed: when, by our clock, and with a word that it uses once.
type Signed struct {
	Device DeviceKey
	At     time.Time
	Nonce  string
}

// Signer is a device with its account and what that reaches now.
type Signer struct {
	Device Device
	Actor  Actor
	User   User
}

// SignedBefore is the code of the refusal of what was signed once and came twice.
const SignedBefore = "signature_used"

// Signer answers who signed something, once: whichever instance is asked again refuses it. The signature is genuine's to judge, by
// the device's key, and nothing is remembered of what it refuses.
func (s *Store) Signer(ctx context.Context, signed Signed, genuine func(Device) error) (Signer, error) {
	var out Signer
	service := Actor{Role: RoleSystem, Scopes: []Code{signed.Device.County}}
	var seen []seenFirst
	err := s.writeAsked(ctx, service, signed.Device.County, func(t *tx) error {
		var found []Device
		var users []User
		var held []heldCode
		const deviceOf = `SELECT` + deviceColumns + ` WHERE d.county = $1 AND d.id = $2`
		ask(&t.piped, &found, deviceOf, t.county, signed.Device.ID)
		const userOf = `SELECT` + userColumns + ` WHERE u.id = (SELECT user_id FROM devices WHERE county = $1 AND id = $2)`
		ask(&t.piped, &users, userOf, t.county, signed.Device.ID)
		const heldBy = `
			SELECT DISTINCT sub_area
			  FROM assignments
			 WHERE enumerator = (SELECT user_id FROM devices WHERE county = $1 AND id = $2) AND ended_at IS NULL
			 ORDER BY sub_area`
		ask(&t.piped, &held, heldBy, t.county, signed.Device.ID)
		if err := t.send(ctx); err != nil {
			return err
		}
		if len(found) == 0 || len(users) == 0 {
			return errDeviceUnknown
		}
		out.Device, out.User = found[0], users[0]
		if err := genuine(out.Device); err != nil {
			return err
		}
		if out.User.DisabledAt != nil {
			return refuse(Unauthenticated, "account_disabled", "账号已停用,请联系管理员", "this account is disabled; ask your administrator")
		}
		out.Actor = out.User.actor(held)
		t.askFirstSeen(signed, &seen)
		return nil
	})
	if err == nil && len(seen) == 0 {
		err = refuse(Unauthenticated, SignedBefore, "这个签名已经用过,请重新签名发送", "this signature was used before; sign anew")
	}
	return out, err
}

// heldCode is a sub-area in somebody's hands.
type heldCode struct {
	SubArea Code `db:"sub_area"`
}

// actor is the account as it acts: an enumerator reaches what he holds.
func (u User) actor(held []heldCode) Actor {
	a := Actor{ID: u.ID, Name: u.DisplayName, Role: u.Role, Scopes: []Code{u.Scope}}
	if u.Role == RoleEnumerator {
		a.Scopes = nil
		for _, h := range held {
			a.Scopes = append(a.Scopes, h.SubArea)
		}
	}
	return a
}

// seenFirst is the moment at which something signed came for the first time.
type seenFirst struct {
	At time.Time `db:"seen_at"`
}

// askFirstSeen keeps the word of something signed, and answers nothing of one that is known. The words are lost when the database
// ends in a crash: what was signed before it was started is as good as known.
func (t *tx) askFirstSeen(signed Signed, seen *[]seenFirst) {
	const sql = `
		INSERT INTO nonces (county, device, nonce, seen_at)
		SELECT $1, $2, $3, now()
		 WHERE $4::timestamptz > pg_postmaster_start_time()
		    ON CONFLICT DO NOTHING
		RETURNING seen_at`
	ask(&t.piped, seen, sql, t.county, signed.Device.ID, signed.Nonce, signed.At)
}

// noncesLast is for how long words are kept; what is older than a few minutes is refused for its time.
const noncesLast = time.Hour

// forgetNonces drops words that no request may carry any more.
func (t *tx) forgetNonces(ctx context.Context) error {
	_, err := t.Exec(ctx, `DELETE FROM nonces WHERE seen_at < $1`, t.now.Add(-noncesLast))
	return err
}
