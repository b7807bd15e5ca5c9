package areas

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
)

const verbSealContact = "seal_contact"

// ContactValues is what seal_contact says: a contact sealed to the county's key and bound to the county, the dwelling and the
// id of the change. None of it is kept with the change.
type ContactValues struct {
	Dwelling     uuid.UUID  `json:"dwelling" format:"uuid"`
	Household    *uuid.UUID `json:"household,omitempty" format:"uuid"`
	Key          string     `json:"key" doc:"id of the county's key, from the rules of the field package"`
	Encapsulated []byte     `json:"encapsulated" doc:"base64"`
	Ciphertext   []byte     `json:"ciphertext" doc:"base64"`
}

// keptContact is what remains of it in the change.
type keptContact struct {
	Dwelling  uuid.UUID `json:"dwelling"`
	Malformed bool      `json:"malformed,omitempty"`
}

// liftContacts takes the contacts of a batch out of their changes, before anything else is done with those: whether they are
// taken, wait for an earlier one or are set aside, what they hold is never kept with them.
func (a *applying) liftContacts() error {
	for _, c := range a.all {
		if c.known || c.Verb != verbSealContact {
			continue
		}
		kept := keptContact{}
		v, err := values[ContactValues](c)
		if err == nil {
			sealed := SealedContact{County: a.county, ID: c.ID, Place: c.place, Dwelling: v.Dwelling, Household: v.Household, Key: v.Key,
				Encapsulated: v.Encapsulated, Ciphertext: v.Ciphertext}
			kept.Dwelling = v.Dwelling
			if err = sealed.valid(); err == nil {
				a.lifted = append(a.lifted, sealed)
			}
		}
		kept.Malformed = err != nil
		if c.Values, err = json.Marshal(kept); err != nil {
			return err
		}
	}
	return nil
}

// sealContacts lays the contacts of a batch where nobody reads them, once the dwellings that it lists are there.
func (a *applying) sealContacts(ctx context.Context) error {
	for _, c := range a.lifted {
		if _, err := a.sealContact(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// noteContact records that a contact was sealed; sealContacts keeps it.
func (a *applying) noteContact(ctx context.Context, c *sentChange) error {
	kept, err := values[keptContact](c)
	if err != nil {
		return err
	}
	if kept.Malformed {
		return errContactMalformed
	}
	return a.record(ctx, "seal", c.place, "dwelling/"+kept.Dwelling.String(), nil)
}
