package migrations_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"canvass/migrations"
	"canvass/migrations/dbtest"
)

const (
	everyone = "administrator system gis supervisor enumerator"
	drawers  = "administrator system gis"
	leaders  = "administrator system supervisor"
	managers = "administrator system"
	nobody   = ""
)

// rule says for one table who may do what, and which column of a row tells whether it lies in somebody's range: "county"
// by the counties he reaches, any other by codes.
type rule struct {
	readBy, read   string
	writeBy        string
	add, change    string
	remove         string
	ownEnumerators bool // an enumerator reads and changes what names him, wherever it lies
}

// rules is what row-level security promises, table by table. A table with a county that is not here fails the test.
var rules = map[string]rule{
	"regions":         {"county", everyone, "code", drawers, drawers, nobody, false},
	"areas":           {"county", everyone, "code", drawers, drawers, nobody, false},
	"sub_areas":       {"code", everyone, "code", drawers, drawers + " supervisor", nobody, false},
	"revisions":       {"county", everyone, "county", drawers + " supervisor", nobody, nobody, false},
	"lineage":         {"county", everyone, "county", drawers, nobody, nobody, false},
	"buildings":       {"place", everyone, "place", everyone, everyone, nobody, false}, // proposed ones; see TestConfirmedBuildings
	"dwellings":       {"sub_area", everyone, "sub_area", everyone, everyone, nobody, false},
	"households":      {"sub_area", everyone, "sub_area", everyone, everyone, nobody, false},
	"rounds":          {"county", everyone, "county", managers, managers, nobody, false},
	"settings":        {"county", everyone, "county", managers, managers, nobody, false},
	"assignments":     {"sub_area", everyone, "sub_area", leaders + " gis", leaders + " gis", nobody, true},
	"visits":          {"sub_area", everyone, "sub_area", leaders + " enumerator", nobody, nobody, false},
	"coverage":        {"sub_area", everyone, "sub_area", everyone, everyone, drawers, false},
	"flags":           {"place", everyone, "place", everyone, everyone, nobody, false},
	"devices":         {"county", everyone, "county", leaders, leaders, nobody, false},
	"enrolments":      {"county", leaders, "county", leaders, leaders, nobody, false},
	"nonces":          {"county", "system", "county", "system", nobody, "system", false},
	"changes":         {"place", everyone, "place", everyone, drawers + " supervisor", nobody, false},
	"proposals":       {"sub_area", everyone, "sub_area", everyone, drawers + " supervisor", nobody, false},
	"base_features":   {"county", everyone, "county", drawers, drawers, drawers, false},
	"imports":         {"county", drawers, "county", drawers, drawers, nobody, false},
	"import_rows":     {"county", drawers, "county", drawers, drawers, nobody, false},
	"county_keys":     {"county", everyone, "county", managers, managers, nobody, false},
	"sealed_contacts": {"place", nobody, "place", leaders + " enumerator", nobody, nobody, false},
	"events":          {"place", drawers + " supervisor", "county", everyone, nobody, nobody, false},

	"self_responses":    {livesIn, everyone, livesIn, everyone, everyone, nobody, false},
	"answering_systems": {"county", "system", "county", "system", "system", nobody, false},
	"long_form_samples": {"place", everyone, "place", managers, nobody, nobody, false},

	"drawn_revisions": {"county", everyone, "county", everyone, everyone, nobody, false},
	"drawn_changes":   {"county", everyone, "county", everyone, nobody, everyone, false},

	"past_members":   {"code", drawers + " supervisor", "code", drawers, nobody, nobody, false},
	"past_buildings": {"place", drawers + " supervisor", "place", drawers, nobody, nobody, false},
	"past_states":    {"code", drawers + " supervisor", "code", drawers + " supervisor", nobody, nobody, false},
	"moves":          {"place", everyone, "place", drawers, nobody, nobody, false},
	"building_parts": {"sub_area", everyone, "sub_area", drawers, drawers, nobody, false},
}

// livesIn is where the household lies that a row is about.
const livesIn = "(SELECT h.sub_area FROM households h WHERE h.id = household)"

// actorOne is who works in the first sub-area of testdata/rows.sql.
const actorOne = "md5('one')::uuid"

func TestPolicies(t *testing.T) {
	owner := filled(t)
	for _, table := range tablesWithCounty(t, owner) {
		want, known := rules[table]
		if !known {
			t.Errorf("%s has a county and no rule in this test: who may read and write it?", table)
			continue
		}
		for _, role := range strings.Fields(everyone) {
			for _, scope := range []string{"370883101201001", "370883"} {
				t.Run(table+"/"+role+"/"+scope, func(t *testing.T) {
					checkRule(t, owner, table, want, who{role, scope})
				})
			}
		}
	}
}

type who struct{ role, scope string }

