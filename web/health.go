package web

import (
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"
)

// plain lays what is for machines that watch the service, and the pages.
func (s *Server) plain() {
	s.echo.GET("/healthz", func(c echo.Context) error { return c.JSON(http.StatusOK, map[string]string{"status": "up"}) })
	s.echo.GET("/readyz", s.readiness)
	s.echo.GET("/metrics", echo.WrapHandler(s.metrics.handler()))
	s.echo.GET("/*", s.pages.serve)
	s.echo.HEAD("/*", s.pages.serve)
}

// readiness tells whether requests can be answered: the database is there and has this program's schema.
func (s *Server) readiness(c echo.Context) error {
	if err := s.ready(c.Request().Context()); err != nil {
		return fmt.Errorf("%w: %w", errNotReady, err)
	}
	return c.JSON(http.StatusOK, map[string]string{"status": "ready"})
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

// liveOperation describes GET /api/live.
func liveOperation(api huma.API) huma.Operation {
	o := rawOperation("live", "What changes within one's scope, as server-sent events")
	o.Description = "Events: coverage {sub_area}, flag {place}, map {county, bounds, layers}, and reconnected {} after which everything " +
		"may have changed. A comment comes every 20 seconds."
	o.Parameters = []*huma.Param{{Name: "within", In: "query", Description: "code of the place to watch; all that one reaches if left out",
		Schema: &huma.Schema{Type: huma.TypeString}}}
	o.Responses["200"].Content = map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}}
	schemas := api.OpenAPI().Components.Schemas
	for _, form := range []reflect.Type{typeOf[LiveCoverage](), typeOf[LiveFlag](), typeOf[LiveMap]()} {
		schemas.Schema(form, true, form.Name())
	}
	return o
}
