package migrations_test

import "maps"

// What the tables of the field refuse: devices, their enrolment, and what they send.
func init() {
	maps.Copy(refused, map[string]string{
		"changes_are_decided_with_a_reason":    `UPDATE changes SET decided_at = now()`,
		"changes_are_made_by_someone_known":    `UPDATE changes SET actor = ` + unknown,
		"changes_are_set_aside_with_a_reason":  `UPDATE changes SET state = 'quarantined'`,
		"changes_name_a_known_device":          `UPDATE changes SET device = ` + unknown,
		"changes_place_lies_in_its_county":     `UPDATE changes SET place = '370999'`,
		"changes_state_is_known":               `UPDATE changes SET state = 'lost', reason = 'x'`,
		"proposals_are_decided_with_a_reason":  `UPDATE proposals SET state = 'accepted'`,
		"proposals_are_lines_or_areas":         `UPDATE proposals SET geom = ST_StartPoint(geom)`,
		"proposals_are_made_by_someone_known":  `UPDATE proposals SET made_by = ` + unknown,
		"proposals_concern_a_sub_area":         `UPDATE proposals SET sub_area = ` + nowhere,
		"proposals_say_why":                    `UPDATE proposals SET reason = ''`,
		"proposals_state_is_known":             `UPDATE proposals SET state = 'lost', decision = 'x', decided_at = now()`,
		"devices_are_revoked_with_a_reason":    `UPDATE devices SET revoked_at = now()`,
		"devices_key_is_one_devices":           `UPDATE devices SET public_key = 'same'`,
		"devices_pledge_has_its_time":          `UPDATE devices SET pledge = '2026-1'`,
		"devices_serial_is_not_negative":       `UPDATE devices SET serial = -1`,
		"enrolments_are_for_someone_known":     `UPDATE enrolments SET user_id = ` + unknown,
		"enrolments_code_is_given_once":        `UPDATE enrolments SET code_hash = 'same'`,
		"enrolments_end_after_they_begin":      `UPDATE enrolments SET expires_at = issued_at`,
		"enrolments_make_a_known_device":       `UPDATE enrolments SET used_at = now(), device = ` + unknown,
		"enrolments_name_the_device_they_made": `UPDATE enrolments SET used_at = now()`,

		"answering_systems_have_a_name":              `UPDATE answering_systems SET name = ''`,
		"answering_systems_token_is_one_systems":     `INSERT INTO answering_systems SELECT county, gen_random_uuid(), name, token_hash, created_at FROM answering_systems`,
		"long_form_samples_are_one_in_some":          `UPDATE long_form_samples SET one_in = 1`,
		"long_form_samples_place_lies_in_its_county": `UPDATE long_form_samples SET place = '370999'`,
		"self_responses_are_a_households":            `UPDATE self_responses SET household = ` + unknown + ` WHERE id = (SELECT id FROM self_responses LIMIT 1)`,
		"self_responses_code_is_a_sum":               `UPDATE self_responses SET code_hash = 'short'`,
		"self_responses_code_is_given_once":          `UPDATE self_responses SET code_hash = repeat('x', 32)::bytea`,
		"self_responses_end_when_they_do":            `UPDATE self_responses SET state = 'lapsed'`,
		"self_responses_one_open_per_household":      `INSERT INTO self_responses (county, id, household, code_hash, state, before, issued_at, expires_at) SELECT county, gen_random_uuid(), household, sha256(code_hash), state, before, issued_at, expires_at FROM self_responses`,
		"self_responses_state_is_known":              `UPDATE self_responses SET state = 'lost'`,
		"self_responses_submitted_ones_have_a_time":  `UPDATE self_responses SET state = 'submitted'`,
	})
}
