package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"canvass/areas"
	"canvass/tiles/pmtiles"
)

// archives are the packed maps in a directory, {place}.pmtiles each, as canvass pack leaves them there.
type archives struct {
	directory string

	mu    sync.Mutex
	known map[string]archived
}

// archived is what is known of one file, as long as it is the one that was looked at.
type archived struct {
	made  time.Time
	bytes int64
	tag   string
}

func newArchives(directory string) *archives {
	return &archives{directory: directory, known: map[string]archived{}}
}

var archiveName = regexp.MustCompile(`^([0-9]{6}|[0-9]{9}|[0-9]{12})\.pmtiles$`)

// archive is GET /archives/{place}.pmtiles: a packed map, whole or by ranges of bytes.
func (s *Server) archive(c echo.Context) error {
	actor, err := exchangeOf(c.Request().Context()).who()
	if err != nil {
		return err
	}
	name := c.Param("file")
	if !archiveName.MatchString(name) || !actor.Reaches(areas.Code(strings.TrimSuffix(name, ".pmtiles"))) {
		return errNoArchive
	}
	file, err := os.Open(filepath.Join(s.archives.directory, name))
	if errors.Is(err, fs.ErrNotExist) {
		return errNoArchive
	}
	if err != nil {
		return err
	}
	defer file.Close()
	known, err := s.archives.look(file)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("ETag", quoted(known.tag))
	h.Set(echo.HeaderContentType, "application/vnd.pmtiles")
	http.ServeContent(c.Response(), c.Request(), "", known.made, file)
	return nil
}

// look reads what an archive says of its content, unless it was read before.
func (a *archives) look(file *os.File) (archived, error) {
	info, err := file.Stat()
	if err != nil {
		return archived{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if known, there := a.known[file.Name()]; there && known.made.Equal(info.ModTime()) && known.bytes == info.Size() {
		return known, nil
	}
	known := archived{made: info.ModTime(), bytes: info.Size()}
	if known.tag, err = contentOf(file, info.Size()); err != nil {
		return archived{}, fmt.Errorf("read the archive %s: %w", file.Name(), err)
	}
	a.known[file.Name()] = known
	return known, nil
}

func contentOf(file *os.File, size int64) (string, error) {
	r, err := pmtiles.NewReader(file, size)
	if err != nil {
		return "", err
	}
	metadata, err := r.Metadata()
	if err != nil {
		return "", err
	}
	var said map[string]any
	if err := json.Unmarshal(metadata, &said); err != nil {
		return "", err
	}
	tag, is := said[pmtiles.ContentKey].(string)
	if !is {
		return "", errors.New("it was not made by canvass pack: it does not name its content")
	}
	return tag, nil
}

func archiveOperation() huma.Operation {
	o := rawOperation("archive", "A packed map (PMTiles 3), as canvass pack made it", "place")
	archive := map[string]*huma.MediaType{"application/vnd.pmtiles": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	o.Responses["200"].Content = archive
	o.Responses["206"] = &huma.Response{Description: "The range of bytes that was asked for", Content: archive}
	o.Responses["304"] = &huma.Response{Description: "Not changed"}
	o.Responses["416"] = &huma.Response{Description: "No such range",
		Content: map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: huma.TypeString}}}}
	return o
}
