package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"canvass/areas"
)

// A county's peak hour: each of its tablets sends what its enumerator did in it.
const (
	peakTablets = 6600
	peakVisits  = 66_000
	syncClients = 64 // tablets that send at once, one in a hundred
	bareConns   = 8  // that write the same rows at once: two cores write no more by more of them
	syncRounds  = 10 // the hour is sent and written barely in so many parts, in turn: what disturbs the machine disturbs both
)

// benchTablet is one tablet of the fleet, with the doors of its sub-area.
type benchTablet struct {
	device  string // county/id
	key     *ecdsa.PrivateKey
	subArea string
	epoch   int
	doors   []benchDoor
	serial  int
}

type benchDoor struct {
	id       uuid.UUID
	revision int64
}

// benchSync has every tablet of a county send its peak hour, and writes the same rows by bare INSERTs, batch by batch.
func benchSync(ctx context.Context, b *bench) (err error) {
	if err := b.atCounty(ctx); err != nil {
		return err
	}
	cluster, err := joinCluster(ctx, clusterOptions{data: b.county.data, logger: b.cfg.logger})
	if err != nil {
		return err
	}
	config, err := pgxpool.ParseConfig(cluster.dsn(clusterDatabase))
	if err != nil {
		return err
	}
	config.MaxConns = bareConns
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	fleet, err := enrolFleet(ctx, pool)
	if err != nil {
		return fmt.Errorf("enrol the fleet: %w", err)
	}
	f := &fleetRun{bench: b, pool: pool, told: time.Now()}
	hour, err := f.pack(fleet)
	if err != nil {
		return err
	}
	if err := f.likeTables(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.dropBare(ctx)) }()
	var sync, control spent
	for i := range syncRounds {
		part := hour[i*len(hour)/syncRounds : (i+1)*len(hour)/syncRounds]
		since := time.Now()
		if err := f.during(ctx, &sync, func() error { return f.peak(ctx, part) }); err != nil {
			return err
		}
		rows, err := f.written(ctx, since, part)
		if err != nil {
			return err
		}
		if err := f.during(ctx, &control, func() error { return f.bareInsert(ctx, rows) }); err != nil {
			return fmt.Errorf("write the same rows barely: %w", err)
		}
	}
	return f.report(sync, control)
}

// fleetRun is a fleet on its way, and what was measured of it.
type fleetRun struct {
	*bench
	pool *pgxpool.Pool
	told time.Time // until when every tablet was told what changed
	mu   sync.Mutex
	took []float64 // milliseconds of each sync
	sent int       // changes that were applied
	up   int       // bytes
	down int
}

// enrolFleet makes a tablet for every sub-area that somebody holds, as if its enumerator had scanned the code and pledged.
func enrolFleet(ctx context.Context, pool *pgxpool.Pool) ([]*benchTablet, error) {
	const holders = `
		SELECT h.county, h.sub_area, h.epoch, h.enumerator
		  FROM assignments h
		 WHERE h.ended_at IS NULL
		 ORDER BY h.sub_area
		 LIMIT $1`
	rows, err := pool.Query(ctx, holders, peakTablets)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var fleet []*benchTablet
	at := map[string]*benchTablet{}
	var counties []string
	var users, ids []uuid.UUID
	var keys [][]byte
	for rows.Next() {
		t := &benchTablet{}
		var county string
		var user uuid.UUID
		if err := rows.Scan(&county, &t.subArea, &t.epoch, &user); err != nil {
			return nil, err
		}
		id := uuid.Must(uuid.NewV7())
		t.device = county + "/" + id.String()
		if t.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return nil, err
		}
		public, err := x509.MarshalPKIXPublicKey(&t.key.PublicKey)
		if err != nil {
			return nil, err
		}
		counties, users, ids, keys = append(counties, county), append(users, user), append(ids, id), append(keys, public)
		fleet, at[t.subArea] = append(fleet, t), t
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	const enrol = `
		INSERT INTO devices (county, id, user_id, name, public_key, enrolled_at, pledge, pledged_at)
		SELECT n.county, n.id, n.user_id, 'bench', n.key, now(), $5, now()
		  FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::bytea[]) AS n (county, id, user_id, key)`
	if _, err := pool.Exec(ctx, enrol, counties, ids, users, keys, areas.PledgeVersion); err != nil {
		return nil, err
	}
	return fleet, doorsOfFleet(ctx, pool, at)
}

