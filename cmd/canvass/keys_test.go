package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"canvass/areas"
	"canvass/migrations/dbtest"
)

// A county's key is made, split anew and replaced, and two custodians open a contact; one alone does not.
func TestKeysOpenWhatWasSealed(t *testing.T) {
	pool := dbtest.New(t)
	dsn, store := dbtest.Address(t, pool), areas.NewStore(pool)
	dwelling, shares := sealOne(t, store, dsn)
	unseal := func(shares ...string) (string, int) {
		args := []string{"unseal", "--database", dsn, "--county", "370883", "--dwelling", dwelling.String(), "--reason", "复查"}
		for _, s := range shares {
			args = append(args, "--share", s)
		}
		return said(t, args...)
	}
	if out, code := unseal(shares[0]); code != 1 || strings.Contains(out, "王芳") || !strings.Contains(out, "it takes 2 shares") {
		t.Errorf("one custodian alone: %d, %s", code, out)
	}
	if out, code := unseal(shares[2], shares[0]); code != 0 || !strings.Contains(out, "王芳  13800005555") {
		t.Errorf("two custodians: %d, %s", code, out)
	}
	again := split(t, dsn, shares[0], shares[1])
	if out, code := unseal(again[3], again[1]); code != 0 || !strings.Contains(out, "王芳") {
		t.Errorf("two of four, split anew: %d, %s", code, out)
	}
	rotated := filepath.Join(t.TempDir(), "new")
	if out, code := said(t, "keys", "rotate", "--database", dsn, "--county", "370883", "--out", rotated); code != 0 {
		t.Fatalf("rotate: %d, %s", code, out)
	}
	newShares := filesIn(t, rotated)
	if out, code := unseal(newShares[0], newShares[1]); code != 1 || !strings.Contains(out, "nothing is sealed of this dwelling to key") {
		t.Errorf("with the new key: %d, %s", code, out)
	}
	if out, code := unseal(shares[0], shares[1]); code != 0 || !strings.Contains(out, "王芳") {
		t.Errorf("with the old key: %d, %s", code, out)
	}
	out, code := said(t, "keys", "list", "--database", dsn, "--county", "370883")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); code != 0 || len(lines) != 2 || !strings.Contains(lines[0], "current") ||
		!strings.Contains(lines[1], "2 of 4 shares") || !strings.Contains(lines[1], "retired") {
		t.Errorf("the keys are listed as %s", out)
	}
}

// sealOne makes a key of three shares and seals a contact to it.
func sealOne(t *testing.T, store *areas.Store, dsn string) (dwelling uuid.UUID, shares []string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "usb")
	if out, code := said(t, "keys", "make", "--database", dsn, "--county", "370883", "--out", dir); code != 0 ||
		!regexp.MustCompile(`key [0-9a-f]{16} of county 370883: any 2 of these 3 shares`).MatchString(out) {
		t.Fatalf("make: %d, %s", code, out)
	}
	if out, code := said(t, "keys", "make", "--database", dsn, "--county", "370883", "--out", dir+"2"); code != 1 ||
		!strings.Contains(out, "keys rotate replaces it") || len(filesIn(t, dir+"2")) != 0 {
		t.Errorf("a second key: %d, %s, %v", code, out, filesIn(t, dir+"2"))
	}
	keys, err := store.CountyKeys(t.Context(), areas.System(), "370883")
	if err != nil {
		t.Fatal(err)
	}
	user, err := store.CreateUser(t.Context(), areas.System(), areas.NewUser{Name: "admin", DisplayName: "admin", Role: areas.RoleAdministrator, Scope: "370883"})
	if err != nil {
		t.Fatal(err)
	}
	dwelling = uuid.New()
	c, err := areas.SealedContact{County: "370883", ID: uuid.New(), Place: "370883", Dwelling: dwelling}.
		Seal(keys[0].Public, areas.Contact{Name: "王芳", Telephone: "13800005555"})
	if err != nil {
		t.Fatal(err)
	}
	actor := areas.Actor{ID: user.ID, Role: areas.RoleAdministrator, Scopes: []areas.Code{"370883"}}
	if err := store.SealContact(t.Context(), actor, c); err != nil {
		t.Fatal(err)
	}
	return dwelling, filesIn(t, dir)
}

// split splits a key anew into four shares.
func split(t *testing.T, dsn string, shares ...string) []string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "again")
	out, code := said(t, "keys", "split", "--database", dsn, "--county", "370883", "--share", shares[0], "--share", shares[1], "--shares", "4", "--out", dir)
	if code != 0 {
		t.Fatalf("split: %d, %s", code, out)
	}
	return filesIn(t, dir)
}

// filesIn lists the shares of a directory by number, and fails if anybody else may read one.
func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	return names
}

// The key that signs packages is made once and is then the same: in a file that nobody else may read, or for every instance of
// one database.
func TestServerKeyStays(t *testing.T) {
	dir := t.TempDir()
	first, err := serverKey(t.Context(), &config{data: dir}, "")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "server.key")
	for _, cfg := range []*config{{data: dir}, {data: t.TempDir(), key: file}, {key: file, database: "postgres://elsewhere"}} {
		if again, err := serverKey(t.Context(), cfg, ""); err != nil || !again.Equal(first) {
			t.Errorf("%+v: another key, %v", cfg, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left) > 0 {
		t.Errorf("%v is left over, %v", left, err)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := serverKey(t.Context(), &config{data: dir}, ""); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("others may read it: %v", err)
	}
	if err := os.WriteFile(file, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := serverKey(t.Context(), &config{data: dir}, ""); err == nil || !strings.Contains(err.Error(), "PEM") {
		t.Errorf("it is no key: %v", err)
	}
	dsn := dbtest.Address(t, dbtest.New(t))
	shared, err := serverKey(t.Context(), &config{database: dsn}, dsn)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := serverKey(t.Context(), &config{database: dsn, data: t.TempDir()}, dsn); err != nil || !again.Equal(shared) || again.Equal(first) {
		t.Errorf("another instance has another key, %v", err)
	}
}
