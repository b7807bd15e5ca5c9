package areas

import (
	"context"
	"slices"

	"github.com/google/uuid"
)

// Household is people living together in a dwelling, known by three digits within its sub-area.
type Household struct {
	ID         uuid.UUID `db:"id"`
	Dwelling   uuid.UUID `db:"dwelling"`
	Number     int       `db:"number"`
	Kind       string    `db:"kind"`
	Collection string    `db:"collection"`
	LongForm   bool      `db:"long_form"`
	HMTForm    string    `db:"hmt_form"`   // of formStates
	DeathForm  string    `db:"death_form"` // of formStates
	Persons    Persons   `db:"-"`
	Revision   int64     `db:"revision"`
}

// Persons are counted only, in the four states of presence and registration (人户状态).
type Persons struct {
	PresentRegistered int // 人在户在
	PresentElsewhere  int // 人在户不在
	PresentPending    int // 人在户口待定
	AbsentRegistered  int // 户在人不在
}

// Present counts those who live here.
func (p Persons) Present() int { return p.PresentRegistered + p.PresentElsewhere + p.PresentPending }

// householdRow is a household with its persons, as a row holds them.
type householdRow struct {
	Household
	SubArea           Code `db:"sub_area"`
	PresentRegistered int  `db:"present_registered"`
	PresentElsewhere  int  `db:"present_elsewhere"`
	PresentPending    int  `db:"present_pending"`
	AbsentRegistered  int  `db:"absent_registered"`
}

// householdsOf reads the households of dwellings. They lie in the dwellings' sub-areas, which are named so that these are read
// and not all that the actor reaches.
func (t *tx) householdsOf(ctx context.Context, dwellings []uuid.UUID, subAreas []Code) ([]householdRow, error) {
	return collect[householdRow](t.Query(ctx, householdsOfDwellings, t.county, dwellings, subAreas))
}

const householdColumns = `
		SELECT h.id,
		       h.dwelling,
		       h.sub_area,
		       h.number,
		       h.kind,
		       h.collection,
		       h.long_form,
		       h.hmt_form,
		       h.death_form,
		       h.present_registered,
		       h.present_elsewhere,
		       h.present_pending,
		       h.absent_registered,
		       h.revision
		  FROM households h`

const householdsOfDwellings = householdColumns + `
		 WHERE h.county = $1 AND h.sub_area = ANY ($3) AND h.dwelling = ANY ($2) AND h.retired_at IS NULL
		 ORDER BY h.dwelling, h.number`

// household is the row as a household.
func (h householdRow) household() Household {
	h.Household.Persons = Persons{h.PresentRegistered, h.PresentElsewhere, h.PresentPending, h.AbsentRegistered}
	return h.Household
}

// withHouseholds adds their households to dwellings.
func (t *tx) withHouseholds(ctx context.Context, dwellings []Dwelling) error {
	at := make(map[uuid.UUID]int, len(dwellings))
	ids := make([]uuid.UUID, len(dwellings))
	var subAreas []Code
	for i, d := range dwellings {
		at[d.ID], ids[i] = i, d.ID
		if !slices.Contains(subAreas, d.SubArea) {
			subAreas = append(subAreas, d.SubArea)
		}
	}
	found, err := t.householdsOf(ctx, ids, subAreas)
	if err != nil {
		return err
	}
	for _, h := range found {
		d := &dwellings[at[h.Dwelling]]
		d.Households = append(d.Households, h.household())
	}
	return nil
}