// doorsOfFleet gives each tablet the doors of its sub-area.
func doorsOfFleet(ctx context.Context, pool *pgxpool.Pool, at map[string]*benchTablet) error {
	rows, err := pool.Query(ctx, `SELECT sub_area, id, revision FROM dwellings WHERE retired_at IS NULL ORDER BY sub_area, id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var subArea string
		var d benchDoor
		if err := rows.Scan(&subArea, &d.id, &d.revision); err != nil {
			return err
		}
		if t := at[subArea]; t != nil {
			t.doors = append(t.doors, d)
		}
	}
	return rows.Err()
}

// parcel is one sync of a tablet: its visits, packed and signed.
type parcel struct {
	device  string
	subArea string
	visits  int
	request *http.Request
}

// pack has every tablet pack and sign its visits, before anything is measured: tablets do that, and not this machine.
func (f *fleetRun) pack(fleet []*benchTablet) (hour []parcel, err error) {
	left := peakVisits
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	for i, t := range fleet {
		n := int(math.Ceil(float64(left) / float64(len(fleet)-i)))
		left -= n
		if len(t.doors) == 0 {
			continue
		}
		body.Reset()
		z.Reset(&body)
		if err := json.NewEncoder(z).Encode(t.hour(n, f.told)); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		request, err := t.request(f.county.address+"/api/sync", bytes.Clone(body.Bytes()))
		if err != nil {
			return nil, err
		}
		_, id, _ := strings.Cut(t.device, "/")
		hour = append(hour, parcel{id, t.subArea, n, request})
	}
	return hour, nil
}

func (t *benchTablet) request(address string, body []byte) (*http.Request, error) {
	request, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Content-Encoding", "gzip")
	request.Header.Set("Accept-Encoding", "gzip")
	return request, t.sign(request, body)
}

// peak sends every tablet's visits, a few tablets at a time, each in one sync.
func (f *fleetRun) peak(ctx context.Context, hour []parcel) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(syncClients)
	front := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * syncClients}}
	for _, p := range hour {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error { return f.send(front, p.request.WithContext(ctx), p) })
	}
	return group.Wait()
}

// send sends one sync. What is not applied ends the measurement.
func (f *fleetRun) send(front *http.Client, request *http.Request, p parcel) error {
	begun := time.Now()
	answer, err := front.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	took := time.Since(begun)
	if err != nil {
		return err
	}
	applied, err := receipted(answer, body)
	if err == nil && applied != p.visits {
		err = fmt.Errorf("%s: %d of %d visits were applied", p.subArea, applied, p.visits)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.took, f.sent = append(f.took, took.Seconds()*1000), f.sent+applied
	f.up, f.down = f.up+int(request.ContentLength), f.down+len(body)
	return err
}

// hour is what an enumerator did since his tablet was last told what changed: visits from door to door.
func (t *benchTablet) hour(visits int, told time.Time) map[string]any {
	results := []string{"complete", "complete", "no_contact", "complete", "partial", "vacant"}
	now := time.Now()
	changes := make([]map[string]any, visits)
	for i := range changes {
		d := t.doors[t.serial%len(t.doors)]
		t.serial++
		changes[i] = map[string]any{"id": uuid.Must(uuid.NewV7()), "serial": t.serial, "verb": "record_visit", "sub_area": t.subArea,
			"epoch": t.epoch, "base_revision": d.revision, "at": now.Add(time.Duration(i-visits) * 4 * time.Second).UTC(),
			"values": map[string]any{"dwelling": d.id, "result": results[t.serial%len(results)], "accuracy_m": 8.5,
				"persons": map[string]int{"present_registered": 2, "present_elsewhere": 1, "present_pending": 0, "absent_registered": 0}}}
	}
	return map[string]any{"version": 1, "clock": now.UTC(), "cursor": fmt.Sprint(told.UnixMicro()), "changes": changes,
		"have": []map[string]string{{"sub_area": t.subArea, "hash": "of yesterday"}}}
}

// sign signs a request as the tablet does.
func (t *benchTablet) sign(r *http.Request, body []byte) error {
	sum := sha256.Sum256(body)
	at, nonce := time.Now().UnixMilli(), uuid.NewString()
	text := sha256.Sum256(fmt.Appendf(nil, "canvass-1\n%s\n%s\n%d\n%s\n%s", r.Method, r.URL.RequestURI(), at, nonce, hex.EncodeToString(sum[:])))
	a, b, err := ecdsa.Sign(rand.Reader, t.key, text[:])
	if err != nil {
		return err
	}
	value := append(a.FillBytes(make([]byte, 32)), b.FillBytes(make([]byte, 32))...)
	r.Header.Set("Authorization", fmt.Sprintf("Canvass device=%s, time=%d, nonce=%s, signature=%s", t.device, at, nonce,
		base64.RawURLEncoding.EncodeToString(value)))
	return nil
}

// receipted counts what was applied.
func receipted(answer *http.Response, body []byte) (int, error) {
	var from io.Reader = bytes.NewReader(body)
	if answer.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(from)
		if err != nil {
			return 0, err
		}
		from = z
	}
	text, err := io.ReadAll(from)
	if err != nil {
		return 0, err
	}
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("sync answers %s: %s", answer.Status, strings.TrimSpace(string(text[:min(len(text), 1000)])))
	}
	var read struct {
		Receipts []struct{ State, Reason string }
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return 0, err
	}
	n := 0
	for _, r := range read.Receipts {
		if r.State == areas.ChangeApplied {
			n++
		} else {
			err = errors.Join(err, fmt.Errorf("a visit became %s: %s", r.State, r.Reason))
		}
	}
	return n, err
}
