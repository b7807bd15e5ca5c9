package migrations_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	nowhere = "'370883101201777'"
	unknown = "'00000000-0000-0000-0000-000000000000'"
)

// refused tells for each constraint what it refuses, against the rows of testdata/rows.sql. The database must answer with
// the constraint's name, because that name is the message.
var refused = map[string]string{
	"users_display_name_is_given":                 `UPDATE users SET display_name = ''`,
	"users_have_a_name_of_their_own":              `UPDATE users SET name = 'same'`,
	"users_language_is_known":                     `UPDATE users SET language = 'fr'`,
	"users_name_is_plain":                         `UPDATE users SET name = 'two words'`,
	"users_role_is_known":                         `UPDATE users SET role = 'guest'`,
	"users_scope_is_a_code":                       `UPDATE users SET scope = '3708'`,
	"idempotency_keys_have_a_sane_length":         `UPDATE idempotency_keys SET key = ''`,
	"idempotency_keys_user_is_known":              `UPDATE idempotency_keys SET user_id = ` + unknown,
	"regions_code_is_a_county_or_town":            `UPDATE regions SET code = code || '001' WHERE length(code) = 9`,
	"regions_code_lies_in_its_county":             `INSERT INTO regions (county, code, name) VALUES ('370883', '370999', '县')`,
	"regions_come_once_from_a_source":             `INSERT INTO regions (county, code, name, source, source_id) VALUES ('370883', '370883999', '镇', 'test', '370883101')`,
	"regions_expect_no_negative_households":       `UPDATE regions SET expected_households = -1`,
	"areas_code_has_twelve_digits":                `INSERT INTO areas (county, code, name) VALUES ('370883', '370883101', '村')`,
	"areas_code_lies_in_its_county":               `INSERT INTO areas (county, code, name) VALUES ('370883', '370884101201', '村')`,
	"areas_come_once_from_a_source":               `INSERT INTO areas (county, code, name, source, source_id) VALUES ('370883', '370883101999', '村', 'test', '370883101201')`,
	"areas_expect_no_negative_households":         `UPDATE areas SET expected_households = -1`,
	"areas_kind_is_known":                         `UPDATE areas SET kind = 'hamlet'`,
	"areas_lie_in_a_town":                         `INSERT INTO areas (county, code, name) VALUES ('370883', '370883999201', '村')`,
	"sub_areas_code_has_fifteen_digits":           `INSERT INTO sub_areas (county, code, geom) SELECT county, area || '000', geom FROM sub_areas LIMIT 1`,
	"sub_areas_code_lies_in_its_county":           `INSERT INTO sub_areas (county, code, geom) SELECT '370884', area || '003', geom FROM sub_areas WHERE county = '370883' LIMIT 1`,
	"sub_areas_come_once_from_a_source":           `UPDATE sub_areas SET source_id = 'same'`,
	"sub_areas_expect_no_negative_households":     `UPDATE sub_areas SET expected_households = -1`,
	"sub_areas_have_ground_unless_virtual":        `INSERT INTO sub_areas (county, code) VALUES ('370883', '370883101201003')`,
	"sub_areas_lie_in_an_area":                    `INSERT INTO sub_areas (county, code, geom) SELECT '370883', '370883101777001', geom FROM sub_areas LIMIT 1`,
	"sub_areas_state_is_known":                    `UPDATE sub_areas SET state = 'lost'`,
	"lineage_belongs_to_a_revision":               `UPDATE lineage SET revision = 77`,
	"drawn_changes_layer_is_known":                `UPDATE drawn_changes SET layer = 'roads'`,
	"drawn_changes_of_a_set_name_no_feature":      `UPDATE drawn_changes SET layer = 'census'`,
	"drawn_revisions_keep_the_last":               `UPDATE drawn_revisions SET kept_from = revision + 1`,
	"past_members_belong_to_a_revision":           `UPDATE past_members SET revision = 77`,
	"past_members_code_lies_in_its_county":        `UPDATE past_members SET code = '370999'`,
	"past_buildings_are_of_a_building":            `UPDATE past_buildings SET building = 77 WHERE building = 1`,
	"past_buildings_belong_to_a_revision":         `UPDATE past_buildings SET revision = 77`,
	"past_buildings_place_lies_in_its_county":     `UPDATE past_buildings SET place = '370999'`,
	"past_states_belong_to_a_revision":            `UPDATE past_states SET revision = 77`,
	"past_states_code_lies_in_its_county":         `UPDATE past_states SET code = '370999'`,
	"moves_belong_to_a_revision":                  `UPDATE moves SET revision = 77`,
	"moves_place_lies_in_its_county":              `UPDATE moves SET to_place = '370999'`,
	"moves_subject_is_known":                      `UPDATE moves SET subject = 'tree'`,
	"building_parts_are_described":                `UPDATE building_parts SET description = ''`,
	"building_parts_are_of_a_building":            `UPDATE building_parts SET building = 77`,
	"building_parts_belong_to_a_revision":         `UPDATE building_parts SET revision = 77`,
	"building_parts_lie_in_a_sub_area":            `UPDATE building_parts SET sub_area = ` + nowhere,
	"building_parts_run_upwards":                  `UPDATE building_parts SET floor_to = floor_from - 1`,
	"buildings_are_outlines_or_points":            `UPDATE buildings SET geom = 'SRID=4326;LINESTRING(0 0, 1 1)'`,
	"buildings_by_hand_names_what_is_known":       `UPDATE buildings SET by_hand = '{roof}'`,
	"buildings_come_once_from_a_source":           `UPDATE buildings SET source_id = 'same'`,
	"buildings_doors_are_plausible":               `UPDATE buildings SET doors = 101`,
	"buildings_expect_no_negative_dwellings":      `UPDATE buildings SET expected_dwellings = -1`,
	"buildings_floors_are_plausible":              `UPDATE buildings SET floors = 201`,
	"buildings_kind_is_known":                     `UPDATE buildings SET kind = 'castle'`,
	"buildings_leave_with_a_reason":               `UPDATE buildings SET standing = 'duplicate'`,
	"buildings_lie_in_a_known_sub_area":           `UPDATE buildings SET place = ` + nowhere + ` WHERE county = '370883'`,
	"buildings_number_is_not_negative":            `UPDATE buildings SET number = -1`,
	"buildings_place_lies_in_its_county":          `UPDATE buildings SET place = '370999'`,
	"buildings_sensitive_ones_carry_no_words":     `UPDATE buildings SET sensitive = true, kind = 'collective', name = '仓库'`,
	"buildings_sensitive_ones_carry_no_figures":   `UPDATE buildings SET sensitive = true, kind = 'collective', floors = 5`,
	"buildings_sensitive_ones_carry_no_kind":      `UPDATE buildings SET sensitive = true, kind = 'mixed'`,
	"past_buildings_sensitive_ones_carry_nothing": `UPDATE past_buildings SET sensitive = true, kind = 'collective', name = '仓库'`,
	"past_buildings_sensitive_ones_carry_no_kind": `UPDATE past_buildings SET sensitive = true, kind = 'mixed'`,
	"buildings_stairwells_are_plausible":          `UPDATE buildings SET stairwells = 101`,
	"buildings_standing_is_known":                 `UPDATE buildings SET standing = 'leaning', reason = '斜'`,
	"buildings_units_are_plausible":               `UPDATE buildings SET units = 20001`,
	"dwellings_door_is_found_once":                `INSERT INTO dwellings (county, id, sub_area, building, door, changed_at) SELECT county, gen_random_uuid(), sub_area, building, door, changed_at FROM dwellings`,
	"dwellings_door_is_named":                     `UPDATE dwellings SET door = ''`,
	"dwellings_evidence_is_known":                 `UPDATE dwellings SET evidence = '{hearsay}'`,
	"dwellings_lie_in_a_building":                 `UPDATE dwellings SET building = 77 WHERE building = 1`,
	"dwellings_lie_in_a_sub_area":                 `UPDATE dwellings SET sub_area = ` + nowhere,
	"dwellings_occupancy_is_known":                `UPDATE dwellings SET occupancy = 'haunted'`,
	"households_collection_is_known":              `UPDATE households SET collection = 'lost'`,
	"households_count_no_negative_persons":        `UPDATE households SET present_pending = -1`,
	"households_death_form_is_known":              `UPDATE households SET death_form = 'lost'`,
	"households_hmt_form_is_known":                `UPDATE households SET hmt_form = 'lost'`,
	"households_kind_is_known":                    `UPDATE households SET kind = 'crew'`,
	"households_lie_in_a_sub_area":                `UPDATE households SET sub_area = ` + nowhere + ` WHERE sub_area = '370883101201001'`,
	"households_live_in_a_dwelling":               `UPDATE households SET dwelling = ` + unknown,
	"households_number_has_three_digits":          `UPDATE households SET number = 1000`,
	"households_number_is_used_once":              `INSERT INTO households (county, id, sub_area, dwelling, number, changed_at) SELECT county, gen_random_uuid(), sub_area, dwelling, number, changed_at FROM households`,
	"rounds_name_is_known":                        `INSERT INTO rounds (county, name, opens_at, closes_at) VALUES ('370883', 'rest', '2026-01-01', '2026-01-02')`,
	"rounds_open_before_they_close":               `UPDATE rounds SET closes_at = opens_at`,
	"assignments_end_after_they_begin":            `UPDATE assignments SET ended_at = begun_at - interval '1 day'`,
	"assignments_epoch_is_used_once":              `INSERT INTO assignments (county, id, sub_area, round, enumerator, epoch, begun_at, ended_at) SELECT county, gen_random_uuid(), sub_area, round, enumerator, epoch, begun_at, begun_at FROM assignments`,
	"assignments_name_a_sub_area":                 `UPDATE assignments SET sub_area = ` + nowhere + ` WHERE sub_area = '370883101201001'`,
	"assignments_name_an_enumerator":              `UPDATE assignments SET enumerator = ` + unknown,
	"assignments_one_open_per_sub_area":           `INSERT INTO assignments (county, id, sub_area, round, enumerator, epoch, begun_at) SELECT county, gen_random_uuid(), sub_area, round, enumerator, 2, begun_at FROM assignments`,
	"assignments_round_is_known":                  `UPDATE assignments SET round = 'mapping'`,
	"visits_accuracy_is_a_distance":               `UPDATE visits SET accuracy_m = -1`,
	"visits_are_paid_by_someone_known":            `UPDATE visits SET enumerator = ` + unknown,
	"visits_are_paid_to_a_dwelling":               `UPDATE visits SET dwelling = ` + unknown,
	"visits_lie_in_a_sub_area":                    `UPDATE visits SET sub_area = ` + nowhere,
	"visits_may_name_a_household":                 `UPDATE visits SET household = ` + unknown,
	"visits_may_name_an_assignment":               `UPDATE visits SET assignment = ` + unknown,
	"visits_note_is_short":                        `UPDATE visits SET note = repeat('长', 501)`,
	"visits_result_is_known":                      `UPDATE visits SET result = 'eaten'`,
	"coverage_counts_a_known_sub_area":            `UPDATE coverage SET sub_area = ` + nowhere + ` WHERE sub_area = '370883101201001'`,
	"flags_close_with_a_code":                     `UPDATE flags SET state = 'closed'`,
	"flags_code_is_known":                         `UPDATE flags SET state = 'closed', closed_at = now(), code = 'bored'`,
	"flags_may_name_a_building":                   `UPDATE flags SET building = 77`,
	"flags_may_name_a_dwelling":                   `UPDATE flags SET dwelling = ` + unknown,
	"flags_one_open_per_finding":                  `INSERT INTO flags (county, id, check_name, place, building, opened_at) SELECT county, gen_random_uuid(), check_name, place, building, opened_at FROM flags`,
	"flags_owner_is_known":                        `UPDATE flags SET owner = ` + unknown,
	"flags_place_lies_in_its_county":              `UPDATE flags SET place = '370999'`,
	"flags_state_is_known":                        `UPDATE flags SET state = 'lost'`,
	"devices_belong_to_someone_known":             `UPDATE devices SET user_id = ` + unknown,
	"base_features_come_once_from_a_source":       `INSERT INTO base_features (county, layer, geom, source, source_id) SELECT county, layer, geom, source, source_id FROM base_features`,
	"base_features_layer_is_known":                `UPDATE base_features SET layer = 'sky'`,
	"base_features_zoom_is_plausible":             `UPDATE base_features SET min_zoom = 23`,
	"imports_state_is_known":                      `UPDATE imports SET state = 'lost'`,
	"imports_what_is_known":                       `UPDATE imports SET what = 'weather'`,
	"import_rows_belong_to_an_import":             `UPDATE import_rows SET import = ` + unknown,
	"import_rows_outcome_is_known":                `UPDATE import_rows SET outcome = 'ignored'`,
}

