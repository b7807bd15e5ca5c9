package web

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"canvass/areas"
)

const (
	keyHeader     = "Idempotency-Key"
	longestKey    = 255
	largestRepeat = 1 << 20 // bytes of a body that can be sent again under a key
)

// repeatedHeaders are what of an answer is kept beside its body.
var repeatedHeaders = []string{echo.HeaderContentType, "ETag", echo.HeaderLocation}

// inFlight holds the keys whose first request is still being worked on in this process.
type inFlight struct{ keys sync.Map }

// once answers a POST with an Idempotency-Key from what was answered before, if its method, address and body are the same.
// Only what went well is kept: what was refused changed nothing and may be tried again.
func (s *Server) once(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		key := r.Header.Get(keyHeader)
		x := exchangeOf(r.Context())
		multipart := strings.HasPrefix(r.Header.Get(echo.HeaderContentType), "multipart/")
		if r.Method != http.MethodPost || key == "" || !x.signedIn() || multipart {
			return next(c)
		}
		if len(key) > longestKey {
			return errBadKey
		}
		hash, err := hashRequest(c)
		if err != nil {
			return err
		}
		mine := x.user.ID.String() + " " + key
		if _, busy := s.inFlight.keys.LoadOrStore(mine, true); busy {
			return errKeyInUse
		}
		defer s.inFlight.keys.Delete(mine)
		known, err := s.store.Recall(r.Context(), x.actor, key, hash)
		if err != nil {
			return err
		}
		if known != nil {
			return repeat(c, known)
		}
		return s.remembering(c, next, key, hash)
	}
}

// hashRequest reads the body, puts it back and names the request.
func hashRequest(c echo.Context) ([]byte, error) {
	r := c.Request()
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, largestRepeat))
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	h := sha256.New()
	fmt.Fprintf(h, "%s %s\n", r.Method, r.URL.RequestURI())
	h.Write(body)
	return h.Sum(nil), nil
}

func repeat(c echo.Context, a *areas.Answer) error {
	for name, value := range a.Header {
		c.Response().Header().Set(name, value)
	}
	c.Response().WriteHeader(a.Status)
	_, err := c.Response().Write(a.Body)
	return err
}

// remembering lets the request through and keeps its answer.
func (s *Server) remembering(c echo.Context, next echo.HandlerFunc, key string, hash []byte) error {
	writer := c.Response().Writer
	copied := &copyingWriter{ResponseWriter: writer}
	c.Response().Writer = copied
	defer func() { c.Response().Writer = writer }()
	if err := next(c); err != nil {
		return err
	}
	status := c.Response().Status
	if status < http.StatusOK || status >= http.StatusMultipleChoices {
		return nil
	}
	answer := areas.Answer{Status: status, Header: map[string]string{}, Body: append([]byte{}, copied.body.Bytes()...)} // never null
	for _, name := range repeatedHeaders {
		if value := c.Response().Header().Get(name); value != "" {
			answer.Header[name] = value
		}
	}
	return s.store.Remember(c.Request().Context(), exchangeOf(c.Request().Context()).actor, key, hash, answer)
}

// copyingWriter keeps a copy of the body it writes.
type copyingWriter struct {
	http.ResponseWriter
	body bytes.Buffer
}

func (w *copyingWriter) Write(b []byte) (int, error) {
	w.body.Write(b)
	return w.ResponseWriter.Write(b)
}

func (w *copyingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
