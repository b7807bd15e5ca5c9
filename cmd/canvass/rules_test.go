package main

import (
	"bytes"
	"testing"

	"canvass/areas"
)

// The field app judges by the tables that the service judges by.
func TestRulesAreThoseOfThePages(t *testing.T) {
	var now bytes.Buffer
	if err := writeRules(&now, areas.CensusRules()); err != nil {
		t.Fatal(err)
	}
	if written := read(t, repository+"/web/ui/shared/domain/rules.gen.ts"); written != now.String() {
		t.Error("web/ui/shared/domain/rules.gen.ts is not what the rules give: run canvass rules > web/ui/shared/domain/rules.gen.ts")
	}
}
