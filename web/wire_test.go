package web

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"canvass/migrations/dbtest"
)

// The front end's types are made from the document as it is now. make generate renews both.
func TestClientTypesFollowTheDocument(t *testing.T) {
	const path = "ui/shared/api/openapi.json"
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	document, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(strings.TrimSpace(string(kept)), "\n"), strings.Split(string(document), "\n")
	for i := range max(len(was), len(is)) {
		if i >= len(was) || i >= len(is) || was[i] != is[i] {
			t.Fatalf("%s is not the document that the service gives, from line %d on: run make generate", path, i+1)
		}
	}
}

// wireOf is the form in which a table's rows are sent; empty where they are not sent yet.
var wireOf = map[string]string{
	"areas": "Area", "base_features": "", "buildings": "Building", "changes": "", "drawn_changes": "", "dwellings": "Dwelling",
	"moves": "", "proposals": "Proposal", "self_responses": "SelfResponse",
	"flags": "Flag", "households": "Household", "import_rows": "ImportRow", "imports": "Import", "rounds": "Round",
	"sub_areas": "SubArea", "users": "User", "visits": "Visit",
}

// wireOfColumn is where a column is sent that is not sent under its own name; empty where it is not sent.
var wireOfColumn = map[string]string{"buildings.by_hand": "", "households.hmt_form": "Forms.hmt", "households.death_form": "Forms.death"}

// The document lists the words that the database takes, neither more nor fewer.
func TestDocumentListsTheWordsOfTheDatabase(t *testing.T) {
	t.Parallel()
	listed := listedWords(t)
	rows, err := dbtest.New(t).Query(t.Context(), `
		SELECT c.conrelid::regclass::text, a.attname, pg_get_constraintdef(c.oid)
		  FROM pg_constraint c
		  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
		 WHERE c.contype = 'c' AND c.conname LIKE '%\_is\_known'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	word, compared := regexp.MustCompile(`'(\w+)'::text`), 0
	for rows.Next() {
		var table, column, definition string
		if err := rows.Scan(&table, &column, &definition); err != nil {
			t.Fatal(err)
		}
		form, known := wireOf[table]
		if !known {
			t.Errorf("the table of wire forms does not say how %s is sent", table)
		}
		at, elsewhere := wireOfColumn[table+"."+column]
		if !elsewhere {
			at = form + "." + column
		}
		if form == "" || at == "" {
			continue
		}
		var words []string
		for _, m := range word.FindAllStringSubmatch(definition, -1) {
			words = append(words, m[1])
		}
		slices.Sort(words)
		if got := listed[at]; !slices.Equal(got, words) {
			t.Errorf("%s is one of %v, the database takes %v", at, got, words)
		}
		compared++
	}
	if err := rows.Err(); err != nil || compared == 0 {
		t.Errorf("%d lists of words were compared: %v", compared, err)
	}
}

// listedWords are the enumerations of the document's forms, sorted and without null, by form and property.
func listedWords(t *testing.T) map[string][]string {
	t.Helper()
	type property struct {
		Enum  []any
		Items struct{ Enum []any }
	}
	var read struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]property }
		}
	}
	document, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(document, &read); err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for form, s := range read.Components.Schemas {
		for name, p := range s.Properties {
			var words []string
			for _, w := range append(p.Enum, p.Items.Enum...) {
				if w, is := w.(string); is && w != "" {
					words = append(words, w)
				}
			}
			slices.Sort(words)
			found[form+"."+name] = words
		}
	}
	return found
}
