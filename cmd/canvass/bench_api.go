package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// How many ask at once, and how often each does. Server, database and clients share the machine, so that more clients than it
// has cores would measure how they wait for each other.
const (
	benchClients = 2
	benchAsks    = 300
)

// benchAPI asks what the console and the field page ask, for places drawn at random, and then records visits.
func benchAPI(ctx context.Context, b *bench) error {
	c, err := b.client(ctx)
	if err != nil {
		return err
	}
	subAreas, err := c.subAreas(ctx)
	if err != nil {
		return err
	}
	draw := func(r *rand.Rand) string { return subAreas[r.IntN(len(subAreas))] }
	county := subAreas[0][:6]
	lists := []struct {
		bar string
		ask func(*rand.Rand) string
	}{
		{"list_towns_p95_ms", func(*rand.Rand) string { return "/api/regions?within=" + county }},
		{"list_areas_p95_ms", func(r *rand.Rand) string { return "/api/areas?within=" + draw(r)[:9] }},
		{"list_sub_areas_p95_ms", func(r *rand.Rand) string { return "/api/sub-areas?within=" + draw(r)[:9] }},
		{"sub_area_p95_ms", func(r *rand.Rand) string { return "/api/sub-areas/" + draw(r) }},
		{"list_buildings_p95_ms", func(r *rand.Rand) string { return "/api/buildings?within=" + draw(r) }},
		{"list_dwellings_p95_ms", func(r *rand.Rand) string { return "/api/dwellings?sub_area=" + draw(r) }},
		{"coverage_county_p95_ms", func(*rand.Rand) string { return "/api/coverage?level=town&within=" + county }},
		{"coverage_town_p95_ms", func(r *rand.Rand) string { return "/api/coverage?level=sub_area&within=" + draw(r)[:9] }},
		{"states_p95_ms", func(r *rand.Rand) string { return "/state/" + draw(r)[:12] }},
		{"list_flags_p95_ms", func(r *rand.Rand) string { return "/api/flags?within=" + draw(r)[:9] }},
		{"list_visits_p95_ms", func(r *rand.Rand) string { return "/api/visits?within=" + draw(r) }},
		{"list_events_p95_ms", func(*rand.Rand) string { return "/api/events?within=" + county }},
		{"search_p95_ms", func(r *rand.Rand) string { return "/api/search?county=" + county + "&q=" + draw(r)[:11] }},
	}
	for _, l := range lists {
		if err := c.compare(ctx, l.bar, 30, func(ctx context.Context, r *rand.Rand) error { return c.get(ctx, l.ask(r)) }); err != nil {
			return fmt.Errorf("%s: %w", l.bar, err)
		}
	}
	visit, err := c.visiting(ctx, subAreas)
	if err != nil {
		return err
	}
	if err := c.compare(ctx, "visit_p95_ms", 15, visit); err != nil {
		return fmt.Errorf("visit: %w", err)
	}
	held, err := b.county.memory()
	if err != nil {
		return err
	}
	b.tell(figure{Bar: "server_memory_mb", Value: held, Unit: "MB", Limit: 300, Control: "100 MB", Ratio: held / 100})
	return nil
}

// client is a signed-in browser.
type client struct {
	http.Client
	bench   *bench
	address string
}

// client signs in to the county as its administrator.
func (b *bench) client(ctx context.Context) (*client, error) {
	if err := b.atCounty(ctx); err != nil {
		return nil, err
	}
	accounts, err := b.county.accounts()
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	c := &client{bench: b, address: b.county.address}
	c.Jar = jar
	c.Transport = &http.Transport{MaxIdleConnsPerHost: 2 * benchClients}
	return c, c.post(ctx, "/api/session", map[string]string{"name": accounts[0].Name, "password": accounts[0].Password})
}

func (c *client) get(ctx context.Context, path string) error {
	body, err := c.open(ctx, path)
	if err != nil {
		return err
	}
	defer body.Close()
	_, err = io.Copy(io.Discard, body)
	return err
}

// open asks for a path; anything but an answer of its kind is an error.
func (c *client) open(ctx context.Context, path string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.address+path, nil)
	if err != nil {
		return nil, err
	}
	return c.send(request)
}

