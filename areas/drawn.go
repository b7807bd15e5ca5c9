package areas

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// drawn is what a transaction changed on the map: a feature of a layer, where it stood or stands; or, without an ID, all of a
// set within its box; without a box too, all of the set. A feature with no box stands nowhere.
type drawn struct {
	County Code
	Layer  string // regions, areas, sub_areas or buildings of a feature; census or base of a set
	ID     *int64
	West   *float64
	South  *float64
	East   *float64
	North  *float64
}

func (d drawn) bounds() (orb.Bound, bool) {
	if d.West == nil {
		return orb.Bound{}, false
	}
	return orb.Bound{Min: orb.Point{*d.West, *d.South}, Max: orb.Point{*d.East, *d.North}}, true
}

func (d drawn) same(o drawn) bool {
	here, stands := d.bounds()
	there, stood := o.bounds()
	return d.County == o.County && d.Layer == o.Layer && stands == stood && here == there &&
		(d.ID == nil) == (o.ID == nil) && (d.ID == nil || *d.ID == *o.ID)
}

// set is the tile set that shows it.
func (d drawn) set() string {
	if d.Layer == "base" {
		return "base"
	}
	return "census"
}

// mostDrawn is how many single features a transaction tells of; more are told as a set.
const mostDrawn = 500

// mapChanged tells, when the transaction commits, that whole sets of the county's map changed; no bounds mean everywhere. It is
// for what comes in bulk: whoever keeps the map reads all of it anew.
func (t *tx) mapChanged(bounds *orb.Bound, sets ...string) {
	for _, set := range sets {
		t.note(drawnIn(t.county, set, bounds))
	}
}

func drawnIn(county Code, set string, bounds *orb.Bound) drawn {
	d := drawn{County: county, Layer: set}
	if bounds != nil {
		d.West, d.South, d.East, d.North = &bounds.Min[0], &bounds.Min[1], &bounds.Max[0], &bounds.Max[1]
	}
	return d
}

// drawnQueries look up where features stand on the map just now.
var drawnQueries = map[string]string{
	"regions":   `SELECT id, geom FROM map_regions WHERE county = $1 AND code = ANY ($2::bigint[]::text[])`,
	"areas":     `SELECT id, geom FROM map_areas WHERE county = $1 AND code = ANY ($2::bigint[]::text[])`,
	"sub_areas": `SELECT id, geom FROM map_sub_areas WHERE county = $1 AND code = ANY ($2::bigint[]::text[])`,
	"buildings": `SELECT id, geom FROM map_buildings WHERE county = $1 AND id = ANY ($2)`,
}

// onMap tells, when the transaction commits, that features of a layer changed. Call it before a write that may move them or
// take them off the map, and after one that puts them there: tiles are dropped where they stood and where they stand.
func (t *tx) onMap(ctx context.Context, county Code, layer string, ids ...int64) error {
	if len(ids) == 0 {
		return nil
	}
	sql := `
		SELECT a.id,
		       ST_XMin(m.geom) AS west,
		       ST_YMin(m.geom) AS south,
		       ST_XMax(m.geom) AS east,
		       ST_YMax(m.geom) AS north,
		       $1::text AS county,
		       $3::text AS layer
		  FROM unnest($2::bigint[]) AS a (id)
		  LEFT JOIN (` + drawnQueries[layer] + `) m ON m.id = a.id`
	found, err := collect[drawn](t.Query(ctx, sql, county, ids, layer))
	if err != nil {
		return err
	}
	for _, d := range found {
		t.note(d)
	}
	return nil
}

// codesOnMap is onMap for what is known by its code.
func (t *tx) codesOnMap(ctx context.Context, layer string, codes ...Code) error {
	byCounty := map[Code][]int64{}
	for _, c := range codes {
		byCounty[c.County()] = append(byCounty[c.County()], c.mapID())
	}
	for county, ids := range byCounty {
		if err := t.onMap(ctx, county, layer, ids...); err != nil {
			return err
		}
	}
	return nil
}

// note keeps what is to be told once.
func (t *tx) note(d drawn) {
	if !slices.ContainsFunc(t.drawn, d.same) {
		t.drawn = append(t.drawn, d)
	}
}

