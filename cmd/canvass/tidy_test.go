package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	repository       = "../.."
	maxFileLines     = 400
	maxFunctionLines = 50 // without the lines of the SQL that stands in it
	maxParameters    = 4  // besides the context, the transaction, who acts and the test
)

// longFunctions are whole on purpose.
var longFunctions = map[string]string{
	"routes": "the whole API is read on one screen",
}

// mayImport is the architecture: which of our packages a package may import. A package that is not here fails the test; a
// new edge is an architecture change. The command line may import all of them.
var mayImport = map[string][]string{
	"geo":               {},
	"geo/coverage":      {"geo"},
	"geo/delineate":     {"geo", "geo/coverage"},
	"geo/vector":        {"geo"},
	"tiles":             {"geo", "tiles/pmtiles"},
	"tiles/pmtiles":     {},
	"tiles/mbtiles":     {"tiles/pmtiles"},
	"areas":             {"geo", "geo/coverage", "geo/delineate", "geo/vector"},
	"areas/simulate":    {"geo", "geo/coverage", "geo/delineate", "geo/vector", "areas"},
	"web":               {"geo", "areas", "tiles", "tiles/pmtiles"},
	"migrations":        {"geo"}, // its pool carries geometry
	"migrations/dbtest": {"geo", "migrations"},
	"cmd/canvass": {"geo", "geo/coverage", "geo/delineate", "geo/vector", "tiles", "tiles/pmtiles", "tiles/mbtiles",
		"areas", "areas/simulate", "web",
		"web/ui", "migrations"},
}

// testsMayImport is what any package's tests may import besides.
var testsMayImport = []string{"migrations", "migrations/dbtest"}

// neverImports is what a package must not know of: HTTP in the rules, a database in the front.
var neverImports = map[string]*regexp.Regexp{
	"geo":   regexp.MustCompile(`^(net/http|database/sql|github\.com/(labstack|danielgtaylor)/.*)$`),
	"areas": regexp.MustCompile(`^(net/http|github\.com/(labstack|danielgtaylor)/.*)$`),
	"tiles": regexp.MustCompile(`^github\.com/(labstack|danielgtaylor)/.*$`),
}

// topLevel is everything that may stand at the top of the repository.
var topLevel = strings.Fields("cmd geo tiles areas web migrations testdata go.mod go.sum README.md Makefile LICENSE " +
	".ci .deploy .gitignore .gitattributes .editorconfig .git .github bin out data docs")

