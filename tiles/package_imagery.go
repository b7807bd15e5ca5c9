package tiles

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/maptile"
)

// The zooms of a package's pictures, where the source has them, and how many there are at most: of a large sub-area the deepest
// are left out.
const (
	pictureMinZoom, pictureMaxZoom = 15, 18
	mostPictures                   = 400
	picturesFor                    = 24 * time.Hour // as they change by the year, a bundle of them serves for a while
)

// picturesTaken is a bundle of pictures that was put together.
type picturesTaken struct {
	part   Part
	ground orb.Bound
	at     time.Time
}

// pictures answers the part of a package's imagery: imagery/{z}/{x}/{y} of every tile that shows any of the sub-area's ground.
// It fails where the source does; where the source has nothing there is no picture.
func (t *Tiles) pictures(ctx context.Context, of roster, m *making) (Part, error) {
	p := &t.packages
	if t.Imagery(of.subArea[:6]) == nil {
		return Part{}, ErrNoImagery
	}
	p.mu.Lock()
	known, ok := p.taken[of.subArea]
	p.mu.Unlock()
	if ok && known.ground == of.ground.Bound() && time.Since(known.at) < picturesFor {
		if _, err := p.store.find(of.subArea, known.part.Hash); err == nil {
			return known.part, nil
		}
	}
	pieces, err := t.takePictures(ctx, of, m)
	if err != nil {
		return Part{}, err
	}
	part, err := p.keep(of.subArea, PartImagery, appendBundle(nil, pieces))
	if err == nil {
		p.mu.Lock()
		p.taken[of.subArea] = picturesTaken{part, of.ground.Bound(), time.Now()}
		p.mu.Unlock()
	}
	return part, err
}

// takePictures fetches the pictures of a ground; of what lies about its corners none is taken.
func (t *Tiles) takePictures(ctx context.Context, of roster, m *making) ([]piece, error) {
	if len(of.ground) == 0 {
		return nil, nil
	}
	ask := PicturesOf{County: of.subArea[:6], Box: of.ground.Bound(), MinZoom: pictureMinZoom, MaxZoom: pictureMaxZoom, Most: mostPictures}
	m.total.Store(int32(len(ask.tiles())))
	var pieces []piece
	err := t.Pictures(ctx, ask, func(at maptile.Tile, p Picture) error {
		m.did.Add(1)
		if len(clip.MultiPolygon(at.Bound(), orb.Clone(of.ground).(orb.MultiPolygon))) > 0 {
			pieces = append(pieces, piece{fmt.Sprintf("%s/%d/%d/%d", PartImagery, at.Z, at.X, at.Y), p.Bytes})
		}
		return nil
	})
	slices.SortFunc(pieces, func(a, b piece) int { return strings.Compare(a.name, b.name) })
	return pieces, err
}