func (c *client) post(ctx context.Context, path string, what any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := c.send(request)
	if err != nil {
		return err
	}
	defer answer.Close()
	_, err = io.Copy(io.Discard, answer)
	return err
}

func (c *client) send(request *http.Request) (io.ReadCloser, error) {
	answer, err := c.Do(request)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode < 300 {
		return answer.Body, nil
	}
	defer answer.Body.Close()
	reason, err := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
	if err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%s %s: %s: %s", request.Method, request.URL.Path, answer.Status, strings.TrimSpace(string(reason)))
}

// compare asks again and again by several at once, then asks for nothing (GET /healthz) as often, and tells the 95th
// percentile of the one against the other.
func (c *client) compare(ctx context.Context, bar string, limit float64, ask func(context.Context, *rand.Rand) error) error {
	if _, err := c.latencies(ctx, benchClients, ask); err != nil { // a first round, so that plans and pages are in memory
		return err
	}
	asked, err := c.latencies(ctx, benchAsks, ask)
	if err != nil {
		return err
	}
	control, err := c.latencies(ctx, benchAsks, func(ctx context.Context, _ *rand.Rand) error { return c.get(ctx, "/healthz") })
	if err != nil {
		return err
	}
	p95 := quantile(asked, 0.95)
	c.bench.tell(figure{Bar: bar, Value: math.Round(p95*100) / 100, Unit: "ms", Limit: limit, Control: "GET /healthz",
		Ratio: p95 / quantile(control, 0.95)})
	return nil
}

// latencies measures, in milliseconds, what several clients see who ask so many times each.
func (c *client) latencies(ctx context.Context, asks int, ask func(context.Context, *rand.Rand) error) ([]float64, error) {
	var mu sync.Mutex
	var out []float64
	group, ctx := errgroup.WithContext(ctx)
	for i := range benchClients {
		random := rand.New(rand.NewPCG(1, uint64(i)))
		group.Go(func() error {
			for range asks {
				begun := time.Now()
				if err := ask(ctx, random); err != nil {
					return err
				}
				took := time.Since(begun).Seconds() * 1000
				mu.Lock()
				out = append(out, took)
				mu.Unlock()
			}
			return nil
		})
	}
	return out, group.Wait()
}

// page is as much of a list's answer as is needed here.
type page struct {
	Items []struct {
		Code   string `json:"code"`
		ID     string `json:"id"`
		County string `json:"county"`
	} `json:"items"`
	Next string `json:"next"`
}

// items reads a list to its end.
func (c *client) items(ctx context.Context, path string) (page, error) {
	var all page
	for after := ""; ; {
		body, err := c.open(ctx, path+"&limit=1000&after="+after)
		if err != nil {
			return all, err
		}
		read, err := decoded[page](body)
		if err != nil {
			return all, err
		}
		all.Items = append(all.Items, read.Items...)
		if after = read.Next; after == "" {
			return all, nil
		}
	}
}

// subAreas lists the codes of every sub-area.
func (c *client) subAreas(ctx context.Context) ([]string, error) {
	all, err := c.items(ctx, "/api/sub-areas?within=")
	if err != nil {
		return nil, err
	}
	if len(all.Items) == 0 {
		return nil, errors.New("the county has no sub-areas")
	}
	codes := make([]string, len(all.Items))
	for i, item := range all.Items {
		codes[i] = item.Code
	}
	return codes, nil
}

// visiting answers a visit to one of some hundred dwellings, each with an id of its own.
func (c *client) visiting(ctx context.Context, subAreas []string) (func(context.Context, *rand.Rand) error, error) {
	var doors page
	for i := 0; i < len(subAreas); i += len(subAreas) / 40 {
		some, err := c.items(ctx, "/api/dwellings?sub_area="+subAreas[i])
		if err != nil {
			return nil, err
		}
		doors.Items = append(doors.Items, some.Items...)
	}
	return func(ctx context.Context, r *rand.Rand) error {
		door := doors.Items[r.IntN(len(doors.Items))]
		return c.post(ctx, "/api/visits", map[string]any{"id": uuid.New(), "county": door.County, "dwelling": door.ID,
			"result": "no_contact", "at": time.Now().UTC()})
	}, nil
}
