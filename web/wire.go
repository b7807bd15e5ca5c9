package web

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"canvass/areas"
)

// Point is longitude and latitude in degrees.
type Point [2]float64

// Schema tells which is which.
func (Point) Schema(huma.Registry) *huma.Schema { return degrees("longitude", "latitude") }

// Bounds is west, south, east and north in degrees.
type Bounds [4]float64

// Schema tells which is which.
func (Bounds) Schema(huma.Registry) *huma.Schema { return degrees("west", "south", "east", "north") }

// degrees describes a list of exactly these numbers. huma checks how many there are, and has no word of its own for each.
func degrees(names ...string) *huma.Schema {
	n, each := len(names), make([]*huma.Schema, len(names))
	for i, name := range names {
		each[i] = &huma.Schema{Type: huma.TypeNumber, Format: "double", Description: name}
	}
	return &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeNumber, Format: "double"}, MinItems: &n, MaxItems: &n,
		Extensions: map[string]any{"prefixItems": each}}
}

// page is the answer to a list: a stretch of it, and the cursor of what follows.
type page[T any] struct {
	Body list[T]
}

type list[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next" doc:"give it as after for the next page; empty at the end"`
}

// all is the answer to a list that comes whole.
type all[T any] struct {
	Body allItems[T]
}

type allItems[T any] struct {
	Items []T `json:"items"`
}

// single is the answer to one thing that can be changed: its revision is its ETag.
type single[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

// plain is any other answer with a body.
type plain[T any] struct {
	Body T
}

func pageOf[T, W any](from areas.List[T], err error, form func(T) W) (*page[W], error) {
	if err != nil {
		return nil, err
	}
	return &page[W]{Body: list[W]{Items: forms(from.Items, form), Next: seal[W](from.Next)}}, nil
}

func allOf[T, W any](from []T, err error, form func(T) W) (*all[W], error) {
	if err != nil {
		return nil, err
	}
	return &all[W]{Body: allItems[W]{Items: forms(from, form)}}, nil
}

func singleOf[T, W any](from T, err error, form func(T) W, revision int64) (*single[W], error) {
	if err != nil {
		return nil, err
	}
	return &single[W]{ETag: etag(revision), Body: form(from)}, nil
}

// forms answers a list that is empty rather than null.
func forms[T, W any](from []T, form func(T) W) []W {
	out := make([]W, len(from))
	for i, v := range from {
		out[i] = form(v)
	}
	return out
}

func etag(revision int64) string { return `"` + strconv.FormatInt(revision, 10) + `"` }

// Based is the revision a change stands on.
type Based struct {
	IfMatch string `header:"If-Match" doc:"the ETag that was read; * for any"`
}

// base refuses a change that does not say what it stands on.
func (b Based) base() (int64, error) {
	if b.IfMatch == "" {
		return 0, errNoIfMatch
	}
	return b.baseIfAny()
}

// baseIfAny is base for what may also be done to whatever is there.
func (b Based) baseIfAny() (int64, error) {
	if b.IfMatch == "" || b.IfMatch == "*" {
		return 0, nil
	}
	revision, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(b.IfMatch, "W/"), `"`), 10, 64)
	if err != nil || revision < 1 {
		return 0, errBadIfMatch
	}
	return revision, nil
}

func pointOf(p *orb.Point) *Point {
	if p == nil {
		return nil
	}
	return &Point{p[0], p[1]}
}

func pointFrom(p *Point) *orb.Point {
	if p == nil {
		return nil
	}
	return &orb.Point{p[0], p[1]}
}

// boundsOf gives the box of an envelope; null where there is no ground yet.
func boundsOf(g orb.Geometry) *Bounds {
	if g == nil {
		return nil
	}
	b := g.Bound()
	if b.IsEmpty() {
		return nil
	}
	return &Bounds{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
}

// Geometry is a GeoJSON geometry in WGS 84.
type Geometry struct{ orb.Geometry }

// Schema describes it to huma.
func (Geometry) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type:        huma.TypeObject,
		Description: "GeoJSON geometry (RFC 7946) in WGS 84",
		Required:    []string{"type", "coordinates"},
		Properties: map[string]*huma.Schema{
			"type":        {Type: huma.TypeString, Enum: []any{"Point", "LineString", "Polygon", "MultiPolygon"}},
			"coordinates": {Type: huma.TypeArray, Items: &huma.Schema{}},
		},
	}
}

// MarshalJSON writes the geometry; one without coordinates is null.
func (g Geometry) MarshalJSON() ([]byte, error) {
	if g.Geometry == nil {
		return []byte("null"), nil
	}
	return json.Marshal(geojson.NewGeometry(g.Geometry))
}

// UnmarshalJSON reads the geometry.
func (g *Geometry) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	read, err := geojson.UnmarshalGeometry(data)
	if err != nil {
		return err
	}
	g.Geometry = read.Geometry()
	return nil
}

// ground is the polygons of a geometry that was sent; none if none was.
func (g *Geometry) ground() (orb.MultiPolygon, error) {
	if g == nil || g.Geometry == nil {
		return nil, nil
	}
	switch shape := g.Geometry.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{shape}, nil
	case orb.MultiPolygon:
		return shape, nil
	}
	return nil, errGeometry
}
