package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// built holds the pages as they were built; before that only a file that keeps the directory.
//
//go:embed all:ui/dist
var built embed.FS

// The two pages of the service.
const (
	consolePage = "console/index.html"
	fieldPage   = "field/index.html"
)

// unbuilt is what is shown instead of a page that was not built.
const unbuilt = `<!doctype html>
<html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>canvass</title>
<body style="font-family:sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem">
<h1>页面尚未构建 · The pages are not built</h1>
<p>服务和接口正常。请在源码目录运行下面的命令,再重新编译 canvass。</p>
<p>The service and its API work. Run this in the source directory, then build canvass again:</p>
<pre>make build</pre>
<p><a href="/openapi.json">/openapi.json</a></p>`

// pages serves the files of the user interface. An address without a dot is a view of one of the two pages, which the page
// itself finds.
type pages struct {
	files fs.FS
	tags  map[string]string // ETag by path
}

func newPages(files fs.FS) (*pages, error) {
	p := &pages{files: files, tags: map[string]string{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		p.tags[name] = `"` + hex.EncodeToString(sum[:12]) + `"`
		return nil
	})
	return p, err
}

// serve answers GET of whatever no other route takes.
func (p *pages) serve(c echo.Context) error {
	name := strings.TrimPrefix(path.Clean("/"+c.Request().URL.Path), "/")
	switch {
	case ofService(name):
		return echo.ErrNotFound
	case name == "field" && !strings.HasSuffix(c.Request().URL.Path, "/"):
		return c.Redirect(http.StatusMovedPermanently, "/field/")
	case !strings.Contains(name, ".") && (name == "field" || strings.HasPrefix(name, "field/")):
		name = fieldPage
	case !strings.Contains(name, "."):
		name = consolePage
	case !strings.HasPrefix(name, "field/"):
		name = "console/" + name
	}
	return p.file(c, name)
}

// ofService tells of addresses below those of the API and the map, where there are no pages.
func ofService(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return slices.Contains([]string{"api", "tiles", "styles", "state", "archives", "imagery"}, first)
}

func (p *pages) file(c echo.Context, name string) error {
	data, err := fs.ReadFile(p.files, name)
	isPage := name == consolePage || name == fieldPage
	if errors.Is(err, fs.ErrNotExist) && isPage {
		return c.HTML(http.StatusOK, unbuilt)
	}
	if err != nil || strings.HasPrefix(path.Base(name), ".") {
		return errNoPage
	}
	h := c.Response().Header()
	h.Set("ETag", p.tags[name])
	h.Set(echo.HeaderCacheControl, "no-cache")
	if strings.Contains(name, "assets/") { // their names hold a hash of their content
		h.Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	if isKnown(c.Request().Header.Get("If-None-Match"), p.tags[name]) {
		return c.NoContent(statusNotModified)
	}
	return c.Blob(http.StatusOK, contentType(name), data)
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".webmanifest":
		return "application/manifest+json"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}