// checkRule lets somebody try everything on the rows inside his range and outside of it, one transaction a try.
func checkRule(t *testing.T, owner *pgxpool.Pool, table string, want rule, w who) {
	may := func(roles string) bool { return slices.Contains(strings.Fields(roles), w.role) }
	inside, outside := w.reach(want.readBy), "NOT ("+w.reach(want.readBy)+")"
	writable, closed := w.reach(want.writeBy), "NOT ("+w.reach(want.writeBy)+")"
	if count(t, owner, table, inside) == 0 || count(t, owner, table, outside) == 0 {
		t.Fatalf("%s has no row inside or none outside of %s, so that this test shows nothing", table, w.scope)
	}
	own := ""
	if want.ownEnumerators && w.role == "enumerator" {
		own = " AND enumerator <> " + actorOne
	}
	for _, try := range []struct {
		what, sql string
		granted   bool
		rows      string // which of the table's rows it touches when it is granted
	}{
		{"read inside", "SELECT * FROM %s WHERE " + inside, may(want.read), inside},
		{"read outside", "SELECT * FROM %s WHERE " + outside, false, ""},
		{"add inside", "INSERT INTO %[1]s (%[2]s) SELECT %[2]s FROM kept WHERE " + writable + mine(table, w.role),
			may(want.add), writable + mine(table, w.role)},
		{"change inside", "UPDATE %s SET county = county WHERE " + writable + own, may(want.change), writable + own},
		{"change outside", "UPDATE %s SET county = county WHERE " + closed + own, false, ""},
		{"remove inside", "DELETE FROM %s WHERE " + writable, may(want.remove), writable},
		{"remove outside", "DELETE FROM %s WHERE " + closed, false, ""},
	} {
		expected := int64(0)
		if try.granted {
			expected = count(t, owner, table, try.rows)
		}
		if got := attempt(t, owner, table, w, try.sql); got != expected {
			t.Errorf("%s touches %d rows, want %d", try.what, got, expected)
		}
	}
	each := "INSERT INTO %[1]s (%[2]s) SELECT %[2]s FROM kept WHERE " + closed
	if count(t, owner, table, closed) > 0 && attempt(t, owner, table, w, each) != 0 {
		t.Error("rows outside could be added")
	}
}

// mine narrows what an enumerator may add to visits he made himself.
func mine(table, role string) string {
	if table == "visits" && role == "enumerator" {
		return " AND enumerator = " + actorOne
	}
	return ""
}

// reach is the condition under which a row lies in somebody's range.
func (w who) reach(column string) string {
	if column == "county" {
		return fmt.Sprintf("county = '%s'", w.scope[:6])
	}
	return fmt.Sprintf("starts_with(%s, '%s')", column, w.scope)
}

// attempt runs one statement as somebody and answers how many rows it touched; a refusal is none. What it did is undone.
// What is added was there before: it is set aside first, and foreign keys rest, so that nothing but the policy decides.
func attempt(t *testing.T, owner *pgxpool.Pool, table string, w who, sql string) int64 {
	t.Helper()
	ctx := context.Background()
	tx, err := owner.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tx.Rollback(ctx); err != nil {
			t.Error(err)
		}
	}()
	columns := insertable(t, tx, table)
	run(t, tx, "SET LOCAL session_replication_role = replica")
	if strings.HasPrefix(sql, "INSERT") {
		run(t, tx, "CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT * FROM "+table)
		run(t, tx, "GRANT SELECT ON kept TO "+migrations.AppRole)
		run(t, tx, "DELETE FROM "+table)
	}
	as(t, tx, w)
	if strings.Contains(sql, "%[2]s") {
		sql = fmt.Sprintf(sql, table, columns)
	} else {
		sql = fmt.Sprintf(sql, table)
	}
	tag, err := tx.Exec(ctx, sql)
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == "42501" { // insufficient privilege, or a row that a policy refuses
		return 0
	}
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return tag.RowsAffected()
}

// as makes a transaction somebody's, as areas does.
func as(t *testing.T, tx pgx.Tx, w who) {
	t.Helper()
	run(t, tx, "SET LOCAL ROLE "+migrations.AppRole)
	const settings = `
		SELECT set_config('canvass.role', $1, true),
		       set_config('canvass.actor', CASE $1 WHEN 'enumerator' THEN (md5('one')::uuid)::text ELSE '' END, true),
		       set_config('canvass.lo', $2, true),
		       set_config('canvass.hi', $2 || '~', true),
		       set_config('canvass.county_lo', left($2, 6), true),
		       set_config('canvass.county_hi', left($2, 6) || '~', true)`
	if _, err := tx.Exec(context.Background(), settings, w.role, w.scope); err != nil {
		t.Fatal(err)
	}
}

