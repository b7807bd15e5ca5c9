package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// How many changes of each kind are made, and how many come before them that do not count: they ask the server's connections for what
// these have not been asked for yet.
const benchEdited, benchUncounted = 200, 20

// How fast a change of the frame must be at county size, and how much slower than a bare UPDATE of the rows it touches.
const (
	editMillis     = 60
	editToUpdate   = 5
	editsTried     = 4000 // lines that cut a building or miss are refused, as they must be, and drawn elsewhere
	metresOfDegree = 111_320.0
)

// benchEdits splits, merges and reshapes sub-areas all over the county by HTTP, as one who draws. Beside each it writes the
// same rows again with a bare UPDATE.
func benchEdits(ctx context.Context, b *bench) (err error) {
	c, err := b.client(ctx)
	if err != nil {
		return err
	}
	subAreas, err := c.subAreas(ctx)
	if err != nil {
		return err
	}
	cluster, err := joinCluster(ctx, clusterOptions{data: b.county.data, logger: b.cfg.logger})
	if err != nil {
		return err
	}
	if _, err := vacuumed(ctx, cluster.dsn(clusterDatabase)); err != nil { // as a county is that was not made this minute
		return errors.Join(err, cluster.stop())
	}
	conn, err := pgx.Connect(ctx, cluster.dsn(clusterDatabase))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx), cluster.stop()) }()
	if _, err := conn.Exec(ctx, `SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off; SET jit = off`); err != nil {
		return err // few rows, found by their keys: the control must not look through whole tables
	}
	err = c.post(ctx, "/api/sign-off/"+subAreas[0][:6]+"/reopen", map[string]string{"reason": "bench"})
	if err != nil && !strings.Contains(err.Error(), "nothing_to_sign") { // it was reopened by a run before
		return err
	}
	e := &editor{client: c, conn: conn, subAreas: subAreas, random: rand.New(rand.NewPCG(4, uint64(time.Now().UnixNano()))), took: map[string][]float64{}, bare: map[string][]float64{}}
	for range editsTried {
		if len(e.took["reshape"]) >= benchUncounted+benchEdited && len(e.took["split"]) >= benchUncounted+benchEdited {
			break
		}
		if err := e.edit(ctx); err != nil {
			return err
		}
	}
	for _, verb := range []string{"split", "merge", "reshape"} {
		counted := len(e.took[verb]) - benchUncounted
		if counted < benchEdited/2 {
			return fmt.Errorf("only %d of %d changes by %s were taken", counted, benchEdited, verb)
		}
		p95, control := quantile(e.took[verb][benchUncounted:], 0.95), quantile(e.bare[verb][benchUncounted:], 0.95)
		b.tell(figure{Bar: verb + "_p95_ms", Value: math.Round(p95*100) / 100, Unit: "ms", Limit: editMillis, Control: "UPDATE of the same rows", Ratio: p95 / control})
		b.tell(figure{Bar: verb + "_to_update", Value: p95 / control, Unit: "×", Limit: editToUpdate, Control: "UPDATE of the same rows", Ratio: p95 / control})
	}
	return nil
}

// editor draws at random and notes how long it took, in milliseconds.
type editor struct {
	*client
	conn       *pgx.Conn
	subAreas   []string
	random     *rand.Rand
	took, bare map[string][]float64 // by verb
}

// edited is as much of an outcome as is needed here.
type edited struct {
	Revision int64 `json:"revision"`
	SubAreas []struct {
		Code string `json:"code"`
		New  bool   `json:"new"`
		Bent bool   `json:"bent"`
	} `json:"sub_areas"`
	Retired []struct {
		Code string `json:"code"`
	} `json:"retired"`
}

// edit divides a sub-area and merges what came out, or moves a stretch of a boundary to and fro. Whatever is refused is tried
// elsewhere.
func (e *editor) edit(ctx context.Context) error {
	code := e.subAreas[e.random.IntN(len(e.subAreas))]
	ground, err := e.ground(ctx, code)
	if err != nil || ground == nil {
		return err
	}
	if len(e.took["split"]) < benchUncounted+benchEdited {
		b := ground.Bound()
		x := b.Min[0] + (0.2+0.6*e.random.Float64())*(b.Max[0]-b.Min[0])
		line := orb.LineString{{x, b.Min[1]}, {x, b.Max[1]}}
		done, err := e.change(ctx, "split", "/api/sub-areas/"+code+"/split", map[string]any{"line": geojson.NewGeometry(line)})
		if err != nil || done == nil {
			return err
		}
		codes := []string{}
		for _, s := range done.SubAreas {
			if !s.Bent {
				codes = append(codes, s.Code)
			}
		}
		_, err = e.change(ctx, "merge", "/api/sub-areas/merge", map[string]any{"codes": codes})
		return err
	}
	return e.reshape(ctx, code, ground)
}

