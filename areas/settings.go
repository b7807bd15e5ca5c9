package areas

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// Settings are the numbers a county may change; what it has not set is the default here. Field names in the settings table
// are the JSON names.
type Settings struct {
	TimeZone              string  `json:"time_zone"`                // IANA name; days and time bands are counted in it
	DwellingSquareM       float64 `json:"dwelling_square_m"`        // floor area of one dwelling in a block of flats
	HouseSquareM          float64 `json:"house_square_m"`           // a footprint up to this is one house
	CollectiveExpect      int     `json:"collective_expect"`        // dwellings expected of a dormitory, barracks or home
	SilentAfterDays       int     `json:"silent_after_days"`        // days of a round without listing until a sub-area is silent
	ProxyAfter            int     `json:"proxy_after"`              // attempts before somebody else may answer
	VacancyEvidence       int     `json:"vacancy_evidence"`         // kinds of evidence a vacancy needs
	DaytimeFromHour       int     `json:"daytime_from_hour"`        // before it is early, from it daytime
	EveningFromHour       int     `json:"evening_from_hour"`        // from it evening
	CallBackAfterHour     float64 `json:"call_back_after_hour"`     // hours after which nobody at home is called on again, unless the visit says when
	SelfResponseDays      int     `json:"self_response_days"`       // days of the enumeration after which answering ends
	SelfResponseCodeHours int     `json:"self_response_code_hours"` // hours within which a code must be used first
	AnsweringURL          string  `json:"answering_url"`            // of the answering system, with {code} for the code; empty where there is none
	LongFormOneIn         int     `json:"long_form_one_in"`         // one household in so many gets the long form
	NormTarget            int     `json:"norm_target"`              // households of a sub-area as it should be
	NormMin               int     `json:"norm_min"`                 // below it a sub-area is remarked on
	NormMax               int     `json:"norm_max"`                 // above it too
	UndoHours             float64 `json:"undo_hours"`               // for so long a change of the frame can be taken back
}

// defaultSettings are 2020's (domain §5, §6 and §8).
var defaultSettings = Settings{
	TimeZone:              "Asia/Shanghai",
	DwellingSquareM:       110,
	HouseSquareM:          400,
	CollectiveExpect:      20,
	SilentAfterDays:       3,
	ProxyAfter:            3,
	VacancyEvidence:       2,
	DaytimeFromHour:       9,
	EveningFromHour:       18,
	CallBackAfterHour:     24,
	SelfResponseDays:      5,
	SelfResponseCodeHours: 72,
	LongFormOneIn:         10,
	NormTarget:            80,
	NormMin:               40,
	NormMax:               120,
	UndoHours:             24,
}

// settings reads what the county has set over the defaults.
func (t *tx) settings(ctx context.Context) (Settings, error) {
	if t.known != nil {
		return *t.known, nil
	}
	t.askSettings()
	if err := t.send(ctx); err != nil {
		return Settings{}, err
	}
	return *t.known, nil
}

// askSettings queues what settings asks.
func (t *tx) askSettings() {
	type row struct {
		Set []byte `db:"set"`
	}
	const sql = `SELECT coalesce(jsonb_object_agg(key, value), '{}') AS set FROM settings WHERE county = $1`
	asked(&t.piped, func(found []row) error {
		out := defaultSettings
		if err := json.Unmarshal(found[0].Set, &out); err != nil {
			return fmt.Errorf("read the settings of %s: %w", t.county, err)
		}
		t.known = &out
		return nil
	}, sql, t.county)
}

// zones are the time zones that were asked for: reading one takes longer than a visit's rules.
var zones sync.Map

// location is the county's time zone, or UTC where its name is not known to the system.
func (s Settings) location() *time.Location {
	if known, ok := zones.Load(s.TimeZone); ok {
		return known.(*time.Location)
	}
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	zones.Store(s.TimeZone, zone)
	return zone
}

// timeBand tells early, daytime or evening: who was out by day may be in by night.
func (s Settings) timeBand(at time.Time) string {
	switch h := at.In(s.location()).Hour(); {
	case h < s.DaytimeFromHour:
		return "early"
	case h < s.EveningFromHour:
		return "daytime"
	default:
		return "evening"
	}
}

// SetSettings changes some of a county's numbers, by their JSON names, and answers all of them as they are now. A null brings the
// default back.
func (s *Store) SetSettings(ctx context.Context, actor Actor, county Code, change map[string]json.RawMessage) (Settings, error) {
	var out Settings
	err := s.write(ctx, actor, county, func(t *tx) (err error) {
		if err := t.must(Text{"修改设置", "change settings"}, RoleAdministrator); err != nil {
			return err
		}
		for key, value := range change {
			if err := knownSetting(key, value); err != nil {
				return err
			}
			const sql = `
				INSERT INTO settings (county, key, value)
				VALUES ($1, $2, $3)
				    ON CONFLICT (county, key) DO UPDATE SET value = EXCLUDED.value`
			if _, err := t.Exec(ctx, sql, t.county, key, value); err != nil {
				return err
			}
		}
		t.known = nil
		if out, err = t.settings(ctx); err != nil || len(change) == 0 {
			return err
		}
		return t.record(ctx, "set", t.county, "settings", map[string]any{"changed": change})
	})
	return out, err
}

// knownSetting refuses a setting that there is not, or a value of the wrong kind.
func knownSetting(key string, value json.RawMessage) error {
	all, err := json.Marshal(defaultSettings)
	if err != nil {
		return err
	}
	names := map[string]json.RawMessage{}
	if err := json.Unmarshal(all, &names); err != nil {
		return err
	}
	if _, known := names[key]; !known {
		return refuse(Invalid, "setting_unknown", "没有“%s”这项设置", "there is no setting %q", key).On(key)
	}
	one, err := json.Marshal(map[string]json.RawMessage{key: value})
	if err == nil {
		tried := defaultSettings
		err = json.Unmarshal(one, &tried)
	}
	if err != nil {
		return refuse(Invalid, "setting_malformed", "设置 %s 的值不能是 %s(现默认 %s)", "setting %s cannot be %s (its default is %s)",
			key, string(value), string(names[key])).On(key)
	}
	return nil
}
