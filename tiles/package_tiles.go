package tiles

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// The zooms of a package's tiles; a client shows deeper ones from the deepest.
const packageMinZoom, packageMaxZoom = 12, MaxZoom

// surroundingsM is how far around its sub-area a package shows what stands there.
const surroundingsM = 150

// metresPerDegree is of latitude.
const metresPerDegree = 111_320

// surroundings is the ground a package shows.
func surroundings(ground orb.MultiPolygon) orb.Bound {
	b := ground.Bound()
	dy := surroundingsM / float64(metresPerDegree)
	dx := dy / math.Max(math.Cos(b.Center()[1]*math.Pi/180), 0.01)
	return orb.Bound{Min: orb.Point{b.Min[0] - dx, b.Min[1] - dy}, Max: orb.Point{b.Max[0] + dx, b.Max[1] + dy}}
}

// drawing is a layer with what of it lies in a package's surroundings.
type drawing struct {
	layer
	*columns
}

// readTiles draws the tiles of a package within a snapshot: of every layer the features that meet the surroundings.
func readTiles(ctx context.Context, tx pgx.Tx, county string, around orb.Bound) ([]byte, error) {
	w := writers.Get().(*writer)
	defer writers.Put(w)
	var pieces []piece
	for _, kind := range []string{"base", "census"} {
		drawings, err := readDrawings(ctx, tx, kind, county, around)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", kind, err)
		}
		for z := maptile.Zoom(packageMinZoom); z <= packageMaxZoom; z++ {
			low, high := maptile.At(around.Min, z), maptile.At(around.Max, z)
			for x := low.X; x <= high.X; x++ {
				for y := high.Y; y <= low.Y; y++ {
					w.drawPackage(drawings, int(z), int(x), int(y))
					if len(w.tile) > 0 {
						pieces = append(pieces, piece{fmt.Sprintf("%s/%d/%d/%d", kind, z, x, y), append([]byte(nil), w.tile...)})
					}
				}
			}
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int { return strings.Compare(a.name, b.name) })
	return appendBundle(nil, pieces), nil
}

// drawPackage writes one tile of what was read.
func (w *writer) drawPackage(drawings []drawing, z, x, y int) {
	w.begin(z, x, y)
	for _, d := range drawings {
		if z < d.minZoom {
			continue
		}
		order := w.byRank(d.columns)
		kept := order[:0]
		for _, i := range order {
			if int(d.zooms[i]) <= z && d.boxes[i].meets(w.points) {
				kept = append(kept, i)
			}
		}
		w.layer(d.name, d.columns, kept)
	}
}

// readDrawings reads the layers of a set as a tile of the deepest zoom would, but in a box of any size.
func readDrawings(ctx context.Context, tx pgx.Tx, kind, county string, around orb.Bound) (out []drawing, err error) {
	asked := readings(kind, packageMaxZoom)
	var batch pgx.Batch
	for _, r := range asked {
		args := []any{county, around.ToPolygon(), packageMaxZoom}
		if r.layers[0].kind != "" {
			args = append(args, r.kinds())
		}
		batch.Queue(r.layers[0].sql, args...)
	}
	results := tx.SendBatch(ctx, &batch)
	defer func() { err = firstOf(err, results.Close()) }()
	for _, r := range asked {
		rows, err := results.Query()
		if err != nil {
			return nil, err
		}
		read, err := r.read(rows, fresh, nil)
		if err != nil {
			return nil, err
		}
		for i, c := range read {
			out = append(out, drawing{r.layers[i], c})
		}
	}
	return out, nil
}

// drawTiles answers the part of a package's tiles: as it was drawn last, or drawn anew. A virtual sub-area has no ground and
// an empty bundle. The serial is of the county's changes before the snapshot began.
func (p *packages) drawTiles(ctx context.Context, tx pgx.Tx, of roster, serial int64) (Part, error) {
	if len(of.ground) == 0 {
		return p.keep(of.subArea, PartTiles, appendBundle(nil, nil))
	}
	around := surroundings(of.ground)
	d, known := p.begin(of.subArea, boxOf(around), serial)
	if known {
		if _, err := p.store.find(of.subArea, d.part.Hash); err == nil {
			return d.part, nil
		}
	}
	bundle, err := readTiles(ctx, tx, of.subArea[:6], around)
	if err != nil {
		return Part{}, err
	}
	part, err := p.keep(of.subArea, PartTiles, bundle)
	if err == nil && !known {
		p.mu.Lock()
		d.part = part
		p.mu.Unlock()
	}
	return part, err
}

// maxDrawn is how many sub-areas' tiles are remembered.
const maxDrawn = 20_000

// begin finds the tiles that were drawn of a ground. If there are none, or something there changed, they are to be drawn, and
// what changed since the serial spoils them.
func (p *packages) begin(subArea string, around box, serial int64) (d *drawnGround, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d = p.drawn[subArea]
	if d != nil && d.part.Hash != "" && !d.spoiled && d.around == around {
		return d, true
	}
	d = &drawnGround{around: around, spoiled: p.serials[subArea[:6]] != serial}
	if p.hearing {
		if len(p.drawn) >= maxDrawn {
			clear(p.drawn)
		}
		p.drawn[subArea] = d
	}
	return d, false
}

// serial counts the changes of a county's map that were heard of.
func (p *packages) serial(county string) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.serials[county]
}

// hear begins or ends to remember tiles: what is not heard of cannot spoil them.
func (p *packages) hear(hearing bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hearing = hearing
	clear(p.drawn)
}

// change tells that a place of a county's map, or all of it, is no longer as it was.
func (p *packages) change(county string, place *box) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.serials[county]++
	for subArea, d := range p.drawn {
		if strings.HasPrefix(subArea, county) && (place == nil || d.around.meets(*place)) {
			d.spoiled = true
		}
	}
}
