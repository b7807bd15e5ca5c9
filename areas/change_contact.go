package areas

import (
	"context"

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

// sealContacts lays the contacts of a batch where nobody reads them, once the dwellings that it lists are there.
func (a *applying) sealContacts(ctx context.Context) error {
	for _, p := range a.tablets {
		for _, c := range p.lifted {
			if _, err := a.sealContact(ctx, c); err != nil {
				return err
			}
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
