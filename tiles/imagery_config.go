package tiles

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/geo"
)

// ImageryConfig is where imagery comes from, and how much of it is kept on disk.
type ImageryConfig struct {
	CacheBytes int64           `json:"cache_bytes"`
	Sources    []ImagerySource `json:"sources"`
}

// ImagerySource is one source: tiles of 256 pixels in Web Mercator, by XYZ or by WMTS, which differ in nothing but the address.
type ImagerySource struct {
	County      string    `json:"county"` // six digits; none is every county that has no source of its own
	URL         string    `json:"url"`    // with {z} {x} {y}, or {TileMatrix} {TileCol} {TileRow}, or {-y}; {s} and {token} where wanted
	Subdomains  []string  `json:"subdomains"`
	Token       string    `json:"token"` // stays here
	Attribution string    `json:"attribution"`
	MinZoom     int       `json:"min_zoom"`
	MaxZoom     int       `json:"max_zoom"`
	KeepDays    int       `json:"keep_days"` // after so many days a picture is asked for anew
	Datum       geo.Datum `json:"datum"`     // wgs84 (also for CGCS2000) or gcj02, which is shifted back
}

const (
	defaultPictureBytes = 2 << 30
	defaultDeepest      = 18
	defaultKeepDays     = 30
)

// ReadImagery reads a configuration of imagery and refuses what could not work, with the source and how to mend it.
func ReadImagery(r io.Reader) (ImageryConfig, error) {
	var c ImageryConfig
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("read the imagery's configuration as JSON: %w", err)
	}
	if len(c.Sources) == 0 {
		return c, errors.New(`the imagery's configuration names no source: {"sources": [{"url": "https://…/{z}/{x}/{y}.jpg"}]}`)
	}
	if c.CacheBytes < 0 {
		return c, fmt.Errorf("cache_bytes is %d: it is how many bytes of pictures are kept, 0 for %d", c.CacheBytes, int64(defaultPictureBytes))
	}
	seen := map[string]bool{}
	for i := range c.Sources {
		s := &c.Sources[i]
		if err := s.check(); err != nil {
			return c, fmt.Errorf("source %d of the imagery: %w", i+1, err)
		}
		if seen[s.County] {
			return c, fmt.Errorf("source %d of the imagery: county %q has one already", i+1, s.County)
		}
		seen[s.County] = true
	}
	return c, nil
}

var countyForm = regexp.MustCompile(`^([0-9]{6})?$`).MatchString

// check fills what was left out and refuses what could not work.
func (s *ImagerySource) check() (err error) {
	if !countyForm(s.County) {
		return fmt.Errorf("county is six digits or left out, not %q", s.County)
	}
	if s.Datum, err = geo.ParseDatum(string(s.Datum)); err != nil {
		return err
	}
	if s.Datum == geo.BD09 {
		return errors.New("tiles of Baidu (bd09) are cut in another way and cannot be shown; use a source in WGS 84, CGCS2000 or GCJ-02")
	}
	if s.MaxZoom == 0 {
		s.MaxZoom = defaultDeepest
	}
	if s.KeepDays == 0 {
		s.KeepDays = defaultKeepDays
	}
	if s.MinZoom < 0 || s.MaxZoom > deepestPicture || s.MinZoom > s.MaxZoom || s.KeepDays < 0 {
		return fmt.Errorf("min_zoom and max_zoom lie in 0 to %d, and keep_days is not below 0", deepestPicture)
	}
	return s.checkAddress()
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// sameAs names the parts of WMTS as those of XYZ.
var sameAs = map[string]string{"{tilematrix}": "{z}", "{tilecol}": "{x}", "{tilerow}": "{y}"}

// checkAddress refuses an address that does not tell tiles apart, or that could lead to a host other than the one written.
func (s *ImagerySource) checkAddress() error {
	s.URL = placeholder.ReplaceAllStringFunc(s.URL, func(p string) string {
		if same, ok := sameAs[strings.ToLower(p)]; ok {
			return same
		}
		return p
	})
	used := placeholder.FindAllString(s.URL, -1)
	for _, p := range used {
		if !slices.Contains([]string{"{z}", "{x}", "{y}", "{-y}", "{s}", "{token}"}, p) {
			return fmt.Errorf("url has %s, which is not known: it may have {z} {x} {y} {-y} {s} {token}, or WMTS's {TileMatrix} {TileCol} {TileRow}", p)
		}
	}
	has := func(p string) bool { return slices.Contains(used, p) }
	at, err := url.Parse(strings.NewReplacer("{s}", "s", "{token}", "t", "{z}", "1", "{x}", "1", "{y}", "1", "{-y}", "1").Replace(s.URL))
	host, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(s.URL, "https://"), "http://"), "/")
	switch {
	case !has("{z}") || !has("{x}") || !has("{y}") && !has("{-y}"):
		return fmt.Errorf("url must have {z}, {x} and {y} (or {-y} where rows count from the south), and %q has not", s.URL)
	case err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" || at.User != nil:
		return errors.New("url is an address such as https://tiles.example/{z}/{x}/{y}.jpg?key={token}")
	case len(placeholder.FindAllString(host, -1)) > 1 || strings.Contains(strings.ReplaceAll(host, "{s}", ""), "{"):
		return fmt.Errorf("the host %q may have {s} and nothing else", host)
	case has("{s}") != (len(s.Subdomains) > 0):
		return errors.New("{s} in url and subdomains go together")
	case slices.ContainsFunc(s.Subdomains, func(d string) bool { return !subdomain(d) }):
		return fmt.Errorf("subdomains are letters and digits, such as [\"0\", \"1\"], not %q", s.Subdomains)
	case has("{token}") != (s.Token != ""):
		return errors.New("{token} in url and token go together")
	}
	return nil
}

var subdomain = regexp.MustCompile(`^[A-Za-z0-9-]{1,20}$`).MatchString

// address is where a picture is found. Nothing but numbers comes from who asks.
func (s *ImagerySource) address(z, x, y int) string {
	domain := ""
	if n := len(s.Subdomains); n > 0 {
		domain = s.Subdomains[(x+y)%n]
	}
	return strings.NewReplacer("{z}", strconv.Itoa(z), "{x}", strconv.Itoa(x), "{y}", strconv.Itoa(y),
		"{-y}", strconv.Itoa(1<<z-1-y), "{s}", domain, "{token}", url.QueryEscape(s.Token)).Replace(s.URL)
}

// key tells sources apart on disk: pictures of one that was replaced are not those of the next.
func (s *ImagerySource) key() string {
	sum := sha256.Sum256([]byte(s.URL))
	return hex.EncodeToString(sum[:6])
}

func (s *ImagerySource) keep() time.Duration { return time.Duration(s.KeepDays) * 24 * time.Hour }
