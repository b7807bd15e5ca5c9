package web

import (
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// Import is one file taken in, or refused.
type Import struct {
	County     areas.Code     `json:"county"`
	ID         uuid.UUID      `json:"id" format:"uuid"`
	What       string         `json:"what" enum:"base,buildings,areas,sub_areas,regions,expected"`
	Source     string         `json:"source"`
	FileName   string         `json:"file_name"`
	State      string         `json:"state" enum:"running,done,failed"`
	Error      string         `json:"error"`
	BytesRead  int64          `json:"bytes_read"`
	BytesTotal int64          `json:"bytes_total"`
	RowsRead   int64          `json:"rows_read"`
	Accepted   int64          `json:"accepted" doc:"mended ones included"`
	Mended     int64          `json:"mended"`
	Refused    int64          `json:"refused"`
	Inserted   int64          `json:"inserted"`
	Updated    int64          `json:"updated"`
	Unchanged  int64          `json:"unchanged"`
	Findings   map[string]int `json:"findings" doc:"what was found of boundaries, by the kind of finding"`
	ActorName  string         `json:"actor_name"`
	BegunAt    time.Time      `json:"begun_at"`
	EndedAt    *time.Time     `json:"ended_at"`
}

func importForm(i areas.Import) Import {
	return Import{
		County: i.County, ID: i.ID, What: i.What, Source: i.Source, FileName: i.FileName, State: i.State, Error: i.Error,
		BytesRead: i.BytesRead, BytesTotal: i.BytesTotal, RowsRead: i.RowsRead, Accepted: i.Accepted, Mended: i.Mended,
		Refused: i.Refused, Inserted: i.Inserted, Updated: i.Updated, Unchanged: i.Unchanged, Findings: i.Findings, ActorName: i.ActorName,
		BegunAt: i.BegunAt, EndedAt: i.EndedAt,
	}
}

// ImportRow is a row that was not taken as it stood.
type ImportRow struct {
	Seq      int64  `json:"seq"`
	Row      int64  `json:"row"`
	Where    string `json:"where" doc:"such as line 12"`
	SourceID string `json:"source_id"`
	Outcome  string `json:"outcome" enum:"mended,refused,noted"`
	Reason   string `json:"reason"`
	Point    *Point `json:"point" nullable:"true"`
}

// importRowForm tells a row in a reader's language.
func importRowForm(language string) func(areas.ImportRow) ImportRow {
	return func(r areas.ImportRow) ImportRow {
		return ImportRow{Seq: r.Seq, Row: r.Row, Where: r.Where, SourceID: r.SourceID, Outcome: r.Outcome, Reason: r.ReasonIn(language),
			Point: pointOf(r.Point)}
	}
}
