package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/paulmach/orb"

	"canvass/areas/simulate"
	"canvass/geo"
	"canvass/geo/coverage"
	"canvass/geo/vector"
)

// What is promised of boundaries.
const (
	validateSeconds   = 1   // of a county's sub-areas, by one core
	validateMB        = 200 // taken from memory for it, all in all
	validateGrowth    = 1.6 // of the time a member, at ten times as many, or a hundred
	frameOperations   = 10_000
	frameImportRate   = 2_000 // polygons a second
	frameImportTwice  = 2     // counties' worth of polygons are taken in, more than 10 000
	townMisfit        = 5e-6  // degrees to which each town of the file is rounded by itself, as published towns are
	operationsChecked = 500   // after so many the whole partition is looked at
	operationsFirst   = 60    // members of the town with which it begins: each operation looks at all there are
	operationsMost    = 90    // members, above which they are merged
	operationsTried   = 40    // times as many: most lines that are drawn at random are refused, as they must be
	mergeOnly         = 3
)

// benchFrame measures what boundaries cost: to validate a county, ten times as many, to take a file in whose towns miss one
// another, and whether thousands of random operations leave anything.
func benchFrame(ctx context.Context, b *bench) error {
	county, err := simulate.New(simulate.SizeCounty, 1)
	if err != nil {
		return err
	}
	var members []orb.MultiPolygon
	var towns [][]orb.MultiPolygon
	for i := range county.Towns {
		town, err := county.Town(i)
		if err != nil {
			return err
		}
		var of []orb.MultiPolygon
		for _, a := range town.Areas {
			for _, s := range a.SubAreas {
				of = append(of, s.Outline)
			}
		}
		towns, members = append(towns, of), append(members, of...)
	}
	if err := b.validate(members); err != nil {
		return err
	}
	b.operations(ctx, towns[0][:operationsFirst])
	return b.boundaries(ctx, towns)
}

// validate times the check of a county's boundaries on one core, and of ten counties beside each other, or as many as were asked
// for. It counts the processor's time: others who use the machine take none of it.
func (b *bench) validate(members []orb.MultiPolygon) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	took, taken, faults := validated(members)
	if faults > 0 {
		return fmt.Errorf("%d faults in a county that is sound", faults)
	}
	b.tell(figure{Bar: "frame_validate_s", Value: took, Unit: "s CPU", Limit: validateSeconds, Control: hashing, Ratio: took / hashedCPU()})
	b.tell(figure{Bar: "frame_validate_mb", Value: math.Round(taken), Unit: "MB", Limit: validateMB, Control: "100 MB", Ratio: taken / 100})
	times := max(b.members/len(members), 2)
	many := make([]orb.MultiPolygon, 0, times*len(members))
	for i := range times {
		for _, m := range members {
			many = append(many, shifted(m, float64(i)))
		}
	}
	longer, taken, _ := validated(many)
	growth := longer / took / float64(times)
	b.tell(figure{Bar: "frame_validate_growth", Value: growth, Unit: "×", Limit: validateGrowth,
		Control: fmt.Sprintf("the time a member of %d: %.1f s CPU and %.0f MB for %d", len(members), longer, taken, len(many)), Ratio: growth})
	return nil
}

// validated tells how long a check takes, how much memory it takes in all (MB), and what it finds.
func validated(members []orb.MultiPolygon) (seconds, taken float64, faults int) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begun := ownCPUSeconds()
	faults = len(coverage.Validate(members))
	seconds = ownCPUSeconds() - begun
	runtime.ReadMemStats(&after)
	return seconds, float64(after.TotalAlloc-before.TotalAlloc) / 1e6, faults
}

// shifted moves a member by whole degrees to the west, where it fits its neighbours as before.
func shifted(m orb.MultiPolygon, by float64) orb.MultiPolygon {
	m = m.Clone()
	for _, polygon := range m {
		for _, ring := range polygon {
			for i := range ring {
				ring[i] = geo.SnapPoint(orb.Point{ring[i][0] - by, ring[i][1]})
			}
		}
	}
	return m
}

// operations does thousands of random things to sub-areas, and counts what is not as it must be after each: the
// ground of those that changed, and every so often the whole partition.
func (b *bench) operations(ctx context.Context, members []orb.MultiPolygon) {
	rng := rand.New(rand.NewPCG(1, 1))
	done, violations := 0, 0
	begun := time.Now()
	for tried := 0; done < frameOperations && tried < operationsTried*frameOperations && ctx.Err() == nil; tried++ {
		e, err := operated(rng, members)
		if err != nil {
			continue // refused, as it must be
		}
		var before, after []orb.MultiPolygon
		for i, m := range e {
			if i < len(members) {
				before = append(before, members[i])
			}
			after = append(after, m)
		}
		if !coverage.SameGround(before, after) {
			violations++
		}
		members = e.Apply(members)
		if len(members) > operationsMost {
			members = living(members)
		}
		if done++; done%operationsChecked == 0 {
			members = living(members)
			violations += len(coverage.Validate(members))
		}
	}
	rate := float64(done) / time.Since(begun).Seconds()
	if done < frameOperations {
		violations++ // it is to be shown for all of them
	}
	b.tell(figure{Bar: "frame_violations", Value: float64(violations), Unit: "", Limit: 0, Control: fmt.Sprintf("%d random operations, %.0f a second", done, rate),
		Ratio: float64(violations) / float64(max(done, 1))})
}

