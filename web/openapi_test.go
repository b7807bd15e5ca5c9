package web

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// The document is valid by another reader than the one that wrote it, and is the one that is served.
func TestDocumentIsValid(t *testing.T) {
	document, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	read, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		t.Fatal(err)
	}
	if err := read.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if !strings.HasPrefix(read.OpenAPI, "3.1.") {
		t.Errorf("the document is of OpenAPI %s", read.OpenAPI)
	}
	s := newService(t)
	var served, written bytes.Buffer
	s.ok(json.Compact(&served, s.as("nobody").get("/openapi.json").want(200).body))
	s.ok(json.Compact(&written, document))
	if served.String() != written.String() {
		t.Error("the served document is not the one that `canvass openapi` writes")
	}
}

// operation is what the document says of a route.
type operation struct {
	OperationID, Summary string
	Tags                 []string
	Security             []map[string][]string
	Parameters           []struct {
		Name, In, Description string
		Required              bool
	}
	Responses map[string]struct {
		Description string
		Content     map[string]json.RawMessage
	}
}

func operations(t *testing.T) map[string]operation {
	t.Helper()
	document, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Paths map[string]map[string]operation
	}
	if err := json.Unmarshal(document, &read); err != nil {
		t.Fatal(err)
	}
	found := map[string]operation{}
	for path, methods := range read.Paths {
		for method, o := range methods {
			found[strings.ToUpper(method)+" "+path] = o
		}
	}
	return found
}

// Whoever reads the document learns of each route what it does, what it takes and what it answers, refusals included.
func TestDocumentTellsEnough(t *testing.T) {
	found := operations(t)
	ids := map[string]string{}
	for name, o := range found {
		if o.Summary == "" || len(o.Tags) != 1 || o.OperationID == "" {
			t.Errorf("%s is not described: %+v", name, o)
		}
		if other := ids[o.OperationID]; other != "" {
			t.Errorf("%s and %s are both called %s", name, other, o.OperationID)
		}
		ids[o.OperationID] = name
		for _, p := range o.Parameters {
			if p.Description == "" {
				t.Errorf("%s does not say what %s is", name, p.Name)
			}
			if p.In == "path" && !p.Required {
				t.Errorf("%s may leave %s out of its path", name, p.Name)
			}
		}
		if refusal := o.Responses["default"]; len(refusal.Content["application/problem+json"]) == 0 {
			t.Errorf("%s does not say how it refuses", name)
		}
		for status, r := range o.Responses {
			if r.Description == "" || len(r.Content) == 0 && !slices.Contains([]string{"204", "304"}, status) {
				t.Errorf("%s does not say what %s is", name, status)
			}
		}
	}
	known := map[string]bool{serverRoute: true}
	for _, r := range rights {
		known[r.method+" "+r.route] = true
	}
	if len(found) != len(known) {
		t.Errorf("%d operations are described, the table of rights has %d", len(found), len(known))
	}
}

// openOperations are what is described and needs nobody to be known.
var openOperations = []string{"POST " + sessionPath, "POST " + devicesPath, serverRoute}

// serverRoute tells whose packages one is about to trust; a tablet asks before anybody is signed in.
const serverRoute = "GET /api/server"

// What needs a session says so; signing in and enrolling are what does not, nor does asking who the server is.
func TestDocumentTellsWhatNeedsASession(t *testing.T) {
	for name, o := range operations(t) {
		needs := len(o.Security) > 0
		if needs == slices.Contains(openOperations, name) {
			t.Errorf("%s: security is %v", name, o.Security)
		}
	}
}

// Changes say that they take If-Match, makings and moves that they take an Idempotency-Key.
func TestDocumentTellsHeaders(t *testing.T) {
	for name, o := range operations(t) {
		takes := map[string]bool{}
		for _, p := range o.Parameters {
			takes[p.Name] = p.In == "header"
		}
		if strings.HasPrefix(name, "PATCH ") && name != "PATCH "+sessionPath && !takes["If-Match"] {
			t.Errorf("%s takes no If-Match", name)
		}
		kept := strings.HasPrefix(name, "POST ") && !slices.Contains(openOperations, name) && name != "POST /api/imports" && name != "POST /api/self-responses/report"
		if kept != takes[keyHeader] {
			t.Errorf("%s: Idempotency-Key is in the document: %v", name, takes[keyHeader])
		}
	}
}
