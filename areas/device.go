package areas

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Device is a tablet that acts for one account. It proves who it is by a key that never leaves it. Serial counts the
// changes taken from it, none missing.
type Device struct {
	County     Code       `db:"county"`
	ID         uuid.UUID  `db:"id"`
	User       uuid.UUID  `db:"user_id"`
	UserName   string     `db:"user_name"`
	Name       string     `db:"name"`
	PublicKey  []byte     `db:"public_key"` // SubjectPublicKeyInfo of a P-256 key
	EnrolledAt time.Time  `db:"enrolled_at"`
	Pledge     string     `db:"pledge"` // version of the text that was accepted, empty before
	PledgedAt  *time.Time `db:"pledged_at"`
	LastSyncAt *time.Time `db:"last_sync_at"`
	ClockOffS  int        `db:"clock_off_s"` // seconds by which its clock was ahead of ours
	Serial     int64      `db:"serial"`
	RevokedAt  *time.Time `db:"revoked_at"`
	Reason     string     `db:"reason"`
	EraseNow   bool       `db:"erase_now"` // it is not to wait until its unsent work has arrived
}

// DeviceKey names one device.
type DeviceKey struct {
	County Code
	ID     uuid.UUID
}

// NewDevice is a tablet to enrol: the code that its enumerator was given, and its public key, raw or as SubjectPublicKeyInfo.
type NewDevice struct {
	Code      string
	Name      string
	PublicKey []byte
}

// DeviceQuery asks for the devices of the accounts whose scope lies in a place.
type DeviceQuery struct {
	Within Code
	User   *uuid.UUID
	Page   Page
}

// Enrol makes a tablet a device of the account that its code was issued for. The same code with the same key again answers
// the same device, for the first answer may have been lost.
func (s *Store) Enrol(ctx context.Context, n NewDevice) (Device, error) {
	var out Device
	key, err := spki(n.PublicKey)
	if err != nil {
		return out, err
	}
	code := plainCode(n.Code)
	county := Code(code).At(LevelCounty)
	if county.Level() != LevelCounty {
		return out, errEnrolmentUnknown
	}
	service := Actor{Role: RoleSystem, Name: "enrolment", Scopes: []Code{county}}
	err = s.write(ctx, service, county, func(t *tx) error {
		e, err := t.redeem(ctx, code)
		if err != nil {
			return err
		}
		if e.Device != nil {
			out, err = t.device(ctx, *e.Device)
			if err == nil && string(out.PublicKey) != string(key) {
				err = refuse(Conflict, "enrolment_used", "登记码已被另一台平板使用,请指导员重新发放",
					"another tablet has used this enrolment code; ask your supervisor for a new one").On("code")
			}
			return err
		}
		if !t.now.Before(e.ExpiresAt) {
			return refuse(Conflict, "enrolment_expired", "登记码已过期,请指导员重新发放",
				"this enrolment code has expired; ask your supervisor for a new one").On("code")
		}
		out, err = t.enrol(ctx, e, Device{Name: n.Name, PublicKey: key})
		return err
	})
	return out, err
}

// Devices lists the devices of the accounts one may see, the newest first.
func (s *Store) Devices(ctx context.Context, actor Actor, q DeviceQuery) (List[Device], error) {
	var out List[Device]
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		if err := t.must(Text{"查看平板", "see devices"}, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		lo, hi := q.Within.span()
		const sql = `SELECT` + deviceColumns + `
			 WHERE ($1 = '' OR d.county = $1)
			   AND u.scope >= $2 AND u.scope < $3
			   AND ($4::uuid IS NULL OR d.user_id = $4)
			   AND ($5 = '' OR d.id < nullif($5, '')::uuid)
			 ORDER BY d.id DESC
			 LIMIT $6`
		rows, err := collect[Device](t.Query(ctx, sql, t.county, lo, hi, q.User, q.Page.After, q.Page.limit()+1))
		out = listed(rows, q.Page.limit(), func(d Device) string { return d.ID.String() })
		return err
	})
	return out, err
}

// Pledged records that the pledge of confidentiality was accepted on a device; before that it is given no data.
func (s *Store) Pledged(ctx context.Context, actor Actor, key DeviceKey, version string) (Device, error) {
	if version != PledgeVersion {
		return Device{}, refuse(Stale, "pledge_changed", "保密承诺书已更新,请阅读后重新签署",
			"the pledge has another text now; read it and accept it again").On("version")
	}
	return s.changeDevice(ctx, key, actor, func(t *tx, d Device) error {
		if d.User != actor.ID {
			return refuse(Forbidden, "not_ones_device", "只能在自己的平板上承诺", "one pledges on one's own tablet")
		}
		const sql = `UPDATE devices SET pledge = $3, pledged_at = $4 WHERE county = $1 AND id = $2 AND pledge <> $3`
		tag, err := t.Exec(ctx, sql, t.county, d.ID, version, t.now)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return t.recordDevice(ctx, "pledge", d, map[string]any{"version": version})
	})
}

