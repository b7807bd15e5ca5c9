-- +goose Up
-- Rounds, assignments, visits, and what is derived from them.
CREATE TABLE rounds (
    county    text NOT NULL COLLATE "C",
    name      text NOT NULL,
    opens_at  timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    CONSTRAINT rounds_are_known_by_name PRIMARY KEY (county, name),
    CONSTRAINT rounds_name_is_known CHECK (name IN ('mapping', 'listing', 'enumeration', 'long_form', 'recheck', 'pes')),
    CONSTRAINT rounds_open_before_they_close CHECK (opens_at < closes_at)
);

-- Numbers that a county may change; what is not here has its default in areas.
CREATE TABLE settings (
    county text  NOT NULL COLLATE "C",
    key    text  NOT NULL,
    value  jsonb NOT NULL,
    CONSTRAINT settings_are_known_by_key PRIMARY KEY (county, key)
);

CREATE TABLE assignments (
    county     text        COLLATE "C" NOT NULL,
    id         uuid        NOT NULL,
    sub_area   text        COLLATE "C" NOT NULL,
    round      text        NOT NULL,
    enumerator uuid        NOT NULL,
    epoch      int         NOT NULL,
    begun_at   timestamptz NOT NULL,
    ended_at   timestamptz,
    done_at    timestamptz,
    revision   bigint      NOT NULL DEFAULT 1,
    CONSTRAINT assignments_are_known_by_id PRIMARY KEY (county, id),
    CONSTRAINT assignments_epoch_is_used_once UNIQUE (county, sub_area, round, epoch),
    CONSTRAINT assignments_round_is_known FOREIGN KEY (county, round) REFERENCES rounds (county, name),
    CONSTRAINT assignments_name_a_sub_area FOREIGN KEY (county, sub_area) REFERENCES sub_areas (county, code),
    CONSTRAINT assignments_name_an_enumerator FOREIGN KEY (enumerator) REFERENCES users (id),
    CONSTRAINT assignments_end_after_they_begin CHECK (ended_at >= begun_at)
);
CREATE UNIQUE INDEX assignments_one_open_per_sub_area ON assignments (county, sub_area, round) WHERE ended_at IS NULL;
CREATE INDEX assignments_by_enumerator ON assignments (enumerator) WHERE ended_at IS NULL;

CREATE TABLE visits (
    county      text        COLLATE "C" NOT NULL,
    id          uuid        NOT NULL,
    sub_area    text        COLLATE "C" NOT NULL,
    dwelling    uuid        NOT NULL,
    household   uuid,
    round       text        NOT NULL,
    assignment  uuid,
    enumerator  uuid        NOT NULL,
    result      text        NOT NULL,
    at          timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    position    geometry (Point, 4326),
    accuracy_m  real,
    distance_m  real,
    note        text        NOT NULL DEFAULT '',
    next_call_at timestamptz,
    CONSTRAINT visits_are_known_by_id PRIMARY KEY (county, id),
    CONSTRAINT visits_result_is_known CHECK (result IN ('listed', 'complete', 'partial', 'proxy', 'refused', 'no_contact',
        'vacant', 'vacant_with_hukou', 'seasonal', 'non_residential', 'under_construction', 'demolished', 'inaccessible')),
    CONSTRAINT visits_accuracy_is_a_distance CHECK (accuracy_m >= 0),
    CONSTRAINT visits_note_is_short CHECK (length(note) <= 500),
    CONSTRAINT visits_are_paid_to_a_dwelling FOREIGN KEY (county, dwelling) REFERENCES dwellings (county, id),
    CONSTRAINT visits_may_name_a_household FOREIGN KEY (county, household) REFERENCES households (county, id),
    CONSTRAINT visits_may_name_an_assignment FOREIGN KEY (county, assignment) REFERENCES assignments (county, id),
    CONSTRAINT visits_lie_in_a_sub_area FOREIGN KEY (county, sub_area) REFERENCES sub_areas (county, code),
    CONSTRAINT visits_are_paid_by_someone_known FOREIGN KEY (enumerator) REFERENCES users (id)
);
CREATE INDEX visits_by_dwelling ON visits (county, dwelling, at DESC);
CREATE INDEX visits_by_code ON visits (county, sub_area, at DESC);

