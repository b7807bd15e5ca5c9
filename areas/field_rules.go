package areas

import "context"

// FieldRules are a county's rules as a tablet needs them offline: when each round opens and closes, and the numbers that the
// rules count with. ContactKey is what contacts are sealed to; nil of a county that has none, where no contact may be noted.
type FieldRules struct {
	County     Code
	Rounds     []Round
	Settings   Settings
	ContactKey *CountyKey
}

// FieldRules reads the rules of the county that a place lies in.
func (s *Store) FieldRules(ctx context.Context, actor Actor, place Code) (FieldRules, error) {
	out := FieldRules{County: place.County()}
	err := s.read(ctx, actor, place, func(t *tx) (err error) {
		if out.Rounds, err = t.rounds(ctx); err != nil {
			return err
		}
		if out.Settings, err = t.settings(ctx); err != nil {
			return err
		}
		out.ContactKey, err = t.currentCountyKey(ctx)
		return err
	})
	return out, err
}