func TestConstraints(t *testing.T) {
	owner := filled(t)
	named := constraints(t, owner)
	for _, name := range named {
		if refused[name] == "" {
			t.Errorf("nothing in this test breaks %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(refused)) {
		if !slices.Contains(named, name) {
			t.Errorf("there is no constraint %s", name)
			continue
		}
		t.Run(name, func(t *testing.T) { breakConstraint(t, owner, name) })
	}
}

// breakConstraint tries what a constraint refuses. What it lets through is undone.
func breakConstraint(t *testing.T, owner *pgxpool.Pool, name string) {
	ctx := context.Background()
	tx, err := owner.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	_, err = tx.Exec(ctx, refused[name])
	var answer *pgconn.PgError
	if !errors.As(err, &answer) || answer.ConstraintName != name {
		t.Errorf("%s\nwas answered with %v", refused[name], err)
	}
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
}

// constraints lists what has a name and may refuse a row, but for primary keys.
func constraints(t *testing.T, owner *pgxpool.Pool) []string {
	t.Helper()
	const sql = `
		WITH ours AS (
		    SELECT oid FROM pg_class
		    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
		      AND relname NOT IN ('spatial_ref_sys', 'goose_db_version')
		)
		SELECT conname::text FROM pg_constraint WHERE conrelid IN (SELECT oid FROM ours) AND contype IN ('c', 'f', 'u', 'x')
		UNION
		SELECT indexrelid::regclass::text FROM pg_index
		WHERE indrelid IN (SELECT oid FROM ours) AND indisunique AND NOT indisprimary
		ORDER BY 1`
	rows, err := owner.Query(context.Background(), sql)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return names
}
