package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"canvass/areas"
	"canvass/areas/simulate"
)

// demoMaker writes a simulated county through the census's own methods, town by town.
type demoMaker struct {
	store  *areas.Store
	county *simulate.County
	seed   int64
	now    time.Time
	out    io.Writer

	mu    sync.Mutex
	shown demoPlace // what the accounts to try are given
}

// demoPlace is a town with a sub-area that is half done.
type demoPlace struct {
	town, subArea areas.Code
}

var system = areas.System()

// townsAtOnce is how many towns are made beside each other: one is simulated while another is written.
const townsAtOnce = 3

// The demo's calendar: listing began three weeks ago, enumeration six days ago.
var demoRounds = []struct {
	name        string
	opens, for_ int // days from now, and how many
}{
	{areas.RoundMapping, -200, 175}, {areas.RoundListing, -21, 15}, {areas.RoundEnumeration, -6, 15},
	{areas.RoundLongForm, 9, 15}, {areas.RoundRecheck, 9, 25}, {areas.RoundPES, 40, 30},
}

// demoSettings keep self-response open, with an answering system that there is not.
var demoSettings = map[string]json.RawMessage{
	"self_response_days": json.RawMessage(`12`),
	"answering_url":      json.RawMessage(`"https://answers.example/{code}"`),
}