// Revoke ends a device. It learns of it at its next contact: it sends what it has not sent, which is then looked at by a
// supervisor, and erases itself; with now it erases itself at once. Revoked again, it stays so.
func (s *Store) Revoke(ctx context.Context, actor Actor, key DeviceKey, reason string, now bool) (Device, error) {
	if reason == "" {
		return Device{}, refuse(Invalid, "reason_missing", "停用平板须说明理由", "revoking a tablet takes a reason").On("reason")
	}
	var out Device
	err := s.anywhere(ctx, actor, func(t *tx) error {
		if err := t.must(Text{"停用平板", "revoke a tablet"}, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		t.county = key.County
		d, err := t.device(ctx, key.ID)
		if err != nil {
			return err
		}
		const sql = `
			UPDATE devices
			   SET revoked_at = coalesce(revoked_at, $3),
			       revoked_by = coalesce(revoked_by, $4),
			       reason = $5,
			       erase_now = erase_now OR $6
			 WHERE county = $1 AND id = $2`
		if _, err := t.Exec(ctx, sql, t.county, d.ID, t.now, t.actorID(), reason, now); err != nil {
			return err
		}
		if err := t.recordDevice(ctx, "revoke", d, map[string]any{"reason": reason, "erase_now": now}); err != nil {
			return err
		}
		out, err = t.device(ctx, key.ID)
		return err
	})
	return out, err
}

// changeDevice changes a device on behalf of its account; the service writes, for accounts do not write devices.
func (s *Store) changeDevice(ctx context.Context, key DeviceKey, actor Actor, do func(*tx, Device) error) (Device, error) {
	var out Device
	service := Actor{ID: actor.ID, Name: actor.Name, Role: RoleSystem, Scopes: []Code{key.County}}
	err := s.write(ctx, service, key.County, func(t *tx) error {
		d, err := t.device(ctx, key.ID)
		if err != nil {
			return err
		}
		t.actor.Role = actor.Role
		if err := do(t, d); err != nil {
			return err
		}
		out, err = t.device(ctx, key.ID)
		return err
	})
	return out, err
}

func (t *tx) enrol(ctx context.Context, e Enrolment, d Device) (Device, error) {
	id := uuid.Must(uuid.NewV7())
	t.actor.ID = e.User
	const sql = `
		INSERT INTO devices (county, id, user_id, name, public_key, enrolled_at)
		VALUES ($1, $2, $3, $4, $5, $6)`
	if _, err := t.Exec(ctx, sql, t.county, id, e.User, d.Name, d.PublicKey, t.now); err != nil {
		return d, err
	}
	const used = `UPDATE enrolments SET used_at = $3, device = $4 WHERE county = $1 AND id = $2`
	if _, err := t.Exec(ctx, used, t.county, e.ID, t.now, id); err != nil {
		return d, err
	}
	made, err := t.device(ctx, id)
	if err != nil {
		return d, err
	}
	return made, t.recordDevice(ctx, "enrol", made, map[string]any{"name": d.Name, "enrolment": e.ID})
}

// recordDevice writes the event of a device where its account works.
func (t *tx) recordDevice(ctx context.Context, verb string, d Device, detail map[string]any) error {
	u, err := t.user(ctx, d.User)
	if err != nil {
		return err
	}
	return t.record(ctx, verb, u.Scope, "device/"+d.ID.String(), detail)
}

// spki reads a P-256 public key, raw or as SubjectPublicKeyInfo, and gives it as the latter.
func spki(key []byte) ([]byte, error) {
	malformed := refuse(Invalid, "key_malformed", "公钥须为 P-256(SPKI 或未压缩点)",
		"the public key is a P-256 key, as SubjectPublicKeyInfo or an uncompressed point").On("public_key")
	if p, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), key); err == nil {
		return x509.MarshalPKIXPublicKey(p)
	}
	parsed, err := x509.ParsePKIXPublicKey(key)
	if err != nil {
		return nil, malformed
	}
	p, is := parsed.(*ecdsa.PublicKey)
	if !is || p.Curve != elliptic.P256() {
		return nil, malformed
	}
	return x509.MarshalPKIXPublicKey(p)
}

const deviceColumns = `
	       d.county,
	       d.id,
	       d.user_id,
	       u.display_name AS user_name,
	       d.name,
	       coalesce(d.public_key, '') AS public_key,
	       d.enrolled_at,
	       d.pledge,
	       d.pledged_at,
	       d.last_sync_at,
	       d.clock_off_s,
	       d.serial,
	       d.revoked_at,
	       d.reason,
	       d.erase_now
	  FROM devices d
	  JOIN users u ON u.id = d.user_id`

func (t *tx) device(ctx context.Context, id uuid.UUID) (Device, error) {
	const sql = `SELECT` + deviceColumns + ` WHERE d.county = $1 AND d.id = $2`
	d, err := one[Device](t.Query(ctx, sql, t.county, id))
	if errors.Is(err, pgx.ErrNoRows) {
		return d, errDeviceUnknown
	}
	return d, err
}

var errDeviceUnknown = refuse(NotFound, "device_unknown", "没有这台平板,或不在您的范围内", "there is no such tablet, or it is outside your scope")
