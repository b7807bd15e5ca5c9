package tiles

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// packageScheme is how a package's style addresses its tiles; the client answers it from the package.
const packageScheme = "package://"

// packageStyle writes the style of every theme and language, by theme and by language: the one that is served, but with its
// tiles from the package. What it names of the server beside tiles, its pages hold themselves.
func packageStyle(ctx context.Context, tx pgx.Tx, county string) ([]byte, error) {
	owed, err := attribution(ctx, tx, county)
	if err != nil {
		return nil, fmt.Errorf("name the sources of %s: %w", county, err)
	}
	styles := map[string]map[string]spec{}
	for _, theme := range themeNames() {
		styles[theme] = map[string]spec{}
		for _, language := range languages {
			served, err := Style(Look{Theme: theme, County: county, Language: language})
			if err != nil {
				return nil, err
			}
			var style spec
			if err := json.Unmarshal(served, &style); err != nil {
				return nil, err
			}
			style["sources"] = spec{county + "-base": packageSource(county+"-base", owed), county + "-census": packageSource(county+"-census", "")}
			styles[theme][language] = style
		}
	}
	text, err := canonical(styles)
	return []byte(text), err
}

func packageSource(set, owed string) spec {
	return spec{"type": "vector", "tiles": []string{packageScheme + set + "/{z}/{x}/{y}"}, "minzoom": packageMinZoom,
		"maxzoom": packageMaxZoom, "attribution": owed}
}
