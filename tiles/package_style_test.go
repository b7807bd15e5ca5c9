package tiles

import (
	"encoding/json"
	"reflect"
	"testing"
)

// The package's style is the one that is served, in every theme and language, but for where its tiles come from.
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
			var style struct{ Layers []any }
			if err := json.Unmarshal(served, &style); err != nil {
				t.Fatal(err)
			}
			for i, want := range style.Layers {
				var got any
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