// tellMap gives what changed on each county's map its revision and tells of it. It is the last thing a transaction does, for it
// keeps others who change the same county's map waiting until the commit.
func (t *tx) tellMap() {
	for len(t.drawn) > 0 {
		county := t.drawn[0].County
		var here []drawn
		t.drawn = slices.DeleteFunc(t.drawn, func(d drawn) bool {
			if d.County == county {
				here = append(here, d)
			}
			return d.County == county
		})
		if len(here) > mostDrawn {
			here = together(here)
		}
		t.tellCounty(county, here)
	}
}

// together tells of features as what lies in the box around them, a set each.
func together(all []drawn) (out []drawn) {
	for _, set := range []string{"base", "census"} {
		var around *orb.Bound
		whole := false
		for _, d := range all {
			if d.set() != set {
				continue
			}
			b, stands := d.bounds()
			whole = whole || !stands && d.ID == nil
			if around == nil {
				around = &b
			} else if stands {
				*around = around.Union(b)
			}
		}
		if whole {
			around = nil
		}
		if whole || around != nil {
			out = append(out, drawnIn(all[0].County, set, around))
		}
	}
	return out
}

// keptRevisions is how many revisions of a county's map are kept; who was away for longer reads it anew.
const keptRevisions = 10_000

func (t *tx) tellCounty(county Code, all []drawn) {
	const sql = `
		WITH counted AS (
			INSERT INTO drawn_revisions AS r (county, revision)
			VALUES (@county, 1)
			    ON CONFLICT ON CONSTRAINT drawn_revisions_are_counted_by_county DO UPDATE
			   SET revision = r.revision + 1,
			       kept_from = CASE WHEN r.revision % 1000 = 0 THEN greatest(r.kept_from, r.revision - @kept) ELSE r.kept_from END
			RETURNING revision, kept_from
		), forgotten AS (
			DELETE FROM drawn_changes
			 WHERE county = @county AND revision < (SELECT kept_from FROM counted WHERE revision % 1000 = 1)
		), changed AS (
			INSERT INTO drawn_changes (county, revision, serial, layer, id, west, south, east, north)
			SELECT @county, c.revision, d.serial, d.layer, d.id, d.west, d.south, d.east, d.north
			  FROM counted c,
			       unnest(@layers::text[], @ids::bigint[], @west::float8[], @south::float8[], @east::float8[], @north::float8[])
			       WITH ORDINALITY AS d (layer, id, west, south, east, north, serial)
		)
		SELECT pg_notify(@channel, (@notice::jsonb || jsonb_build_object('revision', c.revision))::text)
		  FROM counted c`
	n := Notice{County: county, Forget: t.stale}
	columns := pgx.NamedArgs{"county": county, "kept": keptRevisions, "layers": make([]string, len(all)), "ids": make([]*int64, len(all))}
	sides := [4][]*float64{}
	for i, d := range all {
		columns["layers"].([]string)[i], columns["ids"].([]*int64)[i] = d.Layer, d.ID
		for side, v := range []*float64{d.West, d.South, d.East, d.North} {
			sides[side] = append(sides[side], v)
		}
		if !slices.Contains(n.Layers, d.set()) {
			n.Layers = append(n.Layers, d.set())
		}
	}
	columns["west"], columns["south"], columns["east"], columns["north"] = sides[0], sides[1], sides[2], sides[3]
	n.Bounds = boundsAround(all)
	columns["channel"], columns["notice"] = mapChannel, n.payload()
	t.later("give the map its revision", sql, columns)
}

// boundsAround is what a notice tells of where; nil is everywhere.
func boundsAround(all []drawn) *[4]float64 {
	var out *[4]float64
	for _, d := range all {
		b, stands := d.bounds()
		switch {
		case !stands && d.ID == nil:
			return nil
		case !stands:
		case out == nil:
			out = &[4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
		default:
			*out = [4]float64{min(out[0], b.Min[0]), min(out[1], b.Min[1]), max(out[2], b.Max[0]), max(out[3], b.Max[1])}
		}
	}
	if out == nil {
		return &[4]float64{} // a change of what stands nowhere
	}
	return out
}
