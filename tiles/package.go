package tiles

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// PackageOf asks for the field package of a sub-area. Rules are the county's, as JSON; they are a part as they come. Imagery is
// large, and a part only where it is wanted.
type PackageOf struct {
	SubArea string
	Rules   []byte
	Imagery bool
}

// Progress is how far the making of a package is.
type Progress struct {
	Stage string // reading, drawing, fetching (of imagery) or packing
	Done  int
	Total int
}

// What cannot be had.
var (
	ErrNoPackage  = errors.New("there is no such sub-area to make a package of")
	ErrNoPart     = errors.New("the package has no such part, or no longer")
	ErrNoRevision = errors.New("that revision of the package is no longer known here")
)

// packages makes field packages, each of the database's state when it is asked for. Only its tiles are kept for the next one,
// until something of the map changes in its surroundings.
type packages struct {
	key   ed25519.PrivateKey
	store packageStore

	mu      sync.Mutex
	making  map[string]*making // by sub-area and rules
	hearing bool
	drawn   map[string]*drawnGround  // by sub-area
	serials map[string]int64         // by county
	styles  map[string][]byte        // by county, whom its map is owed to and its imagery
	taken   map[string]picturesTaken // by sub-area
}

// drawnGround is what is known of a sub-area's tiles while changes are heard of.
type drawnGround struct {
	part    Part // none until they are drawn
	around  box
	spoiled bool
}

// making is a package on its way.
type making struct {
	begun  time.Time
	stage  atomic.Int32
	did    atomic.Int32 // pictures
	total  atomic.Int32
	done   chan struct{}
	signed Signed
	err    error
}

var stages = []string{"reading", "drawing", "fetching", "packing"}

const stageDrawing, stageFetching, stagePacking = 1, 2, 3

// progress tells how far it is: in pictures while those are fetched, else in stages.
func (m *making) progress() Progress {
	at := int(m.stage.Load())
	if at == stageFetching {
		return Progress{stages[at], int(m.did.Load()), int(m.total.Load())}
	}
	return Progress{stages[at], at, len(stages)}
}

// newPackages makes packages as New was told.
func newPackages(o Options) packages {
	return packages{key: o.Key, store: packageStore{dir: o.PackageDir, budget: o.PackageBytes}, making: map[string]*making{},
		drawn: map[string]*drawnGround{}, serials: map[string]int64{}, styles: map[string][]byte{},
		taken: map[string]picturesTaken{}}
}

// subAreaForm tells the form of a sub-area's code.
var subAreaForm = regexp.MustCompile(`^[0-9]{15}$`).MatchString

// Server is who signs the packages.
func (t *Tiles) Server() Server { return ServerOf(t.packages.key.Public().(ed25519.PublicKey)) }

// Package answers the signed manifest of a sub-area's package as it is now, or, if making it takes longer than the wait, how
// far that is; it goes on. Those who ask at once share one making, unless it began before they asked.
func (t *Tiles) Package(ctx context.Context, of PackageOf, wait time.Duration) (*Signed, Progress, error) {
	if !subAreaForm(of.SubArea) {
		return nil, Progress{}, ErrNoPackage
	}
	asked, patience := time.Now(), time.NewTimer(wait)
	defer patience.Stop()
	for {
		m := t.make(ctx, of)
		select {
		case <-m.done:
		case <-ctx.Done():
			return nil, Progress{}, ctx.Err()
		case <-patience.C:
			return nil, m.progress(), nil
		}
		if m.err != nil {
			return nil, Progress{}, m.err
		}
		if !m.begun.Before(asked) {
			return &m.signed, Progress{}, nil
		}
	}
}

// make joins the making of a package, or begins it.
func (t *Tiles) make(ctx context.Context, of PackageOf) *making {
	p := &t.packages
	p.mu.Lock()
	defer p.mu.Unlock()
	key := fmt.Sprint(of.SubArea, hashOf(of.Rules), of.Imagery)
	if m := p.making[key]; m != nil {
		return m
	}
	m := &making{begun: time.Now(), done: make(chan struct{})}
	p.making[key] = m
	go func() {
		m.signed, m.err = t.makePackage(context.WithoutCancel(ctx), of, m)
		p.mu.Lock()
		delete(p.making, key)
		p.mu.Unlock()
		close(m.done)
	}()
	return m
}

