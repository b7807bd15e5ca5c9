package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"canvass/areas"
)

func newRulesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rules",
		Short: "Print the census's rules as TypeScript · 输出规则表",
		Long: `Print the tables by which the census judges (what may become of a dwelling, a household and a sub-area, and what each
result of a visit says) as TypeScript. The field app judges by these offline, and the service by the same.
输出住房、住户与普查小区的状态转换表(TypeScript),平板离线时与服务器按同一张表判断。`,
		Example: `  canvass rules > web/ui/shared/domain/rules.gen.ts`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return writeRules(cmd.OutOrStdout(), areas.CensusRules())
		},
	}
}

// writeRules writes the tables as constants, sorted, so that equal rules are written alike.
func writeRules(w io.Writer, r areas.Rules) error {
	var out bytes.Buffer
	out.WriteString("// Made by `canvass rules` from the tables in areas; a test of the server holds it to them.\n")
	for _, table := range []struct {
		name, about string
		value       any
	}{
		{"occupancyNext", "What a dwelling may be found to be after what it is known to be.", r.Occupancies},
		{"collectionNext", "What may become of a household.", r.Collections},
		{"subAreaNext", "What may become of a sub-area.", r.SubAreas},
		{"resultSays", "What each result of a visit says of the dwelling and of the household in it.", saidOf(r.Results)},
		{"doneCollections", "Of a household that has been counted.", r.Done},
		{"uncountedCollections", "Of a household that is counted elsewhere, or was none.", r.Uncounted},
		{"unsaidCollections", "Of a household where nobody has said more than that he lives there.", r.Unsaid},
		{"outdoneCollections", "Of a household, where a correction takes it back.", r.Outdone},
		{"vacantOccupancies", "Of a dwelling, which take evidence.", r.Vacancies},
		{"outOfScopeOccupancies", "Of what is no dwelling.", r.OutOfScope},
		{"evidenceKinds", "Kinds of evidence of a vacancy.", r.Evidences},
		{"formRules", "How a form goes on, and what of a household's forms follows from how far it has been collected.", r.Forms},
		{"verbNames", "What a tablet can say.", r.Verbs},
		{"settingDefaults", "Numbers that a county may set otherwise.", r.Settings},
		{"towerFrom", "From so many floors or dwellings on a building may be divided by stairwell and floor.", r.Tower},
	} {
		text, err := lined(table.value)
		if err != nil {
			return err
		}
		fmt.Fprintf(&out, "\n/** %s */\nexport const %s = %s as const\n", table.about, table.name, text)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// lined writes a value as JSON, with a line for each member of an object.
func lined(value any) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	members := map[string]json.RawMessage{}
	if json.Unmarshal(text, &members) != nil {
		return string(text), nil // a list
	}
	var out strings.Builder
	out.WriteString("{\n")
	for _, name := range slices.Sorted(maps.Keys(members)) {
		fmt.Fprintf(&out, "  %q: %s,\n", name, members[name])
	}
	out.WriteString("}")
	return out.String(), nil
}

// saidOf names the fields of what results say as the pages do, and leaves out what they say nothing about.
func saidOf(results map[string]areas.Saying) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(results)) {
		said := map[string]any{"occupancy": results[name].Occupancy, "household": results[name].Household}
		if c := strings.TrimSpace(results[name].Collection); c != "" {
			said["collection"] = c
		}
		out[name] = said
	}
	return out
}
