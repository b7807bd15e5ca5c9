package areas

import (
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

// inHands lists the sub-areas in an account's hands.
const inHands = `SELECT` + assignmentColumns + `
	 WHERE h.county = $1 AND h.enumerator = $2 AND h.ended_at IS NULL
	 ORDER BY h.sub_area`

// telling is the answer to a tablet on its way: what was asked for it.
type telling struct {
	Synced
	known     Known
	from      time.Time // what it was told before
	lines     []lineOf
	dwellings []dwellingSince
	housed    []householdRow
	built     []FieldBuilding
	replaced  []replacedBy
	decided   []decidedRow
}

// lineOf is what a dwelling adds to the hash of its sub-area.
type lineOf struct {
	ID        uuid.UUID `db:"id"`
	SubArea   Code      `db:"sub_area"`
	Revision  int64     `db:"revision"`
	Occupancy string    `db:"occupancy"`
	Attempts  int       `db:"attempts"`
	Resolved  bool      `db:"resolved"`
}

// askSince queues what is asked for what changed in the account's sub-areas since the tablet was last told. A revoked one is told
// of its own work and of nothing else.
func (a *applying) askSince(known Known) *telling {
	s := &telling{known: known, Synced: Synced{Now: a.now, Serial: a.device.Serial,
		Cursor: strconv.FormatInt(a.now.Add(-cursorSlack).UnixMicro(), 10)}}
	if a.device.RevokedAt != nil {
		return s
	}
	if micros, err := strconv.ParseInt(known.Cursor, 10, 64); err == nil {
		s.from = time.UnixMicro(micros)
	}
	s.Assignments = a.inHands
	var whole []Code
	s.SubAreas, whole = s.held()
	codes := make([]Code, len(s.SubAreas))
	for i, told := range s.SubAreas {
		codes[i] = told.Code
	}
	if len(codes) > 0 {
		a.askRows(s, codes, whole)
	}
	if gone := s.gone(codes); len(gone) > 0 {
		const sql = `SELECT code, replaced_by FROM sub_areas WHERE county = $1 AND code = ANY ($2) AND replaced_by IS NOT NULL`
		ask(&a.piped, &s.replaced, sql, a.county, gone)
	}
	if !s.from.IsZero() {
		const sql = `
			SELECT id, place, coalesce(serial, 0) AS serial, epoch, base_revision, verb, at, body, state, reason, told, decision
			  FROM changes
			 WHERE county = $1 AND device = $2 AND decided_at >= $3
			 ORDER BY serial`
		ask(&a.piped, &s.decided, sql, a.county, a.device.ID, s.from)
	}
	return s
}

// held lists the sub-areas in the account's hands, by code, and which of them the tablet is told whole.
func (s *telling) held() (all []Told, whole []Code) {
	seen := map[Code]bool{}
	for _, h := range s.Assignments {
		if seen[h.SubArea] {
			continue
		}
		seen[h.SubArea] = true
		_, had := s.known.Hashes[h.SubArea]
		full := s.from.IsZero() || !had || slices.Contains(s.known.Resend, h.SubArea)
		if all = append(all, Told{Code: h.SubArea, Held: true, Full: full}); full {
			whole = append(whole, h.SubArea)
		}
	}
	return all, whole
}

// gone lists the sub-areas that the tablet has, and that are in the account's hands no more.
func (s *telling) gone(held []Code) []Code {
	var out []Code
	for code := range s.known.Hashes {
		if !slices.Contains(held, code) && code.Level() == LevelSubArea {
			out = append(out, code)
			s.SubAreas = append(s.SubAreas, Told{Code: code})
		}
	}
	return out
}

// dwellingSince is a dwelling that changed, or is told whole.
type dwellingSince struct {
	Dwelling
	RetiredAt *time.Time `db:"retired_at"`
}

// replacedBy is what a sub-area was divided into, or joined to.
type replacedBy struct {
	Code Code   `db:"code"`
	By   []Code `db:"replaced_by"`
}

// askRows queues what is asked of what lies in sub-areas: of all of it what is counted and hashed, and the rest of what changed.
func (a *applying) askRows(s *telling, codes, whole []Code) {
	const lines = `
		SELECT id, sub_area, revision, occupancy, attempts, resolved
		  FROM dwellings
		 WHERE county = $1 AND sub_area = ANY ($2) AND retired_at IS NULL`
	ask(&a.piped, &s.lines, lines, a.county, codes)
	const dwellings = `SELECT d.retired_at,` + dwellingColumns + `
		 WHERE d.county = $1 AND d.sub_area = ANY ($2)
		   AND (d.changed_at >= $3 OR d.retired_at IS NULL AND d.sub_area = ANY ($4))
		 ORDER BY d.id`
	ask(&a.piped, &s.dwellings, dwellings, a.county, codes, s.from, whole)
	const housed = householdColumns + `
		 WHERE h.county = $1 AND h.sub_area = ANY ($2) AND h.retired_at IS NULL
		 ORDER BY h.dwelling, h.number`
	ask(&a.piped, &s.housed, housed, a.county, codes)
	const built = `
		SELECT id, place, number, kind, standing, point, revision, changed_at
		  FROM buildings
		 WHERE county = $1 AND place = ANY ($2) AND retired_at IS NULL
		 ORDER BY id`
	ask(&a.piped, &s.built, built, a.county, codes)
}

// told is what a tablet is told, once what was asked for it was sent.
func (s *telling) told() Synced {
	at := map[Code]*Told{}
	for i := range s.SubAreas {
		at[s.SubAreas[i].Code] = &s.SubAreas[i]
	}
	s.count(at)
	s.tell(at)
	for _, r := range s.replaced {
		at[r.Code].ReplacedBy = r.By
	}
	for _, told := range at {
		if told.Held && s.known.Hashes[told.Code] == told.Hash && !slices.Contains(s.known.Resend, told.Code) {
			told.Full, told.Dwellings, told.Gone, told.Buildings = false, nil, nil, nil // it has all this
		}
	}
	for _, r := range s.decided {
		s.Receipts = append(s.Receipts, r.answered())
	}
	slices.SortFunc(s.SubAreas, func(x, y Told) int { return strings.Compare(string(x.Code), string(y.Code)) })
	return s.Synced
}

// count counts and hashes all that lies in the sub-areas.
func (s *telling) count(at map[Code]*Told) {
	lines := map[Code][]string{}
	add := func(code Code, form string, values ...any) {
		lines[code] = append(lines[code], fmt.Sprintf(form, values...))
	}
	for _, b := range s.built {
		add(b.Place, "b %d %d %s", b.ID, b.Revision, b.Standing)
	}
	there := map[uuid.UUID]bool{}
	for _, d := range s.lines {
		there[d.ID] = true
		add(d.SubArea, "d %s %d %s %d %d", d.ID, d.Revision, d.Occupancy, d.Attempts, truth(d.Resolved))
	}
	for _, h := range s.housed {
		if there[h.Dwelling] {
			add(h.SubArea, "h %s %d %s", h.ID, h.Revision, h.Collection)
		}
	}
	for code, told := range at {
		told.Count, told.Hash = len(lines[code]), HashOf(lines[code])
	}
}

// tell lists what changed in the sub-areas, or all of one that is told whole.
func (s *telling) tell(at map[Code]*Told) {
	for _, b := range s.built {
		if told := at[b.Place]; told.Full || !b.ChangedAt.Before(s.from) {
			told.Buildings = append(told.Buildings, b)
		}
	}
	housed := map[uuid.UUID][]Household{}
	for _, h := range s.housed {
		housed[h.Dwelling] = append(housed[h.Dwelling], h.household())
	}
	for _, d := range s.dwellings {
		told := at[d.SubArea]
		if d.RetiredAt != nil {
			told.Gone = append(told.Gone, d.ID)
			continue
		}
		d.Households = housed[d.ID]
		told.Dwellings = append(told.Dwellings, d.Dwelling)
	}
}

// HashOf is what a tablet and the server compare of a sub-area: the first 16 digits of the SHA-256 of the lines, sorted as bytes and joined by line feeds.
func HashOf(lines []string) string {
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:8])
}

func (r changeRow) receipt() Receipt {
	out := Receipt{ID: r.ID, Serial: r.Serial, State: r.State, Reason: r.Reason}
	if r.Told != nil {
		out.Words, out.Theirs = Text{r.Told.ZH, r.Told.EN}, r.Told.Theirs
	}
	return out
}