func living(members []orb.MultiPolygon) (out []orb.MultiPolygon) {
	for _, m := range members {
		if len(m) > 0 {
			out = append(out, m)
		}
	}
	return out
}

// operated splits, merges, reshapes or transfers somewhere.
func operated(rng *rand.Rand, members []orb.MultiPolygon) (coverage.Edit, error) {
	which := rng.IntN(len(members))
	if len(members[which]) == 0 {
		return nil, &coverage.Error{Reason: coverage.NoSuchMember}
	}
	bound := members[which].Bound()
	line := orb.LineString{anywhere(rng, bound), anywhere(rng, bound), anywhere(rng, bound)}
	what := rng.IntN(4)
	if len(members) > operationsMost {
		what = mergeOnly
	}
	switch what {
	case 0:
		return coverage.Reshape(members, line, 5)
	case 1:
		return coverage.Split(members, which, stretched(line, bound), 1)
	case 2:
		return coverage.Transfer(members, which, rng.IntN(len(members)), orb.MultiPolygon{{append(orb.Ring(line), line[0])}})
	}
	for range 50 { // with whoever lies beside it
		other := rng.IntN(len(members))
		if other != which && len(members[other]) > 0 && bound.Intersects(members[other].Bound()) {
			return coverage.Merge(members, which, other)
		}
	}
	return nil, &coverage.Error{Reason: coverage.NoSuchMember}
}

func anywhere(rng *rand.Rand, b orb.Bound) orb.Point {
	return orb.Point{b.Min[0] + rng.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + rng.Float64()*(b.Max[1]-b.Min[1])}
}

// stretched lets a line begin and end outside.
func stretched(line orb.LineString, b orb.Bound) orb.LineString {
	wide := b.Max[0] - b.Min[0]
	return orb.LineString{{b.Min[0] - wide/10, line[0][1]}, line[1], {b.Max[0] + wide/10, line[2][1]}}
}

// boundaries takes a file in whose towns were rounded each by itself, so that they overlap and gape along their borders, and
// has them drawn together.
func (b *bench) boundaries(ctx context.Context, towns [][]orb.MultiPolygon) (err error) {
	cluster, err := startCluster(ctx, clusterOptions{data: filepath.Join(b.dir, "frame"), logger: b.cfg.logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.stop()) }()
	file := filepath.Join(b.dir, "boundaries.geojsonl")
	if err := writeMisfits(file, towns); err != nil {
		return err
	}
	_, err = b.importRate(ctx, cluster.dsn(clusterDatabase), figure{Bar: "frame_import_per_s", Limit: frameImportRate}, "sub-areas", file,
		"--map", "id=id,area=area,town=town", "--repair", "1")
	return err
}

// writeMisfits writes sub-areas one a line, each town rounded to a grid that begins elsewhere.
func writeMisfits(path string, towns [][]orb.MultiPolygon) (err error) {
	to, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	lines := bufio.NewWriterSize(to, 1<<20)
	defer func() { err = errors.Join(err, lines.Flush()) }()
	w, err := vector.NewWriter(lines, vector.GeoJSONSeq)
	if err != nil {
		return err
	}
	for copied := range frameImportTwice {
		for t, town := range towns {
			for i, m := range town {
				f := vector.Feature{ID: fmt.Sprintf("%d/%d/%d", copied, t, i), Geometry: misfit(shifted(m, float64(copied)), float64(t)*1.3e-6),
					Properties: vector.Properties{{Name: "id", Value: fmt.Sprintf("%d/%d/%d", copied, t, i)},
						{Name: "area", Value: fmt.Sprintf("%d/%d/%d", copied, t, i/100)}, {Name: "town", Value: fmt.Sprintf("%d/%d", copied, t)}}}
				if err := w.Write(f); err != nil {
					return err
				}
			}
		}
	}
	return w.Close()
}

func misfit(m orb.MultiPolygon, offset float64) orb.MultiPolygon {
	round := func(v float64) float64 { return math.Round((v-offset)/townMisfit)*townMisfit + offset }
	for _, polygon := range m {
		for _, ring := range polygon {
			for i := range ring {
				ring[i] = orb.Point{round(ring[i][0]), round(ring[i][1])}
			}
		}
	}
	return m
}
