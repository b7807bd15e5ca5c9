package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"canvass/areas"
	"canvass/migrations/dbtest"
)

// atTheLine is an administrator without the console.
type atTheLine struct {
	*testing.T
	dsn string
}

// says runs a command, which answers an exit code, and holds what it says to some words.
func (l atTheLine) says(code int, args []string, want ...string) string {
	l.Helper()
	out, got := said(l.T, append(args, "--database", l.dsn)...)
	if got != code {
		l.Fatalf("%s answers %d, want %d: %s", strings.Join(args, " "), got, code, out)
	}
	for _, w := range want {
		if !strings.Contains(out, w) {
			l.Errorf("%s says %q, want %q in it", strings.Join(args, " "), out, w)
		}
	}
	return out
}

func (l atTheLine) write(path string, lines ...string) {
	l.Helper()
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		l.Fatal(err)
	}
}

// The answering system's reports are taken from a file as they are over the network: again without counting twice, and what is not
// whole before anything of it is taken.
func TestAnsweringReports(t *testing.T) {
	pool := dbtest.New(t)
	l := atTheLine{t, dbtest.Address(t, pool)}
	codes := listedHouseholds(t, areas.NewStore(pool), 3)
	token, file := filepath.Join(t.TempDir(), "answers.token"), filepath.Join(t.TempDir(), "today.csv")
	l.write(token, l.says(0, []string{"answering-system", "add", "--county", "370883", "--name", "answers"}))
	head := strings.Join(reportColumns, ",")
	report := []string{"answering-system", "report", file, "--county", "370883", "--token-file", token}
	list, issued := []string{"self-response", "list", "370883"}, []string{"self-response", "list", "370883", "--state", "issued"}

	l.write(file, head, codes[0]+",submitted,2,1,0,0", codes[1]+",started,,,,", "NOSUCHCODE,started,,,,")
	if out := l.says(1, report, "line 4: ", "2 reports taken, 1 refused"); strings.Contains(out, "NOSUCHCODE") {
		t.Error("a code is a secret, and is printed")
	}
	l.write(file, head, codes[0]+",submitted,2,1,0,0")
	l.says(0, report, "1 reports taken, 0 refused")
	l.says(0, list, "household 1\tsubmitted", "household 2\tstarted", "household 3\tissued", "3 accounts")
	l.says(0, issued, "1 accounts")

	l.write(file, "code,state", codes[2]+",started")
	l.says(1, report, "line 1: ", head)
	l.write(file, head, codes[2]+",started,,,,", codes[2]+",submitted,two,0,0,0")
	l.says(1, report, "line 3: ", `present_registered is "two"`)
	l.says(0, issued, "1 accounts")
	l.write(token, "of-another-system")
	l.write(file, head, codes[2]+",started,,,,")
	l.says(1, report, "token is not known")
}

// Accounts lapse at the line as they do by a running service's clock: not before the deadline.
func TestSelfResponseLapses(t *testing.T) {
	pool := dbtest.New(t)
	l, store := atTheLine{t, dbtest.Address(t, pool)}, areas.NewStore(pool)
	listedHouseholds(t, store, 2)
	lapse := []string{"self-response", "lapse", "--county", "370883"}
	l.says(0, lapse, "0 accounts lapsed")
	if _, err := store.SetRound(t.Context(), areas.System(), areas.Round{County: "370883", Name: "enumeration",
		OpensAt: time.Now().AddDate(0, 0, -9), ClosesAt: time.Now().AddDate(0, 0, 9)}); err != nil {
		t.Fatal(err)
	}
	l.says(0, lapse, "2 accounts lapsed")
	l.says(0, []string{"self-response", "list", "370883", "--state", "lapsed"}, "deadline", "2 accounts")
}

// The long form's sample is drawn at the line once, and seen again as it was drawn.
func TestLongFormAtTheLine(t *testing.T) {
	pool := dbtest.New(t)
	l := atTheLine{t, dbtest.Address(t, pool)}
	listedHouseholds(t, areas.NewStore(pool), 3)
	list := []string{"long-form", "list", "370883"}
	l.says(0, list, "nothing was drawn within 370883")
	l.says(0, []string{"settings", "--county", "370883", "long_form_one_in=2"})
	drawn := l.says(0, []string{"long-form", "draw", "370883", "--seed", "7"}, "of 3 households drawn, one in 2, seed 7")
	l.says(1, []string{"long-form", "draw", "370883", "--seed", "8"}, "was drawn on", "seed 7")
	l.says(1, []string{"long-form", "draw", "370883"}, "seed")
	if again := l.says(0, list); again != drawn {
		t.Errorf("lists %q, drew %q", again, drawn)
	}
}

// listedHouseholds makes a county with one sub-area, households in it, and an account for each; it answers their codes.
func listedHouseholds(t *testing.T, store *areas.Store, n int) (codes []string) {
	t.Helper()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, sys := t.Context(), areas.System()
	const county, subArea = areas.Code("370883"), areas.Code("370883100201001")
	ground := orb.MultiPolygon{{{{117, 35}, {117.01, 35}, {117.01, 35.01}, {117, 35.01}, {117, 35}}}}
	ok(store.MakeRegions(ctx, sys, []areas.NewRegion{{Code: county, Name: "邹城市"}, {Code: "370883100", Name: "香城镇"}}))
	_, err := store.MakeAreas(ctx, sys, []areas.NewArea{{Code: "370883100201", Name: "北王村"}})
	ok(err)
	_, err = store.DrawSubAreas(ctx, sys, []areas.NewSubArea{{Code: subArea, Geometry: ground}})
	ok(err)
	for name, opens := range map[string]int{"listing": -10, "enumeration": -2} {
		_, err := store.SetRound(ctx, sys, areas.Round{County: county, Name: name, OpensAt: time.Now().AddDate(0, 0, opens), ClosesAt: time.Now().AddDate(0, 0, 9)})
		ok(err)
	}
	u, err := store.CreateUser(ctx, sys, areas.NewUser{Name: "li", DisplayName: "李", Role: areas.RoleEnumerator, Scope: "370883100"})
	ok(err)
	_, err = store.AddBuildings(ctx, sys, county, []areas.NewBuilding{{Geometry: orb.Point{117.005, 35.005}, Units: &n, Source: "test", SourceID: "1"}})
	ok(err)
	_, err = store.Assign(ctx, sys, areas.NewAssignment{SubArea: subArea, Enumerator: u.ID})
	ok(err)
	enumerator, _, err := store.Actor(ctx, u.ID)
	ok(err)
	_, err = store.ListDwellings(ctx, sys, subArea)
	ok(err)
	doors, err := store.Dwellings(ctx, sys, areas.DwellingQuery{SubArea: subArea})
	ok(err)
	for _, d := range doors.Items {
		r, err := store.RecordVisit(ctx, enumerator, areas.NewVisit{ID: uuid.New(), County: county, Dwelling: d.ID, Result: "listed"})
		ok(err)
		issued, err := store.IssueSelfResponse(ctx, enumerator, areas.NewSelfResponse{ID: uuid.New(), County: county, Household: r.Dwelling.Households[0].ID})
		ok(err)
		codes = append(codes, issued.Code)
	}
	return codes
}
