package areas

import (
	"context"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// CountyKey is the public half of the key that a county's contacts are sealed to. The private half was split into shares that
// custodians keep, so many of which open it; the service has none of it.
type CountyKey struct {
	County    Code       `db:"county"`
	ID        string     `db:"id"` // the first 16 hexadecimal digits of the SHA-256 of Public
	Public    []byte     `db:"public"`
	Threshold int        `db:"threshold"`
	Shares    int        `db:"shares"`
	MadeAt    time.Time  `db:"made_at"`
	RetiredAt *time.Time `db:"retired_at"` // nil of the current one
}

// contactKEM is how the key for a contact is agreed on: on the curve that every browser has.
var contactKEM = hpke.DHKEM(ecdh.P256())

// CountyKeyID names a public key, an uncompressed point of P-256.
func CountyKeyID(public []byte) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:8])
}

// SetCountyKey makes a key the county's current one; the one before is retired, and still opens what was sealed to it. A key
// that was one once cannot become it again. The first of a county takes replace false, every other one true, so that none is
// replaced by mistake.
func (s *Store) SetCountyKey(ctx context.Context, actor Actor, k CountyKey, replace bool) (CountyKey, error) {
	if _, err := contactKEM.NewPublicKey(k.Public); err != nil {
		return k, refuse(Invalid, "county_key_malformed", "公钥须是 P-256 曲线上的点", "the public key must be a point of P-256").On("public")
	}
	k.ID = CountyKeyID(k.Public)
	err := s.write(ctx, actor, k.County, func(t *tx) error {
		if err := t.must(Text{"更换县密钥", "set the county's key"}, RoleAdministrator); err != nil {
			return err
		}
		was, err := t.currentCountyKey(ctx)
		if err != nil {
			return err
		}
		if was != nil && !replace {
			return refuse(Conflict, "county_key_there", "本县已有密钥 %s;要更换请用 canvass keys rotate",
				"the county has the key %s; canvass keys rotate replaces it", was.ID)
		}
		if was == nil && replace {
			return refuse(Conflict, "county_key_missing", "本县还没有密钥;请用 canvass keys make",
				"the county has no key yet; canvass keys make makes the first")
		}
		const retire = `UPDATE county_keys SET retired_at = $2 WHERE county = $1 AND retired_at IS NULL`
		if _, err := t.Exec(ctx, retire, t.county, t.now); err != nil {
			return err
		}
		const add = `
			INSERT INTO county_keys (county, id, public, threshold, shares, made_at)
			VALUES ($1, $2, $3, $4, $5, $6)`
		if _, err := t.Exec(ctx, add, t.county, k.ID, k.Public, k.Threshold, k.Shares, t.now); err != nil {
			return err
		}
		k.MadeAt = t.now
		return t.record(ctx, "set", t.county, "county_key/"+k.ID, map[string]any{"threshold": k.Threshold, "shares": k.Shares})
	})
	return k, err
}

// ResplitCountyKey notes that a key was split anew, so many of so many shares opening it.
func (s *Store) ResplitCountyKey(ctx context.Context, actor Actor, k CountyKey) error {
	return s.write(ctx, actor, k.County, func(t *tx) error {
		if err := t.must(Text{"重新分割县密钥", "split the county's key anew"}, RoleAdministrator); err != nil {
			return err
		}
		const sql = `UPDATE county_keys SET threshold = $3, shares = $4 WHERE county = $1 AND id = $2`
		tag, err := t.Exec(ctx, sql, t.county, k.ID, k.Threshold, k.Shares)
		if err == nil && tag.RowsAffected() == 0 {
			err = refuse(NotFound, "county_key_unknown", "本县没有密钥 %s", "the county has no key %s", k.ID)
		}
		if err != nil {
			return err
		}
		return t.record(ctx, "split", t.county, "county_key/"+k.ID, map[string]any{"threshold": k.Threshold, "shares": k.Shares})
	})
}

// CountyKeys lists the keys of a county, the current one first.
func (s *Store) CountyKeys(ctx context.Context, actor Actor, county Code) ([]CountyKey, error) {
	var out []CountyKey
	err := s.read(ctx, actor, county, func(t *tx) (err error) {
		out, err = collect[CountyKey](t.Query(ctx, countyKeyColumns+` WHERE county = $1 ORDER BY retired_at DESC NULLS FIRST, made_at DESC`, county))
		return err
	})
	return out, err
}

const countyKeyColumns = `
		SELECT county,
		       id,
		       public,
		       threshold,
		       shares,
		       made_at,
		       retired_at
		  FROM county_keys`

// currentCountyKey is nil of a county that has none.
func (t *tx) currentCountyKey(ctx context.Context) (*CountyKey, error) {
	k, err := one[CountyKey](t.Query(ctx, countyKeyColumns+` WHERE county = $1 AND retired_at IS NULL`, t.county))
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &k, err
}

// NewCountyPrivateKey makes the private half of a key.
func NewCountyPrivateKey() ([]byte, error) {
	key, err := contactKEM.GenerateKey()
	if err != nil {
		return nil, err
	}
	return key.Bytes()
}

// CountyPublicKey is the public half that belongs to a private one.
func CountyPublicKey(private []byte) ([]byte, error) {
	key, err := contactKEM.NewPrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("read the county's private key: %w", err)
	}
	return key.PublicKey().Bytes(), nil
}
