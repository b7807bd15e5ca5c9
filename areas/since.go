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

// inHands lists the sub-areas in the hands of accounts.
const inHands = `SELECT` + assignmentColumns + `
	 WHERE h.county = $1 AND h.enumerator = ANY ($2) AND h.ended_at IS NULL
	 ORDER BY h.sub_area`

// telling is the answer to a tablet on its way: what was asked for it.
type telling struct {
	Synced
	known     Known
	from      time.Time // what it was told before
	codes     []Code    // in its account's hands
	whole     []Code    // of these, what it is told whole
	gone      []Code    // that it has, and that are in its account's hands no more
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

// askSince queues what is asked for what changed in the accounts' sub-areas since each tablet was last told. A revoked one is told
// of its own work and of nothing else.
func (a *applying) askSince() []*telling {
	all := make([]*telling, len(a.tablets))
	for i, p := range a.tablets {
		all[i] = p.telling(a.now)
	}
	a.askRows(all)
	a.askGone(all)
	a.askDecided(all)
	return all
}

// telling begins the answer to a tablet: what it is told of.
func (p *tablet) telling(now time.Time) *telling {
	s := &telling{known: p.batch.Known, Synced: Synced{Now: now, Serial: p.device.Serial,
		Cursor: strconv.FormatInt(now.Add(-cursorSlack).UnixMicro(), 10)}}
	if p.device.RevokedAt != nil {
		return s
	}
	if micros, err := strconv.ParseInt(s.known.Cursor, 10, 64); err == nil {
		s.from = time.UnixMicro(micros)
	}
	s.Assignments = p.inHands
	for _, h := range s.Assignments {
		if slices.Contains(s.codes, h.SubArea) {
			continue
		}
		_, had := s.known.Hashes[h.SubArea]
		full := s.from.IsZero() || !had || slices.Contains(s.known.Resend, h.SubArea)
		if s.codes = append(s.codes, h.SubArea); full {
			s.whole = append(s.whole, h.SubArea)
		}
		s.SubAreas = append(s.SubAreas, Told{Code: h.SubArea, Held: true, Full: full})
	}
	for code := range s.known.Hashes {
		if !slices.Contains(s.codes, code) && code.Level() == LevelSubArea {
			s.gone = append(s.gone, code)
			s.SubAreas = append(s.SubAreas, Told{Code: code})
		}
	}
	return s
}

// each runs do for every tablet that is told of a place.
func each(all []*telling, place Code, do func(*telling)) {
	for _, s := range all {
		if slices.Contains(s.codes, place) {
			do(s)
		}
	}
}

// dwellingSince is a dwelling that changed, or is told whole.
type dwellingSince struct {
	Dwelling
	RetiredAt *time.Time `db:"retired_at"`
	ChangedAt time.Time  `db:"changed_at"`
}

// replacedBy is what a sub-area was divided into, or joined to.
type replacedBy struct {
	Code Code   `db:"code"`
	By   []Code `db:"replaced_by"`
}

// askRows queues what is asked of what lies in sub-areas: of all of it what is counted and hashed, and the rest of what changed.
func (a *applying) askRows(all []*telling) {
	var codes, whole []Code
	var since []time.Time // for each of the codes
	for _, s := range all {
		for _, code := range s.codes {
			codes, since = append(codes, code), append(since, s.from)
		}
		whole = append(whole, s.whole...)
	}
	if len(codes) == 0 {
		return
	}
	const lines = `
		SELECT id, sub_area, revision, occupancy, attempts, resolved
		  FROM dwellings
		 WHERE county = $1 AND sub_area = ANY ($2) AND retired_at IS NULL`
	asked(&a.piped, func(found []lineOf) error {
		for _, l := range found {
			each(all, l.SubArea, func(s *telling) { s.lines = append(s.lines, l) })
		}
		return nil
	}, lines, a.county, codes)
	const dwellings = `SELECT d.retired_at, d.changed_at,` + dwellingColumns + `
		  JOIN (SELECT sub_area, min(since) AS since
		          FROM unnest($2::text[], $3::timestamptz[]) AS n (sub_area, since)
		         GROUP BY sub_area) n ON n.sub_area = d.sub_area
		 WHERE d.county = $1 AND (d.changed_at >= n.since OR d.retired_at IS NULL AND d.sub_area = ANY ($4))
		 ORDER BY d.id`
	asked(&a.piped, func(found []dwellingSince) error {
		for _, d := range found {
			each(all, d.SubArea, func(s *telling) {
				if !d.ChangedAt.Before(s.from) || d.RetiredAt == nil && slices.Contains(s.whole, d.SubArea) {
					s.dwellings = append(s.dwellings, d)
				}
			})
		}
		return nil
	}, dwellings, a.county, codes, since, whole)
	const housed = householdColumns + `
		 WHERE h.county = $1 AND h.sub_area = ANY ($2) AND h.retired_at IS NULL
		 ORDER BY h.dwelling, h.number`
	asked(&a.piped, func(found []householdRow) error {
		for _, h := range found {
			each(all, h.SubArea, func(s *telling) { s.housed = append(s.housed, h) })
		}
		return nil
	}, housed, a.county, codes)
	const built = `
		SELECT id, place, number, kind, standing, point, revision, changed_at
		  FROM buildings
		 WHERE county = $1 AND place = ANY ($2) AND retired_at IS NULL
		 ORDER BY id`
	asked(&a.piped, func(found []FieldBuilding) error {
		for _, b := range found {
			each(all, b.Place, func(s *telling) { s.built = append(s.built, b) })
		}
		return nil
	}, built, a.county, codes)
}

// askGone queues the question what became of sub-areas that tablets have and do not hold any more.
func (a *applying) askGone(all []*telling) {
	var gone []Code
	for _, s := range all {
		gone = append(gone, s.gone...)
	}
	if len(gone) == 0 {
		return
	}
	const sql = `SELECT code, replaced_by FROM sub_areas WHERE county = $1 AND code = ANY ($2) AND replaced_by IS NOT NULL`
	asked(&a.piped, func(found []replacedBy) error {
		for _, s := range all {
			for _, r := range found {
				if slices.Contains(s.gone, r.Code) {
					s.replaced = append(s.replaced, r)
				}
			}
		}
		return nil
	}, sql, a.county, gone)
}

// askDecided queues the question what was decided of what tablets sent, since each was last told.
func (a *applying) askDecided(all []*telling) {
	var devices []uuid.UUID
	var since []time.Time
	for i, s := range all {
		if !s.from.IsZero() {
			devices, since = append(devices, a.tablets[i].device.ID), append(since, s.from)
		}
	}
	if len(devices) == 0 {
		return
	}
	const sql = `
		SELECT c.id, c.place, coalesce(c.serial, 0) AS serial, c.epoch, c.base_revision, c.verb, c.at, c.body, c.state, c.reason, c.told,
		       c.decision, c.device
		  FROM unnest($2::uuid[], $3::timestamptz[]) AS n (device, since)
		  JOIN changes c ON c.device = n.device AND c.decided_at >= n.since
		 WHERE c.county = $1
		 ORDER BY c.serial`
	asked(&a.piped, func(found []decidedRow) error {
		for i, s := range all {
			for _, r := range found {
				if r.Device == a.tablets[i].device.ID {
					s.decided = append(s.decided, r)
				}
			}
		}
		return nil
	}, sql, a.county, devices, since)
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
