package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"canvass/areas"
	"canvass/tiles"
)

const tileRoute = "/tiles/:set/:z/:x/:file"

// tile is GET /tiles/{set}/{z}/{x}/{y}.mvt, where it is not at hand.
func (s *Server) tile(c echo.Context) error {
	set := c.Param("set")
	if err := reachesSet(c, set); err != nil {
		return err
	}
	y, isTile := strings.CutSuffix(c.Param("file"), ".mvt")
	at, ok := numbers(c.Param("z"), c.Param("x"), y)
	if !isTile || !ok {
		return tiles.ErrNoTile
	}
	coding, packs := codingFor(c.Request().Header.Get(echo.HeaderAcceptEncoding))
	tile, err := s.tiles.Coded(c.Request().Context(), coding, set, [3]int(at))
	if err != nil {
		return err
	}
	if packs {
		sendTile(c.Response(), c.Request(), tile)
		return nil
	}
	return sendUnpacked(c, tile)
}

// sendUnpacked sends a tile to who takes it in no coding.
func sendUnpacked(c echo.Context, tile tiles.Tile) error {
	h := c.Response().Header()
	tag, known := knownTile(c.Request().Header["If-None-Match"], quoted(tile.ETag), tile.ETag)
	h["Etag"], h["Vary"] = []string{tag}, tileVary
	switch {
	case known:
		return c.NoContent(statusNotModified)
	case len(tile.Bytes) == 0:
		return c.NoContent(statusNoContent)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(tile.Bytes))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(unpacked)
	if err != nil {
		return err
	}
	patiently(c.Response(), func() { err = c.Blob(http.StatusOK, tileType[0], body) })
	return err
}

// tileJSON is GET /tiles/{set}.json.
func (s *Server) tileJSON(c echo.Context) error {
	set, ok := strings.CutSuffix(c.Param("file"), ".json")
	if !ok {
		return tiles.ErrNoSet
	}
	if err := reachesSet(c, set); err != nil {
		return err
	}
	described, err := s.tiles.TileJSON(c.Request().Context(), set, exchangeOf(c.Request().Context()).origin)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, described)
}

// style is GET /styles/{theme}.json.
func (s *Server) style(c echo.Context) error {
	theme, ok := strings.CutSuffix(c.Param("file"), ".json")
	if !ok {
		return tiles.ErrNoTheme
	}
	county := c.QueryParam("county")
	if err := reachesSet(c, county+"-base"); err != nil {
		return err
	}
	x := exchangeOf(c.Request().Context())
	language := c.QueryParam("lang")
	if language == "" {
		language = x.language
	}
	framed, err := s.tiles.Framed(c.Request().Context(), county)
	if err != nil {
		return err
	}
	style, err := tiles.Style(tiles.Look{Theme: theme, County: county, Language: language, Origin: x.origin, Framed: framed,
		Imagery: s.tiles.Imagery(county)})
	if err != nil {
		return err
	}
	return c.JSONBlob(http.StatusOK, style)
}

// reachesSet refuses a set of a county in which the reader has nothing to do.
func reachesSet(c echo.Context, set string) error {
	actor, err := exchangeOf(c.Request().Context()).who()
	if err != nil {
		return err
	}
	county, _, err := tiles.SplitSet(set)
	if err != nil {
		return err
	}
	if !actor.Reaches(areas.Code(county)) {
		return errNoPlace
	}
	return nil
}

func numbers(texts ...string) ([]int, bool) {
	out := make([]int, len(texts))
	for i, text := range texts {
		n, err := strconv.Atoi(text)
		if err != nil || strconv.Itoa(n) != text { // one address for one tile
			return nil, false
		}
		out[i] = n
	}
	return out, true
}

func quoted(tag string) string {
	if strings.HasPrefix(tag, `"`) {
		return tag
	}
	return `"` + tag + `"`
}

// isKnown tells whether If-None-Match names a tag; a weak tag counts, for a proxy may have packed what we sent.
func isKnown(header, tag string) bool {
	for known := range strings.SplitSeq(header, ",") {
		known = strings.TrimPrefix(strings.TrimSpace(known), "W/")
		if known == tag || known == "*" {
			return true
		}
	}
	return false
}

// raw lays a route whose answer is no JSON form, and describes it. HEAD is answered as GET, but for a stream that would not end;
// net/http keeps the body back.
func (s *Server) raw(echoPath, path string, handler echo.HandlerFunc, o huma.Operation) {
	if o.Method == "" {
		o.Method = http.MethodGet
	}
	o.Path = path
	o.Security = []map[string][]string{{"session": {}}}
	o.Responses["default"] = &huma.Response{Description: "Problem", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}}}
	s.echo.Add(o.Method, echoPath, handler)
	s.api.OpenAPI().AddOperation(&o)
	if o.Method == http.MethodGet && echoPath != livePath {
		head := o
		head.Method, head.OperationID, head.Summary = http.MethodHead, o.OperationID+"Head", o.Summary+": its headers alone"
		s.echo.HEAD(echoPath, handler)
		s.api.OpenAPI().AddOperation(&head)
	}
}

// rawOperation describes a route that answers a JSON object.
func rawOperation(id, summary string, params ...string) huma.Operation {
	o := huma.Operation{OperationID: id, Summary: summary, Tags: []string{"map"}, Responses: map[string]*huma.Response{
		"200": {Description: "OK", Content: map[string]*huma.MediaType{
			"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}}}},
	}}
	about := map[string]string{"set": "{county}-base or {county}-census", "z": "zoom, 0 to 16", "x": "column from the west", "y": "row from the north",
		"theme": "day, dark or sun", "place": "code of a county, town or census area",
		"sub_area": "code of a sub-area, 15 digits", "hash": "SHA-256 of the part, from the manifest"}
	for _, name := range params {
		o.Parameters = append(o.Parameters, &huma.Param{Name: name, In: "path", Required: true, Description: about[name],
			Schema: &huma.Schema{Type: huma.TypeString}})
	}
	return o
}

func tileOperation() huma.Operation {
	o := rawOperation("tile", "A vector tile (Mapbox Vector Tile 2.1)", "set", "z", "x", "y")
	o.Description = "Extent 4096, in Web Mercator, coded as gzip or zstd. Ids are stable: those of buildings and of the base map are theirs, " +
		"those of places are their codes as numbers. Deeper zooms are drawn from the deepest tiles.\n\n" + tiles.LayersTable()
	for _, p := range o.Parameters[1:] {
		p.Schema.Type = huma.TypeInteger
	}
	o.Responses["200"].Content = map[string]*huma.MediaType{
		"application/vnd.mapbox-vector-tile": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	o.Responses["204"] = &huma.Response{Description: "Nothing is there"}
	o.Responses["304"] = &huma.Response{Description: "Not changed"}
	return o
}

func styleOperation() huma.Operation {
	o := rawOperation("style", "The style of the map (MapLibre style 8); themes are day, dark and sun", "theme")
	o.Parameters = append(o.Parameters,
		&huma.Param{Name: "county", In: "query", Required: true, Description: "code of a county, six digits", Schema: &huma.Schema{Type: huma.TypeString}},
		&huma.Param{Name: "lang", In: "query", Description: "of the labels; the reader's if left out", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"zh", "en"}}})
	return o
}
