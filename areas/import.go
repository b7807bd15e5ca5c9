package areas

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// Import is one file taken in, or refused: what it was, how far it got, and what became of its rows.
type Import struct {
	County     Code          `db:"county"`
	ID         uuid.UUID     `db:"id"`
	What       string        `db:"what"` // base, buildings, areas, sub_areas, regions or expected
	Source     string        `db:"source"`
	FileName   string        `db:"file_name"`
	Options    ImportOptions `db:"options"`
	State      string        `db:"state"` // running, done or failed
	Error      string        `db:"error"`
	BytesRead  int64         `db:"bytes_read"`
	BytesTotal int64         `db:"bytes_total"`
	RowsRead   int64         `db:"rows_read"`
	Accepted   int64         `db:"accepted"` // mended ones included
	Mended     int64         `db:"mended"`
	Refused    int64         `db:"refused"`
	Inserted   int64         `db:"inserted"`
	Updated    int64         `db:"updated"`
	Unchanged  int64         `db:"unchanged"`
	Findings   Findings      `db:"findings"`
	ActorName  string        `db:"actor_name"`
	BegunAt    time.Time     `db:"begun_at"`
	EndedAt    *time.Time    `db:"ended_at"`
}

// Findings counts what was found of boundaries, by the kind of finding, such as "gap" or "sliver overlap"; "repaired" is what
// was mended of it.
type Findings map[string]int

// ImportOptions say how a file is to be read.
type ImportOptions struct {
	County   Code              `json:"county"`
	What     string            `json:"what"`
	Source   string            `json:"source"`    // names the origin; the same source again updates by its ids
	FileName string            `json:"file_name"` // as people know it
	CRS      string            `json:"crs"`       // such as EPSG:2232; empty is the file's own, else WGS 84
	Datum    string            `json:"datum"`     // wgs84, gcj02 or bd09
	Encoding string            `json:"encoding"`  // of text, such as gb18030
	Layer    string            `json:"layer"`     // of a file that holds several
	Where    string            `json:"where"`     // column=value: only these rows
	Map      map[string]string `json:"map"`       // our field to the file's column, or to =what every row has
	Parent   Code              `json:"parent"`    // where rows go that name no parent
	Repair   *float64          `json:"repair"`    // metres by which boundaries may miss one another; DefaultRepair if not given
	Swap     bool              `json:"swap"`      // the file has the latitude before the longitude
	ByName   bool              `json:"by_name"`   // places above are found by their names too
	Drop     []string          `json:"drop"`      // words of names that tell no place from another, such as Kecamatan; by name then
	Overrule bool              `json:"overrule"`  // what a person set of buildings gives way to the file
}

// ImportRow is a row that was not taken as it stood. Rows that are not listed were accepted unchanged.
type ImportRow struct {
	Seq      int64      `db:"seq"`
	Row      int64      `db:"row"`
	Where    string     `db:"where_"` // as the file's reader names it, such as line 12
	SourceID string     `db:"source_id"`
	Outcome  string     `db:"outcome"` // mended, refused or noted
	Reason   string     `db:"reason"`
	Point    *orb.Point `db:"point"`
}

// ImportRowQuery asks for the report of an import.
type ImportRowQuery struct {
	County  Code
	Import  uuid.UUID
	Outcome string
	Page    Page
}

// importFields are what --map may name, by what is imported.
var importFields = map[string][]string{
	"base":      {"id", "layer", "class", "name", "name_en"},
	"buildings": {"id", "kind", "name", "address", "floors", "stairwells", "doors", "units", "date", "confidence", "licence"},
	"areas":     {"id", "code", "name", "kind", "town", "town_name", "households"},
	"sub_areas": {"id", "code", "description", "area", "area_name", "town", "town_name", "households"},
	"regions":   {"id", "code", "name", "households"},
	"expected":  {"id", "code", "households"},
}