// reshape moves the middle of a stretch of boundary that a sub-area shares with a neighbour by a few metres.
func (e *editor) reshape(ctx context.Context, code string, ground orb.MultiPolygon) error {
	other := code[:12] + fmt.Sprintf("%03d", 1+e.random.IntN(9))
	if other == code {
		return nil
	}
	beside, err := e.ground(ctx, other)
	if err != nil || beside == nil {
		return err
	}
	known := map[orb.Point]bool{}
	for _, p := range beside[0][0] {
		known[p] = true
	}
	ring := ground[0][0]
	for i := 0; i+2 < len(ring); i++ {
		a, m, z := ring[i], ring[i+1], ring[i+2]
		if !known[a] || !known[m] || !known[z] {
			continue
		}
		shift := (e.random.Float64() - 0.5) * 10 / metresOfDegree
		line := orb.LineString{a, {m[0] - shift*(z[1]-a[1])/orbLength(a, z), m[1] + shift*(z[0]-a[0])/orbLength(a, z)}, z}
		_, err := e.change(ctx, "reshape", "/api/sub-areas/reshape", map[string]any{"codes": []string{code, other},
			"line": geojson.NewGeometry(line), "tolerance": 0.5})
		return err
	}
	return nil
}

func orbLength(a, z orb.Point) float64 { return math.Hypot(z[0]-a[0], z[1]-a[1]) }

// ground reads a sub-area's; nil where there is none such.
func (e *editor) ground(ctx context.Context, code string) (orb.MultiPolygon, error) {
	answer, err := e.open(ctx, "/api/places/"+code+"/geometry")
	if err != nil {
		if strings.Contains(err.Error(), "404") {
			return nil, nil
		}
		return nil, err
	}
	f, err := decoded[geojson.Feature](answer)
	if err != nil {
		return nil, err
	}
	m, _ := f.Geometry.(orb.MultiPolygon)
	return m, nil
}

// change asks for one change, notes how long it took, and writes the same rows bare. A refusal is no fault: nil is answered.
func (e *editor) change(ctx context.Context, verb, path string, what any) (*edited, error) {
	body, err := json.Marshal(what)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.address+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	begun := time.Now()
	answer, err := e.send(request)
	if err != nil {
		if text := err.Error(); strings.Contains(text, "409") || strings.Contains(text, "422") || strings.Contains(text, "404") {
			return nil, nil // 404: an earlier merge retired it
		}
		return nil, err
	}
	done, err := decoded[edited](answer)
	if err != nil {
		return nil, err
	}
	e.took[verb] = append(e.took[verb], time.Since(begun).Seconds()*1000)
	return &done, e.update(ctx, verb, done)
}

// update writes the rows that a change wrote again, as they are, each found by its key: sub-areas with their ground, the outlines
// that followed, what was moved, and the rows that keep what was before. It is one transaction of one batch, on a connection
// that no row policy holds up.
func (e *editor) update(ctx context.Context, verb string, done edited) error {
	var codes []string
	for _, s := range done.SubAreas {
		codes = append(codes, s.Code)
	}
	for _, r := range done.Retired {
		codes = append(codes, r.Code)
	}
	county := e.subAreas[0][:6]
	batch := &pgx.Batch{}
	batch.Queue(`UPDATE sub_areas SET geom = ST_Translate(geom, 0, 0), point = ST_Translate(point, 0, 0) WHERE county = $1 AND code = ANY ($2)`, county, codes)
	for _, sql := range bareUpdates {
		batch.Queue(sql, county, done.Revision)
	}
	begun := time.Now()
	err := pgx.BeginFunc(ctx, e.conn, func(tx pgx.Tx) error { return tx.SendBatch(ctx, batch).Close() })
	e.bare[verb] = append(e.bare[verb], time.Since(begun).Seconds()*1000)
	return err
}

// bareUpdates write the rows again that a revision of a county's frame wrote or made.
var bareUpdates = []string{
	`UPDATE areas a SET geom = ST_Translate(a.geom, 0, 0) FROM past_members p
	  WHERE p.county = $1 AND p.revision = $2 AND length(p.code) = 12 AND a.county = $1 AND a.code = p.code`,
	`UPDATE regions r SET geom = ST_Translate(r.geom, 0, 0) FROM past_members p
	  WHERE p.county = $1 AND p.revision = $2 AND length(p.code) = 9 AND r.county = $1 AND r.code = p.code`,
	`UPDATE buildings b SET place = b.place FROM moves m
	  WHERE m.county = $1 AND m.revision = $2 AND m.subject = 'building' AND b.county = $1 AND b.id = m.id::bigint`,
	`UPDATE dwellings d SET sub_area = d.sub_area FROM moves m
	  WHERE m.county = $1 AND m.revision = $2 AND m.subject = 'dwelling' AND d.county = $1 AND d.id = m.id::uuid`,
	`UPDATE households h SET number = h.number FROM moves m
	  WHERE m.county = $1 AND m.revision = $2 AND m.subject = 'household' AND h.county = $1 AND h.id = m.id::uuid`,
	`UPDATE visits v SET sub_area = v.sub_area FROM moves m
	  WHERE m.county = $1 AND m.revision = $2 AND m.subject = 'dwelling' AND v.county = $1 AND v.dwelling = m.id::uuid`,
	`UPDATE coverage c SET revision = c.revision
	  WHERE c.county = $1 AND c.sub_area IN (SELECT DISTINCT unnest(ARRAY[m.place, m.to_place]) FROM moves m WHERE m.county = $1 AND m.revision = $2)`,
	`UPDATE moves SET number = number WHERE county = $1 AND revision = $2`,
	`UPDATE past_members SET geom = ST_Translate(geom, 0, 0) WHERE county = $1 AND revision = $2`,
	`UPDATE lineage SET verb = verb WHERE county = $1 AND revision = $2`,
	`UPDATE revisions SET detail = detail WHERE county = $1 AND revision = $2`,
}
