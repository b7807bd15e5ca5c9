package areas

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// LongFormSample is one drawing of the households that get the long form (长表): one in so many, systematically within each
// sub-area. The same seed over the same households draws the same ones.
type LongFormSample struct {
	County     Code       `db:"county"`
	ID         uuid.UUID  `db:"id"`
	Place      Code       `db:"place"`
	Seed       int64      `db:"seed"`
	OneIn      int        `db:"one_in"`
	Households int        `db:"households"`
	Drawn      int        `db:"drawn"`
	DrawnBy    *uuid.UUID `db:"drawn_by"`
	DrawnAt    time.Time  `db:"drawn_at"`
}

// DrawLongForm draws the sample of a place: in each sub-area the households stand in the order of their numbers, and from a start
// that follows from the seed and the sub-area's code every n-th is taken. A place is drawn once: what was drawn is not drawn over.
// Households that answer for themselves and are drawn are to be interviewed; their accounts are revoked.
func (s *Store) DrawLongForm(ctx context.Context, actor Actor, place Code, seed int64) (LongFormSample, error) {
	var out LongFormSample
	err := s.write(ctx, actor, place, func(t *tx) error {
		if err := t.must(Text{"抽取长表户", "draw the long form's sample"}, RoleAdministrator); err != nil {
			return err
		}
		settings, err := t.settings(ctx)
		if err != nil {
			return err
		}
		if err := t.undrawn(ctx, place); err != nil {
			return err
		}
		out = LongFormSample{County: t.county, ID: uuid.Must(uuid.NewV7()), Place: place, Seed: seed, OneIn: settings.LongFormOneIn,
			DrawnBy: t.actorID(), DrawnAt: t.now}
		return t.drawLongForm(ctx, &out)
	})
	return out, err
}

// undrawn refuses a place of which, or of a part or the whole of which, a sample was drawn before.
func (t *tx) undrawn(ctx context.Context, place Code) error {
	before, err := t.longFormSamples(ctx, t.county)
	if err != nil {
		return err
	}
	for _, b := range before {
		if b.Place.Within(place) || place.Within(b.Place) {
			return refuse(Conflict, "long_form_drawn", "%s 已于 %s 抽取过长表户(种子 %d)", "the long form's sample of %s was drawn on %s (seed %d)",
				b.Place, b.DrawnAt.Format(time.DateOnly), b.Seed)
		}
	}
	return nil
}

func (t *tx) drawLongForm(ctx context.Context, out *LongFormSample) error {
	households, err := t.sampled(ctx, out.Place)
	if err != nil {
		return err
	}
	var drawn []uuid.UUID
	for i, nth := 0, 0; i < len(households); i++ {
		if i > 0 && households[i].SubArea != households[i-1].SubArea {
			nth = 0
		}
		if nth%out.OneIn == sampleStart(out.Seed, households[i].SubArea, out.OneIn) {
			drawn = append(drawn, households[i].ID)
		}
		nth++
	}
	out.Households, out.Drawn = len(households), len(drawn)
	if out.Households == 0 {
		return refuse(Conflict, "no_households", "%s 还没有登记住户,请先完成摸底", "no households are listed in %s yet; list them first", out.Place)
	}
	const mark = `
		UPDATE households
		   SET long_form = true, changed_at = $3, revision = revision + 1
		 WHERE county = $1 AND id = ANY ($2)`
	if _, err := t.Exec(ctx, mark, t.county, drawn, t.now); err != nil {
		return err
	}
	if err := t.interviewInstead(ctx, drawn); err != nil {
		return err
	}
	const keep = `
		INSERT INTO long_form_samples (county, id, place, seed, one_in, households, drawn, drawn_by, drawn_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	_, err = t.Exec(ctx, keep, t.county, out.ID, out.Place, out.Seed, out.OneIn, out.Households, out.Drawn, out.DrawnBy, t.now)
	if err != nil {
		return err
	}
	return t.record(ctx, "draw_long_form", out.Place, "long_form/"+out.ID.String(),
		map[string]any{"seed": out.Seed, "one_in": out.OneIn, "households": out.Households, "drawn": out.Drawn})
}

// sampleStart is which of a sub-area's first households is drawn: the first eight bytes of SHA-256 of "seed/sub-area", as a
// big-endian number, modulo the interval.
func sampleStart(seed int64, subArea Code, oneIn int) int {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%s", seed, subArea))
	return int(binary.BigEndian.Uint64(sum[:]) % uint64(oneIn))
}

// sampled lists what a sample is drawn from: every household of a place, as they are numbered.
func (t *tx) sampled(ctx context.Context, place Code) ([]sampledHousehold, error) {
	lo, hi := place.span()
	const sql = `
		SELECT h.id, h.sub_area
		  FROM households h
		 WHERE h.county = $1 AND h.sub_area >= $2 AND h.sub_area < $3 AND h.retired_at IS NULL
		   AND h.collection NOT IN ('duplicate_of', 'superseded', 'deceased')
		 ORDER BY h.sub_area, h.number`
	return collect[sampledHousehold](t.Query(ctx, sql, t.county, lo, hi))
}

type sampledHousehold struct {
	ID      uuid.UUID `db:"id"`
	SubArea Code      `db:"sub_area"`
}

// interviewInstead revokes the open accounts of households that were drawn.
func (t *tx) interviewInstead(ctx context.Context, drawn []uuid.UUID) error {
	const sql = selfResponseColumns + `
		 WHERE r.county = $1 AND r.household = ANY ($2) AND r.state IN ('issued', 'started', 'prefilled')
		 ORDER BY h.sub_area, r.id`
	open, err := collect[SelfResponse](t.Query(ctx, sql, t.county, drawn))
	if err != nil {
		return err
	}
	for _, r := range open {
		if err := t.takeBack(ctx, r, "long_form"); err != nil {
			return err
		}
	}
	return nil
}

// LongFormSamples lists what was drawn within a place, the newest first.
func (s *Store) LongFormSamples(ctx context.Context, actor Actor, within Code) ([]LongFormSample, error) {
	var out []LongFormSample
	err := s.read(ctx, actor, within, func(t *tx) (err error) {
		out, err = t.longFormSamples(ctx, within)
		return err
	})
	return out, err
}

func (t *tx) longFormSamples(ctx context.Context, within Code) ([]LongFormSample, error) {
	lo, hi := within.span()
	const sql = `
		SELECT county, id, place, seed, one_in, households, drawn, drawn_by, drawn_at
		  FROM long_form_samples
		 WHERE county = $1 AND place >= $2 AND place < $3
		 ORDER BY drawn_at DESC, id`
	return collect[LongFormSample](t.Query(ctx, sql, t.county, lo, hi))
}