// BeginImport writes down that a file is being taken in, and refuses options that cannot be before it is read.
func (s *Store) BeginImport(ctx context.Context, actor Actor, o ImportOptions) (Import, error) {
	if err := o.check(); err != nil {
		return Import{}, err
	}
	id := uuid.Must(uuid.NewV7())
	err := s.write(ctx, actor, o.County, func(t *tx) error {
		if err := t.must(Text{"导入", "import"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
		const sql = `
			INSERT INTO imports (county, id, what, source, file_name, options, actor, begun_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
		_, err := t.Exec(ctx, sql, o.County, id, o.What, o.Source, o.FileName, o, t.actorID(), t.now)
		return err
	})
	if err != nil {
		return Import{}, err
	}
	return s.Import(ctx, actor, o.County, id)
}

// check refuses options that cannot be, and says which can.
func (o *ImportOptions) check() error {
	fields, known := importFields[o.What]
	switch {
	case !known:
		return refuse(Invalid, "what_unknown", "不能导入“%s”:可导入 base、buildings、areas、sub_areas、regions、expected",
			"%q cannot be imported: base, buildings, areas, sub_areas, regions and expected can", o.What).On("what")
	case o.County.Level() != LevelCounty:
		return refuse(Invalid, "county_missing", "请给出 6 位县代码", "give the county's six digits").On("county")
	case o.Source == "":
		return refuse(Invalid, "source_missing", "请说明来源(同一来源再次导入时按编号更新)",
			"name the source (the same source again updates by its ids)").On("source")
	}
	if o.Parent != "" && (o.What != "areas" && o.What != "sub_areas" || !o.Parent.Within(o.County)) {
		return refuse(Invalid, "parent_not_taken", "上级代码仅用于普查区和普查小区,且须在 %s 之内",
			"a parent is for areas and sub-areas, and lies in %s", o.County).On("parent")
	}
	if o.Repair != nil && !(*o.Repair >= 0 && *o.Repair <= maxRepair) {
		return refuse(Invalid, "repair_out_of_range", "修补容差须在 0 至 %g 米之间", "repair by 0 to %g metres", maxRepair).On("repair")
	}
	for field := range o.Map {
		if !slices.Contains(fields, field) {
			return refuse(Invalid, "field_unknown", "%[2]s 没有字段“%[1]s”:可用 %[3]s", "there is no field %q of %s: there are %s",
				field, o.What, strings.Join(fields, ", ")).On("map")
		}
	}
	return nil
}

// Imports lists a county's imports, the newest first.
func (s *Store) Imports(ctx context.Context, actor Actor, county Code, page Page) (List[Import], error) {
	var out List[Import]
	err := s.read(ctx, actor, county, func(t *tx) error {
		rows, err := t.imports(ctx, uuid.Nil, page)
		out = listed(rows, page.limit(), func(i Import) string { return i.ID.String() })
		return err
	})
	return out, err
}

// Import reads one import.
func (s *Store) Import(ctx context.Context, actor Actor, county Code, id uuid.UUID) (Import, error) {
	var out Import
	err := s.read(ctx, actor, county, func(t *tx) error {
		found, err := t.imports(ctx, id, Page{Limit: 1})
		out, err = first(found, err, func(i Import) bool { return i.ID == id })
		return err
	})
	return out, err
}

// ImportRows lists the report of an import in the order of the file.
func (s *Store) ImportRows(ctx context.Context, actor Actor, q ImportRowQuery) (List[ImportRow], error) {
	var out List[ImportRow]
	err := s.read(ctx, actor, q.County, func(t *tx) error {
		after, err := cursorNumber(q.Page.After)
		if err != nil {
			return err
		}
		const sql = `
			SELECT seq,
			       row,
			       where_,
			       source_id,
			       outcome,
			       reason,
			       point
			  FROM import_rows
			 WHERE county = $1 AND import = $2
			   AND ($3 = '' OR outcome = $3)
			   AND seq > $4
			 ORDER BY seq
			 LIMIT $5`
		rows, err := collect[ImportRow](t.Query(ctx, sql, t.county, q.Import, q.Outcome, after, q.Page.limit()+1))
		out = listed(rows, q.Page.limit(), func(r ImportRow) string { return fmt.Sprint(r.Seq) })
		return err
	})
	return out, err
}

// AbandonImports marks the imports of a county as failed that a stopped process left running.
func (s *Store) AbandonImports(ctx context.Context, actor Actor, county Code) error {
	return s.write(ctx, actor, county, func(t *tx) error {
		const sql = `
			UPDATE imports
			   SET state = 'failed',
			       error = 'stopped before its end; nothing was taken in. Import the file again.',
			       ended_at = $2
			 WHERE county = $1 AND state = 'running'`
		_, err := t.Exec(ctx, sql, t.county, t.now)
		return err
	})
}

func (t *tx) imports(ctx context.Context, id uuid.UUID, page Page) ([]Import, error) {
	const sql = `
		SELECT i.county,
		       i.id,
		       i.what,
		       i.source,
		       i.file_name,
		       i.options,
		       i.state,
		       i.error,
		       i.bytes_read,
		       i.bytes_total,
		       i.rows_read,
		       i.accepted,
		       i.mended,
		       i.refused,
		       i.inserted,
		       i.updated,
		       i.unchanged,
		       i.findings,
		       coalesce(u.display_name, '') AS actor_name,
		       i.begun_at,
		       i.ended_at
		  FROM imports i
		  LEFT JOIN users u ON u.id = i.actor
		 WHERE i.county = $1
		   AND ($2::uuid = '00000000-0000-0000-0000-000000000000' OR i.id = $2)
		   AND ($3 = '' OR i.id < nullif($3, '')::uuid)
		 ORDER BY i.id DESC
		 LIMIT $4`
	return collect[Import](t.Query(ctx, sql, t.county, id, page.After, page.limit()+1))
}