// makePackage reads in one state of the database, keeps the parts and signs what they are.
func (t *Tiles) makePackage(ctx context.Context, of PackageOf, m *making) (Signed, error) {
	p, county := &t.packages, of.SubArea[:6]
	contents := map[string][]byte{PartRules: of.Rules}
	var parts []Part
	var rows roster
	serial := p.serial(county)
	err := pgx.BeginTxFunc(ctx, t.pool, inOneState, func(tx pgx.Tx) (err error) {
		if rows, err = readRoster(ctx, tx, of.SubArea); err != nil {
			return err
		}
		contents[PartRoster], contents[PartStatus] = rows.roster, rows.status
		style, err := p.style(ctx, tx, of.SubArea, t.pictured(of))
		if err != nil {
			return err
		}
		m.stage.Store(stageDrawing)
		drawn, err := p.drawTiles(ctx, tx, rows, serial)
		parts = append(parts, style, drawn)
		return err
	})
	if err != nil {
		return Signed{}, fmt.Errorf("make the package of %s: %w", of.SubArea, err)
	}
	if of.Imagery {
		m.stage.Store(stageFetching)
		part, err := t.pictures(ctx, rows, m)
		if err != nil {
			return Signed{}, fmt.Errorf("take the imagery of %s: %w", of.SubArea, err)
		}
		parts = append(parts, part)
	}
	m.stage.Store(stagePacking)
	for name, content := range contents {
		part, err := p.keep(of.SubArea, name, content)
		if err != nil {
			return Signed{}, err
		}
		parts = append(parts, part)
	}
	slices.SortFunc(parts, func(a, b Part) int { return strings.Compare(a.Name, b.Name) })
	signed, err := Manifest{Format: packageFormat, County: county, SubArea: of.SubArea, Server: t.Server(), Parts: parts}.sign(p.key)
	if err != nil {
		return Signed{}, err
	}
	return signed, p.keepSigned(of.SubArea, signed)
}

// pictured is the imagery of a package that shall have some, else nil.
func (t *Tiles) pictured(of PackageOf) *Imagery {
	if !of.Imagery {
		return nil
	}
	return t.Imagery(of.SubArea[:6])
}

// keep stores a part's content. What is the same all over a county is stored once.
func (p *packages) keep(subArea, name string, content []byte) (Part, error) {
	hash := hashOf(content)
	packed, err := p.store.keep(placeOf(subArea, name), hash, content)
	return Part{Name: name, Hash: hash, Bytes: len(content), Packed: packed}, err
}

func placeOf(subArea, part string) string {
	if part == PartRules || part == PartStyle {
		return subArea[:6]
	}
	return subArea
}

// keepSigned stores a manifest under its revision, for those who come with it later.
func (p *packages) keepSigned(subArea string, s Signed) error {
	_, err := p.store.keep(subArea, s.Revision(), []byte(s.Manifest))
	return err
}

// Part answers a part of the package as it is now or was, packed with gzip.
func (t *Tiles) Part(subArea, hash string) ([]byte, error) {
	if !subAreaForm(subArea) {
		return nil, ErrNoPart
	}
	for _, place := range []string{subArea, subArea[:6]} {
		packed, err := t.packages.store.find(place, hash)
		if err == nil {
			_, err = t.packages.store.content(place, hash)
		}
		if !errors.Is(err, errNotKept) {
			return packed, err
		}
	}
	return nil, ErrNoPart
}

// PackageDelta answers what makes the package of a manifest out of its earlier revision, packed with gzip: a bundle of the
// signed manifest and, for each part that changed, steps from the earlier part; see package_delta.go. A part that the earlier
// revision did not have is made of nothing.
func (t *Tiles) PackageDelta(subArea, from string, now Signed) ([]byte, error) {
	p := &t.packages
	to, err := readManifest(now.Manifest)
	if err != nil {
		return nil, err
	}
	text, err := p.store.content(subArea, from)
	if errors.Is(err, errNotKept) {
		return nil, ErrNoRevision
	}
	if err != nil {
		return nil, err
	}
	was, err := readManifest(string(text))
	if err != nil {
		return nil, ErrNoRevision // the hash of a part was given
	}
	signed, err := json.Marshal(now)
	if err != nil {
		return nil, err
	}
	pieces := []piece{{deltaManifest, signed}}
	for _, part := range to.Parts {
		before, _ := was.part(part.Name)
		if before.Hash == part.Hash {
			continue
		}
		change, err := p.difference(subArea, before, part)
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, piece{deltaPart + part.Name, change})
	}
	return packedSmall(appendBundle(nil, pieces))
}

// The names of what is in a delta.
const (
	deltaManifest = "manifest"
	deltaPart     = "part/"
)

// difference writes the steps from one content of a part to another.
func (p *packages) difference(subArea string, before, after Part) ([]byte, error) {
	var rows [2][][]byte
	for i, part := range []Part{before, after} {
		if part.Hash == "" {
			continue
		}
		content, err := p.store.content(placeOf(subArea, after.Name), part.Hash)
		if errors.Is(err, errNotKept) {
			return nil, ErrNoRevision
		}
		if err != nil {
			return nil, err
		}
		if rows[i], err = rowsOf(after.Name, content); err != nil {
			return nil, err
		}
	}
	return steps(rows[0], rows[1]), nil
}
