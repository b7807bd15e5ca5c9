package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"

	"canvass/tiles"
)

const (
	workedSubAreas = 60 // in which a day of visits is recorded
	visitsADay     = 60 // of one enumerator
)

// packedGround is what is measured of one sub-area's package.
type packedGround struct {
	vectors float64 // bytes fetched of tiles, roster and status: of everything but imagery and what is the same in a county
	content float64 // the same unpacked
	took    float64 // milliseconds until it was made and answered
}

// benchPackage makes the package of every sub-area of the county, then records a day of visits in some and asks what changed.
func benchPackage(ctx context.Context, b *bench) error {
	c, err := b.client(ctx)
	if err != nil {
		return err
	}
	subAreas, err := c.subAreas(ctx)
	if err != nil {
		return err
	}
	subAreas = slices.DeleteFunc(subAreas, func(code string) bool { return code[12:] >= "900" }) // they have no ground
	var vectors, content, took []float64
	for _, code := range subAreas {
		_, p, err := c.fieldPackage(ctx, code)
		if err != nil {
			return fmt.Errorf("the package of %s: %w", code, err)
		}
		vectors, content, took = append(vectors, p.vectors/1000), append(content, p.content/1000), append(took, p.took)
	}
	spread := func(what string, of []float64) {
		fmt.Fprintf(b.progress, "  %s of %d packages: median %.1f, p95 %.1f, max %.1f\n", what, len(of), quantile(of, 0.5), quantile(of, 0.95), quantile(of, 1))
	}
	spread("KB of vectors", vectors)
	spread("ms to make", took)
	b.tell(figure{Bar: "package_median_kb", Value: quantile(vectors, 0.5), Unit: "KB", Limit: 50, Control: "the same unpacked",
		Ratio: quantile(vectors, 0.5) / quantile(content, 0.5)})
	control, err := c.latencies(ctx, benchAsks, func(ctx context.Context, _ *rand.Rand) error { return c.get(ctx, "/healthz") })
	if err != nil {
		return err
	}
	for _, q := range []float64{0.5, 0.95} {
		b.tell(figure{Bar: fmt.Sprintf("package_made_p%.0f_ms", q*100), Value: quantile(took, q), Unit: "ms", Limit: 50, Control: "GET /healthz",
			Ratio: quantile(took, q) / quantile(control, q)})
	}
	deltas, whole, err := c.statusDays(ctx, subAreas)
	if err != nil {
		return err
	}
	spread("KB of a status day's delta", deltas)
	b.tell(figure{Bar: "package_delta_p95_kb", Value: quantile(deltas, 0.95), Unit: "KB", Limit: 3, Control: "the package anew",
		Ratio: quantile(deltas, 0.95) / quantile(whole, 0.95)})
	return nil
}

// fieldPackage has a package made and answers its revision.
func (c *client) fieldPackage(ctx context.Context, code string) (revision string, p packedGround, err error) {
	begun := time.Now()
	body, err := c.open(ctx, "/api/packages/"+code+"?wait=30")
	if err != nil {
		return "", p, err
	}
	answer, err := decoded[struct{ Revision, Manifest string }](body)
	if err != nil {
		return "", p, err
	}
	p.took = time.Since(begun).Seconds() * 1000
	var m tiles.Manifest
	if err := json.Unmarshal([]byte(answer.Manifest), &m); err != nil {
		return "", p, err
	}
	for _, part := range m.Parts {
		switch part.Name {
		case tiles.PartTiles, tiles.PartRoster, tiles.PartStatus:
			p.vectors += float64(part.Packed)
			p.content += float64(part.Bytes)
		}
	}
	return answer.Revision, p, nil
}

// statusDays records a day of visits in some sub-areas and answers how large the deltas and the packages are, in KB.
func (c *client) statusDays(ctx context.Context, subAreas []string) (deltas, whole []float64, err error) {
	random := rand.New(rand.NewPCG(1, 1))
	for i := 0; i < len(subAreas); i += max(len(subAreas)/workedSubAreas, 1) {
		revision, p, err := c.fieldPackage(ctx, subAreas[i])
		if err != nil {
			return nil, nil, err
		}
		visits, err := c.day(ctx, subAreas[i], random)
		if err != nil {
			return nil, nil, err
		}
		if visits == 0 {
			continue
		}
		body, err := c.open(ctx, "/api/packages/"+subAreas[i]+"/delta?from="+revision)
		if err != nil {
			return nil, nil, err
		}
		size, err := io.Copy(io.Discard, body)
		if err := errors.Join(err, body.Close()); err != nil {
			return nil, nil, err
		}
		deltas, whole = append(deltas, float64(size)/1000), append(whole, p.vectors/1000)
	}
	return deltas, whole, nil
}

// day records what an enumerator finds in a day: people are counted, not at home, or the dwelling is vacant.
func (c *client) day(ctx context.Context, code string, random *rand.Rand) (visits int, err error) {
	doors, err := c.items(ctx, "/api/dwellings?sub_area="+code)
	if err != nil {
		return 0, err
	}
	random.Shuffle(len(doors.Items), func(i, j int) { doors.Items[i], doors.Items[j] = doors.Items[j], doors.Items[i] })
	for _, door := range doors.Items[:min(visitsADay, len(doors.Items))] {
		visit := map[string]any{"id": uuid.New(), "county": door.County, "dwelling": door.ID}
		switch n := random.IntN(100); {
		case n < 60:
			visit["result"], visit["persons"] = "complete", map[string]int{"present_registered": 1 + random.IntN(4), "present_elsewhere": random.IntN(2),
				"present_pending": 0, "absent_registered": random.IntN(2)}
		case n < 85:
			visit["result"] = "no_contact"
		default:
			visit["result"], visit["evidence"] = "vacant", []string{"meter", "neighbour"}
		}
		if err := c.post(ctx, "/api/visits", visit); err != nil {
			return visits, err
		}
		visits++
	}
	return visits, nil
}
