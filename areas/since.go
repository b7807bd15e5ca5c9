package areas

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// Known is what a tablet knows: how far it was told (Cursor), the sub-areas it has with their hashes, and those it wants whole
// because it found a difference.
type Known struct {
	Cursor string
	Hashes map[Code]string
	Resend []Code
}

// Synced is the answer to a batch.
type Synced struct {
	Receipts    []Receipt // of the batch, and of changes that were decided since
	Now         time.Time
	Cursor      string
	Assignments []Assignment // in the account's hands now
	SubAreas    []Told
	Serial      int64 // the last change taken from the device, none missing before
}

// Told is what a tablet is told of one sub-area. Count and Hash are of all that is there: the tablet computes the same and asks
// for the whole where they differ. A sub-area that was taken away or divided says so, and by what it was replaced.
type Told struct {
	Code       Code
	Held       bool
	Full       bool // all there is; what the tablet has beside it is gone
	Count      int
	Hash       string
	Dwellings  []Dwelling
	Gone       []uuid.UUID // dwellings that are none any more
	Buildings  []FieldBuilding
	ReplacedBy []Code
}

// FieldBuilding is what may change of a building while a tablet is out.
type FieldBuilding struct {
	ID        int64     `db:"id"`
	Place     Code      `db:"place"`
	Number    int       `db:"number"`
	Kind      string    `db:"kind"`
	Standing  string    `db:"standing"`
	Point     orb.Point `db:"point"`
	Revision  int64     `db:"revision"`
	ChangedAt time.Time `db:"changed_at"`
}

// cursorSlack is how far a cursor is set back: what is written later may belong to a transaction that began before.
const cursorSlack = 2 * time.Minute

// since reads what changed in the account's sub-areas since the tablet was last told.
func (a *applying) since(ctx context.Context, known Known) (Synced, error) {
	out := Synced{Now: a.now, Serial: a.device.Serial, Cursor: strconv.FormatInt(a.now.Add(-cursorSlack).UnixMicro(), 10)}
	if a.device.RevokedAt != nil {
		return out, nil // it is told of its own work and of nothing else
	}
	from := time.Time{}
	if micros, err := strconv.ParseInt(known.Cursor, 10, 64); err == nil {
		from = time.UnixMicro(micros)
	}
	var err error
	const inHands = `SELECT` + assignmentColumns + `
		 WHERE h.county = $1 AND h.enumerator = $2 AND h.ended_at IS NULL
		 ORDER BY h.sub_area`
	if out.Assignments, err = collect[Assignment](a.Query(ctx, inHands, a.county, a.device.User)); err != nil {
		return out, err
	}
	if out.SubAreas, err = a.tell(ctx, known, out.Assignments, from); err != nil {
		return out, err
	}
	if !from.IsZero() {
		out.Receipts, err = a.decided(ctx, from)
	}
	return out, err
}

// tell describes each sub-area in the account's hands, and those that the tablet has and he has not any more.
func (a *applying) tell(ctx context.Context, known Known, held []Assignment, from time.Time) ([]Told, error) {
	at := map[Code]*Told{}
	var codes []Code
	for _, h := range held {
		if at[h.SubArea] == nil {
			_, had := known.Hashes[h.SubArea]
			full := from.IsZero() || !had || slices.Contains(known.Resend, h.SubArea)
			at[h.SubArea] = &Told{Code: h.SubArea, Held: true, Full: full}
			codes = append(codes, h.SubArea)
		}
	}
	if err := a.tellRows(ctx, at, codes, from); err != nil {
		return nil, err
	}
	var gone []Code
	for code := range known.Hashes {
		if at[code] == nil && code.Level() == LevelSubArea {
			gone = append(gone, code)
			at[code] = &Told{Code: code}
		}
	}
	if err := a.tellGone(ctx, at, gone); err != nil {
		return nil, err
	}
	out := make([]Told, 0, len(at))
	for _, code := range append(codes, gone...) {
		told := at[code]
		if told.Held && known.Hashes[code] == told.Hash && !slices.Contains(known.Resend, code) {
			told.Full, told.Dwellings, told.Gone, told.Buildings = false, nil, nil, nil // it has all this
		}
		out = append(out, *told)
	}
	slices.SortFunc(out, func(x, y Told) int { return strings.Compare(string(x.Code), string(y.Code)) })
	return out, nil
}

// dwellingSince is a dwelling with when it changed.
type dwellingSince struct {
	Dwelling
	ChangedAt time.Time  `db:"changed_at"`
	RetiredAt *time.Time `db:"retired_at"`
}

