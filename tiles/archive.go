package tiles

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/maptile"

	"canvass/tiles/pmtiles"
)

// Extract is what of the map is taken into an archive: the tiles that show a place, at some zooms. The layers of all sets stand
// together in one tile. Place is the code of a county, a town or a census area.
type Extract struct {
	Place            string
	Kinds            []string // of sets: base, census
	MinZoom, MaxZoom int
	Deep             bool // show at every zoom what the map shows only from a deeper one on, as far as it can be seen
}

// Archive is a file that takes tiles in the order of their IDs, and knows up to which it has them.
type Archive interface {
	Done() (tiles, next uint64)
	Add(id uint64, tile []byte) error
}

// Pyramid is an extract of one state of the map, ready to be written.
type Pyramid struct {
	Extract
	sets   []*index
	ground orb.Geometry // of the place; nil where it is the whole county
	about  pmtiles.About
	meta   map[string]any
	ids    [][]uint64 // by zoom, the tiles in which something may be
}

// What an extract cannot be.
var (
	ErrNoPlace = errors.New("no such place on the map: a code has 6 digits for a county, 9 for a town, 12 for a census area")
	ErrExtract = fmt.Errorf("an extract has zooms from 0 to %d, the lower one first, and the sets base, census or both", MaxZoom)
)

// Pyramid reads what an extract needs of the map: whole sets of the county, whatever the budget for indexes, in memory until
// the pyramid is let go.
func (t *Tiles) Pyramid(ctx context.Context, e Extract) (*Pyramid, error) {
	if e.MinZoom < 0 || e.MinZoom > e.MaxZoom || e.MaxZoom > MaxZoom || len(e.Kinds) == 0 {
		return nil, ErrExtract
	}
	p := &Pyramid{Extract: e, meta: map[string]any{"name": e.Place, "format": "pbf", "generator": "canvass"}}
	ground, err := t.ground(ctx, e.Place)
	if err != nil {
		return nil, err
	}
	bounds := ground.Bound()
	if len(e.Place) > countyDigits {
		p.ground = ground
	}
	p.about = pmtiles.About{Type: pmtiles.MVT, Compression: pmtiles.Gzip, MinZoom: e.MinZoom, MaxZoom: e.MaxZoom, Bounds: bounds,
		Center: bounds.Center(), CenterZoom: min(max(zoomOf(bounds), e.MinZoom), e.MaxZoom)}
	var described []VectorLayer
	var credits []string
	for _, kind := range e.Kinds {
		set := e.Place[:countyDigits] + "-" + kind
		said, err := t.TileJSON(ctx, set, "")
		if err != nil {
			return nil, errors.Join(ErrExtract, err)
		}
		x, err := t.load(ctx, set, math.MaxInt64)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", set, err)
		}
		p.sets = append(p.sets, x)
		described = append(described, said.VectorLayers...)
		if said.Attribution != "" && !slices.Contains(credits, said.Attribution) {
			credits = append(credits, said.Attribution)
		}
	}
	p.meta["vector_layers"] = described
	p.meta["attribution"] = strings.Join(credits, ", ")
	p.survey()
	return p, nil
}

const countyDigits = 6

// ground is a place's as the map shows it.
func (t *Tiles) ground(ctx context.Context, place string) (ground orb.Geometry, err error) {
	const sql = `
		SELECT geom FROM map_regions WHERE county = left($1, 6) AND code = $1
		UNION ALL
		SELECT geom FROM map_areas WHERE county = left($1, 6) AND code = $1`
	err = t.pool.QueryRow(ctx, sql, place).Scan(&ground)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, ErrNoPlace
	}
	return ground, err
}

// zoomOf is the deepest zoom at which a bound fits into a tile.
func zoomOf(b orb.Bound) int {
	in := boxOf(b)
	for z := MaxZoom; z > 0; z-- {
		if size := int64(1) << (worldBits - z); int64(in.maxX)-int64(in.minX) <= size && int64(in.maxY)-int64(in.minY) <= size {
			return z
		}
	}
	return 0
}

// survey finds the tiles in which something may be, from the world down: where nothing is in a tile, nothing is below it.
func (p *Pyramid) survey() {
	candidates := []uint64{0}
	for z := 0; z <= p.MaxZoom; z++ {
		kept := slices.DeleteFunc(candidates, func(id uint64) bool { return !p.shows(id) })
		p.ids = append(p.ids, kept)
		candidates = make([]uint64, 0, 4*len(kept))
		for _, id := range kept {
			first := pmtiles.Children(id)
			candidates = append(candidates, first, first+1, first+2, first+3)
		}
	}
}

// shows tells whether a tile shows any of the place, and whether anything is in it at this zoom or a deeper one.
func (p *Pyramid) shows(id uint64) bool {
	z, x, y, err := pmtiles.Place(id)
	if err != nil {
		return false
	}
	if p.ground != nil && clip.Geometry(maptile.New(uint32(x), uint32(y), maptile.Zoom(z)).Bound(), orb.Clone(p.ground)) == nil {
		return false
	}
	return slices.ContainsFunc(p.sets, func(s *index) bool { return s.meets(gridOf(z, x, y).points) })
}

// Size is how many tiles the pyramid has at the most.
func (p *Pyramid) Size() (n int) {
	for z := p.MinZoom; z <= p.MaxZoom; z++ {
		n += len(p.ids[z])
	}
	return n
}

// Job says all that the pyramid's tiles depend on: what was begun for the same job may be gone on with.
func (p *Pyramid) Job() string {
	job := fmt.Sprintf("canvass %d: %+v", encoding, p.Extract)
	for _, x := range p.sets {
		job += fmt.Sprintf(" %016x", x.fingerprint())
	}
	return job
}

// encoding counts the ways in which tiles of the same rows were written.
const encoding = 1

// About and metadata of the archive.
func (p *Pyramid) About() (pmtiles.About, map[string]any) { return p.about, maps.Clone(p.meta) }

// WriteTo puts the tiles that an archive does not have yet into it, packed with gzip, on all processors. told hears now and
// then how many tiles of Size are done. When the context ends, what was written stays.
func (p *Pyramid) WriteTo(ctx context.Context, to Archive, told func(done int)) error {
	_, next := to.Done()
	done := 0
	for z := p.MinZoom; z <= p.MaxZoom; z++ {
		ids := p.ids[z]
		from, _ := slices.BinarySearch(ids, next)
		done += from
		err := p.render(ctx, ids[from:], func(id uint64, tile []byte) error {
			if done++; done%64 == 0 {
				told(done)
			}
			return to.Add(id, tile)
		})
		if err != nil {
			return err
		}
	}
	told(done)
	return nil
}
