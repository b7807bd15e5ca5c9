package migrations_test

import "maps"

// What the tables of the field refuse: devices, their enrolment, and what they send.
func init() {
	maps.Copy(refused, map[string]string{
		"devices_are_revoked_with_a_reason":    `UPDATE devices SET revoked_at = now()`,
		"devices_key_is_one_devices":           `UPDATE devices SET public_key = 'same'`,
		"devices_pledge_has_its_time":          `UPDATE devices SET pledge = '2026-1'`,
		"devices_serial_is_not_negative":       `UPDATE devices SET serial = -1`,
		"enrolments_are_for_someone_known":     `UPDATE enrolments SET user_id = ` + unknown,
		"enrolments_code_is_given_once":        `UPDATE enrolments SET code_hash = 'same'`,
		"enrolments_end_after_they_begin":      `UPDATE enrolments SET expires_at = issued_at`,
		"enrolments_make_a_known_device":       `UPDATE enrolments SET used_at = now(), device = ` + unknown,
		"enrolments_name_the_device_they_made": `UPDATE enrolments SET used_at = now()`,
	})
}