func (d *demoMaker) make(ctx context.Context) ([]demoAccount, error) {
	code := areas.Code(d.county.Code)
	if err := d.makeRegions(ctx); err != nil {
		return nil, err
	}
	for _, r := range demoRounds {
		opens := d.now.AddDate(0, 0, r.opens)
		if _, err := d.store.SetRound(ctx, system, areas.Round{County: code, Name: r.name, OpensAt: opens,
			ClosesAt: opens.AddDate(0, 0, r.for_)}); err != nil {
			return nil, err
		}
	}
	if _, err := d.store.SetSettings(ctx, system, code, demoSettings); err != nil {
		return nil, err
	}
	if err := d.store.AddBase(ctx, system, code, "demo", baseFeatures(d.county.Base)); err != nil {
		return nil, fmt.Errorf("base map: %w", err)
	}
	subAreas := 0
	for _, t := range d.county.Towns {
		subAreas += t.SubAreas
	}
	bar := newProgress(d.out, d.county.Name, "steps", int64(subAreas*len(d.steps())))
	group, making := errgroup.WithContext(ctx)
	group.SetLimit(townsAtOnce)
	for i := range d.county.Towns {
		group.Go(func() error {
			town, err := d.county.Town(i)
			if err != nil {
				return err
			}
			return d.makeTown(making, town, bar)
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	bar.end()
	if err := d.store.RunChecks(ctx, system, code); err != nil {
		return nil, err
	}
	return d.accounts(ctx)
}

func (d *demoMaker) makeRegions(ctx context.Context) error {
	regions := []areas.NewRegion{{Code: areas.Code(d.county.Code), Name: d.county.Name, Geometry: d.county.Outline}}
	for _, t := range d.county.Towns {
		regions = append(regions, areas.NewRegion{Code: areas.Code(t.Code), Name: t.Name, Geometry: t.Outline})
	}
	if err := d.store.MakeRegions(ctx, system, regions); err != nil {
		return fmt.Errorf("regions: %w", err)
	}
	return nil
}

// demoStep is one part of a town's making.
type demoStep struct {
	what string
	do   func(context.Context, *simulate.Town) error
}

// steps make a town: its frame, its buildings and dwellings, its staff, and what has been done so far.
func (d *demoMaker) steps() []demoStep {
	return []demoStep{
		{"areas", d.makeAreas}, {"sub-areas", d.drawSubAreas}, {"base map", d.makeBase}, {"buildings", d.addBuildings},
		{"dwellings", d.listDwellings}, {"sign-off", d.signOff}, {"work", d.work},
	}
}

func (d *demoMaker) makeTown(ctx context.Context, town *simulate.Town, bar *progress) error {
	subAreas := 0
	for _, a := range town.Areas {
		subAreas += len(a.SubAreas)
	}
	for _, s := range d.steps() {
		if err := s.do(ctx, town); err != nil {
			return fmt.Errorf("%s of %s: %w", s.what, town.Name, err)
		}
		bar.add(subAreas)
	}
	return nil
}

func (d *demoMaker) listDwellings(ctx context.Context, town *simulate.Town) error {
	_, err := d.store.ListDwellings(ctx, system, areas.Code(town.Code))
	return err
}

func (d *demoMaker) makeAreas(ctx context.Context, town *simulate.Town) error {
	var made []areas.NewArea
	for _, a := range town.Areas {
		made = append(made, areas.NewArea{Code: areas.Code(a.Code), Name: a.Name, Kind: a.Kind, Geometry: a.Outline})
	}
	_, err := d.store.MakeAreas(ctx, system, made)
	return err
}

func (d *demoMaker) drawSubAreas(ctx context.Context, town *simulate.Town) error {
	var drawn []areas.NewSubArea
	for _, a := range town.Areas {
		for _, s := range a.SubAreas {
			expected := s.Expected
			drawn = append(drawn, areas.NewSubArea{Code: areas.Code(s.Code), Description: s.Description, Geometry: s.Outline,
				ExpectedHouseholds: &expected})
		}
	}
	_, err := d.store.DrawSubAreas(ctx, system, drawn)
	return err
}

func (d *demoMaker) makeBase(ctx context.Context, town *simulate.Town) error {
	return d.store.AddBase(ctx, system, areas.Code(d.county.Code), "demo/"+town.Code, baseFeatures(town.Base))
}

func baseFeatures(base []simulate.BaseFeature) []areas.BaseFeature {
	out := make([]areas.BaseFeature, len(base))
	for i, f := range base {
		out[i] = areas.BaseFeature{Layer: f.Layer, Class: f.Class, Name: f.Name, NameEN: f.NameEN, Rank: f.Rank, MinZoom: f.MinZoom,
			Bridge: f.Bridge, Geometry: f.Geometry, SourceID: fmt.Sprint(i + 1)}
	}
	return out
}

// forgotten is one in how many residential buildings nobody made dwellings for.
const forgotten = 140

func (d *demoMaker) addBuildings(ctx context.Context, town *simulate.Town) error {
	var added []areas.NewBuilding
	for _, a := range town.Areas {
		for _, s := range a.SubAreas {
			for _, b := range s.Buildings {
				n := areas.NewBuilding{Place: areas.Code(s.Code), Geometry: orb.Geometry(b.Outline), Kind: b.Kind, Name: b.Name,
					Address: b.Address, Floors: positive(b.Floors), Stairwells: positive(b.Stairwells), Doors: positive(b.Doors),
					Units: positive(b.Units), Source: "demo", SourceID: fmt.Sprintf("%s/%d", s.Code, len(added)), Licence: "CC0"}
				if len(added)%forgotten == forgotten-1 {
					none := 0
					n.Units = &none
				}
				added = append(added, n)
			}
		}
	}
	_, err := d.store.AddBuildings(ctx, system, areas.Code(d.county.Code), added)
	return err
}

func positive(n int) *int {
	if n <= 0 {
		return nil
	}
	return &n
}

// signOff takes the town's frame through its states to enumeration.
func (d *demoMaker) signOff(ctx context.Context, town *simulate.Town) error {
	for _, state := range []string{"checked", "submitted", "approved", "frozen", "listing", "enumerating"} {
		if _, err := d.store.MoveSubAreas(ctx, system, areas.Code(town.Code), state, ""); err != nil {
			return err
		}
	}
	return nil
}

// accounts makes the accounts to try, one of each role, and gives the enumerator a sub-area that is half done.
func (d *demoMaker) accounts(ctx context.Context) ([]demoAccount, error) {
	county := areas.Code(d.county.Code)
	password := make([]byte, 5)
	if _, err := rand.Read(password); err != nil {
		return nil, err
	}
	word := strings.ToLower(base32.StdEncoding.EncodeToString(password))
	out := []demoAccount{
		{"admin", word, areas.RoleAdministrator, "管理员", county},
		{"gis", word, areas.RoleGIS, "绘图员", county},
		{"supervisor", word, areas.RoleSupervisor, "普查指导员", d.shown.town},
		{"enumerator", word, areas.RoleEnumerator, "普查员", d.shown.subArea},
	}
	for _, a := range out {
		user, err := d.store.CreateUser(ctx, system, areas.NewUser{Name: a.Name, DisplayName: a.DisplayName, Role: a.Role, Scope: a.Scope,
			Password: a.Password})
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", a.Name, err)
		}
		if a.Role == areas.RoleEnumerator {
			if err := d.handOver(ctx, d.shown.subArea, user.ID); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// handOver takes a sub-area from whoever has it and gives it to another.
func (d *demoMaker) handOver(ctx context.Context, subArea areas.Code, to uuid.UUID) error {
	held, err := d.store.Assignments(ctx, system, areas.AssignmentQuery{Within: subArea, Open: true})
	if err != nil {
		return err
	}
	for _, a := range held.Items {
		if _, err := d.store.EndAssignment(ctx, system, a.County, a.ID); err != nil {
			return err
		}
	}
	_, err = d.store.Assign(ctx, system, areas.NewAssignment{SubArea: subArea, Enumerator: to, Round: areas.RoundEnumeration})
	return err
}
