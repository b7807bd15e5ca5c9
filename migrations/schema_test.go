package migrations_test

import (
	"context"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"canvass/migrations"
	"canvass/migrations/dbtest"
)

var update = flag.Bool("update", false, "bless migrations/schema.sql")

// schema.sql is what the migrations add up to, for a reader and for a reviewer: a migration that changes it shows there.
func TestSchema(t *testing.T) {
	dump := exec.CommandContext(t.Context(), "pg_dump", "--schema-only", "--no-owner", "--no-comments",
		"--dbname", dbtest.Address(t, dbtest.New(t)))
	dump.Stderr = os.Stderr
	said, err := dump.Output()
	if err != nil {
		t.Fatalf("dump the schema (pg_dump comes with PostgreSQL's client): %v", err)
	}
	got := normalized(string(said))
	if *update {
		if err := os.WriteFile("schema.sql", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatalf("%v (`go test ./migrations -run TestSchema -update` writes it)", err)
	}
	if got != string(kept) {
		t.Errorf("the migrations add up to another schema than schema.sql: %s\n"+
			"`go test ./migrations -run TestSchema -update` blesses it; read the difference before you commit", firstDifference(got, string(kept)))
	}
}

// normalized drops from a dump what differs from one server, and one run of pg_dump, to the next.
func normalized(dump string) string {
	for _, drop := range []string{
		`(?m)^--.*\n`, `(?m)^\\.*\n`, `(?m)^SET .*\n`, `(?m)^SELECT pg_catalog\.set_config.*\n`,
	} {
		dump = regexp.MustCompile(drop).ReplaceAllString(dump, "")
	}
	dump = regexp.MustCompile(`\n{3,}`).ReplaceAllString(dump, "\n\n")
	return "-- What the migrations add up to; a test compares it.\n\n" + strings.TrimSpace(dump) + "\n"
}

func firstDifference(got, kept string) string {
	g, k := strings.Split(got, "\n"), strings.Split(kept, "\n")
	for i := range min(len(g), len(k)) {
		if g[i] != k[i] {
			return "\n  kept: " + k[i] + "\n  now:  " + g[i]
		}
	}
	return "one is longer"
}

// A database that was migrated is left as it is by migrating again.
func TestUpAgain(t *testing.T) {
	ctx := context.Background()
	dsn := dbtest.Address(t, dbtest.New(t))
	if err := migrations.Up(ctx, dsn); err != nil {
		t.Fatal(err)
	}
	if pending, err := migrations.Pending(ctx, dsn); err != nil || pending != 0 {
		t.Errorf("%d migrations are pending (%v)", pending, err)
	}
}

// Migrations go forward only, are numbered, none twice, and say so to goose.
func TestFilesAreForwardAndNumbered(t *testing.T) {
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	last := ""
	for _, name := range names {
		text, err := migrations.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		number, _, _ := strings.Cut(name, "_")
		if !regexp.MustCompile(`^\d{4}_[a-z_]+\.sql$`).MatchString(name) || number == last {
			t.Errorf("%s should begin with four digits of its own", name)
		}
		last = number
		if !strings.HasPrefix(string(text), "-- +goose Up\n") || strings.Contains(string(text), "+goose Down") {
			t.Errorf("%s must begin with -- +goose Up and has no way down", name)
		}
	}
}

func TestHashIsStable(t *testing.T) {
	if a, b := migrations.Hash(), migrations.Hash(); a != b || !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(a) {
		t.Errorf("%q and %q", a, b)
	}
}
