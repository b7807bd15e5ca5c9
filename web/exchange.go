package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"canvass/areas"
)

// exchange is one request and what is known of it so far: who asks, in which language, and what went wrong.
type exchange struct {
	requestID string
	language  string // zh or en: of the account, else of the browser
	address   string // of the client
	origin    string // scheme and host under which the client reached us
	secure    bool   // the client came over TLS
	token     string // that the client sent, whether or not it is a session's
	actor     areas.Actor
	user      areas.User
	device    *areas.Device // that signed the request, if one did
	unknown   error         // why nobody is signed in, or may not do this
	err       error         // what was refused or broke, for the log
}

type exchangeKey struct{}

// exchangeOf finds the exchange of a request; outside of one it answers an empty one.
func exchangeOf(ctx context.Context) *exchange {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return x
	}
	return &exchange{language: "zh", unknown: errSignIn}
}

// signedIn tells whether somebody is.
func (x *exchange) signedIn() bool { return x.user.ID != uuid.Nil }

// who answers who acts, or why nobody does.
func (x *exchange) who() (areas.Actor, error) {
	if !x.signedIn() || x.unknown != nil {
		return areas.Actor{}, x.unknown
	}
	return x.actor, nil
}

func newExchange(c echo.Context) *exchange {
	r := c.Request()
	x := &exchange{
		requestID: c.Response().Header().Get(echo.HeaderXRequestID),
		language:  preferred(r.Header.Get("Accept-Language")),
		address:   c.RealIP(),
		secure:    r.TLS != nil || strings.EqualFold(r.Header.Get(echo.HeaderXForwardedProto), "https"),
		unknown:   errSignIn,
	}
	scheme := "http"
	if x.secure {
		scheme = "https"
	}
	x.origin = scheme + "://" + r.Host
	if cookie, err := r.Cookie(cookieName); err == nil {
		x.token = cookie.Value
	}
	return x
}

var languages = language.NewMatcher([]language.Tag{language.Chinese, language.English})

// preferred is the better of our two languages for an Accept-Language header; Chinese without one.
func preferred(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return "zh"
	}
	if _, i, confidence := languages.Match(tags...); i == 1 && confidence > language.No {
		return "en"
	}
	return "zh"
}

// longestRequestID is what we take from a proxy that names its requests.
const longestRequestID = 128

// bounded drops a name of the request that would fill the log.
func bounded(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if h := c.Request().Header; len(h.Get(echo.HeaderXRequestID)) > longestRequestID {
			h.Del(echo.HeaderXRequestID)
		}
		return next(c)
	}
}

// begin gives each request its exchange.
func begin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		c.SetRequest(r.WithContext(context.WithValue(r.Context(), exchangeKey{}, newExchange(c))))
		return next(c)
	}
}

// identify finds out who asks, once for each request that may need to know: a device by its signature, else a session.
func (s *Server) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !isPersonal(c.Request()) {
			return next(c)
		}
		recognize := s.recognize
		if strings.HasPrefix(c.Request().Header.Get(echo.HeaderAuthorization), signScheme) {
			recognize = s.recognizeDevice
		}
		if err := recognize(c); err != nil {
			return err
		}
		return next(c)
	}
}

// isPersonal tells the routes whose answer depends on who asks; signing in and enrolling need nobody.
func isPersonal(r *http.Request) bool {
	if r.Method == http.MethodPost && (r.URL.Path == sessionPath || r.URL.Path == devicesPath) {
		return false
	}
	for _, root := range []string{"/api/", "/tiles/", "/styles/", "/state/", "/archives/", "/imagery/"} {
		if strings.HasPrefix(r.URL.Path, root) {
			return true
		}
	}
	return false
}

// recognize fills the exchange from the session. A session of an account that is gone or disabled is none.
func (s *Server) recognize(c echo.Context) error {
	r := c.Request()
	x := exchangeOf(r.Context())
	if x.token == "" {
		return nil // nobody is signed in, which is no fault
	}
	access := s.access()
	id, err := s.sessions.holder(r.Context(), x.token)
	if err != nil || id == uuid.Nil {
		return err
	}
	actor, user, err := s.store.Actor(r.Context(), id)
	switch areas.KindOf(err) {
	case areas.NotFound, areas.Unauthenticated:
		x.unknown = errSignIn
		return nil
	}
	if err != nil {
		return err
	}
	x.actor, x.user, x.language, x.unknown = actor, user, user.Language, nil
	s.verified.keep(x.token, holder{actor, access, time.Now().Add(verifiedFor)})
	return nil
}
