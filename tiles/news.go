package tiles

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// news is what changed of a county's map after a revision.
type news struct {
	revision int64 // as of now
	gap      bool  // some of it is no longer kept, or it is too much to go through
	changed  []redrawn
}

// redrawn is a row of map_changes.
type redrawn struct {
	Revision                 int64
	Layer                    string
	ID                       *int64
	West, South, East, North *float64
}

// mostNews is how many changes are gone through one by one.
const mostNews = 20_000

func readNews(ctx context.Context, tx pgx.Tx, county string, from int64) (n news, err error) {
	var keptFrom int64
	const now = `SELECT coalesce(max(revision), 0), coalesce(max(kept_from), 1) FROM map_revisions WHERE county = $1`
	if err := tx.QueryRow(ctx, now, county).Scan(&n.revision, &keptFrom); err != nil {
		return n, err
	}
	if n.gap = from+1 < keptFrom; n.gap {
		return n, nil
	}
	const sql = `
		SELECT revision, layer, id, west, south, east, north
		  FROM map_changes
		 WHERE county = $1 AND revision > $2
		 ORDER BY revision, serial
		 LIMIT $3`
	rows, err := tx.Query(ctx, sql, county, from, mostNews+1)
	if err != nil {
		return n, err
	}
	n.changed, err = pgx.CollectRows(rows, pgx.RowToStructByName[redrawn])
	n.gap = len(n.changed) > mostNews
	return n, err
}

// lost tells whether what is kept cannot be brought to now: part of what happened is not known, or, after a loss of the
// database, did not happen.
func (n news) lost(known int64) bool { return n.gap || n.revision < known }

// box is where a change tells that it was; it is nil for everywhere, and empty for nowhere.
func (d redrawn) box() *box {
	if d.West == nil {
		if d.ID == nil {
			return nil
		}
		none := nowhere
		return &none
	}
	b := boxOf(orb.Bound{Min: orb.Point{*d.West, *d.South}, Max: orb.Point{*d.East, *d.North}})
	return &b
}

// in tells whether a change is of a set.
func (d redrawn) in(set string) bool {
	return (d.Layer == "base") == strings.HasSuffix(set, "-base")
}

// patches are the places of a set that changed after a revision.
func (n news) patches(set string, known int64) (out []patch) {
	for _, d := range n.changed {
		if d.Revision <= known || !d.in(set) {
			continue
		}
		b := d.box()
		if b == nil {
			return []patch{{box: everywhere}}
		}
		if *b != nowhere {
			out = append(out, patch{box: *b, minZoom: firstZoom(d.Layer)})
		}
	}
	return out
}

// firstZoom is where the first layer begins that shows something.
func firstZoom(of string) int {
	first := MaxZoom
	for _, l := range layers {
		if l.of == of || l.set == of {
			first = min(first, l.minZoom)
		}
	}
	return first
}
