package web

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"canvass/tiles"
)

// imagery is GET /imagery/{county}/{z}/{x}/{y}.
func (s *Server) imagery(c echo.Context) error {
	county := c.Param("county")
	if err := reachesSet(c, county+"-base"); err != nil {
		return err
	}
	at, ok := numbers(c.Param("z"), c.Param("x"), c.Param("y"))
	if !ok {
		return tiles.ErrNoPicture
	}
	picture, err := s.tiles.Picture(c.Request().Context(), county, at[0], at[1], at[2])
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("ETag", quoted(picture.ETag))
	h.Set("Cache-Control", "private, max-age=86400") // pictures from above change by the year
	if isKnown(c.Request().Header.Get("If-None-Match"), quoted(picture.ETag)) {
		return c.NoContent(statusNotModified)
	}
	return c.Blob(http.StatusOK, picture.Type, picture.Bytes)
}

func imageryOperation() huma.Operation {
	o := rawOperation("imagery", "A tile of the county's imagery, fetched from the configured source and kept", "county", "z", "x", "y")
	o.Parameters[0].Description = "code of a county, six digits"
	for _, p := range o.Parameters[1:] {
		p.Schema.Type = huma.TypeInteger
	}
	picture := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	o.Responses["200"].Content = map[string]*huma.MediaType{"image/jpeg": picture, "image/png": picture, "image/webp": picture}
	o.Responses["304"] = &huma.Response{Description: "Not changed"}
	return o
}
