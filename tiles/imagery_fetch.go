package tiles

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	_ "image/png" // sources give either
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// mostPicture is how many bytes one picture may have.
const mostPicture = 4 << 20

// pictureTypes are what is passed on; anything else a source says is no picture.
var pictureTypes = []string{"image/jpeg", "image/png", "image/webp"}

// ask asks a source for one picture. What it says to an error is told without its address, in which the token may stand.
func (m *imagery) ask(ctx context.Context, s *ImagerySource, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: its address cannot be read", ErrImageryFailed)
	}
	request.Header.Set("User-Agent", "canvass")
	answer, err := m.client.Do(request)
	if err != nil {
		return nil, s.unreached(err)
	}
	defer func() { _ = answer.Body.Close() }() // what was read is judged below
	switch {
	case answer.StatusCode == http.StatusNotFound || answer.StatusCode == http.StatusNoContent || answer.StatusCode == http.StatusGone:
		return nil, ErrNoPicture
	case answer.StatusCode == http.StatusUnauthorized || answer.StatusCode == http.StatusForbidden:
		return nil, fmt.Errorf("%w: it refuses the token (%s)", ErrImageryFailed, answer.Status)
	case answer.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%w: it answers %s", ErrImageryFailed, s.secretless(answer.Status))
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostPicture+1))
	switch {
	case err != nil:
		return nil, s.unreached(err)
	case len(body) > mostPicture:
		return nil, fmt.Errorf("%w: it is larger than %d bytes", ErrImageryFailed, mostPicture)
	case len(body) == 0:
		return nil, ErrNoPicture
	case !slices.Contains(pictureTypes, http.DetectContentType(body)):
		return nil, fmt.Errorf("%w: it is %s and no JPEG, PNG or WebP", ErrImageryFailed, http.DetectContentType(body))
	}
	return body, nil
}

// unreached words why a source could not be reached.
func (s *ImagerySource) unreached(err error) error {
	var slow net.Error
	if errors.As(err, &slow) && slow.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return ErrImagerySlow
	}
	var told *url.Error
	if errors.As(err, &told) {
		err = told.Err // without the address
	}
	return fmt.Errorf("%w: %s", ErrImageryFailed, s.secretless(err.Error()))
}

// unshift makes a picture that lies right of up to four that lie where GCJ-02 has them. The shift changes by less than a pixel
// over one tile, so it is taken at the tile's middle.
func (m *imagery) unshift(ctx context.Context, s *ImagerySource, z, x, y int) ([]byte, error) {
	middle := maptile.New(uint32(x), uint32(y), maptile.Zoom(z)).Center()
	here, there := pixelOf(middle, z), pixelOf(s.Datum.FromWGS84(middle), z)
	left := x*pictureSide + int(math.Round(there[0]-here[0]))
	top := y*pictureSide + int(math.Round(there[1]-here[1]))
	if left == x*pictureSide && top == y*pictureSide {
		return m.raw(ctx, s, z, x, y)
	}
	out := image.NewRGBA(image.Rect(left, top, left+pictureSide, top+pictureSide))
	found := 0
	for ty := floorDiv(top); ty <= floorDiv(top+pictureSide-1); ty++ {
		for tx := floorDiv(left); tx <= floorDiv(left+pictureSide-1); tx++ {
			if ty < 0 || ty >= 1<<z {
				continue
			}
			raw, err := m.raw(ctx, s, z, (tx+1<<z)%(1<<z), ty)
			if errors.Is(err, ErrNoPicture) {
				continue
			}
			if err != nil {
				return nil, err
			}
			picture, _, err := image.Decode(bytes.NewReader(raw))
			if err != nil || picture.Bounds().Dx() != pictureSide || picture.Bounds().Dy() != pictureSide {
				return nil, fmt.Errorf("%w: to shift it back it must be a JPEG or PNG of 256 by 256 pixels", ErrImageryFailed)
			}
			at := image.Pt(tx*pictureSide, ty*pictureSide)
			draw.Draw(out, picture.Bounds().Sub(picture.Bounds().Min).Add(at), picture, picture.Bounds().Min, draw.Src)
			found++
		}
	}
	if found == 0 {
		return nil, ErrNoPicture
	}
	const quality = 88
	var b bytes.Buffer
	if err := jpeg.Encode(&b, out, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("write a picture that was shifted: %w", err)
	}
	return b.Bytes(), nil
}

// floorDiv is the tile that a pixel lies in.
func floorDiv(pixel int) int { return int(math.Floor(float64(pixel) / pictureSide)) }

// pixelOf is where a point lies on the whole world's picture at a zoom.
func pixelOf(p orb.Point, z int) [2]float64 {
	world := math.Exp2(float64(z)) * pictureSide
	sin := math.Sin(p[1] * math.Pi / 180)
	return [2]float64{(p[0] + 180) / 360 * world, (0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)) * world}
}

// PicturesOf asks for the imagery of a ground: the tiles of its box at each zoom, those of the deeper zooms only as long as they
// are Most in all.
type PicturesOf struct {
	County           string
	Box              orb.Bound
	MinZoom, MaxZoom int
	Most             int
}

// Pictures hands the imagery of a ground to take, zoom by zoom, rows from the north, each from the west, whatever was fetched
// first. Where the source has nothing nothing is handed over. It ends at the first error; what was fetched is kept, so that the
// next time is quick.
func (t *Tiles) Pictures(ctx context.Context, of PicturesOf, take func(at maptile.Tile, p Picture) error) error {
	s := t.imagery.of(of.County)
	if s == nil {
		return ErrNoImagery
	}
	of.MinZoom, of.MaxZoom = max(of.MinZoom, s.MinZoom), min(of.MaxZoom, s.MaxZoom)
	type fetched struct {
		picture Picture
		err     error
	}
	ctx, cancel := context.WithCancel(ctx)
	waiting := make(chan chan fetched, requestsAtOnce)
	defer func() {
		cancel()
		for one := range waiting { // what was begun ends
			<-one
		}
	}()
	all := of.tiles()
	go func() {
		defer close(waiting)
		for _, at := range all {
			one := make(chan fetched, 1)
			select {
			case waiting <- one:
			case <-ctx.Done():
				return
			}
			go func() {
				p, err := t.Picture(ctx, of.County, int(at.Z), int(at.X), int(at.Y))
				one <- fetched{p, err}
			}()
		}
	}()
	next := 0
	for one := range waiting {
		got, at := <-one, all[next]
		next++
		if errors.Is(got.err, ErrNoPicture) {
			continue
		}
		if got.err != nil {
			return fmt.Errorf("picture %d/%d/%d: %w", at.Z, at.X, at.Y, got.err)
		}
		if err := take(at, got.picture); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// tiles lists the tiles of a ground.
func (of PicturesOf) tiles() (out []maptile.Tile) {
	for z := of.MinZoom; z <= of.MaxZoom; z++ {
		low, high := maptile.At(of.Box.LeftTop(), maptile.Zoom(z)), maptile.At(of.Box.RightBottom(), maptile.Zoom(z))
		if of.Most > 0 && len(out)+int(high.X-low.X+1)*int(high.Y-low.Y+1) > of.Most {
			break
		}
		for y := low.Y; y <= high.Y; y++ {
			for x := low.X; x <= high.X; x++ {
				out = append(out, maptile.New(x, y, maptile.Zoom(z)))
			}
		}
	}
	return out
}
