package areas

import (
	"context"

	"github.com/paulmach/orb"
)

// Region is a county or a town: what census areas are grouped under.
type Region struct {
	Code               Code         `db:"code"`
	Name               string       `db:"name"`
	ExpectedHouseholds *int         `db:"expected_households"`
	Envelope           orb.Geometry `db:"envelope"` // the box of its ground, of its buildings where a county has none, else nil
	Point              *orb.Point   `db:"point"`    // inside, for a label
	Areas              int          `db:"areas"`
	SubAreas           int          `db:"sub_areas"`
	Revision           int64        `db:"revision"`
}

// Level tells whether it is a county or a town.
func (r Region) Level() Level { return r.Code.Level() }

// NewRegion is a county or town to make. Geometry may be left out and drawn later.
type NewRegion struct {
	Code               Code
	Name               string
	Geometry           orb.MultiPolygon
	ExpectedHouseholds *int
	Source, SourceID   string
}

// RegionQuery asks for the regions that lie in a place; an empty Level means counties and towns.
type RegionQuery struct {
	Within Code
	Level  Level
	Page   Page
}

// RegionEdit holds what may be changed of a region; what is nil stays.
type RegionEdit struct {
	Name               *string
	ExpectedHouseholds *int
}

// MakeRegions makes counties and towns, parents before children. A county gets the default rounds of its year.
func (s *Store) MakeRegions(ctx context.Context, actor Actor, regions []NewRegion) error {
	place, err := commonPlace(regions, func(r NewRegion) Code { return r.Code })
	if err != nil {
		return err
	}
	return s.write(ctx, actor, place, func(t *tx) error {
		if err := t.must(Text{"建立区划", "make regions"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		return t.makeRegions(ctx, regions)
	})
}

// MakeRegion makes one county or town.
func (s *Store) MakeRegion(ctx context.Context, actor Actor, r NewRegion) (Region, error) {
	if err := s.MakeRegions(ctx, actor, []NewRegion{r}); err != nil {
		return Region{}, err
	}
	return s.Region(ctx, actor, r.Code)
}

// Regions lists counties and towns in the order of their codes.
func (s *Store) Regions(ctx context.Context, actor Actor, q RegionQuery) (List[Region], error) {
	var out List[Region]
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		rows, err := t.regions(ctx, q)
		out = listed(rows, q.Page.limit(), func(r Region) string { return string(r.Code) })
		return err
	})
	return out, err
}

// Region reads one county or town.
func (s *Store) Region(ctx context.Context, actor Actor, code Code) (Region, error) {
	var out Region
	err := s.read(ctx, actor, code, func(t *tx) (err error) {
		out, err = t.region(ctx, code)
		return err
	})
	return out, err
}

// EditRegion changes a region's name or expected households. base is the revision that was read.
func (s *Store) EditRegion(ctx context.Context, actor Actor, code Code, base int64, e RegionEdit) (Region, error) {
	var out Region
	err := s.write(ctx, actor, code, func(t *tx) error {
		if err := t.must(Text{"修改区划", "edit a region"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		if err := t.editRegion(ctx, code, base, e); err != nil {
			return err
		}
		var err error
		out, err = t.region(ctx, code)
		return err
	})
	return out, err
}

func (t *tx) makeRegions(ctx context.Context, regions []NewRegion) error {
	codes := make([]Code, len(regions))
	for i, r := range regions {
		codes[i] = r.Code
		if l := r.Code.Level(); l != LevelCounty && l != LevelTown {
			return refuse(Invalid, "code_not_a_region", "%s 不是县或镇街的代码(6 位或 9 位)",
				"%s is not the code of a county or town (6 or 9 digits)", r.Code).On("code")
		}
		if err := t.makeRegion(ctx, r); err != nil {
			return err
		}
	}
	return t.codesOnMap(ctx, "regions", codes...)
}

func (t *tx) makeRegion(ctx context.Context, r NewRegion) error {
	g, point, err := ground(r.Geometry)
	if err != nil {
		return err
	}
	const sql = `
		INSERT INTO regions (county, code, name, geom, point, expected_households, source, source_id)
		VALUES ($1, $2, $3, $4, $5, $6, nullif($7, ''), nullif($8, ''))`
	_, err = t.Exec(ctx, sql, r.Code.County(), r.Code, r.Name, g, point, r.ExpectedHouseholds, r.Source, r.SourceID)
	if err != nil {
		return err
	}
	if r.Code.Level() == LevelCounty {
		if err := t.openCalendar(ctx, r.Code); err != nil {
			return err
		}
	}
	return t.record(ctx, "make", r.Code, "region/"+string(r.Code), map[string]any{"name": r.Name})
}

func (t *tx) regions(ctx context.Context, q RegionQuery) ([]Region, error) {
	if err := onlyLevels(q.Level, LevelCounty, LevelTown); err != nil {
		return nil, err
	}
	lo, hi := q.Within.span()
	const sql = `
		WITH asked AS MATERIALIZED (
			SELECT r.*, r.code || '~' AS past
			  FROM regions r
			 WHERE r.code >= $1 AND r.code < $2
			   AND r.code > $3
			   AND ($4 = '' OR length(r.code) = CASE $4 WHEN 'county' THEN 6 ELSE 9 END)
			   AND r.retired_at IS NULL
			 ORDER BY r.code
			 LIMIT $5
		)
		SELECT r.code,
		       r.name,
		       r.expected_households,
		       CASE WHEN r.geom IS NULL AND length(r.code) = 6
		            THEN (SELECT ST_SetSRID(ST_Extent(b.point)::geometry, 4326) FROM buildings b WHERE b.county = r.county)
		            ELSE ST_Envelope(r.geom) END AS envelope,
		       r.point,
		       (SELECT count(*)
		          FROM areas a
		         WHERE a.county = r.county AND a.code >= r.code AND a.code < r.past AND a.retired_at IS NULL) AS areas,
		       (SELECT count(*)
		          FROM sub_areas s
		         WHERE s.county = r.county AND s.code >= r.code AND s.code < r.past AND s.retired_at IS NULL) AS sub_areas,
		       r.revision
		  FROM asked r
		 ORDER BY r.code`
	return collect[Region](t.Query(ctx, sql, lo, hi, q.Page.After, q.Level, q.Page.limit()+1))
}

func (t *tx) region(ctx context.Context, code Code) (Region, error) {
	found, err := t.regions(ctx, RegionQuery{Within: code, Page: Page{Limit: 1}})
	return first(found, err, func(r Region) bool { return r.Code == code })
}

func (t *tx) editRegion(ctx context.Context, code Code, base int64, e RegionEdit) error {
	const sql = `SELECT revision FROM regions WHERE county = $1 AND code = $2 FOR UPDATE`
	if err := t.fresh(ctx, base, sql, t.county, code); err != nil {
		return err
	}
	const update = `
		UPDATE regions
		   SET name = coalesce($3, name),
		       expected_households = coalesce($4, expected_households),
		       revision = revision + 1
		 WHERE county = $1 AND code = $2`
	if _, err := t.Exec(ctx, update, t.county, code, e.Name, e.ExpectedHouseholds); err != nil {
		return err
	}
	if err := t.codesOnMap(ctx, "regions", code); err != nil {
		return err
	}
	return t.record(ctx, "edit", code, "region/"+string(code), changed("name", e.Name, "expected_households", e.ExpectedHouseholds))
}
