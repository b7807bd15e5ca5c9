package areas

import (
	"bytes"
	"context"
	"crypto/hpke"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Contact is whom to ask for a call-back: the little that listing notes about people. It exists on the tablet until it is
// sealed, and before custodians who open it.
type Contact struct {
	Name      string `json:"name"`
	Telephone string `json:"telephone"`
}

// SealedContact is a contact sealed to a county's key (HPKE, RFC 9180, base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256,
// AES-256-GCM). What is sealed is the contact's JSON filled up with blanks to a multiple of contactBlock bytes, so that its
// length tells nothing; it is bound to its county, dwelling and id, and does not open beside others.
type SealedContact struct {
	County       Code       `db:"county"`
	ID           uuid.UUID  `db:"id"`
	Place        Code       `db:"place"`
	Dwelling     uuid.UUID  `db:"dwelling"`
	Household    *uuid.UUID `db:"household"`
	Key          string     `db:"key"`
	Encapsulated []byte     `db:"encapsulated"`
	Ciphertext   []byte     `db:"ciphertext"`
	ReceivedAt   time.Time  `db:"received_at"`
}

const (
	contactInfo  = "canvass contact 1"
	contactBlock = 256 // bytes

	encapsulatedBytes = 65
	tagBytes          = 16
	longestCiphertext = 4096
)

// binding is what a contact is sealed together with.
func (c SealedContact) binding() []byte {
	return []byte(string(c.County) + "/" + c.Dwelling.String() + "/" + c.ID.String())
}

// Seal fills in what a contact is when it is sealed to a public key. Tablets do the same in shared/seal.
func (c SealedContact) Seal(public []byte, contact Contact) (SealedContact, error) {
	key, err := contactKEM.NewPublicKey(public)
	if err != nil {
		return c, fmt.Errorf("read the county's key: %w", err)
	}
	text, err := json.Marshal(contact)
	if err != nil {
		return c, err
	}
	text = append(text, bytes.Repeat([]byte(" "), (contactBlock-len(text)%contactBlock)%contactBlock)...)
	encapsulated, sender, err := hpke.NewSender(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(contactInfo))
	if err != nil {
		return c, err
	}
	c.Key, c.Encapsulated = CountyKeyID(public), encapsulated
	c.Ciphertext, err = sender.Seal(c.binding(), text)
	return c, err
}

// Open opens a contact with the county's private key. It fails for one that was moved to another row, dwelling or county.
func (c SealedContact) Open(private []byte) (Contact, error) {
	var out Contact
	key, err := contactKEM.NewPrivateKey(private)
	if err != nil {
		return out, fmt.Errorf("read the county's private key: %w", err)
	}
	recipient, err := hpke.NewRecipient(c.Encapsulated, key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(contactInfo))
	if err != nil {
		return out, fmt.Errorf("open contact %s: %w", c.ID, err)
	}
	text, err := recipient.Open(c.binding(), c.Ciphertext)
	if err != nil {
		return out, fmt.Errorf("open contact %s, which was altered, moved or sealed to another key: %w", c.ID, err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		return out, fmt.Errorf("read contact %s, which is sealed but holds no contact", c.ID) // the cause would tell what it holds
	}
	return out, nil
}

// SealContact keeps a sealed contact, once however often it comes. The service cannot read it again.
func (s *Store) SealContact(ctx context.Context, actor Actor, c SealedContact) error {
	if err := c.valid(); err != nil {
		return err
	}
	return s.write(ctx, actor, c.Place, func(t *tx) error {
		if err := t.must(Text{"记录联系方式", "note a contact"}, RoleEnumerator, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		added, err := t.sealContact(ctx, c)
		if err != nil || !added {
			return err
		}
		return t.record(ctx, "seal", c.Place, "dwelling/"+c.Dwelling.String(), nil)
	})
}

// valid refuses what is no sealed contact. It names no value: what is refused may not be sealed at all.
func (c SealedContact) valid() error {
	switch {
	case c.Dwelling == uuid.Nil, c.ID == uuid.Nil, len(c.Key) != 16, len(c.Encapsulated) != encapsulatedBytes,
		len(c.Ciphertext) <= tagBytes, len(c.Ciphertext) > longestCiphertext, (len(c.Ciphertext)-tagBytes)%contactBlock != 0:
		return errContactMalformed
	}
	for _, r := range c.Key {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return errContactMalformed
		}
	}
	return nil
}

var errContactMalformed = refuse(Invalid, "contact_malformed", "联系方式没有按要求加密,未予保存;请更新平板程序后重新记录",
	"the contact was not sealed as it must be, and was not kept; update the tablet's program and note it again")

// sealContact adds a contact and tells whether it is new. Of a sensitive building none is kept, sealed or not.
func (t *tx) sealContact(ctx context.Context, c SealedContact) (bool, error) {
	const sql = `
		INSERT INTO sealed_contacts (county, id, place, dwelling, household, key, encapsulated, ciphertext, sealed_by, received_at)
		SELECT $1, $2, $3, n.dwelling, $5, $6, $7, $8, $9, $10
		  FROM (VALUES ($4::uuid, 0::bigint)) AS n (dwelling, building)
		 WHERE NOT ` + aboutSensitive + `
		    ON CONFLICT DO NOTHING`
	tag, err := t.Exec(ctx, sql, t.county, c.ID, c.Place, c.Dwelling, c.Household, c.Key, c.Encapsulated, c.Ciphertext, t.actorID(), t.now)
	if err != nil {
		return false, fmt.Errorf("keep a sealed contact: %w", err)
	}
	return tag.RowsAffected() > 0, nil
}

// Unsealing is who opens the contacts of a dwelling, and why.
type Unsealing struct {
	County   Code
	Dwelling uuid.UUID
	Reason   string
	Key      string // id of the key that its custodians put together
	Shares   []int  // by number
}

// Unseal reads what was sealed of a dwelling to a key and has it opened, the newest first. That it was read is recorded beside
// the reading: if either fails, there was neither. It takes a store whose connections act as the database's owner; to the
// service's own the table is closed.
func (s *Store) Unseal(ctx context.Context, actor Actor, u Unsealing, open func(SealedContact)) error {
	if u.Reason == "" {
		return refuse(Invalid, "reason_missing", "启封须说明理由", "opening contacts takes a reason").On("reason")
	}
	return s.write(ctx, actor, u.County, func(t *tx) error {
		const sql = `
			SELECT county,
			       id,
			       place,
			       dwelling,
			       household,
			       key,
			       encapsulated,
			       ciphertext,
			       received_at
			  FROM sealed_contacts
			 WHERE county = $1 AND dwelling = $2 AND key = $3
			 ORDER BY received_at DESC, id DESC`
		found, err := collect[SealedContact](t.Query(ctx, sql, u.County, u.Dwelling, u.Key))
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return refuse(NotFound, "contact_unknown", "这套住房没有用密钥 %s 加密的联系方式", "nothing is sealed of this dwelling to key %s", u.Key)
		}
		for _, c := range found {
			open(c)
		}
		return t.record(ctx, "unseal", found[0].Place, "dwelling/"+u.Dwelling.String(),
			map[string]any{"reason": u.Reason, "key": u.Key, "shares": u.Shares, "contacts": len(found)})
	})
}