// Who did not say who he is sees nothing and writes nothing.
func TestUnsetSeesNothing(t *testing.T) {
	owner := filled(t)
	ctx := context.Background()
	tables := append(tablesWithCounty(t, owner), "users")
	tables = slices.DeleteFunc(tables, func(table string) bool { return rules[table].read == nobody }) // nobody may ask at all
	tx, err := owner.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	run(t, tx, "SET LOCAL ROLE "+migrations.AppRole)
	for _, table := range tables {
		var n int
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM "+table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s shows %d rows (%v)", table, n, err)
		}
	}
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestConfirmedBuildings(t *testing.T) {
	owner := filled(t)
	const confirm = "INSERT INTO %[1]s (county, place, standing, geom, point, source, source_id) " +
		"SELECT county, place, 'confirmed', geom, point, source, source_id FROM kept WHERE place = '370883101201001'"
	for role, want := range map[string]int64{"administrator": 1, "system": 1, "gis": 1, "supervisor": 0, "enumerator": 0} {
		if got := attempt(t, owner, "buildings", who{role, "370883101201001"}, strings.ReplaceAll(confirm, "%[1]s", "%s")); got != want {
			t.Errorf("%s adds %d confirmed buildings, want %d", role, got, want)
		}
	}
}

// An account is seen by its owner, by whoever leads the place it works in, and by its name while somebody signs in.
func TestAccounts(t *testing.T) {
	owner := filled(t)
	for _, c := range []struct {
		who  who
		read int64
		add  int64
	}{
		{who{"enumerator", "370883101201001"}, 1, 0},
		{who{"supervisor", "370883"}, 1, 0},
		{who{"gis", "370884"}, 1, 0},
		{who{"gis", "370885"}, 0, 0},
		{who{"administrator", "370883"}, 1, 1},
		{who{"administrator", "370885"}, 0, 0},
		{who{"signing_in", "370885"}, 2, 0},
	} {
		if got := attempt(t, owner, "users", c.who, "SELECT * FROM %s"); got != c.read {
			t.Errorf("%s of %s reads %d accounts, want %d", c.who.role, c.who.scope, got, c.read)
		}
		const add = "INSERT INTO %[1]s (%[2]s) SELECT %[2]s FROM kept WHERE name = 'one'"
		if got := attempt(t, owner, "users", c.who, add); got != c.add {
			t.Errorf("%s of %s adds %d accounts, want %d", c.who.role, c.who.scope, got, c.add)
		}
	}
}

// Every table is under row-level security, and the role of the service cannot step out of it.
func TestServiceRoleIsBound(t *testing.T) {
	owner := filled(t)
	for what, sql := range map[string]string{
		"tables without row-level security": `
			SELECT relname FROM pg_class
			WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity
			  AND relname NOT IN ('spatial_ref_sys', 'goose_db_version')`,
		"things the service owns": `
			SELECT relname FROM pg_class WHERE relowner = 'canvass_app'::regrole`,
		"privileges of the service itself": `
			SELECT rolname FROM pg_roles
			WHERE rolname = 'canvass_app' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolcanlogin)`,
		"roles the service may become": `
			SELECT roleid::regrole::text FROM pg_auth_members WHERE member = 'canvass_app'::regrole`,
		"policies for somebody else": `
			SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND roles <> '{canvass_app}'`,
		"keys that do not begin with county": `
			SELECT conname FROM pg_constraint c
			JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
			WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace AND a.attname <> 'county'
			  AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.conrelid AND attname = 'county')`,
		"triggers": `
			SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
			WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace`,
	} {
		rows, err := owner.Query(context.Background(), sql)
		if err != nil {
			t.Fatal(err)
		}
		found, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || len(found) > 0 {
			t.Errorf("%s: %v (%v)", what, found, err)
		}
	}
}

// filled answers a pool of the owner on a database that holds testdata/rows.sql.
func filled(t *testing.T) *pgxpool.Pool {
	t.Helper()
	owner := dbtest.Owner(t, dbtest.New(t))
	rows, err := os.ReadFile("testdata/rows.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Exec(context.Background(), string(rows)); err != nil {
		t.Fatalf("fill the tables: %v", err)
	}
	return owner
}

func tablesWithCounty(t *testing.T, owner *pgxpool.Pool) []string {
	t.Helper()
	const sql = `
		SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'county'
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname`
	rows, err := owner.Query(context.Background(), sql)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) < len(rules) {
		t.Errorf("%d tables have a county, and this test has rules for %d", len(tables), len(rules))
	}
	return tables
}

func insertable(t *testing.T, tx pgx.Tx, table string) string {
	t.Helper()
	const sql = `
		SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity <> 'a'`
	var columns string
	if err := tx.QueryRow(context.Background(), sql, table).Scan(&columns); err != nil {
		t.Fatal(err)
	}
	return columns
}

func count(t *testing.T, owner *pgxpool.Pool, table, where string) (n int64) {
	t.Helper()
	if err := owner.QueryRow(context.Background(), "SELECT count(*) FROM "+table+" WHERE "+where).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func run(t *testing.T, tx pgx.Tx, sql string) {
	t.Helper()
	if _, err := tx.Exec(context.Background(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
