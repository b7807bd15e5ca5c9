package migrations_test

import "maps"

// What the tables of keys and of what is sealed refuse.
func init() {
	const another = `SELECT county, left(encode(sha256(public || '\x00'), 'hex'), 16), public || '\x00'`
	maps.Copy(refused, map[string]string{
		"server_keys_are_ed25519_seeds":               `INSERT INTO server_keys (name, private) VALUES ('short', 'x')`,
		"county_keys_are_points_of_p256":              `INSERT INTO county_keys (county, id, public, threshold, shares, made_at) ` + another + `, 2, 3, now() FROM county_keys`,
		"county_keys_id_is_of_the_key":                `UPDATE county_keys SET id = '0123456789abcdef'`,
		"county_keys_one_current_per_county":          `INSERT INTO county_keys (county, id, public, threshold, shares, made_at) SELECT k.county, o.id, o.public, 2, 3, now() FROM county_keys k JOIN county_keys o ON o.county > k.county`,
		"county_keys_retire_after_they_are_made":      `UPDATE county_keys SET retired_at = made_at - interval '1 day'`,
		"county_keys_take_some_of_their_shares":       `UPDATE county_keys SET threshold = shares + 1`,
		"sealed_contacts_are_sealed_by_someone_known": `UPDATE sealed_contacts SET sealed_by = ` + unknown,
		"sealed_contacts_are_short":                   `UPDATE sealed_contacts SET ciphertext = 'short'`,
		"sealed_contacts_hold_a_point_of_p256":        `UPDATE sealed_contacts SET encapsulated = 'none'`,
		"sealed_contacts_name_a_key":                  `UPDATE sealed_contacts SET key = 'none'`,
		"sealed_contacts_place_lies_in_its_county":    `UPDATE sealed_contacts SET place = '370999'`,
	})
}
