package tiles

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// packageScheme is how a package's style addresses its tiles; the client answers it from the package.
const packageScheme = "package://"

// packageStyle is every look of the map in one: what is the same in all, and the layers in their order, each by theme and
// language. A layer's looks stand together, and those that are equal stand once, for then they pack well.
type packageStyle struct {
	Sources spec                         `json:"sources"`
	Layers  []map[string]json.RawMessage `json:"layers"` // by "day/zh", by "day" in either language, or by "" in every look
}

// style answers the part of the style. It follows from the county and whom the map is owed to, and is written once for
// them.
func (p *packages) style(ctx context.Context, tx pgx.Tx, subArea string, imagery *Imagery) (Part, error) {
	county := subArea[:6]
	key, owed := county, map[string]string{}
	for _, kind := range []string{"base", "census"} {
		said, err := attribution(ctx, tx, county, kind)
		if err != nil {
			return Part{}, fmt.Errorf("name the sources of %s-%s: %w", county, kind, err)
		}
		owed[kind] = said
		key += "/" + said
	}
	if imagery != nil {
		key += fmt.Sprintf("/%+v", *imagery)
	}
	p.mu.Lock()
	text := p.styles[key]
	p.mu.Unlock()
	if text == nil {
		var err error
		if text, err = writePackageStyle(county, owed, imagery); err != nil {
			return Part{}, err
		}
		p.mu.Lock()
		p.styles[key] = text
		p.mu.Unlock()
	}
	return p.keep(subArea, PartStyle, text)
}

// writePackageStyle takes every look that is served, but with its tiles from the package.
func writePackageStyle(county string, owed map[string]string, imagery *Imagery) ([]byte, error) {
	out := packageStyle{Sources: spec{
		county + "-base":   packageSource(county+"-base", owed["base"]),
		county + "-census": packageSource(county+"-census", owed["census"]),
	}}
	if imagery != nil {
		out.Sources[imagerySource] = spec{"type": "raster", "tiles": []string{packageScheme + county + "-imagery/{z}/{x}/{y}"},
			"tileSize": pictureSide, "minzoom": max(pictureMinZoom, imagery.MinZoom), "maxzoom": min(pictureMaxZoom, imagery.MaxZoom),
			"attribution": imagery.Attribution}
	}
	for _, theme := range themeNames() {
		for _, language := range languages {
			served, err := Style(Look{Theme: theme, County: county, Language: language, Framed: true, Field: true, Imagery: imagery})
			if err != nil {
				return nil, err
			}
			var style struct{ Layers []json.RawMessage }
			if err := json.Unmarshal(served, &style); err != nil {
				return nil, err
			}
			if out.Layers == nil {
				out.Layers = make([]map[string]json.RawMessage, len(style.Layers))
			}
			if len(style.Layers) != len(out.Layers) {
				return nil, fmt.Errorf("the map has %d layers in %s/%s, %d elsewhere", len(style.Layers), theme, language, len(out.Layers))
			}
			for i, l := range style.Layers {
				if out.Layers[i] == nil {
					out.Layers[i] = map[string]json.RawMessage{}
				}
				out.Layers[i][theme+"/"+language] = l
			}
		}
	}
	for _, looks := range out.Layers {
		foldLooks(looks)
	}
	text, err := canonical(out)
	return []byte(text), err
}

// foldLooks keeps of equal looks of a layer one.
func foldLooks(looks map[string]json.RawMessage) {
	first := looks[themeNames()[0]+"/"+languages[0]]
	same := true
	for _, theme := range themeNames() {
		of := looks[theme+"/"+languages[0]]
		inBoth := true
		for _, language := range languages {
			inBoth = inBoth && bytes.Equal(of, looks[theme+"/"+language])
		}
		if inBoth {
			for _, language := range languages {
				delete(looks, theme+"/"+language)
			}
			looks[theme] = of
		}
		same = same && inBoth && bytes.Equal(of, first)
	}
	if same {
		clear(looks)
		looks[""] = first
	}
}

func packageSource(set, owed string) spec {
	return spec{"type": "vector", "tiles": []string{packageScheme + set + "/{z}/{x}/{y}"}, "minzoom": packageMinZoom,
		"maxzoom": packageMaxZoom, "attribution": owed}
}