// tellRows fills in what lies in the sub-areas: all of it is counted and hashed, what changed is told.
func (a *applying) tellRows(ctx context.Context, at map[Code]*Told, codes []Code, from time.Time) error {
	if len(codes) == 0 {
		return nil
	}
	const dwellings = `SELECT d.changed_at, d.retired_at,` + dwellingColumns + `
		 WHERE d.county = $1 AND d.sub_area = ANY ($2) AND (d.retired_at IS NULL OR d.changed_at >= $3)
		 ORDER BY d.id`
	found, err := collect[dwellingSince](a.Query(ctx, dwellings, a.county, codes, from))
	if err != nil {
		return err
	}
	plain := make([]Dwelling, len(found))
	for i := range found {
		plain[i] = found[i].Dwelling
	}
	if err := a.withHouseholds(ctx, plain); err != nil {
		return err
	}
	const buildings = `
		SELECT id, place, number, kind, standing, point, revision, changed_at
		  FROM buildings
		 WHERE county = $1 AND place = ANY ($2) AND retired_at IS NULL
		 ORDER BY id`
	built, err := collect[FieldBuilding](a.Query(ctx, buildings, a.county, codes))
	if err != nil {
		return err
	}
	lines := map[Code][]string{}
	for _, b := range built {
		told := at[b.Place]
		lines[b.Place] = append(lines[b.Place], fmt.Sprintf("b %d %d %s", b.ID, b.Revision, b.Standing))
		if told.Full || !b.ChangedAt.Before(from) {
			told.Buildings = append(told.Buildings, b)
		}
	}
	for i, d := range plain {
		told, changed := at[d.SubArea], !found[i].ChangedAt.Before(from)
		if found[i].RetiredAt != nil {
			told.Gone = append(told.Gone, d.ID)
			continue
		}
		lines[d.SubArea] = append(lines[d.SubArea], d.lines()...)
		if told.Full || changed {
			told.Dwellings = append(told.Dwellings, d)
		}
	}
	for code, told := range at {
		told.Count, told.Hash = len(lines[code]), HashOf(lines[code])
	}
	return nil
}

// lines are what a dwelling and its households add to the hash of their sub-area.
func (d Dwelling) lines() []string {
	resolved := 0
	if d.Resolved {
		resolved = 1
	}
	out := []string{fmt.Sprintf("d %s %d %s %d %d", d.ID, d.Revision, d.Occupancy, d.Attempts, resolved)}
	for _, h := range d.Households {
		out = append(out, fmt.Sprintf("h %s %d %s", h.ID, h.Revision, h.Collection))
	}
	return out
}

// HashOf is what a tablet and the server compare of a sub-area: the first 16 digits of the SHA-256 of the lines, sorted as bytes and joined by line feeds.
func HashOf(lines []string) string {
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:8])
}

// tellGone says of sub-areas that are no longer in the account's hands by what they were replaced, if they were divided.
func (a *applying) tellGone(ctx context.Context, at map[Code]*Told, gone []Code) error {
	if len(gone) == 0 {
		return nil
	}
	const sql = `SELECT code, replaced_by FROM sub_areas WHERE county = $1 AND code = ANY ($2) AND replaced_by IS NOT NULL`
	rows, err := a.Query(ctx, sql, a.county, gone)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var code Code
		var by []Code
		if err := rows.Scan(&code, &by); err != nil {
			return err
		}
		at[code].ReplacedBy = by
	}
	return rows.Err()
}

// decided lists receipts for the device's changes that a supervisor decided since.
func (a *applying) decided(ctx context.Context, from time.Time) ([]Receipt, error) {
	const sql = `
		SELECT id, place, coalesce(serial, 0) AS serial, epoch, base_revision, verb, at, body, state, reason, told
		  FROM changes
		 WHERE county = $1 AND device = $2 AND decided_at >= $3
		 ORDER BY serial`
	rows, err := collect[changeRow](a.Query(ctx, sql, a.county, a.device.ID, from))
	out := make([]Receipt, len(rows))
	for i, r := range rows {
		out[i] = r.receipt()
	}
	return out, err
}

func (r changeRow) receipt() Receipt {
	out := Receipt{ID: r.ID, Serial: r.Serial, State: r.State, Reason: r.Reason}
	if r.Told != nil {
		out.Words, out.Theirs = Text{r.Told.ZH, r.Told.EN}, r.Told.Theirs
	}
	return out
}