var (
	census   = regexp.MustCompile(`(?i)\b(census|sub.?areas?|dwellings?|households?|enumerators?)\b`)
	sql      = regexp.MustCompile(`(?s)^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|DROP|TRUNCATE|SET) .*`)
	relation = regexp.MustCompile(`\b(?:FROM|JOIN)\s+([a-z_]+)\b(\s*\()?`)
	step     = regexp.MustCompile(`\b([a-z_]+) AS (?:MATERIALIZED |NOT MATERIALIZED )?\(`)
	unbuilt  = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX)\b`)
)

func TestTidyGo(t *testing.T) {
	packages := map[string]string{} // to its package comment
	for _, path := range sources(t, ".go") {
		f := parse(t, path)
		packages[f.pkg] += f.doc()
		for _, problem := range f.problems() {
			t.Errorf("%s: %s", path, problem)
		}
	}
	for pkg, comment := range packages {
		if _, known := mayImport[pkg]; !known && pkg != "web/ui" {
			t.Errorf("package %s is not in the table of imports", pkg)
		}
		if first, _, _ := strings.Cut(comment, "\n"); !strings.Contains(first, "assume") {
			t.Errorf("package %s has no comment whose first line says what it assumes", pkg)
		}
		if slices.Contains([]string{"util", "utils", "helpers", "common", "models"}, filepath.Base(pkg)) {
			t.Errorf("package %s is named after nothing", pkg)
		}
	}
}

func TestTidyText(t *testing.T) {
	for _, path := range sources(t, ".go", ".sql", ".ts", ".svelte", ".css") {
		text := read(t, path)
		if n := strings.Count(text, "\n"); n > maxFileLines && filepath.Base(path) != "schema.sql" && !strings.HasSuffix(path, ".d.ts") {
			t.Errorf("%s has %d lines, more than %d", path, n, maxFileLines)
		}
		if mark := unbuilt.FindString(text); mark != "" {
			t.Errorf("%s says %s: build it or take it out", path, mark)
		}
	}
}

func TestTidyTop(t *testing.T) {
	entries, err := os.ReadDir(repository)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(topLevel, e.Name()) {
			t.Errorf("%s does not belong at the top of the repository", e.Name())
		}
	}
}

// source is one Go file and the package, named by its directory, that it is in.
type source struct {
	pkg, name string
	file      *ast.File
	set       *token.FileSet
}

func (s source) isTest() bool { return strings.HasSuffix(s.name, "_test.go") }

// in tells whether the file is the product's, in a package or one below it.
func (s source) in(pkg string) bool {
	return !s.isTest() && (s.pkg == pkg || strings.HasPrefix(s.pkg, pkg+"/"))
}

func (s source) doc() string {
	if s.file.Doc == nil || s.isTest() {
		return ""
	}
	return s.file.Doc.Text()
}

// problems lists what the file does against the rules.
func (s source) problems() (found []string) {
	complain := func(at token.Pos, format string, args ...any) {
		found = append(found, fmt.Sprintf("line %d: ", s.set.Position(at).Line)+fmt.Sprintf(format, args...))
	}
	for _, i := range s.file.Imports {
		if why := s.refusedImport(strings.Trim(i.Path.Value, `"`)); why != "" {
			complain(i.Pos(), "%s", why)
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if lines := s.lines(n) - s.textLines(n); lines > maxFunctionLines && longFunctions[n.Name.Name] == "" {
				complain(n.Pos(), "%s has %d lines, more than %d", n.Name.Name, lines, maxFunctionLines)
			}
			if count := parameters(n.Type); count > maxParameters {
				complain(n.Pos(), "%s has %d parameters, more than %d", n.Name.Name, count, maxParameters)
			}
		case *ast.BasicLit:
			if why := s.refusedText(n); why != "" {
				complain(n.Pos(), "%s", why)
			}
		case *ast.SelectorExpr:
			if why := s.refusedCall(n); why != "" {
				complain(n.Pos(), "%s", why)
			}
		case *ast.Ident:
			if s.in("geo") && census.MatchString(n.Name) {
				complain(n.Pos(), "%s: geo knows no word of the census", n.Name)
			}
		}
		return true
	})
	return found
}

func (s source) refusedImport(path string) string {
	if path == "database/sql" && s.pkg == "geo/vector" && strings.HasPrefix(s.name, "geopackage") {
		return "" // the format is an SQLite file
	}
	for pkg, never := range neverImports {
		if s.in(pkg) && never.MatchString(path) {
			return pkg + " must not import " + path
		}
	}
	if s.in("geo") && strings.HasPrefix(path, "github.com/jackc/pgx/") && s.name != "wire.go" {
		return "only geo/wire.go speaks to pgx"
	}
	ours, is := strings.CutPrefix(path, "canvass/")
	if !is || slices.Contains(mayImport[s.pkg], ours) {
		return ""
	}
	if s.isTest() && (slices.Contains(testsMayImport, ours) || ours == s.pkg) {
		return ""
	}
	return s.pkg + " must not import " + ours
}

// refusedText looks into the file's strings: SQL in the front, another relation than a map view in the tiles.
func (s source) refusedText(literal *ast.BasicLit) string {
	text, err := strconv.Unquote(literal.Value)
	if err != nil || literal.Kind != token.STRING {
		return ""
	}
	if s.in("web") && sql.MatchString(text) {
		return "web holds no SQL"
	}
	if s.in("geo") && census.MatchString(text) {
		return "geo knows no word of the census"
	}
	if !s.in("tiles") || s.in("tiles/mbtiles") { // whose tables are those of a file
		return ""
	}
	steps := []string{}
	for _, m := range step.FindAllStringSubmatch(text, -1) {
		steps = append(steps, m[1])
	}
	for _, m := range relation.FindAllStringSubmatch(text, -1) {
		if name, called := m[1], m[2] != ""; !called && !strings.HasPrefix(name, "map_") && !slices.Contains(steps, name) {
			return "tiles read " + name + ", which is not a map_* view"
		}
	}
	return ""
}

func (s source) refusedCall(n *ast.SelectorExpr) string {
	name, ok := n.X.(*ast.Ident)
	switch {
	case !ok:
		return ""
	case s.in("areas") && name.Name == "time" && n.Sel.Name == "Now":
		return "the rules take the time from their transaction"
	case s.isTest() && name.Name == "t" && strings.HasPrefix(n.Sel.Name, "Skip"):
		return "no test is skipped"
	}
	return ""
}

