package web

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"canvass/areas"
	"canvass/tiles"
)

const packagesPath = "/api/packages/"

type packageAnswer struct {
	Status int
	ETag   string `header:"ETag"`
	Retry  string `header:"Retry-After"`
	Body   FieldPackage
}

// fieldPackage answers a package's manifest, or how far its making is.
func (s *Server) fieldPackage(ctx context.Context, actor areas.Actor, in *struct {
	SubAreaNamed
	Imagery
	Wait  int    `query:"wait" minimum:"0" maximum:"30" default:"10" doc:"seconds to wait for it; then 202 tells how far it is"`
	Known string `header:"If-None-Match" doc:"the revision that is known; unchanged answers 304"`
}) (*packageAnswer, error) {
	signed, progress, err := s.makePackage(ctx, actor, tiles.PackageOf{SubArea: string(in.SubArea), Imagery: in.Imagery.Imagery},
		time.Duration(in.Wait)*time.Second)
	if err != nil {
		return nil, err
	}
	if signed == nil {
		return &packageAnswer{Status: statusAccepted, Retry: "1", Body: FieldPackage{Progress: progressForm(progress)}}, nil
	}
	out := &packageAnswer{Status: statusAgain, ETag: quoted(signed.Revision()), Body: packageForm(*signed)}
	if isKnown(in.Known, out.ETag) {
		out.Status = statusNotModified
	}
	return out, nil
}

// makePackage has a package made of what the actor reaches.
func (s *Server) makePackage(ctx context.Context, actor areas.Actor, of tiles.PackageOf, wait time.Duration) (*tiles.Signed, tiles.Progress, error) {
	rules, err := s.store.FieldRules(ctx, actor, areas.Code(of.SubArea))
	if err != nil {
		return nil, tiles.Progress{}, err
	}
	if of.Rules, err = rulesPart(rules); err != nil {
		return nil, tiles.Progress{}, err
	}
	return s.tiles.Package(ctx, of, wait)
}

// longestMaking is how long a request waits for a package that it cannot do without.
const longestMaking = time.Minute

// packagePart is GET /api/packages/{sub_area}/parts/{hash}.
func (s *Server) packagePart(c echo.Context) error {
	subArea, hash := c.Param("sub_area"), c.Param("hash")
	if err := reachesSubArea(c, subArea); err != nil {
		return err
	}
	packed, err := s.tiles.Part(subArea, hash)
	if err != nil {
		return err
	}
	sendPacked(c, hash, packed)
	return nil
}

// packageDelta is GET /api/packages/{sub_area}/delta?from={revision}.
func (s *Server) packageDelta(c echo.Context) error {
	subArea, from := c.Param("sub_area"), c.QueryParam("from")
	if err := reachesSubArea(c, subArea); err != nil {
		return err
	}
	ctx := c.Request().Context()
	actor, err := exchangeOf(ctx).who()
	if err != nil {
		return err
	}
	of := tiles.PackageOf{SubArea: subArea, Imagery: c.QueryParam("imagery") == "true"}
	signed, _, err := s.makePackage(ctx, actor, of, longestMaking)
	switch {
	case err != nil:
		return err
	case signed == nil:
		return errPackageSlow
	}
	delta, err := s.tiles.PackageDelta(subArea, from, *signed)
	if err != nil {
		return err
	}
	sendPacked(c, from+"-"+signed.Revision(), delta)
	return nil
}

// sendPacked sends bytes that were packed with gzip as what they are, whole or in ranges: a client unpacks them when it has
// them all.
func sendPacked(c echo.Context, tag string, packed []byte) {
	h := c.Response().Header()
	h.Set("ETag", quoted(tag))
	h.Set(echo.HeaderContentType, "application/gzip")
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(packed))
}

// isPacked tells the routes of sendPacked.
func isPacked(path string) bool {
	of, ok := strings.CutPrefix(path, packagesPath)
	return ok && strings.Contains(of, "/")
}

// reachesSubArea refuses a sub-area in which the reader has nothing to do.
func reachesSubArea(c echo.Context, subArea string) error {
	actor, err := exchangeOf(c.Request().Context()).who()
	if err != nil {
		return err
	}
	code := areas.Code(subArea)
	if code.Level() != areas.LevelSubArea || !actor.Reaches(code) {
		return errNoPlace
	}
	return nil
}

func partOperation() huma.Operation {
	o := packedOperation("packagePart", "A part of a field package, by its hash; ranges are served", "sub_area", "hash")
	o.Responses["206"] = &huma.Response{Description: "The range that was asked for", Content: o.Responses["200"].Content}
	return o
}

func deltaOperation() huma.Operation {
	o := packedOperation("packageDelta", "What makes a package out of its earlier revision", "sub_area")
	o.Parameters = append(o.Parameters, &huma.Param{Name: "from", In: "query", Required: true,
		Description: "the revision that is held: the SHA-256 of its manifest", Schema: &huma.Schema{Type: huma.TypeString}},
		&huma.Param{Name: "imagery", In: "query", Description: "true where the package that is held has imagery", Schema: &huma.Schema{Type: huma.TypeBoolean}})
	return o
}

func packedOperation(id, summary string, params ...string) huma.Operation {
	o := rawOperation(id, summary, params...)
	o.Tags = []string{"packages"}
	o.Responses["200"].Content = map[string]*huma.MediaType{"application/gzip": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	o.Responses["304"] = &huma.Response{Description: "Not changed"}
	return o
}
