package areas

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"canvass/geo"
)

// What a person set of a building, such as its outline or its floors, is noted with it, and what a source says of that later is
// left out unless somebody asks for it.

// setByHand notes fields of a building as set by a person.
func (b *Building) setByHand(fields ...string) {
	b.ByHand = append(append([]string{}, b.ByHand...), fields...) // none is not NULL
	slices.Sort(b.ByHand)
	b.ByHand = slices.Compact(b.ByHand)
}

// fields names what an edit sets that a source may say too.
func (e BuildingEdit) fields() (out []string) {
	for name := range changed("kind", e.Kind, "name", e.Name, "address", e.Address, "floors", e.Floors, "stairwells", e.Stairwells,
		"doors", e.Doors, "units", e.Units) {
		out = append(out, name)
	}
	return out
}

// learned names what a building has that it had not, or had otherwise.
func (b Building) learned(was Building) (out []string) {
	given := func(name string, same bool) {
		if !same {
			out = append(out, name)
		}
	}
	given("name", b.Name == was.Name)
	given("address", b.Address == was.Address)
	given("floors", b.Floors == was.Floors)
	given("stairwells", b.Stairwells == was.Stairwells)
	given("doors", b.Doors == was.Doors)
	given("units", b.Units == was.Units)
	return out
}

// keptByHand is a staged building of which the source says otherwise than a person did.
type keptByHand struct {
	Seq      int       `db:"seq"`
	SourceID string    `db:"source_id"`
	Fields   []string  `db:"fields"`
	Point    orb.Point `db:"point"`
}

// reason says in a report what was kept, and how to take the file's instead.
func (k keptByHand) reason() string {
	return fmt.Sprintf("kept as somebody set it by hand: %s; take the file's with --overrule", strings.Join(k.Fields, ", "))
}

// keepByHand puts what people set of buildings in place of what is staged for them, and tells where the two differ.
func (t *tx) keepByHand(ctx context.Context) ([]keptByHand, error) {
	const sql = `
		SELECT s.seq, s.source_id, d.fields, b.point
		  FROM buildings b
		  JOIN staged_buildings s ON s.source = b.source AND s.source_id = b.source_id
		 CROSS JOIN LATERAL (
		       SELECT array_agg(f) AS fields
		         FROM unnest(b.by_hand) AS f
		        WHERE CASE f WHEN 'outline' THEN ST_AsBinary(s.geom) <> ST_AsBinary(b.geom)
		                     WHEN 'kind' THEN s.kind <> b.kind
		                     WHEN 'name' THEN s.name <> b.name
		                     WHEN 'address' THEN s.address <> b.address
		                     WHEN 'floors' THEN s.floors IS DISTINCT FROM b.floors
		                     WHEN 'stairwells' THEN s.stairwells IS DISTINCT FROM b.stairwells
		                     WHEN 'doors' THEN s.doors IS DISTINCT FROM b.doors
		                     WHEN 'units' THEN s.units IS DISTINCT FROM b.units END) d
		 WHERE b.county = $1 AND b.by_hand <> '{}' AND NOT b.sensitive AND d.fields IS NOT NULL
		 ORDER BY s.seq`
	kept, err := collect[keptByHand](t.Query(ctx, sql, t.county))
	if err != nil || len(kept) == 0 {
		return nil, err
	}
	settings, err := t.settings(ctx)
	if err != nil {
		return nil, err
	}
	return kept, t.restage(ctx, settings)
}

// restage writes what people set over what is staged, and what is expected of buildings that are told by both.
func (t *tx) restage(ctx context.Context, settings Settings) error {
	const sql = `
		UPDATE staged_buildings s
		   SET place = CASE WHEN 'outline' = ANY (b.by_hand) THEN b.place ELSE s.place END,
		       geom = CASE WHEN 'outline' = ANY (b.by_hand) THEN b.geom ELSE s.geom END,
		       point = CASE WHEN 'outline' = ANY (b.by_hand) THEN b.point ELSE s.point END,
		       kind = CASE WHEN 'kind' = ANY (b.by_hand) THEN b.kind ELSE s.kind END,
		       name = CASE WHEN 'name' = ANY (b.by_hand) THEN b.name ELSE s.name END,
		       address = CASE WHEN 'address' = ANY (b.by_hand) THEN b.address ELSE s.address END,
		       floors = CASE WHEN 'floors' = ANY (b.by_hand) THEN b.floors ELSE s.floors END,
		       stairwells = CASE WHEN 'stairwells' = ANY (b.by_hand) THEN b.stairwells ELSE s.stairwells END,
		       doors = CASE WHEN 'doors' = ANY (b.by_hand) THEN b.doors ELSE s.doors END,
		       units = CASE WHEN 'units' = ANY (b.by_hand) THEN b.units ELSE s.units END
		  FROM buildings b
		 WHERE b.county = $1 AND b.by_hand <> '{}' AND NOT b.sensitive AND s.source = b.source AND s.source_id = b.source_id
		RETURNING s.seq, s.kind, s.floors, s.stairwells, s.doors, s.units, s.geom`
	rows, err := t.Query(ctx, sql, t.county)
	if err != nil {
		return err
	}
	defer rows.Close()
	batch := &pgx.Batch{}
	for rows.Next() {
		var seq int
		var c Capacity
		var g orb.Geometry
		if err := rows.Scan(&seq, &c.Kind, &c.Floors, &c.Stairwells, &c.Doors, &c.Units, &g); err != nil {
			return err
		}
		c.AreaM2 = geo.Area(g)
		batch.Queue(`UPDATE staged_buildings SET expected = $2 WHERE seq = $1`, seq, settings.expectedDwellings(c))
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return t.SendBatch(ctx, batch).Close()
}
