package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canvass/areas"
	"canvass/migrations/dbtest"
)

// The file that the field app wrote (testdata/outbox) is taken from the command line, again and again, and answered by receipts.
func TestImportOutbox(t *testing.T) {
	pool := dbtest.New(t)
	dsn, store := dbtest.Address(t, pool), areas.NewStore(pool)
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var example struct {
		Device struct {
			ID     string `json:"id"`
			Public []byte `json:"public"`
		} `json:"device"`
	}
	text, err := os.ReadFile("../../testdata/outbox/example.json")
	ok(err)
	ok(json.Unmarshal(text, &example))
	ok(store.MakeRegions(t.Context(), areas.System(), []areas.NewRegion{{Code: "370883", Name: "邹城市"}}))
	user, err := store.CreateUser(t.Context(), areas.System(), areas.NewUser{Name: "li", DisplayName: "李", Role: areas.RoleEnumerator, Scope: "370883"})
	ok(err)
	_, err = dbtest.Owner(t, pool).Exec(t.Context(), `INSERT INTO devices (county, id, user_id, name, public_key, enrolled_at) VALUES ('370883', $1, $2, '平板 7', $3, now())`,
		example.Device.ID, user.ID, example.Device.Public)
	ok(err)

	file, key := filepath.Join(t.TempDir(), "li.outbox"), filepath.Join(t.TempDir(), "server.key")
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{5}, ed25519.SeedSize)))
	ok(err)
	ok(os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	written, err := os.ReadFile("../../testdata/outbox/ts.outbox")
	ok(err)
	ok(os.WriteFile(file, written, 0o600))
	for range 2 {
		out, code := said(t, "import", "outbox", file, "--database", dsn, "--key", key)
		if code != 0 || !strings.Contains(out, "李 (平板 7)") || !strings.Contains(out, "0 changes applied, 0 held, 1 set aside") {
			t.Errorf("import outbox answers %d and says %s", code, out)
		}
	}
	if back, err := os.ReadFile(strings.TrimSuffix(file, ".outbox") + ".receipts"); err != nil || !bytes.HasPrefix(back, []byte("canvass-receipts-1 370883/"+example.Device.ID)) {
		t.Errorf("the receipts are %.60q, %v", back, err)
	}
	if out, code := said(t, "import", "outbox", file, "--database", dsn, "--data", t.TempDir()); code == 0 || !strings.Contains(out, "sealed for another server") {
		t.Errorf("another server answers %d and says %s", code, out)
	}
}
