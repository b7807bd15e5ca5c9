package areas_test

import (
	"encoding/json"
	"testing"

	"canvass/areas"
)

func TestSettings(t *testing.T) {
	p := newPlace(t)
	set := func(who areas.Actor, key, value string) (areas.Settings, error) {
		return p.SetSettings(t.Context(), who, county, map[string]json.RawMessage{key: json.RawMessage(value)})
	}
	now, err := set(p.admin, "self_response_days", "9")
	p.ok(err)
	if now.SelfResponseDays != 9 || now.ProxyAfter != 3 {
		t.Errorf("set %+v", now)
	}
	now, err = set(p.admin, "self_response_days", "null")
	p.ok(err)
	if now.SelfResponseDays != 5 {
		t.Errorf("set back %+v", now)
	}
	for _, c := range [][3]string{{"no_such_thing", "1", "setting_unknown"}, {"proxy_after", `"three"`, "setting_malformed"},
		{"time_zone", "8", "setting_malformed"}, {"proxy_after", "{", "setting_malformed"}} {
		_, err := set(p.admin, c[0], c[1])
		p.refused(err, c[2])
	}
	_, err = set(p.supervisor, "proxy_after", "1")
	p.refused(err, "role_not_allowed")
}