func (s source) lines(n ast.Node) int {
	return s.set.Position(n.End()).Line - s.set.Position(n.Pos()).Line + 1
}

// textLines counts the lines that raw strings of more than one line take in a function.
func (s source) textLines(function ast.Node) (n int) {
	ast.Inspect(function, func(node ast.Node) bool {
		if text, is := node.(*ast.BasicLit); is && text.Kind == token.STRING {
			n += s.lines(text) - 1
		}
		return true
	})
	return n
}

// parameters counts a function's parameters besides those that every function of its kind has.
func parameters(f *ast.FuncType) (n int) {
	for _, field := range f.Params.List {
		if _, variadic := field.Type.(*ast.Ellipsis); variadic {
			continue // such as the arguments of a format
		}
		switch strings.TrimPrefix(typeName(field.Type), "*") {
		case "context.Context", "pgx.Tx", "tx", "Actor", "areas.Actor", "testing.T", "testing.B", "testing.F", "testing.TB", "rapid.T":
			continue
		}
		n += max(1, len(field.Names))
	}
	return n
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return "*" + typeName(e.X)
	case *ast.SelectorExpr:
		return typeName(e.X) + "." + e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// sources lists the repository's own files with one of these endings.
func sources(t *testing.T, endings ...string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(repository, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && slices.Contains([]string{"node_modules", "dist", ".git", "bin", "out"}, e.Name()) {
			return filepath.SkipDir
		}
		if !e.IsDir() && slices.Contains(endings, filepath.Ext(path)) {
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil || len(paths) == 0 {
		t.Fatalf("found %d sources: %v", len(paths), err)
	}
	return paths
}

func parse(t *testing.T, path string) source {
	t.Helper()
	pkg, err := filepath.Rel(repository, filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	return parseText(t, pkg, filepath.Base(path), read(t, path))
}

func parseText(t *testing.T, pkg, name, text string) source {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return source{pkg: pkg, name: name, file: file, set: set}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The rules find what they are for.
func TestTidyFinds(t *testing.T) {
	for _, c := range []struct{ pkg, name, body, want string }{
		{"areas", "a.go", `import "net/http"`, "areas must not import net/http"},
		{"areas", "a.go", `import "canvass/tiles"`, "areas must not import tiles"},
		{"tiles", "a.go", `import "canvass/areas"`, "tiles must not import areas"},
		{"geo", "grid.go", `import "github.com/jackc/pgx/v5"`, "only geo/wire.go"},
		{"geo/vector", "geojson.go", `import "database/sql"`, "geo must not import database/sql"},
		{"geo/vector", "geopackage.go", `import "database/sql"`, ""},
		{"geo", "a.go", `const word = "a household"`, "no word of the census"},
		{"areas", "a.go", `var now = time.Now()`, "from their transaction"},
		{"web", "a.go", "const q = `\n\tSELECT 1`", "web holds no SQL"},
		{"tiles", "a.go", "const q = `SELECT 1 FROM buildings`", "tiles read buildings"},
		{"tiles", "a.go", "const q = `SELECT 1 FROM map_base JOIN users u ON true`", "tiles read users"},
		{"web", "a.go", "func f(a, b int, c, d, e string) {}", "5 parameters"},
		{"web", "a.go", "func f() {" + strings.Repeat("\n", maxFunctionLines) + "}", "51 lines"},
		{"web", "a.go", "func f() string {\n return `" + strings.Repeat("\n", maxFunctionLines) + "`\n}", ""},
		{"web", "a_test.go", "func f(t *testing.T) { t.Skip() }", "no test is skipped"},
		{"tiles", "a.go", "const q = `WITH box AS (SELECT 1) SELECT 1 FROM map_base, box JOIN unnest($1) ON true JOIN box ON true`", ""},
		{"web", "a.go", "func f(ctx context.Context, t *tx, a, b, c, d int) {}\nconst s = `Select a file`", ""},
		{"areas", "a_test.go", `import "canvass/migrations/dbtest"`, ""},
	} {
		found := strings.Join(parseText(t, c.pkg, c.name, "package x\n"+c.body).problems(), "\n")
		if c.want == "" && found != "" || !strings.Contains(found, c.want) {
			t.Errorf("%s in %s: found %q, want %q", c.body, c.pkg, found, c.want)
		}
	}
}
