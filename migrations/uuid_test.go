package migrations_test

import (
	"testing"

	"github.com/google/uuid"

	"canvass/migrations/dbtest"
)

// Ids come back from the database as they went there, alone and in lists, and where there is none nothing is made up.
func TestIDs(t *testing.T) {
	pool := dbtest.New(t)
	want := []uuid.UUID{uuid.Must(uuid.NewV7()), uuid.New(), uuid.Nil}
	var one uuid.UUID
	var none *uuid.UUID
	var text string
	var many []uuid.UUID
	var some []*uuid.UUID
	const sql = `SELECT $1::uuid, $1::uuid::text, $2::uuid[], $3::uuid[], NULL::uuid`
	err := pool.QueryRow(t.Context(), sql, want[0], want, []*uuid.UUID{&want[1], nil}).Scan(&one, &text, &many, &some, &none)
	if err != nil {
		t.Fatal(err)
	}
	if one != want[0] || text != want[0].String() || len(many) != 3 || many[1] != want[1] || *some[0] != want[1] || some[1] != nil || none != nil {
		t.Errorf("%v comes back as %v, %q, %v, %v and %v", want, one, text, many, some, none)
	}
	if err := pool.QueryRow(t.Context(), `SELECT NULL::uuid`).Scan(&one); err == nil {
		t.Errorf("no id is read as %v", one)
	}
}