-- Counts of one sub-area, written in the transaction that changes what they count (domain: F, F_v, X, L, O, V, V_c …).
CREATE TABLE coverage (
    county              text        COLLATE "C" NOT NULL,
    sub_area            text        COLLATE "C" NOT NULL,
    buildings           int         NOT NULL DEFAULT 0,
    footprints          int         NOT NULL DEFAULT 0,
    footprints_visited  int         NOT NULL DEFAULT 0,
    footprints_listed   int         NOT NULL DEFAULT 0,
    expected            int         NOT NULL DEFAULT 0,
    listed              int         NOT NULL DEFAULT 0,
    occupied            int         NOT NULL DEFAULT 0,
    vacant              int         NOT NULL DEFAULT 0,
    vacant_evidenced    int         NOT NULL DEFAULT 0,
    out_of_scope        int         NOT NULL DEFAULT 0,
    no_contact          int         NOT NULL DEFAULT 0,
    refused             int         NOT NULL DEFAULT 0,
    unlisted            int         NOT NULL DEFAULT 0,
    dwellings_resolved  int         NOT NULL DEFAULT 0,
    households          int         NOT NULL DEFAULT 0,
    complete            int         NOT NULL DEFAULT 0,
    self_response       int         NOT NULL DEFAULT 0,
    persons             int         NOT NULL DEFAULT 0,
    visits              int         NOT NULL DEFAULT 0,
    last_visit_at       timestamptz,
    counted_at          timestamptz NOT NULL,
    revision            bigint      NOT NULL DEFAULT 1,
    CONSTRAINT coverage_has_one_row_a_sub_area PRIMARY KEY (county, sub_area),
    CONSTRAINT coverage_counts_a_known_sub_area FOREIGN KEY (county, sub_area) REFERENCES sub_areas (county, code)
);

CREATE TABLE flags (
    county      text        COLLATE "C" NOT NULL,
    id          uuid        NOT NULL,
    check_name  text        NOT NULL,
    place       text        COLLATE "C" NOT NULL,
    building    bigint,
    dwelling    uuid,
    state       text        NOT NULL DEFAULT 'open',
    evidence    jsonb       NOT NULL DEFAULT '{}',
    point       geometry (Point, 4326),
    owner       uuid,
    due_at      timestamptz,
    code        text,
    reason      text        NOT NULL DEFAULT '',
    opened_at   timestamptz NOT NULL,
    closed_at   timestamptz,
    closed_by   uuid,
    revision    bigint      NOT NULL DEFAULT 1,
    CONSTRAINT flags_are_known_by_id PRIMARY KEY (county, id),
    CONSTRAINT flags_state_is_known CHECK (state IN ('open', 'owned', 'evidence', 'closed', 'audited', 'reopened')),
    CONSTRAINT flags_code_is_known CHECK (code IN ('found_and_counted', 'legitimately_empty', 'demolished', 'merged',
        'boundary_moved', 'expected_wrong', 'cannot_access', 'data_late', 'cleared')),
    CONSTRAINT flags_close_with_a_code CHECK ((state IN ('closed', 'audited')) = (code IS NOT NULL AND closed_at IS NOT NULL)),
    CONSTRAINT flags_place_lies_in_its_county CHECK (left(place, 6) = county),
    CONSTRAINT flags_owner_is_known FOREIGN KEY (owner) REFERENCES users (id),
    CONSTRAINT flags_may_name_a_building FOREIGN KEY (county, building) REFERENCES buildings (county, id),
    CONSTRAINT flags_may_name_a_dwelling FOREIGN KEY (county, dwelling) REFERENCES dwellings (county, id)
);
CREATE UNIQUE INDEX flags_one_open_per_finding ON flags (county, check_name, place, coalesce(building, 0))
    WHERE closed_at IS NULL;
CREATE INDEX flags_by_code ON flags (county, place, opened_at DESC);

CREATE TABLE devices (
    county       text        COLLATE "C" NOT NULL,
    id           uuid        NOT NULL,
    user_id      uuid        NOT NULL,
    name         text        NOT NULL,
    public_key   bytea,
    enrolled_at  timestamptz NOT NULL,
    last_sync_at timestamptz,
    revoked_at   timestamptz,
    CONSTRAINT devices_are_known_by_id PRIMARY KEY (county, id),
    CONSTRAINT devices_belong_to_someone_known FOREIGN KEY (user_id) REFERENCES users (id)
);

-- What a tablet or the console sent, by the id it was given where it was made: applied twice is applied once.
CREATE TABLE changes (
    county        text        COLLATE "C" NOT NULL,
    id            uuid        NOT NULL,
    sub_area      text        COLLATE "C" NOT NULL,
    device        uuid,
    serial        bigint,
    base_revision bigint,
    actor         uuid        NOT NULL,
    verb          text        NOT NULL,
    body          jsonb       NOT NULL,
    state         text        NOT NULL,
    reason        text        NOT NULL DEFAULT '',
    received_at   timestamptz NOT NULL,
    CONSTRAINT changes_are_known_by_id PRIMARY KEY (county, id),
    CONSTRAINT changes_state_is_known CHECK (state IN ('applied', 'held', 'quarantined')),
    CONSTRAINT changes_lie_in_a_sub_area FOREIGN KEY (county, sub_area) REFERENCES sub_areas (county, code),
    CONSTRAINT changes_name_a_known_device FOREIGN KEY (county, device) REFERENCES devices (county, id),
    CONSTRAINT changes_are_made_by_someone_known FOREIGN KEY (actor) REFERENCES users (id)
);
CREATE INDEX changes_by_code ON changes (county, sub_area, received_at);
