package areas

import (
	"context"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"canvass/geo"
	"canvass/geo/vector"
)

// buildingImport takes buildings: each is given to the finest place whose ground holds its point on surface.
type buildingImport struct {
	r      *importRun
	ground *locators
	staged int
	bounds orb.Bound
	seen   map[string]bool
	rows   []int64 // of the file, in the order in which they were staged
}

func newBuildingImport(ctx context.Context, r *importRun) (*buildingImport, error) {
	ground, err := r.locators(ctx)
	if err != nil {
		return nil, err
	}
	return &buildingImport{r: r, ground: ground, seen: map[string]bool{}}, r.openStage(ctx)
}

// buildingKinds are the kinds a file may name.
var buildingKinds = []string{"residential", "mixed", "non_residential", "collective", "under_construction", "demolished", "not_a_building"}

func (b *buildingImport) take(ctx context.Context, batch []importFeature) error {
	made := make([]NewBuilding, 0, len(batch))
	for _, f := range batch {
		id := f.id()
		switch f.Geometry.(type) {
		case orb.Point, orb.Polygon, orb.MultiPolygon:
		default:
			b.r.refuse(f.Feature, "a building is a point, a polygon or a multipolygon, not a "+f.Geometry.GeoJSONType(), nil)
			continue
		}
		if b.seen[id] {
			b.r.refuse(f.Feature, "the id "+id+" occurs twice in the file; the first one stands", nil)
			continue
		}
		b.seen[id] = true
		made = append(made, b.building(f, id))
		b.rows = append(b.rows, f.Row)
	}
	if len(made) == 0 {
		return nil
	}
	bounds, err := b.r.stageBuildings(ctx, b.r.settings, made, b.staged)
	if b.staged > 0 {
		bounds = bounds.Union(b.bounds)
	}
	b.bounds = bounds
	b.staged += len(made)
	b.r.Accepted += int64(len(made))
	return err
}

// building turns a row into a building; what is implausible is noted and left out of it.
func (b *buildingImport) building(f importFeature, id string) NewBuilding {
	kind := f.text("kind")
	if !slices.Contains(buildingKinds, kind) {
		if kind != "" && f.columns["kind"] != "" {
			b.r.note(f.Feature, "kind "+kind+" is not known; taken as residential", nil)
		}
		kind = "residential"
	}
	place, within := b.ground.find(geo.PointOnSurface(f.Geometry))
	if !within {
		b.r.note(f.Feature, "it stands outside the county's ground", nil)
	}
	out := NewBuilding{
		Place: place, Geometry: f.Geometry, Kind: kind, Standing: "confirmed",
		Name: f.text("name"), Address: f.text("address"), Source: b.r.Source, SourceID: id, Licence: f.text("licence"),
		Floors: b.plausible(f, "floors", 200), Stairwells: b.plausible(f, "stairwells", 100),
		Doors: b.plausible(f, "doors", 100), Units: b.plausible(f, "units", 20000),
	}
	if day, err := time.Parse(time.DateOnly, f.text("date")); err == nil {
		out.SourceDate = &day
	}
	return out
}

// plausible reads a number of a building, and leaves one out that cannot be.
func (b *buildingImport) plausible(f importFeature, field string, most int) *int {
	n := f.number(field)
	if n != nil && (*n < 0 || *n > most) {
		b.r.note(f.Feature, field+" is implausible and was left out", nil)
		return nil
	}
	return n
}

func (b *buildingImport) finish(ctx context.Context) error {
	if b.staged == 0 {
		return nil
	}
	var out taken
	if err := b.r.mergeStaged(ctx, &out, b.r.Options.Overrule); err != nil {
		return err
	}
	for _, k := range out.kept {
		b.r.note(vector.Feature{Row: b.rows[k.Seq], ID: k.SourceID}, k.reason(), &k.Point)
	}
	b.r.Inserted, b.r.Updated, b.r.Unchanged = int64(out.inserted), int64(out.updated), int64(out.unchanged)
	if out.inserted+out.updated == 0 {
		return nil
	}
	bounds := &b.bounds
	if out.updated > 0 {
		bounds = nil // what was moved may have stood anywhere
	}
	b.r.mapChanged(bounds, "census")
	if err := b.r.counted(ctx, out.inserted+out.updated, "buildings"); err != nil {
		return err
	}
	return b.r.recount(ctx, b.r.County)
}

// locators find the finest place of a point: a sub-area, else an area, a town or the county.
type locators struct {
	county Code
	finest []*geo.Locator
	ground bool // something of the county is drawn
}

// locators reads the ground of a county.
func (t *tx) locators(ctx context.Context) (*locators, error) {
	out := &locators{county: t.county}
	for _, sql := range []string{
		`SELECT code, geom FROM sub_areas WHERE county = $1 AND geom IS NOT NULL AND retired_at IS NULL`,
		`SELECT code, geom FROM areas WHERE county = $1 AND geom IS NOT NULL AND retired_at IS NULL`,
		`SELECT code, geom FROM regions WHERE county = $1 AND length(code) = 9 AND geom IS NOT NULL AND retired_at IS NULL`,
		`SELECT code, geom FROM regions WHERE county = $1 AND length(code) = 6 AND geom IS NOT NULL AND retired_at IS NULL`,
	} {
		l := geo.NewLocator(1000)
		rows, err := t.Query(ctx, sql, t.county)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var code string
			var g orb.Geometry
			if err := rows.Scan(&code, &g); err != nil {
				rows.Close()
				return nil, err
			}
			l.Add(code, g)
			out.ground = true
		}
		if rows.Close(); rows.Err() != nil {
			return nil, rows.Err()
		}
		out.finest = append(out.finest, l)
	}
	return out, nil
}

// find answers the county itself for a point that is nowhere, and whether it lies on the county's ground as far as that is
// drawn.
func (l *locators) find(p orb.Point) (place Code, within bool) {
	for _, level := range l.finest {
		if code, ok := level.Find(p); ok {
			return Code(code), true
		}
	}
	return l.county, !l.ground
}
