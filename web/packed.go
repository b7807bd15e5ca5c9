package web

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"

	"github.com/klauspost/compress/zstd"
	"github.com/labstack/echo/v4"
)

// unpack lets the rest read a body that came packed, after its signature was checked: what is signed is what was sent. A body
// that unpacks to more than a sync may be is cut off there, and refused as too large.
func unpack(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		var read io.Reader
		switch r.Header.Get(echo.HeaderContentEncoding) {
		case "", "identity":
			return next(c)
		case "gzip":
			z, err := gzip.NewReader(r.Body)
			if err != nil {
				return errBrokenBody
			}
			read = z
		case "zstd":
			z, err := zstd.NewReader(r.Body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(largestSync))
			if err != nil {
				return errBrokenBody
			}
			defer z.Close()
			read = z
		default:
			return errCoding
		}
		r.Body = http.MaxBytesReader(c.Response(), io.NopCloser(unpacked{read}), largestSync)
		r.Header.Del(echo.HeaderContentEncoding)
		r.ContentLength = -1
		return next(c)
	}
}

// unpacked says of a body that breaks off or does not add up that it was damaged.
type unpacked struct{ from io.Reader }

func (u unpacked) Read(b []byte) (int, error) {
	n, err := u.from.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = errBrokenBody
	}
	return n, err
}
