package tiles

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

// consoles are the layers that no tablet has a use for.
var consoles = []string{"coverage-fill", "coverage-sub-fill", "areas-fill", "sub-areas-fill", "areas-selected", "sub-areas-selected",
	"buildings-mark-0", "buildings-mark-1", "buildings-mark-2", "buildings-mark-3", "buildings-mark-4", "buildings-mark-5", "buildings-mark-6"}

// The package's style is the one that is served, in every theme and language, but for where its tiles come from and for what only
// the console shows.
func TestPackageStyleIsTheOneServed(t *testing.T) {
	text, err := writePackageStyle("370883", map[string]string{"base": "© OpenStreetMap contributors", "census": "plateau (CC BY 4.0)"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var packed packageStyle
	if err := json.Unmarshal(text, &packed); err != nil {
		t.Fatal(err)
	}
	for _, theme := range themeNames() {
		for _, language := range languages {
			served, err := Style(Look{Theme: theme, County: "370883", Language: language, Framed: true})
			if err != nil {
				t.Fatal(err)
			}
			var style struct{ Layers []map[string]any }
			if err := json.Unmarshal(served, &style); err != nil {
				t.Fatal(err)
			}
			all := len(style.Layers)
			style.Layers = slices.DeleteFunc(style.Layers, func(l map[string]any) bool { return slices.Contains(consoles, l["id"].(string)) })
			if len(packed.Layers) != all-len(consoles) {
				t.Fatalf("the package has %d layers, %d are served and %d of them are the console's", len(packed.Layers), all, len(consoles))
			}
			for i, want := range style.Layers {
				var got map[string]any
				for _, look := range []string{"", theme, theme + "/" + language} {
					if l, ok := packed.Layers[i][look]; ok {
						if err := json.Unmarshal(l, &got); err != nil {
							t.Fatal(err)
						}
					}
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s/%s: layer %d is %.200v, served %.200v", theme, language, i, got, want)
				}
			}
		}
	}
}
